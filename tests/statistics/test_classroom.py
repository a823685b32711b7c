"""The class's numbers against plain loops over the events, with no code of the product's."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ptcards.scheduling.events import Event, json_text, next_id
from ptcards.statistics.classroom import Known, Pupil, add_up, figures, gather

CARDS = ("d/a", "d/b", "e/c")
MISTAKES = ("one", "two", "zwei")
KNOWN = {"d/a": Known("Why?", [("eins", "1"), ("two", "2")], {"one": 0, "two": 1, "zwei": 1}.get)}
TODAY = 100

answers = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["graded"] * 4 + ["drilled", "crammed", "recorded"]),
        "card": st.sampled_from(CARDS),
        "day": st.integers(70, TODAY),
        "q": st.integers(0, 5),
        "verdict": st.sampled_from(["pass", "fail", "shown", "taught", "none"]),
        "attempts": st.integers(0, 2),
        "hints": st.integers(0, 1),
        "disputed": st.sampled_from([None, None, None, "no!"]),
        "mistakes": st.lists(st.sampled_from(MISTAKES), max_size=2, unique=True),
    }
)
turns = st.tuples(st.sampled_from(["undone", "redone"]), st.integers(0, 20))
logs = st.lists(st.one_of(answers, answers, turns), max_size=14)


def events_of(log: list[Any]) -> list[Event]:
    made: list[Event] = []
    for number, one in enumerate(log):
        name = next_id(number, "", number)
        if isinstance(one, tuple):
            kind, which = one
            aims = [other for other in made if (other.kind == "undone") == (kind == "redone")]
            if aims:
                target = aims[which % len(aims)].id
                made.append(Event(name, "x", name, "", kind, number, 0, 80, target=target))
            continue
        facts = dict(one)
        details = json_text({"mistakes": facts.pop("mistakes")})
        made.append(Event(name, "x", name, facts.pop("card"), facts.pop("kind"), number, 0, facts.pop("day"), details=details, **facts))  # fmt: skip
    return made


def plain(logs: list[list[Event]]) -> dict[str, Any]:
    """What is told of every card: who answered it, the first tries, the mistakes; and everybody's days."""
    cards: dict[str, Any] = {}
    days = []
    for number, events in enumerate(logs):
        counted = []
        for event in events:
            undos = [undo for undo in events if undo.kind == "undone" and undo.target == event.id]
            back = [
                undo
                for undo in undos
                if any(one.kind == "redone" and one.target == undo.id for one in events)
            ]
            if event.kind in ("graded", "drilled", "crammed") and len(back) == len(undos):
                counted.append(event)
        days.append(sorted({event.day for event in counted}))
        for key in {event.card for event in counted}:
            own = [event for event in counted if event.card == key]
            tries = [e for e in own if e.kind == "graded" and e.verdict != "taught" and e.disputed is None]
            right = [
                e for e in tries
                if (e.verdict == "pass" and e.hints == 0) or (e.verdict == "none" and (e.q or 0) > 2)
            ]  # fmt: skip
            card = cards.setdefault(key, {"who": 0, "shares": [], "never": 0, "disputed": 0, "mistakes": {}})
            card["who"] += 1
            card["disputed"] += sum(e.disputed is not None for e in own)
            if tries:
                card["shares"].append(len(right) / len(tries))
                card["never"] += not right
            for said in MISTAKES:
                with_it = sum(said in (e.details or "") for e in own)
                lately = said in (own[-1].details or "")
                name = {"one": "eins", "zwei": "two"}.get(said, said) if key in KNOWN else said
                if with_it:
                    found = card["mistakes"].setdefault(name, {"who": set(), "times": 0, "lately": set()})
                    found["who"].add(number)
                    found["times"] += with_it
                    found["lately"] |= {number} if lately else set()
    return {"cards": cards, "days": days}


@settings(max_examples=60, deadline=None)
@given(st.lists(logs, min_size=1, max_size=4))
def test_the_numbers_are_those_of_plain_loops(some: list[list[Any]]) -> None:
    made = [events_of(log) for log in some]
    pupils = []
    for number, events in enumerate(made):
        pupils.append(Pupil(f"p{number}"))
        add_up(pupils[-1], ((event, None) for event in reversed(events)), {})
    found = figures(gather(pupils, KNOWN, TODAY, every=True))
    wanted = plain(made)
    assert [one["calendar"].keys().__len__() for one in found["pupils"]] == [
        len(each) for each in wanted["days"]
    ]
    cards = {one["card"]: one for one in found["cards"]}
    assert cards.keys() == wanted["cards"].keys()
    for key, plainly in wanted["cards"].items():
        card, shares = cards[key], plainly["shares"]
        assert (card["pupils"], card["tried"]) == (plainly["who"], len(shares))
        assert card["never_right"]["hits"] == plainly["never"]
        assert len(card["disputed"]) == plainly["disputed"]
        if shares:
            assert abs(card["first_try"] - sum(shares) / len(shares)) < 1e-4
            low, high = card["interval"]
            assert low - 1e-4 <= card["first_try"] <= high + 1e-4
        said = {one["mistake"]: one for one in found["mistakes"] if one["card"] == key}
        assert {
            name: (one["pupils"]["hits"], one["pupils"]["of"], one["times"], one["lately"])
            for name, one in said.items()
        } == {
            name: (len(one["who"]), plainly["who"], one["times"], len(one["lately"]))
            for name, one in plainly["mistakes"].items()
        }
    order = [(one["pupils"]["hits"]) for one in found["mistakes"] if one["card"] == "d/a"]
    assert order == sorted(order, reverse=True)


def answer(number: int, card: str = "d/a", day: int = 90, **facts: Any) -> Event:
    name = next_id(number, "", number)
    known: dict[str, Any] = {"q": 4, "verdict": "pass", "attempts": 1, "hints": 0}
    return Event(name, "x", name, card, "graded", number, 0, day, **(known | facts))


def test_a_renamed_card_is_one_and_few_pupils_say_little() -> None:
    wrong: dict[str, Any] = {"verdict": "fail", "q": 2, "attempts": 2}
    renamed = Event(next_id(3, "", 1), "x", next_id(3, "", 1), "d/old", "renamed", 3, 0, 90, target="d/new")
    one, other, third = Pupil("One"), Pupil("Other"), Pupil("Third")
    add_up(
        one, [(answer(1, "d/old", **wrong), None), (answer(4, "d/new", **wrong), None), (renamed, None)], {}
    )
    add_up(other, [(answer(2, "d/older", **wrong), None)], {"d/older": "d/new"})
    add_up(third, [(answer(2, "d/new", day=60, **wrong), None), (answer(9, "d/alone"), None)], {}, ["d"])
    found = gather([one, other, third], {}, TODAY)
    (card,) = found.failing
    assert (card.key, card.pupils, card.tries, tuple(card.never)) == ("d/new", 3, 4, (3, 3))
    assert 0.4 < card.never.interval[0] < 0.5
    assert card.never.too_few
    assert found.others == 1  # a card that one pupil alone has


def test_who_stopped_is_told_from_whose_log_is_old() -> None:
    pupils = [Pupil("Ada"), Pupil("Bob"), Pupil("Cleo", until=80), Pupil("Dan")]
    for pupil, day in zip(pupils, (95, 81, 79), strict=False):
        add_up(pupil, [(answer(1, day=day), None)], {})
    assert [one.state for one in gather(pupils, {}, TODAY).pupils] == [
        "practises",
        "stopped",
        "unknown",
        "nothing",
    ]
