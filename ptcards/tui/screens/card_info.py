"""One card: its schedule, every past answer, and the arithmetic that led here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ptcards.statistics.failure_sections import kind_in_words
from ptcards.study.grading import LABELS
from ptcards.text import counted
from ptcards.tui.page import BLANK, Block, Lines, one_line
from ptcards.tui.prose import code, prose
from ptcards.tui.screens.card_page import CardPage
from ptcards.tui.widgets.chart_card import FEWEST, CardChart

if TYPE_CHECKING:
    from ptcards.study.views import CardView, PastAnswer


class CardInfoScreen(CardPage):
    """Reads everything that is known about a card."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *CardPage.PAGE_BINDINGS,
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("question_mark,f1", "help", "help", id="help"),
        Binding("escape,q,i,enter", "close", "back"),
    ]

    def in_words(self, view: CardView) -> str:
        due = f"due {view.due:%a} {view.due.day} {view.due:%b %Y}" if view.due else "never seen"
        return f"{view.state} · {due}"

    def blocks(self, view: CardView) -> list[Lines]:
        return info_blocks(view, solved=self.solved)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        if action == "leech":
            return self.view is not None and any(review.failed for review in self.view.reviews)
        return True

    def action_leech(self) -> None:
        from ptcards.tui.screens.leech import LeechScreen

        self.app.push_screen(LeechScreen(self.desk, self.key, solved=self.solved))


def info_blocks(view: CardView, *, solved: bool = True) -> list[Lines]:
    """All that is known about a card, top down; without `solved` nothing that gives the answer away."""
    schedule = view.schedule
    facts = [
        f"interval {schedule.interval_days} d",
        f"ease {schedule.ease / 100:.2f}",
        counted(schedule.repetitions, "repetition") + " in a row",
        counted(schedule.lapses, "lapse"),
    ]
    facts += ["marked"] if schedule.marked else []
    facts += ["a leech"] if view.leech else []
    blocks: list[Lines] = [Block(Content(" · ".join(facts)))]
    if view.tags:
        blocks.append(Block(one_line("tags " + " ".join(view.tags), "$foreground 60%")))
    blocks += [BLANK, *prose(view.question)]
    if view.card is not None and solved:
        blocks += [BLANK, _title("Solution"), Block(code(view.card.solution), indent=2, code=True)]
    if len(view.reviews) >= FEWEST:
        blocks += [BLANK, _title("Interval and ease after each answer"), CardChart(view.reviews)]
    blocks += [BLANK, _title("Answers" if view.reviews else "No answer yet")]
    for review in reversed(view.reviews):
        blocks += _review(review, solved=solved or review.failed)
    if view.why:
        blocks += [
            BLANK,
            _title("Why it is due then"),
            *(Block(one_line(line), indent=2) for line in view.why),
        ]
    return blocks


def _title(text: str) -> Lines:
    return Block(Content.styled(text, "bold"))


_WHERE = {"drilled": "in the drill", "crammed": "crammed", "recorded": "reviewed elsewhere"}
_VERDICTS = {"pass": "right", "fail": "", "taught": "", "shown": "the solution was shown", "none": ""}


def _in_words(review: PastAnswer) -> tuple[str, str, str]:
    """The grade, what the answer was, and where it was given if not in a review."""
    taught = review.verdict == "taught"
    grade = "" if review.grade is None else "Taught" if taught else LABELS[review.grade]
    said = kind_in_words(review.why) if review.why else _VERDICTS.get(review.verdict, review.verdict)
    return grade, said, _WHERE.get(review.kind, "")


def _review(review: PastAnswer, *, solved: bool) -> list[Lines]:
    words = [review.at[:16].replace("T", " "), *_in_words(review)]
    after = f"interval {review.interval_days} d · ease {review.ease:.2f}"
    seconds = f" · {review.seconds:.0f} s" if review.seconds is not None else ""
    line = Content.assemble(
        "  ".join(word for word in words if word), (f"   {after}{seconds}", "$foreground 60%")
    )
    blocks: list[Lines] = [Block(line, indent=2)]
    if solved and review.answer.strip():
        blocks.append(Block(code(review.answer), indent=6, code=True))
    return blocks
