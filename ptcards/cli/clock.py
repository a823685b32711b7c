"""The wall clock, or the one that `PTCARDS_NOW` freezes."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta, timezone

from ptcards.errors import UsageError
from ptcards.scheduling.days import Moment


class WallClock:
    """Calling it gives the present moment, UTC milliseconds with the local offset."""

    frozen = False

    def __call__(self) -> Moment:
        offset = datetime.now(timezone(timedelta(0))).astimezone().utcoffset() or timedelta(0)
        return Moment(at=time.time_ns() // 1_000_000, offset=int(offset.total_seconds() // 60))


class FrozenClock:
    """Calling it gives the moment that `PTCARDS_NOW` names."""

    frozen = True

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def __call__(self) -> Moment:
        return self._moment


def clock_from_environment(*, database_named: bool) -> WallClock | FrozenClock:
    """The clock that commands run by.

    `PTCARDS_NOW` is refused unless `PTCARDS_HOME` or a database is named too: a frozen clock must not
    write into the everyday database by oversight.
    """
    text = os.environ.get("PTCARDS_NOW")
    if not text:
        return WallClock()
    if not (database_named or os.environ.get("PTCARDS_HOME") or os.environ.get("PTCARDS_DATABASE")):
        raise UsageError(
            "PTCARDS_NOW is set: name PTCARDS_HOME or --database too, so that your own log stays out of it"
        )
    return FrozenClock(_parse(text))


def _parse(text: str) -> Moment:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"PTCARDS_NOW={text!r} is not a date: write it as 2026-11-23T08:00:00+01:00"
        ) from None
    offset = instant.utcoffset()
    if offset is None:
        raise UsageError(f"PTCARDS_NOW={text!r} lacks its offset: write it as 2026-11-23T08:00:00+01:00")
    return Moment(at=round(instant.timestamp() * 1000), offset=int(offset.total_seconds() // 60))
