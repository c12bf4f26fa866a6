"""Tariffs that a country or a union would choose, alone or against others who choose too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hansa.studies.trading.exhibits import UNIT
from hansa.studies.trading.ground import Ground
from hansa.studies.trading.question import listed
from hansa.terms.exhibits import Cell, Chart, Column, Exhibit, Statement, Table
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because, Reason
from hansa.trade import (
    CaliendoParro,
    Choice,
    Closure,
    Player,
    Shock,
    nash_tariffs,
    optimal_tariffs,
    solve,
)
from hansa.trade.model import Array
from hansa.trade.players import members as mask_of

LIMITS = (
    "Nobody is bound: free-trade agreements and bindings with outsiders are broken where a "
    "tariff on them pays.",
    "One good: optimal tariffs here are about terms of trade only, near 1/θ for a small country; "
    "real tariffs differ by good, with lobbies and inputs.",
    "Deficits are closed first, as in Ossa (2014); changes are against balanced trade at "
    "today's tariffs. A maximum found is local.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """Tariffs chosen, beside those of today.

    Parameters
    ----------
    ground : Ground
    model : CaliendoParro
    players : tuple of Player
        Who chooses.
    alone : Choice
        What the first would choose if nobody answered.
    war : Choice, optional
        What all choose as best answers to one another.
    """

    ground: Ground
    model: CaliendoParro
    players: tuple[Player, ...]
    alone: Choice
    war: Choice | None = None


def player_of(ground: Ground, text: str) -> Player:
    """A country, a bloc, or an organisation as one player with a common tariff."""
    names = ground.names(text)
    return Player(text if len(names) > 1 else names[0], names)


def policy_of(
    ground: Ground,
    player: str,
    rivals: Sequence[str] = (),
    *,
    common: bool = True,
    progress: Progress = silent,
) -> Policy:
    """Optimal tariffs of a player, and the Nash equilibrium with rivals.

    Trade is balanced first, as in Ossa (2014): with a deficit that is kept in money a country
    that lives on credit would have a motive to close its market that is none.

    Parameters
    ----------
    ground : Ground
    player : str
        State, bloc or organisation.
    rivals : sequence of str
        Who chooses too; nobody: no Nash equilibrium.
    common : bool
        Whether a union charges outsiders one tariff.
    progress : Progress

    Raises
    ------
    BadInput
        If somebody is unknown or in two players.
    NoEquilibrium
        If the search ends far from a maximum, or answers go on paying.
    """
    closed = Closure.CLOSED
    economy = solve(ground.base.economy, Shock.none(closed), tolerance=1e-12).as_base()
    model = CaliendoParro(economy, closed, tolerance=1e-11)
    crew = tuple(
        Player(p.name, p.members, common and len(p.members) > 1)
        for p in (player_of(ground, name) for name in (player, *rivals))
    )
    alone = optimal_tariffs(model, crew[0], progress=progress)
    war = nash_tariffs(model, crew, progress=progress) if rivals else None
    return Policy(ground, model, crew, alone, war)


def told_policy(found: Policy) -> tuple[Statement, ...]:
    """Who would charge what, and what it would bring."""
    player = found.players[0]
    now, best = (_mean(found, tariffs) for tariffs in (found.model.tariffs, found.alone.tariffs))
    why = _grounds(found, found.alone)
    said = [
        Statement(
            f"{player.name}'s best tariff on outsiders is {best:.1%} on average (today {now:.1%}); "
            f"its real income would be {100 * found.alone.gains[0]:+.2f} % if nobody answered.",
            why,
        ),
        Statement(_losers(found), why),
    ]
    if found.war is not None:
        words = ", ".join(
            f"{p.name} {100 * gain:+.2f} %"
            for p, gain in zip(found.players, found.war.gains, strict=True)
        )
        text = f"If {listed([p.name for p in found.players])} answer one another: {words}."
        said.append(Statement(text, _grounds(found, found.war)))
    return tuple(said)


def _losers(found: Policy) -> str:
    welfare = found.alone.outcome.welfare - 1
    inside = mask_of(found.model, found.players[0])
    order = [int(n) for n in np.argsort(welfare) if not inside[n]][:3]
    words = ", ".join(f"{found.model.countries[n]} {100 * welfare[n]:+.2f} %" for n in order)
    return f"Who would lose most by it: {words}."


def exhibits_of(found: Policy) -> Iterator[Exhibit]:
    """Tariffs by partner, and what they bring to everybody."""
    yield _tariffs(found)
    gains = _gains(found)
    yield Chart(gains.key, gains.title, "bar", gains, "country", "alone")


def _tariffs(found: Policy) -> Table:
    """The first player's tariffs on each outsider."""
    model, inside = found.model, mask_of(found.model, found.players[0])
    imports = model.imports.sum(axis=0)
    choices = [model.tariffs, found.alone.tariffs]
    if found.war is not None:
        choices.append(found.war.tariffs)
    rows: list[tuple[Cell, ...]] = []
    for i in np.argsort(-imports[inside].sum(axis=0)):
        bought = imports[inside, i]
        if inside[i] or bought.sum() <= 0:
            continue
        rates = (100 * float((t[0][inside, i] * bought).sum() / bought.sum()) for t in choices)
        rows.append((model.countries[i], float(bought.sum()), *rates))
    heads = ("Today", "If nobody answers", "If rivals answer")
    keys = ("today", "alone", "war")
    columns = (
        Column("partner", "Partner"),
        Column("imports", "Imports, balanced", UNIT, 0),
        *(Column(k, h, "%", 2) for k, h in zip(keys[: len(choices)], heads, strict=False)),
    )
    title = f"Tariffs of {found.players[0].name} by partner"
    note = "Tariffs of a union's members weighted by their imports."
    return Table("optimal_tariffs", title, columns, tuple(rows), note=note)


def _gains(found: Policy) -> Table:
    """Change of everybody's real income."""
    sides = [found.alone] if found.war is None else [found.alone, found.war]
    values: list[Array] = [100 * (side.outcome.welfare - 1) for side in sides]
    order = np.argsort(-np.abs(values[0]))
    rows = tuple((found.model.countries[n], *(float(value[n]) for value in values)) for n in order)
    heads = ("If nobody answers", "If rivals answer")
    columns = (
        Column("country", "Country"),
        *(
            Column(key, head, "%", 3)
            for key, head, _ in zip(("alone", "war"), heads, values, strict=False)
        ),
    )
    return Table("optimal_gains", "Change of real income, exact", columns, rows)


def _mean(found: Policy, tariffs: Array) -> float:
    """The first player's mean tariff on outsiders, by today's imports."""
    inside = mask_of(found.model, found.players[0])
    bought = found.model.imports[:, inside][:, :, ~inside]
    return float((tariffs[:, inside][:, :, ~inside] * bought).sum() / bought.sum())


def _grounds(found: Policy, choice: Choice) -> Because:
    text = (
        f"{choice.evaluations} equilibria solved; steepest direction left {choice.steepness:.1e}, "
        f"{choice.rounds} rounds"
    )
    closure = Reason("assumption", "trade deficits are closed first", "closure")
    return (Reason("number", text, "optimal tariffs"), closure, *found.ground.base.because)
