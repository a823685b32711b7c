"""Decks between their files and the database: opened, brought in, refreshed, edited, renamed."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ptcards import errors, paths
from ptcards.config import Config
from ptcards.deck.card import Deck, code_hash, deck_to_data, json_text
from ptcards.deck.reading import read_deck
from ptcards.deck.translation import read_translation, translation_to_data, translations_of
from ptcards.errors import Problem
from ptcards.language import _, counted, later
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import study_day
from ptcards.scheduling.events import Event, milliseconds_of
from ptcards.store import connection
from ptcards.store.connection import Progress, in_silence
from ptcards.store.library import CardContent, DeckChange, DeckContent
from ptcards.store.server import Where
from ptcards.store.store import Store
from ptcards.store.tables import StoredDeck, Trust
from ptcards.study.desk import Clock, Desk, is_agreed, is_built_in
from ptcards.study.trust import code_text
from ptcards.text import SLUG
from ptcards.text import counted as in_english

REMOVED = "built-in deck removed"
RENAMED = "deck {} renamed"
ORIGIN_OF = "origin of {}"
COPIED = "copied"
"""A copy's note of when it was last brought together with its server."""
_ONLY_READING = later("{}. Nothing can be recorded now; reading works.")
_COPY = later(
    "Offline, with the copy of {}. What you do goes to the server with the next start that reaches it."
)
_NO_COPY = later(
    "Offline, and nothing was copied from the server yet: there is what comes with ptcards. "
    "What you do goes to the server with the next start that reaches it."
)
_ON_A_NETWORK = later(
    "{} lies on a network file system ({}), where two programs at once can damage it: "
    "move it to a local disk, and name it with PTCARDS_DATABASE."
)
Read = tuple[Deck, DeckContent]  # a deck as it was read, and as it is kept
_A_DAY = 24 * 3600 * 1000  # milliseconds: travel and a clock put right by hours are not worth a notice


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did or, with a dry run, would do."""

    decks: tuple[DeckChange, ...] = ()
    errors: tuple[Problem, ...] = ()


def open_desk(
    database: Where,
    config: Config,
    clock: Clock,
    runner: Runner | None = None,
    progress: Progress = in_silence,
) -> Desk:
    """Open the library: the database, made or migrated if need be, the built-in decks, changed deck files.

    Where nothing can be written, what can be read still works, and the desk's notices say so.
    `progress` gets words for what takes long; a CancelledError of its stops it with nothing left open.
    """
    now, file = clock(), database if isinstance(database, Path) else None
    anew = file is not None and not file.exists() and bool(connection.backups(file))
    try:
        store = Store.open(database, day=study_day(now, config.day_starts_at), progress=progress)
    except errors.AwayError:
        raise
    except errors.StoreError as refused:
        with suppress(errors.StoreError):
            store = Store.open(database, read_only=True)
            return Desk(store, database, config, clock, runner, (_(_ONLY_READING, refused),))
        raise
    desk = Desk(store, database, config, clock, runner)
    notices = list[str]()
    if file is not None and (kind := connection.network_of(file)):
        notices.append(_(_ON_A_NETWORK, file, kind))
    if file is not None and paths.is_copy(file):
        copied = store.library.note(COPIED)
        notices.append(_(_COPY, copied) if copied else _(_NO_COPY))
    if anew:
        notices += [_("{} was not there, so this one is new: `ptcards restore` shows its backups.", file)]
    if (newest := store.log.newest()) and milliseconds_of(newest) > now.at + _A_DAY:
        ahead = datetime.fromtimestamp(milliseconds_of(newest) / 1000, UTC).date().isoformat()
        notices.append(_("The clock is behind your newest answer ({}); due days go by the clock.", ahead))
    try:
        _follow_the_program(desk)
        notices += refresh(desk, progress)
        there = desk.runner.interpreter if desk.runner else None
        text = str(there) if there and there.why else None
        # What there is to be mended is told until it is.
        if there and (there.trouble or text != desk.typed.note("python")):
            notices.append(there.trouble or _("Answers run in {}.", there))
            desk.typed.save_note("python", text)
    except (errors.CancelledError, errors.AwayError):
        store.close()
        raise
    except errors.StoreError as refused:
        notices = [_(_ONLY_READING, refused)]
    except errors.PtcardsError as error:
        notices.append(str(error))
    if (language := config.language) != Config().language:
        has = set[str]()
        for one in store.library.decks():
            has |= {one.language, *orjson.loads(one.content).get("translations", ())}
        if language not in has:
            there_are = ", ".join(sorted(has))
            notices.append(_("No deck has the language {!r}; there are: {}.", language, there_are))
    desk.notices = tuple(notices)
    return desk


def _follow_the_program(desk: Desk) -> None:
    """Have the first built-in deck unless it was removed; each that is there goes where the program went."""
    library = desk.store.library
    for shipped in paths.built_in_decks():
        stored = library.deck(shipped.stem)
        if stored is None:
            first = shipped.stem == paths.BUILT_IN[0]
            wanted = first and library.note(REMOVED) is None and renamed_to(desk, shipped.stem) is None
        else:
            # The program moved, or this is another copy of it (a clone, a tool): the deck goes with it.
            old = Path(stored.path or shipped)
            theirs = old.exists() and not old.with_name("deck.schema.json").exists()
            wanted = old != shipped and old.name == shipped.name and not theirs and shipped.exists()
        if wanted:
            library.save([_coming_along(desk, shipped)])


def _coming_along(desk: Desk, shipped: Path) -> DeckContent:
    """A deck that comes with the program, ready for the store."""
    deck, content = read_file(shipped)
    if isinstance(desk.database, Path):
        return content
    # While one machine has it open another may say that it lies elsewhere: its code is agreed to in any case.
    return content._replace(agreed=Trust(content.deck.code_hash, code_text(deck)))


class Offer(NamedTuple):
    """A deck that comes with the program and is not in the library, in the learner's language."""

    slug: str
    title: str
    about: str
    cards: int
    languages: tuple[str, ...]


def offers(desk: Desk) -> list[Offer]:
    """What the decks say of themselves that could be added; reads their files, which takes a while."""
    found = list[Offer]()
    for deck, content in map(read_file, desk.home().offered):
        translated = orjson.loads(content.deck.content).get("translations", {})
        said = {"title": content.deck.title, "about": deck.about, **translated.get(desk.config.language, {})}
        languages = deck.language, *translated
        found.append(Offer(deck.slug, said["title"], said["about"], len(deck.cards), languages))
    return found


def add(desk: Desk, slug: str) -> str:
    """Add one of the built-in decks; says what happened."""
    offered = {path.stem: path for path in desk.home().offered}
    if slug not in offered:
        raise errors.UsageError(_("{} is there already.", slug))
    (change,) = desk.store.library.save([_coming_along(desk, offered[slug])])
    if slug == paths.BUILT_IN[0]:
        desk.store.library.save_note(REMOVED, None)
    return _("{} is added: {}", slug, counted(change.new, "card"))


def read_file(path: Path) -> Read:
    """A YAML deck and its translations, ready for the store; DeckError with everything wrong with them."""
    path = path.absolute()
    stamp = _stamp_of(path)
    deck = read_deck(path)[0]
    translations = [read_translation(one)[0] for one in translations_of(path)]
    data = deck_to_data(deck)
    if translations:
        data["translations"] = {one.language: translation_to_data(one) for one in translations}
    return deck, deck_content(deck, data, path=str(path), stamp=stamp)


def deck_content(
    deck: Deck, data: Mapping[str, Any] | None = None, *, path: str | None = None, stamp: str = ""
) -> DeckContent:
    """What the store keeps of a deck; `data` is the deck without its cards, but with its translations."""
    text = json_text(deck_to_data(deck) if data is None else data)
    cards = []
    for card in deck.cards:
        requires = orjson.dumps(dict(card.requires)).decode() if card.requires else None
        cards.append(CardContent(card.id, json_text(card), card.was, card.tags, requires, card.after))
    head = deck.slug, deck.title or deck.slug, deck.about, deck.language, path
    kept = text, code_hash(deck), stamp, len(cards)
    row = StoredDeck(*head, *kept, disabled=False, trouble="")
    return DeckContent(row, tuple(cards))


def _stamp_of(path: Path) -> str:
    """Changes when the file or one of its translations does; "" where it is gone."""
    try:
        found = [one.stat() for one in (path, *translations_of(path))]
    except OSError:
        return ""
    return " ".join(f"{one.st_mtime_ns}:{one.st_size}" for one in found)


def refresh(desk: Desk, progress: Progress = in_silence, *, again: bool = False) -> tuple[str, ...]:
    """Bring in registered files that changed; of what cannot be used the last good version stays.

    Says what happened; with `again`, also what is still wrong. `progress` may raise between files.
    """
    notices, library = list[str](), desk.store.library
    for stored in library.decks():
        if stored.path is None or stored.disabled:
            continue
        slug, path = stored.slug, Path(stored.path)
        stamp = _stamp_of(path)
        same = stamp == ("" if stored.trouble == "vanished" else stored.stamp)
        if same and not (again and stored.trouble):
            continue
        progress(_("reading {}", path.name))
        if not stamp:
            library.set_deck(slug, trouble="vanished")
            anew = later("ptcards decks update {} brings its author's")
            if library.note(ORIGIN_OF.format(slug)) is None:
                anew = later("ptcards export --format yaml --deck {} writes it anew to import --replace")
            words = later(
                "{path} is gone; {slug} stays. If it moved: ptcards import --replace ITS-NEW-PATH; "
                "if it is lost: {anew}; to forget it: ptcards decks remove {slug}"
            )
            notices.append(_(words, path=path, slug=slug, anew=_(anew, slug)))
            continue
        try:
            deck, content = read_file(path)
            if deck.slug != slug:
                words = later("the deck is called {0!r} now; it was {1!r}: to rename it: {2}")
                message = _(words, deck.slug, slug, f"ptcards decks rename {slug} {deck.slug}")
                raise errors.DeckError((Problem(path, 1, "", "slug", message),))
        except errors.DeckError as error:
            library.set_deck(slug, trouble="broken", stamp=stamp)
            count = len(error.problems)
            more = _(" (and {} more; ptcards check {} lists them)", count - 1, path) if count > 1 else ""
            stays = _(". The last good version of {} stays in use.", slug)
            notices.append(f"{error.problems[0]}{more}{stays}")
            continue
        (change,) = library.save([content])
        kinds = later("new"), later("changed"), later("removed"), later("renamed")
        if counts := [f"{n} {_(kind)}" for kind in kinds if (n := getattr(change, kind))]:
            notices.append(_("{} was changed: {}", slug, _(", ").join(counts)))
    return tuple(notices)


def take_in(
    desk: Desk,
    read: Sequence[Read],
    *,
    trust: bool = False,
    events: Iterable[Event] | None = None,
    **how: bool,
) -> list[DeckChange]:
    """Save the decks that were read from one file, all or none, and with `trust` agree to their code.

    `how` is `dry_run` and `keep_absent`, as in `Library.save`; `events` happened to their cards elsewhere and
    are saved with them.
    """
    library, contents, trusted = desk.store.library, list[DeckContent](), list[bool]()
    for deck, content in read:
        slug, code = content.deck.slug, content.deck.code_hash
        known = not code or is_agreed(library.trust(slug), code)
        trusted.append(known or trust)
        agreed = Trust(code, code_text(deck)) if trust and not known else None
        contents.append(content._replace(agreed=agreed or content.agreed))
    notes = list[str]()
    if events is None:
        saved = library.save(contents, **how)
    else:
        saved, merged = library.bring_in(contents, events, **how)
        notes = [_("schedules and reviews made elsewhere that are new here: {:,}", merged.new)]
    changes = []
    for change, known in zip(saved, trusted, strict=True):
        if change.returned:
            words = later("{:,} of the new cards were here before: their history is theirs again")
            notes.insert(0, _(words, change.returned))
        changes.append(replace(change, trusted=known, notes=tuple(notes)))
        notes.clear()
    return changes


def renamed_to(desk: Desk, slug: str) -> str | None:
    """The deck that was called `slug` until the user renamed it; None where there is none."""
    now = desk.store.library.note(RENAMED.format(slug))
    while now is not None and desk.store.library.deck(now) is None:
        now = desk.store.library.note(RENAMED.format(now))
    return now


def locate(desk: Desk, key: str) -> tuple[Path, int]:
    """The card's file, the built-in deck's copied to the user's own folder, and line; UsageError without."""
    stored = desk.card(key)
    deck = desk.deck(stored.deck)
    if deck.path is None:
        command = f"ptcards export --format yaml --deck {deck.slug}"
        raise errors.UsageError(_("{} came from no YAML file: {} makes one", deck.slug, command))
    path = Path(deck.path)
    if is_built_in(deck):
        shipped, path = path, paths.own_decks() / path.name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            for file in shipped.parent.glob(f"{shipped.stem}*.yaml"):
                shutil.copyfile(file, path.parent / file.name)
        # The user's own copy is the deck's source from now on.
        card_edited(desk, path)
    try:
        return path, read_deck(path)[1].where(stored.key.rpartition("/")[2])
    except errors.DeckError as error:
        return path, error.problems[0].line
    except KeyError:
        return path, 1


def card_edited(desk: Desk, path: Path) -> bool:
    """Read a deck's file again after an edit; whether anything changed.

    The edit counts as agreed to, but where the deck is from a repository and its code never was.
    DeckError where the file is broken: the last good version stays.
    """
    deck, content = read_file(path)
    library = desk.store.library
    trust, stored = library.trust(deck.slug), library.deck(deck.slug)
    is_foreign = stored is not None and bool(stored.code_hash) and not is_agreed(trust, stored.code_hash)
    if not (is_foreign and library.note(ORIGIN_OF.format(deck.slug))):
        agreed = (trust or Trust(""))._replace(code_hash=content.deck.code_hash, code=code_text(deck))
        content = content._replace(agreed=agreed)
    (change,) = library.save([content])
    return bool(change.changed or change.new or change.renamed or change.removed)


def remove(desk: Desk, slug: str) -> str:
    """Remove a deck, whose cards become orphans; says what happened."""
    desk.deck(slug)
    if slug == paths.BUILT_IN[0]:
        # It must not come back by itself.
        desk.store.library.save_note(REMOVED, "yes")
    orphans = desk.store.library.remove_deck(slug)
    cards = counted(len(orphans), "card")
    return _("{} is removed; orphans now, with their history: {}", slug, cards)


def disable(desk: Desk, slug: str, *, disabled: bool = True) -> str:
    """Keep a deck's cards out of reviews, or let them come back; says what happened."""
    desk.deck(slug)
    desk.store.library.set_deck(slug, disabled=disabled)
    return _("{} is disabled" if disabled else "{} is enabled", slug)


def rename(desk: Desk, slug: str, name: str) -> str:
    """Call a deck by another slug, its cards' schedules kept; says what happened."""
    library, path = desk.store.library, desk.deck(slug).path
    if not SLUG.fullmatch(name):
        words = later("{!r} is no slug: lower-case letters, digits, '.', '_' and '-', at most 64")
        raise errors.UsageError(_(words, name))
    if library.deck(name) is not None:
        raise errors.UsageError(_("there is a deck {!r} already", name))
    moved = library.rename_deck(slug, name)
    # For when a file comes with the old name.
    library.save_note(RENAMED.format(slug), name)
    library.save_note(RENAMED.format(name), None)
    library.save_note(ORIGIN_OF.format(name), library.note(ORIGIN_OF.format(slug)))
    library.save_note(ORIGIN_OF.format(slug), None)
    also = _(" Change its file's `deck:` too: {}", path) if path else ""
    return _("{} is called {} now; its {} cards keep their schedules.", slug, name, moved) + also


def examine(desk: Desk, *, repair: bool = False) -> list[str]:
    """All that is not what the log says, with `repair` made anew from it; DamagedError without a log."""
    log, path = desk.store.log, desk.database
    found = log.repair() if repair else log.check()
    for finding in found:
        if finding.what == "integrity" and isinstance(path, Path):
            offer = connection.offer_backups(path)
            raise errors.DamagedError(_("{}: the file is damaged: {}", path, finding.message) + f"; {offer}")
    repaired = _("repaired ") if repair else ""
    return [f"{repaired}{one.where}: {one.message}" for one in found]


def log_sizes(desk: Desk) -> list[str]:
    """What the log holds, by kind and size, in English: it is part of a report for scripts."""
    return [
        f"{kind}: {in_english(events, 'event')}"
        + (f", {in_english(answers, 'answer')}, {bytes_} bytes" if answers else "")
        for kind, events, answers, bytes_ in desk.store.log.sizes()
    ]


def restore(database: Where, file: Path | None, *, really: bool) -> list[str]:
    """What going back to a backup would change, or `really` has changed; with no file, the backups."""
    if not isinstance(database, Path):
        raise errors.UsageError(_("{} is on a server: go back there, with pg_restore.", database))
    if file is None:
        found = connection.backups(database)
        none = later("There is no backup yet; one is made each study day, before a migration, and by {}")
        return [f"{one}  {one.stat().st_size // 1024} KiB" for one in found] or [_(none, "ptcards backup")]
    if not file.exists():
        raise errors.UsageError(_("{}: there is no such backup; ptcards restore lists them", file))
    try:
        backup, lost, gained = connection.preview_restore(database, file)
    except errors.DamagedError:
        wrong = _("this is damaged or no database; nothing was changed: ptcards restore lists the backups")
        raise errors.UsageError(f"{file}: {wrong}") from None
    if (newer := backup.schema) > connection.SCHEMA:
        wrong = _("written by a newer ptcards (schema {}, this one knows {})", newer, connection.SCHEMA)
        raise errors.UsageError(f"{file}: {wrong}{_('; nothing was changed: update ptcards first')}")
    holds = counted(backup.decks, "deck"), counted(backup.events, "event")
    report = [
        _("{}: made {}, {}, {}", file, backup.made, *holds),
        _("{} recorded since would be gone, {} come back", counted(lost, "event"), gained),
    ]
    if not really:
        return [*report, _("Nothing was changed. To do it: close ptcards everywhere, then add --yes")]
    kept = connection.restore(database, file)
    # Whoever has it open goes on with the schema that is known.
    Store.open(database).close()
    return [*report, _("Restored.") + (_(" What was there is kept at {}", kept) if kept else "")]
