from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards import language
from ptcards.scheduling.days import streak
from ptcards.statistics import drawing
from ptcards.statistics.numbers import Rate, clean, quantile
from ptcards.statistics.report import binned
from ptcards.text import cells, cut
from tests.statistics.conftest import Kept

texts = st.text("ab 形\x1b\u0301é", max_size=20).map(clean)
point = st.builds(drawing.Point, texts, st.floats(0, 1e6), st.just("7 of 9"))
points = st.lists(point, min_size=1, max_size=8)
days = st.lists(st.integers(0, 500), min_size=1, max_size=100).map(tuple)
charts = st.one_of(
    st.builds(drawing.Bars, points.map(tuple)),
    st.builds(drawing.Columns, points.map(tuple)),
    st.builds(drawing.Heat, st.just(date(2026, 1, 5)), days),
)
THEIRS = "axis dim dtype first is new normal not odd puts rand repeats shape tag the wraps Factor SM Wilson"


def text_of(chart: drawing.Chart, width: int) -> list[str]:
    return drawing.text_of(drawing.draw(chart, width)).splitlines()


@given(charts, st.integers(40, 160))
def test_no_chart_is_wider_than_it_may_be(chart: drawing.Chart, width: int) -> None:
    for line in drawing.draw(chart, width):
        assert cells("".join(span.text for span in line)) <= width


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
def test_whatever_is_not_nothing_can_be_seen(values: list[int]) -> None:
    drawn = drawing.draw(drawing.Bars(tuple(drawing.Point("x", value, str(value)) for value in values)), 80)
    for value, line in zip(values, drawn, strict=True):
        assert bool(line[-1].text.strip()) == bool(value)


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    bars = drawing.Bars((drawing.Point("a", 10, "10"), drawing.Point("b", 5, "5")))
    assert text_of(bars, 47) == ["a  10  " + "█" * 40, "b   5  " + "█" * 20]


def test_bars_beside_each_other_take_all_lines_even_if_each_is_nothing() -> None:
    assert drawing.upright([0, 4, 3], 4, 2, 2) == ["  █ ▄", "  █ █"]
    assert drawing.upright([0, 0], 1, 1, 4) == [""] * 4


def test_a_calendar_reads_without_colour() -> None:
    drawn = text_of(drawing.Heat(date(2026, 11, 9), (0, 1, 2, 3, 4, 0, 0, 4)), 80)
    assert [line[4:] for line in drawn[1:8]] == ["·█", "░", "▒", "▓", "█", "·", "·"]
    assert drawn[8].split() == ["less", drawing.SHADES, "more"]


@given(st.lists(st.integers(0, 1000), max_size=100).map(tuple))
def test_busier_days_are_never_lighter(values: tuple[int, ...]) -> None:
    shades = sorted(zip(values, drawing.levels(values), strict=True))
    assert [shade for _, shade in shades] == sorted(shade for _, shade in shades)
    assert all((shade == 0) == (value == 0) and shade < len(drawing.SHADES) for value, shade in shades)


@pytest.mark.parametrize("width", [40, 78])
def test_in_chinese_every_word_is_chinese_and_bars_begin_in_one_column(kept: Kept, width: int) -> None:
    language.use("zh")
    try:
        sections = kept.desk.statistics().sections
        charts = [(one.chart, text_of(one.chart, width)) for one in sections if one.chart]
    finally:
        language.use("en")
    words = [text for one in sections for text in (one.title, one.about, *one.facts)]
    words += [one.table.head for one in sections if one.table] + [
        line for _, lines in charts for line in lines
    ]
    english = {*re.findall("[A-Za-z]{2,}", re.sub("deck-./card-...|ptcards .*", "", " ".join(words)))}
    assert english <= {*THEIRS.split()}
    for chart, lines in charts:
        assert max(map(cells, lines)) <= width
        starts = {cells(line[: bar.start()]) for line in lines if (bar := re.search("[▏▎▍▌▋▊▉█]", line))}
        assert len(starts) == 1 or not isinstance(chart, drawing.Bars)


@given(texts, st.integers(1, 30))
def test_a_cut_text_has_at_most_that_many_cells(text: str, width: int) -> None:
    assert cells(cut(text, width)) <= width
    assert cells(text) > width or cut(text, width) == text
    assert (cells("形状"), cut("形状が違う", 5)) == (4, "形状…")


def test_a_table_cuts_its_names_and_never_its_numbers() -> None:
    drawn = drawing.text_of(
        drawing.draw_table(drawing.Table("card|failed", (("x" * 100, "1,204"),)), 40)
    ).splitlines()
    assert (drawn[1][-9:], len(drawn[1])) == ("…   1,204", 40)


@given(st.text())
def test_a_cleaned_text_has_nothing_that_a_terminal_obeys(text: str) -> None:
    assert not any(ord(one) < 32 or 127 <= ord(one) < 160 for one in clean(text))


@given(st.dictionaries(st.integers(0, 40_000), st.integers(1, 50)))
def test_bins_lose_no_card(values: dict[int, int]) -> None:
    bins = binned(values, (0, 5, 10))
    assert sum(count for _, count in bins) == sum(values.values())
    assert not bins or bins[-1][1]


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_is_wilsons(pair: tuple[int, int]) -> None:
    low, high = Rate(*pair).interval
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1
    assert Rate(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=5e-5)
    assert Rate(0, 10).interval == pytest.approx((0.0, 0.2775), abs=5e-5)
    assert Rate(90, 100).interval == pytest.approx((0.8256, 0.9448), abs=5e-5)
    assert Rate(1, 1).interval == pytest.approx((0.2065, 1.0), abs=5e-5)


def test_too_few_is_an_interval_wider_than_20_points() -> None:
    assert [rate.too_few for rate in (Rate(9, 10), Rate(90, 100), Rate())] == [True, False, True]
    assert Rate().figures["share"] is None


@given(st.lists(st.floats(0, 100), min_size=1))
def test_nine_of_ten_are_at_most_the_ninth_tenth(values: list[float]) -> None:
    bound = quantile(values, 0.9)
    assert bound is not None
    assert sum(value <= bound for value in values) >= 0.9 * len(values) - 1e-9
    assert quantile([], 0.9) is None


STREAKS = {(): 0, (10,): 1, (9,): 1, (8, 7): 0, (10, 9, 8, 6): 3, (9, 8, 7): 3, (10, 8): 1}


@pytest.mark.parametrize("days", STREAKS)
def test_a_streak_ends_at_the_first_day_without_an_answer_but_not_today(days: tuple[int, ...]) -> None:
    assert streak(days, 10) == STREAKS[days]
