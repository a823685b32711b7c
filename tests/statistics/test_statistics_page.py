from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ptcards.cli.main import ptcards
from ptcards.errors import UsageError
from ptcards.statistics.drawing import page
from tests.statistics.conftest import Keep, Kept
from tests.statistics.histories import Maker, make_history

VOID = {"meta"}


class Reader(HTMLParser):
    """Elements in their order, and whether every one is closed by its own end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def read(kept: Kept) -> Reader:
    reader = Reader()
    reader.feed(page(kept.report()))
    reader.close()
    return reader


def test_every_element_is_closed_and_every_section_has_a_heading(read: Reader) -> None:
    assert (read.wrong, read.open) == ([], [])
    tags = [tag for tag, _ in read.seen]
    assert tags.count("section") == tags.count("h2") == 16
    assert tags.count("svg") >= 12


def test_nothing_on_the_page_runs_or_comes_from_elsewhere(read: Reader) -> None:
    assert not {"script", "link", "img", "iframe", "object", "foreignobject"} & {tag for tag, _ in read.seen}
    for _, attributes in read.seen:
        assert not any(name.startswith("on") or name in ("href", "src", "style") for name in attributes)
    assert "url(" not in "".join(read.texts)
    policy = next(
        attributes["content"] for tag, attributes in read.seen if tag == "meta" and "http-equiv" in attributes
    )
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_texts_of_decks_and_learners_are_text(read: Reader) -> None:
    text = "".join(read.texts)
    assert "<script>alert('no')</script>" in text
    assert "<b>rand</b> is not normal" in text
    assert "<i>odd</i>" in text


def test_every_picture_says_what_it_is_and_every_bar_its_number(read: Reader) -> None:
    pictures = [attributes for tag, attributes in read.seen if tag == "svg"]
    assert all(attributes["role"] == "img" and attributes["aria-label"] for attributes in pictures)
    calendar = [
        attributes["class"]
        for tag, attributes in read.seen
        if tag == "rect" and (attributes["class"] or "") in {f"heat{shade}" for shade in range(5)}
    ]
    assert len(calendar) == 365


def test_the_page_knows_dark_light_and_paper(kept: Kept) -> None:
    text = page(kept.report())
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


@pytest.fixture
def run(history: tuple[Maker, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls `ptcards stats` on the history, on its last day."""
    database = tmp_path / "ptcards.db"
    database.write_bytes(history[1].read_bytes())
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    monkeypatch.setenv("PTCARDS_NOW", "2026-11-23T12:00:00+01:00")

    def call(*options: str) -> Any:
        return CliRunner().invoke(ptcards, ["stats", *options], catch_exceptions=False)

    return call


def test_stats_prints_every_section_within_80_columns(run: Any) -> None:
    shown = run().stdout
    assert max(len(line) for line in shown.splitlines()) <= 80
    for title in (
        "Today",
        "A year of days",
        "True retention",
        "Misconceptions",
        "Leeches",
        "Hours of the day",
    ):
        assert f"\n{title}\n" in shown
    numbers = run("--numbers").stdout
    assert max(len(line) for line in numbers.splitlines()) <= 80
    assert re.search(r"Nov 2026 +\d+ +\d+ of 23", numbers)


def test_without_an_answer_the_page_and_the_shell_say_so(
    empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    (tmp_path / "ptcards.db").write_bytes(empty_database.read_bytes())
    done = CliRunner().invoke(ptcards, ["stats", "--html", str(tmp_path / "page.html")])
    assert done.exit_code == 0
    assert "No answer yet" in (tmp_path / "page.html").read_text(encoding="utf-8")
    shown = CliRunner().invoke(ptcards, ["stats"]).stdout
    assert shown.splitlines()[2:] == ["Nothing yet", "  No answer yet: what you answer is counted here."]


def test_a_few_answers_show_no_figure_that_is_not_there(keep: Keep) -> None:
    facts = [fact for section in keep(make_history(2, days=1)).report().sections for fact in section.facts]
    assert any("30 days: no reviews" in fact for fact in facts)
    assert not any(" -" in fact.replace(" --", "") for fact in facts)


def test_the_help_names_every_key_of_the_json(run: Any) -> None:
    shown, found = run("--help").stdout, json.loads(run("--json").stdout)
    for key in (*found, *found["today"], *found["retention"][0], *found["cards"], *found["failures"]):
        assert re.search(rf"\b{key}\b", shown), key


def test_stats_as_json_holds_the_figures(run: Any, kept: Kept) -> None:
    shown, figures = json.loads(run("--json").stdout), json.loads(json.dumps(kept.figures))
    # The command takes in the built-in deck too, whose cards nobody has seen.
    shown["cards"]["unseen"] = figures["cards"]["unseen"]
    assert shown == figures


def test_stats_takes_a_deck_a_tag_and_a_first_day(run: Any) -> None:
    shown = json.loads(run("--deck", "deck-1", "--tag", "tag-1", "--since", "2026-11-01", "--json").stdout)
    assert (shown["deck"], shown["tag"], shown["since"]) == ("deck-1", "tag-1", "2026-11-01")
    assert shown["cards"]["seen"] + shown["cards"]["unseen"] == 10


def test_stats_writes_the_page_or_says_why_it_cannot(run: Any, tmp_path: Path) -> None:
    assert run("--html", str(tmp_path / "page.html")).stdout == ""
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(UsageError, match="cannot be written: No such file or directory; name another place"):
        run("--html", str(tmp_path / "nowhere" / "page.html"))


def test_the_help_defines_every_figure(run: Any) -> None:
    shown = " ".join(run("--help").stdout.split())
    assert "the first review of a day, of cards with at least two repetitions in a row" in shown
    assert "the sum of 1 / interval" in shown
