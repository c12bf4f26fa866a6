"""Millions of lines: the same answers as line by line, in columns of scaled integers."""

from hansa.customs.bulk.declared import COLUMNS, Layout
from hansa.customs.bulk.run import Batch, BulkRun, Part
from hansa.customs.bulk.sheet import Sheet
from hansa.customs.bulk.table import (
    Assessment,
    Tally,
    Totals,
    assess_table,
    in_order,
    run_for,
    span_of,
)

__all__ = [
    "COLUMNS",
    "Assessment",
    "Batch",
    "BulkRun",
    "Layout",
    "Part",
    "Sheet",
    "Tally",
    "Totals",
    "assess_table",
    "in_order",
    "run_for",
    "span_of",
]
