"""Unions within all that is agreed: who is in, on what terms, and what holds without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from hansa.record.register import Register
from hansa.record.world import World
from hansa.studies.arrangements import Terms, customs_unions
from hansa.studies.economies import Base
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
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

COMPLETE = CommonTariff(Rule.WEIGHTED)
"""The common tariff of a union that has none yet: its members' own, weighted by imports
(GATT Article XXIV:5 asks that it be not higher on the whole)."""


@dataclass(frozen=True, slots=True)
class Group:
    """A union as trade sees it.

    Parameters
    ----------
    name : str
        The organisation's id; any name for an invented one.
    members : tuple of str
        By name in the economy.
    terms : Terms
        Common tariff (none: each keeps its own), transport, revenue key.
    building : bool
        Whether the treaty wants a common tariff that is not applied yet.
    because : tuple of Reason
        Norms and acts on which it rests.
    """

    name: str
    members: tuple[str, ...]
    terms: Terms = field(default_factory=Terms)
    building: bool = False
    because: Because = ()

    def of(self, members: Iterable[str]) -> Group:
        """The same with other members."""
        return replace(self, members=tuple(dict.fromkeys(members)))

    def on(self, terms: Terms) -> Group:
        """The same on other terms."""
        return replace(self, terms=terms)

    def free_only(self) -> Group:
        """Free trade inside and nothing else."""
        return self.on(Terms())

    def complete(self) -> Group:
        """With a common tariff: its own, or that of `COMPLETE`."""
        if self.terms.tariff is not None:
            return self
        why = Reason(
            "assumption",
            "a common tariff by outsider: members' own, weighted by their imports",
            "common tariff",
            confidence="assumed",
        )
        because = (*self.terms.because, why)
        return self.on(replace(self.terms, tariff=COMPLETE, because=because))


def enlarged(group: Group, joining: Iterable[str], weights: Mapping[str, float]) -> Group:
    """The union with more members; who joins one that shares revenue gets a share by GDP.

    Parameters
    ----------
    group : Group
    joining : iterable of str
        Names in the economy.
    weights : mapping of str to float
        GDP by name.
    """
    new = tuple(name for name in dict.fromkeys(joining) if name not in group.members)
    found = group.of((*group.members, *new))
    key = group.terms.key
    if isinstance(key, str) or all(name in key for name in new):
        return found
    whole = sum(weights[name] for name in found.members)
    theirs = {name: weights[name] / whole for name in new}
    left = 1 - sum(theirs.values())
    old = sum(key[name] for name in group.members)
    shares = {name: left * key[name] / old for name in group.members} | theirs
    why = Reason("assumption", f"{', '.join(new)}: share of revenue by GDP", "revenue key",
                 confidence="assumed")  # fmt: skip
    terms = replace(group.terms, key=shares, because=(*group.terms.because, why))
    return found.on(terms)


def groups_of(base: Base, register: Register) -> tuple[Group, ...]:
    """The customs unions of the day with two members or more in the matrix.

    Those of three or more of which anything but free trade is on record (a common tariff, a
    key for revenue) come first, then the largest.
    """
    found = []
    for union in customs_unions(register):
        members = named_all(base, union.members)
        if len(members) < 2:
            continue
        terms = union.terms
        if union.applied and terms.tariff is None:
            terms = replace(terms, tariff=COMPLETE)
        found.append(
            Group(
                union.organisation.id,
                members,
                terms,
                terms.tariff is None,
                (*union.because, *union.terms.because),
            )
        )

    def rank(group: Group) -> tuple[bool, int]:
        more = group.terms.changes and len(group.members) > 2
        return not more, -len(group.members)

    return tuple(sorted(found, key=rank))


def group_of(base: Base, world: World, register: Register, name: str = "") -> Group:
    """A union by name, the first of `groups_of` if none is given.

    An organisation that is no customs union is taken as one that might become one.

    Raises
    ------
    BadInput
        If there is none, or fewer than two of its members are in the matrix.
    """
    known = {group.name: group for group in groups_of(base, register)}
    if not name:
        if not known:
            raise BadInput(
                f"no customs union of {register.day} has two members in the trade matrix",
                remedy="name an organisation with union, or give members",
            )
        return next(iter(known.values()))
    if name in known:
        return known[name]
    if name not in world.organisations:
        alive = [org.id for org in register.organisations()]
        raise unknown("union", name, [*known, *alive], where=Place("union"))
    members = named_all(base, register.member_codes(name))
    if len(members) < 2:
        raise BadInput(
            f"fewer than two members of {name} on {register.day} are in the trade matrix "
            f"of {base.year}",
            where=Place("union"),
            nearest=tuple(known),
        )
    why = Reason("assumption", f"{name} is no customs union; taken as one", name)
    return Group(name, members, Terms(), True, (why,))


def named_all(base: Base, states: Iterable[str]) -> tuple[str, ...]:
    """Names in the economy of the states that are singled out."""
    names = (base.place(state) for state in states)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def named(
    base: Base,
    world: World | None,
    register: Register | None,
    text: str,
    where: Place | None = None,
) -> tuple[str, ...]:
    """Names in the economy of a state, a bloc or an organisation.

    Raises
    ------
    BadInput
        If it is unknown, or the matrix does not single it out.
    """
    countries = base.economy.countries
    if text in countries:
        return (text,)
    if world is None or register is None:
        raise unknown("country", text, countries, where=where)
    if text in world.organisations:
        members = named_all(base, register.member_codes(text))
        if members:
            return members
    titles = {state.name: state.id for state in world.states.values()}
    code = titles.get(text, text)
    if code in countries:
        return (code,)
    known = [*countries, *world.states, *titles, *world.organisations]
    if code not in known:
        raise unknown("state, bloc or organisation", text, known, where=where)
    bloc = base.place(code)
    if bloc is not None:
        raise BadInput(
            f"the trade matrix of {base.year} holds {text} only as part of {bloc}",
            where=where,
            nearest=(bloc,),
        )
    raise BadInput(
        f"the trade matrix of {base.year} does not single out {text}",
        where=where,
        remedy=f"it has {', '.join(countries)}",
    )


def rest_of(arrangement: Arrangement, group: Group) -> Arrangement:
    """What is agreed but for a union.

    Agreements of the union with partners, such as the EU's with Türkiye, are left with the
    partners alone; `arranged` gives them to whoever is in the union.
    """
    agreements = []
    for agreement in arrangement.agreements:
        if agreement.name != group.name:
            agreements.append(agreement)
            continue
        partners = tuple(name for name in agreement.members if name not in group.members)
        if partners:
            agreements.append(replace(agreement, members=partners))
    unions = tuple(union for union in arrangement.unions if union.name != group.name)
    return replace(arrangement, unions=unions, agreements=tuple(agreements))


def arranged(
    rest: Arrangement,
    group: Group | None,
    weights: Mapping[str, float],
    *,
    apart: Iterable[str] = (),
) -> Arrangement:
    """All that is agreed with a union beside the rest.

    Parameters
    ----------
    rest : Arrangement
        Everything else, from `rest_of`.
    group : Group, optional
        The union; none: it does not exist.
    weights : mapping of str to float
        GDP by name, for a key by GDP.
    apart : iterable of str
        Countries among which other free-trade agreements are disregarded.
    """
    names = () if group is None else group.members
    separate = tuple(apart)
    agreements = [_apart(a, separate) for a in _with_partners(rest.agreements, group)]
    unions = list(rest.unions)
    transport = rest.transport
    if group is not None and len(names) > 1:
        terms = group.terms
        if terms.tariff is None and terms.key == "collected":
            # free trade alone leaves members in whatever other union they are
            agreements.append(FreeTrade(names, name=group.name))
            if terms.transport != 1.0:
                transport = (*transport, TransportClause(names, terms.transport))
        else:
            unions = [kept for u in unions if (kept := _left(u, names)) is not None]
            outside = set(separate) - set(names)
            friends = [
                replace(a, members=tuple(m for m in a.members if m not in outside))
                for a in agreements
            ]
            unions.append(terms.of(names, weights, group.name, friends))
    return Arrangement(tuple(unions), tuple(agreements), transport)


def _with_partners(agreements: Iterable[FreeTrade], group: Group | None) -> list[FreeTrade]:
    """Agreements, those with the union's partners for all its members."""
    if group is None:
        return list(agreements)
    return [
        replace(a, members=tuple(dict.fromkeys((*group.members, *a.members))))
        if a.name == group.name
        else a
        for a in agreements
    ]


def _apart(agreement: FreeTrade, apart: tuple[str, ...]) -> FreeTrade:
    """The agreement without free trade among some of its members."""
    inside = tuple(name for name in agreement.members if name in apart)
    if len(inside) < 2:
        return agreement
    own = Exemption(inside, inside, rate=None)
    return replace(agreement, exemptions=(*agreement.exemptions, own))


def _left(union: Union, leaving: tuple[str, ...]) -> Union | None:
    """Another union without those who are in this one; nothing if fewer than two are left."""
    gone = [name for name in union.members if name in leaving]
    left = tuple(name for name in union.members if name not in gone)
    if not gone or len(left) < 2:
        return union if not gone else None
    kept = union.without(*gone)
    clauses = tuple(
        replace(c, members=tuple(m for m in c.members if m not in gone)) for c in kept.transport
    )
    # preferences name the importers who have them: those who left have none
    preferences = [
        e if e.importers is None else replace(e, importers=tuple(set(e.importers) - set(gone)))
        for e in kept.exemptions
    ]
    exemptions = tuple(e for e in preferences if e.importers is None or e.importers)
    return replace(kept, transport=clauses, exemptions=exemptions)
