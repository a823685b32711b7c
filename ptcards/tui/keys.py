"""Keys: which presses are meant, and the `[keys]` of the settings."""

import difflib
import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from ptcards.errors import UsageError
from ptcards.language import _

HELD_SECONDS = 0.8  # the same key again within this time, with no other between, is one that is held down
SETTLE_SECONDS = 0.3  # a verdict has to be on screen for so long before a key can be meant for it


class KeyGuard:
    """Watches every key press of the app; `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic, self._key = monotonic, ""
        self._at = self._shown_at = -inf
        self.held = False  # the newest key press repeats the one before it as a held key does

    def saw(self, key: str) -> None:
        now = self._monotonic()
        self.held = key == self._key and now - self._at < HELD_SECONDS
        self._key, self._at = key, now

    def verdict_coming(self) -> None:
        """A verdict is about to be drawn: keys are for what was there before it."""
        self._shown_at = inf

    def verdict_shown(self) -> None:
        self._shown_at = self._monotonic()

    @property
    def settling(self) -> bool:
        """The verdict is too young for a key to be meant for it."""
        return self._monotonic() - self._shown_at < SETTLE_SECONDS


ACTIONS = (
    "ahead", "browse", "bury", "check", "cram", "deck", "dispute", "drop", "edit", "editor", "help", "hint",
    "import", "info", "leave", "leech", "lookup", "mark", "mistakes", "more_new", "numbers", "options",
    "period", "quit", "redo", "refresh", "reset", "restart", "retry", "review", "review_deck", "search",
    "set_due", "show", "skip", "sort", "statistics", "steps", "suspend", "trust", "try", "undo", "weakest",
    "what",
)  # fmt: skip
"""What `[keys]` may give another key: the ids of the screens' bindings."""


def check_keymap(keymap: Mapping[str, str]) -> None:
    """UsageError for actions that no screen has and keys that no keyboard has."""
    signs = (re.sub("[- ]", "_", unicodedata.name(sign).lower()) for sign in string.punctuation)
    names = {key.value for key in Keys if not key.value.startswith("<")}
    names |= {KEY_NAME_REPLACEMENTS.get(name, name) for name in signs}
    wrong = []
    for action, keys in keymap.items():
        if action not in ACTIONS:
            wrong.append(_("{!r} is no action; {}", action, _nearest(action, ACTIONS, ", ".join(ACTIONS))))
        for key in map(str.strip, keys.split(",")):
            held, _plus, last = key.rpartition("+")
            known = len(last) == 1 or last in names
            if len(key) != 1 and not (known and set(held.split("+")) <= {"", "ctrl", "shift", "alt"}):
                some = _("u, ctrl+u, f6, space, question_mark and the like")
                near = _nearest(key.lower().replace("-", "+"), names, some)
                wrong.append(_("{} = {!r} is no key; {}", action, key, near))
    if wrong:
        raise UsageError("\n".join(f"config.toml: [keys] {one}" for one in wrong))


def _nearest(word: str, known: Iterable[str], there: str) -> str:
    near = difflib.get_close_matches(word, sorted(known), 1)
    return _("did you mean {!r}?", near[0]) if near else _("there are {}", there)


def clashes(bindings: Iterable[Binding], keymap: Mapping[str, str]) -> Iterator[str]:
    """Sentences about keys of `[keys]` that lead to two things on one screen."""
    taken: dict[str, Binding] = {}
    for binding in bindings:
        for key in map(str.strip, keymap.get(binding.id or "", binding.key).split(",")):
            other = taken.setdefault(key, binding)
            if other.action != binding.action and (given := {binding.id, other.id} & keymap.keys()):
                what, two = min(map(str, given)), (_(other.description), _(binding.description))
                yield _("config.toml: [keys] {} = {!r} is the key of {!r} and {!r}", what, key, *two)
