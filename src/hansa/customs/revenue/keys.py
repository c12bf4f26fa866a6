"""Keys: who is entitled to what part of a customs union's revenue.

Four families are in use, and each is a value here: fixed shares (Eurasian union), a
pool from which the collector keeps its cost (European Union), a formula on trade and
income (Southern African Customs Union), and the country of destination.

A key answers one question, exactly: in which proportions is this `Pot` shared? Members
always stand in the order of their codes, so that a tie over the last minor unit falls
the same way however the members were listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from hansa.terms.errors import BadInput
from hansa.terms.money import allocate
from hansa.terms.names import unknown

Exact = Decimal | int | str | Fraction


def exact(value: Exact, what: str) -> Fraction:
    """``value`` as a fraction; binary floating point is refused.

    Raises
    ------
    BadInput
        If it is a float, no number, or not finite.
    """
    if isinstance(value, float):
        raise BadInput(
            f"{what} is {value!r}, a binary float", remedy="give a Decimal, an int or a text"
        )
    try:
        return Fraction(value)
    except (ValueError, OverflowError):
        raise BadInput(f"{what} is {value!r}, which is no number") from None


def _table(values: Mapping[str, Exact], what: str) -> Mapping[str, Fraction]:
    """A read-only table in the order of the codes, with nothing negative in it."""
    table = {name: exact(values[name], f"{what} of {name}") for name in sorted(values)}
    negative = [name for name, value in table.items() if value < 0]
    if negative:
        raise BadInput(f"{what} of {negative[0]} is negative: {values[negative[0]]}")
    return MappingProxyType(table)


def _plain(value: Fraction) -> str:
    """A fraction as a short decimal, for sentences."""
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")


@dataclass(frozen=True, slots=True)
class Pot:
    """What is shared at once: a kind of revenue, by collector and destination."""

    kind: str
    collector: str
    destination: str = ""


@runtime_checkable
class Key(Protocol):
    """Anything that can say how a pot is shared."""

    def collectors(self) -> frozenset[str]:
        """The members that collect under this key."""

    def recipients(self) -> tuple[str, ...]:
        """Everybody that may get something, in the order of their codes."""

    def weights(self, pot: Pot) -> Mapping[str, Fraction]:
        """Non-negative weights of the recipients of this pot; only proportions matter."""

    def sentence(self) -> str:
        """The key, read back to people."""


@dataclass(frozen=True, slots=True)
class FixedShares:
    """Fixed percentages, as in Annex 5 of the Treaty on the Eurasian Economic Union, item 12.

    Parameters
    ----------
    shares : mapping
        Per cent of every member; they sum to exactly 100.

    Raises
    ------
    BadInput
        If a share is negative or they do not sum to 100.
    """

    shares: Mapping[str, Exact]
    _weights: Mapping[str, Fraction] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weights = _table(self.shares, "the share")
        total = sum(weights.values(), Fraction(0))
        if total != 100:
            gap = 100 - total
            word = f"{_plain(gap)} is nobody's" if gap > 0 else f"{_plain(-gap)} is given twice"
            raise BadInput(
                f"the shares sum to {_plain(total)}, not to 100: {word}",
                remedy="the shares of a key are per cent and sum to exactly 100",
            )
        object.__setattr__(self, "_weights", weights)
        object.__setattr__(self, "shares", MappingProxyType(dict(self.shares)))

    def collectors(self) -> frozenset[str]:
        """The members of the key."""
        return frozenset(self._weights)

    def recipients(self) -> tuple[str, ...]:
        """The members of the key."""
        return tuple(self._weights)

    def weights(self, pot: Pot) -> Mapping[str, Fraction]:
        """The shares, whatever the pot."""
        return self._weights

    def sentence(self) -> str:
        """For example ``fixed shares: BLR 4.7 %, KAZ 7.33 %, RUS 87.97 %``."""
        parts = ", ".join(f"{name} {_plain(share)} %" for name, share in self._weights.items())
        return f"fixed shares: {parts}"

    def joining(self, member: str, share: Exact, *, decimals: int = 2) -> FixedShares:
        """The key when ``member`` joins with ``share`` per cent and all others give in proportion.

        The scaled shares are rounded to ``decimals`` by largest remainder, so that they
        sum to 100 again. This is how the Eurasian keys of January and August 2015 follow
        from their predecessors, to the last digit.
        """
        if member in self._weights:
            raise BadInput(f"{member} has a share already: {_plain(self._weights[member])} %")
        new = exact(share, f"the share of {member}")
        rest = self._scaled(self._weights, 100 - new, decimals)
        return FixedShares({**rest, member: share})

    def leaving(self, member: str, *, decimals: int = 2) -> FixedShares:
        """The key when ``member`` leaves and the others take its share in proportion."""
        if member not in self._weights:
            raise unknown("member", member, self._weights)
        rest = {name: share for name, share in self._weights.items() if name != member}
        return FixedShares(self._scaled(rest, Fraction(100), decimals))

    @staticmethod
    def _scaled(
        shares: Mapping[str, Fraction], total: Fraction, decimals: int
    ) -> dict[str, Decimal]:
        units = total * 10**decimals
        if units.denominator != 1 or units < 0:
            raise BadInput(f"{_plain(total)} per cent cannot be shared in {decimals} decimals")
        parts = allocate(int(units), list(shares.values()))
        return {
            name: Decimal(part).scaleb(-decimals) for name, part in zip(shares, parts, strict=True)
        }


@dataclass(frozen=True, slots=True)
class RetainedPool:
    """The collector keeps a percentage as collection cost; the rest belongs to a pool.

    European Union: duties are own resources of the Union, of which members retained
    10 % until 2000, 25 % from 2001, 20 % from 2014 and 25 % from 2021 (Decisions on the
    system of own resources of 2000, 2014/335 and 2020/2053).

    Parameters
    ----------
    retained : number
        Per cent that the collector keeps, 0 to 100.
    pool : str
        Who gets the rest (``"EU"``).
    members : collection of str
        Who collects.
    """

    retained: Exact
    pool: str
    members: Iterable[str]
    _kept: Fraction = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kept = exact(self.retained, "the retained part")
        if not 0 <= kept <= 100:
            raise BadInput(f"the retained part is {_plain(kept)} %, outside 0 to 100")
        object.__setattr__(self, "_kept", kept)
        object.__setattr__(self, "members", frozenset(self.members))
        if self.pool in frozenset(self.members):
            raise BadInput(f"the pool {self.pool!r} is also a member: name it differently")

    def collectors(self) -> frozenset[str]:
        """The members."""
        return frozenset(self.members)

    def recipients(self) -> tuple[str, ...]:
        """The members and the pool."""
        return tuple(sorted({*self.members, self.pool}))

    def weights(self, pot: Pot) -> Mapping[str, Fraction]:
        """The retained part to the collector, the rest to the pool."""
        parts = {pot.collector: self._kept, self.pool: 100 - self._kept}
        return dict(sorted(parts.items()))

    def sentence(self) -> str:
        """For example ``the collector keeps 25 %, the rest goes to EU``."""
        return f"the collector keeps {_plain(self._kept)} %, the rest goes to {self.pool}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Everything goes to the member where the goods are consumed, less a collection cost.

    The row of the ledger names the destination; without one the row is rejected.
    """

    members: Iterable[str]
    retained: Exact = 0
    _kept: Fraction = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kept = exact(self.retained, "the retained part")
        if not 0 <= kept <= 100:
            raise BadInput(f"the retained part is {_plain(kept)} %, outside 0 to 100")
        object.__setattr__(self, "_kept", kept)
        object.__setattr__(self, "members", frozenset(self.members))

    def collectors(self) -> frozenset[str]:
        """The members."""
        return frozenset(self.members)

    def recipients(self) -> tuple[str, ...]:
        """The members."""
        return tuple(sorted(self.members))

    def weights(self, pot: Pot) -> Mapping[str, Fraction]:
        """All to the destination, less what the collector keeps."""
        if not pot.destination:
            raise BadInput(
                f"{pot.kind} collected by {pot.collector} has no destination",
                remedy="a key by destination needs the column 'destination'",
            )
        if pot.destination not in frozenset(self.members):
            raise unknown("destination", pot.destination, frozenset(self.members))
        if pot.destination == pot.collector:
            return {pot.collector: Fraction(1)}
        parts = {pot.collector: self._kept, pot.destination: 100 - self._kept}
        return dict(sorted(parts.items()))

    def sentence(self) -> str:
        """For example ``all to the member of destination``."""
        if self._kept == 0:
            return "all to the member of destination"
        return f"to the member of destination, less {_plain(self._kept)} % kept by the collector"
