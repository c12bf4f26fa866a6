"""The field's vocabulary names every column that files of customs may have."""

from __future__ import annotations

import csv
from importlib.resources import files

from hansa import customs
from hansa.customs.bulk import COLUMNS
from hansa.sources.customs.books import MEASURES


def words() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    text = files("hansa.terms").joinpath("fields", "customs.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        table, _, column = row["name"].partition(".")
        assert row["meaning"], row
        found.setdefault(table, set()).add(column)
    return found


def test_every_column_of_declarations_is_in_the_vocabulary() -> None:
    assert set(COLUMNS) <= words()["declarations"]


def test_every_column_of_measures_is_in_the_vocabulary() -> None:
    assert set(MEASURES) <= words()["measures"]


def test_the_public_face_is_there() -> None:
    assert all(hasattr(customs, name) for name in customs.__all__)
    assert list(customs.__all__) == sorted(customs.__all__)
