"""Two-stage stochastic linear programmes in SMPS: a core, a time and a stoch file.

Format: Birge et al., "A standard input format for multiperiod stochastic linear programs",
COAL Newsletter 17 (1987). Read here: ``N``, ``L``, ``G``, ``E`` rows, columns, one right-hand
side and bounds in the core; two periods; random right-hand sides as ``INDEP DISCRETE`` or
``BLOCKS DISCRETE``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy import sparse

from hansa.security.forces.solver import Floats
from hansa.security.forces.uncertain import Demand, TwoStage
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

MOST_DEMANDS = 20_000
"""Combinations of independent random values beyond which the file is refused."""


@dataclass(slots=True)
class _Core:
    senses: dict[str, str] = field(default_factory=dict)
    objective: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    entries: list[tuple[str, str, float]] = field(default_factory=list)
    rhs: dict[str, float] = field(default_factory=dict)
    lower: dict[str, float] = field(default_factory=dict)
    upper: dict[str, float] = field(default_factory=dict)


def read_smps(core: Path, time: Path, stoch: Path) -> TwoStage:
    """Read a two-stage programme.

    Raises
    ------
    BadInput
        If a file is malformed or uses what is not read here, with file and line.
    """
    read = _core(core)
    column, row = _second_period(time, read)
    rows = [name for name in read.senses if name != read.objective]
    first_rows, first = rows.index(row), list(read.columns).index(column)
    number = {name: place for place, name in enumerate(rows)}
    cost = np.zeros(len(read.columns))
    at_row: list[int] = []
    at_column: list[int] = []
    values: list[float] = []
    for name, at, value in read.entries:
        if at == read.objective:
            cost[read.columns[name]] = value
        else:
            at_row.append(number[at])
            at_column.append(read.columns[name])
            values.append(value)
    matrix = sparse.csr_matrix(
        (np.array(values), (np.array(at_row, dtype=int), np.array(at_column, dtype=int))),
        shape=(len(rows), len(read.columns)),
    )
    rhs = np.array([read.rhs.get(name, 0.0) for name in rows])
    return TwoStage(
        names=tuple(read.columns),
        first=first,
        cost=cost,
        lower=np.array([read.lower.get(name, 0.0) for name in read.columns]),
        upper=np.array([read.upper.get(name, math.inf) for name in read.columns]),
        matrix=matrix,
        first_rows=first_rows,
        senses=tuple(read.senses[name] for name in rows),
        rhs=rhs,
        demands=tuple(_demands(stoch, rows[first_rows:], rhs[first_rows:])),
    )


def _lines(path: Path) -> Iterator[tuple[int, str, list[str]]]:
    """Line number, whether a header (``""`` if not), fields."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("*"):
            continue
        fields = line.split()
        yield number, fields[0] if not line[0].isspace() else "", fields


def _pairs(path: Path, row: int, fields: Sequence[str]) -> Iterator[tuple[str, float]]:
    if len(fields) % 2:
        raise BadInput("a name without a value", where=Place(path.name, row))
    for name, value in zip(fields[::2], fields[1::2], strict=True):
        yield name, _number(path, row, value)


def _number(path: Path, row: int, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a number", where=Place(path.name, row)) from None


def _core(path: Path) -> _Core:
    core, section = _Core(), ""
    for row, header, fields in _lines(path):
        if header:
            section = header
            continue
        if section == "ROWS":
            _row(path, row, core, fields)
        elif section == "COLUMNS":
            name = fields[0]
            core.columns.setdefault(name, len(core.columns))
            for at, value in _pairs(path, row, fields[1:]):
                _known_row(path, row, core, at)
                core.entries.append((name, at, value))
        elif section == "RHS":
            for at, value in _pairs(path, row, fields[1:]):
                _known_row(path, row, core, at)
                core.rhs[at] = value
        elif section == "BOUNDS":
            _bound(path, row, core, fields)
        else:
            raise BadInput(f"section {section!r} is not read", where=Place(path.name, row))
    if not core.objective or not core.columns:
        raise BadInput("the core has no objective or no columns", where=Place(path.name))
    return core


def _row(path: Path, row: int, core: _Core, fields: Sequence[str]) -> None:
    if len(fields) != 2 or fields[0] not in "NLGE":
        raise BadInput("a row is N, L, G or E and a name", where=Place(path.name, row))
    core.senses[fields[1]] = fields[0]
    if fields[0] == "N" and not core.objective:
        core.objective = fields[1]


def _known_row(path: Path, row: int, core: _Core, name: str) -> None:
    if name not in core.senses:
        raise unknown("row", name, core.senses, where=Place(path.name, row))


def _bound(path: Path, row: int, core: _Core, fields: Sequence[str]) -> None:
    kind, name = fields[0], fields[2]
    if name not in core.columns:
        raise unknown("column", name, core.columns, where=Place(path.name, row))
    value = _number(path, row, fields[3]) if len(fields) > 3 else 0.0
    if kind in ("LO", "FX"):
        core.lower[name] = value
    if kind in ("UP", "FX"):
        core.upper[name] = value
    if kind in ("FR", "MI"):
        core.lower[name] = -math.inf
    if kind not in ("LO", "UP", "FX", "FR", "MI"):
        raise BadInput(f"a bound of kind {kind!r} is not read", where=Place(path.name, row))


def _second_period(path: Path, core: _Core) -> tuple[str, str]:
    """First column and first row of the second period."""
    periods: dict[str, tuple[str, str]] = {}
    for row, header, fields in _lines(path):
        if header:
            continue
        if len(fields) != 3:
            raise BadInput("a line of times is column, row, period", where=Place(path.name, row))
        column, at, period = fields
        _known_row(path, row, core, at)
        if column not in core.columns:
            raise unknown("column", column, core.columns, where=Place(path.name, row))
        periods.setdefault(period, (column, at))
    if len(periods) != 2:
        raise BadInput(f"{len(periods)} periods; two are read", where=Place(path.name))
    return list(periods.values())[1]


def _demands(path: Path, rows: Sequence[str], rhs: Floats) -> Iterator[Demand]:
    kind = ""
    for _, header, fields in _lines(path):
        if header in ("INDEP", "BLOCKS") and fields[1:2] == ["DISCRETE"]:
            kind = header
    if not kind:
        raise BadInput("only INDEP DISCRETE and BLOCKS DISCRETE are read", where=Place(path.name))
    groups = _independent(path, rows) if kind == "INDEP" else _blocks(path, rows)
    count = math.prod(len(group) for group in groups)
    if count > MOST_DEMANDS:
        raise BadInput(
            f"{count:,} combinations of demands, at most {MOST_DEMANDS:,} are read",
            where=Place(path.name),
        )
    for combination in itertools.product(*groups):
        values = np.array(rhs, dtype=np.float64)
        probability = 1.0
        for chance, changes in combination:
            probability *= chance
            for place, value in changes:
                values[place] = value
        yield Demand(probability, values)


_Outcome = tuple[float, list[tuple[int, float]]]


def _place(path: Path, row: int, rows: Sequence[str], name: str) -> int:
    if name not in rows:
        raise unknown("second-stage row", name, rows, where=Place(path.name, row))
    return rows.index(name)


def _independent(path: Path, rows: Sequence[str]) -> list[list[_Outcome]]:
    groups: dict[str, list[_Outcome]] = {}
    for row, header, fields in _lines(path):
        if header:
            continue
        name, value = fields[1], _number(path, row, fields[2])
        chance = _number(path, row, fields[-1])
        groups.setdefault(name, []).append((chance, [(_place(path, row, rows, name), value)]))
    return list(groups.values())


def _blocks(path: Path, rows: Sequence[str]) -> list[list[_Outcome]]:
    groups: dict[str, list[_Outcome]] = {}
    current: list[tuple[int, float]] = []
    for row, header, fields in _lines(path):
        if header:
            continue
        if fields[0] == "BL":
            current = []
            groups.setdefault(fields[1], []).append((_number(path, row, fields[3]), current))
        else:
            for name, value in _pairs(path, row, fields[1:]):
                current.append((_place(path, row, rows, name), value))
    return list(groups.values())
