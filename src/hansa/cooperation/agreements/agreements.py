"""Agreements to which organisations or their secretariats are parties, in force on a day.

They come from two places: treaties whose parties are organisations or secretariats, and acts
of cooperation that no treaty carries. An agreement binds whoever concluded it: a memorandum
between secretariats binds secretariats, and puts no duty on states.

Source: Vienna Convention on the Law of Treaties between States and International Organizations
or between International Organizations (1986; VCLTIO), Art. 6, 24, 26, 34 and 35.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from hansa.cooperation.agreements.areas import AREAS, covers
from hansa.record.acts import Act
from hansa.record.entry import effect_of, reason_of
from hansa.record.ledger import Ledger
from hansa.record.life import Life
from hansa.record.register import Finding, Register
from hansa.terms.days import Day, day
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

Level = Literal["secretariats", "organisations", "states", "nobody"]

SECRETARIAT: Final = " Secretariat"
STRENGTH: Final[dict[Level, int]] = {
    "nobody": 0, "secretariats": 1, "organisations": 2, "states": 3
}  # fmt: skip
"""How far an agreement reaches: further is more."""


@dataclass(frozen=True, slots=True)
class Party:
    """A party to an agreement: an organisation, its secretariat, or a state."""

    name: str
    organisation: str
    level: Level

    @property
    def state(self) -> str:
        """The state, ``""`` if the party is none."""
        return self.name if self.level == "states" else ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement on a day.

    Parameters
    ----------
    id : str
        The treaty's id, or the subject of the acts.
    title : str
    parties : tuple of Party
    areas : tuple of str
        Ids of `AREAS`.
    binds : Level
        Whom it binds.
    since : Day
    until : Day, optional
        First day on which it no longer holds, where that is known.
    articles : tuple of str
        Norms that say so, ``SC2007 Art. whole``.
    because : tuple of Reason
    """

    id: str
    title: str
    parties: tuple[Party, ...]
    areas: tuple[str, ...]
    binds: Level
    since: Day
    until: Day | None
    articles: tuple[str, ...]
    because: Because

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisations that are parties, themselves or by their secretariats."""
        return tuple(dict.fromkeys(p.organisation for p in self.parties if p.organisation))

    def others(self, organisation: str) -> tuple[Party, ...]:
        """The parties other than an organisation."""
        return tuple(party for party in self.parties if party.organisation != organisation)

    def between(self, one: str, other: str) -> bool:
        """Whether both are parties, themselves or by their secretariats."""
        names = {p.organisation or p.name for p in self.parties}
        return one in names and other in names

    def covers(self, area: str) -> bool:
        """Whether it covers an area, or one that contains it."""
        return covers(self.areas, area)


def party_of(name: str, register: Register) -> Party | None:
    """Who a name stands for: ``CSTO``, ``CSTO Secretariat``, ``AFG``; ``None`` if nobody known."""
    known = register.timeline.organisations
    if name in known:
        return Party(name, name, "organisations")
    stem = name.removesuffix(SECRETARIAT)
    if stem != name and stem in known:
        return Party(name, stem, "secretariats")
    body = register.timeline.bodies.get(name)
    if body is not None:
        return Party(name, body.organisation, "organisations")
    return Party(name, "", "states") if len(name) == 3 and name.isupper() else None


def agreements(register: Register) -> tuple[Agreement, ...]:
    """The agreements in force on the register's day, by id."""
    ledger = register.timeline.ledger
    found: dict[str, Agreement] = {}
    for life in register.timeline.lives.values():
        made = _from_treaty(life, register, ledger)
        if made is not None:
            found[made.id] = made
    for subject in dict.fromkeys(act.subject for act in ledger.of("cooperate")):
        if subject not in register.timeline.treaties:
            made = _from_acts(subject, register, ledger)
            if made is not None:
                found[made.id] = made
    return tuple(found[name] for name in sorted(found))


def _from_treaty(life: Life, register: Register, ledger: Ledger) -> Agreement | None:
    treaty = life.treaty
    if not life.in_force(register.day):
        return None
    spells = {name: life.bound(name, register.day) for name in life.spells}
    bound = {name: spell for name, spell in spells.items() if spell is not None}
    named = [party_of(name, register) for name in sorted(bound)]
    parties = tuple(party for party in named if party is not None)
    if sum(1 for party in parties if party.level != "states") == 0 or len(parties) < 2:
        return None
    acts = [act for act in ledger.about(treaty.id, "cooperate") if act.on <= register.day]
    norms = [bn.norm for bn in register.norms(treaty=treaty.id)]
    spell = next(iter(bound.values()))
    return Agreement(
        treaty.id, treaty.title, parties, _areas(acts), _level(parties, treaty.binds),
        min(s.period.start for s in bound.values()), spell.period.end,
        tuple(norm.ref for norm in norms), (*life.because, *map(reason_of, acts)),
    )  # fmt: skip


def _from_acts(subject: str, register: Register, ledger: Ledger) -> Agreement | None:
    """What acts of cooperation about one subject make, unless they were ended."""
    now = register.day
    made = [act for act in ledger.about(subject, "cooperate") if effect_of(act) <= now]
    made = [act for act in made if not _over(act, now)]
    ends = [act for act in ledger.about(subject, "terminate", "suspend") if effect_of(act) <= now]
    starts = [act for act in ledger.about(subject, "resume") if effect_of(act) <= now]
    last = max((effect_of(act) for act in (*made, *starts)), default=None)
    if not made or (ends and last is not None and max(map(effect_of, ends)) >= last):
        return None
    names = dict.fromkeys(name for act in made for name in (act.actor, *_with(act)))
    found = [party_of(name, register) for name in names]
    parties = tuple(party for party in found if party is not None)
    if len(parties) < 2 or not _alive(parties, register):
        return None
    title = str(made[0].payload.get("title", "")) or subject
    until = made[-1].payload.get("until")
    said = made[-1].payload.get("binds")
    binds: Level = said if said in STRENGTH else _level(parties, "")
    return Agreement(
        subject, title, parties, _areas(made), binds, min(map(effect_of, made)),
        day(str(until)) if until else None, (), tuple(map(reason_of, made)),
    )  # fmt: skip


def _over(act: Act, now: Day) -> bool:
    until = act.payload.get("until")
    return bool(until) and day(str(until), where=act.place) <= now


def _with(act: Act) -> tuple[str, ...]:
    said = act.payload.get("with")
    if isinstance(said, list):
        return tuple(str(name) for name in said)
    return (str(said),) if said else ()


def _areas(acts: Iterable[Act]) -> tuple[str, ...]:
    lists = [said for act in acts if isinstance(said := act.payload.get("areas"), list)]
    said = dict.fromkeys(str(name) for names in lists for name in names)
    return tuple(name for name in said if name in AREAS)


def _level(parties: tuple[Party, ...], said: str) -> Level:
    """An agreement reaches no further than its weakest party can promise."""
    levels = [party.level for party in parties if party.level != "states"]
    weakest = min(levels, key=lambda level: STRENGTH[level])
    if said == "nobody" or weakest == "secretariats":
        return "nobody" if said == "nobody" else "secretariats"
    return weakest


def _alive(parties: tuple[Party, ...], register: Register) -> bool:
    """An agreement ends with an organisation that is a party to it (VCLTIO Art. 73)."""
    names = [party.organisation for party in parties if party.organisation]
    return all(register.exists(name).truth is Truth.TRUE for name in names)


class CapacityIsTheOrganisations:
    """The capacity of an international organisation to conclude treaties is governed by its rules (VCLTIO Art. 6)."""  # noqa: E501  # the message in one line


class SecretariatsBindSecretariats:
    """A secretariat binds nobody but itself (VCLTIO Art. 34)."""


def may_conclude(register: Register, name: str) -> Finding:
    """Whether somebody may conclude an agreement on the day, and whom it would bind.

    For organisations this is true if a norm of theirs in force gives them the power,
    unknown if nothing in this world says so.

    Raises
    ------
    UnknownCode
        If the name stands for nobody.
    """
    party = party_of(name, register)
    if party is None or (party.organisation and party.organisation not in _known(register)):
        raise _nobody(name, register)
    if party.level == "states":
        why = Reason("rule", "every state possesses capacity to conclude treaties", "VCLT Art. 6")
        return Finding(Truth.TRUE, f"{name} may conclude treaties and is bound by them", (why,))
    exists = register.exists(party.organisation)
    if exists.truth is not Truth.TRUE:
        return Finding(Truth.FALSE, exists.text, exists.because)
    if party.level == "secretariats":
        text = f"{name} may make arrangements that bind itself, and no state"
        rule = (SecretariatsBindSecretariats.__doc__ or "").strip()
        return Finding(Truth.TRUE, text, (Reason("rule", rule, "VCLTIO Art. 34"), *exists.because))
    rule = (CapacityIsTheOrganisations.__doc__ or "").strip()
    why = Reason("rule", rule, "VCLTIO Art. 6")
    for bound in register.norms():
        norm = bound.norm
        if bound.treaty.organisation == party.organisation and norm.act.startswith("conclude"):
            ground = Reason("article", norm.text, norm.ref, norm.source, norm.confidence)
            return Finding(Truth.TRUE, f"{name} may conclude agreements", (why, ground))
    done = [a for a in agreements(register) if any(p.name == name for p in a.parties)]
    if done:
        ground = Reason("act", f"{name} has concluded {done[0].title}", done[0].id)
        return Finding(Truth.TRUE, f"{name} concludes agreements in practice", (why, ground))
    return Finding(Truth.UNKNOWN, f"no norm or practice here shows that {name} may", (why,))


def _known(register: Register) -> Iterable[str]:
    return register.timeline.organisations


def _nobody(name: str, register: Register) -> Exception:
    from hansa.terms.names import unknown

    names = [*_known(register), *(f"{org}{SECRETARIAT}" for org in _known(register))]
    return unknown("party", name, names)
