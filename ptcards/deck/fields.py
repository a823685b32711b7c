"""The keys of a deck file: what the reader takes, what the schema says, what the writer orders by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from ptcards.text import SLUG

OLD_ID = re.compile(rf"({SLUG.pattern}/)?{SLUG.pattern}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DOTTED = re.compile(rf"{NAME.pattern}(\.{NAME.pattern})*")


class Kind(Enum):
    """What kind of value a key takes."""

    FORMAT = auto()
    SLUG = auto()
    LANGUAGE = auto()
    ACCEPTS = auto()
    TEXT = auto()
    CODE = auto()
    RAISES = auto()
    TEXTS = auto()
    CODES = auto()
    NAMES = auto()
    OLD_IDS = auto()
    WRONG = auto()
    LIMITS = auto()
    REQUIRES = auto()
    VARY = auto()
    CARDS = auto()
    MESSAGES = auto()
    TRANSLATED_CARDS = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its kind, whether it must be there, and what it is for in one sentence."""

    key: str
    kind: Kind
    about: str
    required: bool = False


DECK = (
    Field("format", Kind.FORMAT, "The format's version; 1 where it is left out."),
    Field("deck", Kind.SLUG, "The deck's slug; a card's key is deck/card.", required=True),
    Field("title", Kind.TEXT, "The deck's name on screen."),
    Field("about", Kind.TEXT, "One paragraph, shown on the home screen."),
    Field("source", Kind.TEXT, "Where the cards come from."),
    Field("language", Kind.LANGUAGE, "The language of the texts: en, zh, pt-BR; en where it is left out."),
    Field("requires", Kind.REQUIRES, "What every card needs: import names with versions, python, cuda."),
    Field("preamble", Kind.CODE, "Python that runs before every card of the deck."),
    Field("cards", Kind.CARDS, "The cards, in the order they are learned.", required=True),
)

CARD = (
    Field("id", Kind.SLUG, "Unique in the deck and stable: the schedule hangs on it.", required=True),
    Field("question", Kind.TEXT, "What is asked, in Markdown.", required=True),
    Field("accepts", Kind.ACCEPTS, "What the learner answers with; code where it is left out."),
    Field("given", Kind.CODE, "Python shown to the learner; it runs before the answer."),
    Field("starter", Kind.CODE, "What the editor starts with."),
    Field("check", Kind.CODE, "Plain asserts, each with a message in the learner's terms."),
    Field("solution", Kind.CODE, "A right answer.", required=True),
    Field("also", Kind.CODES, "Other right answers."),
    Field("wrong", Kind.WRONG, "Tempting mistakes, each with the reason that is told to whoever makes it."),
    Field("hints", Kind.TEXTS, "Help, one step at a time."),
    Field("explanation", Kind.TEXT, "Shown after answering, in Markdown."),
    Field("tags", Kind.TEXTS, "Words to choose cards by."),
    Field("source", Kind.TEXT, "Where this card comes from."),
    Field("limits", Kind.LIMITS, "What a run may use."),
    Field("was", Kind.OLD_IDS, "Earlier ids (or deck/card), so that a rename keeps the history."),
    Field("requires", Kind.REQUIRES, "What this card needs beyond the deck's requirements."),
    Field("expects", Kind.NAMES, "Names the answer must define, or may hide."),
    Field("vary", Kind.VARY, "Values for `$name` in any text or code, drawn anew at each review."),
)

WRONG = (
    Field("code", Kind.CODE, "The mistake.", required=True),
    Field("because", Kind.TEXT, "Why it is wrong, in the learner's terms.", required=True),
    Field("raises", Kind.RAISES, "The exception it ends in, where it raises by itself."),
)

TRANSLATION = (
    Field("format", Kind.FORMAT, "The format's version; 1 where it is left out."),
    Field("translation-of", Kind.SLUG, "The slug of the deck this translates.", required=True),
    Field("language", Kind.LANGUAGE, "The language of the texts here.", required=True),
    Field("title", Kind.TEXT, "The deck's title."),
    Field("about", Kind.TEXT, "The deck's paragraph."),
    Field("cards", Kind.TRANSLATED_CARDS, "Texts by card id.", required=True),
)

TRANSLATED_CARD = (
    Field("question", Kind.TEXT, "The question."),
    Field("hints", Kind.TEXTS, "As many as the card has."),
    Field("explanation", Kind.TEXT, "The explanation."),
    Field("because", Kind.TEXTS, "Why each `wrong` is wrong, in their order."),
    Field(
        "messages", Kind.MESSAGES, "What assertions say: the message as in the check, then its translation."
    ),
)

LIMITS = ("seconds", "memory_mb")
