"""YAML text to nodes at C speed, within bounds, and the problems found on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, cast

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from ptcards.errors import DeckError, Problem

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 32 * 2**20
MOST_NODES = 2_000_000
MOST_DEPTH = 20
MOST_SHARED = 2_000_000
"""Characters that may be read again through aliases before reading stops."""
MOST_PROBLEMS = 100
SHOWN = 48
TOLD_EVERY = 250
"""So many cards, or nodes, between two tellings of how far the reading is."""
Progress = Callable[[int, int], None]

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ODD_BREAKS = re.compile("[\x85\u2028\u2029]")
_MAYBE_REFERENCE = re.compile(r"(?:^|[\s\[{,:?-])[&*!]", re.MULTILINE)


class Stage(IntEnum):
    """What reading a file does one after the other; each takes about as long."""

    NODES = 0
    CARDS = 1
    SENSE = 2


class Findings:
    """The problems of one file, gathered while it is read; `progress` is told how far that is."""

    def __init__(self, path: Path, text: str, progress: Progress = lambda done, total: None) -> None:
        self.path = path
        self._progress = progress
        self.problems: list[Problem] = []
        self.left_out = 0
        self.has_references = False
        """Whether nodes may be shared, or hold themselves."""
        self._text = text
        self._odd = _ODD_BREAKS.search(text) is not None

    def come_to(self, stage: Stage, number: int, total: int) -> None:
        """Tell, now and then, which of `total` things a stage of the reading has come to."""
        if number % TOLD_EVERY == 0:
            self._progress(stage * total + number, len(Stage) * total)

    def line(self, where: Node | yaml.Mark) -> int:
        """The line (from 1) a node starts on, as editors count."""
        mark = where.start_mark if isinstance(where, Node) else where
        return (self._text.count("\n", 0, mark.index) if self._odd else mark.line) + 1

    def add(self, where: Node | yaml.Mark | int, card: str, kind: str, message: str) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            self.left_out += 1
            return
        line = where if isinstance(where, int) else self.line(where)
        self.problems.append(Problem(self.path, line, card, kind, message))

    @property
    def count(self) -> int:
        return len(self.problems) + self.left_out

    def raise_if_any(self) -> None:
        """DeckError with all that was found, in the order of the file."""
        if not self.problems:
            return
        found = sorted(self.problems, key=lambda problem: problem.line)
        if self.left_out:
            last = found[-1].line
            found.append(
                Problem(self.path, last, "", "more", f"and {self.left_out} more problems: mend these first")
            )
        raise DeckError(tuple(found))


def compose(findings: Findings, text: str) -> MappingNode:
    """The file's one mapping; DeckError where there is none. What it refuses inside is left in `findings`."""
    for found in _UNPRINTABLE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        message = (
            f"holds the control character {found.group()!r}: take it out, or write it as an escape in quotes"
        )
        findings.add(line, "", "not-text", message)
        if len(findings.problems) >= MOST_PROBLEMS:
            break
    findings.raise_if_any()
    root = _parse(findings, text)
    _refuse_references(findings, text)
    if not isinstance(root, MappingNode):
        what = "is empty" if root is None else f"holds {kind_of(root)} where the keys of a deck should stand"
        message = f"the file {what}: it starts with `deck: a-name` and `cards:`"
        raise DeckError((*findings.problems, Problem(findings.path, 1, "", "type", message)))
    return root


def kind_of(node: Node) -> str:
    """What a person would call the node."""
    if isinstance(node, SequenceNode):
        return "a list"
    if isinstance(node, MappingNode):
        return "keys with values"
    return "text" if node.value or getattr(node, "style", None) else "nothing"


def shown(text: str) -> str:
    """A value as a message shows it: in quotes, short, its control characters visible."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


class _TooMuchError(Exception):
    def __init__(self, mark: yaml.Mark, message: str) -> None:
        super().__init__(message)
        self.mark = mark


class _Composer(yaml.CSafeLoader):
    """Composes nodes and leaves what they mean to us; stops before a hostile file costs much."""

    def __init__(self, text: str, findings: Findings) -> None:
        super().__init__(text)
        self._findings, self._length = findings, len(text)
        self._depth = 0
        self._nodes = 0
        self._place = 0

    def resolve(self, *_: object) -> str:
        return ""

    def descend_resolver(self, parent: Node | None, *_: object) -> None:
        self._depth += 1
        self._nodes += 1
        if parent is None:
            return
        if self._nodes % TOLD_EVERY == 0:
            # A list begins before what was read in it.
            self._place = max(self._place, parent.start_mark.index // TOLD_EVERY * TOLD_EVERY)
            self._findings.come_to(Stage.NODES, self._place, self._length)
        if self._depth > MOST_DEPTH:
            raise _TooMuchError(
                parent.start_mark, f"is nested deeper than {MOST_DEPTH} levels: a deck needs four"
            )
        if self._nodes > MOST_NODES:
            raise _TooMuchError(parent.start_mark, f"holds more than {MOST_NODES:,} values: split the deck")

    def ascend_resolver(self) -> None:
        self._depth -= 1


def _parse(findings: Findings, text: str) -> Node | None:
    try:
        root: Node | None = _Composer(text, findings).get_single_node()
        return root
    except _TooMuchError as error:
        findings.add(error.mark, "", "too-big", f"the file {error}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = findings.line(mark) if mark else 1
        findings.add(min(line, text.count("\n") + 1), "", "yaml", _explain(error, text, line))
    except (yaml.YAMLError, ValueError) as error:
        findings.add(1, "", "yaml", f"this is not YAML: {str(error).splitlines()[0]}")
    findings.raise_if_any()
    return None


_ADVICE = {
    "found duplicate anchor": "anchors are not allowed in a deck: write the value out",
    "found undefined alias": "aliases are not allowed in a deck: write the value out, or put it in quotes",
    "expected a single document": "the file holds a second document: a deck is one, with no `---` inside",
    "mapping values are not allowed": "a colon inside a text: put it in quotes, or below the key after `|`",
    "found character that cannot start any token": "a text cannot start with this: put it in quotes",
    "found unexpected end of stream": "the quotes that open here are never closed",
}


def _explain(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    problem = error.problem or ""
    lines = text.split("\n")
    row = lines[line - 1] if line <= len(lines) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "a tab at the start of the line: YAML wants spaces"
    for start, advice in _ADVICE.items():
        if problem.startswith(start) or (error.context or "").startswith(start):
            return advice
    context = f" {error.context}" if error.context else ""
    return f"this is not YAML: {problem}{context}; look for a missing quote, bracket or wrong indentation"


def _refuse_references(findings: Findings, text: str) -> None:
    """Tell anchors, aliases and tags; the nodes no longer show them all, the events do.

    Reading goes on, to find the other problems too, unless shared nodes could make that long.
    """
    if not _MAYBE_REFERENCE.search(text):
        return
    aliases = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = cast("yaml.Mark", event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
            name = shown(f"*{event.anchor}")
            findings.add(
                mark, "", "alias", f"the alias {name} is not allowed: write the value out, or in quotes"
            )
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor:
                findings.has_references = True
                name = shown(f"&{event.anchor}")
                findings.add(
                    mark, "", "anchor", f"the anchor {name} is not allowed: write values out in full"
                )
            if tag := getattr(event, "tag", None):
                message = f"the tag {shown(tag)} is not allowed: leave it out, or put the text in quotes"
                findings.add(mark, "", "tag", message)
    if aliases * len(text) > MOST_SHARED:
        findings.raise_if_any()
