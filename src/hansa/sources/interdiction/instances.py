"""Pan and Morton's networks as published with Chen and Luedtke (2022), and a textbook case.

An instance is a folder with ``int_instanceK.tsv`` (arcs that can get a sensor: tail, head, r
and a q that the variant used here replaces by 0.1·r), ``nonint_instanceK.tsv`` (tail, head,
r) and ``scenarios.tsv`` (origin, destination, probability).

Source: Pan and Morton, *Networks* 52 (2008) 111–119; Chen and Luedtke, *INFORMS Journal on
Computing* 34 (2022) 2332–2349.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hansa.cooperation.interdiction import Arc, Journey, Network, Site, Watch
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason

INSTANCES: Final = (0, 1, 2, 3, 4)
LEFT: Final = 0.1
"""A sensor leaves this share of the chance to pass (variant "snipNo 3")."""
SCALE: Final = 10.0
"""Lengths are divided by this before they become chances, so that none underflows."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """A published optimum: instance, number of sensors, value, bound and the solver's seconds."""

    instance: int
    sensors: int
    method: str
    value: float
    bound: float
    seconds: float


def read_network(folder: Path, instance: int, *, left: float = LEFT) -> Network:
    """Read one of the five networks.

    Parameters
    ----------
    folder : Path
    instance : int
        0 to 4.
    left : float
        The share of the chance to pass that a sensor leaves.

    Returns
    -------
    Network
        Sites are named ``TAIL-HEAD`` and cost 1.

    Raises
    ------
    BadInput
        If a file is missing or a line of it is no arc.
    """
    if instance not in INSTANCES:
        raise unknown("instance", str(instance), [str(k) for k in INSTANCES])
    arcs, sites = [], []
    for cells, place in _lines(folder / f"int_instance{instance}.tsv", 4):
        tail, head = _node(cells[0], place), _node(cells[1], place)
        r = _chance(cells[2], place)
        sites.append(Site(f"{tail}-{head}", kind="sensor"))
        arcs.append(Arc(tail, head, r, (Watch(f"{tail}-{head}", left * r),)))
    for cells, place in _lines(folder / f"nonint_instance{instance}.tsv", 3):
        arcs.append(Arc(_node(cells[0], place), _node(cells[1], place), _chance(cells[2], place)))
    journeys = [
        Journey(_node(cells[0], place), _node(cells[1], place), _chance(cells[2], place))
        for cells, place in _lines(folder / "scenarios.tsv", 3)
    ]
    source = Reason("source", f"instance {instance} of Pan and Morton's networks", "snip")
    return Network.of(arcs, journeys, sites, (source,))


def read_optima(folder: Path) -> tuple[Optimum, ...]:
    """The published optima; where two methods differ, both rows are given."""
    found = []
    rows = _lines(folder / "known_optima.tsv", 7)
    next(rows, None)  # the heading
    for cells, place in rows:
        instance = int(cells[0].removeprefix("instance"))
        numbers = [_number(cell, place) for cell in cells[4:7]]
        found.append(Optimum(instance, int(cells[1]), cells[3], *numbers))
    return tuple(found)


def read_shortest_path(path: Path) -> tuple[Network, int, float]:
    """A shortest-path interdiction case: network, budget, and its known optimum as a length.

    Lengths ℓ become chances exp(−ℓ / `SCALE`), so that the length of a plan is
    −`SCALE` · ln(evasion).
    """
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        arcs = [
            Arc(
                str(arc["tail"]), str(arc["head"]), math.exp(-arc["length"] / SCALE),
                (Watch(f"{arc['tail']}-{arc['head']}",
                       math.exp(-(arc["length"] + arc["delay"]) / SCALE)),),
            )
            for arc in data["arcs"]
        ]  # fmt: skip
        journey = Journey(str(data["source_node"]), str(data["dest"]), 1.0)
        return Network.of(arcs, (journey,)), int(data["budget"]), float(data["optimum"])
    except (ValueError, KeyError, TypeError) as wrong:
        what = f"lacks {wrong}" if isinstance(wrong, KeyError) else f"cannot be read: {wrong}"
        raise BadInput(f"the case {what}", where=Place(path.name)) from None


def _lines(path: Path, columns: int) -> Iterator[tuple[list[str], Place]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as failure:
        raise BadInput(
            f"cannot read {path.name}: {failure.strerror}", where=Place(path.name)
        ) from None
    for row, line in enumerate(text.splitlines(), 1):
        cells = line.split()
        if not cells:
            continue
        if len(cells) != columns:
            raise BadInput(f"{len(cells)} cells instead of {columns}", where=Place(path.name, row))
        yield cells, Place(path.name, row)


def _node(text: str, place: Place) -> str:
    if not text.isdigit():
        raise BadInput(f"{text!r} is no node", where=place, remedy="nodes are whole numbers")
    return text


def _number(text: str, place: Place) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a number", where=place) from None


def _chance(text: str, place: Place) -> float:
    value = _number(text, place)
    if not 0 < value <= 1:
        raise BadInput(f"{text!r} is no chance above 0 and up to 1", where=place)
    return value
