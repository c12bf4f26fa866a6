"""Places, legs, vehicles, throughput, consents and closures: what a force moves over."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Hub:
    """A base, airfield, station or port. Coordinates in degrees north and east."""

    id: str
    name: str
    lat: float | None = None
    lon: float | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Sortie:
    """A leg that is flown or driven in whole vehicles.

    Parameters
    ----------
    payload_t : float
        Tons that one vehicle carries.
    cost : Decimal
        Cost of one sortie, there and back.
    per_day : int, optional
        Most sorties that may leave in a day (``None``: only the fleet limits them).
    fleet : str
        Fleet that flies it (``""``: none is counted).
    vehicle_days : tuple of float
        Share of a vehicle's working day that a sortie takes on the day of departure, the
        next day, and so on.
    """

    payload_t: float
    cost: Decimal = Decimal(0)
    per_day: int | None = None
    fleet: str = ""
    vehicle_days: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if not self.payload_t > 0:
            raise BadInput(f"a payload of {self.payload_t} t carries nothing")


@dataclass(frozen=True, slots=True)
class Leg:
    """A way from one hub to another by one mode.

    Parameters
    ----------
    id : str
    origin, destination : str
        Hubs.
    mode : str
        ``air``, ``rail``, ``road``, ``sea``: what throughput and closures speak of.
    days : int
        Days from departure to arrival (0: the same day).
    tons_per_day : float, optional
        Tons that may leave in a day (``None``: no limit).
    cost_per_ton : Decimal
    sortie : Sortie, optional
        Set if tons travel in whole vehicles.
    transits : tuple of str
        States whose consent the leg needs on every day of it.
    km : float, optional
        Distance, for the reader.
    because : Because
        Where speed, payload and distance come from.
    """

    id: str
    origin: str
    destination: str
    mode: str
    days: int
    tons_per_day: float | None = None
    cost_per_ton: Decimal = Decimal(0)
    sortie: Sortie | None = None
    transits: tuple[str, ...] = ()
    km: float | None = None
    because: Because = ()

    def __post_init__(self) -> None:
        if self.days < 0:
            raise BadInput(f"leg {self.id}: it cannot take {self.days} days")
        if self.origin == self.destination:
            raise BadInput(f"leg {self.id} leads from {self.origin} to itself")
        if self.tons_per_day is not None and self.tons_per_day < 0:
            raise BadInput(f"leg {self.id}: {self.tons_per_day} t a day is no capacity")


@dataclass(frozen=True, slots=True)
class Fleet:
    """Vehicles of one type; ``cuts`` are ``(from day, vehicles lost)``."""

    id: str
    name: str
    vehicles: int
    cuts: tuple[tuple[Day, int], ...] = ()
    because: Because = ()

    def on(self, when: Day) -> int:
        """Vehicles left on a day."""
        return max(0, self.vehicles - sum(lost for since, lost in self.cuts if since <= when))


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a hub can take in a day by one mode."""

    hub: str
    mode: str
    tons_per_day: float | None = None
    sorties_per_day: int | None = None
    counts: Literal["arrivals", "departures", "both"] = "arrivals"
    because: Because = ()

    def __post_init__(self) -> None:
        for value in (self.tons_per_day, self.sorties_per_day):
            if value is not None and value < 0:
                raise BadInput(f"throughput of {self.hub} by {self.mode}: {value} is negative")


@dataclass(frozen=True, slots=True)
class Consent:
    """A state's answer to transit; of several for one state and day, the last one counts.

    ``mode`` ``""`` means every mode; ``start`` and ``end`` (exclusive) ``None`` mean always.
    """

    state: str
    given: Truth
    mode: str = ""
    start: Day | None = None
    end: Day | None = None
    because: Because = ()

    def covers(self, mode: str, when: Day) -> bool:
        """Whether the answer speaks of the mode and the day."""
        return (
            self.mode in ("", mode)
            and (self.start is None or self.start <= when)
            and (self.end is None or when < self.end)
        )


@dataclass(frozen=True, slots=True)
class Closure:
    """A hub that takes and sends nothing by a mode (``""``: any) from ``start`` to ``end``."""

    hub: str
    start: Day
    end: Day | None = None
    mode: str = ""
    because: Because = ()

    def covers(self, hub: str, mode: str, when: Day) -> bool:
        """Whether the hub is closed for the mode on the day."""
        return (
            self.hub == hub
            and self.mode in ("", mode)
            and self.start <= when
            and (self.end is None or when < self.end)
        )


def consent_on(consents: tuple[Consent, ...], state: str, mode: str, when: Day) -> Truth:
    """The state's consent on a day; unknown if nobody recorded an answer."""
    for consent in reversed(consents):
        if consent.state == state and consent.covers(mode, when):
            return consent.given
    return Truth.UNKNOWN
