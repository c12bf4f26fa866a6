"""The panel that scholars build: every pair of states in every year, with what is known.

One row per ordered pair (or pair) and year: obligations, capability, disputes, contiguity,
distance, major powers, and on request the similarity of alliance portfolios. What a source
does not cover is missing, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyproj import Geod

from hansa.security.alliances.cube import Cube, cube_of
from hansa.security.alliances.dyads import ties
from hansa.security.alliances.promises import PROMISES
from hansa.security.strength.capability import cinc_by_year
from hansa.security.strength.similarity import kappa_scores, pi_scores, s_scores
from hansa.terms.progress import Progress, silent

Array = NDArray[Any]

_SELF_TIE = 3  # a state is bound to itself as strongly as can be


@dataclass(frozen=True, slots=True)
class PanelTables:
    """The checked tables that a panel is made of (see `hansa.sources.security`).

    ``obligations`` are directed dyad-years as `directed_dyad_years` gives them.
    """

    states: pl.DataFrame
    obligations: pl.DataFrame
    capabilities: pl.DataFrame
    cow_disputes: pl.DataFrame
    gml_disputes: pl.DataFrame
    contiguity: pl.DataFrame
    capitals: pl.DataFrame
    min_distances: pl.DataFrame
    majors: pl.DataFrame


def panel(
    tables: PanelTables,
    first: int = 1816,
    last: int = 2014,
    *,
    directed: bool = True,
    relevant: bool = False,
    similarity: bool = False,
    progress: Progress = silent,
) -> pl.DataFrame:
    """Every dyad-year with obligations, capability, disputes, neighbourhood and standing.

    Parameters
    ----------
    tables : PanelTables
        What it is made of.
    first, last : int
        Years, both included.
    directed : bool
        Both orders of a pair, or only the lower code first; then a promise in either
        direction counts.
    relevant : bool
        Only politically relevant dyads: directly contiguous, or with a major power.
    similarity : bool
        Add S (unweighted, and weighted by capability), κ and π of alliance portfolios.

    Returns
    -------
    polars.DataFrame
        Columns as ``panel.*`` in the vocabulary, sorted by ``ccode1``, ``ccode2``, ``year``.

    Raises
    ------
    BadInput
        If the table of states does not cover the years.
    """
    cube = cube_of(tables.states, first, last)
    neighbours = _contiguity(cube, tables.contiguity)
    majors = _majors(cube, tables.majors)
    rows = cube.together
    if not directed:
        rows = rows & np.triu(np.ones(cube.shape[:2], dtype=bool), 1)[:, :, None]
    if relevant:
        power = majors[:, None, :] | majors[None, :, :]
        rows = rows & ((neighbours > 0) | power)
    i, j, y = np.nonzero(rows)
    columns: dict[str, pl.Series] = {
        "ccode1": pl.Series(cube.codes[i].astype(np.int16)),
        "ccode2": pl.Series(cube.codes[j].astype(np.int16)),
        "year": pl.Series((y + first).astype(np.int16)),
    }
    progress(1, 5, "obligations")
    columns |= _obligations(cube, tables.obligations, rows, directed=directed)
    progress(2, 5, "capability")
    scored = cinc_by_year(tables.capabilities)
    capability = cube.by_state(scored, "cinc")
    one, two = capability[i, y], capability[j, y]
    columns |= {"cinc1": _known(one), "cinc2": _known(two), "cap_ratio": _known(one / (one + two))}
    progress(3, 5, "disputes")
    columns |= _disputes(cube, tables, rows)
    progress(4, 5, "distance")
    end = _last(tables.contiguity["enddate"].dt.year())
    columns["contiguity"] = _until(neighbours[rows], y + first, end)
    columns |= _distances(cube, tables, rows, (i, j, y))
    columns |= {
        "major1": pl.Series(majors[i, y].astype(np.int8)),
        "major2": pl.Series(majors[j, y].astype(np.int8)),
    }
    if similarity:
        columns |= _similarities(cube, tables.obligations, capability, (i, j, y), progress)
    progress(5, 5, "done")
    return pl.DataFrame(columns)


def _last(years: pl.Series) -> int:
    """The last year that a source covers."""
    return int(years.to_numpy().max(initial=0))


def _known(values: Array) -> pl.Series:
    """Numbers as a column; ``nan`` becomes missing."""
    return pl.Series(values).fill_nan(None)


def _until(values: Array, years: Array, last: int) -> pl.Series:
    """Values as a column, missing after the last year that the source covers."""
    column = pl.Series(values)
    if years.size == 0 or years.max() <= last:
        return column
    return pl.select(pl.when(pl.lit(pl.Series(years <= last))).then(pl.lit(column))).to_series()


def _obligations(
    cube: Cube, obligations: pl.DataFrame, rows: Array, *, directed: bool
) -> dict[str, pl.Series]:
    years = np.nonzero(rows)[2] + cube.first
    end = _last(obligations["year"])
    found = {}
    for word in PROMISES:
        owed = cube.fill(obligations, word, 0)
        if not directed:
            owed = np.maximum(owed, owed.transpose(1, 0, 2))
        found[f"atop_{word}"] = _until(owed[rows], years, end)
    return found


def _disputes(cube: Cube, tables: PanelTables, rows: Array) -> dict[str, pl.Series]:
    """Disputes are symmetric: a dispute between two is one for either order."""
    years = np.nonzero(rows)[2] + cube.first
    cow, gml = tables.cow_disputes, tables.gml_disputes
    hostility = cow.with_columns(worst=pl.max_horizontal("hostlev1", "hostlev2").clip(0))
    asked = (
        ("mid_ongoing", cow, "dispongoing"),
        ("mid_onset", cow, "disponset"),
        ("mid_hostility", hostility, "worst"),
        ("gml_ongoing", gml, "gmlmidongoing"),
        ("gml_onset", gml, "gmlmidonset"),
    )
    found = {}
    for name, table, column in asked:
        end = _last(table["year"])
        found[name] = _until(cube.fill(table, column, 0)[rows], years, end)
    return found


def _majors(cube: Cube, majors: pl.DataFrame) -> Array:
    """Whether a state is a major power on some day of the year, shape (n, Y)."""
    years = np.arange(cube.first, cube.last + 1)
    out = np.zeros(cube.alive.shape, dtype=bool)
    at, known = cube.rows(majors["ccode"])
    for i, use, (since, until) in zip(
        at, known, majors.select("styear", "endyear").iter_rows(), strict=True
    ):
        if use:
            out[i] |= (years >= since) & (years <= until)
    return out


def _contiguity(cube: Cube, contiguity: pl.DataFrame) -> Array:
    """The closest class of direct contiguity in the year, 0 for none, shape (n, n, Y)."""
    years = np.arange(cube.first, cube.last + 1)
    out = np.zeros(cube.shape, dtype=np.int8)
    touching = contiguity.filter(pl.col("conttype") > 0).sort("conttype", descending=True)
    i, known1 = cube.rows(touching["ccode1"])
    j, known2 = cube.rows(touching["ccode2"])
    since = touching["stdate"].dt.year().to_numpy()
    until = touching["enddate"].dt.year().to_numpy()
    kind = touching["conttype"].to_numpy()
    for at in np.nonzero(known1 & known2)[0]:  # the closest class is written last
        here = (years >= since[at]) & (years <= until[at])
        out[i[at], j[at], here] = kind[at]
    # neighbours are neighbours of one another, also where a table has one direction only
    other = out.transpose(1, 0, 2)
    return np.asarray(
        np.where((out > 0) & (other > 0), np.minimum(out, other), np.maximum(out, other))
    )


def _capitals(cube: Cube, capitals: pl.DataFrame) -> tuple[Array, Array]:
    """Which capital each state has at the end of the year (−1: none), and their distances."""
    years = np.arange(cube.first, cube.last + 1)
    which = np.full(cube.alive.shape, -1)
    ordered = capitals.sort("stdate")
    at, known = cube.rows(ordered["ccode"])
    since = ordered["stdate"].dt.year().to_numpy()
    until = ordered["enddate"].dt.year().to_numpy()
    for row in np.nonzero(known)[0]:
        which[at[row], (years >= since[row]) & (years <= until[row])] = row
    lat, lon = ordered["lat"].to_numpy(), ordered["lng"].to_numpy()
    upper = np.triu_indices(len(lat), 1)
    a, b = upper
    _, _, metres = Geod(ellps="WGS84").inv(lon[a], lat[a], lon[b], lat[b])
    km = np.zeros((len(lat), len(lat)))
    km[upper] = metres / 1000
    return which, km + km.T


def _distances(
    cube: Cube, tables: PanelTables, rows: Array, at: tuple[Array, Array, Array]
) -> dict[str, pl.Series]:
    i, j, y = at
    which, km = _capitals(cube, tables.capitals)
    one, two = which[i, y], which[j, y]
    between = np.where((one >= 0) & (two >= 0), km[one, two], np.nan)
    least = cube.fill(tables.min_distances, "mindist", np.nan, np.float64)
    least = np.fmax(least, least.transpose(1, 0, 2))[rows]
    return {"capital_km": _known(between), "min_km": _known(least)}


def _similarities(
    cube: Cube,
    obligations: pl.DataFrame,
    capability: Array,
    at: tuple[Array, Array, Array],
    progress: Progress,
) -> dict[str, pl.Series]:
    """Scores of all pairs, year by year, over the states in the system that year."""
    i, j, y = at
    tie = cube.fill(ties(obligations), "tie", 0)
    own = np.arange(cube.shape[0])
    tie[own, own, :] = _SELF_TIE
    covered = _last(obligations["year"]) - cube.first
    found = {name: np.full(cube.shape, np.nan, np.float32) for name in _SCORES}
    years = cube.alive.shape[1]
    for year in range(min(years, covered + 1)):
        here = np.nonzero(cube.alive[:, year])[0]
        v = tie[np.ix_(here, here)][:, :, year]
        square = np.ix_(here, here, np.array([year]))
        w = capability[here, year]
        found["s_unweighted"][square] = s_scores(v, spread=_SELF_TIE)[:, :, None]
        if not np.isnan(w).any():
            found["s_weighted"][square] = s_scores(v, w, spread=_SELF_TIE)[:, :, None]
        found["kappa"][square] = kappa_scores(v)[:, :, None]
        found["pi"][square] = pi_scores(v)[:, :, None]
        progress(year, years, "similarity")
    return {name: _known(scores[i, j, y].astype(np.float64)) for name, scores in found.items()}


_SCORES = ("s_unweighted", "s_weighted", "kappa", "pi")
