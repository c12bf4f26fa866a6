"""Questions asked of a data set of many sectors instead of a world."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from hansa.sources.trade import DataSet
from hansa.studies.economies import Base
from hansa.studies.trading.asked import Asked
from hansa.studies.trading.ground import Ground
from hansa.studies.trading.groups import Group
from hansa.studies.trading.question import Scenario, scenario_of
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Reason
from hansa.trade import Arrangement, Shock

LIMITS = (
    "No time, no unemployment, no capital that moves, no profits; elasticities stay.",
    "Flows that are zero in the base stay zero.",
)


def ground_of_data(data: DataSet, asked: Asked) -> Ground:
    """The ground of a data set, in which nothing is agreed but what its tariffs show."""
    economy = data.economy
    if asked.theta is not None:
        traded = np.where(economy.traded, asked.theta, economy.theta)
        economy = economy.replace(theta=traded)
    names = economy.countries
    base = Base(
        economy,
        Arrangement(),
        Arrangement(),
        economy.tau,
        0,
        MappingProxyType({name: (name,) for name in names}),
        MappingProxyType(dict(zip(names, economy.wL.tolist(), strict=True))),
        economy.because,
        LIMITS,
    )
    group = None
    if asked.members or asked.join:
        group = Group(asked.union or "the union", ())
    return Ground(base, Arrangement(), Arrangement(), group)


def scenario_of_data(data: DataSet, ground: Ground, asked: Asked, title: str = "") -> Scenario:
    """What is asked of a data set, or the change of tariffs that comes with it.

    Raises
    ------
    BadInput
        If nothing is asked and the data set compares nothing.
    """
    if ground.group is not None or asked.changes:
        return scenario_of(ground, asked, title)
    if data.before is None or data.after is None:
        raise BadInput(
            "nothing is asked",
            remedy="say members, and perhaps common_tariff or transport_cut, or give changes",
        )
    sides = [
        Shock.between(ground.base.economy, closure=asked.closure, tariffs=tariffs)
        for tariffs in (data.before, data.after)
    ]
    subject = title or f"The change of tariffs in {data.title}"
    why = (Reason("source", subject, source=data.title),)
    return Scenario("data", subject, sides[0], sides[1], data.members, why, data.members)
