from __future__ import annotations

from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import Event, Kind, Role, event, explain, json_text, next_id, roots, shown_text
from ptcards.scheduling.sm2 import NEW, Schedule, grade
from tests.scheduling.model import steps

START = Moment(1_795_000_000_000, 0)
DAY = study_day(START)


def at(days: int, kind: Kind, number: int, **facts: object) -> Event:
    made = event(kind, "d/a", Moment(START.at + days * 86_400_000, 0), DAY + days)
    event_id = next_id(START.at, "", number) if not number else next_id(START.at + number, "", 0)
    return made._replace(id=event_id, action=event_id, device="x")._replace(**facts)  # type: ignore[arg-type]


def fold(events: list[Event], withdrawn: frozenset[str] = frozenset()) -> Schedule:
    return list(steps(events, withdrawn))[-1].after


def renamed(number: int, old: str, new: str) -> Event:
    return at(0, Kind.RENAMED, number, card=old, target=new)


def test_chains_of_renames_are_followed_the_later_holds_and_circles_have_no_effect() -> None:
    assert roots([renamed(2, "b", "c"), renamed(1, "a", "b")]) == {"a": "c", "b": "c"}
    assert roots([renamed(2, "a", "c"), renamed(1, "a", "b")]) == {"a": "c"}
    assert roots([renamed(1, "a", "b"), renamed(2, "b", "a")]) == {"a": "b"}
    assert roots([renamed(1, "a", "a")]) == {}


def test_what_is_undone_moves_nothing_but_is_seen_to_have_touched_the_card() -> None:
    good, bad = at(0, Kind.GRADED, 1, q=4), at(1, Kind.GRADED, 2, q=1)
    schedule = fold([good, bad], frozenset((bad.action,)))
    assert schedule == grade(NEW, 4, DAY)._replace(head=bad.id)


def test_a_reset_card_is_new_and_keeps_its_marks() -> None:
    marks = at(0, Kind.MARKED, 2), at(0, Kind.SUSPENDED, 3)
    after = fold([at(0, Kind.GRADED, 1, q=4), *marks, at(1, Kind.RESET, 4)])
    assert after[:6] == NEW[:6]
    assert (after.marked, after.suspended, after.answers) == (True, True, 1)


def test_buried_means_until_tomorrow_unless_it_says_longer() -> None:
    assert fold([at(0, Kind.BURIED, 1)]).buried_until == DAY + 1
    assert fold([at(0, Kind.BURIED, 1, to_day=DAY + 7)]).buried_until == DAY + 7
    assert fold([at(0, Kind.BURIED, 1), at(0, Kind.UNBURIED, 2)]).buried_until is None


def test_crammed_answers_count_and_move_nothing() -> None:
    after = fold([at(0, Kind.CRAMMED, 1, q=0)])
    assert (after[:6], after.answers) == (NEW[:6], 1)


def test_events_of_another_day_than_they_are_ordered_by_keep_their_own_day() -> None:
    walked = list(steps([at(5, Kind.GRADED, 1, q=4), at(0, Kind.GRADED, 2, q=4)], frozenset()))
    assert [step.role for step in walked] == [Role.FIRST, Role.PRACTICE]


def test_why_shows_the_arithmetic_line_by_line() -> None:
    facts = json_text({"repetitions": 5, "interval_days": 30, "ease": 210, "lapses": 0, "due_day": DAY})
    events = [
        at(0, Kind.GRADED, 1, q=4),
        at(1, Kind.GRADED, 2, q=5),
        at(8, Kind.GRADED, 3, q=3, fuzz_days=1),
        at(8, Kind.DRILLED, 4, q=4),
        at(9, Kind.GRADED, 5, q=4),
        at(30, Kind.GRADED, 6, q=1),
        at(30, Kind.SCHEDULE_SET, 7, details=facts),
        at(31, Kind.GRADED, 8, q=4),
    ]
    undone = frozenset((events[-1].action,))
    lines = explain(steps(events, undone), DAY + 31)
    assert [line[12:] for line in lines] == [
        "Good (4): new: EF 2.50 + 0.00 = 2.50; I(1) = 1 d; due 2026-11-19",
        "Easy (5): due: EF 2.50 + 0.10 = 2.60; I(2) = 6 d; due 2026-11-25",
        "Hard (3): due, 1 d late (the planned interval counts): EF 2.60 - 0.14 = 2.46; "
        "I(3) = 6 x 2.46, rounded up = 15 d; +1 d of fuzz; due 2026-12-12; below 4: comes back today",
        "Good (4): drill: EF and interval stay; its drill is over",
        "Good (4): not due until 2026-12-12: practice, moves nothing",
        "Again (1): below 3, repetitions restart, lapse 1: interval 1 day, EF stays 2.46; due 2026-12-19; "
        "below 4: comes back today",
        "a schedule from elsewhere: no effect, the card had grades of its own",
        "Good (4): undone, counts for nothing",
        "today: repetitions 0, interval 1 d, EF 2.46, lapses 1, due 2026-12-19",
    ]


def test_shown_is_four_numbers_before_and_after() -> None:
    assert shown_text(NEW, Schedule(1, 1, 250, 0, 9)) == "[[0,0,250,null],[1,1,250,9]]"
