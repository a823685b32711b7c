"""A class as one HTML page, in the style of the statistics: what a teacher looks at, and may show."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from ptcards.language import _, counted, later, month_in_words
from ptcards.scheduling.days import date_of, day_of
from ptcards.statistics.classroom import STOPPED, WORDLESS, Card, Classroom, Mistake, Practice
from ptcards.statistics.drawing import Bars, Point, Section, Table, levels
from ptcards.statistics.numbers import NONE, WIDEST, clean, dated, kind_in_words
from ptcards.statistics.page import rendered
from ptcards.text import visible

_WEEKS = 12
"""Of the strips of days."""
_WEEK, _EACH = 30, 4
"""Pixels from one week to the next, and from one day to the next."""
_SHOWN, _OF_A_CARD = 16, 3
"""Cards whose most common mistakes are shown, and how many of each."""
_CHART, _LISTED, _ROWS = 15, 30, 1000
"""Of a chart, of a list, of a table."""
_CODE, _LINES = 1500, 12
"""Characters and lines of an answer that are shown."""
_NAME = 60

MISTAKES = later(
    "Named by the deck, and met by answers that failed in just that way: in reviews, drills or cramming. "
    "Of the pupils who answered the card; the true share lies in the range with 95 % confidence, and a "
    "question mark says that it is wide. Newest answer: to the card, of those who once made the mistake."
)
NOBODY = later(
    "Asked in reviews, and not one pupil was right at the first check without a hint, ever. Of a few "
    "pupils that is soon so by chance; where many were asked, the fault may be the card's: its question, "
    "or its check."
)
FIRST_TRY = later(
    "Right at the first check with no hint, in reviews: what was just taught, drilled, crammed, disputed "
    "or brought in from elsewhere is left out. It is the mean of the pupils' own shares, so that who is "
    "asked more often weighs no more; in brackets, how many pupils were asked. First come the cards that "
    "are sure to go badly: by the upper end of the range."
)
PUPILS = later(
    "Days with an answer of any kind, and the answers of each of the last 12 weeks' days: the darker, the"
    " more. Stopped: none in the 14 days before the newest of the class."
)
DISPUTED = later("Where a pupil said that the card is wrong; in their words only where they handed these in.")
LEFT_OUT = later("What could not be counted, and why.")


class Strip(NamedTuple):
    """A pupil's line: the days as boxes, each with its shade and what it says."""

    name: str
    state: str
    says: str
    boxes: Sequence[tuple[int, int, str]]


def class_page(found: Classroom, left_out: Sequence[str], title: str = "") -> str:
    """The whole page; every text in it is escaped."""
    heading = " · ".join(filter(None, (_("The class"), clean(title), _period(found))))
    words = {
        "mistakes": _("Named mistakes"),
        "mistakes_about": _(MISTAKES),
        "none": _("No answer met a mistake that its deck names."),
        "who": _("Who made it"),
        "sample": _("an answer, handed in to be shown"),
        "all": _("All of them, card by card"),
        "pupils": _("Pupils"),
        "pupils_about": _(PUPILS),
    }
    return rendered(
        "class.html",
        heading=heading,
        words=words,
        tiles=list(_tiles(found)),
        mistaken=list(map(_mistaken, found.mistaken[:_SHOWN])),
        mistakes=_mistakes(found),
        sections=list(_sections(found)),
        facts=_practice(found),
        strips=list(_strips(found)),
        months=list(_months(found)),
        weeks=[_WEEK * week for week in range(_WEEKS)],
        last=list(_told(found, left_out)),
    )


def _period(found: Classroom) -> str:
    first = min((min(one.days) for one in found.pupils if one.days), default=None)
    if first is None or first == found.newest:
        return dated(first) if first is not None else ""
    return _("{} to {}", dated(first), dated(found.newest))


def _tiles(found: Classroom) -> Iterator[tuple[str, str]]:
    active = sum(one.state == "practises" for one in found.pupils)
    named = sum(len(one.mistakes) for one in found.cards)
    yield f"{len(found.pupils):,}", _("pupils, {:,} of them practised in the last {} days", active, STOPPED)
    yield (
        f"{sum(sum(one.days.values()) for one in found.pupils):,}",
        _("answers to {}", counted(len(found.cards), "card")),
    )
    yield f"{named:,}", _("named mistakes, on {}", counted(len(found.mistaken), "card"))
    yield f"{len(found.failing):,}", _("cards that nobody gets right at the first try")


def _mistaken(card: Card) -> tuple[str, str, str, list[dict[str, Any]]]:
    """A card, and its most common mistakes."""
    foreign = "" if card.question else _("not in your decks: its mistakes are as they were handed in")
    shown = [one for one in card.mistakes[:_OF_A_CARD] if one.pupils.hits > 1] or card.mistakes[:1]
    return clean(card.key), card.question, foreign, list(map(_mistake, shown))


def _mistake(one: Mistake) -> dict[str, Any]:
    """What is said of a mistake."""
    share, range_ = one.pupils.cells[1:]
    says = [_("{:,} of {} ({}; {})", one.pupils.hits, counted(one.pupils.of, "pupil"), share, range_)]
    says += [counted(one.times, "time")]
    says += [_("{:,} in their newest answer", one.lately)] if one.lately else []
    return {
        "said": clean(one.said),
        "share": round(100 * one.pupils.share, 1),
        "says": " · ".join(says),
        "code": _shown(one.code or ""),
        "who": ", ".join(name[:_NAME] for name in one.names),
        "samples": list(map(_shown, one.samples)),
    }


def _mistakes(found: Classroom) -> Table:
    """All of them."""
    rows = [
        (
            clean(card.key),
            clean(one.said),
            f"{one.pupils.hits:,}",
            *one.pupils.cells,
            f"{one.times:,}",
            f"{one.lately:,}",
        )
        for card in found.mistaken
        for one in card.mistakes
    ]
    return Table(_("card|mistake|pupils|of|share|95 %|times|newest"), rows[:_ROWS])


def _shown(code: str) -> str:
    lines = visible(code[:_CODE].expandtabs(4).rstrip()).splitlines()
    cut = ["…"] if len(lines) > _LINES or len(code) > _CODE else []
    return "\n".join([*lines[:_LINES], *cut])


def _sections(found: Classroom) -> Iterator[Section]:
    facts = [*map(_nobody, found.failing[:_LISTED])] or [_("none")]
    yield Section(
        facts, name="nobody", title=_("Cards that nobody gets right at the first try"), about=_(NOBODY)
    )
    tried = [one for one in found.cards if one.tried]
    points = [Point(clean(one.key), one.share, _share(one)) for one in tried[:_CHART]]
    rows = [
        (
            clean(one.key),
            *(f"{count:,}" for count in (one.tried, one.tries)),
            *(f"{100 * one.share:.0f} %", _range(one.interval)),
            f"{one.never.hits:,}",
        )
        for one in tried[:_ROWS]
    ]
    head = _("card|pupils|reviews|first try|95 %|never right")
    rest = len(tried) - len(rows)
    facts = [_("and {:,} more: {}", rest, "--json")] if rest else []
    facts += [] if tried else [_("none")]
    chart, table = (Bars(points, most=1.0), Table(head, rows)) if tried else (None, None)
    made = Section(facts, chart, table, name="first-try", title=_("Cards by the first try"))
    yield made._replace(about=_(FIRST_TRY))


def _nobody(card: Card) -> str:
    low = f"{100 * card.never.interval[0]:.0f} %"
    asked = _("{:,} of {} in {}", card.tried, counted(card.tried, "pupil"), counted(card.tries, "review"))
    sure = _("at least {} of such pupils would fail (95 %)", low) + (" ?" if card.never.too_few else "")
    most = card.failures[0][0] if card.failures else ""
    how = _("mostly {}", kind_in_words(most)[:_NAME]) if most else ""
    disputed = _("disputed: {:,}", len(card.disputed)) if card.disputed else ""
    return " · ".join(filter(None, (clean(card.key), asked, sure, how, disputed)))


def _share(card: Card) -> str:
    return f"{100 * card.share:.0f} % ({card.tried:,})" + " ?" * _is_wide(card.interval)


def _range(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{100 * low:.0f}-{100 * high:.0f} %" + " ?" * _is_wide(interval)


def _is_wide(interval: tuple[float, float]) -> bool:
    return interval[1] - interval[0] > WIDEST


def _told(found: Classroom, left_out: Sequence[str]) -> Iterator[Section]:
    disputed = sorted(
        (one for one in found.cards if one.disputed), key=lambda one: (-len(one.disputed), one.key)
    )
    facts = []
    for card in disputed[:_LISTED]:
        names = dict.fromkeys(name[:_NAME] for _, name, _ in card.disputed)
        facts.append(" · ".join((clean(card.key), counted(len(card.disputed), "answer"), ", ".join(names))))
        said = dict.fromkeys(clean(words)[:_CODE] for *_, words in card.disputed if words != WORDLESS)
        facts += [f"  “{words}”" for words in [*said][:_OF_A_CARD]]
    if facts:
        facts += (
            [_("and {:,} more: {}", len(disputed) - _LISTED, "--json")] if len(disputed) > _LISTED else []
        )
        yield Section(facts, name="disputed", title=_("Answers disputed"), about=_(DISPUTED))
    others = _("{:,} cards that one pupil alone has, and you do not: --deck takes theirs", found.others)
    told = [*map(visible, left_out), *([others] if found.others else [])]
    if told:
        yield Section(told, name="left-out", title=_("Left out"), about=_(LEFT_OUT))


# -- who practises -------------------------------------------------------------------------------------------


def _practice(found: Classroom) -> list[str]:
    states = (
        ("stopped", later("Stopped: {}")),
        ("unknown", later("Handed in too long ago to say: {}")),
        ("nothing", later("No answer at all: {}")),
    )
    facts = []
    for state, words in states:
        names = [one.name[:_NAME] for one in found.pupils if one.state == state]
        facts += [_(words, ", ".join(names))] if names else []
    return facts


def _strips(found: Classroom) -> Iterator[Strip]:
    first, newest = _first(found), found.newest
    shown = [
        (pupil, {day: count for day, count in pupil.days.items() if first <= day <= newest})
        for pupil in found.pupils
    ]
    # One scale for all.
    counts = sorted({count for _, days in shown for count in days.values()})
    every = [count for _, days in shown for count in days.values()]
    shades = dict(zip(every, levels(every), strict=True)) if counts else {}
    for pupil, days in shown:
        boxes = []
        for day, count in sorted(days.items()):
            x = (day - first) // 7 * _WEEK + (day - first) % 7 * _EACH
            boxes.append((x, shades[count], f"{dated(day)}: {count:,}"))
        yield Strip(pupil.name[:_NAME], pupil.state, _says(pupil), boxes)


def _says(pupil: Practice) -> str:
    parts = [counted(len(pupil.days), "day"), _("last {}", dated(pupil.last))] if pupil.days else [NONE]
    if pupil.state == "unknown":
        parts.append(_("handed in {}", dated(pupil.until)))
    return " · ".join(parts)


def _first(found: Classroom) -> int:
    """A Monday: the first day of the strips."""
    newest = found.newest
    return newest - date_of(newest).weekday() - 7 * (_WEEKS - 1)


def _months(found: Classroom) -> Iterator[tuple[int, str]]:
    """Where in the strips a month begins."""
    first = _first(found)
    start = date_of(first)
    for week in range(_WEEKS):
        days = [start + timedelta(7 * week + day) for day in range(7)]
        begin = next((day for day in days if day.day == 1), days[0] if week == 0 else None)
        if begin is not None and (week or all(day.day < 20 for day in days)):  # noqa: PLR2004 - room for a word
            x = week * _WEEK + (day_of(begin) - first) % 7 * _EACH
            yield x, month_in_words(begin)
