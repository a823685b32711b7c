"""What went wrong, read from what a program printed: Python's tracebacks as several programs write them."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import PurePosixPath, PureWindowsPath
from typing import NamedTuple

from ptcards.errors import UsageError
from ptcards.language import _, later

MOST_LINES = 400_000  # of a log: more are read from its end
MESSAGE_LINES = 12


class Frame(NamedTuple):
    """A place in a traceback; `source` is its line as it was shown, "" where none was."""

    file: str
    line: int
    function: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        """The file's own name, on whatever system it was."""
        return (PureWindowsPath if "\\" in self.file else PurePosixPath)(self.file).name

    @property
    def is_own(self) -> bool:
        """Whether its file is somebody's own: none of an installed package, none of Python's."""
        return not _LIBRARY.search(self.file.replace("\\", "/"))

    @property
    def is_cell(self) -> bool:
        """Whether it is in no file: a cell of a notebook, a line that was typed."""
        return self.file.startswith("<") or " In[" in self.file or "ipykernel_" in self.file

    @property
    def raises(self) -> bool:
        return bool(re.match(r"raise\b", self.source))


class Raised(NamedTuple):
    """One exception: the frames from the outermost in, and how it follows from the one before."""

    error: str  # the type as it was printed, a module before it where there was one
    message: str
    frames: tuple[Frame, ...] = ()
    after: str = ""  # "handling", "cause", or "inside": the same error where it arose, in another process


Chain = tuple[Raised, ...]
"""Exceptions that led to each other, the first one first."""

_LIBRARY = re.compile(
    r"(^|/)(site|dist)-packages/|(^|/)lib(64)?/(python|pypy)[\d.]+t?/|^[A-Z]:/.*/Lib/(?!.*/Lib/)[a-z_]+(/|\.py$)"
    r"|^<(frozen|__array|string>$|eval_with)|^<attrs|/\.vscode[-/].*debugpy"
)
_ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])")
_HEAD = "Traceback (most recent call last)"
_PLAIN_HEAD = re.compile(
    r"^(?P<before>.*?)(?P<how>Original |Exception Group )?Traceback \(most recent call last\):\s*$"
)
_FILE = re.compile(r'^(\s*)File "(.+)", line (\d+)(?:, in (.+))?$')
_ERROR = re.compile(r"^([A-Za-z_][\w.]*(?:\.<locals>\.\w+)?)(?::\s?(.*))?$")
_SEPARATORS = {
    "During handling of the above exception": "handling",
    "The above exception was the direct cause": "cause",
}
_LOG = re.compile(r"^\W*(?:\d{2,4}[-/:]\d\d[-/:]\d\d|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b|[IWEF]\d{4} )")
_CARETS = re.compile(r"^[\s~^|]*$")
_PART = re.compile(r"^\s*\+(?:-\+)?-+ (\d+) -+$")
_PARTS_END = re.compile(r"^\s*\+-+$")
_IPYTHON_HEAD = re.compile(r"^(\w[\w.]*)\s+Traceback \(most recent call last\)\s*$")
_IPYTHON_FRAMES = (
    re.compile(r"^(?P<file>Cell In\[\d+\]), line (?P<line>\d+)(?:, in (?P<function>[^(]+).*)?$"),
    re.compile(r"^(?P<file>Input In \[\d+\])(?:, in (?P<function>[^(]+).*)?$"),
    re.compile(r"^File (?P<file>.+?):(?P<line>\d+)(?:, in (?P<function>[^(]+).*)?$"),
    re.compile(r"^(?P<file>(?:/|~|[A-Z]:\\|<ipython-input).*?) in (?P<function>[^(]+).*$"),
)
_ARROW = re.compile(r"^-+> (\d+) ?(.*)$")
_RICH_FRAME = re.compile(r"^(\S.*):(\d+) in (\S+)$")
_RICH_LINE = re.compile(r"^❱\s*(\d+) (.*)$")
_SECTION = re.compile(r"^_{3,} (.+?) _{3,}$")
_PYTEST_PLACE = re.compile(r"^(\S.*?\.py):(\d+):(?: (?:in (.+)|([\w.]+)))?$")
_PYTEST_LINE = re.compile(r"^(\S.*?\.py):(\d+): ([\w.]+)(?:: (.*))?$")
_OTHERS = {
    "Rust": r"^thread '.*' (?:\(\d+\) )?panicked at",
    "JavaScript": r"^\s+at .+ ?\(?(?:file://|node:|/|[A-Z]:\\).*:\d+:\d+\)?$",
    "Java": r"^\s+at [\w.$/<>@]+\((?:\w+\.(?:java|kt|scala):\d+|Native Method|Unknown Source)\)",
    "Go": r"^goroutine \d+ \[",
    "Ruby": r"^\S+\.rb:\d+:in ['`]",
    "C#": r"^\s+at .+ in .+\.cs:line \d+",
    "PHP": r"^PHP (?:Fatal|Parse) error",
    "R": r"^Error in .+ : *$",
    "C or C++": r"^(?:\S+\.(?:cpp|cc|c|h|cu):\d+|terminate called after throwing|==\d+==ERROR)",
}


def read_tracebacks(text: str) -> Chain:
    """The exceptions of the traceback that counts: the last, or pytest's first; UsageError where none is."""
    lines = [line.rstrip() for line in _ANSI.sub("", text[-MOST_LINES * 100 :]).splitlines()[-MOST_LINES:]]
    chains = [*_pytest(lines)]
    found = chains[0] if chains else ()
    if not found:
        chains = [*_chains(_unboxed(_without_other_parts(lines)))]
        found = chains[-1] if chains else ()
    if not found:
        raise UsageError(_no_traceback(lines))
    return found


def culprit(chain: Chain) -> tuple[Raised, Frame]:
    """The exception to learn from and the line of one's own that it came from; UsageError where none is.

    That is the innermost; where it only raises what somebody else found out, the one that led to it.
    """
    last = chain[-1]
    inside = [one for one in chain if one.after == "inside" or one is last]
    # The same error in the process where it arose says more than where it came out.
    for raised in (*[one for one in chain if one.after == "inside"], last):
        own = [frame for frame in raised.frames if frame.is_own]
        while own and own[-1].raises:
            before = chain[chain.index(raised) - 1] if raised.after in ("handling", "cause") else None
            if before and any(frame.is_own for frame in before.frames):
                return culprit(chain[: chain.index(raised)])
            own.pop()
        if own:
            return raised, own[-1]
    # A worker that failed in the library's own code: the line here that asked it.
    for raised in reversed(chain):
        if own := [frame for frame in raised.frames if frame.is_own and not frame.raises]:
            return inside[0]._replace(frames=raised.frames), own[-1]
    if any(frame.is_own for raised in chain for frame in raised.frames):
        words = later("the line raises {} by itself: capture the line that calls it, with --diff or by hand")
        raise UsageError(_(words, last.error))
    words = later("none of the lines of this {} is in a file of your own")
    raise UsageError(_(words, last.error))


def _chains(lines: Sequence[str]) -> Iterator[Chain]:
    """Each traceback with those that led to it: as Python, IPython and rich write them."""
    chain: list[Raised] = []
    after, number = "", 0
    while number < len(lines):
        line = lines[number]
        read: Callable[[Sequence[str], int], tuple[Raised, int]] | None = None
        if found := _PLAIN_HEAD.match(line):
            read, after = _plain, "inside" if found["how"] and chain else after
        elif _IPYTHON_HEAD.match(line):
            read = _ipython
        elif (number + 1 == len(lines) or lines[number + 1].strip()) and (at := _FILE.match(line)):
            # Without a head: an error of syntax.
            read = _syntax if not at[4] else None
        if read is None:
            after = next((how for start, how in _SEPARATORS.items() if line.strip().startswith(start)), after)
            number += 1
            continue
        if not after and chain:
            yield tuple(chain)
            chain = []
        raised, number = read(lines, number)
        if raised.error:
            remote = chain and chain[-1].after == "" and chain[-1].error == raised.error and after == "cause"
            if remote and any("RemoteTraceback" in one for one in lines[:number]):
                chain[-1] = chain[-1]._replace(after="inside")
            chain.append(raised._replace(after=after if chain else ""))
        after = ""
    if chain:
        yield tuple(chain)


def _plain(lines: Sequence[str], number: int) -> tuple[Raised, int]:
    """A traceback as Python prints it, whose head is on line `number`, and the line after it."""
    head = _PLAIN_HEAD.match(lines[number])
    prefix = _prefix(head["before"] if head else "", lines[number + 1 : number + 2])
    frames: list[Frame] = []
    indent, number = 0, number + 1
    while number < len(lines):
        line = lines[number].removeprefix(prefix)
        if found := _FILE.match(line):
            indent = len(found[1])
            frames.append(Frame(found[2], int(found[3]), found[4] or ""))
        elif line.strip() and len(line) - len(line.lstrip()) <= max(0, indent - 2) and frames:
            break
        elif not frames and line.strip():
            break  # raised outside of any frame
        elif frames and not frames[-1].source and not _CARETS.match(line):
            frames[-1] = frames[-1]._replace(source=line.strip())
        number += 1
    return _ended(lines, number, prefix, frames)


def _prefix(before: str, following: Sequence[str]) -> str:
    """What stands before each line of a traceback, where it is the same as before its head."""
    before = before.replace("+", "|") if before.strip() == "+" else before
    return before if before and following and following[0].startswith(before.rstrip()) else ""


def _ended(lines: Sequence[str], number: int, prefix: str, frames: Sequence[Frame]) -> tuple[Raised, int]:
    """The exception whose type and message begin on line `number`, and the line after them."""
    first = lines[number].removeprefix(prefix).strip() if number < len(lines) else ""
    found = _ERROR.match(first)
    if not found:
        return Raised("", "", tuple(frames)), max(number, 1)
    message, number = [found[2] or ""], number + 1
    while number < len(lines) and len(message) < MESSAGE_LINES:
        line = lines[number].removeprefix(prefix)
        if (
            not line.strip()
            or _HEAD in line
            or _PART.match(line)
            or line.startswith('"""')
            or _LOG.match(line)
        ):
            break
        message.append(line)
        number += 1
    return Raised(found[1], "\n".join(message).strip(), tuple(frames)), number


def _syntax(lines: Sequence[str], number: int) -> tuple[Raised, int]:
    """An error of syntax, which comes without a head."""
    at = _FILE.match(lines[number])
    for end in range(number + 1, min(number + 5, len(lines))):
        found = _ERROR.match(lines[end])
        if at and found and found[1] in ("SyntaxError", "IndentationError", "TabError"):
            frame = Frame(at[2], int(at[3]), "", lines[number + 1].strip())
            return Raised(found[1], found[2] or "", (frame,)), end + 1
    return Raised("", ""), number + 1


def _ipython(lines: Sequence[str], number: int) -> tuple[Raised, int]:
    """A traceback as IPython and Jupyter print it."""
    head = _IPYTHON_HEAD.match(lines[number])
    name, frames = head[1] if head else "", list[Frame]()
    for at, line in enumerate(lines[number + 1 :], number + 1):
        if (found := _ERROR.match(line)) and found[1].rpartition(".")[2] == name.rpartition(".")[2]:
            return _ended(lines, at, "", frames)
        if _HEAD in line:
            return Raised("", ""), at
        if place := next(filter(None, (one.match(line) for one in _IPYTHON_FRAMES)), None):
            known = place.groupdict()
            line_number = int(known.get("line") or 0)
            frames.append(Frame(known["file"], line_number, (known.get("function") or "").strip()))
        elif (arrow := _ARROW.match(line)) and frames:
            frames[-1] = frames[-1]._replace(line=int(arrow[1]), source=arrow[2].strip())
    return Raised("", ""), len(lines)


def _unboxed(lines: Sequence[str]) -> list[str]:
    """The lines with the boxes that rich draws made plain tracebacks."""
    if not any(_HEAD in line and line.lstrip().startswith("╭") for line in lines):
        return [*lines]
    plain, inside = list[str](), False
    for line in lines:
        bare = line.strip()
        if bare.startswith("╭") and _HEAD in bare:
            plain, inside = [*plain, f"{_HEAD}:"], True
        elif bare.startswith("╰"):
            inside = False
        elif not inside:
            plain.append(line)
        else:
            bare = bare.removeprefix("│").removesuffix("│").strip()
            if place := _RICH_FRAME.match(bare):
                plain.append(f'  File "{place[1]}", line {place[2]}, in {place[3]}')
            elif arrow := _RICH_LINE.match(bare):
                plain.append("    " + arrow[2].replace("│", " ").strip())
    return plain


def _without_other_parts(lines: Sequence[str]) -> list[str]:
    """The lines without all but the first exception of each group; that one is inside of the group."""
    kept, skipping = list[str](), False
    for line in lines:
        if part := _PART.match(line):
            skipping = part[1] != "1"
        elif _PARTS_END.match(line):
            skipping = False
        elif not skipping:
            inside = kept and _PLAIN_HEAD.match(line) and line.lstrip().startswith("|")
            kept.append(line.replace(_HEAD, f"Original {_HEAD}") if inside else line)
    return kept


def _pytest(lines: Sequence[str]) -> Iterator[Chain]:
    """What each failed test raised, as pytest's reports have it."""
    begun = [number for number, line in enumerate(lines) if _SECTION.match(line)] + [len(lines)]
    for first, end in pairwise(begun):
        section = lines[first + 1 : end]
        chain, frames, source, said = list[Raised](), list[Frame](), "", list[str]()
        after, named, short = "", "", False
        if any(map(_PLAIN_HEAD.match, section)):  # --tb=native
            yield from [*_chains(section)][-1:]
            continue
        for line in section:
            if place := _PYTEST_PLACE.match(line):
                short = short or bool(place[3])
                frames.append(Frame(place[1], int(place[2]), place[3] or "", source))
                source, named = "", place[4] or named
            elif line.startswith("> "):
                source = line[1:].strip()
            elif line.startswith("E  "):
                said.append(line[1:].strip())
            elif short and frames and not frames[-1].source and line.startswith("    "):
                frames[-1] = frames[-1]._replace(source=line.strip())
            elif how := next((how for start, how in _SEPARATORS.items() if line.startswith(start)), ""):
                chain.append(_as_said(said, named, frames, after))
                frames, source, said, after, named = [], "", [], how, ""
            elif line.startswith("="):
                break
        if frames and said:
            yield (*chain, _as_said(said, named, frames, after))
    if len(begun) == 1 and any("FAILURES ==" in line for line in lines):  # --tb=line
        for found in filter(None, map(_PYTEST_LINE.match, lines)):
            yield (Raised(found[3], found[4] or "", (Frame(found[1], int(found[2])),)),)


def _as_said(said: Sequence[str], named: str, frames: Sequence[Frame], after: str) -> Raised:
    found = _ERROR.match(said[0]) if said else None
    is_assertion = named == "AssertionError" or not found or said[0].startswith("assert ")
    error = "AssertionError" if is_assertion or not found else found[1]
    first = said[0] if is_assertion or not found else found[2] or ""
    return Raised(error, "\n".join([first, *said[1:MESSAGE_LINES]]).strip(), tuple(frames), after)


def _no_traceback(lines: Sequence[str]) -> str:
    """Why nothing was found, and what to do."""
    if not any(map(str.strip, lines)):
        words = later("there is nothing to read: python train.py 2>&1 | ptcards capture")
        return _(words)
    for language, pattern in _OTHERS.items():
        if any(re.match(pattern, line) for line in lines):
            return _("this is {}: cards are made of what goes wrong in Python", language)
    if any("Fatal Python error" in line or "Segmentation fault" in line for line in lines):
        return _(
            "Python itself was ended here (a crash in compiled code): there is no exception to learn from"
        )
    if any(_HEAD in line for line in lines):
        return _("the traceback is cut off: its last line, with the error, is missing")
    words = later(
        "no traceback was found: errors are printed on stderr, so 2>&1 belongs before the pipe: "
        "python train.py 2>&1 | ptcards capture"
    )
    return _(words)
