"""A folder of public data sets as the tables of a panel, and a panel as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from hansa.security.alliances import directed_dyad_years
from hansa.security.alliances.panel import PanelTables
from hansa.sources.security import readers
from hansa.sources.security.atop_world import atop_world
from hansa.terms.errors import BadInput
from hansa.terms.names import nearest

FILES: Final[Mapping[str, tuple[str, Callable[[Path], pl.DataFrame]]]] = MappingProxyType(
    {
        "states": ("cow_states", readers.read_states),
        "atop_members": ("atop5_1m", readers.read_atop_members),
        "capabilities": ("cow_nmc", readers.read_capabilities),
        "cow_disputes": ("cow_mid_dirdisps", readers.read_cow_disputes),
        "gml_disputes": ("gml_mid_ddydisps", readers.read_gml_disputes),
        "contiguity": ("cow_contdir", readers.read_contiguity),
        "capitals": ("cow_capitals", readers.read_capitals),
        "min_distances": ("cow_mindist", readers.read_min_distances),
        "majors": ("cow_majors", readers.read_majors),
    }
)


def find(folder: Path | str, stem: str) -> Path:
    """The Parquet or CSV file of that name in a folder or in one of its folders.

    Raises
    ------
    BadInput
        If there is none; names the nearest files.
    """
    root = Path(folder)
    found = sorted(p for suffix in ("parquet", "csv") for p in root.rglob(f"{stem}.{suffix}"))
    if not found:
        stems = {p.stem for p in root.rglob("*") if p.suffix in (".parquet", ".csv")}
        raise BadInput(
            f"no {stem}.parquet or {stem}.csv in {root.name or root}",
            nearest=nearest(stem, stems),
            remedy="docs/tutorial/panel.md says what the folder must hold and where it is from",
        )
    return found[0]


def panel_tables(folder: Path | str, *, official: bool = False) -> PanelTables:
    """Everything that `hansa.security.alliances.panel` needs, from a folder.

    Parameters
    ----------
    folder : path
        Holds the files of `FILES`, in itself or in folders within, as Parquet or CSV.
    official : bool
        Take the obligations from ATOP's own directed dyad-years (``atop_alliance``); else
        they are derived from the members' spells by the register of the world of ATOP, by
        the signature clock. The two differ where a member owes different things to
        different partners, which the members' table does not hold: 360 of 273,296 rows.

    Raises
    ------
    BadInput
        If a file is missing or not what it should be.
    """
    read = {name: reader(find(folder, stem)) for name, (stem, reader) in FILES.items()}
    members = read.pop("atop_members")
    if official:
        table = readers.read_atop_dyad_years(find(folder, "atop_alliance"))
        obligations = table.rename(lambda name: name.removeprefix("atop_"))
    else:
        timeline = atop_world(members).timeline(clock="signature")
        obligations = directed_dyad_years(timeline)
    return PanelTables(obligations=obligations, **read)


def write_frame(frame: pl.DataFrame, path: Path | str) -> Path:
    """Write a frame for whoever reads it, by the suffix of the file.

    ``.parquet`` and ``.arrow`` (polars, pandas, R's arrow), ``.csv``, ``.dta`` (Stata 14
    and later; needs pandas), ``.rds`` (R's ``readRDS``; needs rdata).

    Raises
    ------
    BadInput
        If the suffix is none of these, or the library for it is not installed.
    """
    place = Path(path)
    writers: dict[str, Callable[[pl.DataFrame, Path], None]] = {
        ".parquet": lambda f, p: f.write_parquet(p, compression="zstd"),
        ".arrow": lambda f, p: f.write_ipc(p, compression="zstd"),
        ".csv": lambda f, p: f.write_csv(p),
        ".dta": _write_stata,
        ".rds": _write_rds,
    }
    if place.suffix not in writers:
        raise BadInput(f"cannot write {place.suffix or place.name!r}", nearest=tuple(writers))
    try:
        writers[place.suffix](frame, place)
    except ImportError as missing:
        raise BadInput(
            f"{place.suffix} needs {missing.name}", remedy="install hansa[frames]"
        ) from None
    return place


def _write_stata(frame: pl.DataFrame, path: Path) -> None:
    import pandas  # noqa: F401 — an extra; its absence is reported to the user

    table = frame.to_pandas()
    # pandas has already made nullable integers floats: their gaps become Stata's "."
    table.to_stata(path, write_index=False, version=118)


def _write_rds(frame: pl.DataFrame, path: Path) -> None:
    import rdata

    rdata.write_rds(path, frame.to_pandas())
