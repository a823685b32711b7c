from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ptcards.statistics.charts import Bars, Columns, Heat, Point, Table, clean, clean_code, levels
from ptcards.statistics.drawing import SHADES, cells, draw, draw_table, fit, text_of
from ptcards.statistics.spreads import ease_bins, in_bins, interval_bins, lapse_bins

texts = st.text(max_size=40).map(clean)
points = st.lists(st.builds(Point, texts, st.floats(0, 1e6), st.just("7 of 9")), min_size=1, max_size=60).map(
    tuple
)
charts = st.one_of(
    st.builds(Bars, points),
    st.builds(Columns, points),
    st.builds(
        Heat, st.just(date(2026, 1, 5)), st.lists(st.integers(0, 500), min_size=1, max_size=371).map(tuple)
    ),
)


@given(charts, st.integers(40, 160))
def test_no_chart_is_wider_than_it_may_be(chart: Bars | Columns | Heat, width: int) -> None:
    for line in draw(chart, width):
        assert cells("".join(span.text for span in line)) <= width


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
def test_whatever_is_not_nothing_can_be_seen(values: list[int]) -> None:
    drawn = draw(Bars(tuple(Point("x", value, str(value)) for value in values)), 80)
    for value, line in zip(values, drawn, strict=True):
        assert bool(line[-1].text.strip()) == bool(value)


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    drawn = draw(Bars((Point("a", 10, "10"), Point("b", 5, "5"))), 47)
    assert text_of(drawn) == "a  10  " + "█" * 40 + "\nb   5  " + "█" * 20


def test_a_calendar_reads_without_colour() -> None:
    drawn = text_of(draw(Heat(date(2026, 11, 9), (0, 1, 2, 3, 4, 0, 0, 4)), 80)).splitlines()
    assert [line[4:] for line in drawn[1:8]] == ["·█", "░", "▒", "▓", "█", "·", "·"]
    assert drawn[8].split() == ["less", SHADES, "more"]


@given(st.lists(st.integers(0, 1000), max_size=100).map(tuple))
def test_busier_days_are_never_lighter(values: tuple[int, ...]) -> None:
    shades = sorted(zip(values, levels(values), strict=True))
    assert [shade for _, shade in shades] == sorted(shade for _, shade in shades)
    assert all((shade == 0) == (value == 0) and shade < len(SHADES) for value, shade in shades)


@given(texts, st.integers(1, 30))
def test_a_fitted_text_has_exactly_that_many_cells(text: str, width: int) -> None:
    assert cells(fit(text, width)) == width


def test_wide_characters_take_two_cells() -> None:
    assert cells("形状") == 4
    assert fit("形状が違う", 5) == "形状…"


def test_a_table_cuts_its_names_and_never_its_numbers() -> None:
    drawn = text_of(draw_table(Table(("card", "failed"), (("x" * 100, "1,204"),)), 40)).splitlines()
    assert drawn[1].endswith("…   1,204")
    assert len(drawn[1]) == 40


@given(st.text())
def test_a_cleaned_text_has_nothing_that_a_terminal_obeys(text: str) -> None:
    assert clean(text).isprintable()
    assert clean_code(text).replace("\n", "").isprintable()


@given(st.dictionaries(st.integers(0, 40_000), st.integers(1, 50)))
def test_bins_lose_no_card(values: dict[int, int]) -> None:
    for bins in (interval_bins(values), lapse_bins(values), in_bins(values, (0, 5, 10))):
        assert sum(one.count for one in bins) == sum(values.values())
        assert not bins or bins[-1].count


@given(st.dictionaries(st.integers(130, 900), st.integers(1, 50), min_size=1))
def test_ease_bins_lose_no_card_and_keep_the_lowest_apart(values: dict[int, int]) -> None:
    bins = ease_bins(values)
    assert sum(one.count for one in bins) == sum(values.values())
    if 130 in values:
        assert (bins[0].first, bins[0].last, bins[0].count) == (130, 130, values[130])
    assert len(bins) <= 24
