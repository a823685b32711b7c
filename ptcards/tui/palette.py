"""What the command palette offers: everything that has a key on the screen behind it, and the themes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand

from ptcards.tui.screens.help import named_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App
    from textual.screen import Screen


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
