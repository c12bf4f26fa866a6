"""The region as a network: crossings, inland ways and consignments of a world on a day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Final

from pyproj import Geod

from hansa.cooperation.interdiction import Arc, Journey, Network, Site, Watch
from hansa.record.register import Register
from hansa.record.sheets import Row
from hansa.record.world import World
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

SHEETS: Final = ("crossings", "crossing_kinds", "routes")
OPEN_INSIDE: Final = ("EU",)
"""Organisations whose members are one territory on the network: no posts between them."""
_EARTH: Final = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What no source gives; every number can be varied.

    Parameters
    ----------
    inland : float
        Share of consignments lost per 1,000 km of inland way.
    ease : float
        Factor on what a crossing catches without more posts.
    strength : float
        Factor on what a post catches besides.
    cost : float
        Factor on the cost of posts on sections without a road (rivers, mountains, steppe).
    budget : float
        Factor on members' budgets.
    spill : float
        What a member loses by a consignment sold elsewhere, against one sold at home.
    """

    inland: float = 0.02
    ease: float = 1.0
    strength: float = 1.0
    cost: float = 1.0
    budget: float = 1.0
    spill: float = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A network with what its names stand for.

    Parameters
    ----------
    network : Network
        Weights are tons a year; sites are ``CROSSING.STATE``.
    places : mapping
        Longitude, latitude and name of every crossing, origin and market.
    markets : tuple of str
        State of the market of each journey.
    """

    network: Network
    places: Mapping[str, tuple[float, float, str]]
    markets: tuple[str, ...]
    because: Because

    def crossing(self, site: str) -> str:
        """The crossing at which a site lies."""
        return site.rsplit(".", 1)[0]

    def title(self, site: str) -> str:
        """A site in words: ``Termez (UZB side)``."""
        crossing, owner = site.rsplit(".", 1)
        return f"{self.places[crossing][2]} ({owner} side)"


def region(
    world: World,
    register: Register,
    assumptions: Assumptions | None = None,
) -> Region | None:
    """The network of a world on the register's day; ``None`` if the world has no crossings.

    Raises
    ------
    BadInput
        If a crossing is of an unknown kind.
    """
    if any(name not in world.sheets for name in SHEETS):
        return None
    assumptions = assumptions or Assumptions()
    kinds = {row["id"]: row for row in world.sheet("crossing_kinds")}
    zones = _zones(world, register)
    made = _Builder(zones, kinds, assumptions, _lengths(world))
    rows = [row for row in world.sheet("crossings") if _open(row, register.day)]
    made.count_sections(rows)
    for row in rows:
        made.crossing(row)
    for row in world.sheet("routes"):
        made.route(row)
    made.inland()
    because = _because(assumptions, len(rows))
    network = Network.of(made.arcs, made.journeys, made.sites, because)
    return Region(network, made.places, tuple(made.markets), because)


def _open(row: Row, day: Day) -> bool:
    return (row["since"] is None or row["since"] <= day) and (
        row["until"] is None or day < row["until"]
    )


def _zones(world: World, register: Register) -> dict[str, str]:
    """The territory on which a state lies: itself, or a union without borders inside."""
    zones = {state: state for state in world.states}
    for organisation in OPEN_INSIDE:
        if organisation in world.organisations:
            zones |= dict.fromkeys(register.member_codes(organisation), organisation)
    return zones


def _lengths(world: World) -> dict[frozenset[str], float]:
    if "borders" not in world.sheets:
        return {}
    return {frozenset((r["a"], r["b"])): float(r["km"] or 0) for r in world.sheet("borders")}


def _because(assumptions: Assumptions, crossings: int) -> Because:
    return (
        Reason("source", f"{crossings} crossings open on the day", "crossings.csv", "own", "K"),
        Reason("assumption", "chances and costs by kind of crossing", "crossing_kinds.csv", "own",
               "assumed"),
        Reason("source", "consignments by market, rounded", "routes.csv", "own", "K"),
        Reason("assumption", f"{assumptions.inland:.0%} lost per 1,000 km of inland way"),
        Reason("assumption", "carriers know the posts and take the likeliest way"),
    )  # fmt: skip


class _Builder:
    """Collects the parts of the network."""

    def __init__(
        self, zones: Mapping[str, str], kinds: Mapping[str, Any], assumptions: Assumptions,
        lengths: Mapping[frozenset[str], float],
    ) -> None:  # fmt: skip
        self.zones, self.kinds, self.given, self.lengths = zones, kinds, assumptions, lengths
        self.arcs: list[Arc] = []
        self.sites: list[Site] = []
        self.journeys: list[Journey] = []
        self.markets: list[str] = []
        self.places: dict[str, tuple[float, float, str]] = {}
        self._inside: dict[str, list[tuple[str, float, float, bool, bool]]] = {}
        self._sections: dict[frozenset[str], int] = {}

    def count_sections(self, rows: list[Row]) -> None:
        """How many sections share the length of each border."""
        for row in rows:
            if self._kind(row)["cost_per_1000km"]:
                border = frozenset((row["a"], row["b"]))
                self._sections[border] = self._sections.get(border, 0) + 1

    def _kind(self, row: Row) -> Row:
        if row["kind"] not in self.kinds:
            raise unknown("kind of crossing", str(row["kind"]), self.kinds, where=row.place)
        found: Row = self.kinds[row["kind"]]
        return found

    def crossing(self, row: Row) -> None:
        """A crossing: out of one territory, into the other, each side with its post."""
        kind = self._kind(row)
        ends = [(state, self.zones.get(state, state)) for state in (row["a"], row["b"])]
        if ends[0][1] == ends[1][1]:
            return
        name = str(row["id"])
        self.places[name] = (row["longitude"], row["latitude"], str(row["name"]))
        for state, zone in ends:
            inner = f"{name}@{zone}"
            self._put(zone, inner, row["longitude"], row["latitude"])
            chance, watches = self._side(row, kind, name, state)
            self.arcs.append(Arc(inner, name, chance, watches))
            self.arcs.append(Arc(name, inner, chance, watches))

    def _side(self, row: Row, kind: Row, name: str, state: str) -> tuple[float, tuple[Watch, ...]]:
        free = kind["chance"]
        chance = 1 - min(max((1 - free) * self.given.ease, 0.0), 0.99)
        if kind["watched"] is None:
            return chance, ()
        watched = max(chance - (free - kind["watched"]) * self.given.strength, 0.01)
        if watched >= chance:
            raise BadInput(f"a post at a {row['kind']} catches nothing", where=row.place)
        border = frozenset((row["a"], row["b"]))
        km = self.lengths.get(border, 0.0) / max(self._sections.get(border, 1), 1)
        further = (kind["cost_per_1000km"] or 0.0) * km / 1000
        wild = self.given.cost if kind["cost_per_1000km"] else 1.0
        cost = round((kind["cost"] + further) * wild, 2)
        self.sites.append(Site(f"{name}.{state}", state, str(row["kind"]), cost))
        return chance, (Watch(f"{name}.{state}", watched),)

    def route(self, row: Row) -> None:
        """Consignments from an origin to a market."""
        ends = []
        for side, place in (("origin", "origin"), ("market", "market")):
            state = row[f"{side}_state"]
            lon, lat = row[f"{side}_longitude"], row[f"{side}_latitude"]
            name = f"{place}: {row[side]} {lon:g} {lat:g}"
            if name not in self.places:
                self.places[name] = (lon, lat, str(row[side]))
                self._put(self.zones.get(state, state), name, lon, lat, starts=side == "origin",
                          ends=side == "market")  # fmt: skip
            ends.append(name)
        self.journeys.append(Journey(ends[0], ends[1], float(row["tons"])))
        self.markets.append(str(row["market_state"]))

    def _put(
        self, zone: str, node: str, lon: float, lat: float, *, starts: bool = True,
        ends: bool = True,
    ) -> None:  # fmt: skip
        self._inside.setdefault(zone, []).append((node, lon, lat, starts, ends))

    def inland(self) -> None:
        """Ways inside every territory, the longer the riskier."""
        for nodes in self._inside.values():
            for one, other in permutations(nodes, 2):
                if one[3] and other[4]:
                    km = _EARTH.inv(one[1], one[2], other[1], other[2])[2] / 1000
                    chance = math.exp(math.log1p(-self.given.inland) * km / 1000)
                    self.arcs.append(Arc(one[0], other[0], min(chance, 1.0)))
