"""Answers and briefings in a terminal, by rich."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text
from rich.tree import Tree

from hansa.terms.exhibits import Answer, Chart, Exhibit, Map, Section, Statement, Table, plain
from hansa.terms.reasons import Because, Reason

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
    numeric = [_numeric(table, i) for i in range(len(table.columns))]
    for column, right in zip(table.columns, numeric, strict=True):
        unit = f" ({column.unit})" if column.unit else ""
        grid.add_column(column.heading + unit, justify="right" if right else "left")
    for number, row in enumerate(table.rows[:limit]):
        mark = table.marks[number] if table.marks else ""
        sign, style = MARKS.get(mark, ("", ""))
        cells = [plain(cell, col) for cell, col in zip(row, table.columns, strict=True)]
        cells[0] = sign + cells[0]
        grid.add_row(*(Text(cell) for cell in cells), style=style)
    console.print(grid)
    left = len(table.rows) - len(table.rows[:limit])
    if left:
        console.print(Text(f"… and {left} more rows", style="dim"))
    if table.note:
        console.print(Text(table.note, style="dim"))


def _numeric(table: Table, index: int) -> bool:
    cells = [row[index] for row in table.rows if row[index] is not None]
    return bool(cells) and all(
        not isinstance(cell, bool | str) and hasattr(cell, "__add__") and not hasattr(cell, "year")
        for cell in cells
    )
