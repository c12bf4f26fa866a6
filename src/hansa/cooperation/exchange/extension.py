"""The published extension of STIX 2.1 for reports of incidents beyond computer security.

An ``incident`` of STIX 2.1 is a name and a description; what a report says besides, this
property extension carries. Its schema comes with the package and with every bundle.

Source: STIX 2.1 section 7.3 (extension definitions).
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from hansa.cooperation.exchange.countries import countries
from hansa.cooperation.exchange.identifiers import identifier
from hansa.cooperation.exchange.markings import TLP_2
from hansa.cooperation.reports.report import Report
from hansa.record.acts import Json

EXTENSION: Final = "extension-definition--2fe03683-669e-4da8-9ffd-19e61bddb2b2"
MAKER: Final = identifier("identity", "hansa")
"""The identity that publishes the extension."""
PUBLISHED: Final = "2026-11-01T00:00:00.000Z"
VERSION: Final = "1.0.0"
SCHEMA_FILE: Final = "report-extension.schema.json"

CREDIBILITY_AS_CONFIDENCE: Final = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}
"""STIX 2.1 appendix A, scale of Admiralty credibility; 6 (cannot be judged) has no number."""

_DESCRIPTION = (
    "What a member state or an organisation says of an incident: kind, days, place, states "
    "struck and attacking, deaths, reliability of the source, evidence, for whom it is meant."
)


def credibility_of(confidence: int) -> str:
    """The credibility that a confidence of 0 to 100 stands for (STIX 2.1 appendix A)."""
    return str(5 - min(confidence, 99) // 20)


_LANGUAGES: Final = """
af ar az be bg ca cs cy da de dv el en eo es et eu fa fi fo fr gl gu he hi hr hu hy id is
it ja ka kk kn ko ky lt lv mi mk mn mr ms mt nb nl pa pl ps pt qu ro ru sa se sk sl sq sv
sw ta te th tl tn tr ts tt uk ur uz vi xh zh zu
"""


@lru_cache(maxsize=256)
def stix_language(tag: str) -> str:
    """What STIX's ``lang`` says of a language: its main code, ``""`` if others do not know it.

    The validator of the standard's makers knows these codes only, and takes others, and tags with
    a script, for mistakes; the extension keeps what ``lang`` does not say.
    """
    main = tag.partition("-")[0].lower()
    return main if main in _LANGUAGES.split() else ""


@cache
def schema_text() -> str:
    """The JSON Schema of the extension, as published."""
    return resources.files(__package__).joinpath(SCHEMA_FILE).read_text("utf-8")


@cache
def schema() -> dict[str, Json]:
    """The JSON Schema of the extension."""
    found: dict[str, Json] = json.loads(schema_text())
    return found


@lru_cache(maxsize=1024)
def party_id(party: str) -> str:
    """The identifier of a party's identity object, the same in every record."""
    return identifier("identity", "party", party)


def maker() -> dict[str, Json]:
    """The identity that publishes the extension."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": MAKER,
        "created": PUBLISHED,
        "modified": PUBLISHED,
        "name": "hansa",
        "identity_class": "system",
        "object_marking_refs": [TLP_2["CLEAR"]],
    }


@cache
def _definition_text() -> str:
    return json.dumps(schema(), ensure_ascii=False, separators=(",", ":"))


def definition() -> dict[str, Json]:
    """The object that defines the extension; its schema is in it."""
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION,
        "created_by_ref": MAKER,
        "created": PUBLISHED,
        "modified": PUBLISHED,
        "name": "hansa report",
        "description": _DESCRIPTION,
        "schema": _definition_text(),
        "version": VERSION,
        "extension_types": ["property-extension"],
        "object_marking_refs": [TLP_2["CLEAR"]],
    }


def identity(party: str) -> dict[str, Json]:
    """The identity object of a state (ISO 3166-1 alpha-3) or an organisation's organ."""
    country = countries().get(party)
    found: dict[str, Json] = {
        "type": "identity",
        "spec_version": "2.1",
        "id": party_id(party),
        "created": PUBLISHED,
        "modified": PUBLISHED,
        "name": country.name if country else party or "unnamed",
        "identity_class": "organization",
        "extensions": {EXTENSION: {"extension_type": "property-extension", "party": party}},
        "object_marking_refs": [TLP_2["CLEAR"]],
    }
    if country is not None:
        found["sectors"] = ["government-national"]
    return found


def particulars(report: Report, same_as: tuple[str, ...]) -> dict[str, Json]:
    """What the extension says of a report; what is unknown is left out.

    Parameters
    ----------
    report : Report
    same_as : tuple of str
        Identifiers of the incident objects held to be of the same event.
    """
    said: dict[str, Json] = {
        "act": report.id,
        "incident": report.incident,
        "reporter": report.by,
        "kind": report.kind,
        "area": report.area,
        "start": report.start.isoformat(),
        "end": report.end.isoformat() if report.end else None,
        "place": report.place,
        "place_state": report.place_state,
        "latitude": report.latitude,
        "longitude": report.longitude,
        "victims": list(report.victims),
        "attackers": list(report.attackers),
        "attacker_name": report.attacker_name,
        "language": report.language if stix_language(report.language) != report.language else None,
        "untitled": True if not report.title else None,
        "reliability": report.reliability,
        "credibility": report.credibility,
        "audience": list(report.audience),
        "deaths": report.deaths,
        "evidence": [{"name": each.name, "sha256": each.sha256} for each in report.evidence],
        "same_as": list(same_as),
    }
    kept = {key: value for key, value in said.items() if value not in (None, "", [])}
    return {"extension_type": "property-extension", **kept}
