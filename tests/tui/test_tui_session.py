"""A session, key by key, on the real study with the real runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.scheduling.queue import Scope
from ptcards.study.decks import open_desk
from ptcards.tui.workbench import AnswerEditor, GradeBar
from tests.tui.conftest import SHAPES, Clock, cards_of, only, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Opener


async def test_a_right_answer_is_good_with_enter_but_not_with_the_enter_that_is_held(table: Opener) -> None:
    async with table(only("column")) as at:
        assert "x  int64 (4,)  [1, 2, 3, 4]" in at.text
        assert at.is_typing()
        await at.press("enter")
        assert "There is nothing to check yet" in at.text
        assert "slip" not in at.text
        await at.type("x.unsqueeze(1)")
        await at.press("enter")
        assert "✓ Right" in at.text
        assert isinstance(at.app.focused, GradeBar)
        for _ in range(20):
            at.watch.now += 0.5
            await at.pilot.press("enter")
        await at.pilot.pause()
        assert at.events() == []
        await at.press("i", "asterisk", "q", "enter")  # a card that was marked meanwhile can still be graded
        assert at.events() == [("column", "marked", None), ("column", "graded", 4)]


async def test_pasted_lines_stay_as_they_are_and_a_digit_counts_once_the_verdict_was_seen(
    table: Opener,
) -> None:
    async with table(only("column"), size=(44, 24)) as at:
        assert "1 of 1" in at.text.splitlines()[0]  # a long name leaves room for it
        await at.resize(80, 24)
        assert "PgDn" not in at.text
        at.editor.post_message(events.Paste("y = x\r\nfor _ in range(1):\r\n\ty = y.unsqueeze(1)\r\ny"))
        await at.press()
        assert at.text.index("F5 check") < at.text.index("Enter new line")
        await at.press("f5")
        assert "✓ Right" in at.text
        at.watch.now = at.app.context.guard._shown_at + 0.2
        await at.pilot.press("4")
        await at.pilot.pause()
        assert at.events() == []
        for lines, more in (
            (24, False),
            (10, True),
            (24, False),
        ):  # keys that read on are there where it helps
            await at.resize(80, lines)
            assert ("PgDn further" in at.text) is more
        await at.press("4")
        assert at.events() == [("column", "graded", 5)]


async def test_a_wrong_answer_stays_in_the_editor_beside_its_question_and_is_mended_for_again(
    table: Opener,
) -> None:
    async with table(only("column"), config=Config(keys={"steps": "f10"})) as at:
        await at.type("x.unsqueeze(0)")
        await at.press("left", "f5")
        assert "✗ Not yet" in at.text
        assert "dim 0 puts the new axis first" in at.text
        assert at.is_typing()
        assert (at.editor.text, at.editor.cursor_location) == ("x.unsqueeze(0)", (0, 13))
        assert at.events() == []
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
            await at.resize(*size)
        for words in ("holds 4 numbers", "✗ Not yet", "x.unsqueeze(0)"):
            assert words in at.text
        assert "Tab question" not in at.text
        await at.resize(80, 24)
        assert "Tab question" in at.text
        assert "F10 steps · attempt 1" in at.text
        await at.press("f10")
        assert "x.unsqueeze(0)" in at.text.partition("steps")[2]
        assert "F10 steps" not in at.text
        await at.press("backspace", "1", "f5")
        assert "▸ 1 Again" in at.text
        await at.press("2")
        assert at.events() == [("column", "graded", 3)]


async def test_a_try_and_a_slip_are_free_and_look_different(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.type("x * 2")
        await at.press("ctrl+t")
        assert "○ Tried, not checked" in at.text
        assert "[2, 4, 6, 8]" in at.text
        await at.press("f9")
        assert "int64 (4,)" in at.text
        await at.press("ctrl+u")
        await at.answer("troch.unsqueeze(x, 1)")
        await snapshot(at, "slip")
        await at.press("ctrl+u")
        await at.answer("x.reshape(4, 1)")
        await snapshot(at, "right")


async def test_from_a_question_over_a_mistake_to_the_summary(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.type("x.uns")
        await snapshot(at, "question")
        await at.answer("queeze(0)")
        await snapshot(at, "not_yet")
        await at.resize(80, 24)
        dark = at.text
        at.app.theme = "textual-light"
        await at.press()
        assert at.text == dark
        await at.press("escape", "exclamation_mark")
        await snapshot(at, "dispute_question")
        await at.resize(80, 24)
        await at.press("escape")
        at.app.screen.report("a file:4: what is wrong with it\nmore\nand more")  # type: ignore[attr-defined]
        await at.press("exclamation_mark")
        assert "a file:4" not in at.text  # no message lies over a question that is asked
        assert "why, in one line" in at.text
        await at.press("escape")
        at.app.clear_notifications()
        await at.press("enter", "left", "backspace", "1", "f5")
        for size in ((80, 24), (120, 36)):
            await at.resize(*size)
            lines = [line.rpartition("▕")[2].strip() for line in at.text.splitlines()]
            assert "Enter takes Again: right after one mistake, without the solution" in " ".join(lines)
        await at.press("enter")
        await snapshot(at, "summary")
        await at.press("u")
        assert "Undo Again on column" in at.text
        await at.press("escape")
        assert at.kinds() == ["graded"]
        await at.press("s", "m")
        assert "dim 0 puts the new axis first  1x" in at.text
        await at.press("enter")
        assert "cram 1 of 1" in at.text


BEGUN = """\
deck: begun
cards:
  - id: one
    question: Write `one()`, which gives 1.
    expects: [one]
    starter: |
      def one():
    check: assert one() == 1, "one gives 1"
    solution: "def one(): return 1"
"""


async def test_the_body_of_a_function_that_is_begun_is_typed_or_pasted_at_once(
    table: Opener, tmp_path: Path
) -> None:
    file = tmp_path / "begun.yaml"
    file.write_text(BEGUN, encoding="utf-8")
    with open_desk(tmp_path / "ptcards.db", Config(), Clock()) as desk:
        import_paths(desk, [file], trust=True)
    async with table(Scope(cards=("begun/one",))) as at:
        editor = at.app.screen.query_one(AnswerEditor)
        assert editor.text == "def one():\n    "
        editor.post_message(events.Paste("    a = 1\n    return a"))
        await at.press()
        assert editor.text == "def one():\n    a = 1\n    return a"
        await at.press("escape", "R")
        assert editor.text == "def one():\n    "
        await at.press("escape", "q")
        kept = at.desk.store.library.card("begun/one")
        assert kept is not None
        assert kept.draft is None
    async with table(Scope(cards=("begun/one",))) as at:
        await at.type("return 1")
        await at.press("f5")
        assert "✓ Right" in at.text


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
        await at.press("q")
        offered = {one.title.partition(" · ")[0]: one for one in at.app.get_system_commands(at.app.screen)}
        assert {"theme", "teach me", "suspend", "quit"} <= offered.keys()
        assert offered["hint 1 of 2"].title == "hint 1 of 2 · F2"
        await at.press("escape", "question_mark")
        for line in ("F2 h", "hint 1 of 2", "F5 Ctrl+R", "check", "Ctrl+T"):
            assert line in at.text
        await at.press("space")
        assert "suspend" in at.text
        await at.press("q")
        await offered["hint 1 of 2"].callback()  # as the palette does
        await at.press()
        assert "holds 4 numbers" in at.text
        assert "Hint 1  Where should the new axis stand?" in at.text
        assert "h hint 2 of 2" in at.text
        await at.press("enter", "h", "ctrl+c")
        assert "Ctrl+Q quits" in at.text
        assert at.editor.text == "hh"
        await at.press("escape", "q")
    async with table(only("column")) as at:
        assert at.editor.text == "hh"
        await at.press("escape", "h", "enter", "ctrl+u")
        await at.answer("x.unsqueeze(1)")
        assert "2 hints" in at.text


async def test_a_new_card_is_taught_one_may_type_it_and_it_counts_so_whatever_its_grade(
    table: Opener,
) -> None:
    async with table(only("column")) as at:
        assert "F3 teach me" in at.text
        await at.press("f3")
        await snapshot(at, "taught")
        await at.press("r")
        await at.answer("x.unsqueeze(1)")
        assert "✓ Right" in at.text
        assert "▸ 1 Again" in at.text
        await at.press("3")
        assert at.events() == [("column", "graded", 4)]
        assert "1 card   1 taught" in at.text
        assert "self-graded" not in at.text


async def test_a_literal_and_a_text_need_no_check_and_what_went_below_good_waits_in_the_drill(
    table: Opener,
) -> None:
    async with table(Scope(cards=("shapes/name", "shapes/size")), config=Config(new_per_day=2)) as at:
        assert "[red]x[/]" in at.text
        await at.answer("[/] [red] \\x1b")
        assert "✗ Not yet" in at.text
        await at.press("tab")
        assert "[red]x[/]" in at.text
        await at.press("ctrl+u")
        for answer in ("opencv-python", "(3, 2)"):
            await at.type(answer)
            await at.press("enter")
            assert "✓ Right" in at.text
            await at.press("enter")
        assert at.events() == [("name", "graded", 2), ("size", "graded", 4)]
        assert "1 card went below Good" in at.text
        await at.press("x")
        assert "Enter final drill" in at.text
        await at.press("enter")
        assert "drill · due 0" in at.text
        await at.answer("opencv-python")
        await at.press("enter")
        assert at.events()[2:] == [("name", "drilled", 4)]
        assert "Done for today" in at.text


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
        await snapshot(at, "recall")
        await at.press("space")
        assert at.events() == [("why", "graded", 4)]
        assert "1 card   1 self-graded" in at.text
        await at.press("u", "enter", "space")
        await at.resize(80, 24)
        lines = at.text.splitlines()
        row = next(number for number, line in enumerate(lines) if "4 Easy" in line)
        at.watch.now += 1
        await at.pilot.click(offset=(lines[row].index("4 Easy"), row))
        await at.press()
        assert at.events()[2:] == [("why", "graded", 5)]


async def test_an_image_is_seen_beside_the_one_that_was_wanted(table: Opener) -> None:
    async with table(only("mirror")) as at:
        await at.answer("img[::-1]")
        await snapshot(at, "image")


async def test_a_disputed_answer_is_graded_by_hand_and_a_broken_card_put_away(table: Opener) -> None:
    async with table(Scope(cards=("shapes/column", "shapes/broken"))) as at:
        await at.answer("x.unsqueeze(0)")
        await at.press("escape", "exclamation_mark")
        await at.type("rows are columns to me")
        await at.press("enter")
        assert "grade it yourself" in at.text
        await at.press("3")
        assert at.events() == [("column", "graded", 4)]
        assert [card.key for card in cards_of(at, "is:disputed")] == ["shapes/column"]
        assert "does not run here" in at.text
        await at.answer("1")
        assert "card is broken" in at.text
        await at.press("escape", "exclamation_mark", "enter")
        assert at.events()[1:] == [("broken", "buried", None)]
        assert [card.state for card in cards_of(at, "shapes/broken")] == ["buried"]
        await at.press("q")
        assert "1 of 5 cards done · ! 2 disputed" in at.text


async def test_ctrl_z_undoes_the_grade_where_nothing_was_typed_and_cards_are_put_off_by_one_key(
    table: Opener,
) -> None:
    async with table(SHAPES) as at:
        await at.press("f3", "enter")
        assert at.events() == [("column", "graded", 0)]
        assert "Ctrl+Z takes back: Again on column" in at.text
        await at.type("o")
        assert "Ctrl+Z takes back" not in at.text
        await at.press("ctrl+z", "ctrl+z")
        assert at.editor.text == ""
        assert at.events() == [("column", "graded", 0)]
        await at.press("escape", "u")
        assert at.kinds() == ["graded", "undone"]
        assert "undo: Taught on column" in at.text
        assert at.question.key == "shapes/column"
        await at.press("f3", "enter", "ctrl+z")
        assert at.kinds() == ["graded", "undone"] * 2
        assert "1 of 5" in at.text
        await at.press("escape", "asterisk")
        await at.press("minus", "escape", "at", "escape", "s")
        assert [event[:2] for event in at.events()[4:]] == [
            ("column", "marked"),
            ("column", "buried"),
            ("name", "suspended"),
        ]
        assert at.question.key == "shapes/why"


async def test_a_session_left_early_says_what_was_not_asked_and_goes_on_with_that_before_the_drill(
    table: Opener,
) -> None:
    async with table(Scope()) as at:
        first = at.question.key
        await at.press("f3", "enter", "escape", "q")
        for words in ("So far today", "Enter goes on · x stops here", "Enter go on"):
            assert words in at.text
        assert "drill now" not in at.text
        await at.press("enter")
        assert (at.question.key != first, at.question.drill) == (True, False)
    async with table(SHAPES._replace(cram=True)) as at:
        assert "6 left" in at.text
        assert "due 6" not in at.text
        await at.press("f3", "enter", "escape", "q")
        assert "Not asked yet  5 cards" in at.text
