"""What a comparison says in words, of results that are made up."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ptcards.scheduling.fsrs import DEFAULTS
from ptcards.statistics.drawing import Bars
from ptcards.statistics.verdict import Adopted, Arm, Comparison, Standing, reviews_needed, sections

ROW = {"rmse_bins": 0.05, "auc": None, "calibration": [[0.95, 0.9, 100]]}
NAMES = ("sm2-fair", "sm2-benchmark", "average", "moving-average", "fsrs-defaults", "fsrs-fitted")


def pair(of: str, against: str, low: float, high: float) -> dict[str, Any]:
    return {"of": of, "against": against, "mean": (low + high) / 2, "low": low, "high": high}


def compared(
    scored: int = 1000,
    *,
    fitted: tuple[float, float] = (-0.02, -0.01),
    defaults: tuple[float, float] = (-0.03, -0.01),
    losses: tuple[float, ...] = (0.5, 0.6, 0.55, 0.52, 0.48, 0.47),
) -> Comparison:
    """`fitted` less the defaults, the `defaults` less fair SM-2."""
    rows = [{"name": name, "log_loss": loss, **ROW} for name, loss in zip(NAMES, losses, strict=True)]
    pairs = [pair("fsrs-fitted", "fsrs-defaults", *fitted), pair("fsrs-defaults", "sm2-fair", *defaults)]
    pairs.append(pair("fsrs-fitted", "sm2-fair", defaults[0] - 0.02, defaults[1]))
    return Comparison("hash", 20_000, 1500, scored, rows, pairs, DEFAULTS)


def said(now: Standing) -> str:
    return "\n".join(fact for _name, section in sections(now) for fact in section.facts)


def test_fitted_parameters_are_offered_from_a_thousand_reviews_on_and_only_where_they_predict_better() -> (
    None
):
    assert compared().refusal == ""
    assert compared().verdict.startswith("FSRS fitted to your log predicts your recall better")
    assert "from 1,000 next-day reviews on; you have 999" in compared(999).refusal
    assert "no better than with its defaults" in compared(fitted=(-0.02, 0.0)).refusal
    wild = compared()._replace(weights=(0.0, *DEFAULTS[1:]))
    assert "w0 = 0.0 is not from 0.001 to 100" in wild.refusal
    assert "compare --adopt" in said(Standing(1000, compared()))
    assert "compare --adopt" not in said(Standing(999, compared(999)))


@pytest.mark.parametrize(
    ("defaults", "verdict"),
    [
        (
            (-0.03, -0.01),
            "FSRS with its defaults predicts your recall better than SM-2 here. It does not say that you learn more.",
        ),
        (
            (0.01, 0.03),
            "SM-2 predicts your recall better than FSRS with its defaults here. It does not say that you learn more.",
        ),
        (
            (-0.03, 0.01),
            "SM-2 and FSRS with its defaults predict your recall equally well, as far as your log can tell.",
        ),
    ],
)
def test_the_verdict_goes_by_the_interval_of_the_difference(
    defaults: tuple[float, float], verdict: str
) -> None:
    found = compared(900, defaults=defaults)
    assert found.verdict == verdict
    assert ('scheduler = "fsrs"' in said(Standing(900, found))) == verdict.startswith("FSRS")
    assert 'scheduler = "fsrs"' not in said(Standing(900, found, schedules=True))


def test_all_six_are_shown_and_an_average_that_beats_them_is_named() -> None:
    found = dict(sections(Standing(1000, compared(losses=(0.5, 0.6, 0.55, 0.3, 0.48, 0.47)))))
    table, chart = found["comparison"].table, found["calibration"].chart
    assert table is not None
    assert isinstance(chart, Bars)
    assert len(table.rows) == len(NAMES)
    assert [point.text for point in chart.points] == ["90 % of 100 recalled"] * 2
    assert any("the moving average, which knows nothing" in fact for fact in found["comparison"].facts)


def test_too_few_reviews_or_none_compared_is_all_that_is_said() -> None:
    assert said(Standing(399)) == "Too early: 399 of 400 next-day reviews."
    assert said(Standing(400)).startswith("Not compared yet")


def test_a_log_that_has_doubled_since_the_comparison_or_the_adoption_is_told() -> None:
    assert Standing(1999, compared()).doubled == ""
    assert "doubled (1,000 to 2,000)" in Standing(2000, compared()).doubled
    adopted = Adopted.read(20_001, '{"parameters": [], "reviews": 1500}')
    assert Standing(2999, compared(), adopted).doubled == ""
    assert Standing(3000, None, adopted).doubled
    assert not Standing(5000, None, Adopted.read(20_001, None)).doubled
    assert Adopted.read(20_001, '{"reviews": "many", "figures": 7}') == Adopted(20_001, 0)


def test_what_is_kept_is_read_back_and_another_versions_is_none() -> None:
    found = compared()._replace(trial={"fsrs": [1, 2, 4, 1, 1]})
    again = Comparison.read(str(found))
    assert again is not None
    assert Standing(1000, again).figures == Standing(1000, found._replace(weights=[*DEFAULTS])).figures
    assert [Comparison.read(text) for text in (None, "{", '{"other": 1}')] == [None] * 3


def test_the_trial_says_what_both_arms_came_to_and_how_much_is_missing() -> None:
    assert reviews_needed() == 686
    arm = Arm(cards=4, answers=20, squares=102, recalled=90, scored=100)
    mean, low, high = arm.per_card
    assert mean == 5
    assert high - mean == pytest.approx(1.959964 * math.sqrt(0.5 / 3)) == pytest.approx(mean - low)
    trial = {"sm2": [*arm], "fsrs": [*Arm()]}
    text = said(Standing(1000, compared()._replace(trial=trial)))
    assert "SM-2: 5.0 reviews a card (4.2 to 5.8), 90 % of 100 next-day reviews recalled" in text
    assert "SM-2: 586 next-day reviews more are needed to tell a retention of 0.90 from 0.85" in text
    assert "FSRS: 686 next-day reviews more" in text
