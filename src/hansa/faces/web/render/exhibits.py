"""Exhibits, sentences and reasons as HTML."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import escape
from urllib.parse import quote

from hansa.faces.web.render.drawings import lean
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
TRUTHS = {"true": "yes", "false": "no"}
"""Engines answer true, false or unknown; a page says yes, no or unknown."""
SIGNS = {"new": "+", "gone": "−", "changed": "~"}
DEEP = 12
FEW = 3
"""More limits of an answer than this fold."""
WORDY = 40
"""A cell with more characters than this is a sentence: what it names is linked within it."""
ABOUT = 60
"""Characters that tell a screen reader what a "why?" asks about."""
DRAWINGS = 256
Row = tuple[Cell, ...]


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
    before : mapping of str to mapping
        For a what-if: per table (``section.table``) the rows of the world as it is, by key.


    Attributes
    ----------
    left : int
        Characters of reasons that it could still carry.
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
        *,
        before: Mapping[str, Mapping[Row, Row]] | None = None,
    ) -> None:
        self.words, self.links = words, links
        self._tiles, self._places = tiles, places
        self._address, self._wanted = address, wanted
        self.left, self._rows = inline, rows
        self._before = before or {}

    # --- reasons -------------------------------------------------------------------------

    def _carried(self, reasons: Sequence[Because], key: str) -> list[str] | None:
        """The reasons of a table or list if the page carries them all, otherwise none of them.

        That is decided for all rows together: a reader finds a "why?" at each, or one for all.
        """
        wanted = self._wanted in (key, "all")
        if self.left <= 0 and not wanted:
            return None
        trees = [self._tree(because, 0) if because else "" for because in reasons]
        size = sum(map(len, trees))
        if wanted:
            return trees
        if size > self.left:
            return None
        self.left -= size
        return trees

    def _answer(self, tree: str, about: str) -> str:
        """Reasons to be unfolded."""
        if not tree:
            return ""
        label = escape(self.words.gettext("why?"))
        hidden = f'<span class="vh"> {escape(about[:ABOUT])}</span>'
        summary = f"<summary>{label}{hidden}</summary>"
        return f'<details class="why">{summary}{tree}</details>'

    def _reasons_of(self, about: str, key: str) -> str:
        """The way to all reasons of a table that the page does not carry."""
        label = escape(self.words.gettext("why? (all rows)"))
        hidden = f'<span class="vh"> {escape(about)}</span>'
        target = f"{self._more(key)}#t-{quote(key.replace(' ', '_'))}"
        return f'<a class="why" href="{target}">{label}{hidden}</a>'

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
        return self.links.prose(_dated(text, words_in("en")))

    def fact(self, text: str) -> str:
        """A short value, linked if it names a thing."""
        return self.links.cell(text)

    # --- sentences -----------------------------------------------------------------------

    def statements(self, said: tuple[Statement, ...], key: str) -> str:
        """Sentences as a list; long lists fold."""
        if not said:
            return ""
        trees = self._carried([item.because for item in said], key)
        items = [
            self._statement(item, trees[place] if trees else "") for place, item in enumerate(said)
        ]
        if len(items) > 2 * DEEP:
            count = len(items) - DEEP
            rest = self.words.ngettext("%(n)s more sentence", "%(n)s more sentences", count)
            head = escape(rest % {"n": count})
            shown = (
                f'<ul class="said">{"".join(items[:DEEP])}</ul>'
                f"<details><summary>{head}</summary>"
                f'<ul class="said">{"".join(items[DEEP:])}</ul></details>'
            )
        else:
            shown = f'<ul class="said">{"".join(items)}</ul>'
        if trees is None and any(item.because for item in said):
            about = self.words.gettext("All reasons of these sentences")
            target = f"{self._more(key or 'all')}#{quote(key)}"
            shown += f'<p class="note"><a class="why" href="{target}">{escape(about)}</a></p>'
        return shown

    def _statement(self, item: Statement, tree: str) -> str:
        mark = f' class="{item.mark}"' if item.mark in SIGNS else ""
        mark += self._english
        text = self._prose(item.text)
        reasons = self._answer(tree, item.text)
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
        title = escape(self._title(table.title))
        if not table.rows:
            none = escape(self.words.gettext("none"))
            return f'<p class="none"><span class="cap">{title}:</span> {none}</p>'
        whole = self._wanted in (key, "all") or len(table.rows) <= self._rows + 10
        rows = table.rows if whole else table.rows[: self._rows]
        anchor = escape(key.replace(" ", "_"))
        heads = "".join(
            f'<th scope="col"{_aligned(table, place)}>{self._heading(column)}</th>'
            for place, column in enumerate(table.columns)
        )
        trees: list[str] | None = None
        reasons = told = ""
        if any(table.because):
            trees = self._carried(table.because[: len(rows)], key)
            if trees is None:
                reasons = " " + self._reasons_of(self.words.phrase(table.title), key)
            else:
                heads += f'<th scope="col">{escape(self.words.gettext("why?"))}</th>'
                told = ' class="told"'
        body = "".join(self._row(table, number, row, trees, key) for number, row in enumerate(rows))
        after = "" if whole else self._rest(table, key)
        if table.note:
            after += f'<p class="note">{escape(table.note)}</p>'
        return (
            f'<div class="scroll" tabindex="0" role="group" aria-labelledby="cap-{anchor}">'
            f'<table id="t-{anchor}"{told}><caption><span id="cap-{anchor}">{title}</span>{reasons}'
            "</caption>"
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

    def _row(self, table: Table, number: int, row: Row, trees: list[str] | None, key: str) -> str:
        mark = table.marks[number] if table.marks else ""
        old = self._before.get(key, {}).get(row[: table.keys], row) if mark == "changed" else row
        cells = []
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            text = self._cell(cell, column)
            if old[place] != cell:
                text += self._was(old[place], cell, column)
            if place == 0:
                cells.append(f'<th scope="row"{_class(cell)}>{self.sign(mark)}{text}</th>')
            else:
                cells.append(f"<td{_class(cell)}>{text}</td>")
        if trees is not None:
            about = " ".join(str(cell) for cell in row[: table.keys])
            tree = trees[number] if number < len(trees) else ""
            cells.append(f"<td>{self._answer(tree, about)}</td>")
        style = f' class="{mark}"' if mark in SIGNS else ""
        return f"<tr{style}>{''.join(cells)}</tr>"

    def _was(self, old: Cell, new: Cell, column: Column) -> str:
        """What stood in a cell before a what-if changed it, if that reads differently."""
        shown = self.words.cell(old, column)
        if shown == self.words.cell(new, column):
            return ""
        return f"<br><small>{escape(self.words.gettext('was'))} {escape(shown)}</small>"

    def _title(self, text: str) -> str:
        """A heading in the reader's language, its days too."""
        return _dated(self.words.title(text), self.words)

    def _cell(self, cell: Cell, column: Column) -> str:
        if isinstance(cell, str) and cell:
            shown = self.words.phrase(TRUTHS.get(cell, cell))
            if shown != cell:
                return escape(shown)
            if column.key == "code" and cell.isdigit():
                return self.links.tariff(cell)
            if column.key.startswith("source"):
                return self.links.sources(cell)
            if _ISO.fullmatch(cell):
                return escape(_dated(cell, self.words))
            if len(cell) > WORDY or (_ISO.search(cell) and self.links.to(cell) is None):
                return self._prose(cell)
            return self.links.cell(cell)
        return escape(self.words.cell(cell, column))

    # --- pictures ------------------------------------------------------------------------

    def figure(self, picture: Chart | Map, section: str = "") -> str:
        """A chart or map, and the table behind it."""
        title = escape(self._title(picture.title))
        if isinstance(picture, Chart):
            drawn, behind = drawn_chart(self._spoken(picture)), picture.table
            label = self.words.gettext("The table behind this chart")
        else:
            legend = tuple((key, self.words.phrase(text)) for key, text in picture.legend)
            picture = replace(picture, legend=legend)
            drawn = lean(maps.svg(picture, self._tiles, self._places))
            behind = self._behind(picture)
            label = self.words.gettext("The table behind this map")
        note = f'<p class="note">{escape(picture.note)}</p>' if picture.note else ""
        grid = self.table(behind, section)
        shown = f'<div class="pic" tabindex="0" role="group" aria-label="{title}">{drawn}</div>'
        return (
            f"<figure><figcaption>{title}</figcaption>{shown}{note}"
            f"<details><summary>{escape(label)}<span class='vh'>: {title}</span></summary>{grid}"
            "</details></figure>"
        )

    def _spoken(self, chart: Chart) -> Chart:
        """A chart whose headings and words are in the reader's language."""
        phrase, table = self.words.phrase, chart.table
        columns = tuple(
            replace(c, heading=phrase(c.heading), unit=phrase(c.unit)) for c in table.columns
        )
        rows = tuple(
            tuple(phrase(cell) if isinstance(cell, str) else cell for cell in row)
            for row in table.rows
        )
        table = replace(table, columns=columns, rows=rows)
        return replace(chart, title=self._title(chart.title), table=table)

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
        return "".join(parts) + self._limits(item.limits)

    def _limits(self, limits: Sequence[str]) -> str:
        """What an answer does not know; many such sentences fold."""
        if len(limits) <= FEW:
            limit = escape(self.words.gettext("Limit"))
            return "".join(f'<p class="note">{limit}: {escape(text)}</p>' for text in limits)
        head = self.words.gettext("Limits: %(n)s") % {"n": len(limits)}
        listed = "".join(f"<li{self._english}>{escape(text)}</li>" for text in limits)
        return f'<details class="note"><summary>{escape(head)}</summary><ul>{listed}</ul></details>'


def _dated(text: str, words: Words) -> str:
    """A text with its days written as people write them."""

    def written(found: re.Match[str]) -> str:
        try:
            return words.short_day(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    return _ISO.sub(written, text)


def _aligned(table: Table, place: int) -> str:
    """The class of a column's head: numbers stand under it to the right."""
    found = {_class(row[place]) for row in table.rows if row[place] is not None}
    return ' class="n"' if found == {' class="n"'} else ""


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
            _drawn[key] = lean(charts.svg(chart))
        return _drawn[key]
