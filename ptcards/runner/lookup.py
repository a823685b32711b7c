"""What a name is, and what it may go on with: an answer of our own, which prints it, run as any answer is."""

from __future__ import annotations

import ast
import builtins
import inspect
import io
import keyword
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from textwrap import dedent
from typing import Any

from ptcards.runner.pictures import ADDRESS, brief, kind_of, type_name
from ptcards.runner.protocol import DATA, MARK

MOST_NAMES, LONGEST, SHORT_DOC = 400, 12_000, 400
EXAMPLE_SECONDS, EXAMPLE_LINES = 0.3, 8
_IMPORT = re.compile(r"\s*(import|from)\s")
_BEGUN = re.compile(r"(\.?)((?:[^\W\d]\w*)?)$")
_REFERS = re.compile(r"(?:See|version of|Alias (?:of|for))\s+:\w+:`~?([\w.]+)")
_PROMPT = re.compile(r"^ *(?:>>>|\.\.\.)(?: (?!# *x?doctest)|$)")
_EXAMPLE = re.compile(r"(?m)((?:^ *(?:>>>|\.\.\.)(?: .*)?\n)+)((?:^ *(?!>>>)\S.*\n?)+)")
_ROLE = re.compile(r"(?::[\w:+-]+:)?`+~?([^`<]+?)(?:\s*<[^`>]*>)?`+_{0,2}")
_LEAD = re.compile(r"\.\. ([\w-]+)::(?: |$)|@(?:brief|param) ")
_ITEM = re.compile(r"[-*•] |@\w+ |[\w*, ]+(?:\(.*?\))? ?:(?: |$)")
_HANGING = re.compile(r" *(?:[-*•] |[\w*, ]*\w(?: ?\(.*?\))?: )")
_TITLE = re.compile(r"\w+( \w+)?:")
_RULE = re.compile("[-=~^*#]{3,}")


def names(code: str, line: str, space: dict[str, Any]) -> None:
    """Print what the name or the attribute that `line` ends in may become; `code` is the answer so far."""
    dot, begun = _BEGUN.findall(line)[0]
    if dot:
        found = {*dir(_value(code, line[: len(line) - len(begun) - 1], space))}
    else:
        written = re.findall(r"(?<![\w.])[^\W\d]\w*", code)
        found = {*space, *vars(builtins), *keyword.kwlist, *written} - {begun}
    shown = (one for one in found if one.startswith(begun) and one.isidentifier())
    shown = (one for one in shown if begun.startswith("_") or not one.startswith("_"))
    sys.stdout.write(MARK + "\n".join(sorted(shown)[:MOST_NAMES]))


def page(code: str, line: str, space: dict[str, Any]) -> None:
    """Print a page about what `line` ends in, its kind before each line: heading, code or text."""
    source, value = expression(line), _value(code, line, space)
    owner, _, name = source.rpartition(".")
    lines, doc, signature = [f"h{source}"], "", ""
    if kind_of(value) in DATA:
        signature = f"{type_name(value)}  {brief(value)}"
        doc = _doc(getattr(type(_value("", owner, space)), name, None)) if owner else ""  # of a property
    else:
        doc = _doc(value) or "It has no docstring."
        if re.match(r"[\w.]+\(", doc):
            signature, _, doc = doc.partition("\n")
        elif callable(value):
            with suppress(ValueError, TypeError):
                signature = name + ADDRESS.sub("", str(inspect.signature(value)))
    lines += [f"t{signature}"] * bool(signature)
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
        raise NameError(f"there is no name in {line[-40:]!r}")
    for one in filter(_IMPORT.match, code.splitlines()):
        with suppress(Exception, SystemExit):
            exec(one.strip(), space)
    return eval(source, space)  # noqa: S307 - in a process of its own, as answers are run


def _doc(value: Any) -> str:
    """Its docstring, with that of what a short one says to see."""
    doc, torch, numpy = inspect.getdoc(value) or "", sys.modules.get("torch"), sys.modules.get("numpy")
    known = {"torch": torch, "Tensor": getattr(torch, "Tensor", None), "numpy": numpy}
    for _ in range(3):
        if len(doc) < SHORT_DOC and (refers := [*_REFERS.finditer(doc)]):
            with suppress(Exception):
                doc += f"\n\n{inspect.getdoc(eval(refers[-1][1], known)) or ''}"  # noqa: S307 - a dotted name
    return re.sub(r"(?m)^\. {3}", "", doc)[:LONGEST]


def _example(doc: str, name: str) -> list[str]:
    """The first example with a result, of `name` if there is one: as it comes out now, else as written."""
    examples = [*_EXAMPLE.finditer(f"{doc}\n")]
    if not examples:
        return []
    found = next((one for one in examples if f"{name}(" in one[1]), examples[0])
    code = [line.strip() for line in doc[: found.end(1)].splitlines() if _PROMPT.match(line)]
    usual = {"torch": "torch", "np": "numpy", "nn": "torch.nn", "F": "torch.nn.functional", "cv2": "cv2"}
    space = {short: sys.modules.get(module) for short, module in usual.items()}
    result, printed = dedent(found[2]).rstrip(), io.StringIO()
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, EXAMPLE_SECONDS)
    with suppress(Exception, KeyboardInterrupt), redirect_stdout(printed):
        tree = ast.parse("\n".join(line[4:] for line in code))
        last = ast.Interactive([tree.body.pop()])
        exec(compile(tree, "<example>", "exec"), space)
        printed.truncate(0)
        exec(compile(last, "<example>", "single"), space)
        result = printed.getvalue().strip("\0\n") or result
    signal.setitimer(signal.ITIMER_REAL, 0)
    return ["", *code[-EXAMPLE_LINES:], *ADDRESS.sub("", result).splitlines()[:EXAMPLE_LINES]]


def _rendered(doc: str) -> Iterator[str]:
    """The lines of a page: paragraphs on one line each, roles as their text, no rule under a heading."""
    paragraph, before, literal, example = "", -1, -1, False
    for line in [*doc.expandtabs().splitlines(), ""]:
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if paragraph and _RULE.fullmatch(text):
            yield f"h{paragraph}"
            paragraph = ""
            continue
        literal = -1 if text and indent <= literal else literal  # the indent that code is under
        example = bool(text) and (example or text.startswith(">>>"))
        is_code = example or (bool(text) and literal >= 0)
        goes_on = indent == before or (indent > before and _HANGING.match(paragraph))
        if paragraph and (is_code or not text or not goes_on or _ITEM.match(text)):
            yield f"{'h' if _TITLE.fullmatch(paragraph) else 't'}{paragraph}"
            paragraph = ""
        if is_code or not text:
            yield f"c{line}" if text else "t"
            continue
        before = indent
        if text.endswith("::") and not text.startswith(".."):
            literal, text = indent, text[:-1]
        if lead := _LEAD.match(text):
            text = (f"{lead[1].capitalize()}: " if lead[1] else "") + text[lead.end() :]
        text = _ROLE.sub(r"\1", text)
        paragraph = f"{paragraph} {text}" if paragraph else " " * indent + text
