"""What a pact is worth to every state under every bloc: deterrence, duties, contributions.

A state is attacked, once in many years, by one of its neighbours, each as likely as
another. Who is in the pact helps with probability h, independently, and brings its
capability; a neighbour that is itself in the pact attacks less often, by the rate at which
promises of non-aggression are kept. The attacker wins with the odds of capabilities.

    threat_i(S) = Σ_j a_ij(S) p_ij(S),   worth_i(S) = −t · L · threat_i(S)
                  − t · h · c · Σ_{k∈S∖i} Σ_j a_kj(S) − contribution_i(S)

with t attacks a year, L the loss of income in a defeat, c the cost of going to help, and
p_ij(S) the expectation of `hansa.security.deterrence` over who joins. The expectation over
all sets of joiners is found for all S at once: f_S = (1 − h) f_{S∖k} + h g_{S}, one k after
another, O(n 2ⁿ).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from hansa.coalitions import Worth
from hansa.coalitions.subsets import Array, Flags, sums
from hansa.record.register import Register
from hansa.record.world import World
from hansa.security.deterrence import Attack, Deterrence, Guarantor, deterrence, honour_rate
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Because, Reason

EXACT_UP_TO = 12
"""Guarantors whose sets are all listed; beyond, what joins is spread over a grid."""
CELLS = 4096
UNIT = "income of a year, share"
LIMITS = (
    "Every neighbour is as likely an attacker as another; friendship outside the pact, distance "
    "and nuclear weapons are not seen.",
    "The odds of a war are those of composite capabilities, which forecast outcomes badly.",
)


@dataclass(frozen=True, slots=True)
class SecurityTerms:
    """What is assumed of war and of promises.

    Parameters
    ----------
    honour : float
        h, chance that a promise to defend is kept; default: the published rate, 42 of 102.
    peace : float
        Chance that a promise of non-aggression is kept; default: 18 of 49.
    threat : float
        t, attacks a year on a state by some neighbour.
    loss : float
        L, income of a year lost in a defeat.
    help_cost : float
        c, income of a year that going to help costs.
    decisiveness : float
        m: how much superiority decides.
    budget : float
        The pact's yearly budget in million US$; its split is on record or equal.
    """

    honour: float = honour_rate("defense").share
    peace: float = honour_rate("nonagg").share
    threat: float = 0.01
    loss: float = 0.5
    help_cost: float = 0.02
    decisiveness: float = 1.0
    budget: float = 0.0

    def __post_init__(self) -> None:
        for name in ("honour", "peace"):
            if not 0 <= getattr(self, name) <= 1:
                raise BadInput(f"a rate of {getattr(self, name)}", where=Place(name))
        for name in ("threat", "loss", "help_cost", "budget"):
            if not getattr(self, name) >= 0:
                raise BadInput(f"{getattr(self, name)} is below zero", where=Place(name))

    @property
    def because(self) -> Because:
        """The assumptions as reasons."""
        kept = honour_rate("defense").because
        return (
            Reason("number", f"promises to defend are kept at {self.honour:.0%}", because=kept),
            Reason(
                "assumption",
                f"{self.threat:.2%} attacks a year on a state, a defeat costs {self.loss:.0%} of "
                f"a year's income, going to help {self.help_cost:.1%}",
                "stated mix",
                confidence="assumed",
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pact:
    """States, their neighbours and capabilities, and who is in a pact.

    Parameters
    ----------
    organisation : str
    members, players : tuple of str
        Who is in; who might be, members first.
    capability : mapping of str to float
        Composite index of players and neighbours, share of the world.
    neighbours : mapping of str to tuple of str
        Of each player, those whose capability is known.
    shares : mapping of str to float
        In the budget; empty: equal.
    incomes : mapping of str to float
        Gross domestic product in million US$, of those on record.
    because : tuple of Reason
    """

    organisation: str
    members: tuple[str, ...]
    players: tuple[str, ...]
    capability: Mapping[str, float]
    neighbours: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, float]
    incomes: Mapping[str, float]
    because: Because

    def among(self, players: Sequence[str]) -> Pact:
        """The same pact with other states that might be in it.

        Raises
        ------
        BadInput
            If the capability or the borders of one are not on record.
        """
        for name in players:
            if name not in self.capability or name not in self.neighbours:
                raise BadInput(f"capability or borders of {name} are not on record")
        members = tuple(name for name in self.members if name in players)
        return replace(self, players=tuple(players), members=members)


def pact_of(
    world: World,
    register: Register,
    organisation: str,
    candidates: Sequence[str] = (),
) -> Pact:
    """A pact of the register's day, with capabilities of the nearest year on record.

    Raises
    ------
    BadInput
        If the world has no tables of borders and military capability.
    """
    for sheet in ("military", "borders"):
        if sheet not in world.sheets:
            raise BadInput(f"this world has no table {sheet!r}", where=Place(world.name))
    rows = [row for row in world.sheet("military") if row["cinc"] is not None]
    year = min({int(row["year"]) for row in rows}, key=lambda y: abs(y - register.day.year))
    recorded = {row["state"]: float(row["cinc"]) for row in rows if int(row["year"]) == year}
    capability = {state: index for state, index in recorded.items() if index > 0}
    touching: dict[str, list[str]] = {}
    for row in world.sheet("borders"):
        touching.setdefault(row["a"], []).append(row["b"])
        touching.setdefault(row["b"], []).append(row["a"])
    neighbours = {
        state: tuple(sorted(other for other in touching.get(state, ()) if other in capability))
        for state in capability
    }
    members = tuple(m for m in register.member_codes(organisation) if m in capability)
    wanted = [c for c in dict.fromkeys(candidates) if c in capability and c not in members]
    held = register.shares(f"{organisation} budget")
    shares = {} if held is None else {s: float(part) for s, part in held.parts.items()}
    source = next(str(row["source"]) for row in rows)
    why = Reason("number", f"composite capability of {year}", "military", source)
    split = () if held is None else held.because
    incomes, earned = _incomes(world, register.day)
    return Pact(
        organisation, members, (*members, *wanted), capability, neighbours, shares, incomes,
        (why, *split, *earned),
    )  # fmt: skip


def _incomes(world: World, day: Day) -> tuple[dict[str, float], Because]:
    """Gross domestic products of the nearest year on record."""
    names = {name for state in world.states.values() for name in state.facts}
    years = [int(name[-4:]) for name in names if re.fullmatch(r"gdp_musd_\d{4}", name)]
    if not years:
        return {}, ()
    year = min(years, key=lambda y: (abs(y - day.year), y))
    facts = {name: state.facts.get(f"gdp_musd_{year}") for name, state in world.states.items()}
    found = {name: float(fact) for name, fact in facts.items() if fact not in (None, "")}
    return found, (Reason("number", f"gross domestic product of {year}", "states.csv"),)


def attack_on(
    pact: Pact, target: str, attacker: str, bloc: Sequence[str], terms: SecurityTerms
) -> Deterrence:
    """One attack as the engine of security sees it; what the tables below must agree with."""
    guarantors = tuple(
        Guarantor(name, pact.capability[name], terms.honour)
        for name in bloc
        if name not in (target, attacker) and target in bloc
    )
    return deterrence(
        Attack(
            attacker,
            target,
            pact.capability[attacker],
            pact.capability[target],
            guarantors=guarantors,
            decisiveness=terms.decisiveness,
        )
    )


def success(pact: Pact, terms: SecurityTerms) -> tuple[Array, Array]:
    """How often each player is attacked and loses, and is attacked, under every bloc.

    Per attack that it would suffer outside any pact; (n, 2ⁿ) each.
    """
    n = len(pact.players)
    many = 1 << n
    lost, struck = np.zeros((n, many)), np.zeros((n, many))
    strength = np.array([pact.capability[name] for name in pact.players])
    for i, target in enumerate(pact.players):
        foes = pact.neighbours[target]
        for foe in foes:
            chance = np.full(many, 1 / len(foes))
            if foe in pact.players:  # in one pact with it: it has promised peace
                both = 1 << i | 1 << pact.players.index(foe)
                inside = (np.arange(many) & both) == both
                chance[inside] *= 1 - terms.peace
            struck[i] += chance
            lost[i] += chance * _odds(pact, strength, i, foe, terms)
    return lost, struck


def _odds(pact: Pact, strength: Array, i: int, foe: str, terms: SecurityTerms) -> Array:
    """Expected chance that the foe wins against player i, under every bloc, (2ⁿ,)."""
    n = strength.size
    able = strength.copy()
    able[i] = 0.0
    if foe in pact.players:
        able[pact.players.index(foe)] = 0.0
    resists = (pact.capability[pact.players[i]] + sums(able)) / pact.capability[foe]
    odds = 1 / (1 + resists**terms.decisiveness)
    for k in range(n):
        if k != i:
            joined = odds.reshape(-1, 2, 1 << k)
            joined[:, 1] = (1 - terms.honour) * joined[:, 0] + terms.honour * joined[:, 1]
    pairs = odds.reshape(-1, 2, 1 << i)
    alone = 1 / (
        1 + (pact.capability[pact.players[i]] / pact.capability[foe]) ** terms.decisiveness
    )
    pairs[:, 0] = alone  # nobody owes help to a state outside
    return np.asarray(odds)


def security_worth(pact: Pact, terms: SecurityTerms) -> Worth:
    """What every bloc is worth in security, as a share of a year's income, (n, 2ⁿ).

    Parameters
    ----------
    pact : Pact
    terms : SecurityTerms

    Raises
    ------
    BadInput
        If there is a budget and the income of a player is not on record.
    """
    n = len(pact.players)
    lost, struck = success(pact, terms)
    inside = np.array([(np.arange(1 << n) >> i & 1).astype(bool) for i in range(n)])
    worth = _valued(pact, terms, lost, struck, inside)
    for i in range(n):
        worth[:, 1 << i] = worth[:, 0]
    why = (*pact.because, *terms.because)
    return Worth(pact.players, worth, UNIT, 1e-12, why)


def security_of(
    pact: Pact,
    blocs: Sequence[Sequence[str]],
    terms: Sequence[SecurityTerms],
) -> Array:
    """The same for some blocs only and for many terms at once, (terms, blocs, players)."""
    n, D = len(pact.players), len(terms)
    real = [tuple(bloc) if len(bloc) > 1 else () for bloc in blocs]
    lost, struck = np.zeros((D, n, len(real))), np.zeros((D, n, len(real)))
    known: dict[tuple[str, ...], tuple[Array, Array]] = {}
    drawn = _Drawn.of(terms)
    for b, bloc in enumerate(real):
        for i, name in enumerate(pact.players):
            key = (name, *(bloc if name in bloc else ()))
            if key not in known:
                known[key] = _one_success(pact, name, bloc, drawn)
            lost[:, i, b], struck[:, i, b] = known[key]
    inside = np.array([[name in bloc for bloc in real] for name in pact.players])
    valued = [_valued(pact, own, lost[d], struck[d], inside).T
              for d, own in enumerate(terms)]  # fmt: skip
    return np.array(valued).reshape(D, len(real), n)


class _Drawn(NamedTuple):
    """Rates of many terms as columns, (D, 1) each."""

    honour: Array
    peace: Array
    decisiveness: Array

    @classmethod
    def of(cls, terms: Sequence[SecurityTerms]) -> _Drawn:
        return cls(*(np.array([[getattr(t, name)] for t in terms]) for name in cls._fields))


def _one_success(
    pact: Pact, target: str, bloc: tuple[str, ...], drawn: _Drawn
) -> tuple[Array, Array]:
    """How often one state is attacked and loses, and is attacked, under one bloc, (D,) each."""
    lost, struck = np.zeros(len(drawn.honour)), np.zeros(len(drawn.honour))
    foes = pact.neighbours[target]
    allied = target in bloc
    own = pact.capability[target]
    for foe in foes:
        promised = allied and foe in bloc
        chance = (1 - drawn.peace[:, 0] if promised else np.ones_like(lost)) / len(foes)
        able = [pact.capability[g] for g in bloc if g not in (target, foe)] if allied else []
        joined, likely = (_listed if len(able) <= EXACT_UP_TO else _spread)(able, drawn.honour)
        resists = (own + joined) / pact.capability[foe]
        odds = 1 / (1 + np.exp(drawn.decisiveness * np.log(resists)))
        lost += chance * (likely * odds).sum(axis=1)
        struck += chance
    return lost, struck


def _listed(able: Sequence[float], honour: Array) -> tuple[Array, Array]:
    """Every set of joiners: what it brings, (2^g,), and how likely it is, (D, 2^g)."""
    joined, likely = np.zeros(1), np.ones_like(honour)
    for strength in able:
        joined = np.concatenate([joined, joined + strength])
        likely = np.concatenate([(1 - honour) * likely, honour * likely], axis=1)
    return joined, likely


def _spread(able: Sequence[float], honour: Array) -> tuple[Array, Array]:
    """The same on a grid, each strength split between the two cells next to it."""
    step = sum(able) / CELLS
    width = CELLS + len(able) + 2  # each may reach into one cell more
    likely = np.zeros((honour.shape[0], width))
    likely[:, 0] = 1.0
    for strength in able:
        low = int(strength / step)
        up = strength / step - low
        moved = np.zeros_like(likely)
        moved[:, low:] += (1 - up) * likely[:, : likely.shape[1] - low]
        moved[:, low + 1 :] += up * likely[:, : likely.shape[1] - low - 1]
        likely = (1 - honour) * likely + honour * moved
    return np.arange(width, dtype=np.float64) * step, likely


def _valued(
    pact: Pact,
    terms: SecurityTerms,
    lost: Array,
    struck: Array,
    inside: Flags,
) -> Array:
    """From how often states lose and are attacked to shares of income, (n, blocs)."""
    duties = (struck * inside).sum(axis=0) - struck * inside  # attacks on the others in it
    worth = -terms.threat * terms.loss * lost
    worth -= terms.threat * terms.honour * terms.help_cost * duties * inside
    if terms.budget:
        worth -= _contributions(pact, terms, inside)
    return np.asarray(worth)


def _contributions(pact: Pact, terms: SecurityTerms, inside: Flags) -> Array:
    """What members pay over their incomes, (n, blocs); who has no share pays the median."""
    missing = [name for name in pact.players if name not in pact.incomes]
    if missing:
        raise BadInput(
            f"to weigh contributions the income of {', '.join(missing)} is needed",
            where=Place("states.csv", column="gdp_musd_YEAR"),
        )
    typical = float(np.median(list(pact.shares.values()))) if pact.shares else 1.0
    parts = np.array([pact.shares.get(player, typical) for player in pact.players])[:, None]
    paid = parts * inside / np.maximum((parts * inside).sum(axis=0), 1e-300)
    earned = np.array([[pact.incomes[player]] for player in pact.players])
    return np.asarray(terms.budget * paid / earned)
