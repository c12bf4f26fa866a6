"""A union's practice from a TOML file: currency, valuation, rounding."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from hansa.customs.assessment.practice import Practice, Round
from hansa.terms.errors import BadInput, Place
from hansa.terms.money import Rounding
from hansa.terms.names import unknown

STEPS = ("value", "duty", "additional", "excise", "vat", "shown")
KEYS = ("currency", "places", "valuation", "incoterms", "rate_age", "rounding", *STEPS)


def read_practice(path: Path) -> Practice:
    """A practice.

    ``currency`` is required. ``rounding = "half up"`` rounds every step to the minor unit;
    a table ``[duty]`` with ``mode`` and ``places`` declares one step, and steps that are not
    declared stay exact until shown.

    Raises
    ------
    BadInput
        If the file cannot be read, or a key or value is wrong: file and key.
    """
    where = Place(path.name)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise BadInput(f"cannot be read: {wrong}", where=where) from None
    for key in content:
        if key not in KEYS:
            raise unknown("key", key, KEYS, where=where)
    if "currency" not in content:
        raise BadInput("the key 'currency' is missing", where=where)
    places = int(content.get("places", 2))
    steps: dict[str, Any] = {}
    if "rounding" in content:
        whole = Round(_mode(content["rounding"], where, "rounding"), places)
        steps = dict.fromkeys(STEPS, whole)
    for step in STEPS:
        if step in content:
            item = content[step]
            mode = _mode(item.get("mode", "half up"), where, step)
            steps[step] = Round(mode, int(item.get("places", places)))
    if content.get("valuation", "CIF") not in ("CIF", "FOB"):
        raise BadInput("valuation is CIF or FOB", where=Place(path.name, None, "valuation"))
    more = {key: content[key] for key in ("incoterms", "rate_age", "valuation") if key in content}
    return Practice(str(content["currency"]), places, **steps, **more)


def _mode(text: str, where: Place, key: str) -> Rounding:
    known = {mode.name.lower().replace("_", " "): mode for mode in Rounding}
    if text not in known:
        raise unknown("rounding", text, known, where=Place(where.file, None, key))
    return known[text]
