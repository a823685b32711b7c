"""What an editor for short Python answers knows about text. Pure; nothing is run."""

from __future__ import annotations

import ast
import codeop
import re
import warnings

TAB = 4

_QUOTES = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"',
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u00d7": "*", "\u2026": "...",
})  # fmt: skip
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u2060\ufeff]")
_LONE_RETURN = re.compile(r"(?<!\r)(\r\r)*\r(?!\r)")
_CLOSES_A_BLOCK = re.compile(r"\s*(return|pass|break|continue|raise)\b")


def is_complete(text: str) -> bool:
    """Enter may check `text`: it is one line, and either a whole statement or plainly wrong."""
    if "\n" in text:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codeop.compile_command(text, symbol="exec") is not None
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return True


def mend(pasted: str, *, code: bool) -> str:
    """Pasted text as it was meant: plain newlines and blanks, and in code that does not parse plain quotes.

    A single line loses the newline at its end.
    """
    if "\n" not in pasted and not _LONE_RETURN.search(pasted):
        pasted = pasted.replace("\r\r", "\n")  # Windows newlines, as tmux and some terminals hand them on
    text = pasted.replace("\r\n", "\n").replace("\r", "\n").expandtabs(TAB)
    text = _INVISIBLE.sub("", text)
    if code:
        text = _SPACES.sub(" ", text)
        if not text.isascii() and not _parses(text):
            text = text.translate(_QUOTES)
    return text.removesuffix("\n") if text.count("\n") == 1 else text


def _parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


def indent_after(line: str) -> str:
    """The blanks that the line after `line` (as far as the cursor) starts with."""
    blanks = line[: len(line) - len(line.lstrip())]
    body = line.split("#", maxsplit=1)[0].rstrip()
    if body.endswith((":", "(", "[", "{")):
        return blanks + " " * TAB
    if _CLOSES_A_BLOCK.match(body):
        return blanks[TAB:]
    return blanks


def blanks_to_delete(before: str) -> int:
    """How many characters Backspace takes where `before` stands left of it: a whole step of indent."""
    if not before or before.strip(" "):
        return 1
    return (len(before) - 1) % TAB + 1
