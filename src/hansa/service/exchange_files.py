"""Files of others: read whole or not at all, by their format; written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from hansa.cooperation.exchange.cap import alert_from, warn_acts
from hansa.cooperation.exchange.reading import as_rows, read_bundle
from hansa.cooperation.exchange.rows import reports_from
from hansa.record.acts import Act
from hansa.record.world import World
from hansa.terms.days import Day
from hansa.terms.errors import BadInput, Place

LARGEST: Final = 256 * 2**20
"""Bytes that a file may have."""
ENDINGS: Final = {".json": "stix", ".stix": "stix", ".csv": "csv", ".xml": "cap", ".cap": "cap"}


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a reader of files."""

    name: str
    by: str
    on: Day
    recorded: datetime
    audience: tuple[str, ...]
    producer: str
    world: World


Left = list[tuple[str, str, int]]
"""What was left out: kind of thing, why, how many."""


def _from_stix(data: bytes, order: Order) -> tuple[tuple[Act, ...], Left]:
    read = read_bundle(
        data, by=order.by, on=order.on, recorded=order.recorded, known=order.world.acts,
        producer=order.producer, audience=order.audience, name=order.name,
    )  # fmt: skip
    left = as_rows(read.left_out)
    if read.known:
        left.append(("version", "it is on record already", read.known))
    return read.acts, left


def _from_csv(data: bytes, order: Order) -> tuple[tuple[Act, ...], Left]:
    read = reports_from(
        data, by=order.by, on=order.on, recorded=order.recorded, file=order.name,
        known={act.id for act in order.world.acts}, states=order.world.states,
    )  # fmt: skip
    gone = len(read.withdrawn)
    return read.acts, [("row", "it tells of a withdrawn report", gone)] if gone else []


def _from_cap(data: bytes, order: Order) -> tuple[tuple[Act, ...], Left]:
    message = alert_from(data, name=order.name)
    acts = warn_acts(
        message, by=order.by, on=order.on, recorded=order.recorded, known=order.world.acts
    )
    acts = tuple(replace(act, place=Place(order.name)) for act in acts)
    left = [("message", why, 1) for why in message.left_out]
    if not acts:
        left.append(("message", f"{message.status} {message.kind}: nothing to record", 1))
    return acts, left


READERS: Final[dict[str, Callable[[bytes, Order], tuple[tuple[Act, ...], Left]]]] = {
    "stix": _from_stix, "csv": _from_csv, "cap": _from_cap,
}  # fmt: skip


def read_file(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            text = f"it has {size:,} bytes, more than {LARGEST:,}"
            raise BadInput(text, where=Place(path.name), remedy="send it in parts")
        return path.read_bytes()
    except OSError as wrong:
        raise BadInput(f"it cannot be read: {wrong.strerror}", where=Place(str(path))) from None


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole, or not at all."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
            raise
    except OSError as wrong:
        text = f"it cannot be written: {wrong.strerror}"
        raise BadInput(text, where=Place(str(path))) from None
