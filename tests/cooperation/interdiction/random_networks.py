"""Small random networks for properties: several posts per arc, owners, costs."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import strategies as st

from hansa.cooperation.interdiction import Arc, Journey, Limits, Network, Site, Watch, through
from hansa.cooperation.interdiction.limits import Frame

OWNERS = ("A", "B", "C")


def network(seed: int) -> Network:
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(4, 8))
    sites = [
        Site(f"s{k}", str(rng.choice(OWNERS)), "post", float(rng.integers(1, 4)))
        for k in range(int(rng.integers(3, 9)))
    ]
    arcs = []
    for u, v in itertools.permutations(range(nodes), 2):
        if rng.random() < 0.5:
            r = float(rng.uniform(0.3, 1))
            names = rng.permutation(len(sites))[: int(rng.integers(0, 3))]
            watches = tuple(
                Watch(sites[k].id, r * float(rng.choice([0.0, 0.1, 0.4, 0.8]))) for k in names
            )
            arcs.append(Arc(str(u), str(v), r, watches))
    pairs = {tuple(map(str, rng.permutation(nodes)[:2])) for _ in range(4)}
    journeys = [Journey(o, d, float(rng.uniform(0.1, 1))) for o, d in sorted(pairs)]
    return Network.of(arcs, journeys, sites)


def best_by_trying_all(net: Network, limits: Limits) -> float:
    frame = Frame.of(net, limits)
    plans = (np.array(bits) for bits in itertools.product((False, True), repeat=len(net.sites)))
    return min(through(net, plan).evasion for plan in plans if frame.fits(plan))


seeds = st.integers(0, 2**32 - 1)
