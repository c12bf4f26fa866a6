"""Nomenclatures: codes, trees, days, descriptions, and the files they come from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.customs.mistakes import UnknownGoods
from hansa.customs.nomenclature import Goods, Nomenclature, code_of, level, short
from hansa.customs.nomenclature.codes import closest, prefixes
from hansa.sources.customs import (
    read_agreement_duties,
    read_agreement_quotas,
    read_eurasian_headings,
    read_eurasian_tariff,
    read_generalised_preferences,
    read_goods,
    read_quota_definitions,
    read_seasonal_preferences,
    read_taric_nomenclature,
)
from hansa.terms.days import Period
from hansa.terms.errors import BadInput

SINCE = Period(date(2000, 1, 1))


def goods(code: str, valid: Period = SINCE, **more: object) -> Goods:
    return Goods(code_of(code), valid, **more)  # type: ignore[arg-type]


HORSES = Nomenclature(
    [
        goods("01", descriptions={"en": "Live animals", "ru": "Живые животные"}),
        goods("0101", descriptions={"en": "Horses", "ru": "Лошади"}),
        goods("010121", descriptions={"en": "– pure-bred"}),
        goods("01012910", Period(date(2000, 1, 1), date(2012, 1, 1))),
        goods("0101299000", Period(date(2012, 1, 1))),
        goods("0102"),
        goods("010229"),
    ]
)
DAY = date(2020, 5, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [("01", "0100000000"), ("0101.21", "0101210000"), ("0101 21 00 00", "0101210000")],
)
def test_codes_written_short(text: str, code: str) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize("text", ["1", "10121", "0101x1", "01012100001", ""])
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(BadInput, match="is not a goods code"):
        code_of(text)


def test_a_lost_nought_is_suggested() -> None:
    with pytest.raises(BadInput, match=r"0101210000\?"):
        code_of("101210000")


def test_levels_and_codes_above() -> None:
    assert level("0101290000") == 6
    assert level("0101299000") == 8
    assert short("0101210000") == "010121"
    assert prefixes("0101299000") == ("0101290000", "0101000000", "0100000000")


def test_a_tree_by_digits() -> None:
    edition = HORSES.on(DAY)
    assert [g.code for g in edition.ancestors("0101299000")] == ["0101000000", "0100000000"]
    assert [g.code for g in edition.children("0101")] == ["0101210000", "0101299000"]
    assert [g.code for g in edition.below("01")] == [
        "0101000000",
        "0101210000",
        "0101299000",
        "0102000000",
        "0102290000",
    ]
    assert edition.declarable("010121")
    assert not edition.declarable("0101")
    assert [g.code for g in edition.at(4)] == ["0101000000", "0102000000"]


def test_the_tree_of_another_day() -> None:
    assert "0101291000" in HORSES.on(date(2005, 1, 1))
    assert "0101291000" not in HORSES.on(DAY)
    assert HORSES.on(date(2013, 1, 1)) is HORSES.on(DAY)  # no change between the two


def test_unknown_codes_name_the_nearest_of_the_day_and_when_they_were_valid() -> None:
    with pytest.raises(UnknownGoods) as caught:
        HORSES.on(DAY).find("0101291000")
    assert caught.value.nearest[0] == "0101299000"
    assert "valid 2000-01-01 – 2012-01-01" in str(caught.value)


def test_goods_told_apart_further_cannot_be_declared() -> None:
    with pytest.raises(UnknownGoods, match="told apart further; did you mean 0101210000"):
        HORSES.on(DAY).declared("0101")


def test_descriptions_by_language() -> None:
    assert HORSES.on(DAY).describe("010121", "en") == "Live animals: Horses: pure-bred"
    assert HORSES.on(DAY).describe("010121", "ru") == "Живые животные: Лошади"
    assert HORSES.on(DAY).describe("0102", "kk") == "0102"


def test_one_code_twice_on_a_day() -> None:
    with pytest.raises(BadInput, match="stand twice"):
        Nomenclature([goods("01"), goods("01", Period(date(2010, 1, 1)))])


def test_merging_puts_descriptions_together() -> None:
    english = Nomenclature([goods("01", descriptions={"en": "Live animals"}, unit="NAR")])
    russian = Nomenclature([goods("01", descriptions={"ru": "Живые животные"}), goods("02")])
    both = english.merged(russian)
    (line,) = both.history("01")
    assert line.descriptions == {"en": "Live animals", "ru": "Живые животные"}
    assert (line.unit, len(both)) == ("NAR", 2)


codes = st.integers(1_000_000_000, 9_999_999_999).map(str)


@given(codes, st.lists(codes, min_size=1, max_size=40, unique=True))
def test_the_closest_codes_are_the_closest_of_all(code: str, known: list[str]) -> None:
    def distance(other: str) -> tuple[int, int, str]:
        common = next((i for i in range(10) if other[i] != code[i]), 10)
        return -common, abs(int(other) - int(code)), other

    assert closest(code, sorted(known)) == tuple(sorted(known, key=distance)[:3])


# ---- files ----


@pytest.mark.shared
def test_the_taric_s_list_of_2019(shared: Path) -> None:
    path = shared / "data" / "customs" / "nomenclature" / "taric_all_nomenclature_2019.csv"
    nomenclature = read_taric_nomenclature(path)
    assert len(nomenclature) == 24_353
    edition = nomenclature.on(date(2019, 6, 1))
    leaves = [g.key for g in edition.leaves()]
    marked = set()
    for line in path.read_text().splitlines()[1:]:
        cells = [cell.strip('"') for cell in line.split(";")]
        if cells[4] == "1":
            marked.add((cells[1], cells[2]))
    assert set(leaves) == marked  # the file marks leaves itself: its indents make the same tree
    assert len(edition.at(2)) == 98
    above = [g.code for g in edition.ancestors("0101291000")]
    assert above == ["0101290000", "0101000000", "0100000000"]


@pytest.mark.shared
def test_eurasian_headings_of_seven_editions(shared: Path) -> None:
    nomenclature = read_eurasian_headings(shared / "data" / "customs" / "nomenclature")
    assert len(nomenclature) == 722 + 6591
    for year in (2003, 2008, 2011, 2013, 2018, 2022):
        edition = nomenclature.on(date(year, 6, 1))
        assert 90 <= len(edition.at(2)) <= 98
        assert 900 <= len(edition.at(4)) <= 1000
        assert all(edition.parent(g.code) is not None for g in edition.at(4))
    said = nomenclature.on(date(2022, 6, 1)).describe("0101", "ru")
    assert said.startswith("ЖИВЫЕ ЖИВОТНЫЕ: ")


@pytest.mark.shared
def test_eurasian_tariff_of_2026(shared: Path) -> None:
    tariff = read_eurasian_tariff(shared / "data" / "customs" / "eaeu_cet_2026.csv")
    assert len(tariff.measures) == len(tariff.goods) == 13_289
    (line,) = tariff.goods.history("0101210000")
    assert (line.unit, line.descriptions["ru"]) == ("NAR", "– – чистопородные племенные животные")


@pytest.mark.shared
def test_public_preferences_and_quotas(shared: Path) -> None:
    year = Period(date(2019, 1, 1), date(2020, 1, 1))
    folder = shared / "data" / "customs"
    counts = {"1032": 9511, "2005": 9511, "2020": 7638, "2027": 7692}
    for area, count in counts.items():
        rates = read_generalised_preferences(folder / "preferences" / f"gsp_{area}.csv", year)
        assert (len(rates), {m.area for m in rates}) == (count, {area})
    norway = read_agreement_duties(folder / "preferences" / "norway_duties.csv", year)
    iceland = read_agreement_duties(folder / "preferences" / "iceland_duties.csv", year)
    assert (len(norway), len(iceland)) == (1402, 1260)
    assert "0.00 % + 37.220 EUR / 100 kg MAX 18.10% + 7.000 EUR / 100 kg" in map(
        str, (m.duty for m in norway)
    )
    seasons = read_seasonal_preferences(
        folder / "preferences" / "seasonal_measures.csv", range(2020, 2022)
    )
    assert len(seasons) == 2 * 317
    winter = next(m for m in seasons if m.code == "0702000000" and str(m.duty) == "6.00%")
    assert winter.valid == Period(date(2020, 11, 1), date(2021, 5, 15))
    numbers = read_quota_definitions(folder / "quotas" / "quota_definitions_2018_2019.csv")
    assert sum(len(number.volumes) for number in numbers) == 999
    fta, goods_of = read_agreement_quotas(
        folder / "quotas" / "fta_quota_definitions.csv",
        folder / "quotas" / "fta_quota_commodities.csv",
    )
    assert (sum(len(n.volumes) for n in fta), len(goods_of)) == (383, 1331)


def test_any_table_of_goods(tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_text(
        "code,valid_from,valid_to,name_en,name_ru,unit\n"
        "01,2000-01-01,,Live animals,Живые животные,\n"
        "0101.21,2000-01-01,2011-12-31,Horses,,NAR\n",
        encoding="utf-8",
    )
    nomenclature = read_goods(path)
    (horses,) = nomenclature.history("010121")
    assert horses.valid == Period(date(2000, 1, 1), date(2012, 1, 1))
    assert horses.unit == "NAR"
    assert horses.place is not None
    assert str(horses.place) == "goods.csv, line 3"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cod,valid_from\n", "no column 'code'; did you mean cod"),
        ("code,valid_from\n01,2000-13-01\n", r"goods\.csv, line 2, column 'valid_from'"),
        ("code,valid_from\n01\n", r"goods\.csv, line 2: 1 cells under 2 columns"),
        ("code,valid_from\n0x,2000-01-01\n", r"line 2, column 'code': '0x' is not a goods code"),
        ("code,valid_from\n01,\n", "no first day"),
    ],
)
def test_tables_with_slips(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "goods.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        read_goods(path)
