"""National capability: the composite index, sums, concentration and decay with distance.

Singer, Bremer & Stuckey (1972), "Capability Distribution, Uncertainty, and Major Power War",
in Russett (ed.), *Peace, War, and Numbers*; Singer & Ray in the same volume for concentration;
Bueno de Mesquita (1981), *The War Trap*, for decay with distance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

Floats = NDArray[np.float64]

COMPONENTS: Final = ("milex", "milper", "irst", "pec", "tpop", "upop")
"""K: military expenditure and personnel, iron and steel, energy, population, urban population."""


def cinc(components: ArrayLike, *, normalise: bool = False) -> Floats:
    """Composite index of national capability of all states of one year.

    c_i = (1/|K_i|) · Σ_{k ∈ K_i} x_ik / Σ_j x_jk, where K_i are the components that are
    known for state i: the mean runs over those, not over six.

    Parameters
    ----------
    components : array_like, shape (n, |K|)
        One row per state of the world, one column per component; ``nan`` where missing.
        The unit of a column does not matter.
    normalise : bool
        Divide by the sum. Published scores sum to 1.00–1.07 because a state with a missing
        component averages over fewer shares.

    Returns
    -------
    ndarray, shape (n,)
        ``nan`` for a state of which nothing is known.

    Raises
    ------
    BadInput
        If a component is negative.
    """
    x = np.atleast_2d(np.asarray(components, dtype=float))
    if (x < 0).any():
        raise BadInput("a component of capability is negative")
    known = ~np.isnan(x)
    world = np.nansum(x, axis=0)
    counted = known & (world > 0)
    shares = np.divide(x, world, out=np.zeros_like(x), where=counted)
    parts = counted.sum(axis=1)
    c = np.divide(shares.sum(axis=1), parts, out=np.full(len(x), np.nan), where=parts > 0)
    return np.asarray(c / np.nansum(c)) if normalise else c


def cinc_by_year(table: pl.DataFrame, *, normalise: bool = False) -> pl.DataFrame:
    """The index of every state and year of a table of components.

    Parameters
    ----------
    table : polars.DataFrame
        ``ccode`` (or any other key), ``year`` and the six `COMPONENTS`, null where missing.
        A year must list every state of the world: shares are shares of what is listed.

    Returns
    -------
    polars.DataFrame
        The table with a column ``cinc`` computed (a column of that name is replaced).
    """
    lacking = [name for name in ("year", *COMPONENTS) if name not in table.columns]
    if lacking:
        raise unknown("column", lacking[0], table.columns)
    world = [pl.col(name).sum().over("year") for name in COMPONENTS]
    shares = [
        pl.when(total > 0).then(pl.col(name) / total)
        for name, total in zip(COMPONENTS, world, strict=True)
    ]
    scored = table.with_columns(cinc=pl.mean_horizontal(shares, ignore_nulls=True))
    if normalise:
        scored = scored.with_columns(cinc=pl.col("cinc") / pl.col("cinc").sum().over("year"))
    return scored


def concentration(capabilities: ArrayLike) -> float:
    """Singer and Ray's concentration: 0 if all are equal, 1 if one has everything.

    CON = sqrt((Σ s_i² − 1/N) / (1 − 1/N)), s_i the share of i among the N. One alone is 1.

    Raises
    ------
    BadInput
        If there is nobody, or nobody has anything.
    """
    c = np.asarray(capabilities, dtype=float)
    if c.size == 0 or not np.isfinite(c).all() or (c < 0).any() or c.sum() <= 0:
        raise BadInput("concentration needs known capabilities that are not all zero")
    if c.size == 1:
        return 1.0
    s = c / c.sum()
    # Σ s² − 1/N is the sum of squared deviations: this form is never negative by rounding
    return float(np.sqrt(np.square(s - 1 / c.size).sum() / (1 - 1 / c.size)))


@dataclass(frozen=True, slots=True)
class Coalition:
    """What a group of states can muster together.

    ``capability`` is Σ c_i, ``share`` that sum over the world's, ``concentration`` as
    `concentration`, ``dispersal`` its complement.
    """

    members: tuple[str, ...]
    capability: float
    share: float
    concentration: float
    because: Because

    @property
    def dispersal(self) -> float:
        return 1.0 - self.concentration


def coalition(scores: Mapping[str, float], members: Iterable[str], source: str = "") -> Coalition:
    """Capability of a group: the sum of its members' scores.

    Parameters
    ----------
    scores : mapping of str to float
        Score of every state of the world, by code; ``nan`` where unknown.
    members : iterable of str
        Codes; a code named twice counts once.

    Raises
    ------
    UnknownCode
        If a member has no score in the table.
    BadInput
        If there is no member, or a member's score is unknown: a sum over part of a
        coalition is not its strength.
    """
    names = tuple(dict.fromkeys(members))
    if not names:
        raise BadInput("a coalition needs a member")
    for name in names:
        if name not in scores:
            raise unknown("state", name, scores)
        if np.isnan(scores[name]):
            raise BadInput(
                f"the capability of {name} is not known",
                remedy="leave the state out or give its components",
            )
    c = np.array([scores[name] for name in names])
    world = float(np.nansum(list(scores.values())))
    because = tuple(
        Reason("number", f"{name}: {scores[name]:.6f} of the world's capability", name, source)
        for name in names
    )
    return Coalition(names, float(c.sum()), float(c.sum() / world), concentration(c), because)


def miles_per_day(year: int) -> float:
    """How far an army moved in a day: 250 miles to 1918, 375 to 1945, 500 since."""
    if year <= 1918:
        return 250.0
    return 375.0 if year <= 1945 else 500.0


def projected(capability: ArrayLike, miles: ArrayLike, year: int) -> Floats:
    """Capability that arrives after ``miles`` (Bueno de Mesquita 1981).

    c' = c^{log10(miles/mpd + 10 − e)}, mpd = `miles_per_day`. States that touch count as 0
    miles apart; the exponent there is 0.862, so the formula ranks, it does not conserve.

    Raises
    ------
    BadInput
        If a capability is not a share of the world or a distance is negative.
    """
    c = np.asarray(capability, dtype=float)
    d = np.asarray(miles, dtype=float)
    if ((c < 0) | (c > 1)).any() or (d < 0).any():
        raise BadInput("a capability must be a share of the world and a distance not negative")
    return np.asarray(c ** np.log10(d / miles_per_day(year) + (10 - math.e)), dtype=np.float64)
