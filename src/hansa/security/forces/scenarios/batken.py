"""Batken 1999: a mandate that was never given, from the forces that stood nearby.

Kyrgyzstan asked Russia and its neighbours for help; the treaty's Council took no decision on
force. What could have come, when, over which passes, if it had decided?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from hansa.security.forces.aims import Aims, lexicographic
from hansa.security.forces.lift import leg_between
from hansa.security.forces.mandate import Area, LegalCondition, Mandate, Need
from hansa.security.forces.network import Consent, Fleet, Hub, Leg, Throughput
from hansa.security.forces.operation import Operation
from hansa.security.forces.pledges import read_pledges
from hansa.security.forces.scenarios.assumptions import IL76, MI8, MOUNTAIN_CONVOY, RAIL
from hansa.security.forces.scenarios.tables import (
    Row,
    Scenario,
    Split,
    hubs_from_bases,
    located,
    only,
    pledge_acts,
    rows_on,
)
from hansa.security.forces.units import call_units
from hansa.terms.days import Day, add_days
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

START: Final = date(1999, 8, 29)
POOLS: Final = ("CIS peacekeeping force Tajikistan", "CRDF (KSBR) Central Asia")

HUBS: Final = (
    Hub("batken", "Batken", 40.062, 70.819, "KGZ"),
    Hub("osh", "Osh airport", 40.609, 72.793, "KGZ"),
    Hub("isfara", "Isfara station", 40.126, 70.625, "TJK"),
    Hub("almaty", "Almaty airport", 43.352, 77.041, "KAZ"),
    Hub("bishkek", "Bishkek (Manas)", 43.061, 74.478, "KGZ"),
)
"""Places that the table of bases does not hold; coordinates from own knowledge."""

BASES: Final = {
    "dushanbe": "201st military base, Dushanbe",
    "bokhtar": "201st base, Bokhtar (Kurgan-Tyube)",
    "kulob": "201st base, Kulob",
}


def batken_1999(
    forces: Iterable[Row],
    bases: Iterable[Row],
    incidents: Sequence[Row] = (),
    *,
    incident: str = "BAT1999",
    start: Day = START,
    persons: float = 1500.0,
    within_days: int = 14,
    council_decided: Truth = Truth.FALSE,
    uzbek_transit: Truth = Truth.UNKNOWN,
    movable: float = 1 / 3,
    aims: Aims | None = None,
) -> Scenario:
    """The operation at Batken that the treaty would have allowed.

    Parameters
    ----------
    forces, bases, incidents : iterables of rows
        The world's tables.
    start : Day
        Day of the supposed decision; forces and bases of that day are used.
    persons : float
        Persons required (the attackers were 400 to 1,000).
    within_days : int
        Days from the decision by which they are required.
    council_decided : Truth
        Whether the treaty's Council decided (in 1999 it did not).
    uzbek_transit : Truth
        Uzbekistan's answer on transit by rail and by the road through Sokh.
    movable : float
        Part of the peacekeeping force in Tajikistan that can leave its task.
    """
    forces, bases = list(forces), list(bases)
    hubs, findings = hubs_from_bases(bases, BASES)
    hubs |= {hub.id: hub for hub in HUBS}
    acts = [
        act
        for pool in POOLS
        for act in pledge_acts(rows_on(forces, pool, start), _splits(pool, movable), "infantry")
    ]
    roll = call_units(read_pledges(acts, start), hubs)
    operation = Operation(
        mandate=_mandate(incidents, incident, start, persons, within_days, council_decided),
        units=roll.units,
        hubs=tuple(hubs.values()),
        legs=tuple(_legs(hubs)),
        horizon=30,
        fleets=(
            Fleet("mi8", "Mi-8 of the 201st", 12, because=(_guess("twelve Mi-8 are at hand"),)),
            Fleet("il76", "Il-76 on call", 6, because=(_guess("six Il-76 are made available"),)),
        ),
        throughputs=(
            Throughput("batken", "air", sorties_per_day=24),
            Throughput("osh", "air", sorties_per_day=10),
            Throughput("batken", "road", tons_per_day=400),
        ),
        consents=(
            Consent("TJK", Truth.TRUE, because=(_guess("Tajikistan, a party, lets forces leave"),)),
            Consent("KGZ", Truth.TRUE, because=(Reason("act", "the host asked", ref=incident),)),
            Consent("UZB", uzbek_transit),
        ),
        fair_shares=_shares(),
        max_legs=3,
        findings=(*roll.findings, *findings),
    )
    return Scenario(
        operation, aims or lexicographic("day", "cost"), (), tuple(acts), _assumptions(movable)
    )


def _splits(pool: str, movable: float) -> dict[str, Split]:
    """Battalions of 500; of the force in Tajikistan only a part can leave."""
    standing = pool == POOLS[0]
    part = movable if standing else 1.0
    bases = {
        "RUS": ("dushanbe", "bokhtar", "kulob"),
        "KAZ": ("dushanbe",) if standing else ("almaty",),
        "TJK": ("dushanbe",),
        "KGZ": ("bishkek",),
    }
    return {
        member: Split(
            size=500,
            bases=places,
            tons_per_person=1.0,
            month_cost_per_person=600.0,
            notice_days=3,
            movable=part if member == "RUS" else 1.0,
        )
        for member, places in bases.items()
    }


def _mandate(
    incidents: Sequence[Row],
    incident: str,
    start: Day,
    persons: float,
    within_days: int,
    council_decided: Truth,
) -> Mandate:
    grounds: tuple[Reason, ...] = ()
    lat, lon, request = 39.80, 70.90, Truth.UNKNOWN
    if incidents:
        row = only(incidents, "id", incident, "incidents")
        asked = row.get("request_made") or ""
        request = Truth.TRUE if asked.startswith("yes") else Truth.UNKNOWN
        lat, lon = float(row.get("lat") or lat), float(row.get("lon") or lon)
        grounds = (
            Reason(
                "source", f"attackers: {row.get('attacker')}; request: {asked}",
                ref=incident, source=row.get("source") or "",
                confidence=row.get("confidence") or "",
            ),
        )  # fmt: skip
    return Mandate(
        id=incident,
        task="border_closure",
        area=Area("Batken", ("batken",), "KGZ", lat, lon),
        start=start,
        months=3,
        needs=(
            Need("infantry", min(500.0, persons), add_days(start, min(7, within_days))),
            Need("infantry", persons, add_days(start, within_days)),
        ),
        force_rules=("self_defence", "defend_mandate", "against_named_groups"),
        command="joint staff with the host",
        end_state="no armed group is left on the passes, which snow closes in November",
        conditions=(
            LegalCondition("host_request", "the attacked state asks", request, "CST1992 Art. 4"),
            LegalCondition(
                "council", "the heads of state decide on the use of force", council_decided,
                "CST1992 Art. 6(1)",
            ),
        ),
        because=grounds,
    )  # fmt: skip


def _legs(hubs: Mapping[str, Hub]) -> list[Leg]:
    """Passes, helicopters, flights to Osh, and the railway through Uzbekistan."""
    known = {hub.id for hub in located(hubs.values())}
    legs: list[Leg] = []
    for key in ("dushanbe", "bokhtar", "kulob"):
        if key not in known:
            continue
        a = hubs[key]
        legs += [
            leg_between(a, hubs["batken"], MOUNTAIN_CONVOY, tons_per_day=250, whole=False,
                        transits=("TJK",)),
            leg_between(a, hubs["batken"], MI8, fleet="mi8", transits=("TJK",)),
            leg_between(a, hubs["isfara"], RAIL, per_day=1, transits=("TJK", "UZB")),
        ]  # fmt: skip
    if "dushanbe" in known:
        legs.append(
            leg_between(hubs["dushanbe"], hubs["osh"], IL76, fleet="il76", transits=("TJK", "KGZ"))
        )
    for key in ("almaty", "bishkek"):
        legs.append(leg_between(hubs[key], hubs["osh"], IL76, fleet="il76", transits=("KGZ",)))
    legs += [
        leg_between(hubs["osh"], hubs["batken"], MOUNTAIN_CONVOY, tons_per_day=200, whole=False),
        leg_between(hubs["isfara"], hubs["batken"], MOUNTAIN_CONVOY, tons_per_day=400, whole=False,
                    transits=("TJK",)),
    ]  # fmt: skip
    return legs


def _shares() -> dict[str, Decimal]:
    """Shares in the cost of the force in Tajikistan (without Uzbekistan, which had left)."""
    return {"RUS": Decimal(50), "KAZ": Decimal(15), "KGZ": Decimal(10), "TJK": Decimal(10)}


def _guess(text: str) -> Reason:
    return Reason("assumption", text, confidence="K")


def _assumptions(movable: float) -> Because:
    return (
        _guess(f"{movable:.0%} of the force in Tajikistan can leave its task"),
        _guess("forces move in battalions of 500 with one ton a person"),
        _guess("battalions need three days' notice and cost 600 USD a person and month"),
        _guess("the passes carry 250 t a day from each base, the road from Osh 200 t"),
        _guess("the road from Osh to Batken avoids the Uzbek exclave of Sokh"),
        _guess("Batken takes 24 helicopters a day and 400 t by road; Osh ten aircraft"),
        Reason("source", "shares of cost of the force in Tajikistan", ref="TJK1992",
               source="neu95;wps99", confidence="V"),
    )  # fmt: skip
