import csv
import io
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptcards.errors import ExchangeError
from ptcards.exchange.log import event_line, read_event, read_header, read_log
from ptcards.scheduling.days import day_of
from ptcards.scheduling.events import Event, Kind, json_text, roots
from ptcards.scheduling.fsrs import DEFAULTS, Rules
from tests.exchange.homes import Home, live

IDS = st.integers(0, 253_402_300_799_999).map(
    lambda at: f"{at:012x}"[:8] + "-" + f"{at:012x}"[8:] + "-7abc-8def-0123456789ab"
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
NEWER = st.dictionaries(
    NAMES.filter(lambda name: name not in Event._fields and name != "answer"), JSON, min_size=1, max_size=3
)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


EVENTS = st.builds(
    Event,
    id=IDS,
    device=NAMES,
    action=IDS,
    card=TEXTS,
    kind=st.sampled_from([kind for kind in Kind if kind not in (Kind.SCHEDULE_SET, Kind.ADOPTED)]) | NAMES,
    fsrs=st.none() | st.sampled_from((str(Rules()), str(Rules(0.85, (0.5, *DEFAULTS[1:]))))),
    at=st.integers(0, 2**43),
    offset=st.integers(-840, 840),
    day=st.integers(0, 40_000),
    q=maybe(st.integers(0, 5)),
    rules=maybe(st.integers(1, 9)),
    fuzz_days=st.integers(-9, 9),
    seconds=maybe(st.integers(0, 10**9).map(lambda milliseconds: milliseconds / 1000)),
    attempts=maybe(st.integers(0, 99)),
    hints=maybe(st.integers(0, 9)),
    why=maybe(NAMES),
    verdict=maybe(NAMES),
    seed=maybe(st.integers(-(2**63), 2**63 - 1)),
    target=maybe(IDS),
    to_day=maybe(st.integers(0, 40_000)),
    disputed=maybe(TEXTS),
    versions=maybe(st.dictionaries(NAMES, JSON, max_size=3).map(json_text)),
    shown=maybe(st.just("[[0,0,250,null],[1,1,250,20778]]")),
    details=maybe(NEWER.map(json_text)),
).filter(lambda event: event.kind != Kind.SCHEDULE_SET)


@given(EVENTS, st.none() | TEXTS, st.data())
def test_an_event_comes_back_from_its_line_as_it_was(
    event: Event, code: str | None, data: st.DataObject
) -> None:
    line = bytearray(event_line(event, code))
    assert line.count(b"\n") == 1
    assert read_event(bytes(line)) == (event, code)
    # With a few bytes changed it is an event or refused.
    for _ in range(data.draw(st.integers(1, 3))):
        line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ExchangeError):
        assert isinstance(read_event(bytes(line))[0], Event)


@given(st.binary(max_size=200) | JSON.map(orjson.dumps))
def test_noise_is_refused_and_nothing_worse(line: bytes) -> None:
    with pytest.raises(ExchangeError):
        read_event(line)


GOOD = {
    "id": "01a1f82f-1e80-7a00-b2f3-3d19cf1f135f",
    "device": "d",
    "action": "01a1f82f-1e80-7a00-b2f3-3d19cf1f135f",
    "card": "a/b",
    "kind": "graded",
    "at": 1,
    "offset": 0,
    "day": 0,
}
SET = dict.fromkeys(("repetitions", "interval_days", "ease", "lapses", "due_day"), 1) | {
    "kind": "schedule_set"
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": None}, "`id` is missing"),
        ({"id": "7"}, "`id` must be"),
        ({"q": 6}, "`q` must be a whole number from 0 to 5"),
        ({"q": True}, "`q` must be"),
        ({"q": 4.0}, "`q` must be"),
        ({"day": 10**9}, "`day` must be"),
        ({"offset": 6000}, "`offset` must be"),
        ({"seconds": -1}, "`seconds` must be"),
        ({"seconds": 1e308}, "`seconds` must be"),
        ({"answer": 5}, "`answer` must be text"),
        ({"versions": []}, "`versions` must be"),
        ({"kind": "schedule_set"}, "`repetitions` of a `schedule_set`"),
        *(
            (SET | memory, "`difficulty` one from 1 to 10, and both be there")
            for memory in (
                {"stability": 3.5},
                {"stability": 3.5, "difficulty": 11},
                {"stability": 1e-308, "difficulty": 5},
                {"stability": "3", "difficulty": True},
            )
        ),
        ({"fsrs": "1.0"}, "`fsrs` must be a retention from 0.7 to 0.99"),
        ({"fsrs": 0.9}, "`fsrs` must be"),
        ({"fsrs": "0.9_0"}, "`fsrs` must be"),
        ({"fsrs": "0.8" + "0" * 5000}, "`fsrs` must be"),
        ({"kind": "adopted", "parameters": [1, 2]}, "`parameters`: 21 parameters are wanted, not 2"),
        ({"kind": "adopted"}, "`parameters`: a list of numbers"),
        (
            {"kind": "schedule_set", "repetitions": 1, "interval_days": 1, "ease": "2", "lapses": 0},
            "`ease` of",
        ),
    ],
)
def test_a_fact_that_cannot_be_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(ExchangeError, match=said.replace("(", "\\(")):
        read_event(orjson.dumps({**GOOD, **change}))


def test_a_header_says_what_file_it_is_and_may_leave_the_count_out() -> None:
    with pytest.raises(ExchangeError, match="no exported log"):
        read_header(b'{"deck": 1}\n')
    with pytest.raises(ExchangeError, match=r"version 2 .* newer"):
        read_header(b'{"format": "ptcards-log", "version": 2}\n')
    header = b'{"format": "ptcards-log", "version": 1, "device": "d", "exported_at": "now", "later": 1}\n'
    assert [event.card for event, _ in read_log(io.BytesIO(header + orjson.dumps(GOOD)))] == ["a/b"]


@settings(max_examples=3)
@given(seeds=st.tuples(*[st.integers(0, 10**6)] * 3), order=st.permutations([0, 1, 2]))
def test_three_devices_agree_whatever_the_order_of_merging(
    new_home: Callable[[], Home], seeds: tuple[int, ...], order: list[int]
) -> None:
    fresh, *homes = (new_home() for _ in range(4))
    for home, seed in zip(homes, seeds, strict=True):
        live(home, seed, 12)
    files = [home.export("jsonl") for home in homes]
    assert not fresh.merge(*files).errors
    assert [file["new"] for file in fresh.merge(*files).files] == [0, 0, 0]
    homes[0].merge(*files)
    homes[1].merge(*(files[place] for place in order))
    homes[2].merge(*(files[place] for place in reversed(order)), files[order[0]])
    state = fresh.state()
    assert all(home.state() == state for home in homes)


def test_a_damaged_file_is_refused_with_its_line_and_the_others_are_taken(
    new_home: Callable[[], Home],
) -> None:
    one, two, three = new_home(), new_home(), new_home()
    one.answer(one.cards()[0], 4)
    one.answer(one.cards()[1], 4)
    two.answer(two.cards()[2], 5)
    whole, other = one.export("jsonl"), two.export("jsonl")
    three.merge(whole, other)
    before = three.state()
    raw = whole.read_bytes()
    first, second, third = raw.splitlines(keepends=True)
    for homes, damaged, said in (
        ((two, three), raw[:-40], ":3: this is not JSON"),
        ((two, three), first + second, ":3: the file ends after 1 events of 2"),
        # Other facts of an event that is known.
        ((three,), first + second + third.replace(b'"q":4', b'"q":5'), ":3: "),
    ):
        whole.write_bytes(damaged)
        for home in homes:
            report = home.merge(whole, other)
            assert f"{whole}{said}" in report.errors[0]
            assert [file["file"] for file in report.files] == [str(other)]
    assert three.state() == before
    assert {event.card for event in two.logged()} == {two.cards()[2]}


def test_answers_left_out_are_filled_in_from_a_file_that_has_them(new_home: Callable[[], Home]) -> None:
    one, two = new_home(), new_home()
    one.answer(one.cards()[0], 4, "x = 'mine'")
    bare, full = one.export("jsonl", one.folder / "bare", answers=False), one.export("jsonl")
    assert b"mine" not in bare.read_bytes()
    two.merge(bare)
    assert [code for _, code in two.desk.store.log.events()] == [None]
    report = two.merge(full)
    assert (report.files[0]["new"], report.files[0]["answers"]) == (0, 1)
    assert two.state() == one.state()


def test_what_a_newer_program_wrote_is_kept_and_handed_on(new_home: Callable[[], Home]) -> None:
    one, two = new_home(), new_home()
    file = one.folder / "newer.jsonl"
    newer = {**GOOD, "kind": "dreamt", "depth": [1, {"a": 2.5e20}], "answer": "code"}
    file.write_bytes(b'{"format": "ptcards-log", "version": 1}\n' + orjson.dumps(newer))
    assert not one.merge(file).errors
    again = one.export("jsonl")
    assert json.loads(again.read_text().splitlines()[1]) == newer
    two.merge(again)
    assert not two.merge(file).errors
    assert two.state() == one.state()


def test_the_report_says_what_is_due_on_another_day(new_home: Callable[[], Home]) -> None:
    one, two = new_home(), new_home()
    key = one.cards()[0]
    one.answer(key, 4)
    two.merge(one.export("jsonl"))
    one.answer(key, 5, days=1)
    report = two.merge(one.export("jsonl"))
    said = "\n".join(report.lines())
    assert "1 of them new" in said
    assert f"{key}: " in said
    assert report.to_json()["due"][0]["card"] == key


# -- what an export chooses of the log, against the same said plainly in memory ----------------------------------

SELECTIONS: list[dict[str, Any]] = [
    {},
    {"decks": ("one",)},
    {"decks": ("pytorch-notes",)},
    {"decks": ("one", "pytorch-notes")},
    {"tag": "blue"},
    {"decks": ("one",), "tag": "blue"},
    {"since": date(2026, 9, 30)},
    {"decks": ("one",), "since": date(2026, 9, 30)},
]


def write_deck(folder: Path, slug: str, cards: dict[str, str], **was: str) -> Path:
    lines = [f"deck: {slug}", "cards:"]
    for name, tag in cards.items():
        lines += [f"  - id: {name}", f"    question: {name}?", "    accepts: recall", f"    solution: {name}"]
        lines += [f"    tags: [{tag}]", *([f"    was: [{was[name]}]"] if name in was else [])]
    (folder / f"{slug}.yaml").write_text("\n".join(lines) + "\n")
    return folder / f"{slug}.yaml"


@pytest.mark.parametrize("life", range(2))
def test_the_log_and_the_reviews_are_those_of_the_cards_that_are_chosen(
    new_home: Callable[[], Home], tmp_path: Path, life: int
) -> None:
    """Of two devices, one of which renamed, moved and removed cards and renamed decks."""
    here, there = new_home(), new_home()
    for number, home in enumerate((here, there)):
        home.counts(write_deck(tmp_path, "one", {"a": "blue", "b": "red", "c": "blue"}))
        live(home, 2 * life + number, 60)
    one = write_deck(tmp_path, "one", {"a2": "blue", "b": "red"}, a2="a")
    there.counts(one, write_deck(tmp_path, "two", {"moved": "blue", "d": "red"}, moved="one/c"))
    live(there, life + 50, 40)
    # Its own decks as they were, it knows the cards by their old keys.
    here.merge(there.export("jsonl"))
    live(here, life + 90, 40)
    for selection in SELECTIONS:
        compare(here, **selection)


def compare(
    lived: Home, *, decks: tuple[str, ...] = (), tag: str | None = None, since: date | None = None
) -> None:
    store = lived.desk.store
    every = list(store.log.events())
    ends = roots(event for event, _ in every if event.kind == Kind.RENAMED)
    mine = {
        ends.get(card.key, card.key)
        for card in store.library.cards(decks or None)
        if tag is None or tag in card.tags
    }

    def is_wanted(event: Event) -> bool:
        if since is not None and event.day < day_of(since):
            return False
        if not event.card or not (decks or tag):
            return True
        named = tag is None and event.card.partition("/")[0] in decks
        return named or ends.get(event.card, event.card) in mine

    with lived.export("jsonl", decks=decks, tag=tag, since=since).open("rb") as file:
        assert read_log(file) == [(event, code) for event, code in every if is_wanted(event)], (decks, tag)
    wanted = [
        (past.event.id, key, "yes" if past.in_force else "no")
        for key in {ends.get(event.card, event.card) for event, _ in every if event.card}
        for past in store.log.history(key)
        if past.event.kind in ("graded", "drilled", "crammed") and is_wanted(past.event)
    ]
    with lived.export("csv", decks=decks, tag=tag, since=since).open(newline="") as table:
        found = [(row["event"], row["card"], row["in_force"]) for row in csv.DictReader(table)]
    assert found == sorted(wanted), (decks, tag)
