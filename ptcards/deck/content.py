"""Cards and decks as plain JSON data, as the database keeps them; what is empty or default is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ptcards.deck.card import Accepts, Card, Deck, Limits, Wrong

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS = ("given", "starter", "check", "explanation", "source")
_LISTS = ("also", "hints", "tags", "was", "expects")
_ABOUT_DECK = ("title", "about", "source", "preamble")


def card_to_data(card: Card) -> dict[str, Any]:
    """The card as JSON-able data that `card_from_data` turns into an equal card."""
    data: dict[str, Any] = {"id": card.id, "question": card.question, "solution": card.solution}
    if card.accepts is not Accepts.CODE:
        data["accepts"] = str(card.accepts)
    for name in _TEXTS:
        if text := getattr(card, name):
            data[name] = text
    for name in _LISTS:
        if items := getattr(card, name):
            data[name] = list(items)
    if card.wrong:
        data["wrong"] = [_wrong_to_data(wrong) for wrong in card.wrong]
    if card.limits != Limits():
        data["limits"] = {"seconds": card.limits.seconds, "memory_mb": card.limits.memory_mb}
    if card.requires:
        data["requires"] = dict(card.requires)
    if card.vary:
        data["vary"] = {name: list(values) for name, values in card.vary.items()}
    return {**data, **card.extras}


def card_from_data(data: Mapping[str, Any]) -> Card:
    """The card that `card_to_data` made the data from; what a newer program added is ignored."""
    limits = data.get("limits")
    texts: dict[str, Any] = {name: data[name] for name in _TEXTS if name in data}
    lists: dict[str, Any] = {name: tuple(data[name]) for name in _LISTS if name in data}
    return Card(
        id=data["id"],
        question=data["question"],
        solution=data["solution"],
        accepts=Accepts(data.get("accepts", "code")),
        **texts,
        **lists,
        wrong=tuple(Wrong(w["code"], w["because"], w.get("raises")) for w in data.get("wrong", ())),
        limits=Limits(limits["seconds"], limits["memory_mb"]) if limits else Limits(),
        requires=data.get("requires", {}),
        vary={name: tuple(values) for name, values in data.get("vary", {}).items()},
        extras=_extras(data),
    )


def deck_to_data(deck: Deck, *, with_cards: bool = True) -> dict[str, Any]:
    """The deck as JSON-able data, with its cards or without them."""
    data: dict[str, Any] = {"format": deck.format, "deck": deck.slug, "language": deck.language}
    for name in _ABOUT_DECK:
        if text := getattr(deck, name):
            data[name] = text
    if deck.requires:
        data["requires"] = dict(deck.requires)
    if with_cards:
        data["cards"] = [card_to_data(card) for card in deck.cards]
    return {**data, **deck.extras}


def deck_from_data(data: Mapping[str, Any], cards: tuple[Card, ...] | None = None) -> Deck:
    """The deck that `deck_to_data` made the data from; `cards` where they were kept apart."""
    if cards is None:
        cards = tuple(card_from_data(card) for card in data.get("cards", ()))
    return Deck(
        slug=data["deck"],
        cards=cards,
        **{name: data[name] for name in _ABOUT_DECK if name in data},
        language=data.get("language", "en"),
        requires=data.get("requires", {}),
        format=data.get("format", 1),
        extras=_extras(data),
    )


def _wrong_to_data(wrong: Wrong) -> dict[str, str]:
    data = {"code": wrong.code, "because": wrong.because}
    return {**data, "raises": wrong.raises} if wrong.raises else data


def _extras(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key.startswith("x-")}
