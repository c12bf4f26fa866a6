"""The tariff book: what stands on a day, as known on a day, and what changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from hansa.customs.assessment import Line, Office, Practice, Sum, assess, refunds
from hansa.customs.book import (
    Action,
    AdditionalCode,
    Agreement,
    Amount,
    Area,
    Areas,
    Condition,
    Exemption,
    Kind,
    Measure,
    Membership,
    OrderNumber,
    Question,
    Regime,
    TariffBook,
    Threshold,
    Volume,
    check,
    consider,
    diff,
    show,
)
from hansa.customs.book.conditions import outcome
from hansa.customs.duties import Basis, Per, Quantities, read
from hansa.customs.mistakes import OverlappingMeasures, UnknownGoods
from hansa.customs.nomenclature import Goods, Nomenclature
from hansa.sources.customs import read_book, read_measures, write_measures
from hansa.terms.days import Period
from hansa.terms.errors import BadInput
from hansa.terms.truth import Truth

YEAR = Period(date(2022, 1, 1), date(2023, 1, 1))
DAY = date(2022, 6, 1)
UNION = Regime(
    "the union",
    (Membership("RUS"), Membership("ARM", Period(date(2015, 1, 2)))),
    agreements=(Agreement("FTA", frozenset({"SRB"}), Period(date(2022, 3, 1), date(2022, 9, 1))),),
)


def measure(
    id: str,
    kind: Kind = Kind.THIRD_COUNTRY,
    code: str = "0201300000",
    duty: str = "15 %",
    **more: object,
) -> Measure:
    given: dict[str, object] = {"valid": YEAR, **more}
    return Measure(id=id, kind=kind, code=code, duty=read(duty), **given)  # type: ignore[arg-type]


def standing(book: TariffBook, origin: str = "USA", on: date = DAY, **more: object) -> list[str]:
    ask = Question("0201300000", origin, on, **more)  # type: ignore[arg-type]
    return [c.measure.id for c in consider(book, UNION, ask) if c.stands]


def test_areas_members_and_exclusions() -> None:
    areas = Areas(
        (Area("GSP", members=(Membership("IND"), Membership("CHN", Period(DAY))), group=True),)
    )
    book = TariffBook(
        (measure("all"), measure("gsp", Kind.PREFERENCE, area="GSP", excluded=("IND",))), areas
    )
    assert standing(book, "IND") == ["all"]
    assert standing(book, "CHN") == ["gsp", "all"] or standing(book, "CHN") == ["all", "gsp"]
    assert standing(book, "CHN", date(2022, 5, 31)) == ["all"]
    assert areas.of("CHN", DAY) == ("CHN", "GSP", "1011")


def test_reasons_for_which_measures_do_not_stand() -> None:
    book = TariffBook(
        (
            measure("late", valid=Period(date(2022, 7, 1))),
            measure("other", Kind.PREFERENCE, area="BRA"),
            measure("out", Kind.SAFEGUARD, excluded=("USA",)),
            measure("code", Kind.ANTI_DUMPING, additional_code="C1"),
            measure("tax", Kind.VAT, member="ARM"),
            measure("fta", Kind.PREFERENCE, agreement="FTA", area="USA"),
            measure("none", Kind.PREFERENCE, agreement="CETA", area="USA"),
        )
    )
    verdicts = {
        c.measure.id: c.why for c in consider(book, UNION, Question("0201300000", "USA", DAY))
    }
    assert verdicts == {
        "late": "it holds 2022-07-01 – …, not on 2022-06-01",
        "other": "origin USA is not in area BRA",
        "out": "origin USA is excluded",
        "code": "it asks for additional code C1",
        "tax": "it is a measure of ARM",
        "fta": "USA is no partner of FTA",
        "none": "CETA is no agreement of the union",
    }


@pytest.mark.parametrize(
    ("on", "stands"),
    [
        (date(2022, 2, 28), False),
        (date(2022, 3, 1), True),
        (date(2022, 8, 31), True),
        (date(2022, 9, 1), False),
    ],
)
def test_an_agreement_counts_while_it_is_in_force(on: date, stands: bool) -> None:
    book = TariffBook((measure("fta", Kind.PREFERENCE, area="SRB", agreement="FTA"),))
    assert (standing(book, "SRB", on) == ["fta"]) is stands


def test_the_more_specific_code_prevails() -> None:
    book = TariffBook(
        (
            measure("all", Kind.VAT, "", "20 %"),
            measure("chapter", Kind.VAT, "0200000000", "10 %"),
            measure("goods", Kind.VAT, duty="0 %", valid=Period(date(2022, 6, 2))),
        )
    )
    assert standing(book, on=DAY) == ["chapter"]
    assert standing(book, on=date(2022, 6, 2)) == ["goods"]


def test_overlapping_measures_are_named() -> None:
    book = TariffBook((measure("one"), measure("two", duty="5 %", valid=Period(DAY))))
    with pytest.raises(OverlappingMeasures, match="stands twice on 020130: one and two"):
        standing(book)


def test_unknown_goods_name_the_nearest() -> None:
    book = TariffBook((), nomenclature=Nomenclature([Goods("0201200000", YEAR)]))
    with pytest.raises(UnknownGoods, match="did you mean 0201200000"):
        standing(book)


def test_before_the_common_tariff_members_have_their_own() -> None:
    regime = Regime("the union", UNION.members, common_tariff=Period(DAY))
    book = TariffBook((measure("common"), measure("own", member="RUS", duty="5 %")))

    def found(on: date) -> dict[str, bool]:
        ask = Question("0201300000", "USA", on, member="RUS")
        return {c.measure.id: c.stands for c in consider(book, regime, ask)}

    assert found(date(2022, 5, 31)) == {"own": True, "common": False}
    assert found(DAY) == {"own": True, "common": True}


def test_the_union_s_measures_are_for_its_members() -> None:
    book = TariffBook((measure("common"),))
    ask = Question("0201300000", "USA", DAY, member="UZB")
    (verdict,) = consider(book, UNION, ask)
    assert verdict.why == "UZB is no member of the union on 2022-06-01"


# ---- two axes of time ----

DECISION = date(2022, 4, 12)  # a decision of 12 April, with effect from 28 March


def book_with_a_decision_that_reaches_back() -> TariffBook:
    before = TariffBook((measure("rate"),))
    effect = date(2022, 3, 28)
    return before.record(
        DECISION,
        add=(
            measure("rate", valid=Period(YEAR.start, effect)),
            measure("zero", duty="0 %", valid=Period(effect, date(2022, 10, 1)), act="Decision 63"),
            measure("rate after", valid=Period(date(2022, 10, 1), YEAR.end)),
        ),
    )


@pytest.mark.parametrize(
    ("on", "known", "expected"),
    [
        (date(2022, 4, 1), date(2022, 4, 11), "rate"),
        (date(2022, 4, 1), DECISION, "zero"),
        (date(2022, 3, 27), DECISION, "rate"),
        (date(2022, 10, 1), DECISION, "rate after"),
    ],
)
def test_what_holds_depends_on_when_you_ask(on: date, known: date, expected: str) -> None:
    book = book_with_a_decision_that_reaches_back().known_on(known)
    assert standing(book, on=on) == [expected]


def test_a_decision_that_reaches_back_makes_refunds() -> None:
    office = Office(book_with_a_decision_that_reaches_back(), UNION, Practice("RUB"))
    lines = [
        Line(
            id=day.isoformat(),
            code="0201300000",
            origin="USA",
            on=day,
            price=Sum(Decimal("100000"), "RUB"),
        )
        for day in (date(2022, 3, 27), date(2022, 3, 28), date(2022, 4, 11), DECISION)
    ]
    found = refunds(lines, office, now=date(2022, 5, 1))
    assert [(r.line.id, str(r.back)) for r in found] == [
        ("2022-03-28", "15,000.00 RUB"),
        ("2022-04-11", "15,000.00 RUB"),
    ]
    assert any(reason.source == "Decision 63" for reason in found[0].because)
    assert refunds(lines, office, now=date(2022, 4, 11)) == ()


def test_a_change_keeps_what_was_known() -> None:
    book = book_with_a_decision_that_reaches_back()
    assert len(book.measures) == 4
    assert {m.id for m in book.current.measures} == {"rate", "zero", "rate after"}
    with pytest.raises(BadInput, match="no measure gone"):
        book.record(DECISION, withdraw=["gone"])
    with pytest.raises(BadInput, match="became known only on 2022-04-12"):
        book.record(date(2022, 4, 1), withdraw=["zero"])


# ---- conditions ----


def basis(value: str, **quantities: str) -> Basis:
    held = {code: Decimal(text) for code, text in quantities.items()}
    return Basis(Fraction(value), "EUR", Quantities.of(held))


PRICE = Threshold(Decimal("52.60"), "EUR", Per("KGM", Decimal(100)))


def test_an_import_price_that_reaches_the_entry_price() -> None:
    ladder = (
        Condition("V", threshold=PRICE, duty=read("14.40 %")),
        Condition("V", duty=read("14.40 % + 29.80 EUR / 100 kg")),
    )
    assert outcome(ladder, frozenset(), basis("5260", KGM="10000")).duty == read("14.40 %")
    other = outcome(ladder, frozenset(), basis("5259.99", KGM="10000"))
    assert other.duty == read("14.40 % + 29.80 EUR / 100 kg")
    unknown = outcome(ladder, frozenset(), basis("5260"))
    assert unknown.applies is Truth.UNKNOWN
    assert "unknown" in unknown.because[0].text


def test_quantity_bounds_documents_and_refusals() -> None:
    small = Condition("E", threshold=Threshold(Decimal(20), per=Per("KGM"), most=True))
    paper = Condition("E", document="C085")
    refused = Condition("E", Action.REFUSED)
    conditions = (small, paper, refused)
    assert outcome(conditions, frozenset(), basis("1", KGM="20")).applies is Truth.TRUE
    assert outcome(conditions, frozenset({"C085"}), basis("1", KGM="21")).applies is Truth.TRUE
    closed = outcome(conditions, frozenset(), basis("1", KGM="21"))
    assert (closed.applies, closed.refused) == (Truth.FALSE, True)


def test_every_letter_must_come_out_well() -> None:
    both = (Condition("B", document="X"), Condition("C", document="Y"))
    assert outcome(both, frozenset({"X"}), None).applies is Truth.FALSE
    assert outcome(both, frozenset({"X", "Y"}), None).applies is Truth.TRUE


def test_ratio_of_weight_to_supplementary_unit() -> None:
    ratio = Condition("R", threshold=Threshold(Decimal(3), per=Per("KGM"), over="NAR"))
    assert outcome((ratio,), frozenset(), basis("1", KGM="9", NAR="3")).applies is Truth.TRUE
    assert outcome((ratio,), frozenset(), basis("1", KGM="8", NAR="3")).applies is Truth.FALSE
    assert outcome((ratio,), frozenset(), basis("1", KGM="8")).applies is Truth.UNKNOWN


# ---- show, diff, files ----


def test_show_says_what_stands_and_why() -> None:
    book = TariffBook(
        (
            measure("t"),
            measure(
                "fta",
                Kind.PREFERENCE,
                area="SRB",
                agreement="FTA",
                duty="0 %",
                conditions=(Condition("B", document="CT2"),),
            ),
            measure("q", Kind.QUOTA, order_number="09.1"),
            measure("x", Kind.EXCISE, member="ARM"),
        ),
    )
    shown = show(book, "0201.30", "SRB", DAY, regime=UNION)
    assert {m.id for m in shown.standing} == {"t", "fta", "q"}
    assert shown.one(Kind.PREFERENCE) is not None
    assert shown.one(Kind.EXCISE) is None
    assert shown.because[0].text == "SRB is no member of the union on 2022-06-01"
    table = shown.table(rejected=True)
    asks = {row["kind"]: row["asks"] for row in table.records()}
    assert asks["preference"] == "B: document CT2"
    assert asks["tariff quota"] == "order number 09.1"
    stands = {row["kind"]: row["stands"] for row in table.records()}
    assert stands["excise"] == "no: it is a measure of ARM"
    inside = show(book, "0201.30", "ARM", DAY, regime=UNION, member="ARM")
    assert inside.because[0].text == "ARM is a member of the union on 2022-06-01"


def test_show_with_exemptions_and_descriptions() -> None:
    regime = Regime("u", (Membership("ARM"),), (Exemption("ARM", "0201300000", read("0 %"), YEAR),))
    goods = Nomenclature([Goods("0201300000", YEAR, descriptions={"en": "Boneless"})])
    shown = show(
        TariffBook((measure("t"),), nomenclature=goods),
        "020130",
        "USA",
        DAY,
        regime=regime,
        member="ARM",
    )
    assert shown.description == "Boneless"
    assert {m.kind for m in shown.standing} == {Kind.THIRD_COUNTRY, Kind.EXEMPTION}


def test_diff_by_what_measures_are_and_not_by_their_ids() -> None:
    old = TariffBook(
        (
            measure("a"),
            measure("b", code="0202000000"),
            measure("c", code="0203000000"),
            measure("e", code="0204000000", duty="3 EUR / kg"),
        )
    )
    new = TariffBook(
        (
            measure("A", duty="10 %"),
            measure("B", code="0202000000"),
            measure("D", code="0205000000"),
            measure("E", code="0204000000", duty="10 %"),
        )
    )
    found = diff(old, new)
    assert [m.id for m in found.added] == ["D"]
    assert [m.id for m in found.removed] == ["c"]
    assert {c.after.id: (c.fields, c.direction) for c in found.changed} == {
        "A": (("duty",), "lower"),
        "E": (("duty",), "other"),
    }
    assert found.same == 1
    marks = dict(
        zip((r["code"] for r in found.table().records()), found.table().marks, strict=True)
    )
    assert marks == {
        "0201300000": "changed",
        "0203000000": "gone",
        "0204000000": "changed",
        "0205000000": "new",
    }


def test_a_moved_first_day_is_a_change_not_a_loss() -> None:
    found = diff(TariffBook((measure("a"),)), TariffBook((measure("a", valid=Period(DAY)),)))
    assert [c.fields for c in found.changed] == [("valid",)]
    assert found.changed[0].direction == "same"


def test_components_by_additional_code() -> None:
    book = TariffBook(
        (measure("t", duty="8 % + EA"),),
        amounts=(Amount("7001", "EA", read("20 EUR / 100 kg").rate, YEAR),),
    )
    office = Office(book, UNION, Practice("EUR"))
    line = Line(
        code="0201300000",
        origin="USA",
        on=DAY,
        price=Sum(Decimal(100), "EUR"),
        quantities={"KGM": Decimal(50)},
        additional_codes=frozenset({"7001"}),
    )
    assert str(assess(line, office).total) == "18.00 EUR"


def test_a_book_goes_to_files_and_comes_back(tmp_path: Path) -> None:
    measures = (
        measure(
            "t",
            duty="15, но не менее 0,2 евро за 1 кг",
            act="D1",
            footnotes=("1С", "2С"),
            recorded=date(2022, 2, 1),
            withdrawn=date(2022, 5, 1),
        ),
        measure(
            "p",
            Kind.PREFERENCE,
            area="GSP",
            excluded=("CHN", "BRA"),
            valid=Period(DAY),
            conditions=(
                Condition("V", threshold=PRICE, duty=read("1 %")),
                Condition("V", Action.REFUSED),
            ),
        ),
        measure(
            "q",
            Kind.QUOTA,
            order_number="09.1",
            member="ARM",
            additional_code="C1",
            agreement="FTA",
            programme="x",
        ),
    )
    write_measures(tmp_path / "measures.csv", measures)
    again = read_measures(tmp_path / "measures.csv")
    assert again == measures
    assert [str(m.duty) for m in again] == [str(m.duty) for m in measures]


def test_a_folder_is_a_book(tmp_path: Path) -> None:
    files = {
        "measures.csv": "id,kind,code,duty,valid_from,valid_to,area,documents,order_number\n"
        "t,third_country,0201,15 %,2022-01-01,2022-12-31,,,\n"
        "g,preference,0201,75 % of the base rate,2022-01-01,2022-12-31,GSP,A;B,\n"
        "q,quota,0201,5 %,2022-01-01,2022-12-31,,,09.1\n",
        "goods.csv": "code,valid_from,name_en\n0201,2000-01-01,Beef\n",
        "areas.csv": "area,name,member,valid_from,valid_to\nGSP,Scheme,IND,2000-01-01,\n"
        "GSP,,CHN,2000-01-01,2021-12-31\n",
        "quotas.csv": "order_number,valid_from,valid_to,volume,unit,area\n"
        "09.1,2022-01-01,2022-12-31,500,1000 kg,GSP\n",
        "additional_codes.csv": "id,text,kinds\nC1,A producer,anti_dumping\n",
        "documents.csv": "id,text,valid_from\nA,Form A,2000-01-01\nB,Declaration,2000-01-01\n",
        "acts.csv": "id,text\nD1,A decision\n",
        "components.csv": "additional_code,component,rate\n7001,EA,20 EUR / 100 kg\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    book = read_book(tmp_path)
    assert len(book.measures) == 3
    assert book.areas.covers("GSP", "CHN", date(2021, 12, 31))
    assert not book.areas.covers("GSP", "CHN", DAY)
    assert book.order_numbers == (
        OrderNumber(
            "09.1",
            origins=book.order_numbers[0].origins,
            volumes=(Volume(YEAR, Decimal(500), Per("KGM", Decimal(1000))),),
        ),
    )
    assert book.additional_codes == (
        AdditionalCode("C1", "A producer", kinds=frozenset({Kind.ANTI_DUMPING})),
    )
    assert book.measures[1].documents == {"A", "B"}
    assert set(check(book).by_rule()) == {"ME24", "ME117"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("t,third_cuntry,0201,15 %,2022-01-01", "did you mean third_country"),
        ("t,third_country,0201,15,2022-01-01", r"line 2, column 'duty', position 2: .*15 %"),
        ("t,third_country,021,15 %,2022-01-01", "column 'code'"),
        ("t,third_country,0201,15 %,", "a day is needed"),
    ],
)
def test_slips_in_a_book(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "measures.csv"
    path.write_text(f"id,kind,code,duty,valid_from\n{row}\n")
    with pytest.raises(BadInput, match=message):
        read_measures(path)
