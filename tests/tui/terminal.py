"""A real pseudo-terminal for tests: a process in it, its screen as text, keys as a terminal sends them."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "backspace": "\x7f",
    "f1": "\x1bOP",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "ctrl+c": "\x03",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+z": "\x1a",
}
DEADLINE = 60.0
"""Seconds after which what is waited for counts as never coming."""


class Terminal:
    """Runs `command` in a pseudo-terminal of its own; leaving the context kills what is left of it."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 80, lines: int = 24
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        """All that the process wrote."""
        self._main, side = pty.openpty()
        self.modes = termios.tcgetattr(side)
        """The terminal's modes before the process began."""
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._side = side
        # A size of the screen in the environment would hide the terminal's own.
        outside = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command],  # a session of its own, which the terminal controls
            stdin=side,
            stdout=side,
            stderr=side,
            env={**outside, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for end in (self._side, self._main):
            if end >= 0:
                os.close(end)

    def read(self, seconds: float) -> bool:
        """Take in what the process wrote; False when nothing came for so long."""
        if not select.select([self._main], [], [], seconds)[0]:
            return False
        data = os.read(self._main, 65536)
        self.raw += data
        self._stream.feed(data)
        return True

    @property
    def text(self) -> str:
        """The screen as it is now."""
        rows, columns = (
            self.screen.buffer,
            range(self.screen.columns),
        )  # its own `display` measures each sign anew
        return "\n".join("".join(rows[y][x].data for x in columns).rstrip() for y in range(self.screen.lines))

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Read on until `done`; fails with the screen after a long time."""
        until = time.monotonic() + DEADLINE
        while not done():
            if time.monotonic() > until:
                raise AssertionError(f"waited in vain for {what}; the screen:\n{self.text}")
            self.read(0.05)

    def wait_for(self, *texts: str) -> None:
        """Read on until each of the texts is, or was, on the screen."""
        for text in texts:
            self.wait(lambda text=text: text in self.text, repr(text))  # type: ignore[misc]

    def wait_until_open(self) -> None:
        """Read on until the library is open: a key that ends the app before cuts its opening short."""
        self.wait(lambda: any(said in self.text for said in ("warming up", "torch")), "the runner")

    def view(self) -> None:
        """View a verdict for as long as it takes until no key counts as held or as typed too early."""
        until = time.monotonic() + 1.0
        while (left := until - time.monotonic()) > 0:
            self.read(left)

    def press(self, *keys: str) -> None:
        """Send keys by name, or one character each."""
        for key in keys:
            os.write(self._main, KEYS.get(key, key).encode())

    def type(self, text: str) -> None:
        """Send `text` as typed."""
        os.write(self._main, text.encode())

    def end(self) -> int:
        """Wait for the process to end; gives its exit code."""
        self.wait(lambda: self.process.poll() is not None, "the end of the process")
        while self.read(0.05):
            pass
        return self.process.returncode

    def is_restored(self) -> bool:
        """The modes are as they were, and whatever was switched on in the terminal is off again."""
        pairs = (
            (b"\x1b[?1049h", b"\x1b[?1049l"),
            (b"\x1b[?1000h", b"\x1b[?1000l"),
            (b"\x1b[?25l", b"\x1b[?25h"),
        )
        tidy = all(self.raw.rfind(off) > self.raw.rfind(on) for on, off in pairs if on in self.raw)
        return tidy and termios.tcgetattr(self._side) == self.modes

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._side, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def is_stopped(self) -> bool:
        """The process is suspended, as Ctrl+Z leaves it in a shell."""
        status = Path(f"/proc/{self.process.pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] == "T"

    def hang_up(self) -> None:
        """Take the terminal away, as a lost connection does; nothing can be read of it any more."""
        os.close(self._side)
        os.close(self._main)
        self._main = self._side = -1


NOW = "2026-11-23T08:00:00+01:00"
LIGHT = (
    "import sys; from ptcards.runner.runner import Runner; Runner.__init__.__kwdefaults__['libraries'] = (); "
    "from ptcards.cli.main import run; raise SystemExit(run(sys.argv[1:]))"
)


def start(
    home: Path, *arguments: str, torch: bool = False, columns: int = 80, lines: int = 24, **environment: str
) -> Terminal:
    """Start ptcards with everything it keeps in `home`; without `torch` answers run with no library loaded."""
    program = ["-m", "ptcards"] if torch else ["-c", LIGHT]
    command = [sys.executable, *program, *arguments]
    return Terminal(
        command, {"PTCARDS_HOME": str(home), "PTCARDS_NOW": NOW, **environment}, columns=columns, lines=lines
    )
