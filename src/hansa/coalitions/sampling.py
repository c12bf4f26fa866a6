"""Draws of what is uncertain, and which of it matters: variance-based sensitivity.

Every factor is a function of uniform numbers, so that one low-discrepancy sequence (Sobol's,
scrambled by a seed) draws all. For sensitivity each base point j gives the rows A_j, B_j
and, for every factor i, A_j with the numbers of i taken from B_j (Saltelli 2010); rows of one
base point stand together, so that any number of first points is a design by itself.

First-order index S_i = mean_j f(B_j) (f(AB_ij) − f(A_j)) / V    (Saltelli et al. 2010, b)
Total index      T_i = mean_j (f(A_j) − f(AB_ij))² / (2 V)        (Jansen 1999, f)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log2, sqrt
from typing import Literal

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from hansa.coalitions.subsets import Array, Masks
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

Kind = Literal["uniform", "loguniform", "normal", "lognormal", "beta", "choice", "joint"]
KINDS: tuple[Kind, ...] = (
    "uniform", "loguniform", "normal", "lognormal", "beta", "choice", "joint",
)  # fmt: skip
_NUMBERS = {
    "uniform": ("low", "high"),
    "loguniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sd"),
    "beta": ("kept", "broken"),
}
EDGE = 2.0**-33
"""Uniform numbers keep this far from 0 and 1, where normal draws would be infinite."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Something uncertain.

    Parameters
    ----------
    name : str
    kind : str
        ``uniform`` and ``loguniform`` from ``low`` to ``high``; ``normal`` with ``mean`` and
        ``sd``; ``lognormal`` with ``median`` and ``sd`` of the logarithm; ``beta``, a rate
        after ``kept`` successes and ``broken`` failures, from a flat prior; ``choice`` of
        ``values``, all as likely; ``joint``, normal with ``names``, ``mean`` and
        ``covariance``, one factor of several numbers.
    numbers : mapping
        The kind's parameters.
    source : str
        On what the range rests.
    """

    name: str
    kind: str
    numbers: Mapping[str, object]
    source: str = ""

    def __post_init__(self) -> None:
        where = Place(self.name)
        if self.kind not in KINDS:
            raise unknown("kind of factor", self.kind, KINDS, where=where)
        wanted = {
            "choice": ("values",), "joint": ("names", "mean", "covariance")
        }.get(self.kind) or _NUMBERS[self.kind]  # fmt: skip
        for key in self.numbers:
            if key not in wanted:
                raise unknown(f"key of a {self.kind} factor", key, wanted, where=where)
        missing = [key for key in wanted if key not in self.numbers]
        if missing:
            raise BadInput(f"a {self.kind} factor needs {', '.join(missing)}", where=where)
        self._check(where)

    def _check(self, where: Place) -> None:
        if self.kind in _NUMBERS:
            a, b = (self._number(key, where) for key in _NUMBERS[self.kind])
            fits = {
                "uniform": a < b,
                "loguniform": 0 < a < b,
                "normal": b > 0,
                "lognormal": a > 0 and b > 0,
                "beta": a >= 0 and b >= 0,
            }[self.kind]
            if not fits:
                raise BadInput(f"a {self.kind} factor with {a:g} and {b:g}", where=where)
        elif self.kind == "joint":
            self.root()
        elif not self.choices:
            raise BadInput("a choice needs values", where=where)

    def _number(self, key: str, where: Place) -> float:
        value = self.numbers[key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInput(f"{key} is {value!r}, not a number", where=where)
        return float(value)

    @property
    def choices(self) -> tuple[object, ...]:
        """The values of a choice."""
        values = self.numbers["values"]
        return tuple(values) if isinstance(values, Sequence) and not isinstance(values, str) else ()

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that it sets: its own name, or those of a joint factor."""
        if self.kind != "joint":
            return (self.name,)
        names = self.numbers["names"]
        assert isinstance(names, Sequence)
        return tuple(str(name) for name in names)

    def root(self) -> Array:
        """A matrix R with R Rᵀ the covariance of a joint factor.

        Raises
        ------
        BadInput
            If the covariance does not fit, is not symmetric or not positive semidefinite.
        """
        k = len(self.names)
        cov = np.array(self.numbers["covariance"], dtype=np.float64)
        where = Place(self.name, column="covariance")
        if cov.shape != (k, k) or np.asarray(self.numbers["mean"]).shape != (k,):
            raise BadInput(f"{k} names need {k} means and a {k} × {k} covariance", where=where)
        values, vectors = np.linalg.eigh(cov)
        if not np.allclose(cov, cov.T) or values.min() < -1e-9 * max(float(values.max()), 1e-300):
            raise BadInput("not symmetric and positive semidefinite", where=where)
        # the sign of an eigenvector is a matter of the library: fix it, draws must not differ
        signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(k)])
        return np.asarray(vectors * signs * np.sqrt(np.maximum(values, 0.0)))

    def draw(self, u: Array) -> list[dict[str, object]]:
        """From uniform numbers (m, width) to values of its parameters, m of them."""
        if self.kind == "joint":
            mean = np.asarray(self.numbers["mean"], dtype=np.float64)
            drawn = mean + ndtri(u) @ self.root().T
            return [dict(zip(self.names, row, strict=True)) for row in drawn.tolist()]
        if self.kind == "choice":
            pick = np.minimum((u[:, 0] * len(self.choices)).astype(int), len(self.choices) - 1)
            return [{self.name: self.choices[k]} for k in pick.tolist()]
        return [{self.name: value} for value in self._quantile(u[:, 0]).tolist()]

    def _quantile(self, u: Array) -> Array:
        a, b = (self._number(key, Place(self.name)) for key in _NUMBERS[self.kind])
        if self.kind == "uniform":
            return np.asarray(a + u * (b - a))
        if self.kind == "loguniform":
            return np.asarray(a * (b / a) ** u)
        if self.kind == "normal":
            return np.asarray(a + b * ndtri(u))
        if self.kind == "lognormal":
            return np.asarray(a * np.exp(b * ndtri(u)))
        from scipy.special import betaincinv

        return np.asarray(betaincinv(a + 1, b + 1, u))


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Rows of parameters to try, base point by base point.

    Parameters
    ----------
    factors : tuple of Factor
    rows : tuple of mapping
        Parameters by name.
    points : int
        Base points.
    sensitive : bool
        Whether each base point has B and AB rows beside A.
    """

    factors: tuple[Factor, ...]
    rows: tuple[Mapping[str, object], ...]
    points: int
    sensitive: bool

    @property
    def stride(self) -> int:
        """Rows per base point: 1, or A, B and one per factor."""
        return len(self.factors) + 2 if self.sensitive else 1

    def independent(self, points: int | None = None) -> Masks:
        """Which rows are draws of their own (A and B), among those of the first points."""
        count = self.points if points is None else points
        kind = np.tile(np.arange(self.stride), count)
        return np.flatnonzero(kind < (2 if self.sensitive else 1))


def design(factors: Sequence[Factor], points: int, seed: int, *, sensitive: bool = True) -> Design:
    """Draw a design.

    Parameters
    ----------
    factors : sequence of Factor
        None: a single row without parameters per point.
    points : int
        Base points; a power of two spreads best.
    seed : int
        The same seed gives the same draws, and more points begin with the same ones.
    sensitive : bool
        Whether indices of sensitivity are wanted: rows then grow by factors + 2.

    Raises
    ------
    BadInput
        If two factors set the same parameter, or there are no points.
    """
    if points < 1:
        raise BadInput(f"{points} points make no design", where=Place("draws"))
    names = [name for factor in factors for name in factor.names]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"{twice!r} is drawn by two factors", where=Place(twice))
    if not factors:
        return Design((), ({},) * points, points, False)
    widths = [len(factor.names) for factor in factors]
    d = sum(widths)
    sequence = qmc.Sobol(2 * d if sensitive else d, scramble=True, rng=np.random.default_rng(seed))
    u = sequence.random_base2(max(0, ceil(log2(points))))[:points]
    u = np.clip(u, EDGE, 1 - EDGE)
    ends = np.cumsum([0, *widths])
    blocks = [u[:, :d]]
    if sensitive:
        blocks.append(u[:, d:])
        for i in range(len(factors)):
            mixed = u[:, :d].copy()
            part = slice(ends[i], ends[i + 1])
            mixed[:, part] = u[:, d:][:, part]
            blocks.append(mixed)
    stacked = np.stack(blocks, axis=1).reshape(-1, d)
    columns = [factor.draw(stacked[:, ends[i] : ends[i + 1]]) for i, factor in enumerate(factors)]
    rows = tuple(
        {key: value for part in parts for key, value in part.items()}
        for parts in zip(*columns, strict=True)
    )
    return Design(tuple(factors), rows, points, sensitive)


@dataclass(frozen=True, slots=True, eq=False)
class Sobol:
    """Shares of an outcome's variance.

    Parameters
    ----------
    factors : tuple of str
    first : Array
        S_i, what is due to the factor alone, (k,).
    total : Array
        T_i, what is due to it with all that it interacts with, (k,).
    first_error, total_error : Array
        Bootstrap standard errors, (k,).
    variance : float
        V; the indices mean nothing if it is zero, and are then zero.
    """

    factors: tuple[str, ...]
    first: Array
    total: Array
    first_error: Array
    total_error: Array
    variance: float


def sobol_indices(plan: Design, outcomes: Array, *, resamples: int = 200, seed: int = 0) -> Sobol:
    """Indices of one outcome over the rows of a sensitive design.

    Parameters
    ----------
    plan : Design
    outcomes : Array
        By row; rows of the first base points are enough, (rows,).
    resamples : int
        Bootstrap resamples of base points.

    Raises
    ------
    BadInput
        If the design is not sensitive or outcomes do not fill base points.
    """
    if not plan.sensitive or outcomes.size % plan.stride or outcomes.size == 0:
        raise BadInput("indices need a sensitive design, and outcomes of whole base points")
    table = np.asarray(outcomes, dtype=np.float64).reshape(-1, plan.stride)
    names = tuple(factor.name for factor in plan.factors)
    first, total, variance = _indices(table)
    rng = np.random.default_rng(seed)
    again = [_indices(table[rng.integers(0, len(table), len(table))])[:2] for _ in range(resamples)]
    spread = np.array(again).std(axis=0) if again else np.zeros((2, len(names)))
    return Sobol(names, first, total, spread[0], spread[1], variance)


def _indices(table: Array) -> tuple[Array, Array, float]:
    centred = table - table[:, :2].mean()
    a, b, mixed = centred[:, :1], centred[:, 1:2], centred[:, 2:]
    variance = float(centred[:, :2].var())
    if variance <= 1e-30 * max(1.0, float((table**2).mean())):
        return np.zeros(mixed.shape[1]), np.zeros(mixed.shape[1]), 0.0
    first = (b * (mixed - a)).mean(axis=0) / variance
    total = ((a - mixed) ** 2).mean(axis=0) / (2 * variance)
    return np.asarray(first), np.asarray(total), variance


def wilson(kept: int, tried: int, z: float = 1.6448536269514722) -> tuple[float, float]:
    """A band of 90 % for a probability after so many of so many (Wilson 1927)."""
    if tried == 0:
        return 0.0, 1.0
    p = kept / tried
    middle = (p + z * z / (2 * tried)) / (1 + z * z / tried)
    half = z * sqrt(p * (1 - p) / tried + z * z / (4 * tried * tried)) / (1 + z * z / tried)
    return max(0.0, middle - half), min(1.0, middle + half)
