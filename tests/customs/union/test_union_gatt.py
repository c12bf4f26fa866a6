"""GATT Article XXIV, paragraphs 5(a) and 6, and the cheapest compensation."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.customs.union import (
    AdValorem,
    Anchor,
    ArithmeticMean,
    Computed,
    Expressed,
    Highest,
    ImportWeightedMean,
    Lowest,
    Median,
    Missing,
    NationalTariff,
    Negotiated,
    align,
    build,
    claims_table,
    compensate,
    duties_collected,
    effects_chart,
    effects_table,
    equivalent,
    equivalents,
    examine_bindings,
    incidence_table,
    line_table,
    section,
    trade_of,
    weighted_average,
)
from hansa.terms.errors import BadInput, Infeasible, UnknownCode
from hansa.terms.truth import Truth


def flow(member, code, partner, value, **quantities):
    return {"member": member, "code": code, "partner": partner, "value": value, **quantities}


TARIFFS = [
    NationalTariff("A", {"01": 10, "02": 0, "03": 20}, {"01": 10, "02": 5, "03": 30}),
    NationalTariff("B", {"01": 2, "02": 8, "03": 10}, {"01": 4, "02": 8}),
]
FLOWS = [
    flow("A", "01", "X", 100),
    flow("B", "01", "X", 300),
    flow("B", "01", "Y", 20),
    flow("A", "02", "Y", 50),
    flow("A", "03", "X", 10),
]
S = align(TARIFFS)
TRADE = trade_of(FLOWS, S, unit="million EUR")


def test_paragraph_5a_weighted_average_by_hand():
    # Before: 10·100 + 2·320 + 0·50 + 20·10 = 1840 of 480; after 6·420 + 4·50 + 15·10 = 2870.
    result = weighted_average(build(S, ArithmeticMean(), TRADE))
    assert result.before == pytest.approx(1840 / 480)
    assert result.after == pytest.approx(2870 / 480)
    assert result.passes is Truth.FALSE
    assert result.covered == 1
    by = {p.partner: p for p in result.partners}
    assert by["X"].change == pytest.approx(((6 - 10) * 100 + (6 - 2) * 300 + (15 - 20) * 10) / 100)
    assert by["Y"].change == pytest.approx((4 * 20 + 4 * 50) / 100)
    assert result.worst().partner == "X"
    assert result.because[0].ref.startswith("GATT 1994 Art. XXIV:5(a)")
    assert "not on the whole" not in result.because[0].text


def test_the_lowest_rates_pass_and_the_highest_do_not():
    assert weighted_average(build(S, Lowest(), TRADE)).passes is Truth.TRUE
    assert weighted_average(build(S, Lowest(), TRADE)).worst() is None
    assert weighted_average(build(S, Highest(), TRADE)).passes is Truth.FALSE


def test_imports_that_cannot_be_compared_leave_the_whole_unknown():
    opened = build(S, Negotiated({}, Lowest(), frozenset({"02"})), TRADE)
    for result in (weighted_average(opened), duties_collected(opened)):
        assert result.passes is Truth.UNKNOWN
        assert result.uncovered == ("02",)
        assert result.covered == pytest.approx(430 / 480)
        assert any("no rate for 02" in reason.text for reason in result.because)
    without = build(S, Lowest())
    with pytest.raises(BadInput, match="needs imports"):
        weighted_average(without)
    with pytest.raises(BadInput, match="no external imports"):
        weighted_average(build(S, Lowest(), trade_of([flow("A", "01", "B", 5)], S)))


def test_paragraph_5a_duties_collected_agree_with_the_average_on_percentages():
    common = build(S, ArithmeticMean(), TRADE)
    average, duties = weighted_average(common), duties_collected(common)
    assert duties.before == Fraction(1840, 100)
    assert duties.after == Fraction(2870, 100)
    assert duties.passes is average.passes
    for one, two in zip(average.partners, duties.partners, strict=True):
        assert one.partner == two.partner
        assert one.change == pytest.approx(two.change)
        assert one.after == pytest.approx(two.after)


def minimum(percent, per_kg):
    """ "x %, but not less than y per kg"."""
    return Computed(
        lambda value, q: max(value * percent / 100, Fraction(q["kg"]) * Fraction(per_kg))
    )


def test_paragraph_5a_values_and_quantities_can_disagree():
    """A minimum per kilogram bites on cheap goods: equal averages, unequal duties."""
    s = align([NationalTariff("A", {"01": 10}), NationalTariff("B", {"01": 10})])
    trade = trade_of(
        [flow("A", "01", "X", 100, kg=10), flow("B", "01", "Y", 100, kg=1000)],
        s,
        quantities=("kg",),
    )
    common = build(s, ArithmeticMean(), trade)
    assert weighted_average(common).passes is Truth.TRUE
    result = duties_collected(common, union={"01": minimum(10, "0.05")})
    assert (result.before, result.after) == (20, 60)
    assert result.passes is Truth.FALSE
    assert result.worst().partner == "Y"
    assert result.worst().after == 50
    national = {"A": {"01": minimum(10, "0.05")}, "B": {"01": minimum(10, "0.05")}}
    same = duties_collected(common, national, {"01": minimum(10, "0.05")})
    assert same.before == same.after == 60
    assert same.passes is Truth.TRUE
    assert duties_collected(common, {"A": {"01": AdValorem.of("0.1")}}).before == Fraction("10.1")


def test_a_missing_quantity_names_line_and_partner():
    s = align([NationalTariff("A", {"01": 10})])
    trade = trade_of([flow("A", "01", "X", 100, kg=None)], s, quantities=("kg",))

    def per_kg(value, quantities):
        if "kg" not in quantities:
            raise BadInput("a duty per kg needs the quantity in kg")
        return Fraction(quantities["kg"])

    with pytest.raises(BadInput, match="A, 01 from X: a duty per kg needs"):
        duties_collected(build(s, Median(), trade), union={"01": Computed(per_kg)})
    with pytest.raises(UnknownCode, match="'Z'"):
        duties_collected(build(s, Median(), trade), {"Z": {}})


def test_ad_valorem_equivalents_at_unit_values():
    assert equivalent(AdValorem.of(7)) == 7
    assert equivalent(minimum(10, "0.5"), {"kg": "2"}) == 25
    assert equivalent(minimum(10, "0.5"), {"kg": "20"}) == 10
    rates, failed = equivalents(
        {"01": minimum(10, "0.5"), "02": AdValorem.of(3), "03": minimum(1, 1)},
        {"01": {"kg": "2"}, "03": {"kg": 0}},
    )
    assert rates == {"01": 25, "02": 3}
    assert failed == {"03": "the unit value per kg is 0: it must be positive"}


def test_ad_valorem_equivalent_of_a_compound_watch_and_of_a_knife():
    """The knife at 8 cents: 0.7 cents each plus 3.7 % is 12.45 % of the value."""
    knife = Computed(
        lambda value, q: Fraction(q["each"]) * Fraction("0.7") + value * Fraction("0.037")
    )
    assert equivalent(knife, {"each": 8}) == Fraction("12.45")


def test_duties_can_be_texts_of_a_tariff():
    """One member charges by value, the other a minimum by weight; the union takes the minimum."""
    s = align([NationalTariff("A", {"01": 10}), NationalTariff("B", {"01": 25})])
    trade = trade_of(
        [flow("A", "01", "X", 100, KGM=40), flow("B", "01", "X", 100, KGM=200)],
        s,
        quantities=("KGM",),
    )
    russian = Expressed.read("25, но не менее 0,2 евро за 1 кг", "USD", {"EUR": "1.25"})
    result = duties_collected(build(s, Median(), trade), {"B": {"01": russian}}, {"01": russian})
    # 0.2 euro are 0.25 dollars: 40 kg pay 25 % of the value, 200 kg pay by weight.
    assert (result.before, result.after) == (10 + 50, 25 + 50)
    assert equivalent(russian, {"KGM": "0.5"}) == 50
    s_only = trade_of([flow("A", "01", "X", 100)], s)
    with pytest.raises(BadInput, match=r"A, 01 from X: .*KGM"):
        duties_collected(build(s, Median(), s_only), union={"01": russian})


def test_paragraph_6_breach_credit_and_net_claim_by_hand():
    # Common 6, 4, 15. B bound 01 at 4: breach of 2 on 320; A bound 01 at 10: credit 4 on 100.
    found = examine_bindings(build(S, ArithmeticMean(), TRADE), supplier_share=0)
    (breach,) = found.breaches
    assert (breach.code, breach.member, breach.bound, breach.rate, breach.excess) == (
        "01",
        "B",
        4,
        6,
        2,
    )
    claims = {claim.partner: claim for claim in found.claims}
    assert (claims["X"].impairment, claims["X"].credit, claims["X"].net) == (6, 4, 2)
    assert claims["Y"].net == pytest.approx(0.4)
    assert found.net() == pytest.approx({"X": 2, "Y": 0.4})
    assert any("unbound" in reason.text for reason in found.because)


def test_only_suppliers_of_a_tenth_or_with_an_initial_right_claim():
    common = build(S, ArithmeticMean(), TRADE)
    assert set(examine_bindings(common).net()) == {"X"}  # Y supplies 20 of 320
    rights = [("B", "01", "Y")]
    assert set(examine_bindings(common, initial_rights=rights).net()) == {"X", "Y"}
    with pytest.raises(BadInput, match="need imports"):
        examine_bindings(build(S, Lowest()))


def test_reverse_compensation_is_not_due():
    found = examine_bindings(build(S, Lowest(), TRADE))
    assert found.breaches == ()
    assert found.net() == {}
    assert compensate(build(S, Lowest(), TRADE), found).reductions == ()


def test_the_cheapest_compensation_prefers_the_line_of_the_claimant():
    common = build(S, ArithmeticMean(), TRADE)
    # 01 is broken and so not offered; on 03 X sells 10: 15 points give 1.5 at most.
    with pytest.raises(Infeasible, match=r"X claims 2.000 and can get at most 1.500"):
        compensate(common, examine_bindings(common))
    # Half a point on 01 would give X 2 and cost 2.1; twelve points on 03 give and cost 1.2.
    plan = compensate(common, {"X": 1.2})
    assert [(r.code, r.before, r.after) for r in plan.reductions] == [("03", 15, 3)]
    assert plan.cost == pytest.approx(1.2)
    assert plan.gap <= 1e-6
    with pytest.raises(UnknownCode, match="partner 'Q'"):
        compensate(common, {"Q": 1.0})
    with pytest.raises(BadInput, match="must be positive"):
        compensate(common, {"X": 1.0}, step=0)


def cheapest_by_trying(T, M, claims, step, max_lines):
    """Every combination of lowered rates on the grid of steps."""
    choices = [
        [0.0, *(t - step * j for j in range(int(t / step + 1e-9) + 1) if t - step * j > 1e-9)]
        for t in T
    ]
    best = np.inf
    for cuts in product(*choices):
        r = np.array(cuts)
        if max_lines is not None and np.count_nonzero(r) > max_lines:
            continue
        given_ = r @ M / 100
        if all(given_[p] >= claim - 1e-9 for p, claim in claims.items()):
            best = min(best, float(given_.sum()))
    return best


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 8).map(lambda n: n / 2), min_size=2, max_size=4),
    st.data(),
    st.sampled_from([None, 1, 2]),
)
def test_no_other_combination_of_reductions_is_cheaper(T, data, max_lines):
    partners = ("X", "Y")
    M = np.array([[data.draw(st.integers(0, 50)) for _ in partners] for _ in T], dtype=float)
    s = align([NationalTariff("A", {f"{n:02d}": rate for n, rate in enumerate(T)})])
    flows = [
        flow("A", f"{n:02d}", partner, M[n, p])
        for n in range(len(T))
        for p, partner in enumerate(partners)
    ]
    most = np.array(T) @ M / 100
    claims = {p: data.draw(st.floats(0.1, 1.0)) * most[p] for p in range(2) if most[p] > 0}
    common = build(s, Anchor("A"), trade_of(flows, s))
    best = cheapest_by_trying(np.array(T), M, claims, 1.0, max_lines)
    wanted = {partners[p]: claim for p, claim in claims.items()}
    if best == np.inf:
        with pytest.raises(Infeasible):
            compensate(common, wanted, step=1.0, max_lines=max_lines)
        return
    plan = compensate(common, wanted, step=1.0, max_lines=max_lines)
    assert plan.cost == pytest.approx(best, abs=1e-6)
    assert plan.bound <= plan.cost + 1e-6
    for partner, claim in wanted.items():
        assert plan.given[partner] >= claim * (1 - 1e-6)


def test_closed_headings_are_not_offered_and_free_riders_are_named():
    s = align([NationalTariff("A", {"01": 10, "02": 10})])
    trade = trade_of(
        [flow("A", "01", "X", 100), flow("A", "01", "Y", 50), flow("A", "02", "X", 10)], s
    )
    common = build(s, Anchor("A"), trade)
    plan = compensate(common, {"X": 2.0}, step=1.0, closed=["02"])
    assert [(r.code, r.after) for r in plan.reductions] == [("01", 8)]
    assert plan.free_riders == {"Y": 1.0}
    assert plan.cost == 3
    with pytest.raises(Infeasible, match="at most 0 lines"):
        compensate(common, {"X": 2.0}, max_lines=0)


@given(
    st.lists(st.tuples(*[st.integers(0, 50_000)] * 2), min_size=1, max_size=8),
    st.data(),
)
def test_an_import_weighted_mean_never_raises_the_weighted_average(rows, data):
    s = align(
        [
            NationalTariff(m, {f"{n:03d}": row[c] / 1000 for n, row in enumerate(rows)})
            for c, m in enumerate("AB")
        ]
    )
    flows = [
        flow(m, code, data.draw(st.sampled_from("XYZ")), data.draw(st.integers(1, 10**6)))
        for m in "AB"
        for code in s.codes
    ]
    trade = trade_of(flows, s)
    result = weighted_average(build(s, ImportWeightedMean(), trade))
    assert result.passes is Truth.TRUE
    assert result.after == pytest.approx(result.before, abs=1e-6)
    change = sum(p.change for p in result.partners)
    assert change == pytest.approx((result.after - result.before) * trade.total() / 100, abs=1e-6)


@given(st.lists(st.integers(0, 50_000), min_size=1, max_size=8), st.data())
def test_equal_tariffs_pass_exactly_and_break_nothing(rates, data):
    table = {f"{n:03d}": rate / 1000 for n, rate in enumerate(rates)}
    s = align([NationalTariff(m, table, table) for m in "ABC"])
    flows = [
        flow(m, c, "X", data.draw(st.integers(1, 10**6)) / 1000) for m in "ABC" for c in s.codes
    ]
    common = build(s, ArithmeticMean(), trade_of(flows, s))
    for result in (weighted_average(common), duties_collected(common)):
        assert result.before == result.after
        assert result.passes is Truth.TRUE
    assert examine_bindings(common).breaches == ()


def test_exhibits_tell_averages_moves_tests_and_claims():
    common = build(S, ArithmeticMean(), TRADE)
    tests = [weighted_average(common), duties_collected(common)]
    table = effects_table(common)
    a, b = table.records()
    assert (a["before"], a["after"], a["lines"]) == (10, pytest.approx(25 / 3), 3)
    assert a["rise"] == pytest.approx(100 / 3)
    assert a["imports_rise"] == pytest.approx(100 * 50 / 160)
    assert b["duty"] == pytest.approx(4 * 320 / 100)
    assert len(table.because) == 2
    assert effects_chart(common).table.rows[0] == ("A", "rise", pytest.approx(100 / 3))
    assert len(incidence_table(tests).rows) == 4
    bindings = examine_bindings(common)
    assert claims_table(bindings).records()[0]["net"] == 2
    trace = common.line("01")
    assert trace.partners[0] == ("X", 8.0)
    assert line_table(trace).records()[1]["cost"] == pytest.approx(4 * 320 / 100)
    shown = section(common, tests, bindings, order=3)
    said = " ".join(statement.text for statement in shown.statements)
    assert "does not pass the test by import-weighted average" in said
    assert "1 bindings are broken; net claims come to 2.00." in said
    assert all(statement.because for statement in shown.statements)
    lacking = align([*TARIFFS, NationalTariff("C", {"01": 1})], Missing.OTHERS)
    limits = section(build(lacking, Negotiated({}, Median(), frozenset({"02"})))).limits
    assert limits[0] == "1 lines are still to be negotiated"
    assert limits[1].startswith("C lacks 2 lines")
