"""A deck file's text as YAML nodes, within bounds, where each is in the file, and the problems found."""

import re
import stat
from pathlib import Path
from typing import cast

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ptcards.errors import DeckError, Problem
from ptcards.language import _, later

MOST_BYTES = 32 * 2**20
MOST_NODES = 2_000_000
MOST_DEPTH = 20
MOST_PROBLEMS = 100
SHOWN = 48

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ODD_BREAKS = re.compile("[\x85\u2028\u2029]")
_MAYBE_REFERENCE = re.compile(r"(?:^|[\s\[{,:?-])[&*!]", re.MULTILINE)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def read_text_of(path: Path) -> str:
    """The file's text with plain line ends; DeckError (kind `unreadable` or `not-text`) where it is none."""
    refusal = Findings(path).refusal
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            what = _("is a folder: name a deck file in it") if path.is_dir() else _("is not a regular file")
            raise refusal("unreadable", what)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        gone = _("is a link to {}, which does not exist", path.readlink()) if path.is_symlink() else ""
        raise refusal("unreadable", gone or _("does not exist")) from None
    except PermissionError:
        raise refusal("unreadable", _("may not be read: change its permissions")) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise refusal("unreadable", _("cannot be read: {}", reason)) from None
    if len(data) > MOST_BYTES:
        raise refusal("too-big", _("is larger than {} MiB: split the deck", MOST_BYTES // 2**20))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal("not-text", _("is UTF-16: save it as UTF-8"))
    if b"\0" in data:
        raise refusal("not-text", _("is a binary file, not a deck"))
    try:
        return plain_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = _("byte {} is not UTF-8: save the file as UTF-8", hex(data[error.start]))
        raise refusal("not-text", message, line) from None


def has_key(text: str, *names: str) -> bool:
    """Whether YAML has one of these keys at its top, by its lines: it need not be right, nor whole."""
    keys = "|".join(names)
    return re.search(rf"""^\ufeff?(\{{\s*)?["']?({keys})["']?\s*:""", text, re.MULTILINE) is not None


def plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class Findings:
    """The problems of one file, collected while it is read, and where in it every part is.

    Fields are named as in `check`, `also[1]`, `wrong[0].code`.
    """

    def __init__(self, path: Path, text: str = "") -> None:
        self.path = path
        self.root = MappingNode("", [])
        self.cards: dict[str, Node] = {}
        self.problems: list[Problem] = []
        self.count = 0  # also of those that are left out, being too many
        self._text = text
        self._odd = _ODD_BREAKS.search(text) is not None

    def line(self, where: Node | yaml.Mark) -> int:
        """The line (from 1) a node starts on, as editors count."""
        mark = where.start_mark if isinstance(where, Node) else where
        return (self._text.count("\n", 0, mark.index) if self._odd else mark.line) + 1

    def add(self, where: Node | yaml.Mark | int, card: str, kind: str, message: str) -> None:
        self.count += 1
        if len(self.problems) >= MOST_PROBLEMS:
            return
        line = where if isinstance(where, int) else self.line(where)
        self.problems.append(Problem(self.path, line, card, kind, message))

    def refusal(self, kind: str, message: str, line: int = 1) -> DeckError:
        """What was found, and last what ends the reading."""
        return DeckError((*self.problems, Problem(self.path, line, "", kind, message)))

    def raise_if_any(self) -> None:
        """DeckError with all that was found, in the order of the file."""
        if not self.problems:
            return
        found = sorted(self.problems, key=lambda problem: problem.line)
        if more := self.count - len(found):
            message = _("and {} more problems: mend these first", more)
            found.append(Problem(self.path, found[-1].line, "", "more", message))
        raise DeckError(tuple(found))

    def where(self, card_id: str, field: str = "", line: int = 1) -> int:
        """The file's line (from 1) of a line (from 1) of a field, or of the nearest thing there is.

        `card_id` "" means the deck's own keys, `field` "" the card itself. Only a text after `|` keeps its
        lines; of any other the line it starts on is given.
        """
        node: Node = self.cards.get(card_id, self.root) if card_id else self.root
        for name, number in _STEP.findall(field):
            below = None
            if name and isinstance(node, MappingNode):
                below = next((value for key, value in node.value if key.value == name), None)
            elif number and isinstance(node, SequenceNode) and int(number) < len(node.value):
                below = node.value[int(number)]
            if below is None:
                return self.line(node)
            node = below
        start = self.line(node)
        return start + max(line, 1) if isinstance(node, ScalarNode) and node.style == "|" and field else start


def kind_of(node: Node) -> str:
    """What a person would call the node."""
    if isinstance(node, SequenceNode):
        return _("a list")
    if isinstance(node, MappingNode):
        return _("keys with values")
    return _("text") if node.value or getattr(node, "style", None) else _("nothing")


def shown(text: str) -> str:
    """A value as a message shows it: in quotes, short, its control characters visible."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def compose(path: Path, text: str) -> Findings:
    """A file with its one mapping as `root`, with no node shared; DeckError where there is none."""
    findings = Findings(path, text)
    for found in _UNPRINTABLE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        words = later("holds the control character {!r}: take it out, or write it as an escape in quotes")
        findings.add(line, "", "not-text", _(words, found.group()))
        if len(findings.problems) >= MOST_PROBLEMS:
            break
    findings.raise_if_any()
    try:
        root: Node | None = _Composer(findings, text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = findings.line(mark) if mark else 1
        problem, context, rows = error.problem or "", error.context or "", text.split("\n")
        row = rows[line - 1] if line <= len(rows) else ""
        starts = [start for start in _ADVICE if problem.startswith(start) or context.startswith(start)]
        if "\t" in row[: len(row) - len(row.lstrip())]:
            message = _("a tab at the start of the line: YAML wants spaces")
        elif starts:
            message = _(_ADVICE[starts[0]])
        else:
            words = later("this is not YAML: {}; look for a missing quote, bracket or wrong indentation")
            message = _(words, f"{problem} {context}".strip())
        raise findings.refusal("yaml", message, min(line, len(rows))) from None
    except (yaml.YAMLError, ValueError) as error:
        raise findings.refusal("yaml", _("this is not YAML: {}", str(error).splitlines()[0])) from None
    # The nodes no longer show all anchors, aliases and tags; the events do.
    for event in yaml.parse(text, Loader=yaml.CSafeLoader) if _MAYBE_REFERENCE.search(text) else ():
        place = cast("yaml.Mark", event.start_mark)
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        kind, sign, advice = later("anchor"), "&", _("write values out in full")
        if isinstance(event, yaml.AliasEvent):
            kind, sign, advice = later("alias"), "*", _("write the value out, or in quotes")
        used = [(kind, f"{sign}{anchor}", advice)] if anchor else []
        used += [(later("tag"), tag, _("leave it out, or put the text in quotes"))] if tag else []
        for kind, name, advice in used:
            findings.add(place, "", kind, _("the {} {} is not allowed: {}", _(kind), shown(name), advice))
    findings.raise_if_any()
    if not isinstance(root, MappingNode):
        what = _("is empty") if root is None else _("holds {} instead of the keys of a deck", kind_of(root))
        raise findings.refusal("type", _("the file {}: it starts with `deck: a-name` and `cards:`", what))
    findings.root = root
    return findings


class _Composer(yaml.CSafeLoader):
    """Composes nodes and leaves what they mean to us; stops before a hostile file costs much."""

    def __init__(self, findings: Findings, text: str) -> None:
        super().__init__(text)
        self._findings = findings
        self._depth = self._nodes = 0

    def resolve(self, *_: object) -> str:
        return ""

    def descend_resolver(self, parent: Node | None, *__: object) -> None:
        self._depth += 1
        self._nodes += 1
        what = _("holds more than {:,} values: split it", MOST_NODES) if self._nodes > MOST_NODES else ""
        if self._depth > MOST_DEPTH:
            what = _("is nested deeper than {} levels: a deck needs four", MOST_DEPTH)
        if what and parent is not None:
            raise self._findings.refusal("too-big", _("the file {}", what), self._findings.line(parent))

    def ascend_resolver(self) -> None:
        self._depth -= 1


_ADVICE = {
    "found duplicate anchor": later("anchors are not allowed in a deck: write the value out"),
    "found undefined": later("aliases are not allowed in a deck: write the value out, or put it in quotes"),
    "expected a single": later("the file holds a second document: a deck is one, with no `---` inside"),
    "mapping values": later("a colon inside a text: put it in quotes, or below the key after `|`"),
    "found character that cannot start": later("a text cannot start with this: put it in quotes"),
    "found unexpected end of stream": later("the quotes that open here are never closed"),
}
