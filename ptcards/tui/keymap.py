"""The `[keys]` of the settings: which actions there are to give other keys to."""

from __future__ import annotations

import difflib
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

from textual.binding import Binding

from ptcards.errors import ConfigError
from ptcards.tui import screens, widgets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def check_actions(actions: Iterable[str]) -> None:
    """ConfigError for actions that no screen has, each with the nearest that one has."""
    known = sorted(set(_actions()))
    wrong = [action for action in actions if action not in known]
    if wrong:
        raise ConfigError("\n".join(_told(action, known) for action in wrong))


def _told(action: str, known: list[str]) -> str:
    near = difflib.get_close_matches(action, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    return f"config.toml: [keys] {action!r} is no action; {hint}"


def _actions() -> Iterator[str]:
    for package in (screens, widgets):
        for found in pkgutil.iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{found.name}")
            for thing in vars(module).values():
                for binding in vars(thing).get("BINDINGS", ()) if isinstance(thing, type) else ():
                    if isinstance(binding, Binding) and binding.id:
                        yield binding.id
