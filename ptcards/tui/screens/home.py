"""The first screen: the decks, what today offers, the days to come."""

import os
from datetime import date, timedelta
from functools import partial

from textual import events
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content

from ptcards.errors import UsageError
from ptcards.scheduling.queue import AHEAD, WEAKEST, Scope
from ptcards.scheduling.sm2 import PASS
from ptcards.store.glance import DeckGlance, Glance
from ptcards.text import counted
from ptcards.tui.bars import Blocks, Rows
from ptcards.tui.page import DIM, Block, Lines, heading
from ptcards.tui.screens.base import Context, DeskScreen, States, background

_BARS = " ▁▂▃▄▅▆▇█"
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def _forecast(day: date, due: tuple[int, ...], width: int) -> list[Content]:
    """Due cards a day, the first being `day`, for as many days as fit."""
    room = max(4, max((len(str(count)) for count in due), default=1) + 2)
    due = due[: max(1, (width - 1) // room)]
    most = max(due, default=0) or 1
    rows = (
        ("", (str(count or "·") for count in due)),
        ("$text-primary", (_BARS[min(8, -(-count * 8 // most))] for count in due)),
        (DIM, (_DAYS[(day + timedelta(days=number)).weekday()] for number in range(len(due)))),
    )
    cells = ([(cell.rjust(room), DIM if cell == "·" else style) for cell in row] for style, row in rows)
    return [Content.assemble(*row) for row in cells]


_STATES = {"broken": "its file has errors", "vanished": "its file is gone", "disabled": "disabled"}
_COLUMNS = (("due", 6), ("new", 7), ("learning", 11), ("all", 7))


class DeckList(Rows[DeckGlance]):
    NAME, OPEN = "slug", "screen.review_deck"

    def line(self, number: int, width: int) -> Content:
        if number < 0:
            name, cells = Content("   Deck"), tuple(title for title, _ in _COLUMNS)
        else:
            deck, counts = self.rows[number], self.rows[number].counts
            mark = " ▸ " if number == self.cursor else "   "
            notes = filter(None, (_STATES.get(deck.state), "" if deck.trusted else "not trusted: t"))
            note = f"  ({text})" if (text := ", ".join(notes)) else ""
            name = Content.assemble(mark, Content(deck.title or deck.slug), (note, "$text-warning"))
            numbers = (counts.due, counts.new, counts.learning, deck.cards)
            cells = tuple(str(number or "·") for number in numbers)
        due, *others = (cell.rjust(room) for cell, (_, room) in zip(cells, _COLUMNS, strict=True))
        columns = Content.assemble((due, "$text-primary" if due.strip().isdecimal() else ""), *others)
        room = max(4, width - columns.cell_length)
        name = name.truncate(room, ellipsis=True)
        return name.pad_right(room - name.cell_length) + columns


MORE_NEW = 5
_NEED_LIBRARY = ("more_new", "open", "undo", "redo", "refresh_decks", "study")
_STUDIED = {
    "ahead": (AHEAD, "Nothing is due tomorrow."),
    "weakest": (WEAKEST, "No card waits for another day yet."),
    "mistakes": (Scope(query="rated:2:1"), "Nothing failed yesterday or today."),
    "leeches": (Scope(query="is:leech"), "No card keeps failing."),
    "disputes": (Scope(query="is:disputed"), "No answer is disputed."),
}
"""What a key at home studies, and what is said where there is no such card."""


class HomeScreen(DeskScreen[None]):
    """Decks in a list; Enter starts today's review of all, Space of the one under the cursor."""

    TITLE = "ptcards"
    BINDINGS = [
        Binding("enter", "review", "review today", id="review"),
        Binding("space", "review_deck", "this deck", id="review_deck"),
        Binding("escape", "app.stop_opening", "stop"),
        Binding("c", "review_deck(True)", "cram this deck", id="cram", show=False),
        Binding("n", "more_new", f"{MORE_NEW} more new cards", id="more_new", show=False),
        Binding("a", "study('ahead')", "tomorrow's cards, as cram", id="ahead", show=False),
        Binding("w", "study('weakest')", "the ten weakest, as cram", id="weakest", show=False),
        Binding("m", "study('mistakes')", "what failed yesterday and today", id="mistakes", show=False),
        Binding("l", "study('leeches')", "what keeps failing", id="leech", show=False),
        Binding("exclamation_mark", "study('disputes')", "disputed answers", id="dispute", show=False),
        Binding("t", "trust", "trust", id="trust"),
        Binding("slash", "open('browse:BrowseScreen')", "browse", id="browse"),
        Binding("s", "open('pages:StatisticsScreen')", "stats", id="statistics"),
        Binding("i", "open('importing:ImportScreen')", "import a deck", id="import", show=False),
        Binding("u", "undo", "undo", id="undo", show=False),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("r", "refresh_decks", "read the deck files again", id="refresh", show=False),
        Binding("q", "app.quit", "quit", id="quit"),
    ]

    def __init__(self, context: Context, home: Glance, scope: Scope | None = None) -> None:
        self.home, self.decks = home, DeckList()
        self._today, self._held_back = Blocks(id="today"), Blocks(id="held-back")
        self._forecast = Blocks(id="forecast")
        decks = Vertical(self.decks, self._held_back, id="decks")
        super().__init__(context, self._today, decks, self._forecast)
        self._wanted, self._typed = scope, ""  # a review that has not begun yet, what is typed meanwhile
        self._notices: tuple[str, ...] = ()
        self._done = ""  # what was done today, what failed since yesterday

    def on_mount(self) -> None:
        self.show(self.home)
        self.decks.focus()

    def tick(self) -> None:
        now = os.environ.get("PTCARDS_NOW", "")[11:16]
        frozen = f", clock frozen at {now}" if now else ""
        words = self.doing or (self.context.runner_words() if self.context.opened else "opening")
        today = self.home.today
        self.sub_title = f"{today:%a} {today.day} {today:%b}{frozen} · {words}"
        super().tick()

    def show(self, home: Glance) -> None:
        self.home = home
        self._today.show(today_blocks(home, self._notices, self._done))
        # As long as its decks where there is room; the lines under it keep theirs.
        self.decks.styles.max_height = 1 + max(1, len(home.decks))
        self.decks.show(home.decks)
        held = home.counts.held_back
        parts = (
            f"{held.new} more wait for the coming days" if held.new else "",
            f"{held.reviews} due are above reviews_per_day" if held.reviews else "",
            f"{counted(held.requires, 'needs', 'need')} what is not installed" if held.requires else "",
            f"{held.suspended} suspended" if held.suspended else "",
            f"{held.buried} buried until tomorrow" if held.buried else "",
        )
        not_offered = Block(Content(" · ".join(filter(None, parts))), indent=3)
        self._held_back.show([not_offered] if any(parts) else [])
        forecast: list[Lines] = [heading("Next two weeks"), partial(_forecast, home.today, home.forecast)]
        self._forecast.show(forecast if any(home.forecast) else [])
        self.refresh_bindings()

    def library_opened(self, home: Glance, notices: tuple[str, ...]) -> None:
        """The library is open now: true numbers, and what opening it found."""
        self._notices = notices
        self.show(home)
        if self._wanted is not None:
            self._start()
        else:
            self.undone()

    def on_screen_resume(self) -> None:
        if self.context.opened:
            self.undone()

    def actions_now(self) -> States:
        home = self.home
        untrusted = any(not deck.trusted for deck in home.decks)
        now: States = {"trust": untrusted, "more_new": bool(home.counts.held_back.new)}
        if self.nothing_due:
            more = min(home.counts.held_back.new, MORE_NEW)
            more_new = f"{counted(more, 'more new card')}" if more else "cram this deck"
            now["review"] = "final drill" if home.counts.drill else more_new
        if not self.context.opened:
            now |= {action: None for action in _NEED_LIBRARY if now.get(action) is not False}
        return now

    @property
    def nothing_due(self) -> bool:
        home = self.home
        return home.current and not (home.counts.due or home.counts.new or home.first_time)

    def action_review(self) -> None:
        if not self.nothing_due or self.home.counts.drill:
            self.begin(Scope())
        elif self.home.counts.held_back.new:
            self.action_more_new()
        else:
            self.action_review_deck(cram=True)

    def action_review_deck(self, cram: bool = False) -> None:  # noqa: FBT001, FBT002 - an action's
        if (deck := self.decks.current) is not None:
            self.begin(Scope(decks=(deck.slug,), cram=cram))

    def action_more_new(self) -> None:
        # A session's number of new cards is the day's: it counts those that were learned already.
        self.begin(Scope(new=self.home.introduced_today + self.home.counts.new + MORE_NEW))

    def action_study(self, which: str) -> None:
        self.begin(_STUDIED[which][0])

    def begin(self, scope: Scope) -> None:
        """Start a session over `scope` as soon as the library is open."""
        if not (self.context.opened and self.busy):
            self._wanted, self._typed = scope, ""
        if self.context.opened:
            self._start()

    @background("starting")
    async def _start(self) -> None:
        try:
            if not await self.start(self._wanted or Scope(), lambda: self._typed):
                self.say(f"Nothing due. {what_else_text(self.home)}")
        except UsageError:
            nothing = next((words for scope, words in _STUDIED.values() if scope == self._wanted), None)
            if nothing is None:
                raise
            self.say(nothing)
        finally:
            self._wanted = None

    def on_key(self, event: events.Key) -> None:
        if self._wanted is not None and event.is_printable:
            self._typed += event.character or ""
            event.stop()

    action_trust = background("reading")(DeskScreen.ask_for_trust)

    @background("reading decks")
    async def action_refresh_decks(self) -> None:
        self._notices = await self.call(self.context.library.refresh, again=True)
        self.undone()
        if not self._notices:
            self.say("The deck files are as they were read.")

    @background()
    async def undone(self) -> None:
        self.show(await self.call(self._read))

    def _read(self) -> Glance:
        """The home screen's content, with what the glance at the start leaves out."""
        home, answered = self.desk.home(), self.desk.store.log.answered
        failed = sum(min(grades) < PASS for grades in answered(home.day - 1).values())
        done = len(answered(home.day))
        goal = counted(done + home.counts.due + home.counts.new, "card")
        words = f"{done} of {goal} done" * bool(done), f"{failed} failed yesterday or today: m" * bool(failed)
        self._done = " · ".join(filter(None, words))
        return home


def today_blocks(home: Glance, notices: tuple[str, ...], done: str = "") -> list[Lines]:
    counts = home.counts
    streak = Content(f"{counted(home.streak, 'day')} in a row") if home.streak else None
    today = Content.styled("Today     ", "bold")
    blocks: list[Lines]
    if not home.current:
        below = "Yours is copied to the backups, then brought up to date. Esc stops that."
        blocks = [heading("This version keeps its database in a newer form."), Block(Content(below))]
    elif home.first_time:
        total = sum(deck.cards for deck in home.decks if deck.state != "disabled")
        mornings = counted(-(-total // max(1, counts.new)), "morning")
        # Before the library is open there is nothing to count yet.
        offer = f" {counted(total, 'card')}, {counts.new} a day: {mornings}." if total else ""
        below = "You answer with code and it is run. Enter shows the first card."
        blocks = [heading(f"Welcome.{offer}"), Block(Content(below))]
    elif counts.due or counts.new or counts.drill:
        offers = [f"{counts.due} due", f"{counts.new} new"]
        offers += [f"{counts.drill} in the drill"] if counts.drill else []
        text = " · ".join([*offers, f"about {counted(max(1, home.minutes), 'minute')}"])
        blocks = [Block(today + text, right=streak)]
    else:
        below = what_else_text(home)
        blocks = [Block(today + "Nothing due.", right=streak), Block(Content(below), indent=10)]
    blocks += [Block(Content.styled(done, DIM), indent=10)] if done else []
    return [*blocks, *(Block(Content.styled(notice, "$text-warning")) for notice in notices)]


def what_else_text(home: Glance) -> str:
    """When the next review is where nothing is due, and what one can do all the same."""
    new = min(home.counts.held_back.new, MORE_NEW)
    more = f"n {counted(new, 'more new card')} · " if new else ""
    more += "c cram this deck · a tomorrow's · w weakest"
    if home.next_due is None:
        return more
    when = f"{home.next_due:%a} {home.next_due.day} {home.next_due:%b}"
    return f"Next: {counted(home.next_due_cards, 'card')} on {when} · {more}"
