"""Editing a card in its file, and taking the file in again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ptcards import paths
from ptcards.errors import DeckError, UsageError
from ptcards.store.notes import Trust
from ptcards.study.library import is_built_in, read_file
from ptcards.study.trusting import code_text

if TYPE_CHECKING:
    from ptcards.study.workspace import Workspace


def locate(workspace: Workspace, key: str) -> tuple[Path, int]:
    """The card's file and line; the built-in deck is copied to the user's own folder first.

    UsageError where the card has no file.
    """
    stored = workspace.card(key)
    deck = workspace.deck(stored.deck)
    if deck.path is None:
        raise UsageError(
            f"{deck.slug} came from no YAML file: ptcards export --format yaml --deck {deck.slug} makes one"
        )
    path = Path(deck.path)
    if is_built_in(deck):
        path = _copy_built_in(workspace, path)
    return path, _line_of(path, stored.key.rpartition("/")[2])


def _copy_built_in(workspace: Workspace, shipped: Path) -> Path:
    """The user's own copy is the deck's source from then on, and counts as agreed to."""
    own = paths.own_decks() / shipped.name
    if not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file in shipped.parent.glob(f"{shipped.stem}*.yaml"):
            shutil.copyfile(file, own.parent / file.name)
    now = workspace.now()
    deck, content = read_file(own)
    workspace.store.library.save_trust(deck.slug, Trust(code_hash=content.code_hash, code=code_text(deck)))
    workspace.store.library.save([content], now.moment, now.day)
    return own


def _line_of(path: Path, card_id: str) -> int:
    from ptcards.deck.reading import read_with_sources

    try:
        _, sources = read_with_sources(path)
        return sources.where(card_id)
    except DeckError as error:
        return error.problems[0].line
    except KeyError:
        return 1


def take_edited(workspace: Workspace, key: str) -> bool:
    """Read the card's file again and tell whether it changed; an edit here counts as agreed to.

    DeckError: the old one stays.
    """
    stored = workspace.card(key)
    path = workspace.deck(stored.deck).path
    if path is None:
        raise UsageError(f"{stored.deck} has no file")
    deck, content = read_file(Path(path))
    trust = workspace.store.library.trust(deck.slug)
    agreed = Trust(
        code_hash=content.code_hash,
        mine=trust is not None and trust.mine,
        unsandboxed=trust is not None and trust.unsandboxed,
        code=code_text(deck),
    )
    now = workspace.now()
    change = workspace.store.library.save([content], now.moment, now.day)[0]
    workspace.store.library.save_trust(deck.slug, agreed)
    return bool(change.changed or change.new or change.renamed or change.removed)
