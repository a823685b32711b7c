"""HTML of other programs as Markdown or plain text; hostile HTML costs time in proportion to its length."""

import html
import re
from typing import Any

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

DEEPEST = 60
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*)>")
_LOOSE = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
_SOUND = re.compile(r"\[sound:([^\[\]]{1,500})\]")
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|pre|blockquote)>", re.IGNORECASE)
_ITEM = re.compile(r"</?[a-zA-Z][^<>]*>")
_VOID = re.compile(r"(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\Z")
_UNSEEN = ("script", "style", "head", "title", "template")
_LOOKS_LIKE_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_MANY_BREAKS = re.compile(r"\n{3,}")


def to_markdown(text: str) -> str:
    """HTML as Markdown; pictures and sounds are named, not shown."""
    text = name_media(text)
    if "<" not in text:
        return str(_CONVERTER.escape(html.unescape(text), set())).strip()
    text = _whole_tags(text)
    if _depth(text) > DEEPEST:
        return to_text(text)
    try:
        markdown = str(_CONVERTER.convert(text))
    except (RecursionError, ValueError, AssertionError):
        return to_text(text)
    return _MANY_BREAKS.sub("\n\n", markdown).strip()


def to_text(text: str) -> str:
    """HTML as the text that one sees: for code, and for what is nested too deep."""
    if "<" not in text:
        return html.unescape(text).replace("\xa0", " ")
    text = _ITEM.sub("", _BREAK.sub("\n", _whole_tags(text)))
    return html.unescape(text).replace("\xa0", " ").rstrip()


def count_media(text: str) -> int:
    """How many pictures and sounds a field shows."""
    return len(_SOUND.findall(text)) + len(_IMAGE.findall(text))


def name_media(text: str) -> str:
    """Pictures and sounds as their names in brackets."""
    text = _SOUND.sub(lambda found: f"(sound: {html.escape(found[1])})", text) if "[sound:" in text else text
    return _IMAGE.sub(_image_name, text) if "<" in text else text


def _image_name(found: re.Match[str]) -> str:
    source = _SOURCE.search(found[0])
    name = next((part for part in source.groups() if part), "") if source else ""
    return f"(picture: {html.escape(html.unescape(name))})" if name else "(picture)"


def _whole_tags(text: str) -> str:
    """Only what is a whole tag stays one: the parser takes long over what only begins like one."""
    return _LOOSE.sub("&lt;", _without_comments(text))


def _without_comments(text: str) -> str:
    if "<!--" not in text:
        return text
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[position:start])
        position = end + 3
    return "".join(kept) + text[position:]


def _depth(text: str) -> int:
    """How deep tags are nested at most, as a parser that closes nothing by itself sees it."""
    depth = deepest = 0
    for closing, name, rest in _TAG.findall(text):
        if _VOID.match(name.lower()) or rest.endswith("/"):
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


_BASE: Any = MarkdownConverter


class _Converter(_BASE):  # type: ignore[misc] # the library says little of its types
    """Anki's HTML: line breaks within code are line breaks, scripts and styles are not text."""

    def convert(self, text: str) -> Any:
        soup = BeautifulSoup(text, "html.parser")
        for unseen in soup.find_all(_UNSEEN):
            unseen.decompose()
        return self.convert_soup(soup)

    def convert_br(self, element: Any, text: str, parent_tags: set[str]) -> Any:
        return "\n" if parent_tags & {"pre", "code"} else super().convert_br(element, text, parent_tags)

    def escape(self, text: str, parent_tags: set[str]) -> Any:
        return _LOOKS_LIKE_TAG.sub(r"\<", super().escape(text, parent_tags))


_CONVERTER = _Converter(heading_style="ATX", bullets="-", newline_style="backslash")
