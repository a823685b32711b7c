"""Decks in, from whatever people have: YAML, tables, Anki's packages."""

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import suppress
from glob import has_magic
from pathlib import Path

from ptcards.deck.card import Deck
from ptcards.deck.translation import is_translation
from ptcards.errors import DeckError, ExchangeError, Problem, PtcardsError, UsageError
from ptcards.exchange.anki_in import read_package
from ptcards.exchange.tables import read_table
from ptcards.scheduling.events import Event
from ptcards.store.library import DeckChange, DeckContent
from ptcards.study.decks import deck_content, read_file, take_in
from ptcards.study.desk import Desk
from ptcards.study.views import ImportReport

_INSIDE_FOLDERS = {".yaml", ".yml", ".csv", ".tsv", ".apkg"}


_KINDS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "table"),
    **dict.fromkeys((".apkg", ".colpkg", ".zip"), "package"),
    ".jsonl": "log",
}


def import_paths(  # noqa: PLR0913 (what, and everything that may be done with it)
    desk: Desk,
    chosen: Sequence[Path],
    *,
    deck: str | None = None,
    dry_run: bool = False,
    trust: bool = False,
    replace: bool = False,
    with_progress: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Bring in files, folders and patterns; repeating it changes nothing, a bad file is left out whole.

    `progress` is called before a file is read and before it is saved with how much is done of how much, at
    the end with all of it, and may raise: the file in hand is left out whole then. `deck` names the deck of
    files that name none, `replace` removes cards that a file no longer has, `with_progress` brings in Anki's
    schedules and reviews.
    """
    files, missing = _files(chosen)
    if deck is not None and "yaml" in files.values():
        raise UsageError("a YAML deck names itself (deck: NAME); --deck is for files that do not")
    changes: list[DeckChange] = []
    errors = list(missing)
    total = 2 * len(files)
    for done, (path, kind) in zip(range(0, total, 2), files.items(), strict=True):
        progress(done, total)
        try:
            ready, notes, events = _read(path, kind, deck, with_progress=with_progress)
            progress(done + 1, total)
            for one, content in ready:
                stored = desk.store.library.deck(one.slug)
                if stored is not None and stored.path not in (None, content.path) and not replace:
                    other = "" if kind == "yaml" else "name another with --deck, or "
                    raise UsageError(
                        f"deck {one.slug!r} is registered from {stored.path} already; "
                        f"{other}take it over from this file: ptcards import --replace {path}"
                    )
            keep_absent = kind != "yaml" and not replace
            saved = take_in(desk, ready, dry_run=dry_run, trust=trust, keep_absent=keep_absent, events=events)
            changes += [dataclasses.replace(saved[0], notes=(*saved[0].notes, *notes)), *saved[1:]]
        except DeckError as error:
            errors += error.problems
        except PtcardsError as error:
            if error.exit_code != UsageError.exit_code:
                raise
            errors.append(Problem(path, 1, "", "refused", str(error)))
    progress(total, total)
    return ImportReport(tuple(changes), tuple(errors))


_Read = tuple[list[tuple["Deck", "DeckContent"]], tuple[str, ...], "tuple[Event, ...] | None"]


def _read(path: Path, kind: str, deck: str | None, *, with_progress: bool) -> _Read:
    """The decks of a file, notes, and what happened to their cards elsewhere."""
    if not path.is_file():
        # A pipe would be waited for, a device read without end.
        raise ExchangeError("is not a regular file")
    if kind == "log":
        raise ExchangeError("this is an exported log, not a deck: ptcards merge takes it in")
    if kind == "yaml":
        return [read_file(path)], (), None
    try:
        package = kind == "package"
        found = read_package(path, deck, with_progress=with_progress) if package else read_table(path, deck)
    except OSError as error:
        raise ExchangeError(f"cannot be read: {error.strerror or error}") from None
    return [(one, deck_content(one)) for one in found.decks], found.notes, found.events


def _files(chosen: Sequence[Path]) -> tuple[dict[Path, str], list[Problem]]:
    """The files that paths mean, each once with its kind, and the paths that mean none.

    UsageError where all mean none. A kind is `yaml`, `table`, `package` or `log`.
    """
    found: dict[Path, str] = {}
    missing: list[Problem] = []
    for path in chosen:
        files, why = [path], ""
        if path.is_dir():
            root, why = path.resolve(), "there is no deck file in it"
            inside = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in _INSIDE_FOLDERS)
            files = [file for file in inside if file.is_file() and file.resolve().is_relative_to(root)]
        elif not path.exists():
            why = "there is no such file" + (" (a link to nothing)" if path.is_symlink() else "")
            anchor = Path(path.anchor)
            matches = anchor.glob(str(path.relative_to(anchor))) if has_magic(str(path)) else ()
            files = sorted(match for match in matches if match.is_file())
        # Translations come along with their decks.
        own = [file for file in files if not is_translation(file)]
        if not own:
            missing.append(Problem(path, 1, "", "missing", why or "it translates a deck: name that"))
        for file in own:
            first = b""
            if file.is_file():
                with suppress(OSError), file.open("rb") as opened:
                    first = opened.read(23)
            kind = "package" if first.startswith(b"PK\x03\x04") else _KINDS.get(file.suffix.lower(), "yaml")
            found[file] = "log" if first == b'{"format":"ptcards-log"' else kind
    if not found:
        raise UsageError("\n".join(f"{problem.file}: {problem.message}" for problem in missing))
    return found, missing
