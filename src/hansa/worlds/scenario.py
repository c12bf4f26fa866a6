"""Scenarios: a what-if as a TOML file of acts (and, if need be, of treaties)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from hansa.record.acts import Act
from hansa.record.treaties import Treaty
from hansa.record.world import World
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.worlds.documents import build, read_toml
from hansa.worlds.tables import read_text

ACT_KEYS = {"id", "kind", "on", "recorded", "subject", "actor", "payload", "source", "note"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Acts and treaties to be added to a world, and what engines shall assume.

    ``parameters`` holds the tables of the file that are neither acts nor treaties
    (``[trade]``, ``[security]``, …), for the engines.
    """

    title: str
    acts: tuple[Act, ...] = ()
    treaties: tuple[Treaty, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)

    def applied(self, world: World) -> World:
        """The world in which all of it happened too."""
        return world.with_treaties(self.treaties).with_acts(self.acts)


def read_scenario(path: Path) -> Scenario:
    """Read a scenario.

    Raises
    ------
    BadInput
        If there is no such file, or a key or value is wrong: file, line and key.
    """
    if not path.is_file():
        raise BadInput(f"there is no scenario {str(path)!r}")
    content = read_toml(path, path.name)
    text = read_text(path, path.name)
    title = str(content.pop("title", path.stem))
    acts = tuple(
        _act(item, number, path.name) for number, item in enumerate(content.pop("acts", []), 1)
    )
    treaties = tuple(build(Treaty, item, path.name, text) for item in content.pop("treaties", []))
    for key, value in content.items():
        if not isinstance(value, dict):
            raise unknown("key", key, ("title", "acts", "treaties"), where=Place(path.name))
    if not acts and not treaties and not content:
        raise BadInput("the scenario holds nothing", where=Place(path.name), remedy="add [[acts]]")
    return Scenario(title, acts, treaties, content)


def _act(item: dict[str, Any], number: int, label: str) -> Act:
    where = Place(label, None, f"acts[{number}]")
    for key in item:
        if key not in ACT_KEYS:
            raise unknown("key", key, ACT_KEYS, where=where)
    for key in ("kind", "on", "subject"):
        if key not in item:
            raise BadInput(f"the key {key!r} is missing", where=where)
    on = item["on"] if isinstance(item["on"], date) else day(str(item["on"]), where=where)
    return Act(
        id=str(item.get("id", f"{label}#{number}")),
        kind=str(item["kind"]),
        on=on,
        recorded=datetime.combine(on, time(), UTC),
        subject=str(item["subject"]),
        actor=str(item.get("actor", "")),
        payload=_plain(item.get("payload", {})),
        source=str(item.get("source", f"assumed in {label}")),
        confidence="assumed",
        note=str(item.get("note", "")),
        place=where,
    )


def _plain(value: Any) -> Any:
    """TOML's days as ISO texts: payloads hold JSON values."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
