"""Bringing deck files in: a path, what it would change, the import, and what a deck would run."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from ptcards.errors import CancelledError, PtcardsError
from ptcards.text import counted
from ptcards.tui.page import BLANK, Block, Lines, one_line, plain
from ptcards.tui.prose import code
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.bars import Pane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from ptcards.study.views import DeckChange, ImportReport, TrustRequest
    from ptcards.tui.desk import Desk


class TrustScreen(DeskScreen[bool]):
    """The code of one deck; gives True once it is agreed to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "trust(False)", "let it run in the sandbox"),
        Binding("m", "trust(True)", "mine: never ask again"),
        Binding("escape,q,n", "leave", "not now"),
        Binding("pagedown,space", "scroll(1)", "further"),
        Binding("pageup,b", "scroll(-1)", "up", show=False),
        Binding("question_mark,f1", "help", "help", id="help"),
    ]

    def __init__(self, desk: Desk, request: TrustRequest) -> None:
        super().__init__(desk)
        self._request = request

    def body(self) -> ComposeResult:
        yield Pane()

    def on_mount(self) -> None:
        super().on_mount()
        title = f"May the code of {self._request.deck} run?"
        self.status.show(Content.styled(title, "bold"), right=counted(self._request.cards, "card"))
        self.query_one(Pane).show(_blocks(self._request))

    def action_scroll(self, pages: int) -> None:
        pane = self.query_one(Pane)
        pane.scroll_relative(y=pages * max(1, pane.size.height - 1), animate=False)

    def action_trust(self, mine: bool) -> None:  # noqa: FBT001 - an action's parameter
        def agree() -> bool:
            self.desk.study.trust(self._request.deck, mine=mine)
            return True

        self.in_background("saving", agree, self.dismiss)

    def action_leave(self) -> None:
        self.dismiss(False)


def ask_for_trust(
    screen: DeskScreen[Any], requests: Sequence[TrustRequest], then: Callable[[], None] = lambda: None
) -> None:
    """Show one request after the other over `screen`, then call `then`."""
    if not requests:
        then()
        return
    first, *rest = requests
    screen.app.push_screen(TrustScreen(screen.desk, first), lambda _: ask_for_trust(screen, rest, then))


def _blocks(request: TrustRequest) -> list[Lines]:
    blocks: list[Lines] = [
        Block(
            Content(
                "Its code runs only after you agree, and then only in the sandbox. Changed code asks again."
            )
        ),
        BLANK,
        Block(one_line(f"It imports: {', '.join(request.imports) or 'nothing'}")),
    ]
    blocks += [Block(one_line(finding, "$text-warning"), indent=2, first="!") for finding in request.findings]
    if not request.findings:
        blocks.append(Block(Content("Nothing in it looks out of the ordinary.")))
    if request.diff:
        blocks += [BLANK, Block(Content.styled("What changed since you agreed", "bold"))]
        blocks.append(Block(code(request.diff, "diff"), indent=2, code=True))
    return [
        *blocks,
        BLANK,
        Block(Content.styled("All of it", "bold")),
        Block(code(request.code), indent=2, code=True),
    ]


class PathInput(Input):
    """A line whose Enter is told in the line of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "look at it")]


class ImportScreen(DeskScreen[None]):
    """Enter looks at a file, Enter again takes it in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "help", id="help"),
        Binding("escape", "leave", "back"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._looked_at = ""
        """The path whose changes are on screen, ready to be imported."""
        self._cancelled = Event()
        self._verb = ""
        """What is being done with the file, in the line of status."""

    def body(self) -> ComposeResult:
        yield Static(
            "A deck file (YAML, or another app's export) or a folder of them:", markup=False, classes="line"
        )
        yield PathInput(placeholder="~/decks/my-notes.yaml", compact=True)
        yield Pane()

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Input).focus()

    def tick(self) -> None:
        self.status.show(Content.styled("Import", "bold"), right=self.doing)

    def describe_key(self, action: str) -> str | None:
        if action == "submit":
            return "import it" if self._looked_at else "look at it"
        if action == "leave" and self.busy:
            return "cancel"
        return None

    @on(Input.Changed)
    def _changed(self) -> None:
        self._looked_at = ""
        self.refresh_bindings()

    @on(Input.Submitted)
    def _entered(self) -> None:
        path = self.query_one(Input).value.strip()
        if not path or self.busy:
            return
        dry_run = path != self._looked_at
        self._cancelled.clear()

        def work() -> ImportReport:
            from ptcards.exchange.importing import import_paths

            chosen = [Path(path).expanduser()]
            return import_paths(self.desk.study.workspace, chosen, dry_run=dry_run, progress=self._progress)

        def show(report: ImportReport) -> None:
            self._show(path, report, dry_run=dry_run)

        self._verb = "reading" if dry_run else "importing"
        self.in_background(self._verb, work, show, failed=self._failed)

    def _progress(self, done: int, total: int) -> None:
        # Where all is done, a file is taken in already: to say otherwise would not take it out again.
        if self._cancelled.is_set() and done < total:
            raise CancelledError("Cancelled; what was not finished was not brought in.")
        self.rename_work(f"{self._verb} {100 * done // total} %")

    def _failed(self, error: PtcardsError) -> None:
        lines = str(error).split("\n")
        self.query_one(Pane).show([BLANK, *(Block(one_line(line, "$text-error")) for line in lines)])

    def _show(self, path: str, report: ImportReport, *, dry_run: bool) -> None:
        would = "would be " if dry_run else ""
        blocks: list[Lines] = [BLANK]
        for deck in report.decks:
            blocks.append(Block(Content.assemble((deck.deck, "bold"), f"   {change_text(deck, would)}")))
            blocks += [Block(one_line(note), indent=2) for note in deck.notes]
        blocks += [Block(plain(str(problem), "$text-error")) for problem in report.errors]
        if report.decks:
            told = "Enter takes it in." if dry_run else "It is taken in. Esc goes back, or name another."
            blocks += [BLANK, Block(Content.styled(told, "bold"))]
        self.query_one(Pane).show(blocks)
        if dry_run:
            self._looked_at = path if report.decks else ""
            self.refresh_bindings()
            return
        self._looked_at = ""
        if any(not deck.trusted for deck in report.decks):
            self.in_background("", self.desk.study.trust_requests, lambda asked: ask_for_trust(self, asked))

    def action_leave(self) -> None:
        if self.busy:
            self._cancelled.set()
        else:
            self.dismiss()


def change_text(change: DeckChange, would: str = "") -> str:
    """`30 new · 2 changed · 1 removed`, with `would be ` before the words of a dry run."""
    counts = [
        (change.new, "new"), (change.changed, f"{would}changed"), (change.renamed, f"{would}renamed"),
        (change.removed, f"{would}removed"), (change.same, "the same"),
    ]  # fmt: skip
    return " · ".join(f"{count} {what}" for count, what in counts if count) or "no cards"
