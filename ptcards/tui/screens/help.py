"""The keys of the screen one comes from, as they are bound right now, and as the palette's commands."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.binding import ActiveBinding, Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen

from ptcards.tui.bars import label, name_of_key
from ptcards.tui.page import BLANK, Block, Lines, heading
from ptcards.tui.screens.base import Context, PageScreen

_FRAMEWORKS = {
    "app.focus_next", "app.focus_previous", "screen.copy_text",
    "scroll_left", "scroll_right", "page_left", "page_right",
}  # fmt: skip
"""Actions that every screen of the framework has and ours have no use for."""
_WIDGETS = {"AnswerEditor": "Editor", "GradeBar": "Grades", "Input": "Line", "PathInput": "Line"}


class HelpScreen(PageScreen[None]):
    """Every key, by where it works."""

    BINDINGS = [Binding("escape,q,enter,f1,question_mark", "dismiss", "back")]

    def __init__(self, context: Context, behind: Screen[Any]) -> None:
        super().__init__(context)
        self._behind = behind

    def on_mount(self) -> None:
        behind, notes = self._behind, getattr(self._behind, "HELP", "")
        groups: dict[str, list[tuple[str, str]]] = {"Here": []}
        for active, keys, name in named_keys(behind):
            title = _WIDGETS.get(type(active.node).__name__, "List")
            title = "Here" if active.node is behind else "Everywhere" if active.node is behind.app else title
            groups.setdefault(title, []).append((keys, name))
        groups["What the words mean"] = list(getattr(behind, "TERMS", {}).items())
        blocks: list[Lines] = [Block(Content(notes)), BLANK] if notes else []
        for title, keys_here in groups.items():
            if keys_here:
                named = (Block(Content(name), indent=24, first=f"  {keys:<21}") for keys, name in keys_here)
                blocks += [heading(title), *named, BLANK]
        self.status.show("Keys")
        self.pane.show(blocks)


def named_keys(screen: Screen[Any]) -> list[tuple[ActiveBinding, str, str]]:
    """Every action that has a key now: its first binding, all its keys, and its meaning."""
    found: dict[tuple[DOMNode, str], tuple[ActiveBinding, list[str]]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if active.enabled and binding.description and binding.action not in _FRAMEWORKS:
            found.setdefault((active.node, binding.action), (active, []))[1].append(name_of_key(key))
    names = ((active, " ".join(keys), label(screen, active.binding)) for active, keys in found.values())
    # The framework writes its own descriptions with capitals.
    return [(active, keys, name.lower() if name[:1].isupper() else name) for active, keys, name in names]


def commands(_: Context, screen: Screen[Any]) -> Iterator[SystemCommand]:
    """The actions of `screen` by their names, each with its keys; and the themes."""
    app = screen.app
    about = "Ctrl+P · light ones and dark ones; the choice is remembered"
    yield SystemCommand("theme", about, app.search_themes)
    seen = {"commands, themes"}
    for active, keys, name in named_keys(screen):
        if (active.binding.id is not None or active.node is app) and name not in seen:
            seen.add(name)
            yield SystemCommand(name, keys, partial(app.run_action, active.binding.action, active.node))
