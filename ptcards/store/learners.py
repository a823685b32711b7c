"""Who learns on a server: a role that may sign in, and a schema of its own."""

import secrets
from contextlib import closing
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ptcards.errors import StoreError, UsageError
from ptcards.language import _
from ptcards.store.postgres import Impatient, NotAllowedError, as_said, connect
from ptcards.store.server import Server, checked

_OF_TEACHERS = ("user", "password", "passfile", "options", "sslcert", "sslkey", "sslpassword")
"""What of the teacher's address is no learner's business."""


def learners(server: Server) -> list[str]:
    """Who has a log on a server that whoever asks may read; in order."""
    asked = (
        "SELECT nspname FROM pg_namespace n WHERE has_schema_privilege(n.oid, 'USAGE') "
        "AND (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid AND relkind = 'r' AND relname IN "
        "('alembic_version', 'events', 'notes') AND has_table_privilege(pg_class.oid, 'SELECT')) = 3"
    )
    with as_said(server), closing(connect(server, read_only=True)) as opened:
        return sorted(name for (name,) in opened.execute(asked))


def add_learner(server: Server, name: str) -> str:
    """Make a learner on a server; gives a URL for them, with a random password that is kept nowhere else.

    The role may sign in, and use its own schema and nothing of others'. What was begun and not ended, or was
    restored without its roles, is mended. UsageError: there already, or no name; StoreError: not allowed.
    """
    checked(name)
    with as_said(server), closing(connect(server)) as opened, opened.transaction():
        opened.execute("SELECT pg_advisory_xact_lock(hashtext('ptcards: learners'))")
        ours = f"learner of ptcards in {opened.info.dbname}"
        known = "FROM pg_roles WHERE rolname = %(name)s"
        asked = (
            f"SELECT (SELECT oid {known}), (SELECT shobj_description(oid, 'pg_authid') {known}), "
            "(SELECT nspowner FROM pg_namespace WHERE nspname = %(name)s)"
        )
        role, mark, owner = opened.execute(asked, {"name": name}).fetchall()[0]
        if role is not None and owner == role:
            raise UsageError(_("{}: there is a learner of that name already; nothing was changed", name))
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
        opened.execute(f'GRANT CONNECT ON DATABASE "{opened.info.dbname}" TO "{name}"')
    return password


def _make_room(opened: Impatient, name: str, *, anew: bool) -> None:
    """Let a learner have the schema of their name, and none make anything in the one that all share."""
    if anew:
        opened.execute(f'CREATE SCHEMA "{name}" AUTHORIZATION "{name}"')
    else:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        for (table,) in opened.execute(tables, [name]).fetchall():
            opened.execute(f'ALTER TABLE "{name}"."{table}" OWNER TO "{name}"')
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
