"""Opening the library behind the first screen: shown as it goes, and cut short on demand."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from ptcards.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.runner.runner import Runner
    from ptcards.study.home import Home
    from ptcards.study.study import Study
    from ptcards.study.views import OpenReport, Scope


class Opening:
    """One start of the app."""

    def __init__(self, study: Study, make_runner: Callable[[], Runner] | None, scope: Scope | None) -> None:
        self._study = study
        self._make_runner = make_runner
        self._scope = scope
        self._stop = Event()
        self.show: Callable[[str], object] = str
        """Is told in words what takes long, from the thread that works."""

    def work(self) -> tuple[OpenReport, Home]:
        """Start the runner, open the library; UsageError for a scope that names what is not there."""
        study = self._study
        if study.runner is None and self._make_runner is not None:
            study.runner = self._make_runner()
        if study.runner is not None:
            study.runner.start()
        report = study.open(self.tell)
        if self._scope is not None:
            study.check_scope(self._scope)
        return report, study.home()

    def tell(self, what: str) -> None:
        """Show what is being done; CancelledError once it is to stop."""
        if self._stop.is_set():
            raise CancelledError(
                f"Stopped while {what}: what was not finished is as it was, and the next start does it."
            )
        self.show(what)

    def stop(self) -> None:
        """Have it cut short wherever it next tells what it does."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()
