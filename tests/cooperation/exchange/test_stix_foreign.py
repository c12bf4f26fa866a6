"""Bundles of others: what has meaning is read, the rest is listed; what is wrong is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.cooperation.exchange import bundle_of, read_bundle
from hansa.cooperation.exchange.bounds import Bounds
from hansa.cooperation.exchange.extension import EXTENSION, credibility_of
from hansa.cooperation.exchange.markings import TLP_2, UNMARKED
from hansa.cooperation.reports import report_of
from hansa.terms.errors import BadInput

from .samples import LATER, TODAY, report

BY: dict[str, Any] = {"by": "SCO Secretariat", "on": TODAY, "recorded": LATER}
MADE = "2020-01-02T03:04:05.000Z"


def bundle(*objects: Any, **more: Any) -> bytes:
    items = [json.loads(o.serialize()) if hasattr(o, "serialize") else o for o in objects]
    outer = {"type": "bundle", "id": "bundle--1b8c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11"}
    return json.dumps({**outer, "objects": items, **more}).encode()


def incident(**more: Any) -> dict[str, Any]:
    core = {"type": "incident", "spec_version": "2.1", "name": "Raid", "created": MADE,
            "id": "incident--2f1c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11", "modified": MADE}  # fmt: skip
    return {**core, **more}


def test_an_incident_of_another_producer_becomes_a_report():
    who = stix2.Identity(name="Border service", identity_class="organization")
    where = stix2.Location(name="Osh", country="KG", latitude=40.5, longitude=72.8)
    raid = stix2.Incident(
        name="Raid", description="Twelve men.", lang="en", confidence=75, labels=["terrorism"],
        created=MADE, modified=MADE, created_by_ref=who, object_marking_refs=[stix2.TLP_GREEN],
    )  # fmt: skip
    twin = stix2.Incident(name="The same raid")
    links = [stix2.Relationship(raid, "located-at", where),
             stix2.Relationship(raid, "duplicate-of", twin)]  # fmt: skip
    got = read_bundle(bundle(who, where, raid, twin, *links, stix2.TLP_GREEN), **BY)
    assert got.left_out == ()
    made = report_of(next(act for act in got.acts if act.id == raid.id))
    assert (made.title, made.text, made.kind, made.tlp) == (
        "Raid", "Twelve men.", "terrorism", "GREEN")  # fmt: skip
    assert (made.place, made.place_state, made.latitude) == ("Osh", "KGZ", 40.5)
    assert (made.credibility, made.same_as, str(made.start)) == ("2", (twin.id,), "2020-01-02")
    assert made.by == "SCO Secretariat"
    origin = next(act for act in got.acts if act.id == raid.id).payload["origin"]
    assert origin["reporter"] == "Border service"
    unmarked = report_of(next(act for act in got.acts if act.id == twin.id))
    assert unmarked.tlp == UNMARKED
    assert unmarked.audience == ()


def test_a_sighting_of_an_incident_is_another_report_of_it():
    raid = stix2.Incident(name="Raid", labels=["incursion"])
    where = stix2.Location(country="TJ")
    seen = stix2.Sighting(raid.id, first_seen=MADE, last_seen="2020-01-03T00:00:00Z",
                          where_sighted_refs=[], description="Smoke.",
                          object_marking_refs=[TLP_2["CLEAR"]])  # fmt: skip
    other = stix2.Sighting("indicator--2f1c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11")
    got = read_bundle(bundle(raid, where, seen, other), **BY)
    made = report_of(next(act for act in got.acts if act.id == seen.id))
    assert (made.incident, made.kind, made.text) == (raid.id, "incursion", "Smoke.")
    assert (str(made.start), str(made.end), made.tlp) == ("2020-01-02", "2020-01-03", "CLEAR")
    assert {each.object for each in got.left_out} == {other.id, where.id}


def test_what_has_no_meaning_here_is_listed():
    raid = stix2.Incident(name="Raid")
    who = stix2.ThreatActor(name="APT")
    bad = stix2.Malware(name="worm", is_family=False)
    url = stix2.URL(value="https://example.org")
    odd = {"type": "x-thing", "id": "x-thing--2f1c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11",
           "spec_version": "2.1", "created": MADE, "modified": MADE, "x": 1}  # fmt: skip
    link = stix2.Relationship(raid, "attributed-to", who)
    stranger = stix2.Identity(name="Nobody", identity_class="individual")
    custom = incident(x_cost=5)
    got = read_bundle(bundle(raid, who, bad, url, odd, link, stranger, custom), **BY)
    assert len(got.acts) == 2
    left = {each.object for each in got.left_out}
    assert left == {who.id, bad.id, url.id, odd["id"], link.id, stranger.id, custom["id"]}
    assert any("'x_cost'" in each.why for each in got.left_out)
    assert got.objects == 8


@pytest.mark.parametrize(
    ("markings", "granular", "colour"),
    [
        ([], [], UNMARKED),
        ([stix2.TLP_WHITE.id], [], "CLEAR"),
        ([TLP_2["GREEN"], TLP_2["RED"]], [], "RED"),
        ([TLP_2["CLEAR"]], [TLP_2["AMBER"]], "AMBER"),
        ([stix2.TLP_AMBER.id], [], "AMBER"),
        (["marking-definition--2f1c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11"], [], UNMARKED),
    ],
)
def test_the_narrowest_marking_counts(markings, granular, colour):
    parts = [{"marking_ref": ref, "selectors": ["name"]} for ref in granular]
    more = {"object_marking_refs": markings} if markings else {}
    more |= {"granular_markings": parts} if parts else {}
    (made,) = read_bundle(bundle(incident(**more)), **BY).acts
    assert made.payload["tlp"] == colour


def test_a_marking_of_another_name_says_its_colour():
    own = {"type": "marking-definition", "spec_version": "2.1", "created": MADE,
           "id": "marking-definition--2f1c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11", "extensions": {
               "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
                   "extension_type": "property-extension", "tlp_2_0": "red"}}}  # fmt: skip
    raid = incident(object_marking_refs=[own["id"]])
    assert read_bundle(bundle(own, raid), **BY).acts[0].payload["tlp"] == "RED"
    fake = own | {"id": TLP_2["RED"]}
    fake["extensions"] = json.loads(json.dumps(fake["extensions"]).replace("red", "clear"))
    raid = incident(object_marking_refs=[TLP_2["RED"]])
    assert read_bundle(bundle(fake, raid), **BY).acts[0].payload["tlp"] == "RED"


def test_an_envelope_of_taxii_is_read_too():
    (made,) = read_bundle({"more": False, "objects": [incident()]}, **BY).acts
    assert made.payload["title"] == "Raid"
    assert read_bundle(b"{}", **BY).objects == 0


@pytest.mark.parametrize(("confidence", "credibility"), [
    (0, "5"), (19, "5"), (20, "4"), (39, "4"), (40, "3"), (59, "3"), (60, "2"), (79, "2"),
    (80, "1"), (100, "1")])  # fmt: skip
def test_confidence_is_credibility_by_appendix_a(confidence, credibility):
    assert credibility_of(confidence) == credibility


def ours(**changes: Any) -> dict[str, Any]:
    item = json.loads(bundle_of([report()]))["objects"][0]
    for key, value in changes.items():
        item["extensions"][EXTENSION][key] = value
    return item


NESTED: Any = "x"
for _ in range(60):
    NESTED = [NESTED]

WRONG: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "bundle, line 1"),
    "no JSON": (b'{"type": "bundle", ', "line 1"),
    "not UTF-8": (b'{"type": "\xff"}', "UTF-8"),
    "half a character": (bundle(incident(name="\ud800")), "objects[0].name"),
    "a list": (b"[]", "neither a bundle nor an envelope"),
    "a text": (b'"bundle"', "neither"),
    "NaN": (b'{"objects": NaN}', "NaN"),
    "a long number": (b'{"objects": ' + b"9" * 10_000 + b"}", "JSON"),
    "a key twice": (b'{"type": "bundle", "type": "bundle"}', "'type' stands twice"),
    "deep": (b'{"objects": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "deep within bounds of JSON": (bundle(incident(x_deep=NESTED)), "objects[0].x_deep"),
    "another type": (b'{"type": "report", "id": "report--1"}', "not 'bundle'"),
    "no id": (b'{"type": "bundle", "objects": []}', "bundle--"),
    "STIX 2.0": (bundle(spec_version="2.0"), "STIX 2.0, not 2.1"),
    "objects no list": (bundle(objects={}), "no list"),
    "an object that is none": (bundle(incident(), 7), "objects[1]"),
    "an object without type": (bundle({"id": "x"}), "'objects[0]': it has no type"),
    "an object without id": (bundle({"type": "incident"}), "it has no id"),
    "an id of another type": (
        bundle(incident(id="malware--2f1c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11")), "objects[0].id"),
    "an id that is none": (bundle(incident(id="incident--1")), "objects[0].id"),
    "type a list": (bundle(incident(type=["incident"])), "objects[0]"),
    "an object of STIX 2.0": (bundle(incident(spec_version="2.0")), "objects[0].spec_version"),
    "an object of no version": (bundle(incident(spec_version=None)), "objects[0].spec_version"),
    "no moment": (bundle(incident(modified="yesterday")), "objects[0].modified"),
    "a day that is none": (bundle(incident(created="2020-02-31T00:00:00Z")), "objects[0].created"),
    "modified before created": (bundle(incident(modified="2019-01-01T00:00:00Z")), "modified"),
    "no name": (bundle({k: v for k, v in incident().items() if k != "name"}), "objects[0]"),
    "name a number": (bundle(incident(name={"a": 1})), "objects[0]"),
    "lang a list": (bundle(incident(lang=["en"])), "objects[0]"),
    "confidence a yes": (bundle(incident(confidence=True)), "objects[0]"),
    "confidence beyond": (bundle(incident(confidence=101)), "objects[0]"),
    "markings no list": (bundle(incident(object_marking_refs={"a": 1})), "objects[0]"),
    "granular of nothing": (
        bundle(incident(granular_markings=[{"selectors": ["q"]}])), "objects[0]"),
    "extensions a text": (bundle(incident(extensions="x")), "objects[0]"),
    "our extension a list": (bundle(incident(extensions={EXTENSION: [1]})), "objects[0]"),
    "two of one version": (bundle(incident(), incident(name="Other")), "objects[1]"),
    "latitude": (bundle(ours(latitude=91)), f"{EXTENSION}.latitude"),
    "latitude a yes": (bundle(ours(latitude=True)), f"{EXTENSION}.latitude"),
    "deaths": (bundle(ours(deaths=-1)), f"{EXTENSION}.deaths"),
    "deaths a text": (bundle(ours(deaths="3")), f"{EXTENSION}.deaths"),
    "victims": (bundle(ours(victims="KGZ")), f"{EXTENSION}.victims"),
    "day": (bundle(ours(start="5 October")), f"{EXTENSION}.start"),
    "area": (bundle(ours(area="drug")), "did you mean drugs"),
    "reliability": (bundle(ours(reliability="Z")), f"{EXTENSION}.reliability"),
    "evidence": (bundle(ours(evidence={"a": "b"})), f"{EXTENSION}.evidence"),
    "duplicates": (bundle(ours(same_as=["CST1992.sign.ARM"])), f"{EXTENSION}.same_as"),
    "no incident": (bundle(ours(incident="")), "no incident"),
    "a long text": (bundle(incident(description="x" * 9_000)), "objects[0].description"),
    "a colour": (bundle({"type": "marking-definition", "spec_version": "2.1", "created": MADE,
        "id": "marking-definition--2f1c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11", "extensions": {
            "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
                "extension_type": "property-extension", "tlp_2_0": "pink"}}}), "colour"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_refused_with_its_place(case):
    data, said = WRONG[case]
    with pytest.raises(BadInput) as wrong:
        read_bundle(data, **BY)
    assert said in wrong.value.sentence()
    assert len(wrong.value.sentence()) < 800, "an error does not repeat what was sent"


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(size=100), "bytes"),
        (Bounds(values=3), "values"),
        (Bounds(objects=1), "2 objects"),
        (Bounds(text=3), "characters"),
        (Bounds(depth=0), "nested"),
        (Bounds(within=6), "more than 6 values"),
    ],
)
def test_bounds_hold(bounds, said):
    with pytest.raises(BadInput, match=said):
        read_bundle(bundle(incident(), incident()), **BY, bounds=bounds)


def test_marking_parts_without_end_is_refused():
    parts = [{"marking_ref": TLP_2["RED"], "selectors": ["name"] * 60}] * 2
    with pytest.raises(BadInput, match="marks 120 parts"):
        read_bundle(bundle(incident(granular_markings=parts)), **BY)


def test_many_versions_with_many_links_are_read_once_each():
    days = [f"2020-01-02T03:{n // 60:02}:{n % 60:02}.000Z" for n in range(600)]
    versions = [incident(created=days[0], modified=when, name=when) for when in days]
    links = [
        json.loads(stix2.Relationship(versions[0]["id"], "related-to",
                                      "location--2f1c1d6e-2a4b-4d7d-8b5b-7f7b6b6f4a11").serialize())
        for _ in range(200)
    ]  # fmt: skip
    got = read_bundle(bundle(*versions, *links), **BY)
    assert got.counts == {"report": 1, "correct": 599}


def test_bombs_are_refused_before_they_are_read():
    for data in (b'{"objects":[' + b"{}," * 3_000_000 + b"{}]}", b"[" * 5_000_000):
        with pytest.raises(BadInput, match="values"):
            read_bundle(data, **BY)
    with pytest.raises(BadInput, match="bytes"):
        read_bundle(b" " * (2**26 + 1), **BY)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=200)
@given(st.data())
def test_mangled_bundles_are_read_or_refused(data):
    """Whatever single value is replaced by whatever other: acts or BadInput, never a traceback."""
    bundle_ = json.loads(bundle_of([report()]))
    here: Any = bundle_
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(here[key], dict | list) and here[key] and data.draw(st.booleans()):
            here = here[key]
            continue
        here[key] = data.draw(anything)
        break
    with suppress(BadInput):
        for act in read_bundle(bundle_, **BY).acts:
            assert act.canonical()
            report_of(act)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_noise_is_refused(noise):
    with suppress(BadInput):
        assert read_bundle(noise, **BY).acts == ()
