"""What a deck would run, laid open before anyone agrees to it, and the agreement."""

import ast
import difflib
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from ptcards.deck.card import Card, Deck, Limits, runs_code
from ptcards.language import _, later
from ptcards.store.tables import Trust
from ptcards.study.desk import Desk, is_agreed, is_built_in, whole_deck

_ANSWERS = ("solution", "also ", "wrong ")
_POINTED_OUT = {
    "socket urllib http requests": later("uses the network"),
    "subprocess multiprocessing": later("starts processes"),
    "ctypes": later("calls C code directly"),
    "os": later("uses the operating system"),
    "shutil": later("changes files"),
    "pathlib": later("touches files"),
    "time datetime": later("reads the clock"),
}


class TrustRequest(NamedTuple):
    """The code of a deck that is not the product's own, before it may run."""

    deck: str
    cards: int  # Cards of which something is run
    imports: tuple[str, ...]  # Names of modules its code imports
    findings: tuple[str, ...]  # What lint points out: the network, the clock, processes
    code: str  # All of it, as one text that ends with the `solutions`
    solutions: str  # The part that gives answers away: solutions, alternatives and mistakes
    diff: str = ""  # Against the code that was agreed to before, if any


def requests(desk: Desk) -> tuple[TrustRequest, ...]:
    """A request for every deck whose code waits for the learner's agreement."""
    trust = desk.store.library.trust
    decks = (one for one in desk.store.library.decks() if one.code_hash and not one.disabled)
    foreign = (one for one in decks if not is_built_in(one))
    return tuple(request(desk, one.slug) for one in foreign if not is_agreed(trust(one.slug), one.code_hash))


def request(desk: Desk, slug: str) -> TrustRequest:
    """What a deck would run, and how that differs from what was agreed to before; or UsageError."""
    deck = whole_deck(desk.store, desk.deck(slug))
    trust, text = desk.store.library.trust(slug), code_text(deck)
    agreed = trust.code.splitlines() if trust and trust.code else text.splitlines()
    modules, findings = set[str](), set[str]()
    known = {module: does for words, does in _POINTED_OUT.items() for module in words.split()}
    sources = [("preamble", deck.preamble)]
    sources += [(card.id, code) for card in deck.cards if runs_code(card) for _, code in _pieces(card)]
    for where, code in sources:
        try:
            tree = ast.parse(code)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                named = [node.module]
            roots = {name.partition(".")[0] for name in named}
            modules |= roots
            findings |= {_("{}: {} ({})", where, _(known[root]), root) for root in roots & known.keys()}
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in ("eval", "exec", "compile", "__import__"):
                    findings.add(_("{}: runs text as code ({})", where, node.func.id))
                elif node.func.id == "open":
                    findings.add(_("{}: opens files", where))
    names, cards = (_("agreed before"), _("now")), sum(map(runs_code, deck.cards))
    diff = "\n".join(difflib.unified_diff(agreed, text.splitlines(), *names, lineterm=""))
    found = tuple(sorted(modules)), tuple(sorted(findings))
    return TrustRequest(slug, cards, *found, code=text, solutions=code_text(deck, (True,)), diff=diff)


def agree(desk: Desk, slug: str, *, mine: bool = False, unsandboxed: bool = False) -> None:
    """Record that a deck's code, as it is now, may run."""
    stored = desk.deck(slug)
    code = code_text(whole_deck(desk.store, stored))
    desk.store.library.save_trust(slug, Trust(stored.code_hash, code, mine=mine, unsandboxed=unsandboxed))


def code_text(deck: Deck, wanted: Sequence[bool] = (False, True)) -> str:
    """All code of `deck` that may be run, as one readable text; what gives answers away comes last."""
    parts = [(False, "preamble of every card", deck.preamble)]
    for card in filter(runs_code, deck.cards):
        parts += [(name.startswith(_ANSWERS), f"{card.id}: {name}", code) for name, code in _pieces(card)]
    texts = ((answers, f"# {title}\n{code.rstrip()}\n") for answers, title, code in parts if code.strip())
    return "\n".join(text for answers, text in sorted(texts, key=itemgetter(0)) if answers in wanted)


def _pieces(card: Card) -> list[tuple[str, str]]:
    pieces = [(name, getattr(card, name)) for name in ("given", "starter", "check", "solution")]
    pieces += [(f"also {number}", code) for number, code in enumerate(card.also, 1)]
    pieces += [(f"wrong {number}", wrong.code) for number, wrong in enumerate(card.wrong, 1)]
    limits = f"# {card.limits.seconds:g} seconds, {card.limits.memory_mb:,} MB of memory"
    pieces += [("limits", limits)] * (card.limits != Limits())
    pieces += [(f"within {name}", getattr(card.within, name)) for name in ("setup", "run")]
    pieces += [("expects", f"# {', '.join(card.expects)}")] * bool(card.expects)
    drawn = [f"# {name}: {', '.join(map(repr, values))}" for name, values in card.vary.items()]
    return [*pieces, ("vary", "\n".join(drawn))]
