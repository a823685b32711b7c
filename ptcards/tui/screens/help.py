"""The keys of the screen one comes from, as they are bound right now, and as the palette's commands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content

from ptcards.tui.page import BLANK, Block, Lines
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.bars import Pane, name_of_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App, ComposeResult
    from textual.dom import DOMNode
    from textual.screen import Screen

    from ptcards.tui.desk import Desk


class HelpScreen(DeskScreen[None]):
    """Every key, by where it works."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,f1,question_mark", "close", "back"),
        Binding("down,j,pagedown,space", "scroll(1)", "down"),
        Binding("up,k,pageup", "scroll(-1)", "up"),
    ]

    def __init__(self, desk: Desk, behind: Screen[Any]) -> None:
        super().__init__(desk)
        self._groups = _keys_of(behind)
        self._notes = getattr(behind, "HELP", "")
        if terms := getattr(behind, "TERMS", None):
            self._groups.append(("What the words mean", list(terms.items())))

    def body(self) -> ComposeResult:
        yield Pane()

    def on_mount(self) -> None:
        super().on_mount()
        self.status.show("Keys", right="as they are bound on the screen you come from")
        blocks: list[Lines] = []
        if self._notes:
            blocks += [Block(Content(self._notes)), BLANK]
        for title, keys in self._groups:
            blocks.append(Block(Content.styled(title, "bold")))
            blocks += [Block(Content(label), indent=24, first=f"  {name:<21}") for name, label in keys]
            blocks.append(BLANK)
        self.query_one(Pane).show(blocks)

    def action_close(self) -> None:
        self.dismiss()

    def action_scroll(self, pages: int) -> None:
        pane = self.query_one(Pane)
        pane.scroll_relative(y=pages * max(1, pane.size.height - 2), animate=False)


_NOISE = (
    "app.focus_next",
    "app.focus_previous",
    "screen.copy_text",
    "scroll_left",
    "scroll_right",
    "page_left",
    "page_right",
)


def named_keys(screen: Screen[Any]) -> list[tuple[ActiveBinding, str, str]]:
    """Every action that has a key now: its first binding, all its keys, and its meaning."""
    found: dict[tuple[DOMNode, str], tuple[ActiveBinding, list[str]]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if active.enabled and binding.description and binding.action not in _NOISE:
            found.setdefault((active.node, binding.action), (active, []))[1].append(name_of_key(key))
    told = getattr(screen, "describe_key", lambda _: None)
    return [
        (active, " ".join(keys), told(active.binding.action) or _in_our_case(active.binding.description))
        for active, keys in found.values()
    ]


def _in_our_case(description: str) -> str:
    """The framework writes its own descriptions with capitals."""
    return description.lower() if description[:1].isupper() else description


def _keys_of(screen: Screen[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Titles with the names and meanings of keys."""
    groups: dict[str, list[tuple[str, str]]] = {"Here": [], "In this field": [], "Everywhere": []}
    for active, keys, label in named_keys(screen):
        node = active.node
        title = "Here" if node is screen else "Everywhere" if node is screen.app else "In this field"
        groups[title].append((keys, label))
    return [(title, keys) for title, keys in groups.items() if keys]


def commands(app: App[Any], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The actions of `screen` by their names, each with its keys."""
    yield SystemCommand(
        "theme", "Ctrl+P · light ones and dark ones; the choice is remembered", app.search_themes
    )
    told = {"commands, themes"}
    for active, keys, label in named_keys(screen):
        named = active.binding.id is not None or active.node is app
        if named and label not in told:
            told.add(label)
            yield SystemCommand(label, keys, partial(app.run_action, active.binding.action, active.node))
