"""CSV by blocks: files of any size, and broken lines set apart with their numbers.

A declaration is one line of the file; a cell holds no line break. So a quotation mark that
nobody closed spoils its own line and not the rest of the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hansa.customs.bulk import Batch
from hansa.terms.errors import BadInput, Place

BLOCK = 1 << 25
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file of declarations.

    Parameters
    ----------
    path : Path
        The file: UTF-8, a header in its first line.
    separator : str
        Between cells.
    block : int
        Bytes read at a time.
    """

    path: Path
    separator: str = ","
    block: int = BLOCK

    @property
    def columns(self) -> list[str]:
        """Names in the header.

        Raises
        ------
        BadInput
            If there is none, or a name stands twice.
        """
        with self.path.open("rb") as file:
            first = file.readline()
        names = next(csv.reader([self._decoded(first)], delimiter=self.separator), [])
        names = [name.strip() for name in names]
        twice = sorted({name for name in names if names.count(name) > 1})
        if not names or twice:
            wrong = f"column {twice[0]!r} stands twice" if twice else "no header"
            raise BadInput(wrong, where=Place(self.path.name, 1))
        return names

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError:
            raise BadInput("the header is not UTF-8", where=Place(self.path.name, 1)) from None

    def batches(self) -> Iterator[Batch]:
        """The lines, a block at a time; ``row`` is the line's number in the file."""
        names = self.columns
        with self.path.open("rb") as file:
            file.readline()
            number, rest = 2, b""
            while True:
                read = file.read(self.block)
                block = rest + read
                end = block.rfind(b"\n") + 1 if read else len(block)
                rest = block[end:]
                if end:
                    lines = block[:end].count(b"\n") + (not block[:end].endswith(b"\n"))
                    yield self._batch(block[:end], number, names)
                    number += lines
                if not read:
                    return

    def _batch(self, block: bytes, first: int, names: list[str]) -> Batch:
        texts, undecoded = _lines(block)
        frame = pl.DataFrame(
            {"row": pl.int_range(first, first + len(texts), eager=True), "text": texts}
        ).with_columns(pl.col("text").str.strip_suffix("\r"))
        frame = frame.filter(pl.col("text").str.strip_chars() != "")
        cells = pl.col("text").str.count_matches(self.separator, literal=True) + 1
        quoted = pl.col("text").str.contains('"', literal=True)
        frame = frame.with_columns(cells=cells.cast(pl.Int64), quoted=quoted)
        if frame["quoted"].any():
            frame = self._count_quoted(frame)
        bad = (pl.col("cells") != len(names)) | pl.col("row").is_in([first + u for u in undecoded])
        good, wrong = frame.filter(~bad), frame.filter(bad)
        lines = self._parsed(good["text"], names)
        if lines.height != good.height:
            raise BadInput(
                f"{good.height} lines were read as {lines.height}",
                where=Place(self.path.name, first),
                remedy="a cell must not hold a line break",
            )
        broken = self._broken(wrong, len(names), {first + u for u in undecoded})
        return Batch(good["row"], lines, broken)

    def _count_quoted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Count cells of lines with quotation marks as a CSV reader does; -1 for unclosed ones."""
        counts = [
            _cells(text, self.separator) if quoted else cells
            for _, text, cells, quoted in frame.iter_rows()
        ]
        return frame.with_columns(cells=pl.Series(counts, dtype=pl.Int64))

    def _parsed(self, texts: pl.Series, names: list[str]) -> pl.DataFrame:
        if texts.is_empty():
            return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        return pl.read_csv(
            io.BytesIO("\n".join(texts).encode()),
            has_header=False,
            separator=self.separator,
            schema=dict.fromkeys(names, pl.String),
            infer_schema=False,
        )

    @staticmethod
    def _broken(wrong: pl.DataFrame, columns: int, undecoded: set[int]) -> pl.DataFrame | None:
        if wrong.is_empty():
            return None
        details = []
        for row, text, cells, _ in wrong.iter_rows():
            shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
            if row in undecoded:
                details.append(f"line {row}: not UTF-8: {shown}")
            elif cells < 0:
                details.append(f"line {row}: a quotation mark is not closed: {shown}")
            else:
                details.append(f"line {row}: {cells} cells under {columns} columns: {shown}")
        return pl.DataFrame({"row": wrong["row"], "detail": details})


def _lines(block: bytes) -> tuple[list[str], list[int]]:
    """The lines of a block, and the places of those that are not UTF-8."""
    try:
        texts = block.decode("utf-8").split("\n")
        return (texts[:-1] if texts[-1] == "" else texts), []
    except UnicodeDecodeError:
        raw = block.split(b"\n")
        raw = raw[:-1] if raw[-1] == b"" else raw
    texts, undecoded = [], []
    for place, line in enumerate(raw):
        try:
            texts.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(line.decode("utf-8", errors="replace"))
            undecoded.append(place)
    return texts, undecoded


def _cells(text: str, separator: str) -> int:
    try:
        found = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return -1
    return len(found[0]) if len(found) == 1 else -1
