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
    legend, lines = _legend(picture, classes, height + 24, width)
    total = height + 14 + 20 * lines
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
    pad = max(
        2.0 if len(set(spots)) > 1 else 4.0,
        0.12 * (max(lons) - min(lons)),
        0.2 * (max(lats) - min(lats)),
    )
    west, east = min(lons) - pad, max(lons) + pad
    south, north = min(lats) - pad, max(lats) + pad
    width = 680
    scale = width / (east - west)
    height = max(120, min(520, round((north - south) * scale * 1.3)))

    def at(lon: float, lat: float) -> tuple[float, float]:
        return (lon - west) * scale, (north - lat) / (north - south) * height

    labels = _Labels(width, height)
    points = [(*at(lon, lat), label, kind) for lon, lat, label, kind in picture.points]
    for x, y, _, _ in points:
        labels.keep(x - 7, y - 7, 14, 14)
    named = [labels.beside(x, y, 10, label, 12) for x, y, label, _ in points]
    parts = [f'<rect width="{width}" height="{height}" fill="{PALE}" rx="6"/>']
    for state, (lon, lat) in sorted(places.items()):
        if west < lon < east and south < lat < north:
            x, y = at(lon, lat)
            fill = classes.get(picture.shades.get(state, ""), GREY)
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}">'
                f"<title>{escape(state)}</title></circle>"
            )
            spot = labels.beside(x, y, 6, state, 11)
            if spot is not None:
                parts.append(_text(spot, state, 11))
    for a, b, c, d, label, kind in picture.links:
        (x1, y1), (x2, y2) = at(a, b), at(c, d)
        parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke-width="2" '
            f'stroke="{classes.get(kind, BLUE)}"><title>{escape(label)}</title></line>'
        )
    for (x, y, label, kind), spot in zip(points, named, strict=True):
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{classes.get(kind, ORANGE)}" '
            f'stroke="#fff"><title>{escape(label)}</title></circle>'
        )
        if spot is not None:  # where there is no room, the table behind the map names it
            parts.append(_text(spot, label, 12, ' font-weight="bold"'))
    return "".join(parts), width, height


Spot = tuple[float, float, str]
"""Where a label stands, and which end of it."""


class _Labels:
    """Finds room for labels: beside their places, where no other label is."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._taken: list[tuple[float, float, float, float]] = []

    def keep(self, x: float, y: float, width: float, height: float) -> None:
        """Room that labels leave free."""
        self._taken.append((x, y, x + width, y + height))

    def beside(self, x: float, y: float, gap: float, text: str, size: float) -> Spot | None:
        """Where a label can stand: right, left, below or above; ``None`` if nowhere."""
        long = 0.62 * size * len(text)
        for down in (0.0, 1.2 * size, -1.2 * size, 2.4 * size, -2.4 * size):
            for left, anchor, start in ((x + gap, "start", x + gap),
                                        (x - gap - long, "end", x - gap)):  # fmt: skip
                middle = y + down
                box = (left, middle - 0.6 * size, left + long, middle + 0.6 * size)
                if self._free(box):
                    self._taken.append(box)
                    return start, middle + 0.33 * size, anchor
        return None

    def _free(self, box: tuple[float, float, float, float]) -> bool:
        left, top, right, bottom = box
        inside = left >= 0 and top >= 0 and right <= self._width and bottom <= self._height
        return inside and all(
            right <= a or left >= c or bottom <= b or top >= d for a, b, c, d in self._taken
        )


def _text(spot: Spot, text: str, size: int, style: str = "") -> str:
    x, y, anchor = spot
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{style} '
        f'fill="{INK}">{escape(text)}</text>'
    )


def _legend(picture: Map, classes: Mapping[str, str], y: float, width: float) -> tuple[str, int]:
    """What the colours mean, in as many lines as it takes."""
    parts, x, lines = [], 4.0, 1
    for name, words in picture.legend:
        long = 30 + 7 * len(words)
        if x > 4 and x + long > width:
            x, y, lines = 4.0, y + 20, lines + 1
        parts.append(
            f'<rect x="{x:g}" y="{y - 11:g}" width="13" height="13" rx="3" '
            f'fill="{classes[name]}"/>'
            f'<text x="{x + 18:g}" y="{y:g}" font-size="12" fill="{INK}">{escape(words)}</text>'
        )
        x += long
    return "".join(parts), lines
