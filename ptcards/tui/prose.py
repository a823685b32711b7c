"""Markdown and code of decks as blocks of text: nothing in it can be clicked, opened or loaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import token as syntax
from textual.content import Content
from textual.highlight import HighlightTheme, highlight

from ptcards.deck.card import Markup
from ptcards.tui.page import BLANK, DIM, Block, Lines, is_wide, one_line, plain, visible

MOST_HIGHLIGHTED = 20_000
"""Characters; longer code is shown without colours, which take time."""


_NAME = syntax.Name


class CodeColours(HighlightTheme):
    """Calm: colour for what carries meaning, nothing underlined."""

    STYLES = {
        syntax.Comment: f"{DIM} italic",
        **dict.fromkeys((syntax.Keyword, syntax.Operator.Word), "$text-accent"),
        **dict.fromkeys((syntax.Keyword.Constant, syntax.Literal.Number), "$text-warning"),
        syntax.Literal.String: "$text-success",
        **dict.fromkeys((_NAME.Builtin, _NAME.Function, _NAME.Class, _NAME.Decorator), "$text-primary"),
    }


def code(text: str, language: str = "python") -> Content:
    """`text` with the colours of its language."""
    text = visible(text).rstrip()
    if len(text) > MOST_HIGHLIGHTED or not language:
        return Content(text)
    return highlight(text, language=language, theme=CodeColours, tab_size=4)


_INLINE_STYLES = {"strong": "bold", "em": "italic", "s": "strike", "link": "underline"}


@cache
def _parser() -> MarkdownIt:
    # Raw HTML stays text: `<class 'torch.Tensor'>` must not vanish from a question.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def prose(text: str, markup: Markup = Markup.MARKDOWN) -> list[Lines]:
    """The blocks of `text`, a blank line between paragraphs; plain text is shown as it is."""
    if markup is Markup.PLAIN:
        return [Block(plain(text.rstrip()))] if text.strip() else []
    writer = _Writer()
    for token in _parser().parse(text):
        writer.take(token)
    return writer.blocks


@dataclass(slots=True)
class _Writer:
    """Turns a stream of tokens into blocks."""

    blocks: list[Lines] = field(default_factory=list)
    _indent: int = 0
    _lists: list[int | None] = field(default_factory=list)
    """The next number of each open list, None for bullets."""
    _mark: str = ""
    _heading: bool = False
    _tight: bool = False
    _row: list[Content] = field(default_factory=list)
    _in_table: bool = False

    def take(self, token: Token) -> None:
        match token.type:
            case "inline":
                text = _inline(token.children or [])
                if self._in_table:
                    self._row.append(text)
                else:
                    text = text.stylize("bold") if self._heading else text
                    self._add(Block(text, indent=self._indent, first=self._mark))
            case "fence" | "code_block":
                language = token.info.split()[0] if token.info.split() else "python"
                self._add(Block(code(token.content, language), indent=self._indent + 2, code=True))
            case "heading_open" | "heading_close":
                self._heading = token.nesting == 1
            case "paragraph_open":
                self._tight = token.hidden
            case "bullet_list_open" | "ordered_list_open":
                start = token.attrGet("start")
                self._lists.append(int(start or 1) if token.type.startswith("ordered") else None)
                self._indent += 3
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._indent -= 3
            case "list_item_open":
                number = self._lists[-1]
                self._mark = "•" if number is None else f"{number}."
                self._lists[-1] = None if number is None else number + 1
            case "blockquote_open" | "blockquote_close":
                self._indent += 2 * token.nesting
            case "hr":
                self._add(Block(plain("───"), indent=self._indent))
            case "table_open" | "table_close":
                self._in_table, self._tight = token.nesting == 1, False
            case "tr_open":
                self._row = []
            case "tr_close":
                self._add(Block(Content("   ").join(self._row), indent=self._indent + 2))
                self._tight = True

    def _add(self, block: Block) -> None:
        if self.blocks and not (self._tight and (self._lists or self._in_table)):
            self.blocks.append(BLANK)
        self.blocks.append(block)
        self._mark = ""


def _pieces(tokens: Sequence[Token]) -> Iterator[Content]:
    styles: list[str] = []
    for number, token in enumerate(tokens):
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in _INLINE_STYLES:
            if token.nesting == 1:
                styles.append(_INLINE_STYLES[name])
            elif styles:
                styles.pop()
        elif token.type == "code_inline":
            yield plain(token.content, " ".join([*styles, "$text-accent"]))
        elif token.type == "softbreak":
            # Between two signs that want no blank, a line's end is none.
            before, after = tokens[max(0, number - 1)].content[-1:], tokens[number + 1 : number + 2]
            chinese = is_wide(before) and bool(after) and is_wide(after[0].content[:1])
            yield Content("" if chinese else " ")
        elif token.type == "hardbreak":
            yield Content("\n")
        else:
            yield plain(token.content, " ".join(styles))


def _inline(tokens: Sequence[Token]) -> Content:
    return Content("").join(_pieces(tokens))


def sentence(text: str, markup: Markup = Markup.MARKDOWN) -> Content:
    """A short text on one paragraph, with its `code` and emphasis unless it is plain."""
    if markup is Markup.PLAIN:
        return one_line(text)
    tokens = _parser().parseInline(" ".join(text.split()))
    return _inline(tokens[0].children or []) if tokens else Content("")
