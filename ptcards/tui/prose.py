"""Markdown and code of decks as blocks of text: nothing in it can be clicked, opened or loaded."""

from collections.abc import Iterator
from functools import cache
from itertools import chain, count, repeat

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from pygments import token as syntax
from textual.content import Content
from textual.highlight import HighlightTheme, highlight

from ptcards.deck.card import Markup
from ptcards.tui.page import BLANK, DIM, Block, Lines, is_wide, one_line, plain, visible

MOST_HIGHLIGHTED = 20_000  # characters; longer code is shown without colours, which take time
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
    return _blocks(SyntaxTreeNode(_parser().parse(text)))


def _blocks(node: SyntaxTreeNode, indent: int = 0, mark: str = "") -> list[Lines]:
    """A part of a text, its first paragraph with `mark` in the indent."""
    match node.type:
        case "paragraph" | "heading":
            text = _inline(node.children[0], "bold" if node.type == "heading" else "")
            return [Block(text, indent, mark)]
        case "fence" | "code_block":
            language = (node.info.split() or ["python"])[0]
            return [Block(code(node.content, language), indent + 2, code=True)]
        case "hr":
            return [Block(plain("───"), indent)]
        case "table":
            rows = chain.from_iterable(part.children for part in node.children)
            texts = ([_inline(cell.children[0]) for cell in row.children] for row in rows)
            return [Block(Content("   ").join(row), indent + 2) for row in texts]
        case "bullet_list":
            marks: Iterator[str] = repeat("•")
        case "ordered_list":
            marks = (f"{number}." for number in count(int(node.attrs.get("start", 1))))
        case _:
            marks = chain([mark], repeat(""))
    indent += {"list_item": 3, "blockquote": 2}.get(node.type, 0)
    tight = any(one.hidden for part in (node, *node.children) for one in part.children)
    found: list[Lines] = []
    for child, first in zip(node.children, marks, strict=False):
        blocks = _blocks(child, indent, first)
        found += [BLANK, *blocks] if found and blocks and not tight else blocks
    return found


def _inline(node: SyntaxTreeNode, style: str = "") -> Content:
    match node.type:
        case "softbreak":
            # Between two signs that want no blank, a line's end is none.
            before, after = (one.content if one else "" for one in (node.previous_sibling, node.next_sibling))
            return Content("" if is_wide(before[-1:]) and is_wide(after[:1]) else " ")
        case "hardbreak":
            return Content("\n")
        case "code_inline":
            return plain(node.content, f"{style} $text-accent")
        case "inline" | "strong" | "em" | "s" | "link":
            style = f"{style} {_INLINE_STYLES.get(node.type, '')}".strip()
            return Content("").join(_inline(child, style) for child in node.children)
    return plain(node.content, style)


def sentence(text: str, markup: Markup = Markup.MARKDOWN) -> Content:
    """A short text on one paragraph, with its `code` and emphasis unless it is plain."""
    if markup is Markup.PLAIN:
        return one_line(text)
    return _inline(SyntaxTreeNode(_parser().parseInline(" ".join(text.split()))).children[0])
