"""Branch and bound over the relaxation of cuts: the exact search for the best posts."""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import numpy as np

from hansa.cooperation.interdiction.cuts import ROUNDS as MOST_ROUNDS
from hansa.cooperation.interdiction.cuts import Point, Relaxation, tighten
from hansa.cooperation.interdiction.limits import Frame
from hansa.cooperation.interdiction.network import Array, Flags, Network
from hansa.cooperation.interdiction.rounding import Improver
from hansa.terms.progress import Progress, silent

WHOLE: Final = 1e-6
"""x within this of 0 or 1 counts as decided."""
CANDIDATES: Final = 10
"""Sites looked at, at most, before one is branched on."""
ITERATIONS: Final = 40
"""Simplex iterations of a look."""
RELIABLE: Final = 2
"""Looks after which a site's pseudocost is trusted."""
NODE_ROUNDS: Final = 4
DIVE: Final = 0.25
"""A dive ends when its bound has used this share of the gap."""
ROWS: Final = 9000
SWAP_SECONDS: Final = 0.5
STARTS: Final = 3
"""Rounded plans that are improved, at most."""


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    low: Array = field(compare=False)
    high: Array = field(compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """The best plan found, its value, and the proven bound."""

    plan: Flags
    value: float
    bound: float
    nodes: int


class Search:
    """One search.

    Parameters
    ----------
    network : Network
    frame : Frame
    gap : float
        Relative gap at which to stop.
    deadline : float
        On the clock of ``time.monotonic``.
    start : Flags, optional
        A plan to start from.
    progress : Progress
        Called with explored and open nodes.
    """

    def __init__(
        self, network: Network, frame: Frame, *, gap: float, deadline: float,
        start: Flags | None = None, progress: Progress = silent,
    ) -> None:  # fmt: skip
        self.network, self.frame, self.gap, self.deadline = network, frame, gap, deadline
        self.progress = progress
        self.improver = Improver(network, frame)
        self.relaxation = Relaxation(network, frame)
        self.plan = frame.low.copy() if start is None else start.copy()
        self.value = self.improver.value(self.plan)
        sites = len(network.sites)
        self.gains = np.zeros((2, sites))  # pseudocosts: sums of gains per unit, and looks
        self.looks = np.zeros((2, sites))
        self.open: list[_Node] = []
        self.number = count()
        self.nodes = 0
        self.left = float("inf")  # the least bound of a branch left because it is good enough

    # --- the two phases -------------------------------------------------------------------

    def root(self, share: float = 1.0, rounds: int = MOST_ROUNDS) -> float:
        """Solve the relaxation and round it; the bound.

        At most ``share`` of the time and ``rounds`` of cuts are used.
        """
        now = time.monotonic()
        until = now + share * (self.deadline - now)
        best: list[tuple[float, Flags]] = [(self.value, self.plan)]

        def seen(point: Point) -> None:
            rounded = self.improver.rounded(point.x)
            if any((rounded == plan).all() for _, plan in best):
                return
            best.append((self.improver.value(rounded), rounded))
            best.sort(key=lambda pair: pair[0])
            del best[STARTS:]

        tolerance = max(1e-6, self.gap / 5)
        point, _ = tighten(
            self.relaxation, deadline=until, tolerance=tolerance, rounds=rounds, seen=seen
        )
        seen(point)
        self._offer(best[0][1], best[0][0])
        self.x = point.x
        self.starts = [plan for _, plan in best]
        return point.bound

    def improve(self, seconds: float) -> None:
        """Turn single posts of the best rounded plans over."""
        until = min(self.deadline, time.monotonic() + seconds)
        done: list[Flags] = []
        for plan in self.starts:
            found, value = self.improver.swapped(plan, until, known=done)
            done.append(found)
            self._offer(found, value)

    def run(self) -> Searched:
        """Search until the gap is closed or the time is up."""
        bound = self.root()
        self.improve(SWAP_SECONDS * 4)
        if self.closed(bound):
            return self._found(bound)
        self._cut_off(self.plan)
        self.relaxation.solve()
        self.relaxation.trim(1e-4)
        self._push(bound, self.frame.low.astype(float), self.frame.high.astype(float))
        while self.open and not self.closed(self.open[0].bound):
            if time.monotonic() >= self.deadline:
                return self._found(self.open[0].bound)
            node = heapq.heappop(self.open)
            self._dive(node.bound, node.low, node.high)
            self.progress(self.nodes, self.nodes + len(self.open), f"bound {self.bound():.6g}")
        return self._found(self.bound())

    def bound(self) -> float:
        """The least bound of what is still open."""
        least = self.open[0].bound if self.open else float("inf")
        return min(least, self.left, self.value)

    def _found(self, bound: float) -> Searched:
        return Searched(self.plan, self.value, min(bound, self.left, self.value), self.nodes)

    def closed(self, bound: float) -> bool:
        """Whether a bound proves the best plan good enough; such a branch is left."""
        enough = bound >= self.value - self.gap * abs(self.value) - 1e-12
        if enough:
            self.left = min(self.left, bound)
        return enough

    # --- nodes ----------------------------------------------------------------------------

    def _dive(self, bound: float, low: Array, high: Array) -> None:
        """Follow one branch down; leave the others open."""
        while not self.closed(bound):
            self.nodes += 1
            self.relaxation.bound_sites(low, high)
            point = self._tightened()
            if point is None or self.closed(point.bound):
                return
            point = self._fractional(point)
            if point is None:
                return
            self._round(point)
            low, high = self._fixed(point, low, high)
            site = self._choice(point, low, high)
            zero, one = high.copy(), low.copy()
            zero[site], one[site] = 0.0, 1.0
            self._push(point.bound, low, zero)
            bound, low = point.bound, one
            best = self.open[0].bound
            far = bound - best > DIVE * (self.value - best)
            if far or time.monotonic() >= self.deadline:
                self._push(bound, low, high)
                return
            if self.relaxation.rows > ROWS:
                self.relaxation.bound_sites(low, high)
                if self.relaxation.solve() is None:
                    return
                self.relaxation.trim()

    def _tightened(self) -> Point | None:
        """The node's solution with a few rounds of cuts."""
        point = self.relaxation.solve()
        for _ in range(NODE_ROUNDS):
            if point is None or self.closed(point.bound):
                return point
            value, added = self.relaxation.separate(point.x, point)
            if not added or value - point.bound < 1e-5 * self.value:
                return self.relaxation.solve() if added else point
            before, point = point.bound, self.relaxation.solve()
            if point is not None and point.bound - before < 5e-5 * self.value:
                return point
        return point

    def _fractional(self, point: Point) -> Point | None:
        """The node's solution once it is no plan; ``None`` if the node is done by then.

        Every plan met on the way is offered, and the exact cuts at it are added.
        """
        while np.minimum(point.x, 1 - point.x).max() <= WHOLE:
            plan = point.x > 0.5
            self._offer(plan, self.improver.value(plan))
            _, added = self.relaxation.separate(plan.astype(float), point)
            again = self.relaxation.solve() if added else None
            if again is None or self.closed(again.bound):
                return None
            point = again
        return point

    def _round(self, point: Point) -> None:
        plan = self.improver.rounded(point.x)
        value = self.improver.value(plan)
        if value < 1.01 * self.value and self.nodes % 5 == 0:
            until = min(self.deadline, time.monotonic() + SWAP_SECONDS)
            plan, value = self.improver.swapped(plan, until)
        self._offer(plan, value)

    def _offer(self, plan: Flags, value: float) -> None:
        if value < self.value - 1e-12 and self.frame.fits(plan):
            self.plan, self.value = plan.copy(), value
            if self.open:
                self._cut_off(plan)

    def _cut_off(self, plan: Flags) -> None:
        """Add the exact cuts at a plan."""
        self.relaxation.separate(plan.astype(np.float64))

    def _fixed(self, point: Point, low: Array, high: Array) -> tuple[Array, Array]:
        """Settle the sites that reduced costs prove settled below this node."""
        room = self.value - point.bound
        out = (point.x < WHOLE) & (point.reduced > room)
        in_ = (point.x > 1 - WHOLE) & (-point.reduced > room)
        return np.where(in_, 1.0, low), np.where(out, 0.0, high)

    def _push(self, bound: float, low: Array, high: Array) -> None:
        heapq.heappush(self.open, _Node(bound, next(self.number), low, high))

    # --- where to branch ------------------------------------------------------------------

    def _choice(self, point: Point, low: Array, high: Array) -> int:
        """The site whose branches should raise the bound most (reliability branching)."""
        fraction = np.minimum(point.x, 1 - point.x)
        open_ = np.flatnonzero(fraction > WHOLE)
        if not self.looks.sum():
            order = open_[np.argsort(-fraction[open_], kind="stable")]
        else:
            order = open_[np.argsort([-self._score(point, int(s)) for s in open_], kind="stable")]
        self.relaxation.bound_sites(low, high)
        if self.relaxation.solve() is None:
            return int(order[0])
        best, chosen = -1.0, int(order[0])
        for site in order[:CANDIDATES]:
            if self.looks[:, site].min() < RELIABLE:
                score = self._look(point, int(site))
            else:
                score = self._score(point, int(site))
            if score > best:
                best, chosen = score, int(site)
        return chosen

    def _look(self, point: Point, site: int) -> float:
        rises = []
        for value in (0.0, 1.0):
            found = self.relaxation.look(site, value, value, ITERATIONS)
            rise = max(found - point.bound, 0.0)
            rises.append(min(rise, self.value - point.bound))
            if np.isfinite(found):
                way = point.x[site] if value == 0.0 else 1 - point.x[site]
                side = int(value)
                self.gains[side, site] += rise / way
                self.looks[side, site] += 1
        return float(max(rises[0], 1e-9) * max(rises[1], 1e-9))

    def _score(self, point: Point, site: int) -> float:
        product = 1.0
        for side, way in ((0, point.x[site]), (1, 1 - point.x[site])):
            looks = self.looks[side, site]
            mean = self.gains[side].sum() / max(self.looks[side].sum(), 1.0)
            gain = self.gains[side, site] / looks if looks else mean
            product *= max(gain * way, 1e-9)
        return product
