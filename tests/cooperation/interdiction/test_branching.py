"""The search branches on what is fractional, also where cuts turn a whole solution fractional."""

from __future__ import annotations

import heapq
import time

import numpy as np
import pytest

from hansa.cooperation.interdiction import pooled
from hansa.cooperation.interdiction.branching import WHOLE, Search
from hansa.cooperation.interdiction.limits import Frame

from .random_networks import best_by_trying_all, network


@pytest.mark.parametrize("seed", [0, 1, 4, 7, 10, 16, 24, 35])
def test_a_whole_solution_that_cuts_turn_fractional_is_branched_on(seed: int) -> None:
    """No cuts are added before a node is looked at, so that its solution is a plan at first.

    The plan's own cuts then make the solution fractional: that one is to be branched on, not
    the plan, of which no site is open.
    """
    net, limits = network(seed), pooled(4)
    frame = Frame.of(net, limits)
    search = Search(net, frame, gap=0.0, deadline=time.monotonic() + 60)
    search._tightened = search.relaxation.solve  # type: ignore[method-assign]  # rounds left out
    low, high = frame.low.astype(float), frame.high.astype(float)
    first = search.relaxation.solve()
    assert first is not None
    assert np.minimum(first.x, 1 - first.x).max() <= WHOLE
    turned = search._fractional(first)
    assert turned is not None
    assert np.minimum(turned.x, 1 - turned.x).max() > WHOLE
    site = search._choice(turned, low, high)
    assert WHOLE < turned.x[site] < 1 - WHOLE

    search._push(0.0, low, high)
    while search.open and not search.closed(search.open[0].bound):
        node = heapq.heappop(search.open)
        search._dive(node.bound, node.low, node.high)
    assert search.value == pytest.approx(best_by_trying_all(net, limits), rel=1e-6, abs=1e-12)
