"""The old door, which hands on to the use cases; goes with its last caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.study import home

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from ptcards.config import Config
    from ptcards.runner.runner import Runner
    from ptcards.statistics.report import Report
    from ptcards.study.cards import Catalogue
    from ptcards.study.desk import Clock, Desk
    from ptcards.study.home import Home
    from ptcards.study.session import Session
    from ptcards.study.views import (
        Answered,
        CardList,
        CardView,
        Graded,
        Scope,
        TrustRequest,
        UndoView,
    )


class Study:
    """One per process. Making it opens nothing; `open` does, and blocks."""

    def __init__(self, database: Path, config: Config, clock: Clock, runner: Runner | None = None) -> None:
        self.database = database
        self.config = config
        self.clock = clock
        self.runner = runner
        self._desk: Desk | None = None

    def open(self, tell: Callable[[str], None] = lambda text: None) -> Desk:
        from ptcards.study.decks import open_desk

        self._desk = open_desk(self.database, self.config, self.clock, self.runner, tell)
        return self._desk

    def close(self) -> None:
        if self._desk is not None:
            self._desk.store.close()
            self._desk = None
        if self.runner is not None:
            self.runner.close()

    @property
    def workspace(self) -> Desk:
        return self._desk or self.open()

    @property
    def opened(self) -> bool:
        return self._desk is not None

    def glance(self, *, migrate: bool = True) -> Home:
        return home.glance(self.database, self.config, self.clock(), migrate=migrate)

    def home(self) -> Home:
        return home.home(self.workspace)

    def refresh(self) -> tuple[str, ...]:
        from ptcards.study.decks import refresh

        return refresh(self.workspace, again=True)

    def statistics(
        self, *, deck: str | None = None, tag: str | None = None, since: date | None = None
    ) -> Report:
        from ptcards.study.statistics import statistics

        return statistics(self.workspace, deck=deck, tag=tag, since=since)

    def check_scope(self, scope: Scope) -> None:
        from ptcards.study.session import select

        select(self.workspace, scope)

    def begin(self, scope: Scope) -> Session:
        from ptcards.study.session import begin

        return begin(self.workspace, scope)

    def answer(self, key: str, code: str, *, seed: int | None = None, record: bool = False) -> Answered:
        from ptcards.study import actions

        return actions.answer(self.workspace, key, code, seed=seed, record=record)

    def not_run(self, key: str, why: str, message: str) -> Answered:
        from ptcards.study import actions

        return actions.not_run(key, why, message)

    def grade(self, key: str, q: int) -> Graded:
        from ptcards.study import actions

        return actions.grade(self.workspace, key, q)

    def act(self, *keys: str, action: str, day: date | None = None) -> str:
        from ptcards.study import actions

        return actions.act(self.workspace, *keys, action=action, day=day)

    def undo_preview(self) -> UndoView | None:
        from ptcards.study import actions

        return actions.undo_preview(self.workspace)

    def undo(self) -> UndoView | None:
        from ptcards.study import actions

        return actions.undo(self.workspace)

    def redo(self) -> UndoView | None:
        from ptcards.study import actions

        return actions.redo(self.workspace)

    def card(self, key: str, seed: int | None = None) -> CardView:
        from ptcards.study.cards import card

        return card(self.workspace, key, seed)

    def cards(self, query: str = "", sort: str = "deck") -> CardList:
        return self.catalogue().find(query, sort)

    def catalogue(self) -> Catalogue:
        from ptcards.study.cards import Catalogue

        return Catalogue(self.workspace)

    def report(self, key: str) -> str:
        from ptcards.study import actions

        return actions.report(self.workspace, key)

    def purge_orphans(self) -> int:
        from ptcards.study import decks

        return decks.purge(self.workspace)

    def locate(self, key: str) -> tuple[Path, int]:
        from ptcards.study import decks

        return decks.locate(self.workspace, key)

    def card_edited(self, key: str) -> bool:
        from ptcards.study import decks

        return decks.card_edited(self.workspace, key)

    def trust_requests(self) -> tuple[TrustRequest, ...]:
        from ptcards.study import trust

        return trust.requests(self.workspace)

    def trust_request(self, slug: str) -> TrustRequest:
        from ptcards.study import trust

        return trust.request(self.workspace, slug)

    def trust(self, slug: str, *, mine: bool = False, unsandboxed: bool = False) -> None:
        from ptcards.study import trust

        trust.agree(self.workspace, slug, mine=mine, unsandboxed=unsandboxed)

    def change_deck(self, slug: str, action: str, name: str = "") -> str:
        from ptcards.study import decks

        if action == "rename":
            return decks.rename(self.workspace, slug, name)
        if action == "remove":
            return decks.remove(self.workspace, slug)
        return decks.disable(self.workspace, slug, disabled=action == "disable")
