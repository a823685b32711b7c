"""The screens in Chinese, as a person sees them, and the language switched while the app runs."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from ptcards import language
from ptcards.cli.settings import read_config, remember
from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.study import actions, decks
from ptcards.tui.app import PtcardsApp
from tests.tui.conftest import Clock, Stopwatch, Table, settle

DECK = """\
deck: "0"
title: Numbers
cards:
  - {id: "1", question: One and one?, accepts: recall, solution: "2", tags: ["0"]}
  - {id: "2", question: 2 + 2 = 4, accepts: recall, solution: "4"}
"""
TRANSLATION = "translation-of: '0'\nlanguage: zh\ntitle: 数字\ncards:\n  '1': {question: 一加一等于多少}\n"
KEYS = "Enter Esc Space Tab PgUp PgDn Ctrl Left Right Home End"
CODE = (
    "ptcards shell fg new per day YAML git URL yaml decks my notes slug English SM Factor deck random cards "
    "FSRS RMSE bins AUC trial fsrs sm config toml scheduler compare"
)
SEARCH = r"\b(deck|tag|is|prop|rated|mistake):[\w<>=]*|ptcards [a-z]+"
SCREENS = {
    "home": "",
    "its keys": "question_mark",
    "browse": "escape slash",
    "the keys of browse": "escape f1",
    "a card": "escape i",
    "its failed answers": "l",
    "a new card": "q q down i",
    "statistics": "q q s",
    "more of them": "space space space space",
    "their numbers": "n w",
    "what they mean": "f1 space space space space",
    "options": "escape q o",
    "a number": "enter",
    "none": "x enter",
    "import": "escape i",
    "what would change": "1 . y a m l enter",
    "what changed": "enter",
    "a form": "escape a",
    "what it lacks": "f5",
    "whether to leave it": "0 escape",
    "the palette": "tab enter ctrl+p",
}
"""By name the keys that lead from each to the next."""
ENGLISH = {"Interval and ease after": "edit · ? help · q back", "One and one?": "Enter card info"}


def english(screen: str) -> set[str]:
    """What of a screen is neither Chinese nor a key's name nor code; and what is cut off."""
    words = re.findall(r"[A-Za-z]{2,}|(?<!…)…(?!…)", re.sub(SEARCH, "", screen))
    return {*words} - {*KEYS.split(), *CODE.split()}


async def test_every_screen_speaks_chinese_and_the_palette_switches_the_language_of_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    (tmp_path / "0.yaml").write_text(DECK, encoding="utf-8")
    (tmp_path / "0.zh.yaml").write_text(TRANSLATION, encoding="utf-8")
    (tmp_path / "1.yaml").write_text(DECK.replace('"0"\ntitle: Numbers', '"1"'), encoding="utf-8")
    config, clock, file = Config(language="zh"), Clock(), tmp_path / "config.toml"
    with decks.open_desk(tmp_path / "ptcards.db", config, clock) as desk:
        decks.remove(desk, "pytorch-notes")
        import_paths(desk, [tmp_path / "0.yaml"])
        for grade in (4, 1, 1):
            actions.grade(desk, "0/1", grade)
    app = PtcardsApp(tmp_path / "ptcards.db", config, clock, remember=partial(remember, file))
    language.use("zh")

    async def speak(code: str, *found_by: str) -> None:
        await at.press("ctrl+p", *found_by, "enter")
        while read_config(file).language != code:  # the palette closes first
            await settle(at.pilot)
        await settle(at.pilot)

    try:
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            at = Table(app, pilot, Stopwatch())
            for name, keys in SCREENS.items():
                await at.press(*keys.split())
                assert (name, english(at.text)) == (name, set())
            await at.press("escape", "slash", "escape", "i")
            await speak("en", *"English")
            for text, key_line in ENGLISH.items():
                assert text in at.text
                assert key_line in at.text
                await at.press("q")
            assert "Numbers" in at.text
            await at.press("s", "f1")
            await speak("zh", *"中文")
            for _ in ("keys", "statistics", "home"):
                assert english(at.text) == set()
                await at.press("q")
    finally:
        language.use("en")
