"""What is noted about the lines of a chunk: why some are rejected, which need a closer look."""

from __future__ import annotations

from typing import Final

import polars as pl

REASONS: Final = (
    "unreadable",
    "negative value",
    "missing cost",
    "no exchange rate",
    "unknown code",
    "overlapping measures",
    "missing quantity",
    "no exchange rate",
    "no rate",
    "missing quantity",
    "no exchange rate",
)
"""Words of rejected lines by number, in the order in which the cascade meets them: what lacks
for the customs value, for the duty options, and for what is levied on top."""

UNREADABLE, NEGATIVE, COST, EXCHANGE, CODE, OVERLAP = range(6)
QUANTITY, DUTY_EXCHANGE, RATE, TOP_QUANTITY, TOP_EXCHANGE = range(6, len(REASONS))


class Notes:
    """Notes on a chunk's lines.

    Parameters
    ----------
    lines : polars.DataFrame
        The chunk, as `Reader.read` gives it.
    """

    def __init__(self, lines: pl.DataFrame) -> None:
        self.height = lines.height
        self._rejected: list[tuple[int, pl.Series]] = [(UNREADABLE, lines["unreadable"])]
        self._hard: list[pl.Series] = [lines["hard"]]

    def reject(self, reason: int, where: pl.Series) -> None:
        """Lines that cannot be assessed; where two reasons meet, the earlier counts."""
        if where.any():
            self._rejected.append((reason, where.fill_null(value=False)))

    def look_closer(self, where: pl.Series) -> None:
        """Lines for the line-by-line assessment."""
        if where.any():
            self._hard.append(where.fill_null(value=False))

    def hard(self) -> pl.Series:
        """Lines for the line-by-line assessment, which also has the last word on reasons."""
        hard = self._hard[0]
        for where in self._hard[1:]:
            hard = hard | where
        return hard

    def reason(self) -> pl.Series:
        """The number of every line's reason; null for lines that are assessed."""
        reason = pl.Series([None], dtype=pl.Int8).new_from_index(0, self.height)
        for number, where in sorted(self._rejected, key=lambda note: -note[0]):
            if where.any():
                chosen = pl.when(where).then(pl.lit(number, pl.Int8)).otherwise(reason)
                reason = pl.select(chosen).to_series()
        return reason
