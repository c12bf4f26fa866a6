"""The customs union: who is in it, what a common tariff would be, how the money is shared."""

from __future__ import annotations

from hansa.customs.revenue import FixedShares, key_chart, key_table, keys_from_acts
from hansa.studies.averages import CODE, Average, Trial, averages, trials
from hansa.studies.case import Case
from hansa.terms.errors import HansaError
from hansa.terms.exhibits import Cell, Chart, Column, Exhibit, Section, Statement, Table
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

ACTS = ("build_customs_union", "apply_common_tariff")
"""Acts of norms that make an organisation a customs union, in being or in the making."""


def unions(case: Case) -> dict[str, tuple[str, ...]]:
    """Customs unions that exist on the day, and their members."""
    found: dict[str, tuple[str, ...]] = {}
    for bound in case.register.norms():
        org = bound.treaty.organisation
        if bound.norm.act in ACTS and org in case.world.organisations and org not in found:
            members = case.register.member_codes(org)
            if len(members) > 1:
                found[org] = members
    return found


def section(case: Case) -> Section | None:
    """Members, averages, what each rule would do to whom, the key of the revenue."""
    found = unions(case)
    if not found:
        return None
    said: list[Statement] = []
    exhibits: list[Exhibit] = []
    limits: list[str] = []
    for org, members in found.items():
        known = averages(case.world, members, case.day)
        text = f"{case.world.organisations[org].name}: {', '.join(members)}."
        said.append(Statement(text, _norms(case, org)))
        if len(known) < 2:
            continue
        lost = sorted(set(members) - {a.state for a in known})
        if lost:
            limits.append(f"{org}: no average tariff near {case.day.year} for {', '.join(lost)}")
        made = trials(case.world, known, case.day)
        said += _said(org, known, made)
        table = _table(org, known, made)
        exhibits += [table, _chart(org, known)]
    said += _money(case, exhibits)
    limits += [
        "Averages over all goods stand for lines: simple means of applied rates, specific duties "
        "counted in part only.",
        "The test by average weighs imports of the nearest year on record.",
    ]
    return Section("customs", "The customs union", 60, tuple(said), tuple(exhibits), tuple(limits))


def _norms(case: Case, org: str) -> Because:
    return tuple(
        Reason("article", f"{b.norm.ref}: {b.norm.text}", b.norm.ref, b.norm.source)
        for b in case.register.norms()
        if b.norm.act in ACTS and b.treaty.organisation == org
    )


def _said(org: str, known: tuple[Average, ...], made: tuple[Trial, ...]) -> list[Statement]:
    lowest = min(known, key=lambda a: a.percent)
    highest = max(known, key=lambda a: a.percent)
    why = tuple(
        Reason("number", f"{a.state}: {a.percent:.2f} % ({a.year})", "tariffs.csv", "wdi", "VD")
        for a in known
    )
    said = [
        Statement(
            f"{org}: average tariffs run from {lowest.percent:.1f} % ({lowest.state}) to "
            f"{highest.percent:.1f} % ({highest.state}).",
            why,
        )
    ]
    for trial in made:
        rising = [e.member for e in trial.common.effects() if e.rise]
        passes = {Truth.TRUE: "passes", Truth.FALSE: "fails", Truth.UNKNOWN: "cannot be put to"}
        who = f"rises for {', '.join(rising)}" if rising else "rises for nobody"
        text = (
            f"{org}, common tariff by rule “{trial.name}”: {trial.percent:.2f} %; {who}; "
            f"{passes[trial.test.passes]} the test of GATT XXIV:5(a) by weighted average."
        )
        said.append(Statement(text, trial.test.because))
    return said


def _table(org: str, known: tuple[Average, ...], made: tuple[Trial, ...]) -> Table:
    columns = (
        Column("rule", "Rule"),
        Column("common", "Common rate", "%", 2),
        *(Column(a.state, f"{a.state} moves by", "points", 2) for a in known),
        Column("before", "Weighted average before", "%", 2),
        Column("after", "after", "%", 2),
        Column("passes", "XXIV:5(a)"),
    )
    rows: list[tuple[Cell, ...]] = []
    for trial in made:
        line = trial.common.line(CODE)
        moves = {move.member: move.change or 0.0 for move in line.moves}
        rows.append(
            (
                trial.name,
                trial.percent,
                *(moves.get(a.state, 0.0) for a in known),
                float(trial.test.before),
                float(trial.test.after),
                {Truth.TRUE: "passes", Truth.FALSE: "fails"}.get(trial.test.passes, "unknown"),
            )
        )
    return Table(f"tariff_{org}", f"{org}: a common tariff by rule", columns, tuple(rows))


def _chart(org: str, known: tuple[Average, ...]) -> Chart:
    columns = (Column("state", "State"), Column("percent", "Average tariff", "%", 2),
               Column("year", "Year"))  # fmt: skip
    rows = tuple((a.state, a.percent, a.year) for a in known)
    title = f"{org}: average tariffs of the members"
    table = Table(f"averages_{org}", title, columns, rows)
    return Chart(f"averages_{org}_chart", title, "bar", table, "state", "percent")


def _money(case: Case, exhibits: list[Exhibit]) -> list[Statement]:
    """How import duties are shared on the day, if an act says so."""
    shares = case.register.shares("import duties")
    if shares is None:
        return [Statement("No act in force shares out import duties: each keeps what it collects.")]
    parts = ", ".join(f"{state} {part} %" for state, part in shares.parts.items())
    try:
        book = keys_from_acts(case.register.timeline.ledger.acts, "import duties")
    except HansaError:
        return [Statement(f"Import duties are shared: {parts}.", shares.because)]
    if any(isinstance(entry.key, FixedShares) for entry in book.entries):
        exhibits += [key_table(book), key_chart(book)]
    return [Statement(f"Import duties are shared: {parts}.", shares.because)]
