"""Decks in, from whatever people have: YAML, tables, Anki's packages."""

import dataclasses
import re
import shlex
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from glob import has_magic
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from ptcards.deck.card import Deck, key_of
from ptcards.deck.nodes import has_key
from ptcards.deck.reading import without_garbage_collection
from ptcards.deck.translation import is_translation
from ptcards.errors import DeckError, ExchangeError, Problem, PtcardsError, UsageError
from ptcards.exchange.anki_in import read_package
from ptcards.exchange.incoming import ORIGIN, Incoming, Names, notetypes_of
from ptcards.exchange.origin import Choose, Origin, fetch, received, shown
from ptcards.exchange.tables import read_markdown, read_table
from ptcards.language import _, counted, later
from ptcards.store.library import DeckChange, DeckContent
from ptcards.study.decks import ImportReport, deck_content, read_file, renamed_to, take_in
from ptcards.study.desk import Desk

_URL = re.compile(r"(?!git\+)(?:[a-z+]+://|[^/:]+@[^/:]+:)")
_INSIDE_FOLDERS = {".yaml", ".yml", ".csv", ".tsv", ".apkg"}
_KINDS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "table"),
    **dict.fromkeys((".apkg", ".colpkg", ".anki2", ".anki21", ".zip"), "package"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    ".jsonl": "log",
}
IMPORTED = {*_INSIDE_FOLDERS, *_KINDS}
"""The ends of names of files that are worth a try."""
_OURS = {".yaml", ".yml", ".csv", ".tsv", ".txt"}
"""What ends so is none of another program."""
_SIGNS = {
    "log": rb'\A\{"format":"ptcards-log"',
    later("a Mochi export"): rb"\.mochi\Z|PK\x03\x04.{26}data\.(edn|json)|\"~:decks\"|\A\s*\{:(version|decks)"
    rb"|\A\s*\{(?!.*\"deck\"\s*:).*\"(?:decks|cards)\"\s*:.*\.json\Z",
    later("a Mnemosyne export"): rb"\.cards\Z|<openSM2sync|<mnemosyne|PK\x03\x04.{26}cards\.xml",
    later("an org-fc file"): rb":FC_CREATED:|:fc:\s",
    later("an Org file"): rb"\.org\Z",
    later("a RemNote export"): rb"\.rem\Z|\"knowledgebaseId\"|PK\x03\x04.{26}rem\.json",
    later("a SuperMemo export"): rb"<SuperMemoCollection|<SuperMemoElement",
    "package": rb"\APK\x03\x04|\ASQLite format 3\0",
}
"""What a file is by how it begins, or by the end of its name."""
_NOT_READ = later(
    "this is {}; ptcards reads YAML decks, CSV and TSV, Anki's packages and text files, and hashcards' "
    "Markdown: export it there as one of these, or through Anki"
)


@without_garbage_collection()
def import_paths(
    desk: Desk,
    chosen: Sequence[Path | str],
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    **how: Any,
) -> ImportReport:
    """Bring in files, folders, patterns and `git+URL[@ref][#path]`; repeating it changes nothing.

    A bad file is left out whole. `progress` is called with how much is done of how much before each is read
    and before it is saved, and may raise: the file in hand is left out then. `deck` names the deck of files
    that name none, `dry_run` changes nothing, `trust` agrees to the code, `replace` lets cards go that a file
    lacks, `with_progress` brings in Anki's schedules and reviews, `columns`, `ask` and `encoding` are for
    tables, `choose` says whose version stays where learner and author changed the same of a fetched deck.
    """
    for one in map(str, chosen):
        if not one:
            raise UsageError(_("'' is no file: name one, or . for this folder"))
        if _URL.match(one) and not Path(one).exists():
            raise UsageError(_("{0}: for a repository: ptcards import git+{0}", shown(one)))
    repositories = [one for one in chosen if str(one).startswith("git+")]
    files, missing = _files([Path(one) for one in chosen if one not in repositories])
    named = dict[str, Path]()
    for path, kind in () if how.get("deck") else [*files.items()]:
        if kind in ("table", "markdown") and (first := named.setdefault(path.stem, path)) is not path:
            what = _("{} is called so too: import it by itself with --deck NAME", first)
            missing.append(Problem(path, 1, "", "refused", what))
            del files[path]
    if how.get("deck") is not None and (repositories or "yaml" in files.values()):
        raise UsageError(_("a YAML deck names itself (deck: NAME); --deck is for files that do not"))
    if missing and not (files or repositories):
        raise UsageError("\n".join(f"{problem.file}: {problem.message}" for problem in missing))
    origins, errors = fetch(repositories, partial(progress, 0, 1))
    todo: list[tuple[Path, str, Origin | None]] = [(path, kind, None) for path, kind in files.items()]
    todo += [(origin.place, "yaml", origin) for origin in origins]
    changes, total = list[DeckChange](), 2 * len(todo)
    errors += missing
    for done, each in zip(range(0, total, 2), todo, strict=True):
        progress(done, total)
        try:
            saved, problems = _import(desk, *each, progress=partial(progress, done + 1, total), **how)
            changes += saved
            errors += problems
        except DeckError as error:
            errors += error.problems
        except PtcardsError as error:
            if error.exit_code != UsageError.exit_code:
                raise
            errors.append(Problem(each[0], 1, "", "refused", str(error)))
    progress(total, total)
    return ImportReport(tuple(changes), tuple(errors))


def _import(  # noqa: PLR0913 (what, and everything that may be done with it)
    desk: Desk,
    path: Path,
    kind: str,
    origin: Origin | None,
    *,
    progress: Callable[[], None],
    dry_run: bool = False,
    trust: bool = False,
    replace: bool = False,
    choose: Choose = lambda deck, part, difference: True,
    **reading: Any,
) -> tuple[list[DeckChange], tuple[Problem, ...]]:
    """Bring in one file, or one deck of a repository; says what changed and what could not be taken."""
    library, keep = desk.store.library, kind != "yaml" and not replace
    with (
        received(desk, origin, replace=replace, dry_run=dry_run, choose=choose)
        if origin
        else nullcontext(_read(desk, path, kind, **reading))
    ) as (read, found):
        progress()
        how = {"replace": replace, "several": len(read) > 1}
        refused = {one.slug: why for one, content in read if (why := _refusal(desk, path, content, **how))}
        if len(refused) == len(read):
            raise UsageError("\n".join(refused.values()))
        ready, events = [one for one in read if one[0].slug not in refused], found.events
        if events and refused:
            events = tuple(event for event in events if event.card.partition("/")[0] not in refused)
        was = [[old for card in content.cards for old in card.was] for _, content in ready]
        left, remarks = set(chain.from_iterable(was)), []
        for (one, content), olds in zip(ready, was, strict=True):
            here = set(library.keys(one.slug)) - left
            absent = here and here.difference(key_of(one.slug, card.id) for card in content.cards)
            came = sum(not old.startswith(f"{one.slug}/") for old in olds)
            counts = {
                _("no longer in the file, and kept (--replace lets them go)"): len(absent),
                _("moved here from another deck, with their history"): came,
            }
            remarks.append([_("{}: {}", one, counted(n, "card")) for one, n in counts.items() if n and keep])
        saved = take_in(desk, ready, dry_run=dry_run, trust=trust, keep_absent=keep, events=events)
    for slug in () if dry_run or kind == "yaml" else {old.partition("/")[0] for old in left}:
        if library.deck(slug) and not library.keys(slug):
            library.remove_deck(slug)
    said = zip(saved, remarks, chain([found.notes], repeat(())), strict=False)
    changes = [dataclasses.replace(one, notes=(*one.notes, *own, *of_file)) for one, own, of_file in said]
    return changes, (*found.problems, *(Problem(path, 1, "", "refused", why) for why in refused.values()))


def _refusal(desk: Desk, path: Path, content: DeckContent, *, replace: bool, several: bool) -> str:
    """Why a deck is not taken, and what to do; "" where it is. `several` are in the file."""
    library, slug, own = desk.store.library, content.deck.slug, content.deck.path
    stored = library.deck(slug)
    if stored is not None:
        if replace or stored.path in (None, own):
            return ""
        other = "" if own or several else _("name another with --deck, or ")
        command = f"ptcards import --replace {shlex.quote(str(path))}"
        words = later("deck {!r} is registered from {} already; {}take it over: {}")
        return _(words, slug, stored.path, other, command)
    now = renamed_to(desk, slug)
    ids = {card.id for card in content.cards if now and key_of(now, card.id) not in card.was}
    if now is None or ids.isdisjoint(key.partition("/")[2] for key in library.keys(now)):
        return ""
    name = _("write `deck: {}` in it, or ", now) if own else _("name it with --deck {}, or ", now)
    words = later("this is deck {!r}, which you renamed to {!r}: {}give the deck its old name back: {}")
    return _(words, slug, now, "" if several else name, f"ptcards decks rename {now} {slug}")


def _read(
    desk: Desk, path: Path, kind: str, *, deck: str | None = None, with_progress: bool = False, **layout: Any
) -> tuple[list[tuple[Deck, DeckContent]], Incoming]:
    """The decks of a file, ready for the store, and what its reader says of it."""
    if not path.is_file():
        # A pipe would be waited for, a device read without end.
        raise ExchangeError(_("is not a regular file"))
    if kind == "yaml":
        return [read_file(path)], Incoming((), ())
    if kind == "log":
        raise ExchangeError(_("this is an exported log, not a deck: ptcards merge takes it in"))
    readers: dict[str, Callable[..., Incoming]] = {"markdown": read_markdown}
    readers["table"] = partial(read_table, **layout)
    readers["package"] = partial(read_package, with_progress=with_progress)
    if kind not in readers:
        raise ExchangeError(_(_NOT_READ, _(kind)))
    others, names = set[str](), Names(desk.store, deck)
    try:
        while True:
            found = readers[kind](path, deck, names)
            if not (more := names.others(found.decks)):
                break
            others |= more
            names = Names(desk.store, deck, others)
    except OSError as error:
        raise ExchangeError(_("cannot be read: {}", error.strerror or error)) from None
    ready = []
    for one in found.decks:
        # Note types that are here already stay.
        stored = desk.store.library.deck(one.slug)
        if stored is not None and (kept := notetypes_of(stored.content)):
            mine: Any = one.extras.get(ORIGIN, {})
            one = one._replace(extras={ORIGIN: {**kept, **mine}})  # noqa: PLW2901
        content = deck_content(one)
        names.recognize(one.slug, one.cards)
        moved = ((card, names.was.get(key_of(one.slug, card.id))) for card in content.cards)
        if names.was:
            content = content._replace(cards=tuple(c._replace(was=(old,)) if old else c for c, old in moved))
        ready.append((one, content))
    return ready, found


def _files(chosen: Sequence[Path]) -> tuple[dict[Path, str], list[Problem]]:
    """The files that paths mean, each once with its kind (`yaml`, `log`...), and the paths that mean none."""
    found: dict[Path, str] = {}
    missing: list[Problem] = []
    for path in chosen:
        files, why = [path], ""
        if path.is_dir():
            files, why = _inside(path), _("there is no deck file in it")
        elif not path.exists():
            why = _("there is no such file") + (_(" (a link to nothing)") if path.is_symlink() else "")
            anchor = Path(path.anchor)
            matches = anchor.glob(str(path.relative_to(anchor))) if has_magic(str(path)) else ()
            files = sorted(match for match in matches if match.is_file())
        # Translations come along with their decks.
        own = [file for file in files if not is_translation(file)]
        if not own:
            missing.append(Problem(path, 1, "", "missing", why or _("it translates a deck: name that")))
        found |= {file: kind_of(file) for file in own}
    return found, missing


def kind_of(path: Path) -> str:
    """`yaml`, `table`, `markdown`, `package`, `log`, or what of a program whose files are not read."""
    begin, suffix = b"", path.suffix.lower()
    if path.is_file():
        with suppress(OSError), path.open("rb") as file:
            begin = file.read(2**13)
    begin += path.name.lower().encode(errors="replace")
    signs = {kind: _SIGNS[kind] for kind in ("log", "package")} if suffix in _OURS else _SIGNS
    found = (kind for kind, sign in signs.items() if re.search(sign, begin, re.DOTALL))
    return next(found, _KINDS.get(suffix, "yaml"))


def _inside(folder: Path) -> list[Path]:
    """The deck files in a folder, but what is hidden and what a link leads out to."""
    root, found = folder.resolve(), []
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if hidden or file.suffix.lower() not in _INSIDE_FOLDERS or not file.is_file():
            continue
        with suppress(OSError), file.open("rb") as opened:
            begin = opened.read(2**16).decode(errors="replace")
            is_deck = "y" not in file.suffix.lower() or has_key(begin, "deck", "cards")
            found += [file] if is_deck and file.resolve().is_relative_to(root) else []
    return found
