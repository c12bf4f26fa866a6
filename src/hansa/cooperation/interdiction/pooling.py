r"""What pooling is worth: posts alone, side by side, agreed upon, and pooled.

Members differ in what they lose: member i loses :math:`L_i(X) = \sum_j c_{ij} π_j(X)` under the
posts X, with :math:`π_j` the best chance of journey j. Five situations are compared:

=============  ============================================================================
nobody         no posts but those that stand already
alone          one member acts, the others do nothing
side by side   every member plans as if alone; the plans happen together
agreed         one plan, but every member pays for its own territory
pooled         one plan and one budget
=============  ============================================================================

The game of pooling: a coalition S may replace its members' side-by-side posts by the best
joint plan with its pooled budget on its own territory, while the others' posts stand;
:math:`v(S) = \sum_{i∈S} L_i(\text{side by side}) - \min_X \sum_{i∈S} L_i(X ∪ \text{others})`.
It is a characteristic function because outsiders do not react; losses add up between members
because they may be compensated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hansa.cooperation.interdiction.limits import Budget, Limits
from hansa.cooperation.interdiction.network import Array, Network
from hansa.cooperation.interdiction.plan import Method, Plan, evaluate, plan_posts
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because, Reason

MOST: Final = 12
"""Members of a game at most: it takes 2ⁿ plans."""


@dataclass(frozen=True, slots=True)
class Stake:
    """A member of the pool.

    Parameters
    ----------
    member : str
        Owner of sites.
    budget : float
    losses : tuple of float
        c_ij: what member i loses if journey j gets through for sure, by journey.
    """

    member: str
    budget: float
    losses: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """Posts in one situation and what each member loses, in the order of the stakes.

    ``evasion`` is the network's own: Σ weight · chance.
    """

    name: str
    sites: tuple[str, ...]
    evasion: float
    losses: tuple[float, ...]
    chances: Array
    gap: float

    @property
    def total(self) -> float:
        """What all members lose together."""
        return sum(self.losses)


@dataclass(frozen=True, slots=True, eq=False)
class Pooling:
    """All situations beside one another; ``alone`` in the order of the stakes."""

    members: tuple[str, ...]
    nobody: Situation
    alone: tuple[Situation, ...]
    side_by_side: Situation
    agreed: Situation
    pooled: Situation
    because: Because

    @property
    def gains(self) -> tuple[float, ...]:
        """What each member gains by pooling over acting side by side; may be negative."""
        pairs = zip(self.side_by_side.losses, self.pooled.losses, strict=True)
        return tuple(before - after for before, after in pairs)

    @property
    def gain(self) -> float:
        """What all gain together."""
        return self.side_by_side.total - self.pooled.total


@dataclass(frozen=True, slots=True, eq=False)
class PoolingGame:
    """v(S) by mask (bit i: member i), (2ⁿ,), and all posts once each coalition pools."""

    members: tuple[str, ...]
    values: Array
    plans: tuple[tuple[str, ...], ...]
    because: Because


class Pool:
    """Members with stakes in one network.

    Parameters
    ----------
    network : Network
    stakes : sequence of Stake
    standing : tuple of str
        Sites whose posts stand whatever the members do (others' posts).
    method, gap, seconds, rounds
        As in `plan_posts`, for every plan.
    like : Pool, optional
        A pool on the same network; members with the same stakes plan alone as they do there.

    Raises
    ------
    BadInput, UnknownCode
        If a member has no sites, stands twice, or its losses do not fit the journeys.
    """

    def __init__(
        self, network: Network, stakes: Sequence[Stake], *, standing: tuple[str, ...] = (),
        method: Method = "exact", gap: float = 1e-6, seconds: float | None = None,
        rounds: int | None = None, like: Pool | None = None,
    ) -> None:  # fmt: skip
        self.network, self.stakes, self.standing = network, tuple(stakes), standing
        self.method, self.gap, self.seconds, self.rounds = method, gap, seconds, rounds
        self.members = tuple(stake.member for stake in self.stakes)
        if len(set(self.members)) != len(self.members):
            raise BadInput("a member stands twice in the pool")
        for stake in self.stakes:
            if stake.member not in network.owners:
                raise unknown("owner of sites", stake.member, network.owners)
            if len(stake.losses) != len(network.journeys):
                raise BadInput(
                    f"{stake.member} has {len(stake.losses)} losses for "
                    f"{len(network.journeys)} journeys"
                )
        self._losses = np.array([stake.losses for stake in self.stakes])
        self._alone: dict[Stake, Plan | None] = {}
        if like is not None and like.network.arcs == network.arcs and like.standing == standing:
            self._alone = dict(like._alone)

    # --- plans ----------------------------------------------------------------------------

    def _best(
        self, group: Sequence[int], budgets: tuple[Budget, ...], standing: Sequence[str]
    ) -> Plan | None:
        """The group's best plan within budgets; ``None`` if it has nothing to lose."""
        weights = self._losses[list(group)].sum(axis=0)
        if not (weights > 0).any():
            return None
        network = self.network.weighted(weights)
        limits = Limits(budgets, standing=frozenset((*self.standing, *standing)))
        return plan_posts(
            network, limits, method=self.method, gap=self.gap, seconds=self.seconds,
            rounds=self.rounds,
        )  # fmt: skip

    def _pot(self, group: Sequence[int]) -> Budget:
        owners = tuple(self.members[i] for i in group)
        return Budget(" + ".join(owners), sum(self.stakes[i].budget for i in group), owners)

    def blind(self) -> tuple[tuple[str, ...], ...]:
        """The posts of every member that plans as if alone."""
        return tuple(self._new(plan) for plan in self._plans_alone())

    def _plans_alone(self) -> tuple[Plan | None, ...]:
        for i, stake in enumerate(self.stakes):
            if stake not in self._alone:
                self._alone[stake] = self._best((i,), (self._pot((i,)),), ())
        return tuple(self._alone[stake] for stake in self.stakes)

    def _new(self, plan: Plan | None, standing: Sequence[str] = ()) -> tuple[str, ...]:
        old = {*self.standing, *standing}
        return () if plan is None else tuple(site for site in plan.sites if site not in old)

    def _situation(self, name: str, sites: Sequence[str], gap: float = 0.0) -> Situation:
        every = tuple(dict.fromkeys((*self.standing, *sites)))
        found = evaluate(self.network, every)
        losses = tuple(float(loss) for loss in self._losses @ found.chances)
        new = tuple(site for site in every if site not in self.standing)
        return Situation(name, new, found.evasion, losses, found.chances, gap)

    # --- answers --------------------------------------------------------------------------

    def nobody(self) -> Situation:
        """No posts but those that stand."""
        return self._situation("nobody", ())

    def side_by_side(self) -> Situation:
        """Every member plans as if alone; the plans happen together."""
        return self._situation("side by side", [site for sites in self.blind() for site in sites])

    def coalition(self, members: Sequence[str], name: str = "") -> Situation:
        """Some members pool; the others keep the posts that they have side by side.

        Raises
        ------
        UnknownCode
            If one of them is no member.
        """
        for member in members:
            if member not in self.members:
                raise unknown("member of the pool", member, self.members)
        group = [i for i, member in enumerate(self.members) if member in members]
        blind = self.blind()
        others = [s for i, sites in enumerate(blind) if i not in group for s in sites]
        mine = [s for i in group for s in blind[i]]
        plan = self._best(group, (self._pot(group),), others)
        gap = plan.gap if plan else 0.0
        label = name or " + ".join(members)
        joint = self._situation(label, [*others, *self._new(plan, others)], gap)
        apart = self._situation(label, [*others, *mine], gap)
        return min(joint, apart, key=lambda found: sum(found.losses[i] for i in group))

    def compare(self) -> Pooling:
        """The five situations."""
        everybody = range(len(self.stakes))
        blind = self.blind()
        own = tuple(self._pot((i,)) for i in everybody)
        agreed = self._best(everybody, own, ())
        pooled = self._best(everybody, (self._pot(everybody),), ())
        plans = self._plans_alone()
        return Pooling(
            self.members,
            self.nobody(),
            tuple(
                self._situation(f"{name} alone", sites, plan.gap if plan else 0.0)
                for name, sites, plan in zip(self.members, blind, plans, strict=True)
            ),
            self.side_by_side(),
            self._situation("agreed", self._new(agreed), agreed.gap if agreed else 0.0),
            self._situation("pooled", self._new(pooled), pooled.gap if pooled else 0.0),
            (
                Reason("assumption", "members' losses add up and may be compensated"),
                Reason("rule", "alone: every member plans as if the others did nothing"),
                *self.network.because,
            ),
        )

    def game(self, progress: Progress = silent) -> PoolingGame:
        """What every coalition can gain by itself.

        Raises
        ------
        BadInput
            If there are more than `MOST` members.
        """
        n = len(self.stakes)
        if n > MOST:
            raise BadInput(f"{n} members make {2**n} coalitions", remedy=f"pool at most {MOST}")
        base = np.array(self.side_by_side().losses)
        values = np.zeros(1 << n)
        plans: list[tuple[str, ...]] = [()] * (1 << n)
        for mask in range(1, 1 << n):
            progress(mask, (1 << n) - 1, "coalitions")
            group = [i for i in range(n) if mask >> i & 1]
            found = self.coalition([self.members[i] for i in group])
            values[mask] = max(float((base - np.array(found.losses))[group].sum()), 0.0)
            plans[mask] = found.sites
        why = Reason("rule", "outsiders keep the posts that they have side by side")
        return PoolingGame(self.members, values, tuple(plans), (why, *self.network.because))
