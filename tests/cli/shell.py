"""The command line in a home of its own, on a frozen clock: as a real process, or inside this one."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from ptcards.cli.main import run
from ptcards.runner.runner import Runner

MORNING = "2026-11-23T08:00:00+01:00"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Runs `ptcards` in one home."""

    def __init__(self, home: Path, now: str | None = MORNING) -> None:
        self.home, self.now = home, now
        self.env: dict[str, str] = {}
        self.prepare: Callable[[], object] | None = None
        """Called in each new process before the program starts."""

    def environment(self, now: str | None) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PTCARDS_")}
        return clean | {"PTCARDS_HOME": str(self.home), "PTCARDS_NOW": now or self.now or ""} | self.env

    def __call__(self, *arguments: str | Path, stdin: str = "", now: str | None = None) -> Done:
        return self.process(sys.executable, "-m", "ptcards", *map(str, arguments), stdin=stdin, now=now)

    def process(self, *command: str, stdin: str = "", now: str | None = None) -> Done:
        """Another program in this home."""
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment(now),
            preexec_fn=self.prepare,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)


class Lent:
    """A runner that is started when it is first used, and that no command ends."""

    def __init__(self, borrow: Callable[[], Runner]) -> None:
        self._borrow = borrow

    def __getattr__(self, name: str) -> Any:
        return getattr(self._borrow(), name)

    def close(self) -> None:
        pass


class QuickShell(Shell):
    """The same inside this process, which has loaded all that a command needs; a process where `prepare` is set.

    Where `borrow` gives a runner, answers run in that, which is warm.
    """

    def __init__(self, home: Path, borrow: Callable[[], Runner] | None = None) -> None:
        super().__init__(home)
        self._make_runner = (lambda **_: Lent(borrow)) if borrow else Runner

    def __call__(self, *arguments: str | Path, stdin: str = "", now: str | None = None) -> Done:
        if self.prepare is not None:
            return super().__call__(*arguments, stdin=stdin, now=now)
        typed, out, err = (
            io.TextIOWrapper(io.BytesIO(data), "utf-8", write_through=True)
            for data in (stdin.encode(), b"", b"")
        )
        with (
            mock.patch.dict(os.environ, self.environment(now), clear=True),
            mock.patch("sys.stdin", typed),
            mock.patch("ptcards.runner.runner.Runner", self._make_runner),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = run([*map(str, arguments)])
        said, narrated = (stream.buffer.getvalue().decode() for stream in (out, err))
        assert "Traceback" not in narrated, narrated
        return Done(code, said, narrated)
