"""Checks on the numbers of an economy, whose refusals name the cells by country and sector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.trade.model import Array

SHOWN = 3
"""How many bad cells a refusal names before it only counts the rest."""


def frozen(values: ArrayLike) -> Array:
    """A read-only, C-ordered copy in double precision."""
    array = np.array(values, dtype=np.float64, order="C", copy=True)
    array.flags.writeable = False
    return array


def names(labels: Sequence[str], what: str) -> tuple[str, ...]:
    """The labels as a tuple.

    Raises
    ------
    BadInput
        If there are none or one stands twice.
    """
    given = tuple(str(label) for label in labels)
    twice = sorted({label for label in given if given.count(label) > 1})
    if twice:
        raise BadInput(f"{what} given twice: {', '.join(twice)}", where=Place(what))
    if not given:
        raise BadInput(f"no {what} given", where=Place(what))
    return given


def shaped(values: ArrayLike, shape: tuple[int, ...], argument: str, axes: str) -> Array:
    """The values as a read-only array of the given shape.

    Raises
    ------
    BadInput
        If the shape differs; ``axes`` says in words what it should be.
    """
    try:
        array = frozen(values)
    except (TypeError, ValueError):
        raise BadInput("not an array of numbers", where=Place(argument)) from None
    if array.shape != shape:
        hint = "the matrix is not square" if _oblong(array, shape) else "the shape is wrong"
        raise BadInput(
            f"{hint}: {array.shape} where {axes} {shape} is needed", where=Place(argument)
        )
    return array


def _oblong(array: Array, shape: tuple[int, ...]) -> bool:
    square = len(shape) > 1 and shape[-1] == shape[-2]
    return square and array.ndim == len(shape) and array.shape[-1] != array.shape[-2]


def refuse(
    bad: NDArray[np.bool_],
    values: Array,
    labels: tuple[tuple[str, ...], ...],
    *,
    argument: str,
    what: str,
    remedy: str = "",
) -> None:
    """Raise if any cell is bad, naming the first few.

    Parameters
    ----------
    bad : array of bool
        Which cells are bad, of the shape of ``values``.
    labels : tuple of tuple of str
        Names along each axis.
    argument, what, remedy : str
        Argument that holds the cells, what is wrong with them, what to do.

    Raises
    ------
    BadInput
        If any cell is bad.
    """
    if not bad.any():
        return
    found = np.argwhere(bad)
    shown = [
        f"{cell_name(cell, labels)} = {values[tuple(cell)]:.6g}" for cell in found[:SHOWN].tolist()
    ]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    first = cell_name(found[0].tolist(), labels)
    raise BadInput(
        f"{what}: {'; '.join(shown)}{more}",
        where=Place(argument, column=first),
        remedy=remedy,
    )


def cell_name(cell: Sequence[int], labels: tuple[tuple[str, ...], ...]) -> str:
    """``Food: Mexico from Canada`` for a cube, ``Food, Mexico`` for a table, or the name."""
    parts = [axis[index] for index, axis in zip(cell, labels, strict=True)]
    if len(parts) == 3 and labels[1] == labels[2]:
        return f"{parts[0]}: {parts[1]} from {parts[2]}"
    return ", ".join(parts)


def refuse_unless_finite(values: Array, labels: tuple[tuple[str, ...], ...], argument: str) -> None:
    """Refuse cells that are not numbers or infinite."""
    refuse(~np.isfinite(values), values, labels, argument=argument, what="not a finite number")


def refuse_negative(values: Array, labels: tuple[tuple[str, ...], ...], argument: str) -> None:
    """Refuse cells below zero."""
    refuse(values < 0, values, labels, argument=argument, what="negative")


def position(what: str, name: str, known: tuple[str, ...]) -> int:
    """Position of a name among the known ones.

    Raises
    ------
    UnknownCode
        With the nearest known names.
    """
    try:
        return known.index(name)
    except ValueError:
        raise unknown(what, name, known) from None
