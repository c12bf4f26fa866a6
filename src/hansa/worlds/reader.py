"""Reads a world's folder: see ``docs/how-to/write-a-world.md`` for what it may hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from hansa.record.acts import Act
from hansa.record.sheets import Sheet
from hansa.record.treaties import Treaty
from hansa.record.unions import Body, Office, Organisation, State
from hansa.record.world import Source, World
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.worlds.documents import build, read_toml
from hansa.worlds.payload import read_payload
from hansa.worlds.sheets import read_sheet
from hansa.worlds.tables import Line, read_csv, read_text

T = TypeVar("T")

ACT_COLUMNS = (
    "id", "kind", "on", "recorded", "subject", "actor", "payload", "source", "confidence", "note",
)  # fmt: skip


def embedded() -> tuple[str, ...]:
    """The names of the worlds that come with hansa."""
    root = resources.files("hansa.worlds")
    return tuple(
        sorted(child.name for child in root.iterdir() if child.joinpath("world.toml").is_file())
    )


def open_world(name: str | Path) -> World:
    """Open an embedded world by its name, or a folder by its path.

    Raises
    ------
    BadInput
        If there is neither, or something in the folder cannot be read.
    """
    path = Path(name)
    if path.is_dir():
        return read_world(path)
    if str(name) in embedded():
        return read_world(resources.files("hansa.worlds").joinpath(str(name)))
    if path.parent != Path() or path.exists():
        raise BadInput(f"there is no folder {str(name)!r}", remedy="name a folder or a world")
    known = ", ".join(embedded())
    raise unknown(
        "world", str(name), embedded(), remedy=f"name a folder or one that comes along: {known}"
    )


def read_world(folder: Traversable) -> World:
    """Read a world from its folder."""
    head = folder.joinpath("world.toml")
    if not head.is_file():
        raise BadInput(
            f"{folder.name} is no world: it has no world.toml",
            remedy="write one with name and title",
        )
    about = read_toml(head, "world.toml")
    places: dict[str, Place] = {}
    treaties = dict(_treaties(folder, places))
    return World(
        name=str(about.get("name", folder.name)),
        title=str(about.get("title", folder.name)),
        note=str(about.get("note", "")),
        states=_states(folder, places),
        organisations=_listed(folder, "organisations.toml", "organisation", Organisation, places),
        treaties=treaties,
        bodies=_listed(folder, "bodies.toml", "body", Body, places),
        offices=_listed(folder, "offices.toml", "office", Office, places),
        acts=tuple(_acts(folder)),
        sheets=_sheets(folder),
        sources=_sources(folder),
        places=places,
    )


def _files(folder: Traversable, name: str, ending: str) -> Iterator[tuple[Traversable, str]]:
    inner = folder.joinpath(name)
    if inner.is_dir():
        for file in sorted(inner.iterdir(), key=lambda f: f.name):
            if file.name.endswith(ending):
                yield file, f"{name}/{file.name}"


def _listed(
    folder: Traversable, name: str, key: str, kind: type[T], places: dict[str, Place]
) -> dict[str, T]:
    """The ``[[key]]`` tables of a document, by id."""
    file = folder.joinpath(name)
    if not file.is_file():
        return {}
    content = read_toml(file, name)
    text = read_text(file, name)
    for other in content:
        if other != key:
            raise unknown("table", other, [key], where=Place(name))
    found: dict[str, T] = {}
    for item in content.get(key, []):
        value: Any = build(kind, item, name, text)
        if value.id in found:
            raise BadInput(f"{key} {value.id!r} stands twice", where=Place(name))
        found[value.id] = value
        places[f"{key}:{value.id}"] = Place(name, _line_of(text, value.id))
    return found


def _line_of(text: str, name: str) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        if line.replace(" ", "") == f'id="{name}"':
            return number
    return None


def _treaties(folder: Traversable, places: dict[str, Place]) -> Iterator[tuple[str, Treaty]]:
    seen: set[str] = set()
    for file, label in _files(folder, "treaties", ".toml"):
        content = read_toml(file, label)
        identity = str(content.get("id", ""))
        for norm in content.get("norms", []):
            norm.setdefault("treaty", identity)
        treaty = build(Treaty, content, label, read_text(file, label))
        if treaty.id in seen:
            raise BadInput(f"treaty {treaty.id!r} stands twice", where=Place(label))
        seen.add(treaty.id)
        places[f"treaty:{treaty.id}"] = Place(label)
        yield treaty.id, treaty


def _number(line: Line, column: str) -> float | None:
    text = line.get(column)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a number", where=line.at(column)) from None


def _states(folder: Traversable, places: dict[str, Place]) -> dict[str, State]:
    file = folder.joinpath("states.csv")
    found: dict[str, State] = {}
    if not file.is_file():
        return found
    plain = {"id", "name", "name_ru", "capital", "latitude", "longitude", "source", "confidence"}
    for line in read_csv(file, "states.csv", ("id", "name")):
        if line["id"] in found:
            raise BadInput(f"state {line['id']!r} stands twice", where=line.at("id"))
        places[f"state:{line['id']}"] = line.place
        found[line["id"]] = State(
            line["id"],
            line["name"],
            line.get("name_ru"),
            line.get("capital"),
            _number(line, "latitude"),
            _number(line, "longitude"),
            line.get("source"),
            line.get("confidence"),
            {key: value for key, value in line.values.items() if key not in plain and value},
        )
    return found


def _sources(folder: Traversable) -> dict[str, Source]:
    file = folder.joinpath("sources.csv")
    if not file.is_file():
        return {}
    return {
        line["key"]: Source(line["key"], line.get("address"), line.get("supports"))
        for line in read_csv(file, "sources.csv", ("key", "address"))
    }


def _acts(folder: Traversable) -> Iterator[Act]:
    for file, label in _files(folder, "acts", ".csv"):
        for line in read_csv(file, label, ("id", "kind", "on", "subject"), ACT_COLUMNS):
            yield act_of(line)


def act_of(line: Line) -> Act:
    """One act from one line of a table; without ``recorded`` it was known on its own day."""
    on = day(line["on"], where=line.at("on"))
    recorded = line.get("recorded")
    moment = datetime.combine(
        day(recorded, where=line.at("recorded")) if recorded else on, time(), UTC
    )
    return Act(
        id=line["id"],
        kind=line["kind"],
        on=on,
        recorded=moment,
        subject=line["subject"],
        actor=line.get("actor"),
        payload=read_payload(line.get("payload"), line.at("payload")),
        source=line.get("source"),
        confidence=line.get("confidence"),
        note=line.get("note"),
        place=line.place,
    )


def _sheets(folder: Traversable) -> dict[str, Sheet]:
    return {
        file.name.removesuffix(".csv"): read_sheet(file, label)
        for file, label in _files(folder, "sheets", ".csv")
    }
