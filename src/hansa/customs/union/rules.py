"""Rules that make one rate out of the members' rates, line by line.

A rule is a value: it can be printed (`sentence`), compared, and applied to any union's
schedules. It returns a `Draft`: the rates, and for each line which sentence made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from hansa.customs.union.grid import Rates, snap
from hansa.customs.union.schedules import Schedules
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Rates and their reasons.

    Parameters
    ----------
    T : ndarray, shape (lines,)
        Per cent; ``nan`` where the rule leaves the line open.
    by : ndarray of int, shape (lines,)
        Which of ``said`` made the line.
    said : tuple of str
        Sentences.
    """

    T: Rates
    by: NDArray[np.int64]
    said: tuple[str, ...]

    @classmethod
    def all_by(cls, T: Rates, sentence: str) -> Draft:
        """Every line by one sentence."""
        return cls(snap(T), np.zeros(len(T), dtype=np.int64), (sentence,))

    def where(self, lines: NDArray[np.bool_], other: Draft) -> Draft:
        """The same draft, but the other one on some lines."""
        return Draft(
            np.where(lines, other.T, self.T),
            np.where(lines, other.by + len(self.said), self.by),
            (*self.said, *other.said),
        )


@runtime_checkable
class Rule(Protocol):
    """Anything that drafts a common tariff."""

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """Rates for every line."""

    def sentence(self) -> str:
        """The rule, read back to people."""


def _imports(trade: Trade | None, schedules: Schedules, rule: str) -> Rates:
    """M_im, which some rules need."""
    if trade is None:
        raise BadInput(f"{rule} needs imports", remedy="give the trade of a representative period")
    if trade.codes != schedules.codes or trade.members != schedules.members:
        raise BadInput("the imports were read for other schedules than these")
    return trade.by_line_and_member()


def _weighted(t: Rates, w: Rates) -> tuple[Rates, NDArray[np.bool_]]:
    """Σ_m w_m t_m / Σ_m w_m over the members that have the line; and where that is defined."""
    w = np.where(np.isnan(t), 0.0, w)
    total = w.sum(axis=1)
    defined = total > 0
    mean = (w * np.nan_to_num(t)).sum(axis=1) / np.where(defined, total, 1.0)
    # Weights and rates that differ by many orders of magnitude must not carry a mean
    # out of the range of what it averages.
    bounded = np.clip(mean, _least(t), _greatest(t))
    return np.where(defined, bounded, np.nan), defined


def _least(t: Rates) -> Rates:
    least: Rates = np.where(np.isnan(t), np.inf, t).min(axis=1)
    return least


def _greatest(t: Rates) -> Rates:
    greatest: Rates = np.where(np.isnan(t), -np.inf, t).max(axis=1)
    return greatest


def _plain_mean(t: Rates) -> Rates:
    present = ~np.isnan(t)
    mean: Rates = np.where(present, t, 0.0).sum(axis=1) / present.sum(axis=1)
    return mean


@dataclass(frozen=True, slots=True)
class ArithmeticMean:
    """The mean of the rates of the customs territories.

    Parameters
    ----------
    territories : mapping
        Members that form one customs territory count once (``{"Benelux": ("BEL",
        "LUX", "NLD")}``); every other member is a territory of its own.
    """

    territories: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))

    def columns(self, schedules: Schedules) -> tuple[tuple[str, ...], Rates]:
        """Territories and their rates, shape (lines, territories).

        Raises
        ------
        BadInput
            If a member is in two territories.
        """
        of = {}
        for territory, members in self.territories.items():
            for member in members:
                if member in of:
                    raise BadInput(f"{member} is in two customs territories")
                schedules.column(member)
                of[member] = territory
        names = tuple(dict.fromkeys(of.get(member, member) for member in schedules.members))
        columns = []
        for name in names:
            inside = [n for n, m in enumerate(schedules.members) if of.get(m, m) == name]
            part = schedules.t[:, inside]
            none: NDArray[np.bool_] = np.asarray(np.isnan(part).all(axis=1))
            mean = _plain_mean(np.where(none[:, None], 0.0, part))
            columns.append(np.where(none, np.nan, mean))
        return names, np.column_stack(columns)

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """T_i = Σ_c t_ic / n over the territories c that have the line."""
        _, t = self.columns(schedules)
        return Draft.all_by(_plain_mean(t), self.sentence())

    def sentence(self) -> str:
        """For example ``the arithmetic mean of the members' rates``."""
        if not self.territories:
            return "the arithmetic mean of the members' rates"
        groups = "; ".join(f"{name}: {', '.join(m)}" for name, m in self.territories.items())
        return f"the arithmetic mean over the customs territories, counting as one {groups}"


@dataclass(frozen=True, slots=True)
class ImportWeightedMean:
    """The mean weighted by external imports; where nobody imports, another rule."""

    otherwise: Rule = field(default_factory=ArithmeticMean)

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """T_i = Σ_m t_im M_im / Σ_m M_im."""
        M = _imports(trade, schedules, "an import-weighted mean")
        T, defined = _weighted(schedules.t, M)
        return _else(Draft.all_by(T, self.sentence()), defined, self.otherwise, schedules, trade)

    def sentence(self) -> str:
        """The rule in one line."""
        return "the mean of the members' rates weighted by their imports from outside"


@dataclass(frozen=True, slots=True)
class KempWan:
    """The mean weighted by the slopes of import demand (Kemp and Wan 1976).

    The common rate that leaves the union's net imports of each line, and so the rest of
    the world, as they were. With demand M_m(q) = a_m - e_m q, freezing Σ_m M_m gives
    T_i = Σ_m e_m t_m / Σ_m e_m, and an elasticity ε_m makes the slope
    e_m = ε_m M_m / (1 + t_m) (world price 1).

    Parameters
    ----------
    elasticity : number or mapping
        Import-demand elasticity, positive, for all members or by member.
    """

    elasticity: float | Mapping[str, float] = 1.0
    otherwise: Rule = field(default_factory=ArithmeticMean)

    def slopes(self, schedules: Schedules, trade: Trade | None) -> Rates:
        """e_im, shape (lines, members); zero where a member does not import."""
        M = _imports(trade, schedules, "the Kemp–Wan tariff")
        eps = elasticities(self.elasticity, schedules.members)
        return eps[None, :] * M / (1 + np.nan_to_num(schedules.t) / 100)

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """T_i = Σ_m e_im t_im / Σ_m e_im."""
        T, defined = _weighted(schedules.t, self.slopes(schedules, trade))
        return _else(Draft.all_by(T, self.sentence()), defined, self.otherwise, schedules, trade)

    def sentence(self) -> str:
        """The rule in one line."""
        return "the mean of the members' rates weighted by the slopes of their import demand"


def elasticities(given: float | Mapping[str, float], members: Sequence[str]) -> Rates:
    """Elasticities in the order of the members.

    Raises
    ------
    BadInput
        If one is missing or not positive.
    """
    table = given if isinstance(given, Mapping) else dict.fromkeys(members, given)
    for member in members:
        if member not in table:
            raise BadInput(f"there is no elasticity for {member}")
        if not table[member] > 0:
            raise BadInput(f"the elasticity of {member} is {table[member]}: it must be positive")
    return np.array([float(table[member]) for member in members])


def _else(
    draft: Draft,
    defined: NDArray[np.bool_],
    otherwise: Rule,
    schedules: Schedules,
    trade: Trade | None,
) -> Draft:
    """Where a weighted mean is not defined, another rule, which says so."""
    if defined.all():
        return draft
    second = otherwise.draft(schedules, trade)
    said = tuple(f"nobody imports the line from outside: {text}" for text in second.said)
    return draft.where(~defined, Draft(second.T, second.by, said))


@dataclass(frozen=True, slots=True)
class Lowest:
    """The lowest of the members' rates: no partner is worse off on any line."""

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """T_i = min_m t_im."""
        return Draft.all_by(_least(schedules.t), self.sentence())

    def sentence(self) -> str:
        """The rule in one line."""
        return "the lowest of the members' rates"


@dataclass(frozen=True, slots=True)
class Highest:
    """The highest of the members' rates: no member's industry loses protection."""

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """T_i = max_m t_im."""
        return Draft.all_by(_greatest(schedules.t), self.sentence())

    def sentence(self) -> str:
        """The rule in one line."""
        return "the highest of the members' rates"


@dataclass(frozen=True, slots=True)
class Median:
    """The median of the members' rates; of an even number, the mean of the middle two."""

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """T_i = median_m t_im."""
        return Draft.all_by(np.nanmedian(schedules.t, axis=1), self.sentence())

    def sentence(self) -> str:
        """The rule in one line."""
        return "the median of the members' rates"


@dataclass(frozen=True, slots=True)
class Anchor:
    """One member's tariff for all, as Russia's was the base in 2010 and South Africa's is."""

    member: str
    otherwise: Rule = field(default_factory=ArithmeticMean)

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """T_i = t_i of the anchor; another rule on lines that it does not have."""
        T = schedules.t[:, schedules.column(self.member)]
        draft = Draft.all_by(T, self.sentence())
        if not np.isnan(T).any():
            return draft
        second = self.otherwise.draft(schedules, trade)
        said = tuple(f"{self.member} has no such line: {text}" for text in second.said)
        return draft.where(np.isnan(T), Draft(second.T, second.by, said))

    def sentence(self) -> str:
        """The rule in one line."""
        return f"the rate of {self.member}"


@dataclass(frozen=True, slots=True)
class NearestBand:
    """The band that moves the members least: min_B Σ_m w_m |B - t_im|.

    Parameters
    ----------
    bands : sequence of number
        Per cent; 0, 10, 25 in East Africa of 2005, 0, 5, 10, 20, 35 in ECOWAS.
    weights : {"equal", "imports"}
        Whether members count alike or by their imports of the line. A tie goes to the
        lower band.
    """

    bands: Iterable[float]
    weights: Literal["equal", "imports"] = "equal"

    def __post_init__(self) -> None:
        bands = tuple(sorted(float(band) for band in self.bands))
        if not bands or bands[0] < 0 or len(set(bands)) < len(bands):
            raise BadInput("bands are different rates of 0 % or more, at least one")
        object.__setattr__(self, "bands", bands)

    def draft(self, schedules: Schedules, trade: Trade | None) -> Draft:
        """The nearest band of every line."""
        t = schedules.t
        w = np.ones_like(t)
        if self.weights == "imports":
            w = _imports(trade, schedules, "a band weighted by imports")
            w = np.where((w.sum(axis=1) > 0)[:, None], w, 1.0)
        w = np.where(np.isnan(t), 0.0, w)
        bands = np.array(tuple(self.bands))
        moved = np.abs(bands[None, None, :] - np.nan_to_num(t)[:, :, None])
        distance = (w[:, :, None] * moved).sum(axis=1)
        least = distance.min(axis=1)[:, None] * (1 + 1e-12) + 1e-12  # ties despite rounding
        return Draft.all_by(bands[(distance <= least).argmax(axis=1)], self.sentence())

    def sentence(self) -> str:
        """The rule in one line."""
        bands = ", ".join(f"{band:g}" for band in self.bands)
        by = "" if self.weights == "equal" else ", members counting by their imports"
        return f"the nearest of the bands {bands} %{by}"
