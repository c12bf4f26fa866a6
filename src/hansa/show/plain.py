"""Answers and exhibits as JSON values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hansa.terms.exhibits import Answer, Chart, Exhibit, Map, Section, Statement, Table
from hansa.terms.reasons import Because


def value(item: Any) -> Any:
    """A cell as a JSON value; exact decimals stay texts."""
    if isinstance(item, Decimal):
        return str(item)
    if isinstance(item, date):
        return item.isoformat()
    return item


def reasons(because: Because) -> list[dict[str, Any]]:
    """Reasons as JSON values."""
    return [
        {
            "kind": reason.kind,
            "text": reason.text,
            "ref": reason.ref,
            "source": reason.source,
            "confidence": reason.confidence,
            "because": reasons(reason.because),
        }
        for reason in because
    ]


def table(item: Table) -> dict[str, Any]:
    """A table: columns with headings and units, rows as objects with reasons and marks."""
    rows = []
    for number, record in enumerate(item.records()):
        row = {key: value(cell) for key, cell in record.items()}
        if item.because:
            row["because"] = reasons(item.because[number])
        if item.marks:
            row["mark"] = item.marks[number]
        rows.append(row)
    return {
        "kind": "table",
        "key": item.key,
        "title": item.title,
        "columns": [{"key": c.key, "heading": c.heading, "unit": c.unit} for c in item.columns],
        "rows": rows,
        "note": item.note,
    }


def exhibit(item: Exhibit) -> dict[str, Any]:
    """Any exhibit."""
    if isinstance(item, Table):
        return table(item)
    if isinstance(item, Chart):
        return {
            "kind": f"chart: {item.kind}",
            "key": item.key,
            "title": item.title,
            "x": item.x,
            "y": item.y,
            "color": item.color,
            "table": table(item.table),
        }
    return _map(item)


def _map(item: Map) -> dict[str, Any]:
    return {
        "kind": "map",
        "key": item.key,
        "title": item.title,
        "legend": dict(item.legend),
        "shades": dict(item.shades),
        "points": [list(point) for point in item.points],
        "links": [list(link) for link in item.links],
    }


def statement(item: Statement) -> dict[str, Any]:
    """A sentence with its reasons."""
    said: dict[str, Any] = {"text": item.text, "because": reasons(item.because)}
    if item.mark:
        said["mark"] = item.mark
    return said


def section(item: Section) -> dict[str, Any]:
    """A section of a briefing."""
    return {
        "key": item.key,
        "title": item.title,
        "statements": [statement(s) for s in item.statements],
        "exhibits": [exhibit(e) for e in item.exhibits],
        "limits": list(item.limits),
    }


def answer(item: Answer) -> dict[str, Any]:
    """What a verb gave back."""
    return {
        "title": item.title,
        "statements": [statement(s) for s in item.statements],
        "exhibits": [exhibit(e) for e in item.exhibits],
        "limits": list(item.limits),
    }
