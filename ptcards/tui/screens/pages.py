"""Pages to read: one card, its failed answers, the end of a session, and statistics."""

import math
from bisect import bisect_right
from collections import Counter
from datetime import date, timedelta
from functools import partial

from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive

from ptcards.checking.own_mistake import from_failure
from ptcards.errors import CancelledError
from ptcards.language import _, counted, day_in_words, later
from ptcards.scheduling.events import Step, mistakes_of
from ptcards.scheduling.queue import Scope
from ptcards.statistics.drawing import Chart, Report, Section, Table, draw, draw_table, upright
from ptcards.statistics.numbers import GIVEN_UP, kind_in_words
from ptcards.statistics.report import TERMS
from ptcards.study import cards
from ptcards.study.actions import UndoView, act
from ptcards.study.cards import CardView
from ptcards.study.comparing import compare
from ptcards.study.session import Session, Summary
from ptcards.text import cells, columns, padded
from ptcards.tui.page import BLANK, DIM, HEAT, Block, Lines, facing, heading, one_line, plain, stack
from ptcards.tui.prose import code, prose, sentence
from ptcards.tui.screens.base import Context, PageScreen, States, background, change_of, in_words
from ptcards.tui.screens.external import edit_card

_WHERE = {"drilled": later("in the drill"), "crammed": later("crammed")}
_WHERE["recorded"] = later("reviewed elsewhere")
_VERDICTS = {"pass": later("right"), "shown": later("the solution was shown")}
_LABEL, _FLOOR = 11, 1.25  # the floor is a little below the lowest ease, so that its bar is seen
LEAST_WIDTH = 34
"""Cells of each failed answer: three are beside each other from 110 columns, below each other at 80."""


class CardPage(PageScreen[None]):
    """Reads a card, draws it, suspends and marks it; without `solved` nothing gives its answer away."""

    BINDINGS = [
        Binding("at", "change('suspend')", "suspend", id="suspend"),
        Binding("asterisk", "change('mark')", "mark", id="mark"),
        Binding("e", "edit_card", "edit", id="edit"),
    ]

    def __init__(self, context: Context, key: str, *, solved: bool = True) -> None:
        super().__init__(context)
        self.key, self.solved, self.title = key, solved, key
        self.view: CardView | None = None

    def draw(self, view: CardView) -> tuple[str, list[Lines]]:
        """The card's state in words, and what the page shows of it."""
        raise NotImplementedError

    @background()
    async def read(self) -> None:
        self.view = await self.call(cards.card, self.desk, self.key)
        self.sub_title, blocks = self.draw(self.view)
        self.pane.show(blocks, from_top=False)

    on_screen_resume = read

    def actions_now(self) -> States:
        view = self.view
        return super().actions_now() | {
            **{f"change({it!r})": _(change_of(view, it) if view else it) for it in ("suspend", "mark")},
            "leech": view is not None and any(review.failed for review in view.reviews),
        }

    @background("saving")
    async def action_change(self, action: str) -> None:
        if self.view is not None:
            self.say(await self.call(act, self.desk, self.key, action=change_of(self.view, action)))
            self.read()

    @background("reading")
    async def action_edit_card(self) -> None:
        await edit_card(self, self.key)
        self.read()


class CardInfoScreen(CardPage):
    BINDINGS = [
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("escape,q,i,enter", "dismiss", "back"),
    ]

    def draw(self, view: CardView) -> tuple[str, list[Lines]]:
        schedule = view.schedule
        memory = view.memory if view.memory and view.memory.stability else None
        if memory:
            words = later("interval {} d · recall {:.0f} % · stability {:.1f} d · difficulty {:.1f}")
            recall = memory.recall(view.day) * 100
            facts = [_(words, schedule.interval_days, recall, memory.stability, memory.difficulty)]
        else:
            facts = [
                _("interval {} d · ease {:.2f}", schedule.interval_days, schedule.ease / 100),
                _("{} in a row", counted(schedule.repetitions, "repetition")),
            ]
        facts.append(counted(schedule.lapses, "lapse"))
        facts += [_("marked")] * schedule.marked + [_("a leech")] * view.leech
        blocks: list[Lines] = [Block(Content(" · ".join(facts)))]
        if view.tags:
            blocks.append(Block(one_line(_("tags {}", " ".join(view.tags)), DIM)))
        if view.waits_for:
            blocks.append(Block(plain(_("waits for: {}", ", ".join(view.waits_for)))))
        blocks += [BLANK, *prose(view.shown.question, view.shown.markup)]
        if view.card is not None and view.card.given:
            blocks.append(Block(code(view.card.given.rstrip()), indent=2, code=True))
        if view.card is not None and self.solved:
            blocks += [BLANK, heading(_("Solution")), Block(code(view.card.solution), indent=2, code=True)]
        if len(view.reviews) > 1:
            title = heading(_("Interval and ease after each answer"))
            blocks += [BLANK, title, partial(_chart, view.reviews)]
        blocks += [BLANK, heading(_("Answers") if view.reviews else _("No answer yet"))]
        answers = [("", "", "", _("interval"), _("ease"), "")]
        for review in reversed(view.reviews):
            # When it was, the grade, what the answer was, and where it was given if not in a review.
            event, verdict = review.event, review.event.verdict or "none"
            grade = _("Taught") if verdict == "taught" and event.label else event.label
            said = kind_in_words(event.why) if event.why else _(_VERDICTS.get(verdict, ""))
            after = _("{} d", review.after.interval_days), f"{review.after.ease / 100:.2f}"
            what = _(", ").join(filter(None, (said, _(_WHERE.get(event.kind, "")))))
            seconds = "" if event.seconds is None else _("{:.0f} s", event.seconds)
            answers.append((f"{event.time:%Y-%m-%d %H:%M}", grade, seconds, *after, what))
        head, *lines = columns(answers, right={2, 3, 4})
        blocks += [Block(Content.styled(head, DIM), indent=2)] * bool(lines)
        for review, line in zip(reversed(view.reviews), lines, strict=True):
            blocks.append(Block(plain(line), indent=2))
            if (self.solved or review.failed) and review.code and review.code.strip():
                blocks.append(Block(code(review.code), indent=6, code=True))
        if view.why:
            why = (Block(one_line(line), indent=2) for line in view.why)
            blocks += [BLANK, heading(_("Why it is due then")), *why]
        due = _("due {}", day_in_words(schedule.due, year=True)) if schedule.due else _("never seen")
        return f"{_(view.state)} · {due}", blocks

    def action_leech(self) -> None:
        self.action_open("pages:LeechScreen", self.key, solved=self.solved)


class LeechScreen(CardPage):
    """The failed answers of one card, the newest first; keys suspend it, or make a card of the mistake."""

    BINDINGS = [
        Binding("m", "own_card", "mistake as a card", id="own_card"),
        Binding("escape,q,l,enter", "dismiss", "back"),
    ]

    def actions_now(self) -> States:
        return super().actions_now() | {"own_card": self._offers}

    @property
    def _offers(self) -> bool:
        """There is a mistake to be made a card of, which shows the solution."""
        reviews = self.view.reviews if self.view and self.view.present and self.solved else ()
        return any(one.failed and one.code and one.event.verdict != "pass" for one in reviews)

    @background("trying your answer")
    async def action_own_card(self) -> None:
        card = await self.call(from_failure, self.desk, self.key)
        self.action_open("adding:AddScreen", card, name=self.key)

    def draw(self, view: CardView) -> tuple[str, list[Lines]]:
        states = [_(view.state)] * (view.state == "suspended") + [_("a leech")] * view.leech
        state = " · ".join([*states, counted(view.schedule.lapses, "lapse")])
        failed = [review for review in reversed(view.reviews) if review.failed]
        blocks: list[Lines] = [*prose(view.shown.question, view.shown.markup), BLANK]
        if self._offers:
            offer = _("{} makes the newest mistake a card of its own.", self.key_of("own_card"))
            blocks[:0] = [Block(Content.styled(offer, "$text-primary")), BLANK]
        if self.solved and view.card is not None:
            blocks += [heading(_("Right")), Block(code(view.card.solution), indent=2, code=True), BLANK]
        met = Counter(mistake for review in failed for mistake in mistakes_of(review.event.details))
        often = ((Content.styled(f"{count}x ", "bold $text-warning"), it) for it, count in met.most_common(3))
        again = [Block(times + sentence(it), indent=2) for times, it in often if met[it] > 1]
        blocks += [heading(_("The same mistake again")), *again, BLANK] if again else []
        title = _("{}, the newest first", counted(len(failed), "failed answer"))
        answers = (_answer(review, solved=self.solved) for review in failed)
        blocks += [heading(title if failed else _("No failed answer.")), BLANK]
        return state, [*blocks, facing(*answers, least=LEAST_WIDTH)]


def _chart(reviews: tuple[Step, ...], width: int) -> list[Content]:
    """Interval and ease after each of the newest answers that fit; intervals on a logarithmic scale."""
    room, least = max(8, width - _LABEL), cells(_("Again")[:1])
    reviews = reviews[-(room // least) :]
    each = max(least, min(4, room // len(reviews)))
    intervals = [math.log1p(review.after.interval_days) for review in reviews]
    longest = max(review.after.interval_days for review in reviews)
    eases = [review.after.ease / 100 for review in reviews]
    high = max(2.5, *eases)
    first, last = (str(one.event.time.date()) for one in (reviews[0], reviews[-1]))
    gap = each * len(reviews) - len(first) - len(last)
    grades = (review.event.label[:1] or "-" for review in reviews)
    above = [_("interval"), _("{} d", longest), "", "", _("ease"), f"{high:.2f}"]
    bars = [
        *upright(intervals, max(intervals) or 1.0, each, 4),
        *upright([ease - _FLOOR for ease in eases], high - _FLOOR, each, 2),
    ]
    rows = [(label, bar, "$text-primary") for label, bar in zip(above, bars, strict=True)]
    rows[4:] = [("", "", ""), *((label, bar, "$text-secondary") for label, bar, _style in rows[4:])]
    rows.append((_("grade"), "".join(padded(grade, each) for grade in grades), DIM))
    rows.append(("", f"{first}{' ' * gap}{last}" if gap > 0 else last, DIM))
    return [Content.assemble((padded(label, _LABEL), DIM), (text, style)) for label, text, style in rows]


def _answer(review: Step, *, solved: bool) -> Lines:
    """When it was, what was wrong with it, and its code."""
    event, right = review.event, review.event.verdict == "pass"
    why = GIVEN_UP if event.verdict == "shown" and not event.why else event.why or ""
    kind = _("right, graded Again by hand") if right else kind_in_words(why)
    head = Content.styled(" · ".join(filter(None, (day_in_words(event.time, year=True), kind))), DIM)
    mistakes = [Block(sentence(mistake), indent=2) for mistake in mistakes_of(event.details)]
    if not (review.code and review.code.strip()) or (right and not solved):
        text = Content.styled(_("no answer is kept"), f"{DIM} italic")
    else:
        text = code(review.code)
    return stack(Block(head), *mistakes, Block(text, indent=4, code=True), BLANK)


class SummaryScreen(PageScreen[str | None]):
    """Numbers of a session; gives `drill`, `undone` or None, for home."""

    # A letter that was meant for one more card may come here.
    ASKS_BEFORE_UNDO = True
    HELP = later("Cards of the drill repeat until right. No schedule changes; tomorrow it starts empty.")

    BINDINGS = [
        Binding("enter", "onward", "home"),
        Binding("u", "undo", "undo", id="undo"),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("s", "open('pages:StatisticsScreen')", "stats", id="statistics"),
        Binding("q,x,escape", "dismiss", "back", id="leave"),
    ]

    def __init__(self, context: Context, session: Session, summary: Summary) -> None:
        super().__init__(context)
        self.undo_log: Session = session
        self._summary = summary
        self._undo: UndoView | None = None

    @background()
    async def on_screen_resume(self) -> None:
        minutes, seconds = divmod(round(self._summary.seconds), 60)
        title = later("So far today") if any(self._summary.left) else later("Done for today")
        self.title = later("Crammed: no schedule was moved") if self._summary.cram else title
        self.sub_title = _("{} min {} s", minutes, seconds)
        self._undo = await self.call(self.undo_log.undo_preview)
        self.pane.show(_blocks(self._summary, self._undo))

    def actions_now(self) -> States:
        goes_on = _("go on") if any(self._summary.left) else _("drill now")
        return super().actions_now() | {
            "onward": goes_on if self._summary.below_good else _("home"),
            "leech": bool(self._summary.leeches),
            "undo": self._undo is not None,
        }

    def action_onward(self) -> None:
        if not self.context.guard.held:
            self.dismiss("drill" if self._summary.below_good else None)

    def action_leech(self) -> None:
        # The last is shown on top, and going back from it leads to the one before.
        for key in reversed(self._summary.leeches):
            self.action_open("pages:LeechScreen", key)

    def undone(self) -> None:
        self.dismiss("undone")


def _blocks(summary: Summary, undo_view: UndoView | None) -> list[Lines]:
    parts = "   ".join(f"{count} {_(end)}" for end, count in summary.ends.items())
    blocks: list[Lines] = [Block(Content.assemble((counted(summary.cards, "card"), "bold"), "   ", parts))]
    if summary.below_good:
        one = later("{} went below Good and comes back once more. ")
        words = one if summary.below_good == 1 else later("{} went below Good and come back once more. ")
        how = _("Enter goes on · x stops here") if any(summary.left) else _("Enter drills · x stops here")
        text = _(words, counted(summary.below_good, "card")) + how
        blocks.append(Block(Content.styled(text, "$text-warning")))
    mistakes = [sentence(what) + f" ({count}x)" * (count > 1) for what, count in summary.mistakes]
    failing = Content.assemble(" · ".join(summary.leeches), (_("   l shows how"), DIM))
    (due, new), tomorrow = summary.left, summary.tomorrow
    left = counted(due, "card") if summary.cram else f"{_('{} due', due)} · {_('{} new', new)}"
    load = f"{_('{} due', tomorrow.counts.due)} · {_('{} new', tomorrow.counts.new)}"
    load += f" · {_('about {}', counted(tomorrow.minutes, 'minute'))}" if tomorrow.minutes else ""
    rows = [
        (_("Mistakes made"), mistakes and Content("\n").join(mistakes)),
        (_("Look at again"), Content(" · ".join(summary.went_badly))),
        (_("Keeps failing"), summary.leeches and failing),
        (_("Not asked yet"), any(summary.left) and Content(left)),
        (_("Tomorrow"), Content(load)),
        (_("Streak"), tomorrow.streak and Content(_("{} in a row", counted(tomorrow.streak, "day")))),
        (_("Undo"), undo_view and one_line(in_words(undo_view))),
    ]
    return [*blocks, BLANK, *(Block(text, indent=15, first=padded(name, 14)) for name, text in rows if text)]


_PERIODS = (later("a year"), later("30 days"), later("all time"))
_TONES = {"": "", "dim": DIM, "bar": "$text-primary"}
_TONES |= {f"heat{level}": style for level, (_sign, style) in enumerate(HEAT)}


def _drawing(shown: Chart | Table, width: int) -> list[Content]:
    """A chart or its numbers in the theme's colours, for any width; the characters alone say the same."""
    drawn = draw_table(shown, width - 2) if isinstance(shown, Table) else draw(shown, max(40, width - 2))
    spans = ([(span.text, _TONES[span.tone]) for span in line] for line in drawn)
    return [Content.assemble("  ", *line).truncate(width) for line in spans]


def _stack(section: Section, *, numbers: bool, definitions: bool) -> Lines:
    """A section from the top down: its facts over a chart, or over the chart's numbers."""
    blocks: list[Lines] = [heading(section.title)]
    blocks += [Block(plain(section.about, DIM), indent=2)] if definitions and section.about else []
    blocks += [Block(plain(fact.strip()), indent=2 if fact == fact.strip() else 4) for fact in section.facts]
    shown = section.table if numbers else section.chart
    blocks += [partial(_drawing, shown)] if shown else []
    for title, text in section.samples:
        blocks += [Block(plain(title, DIM), indent=2), Block(code(text), indent=4, code=True)]
    return stack(*blocks, BLANK)


class StatisticsScreen(PageScreen[None]):
    """Scrolls through all sections; a key shows numbers in place of charts."""

    TITLE = later("Statistics")
    TERMS = TERMS
    ALLOW_SELECT = False
    BINDINGS = [
        Binding("n,tab", "toggle('numbers')", "as numbers", id="numbers"),
        Binding("right_square_bracket,right,l", "jump(1)", "next chart"),
        Binding("left_square_bracket,left,h", "jump(-1)", "previous", show=False),
        Binding("p", "period", "period", id="period"),
        Binding("d", "deck", "deck", id="deck"),
        Binding("w", "toggle('definitions')", "explain", id="what"),
        Binding("m", "mistakes", "study a misconception", id="mistakes"),
        Binding("c", "compare", "compare SM-2 and FSRS", id="compare"),
        Binding("escape,q,s", "leave", "back"),
    ]

    numbers = reactive(False, init=False)
    definitions = reactive(False, init=False)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.pane.add_class("-stable")
        self._found: Report | None = None
        self._decks: tuple[str | None, ...] = (None,)
        self._deck: str | None = None
        self._period = 0
        self._comparing = False

    def actions_now(self) -> States:
        return {
            "toggle('numbers')": _("as charts") if self.numbers else _("as numbers"),
            "toggle('definitions')": _("hide explanations") if self.definitions else _("explain"),
            "deck": len(self._decks) > len(("all", "one")),
            "compare": not self._comparing,
            "leave": _("stop") if self._comparing else _("back"),
            "mistakes": bool(self._found and self._found.figures.get("failures", {}).get("mistakes")),
        }

    @background("counting")
    async def count(self, show: str = "") -> None:
        """Count anew, and go to the section to `show` where one is named."""
        since: date | None = None
        self.sub_title = _(_PERIODS[self._period])
        if self._found is not None and self._period:
            figures = self._found.figures
            month = date.fromisoformat(figures["day"]) - timedelta(days=29)
            first = figures["retention"][-1]["since"]
            since = month if self._period == 1 or not first else date.fromisoformat(first)
        self._found = await self.call(self.desk.statistics, deck=self._deck, since=since)
        self.title = self._found.heading
        self.draw()
        names = [section.name for section in self._found.sections]
        if show in names:
            self.call_after_refresh(self._go_to, names.index(show))
        if self._decks == (None,):
            home = await self.call(self.desk.home)
            self._decks = (None, *(line.slug for line in home.decks))

    def on_screen_resume(self) -> None:
        self.count()

    def draw(self) -> None:
        sections = self._found.sections if self._found else ()
        stacks = (_stack(one, numbers=self.numbers, definitions=self.definitions) for one in sections)
        here = self._here
        self.pane.show(stacks, from_top=False)
        self.call_after_refresh(self._go_to, here)
        self.refresh_bindings()

    watch_numbers = watch_definitions = draw

    @property
    def _here(self) -> int:
        """The section that the top line belongs to."""
        return max(0, bisect_right(self.pane.blocks.starts, round(self.pane.scroll_y)) - 1)

    def _go_to(self, number: int) -> None:
        """Bring a section to the top, or as near to it as the end of the page allows."""
        if starts := self.pane.blocks.starts:
            self.pane.scroll_to(y=starts[max(0, min(number, len(starts) - 1))], animate=False)

    def action_period(self) -> None:
        self._period = (self._period + 1) % len(_PERIODS)
        self.count()

    def action_deck(self) -> None:
        self._deck = self._decks[(self._decks.index(self._deck) + 1) % len(self._decks)]
        self.count()

    @background("starting")
    async def action_mistakes(self) -> None:
        """Five minutes of the cards that a misconception was met on, with other values; no schedule moves."""
        made = self._found.figures["failures"]["mistakes"] if self._found else {}
        texts = [Content.assemble(sentence(what), (f"  {count}x", DIM)) for what, count in made.items()]
        question = _("Five minutes of the cards of which one? Schedules do not move.")
        if (chosen := await self.ask("ask:BoxScreen", question, *texts)) is not None:
            query = f'mistake:"{[*made][chosen].replace(chr(34), "*")}"'
            decks = (self._deck,) if self._deck else ()
            if not await self.start(Scope(decks=decks, query=query, minutes=5, cram=True)):
                self.say(_("None of its cards can be asked now."))

    @background("comparing")
    async def action_compare(self) -> None:
        """Compare SM-2 and FSRS on everything; what is stopped keeps nothing."""
        self.stopped.clear()
        self._comparing = True
        try:
            await self.call(compare, self.desk, self._progress)
        except CancelledError as early:
            self.say(str(early))
            return
        finally:
            self._comparing = False
        self._deck = None
        self.count("comparison")

    def _progress(self, done: int, total: int) -> None:
        if self.stopped.is_set():
            raise CancelledError(_("Stopped: nothing of the comparison was kept."))
        self.rename_work(f"{_('comparing')} {100 * done // total} %")

    def action_leave(self) -> None:
        if not self._comparing:
            self.dismiss()
            return
        self.stopped.set()
        if self.context.runner is not None:
            self.context.runner.stop()

    def action_jump(self, by: int) -> None:
        self._go_to(self._here + by)
