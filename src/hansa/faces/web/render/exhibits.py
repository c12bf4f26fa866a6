"""Exhibits, sentences and reasons as HTML."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from html import escape
from urllib.parse import quote

from hansa.faces.web.render.links import Links
from hansa.faces.web.words import Words, words_in
from hansa.show import charts, maps
from hansa.terms.exhibits import Cell, Chart, Column, Exhibit, Map, Section, Statement, Table
from hansa.terms.reasons import Because

ROWS = 60
"""Rows of a table that a page shows at first; all are one click away."""
INLINE = 40_000
"""Characters of reasons that a page carries at once; further ones are one click away."""
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
SIGNS = {"new": "+", "gone": "−", "changed": "~"}
DEEP = 12
WORDY = 40
"""A cell with more characters than this is a sentence: what it names is linked within it."""
DRAWINGS = 256


class Sheet:
    """Writes the parts of one page.

    Parameters
    ----------
    words, links
        The reader's language, and where things are.
    tiles, places
        For maps, as in `hansa.show.maps`.
    address : str
        The page's own address, with its question.
    wanted : str
        A key of a table (``all``: every one) of which all rows and reasons are wanted.
    rows : int
        Rows of a table shown at first.
    inline : int
        Characters of reasons that the page carries at once.
    """

    def __init__(
        self,
        words: Words,
        links: Links,
        tiles: maps.Tiles,
        places: Mapping[str, tuple[float, float]],
        address: str,
        wanted: str = "",
        rows: int = ROWS,
        inline: int = INLINE,
    ) -> None:
        self.words, self.links = words, links
        self._tiles, self._places = tiles, places
        self._address, self._wanted = address, wanted
        self._left, self._rows = inline, rows

    # --- reasons -------------------------------------------------------------------------

    def why(self, because: Because, about: str, key: str = "") -> str:
        """Reasons behind a "why?", or a link to them when the page carries many already."""
        if not because:
            return ""
        label = escape(self.words.gettext("why?"))
        hidden = f'<span class="vh"> {escape(about[:80])}</span>'
        if self._left <= 0 and self._wanted not in (key, "all"):
            target = self._more(key or "all")
            return f'<a class="why" href="{target}">{label}{hidden}</a>'
        tree = self._tree(because, 0)
        self._left -= len(tree)
        return f'<details class="why"><summary>{label}{hidden}</summary>{tree}</details>'

    def _more(self, key: str) -> str:
        joint = "&" if "?" in self._address else "?"
        return escape(f"{self._address}{joint}all={quote(key)}")

    def _tree(self, because: Because, depth: int) -> str:
        items = []
        for reason in because:
            text = self._prose(reason.text)
            if reason.ref and reason.ref not in reason.text:
                text += f" <cite>{self.links.reference(reason.ref)}</cite>"
            if reason.source:
                sure = f"; {escape(reason.confidence)}" if reason.confidence else ""
                text += f' <span class="src">[{self.links.sources(reason.source)}{sure}]</span>'
            if reason.because and depth < DEEP:
                text += self._tree(reason.because, depth + 1)
            items.append(f"<li>{text}</li>")
        return f"<ul{self._english}>{''.join(items)}</ul>"

    @property
    def _english(self) -> str:
        """Engines speak English: screen readers are told where the page does not."""
        return "" if self.words.lang == "en" else ' lang="en"'

    def _prose(self, text: str) -> str:
        """A sentence, its days written out, the things that it names linked."""
        return self.links.prose(_ISO.sub(lambda m: self._day(m[0]), text))

    def _day(self, text: str) -> str:
        try:
            return words_in("en").short_day(date.fromisoformat(text))
        except ValueError:
            return text

    def fact(self, text: str) -> str:
        """A short value, linked if it names a thing."""
        return self.links.cell(text)

    # --- sentences -----------------------------------------------------------------------

    def statements(self, said: tuple[Statement, ...], key: str) -> str:
        """Sentences as a list; long lists fold."""
        if not said:
            return ""
        items = [self._statement(item, key) for item in said]
        if len(items) <= 2 * DEEP:
            return f'<ul class="said">{"".join(items)}</ul>'
        rest = self.words.ngettext("%(n)s more sentence", "%(n)s more sentences", len(items) - DEEP)
        return (
            f'<ul class="said">{"".join(items[:DEEP])}</ul>'
            f"<details><summary>{escape(rest % {'n': len(items) - DEEP})}</summary>"
            f'<ul class="said">{"".join(items[DEEP:])}</ul></details>'
        )

    def _statement(self, item: Statement, key: str) -> str:
        mark = f' class="{item.mark}"' if item.mark in SIGNS else ""
        mark += self._english
        text = self._prose(item.text)
        reasons = self.why(item.because, item.text, key)
        return f"<li{mark}>{self.sign(item.mark)}<span>{text}</span> {reasons}</li>"

    def sign(self, mark: str) -> str:
        """The mark of a what-if, for the eye and for the ear."""
        if mark not in SIGNS:
            return ""
        word = escape(self.words.gettext(mark))
        return (
            f'<span class="mark" aria-hidden="true">{SIGNS[mark]}</span>'
            f'<span class="vh">{word}: </span>'
        )

    # --- tables --------------------------------------------------------------------------

    def table(self, table: Table, section: str = "") -> str:
        """A table with its caption; a long one is cut, and says so."""
        key = f"{section}.{table.key}" if section else table.key
        title = escape(self.words.phrase(table.title))
        if not table.rows:
            none = escape(self.words.gettext("none"))
            return f'<p class="none"><span class="cap">{title}:</span> {none}</p>'
        whole = self._wanted in (key, "all") or len(table.rows) <= self._rows + 10
        rows = table.rows if whole else table.rows[: self._rows]
        body = "".join(self._row(table, number, row, key) for number, row in enumerate(rows))
        heads = "".join(f'<th scope="col">{self._heading(c)}</th>' for c in table.columns)
        if table.because:
            heads += f'<th scope="col">{escape(self.words.gettext("why?"))}</th>'
        after = "" if whole else self._rest(table, key)
        if table.note:
            after += f'<p class="note">{escape(table.note)}</p>'
        anchor = escape(key.replace(" ", "_"))
        return (
            f'<div class="scroll" tabindex="0" role="group" aria-labelledby="cap-{anchor}">'
            f'<table id="t-{anchor}"><caption id="cap-{anchor}">{title}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{after}"
        )

    def _rest(self, table: Table, key: str) -> str:
        count = len(table.rows)
        text = self.words.gettext("%(shown)s of %(all)s rows are shown.") % {
            "shown": self._rows,
            "all": self.words.number(count),
        }
        more = escape(self.words.gettext("Show all"))
        return f'<p class="note">{escape(text)} <a href="{self._more(key)}">{more}</a></p>'

    def _heading(self, column: Column) -> str:
        head = escape(self.words.phrase(column.heading))
        return f"{head} ({escape(self.words.phrase(column.unit))})" if column.unit else head

    def _row(self, table: Table, number: int, row: tuple[Cell, ...], key: str) -> str:
        mark = table.marks[number] if table.marks else ""
        cells = []
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            text = self._cell(cell, column)
            if place == 0:
                cells.append(f'<th scope="row"{_class(cell)}>{self.sign(mark)}{text}</th>')
            else:
                cells.append(f"<td{_class(cell)}>{text}</td>")
        if table.because:
            about = " ".join(str(cell) for cell in row[: table.keys])
            because = table.because[number] if number < len(table.because) else ()
            cells.append(f"<td>{self.why(because, about, key)}</td>")
        style = f' class="{mark}"' if mark in SIGNS else ""
        return f"<tr{style}>{''.join(cells)}</tr>"

    def _cell(self, cell: Cell, column: Column) -> str:
        if isinstance(cell, str) and cell:
            shown = self.words.phrase(cell)
            if shown != cell:
                return escape(shown)
            return self._prose(cell) if len(cell) > WORDY else self.links.cell(cell)
        return escape(self.words.cell(cell, column))

    # --- pictures ------------------------------------------------------------------------

    def figure(self, picture: Chart | Map, section: str = "") -> str:
        """A chart or map, and the table behind it."""
        title = escape(self.words.phrase(picture.title))
        if isinstance(picture, Chart):
            drawn, behind = drawn_chart(picture), picture.table
            label = self.words.gettext("The table behind this chart")
        else:
            drawn = maps.svg(picture, self._tiles, self._places)
            behind = self._behind(picture)
            label = self.words.gettext("The table behind this map")
        note = f'<p class="note">{escape(picture.note)}</p>' if picture.note else ""
        grid = self.table(behind, section)
        return (
            f'<figure><figcaption>{title}</figcaption><div class="pic">{drawn}</div>{note}'
            f"<details><summary>{escape(label)}<span class='vh'>: {title}</span></summary>{grid}"
            "</details></figure>"
        )

    def _behind(self, picture: Map) -> Table:
        legend = dict(picture.legend)
        rows: list[tuple[Cell, ...]] = [
            (state, legend.get(shade, shade)) for state, shade in sorted(picture.shades.items())
        ]
        rows += [(label, legend.get(kind, kind)) for _, _, label, kind in picture.points]
        rows += [(label, legend.get(kind, kind)) for _, _, _, _, label, kind in picture.links]
        columns = (Column("what", "On the map"), Column("class", "Class"))
        return Table(f"{picture.key}-table", picture.title, columns, tuple(rows))

    def exhibit(self, item: Exhibit, section: str = "") -> str:
        """Any exhibit."""
        return self.table(item, section) if isinstance(item, Table) else self.figure(item, section)

    def section(self, item: Section) -> str:
        """All of a section but its heading."""
        parts = [self.statements(item.statements, item.key)]
        parts += [self.exhibit(exhibit, item.key) for exhibit in item.exhibits]
        limit = escape(self.words.gettext("Limit"))
        parts += [f'<p class="note">{limit}: {escape(text)}</p>' for text in item.limits]
        return "".join(parts)


def _class(cell: Cell) -> str:
    if isinstance(cell, date):
        return ' class="d"'
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return ' class="n"'
    return ""


_drawn: dict[str, str] = {}
_drawing = threading.Lock()


def drawn_chart(chart: Chart) -> str:
    """A chart as SVG; the same chart is drawn once."""
    key = repr(chart)
    with _drawing:
        if key not in _drawn:
            while len(_drawn) >= DRAWINGS:
                _drawn.pop(next(iter(_drawn)))
            _drawn[key] = charts.svg(chart)
        return _drawn[key]
