"""Legs from distances: types of lift, great circles, and the sorties a fleet can make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from pyproj import Geod

from hansa.security.forces.network import Hub, Leg, Sortie
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason

WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class LiftType:
    """A type of vehicle or convoy, as planned with.

    Parameters
    ----------
    key, name, mode : str
    payload_t : float
        Tons that one vehicle is planned to carry (below its technical maximum).
    speed_kmh : float
        Block speed.
    hours_per_day : float
        Hours that a vehicle can be under way or handled in a day.
    handling_hours : float
        Loading and unloading of one trip, together.
    detour : float
        Length of the way over the great circle.
    cost_per_hour : Decimal
        Of a vehicle under way.
    because : Because
        Sources, and what is assumed.
    """

    key: str
    name: str
    mode: str
    payload_t: float
    speed_kmh: float
    hours_per_day: float
    handling_hours: float
    detour: float
    cost_per_hour: Decimal
    because: Because = ()


def distance_km(a: Hub, b: Hub) -> float:
    """Great-circle distance of two hubs on WGS 84.

    Raises
    ------
    BadInput
        If a hub has no coordinates.
    """
    for hub in (a, b):
        if hub.lat is None or hub.lon is None:
            raise BadInput(
                f"{hub.name} has no coordinates",
                remedy="give it a latitude and a longitude, or a leg with its own days and cost",
            )
    assert a.lat is not None
    assert b.lat is not None
    _, _, metres = WGS84.inv(a.lon, a.lat, b.lon, b.lat)
    return float(metres) / 1000


def spread(hours: float, hours_per_day: float) -> tuple[float, ...]:
    """Shares of the working days that a trip of so many hours takes, day after day."""
    days = hours / hours_per_day
    whole = math.floor(days + 1e-9)
    rest = days - whole
    return (*(1.0 for _ in range(whole)), *((rest,) if rest > 1e-9 else ()))


def leg_between(
    a: Hub,
    b: Hub,
    lift: LiftType,
    *,
    fleet: str = "",
    home: Hub | None = None,
    per_day: int | None = None,
    tons_per_day: float | None = None,
    transits: tuple[str, ...] = (),
    whole: bool = True,
) -> Leg:
    """A leg by a type of lift, with days, sorties and cost from the distance.

    The vehicle comes from its home (the origin if none is given), goes to the destination
    and back home; it is paid and busy for the whole of it.

    Parameters
    ----------
    fleet : str
        Fleet that the vehicles belong to.
    home : Hub, optional
        Where they start and end.
    per_day : int, optional
        Most departures in a day.
    tons_per_day : float, optional
        Most tons in a day.
    transits : tuple of str
        States whose consent is needed.
    whole : bool
        Whether tons travel in whole vehicles (else by the ton).
    """
    base = home or a
    km = distance_km(a, b) * lift.detour
    cycle = km + (distance_km(base, a) + distance_km(b, base)) * lift.detour
    way = km / lift.speed_kmh
    hours = way + lift.handling_hours
    days = max(0, math.ceil(hours / lift.hours_per_day - 1e-9) - 1)
    busy = cycle / lift.speed_kmh + lift.handling_hours
    cost = lift.cost_per_hour * Decimal(str(round(cycle / lift.speed_kmh, 4)))
    sortie = None
    if whole:
        shares = spread(busy, lift.hours_per_day) or (1.0,)
        sortie = Sortie(lift.payload_t, cost.quantize(Decimal("0.01")), per_day, fleet, shares)
    per_ton = (cost / Decimal(str(lift.payload_t))).quantize(Decimal("0.0001"))
    text = f"{a.name} – {b.name}: {km:,.0f} km by {lift.name}, {hours:.1f} h with handling"
    return Leg(
        id=f"{a.id}>{b.id}:{lift.key}",
        origin=a.id,
        destination=b.id,
        mode=lift.mode,
        days=days,
        tons_per_day=tons_per_day,
        cost_per_ton=Decimal(0) if whole else per_ton,
        sortie=sortie,
        transits=transits,
        km=round(km, 1),
        because=(Reason("number", text, ref="WGS 84 great circle"), *lift.because),
    )
