"""Trade created and diverted, in Viner's (1950) sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hansa.trade.equilibrium import Equilibrium
from hansa.trade.model import Array
from hansa.trade.welfare import same_base


@dataclass(frozen=True, slots=True, eq=False)
class Diversion:
    """Trade created and diverted in each member's markets; zero elsewhere.

    Amounts are imports before tariffs at the prices of before, so that they move with
    quantities only.

    Parameters
    ----------
    partners : array (J, N)
        Change of imports from fellow members.
    outsiders : array (J, N)
        Change of imports from everybody else.
    created : array (J, N)
        More from partners that does not replace outsiders: it replaces home production
        or is consumed in addition.
    diverted : array (J, N)
        More from partners that replaces outsiders: the smaller of what partners gained
        and outsiders lost.
    """

    partners: Array
    outsiders: Array
    created: Array
    diverted: Array


def diversion(before: Equilibrium, after: Equilibrium, members: Sequence[str]) -> Diversion:
    """Trade that a union of ``members`` creates and diverts.

    Source: Viner, *The Customs Union Issue* (1950), made countable sector by sector: a
    shift of quantities from outsiders to partners is diversion, growth beyond it creation.

    Raises
    ------
    UnknownCode
        If a member is not a country of the economy.
    """
    same_base(before, after)
    economy = before.economy
    inside = np.zeros(economy.N, dtype=bool)
    inside[[economy.index(name) for name in members]] = True
    price = (after.c_hat / before.c_hat)[:, None, :] * (after.d_hat / before.d_hat)
    change = after.flows / price - before.flows
    np.einsum("jnn->jn", change)[...] = 0.0
    partners = (change * inside).sum(axis=2) * inside
    outsiders = (change * ~inside).sum(axis=2) * inside
    more = np.maximum(partners, 0.0)
    diverted = np.minimum(more, np.maximum(-outsiders, 0.0))
    return Diversion(partners, outsiders, more - diverted, diverted)
