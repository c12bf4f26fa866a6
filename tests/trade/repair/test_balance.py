"""Balancing: exact margins, nearest in entropy, and names where no matrix exists."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from hansa.terms.errors import BadInput, Infeasible, NotConverged
from hansa.trade.repair import balance

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=50, deadline=None)


def table(seed: int, n: int = 5, m: int = 6, holes: float = 0.3) -> tuple[np.ndarray, ...]:
    """A matrix with zeros, and margins of another matrix with the same zeros."""
    rng = np.random.default_rng(seed)
    seen = rng.random((n, m)) > holes
    seen[np.arange(n), np.arange(n)] = True
    seen[0] = True
    a = rng.lognormal(0, 2, (n, m)) * seen
    wanted = rng.lognormal(0, 2, (n, m)) * seen
    return a, wanted.sum(axis=1), wanted.sum(axis=0)


@FEW
@given(SEEDS)
def test_margins_are_reached_and_zeros_stay(seed: int) -> None:
    a, r, c = table(seed)
    done = balance(a, r, c)
    total = r.sum()
    np.testing.assert_allclose(done.flows.sum(axis=1), r, atol=2e-12 * total)
    np.testing.assert_allclose(done.flows.sum(axis=0), c, atol=2e-12 * total)
    np.testing.assert_array_equal(done.flows > 0, a > 0)
    np.testing.assert_allclose(done.flows, done.rows[:, None] * a * done.columns)


@FEW
@given(SEEDS, st.permutations(range(5)), st.permutations(range(6)))
def test_order_does_not_matter(seed: int, rows: list[int], columns: list[int]) -> None:
    a, r, c = table(seed)
    one, other = balance(a, r, c).flows, balance(a[np.ix_(rows, columns)], r[rows], c[columns])
    np.testing.assert_allclose(other.flows, one[np.ix_(rows, columns)], atol=1e-9 * r.sum())


@FEW
@given(SEEDS)
def test_rows_first_or_columns_first_is_the_same(seed: int) -> None:
    a, r, c = table(seed)
    np.testing.assert_allclose(
        balance(a.T, c, r).flows.T, balance(a, r, c).flows, atol=1e-9 * r.sum()
    )


@FEW
@given(SEEDS, st.floats(1e-6, 1e6))
def test_scale_of_the_first_guess_does_not_matter(seed: int, scale: float) -> None:
    a, r, c = table(seed)
    np.testing.assert_allclose(
        balance(scale * a, r, c).flows, balance(a, r, c).flows, atol=1e-9 * r.sum()
    )


def test_a_balanced_matrix_is_left_alone() -> None:
    a = table(3)[0]
    done = balance(a, a.sum(axis=1), a.sum(axis=0))
    np.testing.assert_allclose(done.flows, a, rtol=1e-9)


def test_result_is_nearest_in_entropy() -> None:
    """Against a general solver of min Σ x ln(x/a) − x."""
    a, r, c = table(8, n=3, m=3, holes=0.0)
    eye = np.eye(9).reshape(3, 3, 9)
    sums = np.vstack([eye.sum(axis=1), eye.sum(axis=0)[:-1]])
    found = optimize.minimize(
        lambda x: float((x * np.log(x / a.ravel()) - x).sum()),
        np.outer(r, c).ravel() / r.sum(),
        jac=lambda x: np.log(x / a.ravel()),
        constraints={"type": "eq", "fun": lambda x: sums @ x - np.append(r, c[:-1])},
        bounds=[(1e-12, None)] * 9,
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-14},
    )
    np.testing.assert_allclose(balance(a, r, c).flows.ravel(), found.x, rtol=1e-3)


def test_contradicting_margins_are_named() -> None:
    names = {"importers": ("A", "B", "C"), "exporters": ("X", "Y", "Z")}
    a = np.array([[1.0, 0, 0], [1, 0, 0], [1, 1, 1]])
    with pytest.raises(Infeasible, match="A, B would have to buy 5 from X, who sell 4 in all"):
        balance(a, [2, 3, 3], [4, 2, 2], **names)
    with pytest.raises(Infeasible, match="purchases sum to 8, sales to 9"):
        balance(a, [2, 3, 3], [5, 2, 2], **names)
    with pytest.raises(Infeasible, match="leave nothing for X to C"):
        balance(a, [2, 2, 4], [4, 2, 2], **names)
    with pytest.raises(Infeasible, match="all flows are zero"):
        balance(np.zeros((2, 2)), [1, 1], [1, 1])
    with pytest.raises(Infeasible, match="B would have to buy 3 from nobody"):
        balance([[1.0, 1], [0, 0]], [2, 3], [1, 4], importers=("A", "B"))


@FEW
@given(SEEDS)
def test_infeasible_margins_never_pass(seed: int) -> None:
    """One importer is asked to buy more than all its suppliers sell."""
    a, r, c = table(seed, holes=0.5)
    buys = a[1] > 0
    if buys.all():
        return
    r = r.copy()
    rest = r.sum() - r[1]
    r[1] = c[buys].sum() + 0.5 * c[~buys].sum()
    r[[0, 2, 3, 4]] *= (c.sum() - r[1]) / rest
    with pytest.raises(Infeasible, match=r"2.* would have to buy"):
        balance(a, r, c)


def test_bad_input_is_refused_with_the_cell() -> None:
    a = np.ones((2, 2))
    with pytest.raises(BadInput, match="negative: B, X = -1"):
        balance([[1, 1], [-1, 1]], [1, 1], [1, 1], importers=("A", "B"), exporters=("X", "Y"))
    with pytest.raises(BadInput, match="finite"):
        balance([[1, np.nan], [1, 1]], [1, 1], [1, 1])
    with pytest.raises(BadInput, match="shape is wrong"):
        balance(a, [1, 1, 1], [1, 1])
    with pytest.raises(BadInput, match="3 names for 2"):
        balance(a, [1, 1], [1, 1], importers=("A", "B", "C"))
    with pytest.raises(BadInput, match="a matrix is needed"):
        balance([1, 2], [1], [2])


def test_too_few_sweeps_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    a, r, c = table(4)
    monkeypatch.setattr("hansa.trade.repair.scaling.SWEEPS", 1)
    with pytest.raises(NotConverged, match="after 1 sweeps"):
        balance(a, r, c)
