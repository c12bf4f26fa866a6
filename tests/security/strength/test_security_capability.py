"""CINC, coalitions, concentration and decay with distance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hansa.security.strength import (
    COMPONENTS,
    cinc,
    cinc_by_year,
    coalition,
    concentration,
    miles_per_day,
    projected,
)
from hansa.sources.security import read_capabilities
from hansa.terms.errors import BadInput, UnknownCode

worlds = hnp.arrays(
    float,
    st.tuples(st.integers(1, 8), st.just(6)),
    elements=st.one_of(st.floats(0, 1e6), st.just(float("nan"))),
)


@pytest.fixture(scope="module")
def nmc(shared: Path) -> pl.DataFrame:
    return read_capabilities(shared / "data/security/states/cow_nmc.parquet")


@pytest.mark.shared
def test_all_17121_published_nmc_scores_to_one_in_a_million(nmc: pl.DataFrame) -> None:
    ours = cinc_by_year(nmc)
    assert ours.height == 17_121
    assert (ours["cinc"] - nmc["cinc"]).abs().max() < 1e-6


@pytest.mark.shared
def test_dividing_by_six_instead_would_be_wrong_by_up_to_0_058(nmc: pl.DataFrame) -> None:
    shares = [pl.col(c) / pl.col(c).sum().over("year") for c in COMPONENTS]
    six = nmc.select(pl.sum_horizontal(shares) / 6).to_series()
    assert (six - nmc["cinc"]).abs().max() == pytest.approx(0.058, abs=5e-4)


@pytest.mark.shared
def test_years_sum_to_one_up_to_1_0747_in_1860_and_to_one_when_normalised(
    nmc: pl.DataFrame,
) -> None:
    sums = cinc_by_year(nmc).group_by("year").agg(pl.col("cinc").sum()).sort("cinc")
    assert sums["cinc"][0] == pytest.approx(1.0, abs=1e-9)
    assert sums["year"][-1] == 1860
    assert sums["cinc"][-1] == pytest.approx(1.0747, abs=5e-5)
    one = cinc_by_year(nmc, normalise=True).group_by("year").agg(pl.col("cinc").sum())
    assert np.allclose(one["cinc"], 1.0, atol=1e-12)


@pytest.mark.shared
def test_one_year_as_an_array_is_the_same_as_the_table(nmc: pl.DataFrame) -> None:
    year = nmc.filter(pl.col("year") == 1860)
    x = year.select(COMPONENTS).cast(pl.Float64).to_numpy()
    assert np.allclose(cinc(x), cinc_by_year(year)["cinc"], atol=1e-15, equal_nan=True)


@given(worlds, st.randoms(use_true_random=False))
def test_order_of_states_does_not_matter(x: np.ndarray, random: object) -> None:
    order = np.array(random.sample(range(len(x)), len(x)))  # type: ignore[attr-defined]
    assert np.allclose(cinc(x[order]), cinc(x)[order], rtol=1e-9, atol=1e-15, equal_nan=True)


@given(worlds, hnp.arrays(float, 6, elements=st.floats(1e-3, 1e3)))
def test_units_of_components_do_not_matter(x: np.ndarray, unit: np.ndarray) -> None:
    tiny = np.where((x > 0) & (x < 1e-200), 0.0, x)  # a subnormal times a unit may vanish
    assert np.allclose(cinc(tiny * unit), cinc(tiny), rtol=1e-9, equal_nan=True)


@given(worlds)
def test_scores_are_shares(x: np.ndarray) -> None:
    c = cinc(x)
    known = c[~np.isnan(c)]
    assert ((known >= 0) & (known <= 1 + 1e-12)).all()
    if known.sum() > 0:
        assert np.nansum(cinc(x, normalise=True)) == pytest.approx(1.0)


def test_more_of_a_component_is_more_capability() -> None:
    x = np.full((3, 6), 10.0)
    x[0, 0] = 11.0
    assert cinc(x)[0] > cinc(x)[1] == cinc(x)[2]


def test_a_state_of_which_nothing_is_known_has_no_score() -> None:
    x = np.full((2, 6), 5.0)
    x[1] = np.nan
    assert np.isnan(cinc(x)[1])
    assert cinc(x)[0] == 1.0


def test_negative_components_are_refused() -> None:
    with pytest.raises(BadInput, match="negative"):
        cinc([[1, 2, 3, 4, 5, -6]])


def test_a_table_without_a_component_is_refused() -> None:
    with pytest.raises(UnknownCode, match="milex"):
        cinc_by_year(pl.DataFrame({"ccode": [2], "year": [1900], "milexx": [1.0]}))


@given(hnp.arrays(float, st.integers(1, 12), elements=st.floats(0.001, 1)))
def test_concentration_lies_between_equality_and_monopoly(c: np.ndarray) -> None:
    con = concentration(c)
    assert 0 <= con <= 1 + 1e-12
    assert concentration(c * 7) == pytest.approx(con)


def test_concentration_at_its_ends_and_by_hand() -> None:
    assert concentration([1, 1, 1, 1]) == 0.0
    assert concentration([1, 0, 0, 0]) == 1.0
    # s = (.5, .3, .2): Σ s² = .38, (.38 − 1/3)/(2/3) = .07, √.07
    assert concentration([5, 3, 2]) == pytest.approx(np.sqrt(0.07))
    assert concentration([3]) == 1.0


@pytest.mark.parametrize("wrong", [[], [0, 0], [1, -1], [1, float("nan")]])
def test_concentration_of_nothing_is_refused(wrong: list[float]) -> None:
    with pytest.raises(BadInput):
        concentration(wrong)


def test_a_coalition_is_the_sum_of_its_members_and_says_of_whom() -> None:
    scores = {"RUS": 0.3, "KAZ": 0.05, "ARM": 0.01, "USA": 0.7}
    found = coalition(scores, ["RUS", "KAZ", "RUS"], "nmc7")
    assert found.members == ("RUS", "KAZ")
    assert found.capability == pytest.approx(0.35)
    assert found.share == pytest.approx(0.35 / 1.06)
    assert found.dispersal == pytest.approx(1 - concentration([0.3, 0.05]))
    assert [r.ref for r in found.because] == ["RUS", "KAZ"]
    assert all(r.source == "nmc7" for r in found.because)


def test_an_unknown_member_or_score_is_not_left_out_silently() -> None:
    scores = {"RUS": 0.3, "KAZ": float("nan")}
    with pytest.raises(UnknownCode, match="KAZ"):
        coalition(scores, ["KAX"])
    with pytest.raises(BadInput, match="not known"):
        coalition(scores, ["RUS", "KAZ"])
    with pytest.raises(BadInput):
        coalition(scores, [])


def test_distance_takes_capability_away_and_armies_got_faster() -> None:
    near, far = projected(0.1, [0, 5000], 1990)
    assert near == pytest.approx(0.1 ** np.log10(10 - np.e))
    assert far < near
    assert [miles_per_day(y) for y in (1918, 1919, 1945, 1946)] == [250, 375, 375, 500]
    assert projected(0.1, 5000, 1900) < projected(0.1, 5000, 1930) < projected(0.1, 5000, 1990)


@given(st.floats(0.001, 0.999), st.floats(0, 12000), st.floats(1, 1000))
def test_distance_never_adds(c: float, miles: float, more: float) -> None:
    assert projected(c, miles + more, 2000) <= projected(c, miles, 2000)


def test_a_capability_that_is_no_share_is_refused() -> None:
    with pytest.raises(BadInput):
        projected(1.5, 100, 2000)
    with pytest.raises(BadInput):
        projected(0.5, -100, 2000)
