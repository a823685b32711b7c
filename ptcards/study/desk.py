"""What every use case works with: the open library, the settings, the clock, the runner."""

import difflib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import orjson

from ptcards import paths
from ptcards.config import Config
from ptcards.deck.card import Accepts, Card, Deck, Within, default_seed, draw, from_data, redraw, runs_code
from ptcards.deck.translation import Translation, apply, translate_message, translation_from_data
from ptcards.errors import PtcardsError, StoreError, UsageError
from ptcards.language import _
from ptcards.runner.interpreter import Interpreter, choose
from ptcards.runner.protocol import ONLY_THESE, Outcome, Verdict, Why
from ptcards.runner.runner import Job, Runner
from ptcards.scheduling.days import Moment, day_of, study_day
from ptcards.scheduling.events import Event
from ptcards.scheduling.sm2 import PASS
from ptcards.statistics.drawing import Report, levels
from ptcards.statistics.report import report
from ptcards.statistics.verdict import Adopted, Comparison, Standing
from ptcards.store.glance import Glance
from ptcards.store.glance import glance as read_glance
from ptcards.store.library import Library, StoredCard
from ptcards.store.server import Server, Where
from ptcards.store.store import Store
from ptcards.store.tables import StoredDeck, Trust

Clock = Callable[[], Moment]
_OF_THE_CARD = ("given", "check", "solution", "also", "wrong", "expects", "forbid", "within", "limits")
COMPARISON = "comparison"
"""The note that the newest comparison of SM-2 and FSRS is kept in."""
DRAFTS_THERE = "drafts-there"
"""A copy's note of the drafts that it and the server both had when they were brought together."""
_Head = tuple["StoredDeck", "Deck", "Translation | None"]


class Now(NamedTuple):
    """The moment of a use case, and the study day it belongs to."""

    moment: Moment
    day: int


class Lately(NamedTuple):
    """What home says of the days until now, and of cards that need something."""

    done: int = 0  # Cards that were answered today
    failed: int = 0  # Cards that failed yesterday or today
    leeches: int = 0
    disputed: int = 0
    shades: Sequence[int] = ()
    """0 to 4 for each day up to today, half a year at most, from the first with an answer on."""


class Drawn(NamedTuple):
    """One card as it is asked: its deck, its content with `vary` drawn and translated, and the seed."""

    deck: Deck
    stored_deck: StoredDeck
    card: Card
    seed: int
    template: Card  # The card as its deck has it
    translation: Translation | None


@dataclass(eq=False, slots=True)
class Desk(AbstractContextManager["Desk"]):
    """An open library, shared by the sessions and use cases of one process."""

    store: Store
    database: Where
    config: Config
    clock: Clock
    runner: Runner | None = None
    notices: tuple[str, ...] = ()  # What opening the library noticed; nothing in the ordinary case
    _heads: dict[tuple[str, str], _Head] = field(default_factory=dict)
    _near: Store | None = None

    def close(self) -> None:
        """Close the database and end the runner."""
        self.store.close()
        if self._near is not None:
            self._near.close()
        if self.runner is not None:
            self.runner.close()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def interpreter(self) -> Interpreter:
        """What answers run in."""
        return self.runner.interpreter if self.runner else choose(self.config.runner)

    def now(self) -> Now:
        moment = self.clock()
        return Now(moment, study_day(moment, self.config.day_starts_at))

    @property
    def near(self) -> Store | None:
        """The copy here of what is on a server; None where nothing is."""
        if self._near is None and isinstance(self.database, Server):
            with suppress(StoreError):
                self._near = Store.open(self.database.copy)
        return self._near

    @property
    def typed(self) -> Library:
        """Where what is typed is kept at once: of what is on a server in the copy, which is never away."""
        return (self.near or self.store).library

    def draft(self, card: StoredCard) -> str | None:
        """What was typed for a card and not graded."""
        if self.near is None:
            return card.draft
        before = orjson.loads(self.typed.note(DRAFTS_THERE) or "{}")
        return newer(self.typed.draft(card.key), card.draft, before.get(card.key))

    def recorded(self, *made: Event, code: str | None = None, graded: str | None = None) -> None:
        """Let the copy follow the log on a server; of the card that was graded it forgets the draft."""
        if self.near is None:
            return
        with suppress(PtcardsError):  # the next time that the two are brought together will do
            self.near.log.merge((one, code) for one in made)
            there = orjson.loads(self.typed.note(DRAFTS_THERE) or "{}")
            if graded is not None:
                self.typed.save_draft(graded, None)
                if there.pop(graded, None) is not None:
                    self.typed.save_note(DRAFTS_THERE, orjson.dumps(there).decode())

    def deck(self, slug: str) -> StoredDeck:
        """A deck by its slug; UsageError names those there are."""
        stored = self.store.library.deck(slug)
        if stored is None:
            known = [one.slug for one in self.store.library.decks()]
            there_are = _suggest(slug, known) or _("There are: {}.", ", ".join(known) or _("none"))
            raise UsageError(_("There is no deck {!r}. {}", slug, there_are))
        return stored

    def card(self, key: str, *, present: bool = False) -> StoredCard:
        """A card by its key, or by its id alone where one deck has it; UsageError says what there is.

        With `present` an orphan is refused, too.
        """
        library = self.store.library
        found = library.card(key)
        if found is None:
            known = list(library.keys())
            ends = [other for other in known if other.endswith(f"/{key}")] if "/" not in key else []
            if len(ends) > 1:
                raise UsageError(_("{!r} is in several decks: {}", key, ", ".join(ends)))
            found = library.card(ends[0]) if ends else None
            if found is None:
                there_are = _suggest(key, known) or _("See: ptcards cards")
                raise UsageError(_("There is no card {!r}. {}", key, there_are))
        if present and not found.present:
            raise UsageError(_("{} is an orphan: no deck has it, so there is nothing to answer", found.key))
        return found

    def tagged(self, tag: str) -> frozenset[str]:
        """The keys of the cards with a tag; UsageError names the tags there are."""
        tagged = frozenset(self.store.library.keys(tag=tag))
        if not tagged:
            known = ", ".join(sorted(self.store.library.tags())) or _("none")
            raise UsageError(_("No card has the tag {!r}. There are: {}.", tag, known))
        return tagged

    def draw(self, asked: StoredCard, seed: int | None = None) -> Drawn:
        """The card as it is asked, in the configured language."""
        stored, deck, translation = self._head(self.deck(asked.deck))
        template = card = from_data(Card, orjson.loads(asked.content))
        if seed is None:
            seed = default_seed(asked.key, asked.schedule.answers)
        if translation is not None:
            card = apply(deck._replace(cards=(card,)), translation).cards[0]
        return Drawn(deck, stored, draw(card, seed), seed, template, translation)

    def questions(self) -> dict[str, str]:
        """The questions that are translated into the configured language, by the card's key."""
        heads = map(self._head, self.store.library.decks())
        made = ((stored.slug, translation.cards) for stored, _, translation in heads if translation)
        return {f"{slug}/{name}": card.question for slug, cards in made for name, card in cards.items()}

    def _head(self, stored: StoredDeck) -> _Head:
        """A deck without its cards, read once for each version of it."""
        version = stored.slug, (language := self.config.language)
        known = self._heads.get(version)
        if known is None or known[0] != stored:
            deck, translation = deck_of(stored), None
            data = orjson.loads(stored.content).get("translations", {}).get(language)
            if data is not None and language != deck.language:
                translation = translation_from_data(data)
                deck = apply(deck, translation)
            known = self._heads[version] = stored, deck, translation
        return known

    def home(self, days_ahead: int = 0) -> Glance:
        """The home screen's content, with what this machine cannot run held back."""
        return read_glance(self.database, self.now().day + days_ahead, self.config, self.unmet())

    def lately(self) -> Lately:
        """What the glance of home leaves out: it takes a little longer."""
        day, answered = self.now().day, self.store.log.answered
        failed = sum(min(grades) < PASS for grades in answered(day - 1).values())
        by_day, leeches, disputed = self.store.sums.lately(day - 181, day)
        shades = levels([by_day.get(one, 0) for one in range(min(by_day, default=day + 1), day + 1)])
        return Lately(len(answered(day)), failed, leeches, disputed, shades)

    def statistics(
        self, *, deck: str | None = None, tag: str | None = None, since: date | None = None
    ) -> Report:
        """Numbers over the history from `since` on (a year ago); UsageError: no such deck or tag."""
        slug = None if deck is None else self.deck(deck).slug
        today = self.now().day
        if tag is not None:
            self.tagged(tag)
        first = today - 364 if since is None else min(day_of(since), today)
        sums = self.store.sums.read(today, first, slug, tag)
        return report(sums, slug, tag, None if deck or tag else self.standing(sums.scored))

    def standing(self, scored: int) -> Standing:
        """What is known of SM-2 and FSRS on this log, which has so many next-day reviews by now."""
        config, event = self.config, self.store.log.adopted()
        planning = config.scheduler, *(one.get("scheduler") for one in config.decks.values())
        adopted = None if event is None else Adopted.read(event.day, event.details)
        kept = Comparison.read(self.store.library.note(COMPARISON))
        return Standing(scored, kept, adopted, schedules="fsrs" in planning)

    def unmet(self) -> frozenset[str]:
        """What this machine cannot ask: keys of cards, and slugs of decks."""
        library = self.store.library
        needs = library.requirements().items()
        unmet = self.interpreter.unmet
        cards = [key for key, requires in needs if unmet(orjson.loads(requires))]
        heads = map(self._head, library.decks())
        return frozenset((*cards, *(stored.slug for stored, deck, _ in heads if unmet(deck.requires))))

    def job(self, drawn: Drawn, answer: str) -> Job | Outcome:
        """The job that runs an answer, or the outcome that says why it may not run."""
        stored, closed = drawn.stored_deck, False
        agreed = is_built_in(stored) or runs_code(drawn.card)
        if stored.code_hash and not is_built_in(stored):
            trust = self.store.library.trust(stored.slug)
            if trust is None or not is_agreed(trust, stored.code_hash):
                key = f"{stored.slug}/{drawn.card.id}"
                message = _("the code of {0} is not trusted yet: ptcards trust {0}", stored.slug)
                return Outcome(key, Verdict.SKIPPED, message, why=Why.UNTRUSTED, seed=drawn.seed)
            closed, agreed = not trust.unsandboxed, agreed or trust.mine
        asked = drawn.deck, drawn.card, answer
        job = job_for(*asked, seed=drawn.seed, fail_closed=closed, template=drawn.template)
        # Where a card runs nothing, nobody was asked about its code: a name that is looked up runs alone.
        instead: dict[str, Any] = {} if stored.code_hash else {"preamble": "", "fail_closed": True}
        return job if agreed else replace(job, given="", **instead)

    def run(self, drawn: Drawn, answer: str, *, judged: bool = True) -> Outcome:
        """Run and judge an answer, or only give its value; blocks."""
        job = self.job(drawn, answer)
        if isinstance(job, Outcome):
            return job
        outcome = self.need_runner().run(job) if judged else self.need_runner().value(job)
        if drawn.translation is None or outcome.assertion is None:
            return outcome
        start = only if outcome.message.startswith(only := _(ONLY_THESE)) else ""
        said = outcome.message.removeprefix(start)
        message = translate_message(drawn.translation, drawn.template, drawn.seed, said)
        return replace(outcome, message=start + message)

    def need_runner(self) -> Runner:
        if self.runner is None:
            raise UsageError(_("this command runs no answers"))
        return self.runner


def newer(here: str | None, there: str | None, before: str | None) -> str | None:
    """Which draft goes on, where a copy and its server both had `before`; none is dropped that is new."""
    return here if there == before or (there is None and here != before) else there


def deck_of(stored: StoredDeck) -> Deck:
    """The deck without its cards, from its last good version."""
    return from_data(Deck, orjson.loads(stored.content))


def whole_deck(store: Store, stored: StoredDeck) -> Deck:
    """The deck with its cards, from its last good version."""
    cards = tuple(from_data(Card, orjson.loads(card.content)) for card in store.library.cards([stored.slug]))
    return deck_of(stored)._replace(cards=cards)


def is_built_in(stored: StoredDeck) -> bool:
    """Whether its code is the product's own: registered by the file that came with the program."""
    return stored.path in {str(path) for path in paths.built_in_decks()}


def is_agreed(trust: Trust | None, code_hash: str) -> bool:
    """Whether the learner agreed to that code."""
    return trust is not None and (trust.mine or trust.code_hash == code_hash)


def job_for(
    deck: Deck, card: Card, answer: str, *, seed: int, fail_closed: bool, template: Card | None = None
) -> Job:
    """The job that runs `answer` to `card`, whose `vary` is drawn already.

    `fail_closed` is False for the built-in deck and for decks trusted to run unsandboxed. With `template`,
    the card undrawn, a pass is confirmed with other values.
    """
    job = Job(
        deck.key(card),
        card.accepts.value,
        deck.preamble,
        answer=answer,
        seed=seed,
        requires={**deck.requires, **card.requires},
        fail_closed=fail_closed,
        **{name: getattr(card, name) for name in _OF_THE_CARD},
    )
    if template is None or template.fixed or card.accepts is not Accepts.CODE:
        return job
    other = redraw(template, seed)
    seed = (seed + 1) % 2**31
    again = replace(job, given=other.given, check=other.check, solution=other.solution, seed=seed)
    again = replace(again, within=Within())  # measured once
    return replace(job, again=again)


def _suggest(wanted: str, known: list[str]) -> str:
    tails = {name.rpartition("/")[2]: name for name in known}
    near = difflib.get_close_matches(wanted.rpartition("/")[2], tails, 1)
    near = difflib.get_close_matches(wanted, known, 1) or [tails[tail] for tail in near]
    return _("Did you mean {!r}?", near[0]) if near else ""
