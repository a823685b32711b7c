"""Anki's templates: from the fields of a note to the two sides of one of its cards, as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"\{\{([^{}\n]{1,500})\}\}")
_CLOZE_OPEN = re.compile(r"\{\{c(\d{1,3})::")
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
    question = _render(_parts(template[0]), front)
    back = _Side({**values, "FrontSide": ""}, cloze, back=True)
    answer = _render(_parts(template[1]), back)
    hints = tuple(dict.fromkeys(front.hints))
    return question, _REST_OF_ANSWER.sub("", answer), hints


def cloze_numbers(text: str) -> list[int]:
    """The clozes of a field, each of which is a card."""
    return sorted({int(number) for number in _CLOZE_OPEN.findall(text)} - {0}) if "{{c" in text else []


def cloze_sides(text: str, number: int, bold: tuple[str, str]) -> tuple[str, str]:
    """A field with one of its clozes asked, and with it filled in; `bold` stands around what was asked."""
    return (
        _cloze(text, _Side({}, number, back=False)),
        _cloze(text, _Side({}, number, back=True, bold=bold)),
    )


Part = str | tuple[str, str] | tuple[str, str, "Parts"]
Parts = tuple["Part", ...]
"""Text; a replacement `("=", name)`; a section `("#" or "^", name, parts)`."""


@lru_cache(maxsize=512)
def _parts(template: str) -> Parts:
    """The template in pieces; a section that is never closed reaches to the end."""
    stack: list[tuple[str, str, list[Part]]] = [("", "", [])]
    place = 0
    for found in islice(_TOKEN.finditer(template), _MOST_TOKENS):
        stack[-1][2].append(template[place : found.start()])
        place = found.end()
        token = found[1].strip()
        mark, name = token[:1], token[1:].strip()
        if mark in {"#", "^"} and len(stack) < _DEEPEST:
            stack.append((mark, name, []))
        elif mark == "/":
            if len(stack) > 1 and stack[-1][1] == name:
                _close(stack)
        elif mark != "!":
            stack[-1][2].append(("=", token))
    stack[-1][2].append(template[place:])
    while len(stack) > 1:
        _close(stack)
    return tuple(stack[0][2])


def _close(stack: list[tuple[str, str, list[Part]]]) -> None:
    mark, name, parts = stack.pop()
    stack[-1][2].append((mark, name, tuple(parts)))


def _render(parts: Parts, side: _Side) -> str:
    text = []
    for part in parts:
        if isinstance(part, str):
            piece = part
        elif len(part) == 2:  # noqa: PLR2004 - a replacement; a section has its parts besides
            piece = _replacement(part[1], side)
        elif _is_there(part[1], side) == (part[0] == "#"):
            text.append(_render(part[2], side))
            continue
        else:
            continue
        text.append(piece[: max(side.room, 0)])
        side.room -= len(piece)
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
    place = 0
    while place < len(value):
        opening = _CLOZE_OPEN.match(value, place) if value.startswith("{{c", place) else None
        if opening and len(numbers) < _DEEPEST:
            numbers.append(int(opening[1]))
            pieces.append([])
            place = opening.end()
        elif numbers and value.startswith("}}", place):
            inner = "".join(pieces.pop())
            pieces[-1].append(_one_cloze(inner, numbers.pop(), side))
            place += 2
        else:
            end = _next_brace(value, place + 1)
            pieces[-1].append(value[place:end])
            place = end
    return "".join("".join(piece) for piece in pieces)


def _next_brace(value: str, start: int) -> int:
    found = [at for at in (value.find("{{c", start), value.find("}}", start)) if at >= 0]
    return min(found, default=len(value))


def _one_cloze(inner: str, number: int, side: _Side) -> str:
    text, _, hint = inner.partition("::")
    if number != side.cloze:
        return text
    return text.join(side.bold) if side.back else f"[{hint or '...'}]"
