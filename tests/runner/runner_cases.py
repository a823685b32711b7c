"""Answers and decks that must not win, and honest ones that must: what each does, and what has to come of it."""

from __future__ import annotations

import select
import socket
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptcards.deck.card import Limits
from ptcards.runner.protocol import Outcome, Phase, Verdict, Why
from ptcards.runner.runner import Job, Runner

PREAMBLE = "import torch\nimport numpy as np\nimport cv2\n"
ONES = "x = torch.ones(3)"
FAIL, PASS, BROKEN = Verdict.FAIL, Verdict.PASS, Verdict.BROKEN


@dataclass(frozen=True)
class World:
    home: Path
    listeners: tuple[socket.socket, ...]
    """Of TCP and UDP on one port, and of an agent."""

    def untouched(self) -> bool:
        with closing(sqlite3.connect(self.home / "ptcards.db")) as database:
            kept = database.execute("select v from t").fetchall()
        there = {path.name for path in self.home.iterdir()}
        reached = select.select(self.listeners, [], [], 0)[0]
        return kept == [("mine",)] and there == {".ssh", "ptcards.db", "agent.sock"} and not reached

    def fill(self, text: str) -> str:
        return text.replace("HOME!", str(self.home)).replace("PORT!", str(self.listeners[0].getsockname()[1]))


@dataclass(frozen=True)
class Case:
    name: str
    answer: str
    check: str = "assert x == 1, 'x is one'"
    verdict: Verdict = FAIL
    given: str = ""
    solution: str = "x = 1"
    why: Why | None = None
    phase: Phase | None = None
    says: str = ""
    line: int | None = None
    slip: bool | None = None
    seconds: float = 1.0
    memory_mb: int = 1024

    def job(self, world: World | None = None) -> Job:
        fill = world.fill if world else str
        return Job(
            f"hostile/{self.name}",
            preamble=PREAMBLE if self.uses_libraries() else "",
            given=fill(self.given),
            answer=fill(self.answer),
            check=self.check,
            solution=self.solution,
            limits=Limits(self.seconds, self.memory_mb),
        )

    def uses_libraries(self) -> bool:
        texts = self.given + self.answer + self.check + self.solution
        return any(name in texts for name in ("torch", "np.", "cv2"))

    def judge(self, outcome: Outcome) -> None:
        assert outcome.verdict is self.verdict, outcome
        assert self.why is None or outcome.why is self.why, outcome
        assert self.phase is None or outcome.phase is self.phase, outcome
        assert self.says in outcome.message, outcome
        assert self.line is None or outcome.line == self.line, outcome
        assert self.slip is None or outcome.slip is self.slip, outcome
        assert "\x1b" not in repr(outcome)
        assert len(outcome.stdout) <= 200_000
        assert "SECRETKEY" not in repr(outcome)


def cases(answers: dict[str, str], given: dict[str, str] | None = None, **common: Any) -> tuple[Case, ...]:
    """One of each answer, by its name."""
    return tuple(
        Case(name, answer, given=(given or {}).get(name, ""), **common) for name, answer in answers.items()
    )


def torch_job(answer: str, check: str, solution: str = "", preamble: str = PREAMBLE, **more: Any) -> Job:
    return Job("d/c", preamble=preamble, answer=answer, check=check, solution=solution or answer, **more)


def plain_job(answer: str, check: str = "assert answer == 1", solution: str = "1", **more: Any) -> Job:
    """Of a card without torch."""
    return torch_job(answer, check, solution, "", **more)


def pid_of(runner: Runner) -> int | None:
    """Of the warm process."""
    return runner._started.process.pid if runner._started else None
