"""A briefing written to a folder: page, tables, manifest; all or nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hansa.record.world import World
from hansa.show import charts
from hansa.show.page import briefing_page
from hansa.studies import Briefing
from hansa.terms.errors import StoreFailure
from hansa.terms.exhibits import Chart, Exhibit, Map, Table
from hansa.terms.names import unknown

PAGE = "briefing.html"


@dataclass(frozen=True, slots=True)
class Written:
    """Where a briefing was written."""

    page: Path
    tables: tuple[Path, ...]


def tiles_of(world: World) -> dict[str, tuple[int, int]]:
    """The squares of the schematic map, where the world has them."""
    if "tiles" not in world.sheets:
        return {}
    return {row["state"]: (row["column"], row["row"]) for row in world.sheet("tiles")}


def places_of(world: World) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of capitals."""
    return {
        state.id: (state.longitude, state.latitude)
        for state in world.states.values()
        if state.longitude is not None and state.latitude is not None
    }


def page(briefing: Briefing, manifest: Mapping[str, Any]) -> str:
    """The briefing as one HTML page."""
    case = briefing.case
    known = f", as known on {case.known_on}" if case.known_on else ""
    return briefing_page(
        title=briefing.title,
        subtitle=f"Briefing for {case.day:%-d %B %Y}{known}",
        sections=briefing.sections,
        tiles=tiles_of(case.world),
        places=places_of(case.world),
        manifest=manifest,
        what_if=briefing.what_if,
    )


def csv_text(table: Table) -> str:
    """A table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = [column.key for column in table.columns]
    writer.writerow([*head, "mark"] if table.marks else head)
    for number, row in enumerate(table.rows):
        cells = ["" if cell is None else cell for cell in row]
        writer.writerow([*cells, table.marks[number]] if table.marks else cells)
    return text.getvalue()


def write(
    briefing: Briefing, folder: Path, manifest: Mapping[str, Any], *, parquet: bool = False
) -> Written:
    """Write page, tables, charts and manifest into a folder.

    Everything is first written beside it and moved into place at the end: a full disk
    leaves what was there before.

    Raises
    ------
    StoreFailure
        If something cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".hansa-") as scratch:
            new = Path(scratch) / "new"
            new.mkdir()
            names = _fill(briefing, new, manifest, parquet)
            _swap(new, folder, Path(scratch) / "old")
    except OSError as wrong:
        raise StoreFailure(
            f"cannot write the briefing to {str(folder)!r}: {wrong.strerror or wrong}",
            remedy="free some space or choose another folder with --out",
        ) from None
    return Written(folder / PAGE, tuple(folder / name for name in names))


def _swap(new: Path, folder: Path, aside: Path) -> None:
    """Put the new folder in the old one's place, unless that holds what is not ours."""
    if folder.exists():
        if not (folder / "manifest.json").is_file() and any(folder.iterdir()):
            raise StoreFailure(
                f"{str(folder)!r} is not empty and holds no briefing",
                remedy="choose another folder with --out",
            )
        os.replace(folder, aside)
    os.replace(new, folder)
    shutil.rmtree(aside, ignore_errors=True)


def _fill(
    briefing: Briefing, folder: Path, manifest: Mapping[str, Any], parquet: bool
) -> list[str]:
    (folder / PAGE).write_text(page(briefing, manifest), encoding="utf-8")
    names = []
    for section in briefing.sections:
        for exhibit in section.exhibits:
            names += _files(folder, section.key, exhibit, parquet)
    facts = {**manifest, "files": [PAGE, *names]}
    (folder / "manifest.json").write_text(json.dumps(facts, indent=2), encoding="utf-8")
    return names


def _files(folder: Path, section: str, exhibit: Exhibit, parquet: bool) -> list[str]:
    if isinstance(exhibit, Map):
        return []
    table = exhibit.table if isinstance(exhibit, Chart) else exhibit
    stem = f"{section}-{table.key}"
    names = [f"{stem}.csv"]
    (folder / names[0]).write_text(csv_text(table), encoding="utf-8")
    if isinstance(exhibit, Chart):
        names.append(f"{section}-{exhibit.key}.svg")
        (folder / names[-1]).write_text(charts.svg(exhibit), encoding="utf-8")
    if parquet:
        names.append(f"{stem}.parquet")
        table.to_polars().write_parquet(folder / names[-1])
    return names


def save_table(table: Table, path: Path) -> None:
    """Write one table as CSV, Parquet or JSON, by the ending of the file's name.

    Raises
    ------
    UnknownCode
        If the ending is none of them.
    StoreFailure
        If the file cannot be written.
    """
    ending = path.suffix
    if ending not in (".csv", ".parquet", ".json"):
        raise unknown("kind of file", ending, (".csv", ".parquet", ".json"))
    scratch = path.with_name(f".{path.name}.part")
    try:
        if ending == ".parquet":
            table.to_polars().write_parquet(scratch)
        elif ending == ".csv":
            scratch.write_text(csv_text(table), encoding="utf-8")
        else:
            scratch.write_text(json.dumps(table.records(), default=str, indent=2))
        os.replace(scratch, path)
    except OSError as wrong:
        scratch.unlink(missing_ok=True)
        raise StoreFailure(f"cannot write {str(path)!r}: {wrong.strerror or wrong}") from None
