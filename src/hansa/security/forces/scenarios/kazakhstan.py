"""Kazakhstan, January 2022: the mandate as decided, from the pledges of that time.

The Council decided on 6 January, on the request of the evening before, to send peacekeepers
for a limited time to guard important sites. The plan is made from the units that members had
assigned to the rapid reaction force (KSOR); the reality beside it comes from the table of
forces and from reports of the days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from hansa.security.forces.aims import Aims
from hansa.security.forces.findings import Finding
from hansa.security.forces.lift import leg_between
from hansa.security.forces.mandate import Area, LegalCondition, Mandate, Need
from hansa.security.forces.network import Consent, Fleet, Hub, Leg, Throughput
from hansa.security.forces.operation import Operation
from hansa.security.forces.pledges import read_pledges
from hansa.security.forces.reimbursement import ReimbursementRules
from hansa.security.forces.scenarios.assumptions import CONVOY, IL76
from hansa.security.forces.scenarios.tables import (
    Row,
    Scenario,
    Split,
    arrivals,
    hubs_from_bases,
    located,
    only,
    pledge_acts,
    rows_on,
)
from hansa.security.forces.units import call_units
from hansa.terms.days import Day
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

DECISION: Final = date(2022, 1, 6)
COMPLETE: Final = date(2022, 1, 9)
POOL: Final = "KSOR (CRRF)"
ACTUAL: Final = "CSTO in Kazakhstan 2022"

HUBS: Final = (
    Hub("chkalovsky", "Chkalovsky", 55.878, 38.062, "RUS"),
    Hub("ivanovo", "Ivanovo-Severny", 57.058, 40.985, "RUS"),
    Hub("ulyanovsk", "Ulyanovsk-Vostochny", 54.401, 48.803, "RUS"),
    Hub("machulishchi", "Machulishchi", 53.775, 27.579, "BLR"),
    Hub("dushanbe", "Dushanbe airport", 38.543, 68.825, "TJK"),
    Hub("almaty", "Almaty airport", 43.352, 77.041, "KAZ"),
    Hub("zhetygen", "Zhetygen air base", 43.711, 77.114, "KAZ"),
)
"""Places that the table of bases does not hold; coordinates from own knowledge."""

TON_FACTS: Final[Mapping[str, tuple[float, str]]] = {
    "RUS": (1.2, "more than 100 flights took the force home: about 1.2 t a person at 30 t"),
    "BLR": (1.2, "taken as for Russia (ten Il-76 took the company or battalion home)"),
    "ARM": (0.9, "three Il-76 took 100 persons home"),
    "TJK": (0.15, "one Il-76 took 200 persons home"),
    "KGZ": (0.9, "150 persons with 19 vehicles"),
}
TON_SOURCES: Final[Mapping[str, str]] = {
    "RUS": "nashaoborona.ru 2022-01-19",
    "BLR": "belsat.eu 2022-01-14",
    "ARM": "islamtimes.org 2022-01-15",
    "TJK": "islamtimes.org 2022-01-15",
    "KGZ": "en.armradio.am 2022-01-07",
}

REPORTED: Final[Mapping[str, tuple[Day, str]]] = {
    "ARM": (date(2022, 1, 8), "perfekt.ru 2022-01-08 (Russian defence ministry)"),
    "RUS": (date(2022, 1, 9), "innfrad.com (Shoigu: deployment complete on 9 January)"),
    "BLR": (date(2022, 1, 9), "innfrad.com (Shoigu: deployment complete on 9 January)"),
    "TJK": (date(2022, 1, 9), "innfrad.com (Shoigu: deployment complete on 9 January)"),
    "KGZ": (date(2022, 1, 9), "innfrad.com (Shoigu: deployment complete on 9 January)"),
}
"""Days on which movements were reported complete (the last day that fits, by member)."""

FLEET: Final = "vta"
SLOTS: Final = 15


def kazakhstan_2022(
    forces: Iterable[Row],
    bases: Iterable[Row],
    incidents: Sequence[Row] = (),
    *,
    persons: float = 2500.0,
    by: Day = COMPLETE,
    slots_per_day: int = SLOTS,
    aircraft: int = 75,
    fair_shares: Mapping[str, Decimal] | None = None,
    reimbursement: ReimbursementRules | None = None,
    aims: Aims | None = None,
) -> Scenario:
    """The operation of January 2022, from rows of the world's tables.

    Parameters
    ----------
    forces, bases, incidents : iterables of rows
        The world's tables (mappings from column to text).
    persons : float
        Persons required (the Secretary General spoke of 2,500).
    by : Day
        Day by which they are required.
    slots_per_day : int
        Aircraft that each of the two airfields can take in a day.
    aircraft : int
        Transport aircraft in the air group.
    fair_shares : mapping, optional
        By default the organisation's budget: Russia one half, each other member a tenth.
    """
    forces, bases = list(forces), list(bases)
    hubs, findings = hubs_from_bases(
        bases, {"kant": "Kant air base (999th)", "erebuni": "Erebuni air base (3624th)"}
    )
    hubs |= {hub.id: hub for hub in HUBS}
    acts = pledge_acts(rows_on(forces, POOL, DECISION), _splits(), "guard")
    roll = call_units(read_pledges(acts, DECISION), hubs)
    operation = Operation(
        mandate=_mandate(incidents, persons, by),
        units=roll.units,
        hubs=tuple(hubs.values()),
        legs=tuple(_legs(hubs)),
        horizon=14,
        fleets=(Fleet(FLEET, "military transport aviation", aircraft, because=(_fleet_reason(),)),),
        throughputs=tuple(
            Throughput(hub, "air", sorties_per_day=slots_per_day, because=_slot_reasons())
            for hub in ("almaty", "zhetygen")
        ),
        consents=_consents(),
        fair_shares=fair_shares or _budget_shares(),
        reimbursement=reimbursement or ReimbursementRules(),
        findings=(*roll.findings, *findings, *_data_findings()),
    )
    return Scenario(
        operation=operation,
        aims=aims or Aims(({"day": 1.0}, {"cost": 1.0, "unfairness": 1.0})),
        actual=arrivals(forces, ACTUAL, REPORTED),
        acts=tuple(acts),
        assumptions=_assumptions(),
    )


def _splits() -> dict[str, Split]:
    """Companies of 100, dealt out over the members' airfields; the host is not called."""
    bases = {
        "RUS": ("ivanovo", "ulyanovsk", "chkalovsky"),
        "BLR": ("machulishchi",),
        "ARM": ("erebuni",),
        "TJK": ("dushanbe",),
        "KGZ": ("kant",),
    }
    return {
        member: Split(
            size=100,
            bases=places,
            tons_per_person=TON_FACTS[member][0],
            month_cost_per_person=1428.0,
            notice_days=0 if member == "RUS" else 1,
        )
        for member, places in bases.items()
    }


def _mandate(incidents: Sequence[Row], persons: float, by: Day) -> Mandate:
    grounds: tuple[Reason, ...] = ()
    if incidents:
        row = only(incidents, "id", "KAZ2022", "incidents")
        grounds = (
            Reason(
                "source", f"decision: {row.get('decision')}; response: {row.get('response')}",
                ref="KAZ2022", source=row.get("source") or "",
                confidence=row.get("confidence") or "",
            ),
        )  # fmt: skip
    return Mandate(
        id="KAZ2022",
        task="peacekeeping",
        area=Area("Almaty", ("almaty", "zhetygen"), "KAZ", 43.24, 76.89),
        start=DECISION,
        months=1,
        needs=(Need("guard", persons, by),),
        force_rules=("self_defence", "protect_sites"),
        command="Colonel General Serdyukov, appointed by the Council of Defence Ministers",
        end_state="the sites are handed back to Kazakh forces (from 13 to 19 January 2022)",
        conditions=(
            LegalCondition(
                "host_request", "the member asks officially", Truth.TRUE, "PK2007 Art. 3(1)",
                (Reason("act", "Kazakhstan asked on the evening of 5 January", source="arm22"),),
            ),
            LegalCondition(
                "council", "the Council decides by consensus", Truth.TRUE, "PK2007 Art. 3(1)",
                (Reason("act", "the Council decided on 6 January", source="arm22"),),
            ),
            LegalCondition(
                "unsc_told", "the UN Security Council is told at once", Truth.UNKNOWN,
                "PK2007 Art. 3(1)",
                (Reason("source", "no source of the tables says when it was told"),),
            ),
        ),
        because=(
            *grounds,
            Reason("source", "about 2,500 persons", source="sputniknews.com 2022-01-06"),
        ),
    )  # fmt: skip


def _legs(hubs: Mapping[str, Hub]) -> list[Leg]:
    """Flights from every airfield to both airfields at Almaty, and the road from Kant."""
    home = hubs["ivanovo"]
    over = {
        "machulishchi": ("RUS",),
        "erebuni": ("GEO", "RUS"),
        "dushanbe": ("KGZ",),
        "kant": (),
    }
    known = {hub.id for hub in located(hubs.values())}
    airfields = ("chkalovsky", "ivanovo", "ulyanovsk", "machulishchi", "erebuni", "dushanbe")
    legs = [
        leg_between(hubs[key], hubs[end], IL76, fleet=FLEET, home=home, transits=over.get(key, ()))
        for key in airfields
        for end in ("almaty", "zhetygen")
        if key in known
    ]
    if "kant" in known:
        kant, almaty = hubs["kant"], hubs["almaty"]
        legs.append(leg_between(kant, almaty, CONVOY, tons_per_day=400, whole=False))
    return legs


def _consents() -> tuple[Consent, ...]:
    flown = Reason(
        "source",
        "the units from Armenia arrived by 8 January, so the way was open",
        source="perfekt.ru 2022-01-08",
        confidence="derived",
    )
    party = Reason("act", "voted for the operation in the Council", ref="KAZ2022", source="arm22")
    return (
        Consent("RUS", Truth.TRUE, because=(party,)),
        Consent("KGZ", Truth.TRUE, because=(party,)),
        Consent("GEO", Truth.TRUE, mode="air", because=(flown,)),
    )


def _budget_shares() -> dict[str, Decimal]:
    return {"RUS": Decimal(50), **{m: Decimal(10) for m in ("ARM", "BLR", "KGZ", "TJK")}}


def _fleet_reason() -> Reason:
    return Reason(
        "source", "an air group of more than 70 Il-76 and five An-124 was formed",
        source="tass.com/defense/1384873", confidence="V",
    )  # fmt: skip


def _slot_reasons() -> Because:
    return (
        Reason(
            "source", "more than 20 flights on 7 January; about 20 a day planned for the return",
            source="lyricsworld.eu/archives/64313; qazet.az", confidence="V",
        ),
        Reason("assumption", f"each of the two airfields takes {SLOTS} aircraft a day"),
    )  # fmt: skip


def _data_findings() -> tuple[Finding, ...]:
    text = "fair shares follow the organisation's budget (half Russia, a tenth each), as recalled"
    return (Finding("assumed_shares", text, because=(Reason("assumption", text, confidence="K"),)),)


def _assumptions() -> Because:
    return (
        Reason("assumption", "pledged forces are sent in companies of 100"),
        Reason("assumption", "battalions without a stated strength have 500 persons"),
        Reason("assumption", "Russia's units leave on the day of the decision, others a day later"),
        Reason("assumption", "a person costs 1,428 USD a month (the UN rate of that time)"),
        Reason("assumption", "aircraft start from and return to Ivanovo"),
        Reason("assumption", "the road Kant–Almaty takes 400 t a day"),
        *(
            Reason("assumption", f"{member}: {tons} t a person", source=TON_SOURCES[member],
                   because=(Reason("source", text, source=TON_SOURCES[member]),))
            for member, (tons, text) in TON_FACTS.items()
        ),
    )  # fmt: skip
