"""What you know, in numbers and charts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ptcards.statistics.definitions import DEFINITIONS
from ptcards.statistics.sections import heading, sections
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.chart_pane import ChartPane
from ptcards.tui.widgets.chart_section import section_blocks

if TYPE_CHECKING:
    from datetime import date

    from textual.app import ComposeResult

    from ptcards.statistics.charts import Section
    from ptcards.statistics.report import Statistics
    from ptcards.study.home import Home
    from ptcards.tui.desk import Desk
    from ptcards.tui.page import Lines

_PERIODS = ("a year", "30 days", "all time")


class StatisticsScreen(DeskScreen[None]):
    """Scrolls through all sections; charts and their numbers change places at a key."""

    TERMS = DEFINITIONS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,tab", "numbers", "numbers", id="numbers"),
        Binding("right_square_bracket,right,l", "jump(1)", "next"),
        Binding("left_square_bracket,left,h", "jump(-1)", "previous", show=False),
        Binding("p", "period", "period", id="period"),
        Binding("d", "deck", "deck", id="deck"),
        Binding("w", "what", "meaning", id="what"),
        Binding("down,j", "scroll(0)", "down", show=False),
        Binding("up,k", "scroll(2)", "up", show=False),
        Binding("pagedown,space", "scroll(3)", "further", show=False),
        Binding("pageup,b", "scroll(-1)", "up", show=False),
        Binding("question_mark,f1", "help", "help", id="help"),
        Binding("escape,q,s", "close", "back"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._found: Statistics | None = None
        self._sections: tuple[Section, ...] = ()
        self._decks: tuple[str | None, ...] = (None,)
        self._deck: str | None = None
        self._period = _PERIODS[0]
        self._numbers = False
        self._definitions = False

    def body(self) -> ComposeResult:
        yield ChartPane()

    def on_mount(self) -> None:
        super().on_mount()
        self.status.show(Content.styled("Statistics", "bold"))
        self._count()

    def tick(self) -> None:
        self.status.show(right=self.doing or self._period)

    def _count(self) -> None:
        study, deck, since = self.desk.study, self._deck, self._first_day()
        self.in_background("counting", lambda: study.statistics(deck=deck, since=since), self._show)

    def _first_day(self) -> date | None:
        if self._found is None or self._period == _PERIODS[0]:
            return None
        month = self._found.today - timedelta(days=29)
        return month if self._period == _PERIODS[1] else (self._found.spans[-1].since or month)

    def _show(self, found: Statistics) -> None:
        if self._found is None:
            self.in_background("", self.desk.study.home, self._know_decks)
        self._found = found
        self._sections = sections(found)
        self.status.show(Content.styled(heading(found), "bold"))
        self._draw()

    def _know_decks(self, home: Home) -> None:
        self._decks = (None, *(line.slug for line in home.decks))

    def _draw(self) -> None:
        self.query_one(ChartPane).show(self._blocks())

    def _blocks(self) -> list[list[Lines]]:
        return [
            section_blocks(one, numbers=self._numbers, definitions=self._definitions)
            for one in self._sections
        ]

    def describe_key(self, action: str) -> str | None:
        if action == "numbers":
            return "charts" if self._numbers else "numbers"
        if action == "what":
            return "hide meaning" if self._definitions else None
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        return len(self._decks) > len(("all", "one")) if action == "deck" else True

    def action_numbers(self) -> None:
        self._numbers = not self._numbers
        self._redraw()

    def action_what(self) -> None:
        self._definitions = not self._definitions
        self._redraw()

    def _redraw(self) -> None:
        self._draw()
        self.refresh_bindings()

    def action_period(self) -> None:
        self._period = _PERIODS[(_PERIODS.index(self._period) + 1) % len(_PERIODS)]
        self._count()

    def action_deck(self) -> None:
        self._deck = self._decks[(self._decks.index(self._deck) + 1) % len(self._decks)]
        self._count()

    def action_jump(self, by: int) -> None:
        pane = self.query_one(ChartPane)
        pane.go_to(pane.here + by)

    def action_scroll(self, how: int) -> None:
        pane = self.query_one(ChartPane)
        lines = {0: 1, 2: -1, 3: pane.size.height - 1, -1: 1 - pane.size.height}[how]
        pane.scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        self.dismiss()
