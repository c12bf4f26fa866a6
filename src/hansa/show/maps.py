"""Maps drawn as SVG: states as squares about where they lie, points and links on top.

A square for each state lets a small state be seen as well as a large one, and needs no
borders that somebody disputes. Where a state has no square, a circle at its capital
stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from hansa.show.colours import BLUE, GREEN, GREY, INK, ORANGE, PALE, PINK, SKY, ink_on
from hansa.terms.exhibits import Map

SIDE = 46
CLASS_COLOURS = (BLUE, GREEN, ORANGE, PINK, SKY, GREY)

Tiles = Mapping[str, tuple[int, int]]
"""Column and row of each state's square."""


def svg(picture: Map, tiles: Tiles, places: Mapping[str, tuple[float, float]]) -> str:
    """Draw a map.

    Parameters
    ----------
    picture : Map
    tiles : mapping of str to (int, int)
        Squares by state; may be empty.
    places : mapping of str to (float, float)
        Longitude and latitude of states without a square.
    """
    classes = {name: CLASS_COLOURS[i % 6] for i, (name, _) in enumerate(picture.legend)}
    if picture.shades and tiles and not (picture.points or picture.links):
        body, width, height = _squares(picture, tiles, classes)
    else:
        body, width, height = _plane(picture, places, classes)
    legend = _legend(picture, classes, height + 24)
    total = height + 34
    label = escape(picture.title, quote=True)
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {width} {total}" '
        f'width="{width}" height="{total}" font-family="sans-serif">{body}{legend}</svg>'
    )


def _squares(picture: Map, tiles: Tiles, classes: Mapping[str, str]) -> tuple[str, int, int]:
    left = min(x for x, _ in tiles.values())
    top = min(y for _, y in tiles.values())
    parts = []
    for state, (x, y) in sorted(tiles.items()):
        shade = picture.shades.get(state)
        fill = classes.get(shade or "", PALE)
        ink = ink_on(fill) if shade in classes else INK
        px, py = (x - left) * SIDE, (y - top) * SIDE
        words = dict(picture.legend).get(shade or "", "none")
        parts.append(
            f"<g><title>{escape(state)}: {escape(words)}</title>"
            f'<rect x="{px + 2}" y="{py + 2}" width="{SIDE - 4}" height="{SIDE - 4}" rx="4" '
            f'fill="{fill}"/><text x="{px + SIDE / 2}" y="{py + SIDE / 2 + 4}" '
            f'font-size="13" text-anchor="middle" fill="{ink}">{escape(state)}</text></g>'
        )
    width = (max(x for x, _ in tiles.values()) - left + 1) * SIDE
    height = (max(y for _, y in tiles.values()) - top + 1) * SIDE
    return "".join(parts), width, height


def _plane(
    picture: Map, places: Mapping[str, tuple[float, float]], classes: Mapping[str, str]
) -> tuple[str, int, int]:
    """Longitude to the right, latitude upwards; as large as its points need."""
    spots = [(lon, lat) for lon, lat, _, _ in picture.points]
    spots += [(a, b) for a, b, _, _, _, _ in picture.links]
    spots += [(c, d) for _, _, c, d, _, _ in picture.links]
    if not spots:
        spots = [places[state] for state in picture.shades if state in places]
    if not spots:
        return "", 200, 20
    lons, lats = [s[0] for s in spots], [s[1] for s in spots]
    pad = max(4.0, 0.12 * (max(lons) - min(lons)), 0.2 * (max(lats) - min(lats)))
    west, east = min(lons) - pad, max(lons) + pad
    south, north = min(lats) - pad, max(lats) + pad
    width = 680
    scale = width / (east - west)
    height = max(120, min(520, round((north - south) * scale * 1.3)))

    def at(lon: float, lat: float) -> tuple[float, float]:
        return (lon - west) * scale, (north - lat) / (north - south) * height

    parts = [f'<rect width="{width}" height="{height}" fill="{PALE}" rx="6"/>']
    for state, (lon, lat) in sorted(places.items()):
        if west < lon < east and south < lat < north:
            x, y = at(lon, lat)
            fill = classes.get(picture.shades.get(state, ""), GREY)
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}"/>'
                f'<text x="{x + 6:.1f}" y="{y - 4:.1f}" font-size="11" fill="{INK}">'
                f"{escape(state)}</text>"
            )
    for a, b, c, d, label, kind in picture.links:
        (x1, y1), (x2, y2) = at(a, b), at(c, d)
        parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke-width="2" '
            f'stroke="{classes.get(kind, BLUE)}"><title>{escape(label)}</title></line>'
        )
    for lon, lat, label, kind in picture.points:
        x, y = at(lon, lat)
        anchor, dx = ("end", -10) if x > width * 0.6 else ("start", 10)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{classes.get(kind, ORANGE)}" '
            f'stroke="#fff"><title>{escape(label)}</title></circle>'
            f'<text x="{x + dx:.1f}" y="{y + 4:.1f}" font-size="12" text-anchor="{anchor}" '
            f'font-weight="bold" fill="{INK}">{escape(label)}</text>'
        )
    return "".join(parts), width, height


def _legend(picture: Map, classes: Mapping[str, str], y: float) -> str:
    parts, x = [], 4
    for name, words in picture.legend:
        parts.append(
            f'<rect x="{x}" y="{y - 11}" width="13" height="13" rx="3" fill="{classes[name]}"/>'
            f'<text x="{x + 18}" y="{y}" font-size="12" fill="{INK}">{escape(words)}</text>'
        )
        x += 30 + 7 * len(words)
    return "".join(parts)
