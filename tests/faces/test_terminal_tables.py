"""Tables in a terminal: a number is whole or not there, and what is left out is named."""

from __future__ import annotations

import io
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hansa.show.terminal import show_exhibit
from hansa.terms.exhibits import Column, Table


def shown(table: Table, width: int) -> str:
    out = io.StringIO()
    show_exhibit(Console(file=out, width=width), table, why=False)
    return out.getvalue()


def wide(numbers: list[float]) -> Table:
    columns = (
        Column("name", "Name"),
        *(Column(f"n{i}", f"Sum {i}", "USD", 2) for i in range(len(numbers))),
    )
    return Table("t", "Sums", columns, (("first", *numbers),))


@given(
    st.lists(st.floats(1e3, 1e9, allow_nan=False), min_size=1, max_size=14),
    st.integers(40, 160),
)
def test_a_number_is_never_cut(numbers: list[float], width: int) -> None:
    text = " ".join(shown(wide(numbers), width).split())
    for place, number in enumerate(numbers):
        told = f"{number:,.2f}" in text
        assert told or f"Sum {place} (USD)" in text.split("… and ")[-1]


@given(st.integers(30, 160))
def test_days_and_long_words_stay_readable(width: int) -> None:
    word = "Pneumonoultramicroscopic"
    columns = (Column("day", "Day"), Column("text", "Text"))
    table = Table("t", "Days", columns, ((date(2007, 10, 5), f"{word} and more words"),))
    text = shown(table, width)
    assert "2007-10-05" in text
    letters = "".join(text.split("2007-10-05")[1].split())
    assert letters.startswith(word[:14])
    assert letters.endswith("words")


def test_marks_are_signs_in_the_first_column() -> None:
    table = Table("t", "T", (Column("a", "A"),), (("x",), ("y",)), marks=("new", "gone"))
    text = shown(table, 40)
    assert "+ x" in text
    assert "- y" in text
