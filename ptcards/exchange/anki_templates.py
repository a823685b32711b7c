"""Anki's templates: from the fields of a note to the two sides of one of its cards, as HTML."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice

from ptcards.language import _

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
_MOST_TEXT = 200_000
_MOST_TOKENS = 500
_SHOWN_AS_THEY_ARE = frozenset(("text", "furigana", "type", "cloze", "cloze-only", "nc"))
_OCCLUSION = "image-occlusion:"


def sides(
    template: Sequence[str], cloze: int, values: Mapping[str, str]
) -> tuple[str, str, Iterable[str], str]:
    """Question, answer without it, and hints, as HTML; and why the card cannot be asked here, else "".

    `template` is name, front and back; `cloze` is the number asked, 0 for none.
    """
    hints: dict[str, None] = {}
    fronts = _render(template[1], {**values, "FrontSide": ""}, cloze, hints)
    backs = _render(template[2], {**values, "FrontSide": ""}, cloze)
    question, answer = (_SPEECH.sub("(speech)", "".join(filter(None, one))) for one in (fronts, backs))
    # As a count of such cards is called.
    refusal = _("cards that ask through a filter of an add-on, left out") if None in fronts else ""
    if any(_OCCLUSION in text for text in values.values()) and cloze:
        refusal = _("cards that ask what a picture hides, left out")
    return question, _REST_OF_ANSWER.sub("", answer), hints, refusal


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


def _render(
    template: str, values: Mapping[str, str], cloze: int, hints: dict[str, None] | None = None
) -> list[str | None]:
    """The template's pieces with its fields filled in; a section that is never closed reaches to the end.

    The front is what gives `hints`; a piece of it is None where nobody here knows a field's filter.
    """
    pieces: list[str | None] = []
    sections: list[tuple[str, bool]] = []
    """The open ones by name, and whether what is in them shows."""
    room, position = _MOST_TEXT, 0

    def put(piece: str | None) -> None:
        nonlocal room
        if all(shows for _, shows in sections):
            pieces.append(piece and piece[: max(room, 0)])
            room -= len(piece or "")

    for found in islice(_TOKEN.finditer(template), _MOST_TOKENS):
        put(template[position : found.start()])
        position = found.end()
        token = (found[1] or "!").strip()
        mark, name = token[:1], token[1:].strip()
        if mark in {"#", "^"} and len(sections) < _DEEPEST:
            is_asked = name == f"c{cloze}" if _CLOZE_NAME.fullmatch(name) else None
            is_there = not _EMPTY.fullmatch(values.get(name, "")) if is_asked is None else is_asked
            sections.append((name, is_there == (mark == "#")))
        elif mark == "/":
            if sections and sections[-1][0] == name:
                sections.pop()
        elif mark != "!" and all(shows for _, shows in sections):
            *filters, name = (part.strip() for part in token.split(":"))
            put(_filtered(values.get(name, ""), filters, cloze, hints))
    put(template[position:])
    return pieces


def _filtered(value: str, filters: list[str], cloze: int, hints: dict[str, None] | None) -> str | None:
    """A field through its filters, the last of which comes first."""
    is_back = hints is None
    for one in reversed(filters):
        match one:
            case "cloze" | "cloze-only":
                value = fill_clozes(value, cloze, back=is_back, only=one == "cloze-only")
            case "hint" if hints is not None:
                hints |= {value: None} if value.strip() else {}
                return ""
            case "type" if not is_back:
                return ""
            case "kanji" | "kana" | "furigana":
                value = _READING.sub(partial(_read_aloud, _READINGS[one]), value.replace("&nbsp;", " "))
            case _ if one.startswith("tts"):
                return "(speech)" if value.strip() else ""
            case _ if one not in _SHOWN_AS_THEY_ARE and not is_back and value.strip():
                return None
    return value


def _read_aloud(form: str, found: re.Match[str]) -> str:
    return found[0] if found[2].startswith("sound:") else found.expand(form)
