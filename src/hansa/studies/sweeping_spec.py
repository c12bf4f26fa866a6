"""A study: what a sweep varies, over which blocs, how often; read from a TOML file.

title = "Is the customs union of five attractive?"
on = 2000-05-24
organisation = "CU1995"
draws = 256
seed = 1

[[scenarios]]
name = "as agreed"

[[scenarios]]
name = "cheaper transport"
union = { transport = 0.97 }

[factors.theta]
kind = "lognormal"
median = 4.0
sd = 0.3
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hansa.coalitions import Factor
from hansa.coalitions.standing import Membership
from hansa.studies.worth_security import SecurityTerms
from hansa.studies.worth_terms import security_from, terms_from
from hansa.studies.worth_union import FACTORS, MIND, SECURITY
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput, HansaError, Place
from hansa.terms.names import unknown
from hansa.trade import Closure
from hansa.worlds import Scenario, read_scenario
from hansa.worlds.documents import read_toml
from hansa.worlds.tables import read_text

TRADE = ("theta", "cif", "floor", "free_trade", "closure", "transport", "tariff", "coverage")
"""Parameters that a factor may draw beside those of `SecurityTerms`."""
PARAMETERS = (*TRADE, *SECURITY)
KEYS = (
    "title", "world", "on", "known_on", "organisation", "pact", "players", "blocs", "draws", "seed",
    "sensitivity", "membership", "mind", "closure", "union", "security", "stop", "budget",
    "factors", "scenarios",
)  # fmt: skip
SCENARIO_KEYS = ("name", "acts", "union", "security")
MOST_BLOCS_ALL = 14


@dataclass(frozen=True, slots=True)
class Variant:
    """A scenario of a study: acts that are added, terms that differ."""

    name: str
    scenario: Scenario | None
    union: Mapping[str, Any]
    security: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Study:
    """What a sweep does.

    Parameters
    ----------
    title : str
    world : str
        Name or folder.
    on, known_on : Day
    organisation : str
        The customs union.
    pact : str
        A pact whose security counts too, each bloc being both; ``""`` for none.
    players : tuple of str
        Who might be in it beside the members; empty: as `setting_of` chooses.
    blocs : str or tuple of tuple of str
        ``near``: the members' bloc and its neighbours; ``all``; or blocs, each with its
        neighbours.
    draws : int
        Base points of the design.
    seed : int
    sensitivity : bool
        Whether to ask which factor matters most; takes factors + 2 rows per point.
    membership : {"open", "exclusive"}
    mind : float
        Changes of income that no state moves for, as a share.
    closure : Closure
    security : SecurityTerms
        Central values.
    width : float
        Stop when every probability is known to this half-width of its band; 0: never.
    minutes : float
        Budget of time; 0: none.
    equilibria : int
        Budget of equilibria; 0: none.
    factors : tuple of Factor
    variants : tuple of Variant
    """

    title: str
    world: str
    on: Day
    organisation: str
    pact: str = ""
    known_on: Day | None = None
    players: tuple[str, ...] = ()
    blocs: str | tuple[tuple[str, ...], ...] = "near"
    draws: int = 128
    seed: int = 0
    sensitivity: bool = True
    membership: Membership = "exclusive"
    mind: float = MIND
    closure: Closure = Closure.KEPT
    security: SecurityTerms = field(default_factory=SecurityTerms)
    width: float = 0.0
    minutes: float = 0.0
    equilibria: int = 0
    factors: tuple[Factor, ...] = ()
    variants: tuple[Variant, ...] = ()


def read_study(path: Path) -> Study:
    """Read a study.

    Raises
    ------
    BadInput
        If there is no such file, a key is unknown (with the nearest one and its line), or a
        value makes no sense. Nothing is computed then.
    """
    if not path.is_file():
        raise BadInput(f"there is no study {str(path)!r}")
    label = path.name
    content = read_toml(path, label)
    reader = _Reader(label, read_text(path, label))
    reader.known(content, KEYS, "")
    for key in ("on", "organisation"):
        if key not in content:
            raise BadInput(f"the key {key!r} is missing", where=Place(label))
    union = reader.table(content, "union")
    security = reader.table(content, "security")
    stop, budget = reader.table(content, "stop"), reader.table(content, "budget")
    reader.known(stop, ("width",), "stop")
    reader.known(budget, ("minutes", "equilibria"), "budget")
    with reader.at("union"):
        terms_from(union)
    with reader.at("security"):
        central = security_from(security)
    pact = reader.text(content, "pact", "")
    return Study(
        title=reader.text(content, "title", path.stem),
        world=reader.text(content, "world", "eurasia"),
        on=reader.day(content, "on"),
        known_on=reader.day(content, "known_on") if "known_on" in content else None,
        organisation=reader.text(content, "organisation", ""),
        pact=pact,
        players=reader.names(content, "players"),
        blocs=_blocs(reader, content),
        draws=reader.count(content, "draws", 128, least=1),
        seed=reader.count(content, "seed", 0, least=0),
        sensitivity=reader.flag(content, "sensitivity", True),
        membership=reader.one_of(content, "membership", "exclusive", ("open", "exclusive")),
        mind=reader.number(content, "mind", MIND),
        closure=Closure(reader.one_of(content, "closure", "kept", [str(c) for c in Closure])),
        security=central,
        width=reader.number(stop, "width", 0.0),
        minutes=reader.number(budget, "minutes", 0.0),
        equilibria=reader.count(budget, "equilibria", 0, least=0),
        factors=_factors(reader, reader.table(content, "factors"), pact),
        variants=_variants(reader, content, path.parent, union, security),
    )


def _blocs(reader: _Reader, content: Mapping[str, Any]) -> str | tuple[tuple[str, ...], ...]:
    given = content.get("blocs", "near")
    if isinstance(given, str):
        if given not in ("near", "all"):
            raise unknown("choice of blocs", given, ("near", "all"), where=reader.place("blocs"))
        return given
    if not isinstance(given, list) or not all(isinstance(bloc, list) for bloc in given):
        raise BadInput("blocs are 'near', 'all' or lists of states", where=reader.place("blocs"))
    return tuple(tuple(str(name) for name in bloc) for bloc in given)


def _factors(reader: _Reader, given: Mapping[str, Any], pact: str) -> tuple[Factor, ...]:
    if not given:
        return tuple(f for f in FACTORS if pact or f.name == "theta")
    found = []
    for name, numbers in given.items():
        if not isinstance(numbers, dict):
            raise BadInput(f"factor {name!r} is no table", where=reader.place(name))
        own = {key: value for key, value in numbers.items() if key not in ("kind", "source")}
        if "kind" not in numbers:
            raise BadInput(f"factor {name!r} has no kind", where=reader.place(name))
        with reader.at(f"factors.{name}"):
            factor = Factor(name, str(numbers["kind"]), own, str(numbers.get("source", "")))
        for parameter in factor.names:
            if parameter not in PARAMETERS:
                raise unknown(
                    "parameter", parameter, PARAMETERS, where=reader.place(f"factors.{name}")
                )
        found.append(factor)
    return tuple(found)


def _variants(
    reader: _Reader,
    content: Mapping[str, Any],
    folder: Path,
    union: Mapping[str, Any],
    security: Mapping[str, Any],
) -> tuple[Variant, ...]:
    given = content.get("scenarios", [{"name": "as agreed"}])
    if not isinstance(given, list) or not given:
        raise BadInput("scenarios are tables", where=reader.place("scenarios"),
                       remedy="write [[scenarios]]")  # fmt: skip
    found: list[Variant] = []
    for number, item in enumerate(given, 1):
        where = f"scenarios[{number}]"
        reader.known(item, SCENARIO_KEYS, where)
        name = reader.text(item, "name", f"scenario {number}")
        if name in {variant.name for variant in found}:
            raise BadInput(f"two scenarios are called {name!r}", where=reader.place(where))
        own = {**union, **reader.table(item, "union")}
        mix = {**security, **reader.table(item, "security")}
        with reader.at(where):
            terms_from(own)
            security_from(mix)
        acts = item.get("acts")
        scenario = read_scenario(folder / str(acts)) if acts else None
        found.append(Variant(name, scenario, own, mix))
    return tuple(found)


class _Reader:
    """Values out of a document, with complaints that name file, line and key."""

    def __init__(self, label: str, text: str) -> None:
        self.label = label
        self.lines = text.splitlines()

    def place(self, key: str) -> Place:
        last = re.escape(re.sub(r"\[\d+\]$", "", key).rpartition(".")[2])
        pattern = rf"\s*(\[\[?[\w.]*\b)?{last}\b"
        row = next((n for n, line in enumerate(self.lines, 1) if re.match(pattern, line)), None)
        return Place(self.label, row, key)

    def at(self, key: str) -> _At:
        return _At(self, key)

    def known(self, given: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
        for key in given:
            if key not in keys:
                full = f"{where}.{key}" if where else key
                raise unknown("key", key, keys, where=self.place(full))

    def table(self, given: Mapping[str, Any], key: str) -> dict[str, Any]:
        value = given.get(key, {})
        if not isinstance(value, dict):
            raise BadInput(f"{key!r} is no table", where=self.place(key))
        return value

    def text(self, given: Mapping[str, Any], key: str, usual: str) -> str:
        value = given.get(key, usual)
        if not isinstance(value, str):
            raise BadInput(f"{value!r} is no text", where=self.place(key))
        return value

    def one_of(self, given: Mapping[str, Any], key: str, usual: str, known: Sequence[str]) -> Any:
        value = self.text(given, key, usual)
        if value not in known:
            raise unknown(key, value, known, where=self.place(key))
        return value

    def day(self, given: Mapping[str, Any], key: str) -> Day:
        value = given[key]
        return value if isinstance(value, date) else day(str(value), where=self.place(key))

    def names(self, given: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = given.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise BadInput(f"{key} is a list of states", where=self.place(key))
        return tuple(value)

    def number(self, given: Mapping[str, Any], key: str, usual: float) -> float:
        value = given.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise BadInput(f"{value!r} is no number of 0 or more", where=self.place(key))
        return float(value)

    def count(self, given: Mapping[str, Any], key: str, usual: int, *, least: int) -> int:
        value = given.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise BadInput(f"{value!r} is no whole number of {least} or more",
                           where=self.place(key))  # fmt: skip
        return value

    def flag(self, given: Mapping[str, Any], key: str, usual: bool) -> bool:
        value = given.get(key, usual)
        if not isinstance(value, bool):
            raise BadInput(f"{value!r} is neither true nor false", where=self.place(key))
        return value


class _At:
    """Errors from within get the study's file and line."""

    def __init__(self, reader: _Reader, key: str) -> None:
        self.reader, self.key = reader, key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, wrong: BaseException | None, trace: object) -> None:
        if isinstance(wrong, HansaError):
            inner = wrong.where.column if wrong.where is not None and wrong.where.column else ""
            key = f"{self.key}.{inner}" if inner else self.key
            raise type(wrong)(
                wrong.what, where=self.reader.place(key), nearest=wrong.nearest,
                remedy=wrong.remedy,
            ) from None  # fmt: skip
