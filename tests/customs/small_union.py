"""A small union with everything in it, and random lines for it: for tests of equality."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from hansa.customs.assessment import ExchangeRates, Practice, Quote
from hansa.customs.book import (
    Action,
    Agreement,
    Area,
    Areas,
    Condition,
    Exemption,
    Kind,
    Measure,
    Membership,
    OrderNumber,
    Origin,
    Regime,
    TariffBook,
    Volume,
)
from hansa.customs.duties import Duty, Per, read
from hansa.customs.duties.rates import OfBase
from hansa.customs.nomenclature import Goods, Nomenclature
from hansa.terms.days import Period

START, END = date(2025, 1, 1), date(2026, 1, 1)
YEAR = Period(START, END)
MIDDLE = date(2025, 7, 1)
CODES = [
    f"{chapter}{heading:02}{sub:02}0000"
    for chapter in ("01", "02", "64", "87")
    for heading in (1, 2)
    for sub in (10, 20, 90)
]
HEADINGS = sorted({code[:4].ljust(10, "0") for code in CODES})
CHAPTERS = sorted({code[:2].ljust(10, "0") for code in CODES})
ORIGINS = ["CHN", "IND", "BGD", "SRB", "TUR", "USA", "ZZZ"]
MEMBERS = ["RUS", "KAZ", "ARM"]
RATES = [
    "10 %",
    "0 %",
    "7.5 %",
    "0.25 EUR / kg",
    "12 % MIN 0.4 EUR / kg",
    "5 % + 1.2 EUR / 100 kg",
    "15 % or 12.5 %, but not less than 0.6 EUR per cm3 engine, whichever is lower",
    "3 USD / 1,000 p/st",
    "20 % MAX 2 EUR / kg",
    "4.44 RUB / l",
    "1 EUR / dozen",
    "9 % + 0.1 EUR / kg + 0.2 EUR / l",
]


def nomenclature() -> Nomenclature:
    lines = [Goods(code, Period(date(2000, 1, 1))) for code in (*CHAPTERS, *HEADINGS)]
    lines += [Goods(code, Period(date(2000, 1, 1))) for code in CODES[:-2]]
    lines.append(Goods(CODES[-2], Period(date(2000, 1, 1), MIDDLE)))
    lines.append(Goods(CODES[-1], Period(MIDDLE)))
    return Nomenclature(lines)


def measure(id: str, kind: Kind, code: str, duty: str | Duty, **more: Any) -> Measure:
    rate = read(duty) if isinstance(duty, str) else duty
    return Measure(id=id, kind=kind, code=code, duty=rate, **{"valid": YEAR, **more})


def proof(*documents: str) -> tuple[Condition, ...]:
    shown = tuple(Condition("B", document=document) for document in documents)
    return (*shown, Condition("B", Action.NOT_APPLICABLE))


def book(seed: int = 0, *, goods: bool = True) -> TariffBook:
    rng = random.Random(seed)
    measures: list[Measure] = []
    for code in CODES:
        duties = rng.sample(RATES, 2)
        if rng.random() < 0.2:
            measures.append(measure(f"T{code}", Kind.THIRD_COUNTRY, code, duties[0]))
            continue
        measures += [
            measure(f"T{code}a", Kind.THIRD_COUNTRY, code, duties[0], valid=Period(START, MIDDLE)),
            measure(f"T{code}b", Kind.THIRD_COUNTRY, code, duties[1], valid=Period(MIDDLE, END)),
        ]
    for heading in HEADINGS:
        measures += [
            measure(
                f"G{heading}",
                Kind.PREFERENCE,
                heading,
                Duty(OfBase(Decimal(75))),
                area="GSP",
                excluded=("TUR",),
                conditions=proof("A"),
            ),
            measure(
                f"L{heading}",
                Kind.PREFERENCE,
                heading,
                "0 %",
                area="LDC",
                conditions=proof("A", "U1"),
            ),
            measure(f"F{heading}", Kind.PREFERENCE, heading, "1 %", area="SRB", agreement="FTA"),
        ]
    measures += [
        measure("S1", Kind.SUSPENSION, CODES[0], "2 %", conditions=proof("E99")),
        measure("Q1", Kind.QUOTA, CODES[1], "1 %", order_number="09.1"),
        measure("Q2", Kind.QUOTA, HEADINGS[1], "0.1 EUR / kg", area="GSP", order_number="09.2"),
        measure("AD1", Kind.ANTI_DUMPING, CODES[2], "18 %", area="CHN"),
        measure("AD2", Kind.ANTI_DUMPING, CODES[3], "5 %", area="CHN", additional_code="C100"),
        measure("AD3", Kind.ANTI_DUMPING, CODES[3], "50 %", area="CHN", additional_code="C999"),
        measure("CV1", Kind.COUNTERVAILING, HEADINGS[2], "0.02 EUR / kg", area="IND"),
        measure("SG1", Kind.SAFEGUARD, CODES[1], "25 %", excluded=("BGD",)),
        measure("X1", Kind.EXCISE, HEADINGS[3], "3.5 RUB / l", member="RUS"),
        measure("X2", Kind.EXCISE, CODES[6], "16.5 % of the retail price", member="KAZ"),
        measure("V1", Kind.VAT, "", "20 %", member="RUS"),
        measure("V1r", Kind.VAT, HEADINGS[0], "10 %", member="RUS"),
        measure("V2", Kind.VAT, "", "12 %", member="KAZ"),
        measure("D1", Kind.THIRD_COUNTRY, CODES[8], "44 %", valid=Period(MIDDLE, END)),
    ]
    areas = Areas(
        (
            Area(
                "GSP",
                members=(
                    Membership("IND"),
                    Membership("TUR"),
                    Membership("BGD"),
                    Membership("CHN", Period(START, MIDDLE)),
                ),
                group=True,
            ),
            Area.of("LDC", ["BGD"]),
        )
    )
    numbers = (
        OrderNumber(
            "09.1",
            volumes=(
                Volume(Period(START, MIDDLE), Decimal("5000"), Per("KGM")),
                Volume(Period(MIDDLE, END), Decimal("70"), Per("TNE")),
            ),
        ),
        OrderNumber(
            "09.2", origins=(Origin("GSP"),), volumes=(Volume(YEAR, Decimal("3333.3"), Per("KGM")),)
        ),
    )
    return TariffBook(tuple(measures), areas, nomenclature() if goods else None, numbers)


def regime() -> Regime:
    return Regime(
        "the union",
        (Membership("RUS"), Membership("KAZ"), Membership("ARM", Period(date(2025, 2, 1)))),
        (
            Exemption("KAZ", CODES[4], read("0 %"), Period(START, date(2025, 10, 1))),
            Exemption("ARM", HEADINGS[0], read("0.01 EUR / kg"), YEAR),
        ),
        (Agreement("FTA", frozenset({"SRB"}), Period(date(2025, 3, 1)), frozenset({"CT2"})),),
        Period(date(2025, 1, 10)),
    )


def rates() -> ExchangeRates:
    quotes = []
    for week in range(52):
        day = START + timedelta(days=7 * week)
        quotes.append(Quote("EUR", day, Decimal("92.1234") + week))
        quotes.append(Quote("USD", day, Decimal("85.5") + week))
        quotes.append(Quote("CNY", day, Decimal("1179.31") + week, units=100))
    quotes.append(Quote("GBP", START, Decimal("0.0087"), inverse=True))
    return ExchangeRates.of("RUB", quotes)


def lines(count: int, seed: int = 1, *, wrong: bool = True) -> pl.DataFrame:
    rng = random.Random(seed)
    return pl.DataFrame(
        [_line(rng, number, wrong) for number in range(count)], infer_schema_length=None
    )


def _line(rng: random.Random, number: int, wrong: bool) -> dict[str, Any]:
    def maybe(share: float, value: Any, other: Any = None) -> Any:
        return value if rng.random() < share else other

    slip = rng.random() if wrong else 1.0
    return {
        "id": f"L{number}",
        "code": "0101999999" if slip < 0.02 else rng.choice(CODES),
        "origin": rng.choice(ORIGINS),
        "on": START + timedelta(days=rng.randrange(365)),
        "price": Decimal(rng.randrange(-5 if slip < 0.05 else 0, 10**8)) / 100,
        "currency": rng.choice(["RUB", "USD", "EUR", "CNY", None, "GBP" if wrong else "USD"]),
        "terms": rng.choice(["CIF", "FOB", "EXW", "DAP", None]),
        "freight": None if slip < 0.04 else Decimal(rng.randrange(0, 10**5)) / 100,
        "freight_currency": maybe(0.3, "EUR"),
        "insurance": maybe(0.5, Decimal(rng.randrange(0, 1000)) / 100),
        "inland": maybe(0.3, Decimal(rng.randrange(0, 100)) / 100),
        "net_mass": maybe(0.97, Decimal(rng.randrange(1, 10**7)) / 1000),
        "quantity_LTR": maybe(0.9, Decimal(rng.randrange(1, 10**6)) / 1000),
        "quantity_NAR": maybe(0.9, Decimal(rng.randrange(1, 10**4))),
        "quantity_CMQENG": maybe(0.9, Decimal(rng.randrange(800, 5000))),
        "quantity_RET": maybe(0.9, Decimal(rng.randrange(1, 10**6)) / 100),
        "member": rng.choice([*MEMBERS, None]),
        "documents": rng.choice([None, "A", "U1", "CT2", "A;CT2", "E99", "X"]),
        "additional_codes": maybe(0.5, rng.choice(["C100", "C999"])),
        "order_number": maybe(0.5, rng.choice(["09.1", "09.2", "09.3"])),
        "option": maybe(
            0.15, rng.choice([k.value for k in (Kind.PREFERENCE, Kind.QUOTA, Kind.THIRD_COUNTRY)])
        ),
        "accepted": maybe(0.8, rng.randrange(10**6)),
        "free_circulation": maybe(0.05, True, False),
    }


STEPWISE = Practice.stepwise("RUB")
EXACT = Practice("RUB")
