# ruff: noqa: N802 - tests bear the names of the rules
"""One test per integrity rule, named after it: a book that keeps it, and one that breaks it."""

from __future__ import annotations

import inspect
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hansa.customs.book import (
    RULES,
    Action,
    AdditionalCode,
    Area,
    Areas,
    Condition,
    Document,
    Footnote,
    Instrument,
    Kind,
    Measure,
    Membership,
    OrderNumber,
    Origin,
    TariffBook,
    Threshold,
    Volume,
    check,
)
from hansa.customs.duties import Duty, Per, Specific, Supplementary, read
from hansa.customs.nomenclature import Goods, Nomenclature
from hansa.terms.days import Period
from hansa.terms.errors import Place, UnknownCode

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
FIRST, SECOND = (
    Period(date(2025, 1, 1), date(2025, 7, 1)),
    Period(date(2025, 7, 1), date(2026, 1, 1)),
)
LONG = Period(date(2020, 1, 1))
CODE, OTHER, HEADING = "0201300000", "0202300000", "0201000000"


def measure(id: str = "m", kind: Kind = Kind.THIRD_COUNTRY, **more: object) -> Measure:
    given: dict[str, object] = {
        "code": CODE,
        "duty": read("10 %"),
        "valid": YEAR,
        "act": "A1",
        "place": Place("measures.csv", 7),
        **more,
    }
    return Measure(id=id, kind=kind, **given)  # type: ignore[arg-type]


def quota(id: str = "q", **more: object) -> Measure:
    return measure(id, Kind.QUOTA, order_number="09.1", area="GSP", **more)


def goods(code: str, valid: Period = LONG, **more: object) -> Goods:
    return Goods(code, valid, **more)  # type: ignore[arg-type]


GOODS = (goods("0200000000"), goods(HEADING), goods(CODE), goods("0202000000"), goods(OTHER))
GSP = Area(
    "GSP", members=(Membership("IND", LONG), Membership("CHN", FIRST)), group=True, valid=LONG
)
NUMBER = OrderNumber(
    "09.1", LONG, (Origin("GSP", LONG),), (Volume(YEAR, Decimal(500), Per("KGM")),)
)


def book(*measures: Measure, **more: object) -> TariffBook:
    given: dict[str, object] = {
        "areas": Areas((GSP,)),
        "nomenclature": Nomenclature(GOODS),
        "order_numbers": (NUMBER,),
        "additional_codes": (AdditionalCode("C1", valid=LONG),),
        "documents": (Document("D1", valid=LONG),),
        "footnotes": (Footnote("N1", valid=LONG),),
        "acts": (Instrument("A1", valid=LONG), Instrument("A2", valid=LONG)),
        **more,
    }
    return TariffBook(measures, **given)  # type: ignore[arg-type]


CLEAN = book(
    measure("t"),
    measure(
        "p",
        Kind.PREFERENCE,
        area="GSP",
        excluded=("IND",),
        footnotes=("N1",),
        conditions=(Condition("B", document="D1"),),
    ),
    quota(),
    measure("ad", Kind.ANTI_DUMPING, additional_code="C1", ended_by="A2"),
    measure("e", Kind.EXEMPTION, member="ARM"),
    measure("v", Kind.VAT, code="", member="ARM"),
    measure("s", Kind.SUPPLEMENTARY_UNIT, duty=None),
)


def broken(rule: str, wrong: TariffBook) -> tuple[str, ...]:
    """What breaks a rule; the clean book keeps it, and the message is the rule's own."""
    assert check(CLEAN, [rule]).clean
    found = check(wrong, [rule]).violations
    assert found, f"{rule} is kept"
    assert all(v.rule == rule and v.says in str(v) for v in found)
    return tuple(v.detail for v in found)


def test_the_clean_book_keeps_every_rule() -> None:
    assert check(CLEAN).violations == ()


def test_every_rule_has_a_test_named_after_it_and_says_something() -> None:
    tests = {name for name, _ in inspect.getmembers(sys.modules[__name__], inspect.isfunction)}
    for name, rule in RULES.items():
        assert f"test_{name}" in tests
        assert rule.says().endswith(".")


def test_violations_bear_their_place_and_make_a_table() -> None:
    found = check(book(measure(code="9999000000")), ["ME6"])
    (violation,) = found.violations
    assert str(violation).startswith("measures.csv, line 7: ME6: no goods 9999000000, nearest ")
    assert found.by_rule() == {"ME6": 1}
    assert found.table().records()[0]["rule"] == "ME6"


def test_superseded_versions_are_not_checked() -> None:
    gone = replace(measure("old", code="9999000000"), withdrawn=date(2025, 3, 1))
    assert check(book(gone, measure())).clean


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(UnknownCode, match="did you mean ME1"):
        check(CLEAN, ["ME01"])


# ---- measures side by side ----


def test_ME1() -> None:
    assert broken("ME1", book(measure("a"), measure("b", duty=read("5 %"))))
    assert check(book(measure("a", valid=FIRST), measure("b", valid=SECOND)), ["ME1"]).clean


def test_ME16() -> None:
    with_code = measure("b", Kind.ANTI_DUMPING, additional_code="C1")
    assert broken("ME16", book(measure("a", Kind.ANTI_DUMPING), with_code))
    assert check(book(measure("a", Kind.ANTI_DUMPING, code=OTHER), with_code), ["ME16"]).clean


def test_ME32() -> None:
    (same,) = broken("ME32", book(measure("a"), measure("b", valid=SECOND)))
    assert same == f"a on {CODE} and b on {CODE} both hold 2025-07-01 – 2026-01-01"
    (above,) = broken("ME32", book(measure("a", code=HEADING), measure("b", valid=SECOND)))
    assert above.startswith(f"a on {HEADING} and b on {CODE}")
    apart = book(measure("a", code=HEADING, valid=FIRST), measure("b", valid=SECOND))
    assert check(apart, ["ME32"]).clean
    taxes = book(measure("a", Kind.VAT, code=""), measure("b", Kind.VAT))
    assert check(taxes, ["ME32"]).clean


# ---- goods ----


def test_ME6() -> None:
    (detail,) = broken("ME6", book(measure(code="0201310000")))
    assert detail.startswith("no goods 0201310000, nearest 0201300000")


def test_ME7() -> None:
    group = Nomenclature((*GOODS, goods("0201310000", suffix="10")))
    assert broken("ME7", book(measure(code="0201310000"), nomenclature=group))


def test_ME8() -> None:
    late = Nomenclature((*GOODS, goods("0203000000", SECOND)))
    (detail,) = broken("ME8", book(measure(code="0203000000"), nomenclature=late))
    assert "exist 2025-07-01" in detail
    split = Nomenclature((*GOODS, goods("0203000000", FIRST), goods("0203000000", SECOND)))
    assert check(book(measure(code="0203000000"), nomenclature=split), ["ME8"]).clean


def test_ME9() -> None:
    assert broken("ME9", book(measure(code="")))


def test_ME88(monkeypatch: pytest.MonkeyPatch) -> None:
    from hansa.customs.book.rules import goods as rules

    shallow = {**rules.TRAITS, Kind.EXCISE: replace(rules.TRAITS[Kind.EXCISE], digits=4)}
    monkeypatch.setattr(rules, "TRAITS", shallow)
    assert broken("ME88", book(measure("x", Kind.EXCISE))) == ("020130 has more than 4 digits",)
    assert check(book(measure("x", Kind.EXCISE, code=HEADING)), ["ME88"]).clean


def test_NIG2() -> None:
    orphan = Nomenclature((goods("0203000000", SECOND), goods("0203110000", LONG)))
    assert broken("NIG2", book(nomenclature=orphan))


def test_NIG30() -> None:
    ending = Nomenclature((*GOODS, goods("0203000000", Period(LONG.start, date(2025, 7, 1)))))
    assert broken("NIG30", book(measure(code="0203000000"), nomenclature=ending))


# ---- what measures refer to ----


def test_ME4() -> None:
    (detail,) = broken("ME4", book(measure("p", Kind.PREFERENCE, area="GSQ")))
    assert "nearest GSP" in detail


def test_ME5() -> None:
    areas = Areas((replace(GSP, valid=FIRST),))
    assert broken("ME5", book(measure("p", Kind.PREFERENCE, area="GSP"), areas=areas))


def test_ME10() -> None:
    assert broken("ME10", book(measure("q", Kind.QUOTA)))
    assert broken("ME10", book(measure("t", order_number="09.1")))


def test_ME12() -> None:
    assert broken("ME12", book(measure(additional_code="C1")))
    codes = (AdditionalCode("C1", kinds=frozenset({Kind.EXCISE})),)
    wrong = book(measure("a", Kind.ANTI_DUMPING, additional_code="C1"), additional_codes=codes)
    assert broken("ME12", wrong)


def test_ME17() -> None:
    assert broken("ME17", book(measure("a", Kind.ANTI_DUMPING, additional_code="C9")))


def test_ME24() -> None:
    assert broken("ME24", book(measure(act="A9")))
    assert broken("ME24", book(measure(act="")))


def test_ME25() -> None:
    assert broken("ME25", book(measure(valid=Period(YEAR.start, YEAR.start))))


def test_ME33() -> None:
    assert broken("ME33", book(measure(valid=LONG, ended_by="A2")))


def test_ME40() -> None:
    assert broken("ME40", book(measure(duty=None))) == ("m has no duty",)
    unit = measure("s", Kind.SUPPLEMENTARY_UNIT)
    assert broken("ME40", book(unit)) == ("s has a duty",)
    by_condition = measure(duty=None, conditions=(Condition("V", duty=read("1 %")),))
    assert check(book(by_condition), ["ME40"]).clean


def test_ME48() -> None:
    assert broken("ME48", book(measure(duty=Duty(Specific(Decimal(1), "EUX", Per("KGM"))))))


def test_ME50() -> None:
    wrong = Duty(Specific(Decimal(1), "EUR", Per("LTR", qualifier="E")))
    assert broken("ME50", book(measure(duty=wrong))) == ("no unit LTRE",)
    right = Duty(Specific(Decimal(1), "EUR", Per("KGM", Decimal(100), "E")))
    assert check(book(measure(duty=right)), ["ME50"]).clean


def test_ME53() -> None:
    assert broken("ME53", book(measure(conditions=(Condition("?", document="D1"),))))


def test_ME56() -> None:
    assert broken("ME56", book(measure(conditions=(Condition("B", document="D9"),))))


def test_ME57() -> None:
    documents = (Document("D1", valid=FIRST),)
    conditions = (Condition("B", document="D1"),)
    assert broken("ME57", book(measure(conditions=conditions), documents=documents))


def test_ME58() -> None:
    twice = (Condition("B", document="D1"), Condition("B", Action.NOT_APPLICABLE, document="D1"))
    assert broken("ME58", book(measure(conditions=twice)))
    bound = Condition("B", threshold=Threshold(Decimal(1), per=Per("KGM")))
    assert check(book(measure(conditions=(bound, bound))), ["ME58"]).clean


def test_ME69() -> None:
    assert broken("ME69", book(measure(footnotes=("N9",))))


def test_ME70() -> None:
    assert broken("ME70", book(measure(footnotes=("N1", "N1"))))


def test_ME73() -> None:
    assert broken(
        "ME73", book(measure(footnotes=("N1",)), footnotes=(Footnote("N1", valid=FIRST),))
    )


def test_ME87() -> None:
    assert broken("ME87", book(measure(), acts=(Instrument("A1", valid=FIRST),)))


def test_ME115() -> None:
    codes = (AdditionalCode("C1", valid=FIRST),)
    wrong = book(measure("a", Kind.ANTI_DUMPING, additional_code="C1"), additional_codes=codes)
    assert broken("ME115", wrong)


# ---- areas ----


def test_ME65() -> None:
    assert broken("ME65", book(measure("p", Kind.PREFERENCE, area="IND", excluded=("CHN",))))
    assert check(book(measure(excluded=("CHN",))), ["ME65"]).clean  # from everybody


def test_ME66() -> None:
    assert broken("ME66", book(measure("p", Kind.PREFERENCE, area="GSP", excluded=("BRA",))))


def test_ME67() -> None:
    assert broken("ME67", book(measure("p", Kind.PREFERENCE, area="GSP", excluded=("CHN",))))


def test_ME68() -> None:
    assert broken("ME68", book(measure("p", Kind.PREFERENCE, area="GSP", excluded=("IND", "IND"))))


def test_GA1() -> None:
    assert broken("GA1", book(areas=Areas((GSP, GSP))))


def test_GA7() -> None:
    assert broken("GA7", book(areas=Areas((GSP, replace(GSP, valid=YEAR)))))
    halves = Areas((replace(GSP, valid=FIRST), replace(GSP, valid=SECOND)))
    assert check(book(areas=halves), ["GA7"]).clean


def test_GA12() -> None:
    assert broken("GA12", book(areas=Areas((GSP, Area("IND")))))
    assert check(book(areas=Areas((GSP, Area("IND"), Area("CHN")))), ["GA12"]).clean


def test_GA13() -> None:
    nested = Area("ALL", members=(Membership("GSP"),), group=True)
    assert broken("GA13", book(areas=Areas((GSP, nested))))


def test_GA17() -> None:
    assert broken("GA17", book(areas=Areas((replace(GSP, valid=FIRST),))))


def test_GA18() -> None:
    twice = replace(GSP, members=(Membership("IND", LONG), Membership("IND", YEAR)))
    assert broken("GA18", book(areas=Areas((twice,))))


# ---- quotas ----


def number(**more: object) -> TariffBook:
    return book(quota(), order_numbers=(replace(NUMBER, **more),))  # type: ignore[arg-type]


def test_ME116() -> None:
    assert broken("ME116", number(valid=FIRST))
    assert broken("ME116", book(quota(), order_numbers=()))


def test_ME117() -> None:
    assert broken("ME117", number(origins=(Origin("CHN"),)))


def test_ME119() -> None:
    assert broken("ME119", number(origins=(Origin("GSP", FIRST),)))


def test_ON1() -> None:
    assert broken("ON1", book(order_numbers=(NUMBER, NUMBER)))


def test_ON2() -> None:
    assert broken("ON2", book(order_numbers=(NUMBER, replace(NUMBER, valid=YEAR))))


def test_ON5() -> None:
    assert broken("ON5", number(origins=(Origin("GSP", LONG), Origin("GSP", YEAR))))


def test_ON6() -> None:
    wrong = book(areas=Areas((replace(GSP, valid=FIRST, members=()),)))
    assert broken("ON6", wrong)


def test_ON7() -> None:
    assert broken("ON7", number(valid=YEAR))


def test_QD1() -> None:
    (volume,) = NUMBER.volumes
    assert broken("QD1", number(volumes=(volume, replace(volume, valid=FIRST))))


def test_QD7() -> None:
    assert broken("QD7", number(valid=FIRST, origins=()))


def test_QD10() -> None:
    assert broken("QD10", number(volumes=(Volume(YEAR, Decimal(1), Per("XXX")),)))
    assert broken("QD10", number(volumes=(Volume(YEAR, Decimal(1)),)))
    assert check(number(volumes=(Volume(YEAR, Decimal(1), currency="EUR"),)), ["QD10"]).clean


def test_OverlappingQuotaDefinition() -> None:
    (volume,) = NUMBER.volumes
    later = replace(volume, valid=Period(date(2025, 12, 31), date(2026, 6, 1)))
    assert broken("OverlappingQuotaDefinition", number(volumes=(volume, later)))


# ---- unions ----


def test_CommonRateForEveryExemption() -> None:
    assert broken("CommonRateForEveryExemption", book(measure("e", Kind.EXEMPTION, member="ARM")))
    above = book(measure("t", code=HEADING), measure("e", Kind.EXEMPTION, member="ARM"))
    assert check(above, ["CommonRateForEveryExemption"]).clean


def test_ExemptionEnds() -> None:
    assert broken("ExemptionEnds", book(measure("e", Kind.EXEMPTION, member="ARM", valid=LONG)))


def test_MemberOfExemption() -> None:
    assert broken("MemberOfExemption", book(measure("e", Kind.EXEMPTION)))


def test_PreferenceHasAnArea() -> None:
    assert broken("PreferenceHasAnArea", book(measure("p", Kind.PREFERENCE)))


def test_OneLevelOfTaxes() -> None:
    both = book(measure("a", Kind.VAT), measure("b", Kind.VAT, code=OTHER, member="ARM"))
    assert broken("OneLevelOfTaxes", both)


def test_supplementary_units_are_no_duties() -> None:
    assert Duty(Supplementary(Per("NAR"))) == read("p/st")
