"""The verbs on reports: lists, readers, groups, duplicates; from a log, narrowed, refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from hansa import service
from hansa.record.acts import Act, Json
from hansa.record.world import World
from hansa.store import open_log
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.exhibits import Answer, Map
from hansa.worlds import open_world

DAY = "2007-10-08"
START = datetime.combine(date(2007, 10, 6), time(8), UTC)


def act(id: str, kind: str, subject: str, actor: str, minute: int = 0, /, **said: Json) -> Act:
    moment = START + timedelta(minutes=minute)
    return Act(id, kind, moment.date(), moment, subject, actor, said)


ACTS = [
    act("seized", "report", "Osh 6 October", "KGZ", 0, kind="smuggling_drugs", tlp="AMBER",
        audience=["CSTO", "NATO"], title="heroin seized at Osh", reliability="B", credibility="2",
        latitude=40.53, longitude=72.8, place_state="KGZ"),
    act("seen", "report", "border post", "TJK", 1, kind="smuggling_drugs", tlp="AMBER+STRICT",
        audience=["CSTO"], title="Heroin seized near Osh", latitude=40.6, longitude=72.9),
    act("flood", "report", "flood", "KAZ", 2, kind="disaster", tlp="CLEAR", deaths=2),
    act("wrong", "report", "raid", "KGZ", 3, kind="incursion", tlp="AMBER", audience=["CSTO"]),
    act("gone", "withdraw", "wrong", "KGZ", 4),
    act("back", "release", "seized", "KGZ", 5, recall=["BLR"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return open_world("eurasia").with_acts(ACTS)


def ids(answer: Answer) -> list[str]:
    return [str(row["report"]) for row in answer.table("reports").records()]


def test_reports_are_listed_with_codes_and_gradings(world: World) -> None:
    answer = service.reports(on=DAY, world=world, count="kind")
    assert ids(answer) == ["seized", "seen", "flood", "wrong"]
    rows = {row["report"]: row for row in answer.table("reports").records()}
    assert rows["seized"]["sure"] == "B2"
    assert rows["wrong"]["state"] == "withdrawn"
    assert rows["flood"]["acled"] == "unknown"
    assert any(isinstance(exhibit, Map) for exhibit in answer.exhibits)
    kinds = {row["value"]: row["reports"] for row in answer.table("counts").records()}
    assert kinds == {"smuggling_drugs": 2, "disaster": 1}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"kind": "disaster"}, ["flood"]),
        ({"area": "security"}, ["seized", "seen", "wrong"]),
        ({"area": "drugs"}, ["seized", "seen"]),
        ({"since": "2007-10-07"}, []),
        ({"on": "2007-10-05"}, []),
        ({"known_on": "2007-10-05"}, []),
        ({"as_": "public"}, ["flood"]),
        ({"as_": "CSTO secretariat"}, ["seized", "seen", "flood"]),
        ({"as_": "CSTO delegation:BLR"}, ["flood"]),
        ({"as_": "CSTO delegation:KGZ"}, ["seized", "flood", "wrong"]),
    ],
)
def test_reports_are_narrowed(world: World, given: dict[str, str], found: list[str]) -> None:
    assert ids(service.reports(world=world, **{"on": DAY} | given)) == found


def test_who_could_read_is_told_what_became_of_it(world: World) -> None:
    told = [
        s.text for s in service.reports(on=DAY, world=world, as_="CSTO delegation:BLR").statements
    ]
    assert "seized was recalled by KGZ." in told
    assert "wrong was withdrawn by KGZ." in told
    public = [s.text for s in service.reports(on=DAY, world=world, as_="public").statements]
    assert not [text for text in public if "seized" in text or "wrong" in text]


def test_in_a_readers_own_world_what_is_gone_is_named_without_content(world: World) -> None:
    """A server gives verbs the acts that the reader may see: the report is not among them."""
    theirs = open_world("eurasia").with_acts([ACTS[2], ACTS[4], ACTS[5]])
    answer = service.reports(on=DAY, world=theirs)
    assert ids(answer) == ["flood"]
    said = [statement.text for statement in answer.statements]
    assert "wrong was withdrawn by KGZ on 2007-10-06." in said
    assert "seized was recalled by KGZ on 2007-10-06." in said


def test_readers_of_a_report_have_articles_and_missing_agreements(world: World) -> None:
    answer = service.readers("seized", on=DAY, world=world)
    rows = {row["reader"]: row for row in answer.table("readers").records()}
    assert rows["CSTO secretariat"]["sees"] is True
    assert rows["CSTO delegation:KAZ"]["article"] == "CH2002 Art. 19"
    assert rows["CSTO delegation:BLR"]["sees"] is False
    assert rows["NATO secretariat"]["sees"] is False
    said = " ".join(statement.text for statement in answer.statements)
    assert "no agreement in force on 2007-10-08 between NATO and" in said
    assert all(answer.table("readers").because)


def test_what_if_an_agreement_were_in_force(world: World) -> None:
    answer = service.readers(
        "seized", agreed="CSTO, NATO", binds="secretariats", on=DAY, world=world
    )
    rows = {row["reader"]: row for row in answer.table("readers").records()}
    assert (rows["NATO secretariat"]["sees"], rows["NATO secretariat"]["would"]) == (False, True)
    assert rows["NATO delegation:USA"]["would"] is False
    wider = service.readers("seized", agreed="CSTO+NATO", on=DAY, world=world)
    rows = {row["reader"]: row for row in wider.table("readers").records()}
    assert rows["NATO delegation:USA"]["would"] is True


def test_what_if_an_agreement_of_another_day_were_in_force() -> None:
    made = act("early", "report", "I", "CSTO Secretariat", 0, kind="smuggling_drugs", tlp="AMBER",
               audience=["SCO"])  # fmt: skip
    then = open_world("eurasia").with_acts(
        [Act("early", "report", date(2007, 1, 1), START, "I", made.actor, made.payload)]
    )
    answer = service.readers("early", agreed="SC2007", on="2007-02-01", world=then)
    rows = {row["reader"]: row for row in answer.table("readers").records()}
    assert (rows["SCO secretariat"]["sees"], rows["SCO secretariat"]["would"]) == (False, True)
    with pytest.raises(UnknownCode, match="SC2007"):
        service.readers("early", agreed="SC207", on="2007-02-01", world=then)


def test_all_reports_by_all_readers(world: World) -> None:
    answer = service.readers(on=DAY, world=world)
    rows = {row["report"]: row for row in answer.table("matrix").records()}
    assert rows["flood"]["others"] == 0
    assert "CSTO secretariat" in str(rows["seen"]["who"])
    assert answer.value["seized"]["CSTO delegation:KAZ"].allowed


def test_sharing_says_whom_it_would_reach() -> None:
    answer = service.sharing("CSTO Secretariat", audience="SCO, NATO", area="drugs", on=DAY)
    rows = {row["name"]: row for row in answer.table("groups").records()}
    assert rows["SCO"]["members"] == "SCO Secretariat"
    assert rows["SCO"]["article"] == "SC2007 Art. whole"
    assert rows["NATO"]["number"] == 0
    nobody = service.sharing("KGZ", audience="", on=DAY)
    assert nobody.value == ()
    assert "0 readers" in nobody.statements[0].text


def test_duplicates_are_pairs_with_reasons(world: World) -> None:
    answer = service.duplicates(on=DAY, world=world)
    (row,) = answer.table("duplicates").records()
    assert ({row["first"], row["second"]}, row["linked"]) == ({"seized", "seen"}, False)
    assert "km apart" in str(row["why"])
    assert service.duplicates(on=DAY, world=world, as_="CSTO delegation:KGZ").value == ()


def test_a_log_goes_on_from_the_world(tmp_path: Path) -> None:
    address = str(tmp_path / "log.db")
    with open_log(address) as log:
        log.append(ACTS)
    assert ids(service.reports(on=DAY, log=address)) == ["seized", "seen", "flood", "wrong"]


def test_what_is_unknown_is_refused_with_the_nearest(world: World) -> None:
    with pytest.raises(UnknownCode, match="did you mean seized"):
        service.readers("seised", on=DAY, world=world)
    with pytest.raises(UnknownCode, match="drugs"):
        service.reports(area="drug", on=DAY, world=world)
    with pytest.raises(UnknownCode, match="smuggling"):
        service.reports(kind="smugling", on=DAY, world=world)
    with pytest.raises(UnknownCode, match="CSTO Secretariat"):
        service.sharing("CSTO Secretariate", audience="CSTO", on=DAY)
    with pytest.raises(UnknownCode, match="SCO Secretariat"):
        service.sharing("KGZ", audience="SCO Secretriat", on=DAY)
    with pytest.raises(BadInput, match="not 0 to 1"):
        service.duplicates(least=2, on=DAY, world=world)
    theirs = open_world("eurasia").with_acts([ACTS[2]])
    with pytest.raises(UnknownCode) as refused:
        service.readers("seised", on=DAY, world=theirs)
    assert "seized" not in refused.value.nearest
