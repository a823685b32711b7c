"""What a name is, and what it may go on with: an answer of our own, which prints it, run as any answer is."""

import ast
import builtins
import doctest
import inspect
import io
import keyword
import re
import signal
import sys
from contextlib import redirect_stdout, suppress
from typing import Any

from ptcards.language import _
from ptcards.runner.pictures import ADDRESS, brief, kind_of, type_name
from ptcards.runner.protocol import DATA, MARK

MOST_NAMES, LONGEST, SHORT_DOC = 400, 12_000, 400
EXAMPLE_SECONDS, EXAMPLE_LINES = 0.3, 8
WRAPPED = 50  # characters of a line from which on the next one goes on with it
USUAL = {"torch": "torch", "np": "numpy", "nn": "torch.nn", "F": "torch.nn.functional", "cv2": "cv2"}
_IMPORT = re.compile(r"\s*(import|from)\s")
_BEGUN = re.compile(r"(\.?)((?:[^\W\d]\w*)?)$")
_REFERS = re.compile(r"(?:See|version of|Alias (?:of|for))\s+:\w+:`~?([\w.]+)")
_MARKUP = re.compile(
    r"(?::[\w:+-]+:)?`+~?([^`]+?)(?:\s*<[^`>]*>)?`+_{0,2}|\.\. (?=[\w-]+::)|(?<=:):(?!\w)|@(?:brief|param) "
)
_ITEM = re.compile(r"(?:[-*•]|\.\.) |@\w+ |[\w*, ]+(?:\(.*?\))? ?:(?: |$)")
_TITLE, _RULE = re.compile(r"(\.\. )?\w+( \w+)?::?"), re.compile("[-=~^*#]{3,}")


def names(code: str, line: str, space: dict[str, Any]) -> None:
    """Print what the name or the attribute that `line` ends in may become; `code` is the answer so far."""
    dot, begun = _BEGUN.findall(line)[0]
    if dot:
        found = {*dir(_value(code, line[: len(line) - len(begun) - 1], space))}
    else:
        written = re.findall(r"(?<![\w.])[^\W\d]\w*", code)
        found = {*space, *vars(builtins), *keyword.kwlist, *written} - {begun}
    fit = (one for one in found if one.startswith(begun) and one.isidentifier() and (begun or one[0] != "_"))
    sys.stdout.write(MARK + "\n".join(sorted(fit)[:MOST_NAMES])[:LONGEST])


def page(code: str, line: str, space: dict[str, Any]) -> None:
    """Print a page about what `line` ends in, its kind before each line: heading, code or text."""
    space = {short: sys.modules[module] for short, module in USUAL.items() if module in sys.modules} | space
    source, value = expression(line), _value(code, line, space)
    owner, _dot, name = source.rpartition(".")
    signature, doc = "", ""
    if kind_of(value) in DATA:
        signature = f"{type_name(value)}  {brief(value)}"
        doc = _doc(getattr(type(_value("", owner, space)), name, None)) if owner else ""  # of a property
    elif re.match(r"[\w.]+\(", doc := _doc(value) or _("It has no docstring.")):
        signature, _end, doc = doc.partition("\n")
    elif callable(value):
        with suppress(ValueError, TypeError):
            signature = name + ADDRESS.sub("", str(inspect.signature(value)))
    lines = [f"h{source}", *[f"t{signature}"] * bool(signature)]
    lines += [*(f"c{one}" for one in _example(doc, name)), "t", *_rendered(doc)]
    text = re.sub(r"\nt(?:\nt)+(?=\n)", "\nt", "\n".join(lines).removesuffix("\nt"))
    sys.stdout.write(MARK + (text if len(text) <= LONGEST else text[:LONGEST] + "…"))


def expression(line: str) -> str:
    """The longest name, attribute, call or index that `line` ends in: `x[0].T` of `y = f(x[0].T`."""
    for begin in re.finditer(r"\b\w|[^\w\s]", line):
        with suppress(SyntaxError, ValueError):
            text = line[begin.start() :]
            for node in ast.walk(ast.parse(text, mode="eval")):
                whole = isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant))
                if whole and (found := ast.get_source_segment(text, node)) and text.endswith(found):
                    return found
    return ""


def _value(code: str, line: str, space: dict[str, Any]) -> Any:
    if not (source := expression(line)):
        raise NameError(_("there is no name in {!r}", line[-40:]))
    for one in filter(_IMPORT.match, code.splitlines()):
        with suppress(Exception, SystemExit):
            exec(one.strip().partition(";")[0], space)
    return eval(source, space)  # noqa: S307 - in a process of its own, as answers are run


def _doc(value: Any) -> str:
    """Its docstring, with that of what a short one says to see."""
    doc, torch, numpy = inspect.getdoc(value) or "", sys.modules.get("torch"), sys.modules.get("numpy")
    known = {"torch": torch, "Tensor": getattr(torch, "Tensor", None), "numpy": numpy}
    for _again in range(3):
        if len(doc) < SHORT_DOC and (refers := [*_REFERS.finditer(doc)]):
            with suppress(Exception):
                doc += f"\n\n{inspect.getdoc(eval(refers[-1][1], known)) or ''}"  # noqa: S307 - a dotted name
    return re.sub(r"(?m)^\. {3}", "", doc)[:LONGEST]


def _example(doc: str, name: str) -> list[str]:
    """The first example with a result, of `name` if there is one: as it comes out now, else as written."""
    space: dict[str, Any] = {short: sys.modules.get(module) for short, module in USUAL.items()}
    code, result = list[str](), ""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, EXAMPLE_SECONDS)
    with suppress(Exception, KeyboardInterrupt):
        examples = doctest.DocTestParser().get_examples(doc)
        found = [one for one in examples if one.want]
        found = [one for one in found if f"{name}(" in one.source] or found
        examples, result = examples[: examples.index(found[0]) + 1], found[0].want
        lines = (enumerate(one.source.splitlines()) for one in examples)
        code = [f"{'...' if number else '>>>'} {line}" for source in lines for number, line in source]
        for one in examples:
            with redirect_stdout(io.StringIO()) as printed:
                exec(compile(one.source, "<example>", "single"), space)
        result = printed.getvalue() or result
    signal.setitimer(signal.ITIMER_REAL, 0)
    return ["", *code[-EXAMPLE_LINES:], *ADDRESS.sub("", result).splitlines()[:EXAMPLE_LINES]] if code else []


def _rendered(doc: str) -> list[str]:
    """The lines of a page: those of a paragraph as one, markup as its text, no rule under a heading."""
    lines, before = [""], ""
    for line in doc.expandtabs().splitlines():
        text, last = line.strip(), lines[-1]
        is_code = text.startswith(">>>") or last[:1] == "c" or (before[-2:] == "::" and before[:2] != "..")
        if _RULE.fullmatch(text) and last[1:]:
            lines[-1] = f"h{last[1:]}"
        elif text and last[1:] and not is_code and len(before) > WRAPPED and not _ITEM.match(text):
            lines[-1] += f" {text}"
        else:
            lines.append(("c" if text and is_code else "h" if _TITLE.fullmatch(text) else "t") + line)
        before = text or before
    return [one if one[:1] == "c" else _MARKUP.sub(r"\1", one) for one in lines[1:]]
