"""The verbs of exchange: who gets what, all or nothing, and what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hansa import service
from hansa.cooperation.exchange.stix import bundle_of
from hansa.cooperation.reports import reports
from hansa.faces.cli import main
from hansa.record.permits import NotPermitted
from hansa.store import open_log
from hansa.terms.errors import BadInput, HansaError

from .samples import report

DAY = "2007-10-05"
TABLE = """incident,kind,start,place,place_state,victims,title,tlp,audience,deaths
Batken 2007,smuggling_drugs,2007-09-30,Batken,KGZ,KGZ,Forty kilos,CLEAR,,0
Osh 2007,terrorism,2007-10-01,Osh,KGZ,KGZ,A bomb,AMBER,CSTO,2
Naryn 2007,terrorism,2007-10-02,Naryn,KGZ,KGZ,A plan,RED,account:duty,
"""


@pytest.fixture
def log(tmp_path: Path) -> str:
    return str(tmp_path / "acts.db")


@pytest.fixture
def filled(tmp_path: Path, log: str) -> str:
    (tmp_path / "in.csv").write_text(TABLE, "utf-8")
    service.import_reports(tmp_path / "in.csv", log, by="KGZ", on=DAY)
    return log


def acts(log: str) -> list[Any]:
    with open_log(log, create=False) as store:
        return [entry.act for entry in store.entries()]


def titles(log: str, to: Path, **more: Any) -> set[str]:
    service.export_reports(to, log=log, on=DAY, **more)
    found = json.loads(to.read_bytes()).get("objects", ())
    return {item["name"] for item in found if item["type"] == "incident"}


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("public", {"Forty kilos"}),
        ("CSTO secretariat", {"Forty kilos", "A bomb"}),
        ("CSTO delegation:ARM", {"Forty kilos", "A bomb"}),
        ("SCO secretariat", {"Forty kilos"}),
        ("account:duty", {"Forty kilos"}),
    ],
)
def test_an_export_holds_what_its_reader_may_see(tmp_path, filled, reader, seen):
    assert titles(filled, tmp_path / "out.json", reader=reader) == seen
    for form in ("csv", "acled"):
        service.export_reports(tmp_path / "o", format=form, log=filled, on=DAY, reader=reader)
        text = (tmp_path / "o").read_text("utf-8")
        assert {name for name in ("Forty kilos", "A bomb", "A plan") if name in text} == seen


def test_only_one_incident_if_asked(tmp_path, filled):
    assert titles(filled, tmp_path / "o", incident="Osh 2007") == set()
    got = titles(filled, tmp_path / "o", incident="Osh 2007", reader="CSTO secretariat")
    assert got == {"A bomb"}


def test_links_to_hidden_reports_are_not_told(tmp_path, filled):
    service.act(filled, "report", "Osh 2007", actor="TJK", on=DAY, payload=json.dumps({
        "kind": "terrorism", "start": "2007-10-01", "title": "A bang",
        "same_as": ["Osh_2007.report.KGZ"]}))  # fmt: skip
    for form in ("stix", "csv"):
        service.export_reports(tmp_path / "o", format=form, log=filled, on=DAY)
        text = (tmp_path / "o").read_text("utf-8")
        assert "A bang" in text or "Forty" in text
        assert "Osh_2007.report.KGZ" not in text
        assert "duplicate-of" not in text.replace("is duplicate-of", "")


def test_what_is_taken_back_is_told_without_content_to_who_could_read_it(tmp_path, filled):
    service.act(filled, "withdraw", "Osh_2007.report.KGZ", actor="KGZ", on=DAY)
    to = tmp_path / "out.json"
    assert titles(filled, to, reader="CSTO secretariat") == {"Forty kilos", "Withdrawn report"}
    assert "bomb" not in to.read_text("utf-8")
    assert titles(filled, to) == {"Forty kilos"}


def test_what_is_called_back_is_told_without_content(tmp_path, filled):
    service.act(filled, "release", "Osh_2007.report.KGZ", actor="KGZ", on=DAY,
                payload='{"recall": ["CSTO"]}')  # fmt: skip
    to = tmp_path / "out.json"
    assert titles(filled, to, reader="CSTO secretariat") == {"Forty kilos", "Withdrawn report"}
    assert "bomb" not in to.read_text("utf-8")


def test_a_bundle_goes_from_one_record_to_another(tmp_path, filled):
    to, other = tmp_path / "out.json", str(tmp_path / "other.db")
    service.export_reports(to, log=filled, on=DAY, reader="CSTO secretariat", producer="csto.int")
    answer = service.import_reports(to, other, by="SCO Secretariat", on=DAY, producer="sco")
    assert answer.statements[0].text == "Recorded 2 reports from out.json."
    got = {found.title: found for found in reports(acts(other))}
    sent = {found.title: found for found in reports(acts(filled))}
    assert got["A bomb"].audience == sent["A bomb"].audience == ("CSTO",)
    assert got["A bomb"].by == "SCO Secretariat"
    again = service.import_reports(to, other, by="SCO Secretariat", on=DAY, producer="sco")
    assert again.statements[0].text == "Recorded nothing from out.json."
    assert len(acts(other)) == 2
    service.act(filled, "correct", "Osh_2007.report.KGZ", actor="KGZ", on=DAY,
                payload='{"payload": {"deaths": null, "title": "A big bomb"}}')  # fmt: skip
    service.export_reports(to, log=filled, on=DAY, reader="CSTO secretariat", producer="csto.int")
    changed = service.import_reports(to, other, by="SCO Secretariat", on=DAY, producer="sco")
    assert changed.statements[0].text == "Recorded 1 correction from out.json."
    last = next(r for r in reports(acts(other)) if r.title == "A big bomb")
    assert last.deaths is None
    home = service.import_reports(to, filled, by="CSTO Secretariat", on=DAY, producer="csto.int")
    assert home.statements[0].text == "Recorded nothing from out.json."


def test_nothing_is_recorded_if_one_row_may_not_be(tmp_path, log):
    path = tmp_path / "in.csv"
    path.write_text(TABLE + "X,terrorism,2007-10-09x,,,,,,,\n", "utf-8")
    with pytest.raises(BadInput, match="line 5, column 'start'"):
        service.import_reports(path, log, by="KGZ", on=DAY)
    path.write_text(TABLE.replace("incident,", "by,incident,").replace("\nB", "\nKGZ,B")
                    .replace("\nO", "\nKGZ,O").replace("\nN", "\nKGX,N"), "utf-8")  # fmt: skip
    with pytest.raises(NotPermitted, match="KGX") as wrong:
        service.import_reports(path, log, by="", on=DAY)
    assert (wrong.value.where.file, wrong.value.where.row) == ("in.csv", 4)
    assert wrong.value.exit_code == 3
    assert acts(log) == []


def test_permits_hold_for_imports(tmp_path, log):
    path = tmp_path / "in.csv"
    path.write_text(TABLE, "utf-8")
    with pytest.raises(NotPermitted, match="dated"):
        service.import_reports(path, log, by="KGZ", on="2999-01-01")
    bundle = tmp_path / "b.json"
    bundle.write_bytes(bundle_of([report(victims=["XXX"])]))
    with pytest.raises(BadInput, match="unknown state 'XXX'") as wrong:
        service.import_reports(bundle, log, by="SCO Secretariat", on="2008-01-01")
    assert wrong.value.where.column == "objects[0]"
    assert acts(log) == []


def test_a_dry_run_checks_and_records_nothing(tmp_path, log):
    path = tmp_path / "in.csv"
    path.write_text(TABLE, "utf-8")
    answer = service.import_reports(path, log, by="KGZ", on=DAY, dry_run=True)
    assert answer.statements[0].text == "Would record 3 reports from in.csv."
    assert acts(log) == []
    with pytest.raises(NotPermitted):
        service.import_reports(path, log, by="Nobody", on=DAY, dry_run=True)


WARN = json.dumps({"event": "flood", "urgency": "Immediate", "severity": "Severe",
                   "certainty": "Likely", "title": "Dam", "area": "Vakhsh", "states": ["TJK"],
                   "latitude": 38.4, "longitude": 69.4, "radius": 40})  # fmt: skip


def test_a_warning_goes_out_and_in(tmp_path, log):
    service.act(log, "warn", "Vakhsh", actor="TJK", on=DAY, payload=WARN)
    to, other = tmp_path / "w.xml", str(tmp_path / "other.db")
    sent = service.warning("Vakhsh.warn.TJK", to, sender="alerts@mchs.tj", log=log, on="2999-01-01")
    assert "an alert" in sent.statements[0].text
    got = service.import_reports(to, other, by="CSTO Secretariat", on=DAY)
    assert got.statements[0].text == "Recorded 1 warning from w.xml."
    service.act(log, "withdraw", "Vakhsh.warn.TJK", actor="TJK", on=DAY)
    service.warning("Vakhsh.warn.TJK", to, sender="alerts@mchs.tj", log=log, on="2999-01-01")
    gone = service.import_reports(to, other, by="CSTO Secretariat", on=DAY)
    assert gone.statements[0].text == "Recorded 1 withdrawal from w.xml."
    service.warning("Vakhsh.warn.TJK", to, sender="a", log=log, on="2999-01-01", exercise=True)
    assert "<status>Exercise" in to.read_text("utf-8")
    with pytest.raises(BadInput, match=r"did you mean Vakhsh\.warn\.TJK"):
        service.warning("Vaksh.warn.TJK", to, sender="a", log=log, on="2999-01-01")


def test_a_restricted_warning_is_for_its_readers(tmp_path, log):
    said = json.loads(WARN) | {"scope": "Restricted", "tlp": "AMBER", "audience": ["CSTO"]}
    service.act(log, "warn", "Vakhsh", actor="TJK", on=DAY, payload=json.dumps(said))
    more: dict[str, Any] = {"sender": "a", "log": log, "on": "2999-01-01"}
    with pytest.raises(BadInput, match="unknown warning"):
        service.warning("Vakhsh.warn.TJK", tmp_path / "w", **more)
    service.warning("Vakhsh.warn.TJK", tmp_path / "w", reader="CSTO secretariat", **more)
    assert "<addresses>CSTO" in (tmp_path / "w").read_text("utf-8")


def test_files_that_cannot_be_read_or_written(tmp_path, log):
    with pytest.raises(BadInput, match="cannot be read"):
        service.import_reports(tmp_path / "none.csv", log, by="KGZ")
    with pytest.raises(BadInput, match=r"give --format"):
        service.import_reports(tmp_path / "none.txt", log, by="KGZ")
    with pytest.raises(BadInput, match="cannot be written"):
        service.export_reports(tmp_path / "no" / "where.json")
    with pytest.raises(HansaError):
        service.export_reports(tmp_path / "o", log=str(tmp_path / "none.db"))
    with pytest.raises(BadInput, match="names no reader"):
        service.export_reports(tmp_path / "o", reader="somebody")
    assert not list(tmp_path.glob(".*")), "nothing half-written stays"


def ran(*words: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["exchange", *words])
    return int(str(stop.value.code or 0))


def test_commands_and_exit_codes(tmp_path, log, capsys):
    path = tmp_path / "in.csv"
    path.write_text(TABLE, "utf-8")
    assert ran("import", str(path), log, "--by", "KGZ", "--on", DAY, "--json") == 0
    assert json.loads(capsys.readouterr().out)["statements"][0]["text"].startswith("Recorded 3")
    assert ran("export", str(tmp_path / "o.json"), "--log", log, "--on", DAY) == 0
    assert "Wrote 1 report to" in " ".join(capsys.readouterr().out.split())
    path.write_text("incident,kind\n", "utf-8")
    assert ran("import", str(path), log, "--by", "KGZ") == 2
    assert "there is no column 'start'" in capsys.readouterr().err
    path.write_text(TABLE, "utf-8")
    assert ran("import", str(path), log, "--by", "Nobody") == 3
