"""The keys of a session: what they are, when they act, what they are called."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from ptcards.deck.card import Accepts

if TYPE_CHECKING:
    from ptcards.study.session import Session
    from ptcards.study.views import GradeButton, Question


class Mode(Enum):
    """What the learner is asked for."""

    ANSWER = auto()
    LOOK = auto()
    """At a card that nothing is run of: think, then look."""
    GRADE = auto()


ANSWER_BINDINGS: list[BindingType] = [
    Binding("enter,space", "onward", "editor"),
    Binding("f5,ctrl+r", "check", "check", id="check", show=False),
    Binding("f2,h", "hint", "hint", id="hint"),
    Binding("f3,g", "show", "show me", id="show"),
    Binding("tab", "flip", "question"),
    Binding("escape", "letters", "more"),
    Binding("pagedown", "scroll(1)", "further", priority=True),
    Binding("ctrl+c", "interrupt", "stop what runs", show=False),
    Binding("q", "leave", "leave", id="leave"),
    Binding("exclamation_mark", "dispute", "the card is wrong", id="dispute"),
    Binding("f4", "external", "$EDITOR", id="editor"),
    Binding("ctrl+t", "try", "try", id="try"),
    Binding("r", "retry", "retry", id="retry"),
    Binding("x", "drop", "drop from the drill", id="drop"),
    Binding("s", "skip", "skip to the end", id="skip", show=False),
    Binding("R", "restart_answer", "start the answer anew", id="restart", show=False),
    Binding("pageup", "scroll(-1)", "scroll up", show=False, priority=True),
]


def allowed(
    question: Question, session: Session, mode: Mode, *, typing: bool, can_flip: bool
) -> dict[str, bool]:
    """The actions that cannot always be done, and whether they can be now."""
    answering, shown = mode is Mode.ANSWER, session.attempt.shown
    return {
        "onward": mode is Mode.LOOK or (answering and not typing),
        "letters": typing,
        "check": answering,
        "external": answering,
        "restart_answer": answering,
        "try": answering and question.card.accepts is Accepts.CODE,
        "hint": answering and bool(session.hints_total),
        "show": answering,
        "retry": (mode is Mode.GRADE and shown) or (answering and not typing),
        "dispute": answering or shown,
        "flip": can_flip,
        "drop": question.drill,
    }


def labels(
    question: Question, session: Session, mode: Mode, proposed: GradeButton | None
) -> dict[str, str | None]:
    """What the keys are called while this is the question."""
    shown, total = len(session.hints_shown), session.hints_total
    return {
        "onward": "show the answer" if mode is Mode.LOOK else "editor",
        "hint": f"hint {shown + 1} of {total}" if shown < total else "no more hints",
        "show": "teach me" if question.teachable else "show me",
        "accept": proposed.label if proposed else None,
    }


def where(question: Question) -> tuple[tuple[str, str, str], str]:
    """Which card is asked, at length, in short and shorter, and what is still to come."""
    number = f"{question.position} of {question.expected}"
    place = f"cram {number}" if question.cram else "drill" if question.drill else number
    card = f"{question.card.id} · {place}"
    left = question.remaining
    counts = f"{left.due} left" if question.cram else f"due {left.due} · new {left.new} · drill {left.drill}"
    return (f"{question.deck_title} · {card}", card, place), counts
