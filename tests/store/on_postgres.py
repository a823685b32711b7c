"""What a server alone has; `tests/postgres.sh` names this file, which pytest finds by itself nowhere."""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, count
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from ptcards.config import Config
from ptcards.errors import AwayError, StoreError, UsageError
from ptcards.store import postgres
from ptcards.store.glance import glance, names
from ptcards.store.learners import add_learner, learners, rows_of
from ptcards.store.remote import Remote
from ptcards.store.server import Server, where
from ptcards.store.store import Store
from ptcards.store.tables import metadata
from tests.store.steps import NO_LIMITS, POSTGRES, TODAY, answer, fresh_learner, later, save, shown
from tests.store.test_crashes import heard, writer
from tests.store.writer import KEYS

HOST = POSTGRES.partition("host=")[2]
_numbers = count()


@pytest.fixture
def admin() -> Iterator[psycopg.Connection]:
    with closing(psycopg.connect(POSTGRES.replace("+psycopg", ""), autocommit=True)) as connection:
        yield connection


@pytest.fixture
def place() -> Server:
    """A learner's name that nobody has used."""
    named = fresh_learner(f"alone{next(_numbers)}")
    assert isinstance(named, Server)
    return named


@pytest.fixture
def store(place: Server) -> Iterator[Store]:
    with Store.open(place) as opened:
        save(opened)
        yield opened


@pytest.fixture
def guest(admin: psycopg.Connection) -> Iterator[Server]:
    """A learner that was added, with a password, and nothing written yet."""
    forget(admin, "guest")
    yield added("guest")
    forget(admin, "guest")


def added(name: str, by: str = f"{POSTGRES}&learner=ptcards") -> Server:
    teacher = where(by)
    assert isinstance(teacher, Server)
    learner = where(add_learner(teacher, name))
    assert isinstance(learner, Server)
    return learner


def forget(admin: psycopg.Connection, *roles: str) -> None:
    for role in roles:
        admin.execute(f"DROP SCHEMA IF EXISTS {role} CASCADE")
        if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def pid_of(store: Store) -> int:
    return int(store._database.driver.info.backend_pid)


def end(admin: psycopg.Connection, store: Store) -> None:
    """What a server that is restarted does to a connection."""
    pid = pid_of(store)
    admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def write(store: Store, *statements: str) -> None:
    with store._database.writing() as db:
        for statement in statements:
            db.execute(text(statement))


def graded(store: Store) -> list[str]:
    return [one.card for one, _ in store.log.events()]


# -- the first use -------------------------------------------------------------------------------------------


def test_those_who_come_first_at_once_make_one_schema(place: Server) -> None:
    devices = list[str]()

    def start() -> None:
        with Store.open(place) as opened:
            devices.append(opened.device)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(devices) == 4
    assert len(set(devices)) == 1


def test_a_new_schema_is_what_the_tables_say(store: Store) -> None:
    with store._database.reading() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []


def test_where_nothing_is_yet_a_glance_is_empty_and_a_reader_says_so(place: Server) -> None:
    assert glance(place, TODAY, Config()).first_time
    assert names(place, "deck", "") == {}
    with pytest.raises(StoreError, match="nothing of this learner yet"):
        Store.open(place, read_only=True)


def test_a_newer_schema_is_refused_and_an_older_one_known(store: Store, place: Server) -> None:
    write(store, "UPDATE alembic_version SET version_num = '0001'")
    assert glance(place, TODAY, Config()).current is False
    with pytest.raises(StoreError, match="older schema"):
        Store.open(place, read_only=True)
    write(store, "UPDATE alembic_version SET version_num = '9999'")
    for use in (lambda: Store.open(place), lambda: glance(place, TODAY, Config())):
        with pytest.raises(StoreError, match=r"newer ptcards \(schema 9999"):
            use()


@pytest.mark.parametrize("table", ["events", "cards"])
def test_a_schema_of_another_program_is_left_alone(
    place: Server, admin: psycopg.Connection, table: str
) -> None:
    admin.execute(f"CREATE SCHEMA {place.learner}; CREATE TABLE {place.learner}.{table} (theirs int)")
    with pytest.raises(StoreError, match="not ptcards'"):
        Store.open(place)


def test_names_are_found_on_a_server_as_in_a_file(store: Store, place: Server) -> None:
    assert names(place, "deck", "") == {"d": "D"}
    assert names(place, "card", "d/") == dict.fromkeys(("d/a", "d/b", "d/c"), "")
    assert names(place, "id", "b") == {"d/b": ""}
    assert names(place, "tag", "") == {}


def test_every_sign_is_kept_whatever_encoding_is_asked_for(
    place: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "latin1")
    with Store.open(place._replace(url=f"{place.url}&client_encoding=latin1")) as opened:
        opened.library.save_note("a", "中文")
        assert opened.library.note("a") == "中文"


# -- what goes wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said", "away"),
    [
        ("guest:", "guest:x", "password was not accepted", False),
        ("guest:", "stranger:", "password was not accepted", False),
        ("/postgres", "/nowhere", "no such database", False),
        ("host=", "host=/nowhere", "cannot be reached", True),
        ("@/", "@127.0.0.1:1/", "cannot be reached", True),
        ("guest:", "guest:%zz", "address is not understood", False),
    ],
)
def test_why_nobody_gets_in_is_said_without_the_password(
    guest: Server, old: str, new: str, said: str, away: bool
) -> None:
    url = guest.url.replace(old, new)
    if "127.0.0.1" in new:
        url = url.partition("?")[0]
    server = Server(url, "guest")
    for use in (lambda: Store.open(server), lambda: glance(server, TODAY, Config())):
        with pytest.raises(StoreError, match=said) as caught:
            use()
        assert isinstance(caught.value, AwayError) == away
        assert str(caught.value).startswith(f"{server}: ")
        assert guest.url.split(":")[2].split("@")[0] not in f"{caught.value!r} {server!r}"
        assert "\n" not in str(caught.value)


def test_a_learner_who_was_not_added_is_sent_to_the_teacher(guest: Server) -> None:
    other = Server(guest.url, "other")
    with pytest.raises(StoreError, match="ask your teacher: ptcards class add other"):
        Store.open(other)


def test_what_another_learner_has_is_closed(guest: Server, store: Store, place: Server) -> None:
    with pytest.raises(StoreError, match="not open to you"):
        Store.open(Server(guest.url, place.learner))


def test_a_server_that_is_full_or_can_only_be_read_is_said(guest: Server, admin: psycopg.Connection) -> None:
    with Store.open(guest) as before:
        save(before)
    admin.execute("ALTER ROLE guest CONNECTION LIMIT 0")
    with pytest.raises(AwayError, match="no room for another connection"):
        Store.open(guest)
    admin.execute("ALTER ROLE guest CONNECTION LIMIT -1")
    admin.execute("ALTER ROLE guest SET default_transaction_read_only = on")
    with Store.open(guest) as standby:
        assert shown(standby, TODAY, NO_LIMITS).counts.new == 3
        with pytest.raises(StoreError, match="cannot be written to there"):
            answer(standby, "d/a", 4)


@pytest.mark.parametrize(
    ("state", "said", "away"),
    [("53100", "disk is full", True), ("53200", "short of memory", True), ("40P01", "keeps writing", True)],
)
def test_what_fails_while_something_is_written_is_said(
    store: Store, state: str, said: str, away: bool
) -> None:
    raised = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'broken'; END $$"
    with pytest.raises(StoreError, match=said) as caught:
        write(store, "DELETE FROM cards", raised)
    assert isinstance(caught.value, AwayError) == away
    assert len(store.library.keys()) == 3


def test_who_does_not_get_the_turn_to_write_can_try_again(
    store: Store, place: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.05)
    with Store.open(place) as impatient, Store.open(fresh_learner("neighbour")) as neighbour:
        save(neighbour)
        with store._database.writing():
            with pytest.raises(AwayError, match="keeps writing"):
                answer(impatient, "d/a", 4)
            # Learners do not wait for one another.
            answer(neighbour, "d/a", 4)
        answer(impatient, "d/a", 4)
        assert graded(store) == ["d/a"]


def test_nothing_waits_for_ever(store: Store, place: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_STATEMENT", 0.2)
    monkeypatch.setattr(postgres, "_SILENCE", 0.5)
    with Store.open(place) as mine:
        with pytest.raises(AwayError, match="too long"), mine._database.reading() as db:
            db.execute(text("SELECT pg_sleep(60)"))
        answer(mine, "d/a", 4)
        stopped = pid_of(mine)
        os.kill(stopped, signal.SIGSTOP)
        try:
            began = monotonic()
            with pytest.raises(AwayError, match="too long"):
                answer(mine, "d/a", 4, later(1))
            assert monotonic() - began < 30
        finally:
            os.kill(stopped, signal.SIGCONT)
        answer(mine, "d/a", 4, later(1))
        assert graded(mine) == ["d/a", "d/a"]


# -- a connection that breaks --------------------------------------------------------------------------------


def test_a_connection_that_broke_is_made_anew_at_the_next_transaction(
    store: Store, admin: psycopg.Connection
) -> None:
    uses: list[Callable[[], object]] = [
        lambda: answer(store, "d/a", 4),
        lambda: store.library.card("d/a"),
        lambda: store.library.keys("d"),
        lambda: store.queue.of_day(TODAY, NO_LIMITS),
        store.log.check,
    ]
    for use in uses:
        end(admin, store)
        use()
    assert graded(store) == ["d/a"]


def test_what_is_lost_in_the_middle_was_not_recorded(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    end_myself = f"SELECT pg_terminate_backend({pid_of(store)})"
    with pytest.raises(AwayError, match="nothing of this was recorded"):
        write(store, "DELETE FROM cards", end_myself, "DELETE FROM decks")
    with store._database.streaming() as other:
        pid = other.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        write(store, f"SELECT pg_terminate_backend({pid}, 5000)")
    # SQLAlchemy logs what it cannot take back, which would stand on the screen.
    assert caplog.records == []
    assert len(store.library.keys()) == 3
    answer(store, "d/a", 4)


def test_a_connection_that_is_lost_writes_nothing_on_the_screen(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    end_myself = f"SELECT pg_terminate_backend({pid_of(store)})"
    with pytest.raises(AwayError), store._database.writing() as db, store._database.at_once():
        list(map(db.execute, map(text, (end_myself, "SELECT 1"))))
    assert capsys.readouterr().err == ""


class Proxy(threading.Thread):
    """A server's socket in a folder of its own; a connection is cut at the next COMMIT when `cut` says how."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.cut = ""  # `before` it gets to the server, or `after`
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / ".s.PGSQL.5432"))
        self._door.listen()

    def run(self) -> None:
        while True:
            client = self._door.accept()[0]
            threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{HOST}/.s.PGSQL.5432")
        with client, server:
            while True:
                for end in select.select([client, server], [], [])[0]:
                    if not (data := end.recv(65536)):
                        return
                    cut = self.cut if end is client and b"COMMIT" in data else ""
                    if cut != "before":
                        (server if end is client else client).sendall(data)
                    if cut:
                        self.cut = ""
                        if cut == "after":
                            server.recv(65536)
                        return


@pytest.mark.parametrize(("cut", "kept"), [("before", False), ("after", True)])
@pytest.mark.parametrize("others", [0, 5, 20])
def test_what_became_of_a_commit_that_nobody_heard_the_end_of_is_found_out(
    store: Store,
    place: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cut: str,
    kept: bool,
    others: int,
) -> None:
    proxy = Proxy(tmp_path)
    proxy.start()
    with Store.open(Server(place.url.replace(HOST, str(tmp_path)), place.learner)) as mine:
        answer(mine, "d/a", 4)
        assert isinstance(mine._database, Remote)
        renew = mine._database._renew

        def slowly() -> None:
            # Meanwhile another window of the learner's writes.
            for number in range(others):
                answer(store, "d/b", 4, later(number))
            renew()

        monkeypatch.setattr(mine._database, "_renew", slowly)
        proxy.cut = cut
        if others == 20:
            with pytest.raises(StoreError, match="not known"):
                answer(mine, "d/a", 4, later(1))
        elif kept:
            answer(mine, "d/a", 4, later(1))
        else:
            with pytest.raises(AwayError, match="nothing of this was recorded"):
                answer(mine, "d/a", 4, later(1))
        assert graded(mine).count("d/a") == 1 + kept
        assert mine.log.check() == ()


# -- a crowd, and crashes ------------------------------------------------------------------------------------


def listen(place: Server, number: int, lines: int, said: list[str]) -> None:
    """Take what a writer says, and kill it after so many lines."""
    with writer(f"{place.url}&learner={place.learner}", "answer", number) as process:
        said += (line for line, _ in zip(heard(process), range(lines), strict=False))


def test_a_crowd_of_writers_that_are_killed_loses_and_doubles_nothing(place: Server) -> None:
    with Store.open(place) as store:
        save(store, "d", *(key[2:] for key in KEYS))
        said: list[list[str]] = [[] for _ in range(4)]
        threads = [
            threading.Thread(target=listen, args=(place, number, 30, lines))
            for number, lines in enumerate(said)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        acknowledged = list(chain(*said))
        assert len(acknowledged) == len(set(acknowledged)) == 120
        kept = [one.id for one, _ in store.log.events()]
        assert set(kept).issuperset(acknowledged)
        assert kept == sorted(set(kept))
        assert store.log.check() == ()


def test_a_server_that_crashes_under_writers_keeps_what_was_said_to_be_recorded(place: Server) -> None:
    restart = [os.environ["PTCARDS_TEST_PG_CTL"], "-m", "immediate", "restart"]
    with Store.open(place) as store:
        save(store, "d", *(key[2:] for key in KEYS))
        others, mine = list[str](), list[str]()
        thread = threading.Thread(target=listen, args=(place, 1, 100, others))
        thread.start()
        with writer(f"{place.url}&learner={place.learner}", "answer", 2) as process:
            for line in heard(process):
                mine.append(line)
                if len(mine) in (25, 60):
                    subprocess.run(restart, check=True)
                if len(mine) == 100:
                    break
        thread.join()
        acknowledged = [line for line in mine + others if line not in ("away", "unknown")]
        kept = [one.id for one, _ in store.log.events()]
        assert "away" in mine + others
        assert len(acknowledged) == len(set(acknowledged))
        assert set(kept).issuperset(acknowledged)
        # Each was killed, maybe with one that it could not say any more.
        assert len(kept) <= len(acknowledged) + (mine + others).count("unknown") + 2
        assert kept == sorted(set(kept))
        assert store.log.check() == ()


# -- learners ------------------------------------------------------------------------------------------------


def test_a_learner_has_a_place_of_their_own_and_no_other(
    guest: Server, store: Store, place: Server, admin: psycopg.Connection
) -> None:
    with Store.open(guest) as mine:
        save(mine)
        answer(mine, "d/a", 4)
    with closing(postgres.connect(guest)) as connection:
        assert connection.execute("SELECT current_user, current_schema").fetchone() == ("guest", "guest")
        for forbidden in (
            "CREATE TABLE public.mine (x int)",
            "CREATE SCHEMA mine",
            f"SELECT * FROM {place.learner}.events",
            "SET ROLE ptcards",
            "CREATE ROLE friend",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)
    teacher = where(f"{POSTGRES}&learner=ptcards")
    assert isinstance(teacher, Server)
    assert {"guest", place.learner} <= set(learners(teacher))
    assert learners(guest) == {"guest": True}
    with pytest.raises(UsageError, match="already; nothing was changed"):
        added("guest")
    with Store.open(guest, read_only=True) as still:
        assert graded(still) == ["d/a"]


def test_a_teacher_who_is_no_superuser_makes_learners_and_reads_what_they_did(
    admin: psycopg.Connection,
) -> None:
    forget(admin, "pupil", "teacher")
    admin.execute("CREATE ROLE teacher LOGIN CREATEROLE PASSWORD 'chalk'")
    by = POSTGRES.replace("ptcards@", "teacher:chalk@")
    try:
        with pytest.raises(StoreError, match=r"GRANT CREATE ON DATABASE \"postgres\" TO \"teacher\""):
            added("pupil", by)
        admin.execute("GRANT CREATE ON DATABASE postgres TO teacher")
        pupil = added("pupil", by)
        teacher = Server(where(by).url, "teacher")  # type: ignore[union-attr]
        assert learners(teacher) == {"pupil": False}
        with Store.open(pupil) as mine:
            save(mine)
            answer(mine, "d/a", 4)
        assert learners(teacher) == {"pupil": True}
        with rows_of(teacher, "pupil", 10) as rows:
            assert [*rows.of("events", "kind", "q")] == [("graded", "4")]
        # A learner's place may hold what runs with a teacher's rights.
        with pytest.raises(StoreError, match="only they open it"):
            Store.open(teacher._replace(learner="pupil"), read_only=True)
    finally:
        forget(admin, "pupil", "teacher")


def test_a_learner_that_was_half_made_or_restored_without_roles_is_mended(
    guest: Server, admin: psycopg.Connection
) -> None:
    with Store.open(guest) as mine:
        save(mine)
    admin.execute("ALTER SCHEMA guest OWNER TO ptcards; REASSIGN OWNED BY guest TO ptcards")
    admin.execute("DROP OWNED BY guest; DROP ROLE guest")
    with Store.open(added("guest")) as mine:
        answer(mine, "d/a", 4)
    admin.execute("DROP SCHEMA guest CASCADE")
    with Store.open(added("guest")) as mine:
        save(mine)
        answer(mine, "d/b", 4)
        assert graded(mine) == ["d/b"]
    # Somebody of that name who is nobody of ours is left alone.
    with pytest.raises(UsageError, match="somebody else"):
        added("ptcards")
