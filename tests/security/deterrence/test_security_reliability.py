"""Honour rates."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hansa.security.deterrence import PUBLISHED, honour_rate, honour_rates
from hansa.sources.security import read_honour_records
from hansa.terms.errors import BadInput, UnknownCode


@pytest.mark.shared
@pytest.mark.parametrize(
    ("what", "kept", "invoked", "percent"),
    [
        ("all", 73, 146, 50),
        ("before 1945", 61, 92, 66),
        ("since 1945", 12, 54, 22),
        ("defense", 42, 102, 41),
        ("offense", 31, 42, 74),
        ("neutral", 35, 45, 78),
        ("nonagg", 18, 49, 37),
    ],
)
def test_seven_rates_of_berkemeier_and_fuhrmann_2018(
    shared: Path, what: str, kept: int, invoked: int, percent: int
) -> None:
    path = shared / "data/security/reliability/berkemeier_fuhrmann_2018.parquet"
    found = honour_rates(read_honour_records(path))[what]
    assert (found.kept, found.invoked) == (kept, invoked)
    assert round(100 * found.share) == percent
    assert (PUBLISHED[what].kept, PUBLISHED[what].invoked) == (kept, invoked)
    assert f"{percent}%" in str(found)


def test_a_promise_not_invoked_is_neither_kept_nor_broken() -> None:
    records = pl.DataFrame(
        {
            "sample": [1, 1, 0, 0],
            "honorLLM": [1, None, 0, None],
            "violateLLM": [None, 1, 1, None],
            "defense": [1, 1, 1, 1],
            "offense": [1, 0, 0, 0],
            "neutral": [1, 0, 0, 0],
            "nonagg": [1, 0, 0, 0],
        }
    )
    assert honour_rates(records)["all"].invoked == 3
    with pytest.raises(BadInput, match="both"):
        honour_rates(records.with_columns(honorLLM=pl.lit(1)))
    with pytest.raises(BadInput, match="neutral"):
        honour_rates(records.with_columns(neutral=pl.lit(0)))
    with pytest.raises(UnknownCode, match="sample"):
        honour_rates(records.drop("sample"))


def test_an_unknown_type_is_refused_with_the_nearest() -> None:
    assert honour_rate("defense").share == pytest.approx(42 / 102)
    with pytest.raises(UnknownCode, match="defense"):
        honour_rate("defence")
