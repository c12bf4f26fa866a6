"""Warnings as CAP 1.2: valid by a schema of its own, read back, and safe against hostile XML."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hansa.cooperation.exchange.cap import (
    alert_from,
    cap_of,
    category_of,
    identifier_of,
    moment_in_cap,
    warn_acts,
)
from hansa.cooperation.exchange.cap_reading import distance
from hansa.cooperation.exchange.cap_structure import CATEGORIES
from hansa.cooperation.reports import Alert, alert_of, alerts
from hansa.cooperation.reports.alert import CERTAINTIES, SEVERITIES, URGENCIES
from hansa.record.acts import Act
from hansa.record.markings import COLOURS
from hansa.terms.errors import BadInput

SENT = datetime(2007, 10, 6, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=5)))
TODAY = date(2007, 10, 6)
SENDER = "warnings@csto.int"
BY: dict[str, Any] = {"by": "SCO Secretariat", "on": TODAY, "recorded": SENT}
SAID: dict[str, Any] = {
    "event": "flood", "scope": "Public", "urgency": "Immediate", "severity": "Severe",
    "certainty": "Likely", "title": "Dam may break", "text": "The level rises & rises <fast>.",
    "instruction": "Leave the valley.", "language": "en", "area": "Valley of the Vakhsh",
    "latitude": 38.37, "longitude": 69.35, "radius": 40, "states": ["TJK", "UZB"],
    "expires": "2007-10-08T00:00:00+05:00", "tlp": "CLEAR",
}  # fmt: skip
NS = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}


def act(id: str = "Vakhsh.warn.TJK", **changes: Any) -> Act:
    said = {key: value for key, value in (SAID | changes).items() if value is not None}
    return Act(id, "warn", TODAY, SENT, "Vakhsh 2007", "TJK", said)


def alert(id: str = "Vakhsh.warn.TJK", **changes: Any) -> Alert:
    return alert_of(act(id, **changes))


def change(kind: str, hours: int = 1, **payload: Any) -> Act:
    moment = SENT + timedelta(hours=hours)
    said = {"payload": payload} if payload else {}
    return Act(f"x.{kind}.{hours}", kind, TODAY, moment, "Vakhsh.warn.TJK", "TJK", said)


def schemas() -> list[Any]:
    """The schema of our own, and the standard's if HANSA_TEST_CAP_SCHEMA says where it lies."""
    found = [etree.RelaxNG(etree.parse(Path(__file__).with_name("cap-1.2.rng")))]
    official = os.environ.get("HANSA_TEST_CAP_SCHEMA")
    if official:
        found.append(etree.XMLSchema(etree.parse(official)))
    return found


def valid(message: bytes) -> Any:
    root = etree.fromstring(message)
    for schema in schemas():
        schema.assertValid(root)
    return root


def said(root: Any, path: str) -> list[str]:
    return [str(found.text) for found in root.iterfind(path, NS)]


@pytest.mark.parametrize(
    "made",
    [
        alert(),
        alert(latitude=None, longitude=None, radius=None, states=None, area="", expires=None),
        alert(scope="Restricted", tlp="AMBER", audience=["CSTO", "SCO Secretariat"]),
        alert(scope="Private", tlp="RED", audience=["account:duty"]),
        replace(alert(), withdrawn=True, modified=SENT + timedelta(hours=1)),
        replace(alert(), modified=SENT + timedelta(hours=1)),
        alert("id with, spaces & < signs", radius=0, language="zh-Hant", event="smuggling_drugs"),
    ],
)
def test_what_is_emitted_is_valid(made):
    valid(cap_of(made, SENDER))


def test_the_schema_refuses_what_is_no_cap():
    message = cap_of(alert(), SENDER).decode()
    for old, new in (
        ("<status>Actual</status>", ""), ("Immediate", "Soon"), ("+05:00</sent>", "Z</sent>"),
        ("<scope>Public</scope>", "<scope>Private</scope>"), (":cap:1.2", ":cap:1.1"),
    ):  # fmt: skip
        assert old in message
        broken = etree.fromstring(message.replace(old, new).encode())
        assert not schemas()[0].validate(broken), old
        with pytest.raises(BadInput):
            alert_from(message.replace(old, new).encode())


def test_a_warning_says_what_it_says():
    root = valid(cap_of(alert(), SENDER))
    for path, text in {
        "c:identifier": "Vakhsh.warn.TJK", "c:sender": SENDER, "c:status": "Actual",
        "c:sent": "2007-10-06T12:00:00+05:00", "c:msgType": "Alert", "c:scope": "Public",
        "c:code": "TLP:CLEAR", "c:incidents": '"Vakhsh 2007"', "c:info/c:category": "Met",
        "c:info/c:event": "flood", "c:info/c:expires": "2007-10-08T00:00:00+05:00",
        "c:info/c:description": "The level rises & rises <fast>.",
        "c:info/c:area/c:circle": "38.37,69.35 40", "c:info/c:senderName": "TJK",
    }.items():  # fmt: skip
        assert said(root, path) == [text], path
    assert said(root, ".//c:geocode/c:value") == ["TJK", "UZB"]


def test_restriction_and_addresses_say_who_may_have_it():
    root = valid(cap_of(alert(scope="Restricted", tlp="AMBER", audience=["CSTO"]), SENDER))
    assert said(root, "c:restriction") == ["TLP:AMBER CSTO"]
    root = valid(cap_of(alert(scope="Private", tlp="AMBER", audience=["CSTO", "Post 7"]), SENDER))
    assert said(root, "c:addresses") == ['CSTO "Post 7"']
    assert alert_from(etree.tostring(root)).payload["audience"] == ["CSTO", "Post 7"]


@pytest.mark.parametrize(
    ("changes", "sender", "why"),
    [
        ({"tlp": "AMBER"}, SENDER, "cannot go to the public"),
        ({"scope": "Private"}, SENDER, "names its addressees"),
        ({"references": ["other"]}, SENDER, "'other', which was not given"),
        ({}, "the CSTO", "cannot be a sender"),
        ({}, "a,b", "cannot be a sender"),
        ({"text": "\ufffe"}, SENDER, "XML cannot carry"),
        ({"language": "English, British"}, SENDER, "language"),
    ],
)
def test_what_cannot_be_sent_is_refused(changes, sender, why):
    with pytest.raises(BadInput, match=why):
        cap_of(alert(**changes), sender)


def test_updates_and_cancellations_refer_to_what_went_before():
    (updated,) = alerts([act(), change("correct", severity="Extreme")])
    root = valid(cap_of(updated, SENDER))
    assert said(root, "c:msgType") == ["Update"]
    assert said(root, "c:references") == [f"{SENDER},Vakhsh.warn.TJK,2007-10-06T12:00:00+05:00"]
    assert said(root, "c:identifier") == ["Vakhsh.warn.TJK;20071006T080000Z"]
    (gone,) = alerts([act(), change("withdraw")])
    root = valid(cap_of(gone, SENDER))
    assert said(root, "c:msgType") == ["Cancel"]
    assert root.find("c:info", NS) is None, "a cancellation does not repeat the content"
    assert len({identifier_of(each) for each in (alert(), updated, gone)}) == 3
    second = alert("second", references=["Vakhsh.warn.TJK"])
    root = valid(cap_of(second, SENDER, earlier=[alert()]))
    assert said(root, "c:msgType") == ["Update"]
    assert said(root, "c:references") == [f"{SENDER},Vakhsh.warn.TJK,2007-10-06T12:00:00+05:00"]


def test_one_message_in_several_languages():
    russian = alert(language="ru", title="Плотина может прорваться", text="Уровень растёт.")
    message = cap_of(alert(), SENDER, translations=[russian])
    assert said(valid(message), "c:info/c:language") == ["en", "ru"]
    read = alert_from(message, language="ru-RU")
    assert read.payload["title"] == "Плотина может прорваться"
    assert "en" in read.left_out[0]
    assert alert_from(message, language="ky").payload["language"] == "en"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2007, 10, 6, 7, tzinfo=UTC), "2007-10-06T07:00:00-00:00"),
        (SENT, "2007-10-06T12:00:00+05:00"),
        (datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=8999))),
         "1899-12-31T21:30:01-00:00"),
    ],
)  # fmt: skip
def test_moments_have_the_form_of_section_3_3_2(moment, text):
    assert moment_in_cap(moment) == text


@pytest.mark.parametrize(("event", "category"), [
    ("flood", "Met"), ("Floods in the south", "Met"), ("earthquake", "Geo"), ("fire", "Fire"),
    ("armed_attack", "Security"), ("smuggling_drugs", "Security"), ("disaster", "Safety"),
    ("transport", "Transport"), ("something", "Other"), ("", "Other")])  # fmt: skip
def test_category_of(event, category):
    assert category_of(event) == category
    assert category in CATEGORIES


letters = st.characters(exclude_categories=("Cs", "Cc", "Cn"))
texts = st.text(letters, max_size=40).map(str.strip)


@settings(max_examples=100)
@given(
    st.fixed_dictionaries({
        "event": texts.filter(bool), "urgency": st.sampled_from(URGENCIES),
        "severity": st.sampled_from(SEVERITIES), "certainty": st.sampled_from(CERTAINTIES),
        "title": texts, "text": texts, "instruction": texts, "area": texts.filter(bool),
        "scope": st.just("Restricted"), "tlp": st.sampled_from(COLOURS),
        "states": st.lists(st.sampled_from(["KGZ", "TJK", "RUS"]), unique=True),
        "language": st.sampled_from(["en", "ru", "ky", "zh-Hant"]),
        "audience": st.lists(texts.filter(bool).map(lambda t: t.replace('"', "")), max_size=3),
        "latitude": st.integers(-90, 90), "longitude": st.integers(-180, 180),
        "radius": st.integers(0, 500),
    })
)  # fmt: skip
def test_whatever_a_warning_says_is_valid_and_comes_back(changes):
    changes["audience"] = [" ".join(name.split()) for name in changes["audience"] if name.strip()]
    changes["audience"] = [name for name in changes["audience"] if name]
    sent = alert(**changes)
    message = cap_of(sent, SENDER)
    valid(message)
    read = alert_from(message, language=changes["language"])
    (made,) = warn_acts(read, **BY)
    got = alert_of(made)
    for key in ("event", "urgency", "severity", "certainty", "headline", "text", "instruction",
                "area", "scope", "tlp", "states", "language", "audience", "latitude",
                "longitude", "radius", "subject"):  # fmt: skip
        assert getattr(got, key) == getattr(sent, key), key
    assert got.id == f"cap:{SENDER},Vakhsh.warn.TJK"


# --- from others --------------------------------------------------------------------------

FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<c:alert xmlns:c="urn:oasis:names:tc:emergency:cap:1.2">
  <c:identifier>W-17</c:identifier><c:sender>met.example</c:sender>
  <c:sent>2007-10-06T09:00:00-00:00</c:sent><c:status>Actual</c:status>
  <c:msgType>Alert</c:msgType><c:source>radar</c:source><c:scope>Public</c:scope>
  <c:info><c:category>Met</c:category><c:category>Safety</c:category><c:event>Storm</c:event>
    <c:responseType>Shelter</c:responseType><c:urgency>Expected</c:urgency>
    <c:severity>Moderate</c:severity><c:certainty>Likely</c:certainty>
    <c:parameter><c:valueName>wind</c:valueName><c:value>30</c:value></c:parameter>
    <c:area><c:areaDesc>North</c:areaDesc>
      <c:polygon>40,70 41,70 41,71 40,71 40,70</c:polygon>
      <c:geocode><c:valueName>ISO3166-1</c:valueName><c:value>KG</c:value></c:geocode>
      <c:geocode><c:valueName>SAME</c:valueName><c:value>006017</c:value></c:geocode>
    </c:area>
    <c:area><c:areaDesc>South</c:areaDesc><c:circle>39.5,70.5 10</c:circle></c:area>
  </c:info>
</c:alert>"""


def test_a_foreign_message_becomes_a_warning():
    read = alert_from(FOREIGN.encode())
    (made,) = warn_acts(read, **BY)
    got = alert_of(made)
    assert (got.event, got.area, got.states, got.tlp) == (
        "Storm",
        "North; South",
        ("KGZ",),
        "CLEAR",
    )
    assert got.subject == got.id == "cap:met.example,W-17"
    assert got.radius is not None
    for lat, lon in ((40, 70), (41, 71), (41, 70), (40, 71)):
        assert distance(got.latitude, got.longitude, lat, lon) <= got.radius
    assert distance(got.latitude, got.longitude, 39.5, 70.5) + 10 <= got.radius
    left = " ".join(read.left_out)
    for word in ("source", "responseType", "parameter", "SAME", "circle"):
        assert word in left
    assert warn_acts(read, **BY, known=[made]) == (), "nothing twice"


def test_an_area_across_the_date_line_is_not_the_world():
    text = FOREIGN.replace("40,70 41,70 41,71 40,71 40,70", "60,179 61,179 61,-179 60,-179 60,179")
    text = text.replace("<c:circle>39.5,70.5 10</c:circle>", "")
    got = alert_from(text.encode()).payload
    assert abs(got["longitude"]) == 180
    assert got["radius"] < 100


def test_a_cancellation_reaches_a_warning_and_its_updates_by_the_same_sender():
    log: list[Act] = []
    later = [act(), change("correct", severity="Extreme")]
    for made in ([act()], later):
        log += warn_acts(alert_from(cap_of(*alerts(made), SENDER)), **BY, known=log)
    assert [made.kind for made in log] == ["warn", "warn"]
    cancel = cap_of(*alerts([*later, change("withdraw", 2)]), SENDER)
    forged = cancel.replace(b"<sender>warnings@csto.int", b"<sender>evil@example.org")
    assert warn_acts(alert_from(forged), **BY, known=log) == ()
    gone = warn_acts(alert_from(cancel), **BY, known=log)
    assert {made.subject for made in gone} == {made.id for made in log}
    assert warn_acts(alert_from(cancel), **BY, known=[*log, *gone]) == ()


@pytest.mark.parametrize("status", ["Exercise", "Test", "System", "Draft"])
def test_an_exercise_is_no_warning(status):
    assert warn_acts(alert_from(cap_of(alert(), SENDER, status=status)), **BY) == ()


def test_unmarked_messages_that_are_not_public_are_kept_close():
    text = FOREIGN.replace("Public</c:scope>", "Restricted</c:scope><c:restriction>own"
                           "</c:restriction>")  # fmt: skip
    assert alert_from(text.encode()).payload["tlp"] == "AMBER+STRICT"


ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
LAUGHS = f'<!DOCTYPE alert [<!ENTITY a0 "aaaaaaaaaa">{ENTITIES}]>'
HOSTILE = {
    "external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "billion laughs": LAUGHS + "<alert>&a11;</alert>",
    "quadratic": f'<!DOCTYPE a [<!ENTITY x "{"y" * 9_000}">]><a>{"&x;" * 20_000}</a>',
    "external document type": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd"><a/>',
    "parameter entity": '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><a/>',
    "document type in a message": FOREIGN.replace("?>\n", "?>\n<!DOCTYPE c>\n", 1),
    "deep": "<a>" * 5_000 + "</a>" * 5_000,
    "huge": FOREIGN.replace("radar", "r" * 2**20),
    "long text": FOREIGN.replace("Storm", "S" * 9_000),
    "empty": "",
    "no XML": "{}",
    "not ended": FOREIGN[:-20],
    "another namespace": FOREIGN.replace("cap:1.2", "cap:1.1"),
    "another element": "<alert/>",
    "inclusion": FOREIGN.replace("radar", '<x:include xmlns:x="http://www.w3.org/2001/XInclude" '
                                 'href="/etc/passwd"/>'),
    "wrong order": FOREIGN.replace("<c:source>radar</c:source>", "").replace(
        "<c:identifier>", "<c:source>radar</c:source><c:identifier>"),
    "twice": FOREIGN.replace("<c:source>", "<c:source>x</c:source><c:source>"),
    "unknown element": FOREIGN.replace("c:source>", "c:sauce>"),
    "nothing warned of": FOREIGN.replace("<c:event>Storm</c:event>", ""),
    "a code": FOREIGN.replace(">Actual<", ">Actually<"),
    "no moment": FOREIGN.replace("09:00:00-00:00", "29:00:00-00:00"),
    "UTC as Z": FOREIGN.replace("09:00:00-00:00", "09:00:00Z"),
    "open polygon": FOREIGN.replace(" 40,70</c:polygon>", "</c:polygon>"),
    "pole": FOREIGN.replace("39.5,70.5 10", "99.5,70.5 10"),
    "no radius": FOREIGN.replace("39.5,70.5 10", "39.5,70.5"),
    "not a number": FOREIGN.replace("39.5,70.5 10", "39.5,70.5 nan"),
    "wider than the Earth": FOREIGN.replace("39.5,70.5 10", "39.5,70.5 99999"),
    "identifier with a comma": FOREIGN.replace("W-17", "W,17"),
    "a reference": FOREIGN.replace("<c:info>", "<c:references>x</c:references><c:info>", 1),
    "restricted to nobody": FOREIGN.replace("Public", "Restricted"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_and_broken_messages_are_refused(case):
    with pytest.raises(BadInput) as wrong:
        alert_from(HOSTILE[case].encode())
    sentence = wrong.value.sentence()
    assert "root:" not in sentence
    assert len(sentence) < 800
    assert wrong.value.where is not None


def test_errors_name_the_line_and_the_nearest_code():
    with pytest.raises(BadInput, match="Storm") as wrong:
        alert_from(FOREIGN.replace("Expected", "Storm").encode(), name="w.xml")
    assert wrong.value.where.file == "w.xml"
    assert wrong.value.where.row == 7
    assert wrong.value.where.column == "urgency"
    with pytest.raises(BadInput, match="Immediate"):
        alert_from(FOREIGN.replace("Expected", "Imediate").encode())


@settings(max_examples=200)
@given(st.data())
def test_mangled_messages_are_read_or_refused(data):
    text = FOREIGN.encode()
    at = data.draw(st.integers(0, len(text) - 1))
    width = data.draw(st.integers(0, 12))
    put = data.draw(st.binary(max_size=8) | st.sampled_from([b"<", b"&", b"]]>", b"\0", b"<!--"]))
    with suppress(BadInput):
        for made in warn_acts(alert_from(text[:at] + put + text[at + width :]), **BY):
            alert_of(made)
