"""Kept results come back as they were put, or are named as damaged."""

from __future__ import annotations

import multiprocessing
import os
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from polars.testing.parametric import dataframes

from hansa.store import Damaged, input_hash, open_results
from hansa.store.results import Results
from hansa.terms.errors import BadInput, StoreFailure

KEY = input_hash("gravity", 2007)
FRAME = pl.DataFrame(
    {
        "exporter": ["ARM", "BLR", None],
        "flow": [1.5, float("nan"), None],
        "on": [date(2000, 5, 24), None, date(2007, 10, 5)],
        "at": [datetime(2007, 10, 5, 12, tzinfo=UTC), None, None],
        "rate": [Decimal("12.50"), None, Decimal("0.05")],
        "path": [[1, 2], [], None],
        "both": [{"x": 1, "y": "a"}, {"x": None, "y": "b"}, {"x": 3, "y": None}],
        "took": [timedelta(seconds=5), None, timedelta(0)],
        "kind": pl.Series(["a", "b", "a"], dtype=pl.Enum(["a", "b"])),
        "n": pl.Series([1, 2, 255], dtype=pl.UInt8),
    }
)
META = {"versions": {"hansa": "0.1.0"}, "residual": 1e-12, "note": "сходится", "steps": [1, 2]}


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return open_results(tmp_path / "results")


def test_what_is_put_comes_back(results: Results) -> None:
    assert results.get(KEY) is None
    assert KEY not in results
    results.put(KEY, FRAME, META)
    kept = results.get(KEY)
    assert kept is not None
    assert_frame_equal(kept.frame, FRAME)
    assert kept.frame.schema == FRAME.schema
    assert kept.meta == META
    assert KEY in results
    assert list(results.keys()) == [KEY]


def test_other_tools_read_it(results: Results) -> None:
    path = results.put(KEY, FRAME, META)
    assert pq.read_table(path).column("exporter").to_pylist() == ["ARM", "BLR", None]
    assert pq.ParquetFile(path).metadata.num_rows == 3
    assert_frame_equal(pl.scan_parquet(path).filter(pl.col("n") > 1).collect(), FRAME[1:])
    assert_frame_equal(pl.read_parquet(path), FRAME)


def test_meta_cannot_be_changed(results: Results) -> None:
    results.put(KEY, FRAME, META)
    kept = results.get(KEY)
    assert kept is not None
    with pytest.raises(TypeError):
        kept.meta["note"] = "other"  # type: ignore[index]  # the point


def test_the_last_put_counts(results: Results) -> None:
    results.put(KEY, FRAME)
    results.put(KEY, FRAME[:1], {"second": True})
    kept = results.get(KEY)
    assert kept is not None
    assert kept.frame.height == 1
    assert kept.meta == {"second": True}


def test_dropping(results: Results) -> None:
    results.put(KEY, FRAME)
    results.drop(KEY)
    results.drop(KEY)
    assert results.get(KEY) is None


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    frame=dataframes(
        max_cols=4,
        max_size=6,
        excluded_dtypes=[pl.Categorical],
        allow_infinity=True,
    )
)
def test_any_frame_comes_back_or_is_refused(results: Results, frame: pl.DataFrame) -> None:
    key = input_hash(frame)
    try:
        results.put(key, frame)
    except BadInput:
        assert key not in results
        return
    kept = results.get(key)
    assert kept is not None
    assert_frame_equal(kept.frame, frame)


@pytest.mark.parametrize("frame", [pl.DataFrame(), FRAME.clear(), FRAME.select("n")[:0]])
def test_frames_without_rows(results: Results, frame: pl.DataFrame) -> None:
    results.put(KEY, frame)
    kept = results.get(KEY)
    assert kept is not None
    assert_frame_equal(kept.frame, frame)


def test_what_parquet_cannot_keep_is_refused(results: Results) -> None:
    with pytest.raises(BadInput, match="this result cannot be kept: cannot write 'Object'"):
        results.put(KEY, pl.DataFrame({"a": [object()]}, schema={"a": pl.Object}))
    with pytest.raises(BadInput, match="this result cannot be kept"):
        results.put(KEY, FRAME, {"a": float("nan")})
    with pytest.raises(BadInput, match="this result cannot be kept"):
        results.put(KEY, FRAME, {"a": date(2000, 5, 24)})  # type: ignore[dict-item]  # the point
    assert not results.folder.exists()


@pytest.mark.parametrize("key", ["", "abc", "../" * 20 + "etc", KEY.upper(), KEY + "\n"])
def test_keys_that_are_none(results: Results, key: str) -> None:
    for use in (results.get, results.path, results.drop):
        with pytest.raises(BadInput, match="is not the hash of inputs"):
            use(key)


# Damage


def test_a_file_cut_short_is_named(results: Results) -> None:
    path = results.put(KEY, FRAME)
    for left in (0, 1, 100, path.stat().st_size - 1):
        os.truncate(path, left)
        with pytest.raises(Damaged, match=rf"{KEY}.*delete it: the result will be computed again"):
            results.get(KEY)
        path = results.put(KEY, FRAME)
    assert results.get(KEY) is not None


def test_a_file_under_another_key_is_not_taken(results: Results) -> None:
    path = results.put(KEY, FRAME)
    other = input_hash("other")
    results.path(other).parent.mkdir()
    path.rename(results.path(other))
    with pytest.raises(Damaged):
        results.get(other)


def test_a_parquet_file_of_somebody_else_is_not_taken(results: Results) -> None:
    path = results.put(KEY, FRAME)
    FRAME.write_parquet(path)
    with pytest.raises(Damaged):
        results.get(KEY)


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_byte_changed_is_noticed(results: Results, data: st.DataObject) -> None:
    path = results.put(KEY, FRAME, META)
    content = bytearray(path.read_bytes())
    where = data.draw(st.integers(0, len(content) - 1))
    content[where] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(Damaged):
        results.get(KEY)


def test_a_file_that_may_not_be_read(results: Results) -> None:
    path = results.path(KEY)
    path.mkdir(parents=True)
    with pytest.raises(StoreFailure, match="the result cannot be read"):
        results.get(KEY)
    with pytest.raises(StoreFailure, match="the result cannot be written"):
        results.put(KEY, FRAME)
    assert [p for p in path.parent.iterdir() if p != path] == []


# Killed


def put_for_ever(folder: Path) -> None:
    results = Results(folder)
    number = 0
    while True:
        results.put(KEY, pl.DataFrame({"n": np.full(20_000, number)}), {"n": number})
        number += 1


def test_killed_while_putting_leaves_the_old_result_or_the_new(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "hansa.store.results"])
    seen = set()
    for round_ in range(8):
        process = context.Process(target=put_for_ever, args=(tmp_path,), daemon=True)
        process.start()
        while KEY not in Results(tmp_path) and process.is_alive():
            time.sleep(0.001)
        time.sleep(0.02 + round_ * 0.007)
        process.kill()
        process.join()
        kept = Results(tmp_path).get(KEY)
        assert kept is not None
        assert kept.frame["n"].unique().to_list() == [kept.meta["n"]]
        seen.add(kept.meta["n"])
    assert max(seen) > 0


def test_what_killed_processes_left_is_swept_away(tmp_path: Path) -> None:
    results = Results(tmp_path)
    path = results.put(KEY, FRAME)
    old, fresh = (path.with_name(f".{KEY}.1.{name}.unfinished") for name in ("old", "fresh"))
    for left in (old, fresh):
        left.write_bytes(b"half")
    os.utime(old, (0, 0))
    Results(tmp_path)
    assert not old.exists()
    assert fresh.exists()
    assert list(results.keys()) == [KEY]
