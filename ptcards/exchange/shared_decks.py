"""One's own deck files in a folder that devices share: compared by content, kept twice in a conflict."""

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from ptcards import paths
from ptcards.deck.translation import is_translation, translations_of
from ptcards.errors import DeckError, ExchangeError
from ptcards.exchange.importing import import_paths
from ptcards.exchange.origin import origin_of, placed, shown
from ptcards.language import _, counted, later
from ptcards.store.tables import StoredDeck
from ptcards.study.decks import ORIGIN_OF, read_file
from ptcards.study.desk import Desk, is_built_in
from ptcards.text import SLUG


def share(desk: Desk, shared: Path, known: dict[str, str], said: list[str], wrong: list[str]) -> None:
    """Bring in what is newer in the folder, and leave there what is newer here.

    `known` are hashes, by slug, of what both sides had last. What came or went is added to `said`, what waits
    for the learner to `wrong`.
    """
    here = {deck.slug: deck for deck in desk.store.library.decks() if not is_built_in(deck)}
    own = {slug: Path(deck.path) for slug, deck in here.items() if deck.path and _is_own(desk, deck)}
    files = [path for path in shared.glob("*.yaml") if path.is_file() and not path.is_symlink()]
    there = {path.stem for path in files if SLUG.fullmatch(path.stem) and not is_translation(path)}
    for slug in sorted({*here, *there}):
        if slug in here and slug not in own:
            if not here[slug].trouble and slug not in known:  # said once
                known[slug] = ""
                said.append(_why_it_stays(desk, slug))
            continue
        path, target = shared / f"{slug}.yaml", own.get(slug)
        aside = shared / f"{slug}.{desk.store.device}.yaml"
        mine, theirs = _files(target) if target else {}, _files(path) if path.is_file() else {}
        hashes, before = (_hash(mine), _hash(theirs)), known.get(slug)
        if not mine and not theirs:
            continue  # what was put aside, and is settled now
        if hashes[0] == hashes[1]:
            _put({}, aside)
        elif mine and (not theirs or hashes[1] == before):
            _put(mine, path)
            said.append(_("{} goes to the other devices", slug))
        elif mine and hashes[0] != before:
            _put(mine, aside)
            words = later(
                "{0} was changed here and elsewhere. Both are kept: yours, which stays in use here, is {1} "
                "for the others, theirs is {2}. To settle it make one of both, here and as {2}"
            )
            wrong.append(_(words, slug, aside, path))
            continue
        elif mine or before is None:
            try:
                said += _bring_in(desk, slug, path, target)
            except (DeckError, ExchangeError) as error:
                wrong.append(str(error))
                continue
        known[slug] = hashes[0] if mine and (not theirs or hashes[1] == before) else hashes[1]


def _is_own(desk: Desk, deck: StoredDeck) -> bool:
    return not deck.trouble and desk.store.library.note(ORIGIN_OF.format(deck.slug)) is None


def _why_it_stays(desk: Desk, slug: str) -> str:
    origin = origin_of(desk, slug)
    if origin.url:
        words = later("{} stays where it is, its history travels. On the other devices: ptcards import {}")
        return _(words, slug, shown(f"git+{origin.url}@{origin.ref}#{origin.path}"))
    words = later(
        "{} stays where it is, since it has no file; its history travels. A file for the others: "
        "ptcards export --format yaml --deck {}"
    )
    return _(words, slug, slug)


def _files(path: Path) -> dict[str, bytes]:
    """A deck and its translations, by what their names add."""
    found = {one.name.removeprefix(path.stem): one.read_bytes() for one in translations_of(path)}
    return {"": path.read_bytes(), **found}


def _hash(files: Mapping[str, bytes]) -> str:
    found = blake2b(digest_size=16)
    for name, data in sorted(files.items()):
        found.update(b"%s %d " % (name.encode(), len(data)) + data)
    return found.hexdigest()


def _places(files: Mapping[str, bytes], path: Path) -> dict[Path, bytes | None]:
    """What is to stand where, so that these files and no others are there."""
    old = _files(path) if path.is_file() else {}
    return {path.with_name(path.stem + (key or path.suffix)): files.get(key) for key in {**old, **files}}


def _put(files: Mapping[str, bytes], path: Path) -> None:
    if files != (_files(path) if path.is_file() else {}):
        with placed(_places(files, path)):
            pass


def _bring_in(desk: Desk, slug: str, path: Path, file: Path | None) -> list[str]:
    """Take a deck in as an import does, its file beside the other own ones; says what came."""
    if read_file(path)[0].slug != slug:
        return []  # a copy under another name
    target = file or paths.own_decks() / path.name
    if file is None and target.exists():
        raise ExchangeError(_("{} is there already: import or rename it, then {} can come", target, path))
    with placed(_places(_files(path), target)):
        found = import_paths(desk, [target], replace=True)
        if found.errors:
            raise DeckError(found.errors)
    said = list[str]()
    for one in found.decks:
        counts = counted(one.new, "new card"), counted(one.changed, "changed card"), one.removed
        said.append(_("{} came from another device: {}, {}, {} removed", slug, *counts))
        if not one.trusted:
            said.append(_("its code does not run yet: ptcards trust {}", slug))
    return said
