"""Where the answer is typed, and what it knows about short Python answers."""

from __future__ import annotations

import ast
import codeop
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

if TYPE_CHECKING:
    from textual import events

TAB = 4

_QUOTES = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"',
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00d7": "*", "\u2026": "...",
})  # fmt: skip
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u2060\ufeff]")
_LONE_RETURN = re.compile(r"(?<!\r)(\r\r)*\r(?!\r)")
_CLOSES_A_BLOCK = re.compile(r"\s*(return|pass|break|continue|raise)\b")


def is_complete(text: str) -> bool:
    """Enter may check `text`: it is one line, and either a whole statement or plainly wrong."""
    if "\n" in text:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codeop.compile_command(text, symbol="exec") is not None
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return True


def mend(pasted: str, *, code: bool) -> str:
    """Pasted text as it was meant: plain newlines and blanks, and in code that does not parse plain quotes.

    A single line loses the newline at its end.
    """
    if "\n" not in pasted and not _LONE_RETURN.search(pasted):
        pasted = pasted.replace("\r\r", "\n")  # Windows newlines, as tmux and some terminals hand them on
    text = pasted.replace("\r\n", "\n").replace("\r", "\n").expandtabs(TAB)
    text = _INVISIBLE.sub("", text)
    if code:
        text = _SPACES.sub(" ", text)
        if not text.isascii() and not _parses(text):
            text = text.translate(_QUOTES)
    return text.removesuffix("\n") if text.count("\n") == 1 else text


def _parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


def indent_after(line: str) -> str:
    """The blanks that the line after `line` (as far as the cursor) starts with."""
    blanks = line[: len(line) - len(line.lstrip())]
    body = line.split("#", maxsplit=1)[0].rstrip()
    if body.endswith((":", "(", "[", "{")):
        return blanks + " " * TAB
    if _CLOSES_A_BLOCK.match(body):
        return blanks[TAB:]
    return blanks


def blanks_to_delete(before: str) -> int:
    """How many characters Backspace takes where `before` is left of it: a whole step of indent."""
    if not before or before.strip(" "):
        return 1
    return (len(before) - 1) % TAB + 1


_COLOURS = {
    "comment": "foreground-darken-3",
    "keyword": "text-accent",
    "keyword.function": "text-accent",
    "keyword.return": "text-accent",
    "keyword.operator": "text-accent",
    "conditional": "text-accent",
    "repeat": "text-accent",
    "include": "text-accent",
    "exception": "text-accent",
    "string": "text-success",
    "number": "text-warning",
    "float": "text-warning",
    "boolean": "text-warning",
    "constant.builtin": "text-warning",
    "function": "text-primary",
    "function.builtin": "text-primary",
    "type.builtin": "text-primary",
}
"""Tree-sitter's names and the app theme's variables."""


class AnswerEditor(TextArea):
    """A small Python editor; Enter on a complete one-line answer posts `Submitted`."""

    DEFAULT_CSS = """
    AnswerEditor, AnswerEditor:focus { border: none; padding: 0; background: $background; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "check"),
        Binding("ctrl+j", "new_line", "new line", show=False),
        Binding("shift+tab", "outdent", "indent less", show=False),
    ]

    @dataclass
    class Submitted(Message):
        """Enter was pressed on a complete one-line answer."""

        code: str

    def __init__(self, *, language: str | None = "python", id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            id=id,
            language=None,
            soft_wrap=True,
            show_line_numbers=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
        )
        self.indent_width = TAB
        self.one_line = False
        """On `text` and `literal` cards Enter always checks a one-line answer."""
        self.tab_flips = False
        """Tab outside of an indent belongs to the screen."""
        self._wanted_language = language

    def on_mount(self) -> None:
        self.recolour()
        self.app.theme_changed_signal.subscribe(self, lambda _: self.recolour())
        self.language = self._wanted_language

    def start_with(self, text: str, *, one_line: bool) -> None:
        """Take up a card: its draft or starter, the cursor at the end; text undo starts anew."""
        self.one_line = one_line
        self.language = None if one_line else self._wanted_language
        self.load_text(text)
        self.move_cursor(self.document.end)

    def recolour(self) -> None:
        """Take the colours of code from the app's theme."""
        variables = self.app.theme_variables
        styles = {}
        for name, variable in _COLOURS.items():
            try:
                colour = Color.parse(variables.get(variable, ""))
            except ColorParseError:
                continue
            styles[name] = Style(color=colour.rich_color, italic=name == "comment")
        self.register_theme(TextAreaTheme(name="ptcards", syntax_styles=styles))
        if self.theme == "ptcards":
            self._set_theme("ptcards")
        else:
            self.theme = "ptcards"

    async def _on_key(self, event: events.Key) -> None:
        if self.read_only:
            return
        match event.key:
            case "enter":
                self.action_submit()
            case "tab" if not self.tab_flips or self._in_indent():
                self._type(" " * (TAB - self.cursor_location[1] % TAB))
            case "backspace" if self.selection.is_empty and self._blanks_left() > 1:
                row, column = self.cursor_location
                self.delete(
                    (row, column - self._blanks_left()), (row, column), maintain_selection_offset=False
                )
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

    def rewrite(self, text: str) -> None:
        """Replace all of it, which undo takes back."""
        if text != self.text:
            self.replace(text, (0, 0), self.document.end)
            self.move_cursor(self.document.end)

    def action_submit(self) -> None:
        """Post a complete one-line answer; make a new line in any other."""
        text = self.text
        if "\n" not in text and (self.one_line or is_complete(text)):
            self.post_message(self.Submitted(text))
        else:
            self.action_new_line()

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:  # noqa: FBT001, FBT002
        """As the framework has it, but not while it undoes: the cursor is below the last line then."""
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)

    def _before_cursor(self) -> str:
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    def _in_indent(self) -> bool:
        return self.cursor_location[0] > 0 and not self._before_cursor().strip()

    def _blanks_left(self) -> int:
        return blanks_to_delete(self._before_cursor())

    def _type(self, text: str) -> None:
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    def action_new_line(self) -> None:
        """A new line, whatever is on this one."""
        self._type("\n" + indent_after(self._before_cursor()))

    def action_copy(self) -> None:
        if self.selection.is_empty:
            raise SkipAction
        super().action_copy()

    def action_outdent(self) -> None:
        """One step of indent less on the cursor's line."""
        row, _ = self.cursor_location
        line = self.document.get_line(row)
        blanks = len(line) - len(line.lstrip(" "))
        if blanks:
            self.delete((row, 0), (row, blanks_to_delete(" " * blanks)))

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if not self.read_only:
            self._type(mend(event.text, code=not self.one_line))
