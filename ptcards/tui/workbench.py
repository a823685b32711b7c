"""Where a card is answered: question, verdict, editor and grades, arranged for the width there is."""

import codeop
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Literal

from rich.style import Style as RichStyle
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.color import Color, ColorParseError
from textual.containers import Container
from textual.content import Content
from textual.geometry import Offset
from textual.style import Style
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from ptcards.deck.card import Accepts
from ptcards.language import _
from ptcards.study.session import GradeButton, Question
from ptcards.tui.bars import KeyGuard, Pane
from ptcards.tui.page import DIM, Lines, stack
from ptcards.tui.prose import prose
from ptcards.tui.verdicts import VerdictView, parsed

TAB = 4

_QUOTES = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"',
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00d7": "*", "\u2026": "...",
})  # fmt: skip
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u2060\ufeff]")
_LONE_RETURN = re.compile(r"(?<!\r)(\r\r)*\r(?!\r)")
_COMPILE = partial(codeop.compile_command, symbol="exec")
_NAME = re.compile(r"(?<!\w)[^\W\d]\w*")
_BEGUN = re.compile(r"(?<!\w)[^\W\d]\w*$")
_TO_COMPLETE = re.compile(r"(?<!\w)[^\W\d]\w*\.?$|[\])\"']\.$")
_CLOSES_A_BLOCK = re.compile(r"\s*(return|pass|break|continue|raise)\b")


def is_complete(text: str) -> bool:
    """Enter may check `text`: it is one line, and either a whole statement or plainly wrong."""
    return "\n" not in text and parsed(text, _COMPILE) is not None


def mend(pasted: str, *, code: bool) -> str:
    """Pasted text as meant: plain newlines and blanks, plain quotes in code that does not parse else."""
    if "\n" not in pasted and not _LONE_RETURN.search(pasted):
        pasted = pasted.replace("\r\r", "\n")  # Windows newlines, as tmux and some terminals hand them on
    text = pasted.replace("\r\n", "\n").replace("\r", "\n").expandtabs(TAB)
    text = _INVISIBLE.sub("", text)
    if code:
        text = _SPACES.sub(" ", text)
        if not text.isascii() and parsed(text) is False:
            text = text.translate(_QUOTES)
    return text.removesuffix("\n") if text.count("\n") == 1 else text


def indent_after(line: str) -> str:
    """The blanks that the line after `line` (as far as the cursor) starts with."""
    blanks = line[: len(line) - len(line.lstrip())]
    body = line.split("#", maxsplit=1)[0].rstrip()
    if body.endswith((":", "(", "[", "{")):
        return blanks + " " * TAB
    return blanks[TAB:] if _CLOSES_A_BLOCK.match(body) else blanks


def begun(text: str) -> str:
    """A draft or starter that ends in the line that opens a block goes on inside of it."""
    return text + indent_after(text.splitlines()[-1]) if text.endswith(":\n") else text


def blanks_to_delete(before: str) -> int:
    """How many characters Backspace takes where `before` is left of it: a whole step of indent."""
    return 1 if not before or before.strip(" ") else (len(before) - 1) % TAB + 1


_COLOURS = {
    "foreground-darken-3": "comment",
    "text-accent": "keyword keyword.function keyword.return keyword.operator"
    " conditional repeat include exception",
    "text-success": "string",
    "text-warning": "number float boolean constant.builtin",
    "text-primary": "function function.builtin type.builtin",
}
"""The app theme's variables, and tree-sitter's names of what is drawn in each."""


class AnswerEditor(TextArea):
    """A small Python editor; Enter on a complete one-line answer is the screen's action `submitted`."""

    BINDINGS = [
        Binding("enter", "submit", "check"),
        Binding("ctrl+j", "new_line", "new line", show=False),
        Binding("shift+tab", "outdent", "indent less", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(show_line_numbers=True, highlight_cursor_line=False)
        self.one_line = False  # on `text` and `literal` cards Enter always checks a one-line answer
        self.tab_flips = False  # Tab outside of an indent belongs to the screen
        self.completes, self.checked = False, ""  # Tab goes on with names, but not of what was just checked
        self._names, self._named = list[str](), ("", (0, 0))  # that Tab takes next, and what it made

    def on_mount(self) -> None:
        self.recolour()
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.recolour())

    def start_with(self, text: str, *, one_line: bool) -> None:
        """Take up a card: its draft or starter, the cursor at the end; text undo starts anew."""
        self.one_line = one_line
        self.language = None if one_line else "python"
        # To load a text would compile the language's query anew, which takes longer than all else.
        self.replace(text, (0, 0), self.document.end)
        self.history.clear()
        self.move_cursor(self.document.end)

    def recolour(self) -> None:
        styles: dict[str, RichStyle] = {}
        for variable, names in _COLOURS.items():
            with suppress(ColorParseError):  # a theme of the terminal's own colours
                colour = Color.parse(self.app.theme_variables.get(variable, "")).rich_color
                styles |= {name: RichStyle(color=colour, italic=name == "comment") for name in names.split()}
        self.register_theme(TextAreaTheme(name="ptcards", syntax_styles=styles))
        self.set_reactive(TextArea.theme, "ptcards")
        self._set_theme("ptcards")

    async def _on_key(self, event: events.Key) -> None:
        if self.read_only:
            return
        before, (row, column) = self.before_cursor, self.cursor_location
        blanks = blanks_to_delete(before)
        if self._names and (event.key != "tab" or self._named != (self.text, self.cursor_location)):
            self._names, self.border_title, self.border_subtitle = [], "", ""
        mine = self.completes and not self.one_line and not (self.tab_flips and self.text == self.checked)
        match event.key:
            case "tab" if self._names:
                self._take_name()
            case "tab" if mine and self.selection.is_empty and _TO_COMPLETE.search(before):
                await self.run_action("screen.complete")
            case "tab" if not self.tab_flips or (row > 0 and not before.strip()):
                self._type(" " * (TAB - column % TAB))
            case "backspace" if self.selection.is_empty and blanks > 1:
                self.delete((row, column - blanks), (row, column), maintain_selection_offset=False)
            case "ctrl+c" if self.selection.is_empty:
                return  # nothing to copy: it is for the screen and the app
            case key if key in self._bindings.key_to_bindings:
                # The framework acts on a bound key only when it has bubbled up to the app; by then letters
                # typed after it are in the text already, and Backspace would take one of those.
                for binding in self._bindings.key_to_bindings[key]:
                    await self.run_action(binding.action)
            case _:
                return  # the framework goes on to the text area's own handler
        event.stop()
        event.prevent_default()

    def up_to_name(self) -> str:
        """The line as far as the end of the name at the cursor, else of the last one before it; or ""."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        ends = [name.end() for name in _NAME.finditer(line) if name.start() <= column]
        return line[: ends[-1]] if ends else ""

    def rewrite(self, text: str) -> None:
        if text != self.text:
            self.replace(text, (0, 0), self.document.end)
            self.move_cursor(self.document.end)

    async def action_submit(self) -> None:
        """Hand in a complete one-line answer; make a new line in any other."""
        text = self.text
        if "\n" not in text and (self.one_line or is_complete(text)):
            await self.run_action("screen.submitted")
        else:
            self.action_new_line()

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:  # noqa: FBT001, FBT002
        """As the framework has it, but not while it undoes: the cursor is below the last line then."""
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)

    @property
    def before_cursor(self) -> str:
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    def _type(self, text: str, over: int = 0) -> None:
        """Type over the selection, or over so many characters before the cursor."""
        (row, column), end = self.selection
        if result := self._replace_via_keyboard(text, (row, column - over), end):
            self.move_cursor(result.end_location)

    def go_on(self, names: list[str]) -> None:
        """Complete the name before the cursor as far as all of some agree, and let Tab take each in turn."""
        if names:
            shared = names[0]
            while not names[-1].startswith(shared):  # they are sorted
                shared = shared[:-1]
            self._names = [shared] if shared == names[-1] else [shared, *names]
            self._take_name()

    def _take_name(self) -> None:
        name, *self._names = self._names
        begun = _BEGUN.search(self.before_cursor)
        self._type(name, len(begun[0]) if begun else 0)
        self._names += [name] if self._names else []
        self._named = self.text, self.cursor_location
        others = Content("  ".join(one for one in self._names[:20] if one != name))
        self.border_title = self.border_subtitle = others

    def action_new_line(self) -> None:
        self._type("\n" + indent_after(self.before_cursor))

    def action_copy(self) -> None:
        if self.selection.is_empty:
            raise SkipAction
        super().action_copy()

    def action_undo(self) -> None:
        """Undo typing; before anything was typed, what the screen has to undo."""
        if self.text or self.history.undo_stack or self.history.redo_stack:
            super().action_undo()
        else:
            self.call_later(self.run_action, "screen.undo")

    def action_outdent(self) -> None:
        row = self.cursor_location[0]
        line = self.document.get_line(row)
        if blanks := len(line) - len(line.lstrip(" ")):
            self.delete((row, 0), (row, blanks_to_delete(" " * blanks)))

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if self.read_only:
            return
        text, before = mend(event.text, code=not self.one_line), self.before_cursor
        indented = before.isspace() and text.startswith(" ") and self.selection.is_empty
        self._type(text, len(before) * indented)  # what is indented itself brings its own


_GRADE_KEYS = "012345"
_ROWS, _ROOMY, _MANY_DAYS = 3, 18, 1000
REMINDER = 3  # rows of the question that stay above a verdict


class GradeBar(Widget, can_focus=True):
    """Waits for a grade: a digit, Enter or Space for the proposed one, or a click."""

    BINDINGS = [
        Binding("enter,space", "accept", "accept"),
        *(Binding(key, f"grade('{key}')", "grade", show=False) for key in _GRADE_KEYS),
    ]

    buttons: Mapping[str, GradeButton] = {}
    proposed: GradeButton | None = None
    _reason = ""

    def __init__(self, guard: KeyGuard) -> None:
        super().__init__()
        self._guard, self.auto_links = guard, False  # what is clicked keeps its own colours

    def offer(self, buttons: tuple[GradeButton, ...], reason: str) -> None:
        self.buttons, self._reason = {button.key: button for button in buttons}, reason
        self.proposed = next((button for button in buttons if button.proposed), None)
        self.refresh()
        self.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        grade = event.key in (*_GRADE_KEYS, "enter", "space")
        if self._guard.settling or (grade and self._guard.held):
            event.stop()
            event.prevent_default()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "grade":
            return parameters[0] in self.buttons
        return self.proposed is not None if action == "accept" else True

    async def action_accept(self) -> None:
        if self.proposed is not None:
            await self.action_grade(self.proposed.key)

    async def action_grade(self, key: str) -> None:
        if not self._guard.settling:
            await self.run_action(f"screen.chosen({key!r})")

    def render(self) -> Content:
        buttons, proposed = self.buttons.values(), self.proposed
        width = max(1, self.content_size.width // max(1, len(buttons)))
        rows = [Content("")] * _ROWS
        differ = len({button.outlook.then_days for button in buttons}) > 1
        for button in buttons:
            style = "bold $text-primary" if button.proposed else ""
            blank = " " * (4 if width >= _ROOMY else 2)
            interval, then_days, again = button.outlook
            soon = _("tomorrow") if interval == 1 else days(interval) if interval else _("as before")
            if again:
                soon = _("today, {}", soon) if width >= _ROOMY else _("today")
            later = _("then {}", days(then_days)) if then_days and differ else ""
            name = f"{'▸' if button.proposed else ' '} {button.key} {_(button.label)}"
            for number, text in enumerate((name, blank + soon, blank + later)):
                cell = Content.styled(text, style if number == 0 or button.proposed else "$foreground 70%")
                cell = cell.truncate(width, ellipsis=True)
                cell = cell.pad_right(width - cell.cell_length)
                rows[number] += cell.stylize(Style.from_meta({"@click": f"grade({button.key!r})"}))
        why = _("Enter takes {}: {}", _(proposed.label), self._reason) if proposed else self._reason
        return Content("\n").join([*rows, Content.styled(why, "$foreground 80%")])


def days(count: int) -> str:
    """A number of days, as short as it can be said: `6 d`, `3.1 y`."""
    return _("{} d", count) if count < _MANY_DAYS else _("{:.1f} y", count / 365.25)


class Workbench(Container):
    """A pane above the editor where it is narrow; text on the left, editor and verdict right where wide."""

    def __init__(self, guard: KeyGuard) -> None:
        self.question, self.verdict = Pane(id="question"), Pane(id="verdict")
        self.editor, self.grades = AnswerEditor(), GradeBar(guard)
        super().__init__(self.question, self.editor, self.verdict, self.grades)
        # Think: of a card that nothing is run of; over: there is no card any more.
        self.stage: Literal["answer", "think", "grade", "over"] = "answer"
        self.judged: VerdictView | None = None
        self._asked, self._question, self.looked_up = list[Lines](), list[Lines](), list[Lines]()

    @property
    def wide(self) -> bool:
        return self.is_attached and self.screen.has_class("-wide")  # a session that is left ticks once more

    @property
    def verdict_on_top(self) -> bool:
        return self.has_class("-judged") and not self.has_class("-flipped")

    @property
    def panes(self) -> list[Pane]:
        return [pane for pane in (self.question, self.verdict) if pane.display]

    def ask(self, question: Question) -> None:
        """Begin with a card: its draft or starter in the editor, no verdict yet."""
        card, self.judged, self.looked_up = question.card, None, []
        self._asked = prose(card.question, card.markup)
        self.stage = "think" if card.accepts is Accepts.RECALL else "answer"
        self.remove_class("-flipped", "-grading")
        self.set_class(self.stage == "think", "-recall")
        self.editor.start_with(
            begun(question.draft), one_line=card.accepts in (Accepts.LITERAL, Accepts.TEXT)
        )
        self.editor.read_only = False
        self.lay_out()

    def show_verdict(self, verdict: VerdictView) -> None:
        """A verdict takes the question's place, or goes below the editor where it is wide."""
        self.judged, self.editor.checked = verdict, self.editor.text
        self.look_up([])

    def look_up(self, page: list[Lines]) -> None:
        """Show a page in the verdict's place, until it is closed with none."""
        self.looked_up = page
        self.remove_class("-flipped")
        self.lay_out()

    def show_question(self, blocks: list[Lines], *, from_top: bool = False) -> None:
        """Where it is wide with the solution under it, once that may be seen."""
        self._question = blocks
        text = self.judged.text if self.judged and self.wide else ()
        rule: list[Lines] = [lambda width: [Content.styled("─" * width, "$foreground 30%")]] if text else []
        self.question.show([*blocks, *rule, *text], from_top=from_top)

    def lay_out(self) -> None:
        blocks: Sequence[Lines] = self.looked_up
        if (view := self.judged) is not None and not blocks:
            blocks = view.headed() if self.wide else (self._reminder, *view.blocks)
        self.verdict.show(blocks)
        self.set_class(bool(blocks), "-judged")
        self.show_question(self._question)
        self.editor.tab_flips = bool(blocks) and not self.wide
        if self.is_attached:
            self.screen.refresh_bindings()

    def _reminder(self, width: int) -> list[Content]:
        """The first rows of what was asked, where the verdict leaves room for them."""
        asked = stack(*self._asked)(width)
        rows = [line.stylize(DIM) for line in asked[:REMINDER]] + [Content("")]
        below = stack(*self.judged._replace(steps=()).blocks)(width) if self.judged else []
        under = 5 if self.stage == "grade" else self.editor.outer_size.height
        return rows if len(rows) + len(below) <= self.size.height - under else []

    def offer(self, buttons: tuple[GradeButton, ...], reason: str) -> None:
        self.stage = "grade"
        self.add_class("-grading")
        self.grades.offer(buttons, reason)
        self.editor.read_only = True
        self.grades.focus()

    def take_back(self) -> None:
        self.stage = "answer"
        self.remove_class("-grading")
        self.editor.read_only = False
        self.editor.focus()
