"""Networks on which somebody carries something past posts: arcs, sites, journeys.

Source: Pan and Morton, "Minimizing a stochastic maximum-reliability path", *Networks* 52
(2008) 111–119; Morton, Pan and Saeger, *IIE Transactions* 39 (2007) 3–14.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hansa.cooperation.interdiction import kernels
from hansa.cooperation.interdiction.kernels import Passages
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_SITES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Watch:
    """What a post at a site does to an arc: the chance q to pass falls to ``chance``."""

    site: str
    chance: float


@dataclass(frozen=True, slots=True)
class Arc:
    """A way from ``tail`` to ``head``, passed undetected with chance r.

    If several of its ``watches`` are manned, the strictest counts.
    """

    tail: str
    head: str
    chance: float
    watches: tuple[Watch, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """Where a post, a patrol or a sensor may be put.

    Parameters
    ----------
    id : str
    owner : str
        The member on whose territory it lies; ``""``: nobody's in particular.
    kind : str
        Kind of crossing or post.
    cost : float
        What a post costs, in units of the budgets.
    """

    id: str
    owner: str = ""
    kind: str = ""
    cost: float = 1.0


@dataclass(frozen=True, slots=True)
class Journey:
    """A consignment from ``origin`` to ``destination``; ``weight`` is its share of all."""

    origin: str
    destination: str
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A checked network and the journeys over it.

    Make one with `Network.of`. ``passages`` hold every arc once per way in which it can be
    passed: unwatched, or in spite of the posts that leave a chance; a passage is closed by
    the posts that leave less.
    """

    nodes: tuple[str, ...]
    arcs: tuple[Arc, ...]
    sites: tuple[Site, ...]
    journeys: tuple[Journey, ...]
    passages: Passages
    because: Because = ()
    _place: dict[str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        arcs: Iterable[Arc],
        journeys: Iterable[Journey],
        sites: Iterable[Site] | None = None,
        because: Because = (),
    ) -> Network:
        """A network from its parts.

        Parameters
        ----------
        arcs, journeys : iterables
        sites : iterable of Site, optional
            In the order of plans' indices; sites of cost 1 without owners if not given.

        Raises
        ------
        BadInput
            If a chance is outside (0, 1], a post does not lower it, a weight is not a
            positive number, or a name stands twice or is unknown.
        """
        arcs, journeys = tuple(arcs), tuple(journeys)
        named = dict.fromkeys(watch.site for arc in arcs for watch in arc.watches)
        sites = tuple(Site(name) for name in named) if sites is None else tuple(sites)
        place = _places(sites)
        for name in named:
            if name not in place:
                raise unknown("site", name, place)
        _check_arcs(arcs)
        ends = (name for arc in arcs for name in (arc.tail, arc.head))
        more = (name for journey in journeys for name in (journey.origin, journey.destination))
        nodes = tuple(dict.fromkeys([*ends, *more]))
        _check_journeys(journeys)
        passages = _passages(nodes, arcs, journeys, place)
        return cls(nodes, arcs, sites, journeys, passages, because, place)

    @property
    def owners(self) -> tuple[str, ...]:
        """The owners of sites, in the order of their first site."""
        return tuple(dict.fromkeys(site.owner for site in self.sites if site.owner))

    @property
    def costs(self) -> Array:
        """Costs by site, (S,)."""
        return np.array([site.cost for site in self.sites], dtype=np.float64)

    @property
    def weights(self) -> Array:
        """Weights by journey, (J,)."""
        return np.array([journey.weight for journey in self.journeys], dtype=np.float64)

    def index(self, site: str) -> int:
        """The place of a site, or an error with the nearest ones."""
        if site not in self._place:
            raise unknown("site", site, self._place)
        return self._place[site]

    def mask(self, sites: Iterable[str]) -> Flags:
        """The plan in which these sites are manned, (S,)."""
        found = np.zeros(len(self.sites), dtype=np.bool_)
        for site in sites:
            found[self.index(site)] = True
        return found

    def named(self, mask: Flags) -> tuple[str, ...]:
        """The ids of the sites in a mask."""
        return tuple(self.sites[i].id for i in np.flatnonzero(mask))

    def weighted(self, weights: Sequence[float] | Array) -> Network:
        """The same network whose journeys weigh otherwise; those of no weight are left out."""
        if len(weights) != len(self.journeys):
            raise BadInput(f"{len(weights)} weights for {len(self.journeys)} journeys")
        if not (np.asarray(weights) > 0).any():
            raise BadInput("a network without journeys leaves nothing to stop")
        journeys = tuple(
            Journey(journey.origin, journey.destination, float(weight))
            for journey, weight in zip(self.journeys, weights, strict=True)
            if weight > 0
        )
        number = {name: k for k, name in enumerate(self.nodes)}
        passages = _with_journeys(self.passages, number, journeys)
        return replace(self, journeys=journeys, passages=passages)


def _places(sites: tuple[Site, ...]) -> dict[str, int]:
    if len(sites) > MOST_SITES:
        raise BadInput(f"{len(sites)} sites are more than {MOST_SITES}")
    place: dict[str, int] = {}
    for number, site in enumerate(sites):
        if site.id in place:
            raise BadInput(f"the site {site.id!r} stands twice")
        if not 0 <= site.cost < float("inf"):
            raise BadInput(f"the site {site.id!r} costs {site.cost}")
        place[site.id] = number
    return place


def _check_arcs(arcs: tuple[Arc, ...]) -> None:
    for arc in arcs:
        way = f"the arc {arc.tail} → {arc.head}"
        if not 0 < arc.chance <= 1:
            raise BadInput(
                f"{way} has chance {arc.chance}", remedy="a chance is above 0 and at most 1"
            )
        if arc.tail == arc.head:
            raise BadInput(f"{way} leads nowhere")
        for watch in arc.watches:
            if not 0 <= watch.chance < arc.chance:
                raise BadInput(
                    f"{way}: a post at {watch.site} changes the chance from {arc.chance} to "
                    f"{watch.chance}",
                    remedy="a post must lower it",
                )


def _check_journeys(journeys: tuple[Journey, ...]) -> None:
    if not journeys:
        raise BadInput("a network without journeys leaves nothing to stop")
    for journey in journeys:
        if not 0 < journey.weight < float("inf"):
            raise BadInput(
                f"the journey {journey.origin} → {journey.destination} weighs {journey.weight}",
                remedy="give a positive number",
            )
        if journey.origin == journey.destination:
            raise BadInput(f"a journey from {journey.origin} to itself goes nowhere")


def _modes(arc: Arc, place: dict[str, int]) -> list[tuple[float, list[int]]]:
    """Chances with which an arc can be passed, highest first, and what closes each."""
    levels = sorted({arc.chance, *(watch.chance for watch in arc.watches)}, reverse=True)
    return [
        (level, sorted({place[w.site] for w in arc.watches if w.chance < level}))
        for level in levels
        if level > 0
    ]


def _passages(
    nodes: tuple[str, ...],
    arcs: tuple[Arc, ...],
    journeys: tuple[Journey, ...],
    place: dict[str, int],
) -> Passages:
    number = {name: k for k, name in enumerate(nodes)}
    order = sorted(range(len(arcs)), key=lambda a: number[arcs[a].head])  # stable
    rows = [(a, chance, closed) for a in order for chance, closed in _modes(arcs[a], place)]
    heads = np.array([number[arcs[a].head] for a, _, _ in rows], dtype=np.int64)
    counts = np.array([0, *(len(closed) for _, _, closed in rows)], dtype=np.int64)
    none = np.empty(0, dtype=np.int64)
    bare = Passages(
        size=len(nodes),
        start=np.searchsorted(heads, np.arange(len(nodes) + 1)).astype(np.int64),
        tail=np.array([number[arcs[a].tail] for a, _, _ in rows], dtype=np.int64),
        head=heads,
        arc=np.array([a for a, _, _ in rows], dtype=np.int64),
        chance=np.array([chance for _, chance, _ in rows], dtype=np.float64),
        closed_from=np.cumsum(counts),
        closed_by=np.array([s for _, _, closed in rows for s in closed], dtype=np.int64),
        sinks=none, group=none, journey=none, origin=none, ahead=np.empty((0, 0)),
    )  # fmt: skip
    return _with_journeys(bare, number, journeys)


def _with_journeys(
    passages: Passages, number: dict[str, int], journeys: tuple[Journey, ...]
) -> Passages:
    """The same passages for other journeys."""
    ends = sorted(range(len(journeys)), key=lambda j: number[journeys[j].destination])
    goals = np.array([number[journeys[j].destination] for j in ends], dtype=np.int64)
    sinks, first = np.unique(goals, return_index=True)
    bare = passages._replace(
        sinks=sinks.astype(np.int64),
        group=np.append(first, len(ends)).astype(np.int64),
        journey=np.array(ends, dtype=np.int64),
        origin=np.array([number[journeys[j].origin] for j in ends], dtype=np.int64),
        ahead=np.zeros((len(sinks), len(number))),
    )
    return bare._replace(ahead=kernels.best_ahead(bare))
