"""Keys: which presses are meant, and the `[keys]` of the settings."""

from __future__ import annotations

import difflib
import pkgutil
import re
import string
import unicodedata
from importlib import import_module
from math import inf
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from ptcards.errors import ConfigError
from ptcards.tui import screens, widgets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HELD_SECONDS = 0.8
"""The same key again within this time, with no other between, is one that is held down."""
SETTLE_SECONDS = 0.3
"""A verdict has to be on screen for so long before a key can be meant for it."""


class KeyGuard:
    """Watches every key press of the app; `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._key = ""
        self._at = -inf
        self._held = False
        self._shown_at = -inf

    def saw(self, key: str) -> None:
        """Note that `key` arrived now."""
        now = self._monotonic()
        self._held = key == self._key and now - self._at < HELD_SECONDS
        self._key, self._at = key, now

    def verdict_coming(self) -> None:
        """A verdict is about to be drawn: keys are for what was there before it."""
        self._shown_at = inf

    def verdict_shown(self) -> None:
        """The verdict is on screen from now on."""
        self._shown_at = self._monotonic()

    @property
    def held(self) -> bool:
        """The newest key press repeats the one before it as a held key does."""
        return self._held

    @property
    def settling(self) -> bool:
        """The verdict is too young for a key to be meant for it."""
        return self._monotonic() - self._shown_at < SETTLE_SECONDS


_CHARACTERS = {
    KEY_NAME_REPLACEMENTS.get(name, name)
    for name in (re.sub("[- ]", "_", unicodedata.name(sign).lower()) for sign in string.punctuation)
}
"""What the framework calls the keys of signs; letters are called by themselves."""


def check_keymap(keymap: Mapping[str, str]) -> None:
    """ConfigError for actions that no screen has, keys that no keyboard has, and keys of two actions."""
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
    wrong += dict.fromkeys(_clashes(keymap))
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
    return (binding.id for bindings in _bindings() for binding in bindings if binding.id)


def _clashes(keymap: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with keys that lead to two things on one screen."""
    for bindings in _bindings():
        taken: dict[str, Binding] = {}
        for binding in bindings:
            for key in map(str.strip, keymap.get(binding.id or "", binding.key).split(",")):
                other = taken.setdefault(key, binding)
                given = next((one.id for one in (binding, other) if one.id in keymap), None)
                if given and other.action != binding.action:
                    there = other if binding.id == given else binding
                    name = repr(there.id) if there.id else f"'{there.description}'"
                    yield f"config.toml: [keys] {given} = {key!r} is the key of {name} too; give it another"


def _bindings() -> Iterator[list[Binding]]:
    """Those of each screen and widget."""
    for package in (screens, widgets):
        for found in pkgutil.iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{found.name}")
            for thing in vars(module).values():
                if isinstance(thing, type) and "BINDINGS" in vars(thing):
                    yield [one for one in vars(thing)["BINDINGS"] if isinstance(one, Binding)]
