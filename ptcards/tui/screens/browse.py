"""All cards in a table, found with Anki's search words."""

from datetime import date, timedelta

from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive

from ptcards.errors import PtcardsError
from ptcards.language import _, counted, later
from ptcards.scheduling.days import date_of
from ptcards.scheduling.queue import Scope
from ptcards.study.actions import act
from ptcards.study.cards import CardView, Catalogue
from ptcards.text import padded
from ptcards.tui.bars import Blocks, InputLine, Rows
from ptcards.tui.page import DIM, Block, one_line, plain
from ptcards.tui.prose import prose, sentence
from ptcards.tui.screens.base import Context, DeskScreen, States, background, change_of

_COLUMNS = [("", 2), (later("due"), 11), (later("ivl"), -6), (later("ease"), -6), (later("lapses"), -7)]
_COLUMNS += [("", 1), (later("state"), 11), (later("card"), 0)]
QUESTION_CHARACTERS = 200


class CardTable(Rows[CardView]):
    OPEN = "screen.info"
    picked: reactive[frozenset[str]] = reactive(frozenset())
    decks = 0  # that the rows are of: where there is only one, each row would begin with its name

    @property
    def selection_keys(self) -> tuple[str, ...]:
        """The keys of the picked cards, else of the one under the cursor."""
        if self.picked:
            return tuple(card.key for card in self.rows if card.key in self.picked)
        return (self.current.key,) if self.current else ()

    def line(self, number: int, _width: int) -> Content:
        if number < 0:
            return Content("".join(padded(_(title), room) for title, room in _COLUMNS))
        card = self.rows[number]
        schedule, due = card.schedule, card.schedule.due_day
        shown, picked = card.shown, card.key in self.picked
        cells = (
            ("▸" if number == self.cursor else " ") + ("✓" if picked else "*" if schedule.marked else " "),
            "" if due is None else in_days(due - card.day),
            "" if due is None else str(schedule.interval_days),
            "" if due is None else f"{schedule.ease / 100:.2f}",
            str(schedule.lapses) if schedule.lapses else "",
            "",
            _("leech") if card.leech and card.state in ("learning", "review") else _(card.state),
        )
        question = sentence(shown.question[:QUESTION_CHARACTERS], shown.markup).plain
        start = "".join(padded(cell, room) for cell, (_title, room) in zip(cells, _COLUMNS, strict=False))
        name = card.key if self.decks > 1 else card.key.partition("/")[2]
        row = Content.assemble(start, one_line(name), "  ", (question, DIM))
        return row.stylize("$text-primary") if picked else row


def in_days(days: int) -> str:
    """How far away a due day is."""
    return _("in {} d", days) if days > 0 else _("{} d ago", -days) if days else _("today")


SEARCH_SECONDS = 0.08
SORTS = (later("deck"), later("due"), later("interval"), later("ease"), later("lapses"))


class BrowseScreen(DeskScreen[None]):
    """A search line, the table, and the question of the card under the cursor."""

    TITLE = later("Cards")
    HELP = later(
        "Search words: deck:slug tag:shape is:due is:new is:suspended is:buried is:leech is:disputed "
        'prop:ivl>=10 prop:lapses>3 prop:r<0.8 rated:7 mistake:dim -not "several words", any text; * is '
        "anything. Enter studies what is picked, else what a search found; what is not due moves no schedule."
    )

    BINDINGS = [
        Binding("enter", "study", "study"),
        Binding("space", "pick", "pick"),
        Binding("ctrl+a", "pick_all", "pick all, or none", show=False),
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("slash", "search", "search", id="search"),
        Binding("i", "info", "card info"),
        Binding("o", "sort", "sort", id="sort"),
        Binding("at", "change('suspend')", "suspend", id="suspend"),
        Binding("minus", "change('bury')", "bury", id="bury"),
        Binding("asterisk", "change('mark')", "mark", id="mark", show=False),
        Binding("d", "set_due", "set due", id="set_due"),
        Binding("R", "reset", "reset", id="reset"),
        Binding("u", "undo", "undo", id="undo", show=False),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("escape,down", "leave_search", "to the cards"),
        Binding("q", "dismiss", "back", id="leave"),
    ]

    def __init__(self, context: Context) -> None:
        self.table, self._words = CardTable(), InputLine(compact=True)
        self._preview = Blocks(id="preview")
        super().__init__(context, self._words, self.table, self._preview)
        self._sort, self._query = SORTS[0], ""
        self._catalogue: Catalogue | None = None  # what is searched; None where it has to be read again

    def on_mount(self) -> None:
        for name in ("cursor", "picked"):
            self.watch(self.table, name, self._moved, init=False)
        self._words.focus()

    def on_screen_resume(self) -> None:
        self._words.placeholder = _("/ search: deck: tag: is:due is:leech prop:ivl>=10 -word")
        if self._catalogue is None or self._catalogue.language != self.desk.config.language:
            self.undone()

    def tick(self) -> None:
        table = self.table
        found = counted(len(table.rows), "card")
        found = _("{} of {}", table.cursor + 1, found) if len(table.rows) > 1 else found
        found = _("{} · by {}", found, _(self._sort))
        found = _("{} picked · ", len(table.picked)) * bool(table.picked) + found
        self.sub_title = _("reading") if self._catalogue is None else found
        super().tick()

    def actions_now(self) -> States:
        card, count = self.table.current, len(self.table.picked or (self._query and self.table.rows))
        return {
            "study": _("study {}", counted(count, "card")) if count else _("card info"),
            "leech": card is not None and card.leech,
            "leave_search": _("back") if self.focused is self.table else _("to the cards"),
        }

    def on_input_changed(self) -> None:
        words = self._words.value
        self.set_timer(SEARCH_SECONDS, lambda: words == self._words.value != self._query and self.search())

    def action_leave_search(self) -> None:
        if self.focused is self.table:
            self.dismiss()
        elif self._words.value != self._query:
            self.search()
        self.table.focus()

    on_input_submitted = action_leave_search

    @background()
    async def search(self, *, from_top: bool = False, in_place: bool = False) -> None:
        query = self._query = self._words.value
        try:
            if self._catalogue is None:
                self._catalogue = await self.call(Catalogue, self.desk)
            cards = await self.call(self._catalogue.find, query, self._sort)
        except PtcardsError as error:
            self._preview.show([Block(plain(str(error), "$text-error"))])
        else:
            # Else a newer search is on its way; if it fails, what is shown stays: not nothing.
            if query == self._query or not self.table.rows:
                self.table.picked &= {card.key for card in cards}
                self.table.decks = len({card.deck for card in cards})
                self.table.show(cards, from_top=from_top, in_place=in_place)

    def undone(self) -> None:
        self._catalogue = None
        self.search(in_place=True)

    def _moved(self) -> None:
        if (card := self.table.current) is None:
            none = "" if self._catalogue is None else _("No card is found.")
            self._preview.show([Block(Content.styled(none, DIM))])
        else:
            head = Block(one_line(card.key, "bold"), right=one_line(" ".join(card.tags), DIM))
            self._preview.show([head, *prose(card.shown.question, card.shown.markup)])
        self.refresh_bindings()

    def action_pick(self) -> None:
        if self.table.current is not None:
            self.table.picked ^= {self.table.current.key}
            self.table.cursor += 1

    def action_pick_all(self) -> None:
        every = frozenset(card.key for card in self.table.rows)
        self.table.picked = frozenset() if self.table.picked == every else every

    @background("starting")
    async def action_study(self) -> None:
        """Study what is picked, else what the search found; without either show the card."""
        if self.table.picked:
            scope = Scope(cards=self.table.selection_keys, query="")
        elif self._query:
            scope = Scope(query=self._query, sort="" if self._sort == SORTS[0] else self._sort)
        else:
            self.action_info()
            return
        if await self.start(scope):
            self._catalogue = None
        else:
            self.say(_("Nothing of this can be asked: it is suspended, or needs what is not installed."))

    def action_info(self, screen: str = "pages:CardInfoScreen") -> None:
        if self.table.current is not None:
            self._catalogue = None
            self.action_open(screen, self.table.current.key)

    def action_leech(self) -> None:
        self.action_info("pages:LeechScreen")

    def action_search(self) -> None:
        self._words.focus()

    def action_sort(self) -> None:
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self.search(from_top=True)

    @background("saving")
    async def action_change(self, action: str) -> None:
        """Do it to the selection, or take it back where the card under the cursor has it already."""
        if (card := self.table.current) is not None:
            await self._change(change_of(card, action))

    @background("saving")
    async def action_reset(self) -> None:
        question = _("Make {} new again? The history stays, and u undoes it.", self._selection())
        if self._selection() and await self.ask("ask:BoxScreen", question, enter=_("reset")):
            await self._change("reset")

    @background("saving")
    async def action_set_due(self) -> None:
        if not self._selection():
            return
        question = _("Due on which day? {}", self._selection())
        hint = _("2026-12-24, or days from today: 3")
        if not (text := await self.ask("ask:BoxScreen", question, line=hint)):
            return
        try:
            # A date, or a number of days from today, as Anki takes it.
            today = date_of(self.desk.now().day)
            day = today + timedelta(days=int(text)) if text.isdecimal() else date.fromisoformat(text)
        except (ValueError, OverflowError):
            wrong = _("{!r} is no day: write a date as 2026-12-24, or a number of days from today.", text)
            self.report(wrong)
        else:
            await self._change("due_set", day)

    def _selection(self) -> str:
        """What is acted on, in words; empty where there is nothing."""
        keys = self.table.selection_keys
        return counted(len(keys), "card") if len(keys) > 1 else "".join(keys)

    async def _change(self, action: str, day: date | None = None) -> None:
        keys = self.table.selection_keys
        self.say(await self.call(act, self.desk, *keys, action=action, day=day))
        if self._catalogue is not None:
            await self.call(self._catalogue.reread, keys)
        self.search(in_place=True)
