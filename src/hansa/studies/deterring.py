"""Deterrence on a register: who owes help to a target, how strong they are, how firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hansa.record.register import Register
from hansa.record.world import World
from hansa.security.alliances import owed_to
from hansa.security.deterrence import Attack, Guarantor, honour_rate
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Contemplated:
    """An attack as the register sees it, and what its numbers rest on."""

    attack: Attack
    because: Because


def capabilities(world: World, year: int) -> tuple[Mapping[str, float], int, Reason]:
    """CINC scores by state of the year on record that lies nearest.

    Raises
    ------
    BadInput
        If the world has no table of capability.
    """
    sheet = world.sheet("military")
    years = sorted({row["year"] for row in sheet})
    if not years:
        raise BadInput("the table 'military' is empty")
    nearest = min(years, key=lambda y: abs(y - year))
    scores = {row["state"]: row["cinc"] for row in sheet.where(year=nearest) if row["cinc"]}
    why = Reason("number", f"CINC scores of {nearest}", "military.csv", "cow_nmc", "VD")
    return scores, nearest, why


def contemplated(
    world: World,
    register: Register,
    attacker: str,
    target: str,
    *,
    rate: float | None = None,
    cost: float = 0.3,
    status_quo: float = 0.0,
) -> Contemplated:
    """The attack of one state on another, with everybody who owes the target help.

    Parameters
    ----------
    world, register
        The world and what holds on the day.
    attacker, target : str
        Codes.
    rate : float, optional
        Chance that a guarantor honours its promise; the share of defence promises honoured
        in war if not given (Berkemeier and Fuhrmann 2018).
    cost, status_quo : float
        What the war costs the attacker, and what it has without it, winning being worth 1.

    Raises
    ------
    BadInput
        If the capability of one of them is not on record.
    """
    scores, _, source = capabilities(world, register.day.year)
    published = honour_rate("defense")
    chance = published.share if rate is None else rate
    grounds: list[Reason] = [source]
    if rate is None:
        grounds.append(Reason("number", f"promises of defence honoured: {published}", "BF2018"))
    else:
        grounds.append(Reason("assumption", f"every promise is honoured with chance {rate:g}"))
    owed: dict[str, str] = {}
    for item in owed_to(register, target):
        if item.bearer != attacker:
            owed.setdefault(item.bearer, item.norm)
    guarantors = []
    for state, norm in owed.items():
        guarantors.append(Guarantor(state, _score(scores, state), chance))
        grounds.append(Reason("article", f"{state} owes {target} help", norm))
    attack = Attack(
        attacker,
        target,
        strength=_score(scores, attacker),
        resistance=_score(scores, target),
        cost=cost,
        status_quo=status_quo,
        guarantors=tuple(guarantors),
    )
    return Contemplated(attack, tuple(grounds))


def _score(scores: Mapping[str, float], state: str) -> float:
    if state not in scores:
        raise BadInput(f"the capability of {state} is not on record", nearest=())
    return scores[state]
