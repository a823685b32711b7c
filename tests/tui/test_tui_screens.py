"""Every screen as a person sees it, at 80x24 and at 120x36, and what its keys do."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from ptcards import paths
from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.paths import BUILT_IN
from ptcards.runner.protocol import Readiness, RunnerStatus
from ptcards.scheduling.queue import Counts
from ptcards.store.library import Library
from ptcards.study import actions, cards, decks, trust
from ptcards.tui.bars import StatusLine
from ptcards.tui.screens.browse import BrowseScreen, CardTable
from ptcards.tui.screens.home import HomeScreen
from ptcards.tui.screens.importing import ImportScreen
from ptcards.tui.screens.pages import CardInfoScreen, LeechScreen
from ptcards.tui.screens.session import SessionScreen
from tests.study.conftest import lay_out
from tests.tui.conftest import cards_of, press_at_once, snapshot

if TYPE_CHECKING:
    from tests.tui.conftest import Opener, Table


# -- home --------------------------------------------------------------------------------------------------


async def test_home_help_and_browse(table: Opener) -> None:
    async with table() as at:
        await snapshot(at, "first_home")
        await at.press("question_mark")
        await snapshot(at, "help")
        await at.press("escape", "slash")
        await at.search("deck:shapes")
        await at.press("down")
        await snapshot(at, "browse")
        await at.press("q", "s", "question_mark")
        assert at.text.splitlines()[2].strip() == "Here"  # first the keys, then the words
        assert at.text.index("explain") < at.text.index("What the words mean")


async def test_the_decks_that_come_with_the_program_are_offered_and_enter_adds_one(
    table: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "BUILT_IN", BUILT_IN)
    monkeypatch.setattr(paths, "PACKAGE", lay_out(tmp_path / "program" / "decks").parent)
    async with table() as at:
        await snapshot(at, "decks_offered")
        await at.press("d")
        await snapshot(at, "more_decks")
        await at.press("down", "down", "enter")
        for words in (
            "by-hand is added: 3 cards",
            "By hand",
            "Two more decks come with ptcards: d shows them",
        ):
            assert words in at.text
        await at.press("d", "escape", "d", "enter")
        assert "One more deck comes with ptcards: d shows it" in at.text
        await at.press("d", "enter", "d")
        assert [at.text.count(words) for words in ("d shows", "Esc cancel", "Autograd and training")] == [
            0,
            0,
            1,
        ]


async def test_a_low_terminal_has_room_for_rows_and_keys(table: Opener) -> None:
    async with table(size=(40, 12)) as at:
        actions.grade(at.desk, COLUMN, 4)  # there is a forecast
        for key, row in (("r", "▸"), ("slash", "▸")):
            await at.press(key)
            at.app.clear_notifications()
            await at.press()
            assert [row in at.text, "help" in at.text.splitlines()[-1]] == [True, True], at.text
        assert isinstance(at.app.screen, BrowseScreen)
        at.app.screen.say("twenty " * 20)
        await at.press()
        assert at.text.count("twenty") == 20  # a notice is seen whole


async def test_keys_before_the_library_is_open_are_seen_and_a_review_begins_once_it_is(table: Opener) -> None:
    async with table() as at:
        home = at.app.screen
        assert isinstance(home, HomeScreen)
        opened = home.home
        home.show(opened._replace(counts=Counts(), decks=()))
        await at.press()
        assert "Enter review today" in at.text  # at a first start
        assert "Welcome" in at.text
        assert "0 cards" not in at.text  # nothing is counted before there is a library
        at.app.context.opened = False
        home.show(opened)
        await at.pilot.press("slash", "enter")
        await at.pilot.pause()
        assert isinstance(at.app.screen, HomeScreen)
        assert "/ browse" in at.text
        at.app.context.opened = True
        home.library_opened(at.desk.home(), ())
        await at.press()
        assert "unsqueeze-column" in at.text
        await at.press("escape", "q")
        with at.app.context.lock:  # what is typed while a session starts is the beginning of its first answer
            await at.pilot.press("enter")
            press_at_once(at.pilot, *"squint")
            await at.pilot.pause()
        await at.press()
        assert at.editor.text == "squint"


async def test_of_more_decks_than_fit_the_last_is_reached_and_what_is_below_stays(
    table: Opener, tmp_path: Path
) -> None:
    files = [tmp_path / f"many-{number:02}.yaml" for number in range(40)]
    for number, file in enumerate(files):
        card = "{id: a, question: one, accepts: recall, solution: two}"
        file.write_text(f"deck: many-{number:02}\ncards: [{card}]\n")
    async with table() as at:
        import_paths(at.desk, files)
        actions.grade(at.desk, "shapes/column", 4)
        await at.press("r")
        for size in ((80, 24), (120, 36)):
            await at.resize(*size)
            await at.press("end")
            assert "▸ " in at.text
            assert "more wait for the coming days" in at.text
            assert "Next two weeks" in at.text
            await at.press("home")
            assert "▸ " in at.text


async def test_a_deck_is_marked_by_key_and_by_click_and_reviewed_by_space_and_by_one_more_click(
    table: Opener,
) -> None:
    async with table() as at:
        row = next(row for row, line in enumerate(at.text.splitlines()) if "Shapes" in line)
        await at.press("down", "space")
        assert "column · Shapes" in at.text
        assert "1 of 5" in at.text
        await at.press("escape", "q", "up")
        assert "▸ Shapes" not in at.text
        await at.pilot.click(offset=(10, row))
        await at.press()
        assert isinstance(at.app.screen, HomeScreen)
        assert "▸ Shapes" in at.text
        await at.pilot.click(offset=(10, row))
        await at.press()
        assert at.text.startswith(" column · Shapes")


async def test_each_key_on_the_line_of_keys_can_be_clicked_also_that_which_quits(table: Opener) -> None:
    async with table() as at:
        for name, seen in (("? help", "Keys"), ("q back", "Deck"), ("q quit", "")):
            *_above, keys = at.text.rstrip().splitlines()
            await at.pilot.click(offset=(keys.index(name), at.app.size.height - 1))
            await at.press()
            assert seen in at.text
        assert not at.app.is_running


async def test_more_new_cards_are_offered_only_as_far_as_there_are_some(table: Opener) -> None:
    async with table(config=Config(new_per_day=1, keys={"cram": "C"})) as at:
        cards = [card.key for card in cards_of(at, "deck:shapes")]
        actions.grade(at.desk, cards[0], 4)
        await at.press("r")
        await snapshot(at, "home_with_nothing_due")
        await at.press("enter")
        assert "1 of 5" in at.text
        await at.press("escape", "q", "q")
        decks.disable(at.desk, "pytorch-notes")
        for card in cards[1:-1]:
            actions.grade(at.desk, card, 4)
        await at.press("r")
        assert "n 1 more new card · C cram" in at.text
        actions.grade(at.desk, cards[-1], 4)
        await at.press("r")
        assert "Nothing due." in at.text
        assert "more new card" not in at.text
        await at.press("question_mark")
        assert "more new card" not in at.text


@pytest.mark.parametrize("own", [{}, {"pytorch-notes": {"new_per_day": 1}}])
async def test_more_new_cards_are_five_more_whatever_was_learned_today(
    table: Opener, own: dict[str, dict[str, int]]
) -> None:
    async with table(config=Config(new_per_day=6, decks=own)) as at:
        decks.disable(at.desk, "shapes")
        for card in cards_of(at, "deck:pytorch-notes")[:6]:
            actions.grade(at.desk, card.key, 4)
        await at.press("r", "n")
        assert "1 of 5" in at.text


async def test_with_nothing_due_failed_weak_and_tomorrows_cards_are_a_key_away(table: Opener) -> None:
    async with table(config=Config(new_per_day=0)) as at:
        failed, known = cards_of(at, "deck:pytorch-notes")[:2]
        await at.press("m")
        assert "Nothing failed yesterday or today." in at.text
        await at.press("f")
        assert "Nothing is due tomorrow." in at.text
        await at.press("l")
        assert "No card keeps failing." in at.text
        await at.press("exclamation_mark")
        assert "No answer is disputed." in at.text
        actions.grade(at.desk, failed.key, 0)
        for card in (failed, known):
            actions.grade(at.desk, card.key, 4)
        await at.press("r")
        assert "2 of 2 cards done · m 1 failed since yesterday" in at.text
        await at.press("m")
        assert failed.key.split("/")[1] in at.text
        await at.press("escape", "q", "q", "f")
        assert "1 of 2" in at.text
        await at.press("escape", "q", "q", "w")
        assert "1 of 2" in at.text


async def test_home_after_some_days_and_undo_after_a_restart_which_asks_first_and_names_it(
    table: Opener,
) -> None:
    async with table() as at:
        at.pass_days(-9)
        for number, card in enumerate(("column", "name", "size", "why")):
            actions.grade(at.desk, f"shapes/{card}", 3 + number % 3)
            at.pass_days(9 * (number == 0))
    async with table() as at:
        await at.press("u")
        assert "Undo Hard on why" in at.text
        await at.press("escape")
        assert at.kinds()[4:] == []
        await at.press("u", "enter")
        assert at.kinds()[4:] == ["undone"]
        await at.press("U")
        assert at.kinds()[4:] == ["undone", "redone"]
        at.pass_days(1)
        await at.press("r")
        await snapshot(at, "home_after_some_days")


async def test_how_many_cards_a_day_a_deck_has_is_changed_on_home_and_holds_at_once(
    table: Opener, tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\nnew_per_day = 5  # for now\n")
    async with table() as at:
        await at.press("down", "o")
        await snapshot(at, "options")
        await at.resize(80, 24)
        await at.press("enter", *"many", "enter")
        assert "new_per_day = 'many': a whole number from 0 to 9999 is expected" in at.text
        await at.press("enter")
        press_at_once(at.pilot, "1", "enter")
        await at.press()
        assert re.search("New cards a day  +1 ", at.text)
        await at.press(*["down"] * 5, "enter", "2", "enter", "escape")
        assert re.search(r"Shapes .* 1 +· +6\n", at.text)
        assert re.search(r"PyTorch.* 2 +· +30\n", at.text)
        assert file.read_text() == '# mine\nnew_per_day = 2  # for now\n\n[decks."shapes"]\nnew_per_day = 1\n'
        await at.press("o", "enter", "-", "enter")
        assert re.search("New cards a day  +what decks share", at.text)
        await at.press("down", "down", "enter", *"random", "enter")
        assert re.search("Order of new cards  +random", at.text)
        assert file.read_text().endswith('[decks."shapes"]\nnew_order = "random"\n')
        await at.press("down", "down", "down", "enter", *"fsrs", "enter")
        await at.press(*["down"] * 4, "enter", "1", "enter")
        assert "desired_retention = 1.0: a number from 0.7 to 0.99 is expected" in at.text
        assert file.read_text().endswith('[decks."shapes"]\nscheduler = "fsrs"\nnew_order = "random"\n')
        file.unlink()
        file.mkdir()
        await at.press("enter", "1", "enter")
        assert "cannot be read: Is a directory" in at.text


async def test_a_theme_that_is_not_there_is_reported_and_one_that_was_picked_is_written_down(
    table: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with table(config=Config(theme="textual-drak")) as at:
        assert "there is no theme 'textual-drak'" in at.text
        assert at.app.theme == "textual-dark"
        file = tmp_path / "config.toml"
        for theme in ("nord", "textual-dark"):
            at.app.theme = theme
            await at.press()
            assert file.read_text() == f'theme = "{theme}"\n'
        assert "No sandbox" not in at.text
        lacking = {"files": "Landlock is off in this kernel"}
        status = RunnerStatus(Readiness.READY, layers=("limits", "system calls"), lacking=lacking)
        monkeypatch.setattr(at.app.context, "runner", SimpleNamespace(status=lambda: status))
        await at.press("r")
        assert "No sandbox for files: Landlock is off in this kernel; see `ptcards config`" in at.text
        assert "sandbox 2/3" in at.text
        at.app.context.runner = None
        await at.press("r")
        assert "no runner" in at.text


# -- cards -------------------------------------------------------------------------------------------------


async def test_several_cards_are_one_action_which_one_undo_takes_back(table: Opener) -> None:
    async with table() as at:
        await at.press("slash", "escape", "space", "down", "space", "at")
        assert "2 cards: suspend" in at.text
        assert at.kinds() == ["suspended", "suspended"]
        await at.press("u")
        assert "and 1 more" in at.text
        await at.press("enter")
        assert "suspended" not in at.text
        await at.press("U")
        assert at.text.count("suspended") == 2
        before = len(at.kinds())
        await at.search("shapes/column")
        for day, shown in (("3", "in 3 d"), ("2026-12-24", "in 31 d"), ("soon", "is no day")):
            await at.press("d")
            assert "Due on which day? shapes/column" in at.text
            await at.type(day)
            await at.press("enter")
            await at.press()
            assert shown in at.text
        assert at.kinds()[before:] == ["due_set", "due_set"]


async def test_a_search_that_is_read_or_wrong_says_so_and_the_rows_stay(table: Opener) -> None:
    async with table() as at:
        await at.press("slash", "escape", "q")
        with at.app.context.lock:  # the reading has to wait
            await at.pilot.press("slash")
            await at.pilot.pause()
            assert "reading" in at.text
            assert "0 cards" not in at.text
            assert "No card is found" not in at.text
        await at.search("is:nonsense")
        assert "is:nonsense is not known; there are is:" in at.text
        assert "pytorch-notes/install-opencv" in at.text
        await at.search("nothing-is-called-so")
        assert "0 cards" in at.text
        assert "No card is found" in at.text
        await at.search("is:new")
        await at.press("G", "at")  # the cursor stays in its row where a card leaves the search
        cards = at.app.screen.query_one(CardTable)
        assert cards.cursor == len(cards.rows) - 1


async def test_all_that_a_search_found_is_picked_with_one_key_and_changed_with_another(table: Opener) -> None:
    async with table() as at:
        keys = [card.key for card in cards_of(at, "deck:shapes")]
        await at.press("slash")
        await at.search("deck:shapes")
        await at.press("ctrl+a")
        assert f"{len(keys)} picked" in at.text
        assert f"Enter study {len(keys)} cards" in at.text
        await at.press("enter")
        assert f"1 of {len(keys)}" in at.text
        await at.press("escape", "q", "at")
        assert at.text.count("suspended") == len(keys)
        await at.press("ctrl+a")
        assert "picked" not in at.text
        await at.search("is:suspended")
        assert f"{len(keys)} cards" in at.text
        await at.press("enter")
        assert "Nothing of this can be asked" in at.text


async def test_card_info(table: Opener) -> None:
    async with table() as at:
        for answer in ("x.unsqueeze(0)", "x.unsqueeze(1)"):
            actions.answer(at.desk, "shapes/column", answer, record=True)
            at.pass_days(1)
        at.app.push_screen(CardInfoScreen(at.app.context, "shapes/column"))
        await at.press()
        await snapshot(at, "card_info")
        schedule = cards.card(at.desk, COLUMN).schedule
        actions.record_grade(at.desk, COLUMN, schedule, 1, verdict="shown", seconds=118)
        await at.resize(80, 40)
        at.app.push_screen(CardInfoScreen(at.app.context, COLUMN))
        await at.press()
        assert "118 s       1 d  2.50  the solution was shown\n" in at.text  # in one row


# -- a card that keeps failing -----------------------------------------------------------------------------

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
        assert " column  x holds" in row
        assert "l failed answers" in at.text
        await at.press("l")
        await snapshot(at, "leech")
        await at.press("q", "i", "l")
        assert isinstance(at.app.screen, LeechScreen)
        await at.press("q", "q", "escape")
        assert "l 1 leech" in at.text
        assert "disputed" not in at.text


async def test_a_card_that_fails_for_the_eighth_time_is_announced_and_then_shows_its_failed_answers_only(
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
        await at.press("q", "q")
        at.pass_days(LONG)
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


# -- importing ---------------------------------------------------------------------------------------------


async def look_at(at: Table, source: Path | str) -> ImportScreen:
    """Have the screen that imports look at a file."""
    if not isinstance(at.app.screen, ImportScreen):
        await at.press("i")
    screen = at.app.screen
    assert isinstance(screen, ImportScreen)
    screen.query_one(Input).value = str(source)
    await at.press("enter")
    return screen


async def test_a_path_is_completed_its_deck_shown_then_imported_then_trusted(
    table: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck, broken = tmp_path / "mine.yaml", tmp_path / "broken.yaml"
    untrusted = "deck: mine\ncards:\n- {id: one, question: q, check: 'assert answer == 1, \"one\"', solution: 2 - 1}\n"
    deck.write_text(untrusted)
    broken.write_text("deck: broken\ncards:\n- {id: one, question: q, solutoin: '1', accepts: recall}\n")
    (tmp_path / "sub").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    titles = list[str]()
    monkeypatch.setattr(StatusLine, "watch_left", lambda _line, left: titles.append(str(left)), raising=False)
    async with table() as at:
        screen = await look_at(at, "")
        line, here = screen.query_one(Input), f"~/{tmp_path.name}/"
        # Typed, what Tab makes of it, and what is listed.
        for typed, completed, listed in (
            ("~", "~/", ""),
            (here.removesuffix("/"), here, ""),
            (here, here, "backups/\n  broken.yaml\n  mine.yaml\n  sub/\n"),
            (f"{here}b", f"{here}b", "backups/\n  broken.yaml\n"),
            (f"{here}s", f"{here}sub/", ""),
            (f"{here}pt", f"{here}pt", "Nothing that can be imported begins so."),
            ("~no-such-user/", "~no-such-user/", "Nothing that can be imported begins so."),
            (f"{here}mi", f"{here}mine.yaml", ""),
        ):
            line.value = typed
            await at.press("tab")
            assert (line.value, listed in at.text) == (completed, True)
        await at.press("enter")
        assert "mine   1 new" in at.text
        await look_at(at, "~no-such-user/mine.yaml")
        assert "there is no such file" in at.text
        await look_at(at, broken)
        assert "broken.yaml:3" in at.text.replace("\n ", "")
        await look_at(at, deck)
        assert "mine" in at.text
        assert all(card.deck != "mine" for card in cards_of(at))
        await at.press("enter")
        assert "May the code of mine run?" in at.text
        assert "None" not in titles
        assert 'assert answer == 1, "one"' in at.text
        await at.press("escape", "escape")
        assert trust.requests(at.desk)
        for columns in (80, 60, 40, 24):  # quit and help stay on the line of keys
            await at.resize(columns, 24)
            keys = at.text.splitlines()[-1]
            assert [key for key in ("? help", "q quit") if key not in keys] == []
            assert columns != 80 or "t trust" in keys
        await at.resize(80, 24)
        await at.press("t", "y")
        assert not trust.requests(at.desk)
        deck.write_text(untrusted.replace("2 - 1", "3 - 2").replace('"one"', '"won"'))
        await look_at(at, deck)
        await at.press("enter")
        assert "s shows them too" in at.text
        assert '+assert answer == 1, "won"' in at.text
        assert "2 - 1" not in at.text
        assert "3 - 2" not in at.text
        await at.press("s")
        assert "-2 - 1" in at.text
        assert "+3 - 2" in at.text
        await at.press("y", "escape")
        assert not trust.requests(at.desk)


async def test_what_the_columns_of_a_table_are_is_asked_once_with_its_first_rows(
    table: Opener, tmp_path: Path
) -> None:
    deck = tmp_path / "own.csv"
    deck.write_text("Begriff,Art,Sinn\n" + "".join(f"wort{n},[b]noun,word{n}\n" for n in range(9)))
    async with table() as at:
        await look_at(at, deck)
        assert all(f"wort{n} | [b]noun | word{n}" in at.text for n in range(4))
        await at.press("escape")
        assert "Cancelled; what was not finished was not brought in." in at.text
        await at.press("enter", *"front,tags,back", "enter", "y", "enter")
        assert "own   9 new" in at.text
        await at.press("enter")
        assert "It is imported" in at.text
        card = next(card for card in cards_of(at) if card.deck == "own")
        assert (card.shown.question, card.tags) == ("wort0", ("[b]noun",))


async def test_an_import_that_is_stopped_keeps_nothing_and_one_stopped_too_late_is_not_called_so(
    table: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = tmp_path / "large.csv"
    deck.write_text("question,answer\n" + "".join(f"What is {n}?,{n}\n" for n in range(2000)))
    async with table() as at:
        screen = await look_at(at, deck)
        assert "2000 new" in at.text
        progress, save = screen._progress, Library.save

        def press_escape_once_it_is_read(done: int, total: int) -> None:
            if done:
                at.app.call_from_thread(screen.action_leave)
            progress(done, total)

        def save_while_cancelling(library: Library, *given: Any, **options: Any) -> Any:
            done = save(library, *given, **options)
            screen.stopped.set()
            return done

        with monkeypatch.context() as patch:
            patch.setattr(screen, "_progress", press_escape_once_it_is_read)
            await at.press("enter")
        assert "Cancelled; what was not finished was not brought in." in at.text
        assert all(card.deck != "large" for card in cards_of(at))
        monkeypatch.setattr(Library, "save", save_while_cancelling)
        await at.press("enter")
        assert "It is imported" in at.text
        assert sum(card.deck == "large" for card in cards_of(at)) == 2000
        await look_at(at, "git+file:///nowhere")
        assert "file:///nowhere at HEAD: it cannot be fetched" in at.text
