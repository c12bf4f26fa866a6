"""Power and bodies as tables, charts and statements for a briefing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hansa.decisions.bodies import ANY
from hansa.decisions.groups import Groups
from hansa.decisions.measures import Power
from hansa.decisions.views import BodyView
from hansa.terms.exhibits import Cell, Chart, Column, Section, Statement, Table
from hansa.terms.reasons import Because, Reason

Shares = Mapping[str, Mapping[str, float]]
"""By heading (population, contribution), each member's share of the whole."""

HEADINGS = {
    "banzhaf": "Banzhaf",
    "shapley_shubik": "Shapley–Shubik",
    "absolute": "decides",
    "prevent": "prevents",
    "initiate": "initiates",
    "deegan_packel": "Deegan–Packel",
    "holler": "Holler",
}
SHOWN = ("banzhaf", "shapley_shubik", "absolute", "prevent")
CHARTED = ("banzhaf", "shapley_shubik")


def _per_cent(value: float | None) -> float | None:
    return None if value is None else 100.0 * float(value)


def power_table(
    power: Power,
    *,
    shares: Shares | None = None,
    shown: Sequence[str] = SHOWN,
    title: str = "",
    key: str = "power",
) -> Table:
    """Power of each member in per cent, beside shares of other things.

    Indices that were not computed are left out.
    """
    indices = [name for name in shown if getattr(power, name) is not None]
    beside = shares or {}
    columns = [Column("member", "Member")]
    columns += [Column(f"share_{n}", head, "%", 2) for n, head in enumerate(beside)]
    columns += [Column(name, HEADINGS[name], "%", 2) for name in indices]
    rows = [
        (
            member,
            *(_per_cent(table.get(member)) for table in beside.values()),
            *(_per_cent(float(getattr(power, name)[place])) for name in indices),
        )
        for place, member in enumerate(power.voters)
    ]
    return Table(
        key,
        title or "Voting power",
        tuple(columns),
        tuple(rows),
        note=_method_note(power, indices),
    )


def _method_note(power: Power, names: Sequence[str]) -> str:
    texts = dict.fromkeys(
        f"{HEADINGS[name]}: {power.method(name).text}"
        for name in names
        if not power.method(name).exact
    )
    return "; ".join(texts) if texts else "All figures are exact."


def power_chart(
    power: Power,
    *,
    shares: Shares | None = None,
    shown: Sequence[str] = CHARTED,
    title: str = "",
    key: str = "power_chart",
) -> Chart:
    """Bars per member: power beside shares of other things."""
    rows: list[tuple[Cell, ...]] = []
    for place, member in enumerate(power.voters):
        for beside, each in (shares or {}).items():
            if member in each:
                rows.append((member, beside, 100.0 * each[member]))
        for name in shown:
            values = getattr(power, name)
            if values is not None:
                rows.append((member, HEADINGS[name], 100.0 * float(values[place])))
    columns = (
        Column("member", "Member"),
        Column("measure", "Measure"),
        Column("value", "Share", "%", 2),
    )
    heading = title or "Voting power beside other shares"
    table = Table(f"{key}_table", heading, columns, tuple(rows), keys=2)
    return Chart(key, heading, "bar", table, "member", "value", "measure")


def power_change(
    before: Power,
    after: Power,
    *,
    index: str = "banzhaf",
    labels: tuple[str, str] = ("before", "after"),
    title: str = "",
    key: str = "power_change",
) -> Table:
    """How power moved between two days, or between the world as it is and a what-if.

    Members that came or went are marked ``new`` or ``gone``.

    Raises
    ------
    UnknownCode
        If one of the results lacks the index.
    """
    members = dict.fromkeys((*before.voters, *after.voters))
    rows: list[tuple[Cell, ...]] = []
    marks: list[str] = []
    for member in members:
        old = float(before.of(member, index)) if member in before.voters else None
        new = float(after.of(member, index)) if member in after.voters else None
        change = None if old is None or new is None else new - old
        rows.append((member, _per_cent(old), _per_cent(new), _per_cent(change)))
        if old is None or new is None:
            marks.append("new" if old is None else "gone")
        else:
            exactly = before.of(member, index) == after.of(member, index)
            marks.append("" if exactly else "changed")
    columns = (
        Column("member", "Member"),
        Column("before", labels[0], "%", 2),
        Column("after", labels[1], "%", 2),
        Column("change", "change", "points", 2),
    )
    heading = title or f"{HEADINGS[index]}: {labels[0]} and {labels[1]}"
    note = (
        f"The body adopts {_share(before)} of all ways to vote {labels[0]}, "
        f"{_share(after)} {labels[1]}."
    )
    return Table(key, heading, columns, tuple(rows), marks=tuple(marks), note=note)


def _share(power: Power) -> str:
    return f"{100.0 * float(power.passage):.2f} %"


def power_change_chart(
    before: Power,
    after: Power,
    *,
    index: str = "banzhaf",
    labels: tuple[str, str] = ("before", "after"),
    title: str = "",
    key: str = "power_change_chart",
) -> Chart:
    """Bars per member for two days, or for the world as it is and a what-if."""
    rows: list[tuple[Cell, ...]] = [
        (member, label, 100.0 * float(power.of(member, index)))
        for power, label in ((before, labels[0]), (after, labels[1]))
        for member in power.voters
    ]
    columns = (
        Column("member", "Member"),
        Column("when", "When"),
        Column("value", HEADINGS[index], "%", 2),
    )
    heading = title or f"{HEADINGS[index]}: {labels[0]} and {labels[1]}"
    table = Table(f"{key}_table", heading, columns, tuple(rows), keys=2)
    return Chart(key, heading, "bar", table, "member", "value", "when")


def groups_text(groups: Groups, limit: int = 6) -> str:
    """Minimal groups in words, the smallest first."""
    if not groups.listed:
        return "nobody"
    words = [str(group) for group in groups.listed[:limit]]
    if len(groups.listed) > limit or not groups.complete:
        words.append("and others")
    return "; ".join(words)


def blockers_table(views: Sequence[BodyView], *, title: str = "Who could block what") -> Table:
    """One row per body and matter: its rule, who blocks, who carries."""
    columns = (
        Column("body", "Body"),
        Column("matter", "Matter"),
        Column("rule", "Decides by"),
        Column("alone", "Blocks alone"),
        Column("blocking", "Smallest groups that block"),
        Column("carrying", "Smallest groups that carry"),
        Column("passage", "Adopts of all ways to vote", "%", 2),
    )
    rows = tuple(
        (
            seen.rule.body,
            "" if seen.rule.matter == ANY else seen.rule.matter,
            seen.rule.rule.sentence(),
            _alone(seen),
            groups_text(seen.blocking),
            groups_text(seen.carrying),
            100.0 * float(seen.power.passage),
        )
        for seen in views
    )
    because: tuple[Because, ...] = tuple((seen.rule.because,) for seen in views)
    return Table("blockers", title, columns, rows, because=because, keys=2)


def _alone(seen: BodyView) -> str:
    alone = seen.blocking.alone
    if not alone:
        return "nobody"
    return "every member" if len(alone) == len(seen.electorate.members) else ", ".join(alone)


def decisions_section(
    views: Sequence[BodyView],
    *,
    shares: Mapping[str, Shares] | None = None,
    changes: Sequence[tuple[str, Power, Power, tuple[str, str]]] = (),
    order: int = 40,
) -> Section:
    """The section of a briefing on who decides.

    Parameters
    ----------
    views : sequence of BodyView
        The bodies of the day.
    shares : mapping of str to Shares, optional
        By body, shares of population, trade, contributions to set beside power.
    changes : sequence of (title, before, after, labels)
        Powers of a body under two rules or on two days.
    order : int
        Place in the briefing.
    """
    statements = [_blocking_statement(seen) for seen in views]
    exhibits: list[Table | Chart] = [blockers_table(views)]
    for seen in views:
        if len(set(seen.power.banzhaf)) > 1:
            name = f"{seen.rule.body} {'' if seen.rule.matter == ANY else seen.rule.matter}".strip()
            exhibits += _beside(name, seen.power, (shares or {}).get(seen.rule.body))
    for title, before, after, labels in changes:
        key = f"power_change_{_slug(title)}"
        exhibits.append(power_change(before, after, labels=labels, title=title, key=key))
        key += "_chart"
        exhibits.append(power_change_chart(before, after, labels=labels, title=title, key=key))
    return Section(
        "decisions",
        "Who decides, and who could block",
        order,
        tuple(statements),
        tuple(exhibits),
        (
            "Indices of power know the rules only: every way to vote counts alike, whoever "
            "is whose ally.",
        ),
    )


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in text.casefold())


def _beside(name: str, power: Power, shares: Shares | None) -> list[Table | Chart]:
    """Power of a body beside shares, as a table and as a chart."""
    title, key = f"{name}: power beside shares", f"power_{_slug(name)}"
    return [
        power_table(power, shares=shares, title=title, key=key),
        power_chart(power, shares=shares, title=title, key=f"{key}_chart"),
    ]


def _blocking_statement(seen: BodyView) -> Statement:
    alone = seen.blocking.alone
    what = "" if seen.rule.matter == ANY else f" on {seen.rule.matter}"
    if len(alone) == len(seen.electorate.members) > 1:
        text = f"In {seen.rule.body}, every member can block{what}."
    elif alone:
        text = f"In {seen.rule.body}, {' or '.join(alone)} alone can block{what}."
        rest = [str(group) for group in seen.blocking.listed if group.size > 1]
        if rest:
            text += f" Together so can {'; '.join(rest[:3])}."
    else:
        text = f"In {seen.rule.body}, nobody can block{what} alone."
        if seen.blocking.listed:
            text += f" The smallest groups that can: {groups_text(seen.blocking, 3)}."
    number = Reason("number", f"It adopts {_share(seen.power)} of all ways to vote.")
    return Statement(text, (seen.rule.because, number))
