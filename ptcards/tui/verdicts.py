"""A card as blocks: the question with what is given, the verdict, the solution, pictures of values."""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from textwrap import shorten
from typing import Any, NamedTuple
from warnings import catch_warnings

from textual.content import Content
from textual.style import Style

from ptcards.deck.card import Accepts, Card, runs_code
from ptcards.language import _, counted, later
from ptcards.runner.protocol import Image, Outcome, Phase, Value, Verdict, Why
from ptcards.runner.rules import said_of
from ptcards.study.attempt import Attempt
from ptcards.study.session import Question
from ptcards.text import cells, padded
from ptcards.tui.page import BLANK, DIM, Block, Lines, facing, one_line, plain, stack
from ptcards.tui.prose import code, prose, sentence

MOST_OUTPUT_LINES = 12
MOST_OF_A_SIDE = 120  # characters of each side of a comparison
MOST_OTHERS = 4  # other right answers that are shown
MOST_ROWS = 12  # lines that a picture may take; an image has two pixels a line
QUESTION_ROWS = 6  # lines of an image in the question
ENLARGED_ROWS = 7  # lines up to which a small image is enlarged: so many are free below a verdict
LEAST_WIDTH = 21  # cells that each of some values beside each other needs

_ASKS = {
    Accepts.LITERAL: later("Answer with a literal: it is read, not run."),
    Accepts.TEXT: later("Answer with a line of text."),
    Accepts.RECALL: later("Think of the answer, then look."),
}
_WRONG = (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError)
_BINDING = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.With, ast.If)


def parsed(text: str, parse: Callable[[str], Any] = ast.parse) -> Any:
    """What `parse` makes of text that may be anything, without a warning; False where it is wrong."""
    with suppress(*_WRONG), catch_warnings(action="ignore"):
        return parse(text)
    return False


def question_blocks(question: Question, given: Outcome | None, hints: Sequence[str]) -> list[Lines]:
    card = question.card
    blocks = prose(card.question, card.markup)
    if card.given.strip():
        values = given.values if given else {}
        images = {name: one.image for name, one in values.items() if one.image and one.grid is None}
        blocks += [BLANK, *_given(card.given, values)]
        for name, image in images.items():
            drawn = partial(picture_lines, image, [*images.values()], most=QUESTION_ROWS)
            blocks += [Block(one_line(name, DIM), indent=2), drawn]
    if given is not None and given.message:
        problem = one_line(_("The given code does not run here: {}", given.message), "$text-warning")
        blocks += [BLANK, Block(problem)]
    if card.accepts in _ASKS:
        blocks += [BLANK, Block(Content.styled(_(_ASKS[card.accepts]), f"{DIM} italic"))]
    if rules := said_of(card):
        blocks += [BLANK, Block(sentence(rules).stylize(DIM))]
    blocks += [BLANK] if hints else []
    for number, hint in enumerate(hints, 1):
        start = Content.styled(_("Hint {}", number) + "  ", "bold $text-warning")
        blocks.append(Block(start + sentence(hint, card.markup)))
    return blocks


def _given(text: str, values: Mapping[str, Value]) -> list[Lines]:
    """The code line by line; beside the last line of the last statement that binds a name, its value."""
    bound: dict[str, int] = {}
    for statement in getattr(parsed(text), "body", ()):
        for node in ast.walk(statement) if isinstance(statement, _BINDING) else ():
            root: Any = node
            while isinstance(root, ast.Subscript):  # `x[0] = 1` binds a name anew, too
                root = root.value
            if isinstance(root, ast.Name) and isinstance(getattr(node, "ctx", None), ast.Store):
                bound[root.id] = statement.end_lineno or statement.lineno
    blocks: list[Lines] = []
    for number, line in enumerate(code(text).split("\n"), 1):
        shown = [
            Content.assemble((f"{name}  ", DIM), summary(values[name]).truncate(60, ellipsis=True))
            for name, last in bound.items()
            if last == number and name in values
        ]
        blocks.append(Block(line, indent=2, code=True, right=shown[0] if len(shown) == 1 else None))
        blocks += [Block(value, indent=4, code=True) for value in shown if len(shown) > 1]
    return blocks


class VerdictView(NamedTuple):
    sign: Content
    marks: str  # attempts, hints, time
    judged: Sequence[Lines]
    text: Sequence[Lines] = ()  # the solution and what is beyond it: under the question where that is wide
    steps: Sequence[Lines] = ()
    later: Sequence[Lines] = ()  # the steps, where they wait for a key
    steps_key: str = ""  # which, where the line of keys may have no room for it

    @property
    def right(self) -> str:
        """What is at the right end of the heading."""
        return _("{} steps · {}", self.steps_key, self.marks) if self.later and self.steps_key else self.marks

    @property
    def blocks(self) -> list[Lines]:
        return [*self.judged, *([BLANK] if self.judged and self.text else []), *self.text, *self.steps]

    def headed(self) -> list[Lines]:
        """What was judged, under its own heading."""
        heading = Block(self.sign, right=Content.styled(self.right, DIM))
        return [heading, BLANK, *self.judged, *self.steps[not self.judged :]]


_HEADINGS = {
    Verdict.BROKEN: later("! This card is broken, it is not your answer"),
    Verdict.ERROR: later("! The runner failed, nothing is counted"),
    Verdict.SKIPPED: later("○ Not run here, nothing is counted"),
}


def judged_view(
    outcome: Outcome, card: Card, attempt: Attempt, answer: str, seconds: float, given: Outcome | None = None
) -> VerdictView:
    hints = _hints(attempt.hints)
    if outcome.passed:
        checks = _("first check") if attempt.verdicts <= 1 else _("check {}", attempt.verdicts)
        checks = _("solution shown") if attempt.shown else checks
        marks = _("{} · {} · {:.0f} s", checks, hints, seconds)
        beside, value = solution_blocks(card, answer, _output(outcome), shown=False), outcome.answer_value
        images = compared(value, outcome.wanted_value, given) if value is not None and value.image else []
        return VerdictView(_sign(_("✓ Right"), "success"), marks, images, beside, _steps(outcome))
    tries = [_("attempt {}", attempt.verdicts)] if attempt.verdicts else []
    tries += [counted(attempt.slips, "slip")] if attempt.slips else []
    marks, steps = " · ".join([*tries, hints]), _steps(outcome)
    if outcome.verdict is Verdict.FAIL and outcome.slip:
        return VerdictView(_sign(_("↺ A slip, not counted"), "warning"), marks, _slip(outcome), later=steps)
    if outcome.verdict is Verdict.FAIL:
        return VerdictView(_sign(_("✗ Not yet"), "error"), marks, _fail(outcome, given), later=steps)
    stopped = outcome.verdict is Verdict.SKIPPED and outcome.why is None
    heading = _("○ Stopped, nothing is counted") if stopped else _(_HEADINGS[outcome.verdict])
    blocks = [Block(plain(outcome.message, "bold"))]
    if outcome.verdict is Verdict.BROKEN:
        text = _("Nothing is counted. Esc, then ! takes it out of today's queue.")
        if outcome.phase and outcome.line:
            text = _("In its {}, line {}. {}", outcome.phase, outcome.line, text)
        blocks += [BLANK, Block(Content(text))]
    if outcome.why is Why.UNTRUSTED:
        text = _("Leave with Esc and q; then t on the home screen shows what the deck would run.")
        blocks += [BLANK, Block(Content(text))]
    return VerdictView(_sign(heading, "warning"), marks, [*blocks, *_output(outcome)])


def shown_view(card: Card, answer: str, *, taught: bool, hints: int) -> VerdictView:
    words = _("◆ Taught: read it, it comes back today") if taught else _("◆ The solution")
    return VerdictView(
        _sign(words, "primary"), _hints(hints), (), solution_blocks(card, answer, (), shown=True)
    )


def revealed_view(card: Card) -> VerdictView:
    blocks = [*prose(card.solution, card.markup), *_beyond(card)]
    return VerdictView(_sign(_("◆ The answer"), "primary"), _("you grade it yourself"), (), blocks)


def tried_view(outcome: Outcome) -> VerdictView:
    value = outcome.answer_value
    none = Content(_("It ran; its last statement gives no value."))
    blocks = compared(value, None) or [Block(none, indent=2)]
    if value is not None and value.image is not None:
        blocks += [BLANK, Block(summary(value), indent=2)]
    blocks = _slip(outcome) if value is None and outcome.message else [*blocks, *_output(outcome)]
    sign, steps = _sign(_("○ Tried, not checked"), "primary"), _steps(outcome)
    return VerdictView(sign, _("{:.2f} s", outcome.seconds), blocks, later=steps)


def _fail(outcome: Outcome, given: Outcome | None) -> list[Lines]:
    blocks: list[Lines] = [Block(plain(outcome.message or _("the check says no"), "bold"))]
    assertion = (outcome.assertion or "").removeprefix("assert ")
    mine, right = _short(outcome.left or ""), _short(outcome.right or "")
    long = len(f"{outcome.left}{outcome.right}") > MOST_OF_A_SIDE
    drawn = long and outcome.wanted_value is not None and outcome.about_answer
    # Of a plain truth or a type there are no two values that could be held against each other.
    about_type = re.match(r"(isinstance|issubclass|hasattr)\(", assertion)
    if right and mine.plain != right.plain and not (drawn or about_type):
        sides = Content.assemble((_("yours") + " ", DIM), mine, "   ", (_("wanted") + " ", DIM), right)
        named = code(f"assert {assertion}") if assertion and outcome.assertion != outcome.message else None
        blocks.append(Block(named or sides, indent=2, code=True, right=sides if named else None))
    if outcome.source_line and (outcome.error or outcome.rule):
        blocks.append(_at_line(None if outcome.rule else outcome.answer_line, outcome.source_line))
    blocks += _mistake(outcome)
    if outcome.rule:  # its value may be right
        return [*blocks, *_output(outcome)]
    answer, wanted = outcome.answer_value, outcome.wanted_value
    # There is but one value to be drawn, and the assertion's sides show it.
    alone = answer is None and wanted is not None and wanted.image is None
    seen = alone and outcome.right is not None and len(outcome.right) <= MOST_OF_A_SIDE
    pictures = [] if seen else compared(answer, wanted, given)
    if (outcome.about_answer and not assertion.startswith("isinstance(")) or long:
        pictures += [Block(plain(line), indent=2) for line in outcome.difference]
    blocks += [BLANK] if pictures else []
    return [*blocks, *pictures, *_output(outcome)]


def _short(text: str) -> Content:
    """A Size as its tuple, and never more than half a screen."""
    if size := re.fullmatch(r"torch\.Size\(\[(.*)\]\)", text):
        inside = size[1]
        text = f"({inside},)" if inside and "," not in inside else f"({inside})"
    return one_line(text if len(text) <= MOST_OF_A_SIDE else text[: MOST_OF_A_SIDE - 1] + "…")


def _mistake(outcome: Outcome) -> list[Lines]:
    name = Content.styled(_("Common mistake: "), "bold $text-warning")
    return [BLANK, Block(name + sentence(outcome.because))] if outcome.because else []


def _at_line(line: int | None, source: str) -> Lines:
    where = _("line {}", line) + "  " if line else ""
    return Block(Content.assemble((where, DIM), code(source)), indent=2, code=True)


def _slip(outcome: Outcome) -> list[Lines]:
    line = outcome.answer_line or outcome.line
    said = outcome.phase is Phase.CHECK or outcome.message.endswith(_("line {}", line))
    # What is known of the mistake says more than a long message of a library does.
    message = shorten(outcome.message, 240, placeholder=" …") if outcome.because else outcome.message
    blocks: list[Lines] = [Block(plain(message, "bold"))]
    if outcome.source_line or (line and not said):
        blocks.append(_at_line(None if said else line, outcome.source_line or ""))
    blocks += _mistake(outcome)
    if outcome.why in (Why.TIMEOUT, Why.CPU, Why.MEMORY):
        blocks += [BLANK, Block(Content.styled(_("A limit of the card, not a wrong answer."), DIM))]
    return [*blocks, *_output(outcome)]


def _output(outcome: Outcome) -> list[Lines]:
    blocks: list[Lines] = []
    for name, text in ((_("printed"), outcome.stdout), (_("on stderr"), outcome.stderr)):
        lines = text.rstrip().split("\n")
        if more := lines[MOST_OUTPUT_LINES:]:
            lines[MOST_OUTPUT_LINES:] = [_("… {} lines more", len(more))]
        body = Block(plain("\n".join(lines)), indent=4, code=True)
        blocks += [BLANK, _label(name), body] if text.strip() else []
    return blocks


def _sign(text: str, colour: str) -> Content:
    return Content.styled(text, f"bold $text-{colour}")


def _hints(count: int) -> str:
    return counted(count, "hint") if count else _("no hint")


def solution_blocks(card: Card, answer: str, printed: Sequence[Lines], *, shown: bool) -> list[Lines]:
    """The learner's code and the solution where they differ, what it printed, and what is beyond."""
    mine, right = answer.strip(), card.solution.strip()
    differs = bool(mine) and mine != right and (shown or mine not in card.also)
    rows = [(_("yours"), mine)] if mine else []
    rows += [(_("solution"), right)] if differs or not mine else []
    if "\n" not in mine + right:
        blocks: list[Lines] = [_named(name, code(text)) for name, text in rows]
    else:
        sides = (stack(_label(name), Block(code(text), indent=4, code=True)) for name, text in rows)
        blocks = [facing(*sides, least=50)]
    rest = _beyond(card, but=mine)
    return [*blocks, *printed, *([BLANK] if printed and rest and rest[0] is not BLANK else []), *rest]


def _beyond(card: Card, but: str = "") -> list[Lines]:
    """The explanation and the other right answers: the explanation first where the others take many lines."""
    explained = prose(card.explanation, card.markup)
    explained = [BLANK, *explained] if explained else []
    if card.source.strip():
        explained.append(Block(Content(""), right=one_line(card.source, DIM)))
    others = [one for one in (card.solution, *card.also) if one.strip() != but]
    others = [one.strip() for one in others if one is not card.solution or but in card.also]
    rows = [_named("" if number else _("also"), code(one)) for number, one in enumerate(others[:MOST_OTHERS])]
    if (more := len(others) - MOST_OTHERS) > 0:
        rows.append(_named("", Content.styled(_("… and {} more", more), DIM)))
    return [*explained, BLANK, *rows] if any("\n" in one for one in others) else [*rows, *explained]


def _label(name: str) -> Lines:
    return Block(Content.styled(name, DIM), indent=2)


def _named(name: str, text: Content) -> Lines:
    return Block(text, indent=12, first="  " + padded(name, 9), code=True)


def what(value: Value, *, kind: bool = True) -> str:
    """Type, shape and device: `int64 (4, 1)`, `list`; `kind` distinguishes an array from a tensor."""
    if value.shape is None:
        return value.type
    words = [(value.dtype or value.type).removeprefix("torch."), str(value.shape)]
    words += [_("array")] * (kind and value.kind == "array")
    words += [_("on {}", value.device)] * (value.device not in (None, "cpu"))
    return " ".join([*words, *[_("requires grad")] * bool(value.requires_grad)])


_WRAPPED = re.compile(r"(?s)(?:tensor|array)\((.*?)(?:, (?:dtype|device|requires_grad|grad_fn)=[^\]]*)*\)")


def summary(value: Value) -> Content:
    text = value.text
    if value.shape is not None and (wrapped := _WRAPPED.fullmatch(text)):
        text = wrapped[1]  # without what is said about it already
    if value.grid is None or value.image is not None:
        text = value.stats or text
    if value.kind in ("number", "text", "none", "callable", "module"):
        return one_line(text)
    return Content.assemble(one_line(what(value), DIM), "  ", one_line(text))


def compared(answer: Value | None, wanted: Value | None, given: Outcome | None = None) -> list[Lines]:
    """Both values as they can be seen best: images, with one that was given, and grids side by side."""
    both = {_("yours"): answer, _("wanted"): wanted}
    values = {name: one for name, one in both.items() if one is not None}
    inputs = [(name, one) for name, one in given.values.items() if one.image] if given else []
    values = dict(inputs[:1] * any(one.image for one in values.values())) | values
    images = [value.image for value in values.values() if value.image]
    tables = [value for value in values.values() if len(value.grid or ()) > 1 and len(value.shape or ()) > 1]
    if not tables and not images:
        width = max(map(cells, values), default=0)
        named = ((f"  {padded(name, width)}  ", summary(value)) for name, value in values.items())
        return [Block(text, indent=width + 5, first=first, code=True) for first, text in named]
    alike = len({value.kind for value in values.values()}) == 1
    # What is alike is not said again, nor of the image that was given, which the question speaks of.
    seen = "" if both.keys() >= set(values) else what(next(iter(values.values())), kind=not alike)
    parts, least = list[Lines](), LEAST_WIDTH
    for name, value in values.items():
        kind, other = what(value, kind=not alike), wanted if value is answer else answer
        shown, wide = _drawn(value, images, other)
        least = max(least, wide)
        if value.image is not None:
            kind, seen = "" if kind == seen else kind, kind
        head = Content.assemble((f"{name}  ", "bold"), one_line(kind, DIM))
        parts.append(stack(Block(head, indent=2), shown))
    return [facing(*parts, least=least)]


def _steps(outcome: Outcome) -> list[Lines]:
    """The values of an expression's steps, from the inside out; nothing where it is but one step."""
    parts, least = list[Lines](), LEAST_WIDTH
    images = [step.value.image for step in outcome.steps if step.value.image]
    for step in outcome.steps:
        value = replace(step.value, image=None) if step.value.grid else step.value
        shown, wide = _drawn(value, images)
        kind = "" if value.kind in ("number", "text", "none") else what(value, kind=False)
        named = [Block(one_line(kind, DIM), indent=2)] * bool(kind)
        parts.append(stack(Block(code(step.code), indent=2, code=True), *named, shown))
        least = max(least, wide)
    return [BLANK, _label(_("steps")), facing(*parts, least=least)] if len(parts) > 1 else []


def _drawn(value: Value, images: Sequence[Image], other: Value | None = None) -> tuple[Lines, int]:
    """A value as it is seen best, and how many cells that needs."""
    if value.image is not None:
        return partial(picture_lines, value.image, images), LEAST_WIDTH
    if value.grid is None:
        return Block(one_line(value.stats or value.text), indent=4), LEAST_WIDTH
    grid = _grid(value.grid, other.grid if other and other.shape == value.shape else None)
    return grid, max(line.cell_length + grid.indent for line in grid.text.split("\n"))


def _grid(cells: tuple[tuple[str, ...], ...], other: tuple[tuple[str, ...], ...] | None) -> Block:
    """Cells in columns; one that differs from `other` has a sign before it and a colour."""
    width = max((len(cell) for row in cells for cell in row), default=1)
    lines = []
    for row, beside in zip_longest(cells, cells if other is None else other[: len(cells)], fillvalue=()):
        pairs = zip_longest(row, beside[: len(row)])
        signs = (("≠", "bold $text-error") if mine != its else (" ", "") for mine, its in pairs)
        both = zip(row, signs, strict=True)
        parts = (plain(sign + cell.rjust(width), style) for cell, (sign, style) in both)
        lines.append(Content(" ").join(parts))
    return Block(Content("\n").join(lines), indent=3, code=True)


def picture_lines(image: Image, beside: Sequence[Image], width: int, most: int = MOST_ROWS) -> list[Content]:
    """An image as half-blocks, at the scale that also suits the images it is seen beside."""
    room = max(1, width - 2)
    cols = max([image.cols, *(one.cols for one in beside)])
    rows = max([image.rows, *(one.rows for one in beside)])
    if not rows or not cols:
        return [Content("  " + _("(empty)"))]
    bigger = max(1, min(room // cols, min(most, ENLARGED_ROWS) * 2 // rows, 8))
    smaller = max(1, -(-cols // room), -(-rows // (most * 2))) if bigger == 1 else 1
    high, wide = image.rows * bigger // smaller, image.cols * bigger // smaller

    def colour(x: int, y: int) -> str:
        row = min(image.rows - 1, y * smaller // bigger)
        column = min(image.cols - 1, x * smaller // bigger)
        start = (row * image.cols + column) * 3
        return "#" + image.pixels[start : start + 3].ljust(3, b"\0").hex()

    def cell(x: int, y: int) -> Content:
        below = f" on {colour(x, y + 1)}" if y + 1 < high else ""
        return Content.styled("▀", Style.parse(colour(x, y) + below))

    columns = range(max(1, wide))
    return [Content.assemble("  ", *(cell(x, y) for x in columns)) for y in range(0, max(1, high), 2)]


def names_in(card: Card, answer: str, *, solved: bool) -> list[str]:
    """What the code of a card uses, also between the backticks of its prose: each once, of `a.b` not `a`."""
    texts, codes = [card.question], [answer, card.given]
    if solved:
        texts, codes = [*texts, card.explanation], [*codes, card.solution, *card.also]
    found = list[str]()
    for text in (*codes, *re.findall(r"`([^`\n]+)`", "\n".join(texts))):
        nodes = ast.walk(parsed(text.strip()) or ast.Module([], []))
        paths = [node for node in nodes if isinstance(node, ast.Name | ast.Attribute)]
        longer = {id(getattr(path, "value", None)) for path in paths}
        paths.sort(key=lambda path: (path.lineno, path.col_offset))
        used = (path for path in paths if isinstance(path.ctx, ast.Load) and id(path) not in longer)
        # Of what a deck only says no call is taken: looking it up would run it.
        agreed = text is answer or (runs_code(card) and text in codes)
        with suppress(RecursionError):
            found += (one for one in map(ast.unparse, used) if agreed or re.fullmatch(r"[\w.]+", one))
    return [*dict.fromkeys(found)]


def page_blocks(text: str) -> list[Lines]:
    """The blocks of a page that the runner wrote: the first sign of each line says what it is."""
    blocks: list[Lines] = []
    for line in text.split("\n"):
        kind, body, words = line[:1], line[1:], line[1:].lstrip()
        block = Block(plain(words, "bold" * (kind == "h")), indent=min(len(body) - len(words), 12))
        blocks.append(Block(code(body, "pycon"), indent=2, code=True) if kind == "c" else block)
    return blocks
