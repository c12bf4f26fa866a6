"""Standing: who has which status in an organisation, derived from treaties and acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hansa.record.acts import Act
from hansa.record.entry import effect_of, reason_of
from hansa.record.ledger import Ledger
from hansa.record.life import Lives, Notice, Spell, joined
from hansa.record.treaties import Clock
from hansa.record.unions import Organisation
from hansa.terms.days import Day, Period, day
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Flag:
    """Something said of a standing that does not change it in law.

    ``kind``: ``notice running``, ``frozen``, ``not paying``, ``recalled``, …
    """

    kind: str
    text: str
    period: Period
    because: Because


@dataclass(frozen=True, slots=True)
class Membership:
    """A state's standing in an organisation on a day.

    ``since`` is the first day of the present spell, ``until`` the first day after it, if
    that is known.
    """

    organisation: str
    state: str
    status: str
    since: Day
    until: Day | None
    flags: tuple[Flag, ...]
    because: Because


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is known of one state in one organisation, over time."""

    spells: tuple[tuple[str, Spell], ...]
    flags: tuple[Flag, ...]

    def on(self, organisation: str, when: Day) -> Membership | None:
        """The highest status that holds on the day."""
        for status, spell in self.spells:
            if when in spell.period:
                flags = tuple(flag for flag in self.flags if when in flag.period)
                return Membership(
                    organisation,
                    spell.state,
                    status,
                    spell.period.start,
                    spell.period.end,
                    flags,
                    spell.because,
                )
        return None


@dataclass(frozen=True, slots=True)
class Existence:
    """From when to when an organisation exists, and why."""

    period: Period | None
    because: Because


def existence_of(org: Organisation, lives: Lives, ledger: Ledger) -> Existence:
    """An organisation lives from its first constituent treaty or founding act to its end."""
    starts: list[tuple[Day, Because]] = []
    for treaty in org.constituted_by:
        life = lives[treaty]
        if life.entry is not None:
            starts.append((life.entry, life.because))
    admitted = ledger.about(org.id, "admit")
    if admitted:
        first = admitted[0]
        starts.append((effect_of(first), (reason_of(first),)))
    if not starts:
        return Existence(None, (Reason("rule", f"nothing constitutes {org.id} yet", org.id),))
    start, because = min(starts, key=lambda item: item[0])
    ends: list[tuple[Day, Because]] = [
        (effect_of(act), (reason_of(act),)) for act in ledger.about(org.id, "terminate", "succeed")
    ]
    if org.ended_by:
        successor = lives[org.ended_by]
        if successor.entry is not None:
            text = f"{org.id} gave way with the entry into force of {org.ended_by}"
            ends.append(
                (successor.entry, (Reason("rule", text, org.ended_by, "", "", successor.because),))
            )
    if ends:
        end, why = min(ends, key=lambda item: item[0])
        return Existence(Period(start, max(start, end)), because + why)
    return Existence(Period(start), because)


def _from_treaties(org: Organisation, lives: Lives) -> dict[str, list[tuple[str, Spell]]]:
    found: dict[str, list[tuple[str, Spell]]] = {}
    for rule in org.statuses:
        for treaty in rule.parties_to:
            for state, spells in lives[treaty].spells.items():
                for spell in spells:
                    text = f"parties to {treaty} are {rule.status}s of {org.id}"
                    ref = rule.article or treaty
                    why = Reason("rule", text, ref, org.source, org.confidence, spell.because)
                    found.setdefault(state, []).append(
                        (rule.status, replace(spell, because=(why,)))
                    )
            for state, pauses in lives[treaty].suspended.items():
                for pause in pauses:
                    found.setdefault(state, []).append(("suspended", pause))
    return found


def _granted(ledger: Ledger, org: Organisation) -> dict[str, list[tuple[str, Spell]]]:
    """Statuses given and ended by acts of admission."""
    found: dict[str, list[tuple[str, Spell]]] = {}
    for act in ledger.about(org.id, "admit", "end_status"):
        states = act.payload.get("states")
        named = [str(s) for s in states] if isinstance(states, list) else [act.actor]
        status = str(act.payload.get("status", "member"))
        for state in named:
            spells = found.setdefault(state, [])
            if act.kind == "admit":
                spells.append((status, Spell(state, Period(effect_of(act)), (reason_of(act),))))
                continue
            for index, (held, spell) in enumerate(spells):
                if held == status and spell.period.end is None:
                    period = Period(spell.period.start, effect_of(act))
                    ended = replace(spell, period=period, ended=(reason_of(act),))
                    spells[index] = (held, ended)
    return found


def _declared(act: Act) -> Flag:
    until = act.payload.get("until")
    end = day(str(until), where=act.place) if until else None
    kind = str(act.payload.get("position", "declared"))
    text = str(act.payload.get("text", act.note)) or kind
    return Flag(kind, text, Period(effect_of(act), end), (reason_of(act),))


def _running(notice: Notice, treaty: str) -> Flag:
    text = f"notice of withdrawal from {treaty} given on {notice.given}, effective {notice.effect}"
    return Flag("notice running", text, Period(notice.given, notice.effect), notice.because)


def standings_of(
    org: Organisation, lives: Lives, ledger: Ledger, existence: Existence, clock: Clock
) -> Mapping[str, Standing]:
    """The standing of every state that ever had one."""
    spells = _from_treaties(org, lives)
    for state, granted in _granted(ledger, org).items():
        spells.setdefault(state, []).extend(granted)
    flags: dict[str, list[Flag]] = {}
    for act in ledger.about(org.id, "declare"):
        flags.setdefault(act.actor, []).append(_declared(act))
    for rule in org.statuses:
        for treaty in rule.parties_to:
            for notice in lives[treaty].notices:
                if clock == "law" and notice.given < notice.effect:
                    flags.setdefault(notice.state, []).append(_running(notice, treaty))
    rank = {status: place for place, status in enumerate(org.ranks)}
    life = existence.period
    out = {}
    for state, found in spells.items():
        statuses = sorted({name for name, _ in found}, key=lambda name: rank.get(name, 99))
        kept = [
            (status, piece)
            for status in statuses
            for spell in joined([spell for name, spell in found if name == status])
            for piece in _within(spell, life)
        ]
        out[state] = Standing(tuple(kept), tuple(flags.get(state, ())))
    return out


def _within(spell: Spell, life: Period | None) -> tuple[Spell, ...]:
    """The spell as far as the organisation exists."""
    if life is None:
        return ()
    meet = spell.period.meet(life)
    return (replace(spell, period=meet),) if meet else ()
