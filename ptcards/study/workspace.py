"""What every use case works with: the open store, the settings, the clock, the runner."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson

from ptcards.deck.content import card_from_data
from ptcards.deck.variation import default_seed, draw
from ptcards.errors import UsageError
from ptcards.runner.protocol import Job, Outcome, Verdict, Why
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.queue import Selection
from ptcards.study.answering import job_for
from ptcards.study.library import Present, deck_of, is_built_in
from ptcards.study.requirements import is_met

if TYPE_CHECKING:
    from pathlib import Path

    from ptcards.config import Config
    from ptcards.deck.card import Card, Deck
    from ptcards.deck.translation import Translation
    from ptcards.runner.runner import Runner
    from ptcards.scheduling.sm2 import Schedule
    from ptcards.store.store import Store
    from ptcards.store.values import StoredCard, StoredDeck

Clock = Callable[[], Moment]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One card as it is asked: its deck, its content with `vary` drawn and translated, and the seed."""

    deck: Deck
    stored_deck: StoredDeck
    card: Card
    seed: int
    template: Card
    """The card as its deck has it."""
    translation: Translation | None


class Workspace:
    """Shared by the sessions and use cases of one process."""

    def __init__(
        self, store: Store, database: Path, config: Config, clock: Clock, runner: Runner | None
    ) -> None:
        self.store = store
        self.database = database
        self.config = config
        self.clock = clock
        self.runner = runner
        self._decks: dict[str, tuple[str, StoredDeck, Deck]] = {}

    def now(self) -> Present:
        moment = self.clock()
        return Present(moment, study_day(moment, self.config.day_starts_at))

    def deck(self, slug: str) -> StoredDeck:
        """A deck by its slug; UsageError names those there are."""
        stored = self.store.library.deck(slug)
        if stored is None:
            known = [one.slug for one in self.store.library.decks()]
            raise UsageError(f"There is no deck {slug!r}.{_suggest(slug, known, 'There are')}")
        return stored

    def card(self, key: str) -> StoredCard:
        """A card by its key, or by its id alone where one deck has it; UsageError says what there is."""
        found = self.store.library.card(key)
        if found is None and "/" not in key:
            every = self.store.library.keys()
            ends = [other for other in every if other.endswith(f"/{key}")]
            if len(ends) > 1:
                raise UsageError(f"{key!r} is in several decks: {', '.join(ends)}")
            found = self.store.library.card(ends[0]) if ends else None
        if found is None:
            known = list(self.store.library.keys())
            raise UsageError(f"There is no card {key!r}.{_suggest(key, known, 'See: ptcards cards')}")
        return found

    def draw(self, slug: str, content: str, schedule: Schedule, seed: int | None = None) -> Drawn:
        """The card as it is asked, in the configured language."""
        stored, deck = self._deck_head(slug)
        template = card = card_from_data(orjson.loads(content))
        if seed is None:
            seed = default_seed(f"{slug}/{card.id}", schedule.answers)
        translation = self._translation(stored, deck)
        if translation is not None:
            from ptcards.deck.translation import apply

            card = apply(replace(deck, cards=(card,)), translation).cards[0]
        return Drawn(deck, stored, draw(card, seed), seed, template, translation)

    def questions(self, slug: str) -> dict[str, str]:
        """The deck's questions that are translated into the configured language, by the card's id."""
        translation = (
            None if self.store.library.deck(slug) is None else self._translation(*self._deck_head(slug))
        )
        return {} if translation is None else {id_: one.question for id_, one in translation.cards.items()}

    def _deck_head(self, slug: str) -> tuple[StoredDeck, Deck]:
        stored = self.deck(slug)
        known = self._decks.get(slug)
        if known is None or known[0] != stored.content_hash:
            known = (stored.content_hash, stored, deck_of(stored))
            self._decks[slug] = known
        return stored, known[2]

    def _translation(self, stored: StoredDeck, deck: Deck) -> Translation | None:
        language = self.config.language
        if language == deck.language:
            return None
        data = orjson.loads(stored.content).get("translations", {}).get(language)
        if data is None:
            return None
        from ptcards.deck.translation import translation_from_data

        return translation_from_data(data)

    def job(self, drawn: Drawn, answer: str) -> Job | Outcome:
        """The job that runs an answer, or the outcome that says why it may not run."""
        key = f"{drawn.deck.slug}/{drawn.card.id}"
        fail_closed = False
        if not is_built_in(drawn.stored_deck) and drawn.stored_deck.code_hash:
            trust = self.store.library.trust(drawn.deck.slug)
            if trust is None or not (trust.mine or trust.code_hash == drawn.stored_deck.code_hash):
                message = f"the code of {drawn.deck.slug} is not trusted yet: ptcards trust {drawn.deck.slug}"
                return Outcome(key, Verdict.SKIPPED, message, why=Why.UNTRUSTED, seed=drawn.seed)
            fail_closed = not trust.unsandboxed
        return job_for(drawn.deck, drawn.card, answer, seed=drawn.seed, fail_closed=fail_closed)

    def run(self, drawn: Drawn, answer: str) -> Outcome:
        """Run and judge an answer; blocks."""
        job = self.job(drawn, answer)
        outcome = job if isinstance(job, Outcome) else self.need_runner().run(job)
        if drawn.translation is None or outcome.assertion is None:
            return outcome
        from ptcards.deck.translation import translate_message

        told = translate_message(drawn.translation, drawn.template, drawn.seed, outcome.message)
        return replace(outcome, message=told)

    def need_runner(self) -> Runner:
        if self.runner is None:
            raise UsageError("this command runs no answers")
        return self.runner

    def unmet(self) -> Selection:
        """What this machine cannot ask, as the queue wants it."""
        decks = frozenset(
            stored.slug
            for stored in self.store.library.decks()
            if not is_met(self._deck_head(stored.slug)[1].requires)
        )
        cards = frozenset(
            key
            for key, requires in self.store.library.requirements().items()
            if not is_met(orjson.loads(requires))
        )
        return Selection(unmet=cards, unmet_decks=decks)


def _suggest(wanted: str, known: list[str], otherwise: str) -> str:
    tails = {name.rpartition("/")[2]: name for name in known}
    near = difflib.get_close_matches(wanted, known, 1) or [
        tails[tail] for tail in difflib.get_close_matches(wanted.rpartition("/")[2], tails, 1)
    ]
    if near:
        return f" Did you mean {near[0]!r}?"
    if otherwise.startswith("See"):
        return f" {otherwise}"
    return f" {otherwise}: {', '.join(known) or 'none'}."
