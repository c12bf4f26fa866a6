"""What is inconsistent in a world: every finding names file and line.

A rule is a class whose docstring is the message that its violation begins with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import ClassVar

from hansa.record.acts import Act
from hansa.record.treaties import Treaty
from hansa.record.world import World
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """A broken rule, what is wrong, and where."""

    rule: str
    text: str
    place: Place | None
    nearest: tuple[str, ...] = ()


class Rule:
    """A rule of consistency; subclasses yield what breaks it."""

    rules: ClassVar[list[type[Rule]]] = []
    folds: ClassVar[bool] = False
    """Whether the rule asks what holds; such rules wait until all references are sound."""

    def __init_subclass__(cls) -> None:
        Rule.rules.append(cls)

    def broken(self, world: World) -> Iterator[Inconsistency]:
        """Every place where the world breaks the rule."""
        raise NotImplementedError

    def finding(self, text: str, place: Place | None, near: tuple[str, ...] = ()) -> Inconsistency:
        """A finding of this rule."""
        message = (type(self).__doc__ or "").strip().rstrip(".")
        return Inconsistency(type(self).__name__, f"{message}: {text}", place, near)


def check_world(world: World) -> tuple[Inconsistency, ...]:
    """Every inconsistency, in the order of rules, then of the world's tables."""
    plain = [found for rule in Rule.rules if not rule.folds for found in rule().broken(world)]
    if any(found.rule in ("TreatiesRefer", "OrganisationsRefer") for found in plain):
        return tuple(plain)
    return (*plain, *(f for rule in Rule.rules if rule.folds for f in rule().broken(world)))


def _actors(world: World) -> set[str]:
    secretariats = {f"{name} Secretariat" for name in world.organisations}
    return {*world.states, *world.organisations, *world.bodies, *secretariats}


class ActorIsKnown(Rule):
    """The actor of an act is a state, an organisation or a body of the world."""

    def broken(self, world: World) -> Iterator[Inconsistency]:
        known = _actors(world)
        for act in world.acts:
            if act.actor and act.actor not in known:
                yield self.finding(repr(act.actor), _at(act, "actor"), nearest(act.actor, known))


class SubjectIsKnown(Rule):
    """The subject of an act exists in the world."""

    TREATY = ("sign", "ratify", "notify", "accede", "object", "reserve", "denounce", "amend")
    ORGANISATION = ("admit", "end_status", "declare")
    OFFICE = ("appoint", "chair", "recall")
    ACT = ("correct", "withdraw")
    EITHER = ("suspend", "terminate")

    def broken(self, world: World) -> Iterator[Inconsistency]:
        things: dict[str, set[str]] = {}
        for kinds, known in (
            (self.TREATY, {*world.treaties}),
            (self.ORGANISATION, {*world.organisations}),
            (self.OFFICE, {*world.offices}),
            (self.ACT, {act.id for act in world.acts}),
            (self.EITHER, {*world.treaties, *world.organisations}),
        ):
            things.update(dict.fromkeys(kinds, known))
        for act in world.acts:
            found = things.get(act.kind)
            if found is not None and act.subject not in found:
                text = f"{act.kind} {act.subject!r}"
                yield self.finding(text, _at(act, "subject"), nearest(act.subject, found))


class ActsOnlyAsParty(Rule):
    """A state denounces or objects only to what it is a party to."""

    folds = True

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for act in world.acts:
            if act.kind not in ("denounce", "object") or act.subject not in world.treaties:
                continue
            life = world.timeline().lives[act.subject]
            bound = any(
                spell.period.start <= act.on and (spell.period.end or act.on) >= act.on
                for spell in life.spells.get(act.actor, ())
            )
            if not bound:
                text = f"{act.actor} is no party to {act.subject} on {act.on}"
                yield self.finding(text, _at(act, "actor"))


class DatesAreInOrder(Rule):
    """What follows does not come before what it follows."""

    def broken(self, world: World) -> Iterator[Inconsistency]:
        signed: dict[tuple[str, str], Act] = {}
        for act in world.acts:
            if act.kind == "sign":
                signed.setdefault((act.subject, act.actor), act)
        for act in world.acts:
            treaty = world.treaties.get(act.subject)
            first = signed.get((act.subject, act.actor))
            if act.kind in ("ratify", "notify") and first and act.on < first.on:
                text = f"{act.actor} ratifies {act.subject} on {act.on}, signs on {first.on}"
                yield self.finding(text, _at(act, "on"))
            if act.kind == "sign" and treaty and act.on < treaty.signed:
                text = f"{act.actor} signs {act.subject} on {act.on}, opened {treaty.signed}"
                yield self.finding(text, _at(act, "on"))
            if act.recorded.date() < act.on and act.kind not in ("convene", "due"):
                text = f"{act.id} was recorded on {act.recorded.date()}, done on {act.on}"
                yield self.finding(text, _at(act, "recorded"))
            until = act.payload.get("until")
            if isinstance(until, str) and _day_or_none(until, act) is not None:
                end = day(until)
                if end < act.on:
                    text = f"{act.id} runs from {act.on} until {until}"
                    yield self.finding(text, _at(act, "payload"))


def _day_or_none(text: str, act: Act) -> object:
    try:
        return day(text)
    except BadInput:
        return None


class SpellsDoNotOverlap(Rule):
    """A status is not granted again while it is held."""

    folds = True

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for org in world.organisations:
            held: dict[tuple[str, str], Act] = {}
            for act in world.timeline().ledger.about(org, "admit", "end_status"):
                key = (act.actor, str(act.payload.get("status", "member")))
                if act.kind == "end_status":
                    if key not in held:
                        text = f"{act.actor} holds no status {key[1]!r} in {org} on {act.on}"
                        yield self.finding(text, _at(act, "payload"))
                    held.pop(key, None)
                elif key in held:
                    text = f"{act.actor} is {key[1]} of {org} since {held[key].on}"
                    yield self.finding(text, _at(act, "on"))
                else:
                    held[key] = act


class TenuresDoNotOverlap(Rule):
    """An office has one holder at a time."""

    folds = True

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for name in world.offices:
            acts = world.timeline().ledger.about(name, "appoint", "chair")
            for act, after in pairwise(acts):
                until = act.payload.get("until")
                if isinstance(until, str) and day(until) > after.on:
                    text = f"{name}: held until {until}, taken again on {after.on}"
                    yield self.finding(text, _at(after, "on"))


class SharesSum(Rule):
    """Shares sum to their stated total."""

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for act in world.acts:
            if act.kind != "share":
                continue
            shares = act.payload.get("shares")
            try:
                parts = (
                    [Decimal(str(v)) for v in shares.values()] if isinstance(shares, dict) else []
                )
                total = Decimal(str(act.payload.get("total")))
            except InvalidOperation:
                yield self.finding(f"{act.id} holds what is no number", _at(act, "payload"))
                continue
            if sum(parts) != total:
                text = f"{act.id}: {sum(parts)} instead of {total}"
                yield self.finding(text, _at(act, "payload"))


class SharersAreKnown(Rule):
    """Whoever has a share is a state of the world."""

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for act in world.acts:
            shares = act.payload.get("shares")
            for state in shares if act.kind == "share" and isinstance(shares, dict) else ():
                if state not in world.states:
                    near = nearest(str(state), world.states)
                    yield self.finding(repr(state), _at(act, "payload"), near)


class TreatiesRefer(Rule):
    """What a treaty refers to exists."""

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for treaty in world.treaties.values():
            place = world.places.get(f"treaty:{treaty.id}")
            for name in _references(treaty):
                if name not in world.treaties:
                    text = f"{treaty.id} refers to {name!r}"
                    yield self.finding(text, place, nearest(name, world.treaties))
            org = treaty.organisation
            if org and org not in world.organisations:
                text = f"{treaty.id} belongs to {org!r}"
                yield self.finding(text, place, nearest(org, world.organisations))


def _references(treaty: Treaty) -> Iterable[str]:
    names = [*treaty.amends, treaty.ended_by, treaty.parties_of]
    names += [treaty.term.renewed_by] if treaty.term else []
    for norm in treaty.norms:
        names += [norm.since_treaty, norm.until_treaty]
    return dict.fromkeys(name for name in names if name)


class OrganisationsRefer(Rule):
    """What an organisation, a body or an office refers to exists."""

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for org in world.organisations.values():
            place = world.places.get(f"organisation:{org.id}")
            used = [*org.constituted_by, org.ended_by]
            used += [name for rule in org.statuses for name in rule.parties_to]
            for name in dict.fromkeys(filter(None, used)):
                if name not in world.treaties:
                    text = f"{org.id} refers to treaty {name!r}"
                    yield self.finding(text, place, nearest(name, world.treaties))
            for name in filter(None, (org.predecessor, org.successor)):
                if name not in world.organisations:
                    text = f"{org.id} refers to organisation {name!r}"
                    yield self.finding(text, place, nearest(name, world.organisations))
        for kind, things in (("body", world.bodies), ("office", world.offices)):
            for thing in things.values():
                if thing.organisation not in world.organisations:
                    place = world.places.get(f"{kind}:{thing.id}")
                    near = nearest(thing.organisation, world.organisations)
                    yield self.finding(f"{thing.id} of {thing.organisation!r}", place, near)


class StatusesAreRanked(Rule):
    """A status that is granted has a rank in its organisation."""

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for act in world.acts:
            org = world.organisations.get(act.subject)
            status = str(act.payload.get("status", "member"))
            if act.kind == "admit" and org is not None and status not in org.ranks:
                near = nearest(status, org.ranks)
                yield self.finding(f"{status!r} in {org.id}", _at(act, "payload"), near)


class SourcesAreNamed(Rule):
    """A fact has a source and a confidence."""

    def broken(self, world: World) -> Iterator[Inconsistency]:
        if not world.sources:
            return
        for act in world.acts:
            if not act.source or not act.confidence:
                yield self.finding(f"{act.id} has none", _at(act, "source"))


class SheetsRefer(Rule):
    """States that a table names exist."""

    COLUMNS = ("state", "a", "b", "host", "states", "victims", "attackers", "users")

    def broken(self, world: World) -> Iterator[Inconsistency]:
        for sheet in world.sheets.values():
            for row in sheet:
                for column in self.COLUMNS:
                    value = row.values.get(column)
                    for name in value if isinstance(value, tuple) else [value] if value else []:
                        if name not in world.states:
                            place = Place(row.place.file, row.place.row, column)
                            near = nearest(str(name), world.states)
                            yield self.finding(repr(name), place, near)


def _at(act: Act, column: str) -> Place | None:
    if act.place is None:
        return None
    return Place(act.place.file, act.place.row, column)
