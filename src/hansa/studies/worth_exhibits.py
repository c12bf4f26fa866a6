"""Sentences, tables and charts of what a union is worth and who would move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hansa.coalitions import Band, Chance, KempWan, Outlook, Path, Payments
from hansa.studies.accession_worth import Tip
from hansa.studies.worth import SWITCHES, Setting, traced
from hansa.studies.worth_union import Prospects
from hansa.terms.exhibits import Chart, Column, Statement, Table
from hansa.terms.reasons import Because, Reason

PERCENT = 100.0
TRADE_LIMITS = (
    "In this model every country alone makes its goods, so a tariff of up to 1/θ pays for whoever "
    "raises it: gains from a higher common tariff are upper bounds.",
)


def percent(band: Band, draws: int) -> str:
    """A band for people: ``+0.14 % (+0.06 to +0.21)``."""
    text = f"{PERCENT * band.point:+.2f} %"
    if draws:
        text += f" ({PERCENT * band.low:+.2f} to {PERCENT * band.high:+.2f})"
    return text


def chance(found: Chance, draws: int) -> str:
    """A probability for people."""
    if not draws:
        return "yes" if found.share else "no"
    return f"in {found.share:.0%} of {draws} draws"


def listed(names: Iterable[str]) -> str:
    """``A, B and C``; ``nobody``."""
    found = list(names)
    if len(found) < 2:
        return found[0] if found else "nobody"
    return f"{', '.join(found[:-1])} and {found[-1]}"


def gains_table(
    found: Prospects, parts: Mapping[str, Mapping[str, float]] | None, key: str = "gains"
) -> Table:
    """What each state has from the union, by source, from the pact, and from both."""
    mixed = found.mixed
    rows = []
    for state in mixed.players:
        trade = None if found.trade is None else found.trade.has(state)
        pact = _security(found, state)
        both = trade if pact is None else pact if trade is None else None
        row: list[str | float | None] = [state, _role(found, state)]
        row += [None] * 3 if trade is None else _three(trade)
        own = None if parts is None else parts.get(state)
        row += [None if own is None else PERCENT * own[name] for name in SWITCHES]
        row += [None] * 3 if pact is None else _three(pact)
        total = (trade.point if trade else 0.0) + (pact.point if pact else 0.0)
        row.append(PERCENT * (both.point if both else total))
        rows.append(tuple(row))
    because = () if found.setting is None else traced(found.setting, found.setting.members)
    return Table(
        key,
        "What each state has from it, per cent of its income",
        (
            Column("state", "State"),
            Column("role", "Is"),
            Column("trade", "Trade", "%", 3),
            Column("trade_low", "from", "%", 3),
            Column("trade_high", "to", "%", 3),
            *(Column(name.replace(" ", "_"), name.capitalize(), "%", 3) for name in SWITCHES),
            Column("security", "Security", "%", 3),
            Column("security_low", "from", "%", 3),
            Column("security_high", "to", "%", 3),
            Column("both", "Together", "%", 3),
        ),
        tuple(rows),
        (because,) * len(rows),
        note="Trade: real income against no union. Security: against no pact, on the stated mix. "
        "From and to: nine of ten draws.",
    )


def _security(found: Prospects, state: str) -> Band | None:
    """What the pact is worth to a state: against no pact."""
    worth = found.against_none
    return None if worth is None or state not in worth else worth[state]


def _three(band: Band) -> list[str | float | None]:
    return [PERCENT * band.point, PERCENT * band.low, PERCENT * band.high]


def _role(found: Prospects, state: str) -> str:
    inside = []
    if found.trade is not None and state in found.trade.bloc:
        inside.append("union")
    if found.security is not None and state in found.security.bloc:
        inside.append("pact")
    return " and ".join(inside) or "outside"


def gains_chart(table: Table, members: Sequence[str], title: str) -> Chart:
    """Members' gains by source, stacked."""
    sources = [*(name.replace(" ", "_") for name in SWITCHES), "security"]
    heads = {column.key: column.heading for column in table.columns}
    rows = [
        (record["state"], heads[source], record[source])
        for record in table.records()
        if record["state"] in members
        for source in sources
        if isinstance(record[source], float)
    ]
    columns = (Column("state", "State"), Column("source", "Source"), Column("gain", "Gain", "%", 3))
    data = Table(f"{table.key}_by_source", title, columns, tuple(rows), keys=2)
    return Chart(f"{table.key}_by_source", title, "stack", data, "state", "gain", "source")


def moves_table(outlook: Outlook, key: str, title: str, setting: Setting | None = None) -> Table:
    """What each member gains by leaving and each outsider by joining, and who minds."""
    rows = []
    because = []
    for state in outlook.players:
        inside = state in outlook.bloc
        band = outlook.moves(state)
        opposed = "" if inside else " ".join(outlook.opposed(state))
        keen = band.point > outlook.noise
        rows.append(
            (state, "leave" if inside else "join", *_three(band),
             PERCENT * band.above if len(outlook.draws) else None, keen, opposed)
        )  # fmt: skip
        moved = [p for p in outlook.players if (p in outlook.bloc) != (p == state)]
        because.append(() if setting is None else traced(setting, moved))
    return Table(
        key,
        title,
        (
            Column("state", "State"),
            Column("move", "Could"),
            Column("gain", "Gains by it", "%", 3),
            Column("low", "from", "%", 3),
            Column("high", "to", "%", 3),
            Column("share", "Draws in which it would", "%", 0),
            Column("would", "Would"),
            Column("opposed", "Members who lose"),
        ),
        tuple(rows),
        tuple(because),
        keys=2,
        note=f"A state moves for more than {PERCENT * outlook.noise:g} % of its income.",
    )


def standing(outlook: Outlook, name: str, because: Because = ()) -> list[Statement]:
    """Whether a bloc is stable and against whom, in sentences."""
    draws = len(outlook.draws)
    leavers, joiners = outlook.leavers(), outlook.joiners()
    gone = [f"{s} {percent(outlook.moves(s), draws)}" for s in leavers]
    said = [
        Statement(
            f"{name}: nobody leaves {chance(outlook.internal(), draws)}; nobody is left who would "
            f"join and be let in by all {chance(outlook.external('exclusive'), draws)}.",
            because,
        )
    ]
    if gone:
        verb = "has" if len(gone) == 1 else "have"
        said.append(Statement(f"{name} is not safe from {listed(gone)}, who {verb} more outside.",
                              because))  # fmt: skip
    else:
        said.append(Statement(f"No member of {name} has more outside.", because))
    for state in joiners[:4]:
        against = outlook.opposed(state)
        mind = f"; {listed(against)} would lose by it" if against else "; no member minds"
        gain = percent(outlook.moves(state), draws)
        said.append(Statement(f"{state} would want to join {name}: {gain}{mind}.", because))
    if len(joiners) > 4:
        said.append(Statement(f"So would {listed(joiners[4:])}.", because))
    if not joiners and outlook.outsiders:
        said.append(Statement(f"No outsider has more in {name}.", because))
    return said


def tips_table(tips: Sequence[Tip], key: str = "levers") -> Table:
    """At which cut, key or tariff a state joins or stays."""
    heads = {"transport": "cut of transport costs", "key": "share of tariff revenue",
             "tariff": "common tariff"}  # fmt: skip
    rows = tuple(
        (tip.state, heads[tip.lever], None if tip.found.at is None else PERCENT * tip.found.at,
         tip.text)
        for tip in tips
    )  # fmt: skip
    return Table(
        key,
        "What would tip the balance",
        (
            Column("state", "State"),
            Column("lever", "Lever"),
            Column("at", "At", "%", 2),
            Column("what", "It takes"),
        ),
        rows,
        keys=2,
    )


def payments_table(paid: Payments, unit: str, key: str = "payments") -> Table:
    """Who pays whom."""
    rows = tuple((name, amount) for name, amount in paid.amounts.items())
    note = f"{paid.moved:,.2f} change hands"
    note += f"; {paid.outside:,.2f} must come from outside" if paid.outside else ""
    columns = (Column("state", "State"), Column("receives", "Receives", unit, 2))
    return Table(key, "Side payments", columns, rows, (paid.because,) * len(rows), note=f"{note}.")


def path_table(path: Path, key: str = "path", title: str = "Accession path") -> Table:
    """The order of moves, who gains how much and who minds."""
    rows = tuple(
        (number, step.state, "joins" if step.joins else "leaves", PERCENT * step.gain,
         " ".join(step.bloc), " ".join(step.losers))
        for number, step in enumerate(path.steps, 1)
    )  # fmt: skip
    columns = (
        Column("step", "Step"),
        Column("state", "State"),
        Column("move", "Move"),
        Column("gain", "Gains", "%", 3),
        Column("bloc", "Then in it"),
        Column("losers", "Others who lose"),
    )
    return Table(key, title, columns, rows, note=f"End: {path.end}.")


def kemp_wan_statement(found: KempWan, setting: Setting) -> Statement:
    """Kemp and Wan's union in a sentence."""
    names = list(setting.base.economy.countries)
    outside = [i for i, name in enumerate(names) if name not in found.members]
    bought = [i for i in outside if found.imports[i] > 0]
    weights = found.imports[bought]
    average = float(found.tariffs[bought] @ weights / weights.sum()) if weights.sum() > 0 else 0.0
    best = names[int(found.gains.argmax())]
    paid = ", ".join(
        f"{name} {amount:+,.0f}"
        for name, amount in zip(found.members, found.compensation, strict=True)
    )
    text = (
        f"A common tariff that harms nobody exists (Kemp and Wan): {average:.1%} on average, with "
        f"payments among members of {paid} million USD a year, leaves every outsider as it was and "
        f"gives members up to {found.gains.max():.2%} ({best})."
    )
    return Statement(text, (*found.because, *setting.base.because[:1]))


def lines_of(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Assumptions as limits."""
    return tuple(
        dict.fromkeys(f"{reason.text}." for reason in reasons if reason.kind == "assumption")
    )
