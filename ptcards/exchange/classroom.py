"""The logs that a class handed in, read with suspicion and added up; and one's own, handed in."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import orjson

from ptcards import paths
from ptcards.deck.card import Card, Deck, draw, from_data
from ptcards.deck.reading import read_deck, without_garbage_collection
from ptcards.deck.translation import (
    Translation,
    apply,
    read_translation,
    translation_from_data,
    translations_of,
)
from ptcards.errors import ExchangeError, PtcardsError, UsageError
from ptcards.exchange.log import Selection, read_event, read_header, read_log, wordless, write_log
from ptcards.language import _, counted, later
from ptcards.scheduling.days import day_of, iso
from ptcards.scheduling.events import GRADE_KINDS, Event
from ptcards.scheduling.queue import deck_of as slug_of
from ptcards.statistics.classroom import Classroom, Known, Pupil, add_up, gather
from ptcards.statistics.numbers import clean
from ptcards.store.server import Server, Where
from ptcards.store.tables import StoredDeck
from ptcards.study.decks import ORIGIN_OF
from ptcards.study.desk import Desk, Now, deck_of

if TYPE_CHECKING:
    from ptcards.store.learners import Rows  # which needs a package that who reads no server has not

LONGEST_LINE = 2**20
"""Bytes: an answer that is kept has 16 KiB at most."""
MOST_EVENTS = 1_000_000
"""Of one file; a pupil who answers a hundred cards each day has so many after 27 years."""
_A_DAY = 24 * 3600 * 1000  # milliseconds
_PAGES = (".html", ".json")  # what a report may have been written to
_NAME = re.compile(r"\w[\w .@-]{0,99}")
_UNASKED = ("versions", "shown", "seed", "fsrs", "seconds", "rules", "fuzz_days")
_LONGEST_QUESTION = 160
_MARK = "\ue000"
"""Around the name of a value in a sentence: no text has it, and none that is shown is changed by it."""


_ASKED = (
    *("id", "device", "action", "card", "kind", "at", "offset", "day", "q", "hints", "verdict"),
    *("why", "target", "disputed"),
)
_WHOLE = ("at", "offset", "day", "q", "hints")
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_LONGEST_TEXT = 10_000
_TOO_LONG = later("a line longer than {} MiB is no event")


_RowsOf = Callable[[Server, str, int], AbstractContextManager["Rows"]]
_Log = dict[str, tuple[Event, str | None, Where, int]]
"""The events of one pupil, by id, with what may be shown of their code, and where they stand."""


@dataclass(slots=True)
class Handed:
    """What a class handed in."""

    name: str = ""
    pupils: list[Pupil] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """A sentence each, with file and line."""


@dataclass(slots=True)
class _File:
    """What is known of a file while it is read."""

    path: Where
    latest: int  # UTC milliseconds, and the study day: what is later was made by a wrong clock
    last_day: int
    left_out: list[str]
    agreed: bool = False  # To show the code, and what was written of cards
    damaged: Counter[str] = field(default_factory=Counter)  # Further lines, by the sentence of their first

    def tell(self, line: int, what: str, kind: str = "") -> None:
        """Say what is wrong: of each kind once, and how often."""
        kind = kind or what
        if not self.damaged[kind]:
            self.left_out.append(f"{self.path}:{line}: {what}")
        self.damaged[kind] += 1

    def add_up(self) -> None:
        """Say how often, in the end."""
        for kind, words in (
            ("damaged", later("{}: {} more lines are damaged")),
            ("future", later("{}: {} more")),
        ):
            if (more := self.damaged[kind] - 1) > 0:
                self.left_out.append(_(words, self.path, f"{more:,}"))


# -- a folder ------------------------------------------------------------------------------------------------


@without_garbage_collection()
def read_folder(desk: Desk, folder: Path, decks: Collection[str] = ()) -> Handed:
    """The logs of a folder, added up: a file or a folder a pupil. UsageError where there is none."""
    found = Handed(folder.expanduser().absolute().name)
    groups = _groups(folder, found.left_out)
    names, owners, now = desk.store.library.names(), dict[str, str](), desk.now()
    for name, files in groups.items():
        log, pupil = _Log(), Pupil(name)
        untils = [_read(file, now, log, found.left_out) for file in files]
        dated = [until for until in untils if until is not None]
        pupil.until = max(dated) if len(dated) == len(untils) else None
        _leave_to_others(name, log, owners, found.left_out)
        add_up(pupil, ((event, code) for event, code, *_place in log.values()), names, decks)
        found.pupils.append(pupil)
    return found


@without_garbage_collection()
def read_server(
    desk: Desk, server: Server, learners: Mapping[str, bool], rows_of: _RowsOf, decks: Collection[str] = ()
) -> Handed:
    """The logs of some learners of a server, where they began one, added up; what they typed is left out."""
    found, names, now = Handed(), desk.store.library.names(), desk.now()
    for learner, begun in learners.items():
        if not begun:
            found.pupils.append(Pupil(learner))
            continue
        place, log = server._replace(learner=learner), _Log()
        file = _File(place, now.moment.at + _A_DAY, now.day + 1, found.left_out)
        try:
            known = _read_rows(file, rows_of(server, learner, MOST_EVENTS), log)
        except PtcardsError as error:
            found.left_out.append(str(error))
        else:
            found.pupils.append(Pupil(learner))
            add_up(found.pupils[-1], ((event, None) for event, *_rest in log.values()), known | names, decks)
        file.add_up()
    if not found.pupils:
        told = _("{}: no pupil is there whose log you may read; `ptcards class add` makes places", server)
        raise UsageError("\n".join((*found.left_out, told)))
    return found


def _read_rows(file: _File, opened: AbstractContextManager["Rows"], log: _Log) -> dict[str, str]:
    """Add what lies in a learner's tables to a log, as if it were a file; gives what cards were called."""
    with opened as rows:
        short = ((number, text) for number, text in rows.of("texts", "number", "text") if number and text)
        texts = {number: text for number, text in short if len(text) <= _LONGEST_TEXT}
        for number, row in enumerate(rows.of("events", *_ASKED, "details"), 1):
            line = _as_line(row, texts)
            what = (
                _take(file, number, line, log)
                if len(line) <= LONGEST_LINE
                else _(_TOO_LONG, LONGEST_LINE // 2**20)
            )
            if what:
                file.tell(number, _("{}; this line is left out", what), "damaged")
        called = [[texts.get(one or "") for one in row] for row in rows.of("names", "name", "card")]
    return {name: card for name, card in called if name and card}


def _as_line(row: Sequence[str | None], texts: Mapping[str, str]) -> bytes:
    """A row of `events` as a line of an exported log."""
    *values, details = row
    facts = dict[str, Any](zip(_ASKED, values, strict=True))
    for name in _WHOLE:
        if (value := facts[name]) is not None and _INTEGER.fullmatch(value):
            facts[name] = int(value)
    for name in ("card", "device"):
        facts[name] = texts.get(facts[name] or "")
    facts["action"] = facts["action"] or facts["id"]
    try:
        others = orjson.loads(details or "{}")
    except orjson.JSONDecodeError:
        others = None
    # What is no object is a line that says so.
    return orjson.dumps(others | facts if isinstance(others, dict) else others)


def _groups(folder: Path, left_out: list[str]) -> dict[str, list[Path]]:
    """The files of each pupil, by the pupil's name."""
    groups = dict[str, list[Path]]()
    for path in _listed(folder):
        is_log, name = path.suffix == ".jsonl", clean(path.stem)
        if path.is_symlink():
            left_out.append(_("{}: a link, which is not followed", path))
        elif path.is_dir():
            files = [one for one in _listed(path) if one.suffix == ".jsonl"]
            plain = [one for one in files if one.is_file() and not one.is_symlink()]
            left_out += [_("{}: no plain file", one) for one in files if one not in plain]
            if plain:
                groups.setdefault(clean(path.name), []).extend(plain)
            elif path.name != "decks":  # which a synced folder has
                left_out.append(_("{}: no log (.jsonl) is in it", path))
        elif not path.is_file():
            left_out.append(_("{}: no plain file", path))
        elif is_log:
            groups.setdefault(name, []).append(path)
        elif path.suffix not in _PAGES:
            left_out.append(_("{}: no log, whose name ends in .jsonl", path))
    if not groups:
        words = later(
            "{}: no log is in it; a pupil's is NAME.jsonl, or a folder NAME (ptcards class hand-in)"
        )
        raise UsageError("\n".join((*left_out, _(words, folder))))
    return dict(sorted(groups.items()))


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name[0] != ".")
    except OSError as error:
        raise UsageError(_("{}: cannot be read: {}", folder, error.strerror or error)) from None


def _read(path: Path, now: Now, log: _Log, left_out: list[str]) -> int | None:
    """Add a file's events to a pupil's log; gives the day that it was handed in, where it says so."""
    file, header, number = _File(path, now.moment.at + _A_DAY, now.day + 1, left_out), dict[str, Any](), 0
    try:
        for number, line in _lines(path):
            if len(line) > LONGEST_LINE:
                what = _(_TOO_LONG, LONGEST_LINE // 2**20)
            elif number == 1:
                read_header(line)
                header = orjson.loads(line)
                said = header.get("handed_in")
                file.agreed = isinstance(said, dict) and said.get("answers") is True
                continue
            elif len(log) == MOST_EVENTS:
                file.tell(number, _("more than {} events: the rest is left out", f"{MOST_EVENTS:,}"))
                break
            else:
                what = _take(file, number, line, log)
            if what and number == 1:
                raise ExchangeError(what)
            if what:
                file.tell(number, _("{}; this line is left out", what), "damaged")
    except ExchangeError as error:
        file.tell(1, _("{}; nothing of this file counts", error))
    except OSError as error:
        left_out.append(_("{}: cannot be read: {}", path, error.strerror or error))
    announced, done = header.get("events"), number - 1
    if type(announced) is int and done < announced and len(log) < MOST_EVENTS:
        words = later("the file ends after {} of {}: it is only half here; what is there counts")
        file.tell(number + 1, _(words, f"{done:,}", counted(announced, "event")))
    file.add_up()
    with suppress(TypeError, ValueError):
        if type(announced) is int:
            return day_of(datetime.fromisoformat(header.get("exported_at", "")).date())
    return None


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers, one at least; of one that is too long the beginning."""
    with path.open("rb") as opened:
        number = 0
        while (line := opened.readline(LONGEST_LINE + 1)) or not number:
            number += 1
            yield number, line
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                line = opened.readline(LONGEST_LINE + 1) or b"\n"


def _take(file: _File, number: int, line: bytes, log: _Log) -> str:
    """Add one line's event to a log; gives what is wrong with it, or ""."""
    try:
        event, code = read_event(line, _UNASKED)
    except ExchangeError as error:
        return str(error)
    if event.at > file.latest or event.day > file.last_day:
        what = _("an event of {}, which is still to come: the clock there was wrong", iso(event.day))
        file.tell(number, _("{}; this line is left out", what), "future")
        return ""
    if not file.agreed:
        code, event = None, event if event.disputed is None else wordless(event)
    known = log.get(event.id)
    if known is None:
        log[event.id] = event, code, file.path, number
    elif wordless(known[0]) != wordless(event):
        return _(later("event {} has other facts at {}:{}, which counts"), event.id, *known[2:])
    elif code is not None and known[1] is None:
        log[event.id] = event, code, *known[2:]
    return ""


def _leave_to_others(name: str, log: _Log, owners: dict[str, str], left_out: list[str]) -> None:
    """Take out the answers that another pupil handed in before, and say so."""
    # Reviews from elsewhere are alike to whoever took in the same file.
    own = [one for one, (event, *_) in log.items() if event.kind in GRADE_KINDS]
    shared = [one for one in own if owners.setdefault(one, name) != name]
    for other, count in sorted(Counter(owners[one] for one in shared).items()):
        place = next("{}:{}".format(*log[one][2:]) for one in shared if owners[one] == other)
        words = later(
            "{}: {} has {} of {:,} in common with {}: work that was copied, or one device for both; counted "
            "for {} alone"
        )
        left_out.append(_(words, place, name, counted(count, "answer"), len(own), other, other))
    for one in shared:
        del log[one]


# -- what the teacher's own decks say ------------------------------------------------------------------------


def report(desk: Desk, handed: Handed, decks: Collection[str] = ()) -> Classroom:
    """The class's numbers, with the teacher's own decks' sentences; UsageError for a deck nobody has."""
    answered = {key for pupil in handed.pupils for key in pupil.cards}
    for slug in {*decks} - set(map(slug_of, answered)):
        desk.deck(slug)  # or there is none of that name, which is told
    return gather(handed.pupils, _known(desk, answered), desk.now().day, every=bool(decks))


def _known(desk: Desk, answered: set[str]) -> dict[str, Known]:
    """What the decks say of the cards that were answered, in the language in use where they have it."""
    library, found = desk.store.library, dict[str, Known]()
    wanted = set(map(slug_of, answered))
    for stored in library.decks():
        if stored.slug not in wanted:
            continue
        cards = [one for one in library.cards([stored.slug]) if one.key in answered]
        read = tuple(from_data(Card, orjson.loads(one.content)) for one in cards)
        deck = deck_of(stored)._replace(cards=read)
        kept = orjson.loads(stored.content).get("translations", {})
        found |= _of_deck(desk, deck, [translation_from_data(one) for one in kept.values()])
    # A built-in deck that the teacher did not add is here all the same.
    for path in paths.built_in_decks():
        if path.stem in wanted and library.deck(path.stem) is None:
            translations = [read_translation(one)[0] for one in translations_of(path)]
            found |= _of_deck(desk, read_deck(path)[0], translations)
    return found


def _of_deck(desk: Desk, deck: Deck, translations: Sequence[Translation]) -> dict[str, Known]:
    by_language = {one.language: apply(deck, one) for one in translations}
    shown, every = by_language.get(desk.config.language, deck), [deck, *by_language.values()]
    return {
        deck.key(card): _said(card, [one.cards[number] for one in every])
        for number, card in enumerate(shown.cards)
    }


def _said(card: Card, in_languages: Sequence[Card]) -> Known:
    texts, patterns = dict[str, int](), list[tuple[re.Pattern[str], int]]()
    for one in in_languages:
        for number, wrong in enumerate(one.wrong):
            texts.setdefault(clean(wrong.because), number)
            if one.vary and "$" in wrong.because:
                patterns.append((_pattern(wrong.because, one.vary), number))

    def number_of(said: str) -> int | None:
        if said in texts:
            return texts[said]
        return next((number for pattern, number in patterns if pattern.fullmatch(said)), None)

    card = draw(card, seed=0)  # one example of it: a teacher has not met `$n`
    question = clean(card.question.strip().partition("\n\n")[0])
    if len(question) > _LONGEST_QUESTION:
        question = f"{question[:_LONGEST_QUESTION]}…"
    return Known(question, [(clean(one.because), one.code) for one in card.wrong], number_of)


def _pattern(because: str, vary: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """What a sentence may say, whatever values it was drawn with."""
    marked = Template(because).safe_substitute({name: f"{_MARK}{name}{_MARK}" for name in vary})
    parts = re.split(f"{_MARK}({'|'.join(vary)}){_MARK}", clean(marked))
    for number in range(1, len(parts), 2):
        # The longest first, and never another once one fits: no sentence takes longer than its length.
        values = sorted(map(clean, vary[parts[number]]), key=len, reverse=True)
        parts[number] = f"(?>{'|'.join(map(re.escape, values))})"
    parts[::2] = map(re.escape, parts[::2])
    return re.compile("".join(parts))


# -- one's own, handed in ------------------------------------------------------------------------------------


def hand_in(
    desk: Desk, folder: Path, name: str, decks: Sequence[str] = (), *, answers: bool = False
) -> Iterator[str]:
    """Write one's own log of some decks as NAME.jsonl, and say line by line what is in it.

    With no deck named: all but those of one's own. UsageError where NAME is no name, or another's file.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(_("{!r} is no name for a file: letters, digits, blanks and . _ - @", name))
    slugs, own = (list(dict.fromkeys(decks)), []) if decks else _courses(desk)
    if not slugs:
        raise UsageError(_("There is no deck to hand in but your own: name one with --deck."))
    folder = folder.expanduser()
    target, selection = folder / f"{name}.jsonl", Selection(tuple(slugs), answers=answers)
    _refuse_anothers(desk, target)
    made = write_log(desk, selection, handed_in=True)
    try:
        with paths.replacing(target) as unfinished:
            unfinished.write_bytes(made.data)
    except OSError as error:
        what = _("cannot be written: {}; nothing was left there", error.strerror or error)
        raise ExchangeError(f"{target}: {what}") from None
    yield _("{}: {}", target, made.said)
    yield _("In it: {}.", ", ".join(slugs))
    yield _(
        "It says when you answered which card, how long it took, your grades and the mistakes named then."
    )
    without = later(
        "It leaves out your answers' code, and what you wrote where you said that a card is wrong."
    )
    also = later("With it goes your answers' code, and what you wrote where you said that a card is wrong.")
    yield _(also if answers else without)
    if own:
        yield _("Your own decks stay here: {}; --deck hands in what you name.", ", ".join(own))


def _courses(desk: Desk) -> tuple[list[str], list[str]]:
    """The decks that came from somewhere, and those that one wrote."""
    library, here = desk.store.library, paths.own_decks()

    def is_own(deck: StoredDeck) -> bool:
        away = deck.slug in paths.BUILT_IN or library.note(ORIGIN_OF.format(deck.slug)) or not deck.path
        return not away and Path(deck.path or "").is_relative_to(here)

    decks = library.decks()
    return [one.slug for one in decks if not is_own(one)], [one.slug for one in decks if is_own(one)]


def _refuse_anothers(desk: Desk, target: Path) -> None:
    """UsageError where the file is there, and neither this device wrote it nor has all that is in it."""
    if not target.parent.is_dir():
        raise UsageError(_("{}: there is no such folder", target.parent))
    try:
        with target.open("rb") as file:
            header = file.readline(LONGEST_LINE)
            read_header(header)
            if orjson.loads(header).get("device") == desk.store.device and not target.is_symlink():
                return
            file.seek(0)
            theirs = {event.id for event, _ in read_log(file, str(target))}
    except FileNotFoundError:
        if not target.is_symlink():
            return
        theirs = None
    except (OSError, ExchangeError):
        theirs = None
    if theirs is None or target.is_symlink() or theirs - {name for name, *_ in desk.store.log.marks()}:
        raise UsageError(_("{}: this is another pupil's; choose another name with --as", target))
