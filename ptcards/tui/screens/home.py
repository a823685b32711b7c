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
from ptcards.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from ptcards.scheduling.queue import HeldBack
    from ptcards.study.home import DeckLine, Home
    from ptcards.study.views import Question, Scope, UndoView
    from ptcards.tui.desk import Desk

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


TYPE_MORE_NEW = 5
_STARTING = "starting"

_NEEDS_LIBRARY = frozenset(
    ("cram", "more_new", "browse", "statistics", "import_decks", "undo", "redo", "refresh_decks")
)


class HomeScreen(DeskScreen[None]):
    """Decks in a list; Enter begins."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.stop_opening", "stop"),
        Binding("c", "cram", "cram this deck", id="cram", show=False),
        Binding("n", "more_new", f"{TYPE_MORE_NEW} more new cards", id="more_new", show=False),
        Binding("t", "trust", "trust", id="trust"),
        Binding("slash", "browse", "browse", id="browse"),
        Binding("s", "statistics", "stats", id="statistics"),
        Binding("i", "import_decks", "import a deck", id="import", show=False),
        Binding("u", "undo", "undo", id="undo", show=False),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("r", "refresh_decks", "read the deck files again", id="refresh", show=False),
        Binding("question_mark,f1", "help", "help", id="help"),
        Binding("q", "app.quit", "quit", id="quit"),
    ]

    def __init__(self, desk: Desk, home: Home, wanted: Scope | None = None) -> None:
        super().__init__(desk)
        self.home = home
        self._wanted = wanted
        """A review that was asked for before the library was open."""
        self._ahead = ""
        """What was typed while a session was starting: it is meant for that."""
        self._early = ""
        """An action that was asked for before the library was open, which it needs."""
        self._notices: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        yield Static(id="today", markup=False)
        with Vertical(id="decks"):
            yield Static(deck_header(), id="deck-header")
            yield DeckList()
            yield Static(id="held-back", markup=False)
        yield Static(id="forecast", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.show(self.home)
        self.query_one(DeckList).focus()

    def tick(self) -> None:
        if self.lasting and not self.desk.opened:
            self.refresh_bindings()  # it can be stopped now
        frozen = f", stopped at {self.desk.frozen}" if self.desk.frozen else ""
        words = self.doing or (self.desk.runner_words() if self.desk.opened else "opening")
        self.status.show(Content.styled("ptcards", "bold"), right=f"{day_text(self.home)}{frozen} · {words}")

    def show(self, home: Home) -> None:
        """Draw these numbers."""
        self.home = home
        self.query_one("#today", Static).update(Page(_today(home, self._notices)))
        self.query_one(DeckList).show(home.decks)
        held = held_back_text(home.held_back)
        self.query_one("#held-back", Static).update(Page([Block(Content(held), indent=3)]))
        self.query_one("#held-back").display = bool(held)
        forecast: list[Lines] = [
            Block(Content.styled("Next two weeks", "bold")),
            Forecast(home.day, home.forecast),
        ]
        self.query_one("#forecast", Static).update(Page(forecast if any(home.forecast) else []))
        self.query_one("#forecast").display = any(home.forecast)
        self.refresh_bindings()
        self.tick()

    def library_opened(self, home: Home, notices: tuple[str, ...]) -> None:
        """The library is open now: true numbers, and what opening it found."""
        self._notices = notices
        self.show(home)
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.begin(wanted)
        elif self._early:
            self.call_later(self.run_action, self._early)

    def on_screen_resume(self) -> None:
        if self.desk.opened:
            self.in_background("", self.desk.study.home, self.show)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        if action == "trust":
            return any(not deck.trusted for deck in self.home.decks)
        if action == "more_new" and not self.home.held_back.new:
            return False
        if action in _NEEDS_LIBRARY:
            return self.desk.opened or None
        return True

    def describe_key(self, action: str) -> str | None:
        home = self.home
        if action == "select" and home.current and not (home.due or home.new or home.first_time):
            return "final drill" if home.drill else "next due day"
        return None

    @on(DeckList.ReviewAsked)
    def _review_asked(self, event: DeckList.ReviewAsked) -> None:
        self._begin_with(decks=(event.slug,) if event.slug else ())

    def action_statistics(self) -> None:
        from ptcards.tui.screens.statistics import StatisticsScreen

        self.app.push_screen(StatisticsScreen(self.desk))

    def action_cram(self) -> None:
        if (deck := self.query_one(DeckList).deck) is not None:
            self._begin_with(decks=(deck.slug,), cram=True)

    def action_more_new(self) -> None:
        # A session's number of new cards is the day's: it counts those that were learned already.
        self._begin_with(new=self.home.introduced_today + self.home.new + TYPE_MORE_NEW)

    def _begin_with(self, *, decks: tuple[str, ...] = (), new: int | None = None, cram: bool = False) -> None:
        from ptcards.study.views import Scope  # not needed for the first paint

        if not self.busy:
            self._ahead = ""
        self.begin(Scope(decks=decks, new=new, cram=cram))

    def begin(self, scope: Scope) -> None:
        """Start a session, as soon as the library is open."""
        if not self.desk.opened:
            self._wanted = scope
            return
        from ptcards.tui.screens.session import SessionScreen

        def start() -> tuple[SessionScreen, Question | None]:
            session = self.desk.study.begin(scope)
            return SessionScreen(self.desk, session), session.next()

        self.in_background(_STARTING, start, lambda started: self._enter(*started))

    def keeps(self, key: events.Key) -> bool:
        """Keep what comes too early: for the library's opening, or for a starting session's first answer."""
        if not self.desk.opened and self._wanted is None:
            active = self.active_bindings.get(key.key)
            self._early = active.binding.action if active and active.binding.action in _NEEDS_LIBRARY else ""
            return bool(self._early)
        if not key.is_printable or (self._wanted is None and self._doing != _STARTING):
            return False
        self._ahead += key.character or ""
        return True

    def _enter(self, screen: DeskScreen[None], question: Question | None) -> None:
        from ptcards.tui.screens.session import SessionScreen

        if not isinstance(screen, SessionScreen):
            return
        screen.question = question
        screen.typed_ahead, self._ahead = self._ahead, ""
        if question is None and not screen.session.drill_waiting:
            self.tell(f"Nothing due. {what_else_text(self.home)}")
        else:
            self.app.push_screen(screen)

    def action_browse(self) -> None:
        from ptcards.tui.screens.browse import BrowseScreen

        self.app.push_screen(BrowseScreen(self.desk))

    def action_import_decks(self) -> None:
        from ptcards.tui.screens.importing import ImportScreen

        self.app.push_screen(ImportScreen(self.desk))

    def action_trust(self) -> None:
        from ptcards.tui.screens.importing import ask_for_trust

        self.in_background(
            "reading", self.desk.study.trust_requests, lambda asked: ask_for_trust(self, asked)
        )

    def action_refresh_decks(self) -> None:
        def refresh() -> tuple[Home, tuple[str, ...]]:
            notices = self.desk.study.refresh()
            return self.desk.study.home(), notices

        def done(found: tuple[Home, tuple[str, ...]]) -> None:
            self._notices = found[1]
            self.show(found[0])
            if not found[1]:
                self.tell("The deck files are as they were read.")

        self.in_background("reading decks", refresh, done)

    def action_undo(self) -> None:
        from ptcards.tui.screens.ask import undo

        undo(self, self.desk.study.undo_preview, self.desk.study.undo, self._undone)

    def action_redo(self) -> None:
        from ptcards.tui.screens.ask import redo

        redo(self, self.desk.study.redo, self._undone)

    def _undone(self, _: UndoView) -> None:
        self.in_background("", self.desk.study.home, self.show)


def day_text(home: Home) -> str:
    return f"{home.day:%a} {home.day.day} {home.day:%b}"


def _today(home: Home, notices: tuple[str, ...]) -> list[Lines]:
    blocks: list[Lines] = []
    if not home.current:
        blocks.append(Block(Content.styled("This version keeps its database in a newer form.", "bold")))
        blocks.append(
            Block(Content("Yours is copied to the backups, then brought up to date. Esc stops that."))
        )
    elif home.first_time:
        total = sum(deck.total for deck in home.decks if deck.state != "disabled")
        a_day = max(1, home.new)
        mornings = -(-total // a_day)
        # Before the library is open there is nothing to count yet.
        offer = (
            f" {counted(total, 'card')}, {home.new} a day: {counted(mornings, 'morning')}." if total else ""
        )
        blocks += [Block(Content.styled(f"Welcome.{offer}", "bold"))]
        blocks += [Block(Content("You answer with code and it is run. Enter shows the first card."))]
    elif home.due or home.new or home.drill:
        offers = [f"{home.due} due", f"{home.new} new"] + (
            [f"{home.drill} in the drill"] if home.drill else []
        )
        text = " · ".join([*offers, f"about {counted(max(1, home.minutes), 'minute')}"])
        blocks.append(Block(Content.assemble(("Today     ", "bold"), text), right=_streak(home)))
    else:
        blocks.append(Block(Content.assemble(("Today     ", "bold"), "Nothing due."), right=_streak(home)))
        blocks.append(Block(Content(what_else_text(home)), indent=10))
    blocks += [Block(Content.styled(notice, "$text-warning")) for notice in notices]
    return blocks


def _streak(home: Home) -> Content | None:
    return Content(f"{counted(home.streak, 'day')} in a row") if home.streak else None


def what_else_text(home: Home) -> str:
    """When the next review is where nothing is due, and what one can do all the same."""
    new = min(home.held_back.new, TYPE_MORE_NEW)
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
