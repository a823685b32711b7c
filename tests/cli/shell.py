"""The command line as a real process in a home of its own, on a frozen clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

    def __init__(self, home: Path) -> None:
        self.home = home
        self.now = MORNING
        self.env: dict[str, str] = {}
        self.prepare: Callable[[], object] | None = None
        """Called in each new process before the program starts."""

    def __call__(self, *arguments: str | Path, stdin: str = "", now: str | None = None) -> Done:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PTCARDS_")}
        environment = clean | {"PTCARDS_HOME": str(self.home), "PTCARDS_NOW": now or self.now} | self.env
        done = subprocess.run(
            [sys.executable, "-m", "ptcards", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            env=environment,
            preexec_fn=self.prepare,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)
