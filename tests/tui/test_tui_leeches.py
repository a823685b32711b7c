"""A card that keeps failing: how it is announced, and its failed answers side by side."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from ptcards.study import actions, cards
from ptcards.tui.screens.pages import CardInfoScreen, LeechScreen
from ptcards.tui.screens.session import SessionScreen
from tests.tui.conftest import snapshot

if TYPE_CHECKING:
    from tests.tui.conftest import Opener, Table

COLUMN = "shapes/column"
WRONG = ("x.unsqueeze(0)", "x[None]", "x.reshape(2, 2)", "x.unsqueeze(0).T.T")
LONG = 40
"""Days after which a card that passed once or twice is due again."""


def fail_often(at: Table, times: int) -> None:
    """Pass and fail the card in turns, a long while between them, until a day when it is due."""
    for turn in range(times):
        actions.grade(at.desk, COLUMN, 4)
        at.pass_days(LONG)
        if turn == 1:
            actions.grade(at.desk, COLUMN, 0)
        else:
            actions.answer(at.desk, COLUMN, WRONG[turn % len(WRONG)], record=True)
        at.pass_days(LONG)


async def test_card_info_and_the_table_of_cards_lead_to_the_failed_answers(table: Opener) -> None:
    async with table() as at:
        fail_often(at, 8)
        assert cards.card(at.desk, COLUMN).state == "learning"
        await at.press("slash")
        await at.search("is:leech")
        (row,) = [line for line in at.text.splitlines() if line.startswith("▸")]
        assert " leech " in row
        assert COLUMN in row
        assert "l failed answers" in at.text
        await at.press("l")
        await snapshot(at, "leech")
        await at.press("q", "i", "l")
        assert isinstance(at.app.screen, LeechScreen)


async def test_a_card_that_fails_for_the_eighth_time_is_announced_in_passing_and_shown_on_a_key(
    table: Opener,
) -> None:
    async with table() as at:
        fail_often(at, 7)
        actions.grade(at.desk, COLUMN, 4)
        at.pass_days(LONG)
        await at.begin(COLUMN)
        await at.answer("x.unsqueeze(0)")
        await at.press("left", "backspace", "1", "f5", "enter")
        assert "column has failed 8 times: a leech" in at.text
        assert "Keeps failing  shapes/column" in at.text
        await at.press("l")
        assert isinstance(at.app.screen, LeechScreen)
        assert "8 failed answers, the newest first" in at.text


async def test_a_leech_in_hand_shows_its_failed_answers_but_not_the_right_one_and_a_key_suspends_it(
    table: Opener,
) -> None:
    async with table() as at:
        fail_often(at, 8)
        await at.begin(COLUMN)
        await at.press("escape", "l")
        assert isinstance(at.app.screen, LeechScreen)
        assert "x.reshape(2, 2)" in at.text
        assert "x.unsqueeze(1)" not in at.text
        await at.press("q", "i")
        assert isinstance(at.app.screen, CardInfoScreen)
        assert "Solution" not in at.text
        assert "x.unsqueeze(1)" not in at.text
        await at.press("q", "l", "at")
        assert "suspended · a leech" in at.text
        await at.press("q")
        assert at.events()[-1][:2] == ("column", "suspended")
        assert not isinstance(at.app.screen, SessionScreen | LeechScreen)


async def test_at_80_columns_every_failed_answer_of_a_leech_can_be_reached_by_keys(table: Opener) -> None:
    async with table() as at:
        fail_often(at, 16)
        at.app.push_screen(LeechScreen(at.app.context, COLUMN))
        await at.press()
        days = {
            f"{review.event.time:%Y-%m-%d}" for review in cards.card(at.desk, COLUMN).reviews if review.failed
        }
        assert len(days) == 16
        seen: set[str] = set()
        before = ""
        while before != (before := at.text):
            for day, month, year in re.findall(r"\b(\d+) (\w{3}) (20\d\d)\b", at.text):
                seen.add(datetime.strptime(f"{day} {month} {year}", "%d %b %Y").date().isoformat())
            await at.press("pagedown")
        assert seen == days
