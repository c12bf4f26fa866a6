"""How a union's joint gain could be divided, and whether any division would hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hansa.coalitions import (
    Best,
    Core,
    Game,
    Worth,
    banzhaf,
    best_partition,
    core,
    cost_of_stability,
    gately,
    nucleolus,
    shapley,
    tau_value,
)
from hansa.coalitions.subsets import Array
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Cell, Column, Statement, Table

CONCEPTS: tuple[tuple[str, Callable[[Game], Array]], ...] = (
    ("shapley", shapley),
    ("nucleolus", lambda game: nucleolus(game).allocation),
    ("gately", lambda game: gately(game).allocation),
    ("tau", lambda game: tau_value(game).allocation),
    ("banzhaf", banzhaf),
)


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """The members' joint gain as a game with transferable utility.

    Parameters
    ----------
    game : Game
        Of the members alone, in money.
    core : Core
    cost : float
        What would have to come from outside for a stable division.
    best : Best
        How the members would part if their joint gain counted.
    shares : mapping of str to Array
        Divisions by concept; a concept that does not exist for this game is left out.
    missing : mapping of str to str
        Why the others do not exist.
    """

    game: Game
    core: Core
    cost: float
    best: Best
    shares: dict[str, Array]
    missing: dict[str, str]


def division(worth: Worth, members: Sequence[str], weights: Array) -> Division:
    """Divide what members gain together; outsiders stay as they are.

    Parameters
    ----------
    worth : Worth
        Of any players, the members among them.
    members : sequence of str
    weights : Array
        Money per unit of payoff, by player of ``worth``.
    """
    inside = worth.among(members)
    game = inside.game([weights[worth.players.index(name)] for name in members])
    shares, missing = {}, {}
    for name, concept in CONCEPTS:
        try:
            shares[name] = concept(game)
        except BadInput as wrong:
            missing[name] = wrong.what
    return Division(
        game, core(game), cost_of_stability(game), best_partition(game), shares, missing
    )


def division_table(found: Division, unit: str) -> Table:
    """One row per member: alone, what each concept gives it."""
    names = list(found.shares)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (state, *(float(found.shares[name][i]) for name in names))
        for i, state in enumerate(found.game.players)
    )
    columns = (
        Column("state", "State"),
        *(Column(name, name.capitalize(), unit, 2) for name in names),
    )
    gone = "; ".join(f"{name}: {why}" for name, why in found.missing.items())
    note = f"Of {found.game.whole:,.1f} {unit} that members gain together a year."
    return Table(
        "division", "How the joint gain could be divided", columns, rows,
        note=f"{note} Not defined here: {gone}." if gone else note,
    )  # fmt: skip


def division_statements(found: Division) -> list[Statement]:
    """Whether some division holds, in sentences."""
    if not found.core.empty:
        text = "The joint gain can be divided so that no group of members does better by itself."
        return [Statement(text, found.core.because)]
    best = " | ".join(" ".join(bloc) for bloc in found.best.blocs)
    text = (
        f"No division of the joint gain satisfies every group: it would take {found.cost:,.1f} "
        f"million USD a year from outside. For their joint gain members would part as {best}."
    )
    return [Statement(text, found.core.because)]
