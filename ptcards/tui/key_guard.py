"""Which key presses are meant: not those of a held key, nor those from before there was a verdict."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

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
