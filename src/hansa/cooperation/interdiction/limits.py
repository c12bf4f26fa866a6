"""What may be spent where: budgets of members or pooled, members that opt out, posts that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from hansa.cooperation.interdiction.network import Array, Flags, Network
from hansa.terms.errors import BadInput, Infeasible
from hansa.terms.names import unknown


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``amount`` for posts on the territory of ``owners`` (``None``: everywhere)."""

    name: str
    amount: float
    owners: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets, and what is settled beforehand.

    Parameters
    ----------
    budgets : tuple of Budget
        All hold at once.
    closed : frozenset of str
        Sites where no post may stand.
    opted_out : frozenset of str
        Owners who take part in nothing: no new post on their territory.
    standing : frozenset of str
        Sites whose posts stand already; they cost nothing.
    """

    budgets: tuple[Budget, ...]
    closed: frozenset[str] = frozenset()
    opted_out: frozenset[str] = frozenset()
    standing: frozenset[str] = frozenset()

    def without(self, *owners: str) -> Limits:
        """The same limits when these owners opt out; what they would have paid is lost.

        A budget that belongs to an owner alone goes with him; a common budget stays as it is.
        """
        left = tuple(b for b in self.budgets if b.owners is None or set(b.owners) - {*owners})
        return replace(self, budgets=left, opted_out=self.opted_out | {*owners})


def pooled(amounts: Mapping[str, float] | float, *, standing: Iterable[str] = ()) -> Limits:
    """One budget for posts anywhere; the sum, if members' amounts are given."""
    total = sum(amounts.values()) if isinstance(amounts, Mapping) else amounts
    return Limits((Budget("pooled", float(total)),), standing=frozenset(standing))


def separate(amounts: Mapping[str, float], *, standing: Iterable[str] = ()) -> Limits:
    """Every member spends its own budget on its own territory; owners not named opt out."""
    budgets = tuple(Budget(owner, float(amount), (owner,)) for owner, amount in amounts.items())
    return Limits(budgets, standing=frozenset(standing))


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Limits as arrays over the sites: ``rows @ x ≤ caps``, ``low ≤ x ≤ high``."""

    rows: Array
    caps: Array
    low: Flags
    high: Flags

    @classmethod
    def of(cls, network: Network, limits: Limits) -> Frame:
        """Arrays from limits.

        Raises
        ------
        UnknownCode
            If an owner or a site is unknown.
        BadInput
            If a budget is no amount, or nothing limits the posts.
        """
        sites = network.sites
        owners = network.owners
        for owner in {*limits.opted_out, *(o for b in limits.budgets for o in b.owners or ())}:
            if owner not in owners:
                raise unknown("owner of sites", owner, owners)
        if not limits.budgets:
            raise BadInput("no budget limits the posts", remedy="give at least one budget")
        low = network.mask(limits.standing)
        high = np.array([s.owner not in limits.opted_out for s in sites], dtype=np.bool_)
        high &= ~network.mask(limits.closed)
        covered = np.zeros(len(sites), dtype=np.bool_)
        rows, caps = [], []
        for budget in limits.budgets:
            if not 0 <= budget.amount < float("inf"):
                raise BadInput(f"the budget {budget.name!r} is {budget.amount}")
            mine = np.array(
                [budget.owners is None or s.owner in budget.owners for s in sites], dtype=np.bool_
            )
            covered |= mine
            rows.append(np.where(mine & ~low, network.costs, 0.0))
            caps.append(budget.amount)
        high &= covered
        high |= low
        matrix = np.array(rows)
        alone_too_dear = (matrix > np.array(caps)[:, None] + 1e-9).any(axis=0)
        return cls(matrix, np.array(caps), low, (high & ~alone_too_dear) | low)

    def fits(self, plan: Flags) -> bool:
        """Whether a plan keeps within the limits."""
        inside = not (plan & ~self.high).any() and not (self.low & ~plan).any()
        return inside and bool((self.rows @ plan <= self.caps + 1e-9).all())

    def refuse_misfit(self, network: Network, plan: Flags) -> None:
        """Raise `Infeasible` for a plan that breaks a limit, naming it."""
        if self.fits(plan):
            return
        outside = network.named((plan & ~self.high) | (self.low & ~plan))
        if outside:
            raise Infeasible(f"the plan cannot have these sites so: {', '.join(outside)}")
        spent, caps = self.rows @ plan, self.caps
        worst = int(np.argmax(spent - caps))
        raise Infeasible(f"the plan spends {spent[worst]:g} of a budget of {caps[worst]:g}")
