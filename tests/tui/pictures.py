"""Draws the README's pictures from the real app: `python tests/tui/pictures.py`. No terminal is needed."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ptcards.config import Config
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import Moment
from ptcards.scheduling.queue import Scope
from ptcards.study.decks import open_desk
from ptcards.study.session import Session
from ptcards.tui.app import PtcardsApp

if TYPE_CHECKING:
    from textual.pilot import Pilot

PICTURES = Path(__file__).parent / "pictures"
SIZE = (80, 24)
DAY = 24 * 3600 * 1000
NOW = 1_795_417_200_000
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace"


def practise(database: Path, days: int) -> None:
    """A fortnight of mornings, so that the home screen has something to show."""
    for back in range(days, 0, -1):
        moment = Moment(NOW - back * DAY, 60)
        with open_desk(database, Config(), lambda moment=moment: moment) as desk:  # type: ignore[misc]
            session = Session(desk, Scope())
            while (question := session.next()) is not None:
                session.show()
                session.grade(5 if (question.position + back) % 4 else 1)


async def settle(pilot: Pilot[Any]) -> None:
    await pilot.pause()
    while any(not worker.is_finished for worker in pilot.app.workers):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    await pilot.pause(0.5)


def save(app: PtcardsApp, name: str) -> None:
    """Without the fonts that the framework would have the reader's browser fetch."""
    drawn = app.export_screenshot(title="ptcards")
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r"font-family: Fira Code[^;]*;", f"font-family: {FONT};", drawn)
    (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")


async def draw(
    database: Path, config: Config, runner: Runner, name: str, scope: Scope | None, *answers: str
) -> None:
    app = PtcardsApp(database, config, lambda: Moment(NOW, 60), scope, make_runner=lambda: runner)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for answer in answers:
            app.screen.query_one("AnswerEditor").load_text(answer)  # type: ignore[attr-defined]
            await pilot.press("f5")
            await settle(pilot)
        save(app, name)


async def draw_form(database: Path, runner: Runner, **texts: str) -> None:
    """A card of one's own, typed and proved."""
    app = PtcardsApp(database, Config(), lambda: Moment(NOW, 60), make_runner=lambda: runner)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        for name, text in texts.items():
            app.screen.query_one(f"#{name}").rewrite(text)  # type: ignore[attr-defined]
        await pilot.press("f5")
        await settle(pilot)
        save(app, "adding")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PTCARDS_HOME"] = folder  # no decks of one's own but these
        runner = Runner(private=(Path(folder),))
        runner.start()
        runner.wait_ready(120)
        database = Path(folder) / "ptcards.db"
        column = Scope(cards=("pytorch-notes/unsqueeze-column",), cram=True)
        again = Scope(cards=("pytorch-notes/unsqueeze-column",), new=30)
        mirror = Scope(cards=("pytorch-notes/flip-mirror",), cram=True)
        dark, light = Config(), Config(theme="textual-light")
        asyncio.run(draw(database, dark, runner, "wrong", column, "x.unsqueeze(0)"))
        # What failed in the other picture would count for the whole day.
        asyncio.run(draw(database.with_name("right.db"), light, runner, "right", again, "x[:, None]"))
        asyncio.run(draw(database, dark, runner, "mirror", mirror, "cv2.flip(img, 0)"))
        asked = {
            "question": "Turn the rows of `x` upside down.",
            "given": "x = torch.arange(6).reshape(3, 2)",
        }
        asyncio.run(draw_form(database.with_name("own.db"), runner, **asked, solution="x.flip(0)"))
        practise(database, 14)
        asyncio.run(draw(database, dark, runner, "home", None))
        runner.close()


if __name__ == "__main__":
    main()
