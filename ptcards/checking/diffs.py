"""A mended line found by what changed: two files, or a diff as git makes it."""

import ast
import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from ptcards.deck.reading import syntax_problem
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.runner.frames import card_form, statement_at
from ptcards.runner.sources import parsed

MOST_STATEMENTS = 6  # between a change and its end
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class Change(NamedTuple):
    """What was changed of a file: its name, its text before, and one place."""

    name: str
    before: str
    line: int  # of the first statement there, in the text before
    failing: str
    fix: str
    others: int = 0  # more places that were changed


class _Hunk(NamedTuple):
    """Lines before and after a change, and the line, from 1, that each begins at."""

    at: tuple[int, int]
    lines: tuple[list[str], list[str]]


def changed_in(diff: str, read: Callable[[str], str | None]) -> Change:
    """The first change of a Python file in a diff; `read` gives a file's text. UsageError where none fits."""
    said = ""
    for name, hunks in _files(diff).items():
        if not name.endswith(".py"):
            continue
        text = read(name)
        if text is None:
            said = said or _("{} is not found from here: be in the folder that the diff is of", name)
            continue
        lines = text.splitlines()
        before, after = _put(lines, hunks, was=1, now=0), _put(lines, hunks, was=0, now=1)
        if before is None and after is None:
            said = said or _("{} is neither as it was before the diff nor as it was after it", name)
            continue
        pair = (before, lines) if before is not None else (lines, after or [])
        return changed(name, *("\n".join([*one, ""]) for one in pair))
    raise UsageError(said or _("there is no diff of a Python file in it: git diff | ptcards capture --diff"))


def _files(diff: str) -> dict[str, list[_Hunk]]:
    """The hunks of each file of a diff, by its name after the change."""
    found, hunk, left, name = dict[str, list[_Hunk]](), _Hunk((0, 0), ([], [])), [0, 0], ""
    for line in diff.splitlines():
        if max(left) > 0:
            for side, signs in enumerate((" -", " +")):
                if (line[:1] or " ") in signs:
                    hunk.lines[side].append(line[1:])
                    left[side] -= 1
        elif line.startswith("+++ "):
            name = re.sub(r"^(?:[a-z]/)", "", line[4:].partition("\t")[0].strip())
        elif head := _HUNK.match(line):
            hunk, left = _Hunk((int(head[1]), int(head[3])), ([], [])), [int(head[2] or 1), int(head[4] or 1)]
            found.setdefault(name, []).append(hunk)
    return found


def _put(lines: Sequence[str], hunks: Sequence[_Hunk], *, was: int, now: int) -> list[str] | None:
    """The lines with one side of a diff for the other, from 0; None where it does not fit."""
    made = [*lines]
    for hunk in reversed(hunks):
        at, old = hunk.at[was] - 1, hunk.lines[was]
        if made[at : at + len(old)] != old:
            return None
        made[at : at + len(old)] = hunk.lines[now]
    return made


def changed(name: str, before: str, after: str) -> Change:
    """The first statements that differ between two texts of a file; UsageError where none do."""
    for text in (before, after):
        if problem := syntax_problem(text):
            raise UsageError(_("{} is not Python on line {}: {}", name, *problem))
    old, new = before.splitlines(), after.splitlines()
    found = list[Change]()
    for kind, was, was_end, now, now_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal" or not any(map(_counts, [*old[was:was_end], *new[now:now_end]])):
            continue
        places = _statements(before, was, was_end), _statements(after, now, now_end)
        if not all(places):
            # Lines that are new, or gone: what comes after them is what they are for.
            ends = was_end + _next(old, was_end), now_end + _next(new, now_end)
            places = _statements(before, was, ends[0]), _statements(after, now, ends[1])
        failing, fix = ("\n".join(text for _line, text in place) for place in places)
        if all(places) and failing != fix and max(map(len, places)) <= MOST_STATEMENTS:
            found.append(Change(name, before, places[0][0][0], card_form(failing), card_form(fix)))
    if not found:
        words = later("nothing is changed in {} that could be run: a statement is needed, before and after")
        raise UsageError(_(words, name))
    return found[0]._replace(others=len(found) - 1)


def _counts(line: str) -> bool:
    """Whether a line may change what a program does."""
    return bool(line.strip()) and not line.strip().startswith(("#", "import ", "from "))


def _next(lines: Sequence[str], at: int) -> int:
    """How many lines there are up to the next one that counts, with it."""
    return next((number for number, line in enumerate(lines[at:], 1) if _counts(line)), 0)


def _statements(text: str, first: int, end: int) -> list[tuple[int, str]]:
    """The statements over some lines, from 0, each with its first line, from 1; imports left out."""
    found = dict[int, str]()
    for number, line in enumerate(text.splitlines()[first:end], first + 1):
        if _counts(line):
            begins, _last, statement = statement_at(text, number)
            defines = any(isinstance(one, ast.FunctionDef | ast.ClassDef) for one in parsed(statement).body)
            found |= {begins: statement} if statement and not defines else {}
    return sorted(found.items())
