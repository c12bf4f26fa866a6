"""The key of a result: equal for equal inputs, different for different ones."""

from __future__ import annotations

import subprocess
import sys
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.store import input_hash
from hansa.terms.errors import BadInput

DIFFERENT: list[tuple[object, ...]] = [
    (),
    (None,),
    (None, None),
    (True,),
    (1,),
    (1.0,),
    ("1",),
    (b"1",),
    (Decimal("1"),),
    (Decimal("1.0"),),
    ("",),
    ([],),
    ({},),
    ([1],),
    ([[1]],),
    ([1, 2],),
    ([2, 1],),
    (1, 2),
    (12,),
    ("ab", "c"),
    ("a", "bc"),
    (["ab"], "c"),
    (0.0,),
    (-0.0,),
    (float("nan"),),
    (float("inf"),),
    ({"a": 1},),
    ({"a": 2},),
    ({"a": None},),
    ({"b": 1},),
    ({"a": {"a": 1}},),
    (date(2000, 5, 24),),
    (datetime(2000, 5, 24),),
    (datetime(2000, 5, 24, tzinfo=UTC),),
    ("2000-05-24",),
    (np.array([1, 2]),),
    (np.array([1, 2], dtype=np.int32),),
    (np.array([1.0, 2.0]),),
    (np.array([[1, 2]]),),
    (np.array([[1], [2]]),),
    (np.array([True, False]),),
    (np.array(["RUS", "BLR"]),),
    (np.array([["RUS", "BLR"]]),),
    (np.array([], dtype=np.float64),),
    (np.array(["2000-05-24"], dtype="M8[D]"),),
    (np.array(["2000-05-24"], dtype="M8[s]"),),
    (pl.DataFrame(),),
    (pl.DataFrame({"a": []}),),
    (pl.DataFrame({"a": [1]}),),
    (pl.DataFrame({"b": [1]}),),
    (pl.DataFrame({"a": [1]}, schema={"a": pl.Int32}),),
    (pl.DataFrame({"a": [1], "b": [2]}),),
    (pl.DataFrame({"b": [2], "a": [1]}),),
    (pl.DataFrame({"a": [1, None]}),),
    (pl.DataFrame({"a": [None, 1]}),),
    (pl.DataFrame({"a": [0, 1]}),),
    (pl.DataFrame({"a": ["ab", "c"]}),),
    (pl.DataFrame({"a": ["a", "bc"]}),),
    (pl.DataFrame({"a": ["", None]}),),
    (pl.DataFrame({"a": [None, ""]}),),
    (pl.DataFrame({"a": [[1], [2, 3]]}),),
    (pl.DataFrame({"a": [[1, 2], [3]]}),),
    (pl.DataFrame({"a": [[], [1, 2, 3]]}),),
    (pl.DataFrame({"a": [[None], [1, 2, 3]]}),),
    (pl.DataFrame({"a": [None, [1, 2, 3]]}),),
    (pl.DataFrame({"a": [{"x": 1, "y": 2}]}),),
    (pl.DataFrame({"a": [{"x": 2, "y": 1}]}),),
    (pl.DataFrame({"a": [{"y": 2, "x": 1}]}),),
    (pl.DataFrame({"a": [True]}),),
    (pl.DataFrame({"a": [float("nan")]}),),
    (pl.DataFrame({"a": [date(2000, 5, 24)]}),),
    (pl.DataFrame({"a": [Decimal("1.5")]}),),
    (pl.DataFrame({"a": [b"x"]}),),
    (pl.Series("a", [1]),),
    (pl.Series([1]),),
]


def test_different_inputs_have_different_keys() -> None:
    keys = [input_hash(*parts) for parts in DIFFERENT]
    assert len(set(keys)) == len(DIFFERENT)
    assert all(len(key) == 64 for key in keys)


def test_the_order_of_keys_makes_no_difference() -> None:
    one = {"on": "2000-05-24", "members": ["RUS", "BLR"]}
    other = OrderedDict(members=("RUS", "BLR"), on="2000-05-24")
    assert input_hash(one) == input_hash(other) == input_hash(MappingProxyType(one))


def test_how_an_array_lies_in_memory_makes_no_difference() -> None:
    plain = np.arange(12, dtype=np.float64).reshape(3, 4)
    for same in (
        np.asfortranarray(plain),
        plain.astype(">f8"),
        np.repeat(plain, 2, axis=0)[::2],
        plain[::-1][::-1],
    ):
        assert input_hash(same) == input_hash(plain)
    assert input_hash(plain.T) != input_hash(plain)


def test_the_width_of_text_arrays_makes_no_difference() -> None:
    assert input_hash(np.array(["RUS"], dtype="U3")) == input_hash(np.array(["RUS"], dtype="U9"))


def test_every_nan_is_one() -> None:
    odd = np.array([np.uint64(0x7FF8000000000001)]).view(np.float64)
    assert input_hash(float(odd[0])) == input_hash(float("nan"))
    assert input_hash(odd) == input_hash(np.array([np.nan]))
    assert input_hash(pl.Series("x", odd)) == input_hash(pl.Series("x", [float("nan")]))


def test_scalars_of_numpy_are_plain_numbers() -> None:
    assert input_hash(np.int64(3), np.float64(0.5), np.bool_(True), np.str_("RUS")) == input_hash(
        3, 0.5, True, "RUS"
    )
    assert input_hash(np.datetime64("2000-05-24")) != input_hash(np.datetime64("2000-05-25"))


def test_chunks_and_what_lies_under_nulls_make_no_difference() -> None:
    whole = pl.DataFrame({"a": ["x", "y", None], "b": [[1], None, [2, 3]], "c": [1.5, None, 2.5]})
    chunked = pl.concat([whole[:1], whole[1:2], whole[2:]], rechunk=False)
    assert chunked.n_chunks() == 3
    assert input_hash(chunked) == input_hash(whole)
    assert input_hash(whole[1:][:2]) == input_hash(pl.DataFrame(whole[1:].to_dict(as_series=False)))
    covered = (
        pl.Series("c", [1.5, 9.0, 2.5]).to_frame().with_columns(pl.when(pl.col("c") < 5).then("c"))
    )
    assert input_hash(covered) == input_hash(whole.select("c"))


def test_categories_are_their_texts() -> None:
    one = pl.Series("a", ["x", "y", "x"], dtype=pl.Categorical)
    pl.Series("noise", ["y", "z"], dtype=pl.Categorical)
    other = pl.Series("a", ["y", "x", "y", "x"], dtype=pl.Categorical)[1:]
    assert input_hash(one) == input_hash(other)


@pytest.mark.parametrize(
    "wrong",
    [
        {1, 2},
        object(),
        {1: "a"},
        1 + 2j,
        timedelta(1),
        np.array([object()]),
        np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
        pl.DataFrame({"a": [object()]}, schema={"a": pl.Object}),
        pl.LazyFrame({"a": [1]}),
        [[{"deep": object}]],
    ],
)
def test_what_has_no_canonical_digest_is_refused(wrong: object) -> None:
    with pytest.raises(BadInput):
        input_hash(wrong)


def test_the_key_is_the_same_in_every_process() -> None:
    """And in every version, or old results would not be found."""
    program = (
        "import polars as pl; from hansa.store import input_hash;"
        "print(input_hash({'b': 1, 'a': ['x', 2.5]}, pl.DataFrame({'s': ['x', None]})))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {
        input_hash({"a": ["x", 2.5], "b": 1}, pl.DataFrame({"s": ["x", None]})),
        "e49a7cd6b44554f91d0f9241b1e2965d523bdc634358294668b47e80bdff293e",
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(json_values, json_values)
def test_keys_are_equal_if_and_only_if_the_values_are(one: Any, other: Any) -> None:
    """Equal as JSON: Python takes 1, 1.0 and True for the same."""
    assert (input_hash(one) == input_hash(other)) == (repr_of(one) == repr_of(other))


def repr_of(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{k!r}:{repr_of(v)}" for k, v in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(repr_of, value)) + "]"
    return repr(value)
