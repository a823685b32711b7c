"""A table of cards that stays quick at a hundred thousand rows: only what is on screen is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import RenderOptions

from ptcards.study.views import CardList
from ptcards.tui.page import one_line
from ptcards.tui.prose import sentence

if TYPE_CHECKING:
    from textual import events

    from ptcards.study.views import CardView

_COLUMNS = (("", 2), ("due", 11), ("ivl", 7), ("ease", 6), ("lapses", 7), ("state", 11))
QUESTION_CHARACTERS = 200


class CardTable(ScrollView, can_focus=True):
    """One card a line; Space picks several."""

    DEFAULT_CSS = """
    CardTable { height: 1fr; scrollbar-size-vertical: 1; }
    CardTable > .card-table--cursor { background: $boost; text-style: bold; }
    CardTable > .card-table--picked { color: $text-primary; }
    CardTable > .card-table--header { color: $foreground 60%; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"card-table--cursor", "card-table--picked", "card-table--header"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False),
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("pagedown", "page(1)", "a page down", show=False),
        Binding("pageup", "page(-1)", "a page up", show=False),
        Binding("home", "end(0)", "first", show=False),
        Binding("end,G", "end(1)", "last", show=False),
        Binding("enter", "open", "card info"),
        Binding("i", "open", "card info", show=False),
        Binding("space", "pick", "pick several"),
        Binding("a,ctrl+a", "pick_all", "pick all, or none", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Moved(Message):
        """The cursor stands on another card, or on none."""

        card: CardView | None

    @dataclass
    class Opened(Message):
        """Enter or a second click on a card."""

        card: CardView

    def __init__(self) -> None:
        super().__init__()
        self.cards = CardList([], _no_card)
        self.picked: set[str] = set()

    def show(self, cards: CardList, *, from_top: bool = False, in_place: bool = False) -> None:
        """Replace the rows; the cursor stays on its card where it is still there and not `from_top`.

        Where it is gone, the cursor goes to the first row, or with `in_place` to what took its card's place.
        """
        before = self.card.key if self.card and not from_top else ""
        gone = min(self.cursor, len(cards) - 1) if in_place else 0
        self.cards = cards
        self.picked &= set(cards.keys) if self.picked else set()
        where = cards.keys.index(before) if before in cards.keys else max(0, gone)
        self.virtual_size = Size(0, len(cards) + 1)
        self.set_reactive(CardTable.cursor, where)
        self._follow()
        self.refresh()
        self.post_message(self.Moved(self.card))

    @property
    def card(self) -> CardView | None:
        """The card under the cursor."""
        return self.cards[self.cursor] if 0 <= self.cursor < len(self.cards) else None

    @property
    def selection_keys(self) -> tuple[str, ...]:
        """The keys of the picked cards, else of the one under the cursor."""
        if self.picked:
            return tuple(key for key in self.cards.keys if key in self.picked)
        return (self.card.key,) if self.card else ()

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.cards) - 1))

    def watch_cursor(self) -> None:
        self._follow()
        self.refresh()
        self.post_message(self.Moved(self.card))

    def _follow(self) -> None:
        # The header lies over the first visible line, hence a region of two lines.
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True)

    def action_move(self, lines: int) -> None:
        self.cursor += lines

    def action_page(self, pages: int) -> None:
        self.cursor += pages * max(1, self.size.height - 2)

    def action_end(self, last: int) -> None:
        self.cursor = len(self.cards) - 1 if last else 0

    def action_open(self) -> None:
        if self.card is not None:
            self.post_message(self.Opened(self.card))

    def action_pick(self) -> None:
        if self.card is not None:
            self.picked ^= {self.card.key}
            self.cursor += 1
            self.refresh()

    def action_pick_all(self) -> None:
        every = set(self.cards.keys)
        self.picked = set() if self.picked == every else every
        self.refresh()
        self.post_message(self.Moved(self.card))

    def on_click(self, event: events.Click) -> None:
        row = event.y + int(self.scroll_y) - 1
        if event.y > 0 and 0 <= row < len(self.cards):
            if row == self.cursor:
                self.action_open()
            self.cursor = row

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        style = self.visual_style
        if y == 0:
            content = _row(("", *(title for title, _ in _COLUMNS[1:])), "card")
            style += self.get_visual_style("card-table--header")
        else:
            number = y + int(self.scroll_y) - 1
            if number >= len(self.cards):
                return Strip.blank(width, style.rich_style)
            card = self.cards[number]
            content = self._card_row(card, at_cursor=number == self.cursor)
            if card.key in self.picked:
                style += self.get_visual_style("card-table--picked")
            if number == self.cursor:
                style += self.get_visual_style("card-table--cursor")
        content = content.truncate(width, ellipsis=True)
        content = content.pad_right(max(0, width - content.cell_length))
        options = RenderOptions(self._get_style, {"text_wrap": "nowrap", "text_overflow": "ellipsis"})
        return content.render_strips(width, 1, style, options)[0]

    def _card_row(self, card: CardView, *, at_cursor: bool) -> Content:
        schedule = card.schedule
        seen = card.due is not None
        mark = ("▸" if at_cursor else " ") + (
            "✓" if card.key in self.picked else "*" if schedule.marked else " "
        )
        state = "leech" if card.leech and card.state in ("learning", "review") else card.state
        cells = (
            mark,
            card.due.isoformat() if card.due else "",
            str(schedule.interval_days) if seen else "",
            f"{schedule.ease / 100:.2f}" if seen else "",
            str(schedule.lapses) if schedule.lapses else "",
            state,
        )
        return _row(cells, card.key, card.question)


def _no_card(_: int) -> CardView:
    raise IndexError


def _row(cells: tuple[str, ...], key: str, question: str = "") -> Content:
    head = "".join(
        cell.ljust(width) if title in ("", "due", "state") else cell.rjust(width - 1) + " "
        for cell, (title, width) in zip(cells, _COLUMNS, strict=True)
    )
    shown = sentence(question[:QUESTION_CHARACTERS]).plain
    text = Content.styled(shown, "$foreground 60%") if shown else Content("")
    return Content.assemble(head, one_line(key), "  ", text)
