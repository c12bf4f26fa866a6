"""From what is asked to two sides that are compared: shocks before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hansa.studies.arrangements import Terms
from hansa.studies.trading.asked import Asked, DirectChange, tariff_rule
from hansa.studies.trading.ground import Ground
from hansa.studies.trading.groups import Group, arranged, enlarged, rest_of
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest
from hansa.terms.reasons import Because, Reason
from hansa.trade import Arrangement, Change, Economy, Shock

APART = Reason(
    "assumption",
    "other free-trade agreements among members, joiners and leavers are disregarded",
    "alone",
    confidence="assumed",
)


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
    concerned : tuple of str
        Whom sentences and tables name first: members, and who has left.
    """

    key: str
    subject: str
    before: Shock
    after: Shock
    members: tuple[str, ...]
    because: Because = ()
    concerned: tuple[str, ...] = ()

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
        concerned: tuple[str, ...] = ()
        changed = None
    else:
        changed = _changed(ground, group, asked)
        concerned = _concerned(ground, group, changed)
        apart = concerned if asked.alone else ()
        before = _before(ground, group, changed, asked, apart)
        after = arranged(rest_of(ground.holds, group), changed, base.gdp, apart=apart)
        members = changed.members if len(changed.members) > 1 else group.members
    because = _grounds(ground, changed, asked)
    subject = title or _subject(ground, group, changed, asked)
    shock = base.shock(after, asked.closure, name=subject, because=because)
    if asked.changes:
        shock = _directly(ground, shock, asked.changes)
    first = base.shock(before, asked.closure)
    return Scenario(key, subject, first, shock, members, because, concerned)


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
    because = tuple(dict.fromkeys(why))
    concerned = tuple(dict.fromkeys(name for names in crew for name in names))
    return Scenario(key, subject, sides[0], sides[1], members, because, concerned)


def _changed(ground: Ground, group: Group, asked: Asked) -> Group:
    """The union after all that is asked."""
    members = ground.names(*asked.members, where="members") if asked.members else group.members
    leaving = members if "all" in asked.leave else ground.names(*asked.leave, where="leave")
    for name in leaving:
        if name not in members:
            raise BadInput(
                f"{name} is no member of {group.name} on that day",
                where=Place("leave"),
                nearest=members,
            )
    joining = tuple(n for n in ground.names(*asked.join, where="join") if n not in leaving)
    already = [name for name in joining if name in members]
    if already and len(already) == len(joining):
        raise BadInput(
            f"{', '.join(already)} is in {group.name} already",
            where=Place("join"),
            nearest=tuple(n for n in ground.base.economy.countries if n not in members)[:3],
        )
    left = group.of(m for m in members if m not in leaving)
    after = left.of((*left.members, *joining))
    if not asked.revenue_key:
        after = enlarged(left, joining, ground.base.gdp)
    return after.on(_terms(after.terms, asked))


def _terms(terms: Terms, asked: Asked) -> Terms:
    """The union's terms with what is asked."""
    if asked.common_tariff:
        rule = tariff_rule(asked.common_tariff, asked.coverage, Place("common_tariff"))
        terms = replace(terms, tariff=rule)
    elif asked.coverage != 1.0 and terms.tariff is not None:
        terms = replace(terms, tariff=replace(terms.tariff, coverage=asked.coverage))
    if asked.revenue_key:
        terms = replace(terms, key=_key(asked.revenue_key))
        _check_key(terms)
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


def _check_key(terms: Terms) -> None:
    known = ("collected", "equal", "gdp")
    if isinstance(terms.key, str) and terms.key not in known:
        raise BadInput(
            f"no revenue key {terms.key!r}",
            where=Place("revenue_key"),
            nearest=nearest(terms.key, known) or known,
            remedy="or give shares by state: RUS=88,BLR=12",
        )


def _concerned(ground: Ground, group: Group, changed: Group) -> tuple[str, ...]:
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
        importers, exporters = (
            None if given is None else ground.names(*given, where=f"changes.{number}.{key}")
            for key, given in (("importers", change.importers), ("exporters", change.exporters))
        )
        at = Change(importers, exporters, change.sectors).cells(economy)
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
            parts.append(f"the accession of {listed(new)} to {group.name}")
        elif new:
            parts.append(f"{group.name} of {listed(list(changed.members))}")
        if gone and len(changed.members) > 1:
            parts.append(f"the exit of {listed(gone)} from {group.name}")
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
    text = parts[0] if len(parts) == 1 else f"{parts[0]} with {listed(parts[1:])}"
    return text[0].upper() + text[1:]


def listed(words: list[str]) -> str:
    """``A, B and C``."""
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
