"""Statistics of the library, or of a part of it."""

from datetime import date

from ptcards.scheduling.days import day_of
from ptcards.statistics.report import Report, report
from ptcards.study.desk import Desk

YEAR = 365


def statistics(
    desk: Desk, *, deck: str | None = None, tag: str | None = None, since: date | None = None
) -> Report:
    """Numbers over the history, the period from `since` on (a year ago); UsageError: no such deck or tag."""
    slug = None if deck is None else desk.deck(deck).slug
    store, today = desk.store, desk.now().day
    if tag is not None:
        desk.tagged(tag)
    first = today - YEAR + 1 if since is None else min(day_of(since), today)
    return report(store.sums.read(today, first, slug, tag), slug, tag)
