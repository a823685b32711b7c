"""Answers that take no thought, and the assertions that stop them."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ptcards.deck.card import Accepts
from ptcards.deck.code import parse

if TYPE_CHECKING:
    from ptcards.deck.card import Card
    from ptcards.runner.protocol import Job, Outcome

MARKER = "trivial answers: "
_CONSTANTS = [("None", None), ("True", True), ("0", 0), ('""', "")]
_TEXTS = [(repr(text), text) for text in ("None", "True", "0", "x")]
_DTYPE = "(dtype) "


@dataclass(frozen=True, slots=True)
class Tried:
    """A trivial answer by name, whether the check took it, and the line of the check it stopped on."""

    name: str
    passed: bool
    line: int | None

    @property
    def is_value_in_another_dtype(self) -> bool:
        return self.name.startswith(_DTYPE)

    @property
    def shown(self) -> str:
        return self.name.removeprefix(_DTYPE)


def probe_job(job: Job, card: Card) -> Job:
    """The job that runs the card's solution, then the check of `job` on everything trivial."""
    text = card.accepts is Accepts.TEXT
    bound = sorted(bound_names(job.solution)) if card.accepts is Accepts.CODE else []
    arguments = (job.check, job.seed + 1, bound, list(job.expects), _TEXTS if text else _CONSTANTS, MARKER)
    source = Path(__file__).with_name("probe.py").read_text(encoding="utf-8")
    probe = f"{source}\n_probe({', '.join(map(repr, arguments))})\nassert True\n"
    return replace(job, answer=job.solution, check=probe, wrong=())


def tried_in(outcome: Outcome) -> tuple[Tried, ...] | None:
    """What a `probe_job` found; None where it did not come to an end."""
    for line in reversed(outcome.stdout.splitlines()):
        if line.startswith(MARKER):
            try:
                return tuple(Tried(*row) for row in json.loads(line.removeprefix(MARKER)))
            except (ValueError, TypeError):
                return None
    return None


def bound_names(code: str) -> set[str]:
    """The names that code binds at its top level, as far as it can be seen."""
    names: set[str] = set()
    for node in ast.walk(parse(code)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {(alias.asname or alias.name).partition(".")[0] for alias in aliases}
    return names
