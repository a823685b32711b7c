"""What every screen works at: the study, the clocks, the guard over keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Lock

    from ptcards.study.study import Study
    from ptcards.tui.keys import KeyGuard


@dataclass(slots=True)
class Desk:
    """Shared by all screens of one run of the app."""

    study: Study
    monotonic: Callable[[], float]
    guard: KeyGuard
    work: Lock
    """Held by whatever calls the study from a thread: its calls come one at a time."""
    frozen: str = ""
    """The moment at which the clock stands still, for the header; empty when it runs."""
    opened: bool = False
    """The library is open: sessions can begin."""

    def runner_words(self) -> str:
        """How things stand with the runner: `sandbox 3/3 · torch ready`."""
        runner = self.study.runner
        if runner is None:
            return "no runner"
        from ptcards.runner.protocol import Readiness

        status = runner.status()
        match status.kind:
            case Readiness.READY:
                return f"{status.sandbox} · torch ready"
            case Readiness.NO_TORCH:
                return f"{status.sandbox} · torch is not installed"
            case Readiness.WARMING:
                return f"warming up torch, {status.waited:.0f} s"
            case Readiness.RESTARTING:
                return "runner restarting"
            case _:
                return "runner gone"

    @property
    def runner_settled(self) -> bool:
        """The words about the runner are not going to change by themselves."""
        runner = self.study.runner
        return runner is None or runner.status().usable
