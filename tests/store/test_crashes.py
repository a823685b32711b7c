"""Processes that are killed at any moment, as a power cut or `kill -9` would."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from ptcards.store.connection import SCHEMA, backups, look_at
from ptcards.store.store import Store
from tests.store.steps import answer, later, save
from tests.store.writer import KEYS, MERGED_AT_ONCE

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("PTCARDS_CRASH_ROUNDS", "1"))
"""How often each is killed."""


@contextmanager
def writer(*arguments: object, die_after: int | None = None) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.store.writer", *map(str, arguments)]
    environment = {**os.environ, "DIE_AFTER": str(die_after or "")}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def heard(process: subprocess.Popen[str]) -> Iterator[str]:
    """What a writer says from when it is ready on, whole lines only."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.endswith("\n") and line != "ready\n":
            yield line.strip()


def run_until_killed(lines: int, delay: float, *arguments: object) -> list[str]:
    """Kill a writer some time after so many lines; gives all it had acknowledged."""
    with writer(*arguments) as process:
        said = []
        for line in heard(process):
            said.append(line)
            if len(said) == lines:
                threading.Timer(delay, process.send_signal, (signal.SIGKILL,)).start()
        assert process.wait() == -signal.SIGKILL
    return said


def run_until_it_dies(instructions: int, *arguments: object) -> list[str]:
    """Let a writer kill itself within SQLite; gives all it had acknowledged."""
    with writer(*arguments, die_after=instructions) as process:
        said = list(heard(process))
        assert process.wait() == -signal.SIGKILL, process.stderr and process.stderr.read()
    return said


def save_cards(store: Store) -> None:
    save(store, "d", *(key[2:] for key in KEYS))


def test_kill_9_loses_nothing_that_was_acknowledged_and_leaves_no_half(database: Path, store: Store) -> None:
    save_cards(store)
    store.close()
    random = Random(5)
    acknowledged: list[str] = []
    for turn in range(2 * ROUNDS):
        if turn % 2:
            some = run_until_killed(random.randrange(1, 400), random.random() / 50, database, "answer", turn)
        else:
            some = run_until_it_dies(random.randrange(20_000, 250_000), database, "answer", turn)
        acknowledged += some
        with Store.open(database) as after:
            assert after.log.check() == ()
            kept = {one.id for one, _ in after.log.events()}
        assert kept.issuperset(acknowledged)
        # What was committed and could not be said any more: one event for each kill, at most.
        assert len(kept) <= len(acknowledged) + turn + 1
    assert len(acknowledged) > 100 * ROUNDS


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_kill_9_while_decks_are_saved_leaves_the_old_or_the_new_one(
    database: Path, store: Store, seed: int
) -> None:
    save_cards(store)
    answer(store, KEYS[0], 4)
    store.close()
    run_until_it_dies(Random(seed).randrange(1000, 40_000), database, "save")
    with Store.open(database) as after:
        assert after.log.check() == ()
        assert after.library.schedule(KEYS[0]).repetitions == 1
        keys = after.library.keys()
        assert len(keys) == after.library.decks()[0].cards
        assert len(set(keys) - set(KEYS)) <= 1
        assert set(keys).issuperset(KEYS)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_kill_9_during_merges_keeps_whole_merges_only(
    database: Path, store: Store, tmp_path: Path, seed: int
) -> None:
    save_cards(store)
    source = store.back_up(later(0), tmp_path / "other.db")
    store.close()
    with Store.open(source) as other:
        for step in range(10 * MERGED_AT_ONCE):
            answer(other, KEYS[step % len(KEYS)], step % 6, later(step))
        log = [one.id for one, _ in other.log.events()]
    merged = run_until_it_dies(Random(seed).randrange(1000, 60_000), database, "merge", source)
    with Store.open(database) as after:
        assert after.log.check() == ()
        kept = [one.id for one, _ in after.log.events()]
    assert len(kept) % MERGED_AT_ONCE == 0
    assert kept == log[: len(kept)]
    assert set(kept).issuperset(merged)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_kill_9_during_a_migration_leaves_the_old_schema_or_the_new_one_with_all_that_was_there(
    tmp_path: Path, seed: int
) -> None:
    path = tmp_path / "ptcards.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((Path(__file__).parent / "data" / "schema-0002.sql").read_text("utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    run_until_it_dies(Random(seed).randrange(2000, 60_000), path, "open")
    with closing(sqlite3.connect(path)) as connection:
        (schema,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert schema in {"0002", SCHEMA}
    assert ("totals" in tables) == (schema == "0002")
    assert not [name for name in tables if "old" in name]
    for copy in backups(path):
        assert look_at(copy).events == 295
    with Store.open(path) as after:
        assert len(list(after.log.events())) == 295
        assert after.log.check() == ()


def test_four_writers_at_once_lose_and_double_nothing(database: Path, store: Store) -> None:
    save_cards(store)
    said: dict[int, list[str]] = {}

    def listen(number: int) -> None:
        with writer(database, "answer", number) as process:
            said[number] = [line for line, _ in zip(heard(process), range(30), strict=False)]

    threads = [threading.Thread(target=listen, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    acknowledged = [line for lines in said.values() for line in lines]
    assert len(acknowledged) == len(set(acknowledged)) == 120
    kept = [one.id for one, _ in store.log.events()]
    assert set(kept).issuperset(acknowledged)
    assert kept == sorted(set(kept))
    assert store.log.check() == ()


def test_readers_see_whole_answers_while_another_writes(database: Path, store: Store) -> None:
    save_cards(store)
    with writer(database, "answer", 1) as process:
        for _, _ in zip(heard(process), range(30), strict=False):
            assert store.log.check() == ()
