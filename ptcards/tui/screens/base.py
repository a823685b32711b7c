"""What all screens share: the two bars, work in the background, one way to tell things."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.screen import Screen
from textual.worker import get_current_worker

from ptcards.errors import PtcardsError
from ptcards.tui.widgets.bars import KeyLine, Rule, StatusLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from ptcards.tui.desk import Desk

Result = TypeVar("Result")
Done = TypeVar("Done")


class DeskScreen(Screen[Result]):
    """A screen between a line of status and a line of keys."""

    AUTO_FOCUS = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.status = StatusLine()
        self._doing = ""
        self._since = 0.0

    def compose(self) -> ComposeResult:
        yield self.status
        yield Rule()
        yield from self.body()
        yield Rule()
        yield KeyLine()

    def body(self) -> ComposeResult:
        """The widgets between the bars."""
        yield from ()

    def describe_key(self, action: str) -> str | None:  # noqa: ARG002 - for screens to use
        """Another label in the key line for `action`, as things are now."""
        return None

    def on_mount(self) -> None:
        self.tick()
        self.set_interval(0.5, self._beat)

    def _beat(self) -> None:
        self.tick()
        # A busy machine can make the framework lose the timer by which it hands on the terminal's size.
        if self.is_current and self.outer_size != self.app.size:
            self.post_message(events.Resize(self.app.size, self.app.size))

    def tick(self) -> None:
        """Bring the line of status up to date."""

    @property
    def busy(self) -> bool:
        return bool(self._doing)

    @property
    def lasting(self) -> bool:
        """Something has been going on for so long that one wonders."""
        return self.busy and self._waited >= 1

    @property
    def _waited(self) -> float:
        return self.desk.monotonic() - self._since

    @property
    def doing(self) -> str:
        """What is going on in the background, with how long already: `checking, 2 s`."""
        return f"{self._doing}, {self._waited:.0f} s" if self.lasting else self._doing

    def rename_work(self, what: str) -> None:
        """Show that the work in the background has come to `what`; may be called from its thread."""
        self._doing = what

    def in_background(
        self,
        what: str,
        work: Callable[[], Done],
        then: Callable[[Done], object],
        *,
        failed: Callable[[PtcardsError], None] | None = None,
    ) -> None:
        """Call `work` in a thread and `then` with what it gives; its error is told, or handed to `failed`.

        `what` is shown meanwhile, and no second piece of work starts before this one ends; without a
        name it is work that nobody waits for.
        """
        if what:
            if self.busy:
                return
            self._doing, self._since = what, self.desk.monotonic()
            self.tick()
            self.refresh_bindings()

        def run() -> None:
            try:
                with self.desk.work:
                    if get_current_worker().is_cancelled:
                        return
                    result = work()
            except PtcardsError as error:
                self._back(what, self._fail, error, failed)
            else:
                self._back(what, then, result)

        self.run_worker(run, thread=True, group=what or "quiet", exit_on_error=True)

    def _back(self, what: str, call: Callable[..., object], *arguments: object) -> None:
        def finish() -> None:
            if what:
                self._doing = ""
            if self.is_attached:
                call(*arguments)
                self.tick()
                self.refresh_bindings()

        # The app may have ended while the work went on: then nobody is there to be told.
        with contextlib.suppress(RuntimeError):
            self.app.call_from_thread(finish)

    def _fail(self, error: PtcardsError, failed: Callable[[PtcardsError], None] | None) -> None:
        (failed or self.tell_error)(error)

    def tell(self, text: str) -> None:
        """A short notice that goes away by itself, or when there is another."""
        self.app.clear_notifications()
        self.notify(text, markup=False, timeout=4)

    def tell_error(self, error: PtcardsError | str) -> None:
        """What went wrong, in the error's own words; of many lines the first few."""
        self.app.clear_notifications()
        first, *more = str(error).split("\n")
        text = f"{first}\n… and {len(more)} more" if len(more) > 1 else str(error)
        self.notify(text, severity="error", markup=False, timeout=10)

    def action_help(self) -> None:
        from ptcards.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.desk, self))
