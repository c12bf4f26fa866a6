"""One digest for any input: the key under which a result is kept.

The digest is taken over values, not over how they lie in memory: the order of an object's keys,
the chunks of a frame and the strides and byte order of an array make no difference. Every value
is written with a tag and its length, so ``1``, ``1.0``, ``"1"`` and ``true`` are four things, and
``("ab", "c")`` is not ``("a", "bc")``.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from hansa.terms.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    import polars as pl


class _Sink(Protocol):
    def update(self, data: bytes, /) -> None: ...


def input_hash(*parts: object) -> str:
    """SHA-256 over values, the same on every machine and in every process (hexadecimal).

    Parameters
    ----------
    *parts : object
        JSON-able values (a tuple counts as a list), ``bytes``, ``Decimal``, ``date`` and aware
        or naive ``datetime``, numpy arrays and scalars, polars frames and series.

    Raises
    ------
    BadInput
        If a part is of another kind.
    """
    sink = sha256(b"hansa input 1\n")
    for part in parts:
        _feed(sink, part)
    return sink.hexdigest()


def _put(sink: _Sink, tag: str, data: bytes) -> None:
    sink.update(tag.encode() + struct.pack("<Q", len(data)))
    sink.update(data)


def _feed(sink: _Sink, value: object) -> None:
    match value:
        case None | True | False:
            _put(sink, "c", repr(value).encode())
        case int():
            _put(sink, "i", str(int(value)).encode())
        case float():
            _put(sink, "f", _double(value))
        case str():
            _put(sink, "s", value.encode("utf-8", "surrogatepass"))
        case bytes() | bytearray() | memoryview():
            _put(sink, "b", bytes(value))
        case datetime() | date():
            _put(sink, "t", value.isoformat().encode())
        case Mapping():
            _feed_mapping(sink, value)
        case list() | tuple():
            _put(sink, "[", str(len(value)).encode())
            for item in value:
                _feed(sink, item)
        case _:
            _feed_foreign(sink, value)


def _double(value: float) -> bytes:
    return struct.pack("<d", value if value == value else float("nan"))  # noqa: PLR0124 NaN only


def _feed_mapping(sink: _Sink, value: Mapping[Any, object]) -> None:
    wrong = next((key for key in value if not isinstance(key, str)), None)
    if wrong is not None:
        raise BadInput(f"the key {wrong!r} of an object is not text")
    _put(sink, "{", str(len(value)).encode())
    for key in sorted(value):
        _feed(sink, key)
        _feed(sink, value[key])


def _feed_foreign(sink: _Sink, value: object) -> None:
    """Values of other modules, without importing any for those who don't use it."""
    library = type(value).__module__.partition(".")[0]
    if library == "decimal":
        return _put(sink, "d", str(value).encode())
    if library == "numpy":
        import numpy as np

        if isinstance(value, np.ndarray):
            return _feed_array(sink, value)
        if isinstance(value, np.generic) and not isinstance(value, np.void):
            return _feed_scalar(sink, value)
    if library == "polars":
        import polars as pl

        if isinstance(value, pl.DataFrame):
            return _feed_frame(sink, value)
        if isinstance(value, pl.Series):
            return _feed_series(sink, value)
    raise BadInput(
        f"a value of type {type(value).__qualname__} has no canonical digest",
        remedy="give JSON-able values, bytes, numpy arrays or polars frames",
    )


def _feed_scalar(sink: _Sink, value: np.generic) -> None:
    """As the Python value if there is one: ``np.int64(1)`` is ``1``."""
    import numpy as np

    plain = value.item()
    if isinstance(plain, np.generic) or isinstance(value, np.datetime64 | np.timedelta64):
        _feed_array(sink, np.asarray(value))
    else:
        _feed(sink, plain)


def _feed_array(sink: _Sink, array: np.ndarray[Any, Any]) -> None:
    import numpy as np

    kind = array.dtype.kind
    if kind == "U":  # its width in memory says nothing about the values
        _put(sink, "n", f"text {array.shape}".encode())
        return _feed(sink, array.ravel().tolist())
    if kind not in "biufcmM":
        raise BadInput(f"an array of {array.dtype} has no canonical digest")
    plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    if kind in "fc" and bool(np.isnan(plain).any()):
        plain = np.where(np.isnan(plain), plain.dtype.type("nan"), plain)
    _put(sink, "n", f"{plain.dtype.str} {array.shape}".encode())
    return _put(sink, "b", plain.tobytes())


def _feed_frame(sink: _Sink, frame: pl.DataFrame) -> None:
    _put(sink, "p", f"{frame.height} {frame.width}".encode())
    for column in frame.iter_columns():
        _feed_series(sink, column)


def _feed_series(sink: _Sink, series: pl.Series) -> None:
    _put(sink, "v", f"{series.name}\n{series.dtype!r} {len(series)}".encode())
    _feed_values(sink, series)


def _as_text() -> tuple[type[pl.DataType], ...]:
    """Types that are hashed as text: numpy has no such numbers, categories have no fixed codes."""
    import polars as pl

    numbers = (pl.Decimal, pl.Int128, pl.UInt128)
    return (pl.String, pl.Binary, pl.Categorical, pl.Enum, *numbers)


def _feed_values(sink: _Sink, series: pl.Series) -> None:
    """The null mask, then the values without what lies under the nulls."""
    import polars as pl

    _put(sink, "0", series.is_null().to_numpy().tobytes())
    values = series.drop_nulls()
    dtype = values.dtype
    if isinstance(dtype, pl.List | pl.Array):
        lists = values.cast(pl.List(dtype.inner)) if isinstance(dtype, pl.Array) else values
        _feed_values(sink, lists.list.len())
        _feed_values(sink, lists.filter(lists.list.len() > 0).explode())
    elif dtype == pl.Struct:
        for field in values.struct.fields:
            _feed_values(sink, values.struct.field(field))
    elif isinstance(dtype, _as_text()):
        plain = values if dtype == pl.Binary else values.cast(pl.String).cast(pl.Binary)
        _feed_values(sink, plain.bin.size().cast(pl.UInt64))
        sink.update(b"".join(plain.to_list()))
    elif dtype == pl.Boolean:
        sink.update(values.to_numpy().tobytes())
    elif isinstance(dtype, pl.Object | pl.Unknown):
        raise BadInput(f"column {series.name!r} of type {dtype} has no canonical digest")
    elif dtype != pl.Null:
        physical = values.to_physical()
        if dtype.is_float():
            physical = physical.fill_nan(float("nan"))
        array = physical.to_numpy()
        sink.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
