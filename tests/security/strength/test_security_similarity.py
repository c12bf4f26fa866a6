"""S, κ and π: by hand, against slow definitions, against published scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hansa.security.alliances import member_spells, panel
from hansa.security.strength import kappa_scores, pi_scores, s_scores, similarity
from hansa.sources.security import atop_world, panel_tables, read_atop_members
from hansa.terms.errors import BadInput, UnknownCode

PUBLISHED = Path(__file__).parent / "published" / "portfolio_similarity.csv"

ties = hnp.arrays(
    float,
    st.tuples(st.integers(2, 6), st.integers(1, 8)),
    elements=st.sampled_from([0.0, 1.0, 2.0, 3.0]),
)
gappy = hnp.arrays(
    float,
    st.tuples(st.integers(2, 5), st.integers(1, 8)),
    elements=st.sampled_from([1.0, 2.0, 3.0, float("nan")]),
)


def slow(v: np.ndarray, i: int, j: int) -> tuple[float, float, float]:
    """S, κ and π of two rows by their definitions, term by term."""
    both = [k for k in range(v.shape[1]) if not (np.isnan(v[i, k]) or np.isnan(v[j, k]))]
    if not both:
        return float("nan"), float("nan"), float("nan")
    a, b = v[i, both], v[j, both]
    s = 1 - 2 * sum(abs(x - y) for x, y in zip(a, b, strict=True)) / (3 * len(both))
    d_o = sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) / len(both)
    kappa_e = sum((x - y) ** 2 for x in a for y in b) / len(both) ** 2
    pool = [*a, *b]
    pi_e = sum((x - y) ** 2 for x in pool for y in pool) / len(pool) ** 2
    one = [1.0 if e == 0 and d_o == 0 else 1 - d_o / e if e else np.nan for e in (kappa_e, pi_e)]
    return float(s), float(one[0]), float(one[1])


@given(v=st.one_of(ties, gappy))
def test_the_scores_are_their_definitions(v: np.ndarray) -> None:
    found = (s_scores(v, spread=3), kappa_scores(v), pi_scores(v))
    for i in range(len(v)):
        for j in range(len(v)):
            wanted = slow(v, i, j)
            got = tuple(float(m[i, j]) for m in found)
            assert np.allclose(got, wanted, atol=1e-9, equal_nan=True)


@given(ties)
def test_s_lies_between_minus_one_and_one_and_kappa_and_pi_below_one(v: np.ndarray) -> None:
    s, kappa, pi = s_scores(v), kappa_scores(v), pi_scores(v)
    assert (np.abs(s) <= 1).all()
    assert (kappa[~np.isnan(kappa)] <= 1 + 1e-12).all()
    assert (pi[~np.isnan(pi)] <= 1 + 1e-12).all()
    assert np.allclose(s, s.T)
    assert np.allclose(kappa, kappa.T, equal_nan=True)
    assert np.allclose(np.diag(s), 1)


@given(ties, st.randoms(use_true_random=False))
def test_order_of_states_and_of_partners_does_not_matter(v: np.ndarray, random: object) -> None:
    rows = random.sample(range(v.shape[0]), v.shape[0])  # type: ignore[attr-defined]
    columns = random.sample(range(v.shape[1]), v.shape[1])  # type: ignore[attr-defined]
    w = np.arange(1.0, v.shape[1] + 1)
    moved = v[np.ix_(rows, columns)]
    assert np.allclose(
        s_scores(moved, w[columns], spread=3), s_scores(v, w, spread=3)[np.ix_(rows, rows)]
    )
    assert np.allclose(
        kappa_scores(moved), kappa_scores(v)[np.ix_(rows, rows)], equal_nan=True, atol=1e-9
    )


@given(ties, st.floats(0.1, 50))
def test_units_of_weights_do_not_matter(v: np.ndarray, unit: float) -> None:
    w = np.linspace(0.5, 2, v.shape[1])
    assert np.allclose(s_scores(v, w), s_scores(v, w * unit))


@given(ties)
def test_s_falls_when_two_portfolios_move_apart(v: np.ndarray) -> None:
    v[0, 0], v[1, 0] = 0, 1
    near = s_scores(v, spread=3)[0, 1]
    v[1, 0] = 3
    assert s_scores(v, spread=3)[0, 1] < near


def test_by_hand_with_weights() -> None:
    v = np.array([[3.0, 3.0, 0.0], [3.0, 0.0, 0.0]])
    assert s_scores(v)[0, 1] == pytest.approx(1 - 2 * 3 / 9)
    assert s_scores(v, [0.0, 1.0, 0.0])[0, 1] == -1.0


def test_portfolios_given_by_name() -> None:
    held = {"RUS": {"ARM": 3, "KAZ": 3}, "ARM": {"RUS": 3}, "KAZ": {"RUS": 3}, "CHN": {}}
    found = similarity(held)
    assert found.between("ARM", "KAZ") == found.between("KAZ", "ARM")
    assert found.between("RUS", "RUS") == 1.0
    assert found.between("RUS", "ARM") > found.between("RUS", "CHN")
    weighted = similarity(held, weights={"RUS": 0.7, "ARM": 0.1, "KAZ": 0.1, "CHN": 0.1})
    assert weighted.between("RUS", "ARM") > found.between("RUS", "ARM")
    assert similarity(held, "kappa").between("ARM", "KAZ") < 1


def test_renaming_states_changes_nothing() -> None:
    held = {"RUS": {"ARM": 3, "KAZ": 2}, "ARM": {"RUS": 3}, "KAZ": {"RUS": 1}}
    other = {"RUS": "zz", "ARM": "yy", "KAZ": "xx"}
    renamed = {other[i]: {other[j]: t for j, t in row.items()} for i, row in held.items()}
    for measure in ("s", "kappa", "pi"):
        one, two = similarity(held, measure), similarity(renamed, measure)
        for i in held:
            for j in held:
                assert one.between(i, j) == pytest.approx(two.between(other[i], other[j]))


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(BadInput, match="matrix"):
        s_scores([1.0, 2.0])
    with pytest.raises(BadInput, match="weights"):
        s_scores([[1.0, 2.0]], [1.0])
    with pytest.raises(BadInput, match="spread"):
        s_scores([[0.0, 3.0]], spread=2)
    with pytest.raises(BadInput, match="levels"):
        s_scores(np.arange(200.0).reshape(2, 100))
    with pytest.raises(BadInput, match="no weights"):
        similarity({"A": {"B": 1}}, "pi", {"A": 1.0, "B": 1.0})
    with pytest.raises(UnknownCode, match="RUS"):
        similarity({"RUS": {"ARM": 3}}).between("RUX", "ARM")


@pytest.mark.shared
def test_weighted_s_kappa_and_pi_of_66_published_alliance_years(shared: Path) -> None:
    """Means and least scores over each alliance's pairs, as published by Alley (2021).

    The published file rests on another release of ATOP; the rows here are of alliance-years
    in which the releases agree.
    """
    folder = shared / "data/security"
    scores = panel(panel_tables(folder), 1816, 1866, directed=False, similarity=True)
    world = atop_world(read_atop_members(folder / "atop51/atop5_1m.parquet"))
    spells = member_spells(world.timeline(clock="signature")).select(
        atopid=pl.col("treaty").str.extract(r"(\d+)").cast(pl.Int64),
        treaty="treaty",
        ccode=pl.col("state").cast(pl.Int16),
        start=pl.col("start"),
        end=pl.col("end").fill_null(pl.date(2019, 1, 1)),
    )
    pairs = (
        spells.join(spells, on="treaty", suffix="2")
        .filter(pl.col("ccode") < pl.col("ccode2"))
        .with_columns(a=pl.max_horizontal("start", "start2"), b=pl.min_horizontal("end", "end2"))
        .filter(pl.col("a") < pl.col("b"))
        .with_columns(
            year=pl.int_ranges(pl.col("a").dt.year(), pl.col("b").dt.year() + 1, dtype=pl.Int16)
        )
        .explode("year")
        .unique(["atopid", "ccode", "ccode2", "year"])
        .join(scores, left_on=["ccode", "ccode2", "year"], right_on=["ccode1", "ccode2", "year"])
    )
    measures = {"s": "s_weighted", "pi": "pi", "kappa": "kappa"}
    ours = pairs.group_by("atopid", "year").agg(
        *(pl.col(column).mean().alias(f"our_mean_{m}") for m, column in measures.items()),
        *(pl.col(column).min().alias(f"our_low_{m}") for m, column in measures.items()),
    )
    published = pl.read_csv(PUBLISHED, schema_overrides={"year": pl.Int16})
    both = published.join(ours, on=["atopid", "year"])
    assert both.height == published.height == 66
    for kind in ("mean", "low"):
        for m in measures:
            gap = (both[f"{kind}_{m}"] - both[f"our_{kind}_{m}"]).abs().max()
            assert gap < 1e-4, (kind, m)
