"""Bodies of a register as the engine of decisions sees them: rule, voters, weights on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hansa.decisions import ANY, BodyRule, Electorate, rule_from
from hansa.record.register import Register
from hansa.record.world import World
from hansa.terms.days import Day, Period
from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Because, Reason

POPULATION_YEARS = (2000, 2007)
"""Years for which the world's table of states has populations."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A body on a day: its rule for a matter, and who votes with which weights."""

    rule: BodyRule
    electorate: Electorate
    because: Because


def sitting(
    world: World,
    register: Register,
    body: str,
    matter: str = "",
    *,
    weights: Mapping[str, Mapping[str, str]] | None = None,
    concerned: tuple[str, ...] = (),
    in_arrears: tuple[str, ...] = (),
) -> Sitting:
    """The rule and the voters of a body on the register's day.

    Parameters
    ----------
    world, register
        The world and what holds on the day.
    body, matter : str
        The body; the matter, if a rule of its own may hold for it.
    weights : mapping, optional
        Weights by key and state that replace those on record (a what-if).
    concerned, in_arrears : tuple of str
        States that the matter is about; states that may lose their vote.

    Raises
    ------
    UnknownCode
        If there is no such body, or it has no rule that day.
    BadInput
        If nobody sits in it that day, or weights of a voter are not on record.
    """
    described = world.body(body)
    row = register.rule(body, matter)
    voters = register.voters(body)
    if not voters:
        raise BadInput(f"nobody sits in {body} on {register.day}")
    where = world.places.get(f"body:{body}") or Place("bodies.toml")
    rule = rule_from(row.rule, where=where)
    tables: dict[str, Mapping[str, Fraction]] = {}
    grounds: list[Reason] = []
    for key in dict.fromkeys(_keys(row.rule)):
        given = (weights or {}).get(key)
        if given is not None:
            tables[key] = {state: Fraction(str(part)) for state, part in given.items()}
            grounds.append(Reason("assumption", f"{key} of {body} as assumed", body))
            continue
        subject = described.weights.get(key, f"{body} {key}")
        tables[key], why = _weights(world, register, key, subject, voters)
        grounds.append(why)
    held = Period(row.since or Day.min, row.until)
    found = BodyRule(
        body, rule, held, described.organisation, row.matter or ANY, tables, voters,
        row.article, row.source, row.confidence, row.note,
    )  # fmt: skip
    voting = found.electorate(voters, concerned=concerned, in_arrears=in_arrears)
    return Sitting(found, voting, (found.because, *grounds))


def _keys(rule: Any) -> Iterator[str]:
    """The keys of weights that a rule uses."""
    if isinstance(rule, Mapping):
        for key, value in rule.items():
            if key in ("weights", "shared_by") and isinstance(value, str):
                yield value
            else:
                yield from _keys(value)
    elif isinstance(rule, list):
        for item in rule:
            yield from _keys(item)


def _weights(
    world: World, register: Register, key: str, subject: str, voters: tuple[str, ...]
) -> tuple[Mapping[str, Fraction], Reason]:
    if key == "population":
        return _population(world, register, voters)
    shares = register.shares(subject)
    if shares is None:
        raise BadInput(
            f"no act sets {subject!r} for {register.day}", remedy="record an act of kind share"
        )
    return {state: Fraction(part) for state, part in shares.parts.items()}, shares.because[0]


def _population(
    world: World, register: Register, voters: tuple[str, ...]
) -> tuple[Mapping[str, Fraction], Reason]:
    """Persons, from the year on record that lies nearest."""
    year = min(POPULATION_YEARS, key=lambda y: abs(y - register.day.year))
    found = {}
    for state in voters:
        text = world.states[state].facts.get(f"population_{year}") if state in world.states else ""
        if not text:
            raise BadInput(f"the population of {state} in {year} is not on record")
        found[state] = Fraction(str(text))
    why = Reason("number", f"population of {year}", "states.csv", "wb", "VD")
    return found, why


def with_weights(found: Sitting, key: str, parts: Mapping[str, str]) -> Sitting:
    """The same sitting with other weights under a key.

    Raises
    ------
    BadInput
        If the rule uses no weights under that key.
    """
    if key not in found.rule.weights:
        raise BadInput(
            f"{found.rule.body} does not decide by {key!r}", nearest=tuple(found.rule.weights)
        )
    changed = {state: Fraction(part) for state, part in parts.items()}
    tables = {**found.rule.weights, key: {**found.rule.weights[key], **changed}}
    rule = replace(found.rule, weights=tables)
    told = ", ".join(f"{state} {part}" for state, part in parts.items())
    why = Reason("assumption", f"{key} assumed: {told}", found.rule.body)
    voting = rule.electorate(found.electorate.members)
    return Sitting(rule, voting, (*found.because, why))
