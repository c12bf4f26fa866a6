"""Plans from solutions of the relaxation: rounding, then turning single posts over."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from hansa.cooperation.interdiction import kernels
from hansa.cooperation.interdiction.limits import Frame
from hansa.cooperation.interdiction.network import Array, Flags, Indices, Network

GAIN: Final = 1e-10
"""A plan is better only by more than this."""


class Improver:
    """Evaluates and improves plans of one network under one frame."""

    def __init__(self, network: Network, frame: Frame) -> None:
        self.network, self.frame = network, frame
        self.net = network.passages
        self.weights = network.weights[self.net.journey]

    def value(self, plan: Flags) -> float:
        """Expected chance to get through."""
        return float(kernels.evasion(self.net, self.weights, plan))

    def rounded(self, x: Array) -> Flags:
        """The sites of largest x first, as long as the budgets last."""
        frame = self.frame
        plan = frame.low.copy()
        left = frame.caps - frame.rows @ plan
        for site in np.argsort(-x, kind="stable"):
            if x[site] <= 0 or plan[site] or not frame.high[site]:
                continue
            cost = frame.rows[:, site]
            if (cost <= left + 1e-9).all():
                plan[site] = True
                left = left - cost
        return plan

    def filled(self, plan: Flags, value: float, deadline: float = float("inf")) -> float:
        """Add, in place, the best site that still fits, until none helps; the new value."""
        while time.monotonic() < deadline:
            fits = self._addable(plan)
            if not len(fits):
                return value
            found = kernels.trials(self.net, self.weights, plan, fits)
            best = int(np.argmin(found))
            if found[best] >= value - GAIN:
                return value
            plan[fits[best]] = True
            value = float(found[best])
        return value

    def _addable(self, plan: Flags) -> Indices:
        """Sites that fit the budgets left and close a best way of some journey."""
        frame = self.frame
        useful = kernels.useful(self.net, plan, len(plan))
        left = frame.caps - frame.rows @ plan
        fits = (frame.rows <= left[:, None] + 1e-9).all(axis=0)
        return np.flatnonzero(useful & fits & frame.high & ~plan).astype(np.int64)

    def swapped(
        self, plan: Flags, deadline: float, known: Sequence[Flags] = ()
    ) -> tuple[Flags, float]:
        """Take a post away and fill up anew, as long as that helps and time is left.

        Posts whose loss hurts least are tried first. A plan that is ``known`` to have been
        improved is not improved again.
        """
        plan = plan.copy()
        value = self.filled(plan, self.value(plan), deadline)
        improved = True
        while improved and time.monotonic() < deadline:
            improved = False
            if any((plan == other).all() for other in known):
                return plan, value
            mine = np.flatnonzero(plan & ~self.frame.low)
            losses = kernels.trials(self.net, self.weights, plan, mine)
            for site in mine[np.argsort(losses, kind="stable")]:
                other = plan.copy()
                other[site] = False
                found = self.filled(other, self.value(other), deadline)
                if found < value - GAIN:
                    plan, value, improved = other, found, True
                    break
                if time.monotonic() >= deadline:
                    break
        return plan, value
