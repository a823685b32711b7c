"""A card of one's own, typed into a form: what is left open is drafted, F5 proves it, then it is saved."""

from typing import Any

from textual import events
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import TextArea

from ptcards.checking.drafting import own_deck, save
from ptcards.checking.own_cards import FIELDS, Said, Tried, Typed, attempt, keep, kept, own_decks, typed_of
from ptcards.deck.card import Accepts, Card
from ptcards.errors import CancelledError, DeckError, PtcardsError, UsageError
from ptcards.language import _, counted, later
from ptcards.tui.bars import Blocks
from ptcards.tui.page import DIM, Block, Lines, plain
from ptcards.tui.screens.base import Context, DeskScreen, States, background
from ptcards.tui.workbench import TAB, AnswerEditor

DRAFT_SECONDS = 0.5  # what is typed is kept so long after a key
_PROSE = ("question", "hints", "explanation")
_LABELS = {
    "question": (later("Question"), later("what is asked for: one idea")),
    "given": (later("Given"), later("runs before the answer; may be empty")),
    "starter": (later("Starter"), later("what the editor begins with")),
    "solution": (later("Solution"), later("a line of code, or more")),
    "check": (later("Check"), later("F5 drafts it from the solution")),
    "wrong": (later("Mistakes, each below why it is one"), later("F5 drafts some")),
    "hints": (later("Hints, one a line"), later("F5 drafts them")),
    "explanation": (later("Explanation"), later("F5 drafts it")),
}


class CardField(AnswerEditor):
    """A text of the card: Enter always goes on in it; what Tab does there says the screen."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.id, self.show_line_numbers = field, False

    async def action_submit(self) -> None:
        if self.one_line:
            self._type("\n")
        else:
            self.action_new_line()

    def indents(self, by: int) -> bool:
        """Whether Tab, or Shift+Tab, is about the blanks that a line of code begins with; does that."""
        row, _column = self.cursor_location
        before = self.before_cursor if by > 0 else self.document.get_line(row)[:1]
        if self.one_line or row == 0 or before.strip() or not (by > 0 or before):
            return False
        if by > 0:
            self._type(" " * (TAB - len(before) % TAB))
        else:
            self.action_outdent()
        return True

    def action_undo(self) -> None:
        # Not what a session would take back where there is nothing to undo.
        TextArea.action_undo(self)


class _Line(Blocks, can_focus=True):
    """Some rows that Enter or a click does something with."""

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.can_focus:
            await self.run_action(next(iter(Binding.make_bindings(self.BINDINGS))).action)


class DeckLine(_Line):
    """Which deck takes the card."""

    BINDINGS = [Binding("enter,space", "screen.choose", "choose a deck")]


class ProofLine(_Line):
    """What the proof said of the whole; has the focus once there is something to save."""

    BINDINGS = [Binding("enter", "screen.save", "save it")]


class AddScreen(DeskScreen[None]):
    """The fields of one card below each other; `name` says of which card's mistake it is."""

    TITLE, ADDS = later("A card of your own"), False
    HELP = later(
        "Question and solution are enough: F5 drafts what else is empty, to be changed, and proves the card: "
        "the solution passes, each mistake and what takes no thought fail. Only then it can be saved. "
        "Until then what is typed is kept."
    )
    BINDINGS = [
        Binding("f5,ctrl+r", "check", "prove it", id="check"),
        Binding("ctrl+s", "save", "save", id="save"),
        # Before what is typed after it at once, as a slow connection has it, is on its way to the old field.
        Binding("tab", "go(1)", "next", priority=True),
        Binding("shift+tab", "go(-1)", "the one before", show=False, priority=True),
        Binding("ctrl+c", "stop", "stop", show=False),
        Binding("escape", "leave", "back"),
    ]

    def __init__(self, context: Context, card: Card | None = None, *, name: str = "") -> None:
        self._card, self._of = card or Card("", "", ""), name
        self._deck_line, self._proof, self._deck = DeckLine(), ProofLine(), ""
        shown = [name for name in FIELDS if name != "starter" or self._card.starter]
        if self._card.accepts is not Accepts.CODE:
            shown = [name for name in shown if name not in ("given", "check") or getattr(self._card, name)]
        self.fields = {name: CardField(name) for name in shown}
        self._labels = {name: Blocks() for name in shown}
        below = [widget for name in shown for widget in (self._labels[name], self.fields[name])]
        self._form = VerticalScroll(self._deck_line, *below, can_focus=False)
        super().__init__(context, self._form, self._proof)
        self._begun: Typed | None = None  # what there was before anything was typed
        self._tried: tuple[Tried, Typed] | None = None  # what proving said, of what
        self._drafted: dict[str, str] = {}  # texts that nobody typed
        self._drafted_of: tuple[str, ...] = ()
        self._draft_waits = self._left = False

    # -- what is typed ---------------------------------------------------------------------------------------

    @background("reading")
    async def on_mount(self) -> None:
        decks = await self.call(own_decks, self.desk)
        typed = await self.call(kept, self.desk, self._of)
        begun = typed_of(decks[0], self._card)
        for name, field in self.fields.items():
            field.placeholder = _(_LABELS[name][1])
            is_prose = name in _PROSE or (name == "solution" and self._card.accepts is Accepts.TEXT)
            field.start_with((typed or begun).texts.get(name, ""), one_line=is_prose)
        if typed is not None:
            self._card = typed.card
            self.say(_("This is what you had typed."))
        self._deck, self._begun = (typed or begun).deck, begun
        self._draw()
        self.fields["question"].focus()
        self.call_after_refresh(self._form.scroll_home, animate=False)

    def action_go(self, by: int) -> None:
        field = self.focused
        if not (isinstance(field, CardField) and field.indents(by)):
            self.focus_next() if by > 0 else self.focus_previous()

    def typed(self) -> Typed:
        texts = {name: field.text for name, field in self.fields.items()}
        return Typed(self._deck, self._card, texts)

    @property
    def _is_begun(self) -> bool:
        """Something was typed that is worth keeping."""
        shown = self._begun and {name: self._begun.texts.get(name, "") for name in self.fields}
        return self._begun is not None and self.typed().texts != shown

    def on_text_area_changed(self) -> None:
        if self._tried and self._tried[0].draft and not self.proved:
            self._tried = None
            self._draw()
        self.refresh_bindings()
        if not self._draft_waits:
            self._draft_waits = True
            self.set_timer(DRAFT_SECONDS, self.save_draft)

    def save_draft(self) -> None:
        self._draft_waits = False
        if self._begun is not None and not self._left:
            try:
                keep(self.desk, self._of, self.typed() if self._is_begun else None)
            except PtcardsError as error:
                self.report(error)

    on_unmount = on_screen_suspend = save_draft

    @background()
    async def action_choose(self) -> None:
        decks, refused = [*dict.fromkeys([*await self.call(own_decks, self.desk), self._deck])], ""
        hint = {"enter": _("take it"), "line": _("or a new name, such as my-tensors")}
        while True:
            question = _("Which deck takes the card?") + refused
            reply = await self.ask("ask:BoxScreen", question, *map(Content, decks), **hint)
            if reply is None:
                return
            slug = reply[1] or decks[reply[0]]
            try:
                await self.call(own_deck, self.desk, slug)
            except (UsageError, DeckError) as error:
                refused = f"\n{error}"
                continue
            self._deck = slug
            self._draw()
            self.fields["question"].focus()
            return

    # -- what is shown ---------------------------------------------------------------------------------------

    @property
    def proved(self) -> Tried | None:
        """What is there, as it was proved."""
        if self._tried is None or self._tried[0].draft is None or self._tried[1] != self.typed():
            return None
        return self._tried[0]

    def tick(self) -> None:
        self.sub_title = _("proved") if self.proved else _("not proved yet")
        super().tick()

    def actions_now(self) -> States:
        return {
            "check": not self.busy,
            "stop": self.busy,
            "submit": _("new line"),
            "leave": _("stop") if self.busy else _("back"),
        }

    def _draw(self) -> None:
        """The labels, each with what is wrong below it, and what is said of the whole."""
        said = self._tried[0].said if self._tried else ()
        deck = Content.assemble((_("Deck"), "bold"), "  ", self._deck)
        self._deck_line.show(
            [Block(deck, right=Content.styled(_("Enter: another"), DIM)), *_blocks(said, "deck")]
        )
        for name, label in self._labels.items():
            about = _(_LABELS[name][1]) if name == "starter" else ""
            title = Content.assemble((_(_LABELS[name][0]), "bold"), (f"  {about}", DIM))
            label.show([Block(title), *_blocks(said, name)])
        others = [one for one in said if one.field not in ("deck", *self.fields)]
        wrong, whole = sum(not one.doubt for one in said), list[Lines]()
        if self._tried is not None:
            mistakes = counted(len(self._tried[0].card.wrong), "mistake")
            words = _("✓ Proved: the solution passes; {} and what takes no thought do not.", mistakes)
            whole = [Block(Content.assemble((words, "$text-success"), " ", (_("Enter saves it."), "bold")))]
        if wrong:
            what = _("✗ Not proved: {} to mend", counted(wrong, "thing"))
            whole = [Block(Content.styled(what, "$text-error"))]
        self._proof.can_focus = bool(self._tried and self._tried[0].draft)
        self._proof.show([*whole, *(block for one in others for block in _blocks([one], one.field))])
        self.refresh_bindings()

    # -- proving and saving ----------------------------------------------------------------------------------

    def action_check(self) -> None:
        if not self.busy and self._begun is not None:
            self.save_draft()
            self._prove()

    @background("proving")
    async def _prove(self) -> None:
        before, asked = self.typed(), self._asked()
        self.stopped.clear()
        self._tried = None
        self._draw()
        try:
            tried = await self.call(attempt, self.desk, asked.deck, asked.whole(), self._go_on)
        except CancelledError as early:
            self.say(str(early))
            return
        if self.typed() != before:
            self.say(_("You went on typing: F5 proves what is there now."))
            return
        # What is not named is named anew once it is proved again: its solution may be another.
        self._card, shown = tried.card._replace(id=self._card.id), typed_of(asked.deck, tried.card).texts
        self._drafted = {name: shown[name] for name in self.fields if not asked.texts[name].strip()}
        self._drafted_of = self._source(asked)
        for name, field in self.fields.items():
            if shown[name].strip("\n") != field.text.strip("\n"):
                field.rewrite(shown[name])
        self._tried = tried, self.typed()
        self._draw()
        self.context.guard.verdict_coming()
        self.call_after_refresh(self._show_proof, tried)

    def _asked(self) -> Typed:
        """What is typed, without what was drafted of another solution."""
        typed = self.typed()
        if self._source(typed) == self._drafted_of:
            return typed
        texts = {name: "" if it == self._drafted.get(name) else it for name, it in typed.texts.items()}
        return typed._replace(texts=texts)

    def _source(self, typed: Typed) -> tuple[str, ...]:
        return typed.deck, *(typed.texts.get(name, "") for name in ("given", "solution"))

    def _show_proof(self, tried: Tried) -> None:
        """Go where something is to be mended, else to what was drafted."""
        self.context.guard.verdict_shown()
        if self._tried is None or self._tried[0] is not tried:
            return
        wrong = [one.field for one in tried.said if not one.doubt]
        if tried.draft is not None:
            self._proof.focus()
            if label := self._labels.get("check"):
                self._form.scroll_to_widget(label, top=True, animate=False)
        elif found := next((name for name in wrong if name in self.fields), None):
            self.fields[found].focus()
            self._form.scroll_to_widget(self._labels[found], top=True, animate=False)
        elif "deck" in wrong:
            self._deck_line.focus()

    def _go_on(self) -> None:
        if self.stopped.is_set():
            raise CancelledError(_("Stopped; it is not proved."))

    def action_save(self) -> None:
        guard = self.context.guard
        if guard.settling or guard.held:
            return
        if self.proved is None:
            self.action_check()
        else:
            self._save(self.proved)

    @background("saving")
    async def _save(self, tried: Tried) -> None:
        if tried.draft is not None:
            key = await self.call(save, self.desk, tried.draft)
            await self._leave(keeps=False)
            said = _("{} is saved in {}. It is new in the queue of its deck.", key, tried.draft.file)
            self.app.notify(said, markup=False, timeout=10)

    def action_stop(self) -> None:
        self.stopped.set()
        if self.context.runner is not None:
            self.context.runner.stop()

    def action_leave(self) -> None:
        if self.busy:
            self.action_stop()
        else:
            self._ask_to_leave()

    @background()
    async def _ask_to_leave(self) -> None:
        keeps = True
        if self._is_begun:
            texts = _("Keep what is typed for the next time"), _("Throw it away")
            reply = await self.ask("ask:BoxScreen", _("Leave this card?"), *map(Content, texts))
            if reply is None:
                return
            keeps = reply == 0
        await self._leave(keeps=keeps)

    async def _leave(self, *, keeps: bool) -> None:
        self._left = True
        typed: Any = self.typed() if keeps and self._is_begun else None
        await self.call(keep, self.desk, self._of, typed)
        self.dismiss()


def _blocks(said: Any, field: str) -> list[Lines]:
    """What is wrong with a field, in the app's colours."""
    mine: list[Said] = [one for one in said if one.field == field]
    return [
        Block(plain(one.message, "$text-warning" if one.doubt else "$text-error"), indent=2, first="!")
        for one in mine
    ]
