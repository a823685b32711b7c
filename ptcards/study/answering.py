"""From a card and an answer to a job for the runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.runner.protocol import Job, Limits, Mistake

if TYPE_CHECKING:
    from ptcards.deck.card import Card, Deck


def job_for(deck: Deck, card: Card, answer: str, *, seed: int, fail_closed: bool) -> Job:
    """The job that runs `answer` to `card`, whose `vary` is drawn already.

    `fail_closed` is False for the built-in deck and for decks trusted to run unsandboxed.
    """
    return Job(
        card=f"{deck.slug}/{card.id}",
        accepts=card.accepts.value,
        preamble=deck.preamble,
        given=card.given,
        answer=answer,
        check=card.check,
        solution=card.solution,
        also=card.also,
        wrong=tuple(Mistake(wrong.code, wrong.because, wrong.raises) for wrong in card.wrong),
        expects=card.expects,
        limits=Limits(seconds=card.limits.seconds, memory_mb=card.limits.memory_mb),
        seed=seed,
        requires={**deck.requires, **card.requires},
        fail_closed=fail_closed,
    )
