"""How alike are two states' ties? S, κ and π on any matrix of ties.

Signorino & Ritter (1999), "Tau-b or Not Tau-b", *ISQ* 43:115 (S); Häge (2011), "Choice or
Circumstance?", *Political Analysis* 19:287 (κ and π: disagreement beyond chance).

A row of the matrix is a state's portfolio, a column is whom the tie is with (or, for votes,
what the vote was on). Every score is symmetric and 1 between identical portfolios.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

Floats = NDArray[np.float64]
Measure = Literal["s", "kappa", "pi"]

_LEVELS_MAX = 64  # beyond so many distinct levels, indicator products stop paying


def _matrix(ties: ArrayLike) -> Floats:
    v = np.asarray(ties, dtype=float)
    if v.ndim != 2 or v.shape[1] == 0:
        raise BadInput("ties must be a matrix: states by partners")
    if np.isinf(v).any():
        raise BadInput("a tie is infinite")
    return v


def _weights(weights: ArrayLike | None, columns: int) -> Floats:
    w = np.ones(columns) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != (columns,):
        raise BadInput(f"{w.size} weights for {columns} columns of ties")
    if not np.isfinite(w).all() or (w < 0).any() or w.sum() <= 0:
        raise BadInput("weights must be known, not negative and not all zero")
    return w


def _levels(v: Floats) -> Floats:
    levels = np.unique(v[~np.isnan(v)])
    if levels.size > _LEVELS_MAX:
        raise BadInput(
            f"ties take {levels.size} different values; at most {_LEVELS_MAX} ordered levels",
            remedy="round them to ordered classes",
        )
    return levels


def _jointly(known: NDArray[np.bool_], w: Floats) -> Floats:
    """Weight of the columns that both states have, shape (n, n)."""
    k = known.astype(float)
    return np.asarray((k * w) @ k.T)


def _distances(v: Floats, w: Floats, known: NDArray[np.bool_], power: int) -> Floats:
    """Σ_k w_k |v_ik − v_jk|^power over the columns that both have, shape (n, n).

    |a − b|^p is a sum over pairs of levels, so the sum over k is a few matrix products.
    """
    levels = _levels(v)
    n = len(v)
    total = np.zeros((n, n))
    marks = [((v == level) & known).astype(float) for level in levels]
    for a, level_a in enumerate(levels):
        weighted = marks[a] * w
        for b in range(a):
            apart = abs(level_a - levels[b]) ** power
            total += apart * (weighted @ marks[b].T)
    return total + total.T


def _profiles(v: Floats, known: NDArray[np.bool_], levels: Floats) -> list[Floats]:
    """How often i uses each level over the columns that i and j both have, shapes (n, n)."""
    k = known.astype(float)
    both = np.maximum(k @ k.T, 1.0)
    return [((v == level) & known).astype(float) @ k.T / both for level in levels]


def s_scores(
    ties: ArrayLike, weights: ArrayLike | None = None, *, spread: float | None = None
) -> Floats:
    """Signorino and Ritter's S between all pairs of rows.

    S_ij = 1 − 2 · Σ_k w_k |v_ik − v_jk| / (d_max · Σ_k w_k).

    Parameters
    ----------
    ties : array_like, shape (n, m)
        Ordered ties; ``nan`` where there is none to compare (an absence): such columns
        leave the pair.
    weights : array_like, shape (m,), optional
        Weight of each column, e.g. capability; ``None``: all alike (s_un against s_wt).
    spread : float, optional
        d_max, the greatest possible difference; ``None``: greatest minus least tie given.

    Returns
    -------
    ndarray, shape (n, n)
        In [−1, 1]; ``nan`` for a pair with no column in common.
    """
    v = _matrix(ties)
    w = _weights(weights, v.shape[1])
    levels = _levels(v)
    d_max = float(levels[-1] - levels[0]) if spread is None and levels.size else spread or 0.0
    if levels.size and d_max < levels[-1] - levels[0]:
        raise BadInput(f"ties differ by more than the spread {d_max:g}")
    known = ~np.isnan(v)
    joint = _jointly(known, w)
    apart = _distances(v, w, known, 1)
    ratio = np.divide(apart, joint, out=np.full_like(apart, np.nan), where=joint > 0)
    s = 1.0 - 2.0 * ratio / d_max if d_max > 0 else np.where(np.isnan(ratio), np.nan, 1.0)
    return np.asarray(np.clip(s, -1.0, 1.0), dtype=float)


def _beyond_chance(observed: Floats, expected: Floats) -> Floats:
    """1 − D_o/D_e; 1 where neither ever differs, as both portfolios are then one."""
    out = np.full_like(observed, np.nan)
    np.divide(observed, expected, out=out, where=expected > 0)
    out = 1.0 - out
    out[(expected <= 0) & (observed == 0)] = 1.0
    return out


def kappa_scores(ties: ArrayLike) -> Floats:
    """Cohen's κ with squared distances: 1 − D_o/D_e, each state with its own margins.

    D_o = mean_k (v_ik − v_jk)², D_e = Σ_ab p_i(a) p_j(b) (a − b)²; κ ≤ 1.

    Parameters
    ----------
    ties : array_like, shape (n, m)
        As in `s_scores`.
    """
    return _chance_corrected(ties, common=False)


def pi_scores(ties: ArrayLike) -> Floats:
    """Scott's π with squared distances: as κ, with the mean of the two states' margins."""
    return _chance_corrected(ties, common=True)


def _chance_corrected(ties: ArrayLike, *, common: bool) -> Floats:
    v = _matrix(ties)
    known = ~np.isnan(v)
    ones = np.ones(v.shape[1])
    joint = _jointly(known, ones)
    observed = _distances(v, ones, known, 2)
    observed = np.divide(observed, joint, out=np.full_like(observed, np.nan), where=joint > 0)
    levels = _levels(v)
    p = _profiles(v, known, levels)
    if common:
        p = [(own + own.T) / 2 for own in p]
    # Σ_ab p_a q_b (a−b)² = E a² − 2 E a E b + E b²
    first = sum((a * x for a, x in zip(levels, p, strict=True)), np.zeros_like(joint))
    second = sum((a * a * x for a, x in zip(levels, p, strict=True)), np.zeros_like(joint))
    expected = second + second.T - 2 * first * first.T
    expected[expected < 1e-12] = 0.0  # rounding of a difference of equal numbers
    expected[joint == 0] = np.nan
    return _beyond_chance(observed, expected)


@dataclass(frozen=True, slots=True)
class Similarity:
    """A measure between all pairs of states.

    ``scores`` has shape (n, n) in the order of ``states``.
    """

    measure: Measure
    states: tuple[str, ...]
    scores: Floats

    def between(self, one: str, other: str) -> float:
        """The score of a pair."""
        for name in (one, other):
            if name not in self.states:
                raise unknown("state", name, self.states)
        return float(self.scores[self.states.index(one), self.states.index(other)])


def similarity(
    ties: Mapping[str, Mapping[str, float]],
    measure: Measure = "s",
    weights: Mapping[str, float] | None = None,
    *,
    self_tie: float = 3.0,
    spread: float = 3.0,
) -> Similarity:
    """Similarity of alliance portfolios given as ties by state and partner.

    Parameters
    ----------
    ties : mapping of str to mapping of str to float
        ``ties[i][j]``: how strongly i is bound to j (0 none … 3 defence or offence); a
        partner that is not named has tie 0. A state's tie with itself is ``self_tie``.
    measure : {"s", "kappa", "pi"}
        Which score.
    weights : mapping of str to float, optional
        Capability by state, for the weighted S.
    """
    partners = {partner for row in ties.values() for partner in row}
    states = tuple(sorted({*ties, *partners}))
    v = np.array(
        [[self_tie if i == j else ties.get(i, {}).get(j, 0.0) for j in states] for i in states]
    )
    if measure == "s":
        w = None if weights is None else np.array([_weight(weights, name) for name in states])
        return Similarity(measure, states, s_scores(v, w, spread=spread))
    if weights is not None:
        raise BadInput(f"{measure} has no weights", remedy="leave them out or ask for s")
    return Similarity(measure, states, kappa_scores(v) if measure == "kappa" else pi_scores(v))


def _weight(weights: Mapping[str, float], name: str) -> float:
    if name not in weights:
        raise unknown("state in the weights", name, weights)
    return weights[name]
