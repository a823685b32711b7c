"""What every screen is made of: status and keys, blocks, panes that scroll, and rows."""

from collections.abc import Iterable
from functools import cache
from itertools import accumulate, chain

from textual import events
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from ptcards.tui.page import DIM, Lines

_NAMES = {
    "enter": "Enter", "escape": "Esc", "space": "Space", "tab": "Tab", "slash": "/", "question_mark": "?",
    "exclamation_mark": "!", "minus": "-", "at": "@", "asterisk": "*", "up": "↑", "down": "↓",
    "pageup": "PgUp", "pagedown": "PgDn", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip

_LAST = 99
_ALWAYS = {"help": 100, "leave": 101, "dismiss": 101, "quit": 102}
"""Actions that no other may push off the line: they come last, in this order."""
_GAP = len(" · ")


def name_of_key(key: str) -> str:
    """How a key is written for people."""
    *modifiers, last = key.split("+")
    alone = len(last) == 1 and not modifiers
    name = _NAMES.get(last, last if alone else last.capitalize())
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


class StatusLine(Widget):
    """What is here, on the left, and its state, on the right; the right end survives longest."""

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


@cache
def declared(screen: type[Screen[object]]) -> list[Binding]:
    """The screen's own bindings, in the order they matter in."""
    found = (one for kind in screen.__mro__ for one in vars(kind).get("BINDINGS", ()))
    return [one for one in found if isinstance(one, Binding)]


def label(screen: Screen[object], binding: Binding) -> str:
    """What a binding does, as things are now."""
    described: str | None = getattr(screen, "describe_key", lambda _: None)(binding.action)
    return described or binding.description


class KeyLine(Widget):
    """The keys of the screen as they are bound now, as many as fit; each can be clicked.

    Where not all fit, help and the way out stay, at the right end.
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        screen, app = self.screen, self.app
        order = [one.action.removeprefix("app.") for one in declared(type(screen))]
        keys: dict[str, tuple[int, str, str, bool]] = {}
        for key, active in screen.active_bindings.items():
            binding, node, name = active.binding, active.node, name_of_key(key)
            typed = " " if key == "space" else name
            if not binding.show or (
                # The focused widget takes this key as text.
                screen.focused and screen.focused.check_consume_key(key, typed if len(typed) == 1 else None)
            ):
                continue
            space = "screen" if node is screen else "app" if node is app else "focused"
            action = binding.action.removeprefix("app.")
            full = f"{space}.{action}" if action == binding.action else binding.action
            way_out = action in _ALWAYS
            if full not in keys or (name == "Enter" and not way_out) or len(name) == 1 < len(keys[full][1]):
                position = -1 if space == "focused" else order.index(action) if action in order else _LAST
                position = _ALWAYS.get(action, position)
                keys[full] = (position, name, label(screen, binding), active.enabled)
        pieces: dict[str, Content] = {}
        last: list[str] = []
        for full, (position, name, what, enabled) in sorted(keys.items(), key=lambda one: one[1][0]):
            piece = Content.styled(f"{name} {what}", "$foreground 40%")
            if enabled:
                piece = Content.assemble((name, "bold $foreground"), " ", what)
                piece = piece.stylize(Style.from_meta({"@click": full}))
            pieces.setdefault(what, piece)
            last += [what] if position > _LAST else []
        kept = [pieces.pop(what) for what in dict.fromkeys(last)]
        room = self.content_size.width - sum(piece.cell_length + _GAP for piece in kept)
        line: list[Content] = []
        for piece in pieces.values():
            room -= piece.cell_length + _GAP
            if room + _GAP < 0:
                break
            line.append(piece)
        return Content(" · ").join([*line, *kept])


class Blocks(Widget):
    """Shows blocks, as high as they are at its width; without any it is not there."""

    _parts: tuple[Lines, ...] = ()
    _drawn: tuple[int, list[Content]] = (-1, [])
    starts: tuple[int, ...] = ()
    """The line that each part begins on, for the width it was drawn at last."""

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
        """Replace what is shown; `from_top` scrolls back to its start."""
        self.blocks.show(parts)
        if from_top:
            self.scroll_home(animate=False)


class Rows(Widget, can_focus=True):
    """Rows below their heading, drawn as far as they are in sight; one is under the cursor."""

    BINDINGS = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("home", "move(-1_000_000_000)", "first", show=False),
        Binding("end,G", "move(1_000_000_000)", "last", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
    ]

    cursor: reactive[int] = reactive(0, always_update=True)
    count = 0
    _top = 0

    def __init__(self) -> None:
        super().__init__(markup=False)

    def line(self, number: int, width: int) -> Content:
        """A row as it is drawn; -1 is the heading."""
        raise NotImplementedError

    def action_open(self) -> None:
        """What a click on the row under the cursor does."""

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, self.count - 1))

    def action_move(self, lines: int) -> None:
        self.cursor += lines

    def action_page(self, pages: int) -> None:
        self.cursor += pages * max(1, self.size.height - 2)

    def on_mouse_scroll_down(self) -> None:
        self.cursor += 1

    def on_mouse_scroll_up(self) -> None:
        self.cursor -= 1

    def on_click(self, event: events.Click) -> None:
        row = event.y + self._top - 1
        if event.y > 0 and row < self.count:
            if row == self.cursor:
                self.action_open()
            self.cursor = row

    def render(self) -> Content:
        width, room = self.size.width, max(1, self.size.height - 1)
        in_sight = min(max(self._top, self.cursor - room + 1), self.cursor)
        self._top = max(0, min(in_sight, self.count - room))
        lines = [self.line(-1, width).truncate(width).stylize(DIM)]
        for number in range(self._top, min(self._top + room, self.count)):
            row = self.line(number, width).truncate(width, ellipsis=True)
            row = row.pad_right(width - row.cell_length)
            lines.append(row.stylize("bold on $boost") if number == self.cursor else row)
        return Content("\n").join(lines)
