from __future__ import annotations

import pytest

from ptcards.statistics.sums import forecast, streak


@pytest.mark.parametrize(
    ("days", "length"),
    [([], 0), ([10], 1), ([9], 1), ([8, 7], 0), ([10, 9, 8, 6], 3), ([9, 8, 7], 3), ([10, 8], 1)],
)
def test_a_streak_ends_at_the_first_day_without_an_answer_but_not_today(days: list[int], length: int) -> None:
    assert streak(days, 10) == length


def test_the_forecast_counts_what_is_overdue_for_today() -> None:
    assert forecast({7: 2, 10: 1, 12: 4, 99: 9}, 10, 4) == (3, 0, 4, 0)
