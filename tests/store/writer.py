"""A process that answers for ever and says so line by line: `writer.py DATABASE NAME [merge LOG | save]`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from ptcards.errors import StaleAnswerError
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import event, grade_kind
from ptcards.store.store import Store
from tests.store.steps import deck_of


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def answer_for_ever(store: Store, seed: int) -> None:
    step = seed
    while True:
        step += 1
        moment = Moment(int(time.time() * 1000), 0)
        day = study_day(moment)
        key = f"d/{'abc'[step % 3]}"
        before = store.schedule(key)
        draft = event(grade_kind(before, day), key, moment, day)._replace(q=step % 6, rules=1, seconds=1.0)
        try:
            done = store.record([draft], expected_head=before.head, code="x")
        except StaleAnswerError:
            continue
        say(done.events[0].id)
        if step % 7 == 0 and (undone := store.undo(moment, day)):
            say(undone.undo.id)


def save_for_ever(store: Store) -> None:
    step = 0
    while True:
        step += 1
        names = [f"n{step}", *"abc"] if step % 2 else list("abc")
        store.save_deck(
            deck_of("d", *names, **({names[0]: (f"n{step - 2}",)} if step % 2 else {})), Moment(step, 0), 5
        )
        say("saved")


def merge_for_ever(store: Store, other: Path) -> None:
    with Store.open(other, read_only=True) as source:
        log = list(source.events())
    for end in range(1, len(log) + 1):
        store.merge(log[:end])
        say(log[end - 1][0].id)


if __name__ == "__main__":
    with Store.open(Path(sys.argv[1])) as opened:
        say("ready")
        if sys.argv[2] == "save":
            save_for_ever(opened)
        elif sys.argv[2] == "merge":
            merge_for_ever(opened, Path(sys.argv[3]))
        else:
            answer_for_ever(opened, int(sys.argv[2]))
