"""Charts as values drawn as SVG, offline: Altair describes, vl-convert renders."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import altair as alt
import vl_convert

from hansa.show.colours import GREY, INK, SERIES
from hansa.terms.exhibits import Cell, Chart

WIDTH = 680
BAR = 18


def specification(chart: Chart) -> dict[str, Any]:
    """The chart as a Vega-Lite specification."""
    data = alt.Data(values=_values(chart))
    base = alt.Chart(data, width=WIDTH)
    made = {
        "bar": _bar,
        "line": _line,
        "scatter": _scatter,
        "stack": _stack,
        "heat": _heat,
        "timeline": _timeline,
    }[chart.kind](base, chart)
    styled = (
        made.configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, labelFontSize=12, titleFontSize=12)
        .configure_legend(labelColor=INK, titleColor=INK, orient="top")
    )
    found: dict[str, Any] = styled.to_dict()
    return found


def svg(chart: Chart) -> str:
    """The chart as an SVG element that names itself to screen readers."""
    drawn = vl_convert.vegalite_to_svg(specification(chart))
    title = chart.title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{title}" ', drawn, count=1)


def png(chart: Chart, scale: float = 2.0) -> bytes:
    """The chart as a PNG picture."""
    drawn: bytes = vl_convert.vegalite_to_png(specification(chart), scale=scale)
    return drawn


def _values(chart: Chart) -> list[dict[str, Any]]:
    return [
        {key: _plain(value) for key, value in record.items()} for record in chart.table.records()
    ]


def _plain(value: Cell) -> Any:
    """Vega-Lite takes numbers, truth values and texts."""
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, int | float | bool) or value is None else str(value)


def _heading(chart: Chart, key: str) -> str:
    for column in chart.table.columns:
        if column.key == key:
            return f"{column.heading}, {column.unit}" if column.unit else column.heading
    return key


def _colour(chart: Chart) -> Any:
    if not chart.color:
        return alt.value(SERIES[0])
    return alt.Color(
        f"{chart.color}:N", scale=alt.Scale(range=list(SERIES)), title=_heading(chart, chart.color)
    )


def _bar(base: alt.Chart, chart: Chart) -> Any:
    rows = len({record[chart.x] for record in chart.table.records()})
    drawn = base.mark_bar().encode(
        y=alt.Y(f"{chart.x}:N", sort=None, title=None),
        x=alt.X(f"{chart.y}:Q", title=_heading(chart, chart.y)),
        color=_colour(chart),
    )
    if chart.color:
        series = len({record[chart.color] for record in chart.table.records()})
        drawn = drawn.encode(yOffset=alt.YOffset(f"{chart.color}:N"))
        return drawn.properties(height=max(60, rows * series * 12))
    return drawn.properties(height=max(60, rows * BAR))


def _stack(base: alt.Chart, chart: Chart) -> Any:
    rows = len({record[chart.x] for record in chart.table.records()})
    return (
        base.mark_bar()
        .encode(
            y=alt.Y(f"{chart.x}:N", sort=None, title=None),
            x=alt.X(f"{chart.y}:Q", title=_heading(chart, chart.y)),
            color=_colour(chart),
        )
        .properties(height=max(60, rows * BAR))
    )


def _axis(chart: Chart, key: str) -> str:
    first = next((record[key] for record in chart.table.records()), None)
    if isinstance(first, int | float | Decimal):
        return f"{key}:Q"
    return f"{key}:T" if hasattr(first, "isoformat") else f"{key}:N"


def _line(base: alt.Chart, chart: Chart) -> Any:
    return (
        base.mark_line(point=True)
        .encode(
            x=alt.X(_axis(chart, chart.x), title=_heading(chart, chart.x)),
            y=alt.Y(f"{chart.y}:Q", title=_heading(chart, chart.y)),
            color=_colour(chart),
        )
        .properties(height=260)
    )


def _scatter(base: alt.Chart, chart: Chart) -> Any:
    return (
        base.mark_point(filled=True, size=60)
        .encode(
            x=alt.X(_axis(chart, chart.x), title=_heading(chart, chart.x)),
            y=alt.Y(f"{chart.y}:Q", title=_heading(chart, chart.y)),
            color=_colour(chart),
        )
        .properties(height=300)
    )


def _heat(base: alt.Chart, chart: Chart) -> Any:
    rows = len({record[chart.y] for record in chart.table.records()})
    return (
        base.mark_rect()
        .encode(
            x=alt.X(f"{chart.x}:N", sort=None, title=None),
            y=alt.Y(f"{chart.y}:N", sort=None, title=None),
            color=alt.Color(
                f"{chart.color}:Q",
                scale=alt.Scale(scheme="blues"),
                title=_heading(chart, chart.color),
            ),
        )
        .properties(height=max(60, rows * BAR))
    )


def _timeline(base: alt.Chart, chart: Chart) -> Any:
    rows = len({record[chart.y] for record in chart.table.records()})
    values = list(dict.fromkeys(str(r[chart.color]) for r in chart.table.records()))
    colours = [GREY if value == "not" else SERIES[i % 6] for i, value in enumerate(values)]
    colour: Any = alt.value(SERIES[0])
    if chart.color:
        colour = alt.Color(
            f"{chart.color}:N",
            scale=alt.Scale(domain=values, range=colours),
            title=_heading(chart, chart.color),
        )
    return (
        base.mark_bar(height=12)
        .encode(
            x=alt.X(f"{chart.x}:T", title=None),
            x2=f"{chart.x2}:T",
            y=alt.Y(f"{chart.y}:N", sort=None, title=None),
            color=colour,
        )
        .properties(height=max(60, rows * BAR))
    )
