"""One's own devices kept alike through a folder: a file a device, which it alone writes, and the decks."""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from hashlib import blake2b, file_digest
from pathlib import Path

import orjson

from ptcards import paths
from ptcards.deck.reading import without_garbage_collection
from ptcards.errors import ExchangeError
from ptcards.exchange.checkout import Checkout
from ptcards.exchange.log import FORMAT, LONGEST_LINE, VERSION, event_line, read_event, read_header
from ptcards.exchange.shared_decks import share
from ptcards.language import _, counted, later
from ptcards.scheduling.days import iso, time_of
from ptcards.scheduling.events import Event
from ptcards.store.log import DamagedLogError, Merged
from ptcards.study.desk import Desk

_A_DAY = 24 * 3600 * 1000  # milliseconds
_TAIL = 512  # bytes before the end of what was read, by which a file is known again
_Events = list[tuple[Event, str | None]]


class FolderError(ExchangeError):
    """The folder is not there, or not to be read or written; all that was recorded is in the library."""

    exit_code = 1


@dataclass(slots=True)
class SyncReport:
    """What a sync did."""

    folder: str
    sent: int = 0
    received: int = 0
    moved: int = 0  # Cards that are due on another day now
    decks: list[str] = field(default_factory=list)  # Decks that came or went, in words
    told: list[str] = field(default_factory=list)  # What was found in the folder and needs nothing
    wrong: list[str] = field(default_factory=list)  # What waits until somebody mends it

    def lines(self) -> Iterator[str]:
        """The report as a person reads it, but for what is wrong."""
        sums = _("{} sent, {} received", counted(self.sent, "event"), f"{self.received:,}")
        yield f"{self.folder}: {sums if self.sent or self.received else _('nothing new')}"
        if self.moved:
            yield _("{} due on another day now", counted(self.moved, "card"))
        yield from (*self.decks, *self.told)


@dataclass(slots=True)
class _Known:
    """What the last sync left: the short road is taken only where all of it still holds."""

    device: str = ""
    digest: str = ""  # Of this device's own file
    last: str = ""  # The newest of its own events in there
    events: int = 0  # In the log
    answers: int = 0
    files: dict[str, tuple[int, int, str, str]] = field(default_factory=dict)
    """The others: bytes and lines that were read, a hash of the last bytes of these, whose it is."""
    decks: dict[str, str] = field(default_factory=dict)  # Hashes of what both sides had


@dataclass(slots=True)
class _Part:
    """What was read of a file, and where to go on the next time."""

    path: Path
    offset: int = 0
    lines: int = 0
    device: str = ""
    events: _Events = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)  # Of each event: offset, lines before
    wrong: str = ""
    half: bool = False  # The last line has no end yet

    @property
    def proper(self) -> bool:
        """Whether it is a device's own file, under its own name."""
        return self.path.name == f"{self.device}.jsonl"


@without_garbage_collection()
def sync(desk: Desk, folder: Path, *, git: bool = False) -> SyncReport:
    """Take what other devices left in the folder, and leave there what is new here.

    FolderError where it is not there, or nothing can be written: what others left was taken then. With `git`
    it is a checkout: fetched and merged first, then committed and pushed.
    """
    folder = folder.expanduser().absolute()
    report = SyncReport(str(folder))
    with alone(desk), _as_folder_error(folder):
        if folder.exists() and not folder.is_dir():
            raise FolderError(_("{}: this is a file; name the folder that it is in, or another", folder))
        if not folder.is_dir():
            raise FolderError(
                _(
                    "{}: there is no such folder: make it, or bring its drive back. Nothing is lost: what is "
                    "new goes with the next sync.",
                    folder,
                )
            )
        library, note = desk.store.library, f"sync {folder}"
        known = _Known()
        with suppress(TypeError, ValueError):  # else it is another version's
            known = _Known(**orjson.loads(library.note(note) or "{}"))
        checkout = Checkout(folder, desk.store.device) if git else None
        for slug in checkout.take(report.wrong) if checkout else ():
            known.decks.pop(slug, None)  # both changed it
        _histories(desk, folder, known, report)
        library.save_note(note, orjson.dumps(asdict(known)).decode())
        share(desk, folder / "decks", known.decks, report.decks, report.wrong)
        library.save_note(note, orjson.dumps(asdict(known)).decode())
        if checkout:
            checkout.give(desk.store.device, report.wrong)
    return report


@contextmanager
def alone(desk: Desk) -> Iterator[None]:
    """No two syncs of one library at once, here."""
    folder = desk.database.parent if isinstance(desk.database, Path) else paths.home()
    with _as_folder_error(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (folder / "sync.lock").open("a")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderError(
                _("Another ptcards is syncing just now; what is new goes with the next sync.")
            ) from None
        yield


@contextmanager
def _as_folder_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = _(
            "{}: {}. Nothing is lost: what is new goes with the next sync.",
            error.filename or folder,
            error.strerror,
        )
        raise FolderError(what) from None


# -- histories -----------------------------------------------------------------------------------------------


def _histories(desk: Desk, folder: Path, known: _Known, report: SyncReport) -> None:
    store, own = desk.store, folder / f"{desk.store.device}.jsonl"
    events, answers, fresh = store.log.since(known.last)
    grown = known.events + len(fresh), known.answers + sum(code is not None for _, code in fresh)
    as_left = (known.device, known.digest, *grown) == (store.device, _digest(own), events, answers)
    others = [path for path in sorted(folder.glob("*.jsonl")) if path != own and _is_plain(path)]
    changed = _changed(others, known)
    report.told += changed
    short = as_left and not changed
    parts = [_read(path, *known.files.get(path.name, ())) if short else _read(path) for path in others]
    if short and any((part.wrong and part.lines) or (part.events and not part.proper) for part in parts):
        # Of what only a damaged file or a copy has the others are to have it, too.
        short, parts = False, [*map(_read, others)]
    came, held, mine = list[Merged](), dict[str, str](), _Part(own)
    if not short:
        own, mine = _own(desk, own, came, report)
    came += [_merge(desk, part) for part in parts if part.events]
    _tell(desk, parts, known, report)
    if short:
        lines = [event_line(*one) for one in fresh]
        events += sum(one.new for one in came)
        answers += sum(one.codes for one in came)
        last = fresh[-1][0].id if fresh else known.last
    else:
        # A damaged file of one's own holds nothing: all of it is written anew.
        whole = [] if mine.wrong else [mine]
        for part in (*parts, *whole):
            for event, code in part.events if part.proper else ():
                held[event.id] = max(held.get(event.id, ""), code or "")
        still_own = not mine.wrong and mine.path == own
        parts += whole * (mine.path != own)
        there = {event.id for event, _ in mine.events} if still_own else set()
        events, answers, last, lines = _missing(desk, held, there)
    anew = bool(mine.wrong) or not own.exists() or not own.stat().st_size
    digest = _write(desk, own, lines, anew=anew)
    known.device, known.digest, known.last = store.device, digest, last
    known.events, known.answers, known.files = events, answers, {}
    for part in parts:
        with suppress(OSError):
            facts = part.offset, part.lines, _tail(part.path, part.offset), part.device
            known.files[part.path.name] = facts
    report.sent, report.received = len(lines), sum(one.new for one in came)
    report.moved = len({card for one in came for card in one.cards})


def _is_plain(path: Path) -> bool:
    # A name that is no text could not be noted.
    return path.name.isprintable() and path.name[0] != "." and path.is_file() and not path.is_symlink()


def _changed(others: Sequence[Path], known: _Known) -> list[str]:
    """Of files that were read before, what is not as it was, in words."""
    there, found = {path.name: path for path in others}, list[str]()
    for name, (offset, _lines, tail, device) in known.files.items():
        if name not in there:
            if name != f"{device}.jsonl":
                continue  # of a copy nothing is missing
            found.append(_("{} is gone; what this log has of it stays", name))
            continue
        with suppress(OSError):
            if _tail(there[name], offset) != tail:
                found.append(_("{} was changed or cut off before its end; it was read again", name))
    return found


def _tail(path: Path, offset: int) -> str:
    with path.open("rb") as file:
        file.seek(max(0, offset - _TAIL))
        return blake2b(file.read(min(offset, _TAIL)), digest_size=16).hexdigest()


def _digest(path: Path) -> str:
    with suppress(FileNotFoundError), path.open("rb") as file:
        return file_digest(file, "blake2b").hexdigest()
    return ""


def _read(
    path: Path, offset: int = 0, lines: int = 0, _tail: str = "", device: str = "", *, on: bool = False
) -> _Part:
    """The events from there on, as far as they are whole; with `on` also those after damaged lines."""
    part = _Part(path, offset, lines, device)
    try:
        with path.open("rb") as file:
            file.seek(offset)
            while line := file.readline(LONGEST_LINE + 1):
                if not line.endswith(b"\n") and len(line) <= LONGEST_LINE:
                    part.half = True
                    break
                try:
                    if part.lines:
                        part.events.append(read_event(line))
                        part.starts.append((part.offset, part.lines))
                    else:
                        read_header(line)
                        part.device = str(orjson.loads(line).get("device"))
                except ExchangeError as error:
                    part.wrong = part.wrong or f"{path}:{part.lines + 1}: {error}"
                    if not on:
                        break
                part.lines += 1
                part.offset += len(line)
    except OSError as error:
        if on:
            raise
        part.wrong = _("{}: cannot be read: {}", path, error.strerror)
    return part


def _merge(desk: Desk, part: _Part, *, on: bool = False) -> Merged:
    """Take the events in, up to one that is known with other facts; with `on` all but such ones."""
    while True:
        try:
            return desk.store.log.merge(part.events)
        except DamagedLogError as error:
            at = error.position
            part.wrong = f"{part.path}:{part.starts[at][1] + 1}: {error}"
            if not on:
                part.offset, part.lines = part.starts[at]
            end = at + 1 if on else len(part.events)
            del part.events[at:end], part.starts[at:end]


def _own(desk: Desk, own: Path, came: list[Merged], report: SyncReport) -> tuple[Path, _Part]:
    """The own file, and what is in it; another file where a second home wrote it, too."""
    if not own.exists():
        return own, _Part(own)
    mine = _read(own, on=True)
    if mine.half:
        os.truncate(own, mine.offset)
        report.told.append(_("{}: its last line was cut off; it is whole again", own.name))
    if mine.lines and mine.device != desk.store.device:
        mine.wrong = mine.wrong or f"{own}:1: {_('it names another device')}"
    found = _merge(desk, mine, on=True)
    came.append(found)
    if mine.wrong:
        report.told.append(_("{}; this is this device's own file: it was written anew", mine.wrong))
    if not found.new:
        return own, mine
    new = desk.store.renew_device()
    words = later(
        "{} has {} that this log lacked: this home was copied, or a backup of it restored. They were taken "
        "in, and this home is another device from now on: {}"
    )
    report.told.append(_(words, own.name, counted(found.new, "event"), new))
    return own.with_name(f"{new}.jsonl"), mine


def _tell(desk: Desk, parts: Sequence[_Part], known: _Known, report: SyncReport) -> None:
    """Say what files are not what they seem, and what waits."""
    now = desk.now().moment.at
    for part in parts:
        name = part.path.name
        if part.wrong and part.lines:
            waits = _("what stands before it was taken, the rest waits until its device mends it")
            report.wrong.append(f"{part.wrong}; {waits}")
        elif part.wrong:
            report.told.append(_("{}; it was left alone", part.wrong))
        elif part.device and not part.proper and name not in known.files:
            words = later("{} is a copy of the file of device {}; what it has was taken, it may be deleted")
            report.told.append(_(words, name, part.device))
        if ahead := [event for event, _ in part.events if event.at > now + _A_DAY]:
            day = iso(max(event.day for event in ahead))
            words = later("{}: {} of days to come, up to {}: the clock there was wrong, or this one is")
            report.told.append(_(words, name, counted(len(ahead), "event"), day))


def _missing(desk: Desk, held: Mapping[str, str], there: set[str]) -> tuple[int, int, str, list[bytes]]:
    """How many events and answers the log has, its own newest, and the lines that no device's file has.

    `held` are the answers of events that some file has, `there` the ids in this device's own.
    """
    log, own = desk.store.log, desk.store.device
    events, answers, last, missing = 0, 0, "", set[str]()
    for name, device, code in log.marks():
        events, answers, kept = events + 1, answers + (code is not None), held.get(name)
        last = name if device == own else last
        if kept is None or kept < (code or "") or (device == own and name not in there):
            missing.add(name)
    lines = (
        [event_line(event, code) for event, code in log.events() if event.id in missing] if missing else []
    )
    return events, answers, last, lines


def _write(desk: Desk, own: Path, lines: Sequence[bytes], *, anew: bool) -> str:
    """Append to this device's file, or write it anew; gives the hash that it has to have now."""
    data = b"".join(lines)
    if anew:
        made = time_of(desk.clock()).isoformat(timespec="seconds")
        header = {"format": FORMAT, "version": VERSION, "device": desk.store.device, "exported_at": made}
        data = orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE) + data
        with paths.replacing(own) as unfinished:
            unfinished.write_bytes(data)
        return blake2b(data).hexdigest()
    # What is there already must not be read after writing: a second home may write it, too.
    with own.open("rb") as file:
        whole = file_digest(file, "blake2b")
    whole.update(data)
    if data:
        with own.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    return whole.hexdigest()
