"""The keys of the screen one comes from, as they are bound right now, and as the palette's commands."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen

from ptcards.tui.bars import keys_of
from ptcards.tui.page import BLANK, Block, Lines, heading
from ptcards.tui.screens.base import Context, PageScreen

_WIDGETS = {"AnswerEditor": "Editor", "GradeBar": "Answer", "Input": "Line", "PathInput": "Line"}
_EDITING = {
    "submit", "new_line", "outdent", "undo", "redo", "cut", "copy", "paste", "select_all",
    "delete_word_left", "delete_to_start_of_line",
}  # fmt: skip
"""What is listed of the many keys that the framework has for texts."""


class HelpScreen(PageScreen[None]):
    """Every key, by where it works."""

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
