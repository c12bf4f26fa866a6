"""Shipments: customs value, cascade, quotas, free circulation, with every reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rate_strategies import monotone
from small_union import CODES, STEPWISE, book, lines, rates, regime

from hansa.customs.assessment import (
    Balances,
    Displacement,
    ExchangeRates,
    Freedom,
    Line,
    Office,
    Practice,
    Quote,
    Round,
    Sum,
    assess,
    assess_all,
    crossing,
    customs_value,
    national_or_common,
)
from hansa.customs.assessment.delivery import EDITIONS, included
from hansa.customs.book import (
    Exemption,
    Kind,
    Measure,
    Membership,
    OrderNumber,
    Regime,
    TariffBook,
    Volume,
)
from hansa.customs.bulk import Layout, assess_table
from hansa.customs.bulk.rows import line_of
from hansa.customs.duties import Duty, Per, Rate, read
from hansa.customs.mistakes import (
    EntryRefused,
    MissingAdditionalCode,
    MissingCost,
    NegativeValue,
    NoExchangeRate,
    NoRate,
)
from hansa.terms.days import Period
from hansa.terms.errors import BadInput
from hansa.terms.money import Money, Rounding

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
DAY = date(2025, 5, 5)
CODE = "0201300000"
UNION = Regime("the union", (Membership("RUS"), Membership("KAZ"), Membership("ARM")))


def eur(amount: str) -> Sum:
    return Sum(Decimal(amount), "EUR")


def measure(kind: Kind, duty: str, **more: object) -> Measure:
    given: dict[str, object] = {"id": kind.value, "code": CODE, "valid": YEAR, **more}
    return Measure(kind=kind, duty=read(duty), **given)  # type: ignore[arg-type]


def office(*measures: Measure, regime: Regime = UNION, **more: object) -> Office:
    practice = more.pop("practice", Practice("EUR"))
    fx = more.pop("rates", ExchangeRates.fixed(practice.currency, USD="0.9", RUB="0.01"))  # type: ignore[attr-defined]
    return Office(TariffBook(measures, **more), regime, practice, fx)  # type: ignore[arg-type]


def line(**more: object) -> Line:
    given: dict[str, object] = {
        "code": CODE,
        "origin": "USA",
        "on": DAY,
        "price": eur("1000"),
        **more,
    }
    return Line(**given)  # type: ignore[arg-type]


DUTY = measure(Kind.THIRD_COUNTRY, "10 %")
COSTS = {
    "to_port": eur("10"),
    "freight": eur("100"),
    "insurance": eur("5"),
    "inland": eur("40"),
    "duties": eur("90"),
}

# ---- customs value ----


@pytest.mark.parametrize(
    ("terms", "cif", "fob"),
    [
        ("EXW", "1115", "1010"),
        ("FCA", "1105", "1000"),
        ("FAS", "1105", "1000"),
        ("FOB", "1105", "1000"),
        ("CFR", "1005", "900"),
        ("CIF", "1000", "895"),
        ("CPT", "965", "860"),
        ("CIP", "960", "855"),
        ("DAF", "1000", "895"),
        ("DES", "1000", "895"),
        ("DEQ", "1000", "895"),
        ("DDU", "960", "855"),
        ("DAT", "960", "855"),
        ("DAP", "960", "855"),
        ("DPU", "960", "855"),
        ("DDP", "870", "765"),
    ],
)
def test_value_by_terms_of_delivery(terms: str, cif: str, fob: str) -> None:
    for basis, expected in (("CIF", cif), ("FOB", fob)):
        practice = Practice("EUR", valuation=basis)  # type: ignore[arg-type]
        found = customs_value(line(terms=terms, costs=COSTS), practice, ExchangeRates("EUR"))
        assert found.amount == Fraction(expected), basis


def test_terms_belong_to_editions() -> None:
    assert {"DAT"} == EDITIONS[2010] - EDITIONS[2020]
    assert included("DPU", 2020) == included("DAT", 2010)
    with pytest.raises(BadInput, match="DAT belongs to Incoterms 2010"):
        included("DAT", 2020)
    with pytest.raises(BadInput, match="did you mean FOB"):
        included("FOV")


def test_transport_is_shown() -> None:
    found = customs_value(line(terms="FOB", costs=COSTS), Practice("EUR"), ExchangeRates("EUR"))
    assert found.transport == 115
    assert found.transport_share == Fraction(11500, 1105)
    assert [reason.text for reason in found.because] == [
        "plus price 1000 EUR = 1000",
        "already in the price: to_port 10 EUR = 10",
        "plus freight 100 EUR = 100",
        "plus insurance 5 EUR = 5",
        "already in the price: inland 40 EUR = 40",
        "already in the price: duties 90 EUR = 90",
    ]


def test_costs_that_are_missing() -> None:
    with pytest.raises(MissingCost, match="delivered FOB, the price holds no freight"):
        customs_value(line(terms="FOB"), Practice("EUR"), ExchangeRates("EUR"))
    free = customs_value(
        line(terms="FOB", costs={"freight": eur("0")}), Practice("EUR"), ExchangeRates("EUR")
    )
    assert free.amount == 1000
    assumed = customs_value(line(terms="DDP"), Practice("EUR"), ExchangeRates("EUR"))
    assert "duties is in the price and not shown separately: not taken off" in assumed.assumed


def test_additions_deductions_and_currencies_of_the_day() -> None:
    quotes = [
        Quote("USD", date(2025, 5, 2), Decimal("0.90")),
        Quote("USD", date(2025, 5, 6), Decimal(2)),
    ]
    fx = ExchangeRates.of("EUR", quotes)
    given = line(
        price=Sum(Decimal(1000), "USD"),
        additions={"royalties": eur("50")},
        deductions={"assembly": eur("20")},
    )
    assert customs_value(given, Practice("EUR"), fx).amount == 930
    with pytest.raises(NoExchangeRate, match="first rate on 2025-05-02"):
        customs_value(replace(given, on=date(2025, 5, 1)), Practice("EUR"), fx)
    with pytest.raises(NoExchangeRate, match="is of 2025-05-02, more than 2 days"):
        customs_value(given, Practice("EUR", rate_age=2), fx)
    with pytest.raises(NegativeValue):
        customs_value(replace(given, deductions={"x": eur("9999")}), Practice("EUR"), fx)


def test_rates_are_quoted_per_units_or_the_other_way_round() -> None:
    fx = ExchangeRates.of(
        "RUB",
        [
            Quote("JPY", DAY, Decimal("58.5"), units=100),
            Quote("USD", DAY, Decimal("0.0125"), inverse=True),
        ],
    )
    assert fx.on("JPY", DAY) == Fraction(117, 200)
    assert fx.on("USD", DAY) == 80
    with pytest.raises(BadInput, match="two rates"):
        ExchangeRates.of("RUB", [Quote("USD", DAY, Decimal(1)), Quote("USD", DAY, Decimal(2))])
    with pytest.raises(BadInput, match="more than nought"):
        Quote("USD", DAY, Decimal(0))


# ---- options and the cascade ----


def test_the_cheapest_open_option_is_taken_and_equals_ask_for_least() -> None:
    desk = office(
        DUTY,
        measure(Kind.SUSPENSION, "4 %"),
        measure(Kind.PREFERENCE, "4 %", area="USA"),
    )
    found = assess(line(), desk)
    assert found.option is not None
    assert found.option.kind is Kind.SUSPENSION
    texts = [reason.text for reason in found.because]
    assert "third-country duty third_country 10 %: open, its conditions are met, 100" in texts
    assert "suspension chosen: it is the cheapest that is open" in texts
    claimed = assess(line(option=Kind.PREFERENCE), desk)
    assert claimed.option is not None
    assert claimed.option.kind is Kind.PREFERENCE


def test_a_claim_that_is_not_open_falls_back_and_says_so() -> None:
    found = assess(
        line(option=Kind.QUOTA), office(DUTY, measure(Kind.QUOTA, "0 %", order_number="9"))
    )
    assert found.total == Money("EUR", 10000)
    texts = [reason.text for reason in found.because]
    assert any("tariff quota is claimed but not open" in text for text in texts)
    assert any("order number 9 is not claimed" in text for text in texts)


def test_no_rate_at_all() -> None:
    with pytest.raises(NoRate, match="no rate of duty for 0201300000 from USA"):
        assess(line(), office(measure(Kind.VAT, "20 %")))


def test_vat_is_on_value_plus_everything_and_each_number_is_there() -> None:
    desk = office(
        DUTY,
        measure(Kind.ANTI_DUMPING, "0.5 EUR / kg"),
        measure(Kind.EXCISE, "2 USD / l"),
        measure(Kind.VAT, "20 %", code=""),
    )
    found = assess(line(quantities={"KGM": Decimal(50), "LTR": Decimal(10)}), desk)
    assert [(c.kind, str(c.money.amount)) for c in found.charges] == [
        (Kind.THIRD_COUNTRY, "100.00"),
        (Kind.ANTI_DUMPING, "25.00"),
        (Kind.EXCISE, "18.00"),
        (Kind.VAT, "228.60"),
    ]
    assert found.vat_base == 1143
    assert str(found.total) == "371.60 EUR"
    numbers = [inner.text for reason in found.because for _, inner in reason.walk()]
    assert "0.5 EUR * 50 (kg) = 25 EUR" in numbers
    assert "2 USD * 10 (l) * 0.9 = 18 EUR" in numbers
    assert "20% * 1143.00 = 228.6 EUR" in numbers


def test_a_line_makes_a_table() -> None:
    desk = office(DUTY, measure(Kind.VAT, "20 %", code=""))
    found = assess(line(id="7", terms="FOB", costs={"freight": eur("100")}), desk)
    rows = [(r["step"], r["rate"], str(r["amount"])) for r in found.table().records()]
    assert rows == [
        ("price", "", "1000"),
        ("freight", "", "100"),
        ("customs value", "", "1100"),
        ("third-country duty", "10 %", "110.00"),
        ("value added tax", "20 %", "242.00"),
        ("total", "", "352.00"),
    ]
    assert found.table().note == "in free circulation in every member"


def test_goods_told_apart_by_an_additional_code_must_declare_one() -> None:
    desk = office(
        DUTY,
        measure(Kind.ANTI_DUMPING, "5 %", id="a", additional_code="C1"),
        measure(Kind.ANTI_DUMPING, "50 %", id="b", additional_code="C999"),
    )
    with pytest.raises(MissingAdditionalCode, match="did you mean C1 or C999"):
        assess(line(), desk)
    found = assess(line(additional_codes=frozenset({"C1"})), desk)
    assert str(found.charge(Kind.ANTI_DUMPING)) == "50.00 EUR"


def test_entry_may_be_refused() -> None:
    from hansa.customs.book import Action, Condition

    closed = (Condition("B", document="L1"), Condition("B", Action.REFUSED))
    desk = office(replace(DUTY, conditions=closed))
    with pytest.raises(EntryRefused, match="entry into free circulation is not allowed"):
        assess(line(), desk)
    assert assess(line(documents=frozenset({"L1"})), desk).total.minor == 10000


def test_stacking_on_a_share_of_the_goods() -> None:
    rule = Displacement("metal", frozenset({"reciprocal"}), "metal content")
    desk = office(
        DUTY,
        measure(Kind.ADDITIONAL, "50 %", id="m", programme="metal"),
        measure(Kind.ADDITIONAL, "20 %", id="r", programme="reciprocal"),
        practice=Practice("EUR", displacements=(rule,)),
    )
    found = assess(line(shares={"metal content": Decimal("0.25")}), desk)
    assert str(found.charge(Kind.ADDITIONAL)) == "650.00 EUR"
    assert any("kept away by metal on 25 %" in r.text for r in found.because)


@given(st.fractions(0, 10**6, max_denominator=10**5), st.sampled_from(Rounding), st.integers(0, 4))
def test_rounding_is_that_of_decimal(amount: Fraction, mode: Rounding, places: int) -> None:
    tenths = Fraction(int(amount * 10**6), 10**6)  # decimals that end, so that Decimal is exact
    exact = Decimal(tenths.numerator) / Decimal(tenths.denominator)
    expected = exact.quantize(Decimal(1).scaleb(-places), rounding=mode.value)
    assert Round(mode, places)(tenths) == Fraction(expected)
    assert Round(mode, places)(-tenths) == -Fraction(expected)


@given(monotone, st.integers(0, 10**9), st.integers(0, 10**9))
@settings(max_examples=60)
def test_a_dearer_line_never_pays_less(rate: Rate, first: int, second: int) -> None:
    quantities = dict.fromkeys(
        ("KGM", "LTR", "NAR", "NPR", "MTK", "MTQ", "CMQENG", "LPA"), Decimal("12.5")
    )
    desk = office(
        Measure(id="t", kind=Kind.THIRD_COUNTRY, code=CODE, duty=Duty(rate), valid=YEAR),
        measure(Kind.VAT, "20 %"),
        practice=Practice.stepwise("EUR"),
        rates=ExchangeRates.fixed("EUR", USD="0.9", GBP="1.15"),
    )
    paid = [
        assess(line(price=Sum(Decimal(cents) / 100, "EUR"), quantities=quantities), desk).total
        for cents in sorted((first, second))
    ]
    assert paid[0] <= paid[1]


# ---- quotas ----

NUMBER = OrderNumber("9", volumes=(Volume(YEAR, Decimal(100), Per("KGM")),))
QUOTA = measure(Kind.QUOTA, "0 %", order_number="9")


def claim(kilos: str, *accepted: object, **more: object) -> Line:
    return line(order_number="9", quantities={"KGM": Decimal(kilos)}, accepted=accepted, **more)


def test_quotas_are_drawn_in_order_of_acceptance_and_the_last_line_is_split() -> None:
    desk = office(DUTY, QUOTA, order_numbers=(NUMBER,))
    given = [claim("60", 3), claim("50", 1), claim("30", 2), claim("10", 4)]
    run = assess_all(given, desk)
    found = [(given.index(p.line), p.part, p.drawn, str(p.total.amount)) for p in run.assessed]
    assert found == [
        (0, 1, 20, "0.00"),  # 20 kg of 60 are left for it
        (0, 2, 0, "66.67"),
        (1, 0, 50, "0.00"),
        (2, 0, 30, "0.00"),
        (3, 0, 0, "100.00"),
    ]
    assert run.balances.left == {("9", YEAR.start): 0}


def test_a_day_earlier_goes_first_whatever_the_mark() -> None:
    desk = office(DUTY, QUOTA, order_numbers=(NUMBER,))
    late, early = claim("100", 1), replace(claim("100", 2), on=date(2025, 5, 4))
    run = assess_all([late, early], desk)
    assert [p.drawn for p in run.assessed] == [0, 100]


def test_rejected_lines_draw_nothing() -> None:
    desk = office(DUTY, QUOTA, order_numbers=(NUMBER,))
    run = assess_all([claim("100", terms="FOB"), claim("100")], desk)
    assert [p.drawn for p in run.assessed] == [100]
    (refusal,) = run.rejected
    assert str(refusal.error).startswith("delivered FOB, the price holds no freight")


def test_a_quota_counted_in_value() -> None:
    volumes = (Volume(YEAR, Decimal(500), currency="USD"),)
    desk = office(DUTY, QUOTA, order_numbers=(OrderNumber("9", volumes=volumes),))
    run = assess_all([line(order_number="9", price=eur("900"))], desk)
    assert [(p.part, p.base, p.drawn) for p in run.assessed] == [(1, 450, 500), (2, 450, 0)]


kilos = st.lists(st.integers(1, 60), min_size=1, max_size=12)


@given(kilos, st.integers(1, 300), st.randoms())
@settings(max_examples=50)
def test_quotas_conserve(masses: list[int], volume: int, random: object) -> None:
    number = OrderNumber("9", volumes=(Volume(YEAR, Decimal(volume), Per("KGM")),))
    desk = office(DUTY, QUOTA, order_numbers=(number,))
    given = [claim(str(mass), random.random()) for mass in masses]  # type: ignore[attr-defined]
    run = assess_all(given, desk)
    drawn = sum(p.drawn for p in run.assessed)
    assert drawn == min(volume, sum(masses))
    assert drawn + run.balances.left["9", YEAR.start] == volume
    assert sum(p.base for p in run.assessed) == 1000 * len(given)
    assert sum(p.part == 1 for p in run.assessed) <= 1


@given(kilos, st.integers(0, 12))
@settings(max_examples=30)
def test_a_run_may_be_cut_anywhere(masses: list[int], cut: int) -> None:
    desk = office(DUTY, QUOTA, order_numbers=(NUMBER,))
    given = [claim(str(mass), place) for place, mass in enumerate(masses)]
    whole = assess_all(given, desk)
    first = assess_all(given[:cut], desk)
    second = assess_all(given[cut:], desk, first.balances)
    assert first.assessed + second.assessed == whole.assessed


# ---- free circulation ----

EXEMPT = Regime(
    "the union",
    UNION.members,
    (Exemption("KAZ", CODE, read("2 %"), YEAR, "Decision 22"),),
)
TAXES = (
    measure(Kind.VAT, "12 %", id="vat KAZ", code="", member="KAZ"),
    measure(Kind.VAT, "20 %", id="vat RUS", code="", member="RUS"),
)


def test_goods_released_at_an_exemption_stay_or_pay() -> None:
    desk = office(DUTY, *TAXES, regime=EXEMPT)
    released = assess(line(member="KAZ"), desk)
    assert released.status.freedom is Freedom.ONE_MEMBER
    assert str(released.status) == "in free circulation only in the member of release (KAZ)"
    assert str(released.total) == "142.40 EUR"  # 20 duty, 12 % of 1020
    due = crossing(released, desk, "RUS")
    assert str(due.duty) == "80.00 EUR"
    assert str(due.taxes) == "220.00 EUR"  # 20 % of 1100
    assert due.because[0].text == "common duty 100.00 EUR less paid 20.00 EUR"


def test_goods_released_at_the_common_rate_move_freely() -> None:
    desk = office(DUTY, *TAXES, regime=EXEMPT)
    released = assess(line(member="RUS"), desk)
    assert released.status.freedom is Freedom.EVERYWHERE
    due = crossing(released, desk, "KAZ")
    assert (due.duty.minor, str(due.taxes)) == (0, "132.00 EUR")
    with pytest.raises(BadInput, match="unknown member 'BLR'"):
        crossing(released, desk, "BLR")
    with pytest.raises(BadInput, match="cannot cross on 2025-01-01"):
        crossing(released, desk, "KAZ", date(2025, 1, 1))


def test_an_exemption_ends() -> None:
    short = replace(EXEMPT.exemptions[0], valid=Period(YEAR.start, DAY))
    desk = office(DUTY, regime=replace(EXEMPT, exemptions=(short,)))
    assert assess(line(member="KAZ"), desk).charges[0].kind is Kind.THIRD_COUNTRY


def test_a_dearer_exemption_is_not_taken() -> None:
    dear = replace(EXEMPT.exemptions[0], duty=read("12 %"))
    desk = office(DUTY, regime=replace(EXEMPT, exemptions=(dear,)))
    released = assess(line(member="KAZ"), desk)
    assert released.status.freedom is Freedom.EVERYWHERE


def test_goods_from_inside_pay_no_customs() -> None:
    desk = office(DUTY, *TAXES)
    found = assess(line(member="RUS", free_circulation=True), desk)
    assert [c.kind for c in found.charges] == [Kind.VAT]
    assert found.status.freedom is Freedom.ALREADY
    assert found.option is None
    assert str(found.total) == "200.00 EUR"


def test_part_of_a_split_line_crosses_by_itself() -> None:
    number = OrderNumber("9", volumes=(Volume(YEAR, Decimal(25), Per("KGM")),))
    desk = office(DUTY, QUOTA, *TAXES, regime=EXEMPT, order_numbers=(number,))
    inside, beyond = assess_all([claim("100", member="KAZ")], desk).assessed
    assert inside.status.freedom is Freedom.EVERYWHERE
    assert str(crossing(inside, desk, "RUS").duty) == "0.00 EUR"
    assert beyond.status.freedom is Freedom.ONE_MEMBER
    assert str(crossing(beyond, desk, "RUS").duty) == "60.00 EUR"  # 8 % of 750


@given(st.integers(0, 10**4), st.integers(0, 10**4), st.integers(1, 10**5))
def test_which_of_two_tariffs(a: int, b: int, value: int) -> None:
    which = national_or_common(Fraction(a), Fraction(b), Fraction(value))
    assert (which == "national") is (100 * abs(a - b) <= 3 * value)


# ---- tables ----


def test_why_gives_a_line_of_the_table_with_its_reasons() -> None:
    frame = lines(60, wrong=False)
    found = assess_table(frame, book(), regime=regime(), practice=STEPWISE, rates=rates())
    row = int(found.lines["row"][3])
    parts = found.why(row)
    same = found.lines.filter(found.lines["row"] == row)
    assert [p.total.minor for p in parts] == same["total"].to_list()
    assert parts[0].because[0].text.startswith("customs value")


def test_pandas_in_pandas_out() -> None:
    import pandas as pd

    frame = lines(80, wrong=False)
    plain = frame.to_pandas()
    law = {"regime": regime(), "practice": STEPWISE, "rates": rates()}
    found = assess_table(plain, book(), **law)  # type: ignore[arg-type]
    assert isinstance(found.lines, pd.DataFrame)
    assert isinstance(found.rejected, pd.DataFrame)
    polars = assess_table(frame, book(), **law)  # type: ignore[arg-type]
    assert found.lines["total"].tolist() == polars.lines["total"].to_list()


def test_floats_are_read_as_they_print() -> None:
    import polars as pl

    frame = pl.DataFrame(
        {
            "code": [CODE] * 3,
            "origin": ["USA"] * 3,
            "on": [DAY] * 3,
            "price": [0.1, 1e-7, 1234567.895],
        }
    )
    practice = Practice("EUR")
    book_ = TariffBook((measure(Kind.THIRD_COUNTRY, "100 %"),))
    found = assess_table(frame, book_, regime=UNION, practice=practice)
    exact = [Decimal("0.1"), Decimal("1e-7"), Decimal("1234567.895")]
    cents = [int((x * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)) for x in exact]
    assert found.lines["duty"].to_list() == cents


def test_amounts_beyond_sixty_four_bits_stay_exact() -> None:
    import polars as pl

    price = Decimal("90000000000000.01")
    frame = pl.DataFrame(
        {
            "code": [CODE] * 2,
            "origin": ["USA"] * 2,
            "on": [DAY] * 2,
            "price": [price, Decimal("1.00")],
        }
    )
    book_ = TariffBook((measure(Kind.THIRD_COUNTRY, "33.3333 %"), measure(Kind.VAT, "19.6 %")))
    found = assess_table(frame, book_, regime=UNION, practice=Practice("EUR"))
    exact = assess(line(price=Sum(price, "EUR")), Office(book_, UNION, Practice("EUR")))
    assert found.lines["total"][0] == exact.total.minor


def test_columns_that_cannot_be() -> None:
    import polars as pl

    law = {"book": TariffBook((DUTY,)), "regime": UNION, "practice": Practice("EUR")}
    with pytest.raises(BadInput, match="needs a column 'price'"):
        assess_table(pl.DataFrame({"code": [CODE], "origin": ["USA"], "on": [DAY]}), **law)  # type: ignore[arg-type]
    frame = pl.DataFrame(
        {"code": [CODE], "origin": ["USA"], "on": [DAY], "price": [1], "quantity_KGN": [1]}
    )
    with pytest.raises(BadInput, match="unknown unit of measurement 'KGN'; did you mean"):
        assess_table(frame, **law)  # type: ignore[arg-type]
    twice = frame.rename({"quantity_KGN": "quantity_DTN"}).with_columns(net_mass=1)
    with pytest.raises(BadInput, match="tell the same quantity"):
        assess_table(twice, **law)  # type: ignore[arg-type]


def test_an_empty_table() -> None:
    frame = lines(3).clear()
    found = assess_table(frame, book(), regime=regime(), practice=STEPWISE, rates=rates())
    assert (found.lines.height, found.rejected.height, found.totals.lines) == (0, 0, 0)


def test_rejected_lines_say_why_and_where() -> None:
    import polars as pl

    base = {
        "code": CODES[0],
        "origin": "USA",
        "on": "2025-02-03",
        "price": "100",
        "net_mass": "5",
        "quantity_LTR": "1",
        "quantity_NAR": "1",
        "quantity_CMQENG": "1",
        "currency": "RUB",
    }
    slips = [
        ({"code": "0101111111"}, "unknown code", "did you mean 0101100000"),
        ({"code": "01o1"}, "unreadable", "column 'code': '01o1' is not a goods code"),
        ({"price": "-1"}, "negative value", "column 'price': -1 is below nought"),
        ({"price": "1O0"}, "unreadable", "column 'price': '1O0' is not a number"),
        ({"price": None}, "unreadable", "column 'price': no price"),
        ({"net_mass": "-2"}, "negative value", "column 'net_mass'"),
        ({"on": "2025-02-30"}, "unreadable", "did you mean 2025-02-28"),
        ({"currency": "XAU"}, "no exchange rate", "from XAU to RUB on 2025-02-03"),
        ({"terms": "FOB"}, "missing cost", "the price holds no freight"),
        ({"terms": "FOV"}, "unreadable", "did you mean FOB"),
        ({"option": "prefernce"}, "unreadable", "did you mean preference"),
        ({"origin": None}, "unreadable", "column 'origin': no origin"),
    ]
    frame = pl.DataFrame([{**base, "terms": None, "option": None, **slip} for slip, _, _ in slips])
    law = {"regime": regime(), "practice": STEPWISE, "rates": rates()}
    found = assess_table(frame, book(), **law)  # type: ignore[arg-type]
    assert found.lines.height == 0
    for row, reason, detail, *_ in found.rejected.iter_rows():
        assert reason == slips[row][1]
        assert slips[row][2] in detail, detail
    assert found.totals.reasons == {
        "missing cost": 1,
        "negative value": 2,
        "no exchange rate": 1,
        "unknown code": 1,
        "unreadable": 7,
    }


def test_missing_quantities_and_overlaps_are_rejected_and_the_rest_is_computed() -> None:
    import polars as pl

    both = Period(date(2025, 6, 1), date(2026, 1, 1))
    law = TariffBook(
        (
            measure(Kind.THIRD_COUNTRY, "1 EUR / kg", id="one"),
            measure(Kind.THIRD_COUNTRY, "5 %", id="two", valid=both),
        )
    )
    frame = pl.DataFrame(
        {
            "code": [CODE] * 3,
            "origin": ["USA"] * 3,
            "price": [100] * 3,
            "on": [DAY, DAY, date(2025, 6, 1)],
            "net_mass": [3, None, 3],
        }
    )
    found = assess_table(frame, law, regime=UNION, practice=Practice("EUR"))
    assert found.lines["total"].to_list() == [300]
    assert found.rejected.select("row", "reason").rows() == [
        (1, "missing quantity"),
        (2, "overlapping measures"),
    ]
    assert "one and two" in found.rejected["detail"][1]


def test_lines_are_read_with_their_places() -> None:
    with pytest.raises(BadInput, match=r"lines\.csv, line 4000000, column 'price'"):
        line_of(
            {"code": CODE, "origin": "USA", "on": "2025-01-01", "price": "x"},
            Layout(),
            "EUR",
            row=4_000_000,
            file="lines.csv",
        )


def test_balances_start_full() -> None:
    assert Balances.of(TariffBook((), order_numbers=(NUMBER,))).left == {("9", YEAR.start): 100}
