"""Nash tariffs in Ossa's model: a trade war (his section IV, Table 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from hansa.terms.progress import Progress, silent
from hansa.trade.model import Array, NoEquilibrium
from hansa.trade.ossa.anderson import Anderson
from hansa.trade.ossa.conditions import Bounds, free_cells, wishes
from hansa.trade.ossa.economy import OssaEconomy
from hansa.trade.ossa.optimal import Choice, optimal_tariffs
from hansa.trade.ossa.outcome import outcome

SWEEPS: Final = 60
ROUNDS: Final = 30
REGRET: Final = 1e-9


def nash_tariffs(
    economy: OssaEconomy,
    countries: Sequence[str] | None = None,
    *,
    start: Array | None = None,
    bounds: Bounds | None = None,
    tolerance: float = 1e-8,
    progress: Progress = silent,
) -> Choice:
    """Tariffs from which no government among ``countries`` (all) wants to move.

    Players start from their best responses to the base (or from ``start``). A sweep takes
    all players' first-order conditions at the same equilibrium; when they are met, every
    player's best response is sought afresh from several starts. If one still gains, its
    best response is taken over and the sweeps go on.

    Returns
    -------
    Choice
        ``gain`` says what the best remaining deviation would bring (at most 1e-9).

    Raises
    ------
    NoEquilibrium
        If somebody still wants to move after 30 rounds.
    """
    names = economy.countries if countries is None else tuple(countries)
    players = tuple(economy.index(name) for name in names)
    bounds = bounds or Bounds()
    tariffs = economy.tariffs if start is None else start
    if start is None:
        tariffs = _best_responses(economy, names, tariffs, bounds)[0]
    sweeps, history = 0, []
    for number in range(ROUNDS):
        progress(number, 0, "round of best responses")
        joint = _sweep(economy, players, tariffs, bounds, tolerance)
        sweeps += joint.sweeps
        responses, gain = _best_responses(economy, names, joint.tariffs, bounds)
        history.append(gain)
        if gain <= REGRET and joint.residual <= tolerance:
            return replace(joint, sweeps=sweeps, gain=max(gain, 0.0))
        tariffs = responses
    raise NoEquilibrium(
        f"some government still wants to move after {ROUNDS} rounds; best gains "
        + ", ".join(f"{value:.1e}" for value in history[-6:]),
        history=tuple(history),
        remedy="there may be no equilibrium in pure strategies; try other starts or bounds",
    )


def _sweep(
    economy: OssaEconomy,
    players: tuple[int, ...],
    tariffs: Array,
    bounds: Bounds,
    tolerance: float,
) -> Choice:
    """Iterate all players' conditions together; stops unconverged after 60 sweeps."""
    free = free_cells(economy, players)
    at = outcome(economy, np.where(free, bounds.clip(tariffs), economy.tariffs))
    mixer = Anderson()
    for sweep in range(SWEEPS):
        wish = wishes(at, players, bounds)
        if wish.residual <= tolerance or sweep == SWEEPS - 1:
            break
        log_tau = mixer.next(np.log1p(at.tariffs)[free], wish.step[free])
        moved = at.tariffs.copy()
        moved[free] = bounds.clip(np.expm1(np.clip(log_tau, -20, 20)))
        at = outcome(economy, moved, at)
    return Choice(tuple(economy.countries[n] for n in players), at, wish.residual, sweep + 1)


def _best_responses(
    economy: OssaEconomy, names: tuple[str, ...], tariffs: Array, bounds: Bounds
) -> tuple[Array, float]:
    """Everybody's best responses to ``tariffs`` in turn, and the largest gain in ln welfare."""
    current, largest = np.array(tariffs), -np.inf
    for name in names:
        n = economy.index(name)
        before = np.log(outcome(economy, current).welfare[n])
        best = optimal_tariffs(economy, name, others=current, bounds=bounds)
        gain = float(np.log(best.outcome.welfare[n]) - before)
        largest = max(largest, gain)
        if gain > REGRET:
            current = np.array(best.tariffs)
    return current, largest
