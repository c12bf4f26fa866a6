"""Who would win, and how likely is it that nobody does?

Expectations of the outcome of a dispute in the manner of Carroll & Kenkel (2019),
"Prediction, Proxies, and Power", *AJPS* 63:577 (DOE): probabilities learned from disputes
between two states, from the components of national capability and not from their mean.

The model is a blend of two learners: gradient boosted trees and a multinomial logit with
an L2 penalty. It is a value; evaluating it needs numpy alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.security.strength.capability import COMPONENTS, cinc_by_year
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.reasons import Because, Reason

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

OUTCOMES: Final = ("win_a", "stalemate", "win_b")

_SIDE: Final = (*COMPONENTS, *(f"share_{name}" for name in COMPONENTS), "cinc")
FEATURES: Final = (
    *(f"{name}_a" for name in _SIDE),
    *(f"{name}_b" for name in _SIDE),
    "year",
    "ratio",
)
"""What the model sees: levels and shares of the six components and the index, of both
sides, the year, and c_a/(c_a + c_b): 28 numbers."""

_CHUNK = 4096  # rows at a time: bounds the memory of the walk through the trees
_JOINERS_MAX = 12


def strengths(table: pl.DataFrame) -> pl.DataFrame:
    """Components, their shares of the world's total, and the index, by state and year.

    Parameters
    ----------
    table : polars.DataFrame
        ``ccode``, ``year`` and the six components; each year lists the whole world.
    """
    scored = cinc_by_year(table)
    return scored.select(
        "ccode",
        "year",
        *(pl.col(name).cast(pl.Float64) for name in COMPONENTS),
        *(
            (pl.col(name) / pl.col(name).sum().over("year")).alias(f"share_{name}")
            for name in COMPONENTS
        ),
        "cinc",
    )


def pair_features(table: pl.DataFrame, pairs: pl.DataFrame) -> Floats:
    """The model's view of pairs of states.

    Parameters
    ----------
    table : polars.DataFrame
        As `strengths` gives it.
    pairs : polars.DataFrame
        ``a`` (who begins), ``b``, ``year``: one row per pair, in any order.

    Returns
    -------
    ndarray, shape (n, 28)
        In the order of `FEATURES` and of the pairs; ``nan`` where a component is missing.

    Raises
    ------
    UnknownCode
        If a state has no row in its year.
    """
    joined = pairs.select("a", "b", "year").with_row_index("row")
    for side in ("a", "b"):
        own = table.rename({name: f"{name}_{side}" for name in _SIDE})
        joined = joined.join(own, left_on=[side, "year"], right_on=["ccode", "year"], how="left")
        lacking = joined.filter(pl.col(f"cinc_{side}").is_null())
        if lacking.height:
            state, year = lacking.select(side, "year").row(0)
            raise UnknownCode(
                f"no capability of state {state} in {year}",
                remedy="the table of capabilities must have a row for each state and year",
            )
    ratio = pl.col("cinc_a") / (pl.col("cinc_a") + pl.col("cinc_b"))
    wide = joined.sort("row").with_columns(ratio=ratio).select(FEATURES)
    return wide.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def logit_view(x: Floats) -> Floats:
    """Features as the logit sees them: levels as log(1 + x), shares as log(x + 10⁻⁶)."""
    z = np.array(x, dtype=float)
    for start in (0, len(_SIDE)):
        levels = slice(start, start + 6)
        shares = slice(start + 6, start + 13)
        z[:, levels] = np.log1p(z[:, levels])
        z[:, shares] = np.log(z[:, shares] + 1e-6)
    return z


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees as flat arrays; a node is a position in them.

    Parameters
    ----------
    feature, left, right : ndarray of int32, shape (nodes,)
        What a node asks about and where it leads; a leaf leads to itself.
    threshold, value : ndarray, shape (nodes,)
        Go left if the feature is at most the threshold; what a leaf adds.
    missing_left : ndarray of bool, shape (nodes,)
        Where a missing value goes.
    roots, classes : ndarray of int32, shape (trees,)
        First node of each tree and the class that it adds to.
    baseline : ndarray, shape (3,)
        Score of each class before any tree.
    depth : int
        Steps from a root to the deepest leaf.
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    missing_left: NDArray[np.bool_]
    roots: Ints
    classes: Ints
    baseline: Floats
    depth: int

    def scores(self, x: Floats) -> Floats:
        """Scores of the classes, shape (n, 3)."""
        out = np.empty((len(x), len(self.baseline)))
        by_class = np.eye(len(self.baseline))[self.classes]
        for start in range(0, len(x), _CHUNK):
            part = x[start : start + _CHUNK]
            rows = np.arange(len(part))[:, None]
            node = np.broadcast_to(self.roots, (len(part), len(self.roots)))
            for _ in range(self.depth):
                seen = part[rows, self.feature[node]]
                missing = np.isnan(seen)
                leftward = np.where(missing, self.missing_left[node], seen <= self.threshold[node])
                node = np.where(leftward, self.left[node], self.right[node])
            out[start : start + len(part)] = self.value[node] @ by_class + self.baseline
        return out


@dataclass(frozen=True, slots=True)
class Logit:
    """A multinomial logit on `logit_view`, gaps filled and marked.

    ``fill`` (28,) stands for a missing value; ``marked`` (k,) are the features whose being
    missing is itself a regressor; ``coefficients`` (3, 28 + k), ``intercepts`` (3,).
    """

    fill: Floats
    marked: Ints
    coefficients: Floats
    intercepts: Floats

    def scores(self, x: Floats) -> Floats:
        """Scores of the classes, shape (n, 3)."""
        z = logit_view(x)
        gaps = np.isnan(z)
        filled = np.where(gaps, self.fill, z)
        full = np.hstack([filled, gaps[:, self.marked].astype(float)])
        return full @ self.coefficients.T + self.intercepts


def softmax(scores: Floats) -> Floats:
    """exp(s) over its sum along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


@dataclass(frozen=True, slots=True)
class OutcomeModel:
    """The mean of the two learners' probabilities; ``measured`` tells how well it does."""

    trees: Trees
    logit: Logit
    measured: dict[str, Any]

    def probabilities(self, x: Floats) -> Floats:
        """P(A wins), P(stalemate), P(B wins), shape (n, 3), from features (n, 28).

        Raises
        ------
        BadInput
            If the features are not 28 columns.
        """
        x = np.asarray(x, dtype=float)
        if x.ndim != 2 or x.shape[1] != len(FEATURES):
            raise BadInput(f"the model needs {len(FEATURES)} features, not {x.shape}")
        return (softmax(self.trees.scores(x)) + softmax(self.logit.scores(x))) / 2


@dataclass(frozen=True, slots=True)
class Odds:
    """What would come of a dispute between two states."""

    a: str
    b: str
    year: int
    win_a: float
    stalemate: float
    win_b: float
    ratio: float
    because: Because

    def __str__(self) -> str:
        return (
            f"{self.a} against {self.b} in {self.year}: {self.a} wins {self.win_a:.3f}, "
            f"stalemate {self.stalemate:.3f}, {self.b} wins {self.win_b:.3f}"
        )


def outcome_odds(
    model: OutcomeModel, table: pl.DataFrame, a: int, b: int, year: int, *, directed: bool = True
) -> Odds:
    """Probabilities of the outcomes of a dispute, beside the bare capability ratio.

    Parameters
    ----------
    model : OutcomeModel
        The fitted model.
    table : polars.DataFrame
        As `strengths` gives it.
    a, b : int
        Codes; if ``directed``, a begins; else the mean over both orders.

    Raises
    ------
    UnknownCode
        If a state has no capabilities in that year.
    BadInput
        If it is one state twice.
    """
    if a == b:
        raise BadInput(f"state {a} cannot fight itself")
    pairs = pl.DataFrame({"a": [a, b], "b": [b, a], "year": [year, year]})
    x = pair_features(table, pairs)
    p = model.probabilities(x)
    win_a, stalemate, win_b = p[0] if directed else (p[0] + p[1][::-1]) / 2
    ratio = float(x[0, FEATURES.index("ratio")])
    because = (
        Reason("number", f"capability ratio {ratio:.3f}, which alone says little", f"CINC {year}"),
        Reason(
            "rule",
            "learned from disputes between two states: reduction in log loss "
            f"{model.measured.get('prl', float('nan')):.3f} out of sample",
            "Carroll & Kenkel 2019",
        ),
    )
    return Odds(str(a), str(b), year, float(win_a), float(stalemate), float(win_b), ratio, because)


def _together(one: Floats, other: Floats) -> Floats:
    """Sum of what two sides have; missing only where both are."""
    both = np.nan_to_num(one) + np.nan_to_num(other)
    return np.where(np.isnan(one) & np.isnan(other), np.nan, both)


def win_by_joiners(
    model: OutcomeModel,
    table: pl.DataFrame,
    attacker: int,
    target: int,
    guarantors: Sequence[int],
    year: int,
) -> Floats:
    """P(the attacker wins) for every set of guarantors that joins the target.

    The defence's components, shares and index are the sums of its members'. The model has
    learned from disputes of one against one: a coalition is read as one state of that size.

    Returns
    -------
    ndarray, shape (2^n,)
        Bit i of the position is set if guarantor i joins, as
        `hansa.security.deterrence.deterrence` takes it. Not in general falling in n.

    Raises
    ------
    BadInput
        If there are more than 12 guarantors.
    UnknownCode
        If a state has no capabilities in that year.
    """
    if len(guarantors) > _JOINERS_MAX:
        raise BadInput(f"{len(guarantors)} guarantors have too many subsets for the model")
    own = pl.DataFrame({"a": attacker, "b": [target, *guarantors], "year": year})
    x = pair_features(table, own)
    first = len(_SIDE)
    sides = x[:, first : 2 * first]
    defence = sides[:1]
    for joiner in sides[1:]:
        defence = np.vstack([defence, _together(defence, joiner)])
    full = np.repeat(x[:1], len(defence), axis=0)
    full[:, first : 2 * first] = defence
    c_a, c_b = full[:, first - 1], full[:, 2 * first - 1]
    full[:, -1] = c_a / (c_a + c_b)
    return np.asarray(model.probabilities(full)[:, OUTCOMES.index("win_a")])
