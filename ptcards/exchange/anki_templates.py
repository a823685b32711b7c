"""Anki's templates: from the fields of a note to the two sides of one of its cards, as HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import NamedTuple

_TOKEN = re.compile(r"<!--.*?-->|\{\{([^{}\n]{1,500})\}\}", re.DOTALL)
_CLOZE_OPEN = re.compile(r"\{\{c(\d{1,3}(?:,\d{1,3}){0,50})::")
_BRACES = re.compile(r"(\{\{c\d{1,3}(?:,\d{1,3}){0,50}::|\}\})")
_REST_OF_ANSWER = re.compile(r"<hr\s[^<>]*id\s*=\s*[\"']?answer[\"']?[^<>]*>", re.IGNORECASE)
_CLOZE_NAME = re.compile(r"c\d{1,3}")
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_READING = re.compile(r" ?([^ >][^ >\[]{0,99}+)\[([^\]\n]{1,500}+)\]")
_READINGS = {"kanji": r"\1", "kana": r"\2", "furigana": r"\1[\2]"}
_SPEECH = re.compile(r"\[anki:tts\b[^\]]*\].*?\[/anki:tts\]", re.DOTALL)
_DEEPEST = 20
_MOST_TOKENS = 500
_SHOWN_AS_THEY_ARE = frozenset(("text", "furigana", "type", "cloze", "cloze-only", "nc"))
_OCCLUSION = "image-occlusion:"


@dataclass(slots=True)
class _Side:
    """A side being put together."""

    values: Mapping[str, str]
    cloze: int
    """The number of the cloze that is asked; 0 where there is none."""
    back: bool
    hints: list[str] = field(default_factory=list)
    unknown: bool = False
    """Whether the front shows a field through a filter that nobody here knows."""
    room: int = 200_000
    """Characters that may still be written."""


class Sides(NamedTuple):
    """A card as HTML."""

    question: str
    answer: str
    """Without the question."""
    hints: tuple[str, ...]
    refusal: str
    """Why the card cannot be asked here, as a count of such cards is called; "" where it can."""


def sides(template: Sequence[str], cloze: int, values: Mapping[str, str]) -> Sides:
    """The sides of a card by its template (name, front, back); `cloze` is the number asked, 0 for none."""
    front = _Side({**values, "FrontSide": ""}, cloze, back=False)
    question = _SPEECH.sub("(speech)", _render(template[1], front))
    back = _Side({**values, "FrontSide": ""}, cloze, back=True)
    answer = _REST_OF_ANSWER.sub("", _SPEECH.sub("(speech)", _render(template[2], back)))
    refusal = "cards that ask through a filter of an add-on, left out" if front.unknown else ""
    if any(_OCCLUSION in text for text in values.values()) and cloze:
        refusal = "cards that ask what a picture hides, left out"
    return Sides(question, answer, tuple(dict.fromkeys(front.hints)), refusal)


def cloze_numbers(text: str) -> list[int]:
    """The clozes of a field, each of which is a card."""
    found = _CLOZE_OPEN.findall(text) if "{{c" in text else []
    return sorted({int(number) for numbers in found for number in numbers.split(",")} - {0})


def fill_clozes(text: str, number: int, *, back: bool, only: bool = False) -> str:
    """A field with one of its clozes asked, or filled in on the back; "" where it has none of that number.

    The inner ones are filled in first; `only` is for what was asked alone.
    """
    opened: list[tuple[str, list[str], list[str]]] = [("", [], [])]
    """Of each open cloze how it begins, its pieces, and its hint; the first is the field itself."""
    asked: list[str] = []
    for position, part in enumerate(_BRACES.split(text)):
        if position % 2 and part != "}}" and len(opened) <= _DEEPEST:
            opened.append((part, [], []))
        elif position % 2 and part == "}}" and len(opened) > 1:
            begun, pieces, hint = opened.pop()
            inside = "".join(pieces)
            if str(number) in begun[3:-2].split(","):
                inside = inside if back else f"[{hint[-1] if hint else '...'}]"
                asked.append(inside)
            opened[-1][1].append(inside)
        elif len(opened) > 1 and "::" in part:
            inside, _, hinted = part.partition("::")
            opened[-1][1].append(inside)
            opened[-1][2].append(hinted)
        else:
            opened[-1][1].append(part)
    if not asked:
        return ""
    return ", ".join(asked) if only else "".join(begun + "".join(pieces) for begun, pieces, _ in opened)


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
        token = (found[1] or "!").strip()
        mark, name = token[:1], token[1:].strip()
        if mark in {"#", "^"} and len(sections) < _DEEPEST:
            is_asked = name == f"c{side.cloze}" if _CLOZE_NAME.fullmatch(name) else None
            is_there = not _EMPTY.fullmatch(side.values.get(name, "")) if is_asked is None else is_asked
            sections.append((name, is_there == (mark == "#")))
        elif mark == "/":
            if sections and sections[-1][0] == name:
                sections.pop()
        elif mark != "!" and all(shows for _, shows in sections):
            put(_replacement(token, side))
    put(template[position:])
    return "".join(text)


def _replacement(token: str, side: _Side) -> str:
    """A field through its filters, the last of which comes first."""
    *filters, name = (part.strip() for part in token.split(":"))
    value = side.values.get(name, "")
    for one in reversed(filters):
        match one:
            case "cloze" | "cloze-only":
                value = fill_clozes(value, side.cloze, back=side.back, only=one == "cloze-only")
            case "hint" if not side.back:
                side.hints += [value] if value.strip() else []
                return ""
            case "type" if not side.back:
                return ""
            case "kanji" | "kana" | "furigana":
                value = _READING.sub(partial(_read_aloud, _READINGS[one]), value.replace("&nbsp;", " "))
            case _ if one.startswith("tts"):
                return "(speech)" if value.strip() else ""
            case _ if one not in _SHOWN_AS_THEY_ARE and not side.back and value.strip():
                side.unknown = True
    return value


def _read_aloud(form: str, found: re.Match[str]) -> str:
    return found[0] if found[2].startswith("sound:") else found.expand(form)
