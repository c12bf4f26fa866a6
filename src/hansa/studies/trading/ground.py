"""Where a question is asked: an economy, what holds on a day, and the union it is about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hansa.record.register import Register
from hansa.record.world import World
from hansa.studies.case import Case
from hansa.studies.economies import THETA, Base, economy_of, factual_of
from hansa.studies.trading.asked import Asked
from hansa.studies.trading.groups import Group, enlarged, group_of, groups_of, named
from hansa.terms.errors import BadInput, Place
from hansa.trade import Arrangement, Economy


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where a question is asked: an economy, what holds, and the union it is about.

    Parameters
    ----------
    base : Base
        The economy.
    today : Arrangement
        What holds on the day, without what is only assumed.
    holds : Arrangement
        What holds with it.
    group : Group, optional
        The union, assumed acts included.
    group_today : Group, optional
        The union without them.
    world : World, optional
    register : Register, optional
        With what is assumed; none for a data set that is no world.
    """

    base: Base
    today: Arrangement
    holds: Arrangement
    group: Group | None = None
    group_today: Group | None = None
    world: World | None = None
    register: Register | None = None
    _drawn: dict[float, Economy] = field(default_factory=dict, init=False, repr=False)

    def with_elasticities(self, factor: float) -> Economy:
        """The economy with all elasticities times a factor; made once and kept."""
        if factor not in self._drawn:
            economy = self.base.economy
            self._drawn[factor] = economy.replace(theta=economy.theta * factor)
        return self._drawn[factor]

    def names(self, *texts: str, where: str = "") -> tuple[str, ...]:
        """Names in the economy of states, blocs or organisations; ``where`` they were given."""
        place = Place(where) if where else None
        found = [
            n for text in texts for n in named(self.base, self.world, self.register, text, place)
        ]
        return tuple(dict.fromkeys(found))

    def title(self, name: str) -> str:
        """What people call a country."""
        if self.world is not None and name in self.world.states:
            return self.world.states[name].name
        return name


def ground_of(case: Case, asked: Asked) -> Ground:
    """The ground of a case of a world.

    Raises
    ------
    BadInput
        If the world has no trade matrix, or the union asked about is not known that day.
    """
    how = {
        "year": asked.year,
        "theta": THETA if asked.theta is None else asked.theta,
        "known_on": case.known_on,
        "clock": case.clock,
        "free_trade": asked.free_trade,
    }
    base = economy_of(case.world, case.day, **how)  # type: ignore[arg-type]  # types are the fields'
    factual = factual_of(case.world)
    same = factual is case.world
    today = base if same else economy_of(factual, case.day, **how)  # type: ignore[arg-type]  # as above
    register = case.register
    group = _group(base, case.world, register, asked)
    group_today = group
    if not same and group is not None:
        then = factual.on(case.day, case.known_on, case.clock)
        group_today = next((g for g in groups_of(base, then) if g.name == group.name), None)
        group = _keyed(group, group_today, base)
    holds = base.arrangement
    return Ground(base, today.arrangement, holds, group, group_today, case.world, register)


def _group(base: Base, world: World, register: Register, asked: Asked) -> Group | None:
    """The union asked about, or the largest; none if nothing about a union is asked."""
    if asked.members and not asked.union:
        return Group("the union", ())
    try:
        return group_of(base, world, register, asked.union)
    except BadInput:
        if asked.union or asked.changes_membership or asked.common_tariff or asked.transport_cut:
            raise
        return None


def _keyed(group: Group, today: Group | None, base: Base) -> Group:
    """The union with the revenue key of today, which an assumed accession or exit leaves alone."""
    if today is None or isinstance(today.terms.key, str) or group.terms.key != "collected":
        return group
    left = today.of(name for name in today.members if name in group.members)
    key = enlarged(left, group.members, base.gdp).terms.key
    return group.on(replace(group.terms, key=key))
