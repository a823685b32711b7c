"""A process that writes to a database for ever and says so line by line, to be killed by the one that started it.

`writer.py DATABASE answer NAME | merge LOG | save | open`; with `DIE_AFTER` in the environment it kills itself
after so many instructions of SQLite's. Where a server is away it goes on when that is back, and says `away`.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from ptcards.errors import AwayError, StaleAnswerError
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import event, grade_kind
from ptcards.store.server import Where, where
from ptcards.store.store import Store
from tests.store.steps import deck_of

MERGED_AT_ONCE = 10
KEYS = [f"d/c{number}" for number in range(20)]
STEP = 20


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def die_after(instructions: int) -> None:
    """End this process, as a power cut would, in the middle of what SQLite does then."""
    left = instructions
    connect = sqlite3.connect

    def tick() -> int:
        nonlocal left
        left -= STEP
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def open_mortal(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened: sqlite3.Connection = connect(*arguments, **options)
        opened.set_progress_handler(tick, STEP)
        return opened

    sqlite3.connect = open_mortal  # type: ignore[assignment]


def answer_for_ever(store: Store, seed: int) -> None:
    step = seed
    while True:
        step += 1
        moment = Moment(int(time.time() * 1000), 0)
        day = study_day(moment)
        key = KEYS[step % len(KEYS)]
        try:
            before = store.library.schedule(key)
            draft = event(grade_kind(before, day), key, moment, day)._replace(
                q=step % 6, rules=1, seconds=1.0
            )
            (done,) = store.log.record([draft], expected_head=before.head, code="x")
            say(done.event.id)
            if step % 7 == 0 and (undone := store.log.undo(moment, day)):
                say(undone.undo.id)
        except StaleAnswerError:
            continue
        except AwayError as error:
            say("unknown" if "not known" in str(error) else "away")
            time.sleep(0.05)


def save_for_ever(store: Store) -> None:
    step = 0
    names = [key[2:] for key in KEYS]
    while True:
        step += 1
        more = [f"n{step}"] if step % 2 else []
        was = {f"n{step}": (f"n{step - 2}",)} if step % 2 else {}
        store.library.save([deck_of("d", *more, *names, **was)])
        say("saved")


def merge_for_ever(store: Store, other: Path) -> None:
    with Store.open(other, read_only=True) as source:
        log = list(source.log.events())
    for end in range(MERGED_AT_ONCE, len(log) + 1, MERGED_AT_ONCE):
        store.log.merge(log[:end])
        say(log[end - 1][0].id)


def main(named: Where, what: str, *rest: str) -> None:
    if instructions := os.environ.get("DIE_AFTER"):
        die_after(int(instructions))
    with Store.open(named) as opened:
        say("ready")
        while what == "open":
            opened.log.check()
        if what == "save":
            save_for_ever(opened)
        elif what == "merge":
            merge_for_ever(opened, Path(rest[0]))
        else:
            answer_for_ever(opened, int(rest[0]))


if __name__ == "__main__":
    main(where(sys.argv[1]), *sys.argv[2:])
