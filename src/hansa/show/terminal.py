"""Answers and briefings in a terminal, by rich."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text
from rich.tree import Tree

from hansa.terms.exhibits import (
    Answer,
    Chart,
    Column,
    Exhibit,
    Map,
    Section,
    Statement,
    Table,
    plain,
)
from hansa.terms.reasons import Because, Reason

LONG = 16
"""Letters after which a word may be broken in a narrow column; a number never is."""
MARKS = {"new": ("+ ", "green"), "gone": ("- ", "red"), "changed": ("~ ", "yellow")}


def show_answer(console: Console, answer: Answer, *, why: bool, rows: int | None = None) -> None:
    """Print what a verb gave back; with ``why`` every reason too."""
    console.print(Text(answer.title, style="bold"))
    for statement in answer.statements:
        show_statement(console, statement, why=why)
    for exhibit in once(answer.exhibits):
        show_exhibit(console, exhibit, why=why, rows=rows)
    _limits(console, answer.limits)


def once(exhibits: tuple[Exhibit, ...]) -> list[Exhibit]:
    """The exhibits without charts whose table is shown anyway."""
    tables = [exhibit for exhibit in exhibits if isinstance(exhibit, Table)]
    return [e for e in exhibits if not (isinstance(e, Chart) and e.table in tables)]


def show_section(
    console: Console, section: Section, *, why: bool, rows: int = 6, said: int = 8
) -> None:
    """Print a section in short: its first sentences, and the first rows of its first table."""
    console.print()
    console.rule(Text(section.title, style="bold"), align="left", characters="─")
    for statement in section.statements[:said]:
        show_statement(console, statement, why=why)
    left = len(section.statements) - said
    if left > 0:
        console.print(Text(f"… and {left} more sentences on the page", style="dim"))
    tables = [e for e in once(section.exhibits) if not isinstance(e, Map)]
    for exhibit in tables[:1]:
        show_exhibit(console, exhibit, why=why, rows=rows)
    if len(tables) > 1:
        titles = "; ".join(exhibit.title for exhibit in tables[1:])
        console.print(Text(f"On the page too: {titles}", style="dim"), soft_wrap=True)


def _limits(console: Console, limits: tuple[str, ...]) -> None:
    for limit in limits:
        console.print(Text(f"Limit: {limit}", style="dim"))


def show_statement(console: Console, statement: Statement, *, why: bool) -> None:
    """Print a sentence, marked if a what-if made or ended it."""
    sign, style = MARKS.get(statement.mark, ("", ""))
    console.print(Text(f"{sign}{statement.text}", style=style), soft_wrap=not console.is_terminal)
    if why and statement.because:
        console.print(because_tree(statement.because))


def because_tree(because: Because) -> Tree:
    """Reasons as a tree."""
    tree = Tree(Text("because", style="dim"), guide_style="dim")
    for reason in because:
        _branch(tree, reason)
    return tree


def _branch(tree: Tree, reason: Reason) -> None:
    tail = f" [{reason.source}; {reason.confidence}]" if reason.source else ""
    node = tree.add(Text.assemble(reason.text, (f"  {reason.ref}", "cyan"), (tail, "dim")))
    for inner in reason.because:
        _branch(node, inner)


def show_exhibit(console: Console, exhibit: Exhibit, *, why: bool, rows: int | None = None) -> None:
    """Print a table; a chart as its table; a map as its legend."""
    if isinstance(exhibit, Chart):
        exhibit = exhibit.table
    if isinstance(exhibit, Map):
        for name, words in exhibit.legend:
            states = " ".join(sorted(s for s, c in exhibit.shades.items() if c == name))
            if states:
                console.print(Text(f"{words}: {states}"))
        return
    _table(console, exhibit, rows)
    if why:
        _whys(console, exhibit, rows)


def _whys(console: Console, table: Table, rows: int | None) -> None:
    for row, because in zip(table.rows[:rows], table.because[:rows], strict=False):
        console.print(Text(" ".join(str(cell) for cell in row[: table.keys]), style="bold"))
        console.print(because_tree(because))


def _table(console: Console, table: Table, limit: int | None) -> None:
    if not table.rows:
        console.print(Text(f"{table.title}: none", style="dim"))
        return
    grid = Grid(title=table.title, title_justify="left", title_style="bold", box=None)
    heads = [_heading(column) for column in table.columns]
    cells = [
        [plain(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows[:limit]
    ]
    signs = [MARKS.get(mark, ("", "")) for mark in table.marks] or [("", "")] * len(cells)
    for (sign, _), line in zip(signs, cells, strict=False):
        line[0] = sign + line[0]
    texts = [[head, *(line[n] for line in cells)] for n, head in enumerate(heads)]
    widths = _widths(table, texts, console.width)
    for number, width in enumerate(widths):
        right = _numeric(table, number)
        grid.add_column(
            heads[number], justify="right" if right else "left", width=width, overflow="fold"
        )
    for (_, style), line in zip(signs, cells, strict=False):
        grid.add_row(*(Text(cell) for cell in line[: len(widths)]), style=style)
    console.print(grid)
    _left_out(console, table, limit, heads[len(widths) :])


def _left_out(console: Console, table: Table, limit: int | None, heads: list[str]) -> None:
    left = len(table.rows) - len(table.rows[:limit])
    if left:
        console.print(Text(f"… and {left} more rows", style="dim"))
    if heads:
        text = f"… and {', '.join(heads)}: in a wider window, on the page or with --json"
        console.print(Text(text, style="dim"))
    if table.note:
        console.print(Text(table.note, style="dim"))


def _heading(column: Column) -> str:
    return f"{column.heading} ({column.unit})" if column.unit else column.heading


def _whole(table: Table, index: int) -> bool:
    """Whether a column's cells say something else when they are broken: numbers and days."""
    days = [row[index] for row in table.rows if row[index] is not None]
    return _numeric(table, index) or (bool(days) and all(hasattr(d, "year") for d in days))


def _least(table: Table, index: int, texts: list[str]) -> int:
    """The width below which a column cannot be read: its numbers whole, its words too."""
    words = max(len(word) for text in texts for word in [*text.split(), ""])
    if _whole(table, index):
        return max(words, *(len(text) for text in texts[1:]))
    return min(words, LONG)


def _widths(table: Table, texts: list[list[str]], room: int) -> list[int]:
    """The widths of the columns that fit beside one another, the keys at any rate.

    Each gets what it needs to be read; what is left goes to the narrowest that would use it.
    """
    found: list[int] = []
    for number, column in enumerate(texts):
        least = _least(table, number, column)
        room -= least + 2
        if room < 0 and number >= max(table.keys, 1):
            room += least + 2
            break
        found.append(least)
    wanted = [max(map(len, column)) for column in texts[: len(found)]]
    while room > 0 and (short := [n for n, w in enumerate(wanted) if found[n] < w]):
        found[min(short, key=lambda n: found[n])] += 1
        room -= 1
    return found


def _numeric(table: Table, index: int) -> bool:
    cells = [row[index] for row in table.rows if row[index] is not None]
    return bool(cells) and all(
        not isinstance(cell, bool | str) and hasattr(cell, "__add__") and not hasattr(cell, "year")
        for cell in cells
    )
