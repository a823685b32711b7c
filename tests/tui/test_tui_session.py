"""A session, key by key, on the real study with the real runner."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events

from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.scheduling.queue import Scope
from ptcards.tui.screens.session import SessionScreen
from ptcards.tui.workbench import AnswerEditor, GradeBar
from tests.tui.conftest import PLAIN, cards_of

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner
    from tests.tui.conftest import Opener, Table

SHAPES = Scope(decks=("shapes",))


def only(card: str) -> Scope:
    return Scope(cards=(f"shapes/{card}",))


def editor_of(table: Table) -> AnswerEditor:
    return table.app.screen.query_one(AnswerEditor)


async def test_the_question_shows_what_is_given_and_a_right_answer_is_graded_good_with_enter(
    table: Opener,
) -> None:
    async with table(only("column")) as at:
        assert "x  int64 (4,)  [1, 2, 3, 4]" in at.text
        assert at.app.focused is editor_of(at)
        await at.press("enter")
        assert "There is nothing to check yet" in at.text
        assert "slip" not in at.text
        await at.type("x.unsqueeze(1)")
        await at.press("enter")
        assert "✓ Right" in at.text
        assert isinstance(at.app.focused, GradeBar)
        await at.press("enter")
        assert at.events() == [("column", "graded", 4)]


async def test_pasted_lines_stay_as_they_are_f5_checks_them_and_a_digit_overrides_the_proposal(
    table: Opener,
) -> None:
    async with table(only("column")) as at:
        editor_of(at).post_message(events.Paste("y = x\r\nfor _ in range(1):\r\n\ty = y.unsqueeze(1)\r\ny"))
        await at.press()
        assert at.text.index("F5 check") < at.text.index("Enter new line")
        await at.press("f5")
        assert "✓ Right" in at.text
        await at.press("4")
        assert at.events() == [("column", "graded", 5)]


async def test_a_wrong_answer_stays_in_the_editor_and_is_mended_for_again(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.type("x.unsqueeze(0)")
        await at.press("left", "f5")
        editor = editor_of(at)
        assert "✗ Not yet" in at.text
        assert "dim 0 puts the new axis first" in at.text
        assert at.app.focused is editor
        assert (editor.text, editor.cursor_location) == ("x.unsqueeze(0)", (0, 13))
        assert at.events() == []
        await at.press("backspace", "1", "f5")
        assert "▸ 1 Again" in at.text
        assert "right after one mistake" in at.text
        await at.press("2")
        assert at.events() == [("column", "graded", 3)]


async def test_a_try_and_a_slip_are_free_and_look_different(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.type("x * 2")
        await at.press("ctrl+t")
        assert "○ Tried, not checked" in at.text
        assert "[2, 4, 6, 8]" in at.text
        await at.press("ctrl+u")
        await at.answer("y.unsqueeze(1)")
        assert "↺ A slip, not counted" in at.text
        assert "1 slip" in at.text
        await at.press("ctrl+u")
        await at.answer("x.unsqueeze(1)")
        assert "▸ 3 Good" in at.text


async def test_a_held_enter_neither_checks_twice_nor_grades(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.type("x.unsqueeze(1)")
        await at.press("enter")
        for _ in range(20):
            at.watch.now += 0.5
            await at.pilot.press("enter")
        await at.pilot.pause()
        assert at.events() == []
        at.watch.now += 1
        await at.pilot.press("enter")
        await at.press()
        assert at.events() == [("column", "graded", 4)]


async def test_a_key_typed_before_the_verdict_was_seen_is_dropped(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.answer("x.unsqueeze(1)")
        at.watch.now = at.app.context.guard._shown_at + 0.2
        await at.pilot.press("3")
        await at.pilot.pause()
        assert at.events() == []
        await at.press("3")
        assert at.events() == [("column", "graded", 4)]


async def test_letters_are_keys_outside_of_the_editor_and_text_in_it_which_is_kept(table: Opener) -> None:
    async with table(only("column")) as at:
        assert "F2 hint 1 of 2" in at.text
        await at.type("h")
        assert "Hint 1" not in at.text
        await at.press("f1")
        assert [line for line in ("Answer", "Editor", "Everywhere") if f"\n {line}\n" in at.text] == [
            "Answer",
            "Editor",
        ]
        assert "cursor" not in at.text
        await at.press("q", "escape", "question_mark")
        for line in ("F2 h", "hint 1 of 2", "F5 Ctrl+R", "check", "Ctrl+T"):
            assert line in at.text
        await at.press("space")
        assert "suspend" in at.text
        await at.press("q", "h")
        assert "holds 4 numbers" in at.text
        assert "Hint 1  Where should the new axis stand?" in at.text
        assert "h hint 2 of 2" in at.text
        await at.press("enter", "h", "ctrl+c")
        assert "Ctrl+Q quits" in at.text
        assert editor_of(at).text == "hh"
        await at.press("escape", "q")
    async with table(only("column")) as at:
        assert editor_of(at).text == "hh"
        await at.press("f2", "ctrl+u")
        await at.answer("x.unsqueeze(1)")
        assert "2 hints" in at.text


async def test_a_new_card_is_taught_and_counts_so_whatever_its_grade(table: Opener) -> None:
    async with table(only("column")) as at:
        assert "F3 teach me" in at.text
        await at.press("f3")
        assert "◆ Taught" in at.text
        assert "x.unsqueeze(1)" in at.text
        await at.press("3")
        assert at.events() == [("column", "graded", 4)]
        assert "1 card   1 taught" in at.text
        assert "self-graded" not in at.text


async def test_after_being_taught_one_may_still_type_it(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.press("f3", "r")
        await at.answer("x.unsqueeze(1)")
        assert "✓ Right" in at.text
        assert "▸ 1 Again" in at.text


async def test_question_and_verdict_flip_where_it_is_narrow_and_stand_together_where_it_is_wide(
    table: Opener,
) -> None:
    async with table(only("column")) as at:
        await at.answer("x.unsqueeze(0)")
        assert at.text.index("holds 4 numbers") < at.text.index("goes last")
        assert "torch.arange" not in at.text
        await at.press("enter", "enter")
        assert "attempt 1" in at.text  # the same once more is an oversight
        assert "Tab question" in at.text
        await at.press("tab")
        assert "torch.arange" in at.text
        assert "✗ Not yet" not in at.text
        await at.press("tab")
        assert "✗ Not yet" in at.text
        for size in ((30, 8), (1, 1), (120, 36)):
            await at.pilot.resize_terminal(*size)
            await at.press()
        assert "holds 4 numbers" in at.text
        assert "✗ Not yet" in at.text
        assert "x.unsqueeze(0)" in at.text
        assert "Tab question" not in at.text
        await at.pilot.resize_terminal(80, 24)
        await at.press()
        assert "Tab question" in at.text
        assert editor_of(at).text == "x.unsqueeze(0)"


async def test_a_literal_and_a_text_need_no_check(table: Opener) -> None:
    async with table(Scope(cards=("shapes/name", "shapes/size"))) as at:
        for answer in ("opencv-python", "(3, 2)"):
            await at.type(answer)
            await at.press("enter")
            assert "✓ Right" in at.text
            await at.press("enter")


async def test_a_recall_card_is_revealed_then_graded_and_one_held_space_does_not_do_both(
    table: Opener,
) -> None:
    async with table(only("why")) as at:
        assert "Space show the answer" in at.text or "Enter show the answer" in at.text
        await at.press("space")
        assert at.text.index("What does broadcasting do?") < at.text.index("It stretches axes of length 1")
        at.watch.now += 0.4
        await at.pilot.press("space")
        await at.pilot.pause()
        assert at.events() == []
        await at.pilot.resize_terminal(120, 36)
        await at.press()
        assert at.text.count("What does broadcasting do?") == 1
        assert "It stretches axes of length 1" in at.text
        await at.press("space")
        assert at.events() == [("why", "graded", 4)]
        assert "1 card   1 self-graded" in at.text


async def test_an_image_is_seen_beside_the_one_that_was_wanted(table: Opener) -> None:
    async with table(only("mirror")) as at:
        await at.answer("img[::-1]")
        rows = [line for line in at.text.splitlines() if "▀" in line]
        assert len(rows) >= 4
        assert "wanted" in at.text
        assert "the first axis is up and down" in at.text


async def test_a_broken_card_counts_for_nothing_and_can_be_put_away(table: Opener) -> None:
    async with table(only("broken")) as at:
        assert "does not run here" in at.text
        await at.answer("1")
        assert "card is broken" in at.text
        await at.press("escape", "exclamation_mark", "enter")
        assert [event[1] for event in at.events()] == ["buried"]


async def test_a_disputed_answer_is_graded_by_hand(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.answer("x.unsqueeze(0)")
        await at.press("escape", "exclamation_mark")
        await at.type("rows are columns to me")
        await at.press("enter")
        assert "grade it yourself" in at.text
        await at.press("3")
        assert at.events() == [("column", "graded", 4)]
        shown = cards_of(at, "is:disputed")
        assert [card.key for card in shown] == ["shapes/column"]


async def test_undo_names_what_it_takes_back_and_asks_the_card_again(table: Opener) -> None:
    async with table(SHAPES) as at:
        await at.answer("x.unsqueeze(1)")
        await at.press("enter", "escape", "u")
        assert [event[1] for event in at.events()] == ["graded", "undone"]
        assert "undo: Good on column" in at.text
        assert isinstance(at.app.screen, SessionScreen)
        assert at.app.screen.question is not None
        assert at.app.screen.question.key == "shapes/column"


async def test_bury_suspend_skip_and_mark_are_one_key(table: Opener) -> None:
    async with table(SHAPES) as at:
        await at.press("escape", "asterisk")
        await at.press("minus", "escape", "at", "escape", "s")
        assert [event[:2] for event in at.events()] == [
            ("column", "marked"),
            ("column", "buried"),
            ("name", "suspended"),
        ]
        assert isinstance(at.app.screen, SessionScreen)
        assert at.app.screen.question is not None
        assert at.app.screen.question.key == "shapes/why"


async def test_a_card_below_good_waits_in_the_drill_and_the_summary_follows(table: Opener) -> None:
    async with table(only("name"), config=Config(new_per_day=1)) as at:
        await at.press("f3", "enter")
        assert "1 card went below Good" in at.text
        await at.press("x")
        assert "Enter final drill" in at.text
        await at.press("enter")
        assert "drill · due 0" in at.text
        await at.answer("opencv-python")
        await at.press("enter")
        assert [event[1] for event in at.events()] == ["graded", "drilled"]
        assert "Enter" in at.text


async def test_a_session_left_early_says_that_what_was_not_asked_comes_before_the_drill(
    table: Opener,
) -> None:
    async with table(Scope()) as at:
        first = at.app.screen.question  # type: ignore[attr-defined]  # a session is open
        await at.press("f3", "enter", "escape", "q")
        assert "So far today" in at.text
        assert "Enter goes on · x stops here" in at.text
        assert "Enter go on" in at.text
        assert "drill now" not in at.text
        await at.press("enter")
        asked = at.app.screen.question  # type: ignore[attr-defined]  # a session is open
        assert asked.key != first.key
        assert not asked.drill


async def test_crammed_cards_are_not_called_due(table: Opener) -> None:
    async with table(Scope(decks=("shapes",), cram=True)) as at:
        assert "6 left" in at.text
        assert "due 6" not in at.text
        await at.press("f3", "enter", "escape", "q")
        assert "Not asked yet  5 cards" in at.text


async def test_what_is_typed_while_a_session_starts_is_the_beginning_of_its_first_answer(
    table: Opener,
) -> None:
    async with table() as at:
        with at.app.context.lock:
            at.app.post_message(events.Key("enter", None))
            await at.pilot.pause()
            for letter in "squint":
                at.app.post_message(events.Key(letter, letter))
            await at.pilot.pause()
        await at.press()
        assert editor_of(at).text == "squint"


async def test_a_key_of_ones_own_is_used_and_shown(table: Opener) -> None:
    async with table(only("column"), config=Config(keys={"hint": "f9"})) as at:
        assert "F9 hint 1 of 2" in at.text
        await at.press("f9")
        assert "Hint 1" in at.text


async def test_hostile_text_is_shown_as_it_is(table: Opener) -> None:
    async with table(only("name")) as at:
        assert "[red]x[/]" in at.text
        await at.answer("[/] [red] \\x1b")
        assert "✗ Not yet" in at.text
        await at.press("tab")
        assert "[red]x[/]" in at.text


async def test_an_answer_that_runs_on_can_be_stopped_and_nothing_is_counted(
    table: Opener, light: Runner, tmp_path: Path
) -> None:
    (tmp_path / "plain.yaml").write_text(PLAIN)
    async with table(using=light) as at:
        import_paths(at.desk, [tmp_path / "plain.yaml"], trust=True)
        at.app.screen.begin(Scope(cards=("plain/two",)))  # type: ignore[attr-defined]  # the home screen's
        await at.press()
        for key in ("escape", "ctrl+c"):
            editor_of(at).load_text("while True: pass")
            at.watch.now += 2
            at.app.post_message(events.Key("f5", None))
            async with asyncio.timeout(60):
                while not light.busy:
                    await at.pilot.pause(0.01)
            assert "Esc stop" in at.text
            at.app.post_message(events.Key(key, None))
            await at.press()
            assert "you stopped it" in at.text
            assert "Stopped, nothing is counted" in at.text
        editor_of(at).load_text("1 + 1")
        await at.press("f5")
        assert "✓ Right" in at.text
        assert "first check" in at.text


async def test_the_line_of_keys_says_how_to_read_on_where_there_is_more(table: Opener) -> None:
    async with table(only("column"), size=(44, 24)) as at:
        assert "1 of 1" in at.text.splitlines()[0]  # a long name leaves room for it
        await at.pilot.resize_terminal(80, 24)
        await at.press()
        assert "PgDn" not in at.text
        await at.answer("x.unsqueeze(1)")
        assert "PgDn" not in at.text
        await at.pilot.resize_terminal(80, 10)
        await at.press()
        assert "PgDn further" in at.text
        await at.pilot.resize_terminal(80, 24)
        await at.press()
        assert "PgDn" not in at.text


async def test_ctrl_z_undoes_the_grade_where_nothing_was_typed_and_the_typing_where_something_was(
    table: Opener,
) -> None:
    async with table(SHAPES) as at:
        await at.press("f3", "enter")
        assert at.events() == [("column", "graded", 0)]
        assert "Ctrl+Z takes back: Again on column" in at.text
        await at.type("o")
        assert "Ctrl+Z takes back" not in at.text
        await at.press("ctrl+z", "ctrl+z")
        assert editor_of(at).text == ""
        assert at.events() == [("column", "graded", 0)]
        await at.press("escape", "u")
        assert [kind for _, kind, _ in at.events()] == ["graded", "undone"]
        await at.press("f3", "enter", "ctrl+z")
        assert [kind for _, kind, _ in at.events()] == ["graded", "undone", "graded", "undone"]
        assert "1 of 5" in at.text
