"""From what is asked to two sides that are compared: shocks before and after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from hansa.record.register import Register
from hansa.record.world import World
from hansa.studies.arrangements import Terms
from hansa.studies.case import Case
from hansa.studies.economies import THETA, Base, economy_of, factual_of
from hansa.studies.trading.asked import Asked, DirectChange, tariff_rule
from hansa.studies.trading.groups import Group, arranged, group_of, groups_of, named, rest_of
from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Because, Reason
from hansa.trade import Arrangement, Change, Economy, Shock

APART = Reason(
    "assumption",
    "other free-trade agreements among members, joiners and leavers are disregarded",
    "alone",
    confidence="assumed",
)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where a question is asked: an economy, what holds, and the union it is about.

    Parameters
    ----------
    base : Base
        The economy.
    today : Arrangement
        What holds on the day, without what is only assumed.
    holds : Arrangement
        What holds with it.
    group : Group, optional
        The union, assumed acts included.
    group_today : Group, optional
        The union without them.
    world : World, optional
    register : Register, optional
        With what is assumed; none for a data set that is no world.
    """

    base: Base
    today: Arrangement
    holds: Arrangement
    group: Group | None = None
    group_today: Group | None = None
    world: World | None = None
    register: Register | None = None
    _drawn: dict[float, Economy] = field(default_factory=dict, init=False, repr=False)

    def with_elasticities(self, factor: float) -> Economy:
        """The economy with all elasticities times a factor; made once and kept."""
        if factor not in self._drawn:
            economy = self.base.economy
            self._drawn[factor] = economy.replace(theta=economy.theta * factor)
        return self._drawn[factor]

    def names(self, *texts: str) -> tuple[str, ...]:
        """Names in the economy of states, blocs or organisations."""
        found = [n for text in texts for n in named(self.base, self.world, self.register, text)]
        return tuple(dict.fromkeys(found))

    def title(self, name: str) -> str:
        """What people call a country."""
        if self.world is not None and name in self.world.states:
            return self.world.states[name].name
        return name


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """Two sides that are compared.

    Parameters
    ----------
    key : str
        For tables.
    subject : str
        What changes, as the subject of a sentence.
    before, after : Shock
        From the economy's base.
    members : tuple of str
        The union whose trade is looked at.
    because : tuple of Reason
        Acts and assumptions.
    """

    key: str
    subject: str
    before: Shock
    after: Shock
    members: tuple[str, ...]
    because: Because = ()

    @property
    def unchanged(self) -> bool:
        """Whether both sides are the same."""
        one, other = self.before, self.after
        return (
            np.array_equal(one.cells, other.cells)
            and np.array_equal(one.tariffs, other.tariffs)
            and np.array_equal(one.costs, other.costs)
            and _same(one.sharing, other.sharing)
        )


def ground_of(case: Case, asked: Asked) -> Ground:
    """The ground of a case of a world.

    Raises
    ------
    BadInput
        If the world has no trade matrix, or the union asked about is not known that day.
    """
    how = {
        "year": asked.year,
        "theta": THETA if asked.theta is None else asked.theta,
        "known_on": case.known_on,
        "clock": case.clock,
        "free_trade": asked.free_trade,
    }
    base = economy_of(case.world, case.day, **how)  # type: ignore[arg-type]  # types are the fields'
    factual = factual_of(case.world)
    same = factual is case.world
    today = base if same else economy_of(factual, case.day, **how)  # type: ignore[arg-type]  # as above
    register = case.register
    group = _group(base, case.world, register, asked)
    group_today = group
    if not same and group is not None:
        then = factual.on(case.day, case.known_on, case.clock)
        group_today = next((g for g in groups_of(base, then) if g.name == group.name), None)
    holds = base.arrangement
    return Ground(base, today.arrangement, holds, group, group_today, case.world, register)


def _group(base: Base, world: World, register: Register, asked: Asked) -> Group | None:
    """The union asked about, or the largest; none if nothing about a union is asked."""
    if asked.members and not asked.union:
        return Group("the union", ())
    try:
        return group_of(base, world, register, asked.union)
    except BadInput:
        if asked.union or asked.changes_membership or asked.common_tariff or asked.transport_cut:
            raise
        return None


def scenario_of(ground: Ground, asked: Asked, title: str = "", key: str = "asked") -> Scenario:
    """The scenario that a question describes.

    Parameters
    ----------
    ground : Ground
    asked : Asked
    title : str
        What people call it; made from what is asked if empty.
    key : str
        For tables.

    Raises
    ------
    BadInput
        If a country, rule or share is not known.
    """
    base, group = ground.base, ground.group
    if group is None:
        before = ground.today
        after = ground.holds
        members: tuple[str, ...] = ()
        changed = None
    else:
        changed = _changed(ground, group, asked)
        apart = _apart(ground, group, changed) if asked.alone else ()
        before = _before(ground, group, changed, asked, apart)
        after = arranged(rest_of(ground.holds, group), changed, base.gdp, apart=apart)
        members = changed.members if len(changed.members) > 1 else group.members
    because = _grounds(ground, changed, asked)
    subject = title or _subject(ground, group, changed, asked)
    shock = base.shock(after, asked.closure, name=subject, because=because)
    if asked.changes:
        shock = _directly(ground, shock, asked.changes)
    return Scenario(key, subject, base.shock(before, asked.closure), shock, members, because)


def pair(
    ground: Ground,
    key: str,
    subject: str,
    before: Group | None,
    after: Group | None,
    *,
    apart: tuple[str, ...] = (),
    closure: str = "kept",
) -> Scenario:
    """Two versions of the union, beside everything else that holds.

    Parameters
    ----------
    ground : Ground
        With a union.
    key, subject : str
        As in `Scenario`.
    before, after : Group, optional
        None: no union.
    apart : tuple of str
        As in `hansa.studies.trading.groups.arranged`.
    closure : str
    """
    known = next(g for g in (ground.group, before, after) if g is not None)
    rest = rest_of(ground.holds, known)
    sides = [
        ground.base.shock(arranged(rest, side, ground.base.gdp, apart=apart), closure)
        for side in (before, after)
    ]
    crew = [side.members for side in (after, before) if side is not None]
    members = next((names for names in crew if len(names) > 1), ())
    why = [*known.because]
    why += [r for side in (before, after) if side is not None for r in side.terms.because]
    if apart:
        why.append(APART)
    return Scenario(key, subject, sides[0], sides[1], members, tuple(dict.fromkeys(why)))


def _changed(ground: Ground, group: Group, asked: Asked) -> Group:
    """The union after all that is asked."""
    members = ground.names(*asked.members) if asked.members else group.members
    leaving = members if "all" in asked.leave else ground.names(*asked.leave)
    for name in leaving:
        if name not in members:
            raise BadInput(
                f"{name} is no member of {group.name} on that day",
                where=Place("leave"),
                nearest=members,
            )
    joining = tuple(n for n in ground.names(*asked.join) if n not in leaving)
    already = [name for name in joining if name in members]
    if already and len(already) == len(joining):
        raise BadInput(
            f"{', '.join(already)} is in {group.name} already",
            where=Place("join"),
            nearest=tuple(n for n in ground.base.economy.countries if n not in members)[:3],
        )
    after = group.of((*(m for m in members if m not in leaving), *joining))
    return after.on(_terms(group.terms, asked))


def _terms(terms: Terms, asked: Asked) -> Terms:
    """The union's terms with what is asked."""
    if asked.common_tariff:
        rule = tariff_rule(asked.common_tariff, asked.coverage, Place("common_tariff"))
        terms = replace(terms, tariff=rule)
    elif asked.coverage != 1.0 and terms.tariff is not None:
        terms = replace(terms, tariff=replace(terms.tariff, coverage=asked.coverage))
    if asked.revenue_key:
        terms = replace(terms, key=_key(asked.revenue_key))
    if asked.transport_cut:
        terms = replace(terms, transport=terms.transport * asked.cost_factor)
    return terms


def _key(given: str | dict[str, float]) -> str | dict[str, float]:
    """A revenue key from its words: a rule's name, or ``RUS=87.97,BLR=4.7``."""
    if not isinstance(given, str) or "=" not in given:
        return given
    shares = {}
    for part in filter(None, (p.strip() for p in given.split(","))):
        name, _, number = part.partition("=")
        try:
            shares[name.strip()] = float(number)
        except ValueError:
            raise BadInput(
                f"{part!r} is not STATE=SHARE",
                where=Place("revenue_key"),
                remedy="write RUS=87.97,BLR=4.7,KAZ=7.33",
            ) from None
    return shares


def _apart(ground: Ground, group: Group, changed: Group) -> tuple[str, ...]:
    """Everybody who is in the union before or after."""
    today = () if ground.group_today is None else ground.group_today.members
    return tuple(dict.fromkeys((*today, *group.members, *changed.members)))


def _before(
    ground: Ground, group: Group, changed: Group, asked: Asked, apart: tuple[str, ...]
) -> Arrangement:
    """With what the result is compared."""
    gdp = ground.base.gdp
    now = ground.group_today
    if asked.against == "none":
        return arranged(rest_of(ground.holds, group), None, gdp, apart=apart)
    if asked.against == "terms":
        same = now if now is not None else group.of(())
        return arranged(rest_of(ground.today, same), same.on(changed.terms), gdp, apart=apart)
    if not apart:
        return ground.today
    known = group if now is None else now
    return arranged(rest_of(ground.today, known), now, gdp, apart=apart)


def _directly(ground: Ground, shock: Shock, changes: tuple[DirectChange, ...]) -> Shock:
    """The shock with changes between named countries over it."""
    economy = ground.base.economy
    tau, factor = cubes(economy, shock)
    for number, change in enumerate(changes, 1):
        where = f"changes[{number}]"
        try:
            at = Change(
                None if change.importers is None else ground.names(*change.importers),
                None if change.exporters is None else ground.names(*change.exporters),
                change.sectors,
            ).cells(economy)
        except BadInput as wrong:
            raise BadInput(
                wrong.what, where=Place(where), nearest=wrong.nearest, remedy=wrong.remedy
            ) from None
        if change.tariff is not None:
            tau[at] = change.tariff
        if change.cost is not None:
            factor[at] *= change.cost
    return Shock.between(
        economy,
        closure=shock.closure,
        tariffs=tau,
        costs=factor,
        deficits=shock.deficits,
        sharing=shock.sharing,
        name=shock.name,
        because=shock.because,
    )


def cubes(economy: Economy, shock: Shock) -> tuple[np.ndarray, np.ndarray]:
    """Tariffs and cost factors of a shock as whole arrays (J, N, N)."""
    tau, factor = economy.tau.copy(), np.ones(economy.tau.shape)
    tau.ravel()[shock.cells] = shock.tariffs
    factor.ravel()[shock.cells] = shock.costs
    return tau, factor


def _subject(ground: Ground, group: Group | None, changed: Group | None, asked: Asked) -> str:
    """What changes, in words."""
    parts = []
    if group is not None and changed is not None:
        today = () if ground.group_today is None else ground.group_today.members
        new = [ground.title(n) for n in changed.members if n not in today]
        gone = [ground.title(n) for n in today if n not in changed.members]
        if len(changed.members) < 2 and today:
            parts.append(f"the end of {group.name}")
        elif today and new and len(new) <= 4:
            parts.append(f"the accession of {_and(new)} to {group.name}")
        elif new:
            parts.append(f"{group.name} of {_and(list(changed.members))}")
        if gone and len(changed.members) > 1:
            parts.append(f"the exit of {_and(gone)} from {group.name}")
    if asked.common_tariff and asked.common_tariff != "none":
        parts.append(f"a common tariff ({asked.common_tariff})")
    if asked.revenue_key:
        parts.append("a new sharing of revenue")
    if asked.transport_cut:
        parts.append(f"{100 * asked.transport_cut:g} % lower transport costs inside")
    if asked.changes:
        parts.append("changed tariffs and costs" if not parts else "direct changes")
    if not parts:
        parts.append("the union as it is" if asked.against == "none" else "no change")
    text = parts[0] if len(parts) == 1 else f"{parts[0]} with {_and(parts[1:])}"
    return text[0].upper() + text[1:]


def _and(words: list[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def _grounds(ground: Ground, changed: Group | None, asked: Asked) -> Because:
    """On what a scenario rests beyond the base."""
    said: list[Reason] = []
    if changed is not None:
        members = " ".join(changed.members)
        said.append(Reason("rule", f"{changed.name}: {members}", changed.name))
        said += [*changed.because, *changed.terms.because]
    words = {
        "day": "compared with what holds on the day",
        "none": "compared with no union at all",
        "terms": "compared with the same terms among the members of the day",
    }[asked.against]
    said.append(Reason("assumption", words, "against"))
    if asked.alone:
        said.append(APART)
    if asked.common_tariff:
        text = f"common tariff: {asked.common_tariff}, on {asked.coverage:.0%} of lines"
        said.append(Reason("assumption", text, "common_tariff", confidence="assumed"))
    if asked.transport_cut:
        text = f"iceberg costs among members times {asked.cost_factor:g}"
        said.append(Reason("assumption", text, "transport_cut", confidence="assumed"))
    if asked.theta_source:
        text = f"elasticity from {asked.theta_source}"
        said.append(Reason("source", text, "theta_source"))
    return tuple(dict.fromkeys(said))


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)
