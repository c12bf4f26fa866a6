"""Optimal tariffs of one government in Ossa's model (his section III, Table 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from hansa.trade.model import Array, NoEquilibrium
from hansa.trade.ossa.anderson import Anderson
from hansa.trade.ossa.conditions import Bounds, Wishes, free_cells, wishes
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.outcome import OssaOutcome, outcome

SWEEPS: Final = 300
ROUNDING: Final = 1e-11  # losses of ln welfare that do not count
SHORTER: Final = 0.5 ** np.arange(12)  # fractions of a step that are tried in turn


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Tariffs that some governments have chosen, and what they bring.

    Parameters
    ----------
    setters : tuple of str
        Countries that choose their import tariffs; the others keep theirs.
    outcome : OssaOutcome
        The equilibrium under the chosen tariffs.
    residual : float
        Largest remaining change of ln(1 + t) that a setter would want (flows under 1e-8 of
        its spending counting less).
    sweeps : int
        Equilibria solved on the way.
    gain : float
        Largest gain (in ln welfare) that a setter's best response still offered when looked
        for afresh; 0 for a single setter, whose tariffs are the best of all that was found.
    """

    setters: tuple[str, ...]
    outcome: OssaOutcome
    residual: float
    sweeps: int
    gain: float = 0.0

    @property
    def tariffs(self) -> Array:
        """All tariffs, (S, N, N)."""
        return self.outcome.tariffs

    def median(self, country: str) -> float:
        """Median over sectors and suppliers of a country's tariffs."""
        n = self.outcome.economy.index(country)
        return float(np.median(np.delete(self.tariffs[:, n], n, axis=1)))


def optimal_tariffs(
    economy: OssaEconomy,
    country: str,
    *,
    others: Array | None = None,
    start: Array | None = None,
    bounds: Bounds | None = None,
    discriminate: bool = True,
    tolerance: float = 1e-8,
) -> Choice:
    """The tariffs that maximise one government's objective while the others keep theirs.

    Political weights make the objective many-peaked: a weighty sector may be best off with
    a moderate or with a prohibitive tariff. So the climb starts from the paper's first
    guess 1/(σ − 1), from the given tariffs and from prohibitive ones; if the peaks differ,
    each sector in which they differ is switched in turn while that helps.

    Parameters
    ----------
    economy : OssaEconomy
        The base.
    country : str
        Who chooses.
    others : Array, optional
        Tariffs of all, of which the others' are kept, (S, N, N); the base's if not given.
    start : Array, optional
        Tariffs to start from, instead of the three starts (warm start), (S, N, N).
    bounds : Bounds, optional
        0 to 1000 % if not given.
    discriminate : bool
        Whether suppliers may be treated differently; if not, each sector has one tariff
        (most favoured nation).
    tolerance : float
        Of the residual of `Choice`.

    Raises
    ------
    UnknownCode
        If there is no such country.
    NoEquilibrium
        If the conditions are not met after 300 sweeps; carries the residuals' history.
    """
    kept = economy.tariffs if others is None else others
    rules = _Rules(bounds or Bounds(), discriminate, tolerance)
    climb = _Climb(economy, economy.index(country), kept, rules)
    if start is not None:
        return climb.up(start)
    guess = np.broadcast_to((1 / (economy.sigma - 1))[:, None, None], economy.trade.shape)
    high = np.full_like(guess, rules.bounds.high)
    peaks = [climb.up(first) for first in (guess, kept, high)]
    best = max(peaks, key=climb.value)
    return climb.switch(best, guess, climb.where_different(peaks))


@dataclass(frozen=True, slots=True)
class _Rules:
    """Under which a government chooses, and how exactly."""

    bounds: Bounds
    discriminate: bool
    tolerance: float


class _Climb:
    """Monotone iteration on one government's first-order conditions."""

    def __init__(self, economy: OssaEconomy, n: int, others: Array, rules: _Rules) -> None:
        self.economy, self.n, self.rules = economy, n, rules
        self._others = others
        self._free = free_cells(economy, (n,))

    def value(self, choice: Choice) -> float:
        """Welfare (ln) of the country that chooses."""
        return float(np.log(choice.outcome.welfare[self.n]))

    def up(self, start: Array) -> Choice:
        """Climb from ``start`` to a peak."""
        bounds, tolerance = self.rules.bounds, self.rules.tolerance
        at = outcome(self.economy, np.where(self._free, self._first(start), self._others))
        mixer, history = Anderson(), []
        for sweep in range(SWEEPS):
            wish = wishes(at, (self.n,), bounds, discriminate=self.rules.discriminate)
            history.append(wish.residual)
            if wish.residual <= tolerance:
                return Choice((self.economy.countries[self.n],), at, wish.residual, sweep + 1)
            following = self._try(at, mixer.next(np.log1p(at.tariffs)[self._free], self._cut(wish)))
            if following is None:
                mixer.forget()
                following = self._along(at, wish)
            if following is None:  # no better tariffs in any uphill direction: rounding
                break
            at = following
        raise NoEquilibrium(
            f"optimal tariffs of {self.economy.countries[self.n]} still move after "
            f"{len(history)} sweeps; residuals "
            + ", ".join(f"{value:.1e}" for value in history[-6:]),
            history=tuple(history),
            remedy="start from tariffs nearer to the solution or narrow the bounds",
        )

    def _first(self, start: Array) -> Array:
        """Tariffs to start from, within the bounds and one for all suppliers if need be."""
        first = self.rules.bounds.clip(start)
        if not self.rules.discriminate:
            mean = np.delete(first[:, self.n], self.n, axis=1).mean(axis=1)
            first = np.array(first)
            first[:, self.n] = mean[:, None]
        return first

    def _cut(self, wish: Wishes) -> Array:
        cut: Array = wish.step[self._free]
        return cut

    def _try(self, at: OssaOutcome, log_tau: Array) -> OssaOutcome | None:
        """The equilibrium at these ln(1 + t) unless it is worse than ``at``."""
        tariffs = at.tariffs.copy()
        tariffs[self._free] = self.rules.bounds.clip(np.expm1(np.clip(log_tau, -20, 20)))
        try:
            new = outcome(self.economy, tariffs, at)
        except NoEquilibrium:
            return None
        gain = np.log(new.welfare[self.n] / at.welfare[self.n])
        return new if gain >= -ROUNDING else None

    def _along(self, at: OssaOutcome, wish: Wishes) -> OssaOutcome | None:
        """A shorter step in those wanted directions that lead uphill."""
        here = np.log1p(at.tariffs)[self._free]
        step = np.where(wish.step * wish.slope > 0, wish.step, 0.0)[self._free]
        tries = (self._try(at, here + part * step) for part in SHORTER)
        return next((new for new in tries if new is not None), None)

    def where_different(self, peaks: list[Choice]) -> tuple[int, ...]:
        """Sectors with different tariffs at different peaks."""
        tops = [np.log1p(peak.tariffs[:, self.n]).max(axis=1) for peak in peaks]
        return tuple(int(s) for s in np.flatnonzero(np.ptp(tops, axis=0) > 0.1))

    def switch(self, best: Choice, guess: Array, sectors: tuple[int, ...]) -> Choice:
        """Move single sectors between moderate and prohibitive tariffs while that helps."""
        moved = True
        while moved:
            moved = False
            for s in sectors:
                start = best.tariffs.copy()
                prohibitive = start[s, self.n].max() >= self.rules.bounds.high
                start[s] = guess[s] if prohibitive else self.rules.bounds.high
                other = self.up(start)
                if self.value(other) > self.value(best) + 1e-10:
                    best, moved = other, True
        return best
