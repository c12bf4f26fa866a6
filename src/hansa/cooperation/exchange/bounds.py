"""JSON from strangers: bounded in size, depth, number and length before anybody looks at it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, NoReturn

from hansa.record.acts import Json
from hansa.terms.errors import BadInput, Place

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is read at most.

    Parameters
    ----------
    size : int
        Bytes.
    values : int
        Values (roughly: commas, brackets and braces of the text).
    depth : int
        Levels of nesting.
    text : int
        Characters in one text.
    objects : int
        Objects in one bundle.
    within : int
        Values in one object.
    selectors : int
        Selectors of granular markings in one object; each is looked up in the whole object.
    """

    size: int = 64 * 2**20
    values: int = 4_000_000
    depth: int = 32
    text: int = 1_000_000
    objects: int = 200_000
    within: int = 20_000
    selectors: int = 100


BOUNDS: Final = Bounds()


def read_json(data: bytes, name: str, bounds: Bounds = BOUNDS) -> Json:
    """The value of a JSON text.

    Raises
    ------
    BadInput
        If it is no JSON, repeats a key, has numbers that are none, or exceeds the bounds.
    """
    where = Place(name)
    if len(data) > bounds.size:
        text = f"it has {len(data):,} bytes, more than {bounds.size:,}"
        raise BadInput(text, where=where, remedy="send it in parts")
    if sum(data.count(mark) for mark in (b",", b"[", b"{")) > bounds.values:
        raise BadInput(f"it holds more than {bounds.values:,} values", where=where)
    try:
        found: Json = json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant
        )
    except UnicodeDecodeError as wrong:
        raise BadInput("it is not UTF-8", where=Place(name, None, None, wrong.start)) from None
    except json.JSONDecodeError as wrong:
        place = Place(name, wrong.lineno, None, wrong.pos)
        raise BadInput(f"it is not JSON: {wrong.msg}", where=place) from None
    except RecursionError:
        raise BadInput("it is nested too deeply", where=where) from None
    except ValueError as wrong:  # a number of thousands of digits, a repeated key
        raise BadInput(f"it is not JSON: {str(wrong)[:200]}", where=where) from None
    return found


def check_value(value: Any, path: str, name: str, bounds: Bounds = BOUNDS) -> None:
    """Refuse a value that is nested too deeply, or holds a broken text or number, or a long text.

    Raises
    ------
    BadInput
        With the path of the value.
    """
    waiting: list[tuple[Any, str, int]] = [(value, path, 0)]
    seen = 0
    while waiting:
        item, here, depth = waiting.pop()
        seen += 1
        parts = len(item) if isinstance(item, Mapping | list | tuple) else 0
        if seen + len(waiting) + parts > bounds.within:
            what = f"it holds more than {bounds.within:,} values"
            raise BadInput(what, where=Place(name, None, path[:200]))
        if depth > bounds.depth:
            raise BadInput("it is nested too deeply", where=Place(name, None, here[:200]))
        if isinstance(item, str):
            _check_text(item, here, name, bounds)
        elif isinstance(item, Mapping):
            for key, part in item.items():
                _check_text(str(key), here, name, bounds)
                waiting.append((part, f"{here}.{str(key)[:60]}", depth + 1))
        elif isinstance(item, float) and not isfinite(item):
            raise BadInput(f"{item} is no number", where=Place(name, None, here[:200]))
        elif isinstance(item, list | tuple):
            waiting += [(part, f"{here}[{i}]", depth + 1) for i, part in enumerate(item)]


def _check_text(text: str, path: str, name: str, bounds: Bounds) -> None:
    if len(text) > bounds.text:
        what = f"a text has {len(text):,} characters, more than {bounds.text:,}"
        raise BadInput(what, where=Place(name, None, path[:200]))
    if not text.isascii() and _SURROGATE.search(text):
        raise BadInput("a text holds half a character", where=Place(name, None, path[:200]))


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # set.add returns None
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object")
    return found


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
