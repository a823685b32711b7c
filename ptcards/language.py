"""The language of the app's own words: English in the code, others in gettext's catalogues in `locale/`."""

import gettext
from datetime import date
from typing import ClassVar

from ptcards import text as english
from ptcards.paths import shipped

LANGUAGES = {"en": "English", "zh": "中文"}  # those that there is a catalogue of, each by its own name


class _Catalogue:
    language = "en"
    known: ClassVar = {"en": gettext.NullTranslations()}


def use(language: str) -> None:
    """Speak `language` from now on (`zh`, `zh-CN`); English where there is no catalogue of it."""
    name = _Catalogue.language = language[:2] if language[:2] in LANGUAGES else "en"
    if name not in _Catalogue.known:
        _Catalogue.known[name] = gettext.translation("ptcards", shipped("locale"), [name])


def in_use() -> str:
    return _Catalogue.language


def _(words: str, *values: object, **named: object) -> str:
    """The words in the language in use, each `{}` and `{name}` in them replaced by its value."""
    words = _Catalogue.known[_Catalogue.language].gettext(words) if words else ""
    return words.format(*values, **named) if values or named else words


def later(words: str) -> str:
    """The words as they are: marks for the catalogues what `_` is asked for only where it is shown."""
    return words


_COUNTED = {later("1 card"), later("1 hint"), later("1 leech"), later("1 review")}
"""Nouns that another language has other words for where none are counted."""


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 card`, `1,204 cards`, `2 entries`, and what that is in the language in use."""
    other = _(one) if (one := f"1 {noun}") in _COUNTED else _(noun)
    return english.counted(count, noun, plural) if other in (noun, one) else f"{count:,} {other}"


def day_in_words(day: date, *, year: bool = False) -> str:
    """`Mon 4 Jan`, `Mon 4 Jan 2027`."""
    weekday = _("Mon Tue Wed Thu Fri Sat Sun").split()[day.weekday()]
    words = _("{weekday} {day} {month} {year}") if year else _("{weekday} {day} {month}")
    return words.format(weekday=weekday, day=day.day, month=month_in_words(day), year=day.year)


def month_in_words(day: date) -> str:
    return _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[day.month - 1]
