"""What ends the app from outside: its terminal is gone, or it is asked to end."""

from __future__ import annotations

import os
import signal
import sys
import termios
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App

PATIENCE = 10.0
"""Seconds that the app has to end by itself."""


@contextmanager
def ending_on_signals(app: App[int]) -> Iterator[None]:
    """SIGHUP and SIGTERM end the app as Ctrl+Q does, drafts saved and screen restored; end it they do."""

    def end(number: int, _: object) -> None:
        code = 128 + number
        if not _has_terminal():
            _write_nowhere()
        last = Timer(PATIENCE, os._exit, [code])
        last.daemon = True
        last.start()
        app.call_later(app.exit, code, code)

    before = {number: signal.signal(number, end) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.stdout.flush()


def _has_terminal() -> bool:
    try:
        termios.tcgetattr(sys.__stderr__ or 2)
    except (termios.error, ValueError):
        return False
    return True


def _write_nowhere() -> None:
    """Draw no more: for a terminal that takes nothing more the framework waits for good."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    # A terminal that goes sends this, too, at which the framework would begin to draw again.
    signal.signal(signal.SIGCONT, signal.SIG_IGN)
