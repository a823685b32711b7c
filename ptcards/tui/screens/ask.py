"""Over any screen: small questions (yes or no, a line of text, what is wrong with a card), and its keys."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from ptcards.tui.bars import keys_of
from ptcards.tui.page import BLANK, Block, Lines, heading
from ptcards.tui.screens.base import Context, PageScreen

Reply = TypeVar("Reply")


class BoxScreen(ModalScreen[Reply]):
    """A small box at the bottom, its keys below what it asks; notices that were there before go."""

    def __init__(self, question: str, keys: str, *between: Widget) -> None:
        super().__init__()
        self._parts = (Static(Content(question)), *between, Static(Content(keys), classes="dim"))

    def compose(self) -> ComposeResult:
        yield Vertical(*self._parts, classes="box")

    def on_mount(self) -> None:
        self.app.clear_notifications()


class AskScreen(BoxScreen[bool]):
    BINDINGS = [Binding("enter,y", "dismiss(True)", "yes"), Binding("escape,n,q", "dismiss(False)", "no")]

    def __init__(self, _: Context, question: str, yes: str) -> None:
        super().__init__(question, f"\nEnter {yes} · Esc cancel")


class LineScreen(BoxScreen[str | None]):
    """Asks for one line of text; None when the learner thinks better of it."""

    BINDINGS = [Binding("escape", "dismiss", "cancel")]

    def __init__(self, _: Context, question: str, hint: str = "") -> None:
        super().__init__(question, "Enter confirm · Esc cancel", Input(placeholder=hint, compact=True))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())


class PickScreen(BoxScreen[int | None]):
    """Offers some texts; gives the number of the one that is picked."""

    BINDINGS = [Binding("escape,q", "dismiss", "cancel")]

    def __init__(self, _: Context, question: str, texts: Sequence[Content]) -> None:
        super().__init__(question, "Enter confirm · Esc cancel", OptionList(*texts, compact=True))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)


class DisputeScreen(BoxScreen[tuple[bool, str] | None]):
    """Asks what is wrong with a card, and why in one line; Tab changes what is claimed.

    Gives whether the answer is right, else the card is broken, and the reason.
    """

    BINDINGS = [
        Binding("escape", "dismiss", "cancel"),
        Binding("tab", "other_claim", "switch", priority=True),
        Binding("enter", "claim", "confirm", priority=True),
    ]

    right = reactive(False)

    def __init__(self, _: Context, *, answered: bool) -> None:
        self._claims = Static(markup=False)
        keys = f"Enter confirm · {'Tab switch · ' if answered else ''}Esc cancel"
        why = Input(placeholder="why, in one line (may stay empty)", compact=True)
        super().__init__("The card is wrong", keys, self._claims, why)
        self._answered = self.right = answered

    def watch_right(self) -> None:
        claims = {
            True: "My answer is right: I grade it myself, the answer is kept as disputed",
            False: "The card is broken: take it out of today's queue",
        }
        lines = [
            Content.styled(f"▸ {text}", "bold") if right == self.right else Content(f"  {text}")
            for right, text in claims.items()
            if self._answered or not right
        ]
        self._claims.update(Content("\n").join(lines))

    def action_other_claim(self) -> None:
        self.right = self._answered and not self.right

    def action_claim(self) -> None:
        self.dismiss((self.right, self.query_one(Input).value.strip()))


_WIDGETS = {"AnswerEditor": "Editor", "GradeBar": "Answer", "Input": "Line", "PathInput": "Line"}
_EDITING = {
    "submit", "new_line", "outdent", "undo", "redo", "cut", "copy", "paste", "select_all",
    "delete_word_left", "delete_to_start_of_line",
}  # fmt: skip
"""What is listed of the many keys that the framework has for texts."""


class HelpScreen(PageScreen[None]):
    TITLE = "Keys"
    BINDINGS = [Binding("escape,q,enter,f1,question_mark", "dismiss", "back")]

    def __init__(self, context: Context, behind: Screen[Any]) -> None:
        super().__init__(context)
        self._behind = behind

    def on_mount(self) -> None:
        behind, notes = self._behind, getattr(self._behind, "HELP", "")
        titles = {
            name: title for title, names in getattr(behind, "GROUPS", {}).items() for name in names.split()
        }
        groups: dict[str, list[tuple[str, str]]] = {title: [] for title in (*titles.values(), "Here")}
        for _, (node, binding, enabled, _), names, label in keys_of(behind, typed=False):
            action = binding.action.partition("(")[0]
            title = _WIDGETS.get(type(node).__name__, "List")
            if not enabled or (title in ("Editor", "Line") and action not in _EDITING):
                continue
            title = "Everywhere" if node is behind.app else title
            title = titles.get(action, "Here") if node is behind else title
            groups.setdefault(title, []).append((" ".join(names[:2]), label))
        groups["What the words mean"] = list(getattr(behind, "TERMS", {}).items())
        blocks: list[Lines] = [Block(Content(notes)), BLANK] if notes else []
        for title, keys_here in groups.items():
            if keys_here:
                named = (Block(Content(name), indent=24, first=f"  {keys:<21}") for keys, name in keys_here)
                blocks += [heading(title), *named, BLANK]
        self.pane.show(blocks)


def commands(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The actions of `screen` by their names, each with its keys; and the themes."""
    app = screen.app
    about = "Ctrl+P · light ones and dark ones; the choice is remembered"
    yield SystemCommand("theme", about, app.search_themes)
    seen = {"commands, themes"}
    for _, (node, binding, enabled, _), names, label in keys_of(screen):
        if enabled and (binding.id is not None or node is app) and label not in seen:
            seen.add(label)
            yield SystemCommand(label, " ".join(names), partial(app.run_action, binding.action, node))
