"""`check --junit`: what build servers read."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.shell import QuickShell

CARDS = r"""  - id: loud
    question: Print.
    given: x = "\x1b[2J\ufffe<&>"
    check: assert answer == x + "!", x
    solution: x
    hints: [h]
    explanation: e
    wrong: [{code: "1", because: it is none}]
  - id: never
    question: On what?
    check: assert answer == 1, "one"
    requires: {nothing_like_it: '>=1'}
    solution: '1'
    hints: [h]
    explanation: e
    wrong: [{code: '2', because: there is one}]
"""


@pytest.mark.usefixtures("runner")  # cards run in threads, which may not start it
def test_a_suite_a_deck_and_a_case_a_card(
    ptcards: QuickShell, write_deck: Callable[..., Path], tmp_path: Path
) -> None:
    deck = write_deck("mixed", extra="    wrong: [{code: Rome, because: of Italy}]\n" + CARDS)
    broken = write_deck("bro\aken")
    done = ptcards("check", deck, broken, "--junit", tmp_path / "report.xml")
    assert done.code == 1, done.err
    root = ET.parse(tmp_path / "report.xml").getroot()
    counts = ("name", "tests", "failures", "errors", "skipped")
    assert [[suite.get(name) for name in counts] for suite in root] == [
        ["mixed", "3", "1", "0", "1"],
        [r"bro\x07ken.yaml", "1", "0", "1", "0"],
    ]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "1")
    assert all(float(one.attrib["time"]) >= 0 for one in root.iter() if one.tag.startswith("test"))
    cases = {f"{one.get('classname')}/{one.get('name')}": one for one in root.iter("testcase")}
    assert not [*cases["mixed/capital"]]
    (loud,), (never,), (whole,) = cases["mixed/loud"], cases["mixed/never"], cases[r"bro\x07ken.yaml/deck"]
    assert (loud.tag, never.tag, whole.tag) == ("failure", "skipped", "error")
    assert loud.attrib["message"].startswith(f"{deck}:15: card 'loud': `solution` does not pass")
    assert r"\x1b[2J\ufffe<&>" in str(loud.text)
    assert "nothing_like_it" in never.attrib["message"]
    assert r"bro\x07ken.yaml:1: holds the control character" in whole.attrib["message"]
