"""Everything at once on one database: writers, a session, prompts, an import and a merge.

    python -m tests.cli.crowd SECONDS

The test suite counts instead: a few answers each.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ptcards.store.store import Store
from tests.cli.shell import Done, QuickShell, Shell
from tests.store.writer import KEYS

ROOT = Path(__file__).parents[2]
CARDS = 12
"""Of the deck that is reviewed in the session."""


@dataclass
class Seen:
    """What the processes said."""

    writers: int
    acknowledged: list[str] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)


def write_deck(path: Path, slug: str, ids: list[str], question: str = "Where?") -> Path:
    rest = f"question: {question}, accepts: text, solution: Paris, hints: [Seine]"
    cards = [f"  - {{id: {name}, {rest}}}" for name in ids]
    path.write_text("\n".join([f"deck: {slug}", f"title: {slug}", "cards:", *cards]) + "\n")
    return path


def prepare(folder: Path) -> tuple[Shell, Path]:
    """A home with a deck to write to and one to review; and another machine's log of the first."""
    here, there = QuickShell(folder / "here"), QuickShell(folder / "there")
    deck = write_deck(folder / "d.yaml", "d", [key[2:] for key in KEYS])
    here("import", deck, write_deck(folder / "mine.yaml", "mine", [f"m{number}" for number in range(CARDS)]))
    there("import", deck)
    for number, key in enumerate(KEYS[:10]):
        there("grade", key, str(number % 6))
    there("export", "-o", folder / "there.jsonl")
    return Shell(here.home), folder / "there.jsonl"


def answer(shell: Shell, name: int, seen: Seen, *, go_on: Callable[[int], bool]) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.store.writer",
        str(shell.home / "ptcards.db"),
        "answer",
        str(name),
    ]
    pipe, said = subprocess.PIPE, list[str]()
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if line != "ready\n":
                said.append(line.strip())
            if not go_on(len(said)):
                break
        process.kill()
        # What it wrote before it was killed.
        said += [line.strip() for line in process.stdout if line.endswith("\n")]
        seen.problems += process.stderr.read().splitlines()
    seen.acknowledged += said


def run(folder: Path, *, writers: int = 4, answers: int = 0, seconds: float = 0) -> tuple[Shell, Seen]:
    """Let them all loose, each command again and again: until each writer gave so many answers, or for so long."""
    shell, log = prepare(folder)
    seen, end = Seen(writers), time.monotonic() + seconds

    def go_on(said: int) -> bool:
        return said < answers if answers else time.monotonic() < end

    def take() -> Done:
        ids = [f"o{number}" for number in range(30)]
        question = f"Where now {time.monotonic_ns()}?"
        return shell("import", write_deck(folder / "other.yaml", "other", ids, question))

    def repeat(command: Callable[[], Done]) -> None:
        seen.done.append(command())
        while not answers and time.monotonic() < end:
            seen.done.append(command())

    session = "Paris\n\n" * CARDS
    review = partial(shell, "review", "mine", "--plain", "--new", "100", stdin=session)
    commands = (review, partial(shell, "due", "--json"), partial(shell, "merge", log), take)
    works = [partial(repeat, command) for command in commands]
    works += [partial(answer, shell, name, seen, go_on=go_on) for name in range(writers)]
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(folder / "there" / "ptcards.db", read_only=True) as other:
        seen.merged = {one.id for one, _ in other.log.events()}
    return shell, seen


def verify(shell: Shell, seen: Seen) -> str:
    """AssertionError where anything was lost, doubled, half done or shown that no person should read."""
    for done in seen.done:
        assert done.code == 0, done
        assert "locked" not in done.err + done.out, done
    assert seen.problems == []
    with Store.open(shell.home / "ptcards.db") as store:
        assert store.log.check() == ()
        log = [one for one, _ in store.log.events()]
        cards = store.library.keys("other")
    kept = [one.id for one in log]
    assert kept == sorted(set(kept))
    assert len(seen.acknowledged) == len(set(seen.acknowledged))
    assert set(kept).issuperset(seen.acknowledged)
    assert set(kept).issuperset(seen.merged)
    # The writers undo, too: a card of the session may be asked again.
    graded_here = sum(done.out.count("Good, due") for done in seen.done)
    assert graded_here >= CARDS
    assert len([one for one in log if one.card.startswith("mine/")]) == graded_here
    # A writer that is killed may have written one event that it could not say any more.
    assert 0 <= len(kept) - len(seen.acknowledged) - len(seen.merged) - graded_here <= seen.writers
    assert len(cards) == 30
    return f"{len(seen.acknowledged)} answers of {seen.writers} writers, {len(seen.done)} commands: nothing lost or doubled"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(f"{verify(*run(Path(name), seconds=float(sys.argv[1])))}\n")
