"""The `[keys]` of the settings: which actions there are to give other keys to."""

from __future__ import annotations

import difflib
import pkgutil
import re
import string
import unicodedata
from importlib import import_module
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from ptcards.errors import ConfigError
from ptcards.tui import screens, widgets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CHARACTERS = {
    KEY_NAME_REPLACEMENTS.get(name, name)
    for name in (re.sub("[- ]", "_", unicodedata.name(sign).lower()) for sign in string.punctuation)
}
"""What the framework calls the keys of signs; letters are called by themselves."""


def check_keymap(keymap: Mapping[str, str]) -> None:
    """ConfigError for actions that no screen has and keys that no keyboard has, each with the nearest."""
    known = sorted(set(_actions()))
    wrong = [
        f"config.toml: [keys] {action!r} is no action; {_nearest(action, known, ', '.join(known))}"
        for action in keymap
        if action not in known
    ]
    names = sorted({key.value for key in Keys if not key.value.startswith("<")} | _CHARACTERS)
    wrong += [
        f"config.toml: [keys] {action} = {key!r} is no key; "
        + _nearest(key.lower().replace("-", "+"), names, "u, ctrl+u, f6, space, question_mark and the like")
        for action, keys in keymap.items()
        for key in map(str.strip, keys.split(","))
        if not _is_key(key, names)
    ]
    if wrong:
        raise ConfigError("\n".join(wrong))


def _nearest(word: str, known: list[str], there: str) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"there are {there}"


def _is_key(key: str, names: list[str]) -> bool:
    held, _, last = key.rpartition("+")
    return len(key) == 1 or (
        (len(last) == 1 or last in names) and set(held.split("+")) <= {"", "ctrl", "shift", "alt"}
    )


def _actions() -> Iterator[str]:
    for package in (screens, widgets):
        for found in pkgutil.iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{found.name}")
            for thing in vars(module).values():
                for binding in vars(thing).get("BINDINGS", ()) if isinstance(thing, type) else ():
                    if isinstance(binding, Binding) and binding.id:
                        yield binding.id
