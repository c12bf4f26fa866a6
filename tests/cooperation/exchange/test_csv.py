"""Reports as tables: written and read without loss, wrong cells named, all or nothing."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.cooperation.exchange.rows import BadRows, reports_from
from hansa.cooperation.exchange.tables import (
    ACLED,
    COLUMNS,
    acled_of,
    joined,
    split,
    table_of,
    unwritten,
    written,
)
from hansa.cooperation.reports import report_of
from hansa.terms.errors import BadInput

from .samples import LATER, NOON, TODAY, acts, report

BY: dict[str, Any] = {"by": "TJK", "on": TODAY, "recorded": LATER}
HEAD = "incident,kind,start"


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@settings(max_examples=150)
@given(st.lists(acts(), min_size=1, max_size=4))
def test_what_is_written_is_read_back(made):
    sent = [
        replace(
            report_of(each), id=f"id {n}", incident=f"incident {n}",
            place_state="", evidence=(), kind=each.payload["kind"].strip() or "x",
            audience=tuple(a.strip() for a in report_of(each).audience if a.strip()),
            same_as=tuple(a.strip() for a in report_of(each).same_as if a.strip()),
        )
        for n, each in enumerate(made)
    ]  # fmt: skip
    got = [report_of(act) for act in reports_from(table_of(sent), **BY).acts]
    assert got == [replace(each, recorded=LATER, modified=LATER, acts=(each.id,)) for each in sent]


def test_all_that_a_report_says_is_in_the_table():
    (row,) = rows(table_of([report()]))
    assert tuple(row) == COLUMNS
    assert row["victims"] == "KGZ; RUS"
    assert row["recorded"] == NOON.isoformat()
    (got,) = reports_from(table_of([report()]), **BY).acts
    expected = replace(report(), recorded=LATER, modified=LATER)
    assert report_of(got) == expected


def test_a_withdrawn_report_is_told_without_its_content():
    gone = replace(report(), withdrawn=True)
    data = table_of([gone, report("2")])
    assert [row["withdrawn"] for row in rows(data)] == ["yes", ""]
    assert rows(data)[0]["text"] == rows(data)[0]["incident"] == ""
    read = reports_from(data, **BY)
    assert [act.id for act in read.acts] == ["2"]
    assert read.withdrawn == (2,)


@given(st.text())
def test_no_cell_is_a_formula(text):
    cell = written(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unwritten(cell) == text


@given(st.lists(st.text().map(str.strip).filter(bool)))
def test_lists_come_back(items):
    assert split(joined(items)) == items


def test_columns_in_any_order_and_few_of_them():
    table = f"{HEAD},deaths\nBatken,terrorism,2007-10-05,3\n\nBatken,terrorism,2007-10-06,\n"
    read = reports_from(b"\xef\xbb\xbf" + table.encode(), **BY)
    assert [act.id for act in read.acts] == ["Batken.report.TJK", "Batken.report.TJK.2"]
    assert [act.payload.get("deaths") for act in read.acts] == [3, None]
    assert {act.actor for act in read.acts} == {"TJK"}
    again = reports_from(table.encode(), **BY, known=["Batken.report.TJK"])
    assert [act.id for act in again.acts] == ["Batken.report.TJK.2", "Batken.report.TJK.3"]


WRONG = {
    "kind,": ("kind", "it is missing"),
    "start,5 October": ("start", "is not a day"),
    "start,2007-02-30": ("start", "did you mean 2007-02-28"),
    "victims,KGZ; KAS": ("victims", "or KAZ"),
    "place_state,Kyrgyzstan": ("place_state", "unknown state"),
    "area,drug": ("area", "did you mean drugs"),
    "tlp,TLP:AMBRE": ("tlp", "did you mean AMBER"),
    "reliability,G": ("reliability", "unknown reliability"),
    "latitude,91": ("latitude", "-90 to 90"),
    "longitude,nan": ("longitude", "is not a longitude"),
    "deaths,-1": ("deaths", "is not a number of deaths"),
    "deaths,1.5": ("deaths", "is not a number of deaths"),
    "deaths,٣": ("deaths", "is not a number of deaths"),
    "evidence,photo": ("evidence", "no JSON object"),
    'evidence,"{""a"": 1}"': ("evidence", "SHA-256"),
    "text,a\x07b": ("text", "control characters"),
    f"text,{'x' * 9000}": ("text", "9,000 characters"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_cells_are_named(case):
    column, _, cell = case.partition(",")
    good = {"incident": "B", "kind": "terrorism", "start": "2007-10-05"}
    header = [*good, column] if column not in good else list(good)
    line = ",".join({**good, column: cell}[name] for name in header)
    fine = ",".join({**good}.get(name, "") for name in header)
    with pytest.raises(BadRows) as wrong:
        reports_from(f"{','.join(header)}\n{fine}\n{line}\n".encode(), **BY, file="r.csv")
    found = wrong.value
    assert (found.where.file, found.where.row, found.where.column) == ("r.csv", 3, column)
    assert WRONG[case][1] in found.sentence()
    assert "nothing was taken" in found.sentence()


def test_every_mistake_is_told_and_nothing_is_taken():
    table = f"{HEAD},tlp\nB,terrorism,x,PINK\n" + "B,terrorism,2007-10-05,\n" * 5 + "B,,y,\n"
    with pytest.raises(BadRows, match="4 cells are wrong") as wrong:
        reports_from(table.encode(), **BY)
    assert [(m.row, m.column) for m in wrong.value.mistakes] == [
        (2, "start"), (2, "tlp"), (8, "kind"), (8, "start")]  # fmt: skip
    assert wrong.value.rows == 7


def test_kinds_and_states_may_be_bounded():
    table = f"{HEAD},victims\nB,terorism,2007-10-05,KGZ\n".encode()
    with pytest.raises(BadRows, match="did you mean terrorism"):
        reports_from(table, **BY, kinds=["terrorism", "disaster"])
    with pytest.raises(BadRows, match="unknown state 'KGZ'"):
        reports_from(table, **BY, states=["RUS"])


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "UTF-8"),
        (b"incident,kind,start\nB,\xff,x\n", "line 2"),
        (b"incident,kind\nB,terrorism\n", "no column 'start'"),
        (b"incident,kind,begin\n", "unknown column 'begin'"),
        (b"kind,kind,start,incident\n", "stands twice"),
        (b"incident,kind,start\nB,terrorism\n", "line 2: it has 2 cells, the header 3"),
        (b'incident,kind,start\n"B,terrorism,2007-10-05\n', "line 2: it is not CSV"),
        (b'incident,kind,start\n"B"x,terrorism,2007-10-05\n', "not CSV"),
        (b"incident,kind,start\n" + b"x" * 200_000 + b",a,b\n", "not CSV"),
        (b"id,incident,kind,start\nA,B,terrorism,2007-10-05\nA,B,terrorism,2007-10-05\n",
         "line 3, column 'id': there is an act 'A' already"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_reports_is_refused(table, why):
    with pytest.raises(BadInput, match=why):
        reports_from(table, **BY)


def test_lines_are_those_of_the_file():
    table = f'{HEAD},text\nB,terrorism,2007-10-05,"one\ntwo\nthree"\nB,terrorism,never,\n'
    with pytest.raises(BadRows) as wrong:
        reports_from(table.encode(), **BY)
    assert wrong.value.where.row == 5


def test_a_hundred_thousand_wrong_rows_are_counted():
    table = f"{HEAD}\n" + "".join(f"B,terrorism,day {n}\n" for n in range(100_000))
    with pytest.raises(BadRows, match="100,000 cells are wrong") as wrong:
        reports_from(table.encode(), **BY)
    assert len(wrong.value.mistakes) == 1_000


@settings(max_examples=200)
@given(st.binary(max_size=100), st.integers(0, 200))
def test_noise_is_refused(noise, at):
    table = table_of([report()])
    with suppress(BadInput):
        for act in reports_from(table[:at] + noise + table[at:], **BY).acts:
            report_of(act)
    with suppress(BadInput):
        reports_from(noise, **BY)


# --- ACLED --------------------------------------------------------------------------------


def test_acled_has_its_columns_in_their_order():
    data = acled_of([report(), replace(report("2"), withdrawn=True)])
    (row,) = rows(data)
    assert tuple(row) == ACLED
    expected = {
        "event_id_cnty": "Batken_2007.report.KGZ", "event_date": "2007-10-05", "year": "2007",
        "time_precision": "2", "disorder_type": "", "event_type": "", "sub_event_type": "",
        "actor1": "a ring of smugglers", "actor2": "Kyrgyzstan", "assoc_actor_2": "Russia",
        "iso": "417", "country": "Kyrgyzstan", "location": "Batken", "latitude": "40.06",
        "longitude": "70.82", "geo_precision": "1", "source": "KGZ", "fatalities": "1",
        "tags": "TLP:AMBER; reliability=B; credibility=2", "timestamp": str(int(NOON.timestamp())),
    }  # fmt: skip
    assert {key: row[key] for key in expected} == expected
    frame = pl.read_csv(data, try_parse_dates=True)
    assert frame.schema["event_date"] == pl.Date
    assert frame["fatalities"].to_list() == [1]


def test_acled_types_are_those_of_its_codes():
    (row,) = rows(acled_of([report(kind="incursion")]))
    assert row["disorder_type"] == "Political violence"
    assert (row["event_type"], row["sub_event_type"]) == ("Battles", "")


def test_what_nobody_counted_stays_empty():
    (row,) = rows(acled_of([report(deaths=None, latitude=None, end=None)]))
    assert row["fatalities"] == row["latitude"] == row["longitude"] == row["inter1"] == ""
    assert (row["geo_precision"], row["time_precision"]) == ("3", "1")
