"""The first screen: the decks, what today offers, the days to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ptcards.text import counted
from ptcards.tui.page import Block, Lines, Page
from ptcards.tui.screens.base import DeskScreen, background

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

    from ptcards.scheduling.queue import HeldBack
    from ptcards.store.glance import DeckGlance, Glance
    from ptcards.study.session import Session
    from ptcards.study.views import Scope
    from ptcards.tui.screens.base import Context

_BARS = " ▁▂▃▄▅▆▇█"
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True, slots=True)
class Forecast:
    """Due cards a day, the first being `day`; shows as many days as fit."""

    day: date
    due: tuple[int, ...]

    def lines(self, width: int) -> list[Content]:
        room = max(4, max((len(str(count)) for count in self.due), default=1) + 2)
        due = self.due[: max(1, (width - 1) // room)]
        most = max(due, default=0) or 1
        numbers = bars = days = ""
        for number, count in enumerate(due):
            bar = _BARS[min(8, -(-count * 8 // most))]
            weekday = _DAYS[(self.day + timedelta(days=number)).weekday()]
            numbers += str(count).rjust(room)
            bars += bar.rjust(room)
            days += weekday.rjust(room)
        return [
            Content(numbers),
            Content.styled(bars, "$text-primary"),
            Content.styled(days, "$foreground 60%"),
        ]


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
        self._decks: tuple[DeckGlance, ...] = ()
        self._marked = -1

    def show(self, decks: Iterable[DeckGlance]) -> None:
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
    def deck(self) -> DeckGlance | None:
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
        numbers = (str(deck.counts.due), str(deck.counts.new), str(deck.counts.learning), str(deck.cards))
        return Page([_Row(name, numbers)])


def _note(deck: DeckGlance) -> str:
    """What is the matter with a deck, in a word or two."""
    words = {"broken": "its file has errors", "vanished": "its file is gone", "disabled": "disabled"}
    notes = [words[deck.state]] if deck.state in words else []
    if not deck.trusted:
        notes.append("not trusted: t")
    return f"  ({', '.join(notes)})" if notes else ""


MORE_NEW = 5
_TWO_WEEKS = Block(Content.styled("Next two weeks", "bold"))
_NEED_LIBRARY = ("cram", "more_new", "open", "undo", "redo", "refresh_decks")


class HomeScreen(DeskScreen[None]):
    """Decks in a list; Enter begins."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.stop_opening", "stop"),
        Binding("c", "cram", "cram this deck", id="cram", show=False),
        Binding("n", "more_new", f"{MORE_NEW} more new cards", id="more_new", show=False),
        Binding("t", "trust", "trust", id="trust"),
        Binding("slash", "open('browse')", "browse", id="browse"),
        Binding("s", "open('statistics')", "stats", id="statistics"),
        Binding("i", "open('import')", "import a deck", id="import", show=False),
        Binding("u", "undo", "undo", id="undo", show=False),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("r", "refresh_decks", "read the deck files again", id="refresh", show=False),
        Binding("q", "app.quit", "quit", id="quit"),
    ]

    def __init__(self, context: Context, home: Glance, scope: Scope | None = None) -> None:
        super().__init__(context)
        self.home = home
        self.decks = DeckList()
        self._wanted: Callable[[], Session] | None = (
            None if scope is None else lambda: context.library.begin(scope)
        )
        """A review that was asked for and has not begun yet."""
        self._typed = ""
        """What is typed meanwhile: it is meant for that."""
        self._notices: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        yield Static(id="today", markup=False)
        with Vertical(id="decks"):
            yield Static(deck_header(), id="deck-header")
            yield self.decks
            yield Static(id="held-back", markup=False)
        yield Static(id="forecast", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.show(self.home)
        self.decks.focus()

    def tick(self) -> None:
        if self.lasting and not self.context.opened:
            self.refresh_bindings()  # it can be stopped now
        frozen = f", clock frozen at {self.context.frozen}" if self.context.frozen else ""
        words = self.doing or (self.context.runner_words() if self.context.opened else "opening")
        self.status.show(Content.styled("ptcards", "bold"), right=f"{day_text(self.home)}{frozen} · {words}")

    def show(self, home: Glance) -> None:
        """Draw these numbers."""
        self.home = home
        self.query_one("#today", Static).update(Page(_today(home, self._notices)))
        self.decks.show(home.decks)
        held = held_back_text(home.counts.held_back)
        self.query_one("#held-back", Static).update(Page([Block(Content(held), indent=3)]))
        self.query_one("#held-back").display = bool(held)
        forecast: list[Lines] = [_TWO_WEEKS, Forecast(home.today, home.forecast)]
        self.query_one("#forecast", Static).update(Page(forecast if any(home.forecast) else []))
        self.query_one("#forecast").display = any(home.forecast)
        self.refresh_bindings()
        self.tick()

    def library_opened(self, home: Glance, notices: tuple[str, ...]) -> None:
        """The library is open now: true numbers, and what opening it found."""
        self._notices = notices
        self.show(home)
        if self._wanted is not None:
            self._start()

    def on_screen_resume(self) -> None:
        if self.context.opened:
            self.undone()

    def actions_now(self) -> dict[str, str | bool | None]:
        home = self.home
        now: dict[str, str | bool | None] = {
            "trust": any(not deck.trusted for deck in home.decks),
            "more_new": bool(home.counts.held_back.new),
        }
        if home.current and not (home.counts.due or home.counts.new or home.first_time):
            now["select"] = "final drill" if home.counts.drill else "next due day"
        if not self.context.opened:
            now |= {action: None for action in _NEED_LIBRARY if now.get(action) is not False}
        return now

    @on(DeckList.ReviewAsked)
    def _review_asked(self, event: DeckList.ReviewAsked) -> None:
        self.begin(decks=(event.slug,) if event.slug else ())

    def action_cram(self) -> None:
        if self.decks.deck is not None:
            self.begin(decks=(self.decks.deck.slug,), cram=True)

    def action_more_new(self) -> None:
        # A session's number of new cards is the day's: it counts those that were learned already.
        self.begin(new=self.home.introduced_today + self.home.counts.new + MORE_NEW)

    def begin(self, scope: Scope | None = None, **wanted: object) -> None:
        """Start a session over a scope, or over what is wanted of one, as soon as the library is open."""
        if not (self.context.opened and self.busy):
            self._wanted, self._typed = lambda: self.context.library.begin(scope, **wanted), ""
        if self.context.opened:
            self._start()

    @background("starting")
    async def _start(self) -> None:
        try:
            session = await self.call(self._wanted or self.context.library.begin)
            question = await self.call(session.next)
        finally:
            self._wanted = None
        if question is None and not session.drill_waiting:
            self.say(f"Nothing due. {what_else_text(self.home)}")
        else:
            self.open("session", session, question, typed=self._typed)

    def on_key(self, event: events.Key) -> None:
        if self._wanted is not None and event.is_printable:
            self._typed += event.character or ""
            event.stop()

    @background("reading")
    async def action_trust(self) -> None:
        await self.ask_for_trust()

    @background("reading decks")
    async def action_refresh_decks(self) -> None:
        self._notices = await self.call(self.context.library.refresh)
        self.show(await self.call(self.desk.home))
        if not self._notices:
            self.say("The deck files are as they were read.")

    @background()
    async def undone(self) -> None:
        self.show(await self.call(self.desk.home))


def day_text(home: Glance) -> str:
    return f"{home.today:%a} {home.today.day} {home.today:%b}"


def _today(home: Glance, notices: tuple[str, ...]) -> list[Lines]:
    blocks: list[Lines] = []
    if not home.current:
        blocks.append(Block(Content.styled("This version keeps its database in a newer form.", "bold")))
        blocks.append(
            Block(Content("Yours is copied to the backups, then brought up to date. Esc stops that."))
        )
    elif home.first_time:
        total = sum(deck.cards for deck in home.decks if deck.state != "disabled")
        a_day = max(1, home.counts.new)
        mornings = -(-total // a_day)
        # Before the library is open there is nothing to count yet.
        offer = (
            f" {counted(total, 'card')}, {home.counts.new} a day: {counted(mornings, 'morning')}."
            if total
            else ""
        )
        blocks += [Block(Content.styled(f"Welcome.{offer}", "bold"))]
        blocks += [Block(Content("You answer with code and it is run. Enter shows the first card."))]
    elif home.counts.due or home.counts.new or home.counts.drill:
        offers = [f"{home.counts.due} due", f"{home.counts.new} new"] + (
            [f"{home.counts.drill} in the drill"] if home.counts.drill else []
        )
        text = " · ".join([*offers, f"about {counted(max(1, home.minutes), 'minute')}"])
        blocks.append(Block(Content.assemble(("Today     ", "bold"), text), right=_streak(home)))
    else:
        blocks.append(Block(Content.assemble(("Today     ", "bold"), "Nothing due."), right=_streak(home)))
        blocks.append(Block(Content(what_else_text(home)), indent=10))
    blocks += [Block(Content.styled(notice, "$text-warning")) for notice in notices]
    return blocks


def _streak(home: Glance) -> Content | None:
    return Content(f"{counted(home.streak, 'day')} in a row") if home.streak else None


def what_else_text(home: Glance) -> str:
    """When the next review is where nothing is due, and what one can do all the same."""
    new = min(home.counts.held_back.new, MORE_NEW)
    more = (f"n {counted(new, 'more new card')} · " if new else "") + "c cram this deck"
    if home.next_due is None:
        return more
    when = f"{home.next_due:%a} {home.next_due.day} {home.next_due:%b}"
    return f"Next: {counted(home.next_due_cards, 'card')} on {when} · {more}"


def held_back_text(held: HeldBack) -> str:
    """What today does not offer, by reason."""
    parts = [
        f"{held.new} new held back by new_per_day" if held.new else "",
        f"{held.reviews} due held back by reviews_per_day" if held.reviews else "",
        f"{counted(held.requires, 'needs', 'need')} what is not installed" if held.requires else "",
        f"{held.suspended} suspended" if held.suspended else "",
        f"{held.buried} buried until tomorrow" if held.buried else "",
    ]
    return " · ".join(part for part in parts if part)
