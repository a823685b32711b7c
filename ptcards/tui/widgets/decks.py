"""The decks of the library with what today offers of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ptcards.tui.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events

    from ptcards.study.home import DeckLine

_NUMBERS = (("due", 6), ("new", 7), ("learning", 11), ("all", 7))


@dataclass(frozen=True, slots=True)
class _Row:
    """A name and its numbers in columns, at any width."""

    name: Content
    numbers: tuple[str, ...]
    style: str = ""

    def lines(self, width: int) -> list[Content]:
        numbers = "".join(
            number.rjust(room) for number, (_, room) in zip(self.numbers, _NUMBERS, strict=True)
        )
        room = max(4, width - len(numbers))
        name = self.name.truncate(room, ellipsis=True)
        line = Content.assemble(name, " " * (room - name.cell_length), (numbers, self.style))
        return [line.truncate(width)]


def deck_header() -> Page:
    """The headings of the columns."""
    name = Content.styled("   Deck", "$foreground 60%")
    return Page([_Row(name, tuple(title for title, _ in _NUMBERS), "$foreground 60%")])


class DeckList(OptionList):
    """One line a deck; Enter starts today's review of all, Space of the one marked."""

    DEFAULT_CSS = """
    DeckList, DeckList:focus {
        border: none; padding: 0; background: $background; background-tint: $background 0%;
        height: 1fr;
        scrollbar-size-vertical: 1; }
    DeckList > .option-list--option-highlighted, DeckList:focus > .option-list--option-highlighted {
        background: $boost; color: $foreground; text-style: bold; }
    DeckList > .option-list--option { padding: 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "review today", id="review"),
        Binding("space", "review_deck", "this deck", id="review_deck"),
        Binding("down,j", "cursor_down", "next deck", show=False),
        Binding("up,k", "cursor_up", "previous deck", show=False),
    ]

    @dataclass
    class ReviewAsked(Message):
        """Today's review was asked for, of one deck or (with an empty slug) of all."""

        slug: str

    def __init__(self) -> None:
        super().__init__(compact=True, markup=False)
        self._decks: tuple[DeckLine, ...] = ()
        self._marked = -1

    def show(self, decks: Iterable[DeckLine]) -> None:
        """Replace the decks; the mark stays on its deck."""
        was = self.deck.slug if self.deck else ""
        self._decks = tuple(decks)
        self._marked = -1
        self.clear_options()
        self.add_options(Option(self._page(number)) for number in range(len(self._decks)))
        # As long as its decks where there is room; the lines under it keep theirs.
        self.styles.max_height = max(1, len(self._decks))
        slugs = [deck.slug for deck in self._decks]
        if slugs:
            self.highlighted = slugs.index(was) if was in slugs else 0

    @property
    def deck(self) -> DeckLine | None:
        """The deck that is marked."""
        number = self.highlighted
        return self._decks[number] if number is not None and number < len(self._decks) else None

    def watch_highlighted(self, highlighted: int | None) -> None:
        super().watch_highlighted(highlighted)
        before, self._marked = self._marked, -1 if highlighted is None else highlighted
        for number in {before, self._marked}:
            if 0 <= number < min(len(self._decks), self.option_count):
                self.replace_option_prompt_at_index(number, self._page(number))

    def on_click(self, event: events.Click) -> None:
        """Mark a deck; a click on the one that is marked reviews it."""
        event.prevent_default()  # the framework would begin today's review of all
        number = event.style.meta.get("option")
        if number is not None and number == self.highlighted:
            self.action_review_deck()
        elif number is not None:
            self.highlighted = number

    def action_select(self) -> None:
        self.post_message(self.ReviewAsked(""))

    def action_review_deck(self) -> None:
        if self.deck is not None:
            self.post_message(self.ReviewAsked(self.deck.slug))

    def _page(self, number: int) -> Page:
        deck = self._decks[number]
        mark = " ▸ " if number == self._marked else "   "
        note = _note(deck)
        name = Content.assemble(mark, Content(deck.title or deck.slug), (note, "$text-warning"))
        numbers = (str(deck.due), str(deck.new), str(deck.learning), str(deck.total))
        return Page([_Row(name, numbers)])


def _note(deck: DeckLine) -> str:
    """What is the matter with a deck, in a word or two."""
    words = {"broken": "its file has errors", "vanished": "its file is gone", "disabled": "disabled"}
    notes = [words[deck.state]] if deck.state in words else []
    if not deck.trusted:
        notes.append("not trusted: t")
    return f"  ({', '.join(notes)})" if notes else ""
