"""A scrolling pane of laid-out text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from ptcards.tui.page import Lines, Page

if TYPE_CHECKING:
    from collections.abc import Iterable


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
