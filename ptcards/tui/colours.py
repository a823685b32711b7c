"""Code in the colours of its language: apart, because the first screen shows none and it loads slowly."""

from __future__ import annotations

from pygments.token import Token
from textual.content import Content
from textual.highlight import HighlightTheme, highlight

from ptcards.tui.page import visible

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


def code(text: str, language: str = "python") -> Content:
    """`text` with the colours of its language."""
    text = visible(text).rstrip()
    if len(text) > MOST_HIGHLIGHTED or not language:
        return Content(text)
    return highlight(text, language=language, theme=CodeColours, tab_size=4)
