"""Incidents described in TOML files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hansa.security.incidents import Incident, truth
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.worlds.documents import read_toml

KEYS = {
    "id", "kind", "start", "end", "victims", "attackers", "attacker_name", "place",
    "place_state", "latitude", "longitude", "facts", "requested_of", "what",
}  # fmt: skip


def read_incident(name: str | Path) -> Incident:
    """Read an incident.

    Raises
    ------
    BadInput
        If there is no such file, or a key or value is wrong: file and key.
    """
    path = Path(name)
    if not path.is_file():
        raise BadInput(f"there is no file {str(path)!r}")
    content = read_toml(path, path.name)
    for key in content:
        if key not in KEYS:
            raise unknown("key", key, KEYS, where=Place(path.name, None, key))
    for key in ("kind", "start", "victims"):
        if key not in content:
            raise BadInput(f"the key {key!r} is missing", where=Place(path.name))
    facts = {
        key: truth(str(value), Place(path.name, None, f"facts.{key}"))
        for key, value in content.get("facts", {}).items()
    }
    place = Place(path.name)
    return Incident(
        id=str(content.get("id", path.stem)),
        kind=str(content["kind"]),
        start=day(content["start"], where=place),
        end=day(content["end"], where=place) if "end" in content else None,
        victims=_names(content["victims"]),
        attackers=_names(content.get("attackers", [])),
        attacker_name=str(content.get("attacker_name", "")),
        place=str(content.get("place", "")),
        place_state=str(content.get("place_state", "")),
        latitude=content.get("latitude"),
        longitude=content.get("longitude"),
        facts=facts,
        requested_of=_names(content.get("requested_of", [])),
        what=str(content.get("what", "")),
    )


def _names(value: Any) -> tuple[str, ...]:
    return tuple(value.split()) if isinstance(value, str) else tuple(str(v) for v in value)
