"""Due days spread a little, where that is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ptcards.config import Config
from ptcards.scheduling.days import day_of
from ptcards.scheduling.queue import Scope
from ptcards.study.session import Session
from tests.study.conftest import DAY, MONDAY_EIGHT, WORDS, Bench

EVERYTHING = Scope(decks=("words",), new=4)
FIRST_DAY = 20_780
Intervals = dict[str, int]


def answer_all(session: Session, bench: Bench) -> Intervals:
    """Answer all that is due today with Easy; gives after how many days each card comes back."""
    found: Intervals = {}
    while (question := session.next()) is not None:
        session.show()
        promised = {button.q: button.outlook.interval_days for button in session.buttons()}[5]
        due = session.grade(5).after.due
        assert due is not None
        found[question.card.id] = day_of(due) - FIRST_DAY - (bench.at - MONDAY_EIGHT) // DAY
        # What the key showed before it was pressed.
        assert promised == found[question.card.id]
    return found


def study_for_long(bench: Bench) -> list[Intervals]:
    """Eight rounds, each on the day on which the last card is due."""
    rounds = []
    for _ in range(8):
        rounds.append(answer_all(Session(bench.desk, EVERYTHING), bench))
        bench.pass_days(max(rounds[-1].values()))
    return rounds


@pytest.mark.parametrize("fuzz", [False, True])
def test_fuzz_spreads_within_five_percent_and_never_compounds(
    open_bench: Callable[..., Bench], fuzz: bool
) -> None:
    assert not Config().fuzz
    rounds = study_for_long(open_bench(WORDS, config=Config(fuzz=fuzz)))
    for planned, found in zip((1, 6, 17, 50, 150, 465, 1488, 4911), rounds, strict=True):
        assert all(abs(days - planned) * 20 <= planned * fuzz for days in found.values())
    assert len(set(rounds[-1].values())) == (4 if fuzz else 1)


def test_what_is_undone_and_given_again_has_the_same_day(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(WORDS, config=Config(fuzz=True))
    for _ in range(5):
        session = Session(bench.desk, EVERYTHING)
        first = answer_all(session, bench)
        for _ in first:
            session.undo()
        assert answer_all(session, bench) == first
        bench.pass_days(max(first.values()))
    assert bench.desk.store.log.check() == ()
