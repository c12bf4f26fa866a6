"""Unions as values: common tariff, free trade inside, exemptions, transport, revenue key.

An `Arrangement` is everything that is agreed on a day. Two of them make a shock (see
`hansa.trade.arrangement`), so accession, exit, merger and dissolution are one call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.trade import cells


class Rule(StrEnum):
    """How members' own tariffs become the common one, sector by sector and partner."""

    MEAN = "mean"
    """Simple average of members' own tariffs."""

    WEIGHTED = "weighted"
    """Average weighted by members' imports from the partner in the base."""

    MAXIMUM = "maximum"
    MINIMUM = "minimum"

    LEADER = "leader"
    """The tariff of one member, named by `CommonTariff.leader`."""

    GIVEN = "given"
    """Rates given by `CommonTariff.rates`."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        raise unknown("rule of a common tariff", str(value), [str(member) for member in cls])


@dataclass(frozen=True, slots=True)
class CommonTariff:
    """The rule of a common external tariff.

    Parameters
    ----------
    rule : Rule
        How it is formed.
    leader : str
        Member whose tariff it is (rule ``leader``).
    rates : mapping of str to float
        Rate by sector (rule ``given``); ``"*"`` stands for all others.
    coverage : float
        Share of tariff lines on which it holds; on the rest members keep their own.
    """

    rule: Rule
    leader: str = ""
    rates: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    coverage: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", Rule(self.rule))
        object.__setattr__(self, "rates", MappingProxyType(dict(self.rates)))
        if not 0 <= self.coverage <= 1:
            raise BadInput(f"a coverage of {self.coverage} is not a share", where=Place("coverage"))
        if (self.rule is Rule.LEADER) != bool(self.leader):
            raise BadInput("a leader belongs to the rule 'leader'", where=Place("leader"))
        if (self.rule is Rule.GIVEN) != bool(self.rates):
            raise BadInput("rates belong to the rule 'given'", where=Place("rates"))


@dataclass(frozen=True, slots=True)
class Exemption:
    """Cells to which free trade or the common tariff does not apply; ``None``: all.

    Parameters
    ----------
    importers, exporters, sectors : tuple of str, optional
        Which cells.
    rate : float, optional
        The tariff there; nothing: the importer's own.
    """

    importers: tuple[str, ...] | None = None
    exporters: tuple[str, ...] | None = None
    sectors: tuple[str, ...] | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class TransportClause:
    """A change of transport costs on routes within a group, or between two.

    Parameters
    ----------
    members : tuple of str
        One end of the routes.
    factor : float
        Factor on iceberg costs: 0.95 is five per cent cheaper.
    partners : tuple of str, optional
        The other end, both ways; nothing: the members among themselves.
    sectors : tuple of str, optional
        Nothing: all.
    """

    members: tuple[str, ...]
    factor: float
    partners: tuple[str, ...] | None = None
    sectors: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FreeTrade:
    """A free-trade agreement: no tariffs among members, each keeps its own to others."""

    members: tuple[str, ...]
    exemptions: tuple[Exemption, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Union:
    """A customs union.

    Parameters
    ----------
    members : tuple of str
        Names of member countries.
    common_tariff : CommonTariff, optional
        Nothing: members keep their own tariffs to outsiders.
    free_inside : bool
        Whether members charge each other nothing.
    exemptions : tuple of Exemption
        From free trade inside and from the common tariff.
    revenue_key : mapping of str to float, optional
        Shares of members in the pooled tariff revenue; they sum to one. Nothing: each
        keeps what it collects.
    transport : tuple of TransportClause
        What it does to transport costs.
    name : str
        What people call it.
    """

    members: tuple[str, ...]
    common_tariff: CommonTariff | None = None
    free_inside: bool = True
    exemptions: tuple[Exemption, ...] = ()
    revenue_key: Mapping[str, float] | None = None
    transport: tuple[TransportClause, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "members", cells.names(self.members, "members"))
        tariff = self.common_tariff
        if tariff is not None and tariff.leader and tariff.leader not in self.members:
            raise unknown("member", tariff.leader, self.members)
        if self.revenue_key is not None:
            _check_key(self.revenue_key, self.members)
            object.__setattr__(self, "revenue_key", MappingProxyType(dict(self.revenue_key)))

    def joined_by(self, *countries: str, revenue_key: Mapping[str, float] | None = None) -> Self:
        """The union with more members; a union with a key needs the new key."""
        return self._with(tuple(c for c in countries if c not in self.members), (), revenue_key)

    def without(self, *countries: str, revenue_key: Mapping[str, float] | None = None) -> Self:
        """The union without some members; by default the others' shares grow in proportion."""
        for country in countries:
            if country not in self.members:
                raise unknown("member", country, self.members)
        if revenue_key is None and self.revenue_key is not None:
            left = {m: s for m, s in self.revenue_key.items() if m not in countries}
            total = sum(left.values())
            revenue_key = {m: s / total for m, s in left.items()} if total > 0 else None
        return self._with((), countries, revenue_key)

    def _with(
        self,
        joining: Sequence[str],
        leaving: Sequence[str],
        revenue_key: Mapping[str, float] | None,
    ) -> Self:
        if joining and self.revenue_key is not None and revenue_key is None:
            raise BadInput(
                f"{self.name or 'the union'} shares revenue: who joins needs a share",
                where=Place("revenue_key"),
                remedy="give the new key",
            )
        members = tuple(m for m in self.members if m not in leaving) + tuple(joining)
        return replace(self, members=members, revenue_key=revenue_key)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """All unions and agreements of a day; later ones prevail over earlier ones.

    Agreements are applied first, unions over them, exemptions last.
    """

    unions: tuple[Union, ...] = ()
    agreements: tuple[FreeTrade, ...] = ()
    transport: tuple[TransportClause, ...] = ()

    def __post_init__(self) -> None:
        placed: dict[str, str] = {}
        for union in self.unions:
            for member in union.members:
                if member in placed:
                    raise BadInput(
                        f"{member} is in two customs unions: "
                        f"{placed[member] or 'unnamed'} and {union.name or 'unnamed'}",
                        where=Place("unions"),
                        remedy="a country has one external tariff",
                    )
                placed[member] = union.name


def _check_key(key: Mapping[str, float], members: tuple[str, ...]) -> None:
    for name, share in key.items():
        if name not in members:
            raise unknown("member", name, members)
        if not share >= 0:
            raise BadInput(f"{name}'s share of revenue is {share}", where=Place("revenue_key"))
    total = sum(key.values())
    if abs(total - 1) > 1e-9:
        raise BadInput(
            f"shares of revenue sum to {total:.10g}, not to one", where=Place("revenue_key")
        )
