"""Where consignments go when posts appear: displacement between sites and between owners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hansa.cooperation.interdiction.network import Array, Network
from hansa.cooperation.interdiction.shortest import Through


@dataclass(frozen=True, slots=True)
class Shift:
    """What one site sees before and after: shares of consignments whose best way passes it."""

    site: str
    owner: str
    kind: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """Share that came (positive) or went."""
        return self.after - self.before


def loads(network: Network, found: Through) -> Array:
    """Weight of the journeys whose best way passes each site, caught there or not, (S,)."""
    total = np.zeros(len(network.sites))
    for journey, route in zip(network.journeys, found.routes, strict=True):
        passed = {w.site for a in route.arcs for w in network.arcs[a].watches}
        for site in passed:
            total[network.index(site)] += journey.weight
    return total


def displaced(network: Network, before: Through, after: Through) -> tuple[Shift, ...]:
    """The sites whose load changes, the largest changes first."""
    old, new = loads(network, before), loads(network, after)
    shifts = [
        Shift(site.id, site.owner, site.kind, float(old[k]), float(new[k]))
        for k, site in enumerate(network.sites)
        if abs(new[k] - old[k]) > 1e-12
    ]
    return tuple(sorted(shifts, key=lambda shift: (-abs(shift.change), shift.site)))


def crossed(network: Network, found: Through) -> dict[str, float]:
    """Weight of the journeys whose best way passes sites of each owner."""
    total = dict.fromkeys(network.owners, 0.0)
    owner_of = {site.id: site.owner for site in network.sites}
    for journey, route in zip(network.journeys, found.routes, strict=True):
        passed = {owner_of[w.site] for a in route.arcs for w in network.arcs[a].watches}
        for owner in passed - {""}:
            total[owner] += journey.weight
    return total
