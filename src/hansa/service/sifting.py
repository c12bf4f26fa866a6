"""Bundles of which some objects make no sense: the others are read all the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from hansa.cooperation.exchange.reading import Reading
from hansa.record.acts import Json
from hansa.terms.errors import BadInput

TRIES: Final = 20
"""Objects that may spoil the rest before the rest is given up."""
_OBJECT = re.compile(r"objects\[(\d+)\]\.?")

Object = Mapping[str, Json]


Read = Callable[[Sequence[Object], bool], Reading]


def sifted(objects: Sequence[Object], read: Read) -> tuple[Reading | None, dict[int, str]]:
    """What can be read of objects, and what is wrong with the others.

    Parameters
    ----------
    objects : sequence of mapping
    read : callable
        Reads objects, all or none; its errors name the object that makes no sense. The second
        argument says that one is tried alone: what is on record does not matter then.

    Returns
    -------
    tuple
        What was read (``None`` if nothing could be), and a sentence for each that was not, by
        its number.
    """
    try:
        return _read(objects, read), {}
    except BadInput:
        wrong = dict(_alone(objects, read))
    for _ in range(TRIES):
        places = [number for number in range(len(objects)) if number not in wrong]
        try:
            return _read([objects[number] for number in places], read), wrong
        except BadInput as said:
            found = _OBJECT.match((said.where.column if said.where else None) or "")
            if found is None:
                return None, wrong | dict.fromkeys(places, said.sentence())
            wrong[places[int(found[1])]] = told(said)
    places = [number for number in range(len(objects)) if number not in wrong]
    return None, wrong | dict.fromkeys(places, "too much else that came with it makes no sense")


def _read(objects: Sequence[Object], read: Read, *, alone: bool = False) -> Reading:
    """Read objects; what stumbles over a value of the wrong type is bad input too."""
    try:
        return read(objects, alone)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as wrong:
        text = f"a value is of the wrong type ({type(wrong).__name__})"
        raise BadInput(text) from wrong


def _alone(objects: Sequence[Object], read: Read) -> list[tuple[int, str]]:
    """What is wrong with each object by itself."""
    found = []
    for number, item in enumerate(objects):
        try:
            _read([item], read, alone=True)
        except BadInput as said:
            found.append((number, told(said)))
    return found


def told(wrong: BadInput) -> str:
    """What is wrong with an object, and where in it."""
    path = _OBJECT.sub("", (wrong.where.column if wrong.where else None) or "")
    nearest = f"; did you mean {' or '.join(wrong.nearest)}?" if wrong.nearest else ""
    return f"{path}: {wrong.what}{nearest}" if path else f"{wrong.what}{nearest}"
