"""A card of one's own, from any screen: typed, drafted, proved, saved; one's own mistake made into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ptcards import paths
from ptcards.checking.own_cards import kept, own_decks
from ptcards.deck.reading import read_deck
from ptcards.study import actions
from ptcards.tui.screens.adding import AddScreen, DeckLine
from ptcards.tui.screens.home import HomeScreen
from ptcards.tui.screens.pages import LeechScreen
from tests.tui.conftest import SHAPES, cards_of, press_at_once, settle, snapshot

if TYPE_CHECKING:
    from tests.tui.conftest import Opener, Table

COLUMN = "shapes/column"


def form_of(at: Table) -> AddScreen:
    assert isinstance(at.app.screen, AddScreen), at.text
    return at.app.screen


async def fill(at: Table, **texts: str) -> None:
    """Type into fields, those between left as they are."""
    form = form_of(at)
    for name, field in form.fields.items():
        if name in texts:
            field.focus()
            await settle(at.pilot)
            press_at_once(at.pilot, *("enter" if sign == "\n" else sign for sign in texts[name]))
    await settle(at.pilot)


def texts_of(at: Table) -> dict[str, str]:
    return {name: field.text for name, field in form_of(at).fields.items()}


async def test_a_card_is_typed_its_rest_drafted_and_proved_then_changed_saved_and_asked_as_new(
    table: Opener,
) -> None:
    async with table() as at:
        await at.press("a")
        await snapshot(at, "add")
        # All at once, as a slow connection has it.
        await at.type("Turn `x` round.\ttorch.arange(3)".partition("\t")[0])
        press_at_once(at.pilot, "tab", *"x = torch.arange(3)", "tab", *"x.flip(0)")
        await at.press("f5")
        assert form_of(at).proved
        await snapshot(at, "add_proved")
        texts = texts_of(at)
        assert [texts[name] for name in ("given", "solution")] == ["x = torch.arange(3)", "x.flip(0)"]
        assert "same(answer, solution().answer)" in texts["check"]
        assert "`flip`" in texts["hints"]
        assert "\nx\n" in texts["wrong"] + "\n"
        # What was drafted of one solution is drafted anew of another; what was typed stays.
        form_of(at).fields["wrong"].rewrite("# a copy is not turned\nx.clone()")
        await fill(at, solution=".neg()")
        assert form_of(at).proved is None
        await at.press("ctrl+s")  # not proved: that comes first
        assert form_of(at).proved, at.text
        assert "`neg`" in texts_of(at)["hints"]
        assert texts_of(at)["wrong"].startswith("# a copy is not turned\nx.clone()\n\n# say why")
        await at.press("enter")
        assert isinstance(at.app.screen, HomeScreen)
        assert "my-cards/x-flip-0-neg is saved in" in " ".join(at.text.replace("▌", "").split())
        (card,) = read_deck(paths.own_decks() / "my-cards.yaml")[0].cards
        assert (card.question, card.wrong[0].because) == ("Turn `x` round.", "a copy is not turned")
        (view,) = cards_of(at, "deck:my-cards")
        assert view.state == "new"
        await at.begin("my-cards/x-flip-0-neg")
        await at.answer("-x.flip(0)")
        assert "✓ Right" in at.text


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(table: Opener) -> None:
    async with table() as at:
        await at.press("a", "f5")
        assert at.text.count("!") == 2, at.text
        for solution, said in (
            ("x.unsqueeze(", "this is not Python: x.unsqueeze( ('(' was never closed)"),
            ("x", "the line does not run: NameError"),
            ("1; None", "the line gives no value to check"),
        ):
            form_of(at).fields["solution"].rewrite(solution)
            form_of(at).fields["question"].rewrite("One?")
            await at.press("f5")
            lines = at.text.splitlines()
            number = next(number for number, line in enumerate(lines) if line.startswith(" Solution"))
            assert said in lines[number + 1], at.text
            assert "✗ Not proved: 1 thing to mend" in at.text
            assert at.app.focused is form_of(at).fields["solution"]
        fields = form_of(at).fields
        fields["given"].rewrite("x = torch.arange(3)")
        fields["solution"].rewrite("x * 2")
        fields["check"].rewrite('assert len(answer) == 3, "three"')
        fields["wrong"].rewrite("x * 2\n\n# two is meant\nx[:2]")
        await at.press("f5")
        assert "! say above x * 2 in a line that begins with # why it is wrong" in at.text
        fields["wrong"].rewrite("# it is the same\nx * 2\n\n# two is meant\nx[:2]")
        await at.press("f5")
        shown = " ".join(at.text.split())
        assert "! `wrong[0]` passes: the check must refuse it" in shown
        assert "passes: the learner would see that it is right" in shown  # of what takes no thought
        assert own_decks(at.desk) == ["my-cards", "shapes"]
        assert not paths.own_decks().exists()
        # A deck of somebody else's takes none, and another name is asked for.
        form_of(at).query_one(DeckLine).focus()
        await at.press("enter")
        await at.type("pytorch-notes")
        await at.press("enter")
        assert "pytorch-notes is no deck of your own" in at.text
        await at.type("mine")
        await at.press("enter")
        assert "Deck  mine" in at.text


async def test_what_is_typed_is_kept_unless_it_is_thrown_away(table: Opener) -> None:
    async with table(size=(40, 20)) as at:
        await at.press("a", "escape")
        assert isinstance(at.app.screen, HomeScreen)  # nothing was typed: nothing is asked
        await at.press("a")
        await at.type("What is half of it?")
        assert "F1 help · Esc back" in at.text.splitlines()[-1]
        await at.press("escape", "escape", "escape", "enter", "a")
        assert "What is half of it?" in at.text
        assert "This is what you had typed." in at.text
        # A key away from its end nothing is lost, either.
        form_of(at).save_draft()
        found = kept(at.desk, "")
        assert found is not None
        assert found.texts["question"] == "What is half of it?"
        await at.press("escape", "tab", "enter", "a")
        assert kept(at.desk, "") is None
        assert "half" not in at.text


async def test_the_form_opens_from_every_screen_where_no_text_is_typed_and_goes_back_there(
    table: Opener,
) -> None:
    async with table(SHAPES) as at:
        await at.press("a")
        assert at.editor.text == "a"
        for keys in (["escape"], ["i"], ["q", "slash", "escape"], ["q", "q", "s"]):
            await at.press(*keys)
            before = type(at.app.screen)
            await at.press("a")
            form_of(at)
            await at.press("escape")
            assert type(at.app.screen) is before
        await at.press("q", "question_mark")
        assert "add a card" in at.text


async def test_a_proof_is_stopped_and_a_card_that_was_changed_meanwhile_is_not_proved(
    table: Opener, monkeypatch: Any
) -> None:
    async with table() as at:
        await at.press("a")
        await fill(at, question="One?", solution="1 + 1")
        form = form_of(at)
        stop = form._go_on

        def press_escape() -> None:
            at.app.call_from_thread(form.stopped.set)
            stop()

        with monkeypatch.context() as patch:
            patch.setattr(form, "_go_on", press_escape)
            await at.press("f5")
        assert "Stopped; it is not proved." in at.text
        monkeypatch.setattr(
            form, "_go_on", lambda: at.app.call_from_thread(form.fields["hints"].rewrite, "x")
        )
        await at.press("f5")
        assert "You went on typing: F5 proves what is there now." in at.text
        assert texts_of(at)["check"] == ""


async def test_a_leechs_newest_mistake_is_made_a_card_of_its_own_where_that_gives_nothing_away(
    table: Opener,
) -> None:
    async with table() as at:
        actions.grade(at.desk, COLUMN, 4)
        at.pass_days(40)
        actions.answer(at.desk, COLUMN, "x.reshape(2, 2)", record=True)
        at.pass_days(40)
        at.app.push_screen(LeechScreen(at.app.context, COLUMN, solved=False))
        await at.press("m")
        assert isinstance(at.app.screen, LeechScreen)
        await at.press("q")
        at.app.push_screen(LeechScreen(at.app.context, COLUMN))
        await at.press()
        assert "m makes the newest mistake a card of its own" in at.text
        await at.press("m")
        await snapshot(at, "add_mistake")
        texts = texts_of(at)
        assert (texts["starter"], texts["solution"]) == ("x.reshape(2, 2)", "x.unsqueeze(1)")
        assert texts["wrong"].startswith("# the new dimension goes last\nx.reshape(2, 2)\n\n# dim 0 puts")
        assert "This fails: the new dimension goes last. Mend it." in texts["question"]
        await at.press("f5", "enter")
        assert isinstance(at.app.screen, LeechScreen)
        await at.press("q")
        await at.begin("my-cards/column-mistake")
        assert at.editor.text == "x.reshape(2, 2)"
