"""The app's end of the runner: a process with torch warm, kept alive, asked for verdicts."""

from __future__ import annotations

from pathlib import Path

from ptcards.runner.protocol import Given, Job, Outcome, RunnerStatus


class Runner:
    """Runs answers in a warm process; thread-safe; nothing of a deck or an answer ever runs here.

    `mode` is `fork` or `spawn` (default: `PTCARDS_RUNNER`, else what the platform can); `home` is the app's data
    folder, which must not lie where answers may read; `private` names further such paths.
    """

    def __init__(
        self, *, mode: str | None = None, home: Path | None = None, private: tuple[Path, ...] = ()
    ) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Start the warm process in the background; returns at once, and does nothing when it runs already."""
        raise NotImplementedError

    def status(self) -> RunnerStatus:
        raise NotImplementedError

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Wait until answers can run; False when they cannot, or not within `timeout` seconds."""
        raise NotImplementedError

    def prepare(self, job: Job) -> Given:
        """Run `preamble` and `given` ahead of the answer, which makes the next `run` of the card faster."""
        raise NotImplementedError

    def run(self, job: Job) -> Outcome:
        """Run and judge an answer; blocks; starts the runner if need be; never raises for what code does."""
        raise NotImplementedError

    def value(self, job: Job) -> Outcome:
        """Run an answer without its check: `answer_value` and the output are filled in."""
        raise NotImplementedError

    def close(self) -> None:
        """End the warm process and everything it started."""
        raise NotImplementedError
