"""Optimal tariffs, Nash equilibria and cooperation, for any model with real income and slope.

A player is a country or a union. A union with a common tariff chooses one rate per sector
and outsider for all its members; tariffs inside a union stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from hansa.terms.errors import Infeasible
from hansa.terms.progress import Progress, silent
from hansa.trade.model import Array, NoEquilibrium, Outcome, TariffModel
from hansa.trade.players import (
    Player,
    disjoint,
    gains,
    incomes,
    least_gain,
    levers,
    log_income,
    nash_product,
)
from hansa.trade.search import Search

BOUNDS = (-0.5, 9.0)
"""Lowest and highest tariff tried: from a subsidy of a half to 900 per cent."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Tariffs that were chosen, and the equilibrium under them.

    Parameters
    ----------
    outcome : Outcome
        The equilibrium.
    players : tuple of Player
        Who chose.
    gains : array (P,)
        Change of each player's real income against the base, as a fraction.
    evaluations : int
        Equilibria solved.
    steepness : float
        Largest slope left in any direction not at its bound, in variables scaled so that
        half its square is about the real income forgone.
    rounds : int
        Rounds of best responses; 1 if a single player or all together chose.
    """

    outcome: Outcome
    players: tuple[Player, ...]
    gains: Array
    evaluations: int
    steepness: float
    rounds: int = 1

    @property
    def tariffs(self) -> Array:
        """Tariffs, shape (J, N, N)."""
        return self.outcome.tariffs


def optimal_tariffs(
    model: TariffModel,
    player: Player,
    *,
    start: Outcome | None = None,
    bounds: tuple[float, float] = BOUNDS,
    tolerance: float = 1e-6,
    evaluations: int = 500,
    progress: Progress = silent,
) -> Choice:
    """Tariffs on outsiders that maximise a player's real income, others' tariffs given.

    A maximum is local: with elasticities of fifty or more there can be several, some of
    them with single prohibitive tariffs.

    Parameters
    ----------
    model : TariffModel
        Caliendo–Parro or Ossa.
    player : Player
        Who chooses.
    start : Outcome, optional
        Others' tariffs, and where the search begins; default: the model's base.
    bounds : tuple of float
        Lowest and highest tariff.
    tolerance : float
        Bound on `Choice.steepness`.
    evaluations : int
        Equilibria allowed.
    progress : Progress
        Told after each equilibrium.

    Raises
    ------
    NoEquilibrium
        If the search ends far from a maximum.
    """
    begin = start or model.outcome(model.tariffs)
    search = Search(
        model,
        levers(model, (player,)),
        log_income(model, (player,)),
        begin,
        bounds,
        tolerance,
        evaluations,
        progress,
    )
    search.run()
    return _choice(search, (player,))


def nash_tariffs(
    model: TariffModel,
    players: Sequence[Player],
    *,
    start: Outcome | None = None,
    bounds: tuple[float, float] = BOUNDS,
    tolerance: float = 1e-6,
    rounds: int = 50,
    progress: Progress = silent,
) -> Choice:
    """Tariffs that are each player's best answer to the others', by best responses.

    Parameters
    ----------
    model, start, bounds
        As in `optimal_tariffs`.
    players : sequence of Player
        Countries and unions; who is in none keeps its tariffs.
    tolerance : float
        Rounds end when no player's answer raises its real income by more, as a fraction.
    rounds : int
        Rounds allowed.
    progress : Progress
        Told after each answer.

    Raises
    ------
    NoEquilibrium
        If answers still pay after all rounds; its history is the largest gain of each.
    BadInput
        If a country is in two players.
    """
    crew = disjoint(players)
    here = start or model.outcome(model.tariffs)
    history: list[float] = []
    solved = 0
    for turn in range(1, rounds + 1):
        largest, steepness = 0.0, 0.0
        for number, player in enumerate(crew):
            answer = optimal_tariffs(
                model, player, start=here, bounds=bounds, tolerance=0.1 * tolerance**0.5
            )
            better = _gain(model, player, here, answer.outcome)
            largest = max(largest, better)
            steepness = max(steepness, answer.steepness)
            solved += answer.evaluations
            if better > 0:
                here = answer.outcome
            progress((turn - 1) * len(crew) + number + 1, 0, f"{player.name} has answered")
        history.append(largest)
        if largest < tolerance:
            return Choice(here, crew, gains(model, crew, here), solved, steepness, turn)
    raise NoEquilibrium(
        f"after {rounds} rounds an answer still raises a real income by {history[-1]:.1e}",
        history=tuple(history),
        remedy="allow more rounds, or narrow the bounds",
    )


def cooperative_tariffs(
    model: TariffModel,
    players: Sequence[Player],
    *,
    threat: Outcome | None = None,
    start: Outcome | None = None,
    bounds: tuple[float, float] = BOUNDS,
    tolerance: float = 1e-6,
    evaluations: int = 1000,
    progress: Progress = silent,
) -> Choice:
    """Tariffs that players choose together.

    Without a threat they maximise the sum of log real incomes weighted by base income,
    with one the product of all gains over the threat (Nash 1950).

    Parameters
    ----------
    threat : Outcome, optional
        What happens if they do not agree, such as that of `nash_tariffs`.
    model, players, start, bounds, tolerance, evaluations, progress
        As in `optimal_tariffs`.

    Raises
    ------
    Infeasible
        If somebody loses against the threat where the bargain would begin.
    """
    crew = disjoint(players)
    begin = start or threat or model.outcome(model.tariffs)
    search = Search(
        model,
        levers(model, crew),
        log_income(model, crew),
        begin,
        bounds,
        tolerance,
        evaluations,
        progress,
    )
    if threat is not None:
        if start is None:
            search.objective = least_gain(model, crew, threat)
            with suppress(NoEquilibrium):  # only a point where all gain is needed
                search.run()
        _refuse_losers(model, crew, search.here, threat)
        search.objective = nash_product(model, crew, threat)
    search.run()
    return _choice(search, crew)


def _refuse_losers(
    model: TariffModel, players: tuple[Player, ...], here: Outcome, threat: Outcome
) -> None:
    over = incomes(model, players, here) / incomes(model, players, threat) - 1
    if over.min() <= 0:
        loser = players[int(over.argmin())].name
        raise Infeasible(
            f"{loser} loses {-over.min():.2%} against the threat where the bargain begins",
            remedy="give a start at which everybody gains",
        )


def _gain(model: TariffModel, player: Player, before: Outcome, after: Outcome) -> float:
    then, now = (incomes(model, (player,), outcome)[0] for outcome in (before, after))
    return float(np.log(now / then))


def _choice(search: Search, players: tuple[Player, ...]) -> Choice:
    return Choice(
        search.here,
        players,
        gains(search.model, players, search.here),
        search.solved,
        search.steepness,
    )
