"""The session line by line: `ptcards review --plain`, for screen readers and dumb terminals, and `watch`."""

import codeop
from contextlib import suppress
from shutil import get_terminal_size
from textwrap import wrap
from typing import NamedTuple, Protocol

import click

from ptcards.cli.common import iso, narrate, outcome_lines, show
from ptcards.deck.card import Accepts, runs_code
from ptcards.errors import AwayError, StaleAnswerError
from ptcards.language import _, counted, later
from ptcards.runner.protocol import Outcome, Verdict
from ptcards.runner.rules import said_of
from ptcards.scheduling.queue import Scope
from ptcards.study.desk import Desk
from ptcards.study.session import Question, Session

HELP = later("""\
Type the answer; a complete line is checked at once, more lines end with an empty one.
:m takes as many lines as you like, empty ones too; a line of :. ends them.
:h hint   :g show me   :t try without a verdict   :q quit   :? this help
:- bury   :@ suspend   :n skip   :u undo   :! my answer is right""")


class Word(NamedTuple):
    """What is wanted instead of an answer being checked, by its letter."""

    name: str
    rest: str = ""


class Source(Protocol):
    """Where answers, words and grades come from; None is the end of input, and leaves."""

    hello: str
    help: str

    def begin(self, session: Session, question: Question) -> None:
        """Show what the answer to a new question starts from."""

    def answer(self, session: Session, question: Question) -> str | Word | None: ...

    def judged(self, outcome: Outcome) -> str:  # noqa: ARG002
        """What is to be said after the outcome of the newest answer."""
        return ""

    def line(self, prompt: str) -> str | None: ...


class Typed(Source):
    """Everything is typed, line by line."""

    hello = later(":? helps. The first answer may wait some seconds, until torch is ready.")
    help = HELP

    def begin(self, session: Session, question: Question) -> None:  # noqa: ARG002
        card, draft = question.card, "" if question.draft == question.card.starter else question.draft
        starts = (_("To start from:"), card.starter), (_("Typed before:"), draft)
        for title, text in ((_("Given:"), card.given), *starts):
            if text.strip():
                show(f"{title}\n{text.rstrip()}")

    def answer(self, session: Session, question: Question) -> str | Word | None:
        lines: list[str] = []
        several = False
        first = _("Enter shows the answer> ") if question.card.accepts is Accepts.RECALL else "> "
        while True:
            try:
                line = self.line("... " if lines or several else first)
            except KeyboardInterrupt:
                if lines:
                    session.save_draft("\n".join(lines))
                raise
            if line is None:
                return "\n".join(lines) if lines else None
            if line.startswith(":") and not lines and not several:
                if line.strip() != ":m":
                    name, _blank, rest = line[1:].partition(" ")
                    return Word(name, rest)
                several = True
                continue
            if several and line.strip() == ":.":
                return "\n".join(lines)
            lines.append(line)
            complete = True
            if question.card.accepts is Accepts.CODE and line:
                # What is wrong by itself no more lines put right.
                with suppress(SyntaxError, ValueError, OverflowError):
                    complete = len(lines) == 1 and codeop.compile_command(line, symbol="exec") is not None
            if complete and not several:
                return "\n".join(lines)

    def line(self, prompt: str) -> str | None:
        try:
            return input(prompt)
        except EOFError:
            click.echo()
            return None


def review_plain(desk: Desk, session: Session, source: Source) -> None:
    """Run a session over stdout and what comes from the source."""
    click.echo(_(source.hello))
    if _ask_all(session, desk, source) and (waiting := session.remaining.drill):
        one, more = _("1 card is below Good today."), _("{} cards are below Good today.", waiting)
        question = _("{} {}", one if waiting == 1 else more, _("Drill now? [Y/n]"))
        if source.line(f"{question} ") in ("", "y", "Y", "yes"):
            session.start_drill()
            _ask_all(session, desk, source)
    summary = session.summary()
    cards, minutes = counted(summary.cards, "card"), counted(round(summary.seconds / 60), "minute")
    tomorrow, waiting = summary.tomorrow, summary.below_good
    ends = [f"{count} {_(end)}" for end, count in summary.ends.items()]
    done = _("Done today: {}.", _(", ").join([_("{} in {}", cards, minutes), *ends]))
    waits = _("1 waits in the drill.") if waiting == 1 else _("{} wait in the drill.", waiting)
    lines = ["\n" + _("{} {}", done, waits)]
    lines += [_("To look at again: {}", _(", ").join(summary.went_badly))] if summary.went_badly else []
    for mistake, times in summary.mistakes:
        lines.append(_("Mistake made: {}", mistake) + (_(" ({} times)", times) if times > 1 else ""))
    due, new, about = tomorrow.counts.due, tomorrow.counts.new, counted(tomorrow.minutes, "minute")
    streak = counted(tomorrow.streak, "day")
    lines.append(_("Tomorrow: {} due, {} new, about {}. {} in a row.", due, new, about, streak))
    show("\n".join(lines))


def review_typed(desk: Desk, scope: Scope) -> None:
    """A session of which everything is typed; what hinders some of its cards is said before."""
    for line in desk.interpreter.advice(desk.home().counts.held_back.requires):
        narrate(line)
    review_plain(desk, Session(desk, scope), Typed())


def _ask_all(session: Session, desk: Desk, source: Source) -> bool:
    """Ask until nothing is left (True) or the learner quits."""
    shown = None
    while (question := session.next()) is not None:
        if question is not shown:
            if desk.runner is not None and runs_code(question.card):
                desk.runner.start()  # torch is loaded while the learner types
            left, card = question.remaining, question.card
            counts = _("{} due, {} new, {} drill", left.due, left.new, left.drill)
            counts = _("{} left", left.due) if question.cram else counts
            place = question.position, question.expected, question.key
            lines = ["\n" + _("Card {} of {}, {}. {}.", *place, counts)]
            lines += filter(None, (wrapped(card.question), wrapped(said_of(card))))
            show("\n".join(lines))
            source.begin(session, question)
            for hint in session.hints_shown:
                show(wrapped(_("Hint: {}", hint)))
        shown = question
        if not _answer(session, question, source):
            return False
    return True


def _answer(session: Session, question: Question, source: Source) -> bool:
    """Take an answer, or do what a word says; False where the learner quits."""
    given = source.answer(session, question)
    if given is None:
        return False
    if isinstance(given, str):
        if question.card.accepts is Accepts.RECALL:
            session.reveal()
            show(question.card.solution)
            return _grade(session, source)
        session.save_draft(given)
        outcome = session.submit(given)
        lines = [*outcome_lines(outcome), source.judged(outcome)]
        show(wrapped("\n".join(filter(None, lines))[2:]))
        if outcome.verdict is not Verdict.PASS:
            return True
        _teach(question)
        return _grade(session, source)
    rest = given.rest
    match given.name:
        case "q":
            return False
        case "h":
            show(wrapped(session.hint() or _("There are no more hints.")))
        case "t":
            value = session.try_out(rest)
            show(value.answer_value.text if value.answer_value else value.message)
        case "g":
            session.show()
            _teach(question)
            return _grade(session, source)
        case "!":
            session.dispute(rest)
            return _grade(session, source)
        case "u":
            done = session.undo()
            show(_("Undone: {}. {}", done.what, done.note) if done else _("Nothing to undo."))
        case "-" | "@" as name:
            show(session.act("bury" if name == "-" else "suspend"))
        case "n":
            session.skip()
            show(_("Skipped."))
        case _:
            click.echo(_(source.help))
    return True


def _teach(question: Question) -> None:
    show(_("Solution: {}", question.card.solution.rstrip()))
    if question.card.explanation:
        show(wrapped(question.card.explanation))


def wrapped(text: str) -> str:
    """Prose for the terminal's width, broken between words; code in it stays as it is."""
    width, code, lines = get_terminal_size().columns - 1, False, list[str]()
    for line in text.rstrip().split("\n"):
        code ^= line.lstrip().startswith("```")
        stays = code or len(line) <= width or line.startswith("    ")
        lines += [line] if stays else wrap(line, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)


def _grade(session: Session, source: Source) -> bool:
    """Take the grade that is typed; False where the learner leaves without one."""
    buttons = session.buttons()
    for button in buttons:
        days, today = button.outlook.interval_days, button.outlook.today
        when = counted(days, "day") if days else _("the schedule stays")
        when += _(", again today") if today else ""
        line = _("{} {}: {}", button.key, button.label, when)
        click.echo(line + (" (Enter)" if button.proposed else ""))
    if session.proposal is not None:
        show(_("Proposed because: {}.", session.proposal.reason))
    by_key = {button.key: button for button in buttons}
    by_key[""] = next((button for button in buttons if button.proposed), by_key["3"])
    while (pressed := source.line(_("Grade: "))) is not None and pressed.strip() != ":q":
        if (chosen := by_key.get(pressed.strip())) is None:
            click.echo(_("Type {}, or :q to leave it ungraded.", ", ".join(filter(None, by_key))))
            continue
        try:
            done = session.grade(chosen.q)
        except AwayError as error:
            show(str(error))
            continue
        except StaleAnswerError as error:
            show(str(error))
            session.skip()
        else:
            click.echo(_("{}, due {}.", done.event.label, iso(done.after.due) or _("as before")))
        return True
    return False
