"""Joining in numbers: what changes for whom, who would vote for it, what would win them over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hansa.coalitions import Band, KempWan, Outlook, Payments, Tipping, kemp_wan, tipping
from hansa.coalitions.subsets import Array
from hansa.decisions import AGAINST, FOR, UNKNOWN, Decision, Position, tally
from hansa.record.register import Register
from hansa.record.world import World
from hansa.studies.arrangements import Terms
from hansa.studies.deciding import sitting
from hansa.studies.worth import Setting
from hansa.studies.worth_union import MIND, Prospects, exchange_of
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput, HansaError
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth
from hansa.trade import Closure, CommonTariff, Rule, solve
from hansa.trade import tariffs as tariffs_under

LEVERS = ("transport", "key", "tariff")
WIDTH = 1e-4
"""Tipping points are found to this part of a lever's range."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a move changes for one state, as a share of its income; none: not known."""

    state: str
    role: str
    trade: Band | None
    security: Band | None
    total: Band


@dataclass(frozen=True, slots=True)
class Alignment:
    """The newcomer's own tariff, the common one that it would apply, and the WTO.

    Parameters
    ----------
    own, common : float
        Average on outsiders without preference, weighted by its imports.
    member_since : Day or None
        Of the WTO.
    bound : float or None
        Its average bound rate; none if not on record.
    broken : Truth
        Whether the common tariff is above what it has bound, on average.
    """

    own: float
    common: float
    member_since: Day | None
    bound: float | None
    broken: Truth
    because: Because


@dataclass(frozen=True, slots=True)
class Tip:
    """Where a lever makes a state move, or stay."""

    lever: str
    state: str
    found: Tipping

    @property
    def text(self) -> str:
        """In words: from or up to which value, or that there is none."""
        unit = {"transport": "a cut of transport costs among members by {:.1%}",
                "key": "a share of {:.1%} in pooled tariff revenue",
                "tariff": "a common tariff of {:.1%}"}[self.lever]  # fmt: skip
        if self.found.at is not None:
            return f"{unit.format(self.found.at)} or {'more' if self.rises else 'less'}"
        ends = f"{unit.format(self.found.low)} up to {self.found.high:.0%}"
        return f"anything from {ends}" if self.found.gain_low > 0 else f"nothing from {ends}"

    @property
    def rises(self) -> bool:
        """Whether more of it is better for the state where it tips."""
        return self.found.gain_low < self.found.gain_high


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Who would vote how, and what the body would decide."""

    body: str
    positions: dict[str, Position]
    decision: Decision
    because: Because


def effects(found: Prospects, mover: str) -> tuple[Effect, ...]:
    """What a state's move changes for every player, the mover first, then members.

    Each kind of payoff moves the mover only where it is not already: into the union if it
    is no member, into the pact if it is no party.
    """
    mixed = found.mixed
    order = [mover, *(m for m in mixed.bloc if m != mover)]
    order += [p for p in mixed.players if p not in order]
    rows = []
    for state in order:
        role = "mover" if state == mover else "member" if state in mixed.bloc else "outsider"
        rows.append(
            Effect(
                state,
                role,
                _change(found, found.trade, mover, state),
                _change(found, found.security, mover, state),
                mixed.changes(mover, state),
            )
        )
    return tuple(rows)


def _change(found: Prospects, outlook: Outlook | None, mover: str, state: str) -> Band | None:
    if outlook is None or mover not in outlook.players or state not in outlook.players:
        return None
    if (mover in outlook.bloc) != (mover in found.mixed.bloc):
        return Band(0.0, 0.0, 0.0, 0.0)  # here it is where it would be already
    return outlook.changes(mover, state)


def votes(
    world: World,
    register: Register,
    body: str,
    outlook: Outlook,
    newcomer: str,
    *,
    mind: float = MIND,
) -> Votes:
    """How members vote if each follows its own gain, and what that decides.

    A member is in favour if it does not lose more than ``mind`` in nine of ten draws,
    against if it does, and undecided otherwise or if the numbers do not know it.
    """
    seat = sitting(world, register, body, "accession")
    taken: dict[str, Position] = {}
    grounds = []
    for state in seat.electorate.members:
        if state not in outlook.players:
            taken[state] = UNKNOWN
            grounds.append(Reason("assumption", f"nothing is known of {state}'s gain", state))
            continue
        band = outlook.changes(newcomer, state)
        taken[state] = _position(band, mind)
        text = (
            f"{state} {taken[state]}: changes by {band.point:+.3%} of income "
            f"({band.low:+.3%} to {band.high:+.3%})"
        )
        grounds.append(Reason("number", text, f"{newcomer} joins"))
    rule = Reason(
        "assumption", f"nobody minds less than {mind:.2%} of income", confidence="assumed"
    )
    why = (*seat.because, *grounds, rule)
    decision = tally(seat.rule.rule, seat.electorate, taken, because=why)
    return Votes(body, taken, decision, why)


def _position(band: Band, mind: float) -> Position:
    if band.low >= -mind:
        return FOR
    return AGAINST if band.high < -mind else UNKNOWN


def alignment(world: World, setting: Setting, newcomer: str, on: Day) -> Alignment:
    """The newcomer's tariff before and after, and whether it breaks what it has bound."""
    e = setting.base.economy
    n = e.index(newcomer)
    wider = tuple(dict.fromkeys((*setting.members, newcomer)))
    before = tariffs_under(e, setting.arrangement(setting.members), setting.base.own)[0, n]
    after = tariffs_under(e, setting.arrangement(wider), setting.base.own)[0, n]
    open_ = (before > 0) | (after > 0)
    open_[n] = False
    weights = e.imports[0, n] * open_
    total = weights.sum()
    own, common = (
        float(rates @ weights / total) if total > 0 else 0.0 for rates in (before, after)
    )
    facts = world.states[newcomer].facts if newcomer in world.states else {}
    joined = facts.get("wto_accession")
    since = day(str(joined)) if joined else None
    member = since is not None and since <= on
    bound = _bound(world, newcomer)
    broken = Truth.FALSE if not member else Truth.of(None if bound is None else common > bound)
    if not member:
        text = f"{newcomer} is no member of the WTO on {on}: it has bound nothing"
    elif bound is None:
        text = f"{newcomer} is in the WTO since {since}; what it has bound is not on record"
    else:
        text = f"{newcomer} is in the WTO since {since} and has bound {bound:.1%} on average"
    why = Reason("rule", text, "GATT Art. II, XXIV:6", "states.csv")
    return Alignment(own, common, since if member else None, bound, broken, (why,))


def _bound(world: World, state: str) -> float | None:
    """The average bound rate, where the world has a table ``bindings``."""
    if "bindings" not in world.sheets:
        return None
    rows = world.sheet("bindings").where(area=state)
    return float(rows[0]["bound_simple_percent"]) / 100 if rows else None


def tip(
    setting: Setting, state: str, bloc: Sequence[str], lever: str, *, mind: float = MIND
) -> Tip:
    """At which value of a lever a state joins a bloc (an outsider) or stays in it (a member).

    Parameters
    ----------
    setting : Setting
    state : str
    bloc : sequence of str
    lever : {"transport", "key", "tariff"}
        A cut of transport costs among members, up to a fifth; the state's share of pooled
        tariff revenue, up to a half, the rest being shared by GDP; one common tariff, from
        none up to 30 per cent.
    mind : float
        What it has to gain.

    Raises
    ------
    UnknownCode
        If there is no such lever.
    """
    if lever not in LEVERS:
        raise unknown("lever", lever, LEVERS)
    inside = tuple(dict.fromkeys((*bloc, state)))
    outside = tuple(name for name in inside if name != state)
    ends = {"transport": (0.0, 0.2), "key": (0.0, 0.5), "tariff": (0.0, 0.3)}[lever]

    def gain(at: float) -> float:
        moved = setting.other(terms=_pulled(setting, lever, at, state, inside))
        i = setting.base.economy.index(state)
        within, without = moved.equilibrium(inside), moved.equilibrium(outside)
        return float(within.welfare[i] / without.welfare[i] - 1) - mind

    return Tip(lever, state, tipping(gain, *ends, tolerance=WIDTH))


def _pulled(setting: Setting, lever: str, at: float, state: str, inside: Sequence[str]) -> Terms:
    terms = setting.terms
    if lever == "transport":
        return replace(terms, transport=terms.transport * (1 - at))
    if lever == "tariff":
        return replace(terms, tariff=CommonTariff(Rule.GIVEN, rates={"*": at}))
    gdp = setting.base.gdp
    rest = sum(gdp[name] for name in inside if name != state)
    shares = {name: (1 - at) * gdp[name] / rest for name in inside if name != state}
    return replace(terms, key={**shares, state: at})


def verified(setting: Setting, bloc: Sequence[str], payments: Payments) -> dict[str, float]:
    """Gains over no union if the payments are really made: prices move with them.

    Raises
    ------
    BadInput
        If deficits are not kept: payments are a change of deficits.
    """
    if setting.closure is not Closure.KEPT:
        raise BadInput("payments are verified with deficits kept")
    e = setting.base.economy
    shock = setting.shock(bloc)
    paid = np.zeros(e.N)
    for name, amount in payments.amounts.items():
        paid[e.index(name)] = amount
    others = np.where([name in bloc for name in e.countries], 0.0, e.income)
    paid -= payments.outside * others / others.sum()  # what comes from outside
    deficits: Array = (e.D if shock.deficits is None else shock.deficits) + paid
    after = solve(e, replace(shock, deficits=deficits - deficits.sum() * e.income / e.income.sum()))
    change = after.welfare / setting.equilibrium(()).welfare - 1
    return {name: float(change[e.index(name)]) for name in setting.players}


def harmless(setting: Setting, bloc: Sequence[str]) -> KempWan | None:
    """Kemp and Wan's union of a bloc; none if there is no union to make or no clearing."""
    if len(bloc) < 2:
        return None
    try:
        return kemp_wan(exchange_of(setting), bloc)
    except HansaError:
        return None
