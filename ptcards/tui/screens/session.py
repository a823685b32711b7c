"""Reviewing: one card after the other, from the question to the grade."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from textual.binding import Binding
from textual.content import Content

from ptcards.deck.card import Accepts, Card
from ptcards.errors import PtcardsError, StaleAnswerError, StoreError
from ptcards.language import _, later
from ptcards.runner.protocol import Outcome
from ptcards.study.session import Question, Session
from ptcards.tui import verdicts
from ptcards.tui.screens.base import Context, DeskScreen, Done, States, background
from ptcards.tui.screens.external import edit_card, edit_text
from ptcards.tui.workbench import Workbench, begun

DRAFT_SECONDS = 0.5  # a draft is saved so long after a key
_ANSWER_RIGHT = later("My answer is right: I grade it myself, the answer is kept as disputed")
_CARD_BROKEN = later("The card is broken: take it out of today's queue")


class SessionScreen(DeskScreen[None]):
    """Question and editor, then verdict and grades; its work is done by a `Session`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    _ANSWER = "check onward hint show look_up try steps flip external retry restart_answer interrupt letters"
    GROUPS = {
        later("Answer"): _ANSWER,
        later("Card"): "info edit_card leech dispute put_off drop mark",
        later("Session"): "undo redo open scroll leave",
    }
    HELP = later(
        "Single letters act while the editor has no focus: Esc leaves it, Enter goes back to it.\n"
        "Tab after a name or a dot goes on with it, and Tab again takes the next of several."
    )

    BINDINGS = [
        Binding("enter,space", "onward", "editor"),
        Binding("f5,ctrl+r", "check", "check", id="check"),
        Binding("escape", "letters", "more"),
        Binding("f2,h", "hint", "hint", id="hint"),
        Binding("f3,g", "show", "show me", id="show"),
        Binding("tab", "flip", "question"),
        Binding("f9,v", "steps", "steps", id="steps"),
        Binding("pagedown", "scroll(1)", "further", priority=True),
        Binding("ctrl+c", "interrupt", "stop what runs", show=False),
        Binding("exclamation_mark", "dispute", "the card is wrong", id="dispute"),
        Binding("f4", "external", "$EDITOR", id="editor"),
        Binding("ctrl+t", "try", "try", id="try"),
        Binding("f8,K", "look_up", "look up", id="lookup"),
        Binding("r", "retry", "retry", id="retry"),
        Binding("x", "drop", "drop from the drill", id="drop"),
        Binding("s", "put_off('skip')", "skip to the end", id="skip", show=False),
        Binding("R", "restart_answer", "start the answer anew", id="restart", show=False),
        Binding("pageup", "scroll(-1)", "scroll up", show=False, priority=True),
        Binding("u", "undo", "undo", id="undo"),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("e", "edit_card", "edit", id="edit"),
        Binding("i", "info", "info", id="info"),
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("minus", "put_off('bury')", "bury", id="bury"),
        Binding("at", "put_off('suspend')", "suspend", id="suspend"),
        Binding("asterisk", "mark", "mark", id="mark", show=False),
        Binding("slash", "open('browse:BrowseScreen')", "search", id="browse", show=False),
        Binding("q", "leave", "back", id="leave"),
    ]

    def __init__(self, context: Context, session: Session, question: Question, typed: str = "") -> None:
        self.bench = Workbench(context.guard)
        self.bench.editor.completes = context.config.completion
        super().__init__(context, self.bench)
        self.session = self.undo_log = session
        self.question = question  # the one at hand, or the last
        self.running = self._several = self._draft_waits = self._new_day_said = False
        self._typed_ahead = typed  # the beginning of the first answer, typed before there was an editor
        self._given: Outcome | None = None
        self._failed_code: str | None = None  # of the newest counted fail: Enter on it again is an oversight
        self._became_leech = ""  # the key of the newest card that failed once too often in this session
        self._lookup_asked: Card | None = None  # of which it was said that looking up counts as a hint

    @property
    def leech(self) -> str:
        """The key of the card whose failed answers are worth seeing now: the one in hand, else the newest."""
        return self.question.key if self.question.schedule.leech else self._became_leech

    def on_mount(self) -> None:
        self.advance(self.question)
        if self._typed_ahead and self.bench.stage == "answer":
            self.bench.editor.insert(self._typed_ahead)

    def on_resize(self) -> None:
        self.call_after_refresh(self.bench.lay_out)

    def tick(self) -> None:
        runner, question = self.context.runner, self.question
        waiting = self.doing if runner is None or runner.status().usable else self.context.runner_words()
        # The verdict that fills the pane has its heading here.
        if (verdict := self.bench.judged) and self.bench.verdict_on_top and not self.bench.wide:
            self.status.left, self.status.right = verdict.sign, waiting or verdict.right
        else:
            self.status.left = f"{question.card.id} · {question.deck_title}"
            number, left = _("{} of {}", question.position, question.expected), question.remaining
            parts = _("due {} · new {} · drill {}", *left[:3])
            counts = (_("drill") if question.drill else number) + f" · {parts}"
            counts = _("cram {} · {} left", number, left.due) if question.cram else counts
            minutes, seconds = divmod(int(self.session.elapsed()), 60)
            self.status.right = f"{waiting or counts} · {minutes}:{seconds:02d}"
        if not self._new_day_said and self.session.changed_day():
            self._new_day_said = True
            self.say(_("A new study day has begun; this session goes on with the cards it has."))

    def actions_now(self) -> States:
        question, session, bench = self.question, self.session, self.bench
        answering, typing = bench.stage == "answer", self.focused is bench.editor
        shown, proposed = session.attempt.shown, bench.grades.proposed
        hint, hints = len(session.hints_shown) + 1, len(question.card.hints)
        next_hint = _("hint {} of {}", hint, hints) if hint <= hints else _("no more hints")
        return {
            "onward": _("show the answer") if bench.stage == "think" else answering and not typing,
            "letters": _("stop") if self.running else _("close") if bench.looked_up else typing,
            "interrupt": self.running,
            "submit": _("new line") if self._several else _("check"),
            "accept": _(proposed.label) if proposed else False,
            "check": answering,
            "external": answering,
            "restart_answer": answering,
            "try": answering and question.card.accepts is Accepts.CODE,
            "hint": answering and hints > 0 and next_hint,
            "show": answering and (_("teach me") if question.teachable else _("show me")),
            "retry": (bench.stage == "grade" and shown) or (answering and not typing),
            "dispute": answering or shown,
            "steps": bench.judged is not None and bool(bench.judged.later),
            "look_up": question.card.accepts in (Accepts.CODE, Accepts.LITERAL)
            or "`" in question.card.question,
            "flip": bench.editor.tab_flips and (_("question") if bench.verdict_on_top else _("verdict")),
            "scroll": any(pane.max_scroll_y > 0 for pane in bench.panes),
            "drop": question.drill,
            "leech": bool(self.leech),
        }

    def advance(self, question: Question | None, done: str = "") -> None:
        """Ask the next question; without one, sum up. `done` is what Ctrl+Z takes back meanwhile."""
        self._given = self._failed_code = None
        if question is None:
            self.bench.stage = "over"
            self.action_leave()
            return
        self.question = question
        self.bench.ask(question)
        self.bench.editor.placeholder = _("Ctrl+Z takes back: {}", done) if done else ""
        self._draw_question(question, from_top=True)
        self.set_focus(None if self.bench.stage == "think" else self.bench.editor)
        self.refresh_bindings()
        self._prepare(question)

    def _draw_question(self, question: Question, *, from_top: bool = False) -> None:
        blocks = verdicts.question_blocks(question, self._given, self.session.hints_shown)
        self.bench.show_question(blocks, from_top=from_top)

    @background()
    async def _prepare(self, question: Question) -> None:
        given = await self.call(self.session.prepare)
        if question is self.question and given is not None:
            self._given = given
            self._draw_question(question)

    def action_hint(self) -> None:
        if self.session.hint() is None:
            self.say(_("There is no further hint; F3 shows the solution."))
            return
        self.bench.add_class("-flipped")
        self._draw_question(self.question)
        self.call_after_refresh(self.bench.question.scroll_end, animate=False)
        self.refresh_bindings()

    @background("looking it up")
    async def action_look_up(self) -> None:
        """Show what the name at the cursor is, else one that is picked or typed."""
        question, bench = self.question, self.bench
        if self.session.lookup_counts and self._lookup_asked is not question.card:
            self._lookup_asked = question.card
            self.say(_("Again to look a name up: before the first check it counts as a hint."))
            return
        typing, solved = self.focused is bench.editor, bool(bench.judged and bench.judged.text)
        if not (line := bench.editor.up_to_name() if typing else ""):
            names = verdicts.names_in(question.card, bench.editor.text, solved=solved)
            hint = {"enter": _("look it up"), "line": _("or type a name, such as torch.nn.Linear")}
            reply = await self.ask("ask:BoxScreen", _("Look up"), *map(Content, names), **hint)
            picked, typed = reply if isinstance(reply, tuple) else (None, reply)
            line = typed or ("" if picked is None else names[picked])
        if line:
            found = await self._run(self.call(self.session.look_up, "page", bench.editor.text, line))
            self.say(found.message) if found.message else self.app.clear_notifications()
            bench.look_up(verdicts.page_blocks(found.stdout) if found.stdout else [])

    @background()
    async def action_complete(self) -> None:
        """Go on with the name that is being typed, unless the runner has other work."""
        editor, runner = self.bench.editor, self.context.runner
        if runner is not None and runner.status().usable and not self.context.lock.locked():
            before = editor.text, editor.cursor_location
            found = await self.call(self.session.look_up, "names", editor.text, editor.before_cursor)
            if before == (editor.text, editor.cursor_location) and not self.running:
                editor.go_on([*filter(str.isidentifier, found.stdout.split())])

    def on_text_area_changed(self) -> None:
        several = "\n" in self.bench.editor.text
        if several != self._several:
            self._several = several
            self.refresh_bindings()
        if not self._draft_waits:
            self._draft_waits = True
            self.set_timer(DRAFT_SECONDS, self.save_draft)

    def save_draft(self) -> None:
        self._draft_waits = False
        if self.bench.stage == "answer":
            try:
                self.session.save_draft(self.bench.editor.text)
            except PtcardsError as error:
                self.report(error)

    on_unmount = on_screen_suspend = save_draft

    def action_submitted(self) -> None:
        guard = self.context.guard
        if self.bench.editor.text != self._failed_code or self.bench.stage != "answer":
            self.action_check()
        elif not guard.settling and not guard.held:
            self.say(_("This is the answer that was just checked. Change it, or F5 checks it again."))

    def action_check(self) -> None:
        if not self.bench.editor.text.strip():
            self.say(_("There is nothing to check yet: type an answer, or F3 shows the solution."))
        elif not self.context.guard.settling:
            self.save_draft()
            self._check(self.bench.editor.text)

    @background("checking")
    async def _check(self, code: str) -> None:
        outcome = await self._run(self.call(self.session.submit, code))
        card, attempt, seconds = self.question.card, self.session.attempt, self.session.elapsed()
        view = verdicts.judged_view(outcome, card, attempt, code, seconds, self._given)
        if outcome.passed:
            await self._ask_for_grade(view)
        else:
            self._show(view._replace(steps_key=self.key_of("steps")))
            counts = outcome.verdict.value == "fail" and not outcome.slip
            self._failed_code = code if counts else None
            self.bench.editor.focus()

    @background("running")
    async def action_try(self) -> None:
        tried = await self._run(self.call(self.session.try_out, self.bench.editor.text))
        self._show(verdicts.tried_view(tried))
        self.bench.editor.focus()

    async def _run(self, work: Coroutine[Any, Any, Done]) -> Done:
        """Wait for something that can be stopped."""
        self.running = True
        self.refresh_bindings()
        try:
            return await work
        finally:
            self.running = False

    def action_letters(self) -> None:
        if self.running:
            self.action_interrupt()
        elif self.bench.looked_up:
            self.bench.look_up([])
        else:
            self.save_draft()
            self.set_focus(None)

    def action_interrupt(self) -> None:
        self.stopped.set()
        self.session.stop()

    @background()
    async def action_external(self) -> None:
        self.bench.editor.rewrite(edit_text(self.app, self.bench.editor.text, self.session.sheet()))

    def action_retry(self) -> None:
        self.bench.take_back()
        self.refresh_bindings()

    def action_restart_answer(self) -> None:
        self.bench.editor.rewrite(begun(self.question.card.starter))
        self.action_retry()

    def _show(self, verdict: verdicts.VerdictView) -> None:
        self.context.guard.verdict_coming()
        self.bench.show_verdict(verdict)
        self.call_after_refresh(self.context.guard.verdict_shown)
        self.tick()

    async def _ask_for_grade(self, verdict: verdicts.VerdictView | None = None) -> None:
        buttons, proposal = await self.call(self.session.buttons), self.session.proposal
        if verdict is not None:
            self._show(verdict)
        self.bench.offer(buttons, proposal.reason if proposal else "")
        self.refresh_bindings()

    _offer_grades = background("reading")(_ask_for_grade)

    def action_show(self) -> None:
        question, answer = self.question, self.bench.editor.text
        self.save_draft()
        self.session.show()
        hints = len(self.session.hints_shown)
        self._offer_grades(verdicts.shown_view(question.card, answer, taught=question.teachable, hints=hints))

    def action_onward(self) -> None:
        if self.bench.stage == "answer":
            self.bench.editor.focus()
        elif self.bench.stage == "think":
            self.session.reveal()
            self._offer_grades(verdicts.revealed_view(self.question.card))

    @background("saving")
    async def action_chosen(self, key: str) -> None:
        button = self.bench.grades.buttons[key]
        graded = await self.call(self.session.grade, button.q)
        card, lapses = graded.event.card.rpartition("/")[2], graded.after.lapses
        self.advance(await self.call(self.session.next), _("{} on {}", _(button.label), card))
        if graded.leech:
            self._became_leech = graded.event.card
            self.say(_("{} has failed {} times: a leech. Esc, then l, shows its answers.", card, lapses))

    def action_flip(self) -> None:
        self.bench.toggle_class("-flipped")
        self.bench.lay_out()
        self.call_after_refresh(self.refresh_bindings)

    def action_steps(self) -> None:
        if (view := self.bench.judged) and view.later:
            self._show(view._replace(steps=view.later, later=()))
            self.call_after_refresh(self.bench.verdict.scroll_end, animate=False)
            self.refresh_bindings()

    def action_scroll(self, pages: int) -> None:
        for pane in self.bench.panes:
            pane.turn(0, pages)

    @background("saving")
    async def _then_next(self, act: Callable[[], str | None], after: str = "") -> None:
        """Do something that takes the card out of the session, say so, and go on."""
        self.save_draft()
        done = await self.call(act) or ""
        question = await self.call(self.session.next)
        self.say(done + after)
        self.advance(question, done)

    def report(self, error: Exception | str) -> None:
        """Show why nothing was recorded; a card that has moved on is read again."""
        super().report(error)
        if isinstance(error, StaleAnswerError):
            self._read_again()

    def on_screen_resume(self) -> None:
        if self.bench.stage != "over":
            self._read_again()

    @background()
    async def _read_again(self) -> None:
        """Go on with the card in hand where that is still asked, whatever was done to it meanwhile."""
        asked = self.question
        question = await self.call(self.session.reread)
        if self.question is not asked or self.bench.stage == "over":
            return
        if question is not None and (question.key, question.card) == (asked.key, asked.card):
            self.question = question
        else:
            self.advance(question)

    def action_put_off(self, how: str) -> None:
        act = self.session.skip if how == "skip" else partial(self.session.act, how)
        self._then_next(act, _("It comes back at the end of this session.") if how == "skip" else "")

    def action_drop(self) -> None:
        left_out = _("Left out of this drill; it stays open until tomorrow.")
        self._then_next(self.session.drop_from_drill, left_out)

    @background("saving")
    async def action_mark(self) -> None:
        self.say(await self.call(self.session.act, "mark"))
        question = await self.call(self.session.next)
        self.question = question or self.question

    @background()
    async def action_dispute(self) -> None:
        attempt, why = self.session.attempt, _("why, in one line (may stay empty)")
        claims = [_ANSWER_RIGHT, _CARD_BROKEN][not (attempt.fails or attempt.slips) :]
        match await self.ask(
            "ask:BoxScreen", _("The card is wrong"), *map(Content, map(_, claims)), line=why
        ):
            case claim, reason if claims[claim] is _ANSWER_RIGHT:
                self.session.dispute(reason)
                await self._ask_for_grade()
            case _claim, reason:
                after = _("; `ptcards report` writes an issue text for the deck's author")
                self._then_next(partial(self.session.act, "bury", reason), after)

    @background()
    async def undone(self) -> None:
        self.advance(await self.call(self.session.next))

    def action_info(self) -> None:
        self.action_open("pages:CardInfoScreen", self.question.key, solved=self.bench.stage == "grade")

    def action_leech(self) -> None:
        hidden = self.bench.stage != "grade" and self.question.key == self.leech
        self.action_open("pages:LeechScreen", self.leech, solved=not hidden)

    @background("reading")
    async def action_edit_card(self) -> None:
        """Edit the card, and ask it anew where that changed it."""
        left_editor = self.focused is None
        self.save_draft()
        changed = await self._run(edit_card(self, self.question.key))
        question = await self.call(self.session.ask_again if changed else self.session.next)
        if question is not self.question:
            self.advance(question)
            if left_editor:
                # The framework moves the focus to the editor by a message of the app's: this one follows it.
                self.app.call_later(self.set_focus, None)

    @background("summing up")
    async def action_leave(self) -> None:
        """Sum up what was done; straight home where nothing was, or where nothing can be read any more."""
        self.save_draft()
        try:
            summary = await self.call(self.session.summary)
        except StoreError:  # as home says, too
            self.dismiss()
            return
        match await self.ask("pages:SummaryScreen", self.session, summary) if summary.cards else None:
            case "drill":
                self.session.start_drill()
                self.undone()
            case "undone":
                self.undone()
            case _:
                self.dismiss()
