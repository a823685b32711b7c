"""What went wrong, read from what a program printed: Python's tracebacks as several programs write them."""

import re
from collections.abc import Iterator, Sequence
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
_DRAWN_PLACES = (
    re.compile(
        r"^(?P<file>Cell In\[\d+\]|Input In \[\d+\]|<ipython-input[^>]*>)"
        r"(?:, line (?P<line>\d+))?(?:,? in (?P<function>[^(]+).*)?$"
    ),
    re.compile(r"^(?:File )?(?P<file>\S.*?):(?P<line>\d+)(?:,? in (?P<function>[^(]+).*)?$"),
    re.compile(r"^(?P<file>(?:/|~|[A-Z]:\\).*?) in (?P<function>[^(]+).*$"),
)
"""As IPython and rich show where a frame is."""
_DRAWN_LINE = re.compile(r"^(?:-+>|❱)\s*(?P<line>\d+) ?(?P<source>.*)$")
_SECTION = re.compile(r"^_{3,} (.+?) _{3,}$")
_PYTEST_PLACE = re.compile(
    r"^(?P<file>\S.*?\.py):(?P<line>\d+):(?: (?:in (?P<function>.+)|(?P<error>[\w.]+)))?$"
)
_PYTEST_LINE = re.compile(r"^(?P<file>\S.*?\.py):(?P<line>\d+): (?P<error>[\w.]+(?:: .*)?)$")
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
    begun = [number for number, line in enumerate(lines) if _SECTION.match(line)] + [len(lines)]
    for first, end in pairwise(begun):
        if chains := [*_chains(_of_pytest(lines[first + 1 : end]))]:
            return chains[-1]
    one_line = filter(None, map(_PYTEST_LINE.match, lines))
    if any("FAILURES ==" in line for line in lines) and (found := next(one_line, None)):  # --tb=line
        lines = [f"{_HEAD}:", *_shown(found), found["error"]]
    if chains := [*_chains([*_undrawn(_without_other_parts(lines))])]:
        return chains[-1]
    raise UsageError(_no_traceback(lines))


def culprit(chain: Chain) -> tuple[Raised, Frame]:
    """The exception to learn from and the line of one's own that it came from; UsageError where none is.

    That is the innermost; where it only raises what somebody else found out, the one that led to it.
    """
    last = chain[-1]
    # The same error in the process where it arose says more than where it came out.
    inside = [one for one in chain if one.after == "inside" or one is last]
    for raised in inside:
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
    """Each traceback with those that led to it, as Python prints them."""
    chain: list[Raised] = []
    after, number = "", 0
    while number < len(lines):
        line, head = lines[number], _PLAIN_HEAD.match(lines[number])
        after = next((how for start, how in _SEPARATORS.items() if line.strip().startswith(start)), after)
        begun = _FILE.match(line)  # without a head: an error of syntax
        number += 1
        if not (head or (begun and not begun[4])):
            continue
        after = "inside" if head and head["how"] and chain else after
        raised, end = _read(lines, number if head else number - 1, head["before"] if head else "")
        if not head and raised.error not in ("SyntaxError", "IndentationError", "TabError"):
            continue
        number = end
        if not after and chain:
            yield tuple(chain)
            chain = []
        if raised.error:
            remote = chain and chain[-1].after == "" and chain[-1].error == raised.error and after == "cause"
            if remote and any("RemoteTraceback" in one for one in lines[:number]):
                chain[-1] = chain[-1]._replace(after="inside")
            chain.append(raised._replace(after=after if chain else ""))
        after = ""
    if chain:
        yield tuple(chain)


def _read(lines: Sequence[str], number: int, before: str) -> tuple[Raised, int]:
    """A traceback whose frames begin on line `number`, and the line after; `before` is its head's begin."""
    prefix = _prefix(before, lines[number : number + 1])
    frames: list[Frame] = []
    indent = 0
    while number < len(lines):
        line = lines[number].removeprefix(prefix)
        if found := _FILE.match(line):
            indent = len(found[1])
            frames.append(Frame(found[2], int(found[3]), found[4] or ""))
        elif line.strip() and (not frames or len(line) - len(line.lstrip()) <= max(0, indent - 2)):
            break  # without a frame: raised outside of any
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


def _undrawn(lines: Sequence[str]) -> Iterator[str]:
    """The lines with what IPython and rich show of a traceback made what Python prints."""
    place: re.Match[str] | None = None
    name = ""  # of the error whose frames are shown, "│" in a box of rich's
    for line in lines:
        bare = line.strip().strip("│").strip() if name == "│" else line
        head = _IPYTHON_HEAD.match(line)
        if head or (line.lstrip().startswith("╭") and _HEAD in line):
            name, place = head[1].rpartition(".")[2] if head else "│", None
            yield f"{_HEAD}:"
        elif not name or bare.startswith("╰"):
            yield from [line] * (not name)
            name = ""
        elif _HEAD in line or ((found := _ERROR.match(line)) and found[1].rpartition(".")[2] == name):
            name = ""
            yield line
        elif found := next(filter(None, (one.match(bare) for one in _DRAWN_PLACES)), None):
            yield from _shown(place) if place else ()
            place = found
        elif place and (arrow := _DRAWN_LINE.match(bare)):
            yield from _shown(place, **arrow.groupdict())
            place = None


def _shown(place: re.Match[str], source: str = "", line: str = "") -> list[str]:
    """The lines of a frame as Python prints them."""
    known = place.groupdict()
    function = (known.get("function") or "").strip()
    at = f'  File "{known["file"]}", line {line or known.get("line") or 0}'
    return [f"{at}, in {function}" if function else at, f"    {source.replace('│', ' ').strip()}"]


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


def _of_pytest(section: Sequence[str]) -> list[str]:
    """What a failed test raised as Python prints it."""
    plain, frames, said, source, error = list[str](), list[str](), list[str](), "", ""
    for line in [*section, "="]:
        if place := _PYTEST_PLACE.match(line):
            frames += _shown(place, source)
            source, error = "", place["error"] or error
        elif line.startswith("> "):
            source = line[1:]
        elif line.startswith("E  "):
            said.append(line[1:].strip())
        elif frames and ", in " in frames[-2] and not frames[-1].strip() and line.startswith("    "):
            frames[-1] = line  # --tb=short
        elif line.startswith(("=", *_SEPARATORS)):
            if frames and said:
                is_assertion = error == "AssertionError" or not _ERROR.match(said[0])
                said[0] = f"AssertionError: {said[0]}" if is_assertion else said[0]
                plain += [f"{_HEAD}:", *frames, *said, "", line]
            frames, said, source, error = [], [], "", ""
        elif not frames and not said and any(map(_PLAIN_HEAD.match, section)):  # --tb=native
            return [*section]
        if line.startswith("="):
            break
    return plain


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
