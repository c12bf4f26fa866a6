"""From the register to what a trade model needs: unions and free-trade agreements of a day.

A treaty whose norms tell its parties to ``apply_common_tariff`` makes a customs union; one
that tells them to ``build_customs_union`` makes free trade among the members of its
organisation, each of whom keeps its own tariff to others until a common one is applied.
``free_trade`` norms and organisations of the kind "free trade area" make free trade.

What a union's acts add to it: ``set_rate`` acts on the organisation with the payload
``of = "common tariff"`` (``rule``, ``leader``, ``rate``, ``coverage``) or ``of = "transport"``
(``factor`` on transport costs among members), and ``share`` acts on ``import duties``
or ``ORGANISATION duties``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from hansa.record.acts import Act
from hansa.record.register import Register
from hansa.record.unions import Organisation
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Because, Reason
from hansa.trade import (
    Arrangement,
    CommonTariff,
    Exemption,
    FreeTrade,
    Rule,
    TransportClause,
    Union,
)

APPLIES, BUILDS, FREE = "apply_common_tariff", "build_customs_union", "free_trade"
PARTNER = "customs union partner"
DUTIES = "import duties"
"""What shares of revenue are about; those that name exactly the members are the union's."""
Reading = Literal["signed", "law"]
"""Whether free-trade agreements are read as among all signatories or parties only."""
READINGS: tuple[Reading, ...] = ("signed", "law")
Places = Callable[[str], str | None]
"""From a state to its name in an economy, ``None`` if it has none."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a customs union agrees on, whoever its members are.

    Parameters
    ----------
    tariff : CommonTariff, optional
        Nothing: each member keeps its own tariff to outsiders.
    transport : float
        Factor on the cost of transport among members; 0.95 is five per cent cheaper.
    key : str or mapping
        Who receives tariff revenue: ``collected`` (each its own), ``equal``, ``gdp``, or
        shares by state, which are scaled to one over those who are in.
    because : tuple of Reason
        Acts and assumptions on which the terms rest.
    """

    tariff: CommonTariff | None = None
    transport: float = 1.0
    key: str | Mapping[str, float] = "collected"
    because: Because = ()

    @property
    def changes(self) -> bool:
        """Whether there is more to the union than free trade among its members."""
        return self.tariff is not None or self.transport != 1.0 or self.key != "collected"

    def of(
        self,
        members: Iterable[str],
        weights: Mapping[str, float],
        name: str = "",
        agreements: Iterable[FreeTrade] = (),
    ) -> Union:
        """The union of these members on these terms.

        Members go on importing freely from those with whom they have free trade already:
        the common tariff leaves preferences alone.

        Parameters
        ----------
        members : iterable of str
            Names in the economy.
        weights : mapping of str to float
            GDP by name, for a key by GDP.
        name : str
            What people call it.
        agreements : iterable of FreeTrade
            What members have agreed with outsiders.

        Raises
        ------
        BadInput
            If a key by state has no share for a member, or is of no known kind.
        """
        names = tuple(members)
        clause = () if self.transport == 1.0 else (TransportClause(names, self.transport),)
        tariff = self.tariff
        if tariff is not None and tariff.leader and tariff.leader not in names:
            # without its leader a union forms its tariff by the members' trade
            tariff = CommonTariff(Rule.WEIGHTED, coverage=tariff.coverage)
        return Union(
            names,
            tariff,
            exemptions=tuple(_preferences(names, agreements)),
            revenue_key=self._key(names, weights),
            transport=clause,
            name=name,
        )

    def _key(
        self, names: tuple[str, ...], weights: Mapping[str, float]
    ) -> Mapping[str, float] | None:
        if self.key == "collected":
            return None
        if self.key == "equal":
            return dict.fromkeys(names, 1 / len(names))
        shares = weights if self.key == "gdp" else self.key
        if isinstance(shares, str):
            raise BadInput(
                f"no revenue key {shares!r}",
                where=Place("key"),
                nearest=("collected", "equal", "gdp"),
                remedy="or give shares by state",
            )
        missing = [name for name in names if name not in shares]
        if missing:
            raise BadInput(
                f"the revenue key has no share for {', '.join(missing)}",
                where=Place("key"),
                remedy="a state that joins a union with a key needs a share",
            )
        total = sum(shares[name] for name in names)
        return {name: shares[name] / total for name in names}


@dataclass(frozen=True, slots=True)
class CustomsUnion:
    """A customs union of a day, as the register knows it.

    Parameters
    ----------
    organisation : Organisation
    members : tuple of str
        Its member states, by code.
    applied : bool
        Whether a common tariff is applied; otherwise it is being built.
    terms : Terms
        What acts in force say of it.
    because : tuple of Reason
    """

    organisation: Organisation
    members: tuple[str, ...]
    applied: bool
    terms: Terms
    because: Because


def customs_unions(register: Register) -> tuple[CustomsUnion, ...]:
    """The customs unions of the day, applied or being built, the latest founded last."""
    demanded: dict[str, tuple[bool, Because]] = {}
    for bound in register.norms():
        if bound.norm.act not in (APPLIES, BUILDS) or not bound.treaty.organisation:
            continue
        applied = bound.norm.act == APPLIES
        why = Reason("article", bound.norm.text, bound.norm.ref, bound.norm.source)
        before = demanded.get(bound.treaty.organisation, (False, ()))
        demanded[bound.treaty.organisation] = (applied or before[0], (*before[1], why))
    alive = {org.id: org for org in register.organisations()}
    found = []
    for name, (applied, because) in demanded.items():
        members = register.member_codes(name) if name in alive else ()
        if len(members) > 1:
            terms = terms_of(register, name, members)
            found.append(CustomsUnion(alive[name], members, applied, terms, because))
    return tuple(sorted(found, key=lambda u: u.organisation.founded or Day.min))


def terms_of(register: Register, organisation: str, members: tuple[str, ...]) -> Terms:
    """What acts in force on the day say of a union's tariff, transport and revenue."""
    terms = Terms()
    for act in _rates(register, organisation):
        terms = _with_rate(terms, act)
    for subject in (DUTIES, f"{organisation} duties"):
        held = register.shares(subject)
        if held is not None and (subject != DUTIES or set(held.parts) == set(members)):
            key = {state: float(part) for state, part in held.parts.items()}
            terms = replace(terms, key=key, because=(*terms.because, *held.because))
    return terms


def arrangement_of(
    register: Register,
    place: Places,
    weights: Mapping[str, float],
    *,
    free_trade: Reading = "signed",
) -> tuple[Arrangement, Because]:
    """Unions and agreements in force on the register's day, and on what that rests.

    Parameters
    ----------
    register : Register
        What holds on the day.
    place : callable
        From a state's code to its name in the economy.
    weights : mapping of str to float
        GDP by name in the economy.
    free_trade : {"signed", "law"}
        Free-trade agreements among their signatories, once in force for some, or strictly
        among those whom they bind.
    """
    agreements, because = _free_trade(register, place, free_trade)
    unions: list[Union] = []
    taken: set[str] = set()
    for union in reversed(customs_unions(register)):  # a state in two is in the later one
        names = _named(union.members, place)
        partners = _named(_partners(register, union.organisation.id), place)
        agreements += [
            FreeTrade(tuple(dict.fromkeys((*names, partner))), name=union.organisation.id)
            for partner in partners
            if len({*names, partner}) > 1
        ]
        agreed = union.terms
        if union.applied and agreed.tariff is None:
            agreed = replace(agreed, tariff=CommonTariff(Rule.WEIGHTED))
        if agreed.changes:
            own = tuple(name for name in names if name not in taken)
            taken.update(own)
            if len(own) > 1:
                unions.append(agreed.of(own, weights, union.organisation.id, agreements))
        elif len(names) > 1:
            agreements.append(FreeTrade(names, name=union.organisation.id))
        because = (*because, *union.because, *union.terms.because)
    return Arrangement(tuple(unions), tuple(agreements)), because


def _preferences(members: tuple[str, ...], agreements: Iterable[FreeTrade]) -> list[Exemption]:
    """Free imports from partners that are outsiders to the union."""
    found = []
    for agreement in agreements:
        importers = tuple(name for name in members if name in agreement.members)
        exporters = tuple(name for name in agreement.members if name not in members)
        if importers and exporters:
            found.append(Exemption(importers, exporters, rate=0.0))
    return found


def _free_trade(
    register: Register, place: Places, reading: Reading
) -> tuple[list[FreeTrade], Because]:
    found: list[FreeTrade] = []
    because: list[Reason] = []
    areas = {
        treaty
        for org in register.organisations()
        if "free trade area" in org.kind
        for treaty in org.constituted_by
    }
    demanded = {bound.treaty.id for bound in register.norms(act=FREE)}
    for name in sorted(areas | demanded):
        parties = register.party_codes(name)
        if not parties:
            continue
        life = register.timeline.lives[name]
        gone = {notice.state for notice in life.notices if notice.effect <= register.day}
        signed = [s for s, act in life.signed.items() if act.on <= register.day and s not in gone]
        states = parties if reading == "law" else tuple(sorted({*parties, *signed}))
        names = _named(states, place)
        if len(names) < 2:
            continue
        found.append(FreeTrade(names, name=name))
        because.append(Reason("rule", f"free trade among {', '.join(states)}", name))
        extra = sorted(set(states) - set(parties))
        if extra:
            text = (
                f"{', '.join(extra)} signed {name} without being bound by it; free trade is taken "
                "to be practised all the same (free_trade='law' takes it strictly)"
            )
            because.append(Reason("assumption", text, name))
    return found, tuple(because)


def _partners(register: Register, organisation: str) -> tuple[str, ...]:
    """States in a customs union with an organisation of which they are no members."""
    return tuple(
        state
        for state, standing in register.timeline.standings[organisation].items()
        for status, spell in standing.spells
        if status == PARTNER and register.day in spell.period
    )


def _named(states: Iterable[str], place: Places) -> tuple[str, ...]:
    names = (place(state) for state in states)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _rates(register: Register, organisation: str) -> list[Act]:
    """Rates set for an organisation and not yet expired on the day, the latest last."""
    found = []
    for act in register.timeline.ledger.about(organisation, "set_rate"):
        until = act.payload.get("until")
        over = isinstance(until, str) and until and day(until) <= register.day
        if act.on <= register.day and not over:
            found.append(act)
    return sorted(found, key=lambda act: act.on)


def _with_rate(terms: Terms, act: Act) -> Terms:
    payload: Mapping[str, Any] = act.payload
    because = (*terms.because, _reason(act))
    if payload.get("of") == "transport":
        return replace(terms, transport=float(payload["factor"]), because=because)
    if payload.get("of") == "common tariff":
        tariff = common_tariff(
            str(payload.get("rule", "weighted")),
            leader=str(payload.get("leader", "")),
            rate=payload.get("rate"),
            coverage=float(payload.get("coverage", 1.0)),
        )
        return replace(terms, tariff=tariff, because=because)
    return terms


def common_tariff(
    rule: str, *, leader: str = "", rate: float | None = None, coverage: float = 1.0
) -> CommonTariff:
    """A common tariff by the name of its rule, of a one-sector economy."""
    rates = {} if rate is None else {"*": float(rate)}
    return CommonTariff(Rule(rule), leader=leader, rates=rates, coverage=coverage)


def _reason(act: Act) -> Reason:
    text = f"{act.subject}: {act.payload.get('of')} set on {act.on}"
    return Reason("act", act.note or text, act.id, act.source, act.confidence)
