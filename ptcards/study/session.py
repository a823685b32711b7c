"""One session: which card is asked, what was answered, what the grade is, how it ends."""

import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

from ptcards.deck.card import Accepts, Card, runs_code
from ptcards.errors import StoreError, UsageError
from ptcards.language import _, later
from ptcards.runner.protocol import Outcome, Verdict
from ptcards.scheduling.events import Kind, Step, grade_kind, keeps_failing, label_of, mistakes_of
from ptcards.scheduling.queue import Counts, Queue, Scope, shuffle_of
from ptcards.scheduling.sm2 import PASS, Outlook, Schedule, fuzz_for, outlook
from ptcards.store.glance import Glance
from ptcards.store.library import StoredCard
from ptcards.study.actions import UndoView, act, record_grade, undo, undo_preview
from ptcards.study.attempt import Attempt, Proposal, as_note, attempts_in
from ptcards.study.cards import Catalogue
from ptcards.study.desk import Desk, Drawn
from ptcards.study.scheduler import plan_of
from ptcards.study.sheet import Sheet, sheet_of

_ATTEMPTS = "attempts"
_MOST_MISTAKES = 5
_ENDS = {
    "pass": later("right at the first check"),
    "fail": later("after a mistake"),
    "taught": later("taught"),
    "shown": later("solution shown"),
}
_WORDS = later("Blackout|Wrong, remembered|Wrong, seemed easy|Hard|Good|Perfect")


class Question(NamedTuple):
    """One card as it is asked: `vary` drawn, translated, with what was typed before."""

    key: str
    deck_title: str
    card: Card
    schedule: Schedule
    draft: str  # What the editor starts with: a kept draft, else the starter
    position: int  # 1 for the session's first card
    expected: int  # Cards the session is going to ask in all, as known now
    remaining: Counts  # Cards still to come in this session
    drill: bool = False
    cram: bool = False

    @property
    def teachable(self) -> bool:
        """Showing the solution teaches the card: it is new, and the answer counts."""
        return self.schedule.due_day is None and not self.cram


class GradeButton(NamedTuple):
    """One grade as offered: what pressing its key would do."""

    key: str  # `1` to `4`, or `0` to `5` where all grades of SM-2 are asked for
    label: str
    q: int
    proposed: bool
    outlook: Outlook


class Summary(NamedTuple):
    """A study day up to the end of a session, in numbers and names."""

    cards: int
    ends: Mapping[str, int]  # How they ended, in English, and how many did; the most frequent first
    below_good: int  # Cards that wait in today's drill
    seconds: float
    mistakes: tuple[tuple[str, int], ...]  # Misconceptions met, with how often
    tomorrow: Glance
    went_badly: tuple[str, ...] = ()
    left: tuple[int, int] = (0, 0)  # Cards due and new that the session had not come to
    cram: bool = False
    leeches: tuple[str, ...] = ()
    """Cards that failed for the 8th time, or the 4th since, or on the fourth day in a row."""


@dataclass(slots=True)
class _Asked:
    """The question at hand and all that happened since it was shown; each card has its own."""

    question: Question
    drawn: Drawn
    shown_at: float
    attempt: Attempt
    draft: str | None  # What is kept of what was typed
    hints_shown: int
    running: float = 0.0  # Seconds that its answers ran
    revealed: bool = False


def _name(day: int, card: Question | StoredCard) -> str:
    """What a card's attempt is kept under until it is graded or the study day ends."""
    return f"{day} {card.key}#{card.schedule.answers}"


class Session:
    """Asks cards one after another. Methods that run code or write block; call one at a time.

    `monotonic` gives seconds for durations only. UsageError where the scope names what is not there.
    """

    def __init__(self, desk: Desk, scope: Scope, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.scope = scope
        self._desk = desk
        self._monotonic = monotonic
        self._started, self._since = monotonic(), desk.now().day
        self._day = self._since
        self._newest = desk.store.log.newest()
        self._chosen = select(desk, scope)
        self._limits, self._unmet = desk.config, desk.unmet()
        if scope.new is not None:
            decks = desk.config.decks.items()
            own = {slug: {name: n for name, n in its.items() if name != "new_per_day"} for slug, its in decks}
            self._limits = desk.config._replace(new_per_day=scope.new, decks=own)
        self._whole = scope.cram or scope.query is not None  # all in scope is asked, due or not
        chosen, order = self._chosen.cards, dict[str, tuple[bool, int]]()
        for card in desk.store.library.cards(scope.decks or None) if self._whole else ():
            known = self._unmet.isdisjoint((card.key, card.deck)) and (chosen is None or card.key in chosen)
            if known and not card.schedule.suspended:
                order[card.key] = self._crams(card.schedule), shuffle_of(card.key)
        keys = sorted(order, key=order.__getitem__)
        if scope.sort:
            keys = [key for key in chosen or () if key in order]
        self._all = Queue(dict.fromkeys(keys), {}, {})
        self._attempts = attempts_in(desk.typed.note(_ATTEMPTS))
        self._skipped: list[str] = []
        self._dropped: set[str] = set()
        self._last = ""
        self._forced: str | None = None
        self._drilling = False
        self._asked: _Asked | None = None
        self._answered: dict[str, bool] = {}  # the answers in force, by event: whether each is no drill's
        self._taken_back: dict[str, bool] = {}
        # The app may have been open for days.
        desk.store.back_up_daily(self._day)

    def next(self) -> Question | None:
        """The question to show now; None when nothing is left but, perhaps, the drill."""
        limit, minutes = self.scope.limit, self.scope.minutes
        spent, graded = (self._monotonic() - self._started) / 60, sum(self._answered.values())
        over = (limit is not None and graded >= limit) or (minutes is not None and spent >= minutes)
        if self._asked is None and (self._drilling or self._forced is not None or not over):
            queue = self._queue()
            if card := next(filter(None, map(self._present, self._order(queue))), None):
                self._ask(card, self._left(queue), graded)
            self._forced = None
        return None if self._asked is None else self._asked.question

    def _order(self, queue: Queue) -> Iterator[str]:
        """The keys still to be asked: an undone card first, the skipped ones last, the last one not again."""
        if self._forced is not None:
            yield self._forced
        parts = queue[: 3 if self._drilling else 2]
        late = (*self._skipped, self._last)
        yield from (key for key in chain(*parts) if key not in late and key not in self._dropped)
        # The last one was skipped as the last, if at all.
        yield from (key for key in late if key not in self._dropped and any(key in part for part in parts))

    def _queue(self) -> Queue:
        if self._whole:
            return self._all
        return self._desk.store.queue.of_day(self._desk.now().day, self._limits, self._chosen, self._unmet)

    def _crams(self, schedule: Schedule) -> bool:
        """Whether an answer moves no schedule: with a query what is due is a review."""
        due, back = schedule.due_day, schedule.buried_until or 0
        return self._whole and (self.scope.cram or due is None or max(due, back) > self._desk.now().day)

    def _present(self, key: str) -> StoredCard | None:
        card = self._desk.store.library.card(key)
        return card if card is not None and card.present else None

    def _ask(self, card: StoredCard, remaining: Counts, graded: int) -> None:
        schedule, drawn, limit = card.schedule, self._desk.draw(card), self.scope.limit
        day = self._desk.now().day
        attempt = self._attempts.get(_name(day, card)) or Attempt()
        expected = graded + max(remaining.due + remaining.new + remaining.drill * self._drilling, 1)
        if limit and not self._drilling:
            expected = min(expected, limit)
        draft = self._desk.draft(card)
        typed = draft or attempt.typed or drawn.card.starter
        shown = card.key, drawn.deck.title or card.deck, drawn.card, schedule, typed
        drill = schedule.drill_day == day
        question = Question(*shown, graded + 1, expected, remaining, drill, self._crams(schedule))
        hints = attempt.hints - attempt.looked_up
        self._asked = _Asked(question, drawn, self._monotonic(), attempt, draft, hints)

    def _happened(self, asked: _Asked, attempt: Attempt) -> None:
        """All of it counts, whoever leaves the card meanwhile; but a pass has to be done again."""
        asked.attempt = attempt = attempt._replace(typed=attempt.typed or asked.draft or "")
        day = self._desk.now().day
        self._attempts[_name(day, asked.question)] = attempt._replace(passed=False, disputed=None)
        note = as_note({name: one for name, one in self._attempts.items() if name.startswith(f"{day} ")})
        # Checking goes on where nothing can be written.
        with suppress(StoreError):
            self._desk.typed.save_note(_ATTEMPTS, note)

    def _at_hand(self) -> _Asked:
        if self._asked is None:
            raise UsageError(_("no card is being asked"))
        return self._asked

    @property
    def remaining(self) -> Counts:
        """What is still to come, by part; the drill has the cards that scored below Good today."""
        return self._left(self._queue())

    def _left(self, queue: Queue) -> Counts:
        due, new, drill = [len(part) - len(self._dropped & part.keys()) for part in queue]
        return Counts(due, new, drill)

    def _leave(self, key: str) -> None:
        """The card was graded or put away."""
        self._last, self._asked = key, None
        self._all.due.pop(key, None)
        if key in self._skipped:
            self._skipped.remove(key)

    def reread(self) -> Question | None:
        """The question after its card may have been touched elsewhere.

        Marked, it is still asked; edited, from the start; answered, put away or due later, it is not.
        """
        asked = self._asked
        if asked is not None:
            question, stored = asked.question, self._present(asked.question.key)
            if stored is not None:
                now, before = stored.schedule, question.schedule
                away = now.suspended or (now.buried_until or 0) > self._desk.now().day
                same = now._replace(marked=before.marked, head=before.head) == before
                if self._desk.draw(stored, asked.drawn.seed).template != asked.drawn.template:
                    return self.ask_again()
                if now.head == before.head or (same and not away):
                    asked.question = question._replace(schedule=now)
                    return asked.question
            self._leave(question.key)
        return self.next()

    def ask_again(self) -> Question | None:
        """The card in hand from the start, as its deck has it now; the next one where it is gone."""
        if (asked := self._asked) is not None:
            self._attempts.pop(_name(self._desk.now().day, asked.question), None)
            self._asked, self._forced = None, asked.question.key
        return self.next()

    def changed_day(self) -> bool:
        """Whether the study day rolled over since the session began, or since the last call."""
        before, self._day = self._day, self._desk.now().day
        return before != self._day

    def prepare(self) -> Outcome | None:
        """Run `preamble` and `given` ahead of the answer; None where nothing is run."""
        asked = self._at_hand()
        if asked.question.card.accepts is not Accepts.CODE:
            return None
        job = self._desk.job(asked.drawn, "")
        return None if isinstance(job, Outcome) else self._desk.need_runner().prepare(job)

    def sheet(self) -> Sheet:
        """The card as a file for one's own editor."""
        asked = self._at_hand()
        shown = asked.question
        return sheet_of(shown.card, shown.key, asked.drawn.deck.preamble, shown.position)

    def submit(self, code: str) -> Outcome:
        """Run an answer and judge it; waits for a runner that is still warming."""
        asked = self._at_hand()
        outcome = self._run(asked, code, judged=True)
        self._happened(asked, asked.attempt.judged(outcome, code))
        if asked.question.card.accepts is Accepts.CODE or outcome.verdict is not Verdict.FAIL or outcome.slip:
            return outcome
        # Where nothing is run the wanted value is itself the answer: of a mistake only the words are shown.
        hidden: dict[str, Any] = dict.fromkeys(("assertion", "left", "right", "wanted_value", "source_line"))
        return replace(outcome, difference=(), **hidden)

    def try_out(self, code: str) -> Outcome:
        """Run an answer without a verdict and give its value."""
        return self._run(self._at_hand(), code, judged=False)

    def _run(self, asked: _Asked, code: str, *, judged: bool) -> Outcome:
        started = self._monotonic()
        outcome = self._desk.run(asked.drawn, code, judged=judged)
        asked.running += self._monotonic() - started
        return outcome

    def stop(self) -> None:
        """End the answer that runs; to be called while another thread waits in `submit` or `try_out`."""
        if self._desk.runner is not None:
            self._desk.runner.stop()

    def elapsed(self) -> float:
        """Seconds on this card, time spent running its answers left out."""
        asked = self._asked
        return 0.0 if asked is None else max(0.0, self._monotonic() - asked.shown_at - asked.running)

    def save_draft(self, code: str) -> None:
        """Keep what is typed, until the card is graded."""
        if (asked := self._asked) is not None:
            begun = ("", asked.question.card.starter.rstrip())
            asked.draft = None if code.rstrip() in begun else code
            self._desk.typed.save_draft(asked.question.key, asked.draft)

    @property
    def attempt(self) -> Attempt:
        """What happened since the card was shown."""
        return Attempt() if self._asked is None else self._asked.attempt

    def hint(self) -> str | None:
        """Show the next hint; None when there are no more."""
        asked = self._at_hand()
        hints = asked.question.card.hints
        if asked.hints_shown >= len(hints):
            return None
        asked.hints_shown += 1
        self._happened(asked, asked.attempt.hinted())
        return hints[asked.hints_shown - 1]

    @property
    def hints_shown(self) -> tuple[str, ...]:
        asked = self._asked
        return () if asked is None else asked.question.card.hints[: asked.hints_shown]

    @property
    def lookup_counts(self) -> bool:
        """Looking a name up is a hint: nothing of the card was judged, shown or looked up yet."""
        asked, done = self._at_hand(), self.attempt
        return not (asked.revealed or done.verdicts or done.shown or done.looked_up)

    def look_up(self, what: str, code: str, line: str) -> Outcome:
        """A `page` about what `line` ends in, or the `names` that may be, as `stdout`; `code` is the answer.

        Before the card's first verdict a page is a hint, one for all of them.
        """
        asked = self._at_hand()
        if not runs_code(asked.question.card):  # a call may be the deck's, which put it into the editor
            line = re.findall(r"[\w.]*$", line)[0]
        job = self._desk.job(asked.drawn, "")
        outcome = job if isinstance(job, Outcome) else self._desk.need_runner().look_up(job, what, code, line)
        if what == "page" and outcome.stdout and self.lookup_counts:
            self._happened(asked, asked.attempt.hinted()._replace(looked_up=True))
        return outcome

    def show(self) -> None:
        """Show me; on a new card, teach me."""
        asked = self._at_hand()
        self._happened(asked, asked.attempt.with_solution())

    def reveal(self) -> None:
        """Show the answer of a card that nothing is run of."""
        self._at_hand().revealed = True

    def dispute(self, reason: str) -> None:
        """My answer is right: grading by hand opens, and the answer is kept as disputed."""
        asked = self._at_hand()
        asked.attempt = asked.attempt._replace(disputed=reason.strip() or "my answer is right")

    @property
    def proposal(self) -> Proposal | None:
        """The grade that the evidence leads to; None while there is none."""
        asked = self._asked
        recall = asked is not None and asked.question.card.accepts is Accepts.RECALL
        if asked is None or (recall and not asked.revealed):
            return None
        before, is_new = asked.question.schedule.repetitions, asked.question.teachable
        return asked.attempt.proposal(repetitions=before, is_new=is_new, self_graded=recall)

    def buttons(self) -> tuple[GradeButton, ...]:
        """The grades on offer, each with what it would do; Again is the proposed q where that is below 3."""
        question, proposal = self._at_hand().question, self.proposal
        schedule, day, config = question.schedule, self._desk.now().day, self._desk.config
        proposed = None if proposal is None else proposal.q
        if config.grades == "sm2":
            offered = [(str(q), word, q) for q, word in enumerate(_(_WORDS).split("|"))]
        else:
            again = proposed if proposed is not None and proposed < PASS else 1
            offered = [(str(key), label_of(q), q) for key, q in enumerate((again, 3, 4, 5), 1)]
        fuzz = fuzz_for(question.key, schedule.answers) if config.fuzz else None
        moves = grade_kind(schedule, day, cram=question.cram) is not Kind.CRAMMED
        memory = plan_of(self._desk, question.key).memory if moves else None

        def ahead(q: int) -> Outlook:
            return outlook(schedule, q, day, fuzz, memory) if moves else Outlook(0, 0, False)

        return tuple(GradeButton(key, label, q, q == proposed, ahead(q)) for key, label, q in offered)

    def grade(self, q: int) -> Step:
        """Commit a grade; StaleAnswerError where the card has moved on since it was shown."""
        asked, proposal = self._at_hand(), self.proposal
        question = asked.question
        if proposal is None:
            raise UsageError(_("there is nothing to grade yet: check an answer, or ask to be shown"))
        how: dict[str, Any] = {"verdict": proposal.verdict, "seconds": self.elapsed(), "cram": question.cram}
        about = self._desk, question.key, question.schedule, q, asked.attempt
        done = record_grade(*about, **how, seed=asked.drawn.seed)
        self._answered[done.event.id] = done.event.kind != Kind.DRILLED
        self._taken_back.clear()
        self._leave(question.key)
        return done

    def skip(self) -> None:
        """To the end of this session; the card keeps its place within the day's limits."""
        key = self._at_hand().question.key
        self._leave(key)
        self._skipped.append(key)
        if self._whole:
            self._all.due[key] = None

    def act(self, action: str, broken: str | None = None) -> str:
        """`bury`, `suspend` or `mark` the card, or unmark it where it is marked; says what happened.

        `broken` is why the learner says that the card is wrong. A marked card stays on the screen.
        """
        question = self._at_hand().question
        if action == "mark" and question.schedule.marked:
            action = "unmark"
        disputed = None if broken is None else broken.strip() or "broken"
        how: dict[str, Any] = {"expected_head": question.schedule.head, "disputed": disputed}
        said = act(self._desk, question.key, action=action, **how)
        self.reread()
        return said.partition("/")[2]

    def undo_preview(self) -> UndoView | None:
        """What `undo` would take back, named."""
        return undo_preview(self._desk, self._newest)

    def undo(self, *, redo: bool = False) -> UndoView | None:
        """Take the newest action back, whose card is asked next with what was typed; or the newest undo."""
        if (done := undo(self._desk, redo=redo)) is None:
            return None
        key, (source, target) = done.key, (self._answered, self._taken_back)[:: -1 if redo else 1]
        if done.action in source:
            target[done.action] = source.pop(done.action)
            if redo:
                self._desk.typed.save_draft(key, None)
        self._leave(key)
        self._dropped.discard(key)
        if self._whole and not redo:
            self._all.due[key] = None
        self._forced = None if redo else key
        return done

    def start_drill(self) -> None:
        self._drilling = True

    def drop_from_drill(self) -> None:
        """Leave this card out of the rest of today's drill, here."""
        key = self._at_hand().question.key
        self._leave(key)
        self._dropped.add(key)

    def summary(self) -> Summary:
        """The day up to the end of the session: all its answers in force, from wherever they came."""
        kinds = (Kind.CRAMMED,) * self._whole + (Kind.GRADED,) * (not self.scope.cram)
        log, since, left = self._desk.store.log, self._since, self.remaining
        history = log.history(*log.answered(since))
        steps = (step for step in history if step.in_force and step.event.day >= since)
        answered = sorted(steps, key=lambda step: step.event.id)
        asked = [step for step in answered if step.event.kind in kinds]
        ends = Counter(_ENDS.get(step.event.verdict or "", later("self-graded")) for step in asked)
        mistakes = Counter(mistake for step in answered for mistake in mistakes_of(step.event.details))
        badly = dict.fromkeys(step.event.card for step in asked if step.failed)
        failing = (key for key in badly if keeps_failing(log.history(key)))
        return Summary(
            cards=len(asked),
            ends=dict(ends.most_common()),
            below_good=left.drill,
            seconds=sum(step.event.seconds or 0 for step in answered),
            mistakes=tuple(mistakes.most_common(_MOST_MISTAKES)),
            tomorrow=self._desk.home(days_ahead=1),
            went_badly=tuple(badly),
            left=(left.due, left.new),
            cram=self.scope.cram,
            leeches=tuple(dict.fromkeys([*(step.event.card for step in asked if step.leech), *failing])),
        )


def select(desk: Desk, scope: Scope) -> Scope:
    """A scope whose tag and query are keys of cards; UsageError where there is no such deck, tag or card."""
    cards: Collection[str] | None = None if scope.cards is None else frozenset(scope.cards)
    if scope.tag is not None:
        tagged = desk.tagged(scope.tag)
        cards = tagged if cards is None else tagged.intersection(cards)
    if scope.query is not None:
        found = [view.key for view in Catalogue(desk).find(scope.query, scope.sort or "deck")]
        if not found:
            raise UsageError(_("No card matches {!r}.", scope.query))
        cards = dict.fromkeys(key for key in found if cards is None or key in cards)
    return scope._replace(decks=frozenset(desk.deck(slug).slug for slug in scope.decks), cards=cards)
