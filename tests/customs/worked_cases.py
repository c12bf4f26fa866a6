"""How each family of worked cases is put to the engine: inputs in, answers in the case's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from hansa.customs.assessment import (
    Assessed,
    Displacement,
    ExchangeRates,
    Line,
    Office,
    Practice,
    Quote,
    Round,
    Sum,
    assess,
    assess_all,
    customs_value,
    national_or_common,
)
from hansa.customs.book import (
    Action,
    Condition,
    Kind,
    Measure,
    OrderNumber,
    Question,
    Regime,
    TariffBook,
    Volume,
    consider,
)
from hansa.customs.book.kinds import BY_TARIC
from hansa.customs.duties import (
    BadExpression,
    Basis,
    Duty,
    Part,
    Per,
    Quantities,
    Rate,
    ad_valorem_equivalent,
    amount,
    dearest,
    explain,
    from_parts,
    read,
    to_parts,
    with_components,
)
from hansa.customs.duties.exact import figure
from hansa.customs.duties.rates import OfBase, Supplementary, with_base
from hansa.customs.duties.style import TARIC, Style
from hansa.customs.duties.writing import write
from hansa.terms.days import Period, add_days
from hansa.terms.money import Rounding

Case = dict[str, Any]
Answer = dict[str, Any]

DAY = date(2026, 3, 10)
ALWAYS = Period(date(1990, 1, 1))
WORLD = Regime("the union")
SPACED = Style(over=" / ", percent=" %")

# Amounts of agricultural components that the sources of the Meursing cases used.
COMPONENTS = {
    "7507": {"EA": "99.88"},
    "7476": {"EA": "117.11", "EAR": "117.11", "ADSZ": "10.06", "ADFM": "13.99", "ADFMR": "11.22"},
}


def cents(amount: Fraction, rounding: Rounding = Rounding.HALF_UP, places: int = 2) -> str:
    units = Round(rounding, places).units(amount)
    return f"{Decimal(units).scaleb(-places):.{places}f}"


def euros(text: str) -> Sum:
    number, currency = text.split()
    return Sum(Decimal(number), currency)


def basis(value: str = "0", currency: str = "GBP", **quantities: str) -> Basis:
    amounts = {code: Decimal(text) for code, text in quantities.items()}
    return Basis(Fraction(value), currency, Quantities.of(amounts))


def measure(kind: Kind, duty: str | Rate, **more: Any) -> Measure:
    rate = read(duty) if isinstance(duty, str) else Duty(duty)
    given = {"id": kind.value, "code": "", "valid": ALWAYS, **more}
    return Measure(kind=kind, duty=rate, **given)


def office(*measures: Measure, practice: Practice | None = None, **more: Any) -> Office:
    rates = more.pop("rates", None)
    practice = practice or Practice("GBP")
    rates = rates or ExchangeRates(practice.currency)
    return Office(TariffBook(measures, **more), WORLD, practice, rates)


def line(inputs: Case, **more: Any) -> Line:
    given: dict[str, Any] = {
        "code": inputs.get("commodity", "9999000000"),
        "origin": inputs.get("origin", "XX"),
        "on": DAY,
        "price": Sum(Decimal(inputs.get("customs_value", "0")), "GBP"),
        **more,
    }
    return Line(**given)


def parts(inputs: Case) -> Rate:
    return from_parts(
        Part(
            c["duty_expression_id"],
            Decimal(c["duty_amount"]),
            c.get("monetary_unit", ""),
            c.get("measurement_unit", ""),
            c.get("qualifier", ""),
        )
        for c in inputs["components"]
    )


# ---- duties on their own ----


def components(inputs: Case) -> Answer:
    quantities = dict(inputs.get("quantity", {}))
    renamed = {"asv_pct": "ASV", "volume_l": "LTR", "volume_hl": "HLT", "retail_price": "RET"}
    quantities |= {code: inputs[name] for name, code in renamed.items() if name in inputs}
    duty = amount(parts(inputs), basis(inputs.get("customs_value", "0"), **quantities))
    return {"duty": cents(duty), "excise": cents(duty)}


def small_producer(inputs: Case) -> Answer:
    pure = "litres_pure_alcohol" in inputs
    part = Part("01", Decimal(inputs["component_amount"]), "GBP", "SPQLPA" if pure else "SPQLTR")
    held = {"SPR": inputs["spr_discount"]}
    if pure:
        held["LPA"] = inputs["litres_pure_alcohol"]
    else:
        held |= {"ASV": inputs["asv_pct"], "LTR": inputs["volume_l"]}
    return {"relief": cents(amount(from_parts([part]), basis(**held)))}


def rounded_down(inputs: Case) -> Answer:
    return {"amount": cents(Fraction(inputs["amount"]), Rounding.DOWN)}


def alcohol(inputs: Case) -> Answer:
    rate = read(f"{inputs['rate_per_l_pure_alcohol']} GBP / l alc. 100%")
    excise = measure(Kind.EXCISE, rate.rate)
    free = measure(Kind.THIRD_COUNTRY, "0 %")
    practice = Practice("GBP", excise=Round(Rounding.DOWN))
    quantities = {"LPA": Decimal(inputs["litres_pure_alcohol"])}
    found = assess(line(inputs, quantities=quantities), office(excise, free, practice=practice))
    return {"excise": str(found.charge(Kind.EXCISE).amount)}


def meursing(inputs: Case) -> Answer:
    table = COMPONENTS[inputs["meursing_additional_code"]]

    def amounts(name: str) -> Rate:
        return read(f"{table[name]} EUR / 100 kg").rate

    duty = read(inputs["expression"])
    return {"resolved_expression": write(with_components(duty.rate, amounts), SPACED)}


def equivalent(inputs: Case) -> Answer:
    if "unit_value_cents" in inputs:
        duty = read(inputs["expression"]).rate
        one = basis(str(Fraction(inputs["unit_value_cents"]) / 100), "USD")
        percent = ad_valorem_equivalent(duty, one)
        return {"duty_cents": figure(100 * amount(duty, one)), "ave_pct": figure(percent)}
    text = inputs["expression"].replace("/jewel", " / jewel")
    duty = read(text).rate
    quantities = {"NAR": inputs.get("units") or inputs["pieces"]}
    if "jewels" in inputs:
        quantities["JWL"] = inputs["jewels"]
    whole = basis(inputs["value"], "USD", **quantities)
    steps = [step.text.rpartition("= ")[2].split()[0] for step in explain(duty, whole).because]
    percent = ad_valorem_equivalent(duty, whole)
    named = dict(zip(("specific1", "ad_valorem", "specific2"), steps, strict=False))
    # the set of knives: its dearest article, by equivalent, names the rate of the set
    if "pieces" in inputs:
        article = {"a": read("$0.004 each + 6.1%").rate, "b": read("$0.03 each + 5.4%").rate}
        assert dearest(article, {"a": whole, "b": whole}) == "b"
    return {
        **{name: cents(Fraction(text)) for name, text in named.items()},
        "duty": cents(amount(duty, whole)),
        "ave_pct": figure(Fraction(cents(percent, places=5))),
    }


def equivalent_on_part(inputs: Case) -> Answer:
    duty = read(f"{inputs['ave_pct']} %").rate
    return {"duty": cents(amount(duty, basis(inputs["dutiable_value"], "USD")))}


def stacking(inputs: Case) -> Answer:
    rules = ()
    if "metal_share" in inputs:
        rules = (Displacement("s232", frozenset({"recip", "s122"}), "metal"),)
    measures = [
        measure(Kind.ADDITIONAL, f"{rate} %", id=name, programme=name)
        for name, rate in inputs["rates_pct"].items()
    ]
    free = measure(Kind.THIRD_COUNTRY, "0 %")
    practice = Practice("GBP", displacements=rules)
    declared = line({"customs_value": "100"}, shares={"metal": inputs.get("metal_share", "0")})
    found = assess(declared, office(free, *measures, practice=practice))
    return {"total_additional_pct": figure(Fraction(found.charge(Kind.ADDITIONAL).amount))}


def excess(inputs: Case) -> Answer:
    limits = ((Decimal(inputs["limit_eur"]), "EUR"), (Decimal(inputs["limit_kg"]), "KGM"))
    parcel = Basis(
        Fraction(inputs["value_eur"]),
        "EUR",
        Quantities.of({"KGM": inputs["weight_kg"]}),
        limits=limits,
    )
    return {"duty": f"{figure(amount(read(inputs['expression']).rate, parcel))} EUR"}


def ladder(inputs: Case) -> Answer:
    rungs = "; ".join(f"V {price} EUR / 100 kg (01): {rate}" for price, rate in inputs["ladder"])
    duty = read(rungs)
    assert str(duty) == rungs
    mass = Fraction(inputs["net_mass_kg"])
    value = Fraction(inputs["import_price_eur_per_100kg"]) * mass / 100
    plums = Basis(value, "EUR", Quantities.of({"KGM": inputs["net_mass_kg"]}))
    said = explain(duty.rate, plums).text
    chosen = re.search(r"reaches [^:]+: (.+) = ", said)
    assert chosen is not None
    rate = next(rate for _, rate in inputs["ladder"] if read(rate) == read(chosen.group(1)))
    return {"applicable": rate, "duty_eur": cents(amount(duty.rate, plums))}


def parse_parts(inputs: Case) -> Answer:
    duty = read(inputs["text"])
    assert str(duty) == inputs["text"]
    return {"components": [_said(part) for part in to_parts(duty.rate)], "rate": duty.rate}


def _said(part: Part) -> Answer:
    names = {"04": "+(4)", "15": "MIN(15)", "17": "MAX(17)", "19": "+(19)", "20": "+(20)"}
    named = {"12": "+ AC", "99": "99"}
    said: Answer = {}
    if part.id != "01":
        said["op"] = names.get(part.id) or named[part.id]
    if part.amount is not None:
        said["a"] = part.amount
        said |= {"ccy": part.currency} if part.currency else {"pct": True}
    if part.unit:
        counts = {"DTN": "100 kg", "MIL": "1000 p/st", "KGM": "kg"}
        said["u"] = counts[part.unit]
    if part.qualifier:
        said["q"] = {"P": "lactic."}[part.qualifier]
    return said


def parse_error(inputs: Case) -> Answer:
    with pytest.raises(BadExpression) as caught:
        read(inputs["text"])
    wrong = caught.value
    assert wrong.expected
    assert 0 <= wrong.position <= len(inputs["text"])
    assert f"position {wrong.position}" in str(wrong)
    return {"error": wrong.problem}


def eurasian_text(inputs: Case) -> Answer:
    (part,) = to_parts(read(inputs["text"]).rate)
    words = write(Supplementary(Per(part.unit)), TARIC)
    return {"kind": "specific", "amount": str(part.amount), "ccy": part.currency, "unit": words}


# ---- whole cascades ----


def vat_base(inputs: Case) -> Answer:
    duty = measure(Kind.THIRD_COUNTRY, f"{inputs['duty_total']} GBP")
    vat = measure(Kind.VAT, f"{inputs['vat_pct']} %")
    found = assess(line(inputs), office(duty, vat))
    return {"vat_base": figure(found.vat_base), "vat": str(found.charge(Kind.VAT).amount)}


def totals(inputs: Case) -> Answer:
    fixed = {Kind.THIRD_COUNTRY: "duty", Kind.EXCISE: "excise", Kind.VAT: "vat"}
    measures = [
        measure(kind, f"{inputs[name]} GBP") for kind, name in fixed.items() if name in inputs
    ]
    found = assess(line(inputs), office(*measures))
    duty = found.charge(Kind.THIRD_COUNTRY)
    return {"duty": str(duty.amount), "total": str(found.total.amount)}


def seven_measures(inputs: Case) -> Answer:
    measures = []
    for given in inputs["measures"]:
        kind = BY_TARIC[given["type"]]
        more: Case = {"id": given["type"], "code": inputs["commodity"]}
        more |= {"area": given["area"]} if "area" in given else {}
        for key in ("order_number", "additional_code"):
            more |= {key: given[key]} if key in given else {}
        if kind is Kind.SUSPENSION:  # goods for ships and platforms: an end use to be proved
            more["conditions"] = (
                Condition("B", document="C990"),
                Condition("B", Action.NOT_APPLICABLE),
            )
        measures.append(measure(kind, given["rate"], **more))
    measures.append(measure(Kind.VAT, f"{inputs['vat_pct']} %", id="305"))
    quota = OrderNumber("054003", volumes=(Volume(ALWAYS, Decimal(10**6), Per("KGM")),))
    value = inputs["customs_value_parts"]
    option = BY_TARIC[inputs["option"]]
    declared = line(
        inputs,
        origin="GB",
        price=Sum(Decimal(value["goods"]), "GBP"),
        terms="FOB",
        costs={
            "freight": Sum(Decimal(value["shipping"]), "GBP"),
            "insurance": Sum(Decimal(value["insurance"]), "GBP"),
        },
        quantities={"TNE": Decimal(inputs["quantity"]["TNE-biodiesel"])},
        additional_codes=frozenset({inputs["additional_code"]}),
        documents=frozenset({"C990"}),
        order_number="054003" if option is Kind.QUOTA else "",
        option=option,
    )
    (found,) = assess_all([declared], office(*measures, order_numbers=(quota,))).assessed
    assert found.option is not None
    assert found.option.kind is option
    answer = _charged(found)
    answer["duty"] = str(found.charge(option).amount)
    if option is Kind.QUOTA:
        assert found.charge(Kind.SAFEGUARD).minor == 0
    return answer


def _charged(found: Assessed) -> Answer:
    return {
        **{kind.value: str(found.charge(kind).amount) for kind in Kind},
        "cvd": str(found.charge(Kind.COUNTERVAILING).amount),
        "duty": str(found.charge(Kind.THIRD_COUNTRY).amount),
        "vat_base": cents(found.vat_base),
        "total": str(found.total.amount),
        "customs_value": figure(found.value.amount),
        "total_landed": cents(found.value.amount + Fraction(found.total.amount)),
    }


def cascade(inputs: Case) -> Answer:
    rates = {
        "duty_pct": Kind.THIRD_COUNTRY,
        "safeguard_pct": Kind.SAFEGUARD,
        "anti_dumping_pct": Kind.ANTI_DUMPING,
        "cvd_pct": Kind.COUNTERVAILING,
        "vat_pct": Kind.VAT,
    }
    code = inputs.get("additional_code", "")
    measures = [
        measure(
            kind,
            f"{inputs[name]} %",
            additional_code=code if kind in (Kind.ANTI_DUMPING, Kind.COUNTERVAILING) else "",
        )
        for name, kind in rates.items()
        if name in inputs
    ]
    if "duty_pct" not in inputs:
        measures.append(measure(Kind.THIRD_COUNTRY, "0 %"))
    more: Case = {"additional_codes": frozenset({code} - {""})}
    if "goods" in inputs:
        more |= {
            "price": Sum(Decimal(inputs["goods"]), "GBP"),
            "terms": "FOB",
            "costs": {
                "freight": Sum(Decimal(inputs["shipping"]), "GBP"),
                "insurance": Sum(Decimal(inputs["insurance"]), "GBP"),
            },
        }
    return _charged(assess(line(inputs, **more), office(*measures)))


def agricultural(inputs: Case) -> Answer:
    duty = measure(Kind.THIRD_COUNTRY, inputs["expression"].replace("EUR", "GBP"))
    vat = measure(Kind.VAT, f"{inputs['vat_pct']} %")
    quantities = {"KGM": Decimal(inputs["net_mass_kg"])}
    return _charged(assess(line(inputs, quantities=quantities), office(duty, vat)))


def document(inputs: Case) -> Answer:
    preference = measure(
        Kind.PREFERENCE,
        inputs["with_document"],
        area="NO",
        conditions=(
            Condition("B", document=inputs["document"]),
            Condition("B", Action.NOT_APPLICABLE),
        ),
    )
    full = measure(Kind.THIRD_COUNTRY, "57.60 %")
    desk = office(preference, full)
    price = {"price": Sum(Decimal("1000.00"), "GBP")}
    shown = assess(line(inputs, documents=frozenset({inputs["document"]}), **price), desk)
    bare = assess(line(inputs, **price), desk)
    offered = next(o for o in bare.options if o.kind is Kind.PREFERENCE)
    assert shown.charges[0].kind is Kind.PREFERENCE
    assert bare.charges[0].kind is Kind.THIRD_COUNTRY
    return {
        "option_with_document": shown.charges[0].because[0].text.split(" = ")[0],
        "option_without_document": "offered" if offered.open else "preference not offered",
    }


def baggage(inputs: Case) -> Answer:
    practice = Practice.stepwise("GBP")
    quote = Quote("USD", DAY, Decimal(inputs["rate_per_gbp"]), inverse=True)
    desk = office(
        measure(Kind.THIRD_COUNTRY, f"{inputs['duty_pct']} %"),
        measure(Kind.VAT, f"{inputs['vat_pct']} %"),
        practice=practice,
        rates=ExchangeRates.of("GBP", [quote]),
    )
    found = assess(line(inputs, price=Sum(Decimal(inputs["amount"]), "USD")), desk)
    return {**_charged(found), "value": cents(found.value.amount)}


def combined(inputs: Case) -> Answer:
    practice = Practice("RUB")
    rates = ExchangeRates.fixed("RUB", **inputs["fx"])
    desk = office(measure(Kind.THIRD_COUNTRY, inputs["expression"]), practice=practice, rates=rates)
    declared = line(
        {},
        price=euros(inputs["customs_value"]),
        quantities={"LTR": Decimal(inputs["volume_l"])},
    )
    found = assess(declared, desk)
    floor = found.charges[0].because[0].because[1].text
    specific = floor.rpartition("= ")[2].split()[0]
    return {**_charged(found), "specific": specific}


def coefficient(inputs: Case) -> Answer:
    value = euros(inputs["customs_value"])
    base = read(f"{inputs['duty_pct']} %")
    share = OfBase(100 * Decimal(inputs["preference_coefficient"]))
    desk = office(
        measure(Kind.THIRD_COUNTRY, base.rate),
        measure(Kind.PREFERENCE, share, area=inputs["origin"]),
        practice=Practice(value.currency),
    )
    found = assess(line({**inputs, "customs_value": "0"}, price=value), desk)
    effective = to_parts(with_base(share, base.rate))[0].amount
    duty = found.charge(Kind.PREFERENCE)
    return {"effective_pct": str(effective), "duty": f"{duty.amount} {duty.currency}"}


def single_duty(inputs: Case) -> Answer:
    value = euros(inputs.get("customs_value", "0 EUR"))
    text = inputs.get("expression") or f"{inputs['duty_pct']} %"
    quantities = {"KGM": Decimal(inputs["net_mass_kg"])} if "net_mass_kg" in inputs else {}
    desk = office(measure(Kind.THIRD_COUNTRY, text), practice=Practice(value.currency))
    found = assess(line({}, price=value, quantities=quantities), desk)
    return {"duty": f"{found.total.amount} {found.total.currency}"}


def vietnamese(inputs: Case) -> Answer:
    units = inputs.get("units_paid")
    if units is None:
        if "volume_l" in inputs:
            duty = f"{inputs['anti_dumping_per_l']} GBP / l"
            quantities = {"LTR": Decimal(inputs["volume_l"])}
        else:
            duty, quantities = f"{inputs['anti_dumping_pct']} %", {}
        desk = office(measure(Kind.THIRD_COUNTRY, "0 %"), measure(Kind.ANTI_DUMPING, duty))
        return _charged(assess(line(inputs, quantities=quantities), desk))
    text = f"{inputs['duty_pct']} %"
    if "specific_per_unit" in inputs:
        text += f" + {inputs['specific_per_unit']} GBP / p/st"
    declared = line(
        inputs,
        price=Sum(Decimal(inputs["unit_value"]) * Decimal(units), "GBP"),
        costs={"insurance": Sum(Decimal(inputs["insurance"]), "GBP")},
        terms="CFR",
        additions={
            "surcharge": Sum(Decimal(inputs["surcharge"]), "GBP"),
            "brokerage": Sum(Decimal(inputs["brokerage"]), "GBP"),
        },
        quantities={"NAR": Decimal(inputs.get("units", "0"))},
    )
    desk = office(measure(Kind.THIRD_COUNTRY, text))
    assert customs_value(declared, desk.practice, desk.rates).currency == "GBP"
    return _charged(assess(declared, desk))


def two_currencies(inputs: Case) -> Answer:
    rates = ExchangeRates.fixed("EUR", USD=inputs["rate_cur2_per_cur1"])
    grams = "quantity_g" in inputs
    text = "10 USD / kg" if grams else "10 USD"
    quantities = {"GRM": Decimal(inputs["quantity_g"])} if grams else {}
    desk = office(measure(Kind.THIRD_COUNTRY, text), practice=Practice("EUR"), rates=rates)
    found = assess(line({}, price=Sum(Decimal(0), "EUR"), quantities=quantities), desk)
    return {"duty": f"{figure(found.charges[0].exact)} cur2"}


def validity(inputs: Case) -> Answer:
    measures = []
    for rate in inputs["rates"]:
        start = date.fromisoformat(rate["frm"]) if "frm" in rate else date.min
        end = add_days(date.fromisoformat(rate["to"]), 1) if "to" in rate else None
        measures.append(
            measure(
                Kind.THIRD_COUNTRY, f"{rate['id']} %", id=str(rate["id"]), valid=Period(start, end)
            )
        )
    book = TariffBook(tuple(measures))
    answer = {}
    for day in ("2015-01-01", "2015-08-01", "2016-09-01"):
        ask = Question("0101210000", "XX", date.fromisoformat(day))
        standing = [c.measure for c in consider(book, WORLD, ask) if c.stands]
        answer[day] = int(standing[0].id)
    return answer


def two_tariffs(inputs: Case) -> Answer:
    national, common = Fraction(inputs["duty_A"]), Fraction(inputs["duty_B"])
    which = national_or_common(national, common, Fraction(inputs["customs_value"]))
    return {"applies": {"national": "A", "common": "B"}[which]}


FAMILIES: tuple[tuple[str, Callable[[Case], Answer]], ...] = (
    ("dc-vat-base", vat_base),
    ("dc-alcohol-round-down", rounded_down),
    ("dc-spr", small_producer),
    ("dc-option", seven_measures),
    ("dc-total", totals),
    ("dc-two-tariff", two_tariffs),
    ("dc-", components),
    ("e2e-meursing", agricultural),
    ("e2e-document", document),
    ("e2e-", cascade),
    ("meursing-", meursing),
    ("mib-", baggage),
    ("alc-", alcohol),
    ("eaeu-parse", eurasian_text),
    ("eaeu-", cascade),
    ("ru-combined", combined),
    ("ru-gsp", coefficient),
    ("ru-parcel", excess),
    ("ru-", single_duty),
    ("us-stack", stacking),
    ("us-ave-on-partial", equivalent_on_part),
    ("us-", equivalent),
    ("cif-", cascade),
    ("vn-", vietnamese),
    ("tryton-validity", validity),
    ("tryton-", two_currencies),
    ("entry-price", ladder),
    ("parse-ok", parse_parts),
    ("parse-err", parse_error),
)


def solve(case: Case) -> Answer:
    """The engine's answers to a case."""
    family = next(run for prefix, run in FAMILIES if case["id"].startswith(prefix))
    return family(case["inputs"])
