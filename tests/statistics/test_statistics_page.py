from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from ptcards.cli.main import ptcards
from ptcards.errors import UsageError
from ptcards.statistics.page import page
from tests.statistics.conftest import Kept, opened
from tests.statistics.histories import Maker, make_history


@pytest.fixture(scope="module")
def elements(kept: Kept) -> list[ET.Element]:
    """The page's; it is XML but for its head."""
    text = page(kept.desk.statistics()).removeprefix("<!doctype html>")
    return list(ET.fromstring(re.sub(r"(<meta [^>]*)>", r"\1/>", text)).iter())


def test_every_section_has_a_heading_and_every_picture_its_name(elements: list[ET.Element]) -> None:
    tags = [one.tag for one in elements]
    assert elements[0].get("lang") == "en"
    assert tags.count("section") == tags.count("h2") == 17
    assert tags.count("svg") >= 12
    assert all(one.get("role") == "img" and one.get("aria-label") for one in elements if one.tag == "svg")
    shades = {f"heat{shade}" for shade in range(5)}
    assert sum(one.tag == "rect" and one.get("class") in shades for one in elements) == 365


def test_nothing_on_the_page_runs_or_comes_from_elsewhere(elements: list[ET.Element]) -> None:
    tags = {one.tag for one in elements}
    assert not {"script", "link", "img", "iframe", "object", "foreignobject"} & tags
    names = {name for one in elements for name in one.attrib}
    assert not [name for name in names if name.startswith("on") or name in ("href", "src", "style")]
    (policy,) = (one.get("content") for one in elements if one.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_texts_of_decks_and_learners_are_text_and_the_page_knows_dark_light_and_paper(
    elements: list[ET.Element],
) -> None:
    text = "".join(elements[0].itertext())
    for words in ("<script>alert('no')</script>", "<b>rand</b> is not normal", "<i>odd</i>"):
        assert words in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert "url(" not in text


@pytest.fixture
def run(history: tuple[Maker, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls `ptcards stats` on the history, on its last day."""
    shutil.copy(history[1], tmp_path / "ptcards.db")
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    monkeypatch.setenv("PTCARDS_NOW", "2026-11-23T12:00:00+01:00")

    def call(*options: str) -> str:
        done = CliRunner().invoke(ptcards, ["stats", *options], catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    return call


def test_stats_prints_every_section_within_80_columns(run: Any) -> None:
    shown, numbers = run(), run("--numbers")
    assert max(map(len, (shown + numbers).splitlines())) <= 80
    titles = "Today", "A year of days", "True retention", "Misconceptions", "Leeches", "Hours of the day"
    assert [title for title in titles if f"\n{title}\n" not in shown] == []
    assert re.search(r"Nov 2026 +\d+ +\d+ of 23", numbers)


def test_without_an_answer_the_page_and_the_shell_say_so(
    run: Any, empty_database: Path, tmp_path: Path
) -> None:
    shutil.copy(empty_database, tmp_path / "ptcards.db")
    assert run("--html", str(tmp_path / "page.html")) == ""
    assert "No answer yet" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert run().splitlines()[2:] == ["Nothing yet", "  No answer yet: what you answer is counted here."]


def test_a_few_answers_show_no_figure_that_is_not_there(tmp_path: Path) -> None:
    made = make_history(2, days=1)
    with opened(made, made.keep(tmp_path / "few.db")) as kept:
        facts = [fact for section in kept.desk.statistics().sections for fact in section.facts]
    assert any("30 days: no reviews" in fact for fact in facts)
    assert not any(" -" in fact.replace(" --", "") for fact in facts)


def test_stats_as_json_holds_the_figures_and_the_help_defines_them(run: Any, kept: Kept) -> None:
    shown, figures = json.loads(run("--json")), json.loads(json.dumps(kept.figures))
    # The command takes in the built-in deck too, whose cards nobody has seen.
    shown["cards"]["unseen"] = figures["cards"]["unseen"]
    assert shown == figures
    part = json.loads(run("--deck", "deck-1", "--tag", "tag-1", "--since", "2026-11-01", "--json"))
    assert (part["deck"], part["tag"], part["since"]) == ("deck-1", "tag-1", "2026-11-01")
    assert part["cards"]["seen"] + part["cards"]["unseen"] == 10
    described = " ".join(run("--help").split())
    for key in (*shown, *shown["today"], *shown["retention"][0], *shown["cards"], *shown["failures"]):
        assert re.search(rf"\b{key}\b", described), key
    assert "the first review of a day, of cards with at least two repetitions in a row" in described
    assert "the sum of 1 / interval" in described


def test_stats_writes_the_page_or_says_why_it_cannot(run: Any, tmp_path: Path) -> None:
    assert run("--html", str(tmp_path / "page.html")) == ""
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(UsageError, match="cannot be written: No such file or directory; name another place"):
        run("--html", str(tmp_path / "nowhere" / "page.html"))
