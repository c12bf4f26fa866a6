"""A union on a day: what each state has from it, from what, and who would move.

Trade and security are each a table of payoffs around the bloc, at the central values and in
a few draws of what is uncertain; their sum is the stated mix. See `hansa.coalitions.Outlook`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from hansa.coalitions import Band, Design, Exchange, Factor, Outlook, design
from hansa.coalitions.outlook import BAND
from hansa.coalitions.subsets import Array
from hansa.record.register import Register
from hansa.record.world import World
from hansa.security.deterrence import honour_rate
from hansa.studies.economies import THETA, THETA_SD
from hansa.studies.worth import NOISE, UNIT, Setting
from hansa.studies.worth_security import Pact, SecurityTerms, pact_of, security_of
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason
from hansa.trade import Equilibrium, solve_many

MIND = 1e-4
"""A state moves, or votes against, for more than a hundredth of a per cent of its income."""
MANY, FEW = 13, 8
"""In a pact of more members than the first, no more draws than the second."""
DEFENCE = ("assist", "regard_as_attack_on_all")
"""Acts of norms that make an organisation a pact of defence."""
_KEPT, _PEACE = honour_rate("defense"), honour_rate("nonagg")
FACTORS = (
    Factor("theta", "lognormal", {"median": THETA, "sd": THETA_SD}, "Simonovska & Waugh 2014"),
    Factor("honour", "beta", {"kept": _KEPT.kept, "broken": _KEPT.invoked - _KEPT.kept},
           "Berkemeier & Fuhrmann 2018"),
    Factor("peace", "beta", {"kept": _PEACE.kept, "broken": _PEACE.invoked - _PEACE.kept},
           "Berkemeier & Fuhrmann 2018"),
    Factor("threat", "loguniform", {"low": 0.002, "high": 0.05}, "assumed"),
    Factor("loss", "uniform", {"low": 0.2, "high": 0.8}, "assumed"),
    Factor("help_cost", "uniform", {"low": 0.01, "high": 0.04}, "assumed"),
)  # fmt: skip
"""What is uncertain about a union, if nobody says otherwise."""
SECURITY = tuple(field.name for field in fields(SecurityTerms))


@dataclass(frozen=True, slots=True, eq=False)
class Prospects:
    """A union or pact on a day, and what it is worth.

    Parameters
    ----------
    setting : Setting or None
        The customs union; none if the organisation is none.
    pact : Pact or None
        The pact; none if nobody in it has promised defence.
    trade, security, both : Outlook or None
        Payoffs around the blocs of those who are in.
    without : Array or None
        Security without a pact, at the central values and in every draw, (1 + D, n).
    terms : SecurityTerms
        Central values of the mix.
    plan : Design
        The draws.
    because : tuple of Reason
    """

    setting: Setting | None
    pact: Pact | None
    trade: Outlook | None
    security: Outlook | None
    both: Outlook | None
    without: Array | None
    terms: SecurityTerms
    plan: Design
    because: Because

    @property
    def against_none(self) -> Mapping[str, Band] | None:
        """What the pact is worth to each state against no pact at all."""
        if self.security is None or self.without is None:
            return None
        found = {}
        for i, name in enumerate(self.security.players):
            point = float(self.security.point[0, i] - self.without[0, i])
            drawn = self.security.draws[:, 0, i] - self.without[1:, i]
            low, high = np.quantile(drawn, BAND) if drawn.size else (point, point)
            above = float((drawn > 0).mean()) if drawn.size else float(point > 0)
            found[name] = Band(point, float(low), float(high), above)
        return found

    @property
    def mixed(self) -> Outlook:
        """The sum of what there is."""
        found = self.both or self.trade or self.security
        assert found is not None
        return found


def prospects(
    setting: Setting | None,
    pact: Pact | None,
    *,
    draws: int,
    seed: int = 0,
    terms: SecurityTerms | None = None,
    factors: Sequence[Factor] = FACTORS,
    mind: float = MIND,
) -> Prospects:
    """Payoffs around the union and the pact, with a small sweep.

    Parameters
    ----------
    setting, pact
        At least one; players of both are those of the setting, if there is one.
    draws, seed : int
        Draws of what is uncertain; none: the central values alone.
    terms : SecurityTerms, optional
    factors : sequence of Factor
        ``theta`` and fields of `SecurityTerms`.
    mind : float
        Changes of income that no state moves for, as a share.

    Raises
    ------
    BadInput
        If neither is given.
    """
    if setting is None and pact is None:
        raise BadInput("neither a customs union nor a pact of defence")
    central = terms or SecurityTerms()
    used = [f for f in factors if setting is not None or f.name != "theta"]
    used = [f for f in used if pact is not None or f.name == "theta"]
    if pact is not None and len(pact.members) > MANY:
        draws = min(draws, FEW)
    plan = design(used, draws, seed, sensitive=False) if draws else Design((), (), 0, False)
    if setting is not None and pact is not None:
        pact = pact.among([p for p in setting.players if p in pact.neighbours])
    rows = plan.rows
    trade = security = without = None
    if setting is not None:
        trade = trade_outlook(setting, setting.members, rows, mind=mind)
    if pact is not None:
        security = security_outlook(pact, pact.members, central, rows, mind=mind)
        without = security_of(pact, [()], [central, *_terms(central, rows)])[:, 0]
    both = None
    if trade is not None and security is not None and trade.players == security.players:
        both = replace(trade.plus(security, "income, share"), noise=mind)
    because = (
        *(setting.because if setting else ()),
        *(pact.because if pact else ()),
        *(central.because if pact else ()),
        *(_drawn(factor) for factor in used if draws),
    )
    return Prospects(setting, pact, trade, security, both, without, central, plan, because)


def trade_outlook(
    setting: Setting,
    bloc: Sequence[str],
    rows: Sequence[Mapping[str, Any]] = (),
    *,
    mind: float = NOISE,
) -> Outlook:
    """Real income around a bloc, at the setting's elasticity and at those of the rows.

    A draw of the elasticity changes the economy and not the shocks, which are made once.
    """
    n = len(setting.players)
    here = tuple(p for p in setting.players if p in bloc)
    near = [here]
    for name in setting.players:
        moved = {*here} ^ {name}
        near.append(tuple(p for p in setting.players if p in moved))
    wanted = list(dict.fromkeys([(), *(b if len(b) > 1 else () for b in near)]))
    place = [wanted.index(b if len(b) > 1 else ()) for b in near]
    shocks = [setting.shock(b) for b in wanted]
    rows_of = [setting.base.economy.index(p) for p in setting.players]

    def table(solved: Sequence[Equilibrium]) -> Array:
        welfare = np.array([equilibrium.welfare for equilibrium in solved])[:, rows_of]
        return np.asarray((welfare / welfare[0] - 1)[place])

    central = solve_many(setting.base.economy, shocks)
    setting.keep(dict(zip(wanted, central, strict=True)))
    point = table(central)
    draws = []
    for row in rows:
        other = setting.base.with_elasticity(float(row["theta"])) if "theta" in row else None
        draws.append(point if other is None else table(solve_many(other.economy, shocks)))
    stacked = np.array(draws) if draws else np.empty((0, n + 1, n))
    return Outlook(setting.players, here, point, stacked, mind, UNIT)


def security_outlook(
    pact: Pact,
    bloc: Sequence[str],
    terms: SecurityTerms,
    rows: Sequence[Mapping[str, Any]] = (),
    *,
    mind: float = 1e-12,
) -> Outlook:
    """Security around a bloc, on the given terms and with those that the rows change."""
    here = tuple(p for p in pact.players if p in bloc)
    near = [here, *(tuple(p for p in pact.players if p in {*here} ^ {k}) for k in pact.players)]

    tables = security_of(pact, near, [terms, *_terms(terms, rows)])
    return Outlook(pact.players, here, tables[0], tables[1:], mind, "income of a year, share")


def _terms(terms: SecurityTerms, rows: Sequence[Mapping[str, Any]]) -> list[SecurityTerms]:
    """The terms with what each row draws."""
    return [
        replace(terms, **{name: float(row[name]) for name in SECURITY if name in row})
        for row in rows
    ]


def is_pact(register: Register, organisation: str) -> bool:
    """Whether norms in force make an organisation (or its predecessor) a pact of defence."""
    org = register.timeline.organisations[organisation]
    names = {organisation, org.predecessor} - {""}
    return any(
        bound.treaty.organisation in names
        for act in DEFENCE
        for bound in register.norms(act=act)
        if len(bound.parties) > 1
    )


def pacts(world: World, register: Register, among: Sequence[str]) -> Iterator[str]:
    """Pacts of defence of the day, those with most of some states as members first."""
    if not {"military", "borders"} <= set(world.sheets):
        return
    alive = [org for org in register.organisations() if is_pact(register, org.id)]
    followed = {org.predecessor for org in alive}
    ranked = sorted(
        (org.id for org in alive if org.id not in followed),
        key=lambda name: -len(set(register.member_codes(name)) & set(among)),
    )
    for name in ranked:
        if set(register.member_codes(name)) & set(among):
            yield name


def pact_among(world: World, register: Register, organisation: str, players: Sequence[str]) -> Pact:
    """A pact with the states of a union as those who might be in it."""
    return pact_of(world, register, organisation, players)


def exchange_of(setting: Setting) -> Exchange:
    """The base as an economy of exchange: each state owns what it makes, one good each.

    Armington's economy with σ = θ + 1; tastes a_ni = π_ni (1 + τ_ni)^(σ−1) hold the cost of
    transport, deficits are transfers.
    """
    e = setting.base.economy
    sigma = float(e.theta[0]) + 1
    tau = e.tau[0]
    flows = e.imports[0]
    return Exchange(
        e.countries,
        e.pi[0] * (1 + tau) ** (sigma - 1),
        np.full(e.N, sigma),
        np.diag(e.Y[0]),
        tau,
        flows.sum(axis=1) - e.Y[0],
    )


def _drawn(factor: Factor) -> Reason:
    numbers = ", ".join(f"{key} {value:g}" for key, value in factor.numbers.items()
                        if isinstance(value, int | float))  # fmt: skip
    text = f"{factor.name} is drawn: {factor.kind}, {numbers}"
    return Reason("assumption", text, factor.name, factor.source, "assumed")
