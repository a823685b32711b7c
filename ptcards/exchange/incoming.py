"""What a reader of another format returns, the names that it makes, and HTML as the text that one sees."""

import html
import re
import unicodedata
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
from resiliparse.extract.html2text import extract_plain_text

from ptcards.deck.card import Deck
from ptcards.errors import Problem
from ptcards.scheduling.events import Event
from ptcards.text import SLUG

ORIGIN = "x-anki"
"""The key under which a card keeps the note that it was made of, and a deck its note types."""
NO_BACK = "(the back is empty)"
_LONGEST_WORDS = 40
MOST_DECKS = 10_000
"""Of one file."""
LONGEST_NOTE_ID = 56
"""Of the id that a note's cards share; a suffix distinguishes them."""

_WORDS = bytes(sign if bytes((sign,)).isalnum() else 32 for sign in range(256))
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MEDIA = re.compile(
    r"""\[sound:(?P<sound>[^\[\]]{1,500})\]
    | <img\b(?:[^<>]{0,2000}?\ssrc\s*=\s*
        (?:"(?P<double>[^"<>]*)"|'(?P<single>[^'<>]*)'|(?P<bare>[^\s"'<>]+)))?[^<>]*>""",
    re.IGNORECASE | re.VERBOSE,
)
_NOISE = re.compile(
    r"</?(?:svg|object|video|audio|canvas|frameset|button|textarea|select|option|optgroup|meter)\b[^<>]*>"
    r"|<rp\b[^<>]*>[^<>]{0,20}</rp\s*>|</?rp\b[^<>]*>",
    re.IGNORECASE,
)
"""Tags whose text the library leaves out and a browser shows, and what is for browsers without readings."""
_RAISED = re.compile(r"<su([pb])\b[^<>]*>(.{1,300}?)</su\1\s*>", re.IGNORECASE | re.DOTALL)
_OPENING = re.compile(r"<rt\b[^<>]*>", re.IGNORECASE)
_CLOSING = re.compile(r"</rt\b[^<>]*>", re.IGNORECASE)
_LIST_TAG = re.compile(r"<(/?)(ol|ul|li)\b([^<>]*)>", re.IGNORECASE)
_NUMBER = re.compile(r"""\b(?:start|value)\s*=\s*["']?(-?\d{1,9})""", re.IGNORECASE)
_WAYS = ("display:none", "display: none", "visibility:hidden", "visibility: hidden")
_HIDDEN = ["[hidden]", *(f"[style*='{way}' i]" for way in _WAYS)]
_HIDES = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SELECTOR = re.compile(r"[.#]?[a-z][\w-]*(?: *[.#][a-z][\w-]*| +[a-z][\w-]*)*", re.IGNORECASE)
_AT_RULE = re.compile(r"@[^@{};]*\{(?:[^{}]*\{[^{}]*\})*")
"""What holds on some screens only."""
_SUMMARY = re.compile(r"</summary\s*>", re.IGNORECASE)
_lay_out = partial(extract_plain_text, preserve_formatting=True, alt_texts=False, noscript=True)
_HIGH = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOW = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


class Incoming(NamedTuple):
    """The decks of one file, and what happened to their cards elsewhere."""

    decks: tuple[Deck, ...]
    notes: tuple[str, ...]
    """What was left out, and what else is worth saying."""
    events: tuple[Event, ...] | None = None
    """None where nobody asked for them."""
    problems: tuple[Problem, ...] = ()
    """What could not be taken, each with its line."""


@lru_cache(maxsize=256)
def slug_of(name: str) -> str:
    """A deck's slug from a name in any script: `Python::Torch basics` is `python.torch-basics`.

    What the words do not say, a fingerprint does: `C++` is not `C`.
    """
    if SLUG.fullmatch(name):
        return name
    slug = _slug_words(name)
    if slug and len(slug) <= _LONGEST_WORDS and slug == name.lower().replace("::", ".").replace(" ", "-"):
        return slug
    return longer_slug_of(name)


def longer_slug_of(name: str) -> str:
    """The slug of a deck where another has the one of its words."""
    return f"{_slug_words(name)[:_LONGEST_WORDS].strip('-.') or 'deck'}-{digest(name, 4)}"


def notetypes_of(content: str) -> dict[str, dict[str, Any]]:
    """The note types that a stored deck keeps, by id; only what is one, for anybody may write a deck."""
    found, types = orjson.loads(content).get(ORIGIN), dict[str, dict[str, Any]]()
    for number, kind in found.items() if isinstance(found, dict) else ():
        match kind:
            case {"name": str(), "cloze": bool(), "css": str(), "fields": [_, *_], "templates": [_, *_]}:
                forms = kind["templates"]
                lists = all(isinstance(one, list) for one in forms) and [kind["fields"], *forms]
                texts = lists and all(isinstance(text, str) for one in lists for text in one)
                if number.isdecimal() and texts and {*map(len, forms)} == {3}:
                    types[number] = kind
    return types


def is_named(slug: str, title: str) -> bool:
    """Whether a deck of that title got this slug from it, now or by the words alone, as once."""
    return slug in {slug_of(title), longer_slug_of(title), _slug_words(title)}


def _slug_words(name: str) -> str:
    return ".".join(words for part in name.split("::") if (words := _words(part)))


def id_of_guid(guid: str, deck: str) -> str:
    """A card's id from the guid of its note: itself where it is one of ours, else a fingerprint of it."""
    own = guid.removeprefix(f"{deck}/")
    return own if SLUG.fullmatch(own) else f"g-{digest(guid, 8)}"


def id_of_text(text: str) -> str:
    """A card's id from its first field: its first words, and a fingerprint of it all."""
    words = _words(text[:80])[:_LONGEST_WORDS].strip("-")
    return f"{words or 'c'}-{digest(text.strip(), 5)}"


def _words(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return "-".join(plain.encode("ascii", "ignore").lower().translate(_WORDS).decode().split())


def digest(text: str, size: int) -> str:
    """A fingerprint of so many bytes, in hex."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def to_text(text: str, *, hidden: bool = False, css: str = "") -> str:
    """HTML laid out as text; what it or its stylesheet hides, and names of media, only with `hidden`."""
    if "[sound:" in text or "<" in text:
        text = _MEDIA.sub(partial(_name_medium, named=hidden), text)
    if "<" not in text:
        return _BLANKS.sub(" ", html.unescape(text)).strip(" ").replace("\xa0", " ")
    for pattern, name in ((_RAISED, _raise), (_OPENING, "["), (_CLOSING, "]"), (_NOISE, "")):
        text = pattern.sub(name, text)
    # What is folded away is what comes after it.
    text = _SUMMARY.sub(r"\g<0><span hidden>", text)
    bullets = not _NUMBER.search(text)
    if not bullets:
        text = _numbered(text)
    text = _lay_out(
        text, list_bullets=bullets, skip_elements=None if hidden else [*_HIDDEN, *_hidden_by(css)]
    )
    return str(text).replace("\xa0", " ").strip("\n").rstrip()


@lru_cache(maxsize=64)
def _hidden_by(css: str) -> tuple[str, ...]:
    """The selectors of what a stylesheet hides."""
    rules = (rule.partition("{") for rule in _AT_RULE.sub("", css).split("}"))
    hiding = (where.rpartition("*/")[2].rpartition(";")[2] for where, _, how in rules if _HIDES.search(how))
    found = (one.strip().removeprefix(".card ") for where in hiding for one in where.split(","))
    return tuple(one for one in found if len(one) <= _LONGEST_WORDS and _SELECTOR.fullmatch(one))


def count_media(text: str) -> int:
    """How many pictures and sounds a field shows."""
    return sum(1 for _ in _MEDIA.finditer(text))


def _name_medium(found: re.Match[str], *, named: bool) -> str:
    """A name may be the answer."""
    what = "sound" if found["sound"] else "picture"
    name = named and (found["sound"] or found["double"] or found["single"] or found["bare"])
    return f"({what}: {name})" if name else f"({what})"


def _raise(found: re.Match[str]) -> str:
    """In Unicode's own signs where it has them."""
    is_high, inside = found[1] in "pP", found[2]
    table = _HIGH if is_high else _LOW
    if all(ord(sign) in table for sign in inside):
        return inside.translate(table)
    mark = "^" if is_high else "_"
    return f"{mark}{inside}" if len(inside) == 1 else f"{mark}({inside})"


def _numbered(text: str) -> str:
    """With numbers and bullets written out: the library counts from one, whatever a list says."""
    counts: list[int | None] = []

    def mark(found: re.Match[str]) -> str:
        closing, name, number = found[1], found[2].lower(), _NUMBER.search(found[3])
        if name != "li":
            if not closing:
                counts.append(None if name == "ul" else int(number[1]) if number else 1)
            elif counts:
                counts.pop()
        elif not closing:
            current = counts[-1] if counts else None
            if current is None:
                return f"{found[0]}• "
            current = int(number[1]) if number else current
            counts[-1] = current + 1
            return f"{found[0]}{current}. "
        return found[0]

    return _LIST_TAG.sub(mark, text)
