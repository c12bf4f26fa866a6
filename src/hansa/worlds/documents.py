"""TOML documents read into the frozen values of the record; complaints name file and key."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest
from hansa.terms.truth import Truth
from hansa.worlds.tables import Source, read_text

T = TypeVar("T")


def read_toml(file: Source, label: str) -> dict[str, Any]:
    """A TOML document.

    Raises
    ------
    BadInput
        With the line and column at which it stops being TOML.
    """
    text = read_text(file, label)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(wrong))
        row = int(found[1]) if found else text.count("\n") + 1
        column = f"character {found[2]}" if found else None
        what = str(wrong).split(" (at ")[0]
        raise BadInput(f"not TOML: {what}", where=Place(label, row, column)) from None


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def build(kind: type[T], value: object, label: str, text: str = "") -> T:
    """A frozen value of the record from what a document holds.

    Raises
    ------
    BadInput
        Naming the key that is unknown, missing or of the wrong type, and its line if found.
    """
    try:
        value = _adapter(kind).validate_python(_truths(value))
    except ValidationError as wrong:
        raise _complaint(wrong, kind, label, text) from None
    return cast(T, value)


def _truths(value: object) -> object:
    """Trigger values written as words made truth values."""
    if isinstance(value, dict):
        return {
            key: {k: Truth[str(v).upper()] if str(v) in _WORDS else v for k, v in inner.items()}
            if key == "trigger" and isinstance(inner, dict)
            else _truths(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_truths(item) for item in value]
    return value


_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_WORDS = ("true", "false", "unknown")


def _complaint(wrong: ValidationError, kind: type[Any], label: str, text: str) -> BadInput:
    found = wrong.errors()
    first = next((e for e in found if e["type"] in _UNKNOWN), found[0])
    path = [str(part) for part in first["loc"]]
    key = next((part for part in reversed(path) if not part.isdigit()), "")
    row = next(
        (n for n, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*{key}\s*=", line)),
        None,
    )
    where = Place(label, row, ".".join(path) or None)
    if first["type"] in _UNKNOWN:
        return BadInput(f"unknown key {key!r}", where=where, nearest=nearest(key, _keys(kind)))
    if first["type"] in ("missing", "missing_argument"):
        return BadInput(f"the key {key!r} is missing", where=where)
    return BadInput(f"{first['msg']} (found {first['input']!r})", where=where)


def _keys(kind: type[Any]) -> set[str]:
    """All keys that a document of this kind may have, at any depth."""
    found: set[str] = set()
    if is_dataclass(kind):
        for item in fields(kind):
            found.add(item.name)
    return found | {
        "rule", "count", "on", "effect_from", "days_after", "years", "renewal", "renewed_by",
        "months", "days", "article", "modality", "bearer", "addressee", "act", "text", "trigger",
        "conditions", "decider", "exceptions", "precedence", "since_treaty", "until_treaty",
        "matter", "since", "until", "source", "confidence", "order", "language",
    }  # fmt: skip
