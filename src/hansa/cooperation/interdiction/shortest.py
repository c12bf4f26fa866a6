"""What a plan lets through, found by shortest paths that know nothing of the optimisation.

Every plan that this package returns has been evaluated here, and differs from what the
search said by no more than rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from hansa.cooperation.interdiction.network import Array, Flags, Network
from hansa.terms.errors import NotConverged

AGREE: Final = 1e-9
"""Two evaluations of a plan may differ by so much, relative to the larger."""


@dataclass(frozen=True, slots=True)
class Route:
    """The best way of a journey: its chance, the arcs (by number) and the posts it passes."""

    chance: float
    arcs: tuple[int, ...]
    nodes: tuple[str, ...]
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Through:
    """What gets through under a plan.

    Parameters
    ----------
    evasion : float
        Expected chance, Σ weight · chance.
    chances : Array
        Best chance by journey, (J,); 0 where there is no way.
    routes : tuple of Route
        Best way by journey.
    """

    evasion: float
    chances: Array
    routes: tuple[Route, ...]


def chances_of_arcs(network: Network, plan: Flags) -> Array:
    """The chance to pass every arc under a plan, (E,)."""
    manned = {network.sites[k].id for k in np.flatnonzero(plan)}
    found = np.array([arc.chance for arc in network.arcs], dtype=np.float64)
    for number, arc in enumerate(network.arcs):
        for watch in arc.watches:
            if watch.site in manned:
                found[number] = min(found[number], watch.chance)
    return found


def through(network: Network, plan: Flags) -> Through:
    """Evaluate a plan by Dijkstra's algorithm on the lengths −ln(chance).

    Of parallel arcs the most likely counts. Arcs of chance 0 are left out.
    """
    number = {name: k for k, name in enumerate(network.nodes)}
    chance = chances_of_arcs(network, plan)
    best: dict[tuple[int, int], int] = {}
    for a, arc in enumerate(network.arcs):
        key = (number[arc.tail], number[arc.head])
        if chance[a] > 0 and (key not in best or chance[a] > chance[best[key]]):
            best[key] = a
    rows, columns = zip(*best, strict=True) if best else ((), ())
    used = list(best.values())
    lengths = -np.log(chance[used])
    lengths[lengths == 0] = np.finfo(float).tiny  # scipy takes a length of 0 for "no arc"
    n = len(network.nodes)
    graph = csr_matrix((lengths, (rows, columns)), shape=(n, n))
    origins = sorted({number[j.origin] for j in network.journeys})
    _, before = dijkstra(graph, indices=origins, return_predecessors=True)
    row = {origin: k for k, origin in enumerate(origins)}
    routes = tuple(
        _route(network, plan, chance, best, before[row[number[j.origin]]],
               number[j.origin], number[j.destination])
        for j in network.journeys
    )  # fmt: skip
    chances = np.array([route.chance for route in routes])
    return Through(float(network.weights @ chances), chances, routes)


def _route(
    network: Network,
    plan: Flags,
    chance: Array,
    best: dict[tuple[int, int], int],
    before: Array,
    origin: int,
    end: int,
) -> Route:
    """The way from the tree of predecessors; its chance is multiplied out anew."""
    arcs: list[int] = []
    node = end
    while node != origin:
        previous = int(before[node])
        if previous < 0:
            return Route(0.0, (), (), ())
        arcs.append(best[previous, node])
        node = previous
    arcs.reverse()
    names = (network.nodes[origin], *(network.arcs[a].head for a in arcs))
    posts = dict.fromkeys(
        w.site for a in arcs for w in network.arcs[a].watches if plan[network.index(w.site)]
    )
    return Route(float(np.prod(chance[arcs])), tuple(arcs), names, tuple(posts))


def agreed(network: Network, plan: Flags, said: float) -> Through:
    """Evaluate a plan and compare with what a search said.

    Raises
    ------
    NotConverged
        If they differ.
    """
    found = through(network, plan)
    if abs(found.evasion - said) > AGREE * max(found.evasion, said, 1e-12):
        raise NotConverged(
            f"the search gives a plan the value {said!r}, shortest paths {found.evasion!r}"
        )
    return found
