"""Pages of a field of questions: customs, trade; every verb of the field with its form."""

from __future__ import annotations

from collections import Counter

from hansa.faces.web.api.asking import Question, questions
from hansa.faces.web.pages.page import Page, View
from hansa.studies.sections import membership
from hansa.terms.exhibits import Cell, Chart, Column, Exhibit, Section, Table

CUSTOMS = ("customs", "tariffs", "revenue", "assessment")
TRADE = ("trading", "coalitions")
UNIONS = "customs"
LARGEST = 14


def asked_in(*groups: str) -> tuple[Question, ...]:
    """The questions of a field, by the module that holds their verb."""
    return tuple(q for q in questions().values() if q.group in groups)


def customs(view: View) -> Page:
    """The customs unions: who belongs to which, tariffs on record, what a shipment would pay."""
    sections = [Section("unions", "Customs and economic unions", 0, (), _unions(view))]
    tariffs = _tariffs(view)
    if tariffs:
        sections.append(Section("tariffs", "Tariffs of members", 1, (), tariffs))
    return Page(
        view._("Customs"),
        view._("Look up a code, ask what a shipment would pay."),
        tuple(sections),
        data={"questions": asked_in(*CUSTOMS), "lookup": True},
        template="field.html",
    )


def _unions(view: View) -> tuple[Exhibit, ...]:
    columns = (
        Column("organisation", "Organisation"),
        Column("name", "Name"),
        Column("kind", "Kind"),
        Column("members", "Members"),
    )
    rows: list[tuple[Cell, ...]] = []
    because = []
    for org in view.register.organisations():
        if UNIONS in org.kind or "economic union" in org.kind:
            codes = view.register.member_codes(org.id)
            rows.append((org.id, org.name, org.kind, " ".join(codes)))
            because.append(view.register.exists(org.id).because)
    return (Table("unions", "Unions on the day", columns, tuple(rows), tuple(because)),)


def _tariffs(view: View) -> tuple[Exhibit, ...]:
    """Average tariffs of the members of customs unions, as far as the world has them."""
    if "tariffs" not in view.world.sheets:
        return ()
    members = {
        code
        for org in view.register.organisations()
        if UNIONS in org.kind and org.id not in membership.background(view.case)
        for code in view.register.member_codes(org.id)
    }
    rows: list[tuple[Cell, ...]] = [
        (row["area"], row["year"], row["mfn_simple_percent"], row["source"])
        for row in view.world.sheet("tariffs")
        if row["area"] in members and row["mfn_simple_percent"] is not None
    ]
    if not rows:
        return ()
    columns = (
        Column("state", "State"),
        Column("year", "Year"),
        Column("tariff", "Average tariff", "%", 1),
        Column("source", "Source"),
    )
    table = Table("tariffs", "Average most-favoured-nation tariff", columns, tuple(rows), keys=2)
    title = "Average most-favoured-nation tariff"
    return (Chart("tariffs", title, "line", table, "year", "tariff", "state"),)


def trade(view: View) -> Page:
    """Trade: what the world's tables hold, and what the union does to each economy."""
    name = flows_near(view)
    exhibits = _flows(view, name) if name else ()
    title = f"Trade in {name.removeprefix('trade_')}" if name else "Trade"
    return Page(
        view._("Trade"),
        view._("Who trades with whom, and what the union does to each economy."),
        (Section("flows", title, 0, (), exhibits),) if exhibits else (),
        data={"questions": asked_in(*TRADE), "lookup": False},
        template="field.html",
    )


def flows_near(view: View) -> str:
    """The table of flows whose year lies nearest to the day, ``""`` if there is none."""
    years = {name: int(name[6:]) for name in view.world.sheets
             if name.startswith("trade_") and name[6:].isdigit()}  # fmt: skip
    return min(years, key=lambda name: abs(years[name] - view.day.year), default="")


def _flows(view: View, name: str) -> tuple[Exhibit, ...]:
    flows: dict[tuple[str, str], float] = {}
    total: Counter[str] = Counter()
    for row in view.world.sheet(name):
        if row["musd"] is not None:
            flows[row["exporter"], row["importer"]] = row["musd"]
            total[row["exporter"]] += row["musd"]
            total[row["importer"]] += row["musd"]
    largest = [state for state, _ in total.most_common(LARGEST)]
    columns = (
        Column("exporter", "Exporter"),
        Column("importer", "Importer"),
        Column("musd", "Exports", "million US$", 0),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (a, b, flows[a, b]) for a in largest for b in largest if (a, b) in flows
    )
    among = Table("flows", "Flows between the largest traders", columns, rows, keys=2)
    title = "Who exports to whom"
    picture = Chart("heat", title, "heat", among, "importer", "exporter", "musd")
    sums: tuple[tuple[Cell, ...], ...] = tuple(
        (state, sum(v for (a, _), v in flows.items() if a == state),
         sum(v for (_, b), v in flows.items() if b == state))
        for state in largest
    )  # fmt: skip
    heads = (
        Column("state", "State"),
        Column("exports", "Exports", "million US$", 0),
        Column("imports", "Imports", "million US$", 0),
    )
    note = view._("Flows on record between the economies of this table only; ROW is the rest.")
    return (picture, Table("totals", "Trade of each", heads, sums, note=note))
