"""What a common tariff shows: averages, who rises and falls, and the tests of the GATT."""

from __future__ import annotations

from collections.abc import Sequence

from hansa.customs.union.bindings import Bindings
from hansa.customs.union.build import CommonTariff, LineTrace
from hansa.customs.union.incidence import Incidence
from hansa.terms.exhibits import Chart, Column, Exhibit, Section, Statement, Table
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth


def effects_table(common: CommonTariff) -> Table:
    """Average rates before and after, and what rises for whom."""
    effects = common.effects()
    return Table(
        key="common-tariff-effects",
        title="The common tariff, member by member",
        columns=(
            Column("member", "Member"),
            Column("before", "Mean before", "%", 2),
            Column("after", "Mean after", "%", 2),
            Column("lines", "Lines"),
            Column("rise", "Lines that rise", "%", 1),
            Column("fall", "Lines that fall", "%", 1),
            Column("imports_rise", "Imports on rising lines", "%", 1),
            Column("imports_fall", "Imports on falling lines", "%", 1),
            Column("duty", "More duty on its imports", _unit(common), 1),
        ),
        rows=tuple(
            (
                e.member,
                e.mean_before,
                e.mean_after,
                e.lines,
                100 * e.share_rise,
                100 * e.share_fall,
                None if e.imports_rise is None else 100 * e.imports_rise,
                None if e.imports_fall is None else 100 * e.imports_fall,
                e.duty_change,
            )
            for e in effects
        ),
        because=tuple(e.because for e in effects),
        note=common.rule,
    )


def _unit(common: CommonTariff) -> str:
    return common.trade.unit if common.trade is not None else ""


def effects_chart(common: CommonTariff) -> Chart:
    """Share of lines that rise and fall, by member."""
    rows = [
        (e.member, word, 100 * share)
        for e in common.effects()
        for word, share in (("rise", e.share_rise), ("fall", e.share_fall))
    ]
    table = Table(
        "common-tariff-moves",
        "Lines that rise and fall",
        (Column("member", "Member"), Column("way", "Way"), Column("share", "Lines", "%", 1)),
        tuple(rows),
    )
    return Chart(
        "common-tariff-moves-chart",
        "Lines that rise and fall",
        "bar",
        table,
        "member",
        "share",
        "way",
    )


def line_table(trace: LineTrace) -> Table:
    """One line: who moves by how much, and what it costs."""
    return Table(
        key=f"common-tariff-line-{trace.code}",
        title=f"{trace.code} {trace.name}".strip(),
        columns=(
            Column("member", "Member"),
            Column("before", "Before", "%", 2),
            Column("after", "After", "%", 2),
            Column("change", "Change", "points", 2),
            Column("imports", "Imports", "", 1),
            Column("cost", "More duty", "", 2),
        ),
        rows=tuple(
            (move.member, move.before, move.after, move.change, move.imports, move.cost)
            for move in trace.moves
        ),
        because=tuple(trace.because for _ in trace.moves),
        note=trace.rule,
    )


def incidence_table(tests: Sequence[Incidence]) -> Table:
    """The tests of Article XXIV:5(a) by partner, the worst hit first."""
    rows, because = [], []
    for test in tests:
        for partner in test.partners:
            rows.append(
                (
                    test.method,
                    partner.partner,
                    partner.imports,
                    partner.before,
                    partner.after,
                    partner.change,
                )
            )
            because.append(test.because)
    return Table(
        key="common-tariff-incidence",
        title="Duties on partners' exports before and after (GATT XXIV:5(a))",
        columns=(
            Column("method", "Test"),
            Column("partner", "Partner"),
            Column("imports", "Imports", "", 1),
            Column("before", "Rate before", "%", 2),
            Column("after", "Rate after", "%", 2),
            Column("change", "More duty", "", 2),
        ),
        rows=tuple(rows),
        because=tuple(because),
    )


def claims_table(bindings: Bindings) -> Table:
    """Net claims of the partners (GATT XXIV:6)."""
    net = bindings.net()
    broken = {
        partner: sum(claim.impairment for claim in bindings.claims if claim.partner == partner)
        for partner in net
    }
    return Table(
        key="common-tariff-claims",
        title="Claims for broken bindings (GATT XXIV:6)",
        columns=(
            Column("partner", "Partner"),
            Column("impairment", "Impairment", "", 2),
            Column("net", "Net of credit", "", 2),
        ),
        rows=tuple((partner, broken[partner], claim) for partner, claim in net.items()),
        because=tuple(bindings.because for _ in net),
    )


def section(
    common: CommonTariff,
    tests: Sequence[Incidence] = (),
    bindings: Bindings | None = None,
    order: int = 0,
) -> Section:
    """The part of a briefing on the common tariff.

    Parameters
    ----------
    common : CommonTariff
        The tariff.
    tests : sequence of Incidence
        Tests of Article XXIV:5(a) to tell.
    bindings : Bindings, optional
        What Article XXIV:6 found.
    order : int
        Place in the briefing.
    """
    rule = Reason("rule", common.rule)
    statements = [Statement(f"The common tariff is {common.rule}.", (rule,))]
    statements += [Statement(f"{e.because[0].text}.", e.because) for e in common.effects()]
    said = {
        Truth.TRUE: "passes",
        Truth.FALSE: "does not pass",
        Truth.UNKNOWN: "cannot be judged on",
    }
    statements += [
        Statement(f"It {said[test.passes]} the test by {test.method}.", test.because)
        for test in tests
    ]
    exhibits: list[Exhibit] = [effects_table(common), effects_chart(common)]
    if tests:
        exhibits.append(incidence_table(tests))
    if bindings is not None:
        total = sum(bindings.net().values())
        text = f"{len(bindings.breaches)} bindings are broken; net claims come to {total:,.2f}."
        statements.append(Statement(text, bindings.because))
        exhibits.append(claims_table(bindings))
    limits = []
    if common.open_lines():
        limits.append(f"{len(common.open_lines())} lines are still to be negotiated")
    for member, codes in common.schedules.missing.items():
        limits.append(f"{member} lacks {len(codes)} lines: {common.schedules.policy.value}")
    return Section(
        "common-tariff",
        "The common tariff",
        order,
        tuple(statements),
        tuple(exhibits),
        tuple(limits),
    )
