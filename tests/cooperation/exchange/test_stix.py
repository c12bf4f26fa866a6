"""Reports as STIX 2.1: accepted by the standard's own tools, and read back without loss."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
import stix2
import stix2validator
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.cooperation.exchange import (
    acts_of,
    bundle_of,
    incident_id,
    objects_of,
    origin_of,
    read_bundle,
    timestamp,
)
from hansa.cooperation.exchange.extension import EXTENSION, schema
from hansa.cooperation.exchange.foreign import PROPERTIES
from hansa.cooperation.exchange.markings import TLP_1, TLP_2
from hansa.cooperation.reports import Report, report_of, reports

from .samples import (
    LATER,
    NOON,
    TODAY,
    act,
    acts,
    change,
    report,
)

BY = {"by": "CSTO Secretariat", "on": TODAY, "recorded": LATER}
UUID_4 = "103"
"""The validator's wish for random identifiers, which section 2.9 of the standard lets be."""


def found_wrong(bundle: bytes) -> tuple[list[str], list[str]]:
    """Errors and warnings of stix2-validator, but for random identifiers."""
    result = stix2validator.validate_string(
        bundle.decode(), stix2validator.ValidationOptions(version="2.1")
    )
    results = result.object_results if hasattr(result, "object_results") else [result]
    errors = [str(error) for each in results for error in each.errors or ()]
    warnings = [str(warning) for each in results for warning in each.warnings or ()]
    return errors, [text for text in warnings if f"{{{UUID_4}}}" not in text]


def variants() -> list[Report]:
    return [
        report(),
        report("2", latitude=None, place_state=None),
        report("3", title=None, text=None, credibility="6", tlp="RED", audience=["account:a"]),
        report("4", kind="terrorism", tlp="CLEAR", deaths=0, evidence=None, same_as=None),
        report("5", tlp="AMBER+STRICT"),
        report("6", tlp="GREEN", language="zh-Hant"),
        replace(report("7"), withdrawn=True),
        report("incident--9a5b0d42-1f7e-4a57-8c8e-1d9f0f6d2f11"),
    ]


def test_the_validator_finds_nothing_wrong():
    errors, warnings = found_wrong(bundle_of(variants()))
    assert errors == []
    assert warnings == []


def test_stix2_parses_it_without_custom_content():
    bundle = stix2.parse(bundle_of(variants()), allow_custom=False)
    kinds = {item["type"] for item in bundle.objects}
    assert kinds == {"incident", "location", "relationship", "identity", "marking-definition",
                     "extension-definition"}  # fmt: skip


@settings(max_examples=6)
@given(st.lists(acts(), min_size=8, max_size=12))
def test_tools_accept_whatever_reports_say(made):
    data = bundle_of([replace(report_of(each), id=str(n)) for n, each in enumerate(made)])
    stix2.parse(data, allow_custom=False)
    errors, _ = found_wrong(data)
    assert errors == []


@settings(max_examples=150)
@given(acts())
def test_a_round_trip_loses_nothing(made):
    sent = report_of(made)
    (got,) = acts_of(bundle_of([sent]), **BY)
    read = report_of(got)
    foreign = tuple(incident_id(name) for name in sent.same_as)
    expected = replace(
        sent, id=incident_id(sent.id), by=BY["by"], recorded=LATER, modified=LATER,
        acts=(incident_id(sent.id),), same_as=foreign,
    )  # fmt: skip
    assert read == expected
    origin = got.payload["origin"]
    assert origin["act"] == sent.id
    assert origin["reporter"] == sent.by
    assert origin["created"] == timestamp(sent.recorded)
    assert bundle_of([read]) != b""
    again = acts_of(bundle_of([read]), **BY)
    assert report_of(again[0]) == read, "passed on, it keeps its identifier and its content"


@settings(max_examples=50)
@given(acts())
def test_the_extension_is_as_its_published_schema_says(made):
    for item in objects_of(report_of(made)):
        said = item.get("extensions", {}).get(EXTENSION)
        if said is not None:
            jsonschema.validate(said, schema(), jsonschema.Draft202012Validator)


def test_the_schema_and_the_reader_know_the_same_properties():
    assert set(schema()["$defs"]["report"]["properties"]) == set(PROPERTIES)
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_same_reports_make_the_same_bytes():
    assert bundle_of(variants()) == bundle_of(variants())
    both = {item["id"]: item for item in objects_of(report(tlp="RED"))}
    for item in objects_of(report("other")):
        twin = both.get(item["id"])
        assert twin is None or twin == item, "what two reports share is the same in both"


def test_producers_with_equal_ids_are_told_apart():
    assert incident_id("a") == incident_id("a")
    assert (
        len({incident_id("a"), incident_id("a", "csto.int"), incident_id("a", "sectsco.org")}) == 3
    )
    one = {item["id"] for item in objects_of(report(), producer="csto.int")}
    other = {item["id"] for item in objects_of(report(), producer="sectsco.org")}
    shared = {name.partition("--")[0] for name in one & other}
    assert shared == {"identity", "marking-definition", "extension-definition"}


def test_markings_are_those_of_the_oasis_repository():
    expected = stix2.parse(
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
            "created": "2022-10-01T00:00:00.000Z",
            "name": "TLP:AMBER+STRICT",
            "extensions": {
                "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
                    "extension_type": "property-extension",
                    "tlp_2_0": "amber+strict",
                }
            },
        }
    )
    marks = [o for o in objects_of(report(tlp="AMBER+STRICT")) if o["type"] == "marking-definition"]
    assert [stix2.parse(mark) for mark in marks] == [expected]
    assert [stix2.TLP_WHITE.id, stix2.TLP_GREEN.id, stix2.TLP_AMBER.id, stix2.TLP_RED.id] == list(
        TLP_1
    )
    assert not set(TLP_1) & set(TLP_2.values())


def test_every_object_of_a_restricted_report_carries_its_marking():
    for item in objects_of(report(tlp="AMBER")):
        if item["type"] in ("incident", "location", "relationship"):
            assert item["object_marking_refs"] == [TLP_2["AMBER"]]


def test_a_withdrawn_report_is_revoked_without_its_content():
    made = [act(), change("withdraw", {})]
    (gone,) = reports(made)
    data = bundle_of([gone], linked=())
    found = {item["type"]: item for item in json.loads(data)["objects"]}
    said = json.dumps([found["incident"], found["relationship"]], ensure_ascii=False)
    for word in ("Forty", "Сорок", "Batken", "smuggl", "40.06", "photo", "TJK"):
        assert word not in said, word
    assert found["incident"]["revoked"] is True
    assert found["incident"]["modified"] > found["incident"]["created"]
    assert found["relationship"]["revoked"] is True
    assert "location" not in found


def test_links_to_reports_that_may_not_be_told_of_are_left_out():
    open_, closed = objects_of(report()), objects_of(report(), linked=())
    target = incident_id("Batken_2007.report.TJK")
    assert target in json.dumps(open_)
    assert target not in json.dumps(closed)


def test_corrections_and_withdrawals_travel():
    first, second = act(), change("correct", {"payload": {"deaths": 3, "victims": ["TJK"]}})
    third = change("correct", {"payload": {"end": None, "latitude": None, "title": "Less"}}, 2)
    log: list = []
    for known in ([first], [first, second], [first, second, third]):
        got = acts_of(bundle_of(reports(known)), **BY, known=log)
        assert [found.kind for found in got] == ["report" if not log else "correct"]
        log += got
        (here,), (there,) = reports(log), reports(known)
        for key in ("deaths", "victims", "end", "latitude", "title", "text", "evidence"):
            assert getattr(here, key) == getattr(there, key)
        assert acts_of(bundle_of(reports(known)), **BY, known=log) == (), "nothing twice"
    assert acts_of(bundle_of(reports([first, second])), **BY, known=log) == (), "nothing older"
    gone = reports([first, second, third, change("withdraw", {}, 3)])
    (taken,) = acts_of(bundle_of(gone), **BY, known=log)
    assert (taken.kind, taken.subject) == ("withdraw", log[0].id)
    log.append(taken)
    assert reports(log)[0].withdrawn
    assert acts_of(bundle_of(gone), **BY, known=log) == ()
    back = read_bundle(bundle_of(reports([first, change("correct", {"payload": {}}, 9)])),
                       **BY, known=log)  # fmt: skip
    assert back.acts == ()
    assert "withdrawn before" in back.left_out[0].why


def test_several_versions_in_one_bundle_come_in_their_order():
    first, second = act(), change("correct", {"payload": {"deaths": 3}})
    old, new = objects_of(*reports([first])), objects_of(*reports([first, second]))
    got = acts_of({"type": "bundle", "id": "bundle--x", "objects": [*new, *old]}, **BY)
    assert [found.kind for found in got] == ["report", "correct"]
    assert reports(got)[0].deaths == 3


def test_own_reports_that_come_back_make_no_act():
    got = read_bundle(bundle_of([report()]), **BY, known=[act()])
    assert got.acts == ()
    assert got.left_out[0].why == "it is this record's own report"
    twin = replace(report(), recorded=LATER, modified=LATER)
    taken = read_bundle(bundle_of([twin]), **BY, known=[act()])
    assert "producer" in taken.left_out[0].why, "two records gave one name"
    elsewhere = read_bundle(bundle_of([report()], producer="csto.int"), **BY, known=[act()])
    assert len(elsewhere.acts) == 1


def test_a_report_is_passed_on_as_its_creators():
    first, second = act(), change("correct", {"payload": {"deaths": 3}})
    (mine,) = reports([first])
    here = acts_of(bundle_of([mine], producer="a"), **BY)
    on = bundle_of(reports(here), producer="b", origins={here[0].id: origin_of(here[0])})
    sent = {o["type"]: o for o in objects_of(mine, producer="a")}
    passed = {o["type"]: o for o in json.loads(on)["objects"] if o["type"] == "incident"}
    assert passed["incident"] == json.loads(json.dumps(sent["incident"]))
    errors, warnings = found_wrong(on)
    assert errors == warnings == []
    there = acts_of(on, by="CIS", on=TODAY, recorded=LATER, producer="c")
    assert there[0].payload["origin"] == here[0].payload["origin"]
    newer = bundle_of(reports([first, second]), producer="a")
    (got,) = acts_of(newer, by="CIS", on=TODAY, recorded=LATER, known=there, producer="c")
    assert got.kind == "correct", "the creator's newer version is taken, whoever passed it on"
    back = read_bundle(on, **BY, known=[first], producer="a")
    assert back.acts == (), "and at home it is known as our own"
    own = [*here, replace(change("release", {"tlp": "GREEN"}), subject=here[0].id)]
    (opened,) = reports(own)
    (wider, *_) = objects_of(opened, origin=origin_of(own[0], own[1:]))
    assert wider["modified"] > passed["incident"]["modified"], "a change of ours is a new version"


def test_only_the_creator_changes_a_report():
    log = acts_of(bundle_of([report()]), **BY)
    forged = json.loads(bundle_of(reports([act(), change("correct", {"payload": {"deaths": 99}})])))
    for item in forged["objects"]:
        if item["type"] == "incident":
            item["created_by_ref"] = "identity--6f0a1a4d-7b7a-4c5b-9f0b-0d2c5bb39a01"
    got = read_bundle(forged, **BY, known=log)
    assert got.acts == ()
    assert "only its creator" in got.left_out[0].why


def test_the_audience_of_unaddressed_reports_is_the_readers():
    (got,) = acts_of(bundle_of([report(audience=None)]), **BY, audience=["CSTO"])
    assert got.payload["audience"] == ["CSTO"]
    (kept,) = acts_of(bundle_of([report(audience=["SCO"])]), **BY, audience=["CSTO"])
    assert kept.payload["audience"] == ["SCO"]
    (clear,) = acts_of(bundle_of([report(audience=None, tlp="CLEAR")]), **BY, audience=["CSTO"])
    assert "audience" not in clear.payload


@pytest.mark.parametrize(
    ("moment", "text"),
    [(NOON, "2007-10-06T12:00:00.123456Z"), (LATER, "2007-10-08T09:30:00.000Z")],
)
def test_moments_are_written_in_full(moment, text):
    assert timestamp(moment) == text
    assert stix2.utils.parse_into_datetime(text) == moment
