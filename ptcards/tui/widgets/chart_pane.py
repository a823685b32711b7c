"""A long page of sections that draws only the lines in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.content import Content

    from ptcards.tui.page import Lines


class ChartPane(ScrollView, can_focus=False):
    """Shows sections below each other and knows which one is on top."""

    ALLOW_SELECT = False
    DEFAULT_CSS = (
        "ChartPane { padding-left: 1; height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }"
    )

    def __init__(self) -> None:
        super().__init__()
        self._sections: Sequence[Sequence[Lines]] = ()
        self._lines: list[Content] = []
        self._starts: list[int] = []

    def show(self, sections: Sequence[Sequence[Lines]]) -> None:
        """Replace what is shown; the section that was on top stays there."""
        here, known = self.here, bool(self._sections)
        self._sections = sections
        self._lay_out()
        if known:
            self.go_to(here)

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not width:
            return
        self._lines, self._starts = [], []
        for blocks in self._sections:
            self._starts.append(len(self._lines))
            # One cell stays blank before the scrollbar.
            self._lines += [line for block in blocks for line in block.lines(max(1, width - 1))]
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    @property
    def here(self) -> int:
        """The section that the top line belongs to."""
        top = round(self.scroll_y)
        return max((number for number, start in enumerate(self._starts) if start <= top), default=0)

    def go_to(self, number: int) -> None:
        """Bring a section to the top, or as near to it as the end of the page allows."""
        if self._starts:
            self.scroll_to(y=self._starts[max(0, min(number, len(self._starts) - 1))], animate=False)

    def render_line(self, y: int) -> Strip:
        place, width = y + round(self.scroll_y), self.scrollable_content_region.width
        style = self.visual_style
        if place >= len(self._lines):
            return Strip.blank(width, style.rich_style)
        return Visual.to_strips(self, self._lines[place], width, 1, style, pad=True)[0]
