"""YAML decks into the library: what is new, changed, the same or gone, all of a file or nothing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ptcards.errors import DeckError, Problem, PtcardsError, UsageError
from ptcards.store.notes import Trust
from ptcards.study.library import files_of, is_built_in, read_file, refuse_renamed, whole_deck
from ptcards.study.progress import part_of
from ptcards.study.trusting import code_text, describe_code
from ptcards.study.views import DeckChange, ImportReport, TrustRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ptcards.deck.card import Deck
    from ptcards.scheduling.events import Event
    from ptcards.store.values import DeckChange as Saved
    from ptcards.store.values import DeckContent, StoredDeck
    from ptcards.study.progress import Progress
    from ptcards.study.workspace import Workspace


def import_yaml(
    workspace: Workspace,
    chosen: Sequence[Path],
    *,
    dry_run: bool = False,
    trust: bool = False,
    replace: bool = False,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Take YAML files in; a file with problems is left out whole and its problems are reported."""
    changes: list[DeckChange] = []
    errors: list[Problem] = []
    files = files_of(chosen)
    if not files:
        raise UsageError(f"{', '.join(map(str, chosen))}: there is no deck file in it")
    for number, path in enumerate(files):
        progress(number, len(files))
        try:
            inside = part_of(progress, number, len(files))
            changes.append(
                _import_one(workspace, path, inside, dry_run=dry_run, trust=trust, replace=replace)
            )
        except DeckError as error:
            errors += error.problems
        except PtcardsError as error:
            if error.exit_code != 2:  # noqa: PLR2004 - the database failed, not the file
                raise
            errors.append(Problem(path, 1, "", "refused", str(error)))
    progress(len(files), len(files))
    return ImportReport(tuple(changes), tuple(errors))


def _import_one(
    workspace: Workspace, path: Path, progress: Progress, *, dry_run: bool, trust: bool, replace: bool
) -> DeckChange:
    deck, content = read_file(path, part_of(progress, 0, 2))
    stored = workspace.store.library.deck(deck.slug)
    if stored is not None and stored.path not in (None, content.path) and not replace:
        raise UsageError(
            f"deck {deck.slug!r} is registered from {stored.path} already; "
            f"to take it over from this file: ptcards import --replace {path}"
        )
    saving = part_of(progress, 1, 2)
    return take_in(workspace, [(deck, content)], dry_run=dry_run, trust=trust, progress=saving)[0]


def take_in(
    workspace: Workspace,
    read: Sequence[tuple[Deck, DeckContent]],
    *,
    dry_run: bool = False,
    trust: bool = False,
    keep_absent: bool = False,
    events: Iterable[Event] | None = None,
    progress: Progress = lambda done, total: None,
) -> list[DeckChange]:
    """Save the decks that were read from one file, all or none, and with `trust` agree to their code.

    `events` are what happened to their cards elsewhere, and stand or fall with the decks.
    """
    now, store = workspace.now(), workspace.store
    trusted = [_is_trusted(workspace, content) for _, content in read]
    contents = [
        content if known or not trust else _agreed(deck, content)
        for (deck, content), known in zip(read, trusted, strict=True)
    ]
    for content in contents:
        refuse_renamed(store, content)
    when, told = (now.moment, now.day), tuple[str, ...]()
    if events is None:
        saved = store.library.save(
            contents, *when, keep_absent=keep_absent, dry_run=dry_run, progress=progress
        )
    else:
        saved, merged = store.library.bring_in(
            contents, events, *when, keep_absent=keep_absent, dry_run=dry_run, progress=progress
        )
        told = (f"{merged.read:,} schedules and reviews made elsewhere, {merged.new:,} of them new here",)
    changes = [_told(change, trusted=known or trust) for known, change in zip(trusted, saved, strict=True)]
    return [dataclasses.replace(changes[0], notes=(*changes[0].notes, *told)), *changes[1:]]


def _told(change: Saved, *, trusted: bool) -> DeckChange:
    back = f"{change.returned:,} of the new cards were here before: their history is theirs again"
    return DeckChange(
        deck=change.deck,
        new=change.new,
        changed=change.changed,
        same=change.same,
        removed=change.removed,
        renamed=len(change.renamed),
        trusted=trusted,
        notes=(back,) if change.returned else (),
    )


def _agreed(deck: Deck, content: DeckContent) -> DeckContent:
    """The deck with the learner's agreement to what of it is run now."""
    return dataclasses.replace(content, agreed=Trust(content.code_hash, code_text(deck)))


def _is_trusted(workspace: Workspace, content: DeckContent) -> bool:
    if not content.code_hash:
        return True
    trust = workspace.store.library.trust(content.slug)
    return trust is not None and (trust.mine or trust.code_hash == content.code_hash)


def untrusted(workspace: Workspace) -> tuple[TrustRequest, ...]:
    """A request for every deck whose code waits for the learner's agreement."""
    requests = []
    for stored in workspace.store.library.decks():
        trust = workspace.store.library.trust(stored.slug)
        agreed = trust is not None and (trust.mine or trust.code_hash == stored.code_hash)
        if stored.code_hash and not agreed and not is_built_in(stored) and not stored.disabled:
            requests.append(request_for(workspace, stored))
    return tuple(requests)


def request_for(workspace: Workspace, stored: StoredDeck) -> TrustRequest:
    """What a deck would run, with the difference to what was agreed to before."""
    trust = workspace.store.library.trust(stored.slug)
    return describe_code(whole_deck(workspace.store, stored), agreed=trust.code if trust else "")


def agree(workspace: Workspace, slug: str, *, mine: bool, unsandboxed: bool) -> None:
    """Record that a deck's code, as it is now, may run."""
    stored = workspace.deck(slug)
    agreed = Trust(
        code_hash=stored.code_hash,
        mine=mine,
        unsandboxed=unsandboxed,
        code=code_text(whole_deck(workspace.store, stored)),
    )
    workspace.store.library.save_trust(slug, agreed)
