"""Cards of one's own as they are typed: which decks take them, what is kept of them, what proving says."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from ptcards.checking import drafting
from ptcards.checking.proposing import by_field
from ptcards.deck.card import Accepts, Card, Deck, Wrong, from_data, to_data
from ptcards.deck.reading import parse, syntax_problem
from ptcards.errors import DeckError, UsageError
from ptcards.language import _
from ptcards.runner.protocol import Phase, Verdict
from ptcards.study.desk import Desk, job_for

DECK = "my-cards"  # where a first card goes
FIELDS = ("question", "given", "starter", "solution", "check", "wrong", "hints", "explanation")
"""What a person types of a card, or sees of what was drafted, in this order."""
_KEPT = "new card {}"
_LACKS = {"no-hint": "hints", "no-explanation": "explanation", "no-wrong": "wrong"}
_RAISES = re.compile(r"#\s*raises\s+([\w.]+)\s*$")


def own_decks(desk: Desk) -> list[str]:
    """The decks that take a card of one's own: first that of the newest, or `my-cards`, there or not."""
    library = desk.store.library
    found = [deck.slug for deck in library.decks() if not (deck.disabled or drafting.why_not(desk, deck))]
    last = library.note(drafting.LAST_DECK)
    return [*dict.fromkeys([last if last in found else DECK, *found])]


# -- what is typed -------------------------------------------------------------------------------------------


class Typed(NamedTuple):
    """A card as it is typed: the texts of its `FIELDS`, and the card that has all the rest."""

    deck: str
    card: Card
    texts: Mapping[str, str]

    def whole(self) -> Card:
        """The card that the texts are of."""
        texts = {name: self.texts.get(name, "").strip("\n") for name in FIELDS}
        found: dict[str, Any] = {name: f"{it}\n" if "\n" in it else it for name, it in texts.items()}
        found["wrong"] = mistakes_in(texts["wrong"])
        found["hints"] = tuple(filter(None, map(str.strip, texts["hints"].splitlines())))
        return self.card._replace(**found)


def typed_of(deck: str, card: Card) -> Typed:
    """A card as its fields show it."""
    texts = {name: str(getattr(card, name)).rstrip() for name in FIELDS if name not in ("wrong", "hints")}
    hints = "\n".join(" ".join(hint.split()) for hint in card.hints)
    return Typed(deck, card, texts | {"wrong": text_of(card.wrong), "hints": hints})


def text_of(mistakes: Iterable[Wrong]) -> str:
    """Mistakes as they are typed: each below a comment that says why it is one."""
    found = []
    for wrong in mistakes:
        lines = ["# " + " ".join(wrong.because.split())]
        lines += [f"# raises {wrong.raises}"] * bool(wrong.raises)
        # A blank line and a comment begin the next one.
        code = re.sub(r"\n(\s*\n)+#", "\n#", wrong.code.strip("\n"))
        found.append("\n".join([*lines, code]))
    return "\n\n".join(found)


def mistakes_in(text: str) -> tuple[Wrong, ...]:
    """The mistakes that were typed; why one is, is empty where nothing says so."""
    found = []
    for part in re.split(r"\n(?:[ \t]*\n)+(?=#)", text.strip("\n")):
        because, raises, lines = "", None, part.strip("\n").split("\n")
        if lines[0].startswith("#"):
            because = lines.pop(0).lstrip("#").strip()
        if lines and (raising := _RAISES.fullmatch(lines[0])):
            raises = raising[1]
            lines.pop(0)
        if code := "\n".join(lines).strip("\n"):
            found.append(Wrong(f"{code}\n" if "\n" in code else code, because, raises))
    return tuple(found)


def keep(desk: Desk, name: str, typed: Typed | None) -> None:
    """Keep what is typed of a card, until it is saved; None forgets it. `name`: of which card's mistake."""
    note = None
    if typed is not None:
        data = {"deck": typed.deck, "card": to_data(typed.card), "texts": dict(typed.texts)}
        note = orjson.dumps(data).decode()
    desk.typed.save_note(_KEPT.format(name), note)


def kept(desk: Desk, name: str) -> Typed | None:
    """What was typed and neither saved nor thrown away."""
    if (note := desk.typed.note(_KEPT.format(name))) is None:
        return None
    data = orjson.loads(note)
    return Typed(data["deck"], from_data(Card, data["card"]), data["texts"])


# -- what proving says ---------------------------------------------------------------------------------------


class Said(NamedTuple):
    """What is to be said of one field."""

    field: str  # `deck`, or of the card; "" where it is about none
    message: str
    doubt: bool = False  # No reason not to save it

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class Tried(NamedTuple):
    """A card with what was drafted for it, and all that is wrong with it."""

    card: Card
    draft: drafting.Draft | None = None  # To be saved; None: what is said has why not
    said: tuple[Said, ...] = ()


def attempt(desk: Desk, slug: str, card: Card, go_on: Callable[[], None] = lambda: None) -> Tried:
    """Draft what the card leaves open, and prove it; blocks. `go_on` may raise to stop there.

    Check, hints, explanation and, where the check is, mistakes are drafted of what the solution gives.
    """
    try:
        deck = drafting.own_deck(desk, slug)
    except (UsageError, DeckError) as error:
        return Tried(card, None, (Said("deck", str(error)),))
    if said := (*_unready(card),):
        return Tried(card, None, said)
    card = card._replace(id=card.id or drafting.id_of(card.solution))
    prove = drafting.prove if card.check.strip() else drafting.prove_drafted
    try:
        card = _with_the_rest(desk, deck, card, go_on)
        go_on()
        draft = prove(desk, slug, card, tick=lambda _runs: go_on())
    except _UnfitError as unfit:
        go_on()  # else what was stopped is said to be wrong
        return Tried(card, None, (Said(*unfit.args),))
    except DeckError as error:
        return Tried(card, None, tuple(Said("", one.message) for one in error.problems))
    go_on()
    said = (*_by_field(draft),)
    return Tried(
        card._replace(check=draft.card.check), None if any(not one.doubt for one in said) else draft, said
    )


class _UnfitError(Exception):
    """What can't be gone on with: its field, and why."""


def _unready(card: Card) -> Iterator[Said]:
    """What need not be run to be seen."""
    if not card.question.strip():
        yield Said("question", _("say what is asked for"))
    if not card.solution.strip():
        yield Said("solution", _("write a right answer"))
    texts = [("given", card.given), ("check", card.check)]
    if card.accepts is Accepts.CODE:
        texts += [("solution", card.solution), *(("wrong", one.code) for one in card.wrong)]
    for field, text in texts:
        if problem := syntax_problem(text):
            line = text.splitlines()[min(problem[0], len(text.splitlines())) - 1].strip()
            yield Said(field, _("this is not Python: {} ({})", line, problem[1]))
    for wrong in card.wrong:
        if not wrong.because:
            first = wrong.code.strip().splitlines()[0]
            yield Said("wrong", _("say above {} in a line that begins with # why it is wrong", first))


def _with_the_rest(desk: Desk, deck: Deck, card: Card, go_on: Callable[[], None]) -> Card:
    """The card with what it leaves open drafted, and each mistake as it fails."""
    runner = desk.need_runner()
    if card.accepts is not Accepts.CODE:
        nudge = _("It begins with {}", card.solution.strip()[:1])
        about = card.explanation or _("The answer is {}", card.solution.strip())
        return card._replace(hints=card.hints or (nudge,), explanation=about)
    ready = runner.prepare(job_for(deck, card, "", seed=0, fail_closed=True))
    if ready.message:
        raise _UnfitError("given" if ready.phase is Phase.GIVEN else "", ready.message)
    go_on()
    if not card.check.strip():
        try:
            card = drafting.draft_card(deck, card, runner, fail_closed=True)
        except UsageError as error:
            raise _UnfitError("solution", str(error)) from None
        go_on()
    if not (card.hints and card.explanation):
        given = runner.value(job_for(deck, card, card.solution, seed=0, fail_closed=True)).answer_value
        first, code = given and drafting.in_words(given), card.solution.strip()
        names = [one for one in _names_in(code) if one != "answer"]
        hints = [_("It gives {}.", first)] * bool(first)
        hints += [_("Look at `{}`.", name) for name in names[-1:]]
        about = _("The solution gives {}.", first) if "\n" in code else _("`{}` gives {}.", code, first)
        about = about if first else _("That is how it is done.")
        card = card._replace(hints=card.hints or tuple(hints), explanation=card.explanation or about)
    wrong = []
    for one in card.wrong:
        go_on()
        job = job_for(deck, card._replace(wrong=()), one.code, seed=0, fail_closed=True)
        outcome = runner.run(job)
        failed = outcome.verdict is Verdict.FAIL and outcome.error
        wrong.append(one._replace(raises=outcome.error if failed else None))
    return card._replace(wrong=tuple(wrong))


def _names_in(code: str) -> Iterator[str]:
    """What is called or taken by name in code, the innermost first."""
    for node in reversed([*ast.walk(parse(code))]):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def _by_field(draft: drafting.Draft) -> Iterator[Said]:
    """What proving found, at the fields that it is about."""
    for problems, doubt in ((draft.problems, False), (draft.warnings, True)):
        for field, one in by_field(draft.text, problems):
            if one.kind != "one-answer":  # a form has no values to vary
                name = _LACKS.get(one.kind, re.split(r"[.[]", field)[0])
                yield Said(name if name in FIELDS else "", one.message, doubt)
