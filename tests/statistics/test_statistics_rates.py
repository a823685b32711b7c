from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.statistics.failing import mean_of, median_of, quantile
from ptcards.statistics.rates import Rate, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (90, 100, 0.8256, 0.9448),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_wilsons_interval_is_the_published_one(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share(pair: tuple[int, int]) -> None:
    low, high = wilson(*pair)
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1


def test_too_few_is_an_interval_wider_than_20_points() -> None:
    assert Rate(9, 10).too_few
    assert not Rate(90, 100).too_few
    assert Rate().too_few
    assert Rate().share is None


@given(st.lists(st.integers(0, 50), min_size=1))
def test_medians_and_means_of_counted_values_are_those_of_the_values(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}
    assert median_of(counts) == sorted(values)[(len(values) - 1) // 2]
    assert mean_of(counts) == pytest.approx(sum(values) / len(values))


@given(st.lists(st.floats(0, 100), min_size=1))
def test_nine_of_ten_are_at_most_the_ninth_tenth(values: list[float]) -> None:
    bound = quantile(values, 0.9)
    assert bound is not None
    assert sum(value <= bound for value in values) >= 0.9 * len(values) - 1e-9
    assert quantile([], 0.9) is None
