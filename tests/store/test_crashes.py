from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from ptcards.store.store import Store
from tests.store.steps import NOW, TODAY, answer, later, save

ROOT = Path(__file__).parents[2]


@contextmanager
def writer(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.store.writer", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def run_until_killed(lines: int, delay: float, *arguments: object) -> list[str]:
    """Kill a writer some time after so many lines; gives all it had acknowledged."""
    with writer(*arguments) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(lines)]
        threading.Timer(delay, process.send_signal, (signal.SIGKILL,)).start()
        said += [line.strip() for line in process.stdout if line.endswith("\n")]
    return [line for line in said if line]


def test_kill_9_loses_nothing_that_was_acknowledged_and_leaves_no_half(database: Path, store: Store) -> None:
    save(store)
    store.close()
    random, acknowledged = Random(5), []
    for turn in range(6):
        acknowledged += run_until_killed(random.randrange(1, 40), random.random() / 20, database, turn)
        with Store.open(database) as after:
            assert after.check() == ()
            kept = {one.id for one, _ in after.events()}
            assert kept.issuperset(acknowledged)
            assert len(kept) <= len(acknowledged) + turn + 1
    assert len(acknowledged) > 100


def test_kill_9_while_decks_are_saved_leaves_the_old_or_the_new_one(database: Path, store: Store) -> None:
    save(store)
    answer(store, "d/a", 4)
    store.close()
    for lines in (1, 5):
        assert run_until_killed(lines, 0.01, database, "save")
        with Store.open(database) as after:
            assert after.check() == ()
            assert after.schedule("d/a").repetitions == 1
            assert len(after.keys()) == after.decks()[0].cards


def test_kill_9_during_merges_keeps_whole_merges_only(database: Path, store: Store, tmp_path: Path) -> None:
    save(store)
    source = store.back_up(NOW, tmp_path / "other.db")
    store.close()
    with Store.open(source) as other:
        for step in range(60):
            answer(other, f"d/{'abc'[step % 3]}", step % 6, later(step))
    merged = run_until_killed(3, 0.05, database, "merge", source)
    with Store.open(database) as after:
        assert after.check() == ()
        assert {one.id for one, _ in after.events()}.issuperset(merged)


def test_four_writers_at_once_lose_and_double_nothing(database: Path, store: Store) -> None:
    save(store)
    said: dict[int, list[str]] = {}

    def listen(number: int) -> None:
        with writer(database, number) as process:
            assert process.stdout is not None
            said[number] = [process.stdout.readline().strip() for _ in range(60)]

    threads = [threading.Thread(target=listen, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    acknowledged = [line for lines in said.values() for line in lines]
    assert len(acknowledged) == len(set(acknowledged)) == 240
    kept = [one.id for one, _ in store.events()]
    assert set(kept).issuperset(acknowledged)
    assert kept == sorted(set(kept))
    assert store.check() == ()


@pytest.mark.parametrize("day", [TODAY])
def test_readers_see_whole_answers_while_another_writes(database: Path, store: Store, day: int) -> None:
    save(store)
    with writer(database, 1) as process:
        for _ in range(30):
            assert process.stdout is not None
            process.stdout.readline()
            assert store.check() == ()
