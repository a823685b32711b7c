"""The library as the screen and the commands use it: one object over deck, schedule, runner and store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.scheduling.days import day_of, study_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from ptcards.config import Config
    from ptcards.runner.runner import Runner
    from ptcards.statistics.report import Statistics
    from ptcards.store.backups import Tell
    from ptcards.study.cards import Catalogue
    from ptcards.study.home import Home
    from ptcards.study.session import Session
    from ptcards.study.views import (
        Answered,
        CardList,
        CardView,
        Graded,
        ImportReport,
        OpenReport,
        Scope,
        TrustRequest,
        UndoView,
    )
    from ptcards.study.workspace import Clock, Workspace


class Study:
    """One per process. Making it opens nothing; `open` does, and blocks."""

    def __init__(self, database: Path, config: Config, clock: Clock, runner: Runner | None = None) -> None:
        self.database = database
        self.config = config
        self.clock = clock
        self.runner = runner
        self._workspace: Workspace | None = None

    # -- opening -------------------------------------------------------------------------------------------

    def open(self, tell: Tell | None = None) -> OpenReport:
        """Open the database, made or migrated if need be; take the built-in deck and changed files in.

        `tell` is told in words what takes long, and may raise CancelledError to stop it.
        """
        from ptcards.study.opening import open_workspace

        self._workspace, report = open_workspace(self.database, self.config, self.clock, self.runner, tell)
        return report

    def close(self) -> None:
        """Close the database and end the runner."""
        if self._workspace is not None:
            self._workspace.store.close()
            self._workspace = None
        if self.runner is not None:
            self.runner.close()

    @property
    def workspace(self) -> Workspace:
        """What the use cases work with; opened on first need."""
        if self._workspace is None:
            self.open()
        if self._workspace is None:
            raise RuntimeError("the library did not open")
        return self._workspace

    @property
    def opened(self) -> bool:
        return self._workspace is not None

    # -- home ----------------------------------------------------------------------------------------------

    def glance(self, *, migrate: bool = True) -> Home:
        """The home screen's content from the database file alone; fast, and right with no file yet.

        A database of an older schema is brought up to date first; without `migrate` it is left, and nothing
        but the day is known of it.
        """
        from ptcards.study.homing import look

        day = study_day(self.clock(), self.config.day_starts_at)
        return look(self.database, day, self.config, migrate=migrate)

    def home(self) -> Home:
        """The home screen's content, with what this machine cannot run held back."""
        from ptcards.study.homing import look

        workspace = self.workspace
        return look(self.database, workspace.now().day, self.config, workspace.unmet())

    def refresh(self) -> tuple[str, ...]:
        """Take in deck files that changed; says what happened, and which files still cannot be used."""
        from ptcards.study.library import refresh

        return refresh(self.workspace.store, self.workspace.now(), again=True)

    def statistics(
        self, *, deck: str | None = None, tag: str | None = None, since: date | None = None
    ) -> Statistics:
        """Numbers over the history; `since` is a year ago unless told. UsageError: no such deck or tag."""
        from ptcards.study.statistics import statistics

        return statistics(self.workspace, deck=deck, tag=tag, since=since)

    # -- studying ------------------------------------------------------------------------------------------

    def check_scope(self, scope: Scope) -> None:
        """UsageError where a scope names a deck or a tag that is not there."""
        from ptcards.errors import UsageError

        for slug in scope.decks:
            self.workspace.deck(slug)
        if scope.tag is not None and not self.workspace.store.library.tagged(scope.tag):
            known = ", ".join(sorted(self.workspace.store.library.tags())) or "none"
            raise UsageError(f"No card has the tag {scope.tag!r}. There are: {known}.")

    def begin(self, scope: Scope) -> Session:
        """A session over a scope; UsageError where it names what is not there."""
        from ptcards.study.session import Session

        self.check_scope(scope)
        # The app may have been open for days.
        self.workspace.store.back_up_daily(self.workspace.now().day)
        return Session(self.workspace, scope)

    def answer(self, key: str, code: str, *, seed: int | None = None, record: bool = False) -> Answered:
        """Run an answer outside a session; with `record` a pass counts as 4 and a fail as 1."""
        from ptcards.study.outside import answer

        return answer(self.workspace, key, code, seed=seed, record=record)

    def not_run(self, key: str, why: str, message: str) -> Answered:
        """The answer to something that could not be run at all."""
        from ptcards.study.outside import not_run

        return not_run(key, why, message)

    def grade(self, key: str, q: int) -> Graded:
        """Record a grade outside a session."""
        from ptcards.study.outside import grade

        return grade(self.workspace, key, q)

    def act(self, *keys: str, action: str, day: date | None = None) -> str:
        """Suspend, resume, bury, unbury, mark, unmark, reset or (with a day) due_set cards, as one action."""
        from ptcards.study.outside import act

        return act(self.workspace, keys, action, None if day is None else day_of(day))

    # -- undo ----------------------------------------------------------------------------------------------

    def undo_preview(self) -> UndoView | None:
        """What `undo` would take back, named."""
        from ptcards.study.undoing import undo_view

        events = self.workspace.store.log.peek_undo()
        return undo_view(events, self.workspace.now(), ask_before=events[0].id) if events else None

    def undo(self) -> UndoView | None:
        """Take back this device's newest action in force; None where there is none."""
        from ptcards.study.undoing import undo_view

        now = self.workspace.now()
        done = self.workspace.store.log.undo(now.moment, now.day)
        return undo_view(done.events, now, changes=done.changes) if done else None

    def redo(self) -> UndoView | None:
        """Take back this device's newest undo, where no action came after it."""
        from ptcards.study.undoing import undo_view

        now = self.workspace.now()
        done = self.workspace.store.log.redo(now.moment, now.day)
        return undo_view(done.events, now, changes=done.changes) if done else None

    # -- cards ---------------------------------------------------------------------------------------------

    def card(self, key: str, seed: int | None = None) -> CardView:
        """One card with everything that is known of it; UsageError for a key that is not known."""
        from ptcards.study.cards import whole_view

        return whole_view(self.workspace, key, seed)

    def cards(self, query: str = "", sort: str = "deck") -> CardList:
        """The cards that match Anki's search words; UsageError for a word that is not understood."""
        return self.catalogue().find(query, sort)

    def catalogue(self) -> Catalogue:
        """All cards as they are now, to be searched more than once."""
        from ptcards.study.cards import Catalogue

        return Catalogue(self.workspace)

    def report(self, key: str) -> str:
        """An issue text for the author of a card's deck."""
        from ptcards.study.reporting import report

        return report(self.workspace, key)

    def purge_orphans(self) -> int:
        """Forget the content and schedule of orphans; their events stay. Says how many."""
        return len(self.workspace.store.library.purge())

    def locate(self, key: str) -> tuple[Path, int]:
        """The card's file and line; a built-in deck is copied to the user's own folder first."""
        from ptcards.study.editing import locate

        return locate(self.workspace, key)

    def card_edited(self, key: str) -> bool:
        """Take the card's file in after an edit; DeckError where it is broken, and the old one stays.

        Gives whether anything was changed.
        """
        from ptcards.study.editing import take_edited

        return take_edited(self.workspace, key)

    # -- decks ---------------------------------------------------------------------------------------------

    def import_paths(
        self,
        chosen: Sequence[Path],
        *,
        dry_run: bool = False,
        trust: bool = False,
        replace: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> ImportReport:
        """Bring YAML decks in; repeating it changes nothing."""
        from ptcards.study.importing import import_yaml

        return import_yaml(
            self.workspace, chosen, dry_run=dry_run, trust=trust, replace=replace, progress=progress
        )

    def trust_requests(self) -> tuple[TrustRequest, ...]:
        """Decks whose code waits for the learner's agreement."""
        from ptcards.study.importing import untrusted

        return untrusted(self.workspace)

    def trust_request(self, slug: str) -> TrustRequest:
        """What a deck would run; UsageError for a deck that is not there."""
        from ptcards.study.importing import request_for

        return request_for(self.workspace, self.workspace.deck(slug))

    def trust(self, slug: str, *, mine: bool = False, unsandboxed: bool = False) -> None:
        """Agree to a deck's code."""
        from ptcards.study.importing import agree

        agree(self.workspace, slug, mine=mine, unsandboxed=unsandboxed)

    def change_deck(self, slug: str, action: str, name: str = "") -> str:
        """Remove, disable, enable or rename a deck; says what happened."""
        from ptcards.study.care import change_deck

        return change_deck(self.workspace, slug, action, name)
