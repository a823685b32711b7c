"""Over any screen: small questions, and its keys."""

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import OptionList, Static

from ptcards.language import LANGUAGES, _, later
from ptcards.text import padded
from ptcards.tui.bars import InputLine, keys_of
from ptcards.tui.page import BLANK, Block, Lines, heading
from ptcards.tui.screens.base import Context, PageScreen


class BoxScreen(ModalScreen[Any]):
    """A small box at the bottom: a question, texts to pick one of, a line to type into, its keys.

    Gives the number of the text, the line, both of them, or True where there is neither; None for Esc.
    """

    BINDINGS = [
        Binding("enter,y", "confirm", "confirm"),
        Binding("escape,n,q", "dismiss", "cancel"),
        Binding("tab,down", "turn(1)", "next", show=False),
        Binding("up", "turn(-1)", "previous", show=False),
    ]

    def __init__(
        self, _context: Context, question: str, *texts: Content, enter: str = "", line: str | None = None
    ) -> None:
        """`line` is what an empty line says."""
        super().__init__()
        self._list = OptionList(*texts, compact=True) if texts else None
        self._line = None if line is None else InputLine(placeholder=line, compact=True)
        switch = f"Tab {_('switch')} · " * (len(texts) > 1)
        keys = Static(f"Enter {enter or _('confirm')} · {switch}Esc {_('cancel')}", classes="dim")
        self._parts = (Static(Content(question)), *filter(None, (self._list, self._line)), keys)

    def compose(self) -> ComposeResult:
        yield Vertical(*self._parts, classes="box")

    def on_mount(self) -> None:
        self.app.clear_notifications()  # none lies over the question
        self.set_focus(self._line or self._list)
        self.action_turn(0)

    def action_turn(self, by: int) -> None:
        if self._list is not None:
            self._list.highlighted = ((self._list.highlighted or 0) + by) % self._list.option_count

    def action_confirm(self) -> None:
        picked = self._list and self._list.highlighted
        typed = self._line and self._line.value.strip()
        parts = [part for part in (picked, typed) if part is not None]
        self.dismiss(tuple(parts) if len(parts) > 1 else parts[0] if parts else True)

    # What was typed before Enter is in the line by then.
    on_input_submitted = action_confirm

    def on_option_list_option_selected(self) -> None:
        if self._line is None:
            self.action_confirm()


_WIDGETS = {"AnswerEditor": later("Editor"), "GradeBar": later("Answer"), "InputLine": later("Line")}
_WIDGETS |= {"PathInput": "Line", "CardField": "Editor", "DeckLine": "Here", "ProofLine": "Here"}
_EDITING = {
    "check", "new line", "indent less", "look at it", "undo", "redo", later("submit"), later("select all"),
    later("cut"), later("cut selected text"), later("copy"), later("copy selected text"), later("paste"),
    later("paste text from the clipboard"), later("delete left to start of word"),
    later("delete to line start"),
}  # fmt: skip
"""What is listed of the many keys that the framework has for texts."""


class HelpScreen(PageScreen[None]):
    TITLE = later("Keys")
    BINDINGS = [Binding("escape,q,enter,f1,question_mark", "dismiss", "back")]

    def __init__(self, context: Context, behind: Screen[Any]) -> None:
        super().__init__(context)
        self._behind = behind

    def on_screen_resume(self) -> None:
        behind, notes = self._behind, getattr(self._behind, "HELP", "")
        named = getattr(behind, "GROUPS", {}).items()
        titles = {name: title for title, names in named for name in names.split()}
        groups: dict[str, list[tuple[str, str]]] = {title: [] for title in (*titles.values(), later("Here"))}
        for _at, (node, binding, enabled, _tip), names, label in keys_of(behind, typed=False):
            action = binding.action.partition("(")[0]
            title = _WIDGETS.get(type(node).__name__, later("List"))
            is_listed = title not in ("Editor", "Line") or binding.description.lower() in _EDITING
            if not (enabled and is_listed):
                continue
            title = later("Everywhere") if node is behind.app else title
            title = titles.get(action, "Here") if node is behind else title
            groups.setdefault(title, []).append((" ".join(names[:2]), label))
        terms = getattr(behind, "TERMS", {}).items()
        groups[later("What the words mean")] = [(_(name), _(text)) for name, text in terms]
        kept = later("A browser keeps Ctrl+N, Q, T and W to itself: press Alt in place of Ctrl with them.")
        told = [words for words in (notes, kept if self.app.is_web else "") if words]
        blocks: list[Lines] = [block for words in told for block in (Block(Content(_(words))), BLANK)]
        for title, keys_here in groups.items():
            if keys_here:
                named = (Block(Content(it), 24, "  " + padded(keys, 21)) for keys, it in keys_here)
                blocks += [heading(_(title)), *named, BLANK]
        self.pane.show(blocks)


def commands(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The actions of `screen` by their names, each with its keys; the themes and the languages."""
    app = cast("Any", screen.app)
    about = _("Ctrl+P · light ones and dark ones; the choice is remembered")
    yield SystemCommand(_("theme"), about, app.search_themes)
    for code, name in (LANGUAGES if app.context.opened else {}).items():
        about = _("the app's words, and cards where their deck has them in it")
        yield SystemCommand(_("language: {}", name), about, partial(app.change, "language", code))
    seen = {_("commands, themes")}
    for _at, (node, binding, enabled, _tip), names, label in keys_of(screen):
        if enabled and (binding.id is not None or node is app) and label not in seen:
            seen.add(label)
            title = f"{label} · {' '.join(names)}"
            yield SystemCommand(title, "", partial(app.run_action, binding.action, node))
