"""What a deck would run, before anyone agrees to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ptcards.text import counted
from ptcards.tui.page import BLANK, Block, Lines, one_line
from ptcards.tui.prose import code
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from ptcards.study.views import TrustRequest
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
