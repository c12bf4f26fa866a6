"""Types of lift with which the two scenarios plan: what is documented, what is assumed.

Technical maxima are documented; planning values below them (average loads, block speeds,
hours a day, costs) are assumptions and say so.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hansa.security.forces.lift import LiftType
from hansa.terms.reasons import Reason


def _assume(text: str) -> Reason:
    return Reason("assumption", text, confidence="K")


IL76: Final = LiftType(
    key="il76",
    name="Il-76",
    mode="air",
    payload_t=30.0,
    speed_kmh=700.0,
    hours_per_day=14.0,
    handling_hours=5.0,
    detour=1.1,
    cost_per_hour=Decimal(9000),
    because=(
        Reason(
            "source",
            "the Il-76 carries more than 40 t and flies at up to 850 km/h",
            source="britannica.com/technology/Ilyushin-Il-76",
            confidence="V",
        ),
        _assume("planned with 30 t a flight, 700 km/h block speed, 14 h a day, 5 h of handling"),
        _assume("an hour costs 9,000 USD; airways are 10 % longer than the great circle"),
    ),
)

MI8: Final = LiftType(
    key="mi8",
    name="Mi-8",
    mode="air",
    payload_t=3.0,
    speed_kmh=200.0,
    hours_per_day=8.0,
    handling_hours=1.0,
    detour=1.2,
    cost_per_hour=Decimal(2500),
    because=(
        _assume("planned with 3 t a flight in the mountains, 200 km/h, 8 h a day"),
        _assume("an hour costs 2,500 USD; the valleys make the way 20 % longer"),
    ),
)

CONVOY: Final = LiftType(
    key="road",
    name="lorry convoy",
    mode="road",
    payload_t=5.0,
    speed_kmh=40.0,
    hours_per_day=10.0,
    handling_hours=2.0,
    detour=1.3,
    cost_per_hour=Decimal(60),
    because=(
        _assume(
            "a convoy makes 40 km/h for 10 h a day; roads are 30 % longer than the great circle"
        ),
    ),
)

MOUNTAIN_CONVOY: Final = LiftType(
    key="pass",
    name="lorry convoy over the passes",
    mode="road",
    payload_t=5.0,
    speed_kmh=20.0,
    hours_per_day=10.0,
    handling_hours=2.0,
    detour=1.7,
    cost_per_hour=Decimal(60),
    because=(
        _assume("over the passes a convoy makes 20 km/h for 10 h a day"),
        _assume("mountain roads are 1.7 times the great circle (Dushanbe–Khujand: 341 for 204 km)"),
    ),
)

RAIL: Final = LiftType(
    key="rail",
    name="train",
    mode="rail",
    payload_t=800.0,
    speed_kmh=25.0,
    hours_per_day=20.0,
    handling_hours=24.0,
    detour=2.0,
    cost_per_hour=Decimal(600),
    because=(
        _assume("a military train carries 800 t at 25 km/h over all, with a day of handling"),
        _assume("the railway goes round the mountains: twice the great circle"),
    ),
)
