"""What every screen is made of: keys, the lines of status and keys, blocks, panes that scroll, and rows."""

import difflib
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain
from math import inf
from typing import Any, Generic, NamedTuple, TypeVar

from textual import events
from textual.binding import ActiveBinding, Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.geometry import Size
from textual.keys import Keys, _character_to_key
from textual.reactive import reactive
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input

from ptcards.errors import UsageError
from ptcards.language import _
from ptcards.tui.page import DIM, Lines

HELD_SECONDS = 0.8  # the same key again within this time, with no other between, is one that is held down
SETTLE_SECONDS = 0.3  # a verdict has to be on screen for so long before a key can be meant for it

_NAMES = {
    "enter": "Enter", "escape": "Esc", "space": "Space", "tab": "Tab", "slash": "/", "question_mark": "?",
    "exclamation_mark": "!", "minus": "-", "at": "@", "asterisk": "*", "up": "↑", "down": "↓",
    "pageup": "PgUp", "pagedown": "PgDn", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip

_LAST, _GAP = 99, len(" · ")
_ALWAYS = {"check": -2, "help": 100, "leave": 101, "dismiss": 101, "quit": 102}
"""Actions that no other may push off the line: the main one, and those that come last, in this order."""
_FRAMEWORKS = {"app.focus_next", "app.focus_previous", "screen.copy_text"}
_FRAMEWORKS |= {f"{way}_{side}" for way in ("scroll", "page") for side in ("left", "right")}
"""Actions that every screen of the framework has and ours have no use for."""


def name_of_key(key: str) -> str:
    *modifiers, last = key.split("+")
    alone = len(last) == 1 and not modifiers
    name = _NAMES.get(last, last if alone else last.capitalize())
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


class StatusLine(Widget):
    """What is here, on the left, and its state, on the right; the right end survives longest."""

    left: reactive[Content | str] = reactive("")
    right: reactive[Content | str] = reactive("")

    def render(self) -> Content:
        width = self.content_size.width
        right = Content.assemble(self.right).truncate(width, ellipsis=True)
        room = max(0, width - right.cell_length - 2)
        left = Content.assemble(self.left).truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


@cache
def declared(screen: type[Screen[object]]) -> list[Binding]:
    """The screen's own bindings, in the order they matter in."""
    found = (one for kind in screen.__mro__ for one in vars(kind).get("BINDINGS", ()))
    return [one for one in found if isinstance(one, Binding)]


class Key(NamedTuple):
    position: int
    active: ActiveBinding
    names: list[str]
    label: str


def keys_of(screen: Screen[Any], *, typed: bool = True) -> list[Key]:
    """What keys do now, in the order it matters in; without `typed` only keys that are no text now."""
    order = [one.action.removeprefix("app.") for one in declared(type(screen))]
    states = getattr(screen, "states", {})
    found: dict[tuple[DOMNode, str], Key] = {}
    for key, active in screen.active_bindings.items():
        binding, node, name = active.binding, active.node, name_of_key(key)
        sign = " " if key == "space" else name
        is_text = screen.focused and screen.focused.check_consume_key(key, sign if len(sign) == 1 else None)
        if not binding.description or binding.action in _FRAMEWORKS or (is_text and not typed):
            continue
        action = binding.action.removeprefix("app.")
        rank = order.index(action) if action in order else _LAST
        rank = _ALWAYS.get(action, rank if node in (screen, screen.app) else -binding.show)
        # The framework writes its own descriptions with capitals.
        label = _(binding.description[0].lower() + binding.description[1:])
        label = label if isinstance(state := states.get(binding.action), bool | None) else state
        found.setdefault((node, binding.action), Key(rank, active, [], label)).names.append(name)
    return sorted(found.values(), key=lambda one: one.position)


class KeyLine(Widget):
    """The screen's keys as they are now, as many as fit, help and the way out last; to be clicked, too."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _signal: self.refresh())

    def render(self) -> Content:
        pieces: dict[str, Content] = {}
        kept: dict[str, Content] = {}
        for position, active, names, label in keys_of(self.screen, typed=False):
            binding, last = active.binding, position > _LAST
            if not binding.show:
                continue
            name = min(names, key=lambda name: (name != "Enter" or last, len(name) > 1))
            piece = Content.styled(f"{name} {label}", "$foreground 40%")
            if active.enabled:
                space = {self.screen: "screen", self.app: "app"}.get(active.node, "focused")
                action = binding.action if binding.action.startswith("app.") else f"{space}.{binding.action}"
                piece = Content.assemble((name, "bold $foreground"), " ", label)
                piece = piece.stylize(Style.from_meta({"@click": action}))
            if name == "Enter" or label not in pieces:
                pieces[label] = piece
            if last:
                kept[label] = pieces.pop(label)
        room = self.content_size.width - sum(piece.cell_length + _GAP for piece in kept.values())
        ends = accumulate(piece.cell_length + _GAP for piece in pieces.values())
        line = (piece for piece, end in zip(pieces.values(), ends, strict=True) if end <= room + _GAP)
        return Content(" · ").join([*line, *kept.values()])


class Blocks(Widget):
    """Shows blocks, as high as they are at its width; without any it is not there."""

    _parts: tuple[Lines, ...] = ()
    _drawn: tuple[int, list[Content]] = (-1, [])
    starts: tuple[int, ...] = ()  # the line that each part begins on, at the width it was drawn for last

    def show(self, parts: Iterable[Lines]) -> None:
        self._parts, self._drawn = tuple(parts), (-1, [])
        self.display = bool(self._parts)
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        if self._drawn[0] != width:
            parts = [part(max(1, width)) for part in self._parts]
            self.starts = (0, *accumulate(map(len, parts)))[:-1]
            self._drawn = (width, [*chain.from_iterable(parts)])
        return self._drawn[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return max(1, len(self.lines(width)))

    def render(self) -> Content:
        return Content("\n").join(self.lines(self.size.width))


class Pane(VerticalScroll, can_focus=False):
    """Shows blocks; scrolls by itself or from the screen's keys, and never takes the focus."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        self.blocks = Blocks()
        super().__init__(self.blocks, id=id)

    def watch_show_vertical_scrollbar(self) -> None:
        self.screen.refresh_bindings()

    def turn(self, lines: int, pages: int) -> None:
        self.scroll_relative(y=lines + pages * max(1, self.size.height - 1), animate=False)

    def show(self, parts: Iterable[Lines], *, from_top: bool = True) -> None:
        self.blocks.show(parts)
        if from_top:
            self.scroll_home(animate=False)


Row = TypeVar("Row")


class InputLine(Input):
    """A line to type in; keys that edit it act in their turn, though a slow connection sends many at once."""

    async def _on_key(self, event: events.Key) -> None:
        own = [] if event.is_printable else self._bindings.key_to_bindings.get(event.key, [])
        if own and await self.app.run_action(own[0].action, self):
            event.stop()
            event.prevent_default()


class Rows(Widget, Generic[Row], can_focus=True):
    """Rows below their heading, drawn as far as they are in sight; one is under the cursor."""

    BINDINGS = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("home", "move(-1_000_000_000)", "first", show=False),
        Binding("end,G", "move(1_000_000_000)", "last", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
    ]
    # The field that a row is known by; the action of a click on the one under the cursor.
    NAME, OPEN = "key", ""

    cursor: reactive[int] = reactive(0, always_update=True)
    rows: Sequence[Row] = ()
    _top = 0

    def show(self, rows: Sequence[Row], *, from_top: bool = False, in_place: bool = False) -> None:
        """Replace the rows; the cursor stays on its row, else it goes to the first; not so `in_place`."""
        before = "" if from_top else getattr(self.current, self.NAME, "")
        gone = self.cursor if in_place else 0
        self.rows, names = rows, [getattr(row, self.NAME) for row in rows]
        self.cursor = names.index(before) if before in names else gone

    @property
    def current(self) -> Row | None:
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def line(self, number: int, width: int) -> Content:
        """A row as it is drawn; -1 is the heading."""
        raise NotImplementedError

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.rows) - 1))

    def action_move(self, lines: int) -> None:
        self.cursor += lines

    def action_page(self, pages: int) -> None:
        self.cursor += pages * max(1, self.size.height - 2)

    def on_mouse_scroll_down(self) -> None:
        self.cursor += 1

    def on_mouse_scroll_up(self) -> None:
        self.cursor -= 1

    async def on_click(self, event: events.Click) -> None:
        row = event.y + self._top - 1
        if event.y > 0 and row < len(self.rows):
            if row == self.cursor:
                await self.run_action(self.OPEN)
            self.cursor = row

    def render(self) -> Content:
        width, room = self.size.width, max(1, self.size.height - 1)
        in_sight = min(max(self._top, self.cursor - room + 1), self.cursor)
        self._top = max(0, min(in_sight, len(self.rows) - room))
        lines = [self.line(-1, width).truncate(width).stylize(DIM)]
        for number in range(self._top, min(self._top + room, len(self.rows))):
            row = self.line(number, width).truncate(width, ellipsis=True)
            row = row.pad_right(width - row.cell_length)
            lines.append(row.stylize("bold on $boost") if number == self.cursor else row)
        return Content("\n").join(lines)


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
    "add", "ahead", "browse", "bury", "check", "compare", "cram", "deck", "dispute", "drop", "edit",
    "editor", "help", "hint", "import", "info", "leave", "leech", "lookup", "mark", "mistakes",
    "more_decks", "more_new", "numbers", "options", "own_card", "period", "quit", "redo", "refresh",
    "reset", "restart", "retry", "review", "review_deck", "save", "search", "set_due", "show", "skip",
    "sort", "statistics", "steps", "suspend", "trust", "try", "undo", "weakest", "what",
)  # fmt: skip
"""What `[keys]` may give another key: the ids of the screens' bindings."""


def check_keymap(keymap: Mapping[str, str]) -> None:
    """UsageError for actions that no screen has and keys that no keyboard has."""
    names = {key.value for key in Keys if not key.value.startswith("<")}
    names |= set(map(_character_to_key, string.punctuation))
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
