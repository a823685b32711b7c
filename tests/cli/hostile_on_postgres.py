"""A learner on a server who means ill to whoever reads what is there; `tests/postgres.sh` names this file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from ptcards.store.server import Server, where
from ptcards.store.store import Store
from tests.cli.shell import Done, QuickShell
from tests.store.on_postgres import admin, forget
from tests.store.steps import POSTGRES, answer, save

__all__ = ["admin"]
HOST = Path(POSTGRES.partition("host=")[2])
STEAL = """CREATE OR REPLACE FUNCTION steal_now() RETURNS int LANGUAGE plpgsql AS
$$ BEGIN COPY (SELECT session_user) TO '{}'; RETURN 1; END $$"""


@pytest.fixture
def teacher(tmp_path: Path) -> QuickShell:
    made = QuickShell(tmp_path / "teacher")
    made.env["PTCARDS_DATABASE"] = f"{POSTGRES}&learner=teacher"
    return made


@pytest.fixture
def mallory(teacher: QuickShell, admin: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A learner with an answer in the log, and a connection of her own; `steal` needs a teacher's rights."""
    forget(admin, "mallory")
    place = where(teacher("class", "add", "mallory").out.split()[1])
    assert isinstance(place, Server)
    with Store.open(place) as store:
        save(store)
        answer(store, "d/a", 4)
    with closing(psycopg.connect(place.url.replace("+psycopg", ""), autocommit=True)) as opened:
        opened.execute("SET search_path = mallory")
        yield opened
    forget(admin, "mallory")


def report(teacher: QuickShell) -> tuple[Done, dict[str, int]]:
    """What the teacher sees of the class, and on how many days each practised."""
    done = teacher("class", "report", "--json")
    pupils = done.json["pupils"] if done.out else ()
    return done, {one["name"]: one["days"] for one in pupils}


@pytest.mark.parametrize(
    "trap",
    [
        "CREATE AGGREGATE max(varchar) (SFUNC = taken, STYPE = varchar)",
        "ALTER TABLE texts RENAME TO others; CREATE VIEW texts AS SELECT * FROM others WHERE steal() = 1",
        "CREATE INDEX ix_trap ON events ((steal()))",
        "CREATE INDEX ix_trap ON texts (number) WHERE steal() = 1",
        "ALTER TABLE events ENABLE ROW LEVEL SECURITY; CREATE POLICY trap ON events USING (steal() = 1)",
    ],
)
def test_nothing_of_a_learner_runs_with_the_rights_of_a_teacher(
    teacher: QuickShell, mallory: psycopg.Connection, trap: str
) -> None:
    stolen = HOST / "stolen"
    for statement in (
        # Harmless until all is set up: making an index asks it, too.
        "CREATE FUNCTION steal_now() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION steal() RETURNS int LANGUAGE plpgsql IMMUTABLE AS "
        "$$ BEGIN RETURN mallory.steal_now(); END $$",
        "CREATE FUNCTION taken(a varchar, b varchar) RETURNS varchar LANGUAGE plpgsql IMMUTABLE AS "
        "$$ BEGIN PERFORM mallory.steal(); RETURN b; END $$",
        *trap.split("; "),
        STEAL.format(stolen),
    ):
        mallory.execute(statement)
    # The rights are a superuser's, as session or as member.
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        mallory.execute("SELECT steal()")
    done, days = report(teacher)
    assert not stolen.exists(), stolen.read_text()
    for command in ("stats", "due", "cards"):
        assert teacher("--database", f"{POSTGRES}&learner=mallory", command).code == 4
    assert not stolen.exists(), stolen.read_text()
    assert days.get("mallory") == 1 or "mallory at" in done.err


def test_what_no_event_is_in_a_learners_tables_is_left_out_and_told(
    teacher: QuickShell, mallory: psycopg.Connection
) -> None:
    mallory.execute(
        "ALTER TABLE events DROP CONSTRAINT events_pkey, ALTER day TYPE text, ALTER q TYPE float8"
    )
    one = "INSERT INTO events SELECT (e).* FROM (SELECT jsonb_populate_record(events, %s) AS e FROM events LIMIT 1) x"
    for odd in (
        '{"id": "no id"}',
        '{"day": "tomorrow"}',
        '{"day": "99999999999999999999999"}',
        '{"q": "NaN"}',
        '{"at": 9223372036854775807}',
        '{"card": 4711}',
        '{"details": "[1]"}',
        '{"details": "{"}',
        '{"details": "{\\"mistakes\\": 1}", "id": "0198f000-0000-7000-8000-000000000001"}',
        '{"day": "900000"}',
    ):
        mallory.execute(one, [odd])
    mallory.execute("UPDATE events SET details = repeat('x', 3000000) WHERE id = 'no id'")
    mallory.execute("ALTER TABLE texts DROP CONSTRAINT texts_text_key")
    mallory.execute("INSERT INTO texts VALUES (4712, repeat('x', 2000000))")
    done, days = report(teacher)
    assert days["mallory"] == 1
    told = [line.partition("/postgres")[2] for line in done.err.splitlines() if line.startswith("mallory")]
    assert [line.split(";")[0] for line in told] == [
        ":2: `day` must be a whole number from -719162 to 2932896",
        ":10: an event of 4434-02-12, which is still to come: the clock there was wrong",
        ": 7 more lines are damaged",
    ]
    mallory.execute("UPDATE alembic_version SET version_num = '9999'")
    done, days = report(teacher)
    assert ("mallory" in days, "newer ptcards (schema 9999" in done.err) == (False, True)
