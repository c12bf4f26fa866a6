"""Duties: texts, structure, amounts."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rate_strategies import bases, everything, monotone, rates, styles

from hansa.customs.duties import (
    ENGLISH,
    RUSSIAN,
    TARIC,
    AdValorem,
    AtLeast,
    AtMost,
    BadExpression,
    Basis,
    Duty,
    Extreme,
    Part,
    Per,
    Quantities,
    Rate,
    Specific,
    Style,
    Sum,
    amount,
    explain,
    from_parts,
    read,
    scaled,
    to_parts,
    with_base,
    write,
)
from hansa.customs.duties.rates import OfBase
from hansa.customs.duties.units import UNITS
from hansa.customs.mistakes import MissingQuantity, NoExchangeRate, NoRate, Rejected
from hansa.terms.errors import BadInput, Place


@pytest.mark.shared
def test_all_13289_eurasian_rates_come_back_letter_by_letter(shared: Path) -> None:
    path = shared / "data" / "customs" / "eaeu_cet_2026.csv"
    with path.open(encoding="utf-8") as file:
        texts = [row["rate_text"] for row in csv.DictReader(file)]
    assert len(texts) == 13_289
    assert [str(read(text, "bare")) for text in texts] == texts


@pytest.mark.shared
def test_eurasian_structure_is_the_file_s_own_reading(shared: Path) -> None:
    """The file gives kind, percentage, amount, currency and unit of every rate as well."""
    units = {
        "kg": "KGM",
        "l": "LTR",
        "pair": "NPR",
        "m2": "MTK",
        "p/st": "NAR",
        "cm3 engine": "CMQENG",
    }
    path = shared / "data" / "customs" / "eaeu_cet_2026.csv"
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            percents = [AdValorem(Decimal(p)) for p in row["ad_valorem_pct"].split("|") if p]
            amounts: list[Rate] = []
            if row["specific_amount"]:
                per = Per(units[row["specific_unit"]], Decimal(row["specific_per"]))
                amounts = [Specific(Decimal(row["specific_amount"]), row["specific_ccy"], per)]
            kinds: dict[str, Rate] = {}
            match row["kind"], percents, amounts:
                case "ad_valorem", [percent], []:
                    kinds["is"] = percent
                case "specific", [], [specific]:
                    kinds["is"] = specific
                case "ad_valorem_min_specific", [percent], [specific]:
                    kinds["is"] = AtLeast(percent, specific)
                case "compound_plus", [percent], [specific]:
                    kinds["is"] = Sum(((1, percent), (1, specific)))
                case "lower_of_av_and_av_min_specific", [first, second], [specific]:
                    kinds["is"] = Extreme((first, AtLeast(second, specific)))
            assert read(row["rate_text"], "bare").rate == kinds["is"], row


@pytest.mark.parametrize(
    "text",
    [
        "4.000%",
        "20%+10EUR/100kg",
        "8.30% + EA MAX 18.70% +ADSZ",
        "10 %,  but not less than 2.5 EUR per kg",
        "45c each + 7% + 2.5c/jewel",
        "$0.004 each + 6.1%",
        "€ 3 / 1,000 p/st",
        "the lower of 15 % and (12.5 %, but not less than 0.6 EUR per cm3 engine)",
        "the higher of 1 %, 2 % and 3 EUR / kg",
        "15 % or 12.5 %, but not less than 0.6 EUR per cm3 engine, whichever is the lower",
        "30 %, not less than 4 EUR/kg, of the excess over 1000 EUR and 31 kg",
        "V 52.60 EUR / 100 kg (01): 14.40 %; V 0.00 EUR / hl (01): 14.40 % + 29.80 EUR / hl",
        "16.5 % of the retail price",
        "75 % of the base rate",
        "(1 % MIN 2 %) + 3 EUR / 100 kg/net eda - 1 EUR / hl",
        "0.50 GBP / % vol/hl",
        "3.00 EUR / 100 kg/net/%sacchar.",
        "NIHIL",
        "Free",
        "100 kg",
        "5 per cent",
        "21 доллар США за 1000 кг",
        "12 долларов США за 1000 кг плюс 0,5 евро за 1 л",
        "5, но не более 3 евро за 1 шт",
        "20 процентов, но не менее 1,1 евро за 1 см³ объема двигателя",
        "15, либо 12,5, но не менее 0,6 евро за 1 см 3 объема двигателя, в зависимости от "
        "того, какая из исчисленных сумм таможенной пошлины ниже",
    ],
)
def test_texts_come_back(text: str) -> None:
    assert str(read(text)) == text


def test_equal_structures_whatever_the_words() -> None:
    english = read("10 %, but not less than 2.5 EUR per kg")
    assert (
        english == read("10,0% MIN 2,50 EUR/kg", "bare") == read("10, но не менее 2,5 евро за 1 кг")
    )
    assert english.written(TARIC) == "10 % MIN 2.5 EUR / kg"
    assert english.written(RUSSIAN) == "10, но не менее 2,5 евро за 1 кг"
    assert read("250 долларов США за 1000 кг").written(ENGLISH) == "250 USD per 1000 kg"
    assert read("100 USD / 1000 kg").written(RUSSIAN) == "100 долларов США за 1000 кг"


@given(everything, styles)
def test_what_is_written_is_read_back(rate: Rate, style: Style) -> None:
    text = write(rate, style)
    again = read(text, "bare" if style.language == "ru" else "strict")
    assert again.rate == rate
    assert str(again) == text


@given(rates, styles, styles)
def test_words_do_not_change_what_is_said(rate: Rate, first: Style, second: Style) -> None:
    duty = read(write(rate, first), "bare" if first.language == "ru" else "strict")
    other = read(duty.written(second), "bare" if second.language == "ru" else "strict")
    assert other.rate == rate


# ---- errors ----


@pytest.mark.parametrize(
    ("text", "problem", "position", "suggestion"),
    [
        ("10 % +", "amount required", 6, None),
        ("", "amount required", 0, None),
        ("5", "invalid duty expression", 1, "5 %"),
        ("1,5 %", "invalid duty expression", 1, "1.5"),
        ("100 EUX / kg", "invalid monetary unit", 4, "EUR"),
        ("3 EUR / kgs", "invalid measurement unit", 8, "kg"),
        ("10 %, but not les than 3 EUR / kg", "invalid duty expression", 4, "but not less than"),
        ("10 % MAXX 3 %", "invalid duty expression", 5, "MAX"),
        ("2 евро за 1 кгг", "invalid measurement unit", 12, "кг"),
        ("1 EUR / kg/net edb", "invalid duty expression", 11, "net eda"),
        ("3 EUR / l/net eda", "qualifier not permitted with unit", 10, None),
        ("(10 % + 3 %", "invalid duty expression", 11, None),
    ],
)
def test_errors_say_where_what_and_what_instead(
    text: str, problem: str, position: int, suggestion: str | None
) -> None:
    with pytest.raises(BadExpression) as caught:
        read(text)
    wrong = caught.value
    assert (wrong.problem, wrong.position) == (problem, position)
    assert wrong.expected
    if suggestion is not None:
        assert any(suggestion in near for near in wrong.nearest), wrong.nearest


def test_an_error_bears_the_place_of_its_cell() -> None:
    with pytest.raises(BadExpression, match=r"tariff\.csv, line 7, column 'duty', position 2: "):
        read("3 EURO", where=Place("tariff.csv", 7, "duty"))


# ---- amounts ----


def on(value: str, **quantities: str) -> Basis:
    held = {code: Decimal(text) for code, text in quantities.items()}
    rates = {"USD": Fraction(9, 10)}
    return Basis(Fraction(value), "EUR", Quantities.of(held), rates)


@pytest.mark.parametrize(
    ("text", "basis", "expected"),
    [
        ("10 %", on("200"), "20"),
        ("0.23 EUR / kg", on("0", KGM="200"), "46"),
        ("10 EUR / 100 kg", on("0", TNE="0.25"), "25"),
        ("3 USD / kg", on("0", GRM="500"), "27/20"),
        ("10 % MIN 2 EUR / kg", on("100", KGM="3"), "10"),
        ("10 % MIN 2 EUR / kg", on("100", KGM="6"), "12"),
        ("10 % MAX 2 EUR / kg", on("100", KGM="3"), "6"),
        ("1 % MIN 2 % MAX 1.5 %", on("100"), "3/2"),
        (
            "13.8 % MIN 13 EUR / 100 kg MAX 15 EUR / 100 kg - 7 EUR / 100 kg",
            on("1200", DTN="100"),
            "800",
        ),
        ("the higher of 1 % and 3 EUR / p/st", on("100", NAR="2"), "6"),
        ("5 EUR", on("100"), "5"),
        ("3 EUR / dozen", on("0", NAR="30"), "15/2"),
        ("0.5 EUR / % vol/hl", on("0", ASV="40", LTR="45"), "9"),
        ("1 EUR / c/k", on("0", CTM="7"), "7"),
        ("NIHIL", on("100"), "0"),
        ("30 % of the excess over 60 EUR", on("100"), "12"),
        ("2 ¢ each", on("0", NAR="50"), "9/10"),
    ],
)
def test_amounts(text: str, basis: Basis, expected: str) -> None:
    assert amount(read(text).rate, basis) == Fraction(expected)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(MissingQuantity, match="counts l, and no such quantity is declared"):
        amount(read("1 EUR / l").rate, on("10", KGM="3"))
    with pytest.raises(MissingQuantity, match="100 kg/net eda"):  # net is not drained weight
        amount(read("1 EUR / 100 kg/net eda").rate, on("10", KGM="3"))
    with pytest.raises(NoExchangeRate, match="from GBP to EUR"):
        amount(read("1 GBP / kg").rate, on("10", KGM="3"))
    with pytest.raises(MissingQuantity, match="component EA"):
        amount(read("8 % + EA").rate, on("10"))
    with pytest.raises(NoRate):
        amount(read("75 % of the base rate").rate, on("10"))
    with pytest.raises(Rejected, match="needs its limits"):
        amount(read("30 % of the excess").rate, on("10"))


def test_the_trace_holds_every_number() -> None:
    told = explain(read("10 % MIN 2 USD / kg").rate, on("100", KGM="6"))
    assert told.text == "10 % MIN 2 USD / kg = 10.8 EUR"
    assert [part.text for part in told.because] == [
        "10% * 100.00 = 10 EUR",
        "2 USD * 6 (kg) * 0.9 = 10.8 EUR",
    ]


@given(monotone, st.data())
def test_more_value_never_pays_less(rate: Rate, data: st.DataObject) -> None:
    basis = data.draw(bases())
    more = basis.value + data.draw(st.fractions(0, 10**6, max_denominator=100))
    assert amount(rate, basis) <= amount(rate, replace(basis, value=more))


@given(rates, st.fractions(0, 5, max_denominator=4), st.data())
def test_a_share_of_a_rate_is_a_share_of_the_duty(
    rate: Rate, share: Fraction, data: st.DataObject
) -> None:
    basis = data.draw(bases())
    factor = Decimal(share.numerator * 100 // share.denominator) / 100
    assert amount(scaled(rate, factor), basis) == Fraction(factor) * amount(rate, basis)
    of_base = OfBase(factor * 100)
    assert amount(with_base(of_base, rate), basis) == amount(of_base, replace(basis, base=rate))


@given(rates, st.data())
@settings(max_examples=60)
def test_reasons_end_in_the_amount(rate: Rate, data: st.DataObject) -> None:
    basis = data.draw(bases())
    told = explain(rate, basis).text.rpartition(" = ")[2].removesuffix(" EUR")
    exact = amount(rate, basis)
    assert abs(Fraction(told.rstrip("…")) - exact) < Fraction(1, 10**6)


# ---- TARIC components ----


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("8.30 % + EA MAX 18.70 % + ADSZ", ["01", "12", "17", "21"]),
        ("10 % MIN 3 EUR / hl MAX 20 % + 1 EUR / hl", ["01", "15", "17", "19"]),
        ("10 % MAX 3 EUR / hl MAX 20 %", ["01", "17", "35"]),
        ("10 % - 3 EUR / hl", ["01", "02"]),
        ("100 kg", ["99"]),
        ("NIHIL", ["37"]),
    ],
)
def test_components_there_and_back(text: str, ids: list[str]) -> None:
    parts = to_parts(read(text).rate)
    assert [part.id for part in parts] == ids
    if ids[0] != "37":
        assert write(from_parts(parts), TARIC).replace("DTN", "100 kg") == text


def test_the_taric_has_no_component_for_some_duties() -> None:
    for text in (
        "the lower of 1 % and 2 %",
        "30 % of the excess over 3 EUR",
        "75 % of the base rate",
    ):
        with pytest.raises(BadInput):
            to_parts(read(text).rate)
    with pytest.raises(BadInput, match="did you mean"):
        from_parts([Part("1", Decimal(3))])
    with pytest.raises(BadInput, match="needs an amount"):
        from_parts([Part("01")])


# ---- units ----


def test_quantities_convert_and_never_mix_qualifiers() -> None:
    held = Quantities.of({"TNE": "1.5", "DTNE": "3", "ASV": 40, "HLT": 2})
    assert held.get("KGM") == 1500
    assert held.get("KGM", "E") == 300
    assert held.get("ASVX") == 80
    assert held.get("NAR") is None
    assert Quantities.of({"DTN": 2, "BRX": 60}).get("DTN", "Z") is not None
    half = held.scaled(Fraction(1, 2))
    assert (half.get("KGM"), half.get("ASV")) == (750, 40)


def test_quantities_refuse_nonsense() -> None:
    with pytest.raises(BadInput, match="did you mean"):
        Quantities.of({"KGN": 1})
    with pytest.raises(BadInput, match="negative"):
        Quantities.of({"KGM": -1})
    with pytest.raises(BadInput, match="exact"):
        Quantities.of({"KGM": 1.5})  # type: ignore[dict-item]  # what is refused
    with pytest.raises(BadInput, match="two different"):
        Quantities.of({"KGM": 1, "DTN": 1})


@pytest.mark.shared
def test_every_unit_of_the_public_list_is_known(shared: Path) -> None:
    import json

    path = shared / "data" / "customs" / "codelists" / "measurement_units.json"
    codes = set(json.loads(path.read_text()))
    currencies_and_sums = {"EUR", "SPQ", "NARB", "KMA"}
    from hansa.customs.duties.units import split_code

    strange = {"DAP", "LTRA", "KGMA", "MTQC"}  # counted in units that no duty of ours names
    for code in codes - currencies_and_sums - strange:
        assert split_code(code)[0] in UNITS, code


def test_duties_travel_between_processes() -> None:
    import pickle

    duty = read("8.30% + EA MAX 18.70% +ADSZ")
    again = pickle.loads(pickle.dumps(duty))
    assert isinstance(again, Duty)
    assert (again, str(again)) == (duty, str(duty))


def test_limits_read_from_left_to_right() -> None:
    assert read("1 % MIN 2 % MAX 3 %").rate == AtMost(
        AtLeast(AdValorem(Decimal(1)), AdValorem(Decimal(2))), AdValorem(Decimal(3))
    )
