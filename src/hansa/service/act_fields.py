"""What acts may say: the vocabulary in ``terms/fields/acts.csv``, checked and read from texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import isfinite, nan

from hansa.cooperation.reports.particulars import moment
from hansa.record.acts import KINDS, Act, Json
from hansa.record.world import World
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.worlds.tables import read_csv

LARGEST = 32_768
"""Bytes that the payload of an act may have."""
DEEPEST = 6
LONGEST_TEXT = 8_192
_NAME = re.compile(r"[^\s,]+(?: (?:[Ss]ecretariat(?![^\s,])|delegation:[^\s,]+))?")
"""One of a list: a word, ``SCO Secretariat`` or ``CSTO delegation:ARM``."""
_KEY = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ActField:
    """One particular of a kind of act."""

    kind: str
    key: str
    type: str
    needed: bool
    meaning: str

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen, empty for other types."""
        head, _, rest = self.type.partition(" ")
        return tuple(rest.split("|")) if head == "choice" else ()


@cache
def fields() -> Mapping[str, tuple[ActField, ...]]:
    """The particulars of every kind of act; those of ``any`` belong to all."""
    file = resources.files("hansa.terms").joinpath("fields", "acts.csv")
    found: dict[str, list[ActField]] = {}
    for line in read_csv(file, "fields/acts.csv", ("name", "type", "shape", "meaning")):
        kind, _, key = line["name"].partition(".")
        item = ActField(kind, key, line["type"], line["shape"] == "needed", line["meaning"])
        found.setdefault(kind, []).append(item)
    return {kind: tuple(items) for kind, items in found.items()}


def fields_of(kind: str) -> dict[str, ActField]:
    """The particulars of one kind of act, its own first."""
    if kind not in KINDS:
        raise unknown("kind of act", kind, KINDS)
    own = {item.key: item for item in fields().get(kind, ())}
    return own | {item.key: item for item in fields()["any"] if item.key not in own}


def check_payload(act: Act, world: World) -> None:
    """Refuse particulars that nobody knows, that are missing, or make no sense.

    Raises
    ------
    BadInput
        Naming the key, and the nearest that is known.
    """
    where = Place(f"act {act.kind}")
    known = fields_of(act.kind)
    for key, value in act.payload.items():
        if key not in known:
            raise unknown("particular", str(key)[:80], known, where=where)
        _check(known[key], value, world, Place(where.file, None, key))
    for key, item in known.items():
        if item.needed and act.payload.get(key) in (None, "", [], {}):
            raise BadInput(f"{key} is missing: {item.meaning}", where=where)
    size = len(json.dumps(dict(act.payload), ensure_ascii=False).encode())
    if size > LARGEST:
        raise BadInput(f"its particulars have {size} bytes, more than {LARGEST}", where=where)
    for text in (act.id, act.subject, act.actor, act.source, act.confidence, act.note):
        _check_text(text, where)


def _check(item: ActField, value: Json, world: World, where: Place) -> None:
    for text in _texts(value, where):
        _check_text(text, where)
    kind = item.type.split(" ")[0]
    if kind == "choice":
        if value not in item.choices:
            one = f"one of {', '.join(item.choices)}"
            raise unknown("choice", str(value)[:80], item.choices, where=where, remedy=one)
        return
    if not _fits(kind, value):
        raise BadInput(f"{json.dumps(value)[:80]} is not of the type {kind!r}", where=where)
    if kind == "day":
        day(str(value), where=where)
    if kind == "moment":
        moment(str(value), where)
    if kind in ("state", "states"):
        for code in value if isinstance(value, list) else [value]:
            if code not in world.states:
                raise unknown("state", str(code), world.states, where=where)
    if kind == "body" and value not in world.bodies:
        raise unknown("body", str(value), world.bodies, where=where)
    if kind == "key" and not _KEY.fullmatch(str(value)):
        raise BadInput("a public key has 64 hexadecimal digits", where=where)


def _fits(kind: str, value: Json) -> bool:
    if kind == "yes":
        return isinstance(value, bool)
    if kind == "whole":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if kind in ("states", "list"):
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if kind == "map":
        return isinstance(value, dict)
    if kind == "acts":
        return isinstance(value, list) and all(isinstance(part, dict) for part in value)
    return isinstance(value, str)


def _texts(value: Json, where: Place, depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        raise BadInput("it is nested too deeply", where=where)
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, where, depth + 1)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from _texts(part, where, depth + 1)


def _check_text(text: str, where: Place) -> None:
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"a text has {len(text)} characters, more than {LONGEST_TEXT}", where=where)
    if _CONTROL.search(text):
        raise BadInput("a text holds control characters", where=where)


def payload_from_texts(kind: str, given: Mapping[str, str]) -> dict[str, Json]:
    """A payload from the texts of a form; empty ones were not given.

    Raises
    ------
    BadInput
        For a text that is not of its particular's type.
    """
    known = fields_of(kind)
    found: dict[str, Json] = {}
    for key, text in given.items():
        if not text.strip():
            continue
        if key not in known:
            raise unknown("particular", key[:80], known)
        found[key] = _value(known[key], text.strip())
    return found


def _value(item: ActField, text: str) -> Json:
    where = Place(f"act {item.kind}", None, item.key)
    kind = item.type.split(" ")[0]
    if kind == "yes":
        if text not in ("true", "false"):
            raise BadInput(f"{text[:80]!r} is neither true nor false", where=where)
        return text == "true"
    if kind == "whole":
        if not re.fullmatch(r"-?\d{1,15}", text):
            raise BadInput(f"{text[:80]!r} is not a whole number", where=where)
        return int(text)
    if kind == "number":
        try:
            number = float(text)
        except ValueError:
            number = nan
        if not isfinite(number):
            raise BadInput(f"{text[:80]!r} is not a number", where=where)
        return number
    if kind in ("states", "list"):
        return list(_NAME.findall(text))
    if kind in ("map", "acts"):
        try:
            made: Json = json.loads(text)
        except (ValueError, RecursionError) as wrong:
            raise BadInput(f"not JSON: {wrong}", where=where) from None
        return made
    return text
