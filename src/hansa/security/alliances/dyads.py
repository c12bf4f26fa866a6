"""Directed dyad-years: who owes whom what in which year, from the register's spells.

ATOP 5.1 codebook § 2.7: all ordered pairs of states that are members of an alliance in a
year, without pairs of which one left before, or on the day that, the other joined.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from hansa.record import Act, Timeline
from hansa.security.alliances.promises import PROMISES

_KEYS = ("ccode1", "ccode2", "year")


def _promised(act: Act | None) -> dict[str, int]:
    """What the act of joining promises, as 0 or 1 by promise."""
    said = act.payload.get("promises", []) if act else []
    held = said if isinstance(said, list) else []
    return {word: int(word in held) for word in PROMISES}


def member_spells(timeline: Timeline) -> pl.DataFrame:
    """Spells during which each state is bound by each treaty, with its promises.

    Returns
    -------
    polars.DataFrame
        ``treaty``, ``state``, ``start``, ``end`` (first day no longer bound, null if it
        still is), and the five promises as 0 or 1.
    """
    joined = {act.id: act for act in timeline.ledger.of("sign", "accede", "succeed")}
    rows: list[dict[str, Any]] = []
    for life in timeline.lives.values():
        for state, spells in life.spells.items():
            for spell in spells:
                period = spell.period
                by = joined.get(spell.because[0].ref) if spell.because else None
                promised = _promised(by or life.signed.get(state))
                rows.append(
                    {
                        "treaty": life.treaty.id,
                        "state": state,
                        "start": period.start,
                        "end": period.end,
                        **promised,
                    }
                )
    return pl.DataFrame(
        rows,
        schema={
            "treaty": pl.String,
            "state": pl.String,
            "start": pl.Date,
            "end": pl.Date,
            **dict.fromkeys(PROMISES, pl.Int8),
        },
    )


def directed_dyad_years(timeline: Timeline, last: int = 2018) -> pl.DataFrame:
    """What each state owes each other state in each year.

    Parameters
    ----------
    timeline : Timeline
        The fold of a world whose states are numbers as text, by the signature clock for
        ATOP's reading or by law: ``world.timeline(clock="signature")``.
    last : int
        Last year to which spells that still run are counted.

    Returns
    -------
    polars.DataFrame
        ``ccode1`` (bearer), ``ccode2`` (to whom), ``year`` and the five promises as 0 or 1
        (1 if any treaty in force on some day of the year holds it), sorted. A pair that
        shares a treaty but owes nothing stands with five zeros.
    """
    spells = member_spells(timeline).with_columns(
        code=pl.col("state").cast(pl.Int32),
        end=pl.col("end").fill_null(pl.date(last + 1, 1, 1)),
        ends=pl.col("end").fill_null(pl.date(last, 12, 31)),
    )
    partners = spells.select("treaty", "code", "start", "end", "ends")
    together = (
        spells.join(partners, on="treaty", suffix="2")
        .filter(pl.col("code") != pl.col("code2"))
        .with_columns(
            since=pl.max_horizontal("start", "start2"),
            until=pl.min_horizontal("end", "end2"),
            last=pl.min_horizontal("ends", "ends2"),
        )
        # both are members on some day: the day on which one leaves is no longer shared
        .filter(pl.col("since") < pl.col("until"))
    )
    years = pl.int_ranges(pl.col("since").dt.year(), pl.col("last").dt.year() + 1, dtype=pl.Int32)
    return (
        together.select(
            pl.col("code").alias("ccode1"),
            pl.col("code2").alias("ccode2"),
            years.alias("year"),
            *PROMISES,
        )
        .explode("year")
        .filter(pl.col("year") <= last)
        .group_by(_KEYS)
        .agg(pl.col(word).max() for word in PROMISES)
        .sort(_KEYS)
    )


def undirected(dyads: pl.DataFrame) -> pl.DataFrame:
    """One row per pair and year: a promise in either direction counts (max over the two).

    Parameters
    ----------
    dyads : polars.DataFrame
        As `directed_dyad_years` gives them.

    Returns
    -------
    polars.DataFrame
        The same columns with ``ccode1`` < ``ccode2``.
    """
    return (
        dyads.with_columns(
            ccode1=pl.min_horizontal("ccode1", "ccode2"),
            ccode2=pl.max_horizontal("ccode1", "ccode2"),
        )
        .group_by(_KEYS)
        .agg(pl.col(word).max() for word in PROMISES)
        .sort(_KEYS)
    )


def ties(dyads: pl.DataFrame) -> pl.DataFrame:
    """The strength of each directed tie, 0 to 3 (see `hansa.security.alliances.tie`)."""
    strong = (pl.col("defense") == 1) | (pl.col("offense") == 1)
    middling = (pl.col("neutral") == 1) | (pl.col("consul") == 1)
    level = (
        pl.when(strong)
        .then(3)
        .when(middling)
        .then(2)
        .when(pl.col("nonagg") == 1)
        .then(1)
        .otherwise(0)
    )
    return dyads.select(*_KEYS, tie=level.cast(pl.Int8))
