"""How a table of cards is laid out: Anki's `#key:value` lines, or a row of column names."""

from __future__ import annotations

from dataclasses import dataclass, field

SEPARATORS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "space": " ",
    "pipe": "|",
    "colon": ":",
}
_NAMES = {
    "question": ("question", "front", "text"),
    "solution": ("solution", "answer", "back", "back extra"),
    "given": ("given",),
    "starter": ("starter",),
    "check": ("check",),
    "accepts": ("accepts",),
    "hint": ("hint", "hints"),
    "explanation": ("explanation", "extra"),
    "tags": ("tags", "tag"),
    "guid": ("guid", "id"),
    "source": ("source",),
    "deck": ("deck",),
    "notetype": ("notetype", "note type"),
}
COLUMNS = {alias: name for name, aliases in _NAMES.items() for alias in aliases}
KNOWN = ", ".join("/".join(aliases[:3]) for name, aliases in _NAMES.items() if name != "notetype")
_SPECIAL = {
    "guid column": "guid",
    "notetype column": "notetype",
    "deck column": "deck",
    "tags column": "tags",
}


@dataclass(slots=True)
class Headers:
    """Anki's header lines, as far as they mean something here."""

    separator: str | None = None
    html: bool = False
    tags: tuple[str, ...] = ()
    deck: str = ""
    columns: str | None = None
    """The line of column names as it stands, still to be split at the separator."""
    special: dict[int, str] = field(default_factory=dict)
    """Columns (from 0) that are no fields."""
    unknown: list[str] = field(default_factory=list)


def read_header(headers: Headers, line: str) -> bool:
    """Take in one line; False where it is none of Anki's headers. ValueError says what is wrong with it."""
    key, colon, value = line.rstrip("\r\n").removeprefix("#").partition(":")
    key = key.strip().lower()
    if not line.startswith("#") or not colon:
        return False
    if key == "separator":
        headers.separator = _separator(value)
    elif key == "html":
        headers.html = value.strip().lower() == "true"
    elif key == "tags":
        headers.tags = tuple(value.split())
    elif key == "columns":
        headers.columns = value
    elif key == "deck":
        headers.deck = value.strip()
    elif key in _SPECIAL:
        headers.special[_column(key, value)] = _SPECIAL[key]
    elif key in {"notetype", "if matches", "match scope"}:
        headers.unknown.append(key)
    else:
        return False
    return True


def _separator(value: str) -> str:
    name = value.strip().lower()
    if name in SEPARATORS:
        return SEPARATORS[name]
    literal = value.replace("\\t", "\t")
    if len(literal) == 1 and literal not in '"\r\n':
        return literal
    raise ValueError(f"the separator {value!r} is none of {', '.join(SEPARATORS)}, and no single character")


def _column(key: str, value: str) -> int:
    number = value.strip()
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= 1000):  # noqa: PLR2004 - no table is wider
        raise ValueError(f"`{key}` must be the number of a column, from 1")
    return int(number) - 1


def guess_separator(line: str) -> str:
    """The separator of a row of column names: the one that splits off most names that are known."""

    def known(separator: str) -> int:
        return sum(name.strip().strip('"').lower() in COLUMNS for name in line.split(separator))

    return max(",\t;|", key=lambda separator: (known(separator), line.count(separator)))


@dataclass(frozen=True, slots=True)
class Layout:
    """What each column holds."""

    names: tuple[str, ...]
    """Canonical names by column; "" for a column that is not used."""
    unused: tuple[str, ...] = ()
    """Names of columns that mean nothing here."""


def layout_of_names(columns: list[str], special: dict[int, str]) -> Layout:
    """From column names. Of two columns that mean the same the first counts."""
    names, unused, seen = [], [], set(special.values())
    for place, column in enumerate(columns):
        name = special.get(place) or COLUMNS.get(column.strip().lower(), "")
        if place not in special and name in seen:
            name = ""
        if not name and column.strip():
            unused.append(column.strip())
        seen.add(name)
        names.append(name)
    return Layout(tuple(names), tuple(unused))


def layout_by_place(width: int, special: dict[int, str]) -> Layout:
    """Without names: of the columns that are not special the first is the question, the second the answer."""
    fields = iter(("question", "solution"))
    names = [special.get(place) or next(fields, "") for place in range(width)]
    unused = [f"column {place + 1}" for place, name in enumerate(names) if not name]
    return Layout(tuple(names), tuple(unused))
