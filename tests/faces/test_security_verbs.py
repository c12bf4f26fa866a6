"""Verbs on security: obligations, capability, deter, panel."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hansa import service
from hansa.terms.errors import HansaError
from hansa.terms.truth import Truth


def test_obligations_of_an_incident_say_where_practice_parted() -> None:
    answer = service.obligations("JER2022")
    said = " ".join(statement.text for statement in answer.statements)
    assert "help was owed under CST1992 Art. 4(2) as amended" in said
    assert "fact-finding" in said


def test_findings_that_do_not_apply_are_shown_on_request() -> None:
    few, all_of_them = (service.obligations("OSH2010", all_findings=a) for a in (False, True))
    assert len(few.table().rows) < len(all_of_them.table().rows)


def test_an_incident_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "raid.toml"
    file.write_text(
        'kind = "incursion"\nstart = 2000-08-11\nvictims = "KGZ"\nplace_state = "KGZ"\n'
        'place = "Batken"\nrequested_of = "CST"\n[facts]\nrequested = true\nhost_consents = true\n'
    )
    found = {item.norm.ref: item for item in service.obligations(str(file)).value}
    assert found["DEC2000 Art. whole"].truth is Truth.TRUE


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("kind = 'raid'\nstart = 2000-08-11\nvictims = 'KGZ'\n", "unknown kind of incident"),
        ("knd = 'raid'\n", "did you mean kind"),
        ("kind = 'incursion'\n", "'start' is missing"),
        ("kind = 'incursion'\nstart = 2000-08-11\nvictims = 'KGZ'\n[facts]\nrequested = 'so'\n",
         "no truth value"),
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "raid.toml"
    file.write_text(text)
    with pytest.raises(HansaError, match=what):
        service.obligations(str(file))


def test_capability_sums_and_compares() -> None:
    answer = service.capability("CSTO", on="2007-10-05", beside="NATO")
    rows = answer.table().records()
    ours = sum(row["cinc"] for row in rows if row["group"] == "CSTO")
    theirs = sum(row["cinc"] for row in rows if row["group"] == "NATO")
    assert 0 < ours < theirs < 100


def test_deterrence_counts_who_owes_help_on_the_day() -> None:
    guarantors = {
        on: {g.state for g in service.deter("AZE", "ARM", on=on).value.attack.guarantors}
        for on in ("1993-01-01", "2007-10-05")
    }
    assert guarantors["1993-01-01"] == set()
    assert guarantors["2007-10-05"] == {"BLR", "KAZ", "KGZ", "RUS", "TJK", "UZB"}


def test_an_attack_is_worth_less_the_firmer_the_promises() -> None:
    worth = [
        service.deter("AZE", "ARM", on="2007-10-05", rate=rate).value.utility
        for rate in (0.0, 0.3, 0.6, 1.0)
    ]
    assert worth == sorted(worth, reverse=True)
    assert len(set(worth)) == 4


@pytest.mark.shared
@pytest.mark.parametrize("ending", ["parquet", "csv", "dta"])
def test_the_panel_is_written_for_others(shared: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"panel.{ending}"
    answer = service.panel(shared / "data" / "security", to=file, first=2000, last=2001)
    assert isinstance(answer.value, pl.DataFrame)
    assert file.stat().st_size > 10_000
