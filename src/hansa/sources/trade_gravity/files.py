"""Files and columns that must be there, with messages that name the nearest ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest, unknown


def existing(path: Path | str) -> Path:
    """The path, if there is such a file.

    Raises
    ------
    BadInput
        If there is none; names the nearest files of the folder.
    """
    file = Path(path)
    if not file.is_file():
        known = [other.name for other in file.parent.iterdir()] if file.parent.is_dir() else []
        raise BadInput(f"there is no file {file.name!r}", nearest=nearest(file.name, known))
    return file


def need(columns: Iterable[str], name: str, file: str) -> None:
    """Refuse a table without a column."""
    if name not in set(columns):
        raise unknown("column", name, columns, where=Place(file))
