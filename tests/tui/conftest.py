"""What the tests of the terminal app share: screens as text, and their snapshots."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual._context import visible_screen_stack
from textual.widgets import Input

from ptcards import paths
from ptcards.cli.settings import remember
from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import Moment
from ptcards.scheduling.queue import Scope
from ptcards.study import cards, decks
from ptcards.study.decks import open_desk
from ptcards.study.session import Question, Session
from ptcards.tui.app import PtcardsApp
from ptcards.tui.workbench import AnswerEditor
from tests.store.steps import logged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.app import App
    from textual.pilot import Pilot

    from ptcards.study.cards import CardView
    from ptcards.study.desk import Desk

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = "PTCARDS_UPDATE_SNAPSHOTS"
"""Set it to write the snapshots anew; then read their differences."""


def screen_text(app: App[Any]) -> str:
    """What a person sees on the terminal, as lines of plain text."""
    # The framework has no public way to the drawn lines; its own screenshots read the same attributes.
    drawn: Any = app.screen._compositor
    if getattr(drawn, "text", None) is None:  # something is to be drawn since (`draw_for_nobody`)
        visible_screen_stack.set(app._background_screens)
        lines = ("".join(segment.text for segment in strip).rstrip() for strip in drawn.render_strips())
        drawn.text = "\n".join(lines)
    text: str = drawn.text
    return text


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing goes on in the background and all of it is drawn."""
    app = pilot.app
    assert isinstance(app, PtcardsApp)
    quiet = 0
    while quiet < 3:  # what one worker hands over may start another, or mount a screen
        await pilot.pause(0)
        assert app._exception is None, app._exception  # else nothing would ever come to rest
        # A worker that waits for another screen's reply goes on when that is left.
        unfinished = sum(not worker.is_finished for worker in app.workers)
        futures = [one.future for screen in app.screen_stack for one in screen._result_callbacks]
        asked = sum(bool(future and future._callbacks) for future in futures)
        undrawn = app.context.guard._shown_at == inf  # a verdict that is about to be seen
        working = not app.context.opened or unfinished > asked or undrawn
        quiet = 0 if working or not app.screen.is_mounted else quiet + 1
        if working:
            await asyncio.sleep(0.002)


def press_at_once(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys faster than `pilot.press`, which lets the app come to rest after each."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def snapshot(at: Table, name: str) -> None:
    """Compare the screen in two sizes with the texts kept under `name`; what passes with time is masked."""
    for columns, lines in ((80, 24), (120, 36)):
        await at.resize(columns, lines)
        shown = re.sub(r"\b\d+:\d\d\b", "0:00", at.text) + "\n"
        # What is aligned to the right keeps its place where it takes ten seconds.
        shown = re.sub(r"  (?=\S)((?:(?!  ).)*?)\b\d\d s\b", r"   \g<1>0 s", shown)
        shown = re.sub(r"\b\d+ s\b", "0 s", shown)
        shown = re.sub(r"sandbox \d/3 · ", "", shown)
        file = SNAPSHOTS / f"{name}_{columns}x{lines}.txt"
        if os.environ.get(UPDATE):
            file.write_text(shown, encoding="utf-8")
        assert file.exists(), f"no snapshot yet: run with {UPDATE}=1\n{shown}"
        assert shown == file.read_text(encoding="utf-8")


DECK = """\
deck: shapes
title: Shapes
preamble: |
  import numpy as np
  import torch
cards:
  - id: column
    question: |
      `x` holds 4 numbers. Give it the shape `(4, 1)`: a column.
    given: |
      x = torch.arange(1, 5)
    check: |
      assert answer.shape == (4, 1), "the new dimension goes last"
      assert same(answer.flatten(), x), "the values must stay as they are"
    solution: x.unsqueeze(1)
    also: ["x[:, None]"]
    wrong:
      - code: x.unsqueeze(0)
        because: dim 0 puts the new axis first
    hints: ["Where should the new axis stand?", "`unsqueeze` takes the position as dim"]
    explanation: |
      `unsqueeze` inserts an axis of length 1 before position `dim`. The result is a *view*.
    tags: [torch, shape]
    source: notes, item 13
  - id: name
    question: Which package do you install for `import cv2`? [red]x[/]
    accepts: text
    solution: opencv-python
    also: [opencv-python-headless]
    hints: ["The name you import is another."]
  - id: size
    question: What is the shape of `torch.ones(2, 3).T`?
    accepts: literal
    solution: (3, 2)
  - id: why
    question: What does *broadcasting* do?
    accepts: recall
    solution: It stretches axes of length 1, **without** copying.
  - id: mirror
    question: "`img` is an image. Mirror it left to right."
    given: |
      img = np.zeros((8, 12, 3), np.uint8)
      img[:, :6] = (250, 80, 20)
    check: |
      assert same(answer, img[:, ::-1]), "left and right change places"
    solution: img[:, ::-1]
    wrong:
      - code: img[::-1]
        because: the first axis is up and down
  - id: broken
    question: This one does not work.
    given: y = 1 / 0
    check: assert answer == 1, "one"
    solution: "1"
"""
DAY = 86_400_000
NOW = Moment(at=1_795_417_200_000, offset=60)  # 2026-11-23 08:00 +01:00


class Stopwatch:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Table:
    """An app on a library with a deck of its own, and the hands of the test."""

    app: PtcardsApp
    pilot: Pilot[Any]
    watch: Stopwatch

    async def press(self, *keys: str) -> None:
        """Press keys as one who thinks in between, and wait for what comes of each."""
        await settle(self.pilot)
        for key in keys:
            self.watch.now += 2
            press_at_once(self.pilot, key)
            await settle(self.pilot)

    async def type(self, text: str) -> None:
        press_at_once(self.pilot, *text)
        await settle(self.pilot)

    async def answer(self, text: str) -> None:
        """Type an answer and have it checked."""
        await self.type(text)
        await self.press("f5")

    @property
    def desk(self) -> Desk:
        return self.app.context.desk

    @property
    def file(self) -> Path:
        assert isinstance(self.desk.database, Path)
        return self.desk.database

    @property
    def text(self) -> str:
        return screen_text(self.app)

    async def search(self, words: str) -> None:
        """Find cards in the table of all, and go to the first."""
        line = self.app.screen.query_one(Input)
        if line is not self.app.focused:
            await self.press("slash")
        line.value = ""
        await self.type(words)
        await self.press("enter")

    async def begin(self, card: str) -> None:
        """From the home screen into a review of one card."""
        self.app.screen.begin(Scope(cards=(card,)))  # type: ignore[attr-defined]  # the home screen's
        await settle(self.pilot)

    async def resize(self, columns: int, lines: int) -> None:
        await self.pilot.resize_terminal(columns, lines)
        await settle(self.pilot)

    def pass_days(self, days: int) -> None:
        clock = self.desk.clock
        assert isinstance(clock, Clock)
        clock.moment = Moment(clock.moment.at + days * DAY, 60)

    @property
    def editor(self) -> AnswerEditor:
        return self.app.screen.query_one(AnswerEditor)

    def is_typing(self) -> bool:
        return self.app.focused is self.editor

    @property
    def question(self) -> Question:
        """What the session asks."""
        asked = self.app.screen.question  # type: ignore[attr-defined]  # a session is open
        assert isinstance(asked, Question)
        return asked

    def events(self) -> list[tuple[Any, ...]]:
        """Card, kind and grade of what is in the log."""
        events = logged(self.file)
        return [(one.card and one.card.split("/")[1], one.kind, one.q) for one in events]

    def kinds(self) -> list[str]:
        return [kind for _, kind, _ in self.events()]


def cards_of(at: Table, query: str = "") -> list[CardView]:
    """The cards that a search finds."""
    return cards.Catalogue(at.desk).find(query)


DEFAULTS = Config()
SHAPES = Scope(decks=("shapes",))


def only(card: str) -> Scope:
    return Scope(cards=(f"shapes/{card}",))


class Clock:
    """A study clock that stays until the test sets it."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> Moment:
        return self.moment


Opener = Callable[..., AbstractAsyncContextManager[Table]]
"""Opens the app for a test, with a scope on its first question; its size, config and runner can be given."""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library in it, the deck of the tests brought in; to be copied."""
    home = tmp_path_factory.mktemp("shelf")
    file = home / "shapes.yaml"
    file.write_text(DECK, encoding="utf-8")
    desk = open_desk(home / "ptcards.db", Config(), Clock())
    import_paths(desk, [file], trust=True)
    desk.close()
    return home


PLAIN = """\
deck: plain
cards:
  - id: two
    question: Give two.
    check: assert answer == 2, "that is not two"
    solution: 1 + 1
"""
TOWNS = "deck: towns\ntitle: Towns\ncards:\n" + "".join(
    f"""\
  - id: {country.lower()}
    question: Which town is the capital of {country}?
    accepts: text
    solution: {town}
"""
    for country, town in (
        ("France", "Paris"),
        ("Austria", "Vienna"),
        ("Norway", "Oslo"),
        *((f"X{number}", f"Y{number}") for number in range(12)),
    )
)


@pytest.fixture
def towns(tmp_path: Path, shelf: Path) -> Path:
    """A home with nothing but a deck of texts: none of its answers is run."""
    shutil.copyfile(shelf / "ptcards.db", tmp_path / "ptcards.db")
    file = tmp_path / "towns.yaml"
    file.write_text(TOWNS, encoding="utf-8")
    desk = open_desk(tmp_path / "ptcards.db", Config(), Clock())
    import_paths(desk, [file])
    for other in ("pytorch-notes", "shapes"):
        decks.remove(desk, other)
    desk.close()
    return tmp_path


@pytest.fixture
def table(tmp_path: Path, shelf: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Opens the app over a library of the test's own; with a scope it begins at once."""
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    monkeypatch.setattr(
        paths, "BUILT_IN", paths.BUILT_IN[:1]
    )  # what else comes is offered in a test of its own
    shutil.copyfile(shelf / "ptcards.db", tmp_path / "ptcards.db")

    @asynccontextmanager
    async def opened(
        scope: Scope | None = None,
        *,
        size: tuple[int, int] = (80, 24),
        config: Config = DEFAULTS,
        using: Runner = runner,
        **more: Any,
    ) -> AsyncIterator[Table]:
        watch, database = Stopwatch(), tmp_path / "ptcards.db"
        monkeypatch.setattr(
            Session.__init__, "__defaults__", (watch,)
        )  # what a card takes is the test's time
        written = partial(remember, tmp_path / "config.toml")
        more |= {"make_runner": lambda: using, "monotonic": watch, "remember": written}
        app = PtcardsApp(database, config, Clock(), scope, **more)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            yield Table(app, pilot, watch)
        app.context.desk.store.close()

    return opened
