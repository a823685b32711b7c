"""Looking a name up, in the editor and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.config import Config
from ptcards.deck.card import Accepts, Card
from ptcards.tui.verdicts import names_in
from tests.tui.conftest import only

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner
    from tests.tui.conftest import Opener


async def test_before_the_first_check_a_name_is_looked_up_when_asked_twice_as_a_hint(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.type("x.unsqueeze(1)")
        await at.press("f8")
        assert "before the first check it counts as a hint" in at.text
        assert "unsqueeze(dim) -> Tensor" not in at.text
        await at.press("f8")
        assert "unsqueeze(dim) -> Tensor" in at.text
        assert "counts as a hint" not in at.text
        assert "holds 4 numbers" not in at.text
        assert at.is_typing()
        await at.press("tab")
        assert "holds 4 numbers" in at.text
        await at.press("tab", "pagedown")
        assert "\n x.unsqueeze\n" not in at.text
        await at.resize(120, 36)
        await at.press("pageup")
        shown = at.text.splitlines()
        assert "holds 4 numbers" in shown[2]
        assert shown[6].endswith("▕ x.unsqueeze")
        await at.press("escape")
        assert "-> Tensor" not in at.text
        assert at.is_typing()
        await at.press("escape", "q")
        await at.begin("shapes/column")
        assert "Hint 1" not in at.text  # it was none of the card's hints
        assert "F2 hint 1 of 2" in at.text
        await at.press("f8", "f5")
        assert "1 hint" in at.text
        assert "right with a hint" in " ".join(at.text.split())


async def test_after_a_check_a_name_of_the_code_in_sight_is_picked_or_typed(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.answer("x.unsqueeze(0)")
        await at.press("escape", "K")
        for name in ("Look up", "│  x.unsqueeze", "│  torch.arange", "or type a name"):
            assert name in at.text
        await at.press("tab", "enter")
        assert "arange(start=0, end" in at.text
        await at.press("escape")
        assert "✗ Not yet" in at.text
        await at.press("K")
        await at.type("nowhere")
        await at.press("enter")
        assert "name 'nowhere' is not defined" in at.text
        assert "✗ Not yet" in at.text
        await at.press("K", "escape", "K")
        await at.type("nn")
        await at.press("escape", "enter", "backspace", "backspace", "1", ")", "f5", "K", "enter")
        assert "unsqueeze(dim) -> Tensor" in at.text
        await at.press("2")
        assert at.events() == [("column", "graded", 3)]


async def test_only_a_card_with_code_has_something_to_look_up(table: Opener, bare: Runner) -> None:
    for card, shown in (("size", "torch.ones"), ("name", "torch.nn.Linear"), ("why", "")):
        async with table(only(card), using=bare) as at:
            await at.press("f8", "f8")
            assert ("Look up" in at.text, shown in at.text) == (bool(shown), True), card


def test_what_is_picked_of_prose_is_a_name_and_no_call_that_a_deck_made_up() -> None:
    asks = "`nn.Linear(2)`, `__import__('os').system('reboot').x` or `x[open('f').y].T`?"
    card = Card("one", asks, "1", accepts=Accepts.RECALL, given="exit(1).x")
    answers = ["a.b(c).d", "a.b", "c"]
    assert names_in(card, "a.b(c).d", solved=True) == [
        *answers,
        "exit",
        "nn.Linear",
        "__import__",
        "x",
        "open",
    ]


async def test_tab_completes_a_name_as_far_as_it_is_clear_then_takes_one_after_the_other(
    table: Opener,
) -> None:
    async with table(only("column")) as at:
        for typed, keys, text in (
            ("y = f(x.unsqu", "tab", "y = f(x.unsqueeze"),
            ("x.flatten().uns", "tab", "x.flatten().uns"),
            ("x.flatten().uns", "tab tab", "x.flatten().unsafe_chunk"),
            ("x.flatten().uns", "tab tab tab ( tab", "x.flatten().unsafe_split(   "),
            ("x.unsqueeze(1); z = x.ar", "tab tab", "x.unsqueeze(1); z = x.arccos"),
            ("row = 2\nro", "tab", "row = 2\nro"),
            ("np.ara", "tab", "np.arange"),
            ("import torch.nn.functional as F\nF.relu_", "tab", "import torch.nn.functional as F\nF.relu_"),
            ("lamb", "tab", "lambda"),
            ("x.nothing", "tab", "x.nothing"),
            ("if x:\n", "tab", "if x:\n    "),
        ):
            at.editor.rewrite("")
            at.editor.insert(typed)
            await at.press("end", *keys.split())
            assert at.editor.text == text, (typed, keys)
        at.editor.rewrite("")
        for size in ((80, 24), (120, 36)):
            await at.resize(*size)
            at.editor.rewrite("x.uns")
            await at.press("tab")
            assert "unsafe_chunk  unsafe_split" in at.text
            await at.type("q")
            assert "unsafe_chunk" not in at.text
        await at.resize(80, 24)
        at.editor.rewrite("x.max")
        await at.press("f5", "tab")
        assert ("torch.arange" in at.text, at.editor.text) == (
            True,
            "x.max",
        )  # of what was checked Tab is the pane's
        await at.press("tab")
        await at.type("i")
        await at.press("tab")
        assert at.editor.text == "x.maximum"


async def test_completion_can_be_switched_off(table: Opener) -> None:
    async with table(only("column"), config=Config(completion=False)) as at:
        await at.type("x.unsq")
        await at.press("tab")
        assert at.editor.text == "x.unsq  "
