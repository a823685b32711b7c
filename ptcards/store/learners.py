"""Who learns on a server: a role that may sign in, and a schema of its own; and what lies in there, read."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ptcards.errors import StoreError, UsageError
from ptcards.language import _
from ptcards.store.connection import SCHEMA
from ptcards.store.postgres import Impatient, NotAllowedError, as_said, connect, identifier, newer
from ptcards.store.server import Server, checked

_OF_TEACHERS = ("user", "password", "passfile", "options", "sslcert", "sslkey", "sslpassword")
"""What of the teacher's address is no learner's business."""


def learners(server: Server) -> dict[str, bool]:
    """Who has a place on a server that whoever asks may read, in order, and whether a log is there yet."""
    begun = (
        "(SELECT count(*) FROM pg_class WHERE relnamespace = n.oid AND relkind = 'r' AND relname IN "
        "('alembic_version', 'events', 'notes') AND has_table_privilege(pg_class.oid, 'SELECT')) = 3"
    )
    asked = (
        f"SELECT nspname, {begun}, shobj_description(nspowner, 'pg_authid') "
        "FROM pg_namespace n WHERE has_schema_privilege(n.oid, 'USAGE')"
    )
    with as_said(server), closing(connect(server, read_only=True, bare=True)) as opened:
        ours = _mark(opened)
        return {name: there for name, there, mark in sorted(opened.execute(asked)) if there or mark == ours}


def _mark(opened: Impatient) -> str:
    """What is written on the role of a learner."""
    return f"learner of ptcards in {opened.info.dbname}"


class Rows:
    """What lies in a learner's tables, as texts, for somebody who does not trust the learner.

    A schema's owner may put there what runs with the rights of whoever asks: functions, operators and
    aggregates that fit our types better than PostgreSQL's own, views, policies, even an index. COPY of a
    table runs nothing but PostgreSQL's own, and refuses what is no plain table.
    """

    def __init__(self, opened: Impatient, learner: str, most: int) -> None:
        self._opened, self._learner, self._most = opened, learner, most

    def of(self, table: str, *columns: str) -> Iterator[Sequence[str | None]]:
        """The rows of a table, as many as are wanted at most."""
        wanted = ", ".join(map(identifier, columns))
        place = f"{identifier(self._learner)}.{identifier(table)}"
        with self._opened.cursor().copy(f"COPY {place} ({wanted}) TO STDOUT") as copy:
            yield from islice(copy.rows(), self._most)


@contextmanager
def rows_of(server: Server, learner: str, most: int) -> Iterator[Rows]:
    """The tables of a learner, read in one snapshot; StoreError where they are of another version."""
    place = server._replace(learner=learner)
    with as_said(place), closing(connect(server, read_only=True, bare=True)) as opened, opened.transaction():
        rows = Rows(opened, learner, most)
        for (number,) in list(rows.of("alembic_version", "version_num")):
            if number != SCHEMA:
                old = _("has an older schema, and cannot be brought up to date where nothing can be written")
                raise StoreError(f"{place}: {newer(number) if str(number) > SCHEMA else old}")
        yield rows


def add_learner(server: Server, name: str) -> str:
    """Make a learner on a server; gives a URL for them, with a random password that is kept nowhere else.

    The role may sign in, and use its own schema and nothing of others'. What was begun and not ended, or was
    restored without its roles, is mended. UsageError: there already, or no name; StoreError: not allowed.
    """
    checked(name)
    with as_said(server), closing(connect(server, bare=True)) as opened, opened.transaction():
        opened.execute("SELECT pg_advisory_xact_lock(hashtext('ptcards: learners'))")
        ours = _mark(opened)
        known = "FROM pg_roles WHERE rolname = %(name)s"
        asked = (
            f"SELECT (SELECT oid {known}), (SELECT shobj_description(oid, 'pg_authid') {known}), "
            "(SELECT nspowner FROM pg_namespace WHERE nspname = %(name)s)"
        )
        role, mark, owner = opened.execute(asked, {"name": name}).fetchall()[0]
        if role is not None and owner == role:
            known_already = _("there is a learner of that name already; nothing was changed")
            lost = _("If the password is lost, give another: psql, then {}", rf"\password {name}")
            raise UsageError(f"{name}: {known_already}. {lost}")
        if role is not None and mark != ours:
            stranger = _("there is somebody else of that name on the server; choose another name")
            raise UsageError(f"{name}: {stranger}")
        try:
            password = _let_in(opened, name, ours, anew=role is None)
            _make_room(opened, name, anew=owner is None)
        except NotAllowedError:
            needs = _("making learners needs the right to make roles, and schemas in this database: {}")
            rights = f'ALTER ROLE "{opened.info.user}" CREATEROLE; GRANT CREATE ON DATABASE '
            rights += f'"{opened.info.dbname}" TO "{opened.info.user}"'
            raise StoreError(f"{server}: {needs.format(rights)}") from None
    return _address(server, name, password)


def _let_in(opened: Impatient, name: str, mark: str, *, anew: bool) -> str:
    """Make the role, or give the one there is another password; says which."""
    password = secrets.token_urlsafe(24)
    # The server gets what proves the password, and its log never has the password itself.
    proof = opened.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    opened.execute(f"{'CREATE' if anew else 'ALTER'} ROLE \"{name}\" LOGIN PASSWORD '{proof}'")
    quoted = mark.replace("'", "''")
    opened.execute(f"COMMENT ON ROLE \"{name}\" IS '{quoted}'")
    asked = "SELECT rolsuper, has_database_privilege(%s, current_database(), 'CONNECT') FROM pg_roles"
    mighty, welcome = opened.execute(f"{asked} WHERE rolname = current_user", [name]).fetchall()[0]
    if not mighty:
        # Who made a role is no member of it, and from 16 on needs to be, to make a schema for it.
        opened.execute(f'GRANT "{name}" TO CURRENT_USER')
    if not welcome:
        opened.execute(f'GRANT CONNECT ON DATABASE {identifier(opened.info.dbname)} TO "{name}"')
    return password


def _make_room(opened: Impatient, name: str, *, anew: bool) -> None:
    """Let a learner have the schema of their name, and none make anything in the one that all share."""
    if anew:
        opened.execute(f'CREATE SCHEMA "{name}" AUTHORIZATION "{name}"')
    else:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        for (table,) in opened.execute(tables, [name]).fetchall():
            opened.execute(f'ALTER TABLE "{name}".{identifier(table)} OWNER TO "{name}"')
        opened.execute(f'ALTER SCHEMA "{name}" OWNER TO "{name}"')
    # Up to PostgreSQL 14 everybody may.
    may = "SELECT has_schema_privilege(%s, oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public'"
    if opened.execute(may, [name]).fetchone() == (True,):
        opened.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        if opened.execute(may, [name]).fetchone() == (True,):
            every = _(
                "every learner could make tables in the schema that all share; who owns it has to say: {}"
            )
            words = every.format("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            raise StoreError(f"{opened.info.dbname}: {words}")


def _address(server: Server, name: str, password: str) -> str:
    """The URL by which a learner gets to their schema."""
    parts = urlsplit(server.url)
    host = parts.netloc.rpartition("@")[2]
    others = [(key, value) for key, value in parse_qsl(parts.query) if key not in _OF_TEACHERS]
    query = urlencode([*others, ("learner", name)], safe="/")
    return urlunsplit(("postgresql", f"{name}:{password}@{host}", parts.path, query, ""))
