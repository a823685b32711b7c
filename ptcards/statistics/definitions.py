"""What each figure means: one text for the help, the screen and the page."""

from __future__ import annotations

DEFINITIONS = {
    "today": (
        "Passed: graded 3 or more. At the first try: right at the first check, with no hint. Both of the "
        "reviews that moved a card's schedule, less those in which a card was taught and graded below 3."
    ),
    "calendar": (
        "Answers of every kind on each study day of the last 53 weeks. A streak is days in a row with an "
        "answer, up to today, or to yesterday while today has none."
    ),
    "forecast": (
        "Cards due on each day if nothing is answered until then; limits are not applied, what is overdue "
        "counts for today, suspended and new cards are left out. Daily load: the sum of 1 / interval, so "
        "many reviews a day in the long run."
    ),
    "retention": (
        "How often a card that was due was known: the first review of a day, of cards with at least two "
        "repetitions in a row. Young: an interval below 21 days; mature: 21 or more. The range is where "
        "the true share lies with 95 % confidence (Wilson); where it is wider than 20 points there are "
        "too few reviews to say, which a question mark says too."
    ),
    "kinds": (
        "Each of the newest answers that met a failed check counts once, by what its first one saw; slips "
        "are free. Up to 1,000 answers are looked at one by one."
    ),
    "mistakes": "Of the same answers: they failed in the same way as a mistake that the card names.",
    "cards": "Of the same answers, those graded below 3; being taught is left out.",
    "tags": "Of the same answers, by the share graded below 3; tags that failed at least twice.",
    "leeches": (
        "Cards with 8 lapses or more, the worst first, each with its newest failed answers: they show "
        "what the card should ask instead."
    ),
    "year-ahead": "The forecast by week, from today on.",
    "intervals": (
        "Cards that were answered at least once, by the days between one review and the next; suspended "
        "ones included."
    ),
    "ease": (
        "SM-2's E-Factor: how many times longer each interval is than the last. Cards start at 2.50, none "
        "falls below 1.30."
    ),
    "lapses": "Grades below 3 on a card that had at least one repetition; being taught is none.",
    "time": (
        "Seconds from question to grade, at most 20 minutes an answer, running it left out. The chart has "
        "the cards that took longest of the newest answers, by the median of each."
    ),
    "hours": "Reviews that moved a schedule by the hour on the wall, and the share graded 3 or more.",
    "grades": "Reviews that moved a schedule, by grade. The button Again is 0, 1 or 2.",
}
