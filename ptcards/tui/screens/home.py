"""The first screen: the decks, what today offers, the days to come."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content

from ptcards.config import Config
from ptcards.errors import PtcardsError, UsageError
from ptcards.language import LANGUAGES, _, counted, day_in_words, later
from ptcards.scheduling.queue import AHEAD, WEAKEST, Scope
from ptcards.store.glance import DeckGlance, Glance
from ptcards.text import padded
from ptcards.tui.bars import Blocks, Rows
from ptcards.tui.page import DIM, HEAT, Block, Lines, heading
from ptcards.tui.screens.base import Context, DeskScreen, States, background

if TYPE_CHECKING:
    from ptcards.study.desk import Lately

_WEEK = 7
_BARS = " ▁▂▃▄▅▆▇█"


def _forecast(day: date, due: tuple[int, ...], width: int) -> list[Content]:
    """Due cards a day, the first being `day`, for as many days as fit."""
    room = max(4, max((len(str(count)) for count in due), default=1) + 2)
    due = due[: max(1, (width - 1) // room)]
    most, names = max(due, default=0) or 1, _("Mo Tu We Th Fr Sa Su").split()
    rows = (
        ("", (str(count or "·") for count in due)),
        ("$text-primary", (_BARS[min(8, -(-count * 8 // most))] for count in due)),
        (DIM, (names[(day + timedelta(days=number)).weekday()] for number in range(len(due)))),
    )
    cells = ([(padded(cell, -room), DIM if cell == "·" else style) for cell in row] for style, row in rows)
    return [Content.assemble(*row) for row in cells]


def _heat(shades: Sequence[int], today: date, width: int) -> list[Content]:
    """How much was done, a sign a day and a blank between weeks, for as many weeks as fit."""
    days = [*shades, *[-1] * (6 - today.weekday())]
    days = [-1] * (-len(days) % 7) + days
    weeks = min(len(days) // 7, max(1, (width - 14) // 8))
    signs = [HEAT[shade] if shade >= 0 else " " for shade in days[-7 * weeks :]]
    title = _("Last {}", counted(weeks, "week"))
    row = Content(" ").join(Content.assemble(*signs[7 * week : 7 * week + 7]) for week in range(weeks))
    return [Content.assemble((padded(title, 15), "bold"), row)]


_STATES = {"broken": later("its file has errors"), "vanished": later("its file is gone")}
_STATES["disabled"] = later("disabled")
_COLUMNS = ((later("due"), 6), (later("new"), 7), (later("learning"), 11), (later("all"), 7))


class DeckList(Rows[DeckGlance]):
    NAME, OPEN = "slug", "screen.review_deck"

    def line(self, number: int, width: int) -> Content:
        if number < 0:
            name, cells = Content("   " + _("Deck")), tuple(_(title) for title, _room in _COLUMNS)
        else:
            deck, counts = self.rows[number], self.rows[number].counts
            mark = " ▸ " if number == self.cursor else "   "
            notes = [_(_STATES.get(deck.state, "")), "" if deck.trusted else _("not trusted: t")]
            note = f"  ({text})" if (text := ", ".join(filter(None, notes))) else ""
            name = Content.assemble(mark, Content(deck.title or deck.slug), (note, "$text-warning"))
            numbers = (counts.due, counts.new, counts.learning, deck.cards)
            cells = tuple(str(number or "·") for number in numbers)
        due, *others = (padded(cell, -room) for cell, (_title, room) in zip(cells, _COLUMNS, strict=True))
        columns = Content.assemble((due, "$text-primary" if due.strip().isdecimal() else ""), *others)
        room = max(4, width - columns.cell_length)
        name = name.truncate(room, ellipsis=True)
        return name.pad_right(room - name.cell_length) + columns


MORE_NEW = 5
_OPTIONS = {
    "new_per_day": (later("New cards a day"), later("a number")),
    "reviews_per_day": (later("Reviews a day"), later("a number")),
    "new_order": (later("Order of new cards"), later("deck (as it has them) or random")),
    "scheduler": (later("Scheduler"), later("sm2 or fsrs")),
    "desired_retention": (later("Desired retention"), later("a number from 0.7 to 0.99")),
}
_MORE_DECKS = (
    later("One more deck comes with ptcards: {} shows it"),
    later("Two more decks come with ptcards: {} shows them"),
    later("Three more decks come with ptcards: {} shows them"),
    later("Four more decks come with ptcards: {} shows them"),
)
_NEED_LIBRARY = ("more_decks", "more_new", "open", "undo", "redo", "refresh_decks", "study", "options")
_STUDIED = {
    "ahead": (AHEAD, later("Nothing is due tomorrow.")),
    "weakest": (WEAKEST, later("No card waits for another day yet.")),
    "mistakes": (Scope(query="rated:2:1"), later("Nothing failed yesterday or today.")),
    "leech": (Scope(query="is:leech"), later("No card keeps failing.")),
    "dispute": (Scope(query="is:disputed"), later("No answer is disputed.")),
}
"""What a key at home studies, by its name in `[keys]`, and what is said where there is no such card."""


class HomeScreen(DeskScreen[None]):
    """Decks in a list; Enter starts today's review of all, Space of the one under the cursor."""

    TITLE = "ptcards"
    BINDINGS = [
        Binding("enter", "review", "review today", id="review"),
        Binding("space", "review_deck", "this deck", id="review_deck"),
        Binding("escape", "app.stop_opening", "stop"),
        Binding("c", "review_deck(True)", "cram this deck", id="cram", show=False),
        Binding("n", "more_new", "more new cards", id="more_new", show=False),
        Binding("f", "study('ahead')", "tomorrow's cards, as cram", id="ahead", show=False),
        Binding("w", "study('weakest')", "the ten weakest, as cram", id="weakest", show=False),
        Binding("m", "study('mistakes')", "what failed yesterday and today", id="mistakes", show=False),
        Binding("l", "study('leech')", "what keeps failing", id="leech", show=False),
        Binding("exclamation_mark", "study('dispute')", "disputed answers", id="dispute", show=False),
        Binding("t", "trust", "trust", id="trust"),
        Binding("slash", "open('browse:BrowseScreen')", "browse", id="browse"),
        Binding("s", "open('pages:StatisticsScreen')", "stats", id="statistics"),
        Binding("d", "more_decks", "more decks", id="more_decks"),
        Binding("i", "open('importing:ImportScreen')", "import a deck", id="import", show=False),
        Binding("o", "options", "deck options", id="options", show=False),
        Binding("u", "undo", "undo", id="undo", show=False),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("r", "refresh_decks", "read the deck files again", id="refresh", show=False),
        Binding("q", "app.quit", "quit", id="quit"),
    ]

    def __init__(self, context: Context, home: Glance, scope: Scope | None = None) -> None:
        self.home, self.decks = home, DeckList()
        self._today, self._held_back = Blocks(id="today"), Blocks(id="held-back")
        self._days = Blocks(id="forecast")
        decks = Vertical(self.decks, self._held_back, id="decks")
        super().__init__(context, self._today, decks, self._days)
        self._wanted, self._typed = scope, ""  # a review that has not begun yet, what is typed meanwhile
        self._notices: tuple[str, ...] = ()
        self._lately: Lately | None = None
        self._syncing: Any = None  # a sync that goes on, and in a word how it or the last one went
        self._synced, self._newest, self._told = "", "", list[str]()

    def on_mount(self) -> None:
        self.show(self.home)
        self.decks.focus()

    def tick(self) -> None:
        now = os.environ.get("PTCARDS_NOW", "")[11:16]
        frozen = _(", clock frozen at {}", now) if now else ""
        words = self.doing or (self.context.runner_words() if self.context.opened else _("opening"))
        self._follow_sync()
        words = " · ".join(filter(None, (self._synced, words)))
        self.sub_title = f"{day_in_words(self.home.today)}{frozen} · {words}"
        runner = self.context.runner
        if (missing := runner.status().not_whole if runner else "") and missing not in self._notices:
            self._notices += (missing,)
            self.show(self.home)
        super().tick()

    def show(self, home: Glance, lately: Lately | None = None) -> None:
        self.home, self._lately = home, lately or self._lately
        notices = (Block(Content.styled(notice, "$text-warning")) for notice in self._notices)
        self._today.show([*self._offers(), *notices])
        # As long as its decks where there is room; the lines under it keep theirs.
        self.decks.styles.max_height = 1 + max(1, len(home.decks))
        self.decks.show(home.decks)
        held = home.counts.held_back
        words = (
            _("{} more wait for the coming days", held.new),
            _("{} due are above the day's limit: {} changes it", held.reviews, self.key_of("options")),
            _("{} for cards that come before", counted(held.after, "waits", "wait")),
            _("{} what is not installed", counted(held.requires, "needs", "need")),
            _("{} buried until tomorrow", held.buried),
            _("{} suspended", held.suspended),
        )
        not_offered = " · ".join(text for count, text in zip(reversed(held), words, strict=True) if count)
        below = [not_offered] * bool(not_offered)
        if home.offered and self.context.opened:
            below.append(_(_MORE_DECKS[len(home.offered) - 1], self.key_of("more_decks")))
        self._held_back.show(Block(Content(text), indent=3) for text in below)
        shades, today = self._lately.shades if self._lately else (), home.today
        days: list[Lines] = [partial(_heat, shades, today)] if len(shades) > _WEEK else []
        days += [heading(_("Next two weeks")), partial(_forecast, today, home.forecast)] * any(home.forecast)
        self._days.show(days)
        self.refresh_bindings()

    def _offers(self) -> list[Lines]:
        """What today offers, what was done of it, what went badly lately."""
        home, counts, lately = self.home, self.home.counts, self._lately
        if not home.current:
            below = _("Yours is copied to the backups (Esc stops that), then brought up to date.")
            return [heading(_("This version keeps its database in a newer form.")), Block(Content(below))]
        if home.first_time:
            total = sum(deck.cards for deck in home.decks if deck.state != "disabled")
            mornings = counted(-(-total // max(1, counts.new)), "morning")
            # Before the library is open there is nothing to count yet.
            offer = _(" {}, {} a day: {}.", counted(total, "card"), counts.new, mornings)
            below = _("You answer with code and it is run. Enter shows the first card.")
            return [heading(_("Welcome.") + offer * bool(total)), Block(Content(below))]
        streak = Content(_("{} in a row", counted(home.streak, "day"))) if home.streak else None
        offers = [_("{} due", counts.due), _("{} new", counts.new)]
        offers += [_("{} in the drill", counts.drill)] if counts.drill else []
        minutes = counted(max(1, home.minutes), "minute")
        text = " · ".join([*offers, _("about {}", minutes)])
        if nothing := not (counts.due or counts.new or counts.drill):
            text = _("Nothing due.")
        blocks: list[Lines] = [Block(Content.assemble((padded(_("Today"), 10), "bold"), text), right=streak)]
        blocks += [Block(self._what_else(), indent=10)] * nothing
        if lately is not None:
            goal = counted(lately.done + counts.due + counts.new, "card")
            keys = {
                "mistakes": _("{} failed since yesterday", lately.failed) if lately.failed else "",
                "leech": counted(lately.leeches, "leech", "leeches") if lately.leeches else "",
                "dispute": _("{} disputed", lately.disputed) if lately.disputed else "",
            }
            badly = self._keyed(keys)
            done = Content(_("{} of {} done", lately.done, goal))
            parts = [done] * bool(lately.done) + [badly] * bool(badly)
            blocks += [Block(Content(" · ").join(parts).stylize_before(DIM), indent=10)] * bool(parts)
        return blocks

    def _keyed(self, names: dict[str, str]) -> Content:
        """Keys with what they do, as the line of keys has them."""
        named = ((self.key_of(name), words) for name, words in names.items() if words)
        return Content(" · ").join(Content.assemble((key, "bold $foreground"), " ", it) for key, it in named)

    def _what_else(self) -> Content:
        """When the next review is where nothing is due, and what one can do all the same."""
        home, more = self.home, self._more
        names = {"more_new": more, "cram": _("cram this deck")}
        names |= {"ahead": _("tomorrow's"), "weakest": _("weakest")}
        if (day := home.next_due) is None:
            return self._keyed(names)
        cards = counted(home.next_due_cards, "card")
        return _("Next: {} on {}", cards, day_in_words(day)) + " · " + self._keyed(names)

    def library_opened(self, home: Glance, notices: tuple[str, ...]) -> None:
        """The library is open now: true numbers, and what opening it found."""
        self._notices = notices
        self.show(home)
        self._sync()
        if self._wanted is not None:
            self._start()
        else:
            self.undone()

    def on_screen_resume(self) -> None:
        if self.context.opened:
            self.undone()

    @property
    def _more(self) -> str:
        """The new cards that there could be today beside those that are offered, in words."""
        more = min(self.home.counts.held_back.new, MORE_NEW)
        return counted(more, "more new card") if more else ""

    def actions_now(self) -> States:
        home = self.home
        now: States = {"trust": any(not deck.trusted for deck in home.decks), "more_new": self._more or False}
        now["more_decks"] = bool(home.offered)
        if self.nothing_due:
            now["review"] = _("final drill") if home.counts.drill else self._more or _("cram this deck")
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
        elif self._more:
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
                self.say(f"{_('Nothing due.')} {self._what_else().plain}")
        except UsageError:
            nothing = next((words for scope, words in _STUDIED.values() if scope == self._wanted), None)
            if nothing is None:
                raise
            self.say(_(nothing))
        finally:
            self._wanted = None

    def on_key(self, event: events.Key) -> None:
        if self._wanted is not None and event.is_printable:
            self._typed += event.character or ""
            event.stop()

    action_trust = background("reading")(DeskScreen.ask_for_trust)

    @background("saving")
    async def action_options(self) -> None:
        """Change the limits, the order of new cards and who plans: of a deck, of all that share."""
        deck, refused = self.decks.current, ""
        while deck is not None:
            config, rows = self.context.config, list[tuple[str, str, str, str, str, str]]()
            for slug, shared in ((deck.slug, ""), ("", _(", shared by decks"))):
                for name, (words, form) in _OPTIONS.items():
                    number = config.decks.get(slug, {}).get(name) if slug else getattr(config, name)
                    default = Config._field_defaults[name] or _("no limit")
                    none = _("what decks share") if slug else str(default)
                    value = none if number is None else str(number)
                    rows.append((slug, name, _(words) + shared, _(form), none, value))
            texts = (Content(padded(row[2], 38) + row[-1]) for row in rows)
            question = _("Options of {}", deck.title or deck.slug) + refused
            if (picked := await self.ask("ask:BoxScreen", question, *texts, enter=_("change"))) is None:
                return
            slug, name, words, form, none, value = rows[picked]
            question = _("{}? Type {}, or - for {}.", words, form, none)
            typed = await self.ask("ask:BoxScreen", question, line=value)
            try:
                refused = ""
                if typed:
                    await self.call(self.context.change, name, "" if typed == "-" else typed, slug)
            except PtcardsError as error:
                refused = f"\n{error}"

    @background("reading decks")
    async def action_more_decks(self) -> None:
        """Offer the decks that come with the program; Enter adds one."""
        offers = await self.call(self.context.library.offers)
        texts = []
        for one in offers:
            languages = " · ".join(LANGUAGES.get(code, code) for code in one.languages)
            about = " ".join(one.about.replace("`", "").split())
            below = f"   {counted(one.cards, 'card')} · {languages}\n{about}"
            texts.append(Content.assemble((one.title, "bold"), (below, DIM)))
        picked = await self.ask("ask:BoxScreen", _("Decks that come with ptcards"), *texts, enter=_("add it"))
        if picked is not None:
            self.say(await self.call(self.context.library.add, offers[picked].slug))
            self.undone()

    @background("reading decks")
    async def action_refresh_decks(self) -> None:
        self._notices = await self.call(self.context.library.refresh, again=True)
        self.undone()
        if not self._notices:
            self.say(_("The deck files are as they were read."))

    @background()
    async def undone(self) -> None:
        desk = self.desk
        read = await self.call(lambda: (desk.home(), desk.lately(), desk.store.log.newest()))
        self.show(*read[:2])
        if read[2] != self._newest:
            self._newest = read[2]
            self._sync()

    def _sync(self) -> None:
        """Bring together what is new here and on other devices."""
        if self.context.sync is not None and self._syncing is None:
            self._syncing, self._synced = self.context.sync(), _("syncing")

    def _follow_sync(self) -> None:
        if self._syncing is None or (said := self._syncing.said()) is None:
            return
        self._synced, told, came = said
        self._syncing = None
        if told != self._told:
            self._notices = (*(one for one in self._notices if one not in self._told), *told)
            self._told = told
            self.show(self.home)
        if came:
            self.undone()
