"""Every screen as a person sees it, at 80x24 and at 120x36, and what its keys do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.scheduling.days import Moment
from ptcards.scheduling.queue import Counts, Limits, Scope
from ptcards.store.glance import glance
from ptcards.store.library import Library
from ptcards.study import actions, decks, trust
from ptcards.tui.screens.browse import BrowseScreen, CardTable
from ptcards.tui.screens.home import HomeScreen, today_blocks
from ptcards.tui.screens.importing import ImportScreen
from ptcards.tui.screens.pages import CardInfoScreen
from ptcards.tui.workbench import AnswerEditor
from tests.tui.conftest import cards_of, snapshot

if TYPE_CHECKING:
    from tests.tui.conftest import Opener

COLUMN = Scope(cards=("shapes/column",))
DAY = 86_400_000


async def test_home_help_and_browse(table: Opener) -> None:
    async with table() as at:
        await snapshot(at, "first_home")
        await at.press("question_mark")
        await snapshot(at, "help")
        await at.press("escape", "slash")
        await at.type("deck:shapes")
        at.watch.now += 1
        at.app.screen.search()  # type: ignore[attr-defined]  # as the timer does
        await at.press("enter", "down")
        await snapshot(at, "browse")


def test_nothing_is_counted_before_there_is_a_library(tmp_path: Path) -> None:
    glanced = glance(tmp_path / "ptcards.db", 20_780, Limits())
    assert glanced.first_time
    shown = " ".join(str(line) for block in today_blocks(glanced, ()) for line in block(80))
    assert "Welcome" in shown
    assert "0 cards" not in shown


async def test_several_cards_are_one_action_which_one_undo_takes_back(table: Opener) -> None:
    async with table() as at:
        await at.press("slash", "escape", "space", "down", "space", "at")
        assert "2 cards: suspend" in at.text
        assert [event[1] for event in at.events()] == ["suspended", "suspended"]
        await at.press("u")
        assert "and 1 more" in at.text
        await at.press("enter")
        assert "suspended" not in at.text
        await at.press("U")
        assert at.text.count("suspended") == 2


async def test_home_after_some_days(table: Opener) -> None:
    async with table() as at:
        for number, card in enumerate(("column", "name", "size", "why")):
            actions.grade(at.desk, f"shapes/{card}", 3 + number % 3)
        at.desk.clock.moment = Moment(at.desk.clock().at + DAY, 60)  # type: ignore[attr-defined]  # the tests' clock
        await at.press("r")
        await snapshot(at, "home_after_some_days")


async def test_of_more_decks_than_fit_the_last_is_reached_and_what_is_below_stays(
    table: Opener, tmp_path: Path
) -> None:
    files = [tmp_path / f"many-{number:02}.yaml" for number in range(40)]
    for number, file in enumerate(files):
        file.write_text(
            f"deck: many-{number:02}\ncards:\n  - {{id: a, question: one, accepts: recall, solution: two}}\n"
        )
    async with table() as at:
        import_paths(at.desk, files)
        actions.grade(at.desk, "shapes/column", 4)
        await at.press("r")
        for size in ((80, 24), (120, 36)):
            await at.pilot.resize_terminal(*size)
            await at.press("end")
            assert "▸ " in at.text
            assert "more wait for the coming days" in at.text
            assert "Next two weeks" in at.text
            await at.press("home")
            assert "▸ " in at.text


async def test_home_with_nothing_due(table: Opener) -> None:
    async with table(config=Config(new_per_day=1)) as at:
        actions.grade(at.desk, "shapes/column", 4)
        await at.press("r")
        await snapshot(at, "home_with_nothing_due")
        await at.press("enter")
        assert "1 of 5" in at.text


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


async def test_more_new_cards_are_offered_only_as_far_as_there_are_some(table: Opener) -> None:
    async with table(config=Config(new_per_day=1)) as at:
        cards = [card.key for card in cards_of(at) if card.key.startswith("shapes/")]
        decks.disable(at.desk, "pytorch-notes")
        for card in cards[:-1]:
            actions.grade(at.desk, card, 4)
        await at.press("r")
        assert "n 1 more new card · c cram" in at.text
        actions.grade(at.desk, cards[-1], 4)
        await at.press("r")
        assert "Nothing due." in at.text
        assert "more new card" not in at.text
        await at.press("question_mark")
        assert "more new card" not in at.text


async def test_with_nothing_due_failed_weak_and_tomorrows_cards_are_a_key_away(table: Opener) -> None:
    async with table(config=Config(new_per_day=0)) as at:
        failed, known = cards_of(at, "deck:pytorch-notes")[:2]
        await at.press("m")
        assert "Nothing failed yesterday or today." in at.text
        await at.press("a")
        assert "Nothing is due tomorrow." in at.text
        actions.grade(at.desk, failed.key, 0)
        for card in (failed, known):
            actions.grade(at.desk, card.key, 4)
        await at.press("r", "m")
        assert failed.key.split("/")[1] in at.text
        await at.press("escape", "q", "q", "a")
        assert "1 of 2" in at.text
        await at.press("escape", "q", "q", "w")
        assert "1 of 2" in at.text


async def test_question_not_yet_and_dispute(table: Opener) -> None:
    async with table(COLUMN) as at:
        await at.type("x.uns")
        await snapshot(at, "question")
        await at.answer("queeze(0)")
        await snapshot(at, "not_yet")
        await at.press("escape", "exclamation_mark")
        await snapshot(at, "dispute_question")


async def test_slip(table: Opener) -> None:
    async with table(COLUMN) as at:
        await at.answer("troch.unsqueeze(x, 1)")
        await snapshot(at, "slip")


async def test_right(table: Opener) -> None:
    async with table(COLUMN) as at:
        await at.answer("x.reshape(4, 1)")
        await snapshot(at, "right")


async def test_why_a_grade_is_proposed_is_reported_to_the_end(table: Opener) -> None:
    async with table(COLUMN) as at:
        await at.answer("x.unsqueeze(0)")
        at.app.screen.query_one(AnswerEditor).load_text("x.unsqueeze(1)")
        await at.press("f5")
        for size in ((80, 24), (120, 36)):
            await at.pilot.resize_terminal(*size)
            await at.press()
            lines = [line.rpartition("▕")[2].strip() for line in at.text.splitlines()]
            assert "Enter takes Again: right after one mistake, without the solution" in " ".join(lines)


async def test_taught(table: Opener) -> None:
    async with table(COLUMN) as at:
        await at.press("f3")
        await snapshot(at, "taught")


async def test_image(table: Opener) -> None:
    async with table(Scope(cards=("shapes/mirror",))) as at:
        await at.answer("img[::-1]")
        await snapshot(at, "image")


async def test_recall(table: Opener) -> None:
    async with table(Scope(cards=("shapes/why",))) as at:
        await at.press("space")
        assert "It stretches axes of length 1" in at.text
        assert "▸ 3 Good" in at.text
        await snapshot(at, "recall")
        lines = at.text.splitlines()
        row = next(number for number, line in enumerate(lines) if "4 Easy" in line)
        at.watch.now += 1
        await at.pilot.click(offset=(lines[row].index("4 Easy"), row))
        await at.press()
        assert at.events() == [("why", "graded", 5)]


async def test_summary(table: Opener) -> None:
    async with table(COLUMN) as at:
        await at.answer("x.unsqueeze(0)")
        await at.press("left", "backspace", "1", "f5", "enter")
        await snapshot(at, "summary")
        await at.press("u")
        assert "Undo Again on column" in at.text
        await at.press("escape")
        assert [event[1] for event in at.events()] == ["graded"]
        await at.press("s", "m")
        assert "dim 0 puts the new axis first  1x" in at.text
        await at.press("enter")
        assert "cram 1 of 1" in at.text


async def test_cards_that_are_not_read_yet_are_not_called_missing(table: Opener) -> None:
    async with table() as at:
        await at.press("slash", "escape", "q")
        with at.app.context.lock:  # the reading has to wait
            await at.pilot.press("slash")
            await at.pilot.pause()
            assert "reading" in at.text
            assert "0 cards" not in at.text
            assert "No card is found" not in at.text
        await at.type("nothing-is-called-so")
        at.app.screen.search()  # type: ignore[attr-defined]  # as the timer does
        await at.press("enter")
        assert "0 cards" in at.text
        assert "No card is found" in at.text


async def test_card_info(table: Opener) -> None:
    async with table() as at:
        for answer in ("x.unsqueeze(0)", "x.unsqueeze(1)"):
            actions.answer(at.desk, "shapes/column", answer, record=True)
            at.desk.clock.moment = Moment(at.desk.clock().at + DAY, 60)  # type: ignore[attr-defined]  # the tests' clock
        at.app.push_screen(CardInfoScreen(at.app.context, "shapes/column"))
        await at.press()
        await snapshot(at, "card_info")


UNTRUSTED = (
    "deck: mine\ncards:\n- {id: one, question: q, check: 'assert answer == 1, \"one\"', solution: '1'}\n"
)


async def test_quit_and_help_stay_on_the_line_of_keys_whatever_else_is_there(
    table: Opener, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(UNTRUSTED)
    async with table() as at:
        import_paths(at.desk, [tmp_path / "mine.yaml"])
        await at.press("r")
        for columns in (80, 60, 40, 24):
            await at.pilot.resize_terminal(columns, 24)
            await at.press()
            line = at.text.splitlines()[-1]
            assert "? help" in line
            assert "q quit" in line
            if columns == 80:
                assert "t trust" in line


async def test_help_on_statistics_begins_with_the_keys_and_ends_with_the_words(table: Opener) -> None:
    async with table() as at:
        await at.press("s", "question_mark")
        assert at.text.splitlines()[2].strip() == "Here"
        assert at.text.index("explain") < at.text.index("What the words mean")
        await at.press("pagedown")
        assert "Passed: graded 3 or more." in at.text


async def test_a_message_does_not_lie_over_a_question_that_is_asked(table: Opener) -> None:
    async with table(COLUMN) as at:
        await at.answer("x.unsqueeze(0)")
        at.app.screen.report("a file:4: what is wrong with it\nmore\nand more")  # type: ignore[attr-defined]
        await at.press("escape", "exclamation_mark")
        assert "a file:4" not in at.text
        assert "why, in one line" in at.text
        assert "Esc cancel" in at.text


async def test_space_reviews_the_marked_deck_only(table: Opener) -> None:
    async with table() as at:
        await at.press("down", "space")
        assert "column · Shapes" in at.text
        assert "1 of 5" in at.text


async def test_before_the_library_is_open_a_first_start_offers_the_review_all_the_same(table: Opener) -> None:
    async with table() as at:
        home = at.app.screen
        assert isinstance(home, HomeScreen)
        home.show(home.home._replace(counts=Counts(), decks=()))
        await at.press()
        assert "Enter review today" in at.text


async def test_a_click_marks_a_deck_and_one_more_reviews_it(table: Opener) -> None:
    async with table() as at:
        rows = [row for row, line in enumerate(at.text.splitlines()) if "Shapes" in line]
        await at.pilot.click(offset=(10, rows[0]))
        await at.press()
        assert isinstance(at.app.screen, HomeScreen)
        assert "▸ Shapes" in at.text
        await at.pilot.click(offset=(10, rows[0]))
        await at.press()
        assert at.text.startswith(" column · Shapes")


async def test_a_review_asked_for_early_begins_once_the_library_is_open(table: Opener) -> None:
    async with table() as at:
        home = at.app.screen
        assert isinstance(home, HomeScreen)
        at.app.context.opened = False
        await at.pilot.press("enter")
        assert isinstance(at.app.screen_stack[-1], HomeScreen)
        at.app.context.opened = True
        home.library_opened(at.desk.home(), ())
        await at.press()
        assert "unsqueeze-column" in at.text


async def test_keys_that_need_the_library_are_seen_but_do_nothing_before_it_is_open(table: Opener) -> None:
    async with table() as at:
        home = at.app.screen
        at.app.context.opened = False
        home.refresh_bindings()
        await at.pilot.press("slash")
        await at.pilot.pause()
        assert at.app.screen is home
        assert "/ browse" in at.text
        at.app.context.opened = True
        home.refresh_bindings()
        await at.press("slash")
        assert isinstance(at.app.screen, BrowseScreen)


async def test_undo_from_home_after_a_restart_asks_first_and_names_it(table: Opener) -> None:
    async with table() as at:
        actions.grade(at.desk, "shapes/column", 4)
    async with table() as at:
        await at.press("u")
        assert "Undo Good on column" in at.text
        await at.press("escape")
        assert [event[1] for event in at.events()] == ["graded"]
        await at.press("u", "enter")
        assert [event[1] for event in at.events()] == ["graded", "undone"]
        await at.press("U")
        assert [event[1] for event in at.events()] == ["graded", "undone", "redone"]


async def test_a_bad_search_says_so_and_the_rows_stay(table: Opener) -> None:
    async with table() as at:
        await at.press("slash")
        screen = at.app.screen
        assert isinstance(screen, BrowseScreen)
        await at.type("is:nonsense")
        screen.search()
        await at.press("enter")
        assert "is:nonsense is not known; there are is:" in at.text
        assert "pytorch-notes/install-opencv" in at.text


async def test_the_cursor_stays_in_its_row_where_a_card_leaves_the_search(table: Opener) -> None:
    async with table() as at:
        await at.press("slash")
        await at.type("is:new")
        screen = at.app.screen
        assert isinstance(screen, BrowseScreen)
        screen.search()  # as the timer does
        await at.press("enter", "G", "at")
        cards = screen.query_one(CardTable)
        assert cards.cursor == len(cards.rows) - 1


async def test_all_that_a_search_found_is_picked_with_one_key_and_changed_with_another(table: Opener) -> None:
    async with table() as at:
        keys = [card.key for card in cards_of(at, "deck:shapes")]
        await at.press("slash")
        await at.type("deck:shapes")
        at.app.screen.search()  # type: ignore[attr-defined]  # as the timer does
        await at.press("enter", "a")
        assert f"{len(keys)} picked" in at.text
        assert f"Enter study {len(keys)} cards" in at.text
        await at.press("enter")
        assert f"1 of {len(keys)}" in at.text
        await at.press("escape", "q", "at")
        assert at.text.count("suspended") == len(keys)
        await at.press("ctrl+a")
        assert "picked" not in at.text
        await at.press("slash", *["backspace"] * len("deck:shapes"))
        await at.type("is:suspended")
        at.app.screen.search()  # type: ignore[attr-defined]  # as the timer does
        await at.press("enter")
        assert f"{len(keys)} cards" in at.text
        await at.press("enter")
        assert "Nothing of this can be asked" in at.text


async def test_a_due_day_may_be_said_in_days_from_today(table: Opener) -> None:
    async with table() as at:
        await at.press("slash")
        await at.type("shapes/column")
        at.app.screen.search()  # type: ignore[attr-defined]  # as the timer does
        await at.press("enter", "d")
        assert "Due on which day? shapes/column" in at.text
        await at.type("3")
        await at.press("enter")
        assert "2026-11-26" in at.text
        assert at.events()[-1][:2] == ("column", "due_set")
        await at.press("d")
        await at.type("2026-12-24")
        await at.press("enter")
        assert "2026-12-24" in at.text
        await at.press("d")
        await at.type("soon")
        await at.press("enter")
        await at.press()
        assert "is no day" in at.text


async def test_a_deck_is_shown_then_imported_then_trusted(table: Opener, tmp_path: Path) -> None:
    deck = tmp_path / "mine.yaml"
    deck.write_text(UNTRUSTED.replace("'1'", "'2 - 1'"))
    async with table() as at:
        await at.press("i")
        await at.type(str(deck))
        await at.press("enter")
        assert "mine" in at.text
        assert all(card.deck != "mine" for card in cards_of(at))
        await at.press("enter")
        assert "May the code of mine run?" in at.text
        assert 'assert answer == 1, "one"' in at.text
        await at.press("y")
        deck.write_text(UNTRUSTED.replace("'1'", "3 - 2").replace('"one"', '"won"'))
        await at.press("enter", "enter")
        assert "s shows them too" in at.text
        assert '+assert answer == 1, "won"' in at.text
        assert "2 - 1" not in at.text
        assert "3 - 2" not in at.text
        await at.press("s")
        assert "-2 - 1" in at.text
        assert "+3 - 2" in at.text
        await at.press("y", "escape")
        assert not trust.requests(at.desk)


async def test_a_broken_deck_file_tells_all_its_errors_with_lines(table: Opener, tmp_path: Path) -> None:
    deck = tmp_path / "broken.yaml"
    deck.write_text("deck: broken\ncards:\n- {id: one, question: q, solutoin: '1', accepts: recall}\n")
    async with table() as at:
        await at.press("i")
        await at.type(str(deck))
        await at.press("enter")
        assert "broken.yaml:3" in at.text.replace("\n ", "")


async def test_a_light_theme_and_no_colour_show_the_same_words(
    table: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with table(COLUMN) as at:
        await at.answer("x.unsqueeze(0)")
        dark = at.text
        at.app.theme = "textual-light"
        await at.press()
        assert at.text == dark


async def test_a_theme_that_is_not_there_is_reported(table: Opener) -> None:
    async with table(config=Config(theme="textual-drak")) as at:
        assert "there is no theme 'textual-drak'" in at.text
        assert at.app.theme == "textual-dark"


async def test_a_theme_that_was_picked_is_handed_on(table: Opener) -> None:
    async with table() as at:
        chosen: list[str] = []
        at.app._theme_chosen = chosen.append
        at.app.theme = "nord"
        await at.press()
        assert chosen == ["nord"]


async def test_the_palette_offers_what_has_a_key_here_and_does_it(table: Opener) -> None:
    async with table(COLUMN) as at:
        offered = {one.title: one for one in at.app.get_system_commands(at.app.screen)}
        assert {"theme", "teach me", "suspend", "quit"} <= offered.keys()
        assert offered["hint 1 of 2"].help == "F2"
        await offered["hint 1 of 2"].callback()
        await at.press()
        assert "Hint 1  Where should the new axis stand?" in at.text


async def test_an_import_that_is_cancelled_too_late_is_not_called_cancelled(
    table: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = tmp_path / "late.csv"
    deck.write_text("question,answer\nOne?,uno\n")
    async with table() as at:
        await at.press("i")
        screen = at.app.screen
        assert isinstance(screen, ImportScreen)
        screen.query_one(Input).value = str(deck)
        await at.press("enter")
        assert "1 new" in at.text
        save = Library.save

        def save_while_cancelling(library: Library, *given: Any, **options: Any) -> Any:
            done = save(library, *given, **options)
            screen._cancelled.set()
            return done

        monkeypatch.setattr(Library, "save", save_while_cancelling)
        await at.press("enter")
        assert "It is imported" in at.text
        screen.query_one(Input).value = "git+file:///nowhere"
        await at.press("enter")
        assert "file:///nowhere at HEAD: it cannot be fetched" in at.text


async def test_what_the_columns_of_a_table_are_is_asked_once_with_its_first_rows(
    table: Opener, tmp_path: Path
) -> None:
    deck = tmp_path / "own.csv"
    deck.write_text("Begriff,Art,Sinn\n" + "".join(f"wort{n},[b]noun,word{n}\n" for n in range(9)))
    async with table() as at:
        await at.press("i")
        at.app.screen.query_one(Input).value = str(deck)
        await at.press("enter")
        assert all(f"wort{n} | [b]noun | word{n}" in at.text for n in range(4))
        await at.press("escape")
        assert "Cancelled; what was not finished was not brought in." in at.text
        await at.press("enter", *"front,tags,back", "enter", "y", "enter")
        assert "own   9 new" in at.text
        await at.press("enter")
        assert "It is imported" in at.text
        card = next(card for card in cards_of(at) if card.deck == "own")
        assert (card.shown.question, card.tags) == ("wort0", ("[b]noun",))


async def test_escape_stops_an_import_before_it_saves_and_nothing_of_it_is_kept(
    table: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = tmp_path / "large.csv"
    deck.write_text("question,answer\n" + "".join(f"What is {n}?,{n}\n" for n in range(2000)))
    async with table() as at:
        await at.press("i")
        screen = at.app.screen
        assert isinstance(screen, ImportScreen)
        screen.query_one(Input).value = str(deck)
        await at.press("enter")
        assert "2000 new" in at.text
        progress = screen._progress

        def press_escape_once_it_is_read(done: int, total: int) -> None:
            if done:
                at.app.call_from_thread(screen.action_leave)
            progress(done, total)

        with monkeypatch.context() as patch:
            patch.setattr(screen, "_progress", press_escape_once_it_is_read)
            await at.press("enter")
        assert "Cancelled; what was not finished was not brought in." in at.text
        assert all(card.deck != "large" for card in cards_of(at))
        await at.press("enter")
        assert sum(card.deck == "large" for card in cards_of(at)) == 2000
