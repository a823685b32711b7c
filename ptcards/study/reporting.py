"""A ready issue text for a deck's author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.study.cards import past_answer

if TYPE_CHECKING:
    from ptcards.study.workspace import Workspace


def report(workspace: Workspace, key: str) -> str:
    """The card, the newest disputed answer to it, the learner's reason, the seed and the versions."""
    stored = workspace.card(key)
    disputed = workspace.store.log.disputed().get(stored.root)
    seed = disputed[0].event.seed if disputed else None
    drawn = workspace.draw(stored.deck, stored.content, stored.schedule, seed)
    lines = [f"# {stored.key}: the card looks wrong", "", "## Question", "", drawn.card.question.rstrip()]
    if drawn.card.given:
        lines += ["", "## Given", "", _code(drawn.card.given)]
    lines += ["", "## Check", "", _code(drawn.card.check or "(none: compared with the solution)")]
    lines += ["", "## Solution", "", _code(drawn.card.solution)]
    if disputed:
        newest = disputed[0]
        event = newest.event
        lines += ["", "## An answer that should count", "", _code(newest.code or "(not kept)")]
        lines += ["", f"Reason: {event.disputed}", f"Said: {past_answer(newest).at}", f"Seed: {event.seed}"]
        lines += [f"Versions: {event.versions or 'unknown'}"]
    else:
        lines += ["", "No answer to this card is disputed; `!` in a review does that."]
    return "\n".join(lines)


def _code(text: str) -> str:
    return f"```python\n{text.rstrip()}\n```"
