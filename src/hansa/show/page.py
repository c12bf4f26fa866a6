"""A briefing as one self-contained HTML page: no outside address, no script needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from hansa import __version__
from hansa.show import charts, maps
from hansa.terms.exhibits import Chart, Exhibit, Map, Section, Table, plain


def environment() -> Environment:
    """The templates of this package, autoescaped."""
    made = Environment(
        loader=PackageLoader("hansa.show"),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["plain"] = plain
    made.globals["kind"] = kind_of
    return made


def kind_of(exhibit: Exhibit) -> str:
    """``table``, ``chart`` or ``map``."""
    if isinstance(exhibit, Table):
        return "table"
    return "chart" if isinstance(exhibit, Chart) else "map"


def briefing_page(
    *,
    title: str,
    subtitle: str,
    sections: tuple[Section, ...],
    tiles: maps.Tiles,
    places: Mapping[str, tuple[float, float]],
    manifest: Mapping[str, Any],
    what_if: str = "",
) -> str:
    """The whole page as text."""

    def draw(exhibit: Exhibit) -> Markup:
        """An exhibit that is a picture, as SVG made by this package (hence trusted)."""
        if isinstance(exhibit, Chart):
            return Markup(charts.svg(exhibit))
        if isinstance(exhibit, Map):
            return Markup(maps.svg(exhibit, tiles, places))
        return Markup("")

    template = environment().get_template("briefing.html")
    return template.render(
        title=title,
        subtitle=subtitle,
        sections=sections,
        draw=draw,
        manifest=manifest,
        what_if=what_if,
        version=__version__,
    )
