"""Anki's templates: from the fields of a note to the two sides of one of its cards, as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

_TOKEN = re.compile(r"\{\{([^{}\n]{1,500})\}\}")
_CLOZE_OPEN = re.compile(r"\{\{c(\d{1,3})::")
_BRACES = re.compile(r"(\{\{c\d{1,3}::|\}\})")
_REST_OF_ANSWER = re.compile(r"<hr\s[^<>]*id\s*=\s*[\"']?answer[\"']?[^<>]*>", re.IGNORECASE)
_DEEPEST = 20
_MOST_TOKENS = 500


@dataclass(slots=True)
class _Side:
    """A side being put together."""

    values: Mapping[str, str]
    cloze: int
    """The number of the cloze that is asked; 0 where there is none."""
    back: bool
    bold: tuple[str, str] = ("<b>", "</b>")
    hints: list[str] = field(default_factory=list)
    room: int = 200_000
    """Characters that may still be written."""


class NoteType(NamedTuple):
    """How notes become cards."""

    name: str
    cloze: bool
    fields: tuple[str, ...]
    templates: dict[int, tuple[str, str]]
    """Question and answer of each card, by its number from 0."""


def sides(
    template: tuple[str, str], cloze: int, values: Mapping[str, str]
) -> tuple[str, str, tuple[str, ...]]:
    """Question, answer without the question, and hints; `cloze` is the number that is asked, 0 for none."""
    front = _Side({**values, "FrontSide": ""}, cloze, back=False)
    question = _render(template[0], front)
    back = _Side({**values, "FrontSide": ""}, cloze, back=True)
    answer = _render(template[1], back)
    hints = tuple(dict.fromkeys(front.hints))
    return question, _REST_OF_ANSWER.sub("", answer), hints


def cloze_numbers(text: str) -> list[int]:
    """The clozes of a field, each of which is a card."""
    return sorted({int(number) for number in _CLOZE_OPEN.findall(text)} - {0}) if "{{c" in text else []


def cloze_sides(text: str, number: int, bold: tuple[str, str]) -> tuple[str, str]:
    """A field with one of its clozes asked, and with it filled in; `bold` goes around what was asked."""
    return (
        _cloze(text, _Side({}, number, back=False)),
        _cloze(text, _Side({}, number, back=True, bold=bold)),
    )


def _render(template: str, side: _Side) -> str:
    """The template with its fields filled in; a section that is never closed reaches to the end."""
    text: list[str] = []
    sections: list[tuple[str, bool]] = []
    """The open ones by name, and whether what is in them shows."""

    def put(piece: str) -> None:
        if all(shows for _, shows in sections):
            text.append(piece[: max(side.room, 0)])
            side.room -= len(piece)

    position = 0
    for found in islice(_TOKEN.finditer(template), _MOST_TOKENS):
        put(template[position : found.start()])
        position = found.end()
        token = found[1].strip()
        mark, name = token[:1], token[1:].strip()
        if mark in {"#", "^"} and len(sections) < _DEEPEST:
            sections.append((name, _is_there(name, side) == (mark == "#")))
        elif mark == "/":
            if sections and sections[-1][0] == name:
                sections.pop()
        elif mark != "!" and all(shows for _, shows in sections):
            put(_replacement(token, side))
    put(template[position:])
    return "".join(text)


def _is_there(name: str, side: _Side) -> bool:
    if re.fullmatch(r"c\d{1,3}", name):
        return name == f"c{side.cloze}"
    return bool(re.sub(r"<(?!img)[^<>]*>|&nbsp;|\s", "", side.values.get(name, "")))


def _replacement(token: str, side: _Side) -> str:
    *filters, name = (part.strip() for part in token.split(":"))
    value = side.values.get(name, "")
    if "cloze" in filters or "cloze-only" in filters:
        return _cloze(value, side)
    if "hint" in filters:
        if not side.back and value.strip():
            side.hints.append(value)
        return ""
    if "type" in filters:
        return value if side.back else ""
    return value


def _cloze(value: str, side: _Side) -> str:
    """Fill in the clozes, the inner ones first: the asked one is hidden on the front, bold on the back."""
    pieces: list[list[str]] = [[]]
    numbers: list[int] = []
    for position, part in enumerate(_BRACES.split(value)):
        if position % 2 and part != "}}" and len(numbers) < _DEEPEST:
            numbers.append(int(part[3:-2]))
            pieces.append([])
        elif position % 2 and part == "}}" and numbers:
            text, _, hint = "".join(pieces.pop()).partition("::")
            if numbers.pop() == side.cloze:
                text = text.join(side.bold) if side.back else f"[{hint or '...'}]"
            pieces[-1].append(text)
        else:
            pieces[-1].append(part)
    return "".join("".join(piece) for piece in pieces)
