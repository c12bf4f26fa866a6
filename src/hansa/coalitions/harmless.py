"""A customs union that harms nobody: Kemp and Wan (1976), found and verified.

Freeze what the union as a whole trades with the rest of the world, at the world prices of
before. Inside, let the members exchange freely what is then theirs, beginning from what
each consumed before. At the prices q of that exchange every member can still buy what it
had; outsiders see the same prices and the same trade as before. So nobody loses, and as a
rule members gain.

q − p are the union's common external taxes: tariffs on what it imports, taxes (or
subsidies) on what it exports. Member i receives b_i = q · x⁰_i − q · e_i; the payments sum
to the revenue of the taxes plus what the union received from outside before, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hansa.coalitions.exchange import Clearing, Exchange, ces_demand, cleared, equilibrium
from hansa.coalitions.subsets import Array, Masks
from hansa.terms.errors import BadInput, NotConverged, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

TOLERANCE = 1e-8
"""Greatest loss of anybody and greatest excess of any market that is let pass, relative."""


@dataclass(frozen=True, slots=True, eq=False)
class KempWan:
    """The union, its external taxes and payments, and the check.

    Parameters
    ----------
    members : tuple of str
    p, q : Array
        World prices and prices inside the union, (G,); the level of q is such that the
        union's exports are taxed at nothing on average.
    tariffs : Array
        q/p − 1 on each good, (G,).
    payments : Array
        b_i that each member receives, (members,).
    compensation : Array
        What of b_i is neither the transfer that a member had before nor what it collects at
        its own border with the new taxes: what members pay one another, (members,). It
        sums to zero.
    revenue : float
        What the external taxes bring, (q − p) · z.
    imports : Array
        z: the union's trade with the rest of the world, which does not change, (G,).
    x : Array
        Everybody's consumption with the union, (N, G).
    gains : Array
        Relative change of utility: members, then zero for outsiders, (N,).
    residual : float
        Largest relative excess of any market, all demands computed anew.
    because : tuple of Reason
    """

    members: tuple[str, ...]
    p: Array
    q: Array
    tariffs: Array
    payments: Array
    compensation: Array
    revenue: float
    imports: Array
    x: Array
    gains: Array
    residual: float
    because: Because

    @property
    def balance(self) -> float:
        """Payments less revenue less transfers from outside: zero but for rounding."""
        return float(self.payments.sum() - self.q @ self.imports)


def kemp_wan(economy: Exchange, members: Iterable[str], before: Clearing | None = None) -> KempWan:
    """Build the union and verify that nobody loses by it.

    Parameters
    ----------
    economy : Exchange
        With everybody's tariffs and transfers of before.
    members : iterable of str
        Two or more.
    before : Clearing, optional
        The equilibrium of before; found if not given.

    Raises
    ------
    UnknownCode
        If a member is no state of the economy.
    NotConverged
        If prices inside cannot be found, or the check fails: somebody loses or a market
        does not clear by more than 1e-8.
    """
    names = tuple(members)
    for name in names:
        if name not in economy.states:
            raise unknown("state", name, economy.states)
    if len(set(names)) < 2:
        raise BadInput("a union has two members or more", where=Place("members"))
    inside = np.array([economy.states.index(name) for name in names])
    then = before or equilibrium(economy)
    held = then.x[inside]
    pool = held.sum(axis=0)
    traded = pool > 0
    tastes, sigma = economy.tastes[inside][:, traded], economy.sigma[inside]

    def excess(prices: Array) -> Array:
        wanted = ces_demand(tastes, sigma, prices, held[:, traded] @ prices)
        return np.asarray(wanted.sum(axis=0) / pool[traded] - 1)

    start = (then.p * (1 + economy.tariffs[inside])).mean(axis=0)[traded]
    q = then.p.copy()
    q[traded] = cleared(excess, start / start.mean(), pool[traded], 1e-13)
    z = pool - economy.endowments[inside].sum(axis=0)
    q = q * _level(q, then.p, z)
    return _verified(economy, names, inside, then, q, z)


def _level(q: Array, p: Array, z: Array) -> float:
    """The factor on q at which exports are taxed at nothing on average (Lerner 1936)."""
    sold = z < -1e-12 * np.abs(z).max()
    worth = float(q[sold] @ z[sold])
    return float(p[sold] @ z[sold]) / worth if worth < 0 else float(p.sum() / q.sum())


def _verified(
    economy: Exchange, names: tuple[str, ...], inside: Masks, then: Clearing, q: Array, z: Array
) -> KempWan:
    """Everybody's demand anew, from primitives; nobody worse off, all markets clear."""
    own = economy.endowments[inside] @ q
    payments = then.x[inside] @ q - own
    x = economy.consumed(then.p)
    x[inside] = ces_demand(economy.tastes[inside], economy.sigma[inside], q, own + payments)
    supply = economy.endowments.sum(axis=0)
    residual = float(np.abs(x.sum(axis=0) / supply - 1).max())
    gains = economy.utility(x) / economy.utility(then.x) - 1
    if residual > TOLERANCE or gains.min() < -TOLERANCE:
        loser = economy.states[int(gains.argmin())]
        raise NotConverged(
            f"the union does not pass its check: {loser} changes by {gains.min():.1e}, "
            f"a market is off by {residual:.1e}"
        )
    revenue = float((q - then.p) @ z)
    collected = (x[inside] - economy.endowments[inside]) @ (q - then.p)
    compensation = payments - economy.transfers[inside] - collected
    text = (
        f"members gain up to {gains.max():.3%}, the worst off changes by {gains.min():.1e}; "
        f"markets clear to {residual:.1e}"
    )
    why = (
        Reason("rule", "the union's trade with the rest of the world is frozen", "Kemp & Wan 1976"),
        Reason("number", text, "verified"),
    )
    return KempWan(
        names,
        then.p,
        q,
        q / then.p - 1,
        payments,
        compensation,
        revenue,
        z,
        x,
        gains,
        residual,
        why,
    )
