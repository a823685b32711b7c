"""SM-2 as P. A. Wozniak wrote it in 1990, on whole numbers: days, and hundredths of an E-Factor."""

# hashlib would load OpenSSL, which a prompt waits for.
from _blake2 import blake2b
from collections.abc import Callable
from datetime import date
from typing import NamedTuple, Protocol, Self

from ptcards.scheduling.days import LAST_DAY, date_of

START_EASE = 250
LOWEST_EASE = 130
LONGEST_INTERVAL = 36_500
LEECH = 8  # lapses that make a card a leech
LEECH_AGAIN = 4  # further lapses after each of which a leech is reported again
GOOD = 4
LEARNED = 2  # repetitions from which a card is no longer learning
PASS = 3
_SPREAD = 20  # fuzz is up to one twentieth of the interval, either way
_EASE_CHANGE = (0, 0, 0, -14, 0, 10)
_FIRST_INTERVALS = (0, 1, 6)
_new = tuple.__new__


class Schedule(NamedTuple):
    """One card's schedule. A named tuple: replay makes millions of them, and a row of the table is one."""

    repetitions: int = 0  # passes in a row since the card was new or failed
    interval_days: int = 0  # the planned interval, before any fuzz
    ease: int = START_EASE  # E-Factor in hundredths
    lapses: int = 0  # grades below 3 given while the card had at least one repetition
    due_day: int | None = None  # the study day it comes back on; None for a card that is new
    drill_day: int | None = None  # The study day whose drill it is in; on any other day that means nothing
    answers: int = 0  # grades in force of every kind (graded, drilled, crammed)
    buried_until: int | None = None  # the first study day on which it is offered again
    suspended: bool = False
    marked: bool = False
    head: str = ""  # the id of the newest event that touched the card; "" where none did

    @property
    def due(self) -> date | None:
        return None if self.due_day is None else date_of(self.due_day)

    @property
    def leech(self) -> bool:
        return self.lapses >= LEECH


NEW = Schedule()


def grade(
    schedule: Schedule,
    q: int,
    day: int,
    *,
    fuzz_days: int = 0,
    taught: bool = False,
    own_interval: int | None = None,
) -> Schedule:
    """The schedule after grade `q` (0 to 5) on study day `day`, outside the drill.

    On a card that is new or due it is a repetition. On any other it is practice, which moves nothing
    unless it is below 3: that restarts the card. Below 4 the card joins the day's drill.
    `own_interval`, in days, is that of another algorithm: the E-Factor goes on as if it were SM-2's.
    """
    repetitions, interval, ease, lapses, due, _, answers, buried, suspended, marked, head = schedule
    if q < PASS:
        if repetitions and not taught:
            lapses += 1
        repetitions, interval = 0, own_interval or 1
        due = day + interval
    elif due is None or due <= day:
        ease += _EASE_CHANGE[q]
        if ease < LOWEST_EASE:  # noqa: PLR1730 (a million times in a replay: max() costs twice as much)
            ease = LOWEST_EASE
        repetitions += 1
        if own_interval is not None:
            interval = own_interval
        elif repetitions <= LEARNED:
            interval = _FIRST_INTERVALS[repetitions]
        else:
            longer = -(-interval * ease // 100) or 1  # rounded up
            interval = min(longer, LONGEST_INTERVAL)
        due = day + interval
        if fuzz_days:
            due = day + max(1, min(interval + fuzz_days, LONGEST_INTERVAL))
    if due > LAST_DAY:  # noqa: PLR1730 (as above)
        due = LAST_DAY
    drill_day = day if q < GOOD else None
    return _new(
        Schedule,
        (repetitions, interval, ease, lapses, due, drill_day, answers + 1, buried, suspended, marked, head),
    )


def drill(schedule: Schedule, q: int, day: int) -> Schedule:
    """The schedule after a drill's grade: it stays in the day's drill until it scores at least 4."""
    return schedule._replace(drill_day=day if q < GOOD else None, answers=schedule.answers + 1)


def in_drill(schedule: Schedule, day: int) -> bool:
    """Whether the card is in the drill of `day`; a card that is new or due is asked as such first."""
    return schedule.drill_day == day and not is_repetition(schedule, day)


def is_repetition(schedule: Schedule, day: int) -> bool:
    """Whether a grade given on `day` moves the schedule: the card is new or due."""
    return schedule.due_day is None or schedule.due_day <= day


class Outlook(NamedTuple):
    """What one grade would do."""

    interval_days: int
    """Days from now until the card is due, fuzz included; 0 where the schedule would not move."""
    then_days: int  # The interval that a Good on that due day would give; 0 where the schedule would not move
    today: bool  # the card comes back today


class Planner(Protocol):
    """Another algorithm's view of a card, as it stands after some answers."""

    @property
    def interval(self) -> int:
        """Days."""

    def grade(self, q: int, day: int, /) -> Self: ...


def outlook(
    schedule: Schedule,
    q: int,
    day: int,
    fuzz: Callable[[int], int] | None = None,
    planner: Planner | None = None,
) -> Outlook:
    """What grade `q` would do on `day`; `fuzz` gives the days to add, `planner` plans in place of SM-2."""
    if in_drill(schedule, day) or (q >= PASS and not is_repetition(schedule, day)):
        return Outlook(0, 0, q < GOOD)
    planner = None if planner is None else planner.grade(q, day)
    own = None if planner is None else planner.interval
    after = grade(schedule, q, day, own_interval=own)
    if fuzz and q >= PASS:
        days = fuzz(after.interval_days)
        after = grade(schedule, q, day, fuzz_days=days, own_interval=own)
    due = day if after.due_day is None else after.due_day
    then = planner.grade(GOOD, due).interval if planner else grade(after, GOOD, due).interval_days
    return Outlook(due - day, then, q < GOOD)


def fuzz_for(key: str, answers: int) -> Callable[[int], int]:
    """The days to add to an interval: an option that spreads due days within 5 % either way.

    Seeded by the card and the number of its answers in force: the same for the preview, the answer and its
    redo. One fraction serves all grades, so that a better grade never gives a shorter interval.
    """
    digest = blake2b(f"{key}\0{answers}".encode(), digest_size=4).digest()
    thousandths = int.from_bytes(digest) % 2001 - 1000
    return lambda interval: int(interval * thousandths / (1000 * _SPREAD))
