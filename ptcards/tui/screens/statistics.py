"""What you know, in numbers and charts."""

from bisect import bisect_right
from datetime import date, timedelta
from functools import partial

from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive

from ptcards.statistics.drawing import Chart, Report, Section, Table, draw, draw_table
from ptcards.statistics.report import DEFINITIONS
from ptcards.tui.page import BLANK, DIM, Block, Lines, heading, plain, stack
from ptcards.tui.prose import code
from ptcards.tui.screens.base import Context, PageScreen, States, background

_PERIODS = ("a year", "30 days", "all time")
_TONES = {
    "": "",
    "dim": DIM,
    "bar": "$text-primary",
    "heat0": "$foreground 30%",
    "heat1": "$text-primary 55%",
    "heat2": "$text-primary 70%",
    "heat3": "$text-primary 85%",
    "heat4": "$text-primary",
}


def _drawing(shown: Chart | Table, width: int) -> list[Content]:
    """A chart or its numbers in the theme's colours, for any width; the characters alone say the same."""
    drawn = draw_table(shown, width - 2) if isinstance(shown, Table) else draw(shown, max(40, width - 2))
    spans = ([(span.text, _TONES[span.tone]) for span in line] for line in drawn)
    return [Content.assemble("  ", *line).truncate(width) for line in spans]


def _stack(section: Section, *, numbers: bool, definitions: bool) -> Lines:
    """A section from the top down: its facts over a chart, or over the chart's numbers."""
    blocks: list[Lines] = [heading(section.title)]
    blocks += [Block(plain(section.about, DIM), indent=2)] if definitions and section.about else []
    blocks += [Block(plain(fact.strip()), indent=2 if fact == fact.strip() else 4) for fact in section.facts]
    shown = section.table if numbers else section.chart
    blocks += [partial(_drawing, shown)] if shown else []
    for title, text in section.samples:
        blocks += [Block(plain(title, DIM), indent=2), Block(code(text), indent=4, code=True)]
    return stack(*blocks, BLANK)


class StatisticsScreen(PageScreen[None]):
    """Scrolls through all sections; a key shows numbers in place of charts."""

    TITLE = "Statistics"
    TERMS = DEFINITIONS
    ALLOW_SELECT = False
    BINDINGS = [
        Binding("n,tab", "toggle('numbers')", "as numbers", id="numbers"),
        Binding("right_square_bracket,right,l", "jump(1)", "next chart"),
        Binding("left_square_bracket,left,h", "jump(-1)", "previous", show=False),
        Binding("p", "period", "period", id="period"),
        Binding("d", "deck", "deck", id="deck"),
        Binding("w", "toggle('definitions')", "explain", id="what"),
        Binding("escape,q,s", "dismiss", "back"),
    ]

    numbers = reactive(False, init=False)
    definitions = reactive(False, init=False)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.pane.add_class("-stable")
        self._found: Report | None = None
        self._decks: tuple[str | None, ...] = (None,)
        self._deck: str | None = None
        self.sub_title = _PERIODS[0]

    def on_mount(self) -> None:
        self._count()

    def actions_now(self) -> States:
        return {
            "toggle('numbers')": "as charts" if self.numbers else "as numbers",
            "toggle('definitions')": "hide explanations" if self.definitions else "explain",
            "deck": len(self._decks) > len(("all", "one")),
        }

    @background("counting")
    async def _count(self) -> None:
        since: date | None = None
        if self._found is not None and self.sub_title != _PERIODS[0]:
            figures = self._found.figures
            month = date.fromisoformat(figures["day"]) - timedelta(days=29)
            first = figures["retention"][-1]["since"]
            since = month if self.sub_title == _PERIODS[1] or not first else date.fromisoformat(first)
        self._found = await self.call(self.desk.statistics, deck=self._deck, since=since)
        self.title = self._found.heading
        self.draw()
        if self._decks == (None,):
            home = await self.call(self.desk.home)
            self._decks = (None, *(line.slug for line in home.decks))

    def draw(self) -> None:
        sections = self._found.sections if self._found else ()
        stacks = (_stack(one, numbers=self.numbers, definitions=self.definitions) for one in sections)
        here = self._here
        self.pane.show(stacks, from_top=False)
        self.call_after_refresh(self._go_to, here)
        self.refresh_bindings()

    watch_numbers = watch_definitions = draw

    @property
    def _here(self) -> int:
        """The section that the top line belongs to."""
        return max(0, bisect_right(self.pane.blocks.starts, round(self.pane.scroll_y)) - 1)

    def _go_to(self, number: int) -> None:
        """Bring a section to the top, or as near to it as the end of the page allows."""
        if starts := self.pane.blocks.starts:
            self.pane.scroll_to(y=starts[max(0, min(number, len(starts) - 1))], animate=False)

    def action_period(self) -> None:
        self.sub_title = _PERIODS[(_PERIODS.index(self.sub_title or "") + 1) % len(_PERIODS)]
        self._count()

    def action_deck(self) -> None:
        self._deck = self._decks[(self._decks.index(self._deck) + 1) % len(self._decks)]
        self._count()

    def action_jump(self, by: int) -> None:
        self._go_to(self._here + by)
