"""The line of status on top, the line of keys at the bottom, and the rule between panes."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

_NAMES = {
    "enter": "Enter", "escape": "Esc", "space": "Space", "tab": "Tab", "slash": "/", "question_mark": "?",
    "exclamation_mark": "!", "minus": "-", "at": "@", "asterisk": "*", "up": "↑", "down": "↓",
    "pageup": "PgUp", "pagedown": "PgDn", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


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

    DEFAULT_CSS = "StatusLine { height: 1; padding: 0 1; } StatusLine .-dim { color: $foreground 60%; }"

    def __init__(self, left: Content | str = "", right: Content | str = "") -> None:
        super().__init__(markup=False)
        self._left, self._right = _content(left), _content(right)

    def show(self, left: Content | str | None = None, right: Content | str | None = None) -> None:
        """Replace one side or both."""
        old = (self._left, self._right)
        if left is not None:
            self._left = _content(left)
        if right is not None:
            self._right = _content(right)
        if old != (self._left, self._right):
            self.refresh()

    def render(self) -> Content:
        width = self.content_size.width
        right = self._right.truncate(width, ellipsis=True)
        left = self._left.truncate(max(0, width - right.cell_length - 2), ellipsis=True)
        gap = max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right)


class Rule(Widget):
    """One line between panes."""

    DEFAULT_CSS = "Rule { height: 1; color: $foreground 30%; }"

    def render(self) -> Content:
        return Content("─" * self.size.width)


class KeyLine(Widget):
    """The keys of the screen as they are bound now, as many as fit; each can be clicked."""

    DEFAULT_CSS = "KeyLine { height: 1; padding: 0 1; color: $foreground 70%; }"

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        screen = self.screen
        shown: dict[str, tuple[str, str]] = {}
        for key, active in screen.active_bindings.items():
            binding = active.binding
            if not binding.show or not active.enabled or self._is_typed(key):
                continue
            space = "screen" if active.node is screen else "app" if active.node is self.app else "focused"
            action = (
                binding.action
                if binding.action.startswith(("app.", "screen."))
                else f"{space}.{binding.action}"
            )
            if action not in shown:
                label = getattr(screen, "describe_key", lambda _: None)(binding.action) or binding.description
                shown[action] = (name_of_key(key), label)
        return _fit(shown, self.content_size.width)

    def _is_typed(self, key: str) -> bool:
        """The focused widget takes this key as text."""
        focused = self.screen.focused
        name = " " if key == "space" else name_of_key(key)
        return focused is not None and focused.check_consume_key(key, name if len(name) == 1 else None)


def _fit(shown: Mapping[str, tuple[str, str]], width: int) -> Content:
    line = Content("")
    for action, (key, label) in shown.items():
        piece = Content.assemble((key, "bold $foreground"), " ", label)
        piece = piece.stylize(Style.from_meta({"@click": action}))
        longer = Content.assemble(line, " · ", piece) if line else piece
        if longer.cell_length > width:
            break
        line = longer
    return line


def _content(text: Content | str) -> Content:
    return text if isinstance(text, Content) else Content(text)
