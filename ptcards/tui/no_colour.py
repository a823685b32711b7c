"""The screen for whoever wants no colour: reverse, bold and shades say what colours say elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

if TYPE_CHECKING:
    from rich.color import Color as RichColor

_SHADES = " ░▒▓█"
_PIXELS = "▀"
"""What pictures are made of: the upper half in one colour, the lower in another."""
_REVERSED = Style(reverse=True)
_APART = 0.12
"""The part of a channel by which a background differs that marks something; softer ones only decorate."""


class NoColour(LineFilter):
    """Takes all colour out of what is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """What stood on a ground of its own is reversed; the pixels of pictures become shades."""
        return [_plain(segment, background) for segment in segments]


def _plain(segment: Segment, background: Color) -> Segment:
    text, style, control = segment
    if style is None or control:
        return segment
    if style.color is not None and text and not text.strip(_PIXELS):
        return Segment(_shade(style) * len(text), _without_colour(style))
    if _is_apart(style.bgcolor, background):
        return Segment(text, _without_colour(style) + _REVERSED)
    return Segment(text, _without_colour(style))


@lru_cache(4096)
def _without_colour(style: Style) -> Style:
    # What a click on it does is kept.
    return style.without_color + Style.from_meta(style.meta)


@lru_cache(4096)
def _is_apart(ground: RichColor | None, background: Color) -> bool:
    if ground is None or ground.is_default:
        return False
    channels = zip(Color.from_rich_color(ground).normalized, background.normalized, strict=True)
    return any(abs(one - other) > _APART for one, other in channels)


@lru_cache(4096)
def _shade(style: Style) -> str:
    halves = [Color.from_rich_color(half).brightness for half in (style.color, style.bgcolor) if half]
    return _SHADES[min(len(_SHADES) - 1, int(sum(halves) / len(halves) * len(_SHADES)))]
