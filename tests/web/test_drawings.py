"""Drawings lose characters, not looks."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from hansa.faces.web.render.drawings import INHERITED, lean
from hansa.show import charts, maps
from hansa.terms.exhibits import Chart, Column, Map, Table

COLUMNS = (
    Column("who", "Who"),
    Column("kind", "Kind"),
    Column("value", "Value", decimals=1),
    Column("since", "Since"),
    Column("until", "Until"),
)
ROWS = (
    ("ARM", "a & b", 1.25, date(1992, 5, 15), date(1999, 4, 2)),
    ("BLR", "<c>", -3.5, date(1993, 12, 31), date(2000, 1, 1)),
    ("KAZ", "a & b", 7.0, date(1994, 4, 20), date(2007, 10, 5)),
)
TABLE = Table("t", "T", COLUMNS, ROWS)
CHARTS = [
    Chart("bars", "Bars & more", "bar", TABLE, "who", "value", "kind"),
    Chart("lines", "Lines", "line", TABLE, "since", "value", "kind"),
    Chart("points", "Points", "scatter", TABLE, "value", "value", "kind"),
    Chart("stack", "Stack", "stack", TABLE, "who", "value", "kind"),
    Chart("heat", "Heat", "heat", TABLE, "who", "kind", "value"),
    Chart("time", "Time", "timeline", TABLE, "since", "who", "kind", "until"),
]
TILES = {"ARM": (2, 1), "BLR": (1, 0), "KAZ": (4, 1)}
MAPS = [
    Map("m", "Map", shades={"ARM": "in", "BLR": "out"}, legend=(("in", "In"), ("out", "Out"))),
    Map(
        "w", "Ways", points=((44.5, 40.2, "Yerevan", "in"),),
        links=((44.5, 40.2, 37.6, 55.7, "a way", "in"),), legend=(("in", "In"),),
    ),
]  # fmt: skip
DRAWN = [charts.svg(chart) for chart in CHARTS] + [
    maps.svg(drawn, TILES, {"ARM": (44.5, 40.2)}) for drawn in MAPS
]
START = {"fill": "black", "stroke": "none", "stroke-width": "1", "text-anchor": "start"}


Seen = tuple[tuple[str, ...], tuple[float, ...]]
"""How something is drawn, and where."""


def numbers(text: str) -> tuple[float, ...]:
    return tuple(float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-\d+)?", text))


def seen(svg: str) -> list[Seen]:
    """Everything that can be seen: how it is drawn and where."""
    found: list[Seen] = []

    def walk(part: ElementTree.Element, left: float, top: float, style: dict[str, str]) -> None:
        if part.tag == "title" or part.get("display") == "none":
            return
        style = {name: part.get(name, style.get(name, "")) for name in INHERITED}
        shift = re.match(r"translate\((-?[\d.]+),(-?[\d.]+)\)", part.get("transform", ""))
        if shift is not None:
            left, top = left + float(shift[1]), top + float(shift[2])
        turned = re.sub(r"translate\([^)]*\)", "", part.get("transform", ""))
        drawn = (style["fill"], style["stroke"], style["stroke-width"], turned)
        if part.tag in ("g", "svg"):
            for child in part:
                walk(child, left, top, style)
        elif part.tag == "text":
            x, y = float(part.get("x", 0)) + left, float(part.get("y", 0)) + top
            found.append((("text", part.text or "", *style.values(), turned), (x, y)))
        elif part.tag == "line":
            x1, y1, x2, y2 = (float(part.get(n, 0)) for n in ("x1", "y1", "x2", "y2"))
            found.append((("line", *drawn[1:]), (x1 + left, y1 + top, x2 + left, y2 + top)))
        elif part.tag == "path" and re.fullmatch(r"(M[^A-Za-z]+L[^A-Za-z]+)+", part.get("d", "")):
            for line in re.findall(r"M[^M]+", part.get("d", "")):
                x1, y1, x2, y2 = numbers(line)
                found.append((("line", *drawn[1:]), (x1 + left, y1 + top, x2 + left, y2 + top)))
        elif drawn[:2] != ("none", "none") and part.get("d", "-"):
            sizes = " ".join(part.get(n, "") for n in ("x", "y", "cx", "cy", "r", "width", "d"))
            found.append(((part.tag, *drawn), (left, top, *numbers(sizes))))

    walk(ElementTree.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg)), 0, 0, START)
    return found


def unmatched(before: list[Seen], after: list[Seen]) -> list[Seen]:
    """What of one drawing is not in the other, to an eighth of a pixel."""
    left, lost = list(after), []
    for how, where in before:
        for place, (other, there) in enumerate(left):
            near = len(where) == len(there) and all(
                abs(a - b) < 0.125 for a, b in zip(where, there, strict=True)
            )
            if how == other and near:
                del left[place]
                break
        else:
            lost.append((how, where))
    return lost + left


@pytest.mark.parametrize("svg", DRAWN)
def test_what_is_seen_stays(svg: str) -> None:
    before, after = seen(svg), seen(lean(svg))
    assert len(before) > 5
    assert unmatched(before, after) == []


@pytest.mark.parametrize("svg", DRAWN[: len(CHARTS)])
def test_a_chart_loses_half_of_its_characters(svg: str) -> None:
    assert len(lean(svg)) < len(svg) / 2


@pytest.mark.parametrize("svg", DRAWN)
def test_a_drawing_keeps_its_name(svg: str) -> None:
    old, new = (re.search(r'<svg[^>]* aria-label="([^"]*)"', text) for text in (svg, lean(svg)))
    assert old is not None
    assert new is not None
    assert old[1] == new[1]
    assert 'role="img"' in lean(svg)


def test_what_a_point_says_to_a_mouse_stays() -> None:
    drawn = lean(DRAWN[len(CHARTS)])
    assert "<title>ARM: In</title>" in drawn
