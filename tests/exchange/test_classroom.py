"""A folder of handed-in logs, which may hold anything, and one's own handed in."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ptcards.config import Config
from ptcards.errors import UsageError
from ptcards.exchange.classroom import LONGEST_LINE, hand_in, read_folder, report
from ptcards.exchange.log import merge_files, read_log
from ptcards.scheduling.events import Kind, event, json_text, next_id
from ptcards.statistics.class_page import class_page
from ptcards.study.decks import open_desk
from ptcards.study.desk import Desk
from tests.statistics.conftest import NOON
from tests.statistics.histories import TODAY

HOSTILE = "<b>Bobby</b> <script>alert(1)</script>"
CARD = "pytorch-notes/unsqueeze-column"
SAID = "dim 0 puts the new axis first; counted from the end it is -2"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With one answer, that failed in a way that is named, and was disputed."""
    home = tmp_path_factory.mktemp("home")
    facts = {"q": 2, "verdict": "fail", "details": json_text({"mistakes": [SAID]}), "disputed": "my words"}
    with open_desk(home / "ptcards.db", Config(), lambda: NOON) as opened:
        opened.store.log.record([event(Kind.GRADED, CARD, NOON, TODAY, rules=1, **facts)], code="x[None]")
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "10b"
    made.mkdir()
    return made


def lines(*events: dict[str, Any], device: str = "d", **header: Any) -> bytes:
    first = {"format": "ptcards-log", "version": 1, "device": device, **header}
    return b"".join(json.dumps(one).encode() + b"\n" for one in (first, *events))


def answer(number: int, card: str = CARD, **facts: Any) -> dict[str, Any]:
    name = next_id(NOON.at - 10**6 + number, "", number)
    known = {
        "id": name,
        "device": "d",
        "action": name,
        "card": card,
        "kind": "graded",
        "at": NOON.at,
        "offset": 60,
    }
    return known | {"day": TODAY, "q": 2, "verdict": "fail", "attempts": 2, "hints": 0} | facts


def test_whatever_is_handed_in_is_told_by_file_and_line_and_the_others_count(
    desk: Desk, folder: Path
) -> None:
    (folder / "good.jsonl").write_bytes(lines(*(answer(number) for number in range(40, 60)), events=20))
    whole = lines(*map(answer, range(5)), events=9)
    (folder / "half.jsonl").write_bytes(whole[:-30])
    (folder / "other.jsonl").write_bytes(b'{"cells": []}\n')
    (folder / "binary.jsonl").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    (folder / "empty.jsonl").write_bytes(b"")
    (folder / "newer.jsonl").write_bytes(lines().replace(b'"version": 1', b'"version": 9'))
    (folder / "huge.jsonl").write_bytes(lines(answer(20, answer="x" * LONGEST_LINE), answer(21)))
    (folder / "deep.jsonl").write_bytes(lines(answer(22)) + b'{"a":' * 5000 + b"\n" + b"[]\n")
    (folder / "late.jsonl").write_bytes(
        lines(answer(23, day=TODAY + 400), answer(24, at=NOON.at + 10**10), answer(25))
    )
    (folder / "notes.pdf").write_bytes(b"%PDF")
    (folder / "link.jsonl").symlink_to(folder / "good.jsonl")
    (folder / "nothing").mkdir()
    (folder / "decks").mkdir()
    os.mkfifo(folder / "pipe.jsonl")
    (folder / f"{HOSTILE.replace('/', '|')}.jsonl").write_bytes(
        lines(answer(30, mistakes=["<i>& so</i>\x1b[2J"]))
    )
    handed = read_folder(desk, folder)
    said = {re.sub(r"^.*/10b/", "", one) for one in handed.left_out}
    assert {one.partition(": ")[0] for one in said} >= {
        *(
            "half.jsonl:6",
            "half.jsonl:7",
            "other.jsonl:1",
            "binary.jsonl:1",
            "empty.jsonl:1",
            "newer.jsonl:1",
        ),
        *("huge.jsonl:2", "deep.jsonl:3", "deep.jsonl", "late.jsonl:2", "late.jsonl"),
        *("notes.pdf", "link.jsonl", "nothing", "pipe.jsonl"),
    }
    assert len(said) == 15
    assert any("ends after 5 of 9 events" in one for one in said)
    counts = {one.name: sum(one.days.values()) for one in handed.pupils}
    few = {"half": 4, "huge": 1, "deep": 1, "late": 1, "good": 20, "other": 0}
    assert counts | few == counts
    page = class_page(report(desk, handed), handed.left_out)
    assert "<script" not in page
    assert "&lt;b&gt;Bobby&lt;|b&gt; &lt;script&gt;alert(1)&lt;|script&gt;" in page
    assert "\x1b" not in page


def test_a_folder_without_a_log_is_said(desk: Desk, folder: Path) -> None:
    with pytest.raises(UsageError, match="no log is in it"):
        read_folder(desk, folder)
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_folder(desk, folder / "gone")


def test_the_same_answers_of_two_are_told_and_counted_once_and_those_of_one_are_united(
    desk: Desk, folder: Path
) -> None:
    every = [answer(number) for number in range(6)]
    from_elsewhere = answer(7, kind="recorded")
    (folder / "anna.jsonl").write_bytes(lines(*every[:4], from_elsewhere))
    (folder / "ben.jsonl").write_bytes(lines(*every[2:5], from_elsewhere))
    (folder / "anna").mkdir()
    (folder / "anna" / "laptop.jsonl").write_bytes(lines(every[0], every[5], every[1] | {"q": 5}))
    handed = read_folder(desk, folder)
    assert {one.name: sum(one.days.values()) for one in handed.pupils} == {"anna": 5, "ben": 1}
    other_facts, copied = handed.left_out
    assert re.search(
        rf"{folder}/anna.jsonl:3: event .* has other facts at {folder}/anna/laptop.jsonl:4", other_facts
    )
    assert f"{folder}/ben.jsonl:2: ben has 2 answers of 3 in common with anna" in copied


def test_a_mistake_is_one_in_whatever_language_and_code_is_shown_by_consent_alone(
    desk: Desk, folder: Path
) -> None:
    told = json.loads((desk.card(CARD)).content)["wrong"][0]
    chinese = json.loads(desk.deck("pytorch-notes").content)["translations"]["zh"]["cards"][
        "unsqueeze-column"
    ]
    facts = {"answer": "x.unsqueeze(0)  # secret", "disputed": "so <there>"}
    for number, (name, said) in enumerate(
        [("a", told["because"]), ("b", chinese["because"][0]), ("c", "forged")]
    ):
        made = answer(number, mistakes=[said], **facts)
        (folder / f"{name}.jsonl").write_bytes(lines(made, handed_in={"answers": name == "b"}))
    found = report(desk, read_folder(desk, folder))
    (card,) = found.cards
    assert re.match(r"`x` holds \d numbers\.", card.question)
    assert [(one.said, one.code, one.names, len(one.samples)) for one in card.mistakes] == [
        (told["because"], told["code"], ["a", "b"], 1),
        ("forged", None, ["c"], 0),
    ]
    assert [(name, said) for _, name, said in card.disputed] == [("a", "-"), ("b", "so <there>"), ("c", "-")]
    page = class_page(found, [])
    assert page.count("secret") == 1
    assert page.count("so &lt;there&gt;") == 1


def test_what_is_handed_in_has_neither_code_nor_words_unless_one_says_so(desk: Desk, folder: Path) -> None:
    said = " ".join(hand_in(desk, folder, "anna"))
    text = (folder / "anna.jsonl").read_text()
    assert "x[None]" not in text + said
    assert "my words" not in text
    assert "It leaves out your answers' code" in said
    assert report(desk, read_folder(desk, folder)).cards[0].disputed == [(TODAY, "anna", "-")]
    assert "With it goes your answers' code" in " ".join(hand_in(desk, folder, "anna", answers=True))
    with (folder / "anna.jsonl").open("rb") as file:
        ((_, code),) = read_log(file)
    assert code == "x[None]"


def test_only_ones_own_file_is_replaced(desk: Desk, folder: Path, tmp_path: Path) -> None:
    (folder / "ben.jsonl").write_bytes(lines(answer(1)))
    (folder / "cleo.jsonl").write_bytes(b"not ours")
    (folder / "dan.jsonl").symlink_to(folder / "nowhere")
    before = {path.name: path.read_bytes() for path in folder.glob("[bc]*")}
    for name in ("ben", "cleo", "dan"):
        with pytest.raises(UsageError, match=f"{name}.jsonl: this is another pupil's; choose another name"):
            list(hand_in(desk, folder, name))
    for name in ("../ben", "", ".hidden", "a/b", "x" * 101):
        with pytest.raises(UsageError, match="is no name for a file"):
            list(hand_in(desk, folder, name))
    with pytest.raises(UsageError, match="no such folder"):
        list(hand_in(desk, folder / "gone", "anna"))
    assert {path.name: path.read_bytes() for path in folder.glob("[bc]*")} == before
    # Another device of one's own wrote it, and all that is in it is here, too.
    list(hand_in(desk, folder, "anna"))
    with open_desk(tmp_path / "other" / "ptcards.db", Config(), lambda: NOON) as other:
        with pytest.raises(UsageError, match="another pupil's"):
            list(hand_in(other, folder, "anna"))
        merge_files(other, [folder / "anna.jsonl"])
        assert list(hand_in(other, folder, "anna"))
