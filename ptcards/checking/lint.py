"""What can be said of a card without running it."""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from ptcards.checking.answers import EQUIVALENT, OPERATORS
from ptcards.deck.card import Accepts, Card, runs_code
from ptcards.deck.validation import parse, syntax_problem
from ptcards.language import _
from ptcards.text import cells

MOST_LINES = 12
MOST_COLUMNS = 78
MOST_WORDS = 120

_NETWORK = {"socket", "urllib", "requests", "http", "httpx", "aiohttp", "ftplib", "smtplib", "telnetlib"}
_NETWORK_CALLS = {"torch.hub.load_state_dict_from_url", "torch.hub.download_url_to_file"}
_CLOCK = {"time.time", "time.time_ns", "time.monotonic", "time.perf_counter", "time.sleep", "time.localtime"}
_CLOCK |= {"datetime.now", "datetime.today", "datetime.utcnow", "date.today"}
_CLOCK |= {f"datetime.{name}" for name in _CLOCK if name.startswith("date")}


class Finding(NamedTuple):
    """A lint rule that a card breaks: the field, the line in it, a stable word and a sentence."""

    field: str
    line: int
    kind: str
    message: str


def lint(card: Card, preamble: str = "") -> Iterator[Finding]:
    """Everything that an author should mend; `card` has its `vary` drawn."""
    lines = [*card.question.rstrip().splitlines(), *card.given.rstrip().splitlines()]
    if len(lines) > MOST_LINES:
        message = _("question and given code take {} lines: {} fit beside the editor", len(lines), MOST_LINES)
        yield Finding("question", 1, "long-question", message)
    for field in ("question", "given"):
        for number, line in enumerate(getattr(card, field).splitlines(), 1):
            if (long := cells(line)) > MOST_COLUMNS:
                message = _("`{}` has a line of {} columns: break it before {}", field, long, MOST_COLUMNS)
                yield Finding(field, number, "long-line", message)
    marked = card.extras.get(EQUIVALENT, [])
    for each in marked if isinstance(marked, list) else [None]:
        item = each if isinstance(each, dict) else {}
        reason, code, names = item.get("reason"), item.get("code"), item.get("operators", [])
        known = isinstance(names, list) and set(map(str, names)) <= {*OPERATORS}
        if not (known and (isinstance(code, str) or names) and isinstance(reason, str) and reason.strip()):
            message = _("an item of `{}` has its `reason`, and `code` or a list of `operators`: ", EQUIVALENT)
            yield Finding(EQUIVALENT, 1, EQUIVALENT, message + ", ".join(OPERATORS))
    words = len(card.explanation.split())
    if words > MOST_WORDS:
        message = _("`explanation` has {} words: {} are enough", words, MOST_WORDS)
        yield Finding("explanation", 1, "long-explanation", message)
    if card.accepts is Accepts.RECALL:
        return
    wanted = (
        (card.hints, "hint", _("`hints`: give one that points the way, and one that nearly gives it away")),
        (card.explanation.strip(), "explanation", _("`explanation`: say why, with a line that can be run")),
        (card.wrong, "wrong", _("`wrong`: name at least one tempting mistake, and why it is one")),
    )
    yield from (Finding("", 1, f"no-{kind}", _("has no {}", say)) for value, kind, say in wanted if not value)
    if card.check and not assertion_lines(card.check):
        yield Finding("check", 1, "no-assertion", _("`check` asserts nothing: every answer would be broken"))
    for node in ast.walk(parse(card.check)):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="agree"))):
                message = _("`agree` by itself asserts nothing: write `assert agree(...)`")
                yield Finding("check", node.lineno, "no-assertion", message)
            case ast.Assert(test=ast.Tuple()):
                message = _("asserts a tuple, which is always true: take the parentheses away")
                yield Finding("check", node.lineno, "tuple-assertion", message)
            case ast.Assert(test=test, msg=None) if "agree(" not in ast.unparse(test):  # which says it itself
                message = _("an assertion has no message: say what is wrong in the learner's terms")
                yield Finding("check", node.lineno, "no-message", message)
    if runs_code(card):
        yield from _outside_world(card, preamble)


def assertion_lines(check: str) -> list[tuple[int, int]]:
    """First and last line of each assertion of a check."""
    nodes = (node for node in ast.walk(parse(check)) if isinstance(node, ast.Assert))
    return sorted((node.lineno, node.end_lineno or node.lineno) for node in nodes)


def _outside_world(card: Card, preamble: str) -> Iterator[Finding]:
    texts = [("given", card.given), ("check", card.check)]
    if card.accepts is Accepts.CODE:
        texts += [("solution", card.solution), *((f"also[{n}]", text) for n, text in enumerate(card.also))]
    imported = _imports(parse(preamble)) if not syntax_problem(preamble) else {}
    for field, text in texts:
        tree = parse(text) if syntax_problem(text) is None else ast.Module([], [])
        names = {**imported, **_imports(tree)}
        node: Any
        for node in ast.walk(tree):
            used, kind = list[str](), "network"
            match node:
                case ast.Import() | ast.ImportFrom():
                    own = [alias.name for alias in node.names]
                    loaded = own if isinstance(node, ast.Import) else [node.module or ""]
                    used = sorted(_NETWORK & {name.partition(".")[0] for name in loaded})
                case ast.Call(func=function, keywords=words):
                    first, dot, rest = ast.unparse(function).partition(".")
                    called = names.get(first, first) + dot + rest
                    given = {one.arg: one.value.value for one in words if isinstance(one.value, ast.Constant)}
                    elsewhere = not {one.arg for one in words} & {"source", None}
                    hub = called == "torch.hub.load" and (elsewhere or given.get("source") == "github")
                    clock = called in _CLOCK
                    if clock or hub or called in _NETWORK_CALLS or given.get("download") is True:
                        used, kind = [called], "clock" if clock else kind
            why = {"network": _("answers have no network"), "clock": _("verdicts must not hang on the clock")}
            for what in used:
                yield Finding(field, node.lineno, kind, _("`{}` uses {}: {}", field, what, why[kind]))


def _imports(tree: ast.Module) -> dict[str, str]:
    """What names stand for after the imports of a text: `t` for `time`, `now` for `time.time`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names
