"""The texts of a deck in another language, from a file beside it (`NAME.zh.yaml`)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ptcards.deck.card import Card, Deck, drawn_values, from_data, substituter, to_data
from ptcards.deck.nodes import Findings, compose, has_key, read_text_of
from ptcards.deck.reading import SCHEMA, TRANSLATED, TRANSLATION, Context, bad_placeholders, read_fields
from ptcards.errors import Problem
from ptcards.language import _


class TranslatedCard(NamedTuple):
    """The texts of one card; what is empty falls back to the deck's own."""

    question: str = ""
    hints: tuple[str, ...] = ()
    explanation: str = ""
    because: tuple[str, ...] = ()  # in the order of the card's `wrong`
    messages: Mapping[str, str] = {}  # what assertions say, by the words in the check


class Translation(NamedTuple):
    """The texts of one deck in one language."""

    deck: str
    language: str
    title: str = ""
    about: str = ""
    cards: Mapping[str, TranslatedCard] = {}


SUFFIX = re.compile(rf"\.{SCHEMA['properties']['language']['pattern'][1:-1]}\.ya?ml")
"""What the name of a translation adds to its deck's."""


def is_translation(path: Path) -> bool:
    """Whether a file translates the deck beside it: it is named like `NAME.zh.yaml` and is no deck itself."""
    if not SUFFIX.fullmatch("".join(path.suffixes[-2:])):
        return False
    try:
        with path.open("rb") as file:
            return not has_key(file.read(2**16).decode(errors="replace"), "deck")
    except OSError:
        return True


def translations_of(path: Path) -> tuple[Path, ...]:
    """The files beside a deck's file that translate it, by name."""
    if is_translation(path) or not path.parent.is_dir():
        return ()
    beside = (each for each in path.parent.iterdir() if each.name.startswith(f"{path.stem}."))
    own = (each for each in beside if is_translation(each) and Path(each.stem).stem == path.stem)
    return tuple(sorted(own))


def read_translation(path: Path) -> tuple[Translation, Findings]:
    """A translation, and where in its file every part is; DeckError holds all that is wrong with it."""
    text = read_text_of(path)
    findings = compose(path, text)
    values = read_fields(Context(findings, "", _("the translation")), findings.root, TRANSLATION)
    cards = findings.cards = values.pop("cards") or {}
    texts = {
        card_id: read_fields(Context(findings, card_id, _("the card")), node, TRANSLATED)
        for card_id, node in cards.items()
    }
    findings.raise_if_any()
    return translation_from_data(values | {"cards": texts}), findings


def apply(deck: Deck, translation: Translation) -> Deck:
    """The deck in that language; whatever is not translated, or no longer fits, stays as it was."""
    if translation.deck != deck.slug:
        return deck
    cards = []
    for card in deck.cards:
        texts = translation.cards.get(card.id, TranslatedCard())
        stale = {part for part, _ in _stale_in_card(card, texts)}
        known = {name: getattr(texts, name) for name in ("question", "hints", "explanation")}
        changed = {name: text for name, text in known.items() if text and name not in stale}
        if texts.because and "because" not in stale:
            pairs = zip(card.wrong, texts.because, strict=True)
            changed["wrong"] = tuple(each._replace(because=because) for each, because in pairs)
        cards.append(card._replace(**changed) if changed else card)
    title, about = translation.title or deck.title, translation.about or deck.about
    return deck._replace(title=title, about=about, language=translation.language, cards=tuple(cards))


def translate_message(translation: Translation, card: Card, seed: int, message: str) -> str:
    """What an assertion of the card said, in that language; `card` is the deck's own, with its `vary`."""
    put = substituter(drawn_values(card, seed))
    messages = translation.cards.get(card.id, TranslatedCard()).messages
    for ours in sorted(messages, key=len, reverse=True):
        names, (first, *rest) = _VALUE.findall(put(ours)), map(re.escape, _VALUE.split(put(ours))[::2])
        # A value ends where the words after it first come: no message takes longer than its length.
        values = [rf"(?>(.*?){words})" for words in rest[:-1]] + [f"(.*){words}" for words in rest[-1:]]
        if found := re.fullmatch("".join((first, *values, _FOUND)), message, re.DOTALL):
            filled: dict[str, str] = dict(zip(names, found.groups(), strict=False))
            words = (filled.get(part, part) for part in _VALUE.split(put(messages[ours])))
            return "".join(words) + (found["found"] or "")
    return message


_VALUE = re.compile(r"(\{[^{}]+\})")  # where an f-string puts a value
_FOUND = r"(?P<found> \(.*\)|\uff08.*\uff09)?"  # what the check found, after the author's words


def stale_parts(deck: Deck, translation: Translation, sources: Findings, path: Path) -> tuple[Problem, ...]:
    """What of a translation no longer fits its deck; nothing of it keeps the rest from being used."""
    if translation.deck != deck.slug:
        message = f"translates {translation.deck!r}, the deck is {deck.slug!r}: nothing of it is used"
        return (Problem(path, sources.where("", "translation-of"), "", "stale", message),)
    cards, found = {card.id: card for card in deck.cards}, []
    for card_id, texts in translation.cards.items():
        card = cards.get(card_id)
        parts = _stale_in_card(card, texts) if card else [("", "the deck has no such card: take it out")]
        for part, message in parts:
            found.append(Problem(path, sources.where(card_id, part), card_id, "stale", message))
    return tuple(found)


def translation_to_data(translation: Translation) -> dict[str, Any]:
    """The translation as JSON-able data, what is empty left out."""
    data = to_data(translation)
    return {"translation-of": data.pop("deck"), **data}


def translation_from_data(data: Mapping[str, Any]) -> Translation:
    """The translation that `translation_to_data` made the data from."""
    texts = {card_id: from_data(TranslatedCard, one) for card_id, one in data.get("cards", {}).items()}
    return from_data(Translation, data, deck=data["translation-of"], cards=texts)


def _stale_in_card(card: Card, texts: TranslatedCard) -> Iterator[tuple[str, str]]:
    """The keys that no longer fit the card, each with the reason."""
    for part, here, there in (("hints", texts.hints, card.hints), ("because", texts.because, card.wrong)):
        if here and len(here) != len(there):
            yield part, f"`{part}` holds {len(here)}, the card has {len(there)}: translate them anew"
    for ours, theirs in texts.messages.items():
        if ours not in card.check:
            yield "messages", f"no assertion says {ours!r} any more: mend it or take it out"
        for value in sorted(set(_VALUE.findall(theirs)) - set(_VALUE.findall(ours))):
            yield "messages", f"the translation of {ours!r} says {value}, which is not in it"
    for part in ("question", "explanation", "hints", "because") if card.vary else ():
        value = getattr(texts, part)
        for text in value if isinstance(value, tuple) else (value,):
            for __, message in bad_placeholders(text, set(card.vary)):
                yield part, f"`{part}`: {message}"
