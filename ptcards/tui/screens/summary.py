"""The end of a session: what was done, what was met, the offer of the drill, what tomorrow brings."""

from textual.binding import Binding
from textual.content import Content

from ptcards.study.actions import UndoView
from ptcards.study.session import Session
from ptcards.study.summary import Summary
from ptcards.text import counted
from ptcards.tui.page import BLANK, DIM, Block, Lines, one_line
from ptcards.tui.prose import sentence
from ptcards.tui.screens.base import Context, PageScreen, States, background, in_words


class SummaryScreen(PageScreen[str | None]):
    """Numbers of a session; gives `drill`, `undone` or None, for home."""

    # A letter that was meant for one more card may come here.
    ASKS_BEFORE_UNDO = True
    HELP = "Cards of the drill repeat until they are right. No schedule changes; tomorrow it starts empty."

    BINDINGS = [
        Binding("enter", "onward", "home"),
        Binding("u", "undo", "undo", id="undo"),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("s", "open('statistics:StatisticsScreen')", "stats", id="statistics"),
        Binding("q,x,escape", "dismiss", "back", id="leave"),
    ]

    def __init__(self, context: Context, session: Session, summary: Summary) -> None:
        super().__init__(context)
        self.undo_log: Session = session
        self._summary = summary
        self._undo: UndoView | None = None

    @background()
    async def on_mount(self) -> None:
        seconds = round(self._summary.seconds)
        title = "So far today" if any(self._summary.left) else "Done for today"
        self.title = "Crammed: no schedule was moved" if self._summary.cram else title
        self.sub_title = f"{seconds // 60} min {seconds % 60} s"
        self.pane.show(_blocks(self._summary, None))
        self._undo = await self.call(self.undo_log.undo_preview)
        self.pane.show(_blocks(self._summary, self._undo))

    def actions_now(self) -> States:
        goes_on = "go on" if any(self._summary.left) else "drill now"
        return super().actions_now() | {
            "onward": goes_on if self._summary.below_good else "home",
            "leech": bool(self._summary.leeches),
            "undo": self._undo is not None,
        }

    def action_onward(self) -> None:
        if not self.context.guard.held:
            self.dismiss("drill" if self._summary.below_good else None)

    def action_leech(self) -> None:
        # The last is shown on top, and going back from it leads to the one before.
        for key in reversed(self._summary.leeches):
            self.action_open("card_info:LeechScreen", key)

    def undone(self) -> None:
        self.dismiss("undone")


def _blocks(summary: Summary, undo_view: UndoView | None) -> list[Lines]:
    parts = "   ".join(f"{count} {end}" for end, count in summary.ends.items())
    blocks: list[Lines] = [Block(Content.assemble((counted(summary.cards, "card"), "bold"), "   ", parts))]
    if summary.below_good:
        comes = "comes" if summary.below_good == 1 else "come"
        how = "Enter goes on · x stops here" if any(summary.left) else "Enter drills · x stops here"
        text = f"{counted(summary.below_good, 'card')} went below Good and {comes} back once more. {how}"
        blocks.append(Block(Content.styled(text, "$text-warning")))
    mistakes = [
        sentence(what) if count == 1 else Content.assemble(sentence(what), f" ({count}x)")
        for what, count in summary.mistakes
    ]
    failing = Content.assemble(" · ".join(summary.leeches), ("   l shows how", DIM))
    (due, new), tomorrow = summary.left, summary.tomorrow
    left = counted(due, "card") if summary.cram else f"{due} due · {new} new"
    load = f"{tomorrow.counts.due} due · {tomorrow.counts.new} new"
    load += f" · about {counted(tomorrow.minutes, 'minute')}" if tomorrow.minutes else ""
    rows = [
        ("Mistakes made", mistakes and Content("\n").join(mistakes)),
        ("Look at again", Content(" · ".join(summary.went_badly))),
        ("Keeps failing", summary.leeches and failing),
        ("Not asked yet", any(summary.left) and Content(left)),
        ("Tomorrow", Content(load)),
        ("Streak", tomorrow.streak and Content(counted(tomorrow.streak, "day") + " in a row")),
        ("Undo", undo_view and one_line(in_words(undo_view))),
    ]
    return [*blocks, BLANK, *(Block(text, indent=15, first=f"{name:<14}") for name, text in rows if text)]
