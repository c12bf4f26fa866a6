"""What every bloc is worth to every state, by the equilibrium of trade under its terms.

A `Setting` is a union in a world: its terms, who is in, who might be, and everything else
that is agreed. `trade_worth` solves one equilibrium per bloc; `parts` tells from which of the
terms a gain comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from hansa.coalitions import Game, Worth, shapley
from hansa.record.register import Register
from hansa.store import input_hash
from hansa.studies.arrangements import CustomsUnion, Terms, customs_unions
from hansa.studies.economies import Base
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because, Reason
from hansa.trade import (
    Arrangement,
    Closure,
    CommonTariff,
    Equilibrium,
    Rule,
    Shock,
    Union,
    solve,
    solve_many,
)
from hansa.trade.model import Array

MOST = 12
"""States among which a union is thought of, if nobody says which."""
NOISE = 1e-9
"""Differences of real income that are none: the solver's tolerance, with a margin."""
UNIT = "real income, share of what it is without the union"
COMPLETED = Terms(
    CommonTariff(Rule.WEIGHTED),
    because=(
        Reason(
            "assumption",
            "the union applies a common tariff: the average of its members' tariffs, weighted "
            "by their imports (GATT Art. XXIV:5), outsider by outsider; free trade that members "
            "have with outsiders stays",
            "common tariff",
            confidence="assumed",
        ),
    ),
)
"""A customs union as its treaties want it, where no act says how."""
SWITCHES = ("free trade inside", "common tariff", "transport", "revenue key")
"""What a union changes, and from which a gain can come."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A union in a world, and who might be in it.

    Parameters
    ----------
    base : Base
        The economy and what is agreed.
    organisation : str
        The union's name.
    terms : Terms
        On which it is made, whoever is in.
    members : tuple of str
        Who is in, by name in the economy.
    players : tuple of str
        Who might be: members first.
    others : Arrangement
        What is agreed beside the union.
    closure : Closure
        What becomes of trade deficits.
    because : tuple of Reason
        On what terms and members rest.
    """

    base: Base
    organisation: str
    terms: Terms
    members: tuple[str, ...]
    players: tuple[str, ...]
    others: Arrangement
    closure: Closure = Closure.KEPT
    because: Because = ()
    _solved: dict[tuple[str, ...], Equilibrium] = field(
        default_factory=dict, init=False, repr=False
    )

    def union(self, bloc: Iterable[str]) -> Union:
        """The union of a bloc of two or more."""
        gdp, agreements = self.base.gdp, self.others.agreements
        return self.terms.of(bloc, gdp, self.organisation, agreements)

    def arrangement(self, bloc: Iterable[str]) -> Arrangement:
        """Everything that is agreed if a bloc forms."""
        names = tuple(bloc)
        unions = (*self.others.unions, self.union(names)) if len(names) > 1 else self.others.unions
        return replace(self.others, unions=unions)

    def shock(self, bloc: Iterable[str]) -> Shock:
        """From the data to the bloc."""
        return self.base.shock(self.arrangement(bloc), self.closure)

    def equilibrium(self, bloc: Iterable[str]) -> Equilibrium:
        """The world's trade if a bloc forms; solved once and kept."""
        names = tuple(p for p in self.players if p in set(bloc))
        names = names if len(names) > 1 else ()
        if names not in self._solved:
            self._solved[names] = solve(self.base.economy, self.shock(names))
        return self._solved[names]

    def keep(self, solved: Mapping[tuple[str, ...], Equilibrium]) -> None:
        """Remember equilibria that were solved elsewhere."""
        self._solved.update(solved)

    def key(self, bloc: Iterable[str]) -> str:
        """The hash of all that an equilibrium follows from."""
        shock = self.shock(bloc)
        sharing = np.empty(0) if shock.sharing is None else shock.sharing
        changed = (shock.cells, shock.tariffs, shock.costs, sharing, str(shock.closure))
        return input_hash(*economy_parts(self.base), *changed)

    def other(self, **changes: object) -> Setting:
        """The same setting with something changed: ``base``, ``terms``, ``players`` …"""
        return replace(self, **changes)  # type: ignore[arg-type]  # names are the fields'

    def gains(self, bloc: Iterable[str]) -> dict[str, float]:
        """Real income of every state of the economy against no union."""
        now, none = self.equilibrium(bloc), self.equilibrium(())
        change = now.welfare / none.welfare - 1
        return dict(zip(self.base.economy.countries, change.tolist(), strict=True))


def economy_parts(base: Base) -> tuple[object, ...]:
    """What a base's equilibria follow from, for hashing."""
    e = base.economy
    sharing = np.empty(0) if e.sharing is None else e.sharing
    return (e.countries, e.theta, e.pi, e.tau, e.X, e.wL, e.D, sharing, base.own)


def setting_of(
    base: Base,
    register: Register,
    organisation: str,
    *,
    terms: Terms | None = None,
    candidates: Sequence[str] | None = None,
    closure: Closure | str = Closure.KEPT,
    most: int = MOST,
) -> Setting:
    """The setting of an organisation's customs union on the register's day.

    Parameters
    ----------
    base : Base
    register : Register
    organisation : str
    terms : Terms, optional
        Those of acts in force if not given, and those of `COMPLETED` if there are none.
    candidates : sequence of str, optional
        States that might join; if not given, those with whom members have free trade and
        then those with whom they trade most, up to ``most`` states in all.
    closure : Closure or str
    most : int

    Raises
    ------
    BadInput
        If the organisation is no customs union of that day.
    """
    known = {union.organisation.id: union for union in customs_unions(register)}
    if organisation not in known:
        register.exists(organisation)  # an unknown name is another mistake
        raise BadInput(
            f"{organisation} is no customs union on {register.day}",
            nearest=tuple(known),
            remedy="a treaty of it in force must tell its parties to build or apply one",
        )
    found = known[organisation]
    agreed = terms or (found.terms if found.terms.tariff is not None else _completed(found))
    members = _singled(base, found.members)
    others = without(base.arrangement, organisation)
    players = (*members, *_chosen(base, members, others, candidates, most))
    agreed = with_shares(agreed, base.gdp, members, players)
    return Setting(
        base,
        organisation,
        agreed,
        members,
        players,
        others,
        Closure(closure),
        (*found.because, *agreed.because),
    )


def with_shares(
    terms: Terms, gdp: Mapping[str, float], members: Sequence[str], players: Sequence[str]
) -> Terms:
    """The terms with a share in the revenue key for every outsider that might join.

    Who has none is given one by its GDP, as if shares had been set by GDP.

    Raises
    ------
    BadInput
        If a member has no share.
    """
    key = terms.key
    if isinstance(key, str):
        return terms
    lacking = [name for name in members if name not in key]
    if lacking:
        raise BadInput(
            f"the revenue key has no share for {', '.join(lacking)}",
            where=Place("key"),
            remedy="a member of a union with a key needs a share",
        )
    fresh = [name for name in players if name not in key]
    if not fresh:
        return terms
    per_gdp = sum(key.values()) / sum(gdp[name] for name in key)
    guess = Reason(
        "assumption",
        f"{', '.join(fresh)} would get shares of revenue by GDP",
        "revenue key",
        confidence="assumed",
    )
    shares = {**key, **{name: per_gdp * gdp[name] for name in fresh}}
    return replace(terms, key=shares, because=(*terms.because, guess))


def without(arrangement: Arrangement, organisation: str) -> Arrangement:
    """What is agreed but for one organisation's union or agreement."""
    return replace(
        arrangement,
        unions=tuple(u for u in arrangement.unions if u.name != organisation),
        agreements=tuple(a for a in arrangement.agreements if a.name != organisation),
    )


def trade_worth(
    setting: Setting,
    players: Sequence[str] | None = None,
    *,
    threads: int = 1,
    progress: Progress = silent,
) -> Worth:
    """Real income of each player under every bloc of the players.

    Parameters
    ----------
    setting : Setting
    players : sequence of str, optional
        Those of the setting if not given; others stay out.
    threads : int
        Threads for the solver.
    progress : Progress

    Raises
    ------
    NoEquilibrium
        If some bloc has none.
    """
    names = tuple(players or setting.players)
    n = len(names)
    blocs = [tuple(p for i, p in enumerate(names) if mask >> i & 1) for mask in range(1 << n)]
    real = [mask for mask, bloc in enumerate(blocs) if len(bloc) != 1]
    shocks = [setting.shock(blocs[mask]) for mask in real]
    solved = solve_many(setting.base.economy, shocks, threads=threads, progress=progress)
    rows = np.array([setting.base.economy.index(name) for name in names])
    welfare = np.array([equilibrium.welfare[rows] for equilibrium in solved]).T
    payoffs = np.zeros((n, 1 << n))
    payoffs[:, real] = welfare / welfare[:, :1] - 1
    residuals = dict(zip(real, (e.residual for e in solved), strict=True))

    def trace(mask: int) -> Because:
        bloc = blocs[mask] if len(blocs[mask]) > 1 else ()
        return (_traced(setting, bloc, residuals.get(mask, residuals[0])),)

    return Worth(names, payoffs, UNIT, NOISE, (*setting.because, *setting.base.because), trace)


def parts(setting: Setting, bloc: Sequence[str]) -> Mapping[str, Mapping[str, float]]:
    """From which term of the union each state's gain comes.

    The terms act on one another, so what each adds depends on their order: it is taken as
    the mean over all orders (their Shapley value). The parts sum to the whole gain.

    Returns
    -------
    mapping of str to mapping of str to float
        By state of the economy, by `SWITCHES`.
    """
    countries = setting.base.economy.countries
    shocks = [setting.base.shock(_partly(setting, bloc, mask), setting.closure)
              for mask in range(1 << len(SWITCHES))]  # fmt: skip
    solved = solve_many(setting.base.economy, shocks)
    welfare = np.array([e.welfare for e in solved])
    change: Array = welfare / welfare[0] - 1
    return {
        name: dict(zip(SWITCHES, shapley(Game(SWITCHES, change[:, k])).tolist(), strict=True))
        for k, name in enumerate(countries)
    }


def _partly(setting: Setting, bloc: Sequence[str], mask: int) -> Arrangement:
    """The arrangement with some of the union's terms switched on."""
    if mask == 0:
        return setting.others
    whole = setting.union(bloc)
    free, tariff, transport, key = (bool(mask >> k & 1) for k in range(4))
    union = replace(
        whole,
        free_inside=free,
        common_tariff=whole.common_tariff if tariff else None,
        transport=whole.transport if transport else (),
        revenue_key=whole.revenue_key if key else None,
    )
    return replace(setting.others, unions=(*setting.others.unions, union))


def money(setting: Setting) -> Array:
    """Base income of the players in the unit of the data, (players,)."""
    e = setting.base.economy
    return np.array([e.income[e.index(name)] for name in setting.players])


def _completed(found: CustomsUnion) -> Terms:
    """The terms on which a union would be complete, with what acts say of it already."""
    return replace(
        COMPLETED,
        transport=found.terms.transport,
        key=found.terms.key,
        because=(*COMPLETED.because, *found.terms.because),
    )


def _singled(base: Base, states: Iterable[str]) -> tuple[str, ...]:
    """States that the economy singles out."""
    names = (base.place(state) for state in states)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _chosen(
    base: Base,
    members: tuple[str, ...],
    others: Arrangement,
    candidates: Sequence[str] | None,
    most: int,
) -> tuple[str, ...]:
    economy = base.economy
    if candidates is not None:
        for name in candidates:
            if name not in economy.countries:
                raise unknown("state of the economy", name, economy.countries)
        return tuple(name for name in dict.fromkeys(candidates) if name not in members)
    friends = {
        name for agreement in others.agreements if set(members) <= set(agreement.members)
        for name in agreement.members
    }  # fmt: skip
    inside = [economy.index(name) for name in members]
    traded = economy.imports.sum(axis=0)
    between = traded[inside].sum(axis=0) + traded[:, inside].sum(axis=1)
    single = [
        name for name in economy.countries
        if len(base.states[name]) == 1 and name not in members
    ]  # fmt: skip
    ranked = sorted(single, key=lambda name: (name not in friends, -between[economy.index(name)]))
    chosen = [name for name in ranked if name in friends] or ranked
    return tuple(chosen[: max(0, most - len(members))])


def traced(setting: Setting, bloc: Iterable[str]) -> Because:
    """The equilibrium on which the numbers of a bloc rest, by the hash of its inputs."""
    names = tuple(bloc)
    names = names if len(names) > 1 else ()
    return (_traced(setting, names, setting.equilibrium(names).residual),)


def _traced(setting: Setting, bloc: tuple[str, ...], residual: float) -> Reason:
    who = " ".join(bloc) or "no union"
    text = f"equilibrium of trade with {who}: no market is off by more than {residual:.1e}"
    return Reason("number", text, setting.key(bloc)[:16])
