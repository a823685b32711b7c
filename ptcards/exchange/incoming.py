"""What a reader of another format returns, who is who among it, and HTML as the text that one sees."""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property, lru_cache, partial
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple

import orjson
from resiliparse.extract.html2text import extract_plain_text

from ptcards.deck.card import Card, Deck
from ptcards.deck.nodes import plain_lines
from ptcards.errors import Problem
from ptcards.scheduling.events import Event, Kind
from ptcards.scheduling.queue import Scope
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store.store import Store
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
    notes: tuple[str, ...]  # What was left out, and what else is worth saying
    events: tuple[Event, ...] | None = None  # None where nobody asked for them
    problems: tuple[Problem, ...] = ()  # What could not be taken, each with its line


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


# -- decks and cards, by titles and by the notes that they were made of --------------------------------------

_NUMBERED = re.compile(r"-c?[0-9]+\Z")
"""How the ids end of a note's second card and of clozes: another note's guid may end so, too."""
DEVICE = "anki"
"""What happened in Anki happened on this device."""
_SETS: dict[str, str] = {Kind.RESUMED: Kind.SUSPENDED, Kind.UNMARKED: Kind.MARKED}
"""What sets again what these unset."""
_Known = tuple[str, int | str, dict[str, Any]]
"""Of a card made of a note: key, note type (its name where only a text file said it), stored data."""
_Notes = dict[tuple[str, int], list[_Known]]
_Keys = dict[str, str]
Brought = tuple[dict[str, Any], dict[str, Any]]
"""Of a card that a package brought: its note's type, and its origin."""


class Names:
    """What decks and cards of a file are called here; without a store, as if nothing were here."""

    def __init__(
        self, store: Store | None = None, deck: str | None = None, others: Collection[str] = ()
    ) -> None:
        """`deck` is the slug or title that the user gave; `others` are no decks that were renamed here."""
        self._store = store
        every = store.library.decks() if store else ()
        self._of_files = {one.slug for one in every if one.path}
        own = [one for one in every if not one.path]
        self._titles = {one.slug: one.title for one in own}
        named = {one.title: one.slug for one in own if is_named(one.slug, one.title)}
        renamed = {one.title: one.slug for one in own if one.title not in named}
        self._renamed = {title: slug for title, slug in renamed.items() if title not in others}
        self._slugs = self._renamed | named
        if deck in self._titles:
            self._slugs[deck] = deck
        self._kinds = {one.slug: notetypes_of(one.content) for one in every}
        self._claimed: set[str] = set()
        self.was: dict[str, str] = {}
        """By the key that a card gets now the one that it has."""

    def deck(self, title: str) -> str:
        """The slug that the deck has here, or a new one of its own."""
        if title not in self._slugs:
            slug = slug_of(title)
            is_free = self._titles.setdefault(slug, title) == title
            self._slugs[title] = slug if is_free else longer_slug_of(title)
        return self._slugs[title]

    def others(self, decks: Iterable[Deck]) -> set[str]:
        """Titles of decks that have no card of the deck that was renamed here and has the same title."""
        mine = [one for one in decks if self._renamed.get(one.title) == one.slug]
        known = self._store.library.keys if self._store else lambda slug: ()
        return {one.title for one in mine if set(map(one.key, one.cards)).isdisjoint(known(one.slug))}

    @cached_property
    def _here(self) -> tuple[_Notes, _Keys, dict[str, Schedule], _Keys, dict[str, list[Brought]]]:
        """Cards by guid and number, keys of earlier versions, schedules, old names, and packages' notes."""
        brought = defaultdict[str, list[Brought]](list)
        notes = defaultdict[tuple[str, int], list[_Known]](list)
        plain, schedules = dict[str, str](), dict[str, Schedule]()
        every = (self._store.library.cards(orphans=gone) for gone in (False, True)) if self._store else ()
        for stored in chain.from_iterable(every):
            schedules[stored.key] = stored.schedule
            data = orjson.loads(stored.content) if f'"{ORIGIN}"' in stored.content else {}
            match data.get(ORIGIN):
                case {"guid": str(guid), "ord": int(at), "fields": list(), "notetype": int() | str() as kind}:
                    notes[guid, at].append((stored.key, kind, data))
                    if known := self._kinds.get(stored.deck, {}).get(str(kind)):
                        brought[guid].append((known, data[ORIGIN]))
                case None if stored.deck in self._titles:
                    # A fingerprint says which note it was whatever its deck is called.
                    plain |= {stored.key: stored.key, stored.key.partition("/")[2]: stored.key}
        return notes, plain, schedules, self._store.library.names() if self._store else {}, brought

    def card(self, slug: str, card: Card) -> Card:
        """A card of a note, known by guid, type and number, with the id that it has here, or its own."""
        origin = card.extras.get(ORIGIN)
        if not isinstance(origin, dict):
            self._claimed.add(f"{slug}/{card.id}")
            return card
        notes, plain, taken, renamed, _ = self._here
        guid, kind, here = origin["guid"], origin["notetype"], f"{slug}/"
        alike = notes[guid, origin["ord"]]

        def likeness(known: _Known) -> tuple[int, bool]:
            key, other, data = known
            by_name = isinstance(other, str) or isinstance(kind, str)
            is_here = key.startswith(here)
            is_free = key not in self._claimed and key.partition("/")[0] not in self._of_files
            # Guids that Anki made are nobody else's, whatever became of the note's type.
            changed = bool(data) and is_free and (is_here or not SLUG.fullmatch(guid))
            return (3 if other == kind else 2 if by_name else int(changed)) * (is_here or is_free), is_here

        best = max(alike, key=likeness, default=None)
        key, other, data = alike.pop(alike.index(best)) if best and likeness(best)[0] else ("", kind, {})
        stem = id_of_guid(guid, slug)[:LONGEST_NOTE_ID]

        def mark(*facts: object) -> str:
            text = "\0".join(map(str, facts))
            return f"g-{digest(text, 8)}{card.id[len(stem) :]}"

        if not key and plain:
            found = [plain.get(f"{here}{card.id}"), plain.get(card.id) if card.id == mark(guid) else None]
            key = next((one for one in found if one and one not in self._claimed), "")
        is_sure = len(guid) <= LONGEST_NOTE_ID and not _NUMBERED.search(stem)
        is_other = any(known[0].startswith(here) for known in alike)
        own = key.partition("/")[2] or (mark(guid, kind) if is_other else card.id if is_sure else mark(guid))
        if not key.startswith(here):
            for facts in ((), (guid, kind), (guid, kind, slug)):
                own = mark(*facts) if facts else own
                at = f"{here}{own}"
                # An old name of the note's own card in a deck file says that the deck was renamed.
                mine = {key, *(known[0] for known in alike)}
                if at not in taken and at not in self._claimed and renamed.get(at, key) in mine:
                    break
            if key:
                self.was[f"{here}{own}"] = key
        alike.append((f"{here}{own}", kind if isinstance(kind, int) else other, data))
        self._claimed |= {key, f"{here}{own}"}
        return card._replace(id=own)

    def note(self, guid: str, kind: str) -> list[Brought]:
        """Of a note that a package brought, and of one whose type is called `kind` if there are several."""
        found = self._here[4][guid]
        return [one for one in found if one[0]["name"] == kind] or found

    def recognize(self, slug: str, cards: Iterable[Card]) -> None:
        """Of cards without a note: one that is new and says what one says that the file lacks, was that."""
        # So is what asks the same, where one such card came and one is lacking: rows may get a guid or a
        # better answer, or another row may ask the same, and no history is lost.
        known = {key.partition("/")[2] for key in self._store.library.keys(slug)} if self._store else set()
        ids = {card.id: card for card in cards if ORIGIN not in card.extras} if known else {}
        if not (self._store and ids.keys() - known and known - ids.keys()):
            return
        gone = dict[tuple[str, str], str]()
        for stored in self._store.library.cards([slug]):
            data = orjson.loads(stored.content)
            if data["id"] not in ids and ORIGIN not in data:
                gone[plain_lines(data["question"]), plain_lines(data["solution"])] = stored.key
        came, left = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for new in ids.keys() - known:
            if old := gone.pop((ids[new].question, ids[new].solution), ""):
                self.was[f"{slug}/{new}"] = old
            else:
                came[ids[new].question].append(f"{slug}/{new}")
        for (question, _), old in gone.items():
            left[question].append(old)
        pairs = ((keys, left[question]) for question, keys in came.items())
        self.was |= {new[0]: old[0] for new, old in pairs if len(new) == len(old) == 1}

    @cached_property
    def _past(self) -> dict[str, dict[int | str, Event]]:
        """Of the cards so far: answers by their milliseconds, of other kinds the newest event from Anki."""
        found = defaultdict[str, dict[int | str, Event]](dict)
        decks = {key.partition("/")[0] for key in self._claimed}
        for key, (event, *_) in self._store.log.pasts(Scope(tuple(decks))) if self._store else ():
            if event.q is not None:
                found[key][event.at] = event
            elif event.device == DEVICE:
                found[key][_SETS.get(event.kind, event.kind)] = event
        return found

    def past(self, key: str) -> tuple[dict[int | str, Event], Schedule]:
        """What is known of a card, by the key that it gets now, and its schedule here."""
        old = self.was.get(key, key)
        return self._past.get(old, {}), self._here[2].get(old, NEW)


# -- text --------------------------------------------------------------------------------------------------


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
    skipped = None if hidden else [*_HIDDEN, *_hidden_by(css)]
    text = _lay_out(text, list_bullets=bullets, skip_elements=skipped)
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
