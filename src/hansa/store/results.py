"""Results of long computations, as Parquet files named by the hash of their inputs.

A file holds the frame, what is to be known about it, and a seal: a digest over all its bytes,
which says whether it is what was put before a reader of Parquet sees it (a damaged file can bring
down the whole process). The seal stands between the data and the footer, where the format leaves
room: any tool that reads Parquet reads the file.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from hansa.store.failures import Damaged, Full, ReadOnly
from hansa.terms.errors import BadInput, Place, StoreFailure

if TYPE_CHECKING:
    from hansa.record.acts import Json

_KEY = re.compile(r"[0-9a-f]{64}")
_NOTE = "hansa"  # key of the file's own metadata
_SEAL = b"hansa result 1\n"
_STALE = 3600.0  # seconds after which an unfinished file belongs to nobody any more


@dataclass(frozen=True, slots=True)
class Kept:
    """A result as it was put.

    Parameters
    ----------
    frame : polars.DataFrame
        The result.
    meta : mapping
        What was put with it, as JSON values.
    """

    frame: pl.DataFrame
    meta: Mapping[str, Json]


class Results:
    """Frames by the hash of the inputs that they follow from.

    Parameters
    ----------
    folder : Path
        Where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sweep()

    def path(self, key: str) -> Path:
        """The file of a key.

        Raises
        ------
        BadInput
            If the key is not an `input_hash`.
        """
        if _KEY.fullmatch(key) is None:
            raise BadInput(f"{key[:80]!r} is not the hash of inputs", remedy="use input_hash(...)")
        return self.folder / key[:2] / f"{key}.parquet"

    def __contains__(self, key: str) -> bool:
        return self.path(key).is_file()

    def keys(self) -> Iterator[str]:
        """The keys of all results, in order."""
        return iter(sorted(p.stem for p in self.folder.glob("??/*.parquet")))

    def put(self, key: str, frame: pl.DataFrame, meta: Mapping[str, Json] | None = None) -> Path:
        """Keep a result: whole, or not at all. What was under the key is replaced.

        Parameters
        ----------
        key : str
            The `input_hash` of everything that the result follows from.
        frame : polars.DataFrame
            The result.
        meta : mapping, optional
            What is to be known about it: versions, parameters.

        Raises
        ------
        BadInput
            If the frame or ``meta`` cannot be written so that the same comes back.
        Full, ReadOnly, StoreFailure
            If the disk refuses.
        """
        path = self.path(key)
        data = self._encode(key, frame, dict(meta or {}))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)
        except OSError as error:
            raise _refused(error, path) from error
        return path

    def get(self, key: str) -> Kept | None:
        """What was put under the key, ``None`` if nothing was.

        Raises
        ------
        Damaged
            If the file is not what was put.
        StoreFailure
            If it cannot be read.
        """
        path = self.path(key)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreFailure(
                f"the result cannot be read: {error.strerror}", where=Place(str(path))
            ) from error
        kept = _decode(key, data)
        if kept is None:
            raise Damaged(
                "the file is not the result that was put",
                where=Place(str(path)),
                remedy="delete it: the result will be computed again",
            )
        return kept

    def drop(self, key: str) -> None:
        """Forget a result, damaged or not, if there is one."""
        path = self.path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _refused(error, path) from error

    def _encode(self, key: str, frame: pl.DataFrame, meta: dict[str, Json]) -> bytes:
        try:
            note = json.dumps({"key": key, "meta": meta}, allow_nan=False)
            buffer = io.BytesIO()
            frame.write_parquet(buffer, metadata={_NOTE: note})
            data = buffer.getvalue()
            back = pl.read_parquet(io.BytesIO(data))
        except (TypeError, ValueError, pl.exceptions.PolarsError) as wrong:
            raise BadInput(f"this result cannot be kept: {wrong}") from wrong
        # a column type that Parquet knows otherwise is better refused now than missed later
        if back.schema != frame.schema or not back.equals(frame):
            raise BadInput(
                "this result cannot be kept: Parquet does not give back what was put in",
                remedy=f"cast the columns to plain types; they are {dict(frame.schema)}",
            )
        return _sealed(data)

    def _sweep(self) -> None:
        """Remove what killed processes left unfinished."""
        with contextlib.suppress(OSError):
            for path in self.folder.glob("??/.*.unfinished"):
                if time.time() - path.stat().st_mtime > _STALE:
                    path.unlink(missing_ok=True)


def _footer(data: bytes) -> int:
    """Where the footer of a Parquet file begins: its length stands before the last four bytes."""
    return len(data) - 8 - int.from_bytes(data[-8:-4], "little")


def _sealed(data: bytes) -> bytes:
    """The file with the digest over its bytes before the footer."""
    footer = _footer(data)
    return data[:footer] + _SEAL + sha256(data).digest() + data[footer:]


def _unsealed(data: bytes) -> bytes | None:
    """The file without its seal, ``None`` if the seal is not that of these bytes."""
    footer = _footer(data)
    start = footer - len(_SEAL) - 32
    if start < 0 or data[start : footer - 32] != _SEAL:
        return None
    plain = data[:start] + data[footer:]
    return plain if sha256(plain).digest() == data[footer - 32 : footer] else None


def _decode(key: str, data: bytes) -> Kept | None:
    """The result in the file's bytes, if they are what was written under this key."""
    plain = _unsealed(data)
    if plain is None:
        return None
    note = json.loads(pl.read_parquet_metadata(io.BytesIO(plain))[_NOTE])
    if note["key"] != key:
        return None
    return Kept(pl.read_parquet(io.BytesIO(plain)), MappingProxyType(note["meta"]))


def _write(path: Path, data: bytes) -> None:
    """Temporary file, sync, rename, sync of the folder: a crash leaves the old file or the new."""
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.{secrets.token_hex(4)}.unfinished")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(error: OSError, path: Path) -> StoreFailure:
    where = Place(str(path))
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Full("the disk is full, the result was not kept", where=where, remedy="make room")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return ReadOnly(
            f"the result cannot be written: {error.strerror}",
            where=where,
            remedy="give a folder that you may write to",
        )
    return StoreFailure(
        f"the result cannot be written: {error.strerror}", where=where, remedy="check the disk"
    )
