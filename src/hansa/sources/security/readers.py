"""Readers of the public data sets on states, capabilities, disputes, promises and votes."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hansa.sources.security.tables import Form, checked, read
from hansa.terms.errors import BadInput, Place

_YEARS = (1815.0, 2100.0)
_DUMMY = (0.0, 1.0)
_CODES = (1.0, 9999.0)
_SEEN = 1e12
_PROMISES = ("defense", "offense", "neutral", "nonagg", "consul")

STATES = Form("cow_states", ("ccode", "styear", "stmonth"), {"ccode": _CODES, "styear": _YEARS})
MAJORS = Form("cow_majors", ("ccode", "styear"), {"styear": _YEARS, "endyear": _YEARS})
NMC = Form(
    "cow_nmc",
    ("ccode", "year"),
    {
        "year": _YEARS,
        **dict.fromkeys(("milex", "milper", "irst", "pec", "tpop", "upop"), (0.0, _SEEN)),
        "cinc": (0.0, 1.0),
    },
)
CONTIGUITY = Form("cow_contdir", ("ccode1", "ccode2", "stdate"), {"conttype": (0.0, 6.0)})
CAPITALS = Form("cow_capitals", ("ccode", "stdate"), {"lat": (-90.0, 90.0), "lng": (-180.0, 180.0)})
DISTANCES = Form(
    "cow_mindist", ("ccode1", "ccode2", "year"), {"mindist": (0.0, 20100.0), "year": _YEARS}
)
COW_DISPUTES = Form(
    "cow_mid_dirdisps",
    ("dispnum", "ccode1", "ccode2", "year"),
    {"dispongoing": _DUMMY, "disponset": _DUMMY, "hostlev1": (-9.0, 5.0), "hostlev2": (-9.0, 5.0)},
)
GML_DISPUTES = Form(
    "gml_mid_ddydisps",
    ("dispnum", "ccode1", "ccode2", "year"),
    {"gmlmidongoing": _DUMMY, "gmlmidonset": _DUMMY},
)
GML_OUTCOMES = Form("gml_mid_disps", ("dispnum",), {"outcome": (-9.0, 9.0)})
GML_SIDES = Form("gml_part", (), {"sidea": _DUMMY})
ATOP_MEMBERS = Form(
    "atop5_1m",
    ("atopid", "phase", "member", "yrent", "moent"),
    {**dict.fromkeys(_PROMISES, _DUMMY), "moent": (1.0, 12.0), "moexit": (0.0, 12.0)},
)
ATOP_DYADS = Form(
    "atop_alliance",
    ("ccode1", "ccode2", "year"),
    {f"atop_{name}": _DUMMY for name in _PROMISES},
)
VOTES = Form("un_votes", ("rcid", "country"))
IDEAL_POINTS = Form("ideal_points", ("ccode", "year"))
HONOUR = Form("honour", (), {"sample": _DUMMY})

# which conditions a member's promises hang on, and how the promise and the guard are called
ATOP_CONDITIONS: dict[str, tuple[str, str]] = {
    f"{prefix}{suffix}": (promise, guard)
    for prefix, promise, suffixes in (
        ("def", "defense", "coadv coloc cocon conum codem conpr"),
        ("off", "offense", "coadv coloc cocon conum codem"),
        ("neu", "neutral", "coadv coloc cocon conum codem conpr coatt"),
        ("con", "consul", "coadv coloc cocon coreq"),
    )
    for suffix in suffixes.split()
    for guard in (
        {
            "coadv": "named_adversary",
            "coloc": "in_named_place",
            "cocon": "in_named_conflict",
            "conum": "number_of_adversaries",
            "codem": "demands_met",
            "conpr": "not_provoked",
            "coatt": "partner_attacked",
            "coreq": "requested",
        }[suffix],
    )
}


def read_states(path: Path | str) -> pl.DataFrame:
    """Spells of membership in the state system (State System Membership v2016)."""
    return read(path, STATES)


def read_majors(path: Path | str) -> pl.DataFrame:
    """Spells as a major power."""
    return read(path, MAJORS)


def read_capabilities(path: Path | str) -> pl.DataFrame:
    """The six components of national capability and the published index, by state and year."""
    return read(path, NMC)


def read_contiguity(path: Path | str) -> pl.DataFrame:
    """Spells of direct contiguity, one row per direction."""
    return read(path, CONTIGUITY)


def read_capitals(path: Path | str) -> pl.DataFrame:
    """Capitals and their coordinates, with the days between which they were capitals."""
    return read(path, CAPITALS)


def read_min_distances(path: Path | str) -> pl.DataFrame:
    """Least distance between territories, by pair (lower code first) and year, from 1886."""
    frame = read(path, DISTANCES)
    if (frame["ccode1"] >= frame["ccode2"]).any():
        row = int((frame["ccode1"] >= frame["ccode2"]).arg_max() or 0)
        raise BadInput("the lower code comes first", where=Place(Path(path).name, row + 2))
    return frame


def read_cow_disputes(path: Path | str) -> pl.DataFrame:
    """Directed dyadic dispute-years of the Correlates of War project (MID 5.0, to 2014)."""
    return read(path, COW_DISPUTES)


def read_gml_disputes(path: Path | str) -> pl.DataFrame:
    """Directed dyadic dispute-years of Gibler, Miller and Little (2.2.1, to 2010)."""
    return read(path, GML_DISPUTES)


def read_gml_outcomes(path: Path | str) -> pl.DataFrame:
    """Start and outcome of every dispute of Gibler, Miller and Little."""
    return read(path, GML_OUTCOMES)


def read_gml_sides(path: Path | str) -> pl.DataFrame:
    """Who took part in which dispute on which side (a state may have several spells)."""
    return read(path, GML_SIDES)


def read_atop_members(path: Path | str) -> pl.DataFrame:
    """Member spells of ATOP 5.1 with promises; conditions too where the file has them."""
    place = Path(path)
    raw = pl.read_csv(place) if place.suffix == ".csv" else pl.read_parquet(place)
    frame = checked(raw, ATOP_MEMBERS, place.name)
    present = [name for name in (*ATOP_CONDITIONS, "olimob") if name in raw.columns]
    return frame.with_columns(raw[name].fill_null(0).cast(pl.Int32) for name in present)


def read_atop_dyad_years(path: Path | str) -> pl.DataFrame:
    """The official directed dyad-years of ATOP 5.1."""
    return read(path, ATOP_DYADS)


def read_un_votes(path: Path | str) -> pl.DataFrame:
    """Votes in the General Assembly: ``yes``, ``abstain`` or ``no``; absence has no row."""
    frame = read(path, VOTES)
    odd = ~frame["vote"].is_in(["yes", "abstain", "no"])
    if odd.any():
        row = int(odd.arg_max() or 0)
        where = Place(Path(path).name, row + 2, "vote")
        raise BadInput(f"{frame['vote'][row]!r} is no vote", where=where, nearest=("abstain",))
    return frame


def read_ideal_points(path: Path | str) -> pl.DataFrame:
    """Ideal points estimated from votes in the General Assembly, by state and year."""
    return read(path, IDEAL_POINTS)


def read_honour_records(path: Path | str) -> pl.DataFrame:
    """Promises that a war put to the test, kept or broken (Berkemeier & Fuhrmann 2018)."""
    return read(path, HONOUR)


def read_military_expenditure(path: Path | str) -> pl.DataFrame:
    """Military expenditure by country and year, from a table with one column per year.

    Returns
    -------
    polars.DataFrame
        ``country``, ``year``, ``milex`` (million USD at constant prices); missing years
        have no row.
    """
    place = Path(path)
    raw = pl.read_csv(place) if place.suffix == ".csv" else pl.read_parquet(place)
    years = [name for name in raw.columns if name.isdigit()]
    if "Country" not in raw.columns or not years:
        raise BadInput("needs a column 'Country' and one per year", where=Place(place.name))
    long = raw.unpivot(years, index="Country", variable_name="year", value_name="milex")
    return (
        long.drop_nulls("milex")
        .select(country=pl.col("Country"), year=pl.col("year").cast(pl.Int32), milex="milex")
        .sort("country", "year")
    )
