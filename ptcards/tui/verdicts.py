"""A verdict as a heading and blocks: a word and a sign, what came out, why it is wrong, the solution."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from ptcards.runner.protocol import Outcome, Phase, Verdict, Why
from ptcards.tui.page import BLANK, Block, Facing, Lines, Stack, one_line, plain
from ptcards.tui.prose import code, prose, sentence
from ptcards.tui.values import compared, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptcards.deck.card import Card
    from ptcards.study.attempt import Attempt

MOST_OUTPUT_LINES = 12
MOST_OF_A_SIDE = 120
"""Characters of each side of a comparison."""


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A verdict ready to be drawn."""

    sign: Content
    marks: str
    """Attempts, hints, time: at the right end of the heading."""
    blocks: tuple[Lines, ...]
    above: tuple[Lines, ...] = ()
    """What belongs on top of them where they hide the question."""


def judged_view(outcome: Outcome, card: Card, attempt: Attempt, answer: str, seconds: float) -> VerdictView:
    """What is said about one checked answer."""
    if outcome.passed:
        marks = f"{_checks(attempt)} · {_hints(attempt.hints)} · {seconds:.0f} s"
        blocks = (*_pictures(outcome), *solution_blocks(card, answer, printed=_output(outcome)))
        return VerdictView(_sign("✓ Right", "success"), marks, blocks)
    if outcome.verdict is Verdict.FAIL and outcome.slip:
        return VerdictView(_sign("↺ A slip, not counted", "warning"), _tries(attempt), tuple(_slip(outcome)))
    if outcome.verdict is Verdict.FAIL:
        return VerdictView(_sign("✗ Not yet", "error"), _tries(attempt), tuple(_fail(outcome)))
    stopped = outcome.verdict is Verdict.SKIPPED and outcome.why is None
    heading = _STOPPED if stopped else _HEADINGS[outcome.verdict]
    return VerdictView(_sign(heading, "warning"), _tries(attempt), tuple(_not_judged(outcome)))


_HEADINGS = {
    Verdict.BROKEN: "! This card is broken, it is not your answer",
    Verdict.ERROR: "! The runner failed, nothing is counted",
    Verdict.SKIPPED: "○ Not run here, nothing is counted",
}
_STOPPED = "○ Stopped, nothing is counted"


def shown_view(card: Card, answer: str, *, taught: bool, hints: int) -> VerdictView:
    """What is said where the learner asked for the solution."""
    word = "Taught: read it, it comes back today" if taught else "The solution"
    return VerdictView(
        _sign(f"◆ {word}", "primary"), _hints(hints), tuple(solution_blocks(card, answer, shown=True))
    )


def revealed_view(card: Card) -> VerdictView:
    """The answer of a card that is not run."""
    blocks = [*prose(card.solution, card.markup), *beyond(card)]
    question = (*prose(card.question, card.markup), BLANK)
    return VerdictView(
        _sign("◆ The answer", "primary"), "you grade it yourself", tuple(blocks), above=question
    )


def tried_view(outcome: Outcome) -> VerdictView:
    """What a run without a verdict came to."""
    blocks: list[Lines] = []
    if outcome.answer_value is not None:
        blocks += compared(outcome.answer_value, None)
        if outcome.answer_value.image is not None:
            blocks += [BLANK, Block(summary(outcome.answer_value), indent=2)]
    elif outcome.message:
        blocks += _slip(outcome)
    else:
        blocks.append(Block(Content("It ran; its last statement gives no value."), indent=2))
    blocks += _output(outcome)
    return VerdictView(_sign("○ Tried, not checked", "primary"), f"{outcome.seconds:.2f} s", tuple(blocks))


def _fail(outcome: Outcome) -> list[Lines]:
    blocks: list[Lines] = [Block(plain(outcome.message or "the check says no", "bold"))]
    if outcome.assertion and outcome.assertion != outcome.message:
        held = code(f"assert {outcome.assertion.removeprefix('assert ')}")
        blocks.append(Block(held, indent=2, code=True, right=_sides(outcome)))
    elif sides := _sides(outcome):
        blocks.append(Block(sides, indent=2, code=True))
    if outcome.source_line and outcome.error:
        line = f"line {outcome.answer_line}  " if outcome.answer_line else ""
        where = Content.assemble((line, "$foreground 60%"), code(outcome.source_line))
        blocks.append(Block(where, indent=2, code=True))
    if outcome.because:
        start = Content.styled("Common mistake: ", "bold $text-warning")
        blocks += [BLANK, Block(start + sentence(outcome.because))]
    return [*blocks, *_pictures(outcome), *_output(outcome)]


def _slip(outcome: Outcome) -> list[Lines]:
    where = f"line {outcome.answer_line or outcome.line}" if outcome.answer_line or outcome.line else ""
    said = not where or outcome.phase is Phase.CHECK or outcome.message.endswith(where)
    right = None if said else Content.styled(where, "$foreground 60%")
    blocks: list[Lines] = [Block(plain(outcome.message, "bold"), right=right)]
    if outcome.source_line:
        blocks.append(Block(code(outcome.source_line), indent=4, code=True))
    if outcome.why in (Why.TIMEOUT, Why.CPU, Why.MEMORY):
        blocks += [
            BLANK,
            Block(Content.styled("A limit of the card, not a wrong answer.", "$foreground 60%")),
        ]
    return [*blocks, *_output(outcome)]


def _not_judged(outcome: Outcome) -> list[Lines]:
    blocks: list[Lines] = [Block(plain(outcome.message, "bold"))]
    if outcome.verdict is Verdict.BROKEN:
        place = f"In its {outcome.phase}, line {outcome.line}." if outcome.phase and outcome.line else ""
        text = f"{place} Nothing is counted. Esc, then ! takes it out of today's queue."
        blocks += [BLANK, Block(Content(text.strip()))]
    if outcome.why is Why.UNTRUSTED:
        text = "Leave with Esc and q; then t on the home screen shows what the deck would run."
        blocks += [BLANK, Block(Content(text))]
    return [*blocks, *_output(outcome)]


def _pictures(outcome: Outcome) -> list[Lines]:
    if outcome.passed:
        seen = outcome.answer_value is not None and outcome.answer_value.image is not None
        return (
            [*compared(outcome.answer_value, outcome.wanted_value, ("yours", "wanted")), BLANK]
            if seen
            else []
        )
    about_answer = outcome.about_answer and not _asks_for_type(outcome.assertion)
    pictures = [] if _is_shown_already(outcome) else compared(outcome.answer_value, outcome.wanted_value)
    if outcome.difference and (about_answer or len(f"{outcome.left}{outcome.right}") > MOST_OF_A_SIDE):
        pictures += [Block(plain(line), indent=2) for line in outcome.difference]
    return [BLANK, *pictures] if pictures else []


def _is_shown_already(outcome: Outcome) -> bool:
    """There is but one value to be drawn, and the assertion's sides show it."""
    wanted = outcome.wanted_value
    alone = outcome.answer_value is None and wanted is not None and wanted.image is None
    return alone and outcome.right is not None and len(outcome.right) <= MOST_OF_A_SIDE


def _output(outcome: Outcome) -> list[Lines]:
    blocks: list[Lines] = []
    for name, text in (("printed", outcome.stdout), ("on stderr", outcome.stderr)):
        if not text.strip():
            continue
        lines = text.rstrip().split("\n")
        more = f"\n… {len(lines) - MOST_OUTPUT_LINES} lines more" if len(lines) > MOST_OUTPUT_LINES else ""
        body = plain("\n".join(lines[:MOST_OUTPUT_LINES]) + more)
        blocks += [BLANK, label(name), Block(body, indent=4, code=True)]
    return blocks


def _asks_for_type(assertion: str | None) -> bool:
    """The assertion's sides are a value and a type: there is nothing between them to compare."""
    return (assertion or "").startswith("isinstance(")


def _sides(outcome: Outcome) -> Content | None:
    if outcome.left is None or _asks_for_type(outcome.assertion):
        return None
    long = len(outcome.left) + len(outcome.right or "") > MOST_OF_A_SIDE
    if long and outcome.wanted_value is not None and outcome.about_answer:
        return None  # both are drawn below
    left = _short(outcome.left)
    if outcome.right is None:
        return Content.assemble(("got ", "$foreground 60%"), one_line(left))
    if outcome.left == outcome.right:
        return Content.assemble(("both ", "$foreground 60%"), one_line(left))
    names = ("got ", "want ") if outcome.equality else ("left ", "right ")
    return Content.assemble(
        (names[0], "$foreground 60%"),
        one_line(left),
        "   ",
        (names[1], "$foreground 60%"),
        one_line(_short(outcome.right)),
    )


def _short(text: str) -> str:
    """A Size as its tuple, and never more than half a screen."""
    size = re.fullmatch(r"torch\.Size\(\[(.*)\]\)", text)
    if size:
        inside = size[1]
        text = f"({inside},)" if inside and "," not in inside else f"({inside})"
    return text if len(text) <= MOST_OF_A_SIDE else text[: MOST_OF_A_SIDE - 1] + "…"


def _sign(text: str, colour: str) -> Content:
    return Content.styled(text, f"bold $text-{colour}")


def _checks(attempt: Attempt) -> str:
    if attempt.shown:
        return "solution shown"
    return "first check" if attempt.verdicts <= 1 else f"check {attempt.verdicts}"


def _hints(count: int) -> str:
    return "no hint" if not count else "1 hint" if count == 1 else f"{count} hints"


def _tries(attempt: Attempt) -> str:
    tries = [f"attempt {attempt.verdicts}"] if attempt.verdicts else []
    if attempt.slips:
        tries.append("1 slip" if attempt.slips == 1 else f"{attempt.slips} slips")
    return " · ".join([*tries, _hints(attempt.hints)])


def headed(verdict: VerdictView) -> Sequence[Lines]:
    """The blocks under their own heading, for a pane beside the editor."""
    return (
        Block(verdict.sign, right=Content.styled(verdict.marks, "$foreground 60%")),
        BLANK,
        *verdict.blocks,
    )


MOST_OTHERS = 2
"""Other right answers that are shown where one of them has several lines."""


def solution_blocks(
    card: Card, answer: str, *, shown: bool = False, printed: Sequence[Lines] = ()
) -> list[Lines]:
    """The learner's code and the solution where they differ, what it printed, and what is beyond."""
    mine, right = answer.strip(), card.solution.strip()
    differs = bool(mine) and mine != right and (shown or mine not in card.also)
    rows = [("yours", mine)] if mine else []
    rows += [("solution", right)] if differs or not mine else []
    if "\n" not in mine + right:
        blocks: list[Lines] = [_named(name, code(text)) for name, text in rows]
    else:
        stacks = [Stack((label(name), Block(code(text), indent=4, code=True))) for name, text in rows]
        blocks = [Facing(tuple(stacks), least=50)] if len(stacks) > 1 else [*stacks]
    rest = beyond(card, but=mine)
    return [*blocks, *printed, *([BLANK] if printed and rest and rest[0] is not BLANK else []), *rest]


def beyond(card: Card, but: str = "") -> list[Lines]:
    """The explanation and the other right answers: the explanation first where the others take many lines."""
    others = [one for one in (card.solution, *card.also) if one.strip() != but]
    others = [one for one in others if one is not card.solution or but in card.also]
    if any("\n" in one.strip() for one in others):
        return [*_explained(card), BLANK, *_others(others)]
    listed = Content(" · ").join(code(one.strip()) for one in others)
    return [*([_named("also", listed, words=True)] if others else []), *_explained(card)]


def _others(others: Sequence[str]) -> list[Lines]:
    blocks = [Block(code(one), indent=4, code=True) for one in others[:MOST_OTHERS]]
    more = len(others) - MOST_OTHERS
    rest = [Block(Content.styled(f"… and {more} more", "$foreground 60%"), indent=4)] if more > 0 else []
    return [label("also"), *(part for block in blocks for part in (block, BLANK))][:-1] + rest


def _explained(card: Card) -> list[Lines]:
    blocks: list[Lines] = [BLANK, *prose(card.explanation, card.markup)] if card.explanation.strip() else []
    if card.source.strip():
        blocks.append(Block(Content(""), right=one_line(card.source, "$foreground 60%")))
    return blocks


def label(name: str) -> Lines:
    """The name above code of several lines."""
    return Block(Content.styled(name, "$foreground 60%"), indent=2)


def _named(name: str, text: Content, *, words: bool = False) -> Lines:
    return Block(text, indent=12, first=f"  {name:<9}", code=not words)
