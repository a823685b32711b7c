"""What every screen is made of: status and keys, the rule between panes, and the pane that scrolls."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from ptcards.tui.page import Lines, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.screen import Screen

_NAMES = {
    "enter": "Enter", "escape": "Esc", "space": "Space", "tab": "Tab", "slash": "/", "question_mark": "?",
    "exclamation_mark": "!", "minus": "-", "at": "@", "asterisk": "*", "up": "↑", "down": "↓",
    "pageup": "PgUp", "pagedown": "PgDn", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip

_LAST = 99
_ALWAYS = {"help": 100, "leave": 101, "close": 101, "quit": 102}
"""Actions that no other may push off the line: they come last, in this order."""
_GAP = len(" · ")


def name_of_key(key: str) -> str:
    """How a key is written for people."""
    *modifiers, last = key.split("+")
    if last in _NAMES:
        name = _NAMES[last]
    elif len(last) == 1:
        name = last.upper() if modifiers else last
    else:
        name = last.capitalize()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


class StatusLine(Widget):
    """What is here, on the left, and how things stand, on the right; the right end survives longest."""

    DEFAULT_CSS = "StatusLine { height: 1; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._left: tuple[Content | str, ...] = ("",)
        self._right: Content | str = ""

    def show(self, *left: Content | str, right: Content | str | None = None) -> None:
        """Replace the left side (by the first of `left` that has room, else the last) or the right one."""
        old = (self._left, self._right)
        self._left = left or self._left
        self._right = self._right if right is None else right
        if old != (self._left, self._right):
            self.refresh()

    def render(self) -> Content:
        width = self.content_size.width
        right = Content.assemble(self._right).truncate(width, ellipsis=True)
        room = max(0, width - right.cell_length - 2)
        lefts = [Content.assemble(one) for one in self._left]
        left = next((one for one in lefts if one.cell_length <= room), lefts[-1]).truncate(
            room, ellipsis=True
        )
        return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


class Rule(Widget):
    """One line between panes."""

    DEFAULT_CSS = "Rule { height: 1; color: $foreground 30%; }"

    def render(self) -> Content:
        return Content("─" * self.size.width)


class KeyLine(Widget):
    """The keys of the screen as they are bound now, as many as fit; each can be clicked."""

    DEFAULT_CSS = """
    KeyLine {
        height: 1; padding: 0 1; color: $foreground 70%;
        link-style: none; link-color: $foreground 70%; link-style-hover: underline;
        link-background-hover: $background; link-color-hover: $foreground;
    }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        screen, app = self.screen, self.app
        describe = getattr(screen, "describe_key", lambda _: None)
        order = _declared_order(type(screen))
        keys: dict[str, _Key] = {}
        for key, active in screen.active_bindings.items():
            binding, node = active.binding, active.node
            if not binding.show or self._is_typed(key):
                continue
            space = "screen" if node is screen else "app" if node is app else "focused"
            action = binding.action.removeprefix("app.")
            full = f"{space}.{action}" if action == binding.action else binding.action
            name = name_of_key(key)
            way_out = action in _ALWAYS
            if full not in keys or (name == "Enter" and not way_out) or len(name) == 1 < len(keys[full].name):
                place = -1 if space == "focused" else order.get(action, _LAST)
                label = describe(binding.action) or binding.description
                keys[full] = _Key(_ALWAYS.get(action, place), name, label, full, active.enabled)
        return _fit(sorted(keys.values(), key=attrgetter("place")), self.content_size.width)

    def _is_typed(self, key: str) -> bool:
        """The focused widget takes this key as text."""
        focused = self.screen.focused
        name = " " if key == "space" else name_of_key(key)
        return focused is not None and focused.check_consume_key(key, name if len(name) == 1 else None)


class _Key(NamedTuple):
    place: int
    name: str
    label: str
    action: str
    enabled: bool

    def draw(self) -> Content:
        if not self.enabled:
            return Content.styled(f"{self.name} {self.label}", "$foreground 40%")
        piece = Content.assemble((self.name, "bold $foreground"), " ", self.label)
        return piece.stylize(Style.from_meta({"@click": self.action}))


@cache
def _declared_order(screen: type[Screen[object]]) -> Mapping[str, int]:
    """The place of each action among the screen's own bindings, which is the order they matter in."""
    bindings = [
        one for kind in screen.__mro__ for one in vars(kind).get("BINDINGS", ()) if isinstance(one, Binding)
    ]
    return {one.action.removeprefix("app."): place for place, one in reversed([*enumerate(bindings)])}


def _fit(keys: Sequence[_Key], width: int) -> Content:
    """As many keys as there is room for; where not all do, help and the way out stay, at the right end."""
    pieces: dict[str, Content] = {}
    for key in keys:
        pieces.setdefault(key.label, key.draw())
    kept = [pieces.pop(label) for label in dict.fromkeys(key.label for key in keys if key.place > _LAST)]
    room = width - sum(piece.cell_length + _GAP for piece in kept)
    line: list[Content] = []
    for piece in pieces.values():
        room -= piece.cell_length + _GAP
        if room + _GAP < 0:
            break
        line.append(piece)
    return Content(" · ").join([*line, *kept])


class Pane(VerticalScroll, can_focus=False):
    """Shows blocks; scrolls by itself or from the screen's keys, and never takes the focus."""

    DEFAULT_CSS = """
    Pane { padding-left: 1; height: 1fr; scrollbar-size-vertical: 1; }
    Pane > Static { height: auto; padding-right: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = Static(markup=False)

    def compose(self) -> Iterable[Static]:
        yield self._text

    def watch_show_vertical_scrollbar(self) -> None:
        self.screen.refresh_bindings()

    def show(self, parts: Iterable[Lines], *, from_top: bool = True) -> None:
        """Replace what is shown; `from_top` scrolls back to its start."""
        self._text.update(Page(parts))
        if from_top:
            self.scroll_home(animate=False)
