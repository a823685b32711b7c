"""Texts of decks and learners as content: never markup, no control character left in them, code coloured."""

from __future__ import annotations

import unicodedata

from pygments.token import Token
from textual.content import Content
from textual.highlight import HighlightTheme, highlight

MOST_HIGHLIGHTED = 20_000
"""Characters; longer code is shown without colours, which take time."""


class CodeColours(HighlightTheme):
    """Calm: colour for what carries meaning, nothing underlined."""

    STYLES = {  # noqa: RUF012  (the framework's own declaration, a plain class attribute)
        Token.Comment: "$foreground 60% italic",
        Token.Keyword: "$text-accent",
        Token.Keyword.Constant: "$text-warning",
        Token.Literal.Number: "$text-warning",
        Token.Literal.String: "$text-success",
        Token.Name.Builtin: "$text-primary",
        Token.Name.Function: "$text-primary",
        Token.Name.Class: "$text-primary",
        Token.Name.Decorator: "$text-primary",
        Token.Operator.Word: "$text-accent",
    }


def visible(text: str) -> str:
    """The text with tabs as spaces and every other control or direction character shown as its escape."""
    text = text.replace("\r\n", "\n").expandtabs(4)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs"):
        return character
    if character in "\u200c\u200d":  # joiners that scripts and emoji need
        return character
    return repr(character)[1:-1] if character.isascii() else character.encode("unicode_escape").decode()


def plain(text: str, style: str = "") -> Content:
    """`text` as it is, in one style."""
    return Content.styled(visible(text), style) if style else Content(visible(text))


def one_line(text: str, style: str = "") -> Content:
    """`text` on one line, blanks and newlines drawn together."""
    return plain(" ".join(text.split()), style)


def code(text: str, language: str = "python") -> Content:
    """`text` with the colours of its language."""
    text = visible(text).rstrip()
    if len(text) > MOST_HIGHLIGHTED or not language:
        return Content(text)
    return highlight(text, language=language, theme=CodeColours, tab_size=4)
