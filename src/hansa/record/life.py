"""The life of a treaty: from signature to its end, for each state, derived from acts.

Rules follow the treaty's own clauses and, where it is silent, the VCLT: entry into force
Art. 24, retroactive effect Art. 28, withdrawal Art. 54 and 56, suspension Art. 57.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hansa.record.acts import Act
from hansa.record.entry import blocked_by, consents_of, effect_of, entry_of, reason_of
from hansa.record.ledger import Ledger
from hansa.record.treaties import Clock, Exit, Treaty
from hansa.terms.days import Day, Period, add_days, add_months
from hansa.terms.errors import RuleViolation
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

VCLT_56 = Exit(months=12, article="VCLT Art. 56(2)")


@dataclass(frozen=True, slots=True)
class Spell:
    """Days during which a state is bound (or suspended), why, and what ended them."""

    state: str
    period: Period
    because: Because
    ended: Because = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of withdrawal: given, and the day from which it has effect."""

    state: str
    given: Day
    effect: Day
    because: Because


@dataclass(frozen=True, slots=True)
class Life:
    """What acts and rules make of a treaty."""

    treaty: Treaty
    entry: Day | None
    because: Because
    signed: Mapping[str, Act]
    spells: Mapping[str, tuple[Spell, ...]]
    suspended: Mapping[str, tuple[Spell, ...]]
    notices: tuple[Notice, ...]
    ended: Day | None = None
    blocked: Mapping[str, Because] = field(default_factory=dict)

    def bound(self, state: str, on: Day) -> Spell | None:
        """The spell that binds the state on the day."""
        return _covering(self.spells.get(state, ()), on)

    def in_force(self, on: Day) -> bool:
        """Whether the treaty binds anybody on the day."""
        return any(on in spell.period for spells in self.spells.values() for spell in spells)


def _covering(spells: tuple[Spell, ...], on: Day) -> Spell | None:
    for spell in spells:
        if on in spell.period:
            return spell
    return None


def _notices(treaty: Treaty, ledger: Ledger, clock: Clock) -> tuple[Notice, ...]:
    clause = treaty.exit or VCLT_56
    found = []
    for act in ledger.about(treaty.id, "denounce"):
        if clock == "signature":
            effect = act.on
        elif act.payload.get("effect"):
            effect = effect_of(act)
        else:
            effect = add_days(add_months(act.on, clause.months), clause.days)
        length = f"{clause.months} months" if clause.months else f"{clause.days} days"
        text = f"notice given on {act.on} ends it for {act.actor} on {effect} ({length})"
        ref = f"{treaty.id} {clause.article}" if treaty.exit else clause.article
        why = Reason("rule", text, ref, act.source, act.confidence, (reason_of(act),))
        found.append(Notice(act.actor, act.on, effect, (why,)))
    return tuple(found)


def _states(act: Act) -> tuple[str, ...]:
    """The states that a suspension or resumption concerns."""
    named = act.payload.get("states")
    if isinstance(named, list):
        return tuple(str(state) for state in named)
    return (act.actor,)


def _suspensions(treaty: Treaty, ledger: Ledger) -> dict[str, tuple[Spell, ...]]:
    found: dict[str, list[Spell]] = {}
    for act in ledger.about(treaty.id, "suspend", "resume"):
        for state in _states(act):
            spells = found.setdefault(state, [])
            if act.kind == "suspend":
                spells.append(Spell(state, Period(effect_of(act)), (reason_of(act),)))
            elif spells and spells[-1].period.end is None:
                last = spells[-1]
                spells[-1] = replace(
                    last,
                    period=Period(last.period.start, effect_of(act)),
                    ended=(reason_of(act),),
                )
    return {state: tuple(spells) for state, spells in found.items()}


def _cut(spell: Spell, end: Day, why: Because) -> Spell | None:
    """The spell ended on ``end`` if it ran longer; ``None`` if nothing is left."""
    if spell.period.end is not None and spell.period.end <= end:
        return spell
    if end <= spell.period.start:
        return None
    return replace(spell, period=Period(spell.period.start, end), ended=why)


def joined(spells: list[Spell]) -> list[Spell]:
    """Spells that touch or overlap made one."""
    out: list[Spell] = []
    for spell in sorted(spells, key=lambda s: s.period.start):
        last = out[-1] if out else None
        if last and (last.period.end is None or spell.period.start <= last.period.end):
            ends = (last.period.end, spell.period.end)
            longer = (
                spell if ends[0] is not None and (ends[1] is None or ends[1] > ends[0]) else last
            )
            out[-1] = replace(
                last,
                period=Period(last.period.start, longer.period.end),
                because=last.because + tuple(r for r in spell.because if r not in last.because),
                ended=longer.ended,
            )
        else:
            out.append(spell)
    return out


Ends = tuple[tuple[Day, Because], ...]


def _ended(spell: Spell, notices: tuple[Notice, ...], ends: Ends) -> Spell | None:
    """The spell ended by the state's notice or by the treaty's end, if it was."""
    kept: Spell | None = spell
    for notice in notices:
        if kept and notice.state == spell.state and notice.given >= spell.period.start:
            kept = _cut(kept, notice.effect, notice.because)
    for end, why in ends:
        kept = kept and _cut(kept, end, why)
    return kept


def _all_ended(
    spells: Iterable[Spell], notices: tuple[Notice, ...], ends: Ends
) -> tuple[Spell, ...]:
    cut = (_ended(spell, notices, ends) for spell in spells)
    return tuple(spell for spell in cut if spell is not None)


def _pauses(
    spells: tuple[Spell, ...], notices: tuple[Notice, ...], ends: Ends
) -> tuple[Spell, ...]:
    """Suspensions last no longer than what they suspend."""
    out: list[Spell] = []
    for spell in spells:
        kept: Spell | None = spell
        for notice in notices:
            if kept and notice.state == spell.state and notice.effect > spell.period.start:
                kept = _cut(kept, notice.effect, notice.because)
        out += _all_ended([kept] if kept else [], (), ends)
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _Case:
    """All that the spells of a treaty's parties depend on."""

    treaty: Treaty
    entry: Day
    because: Because
    clock: Clock
    renewal: Life | None
    notices: tuple[Notice, ...]
    ends: Ends

    def term_end(self) -> tuple[Day, Because] | None:
        """First day after the term, if it must be renewed by a fresh consent."""
        term = self.treaty.term
        if term is None or term.renewal == "automatic":
            return None
        on = add_months(self.entry, 12 * term.years) + timedelta(days=1)
        text = f"the term of {term.years} years from {self.entry} ran out on {add_days(on, -1)}"
        ref = f"{self.treaty.id} {term.article}".strip()
        return on, (Reason("rule", text, ref, self.treaty.source),)

    def first_spell(self, act: Act) -> Spell:
        """From consent or entry into force, whichever is later."""
        rule = self.treaty.entry
        start = self.entry
        own = effect_of(act)
        late = own > self.entry
        if late:
            wait = self.treaty.accession.days_after if self.treaty.accession else 0
            start = add_days(own, wait if self.clock == "law" else 0)
        because = (reason_of(act), *self.because)
        if self.clock == "law" and rule.effect_from is not None:
            start = min(start, rule.effect_from)
            text = f"{self.treaty.id} has effect from {rule.effect_from}"
            because += (Reason("rule", text, f"{self.treaty.id} {rule.article}".strip()),)
        return Spell(act.actor, Period(start), because)

    def spells_of(self, acts: list[Act]) -> tuple[Spell, ...]:
        """All spells of one state."""
        spells = [self.first_spell(act) for act in acts]
        term = self.term_end()
        state = acts[0].actor
        if term is not None:
            cut = [_cut(s, *term) if s.period.start < term[0] else s for s in spells]
            spells = [s for s in cut if s is not None]
            if self.renewal is not None:
                spells += [self._renewed(s) for s in self.renewal.spells.get(state, ())]
        return tuple(joined(list(_all_ended(spells, self.notices, self.ends))))

    def _renewed(self, spell: Spell) -> Spell:
        term = self.treaty.term
        text = f"{self.treaty.id} goes on for parties to {term.renewed_by if term else ''}"
        why = Reason("rule", text, spell.because[0].ref, self.treaty.source, "", spell.because)
        return replace(spell, because=(why,))


class Lives:
    """The lives of all treaties as known at a moment, computed when asked for."""

    def __init__(self, treaties: Mapping[str, Treaty], ledger: Ledger, clock: Clock) -> None:
        self._treaties = treaties
        self._ledger = ledger
        self._clock: Clock = clock
        self._known: dict[str, Life] = {}
        self._open: list[str] = []

    def __getitem__(self, treaty: str) -> Life:
        if treaty not in self._known:
            if treaty not in self._treaties:
                raise unknown(
                    "treaty", treaty, self._treaties, remedy="hansa check names the place"
                )
            if treaty in self._open:
                ring = " → ".join([*self._open, treaty])
                raise RuleViolation(f"treaties depend on one another in a ring: {ring}")
            self._open.append(treaty)
            try:
                self._known[treaty] = self._life(self._treaties[treaty])
            finally:
                self._open.pop()
        return self._known[treaty]

    def all(self) -> tuple[Life, ...]:
        """Every treaty's life."""
        return tuple(self[treaty] for treaty in self._treaties)

    def _ends(self, treaty: Treaty) -> Ends:
        acts = self._ledger.about(treaty.id, "terminate")
        ends: list[tuple[Day, Because]] = [(effect_of(act), (reason_of(act),)) for act in acts]
        if treaty.ended_by:
            successor = self[treaty.ended_by]
            if successor.entry is not None:
                text = f"{treaty.id} ended with the entry into force of {treaty.ended_by}"
                why = Reason("rule", text, treaty.ended_by, "", "", successor.because)
                ends.append((successor.entry, (why,)))
        return tuple(ends)

    def _inherited(self, case: _Case) -> dict[str, tuple[Spell, ...]]:
        """The parties to another treaty, as long as this one is in force."""
        whole = Period(case.entry, min((end for end, _ in case.ends), default=None))
        found: dict[str, tuple[Spell, ...]] = {}
        for state, spells in self[case.treaty.parties_of].spells.items():
            text = f"parties to {case.treaty.parties_of} are bound by {case.treaty.id}"
            kept = []
            for spell in spells:
                period = spell.period.meet(whole)
                if period is not None:
                    why = Reason("rule", text, case.treaty.id, "", "", spell.because)
                    kept.append(replace(spell, period=period, because=(why, *case.because)))
            found[state] = tuple(kept)
        return found

    def _life(self, treaty: Treaty) -> Life:
        signed: dict[str, Act] = {}
        for act in self._ledger.about(treaty.id, "sign"):
            signed.setdefault(act.actor, act)
        first = frozenset(state for state, act in signed.items() if act.on == treaty.signed)
        consents = consents_of(treaty, self._ledger, self._clock)
        entry, because = entry_of(treaty, consents, first or frozenset(consents), self._clock)
        notices = _notices(treaty, self._ledger, self._clock)
        ends = self._ends(treaty)
        pauses = _suspensions(treaty, self._ledger)
        suspended = {state: _pauses(found, notices, ends) for state, found in pauses.items()}
        spells: dict[str, tuple[Spell, ...]] = {}
        if entry is not None:
            renewed_by = treaty.term.renewed_by if treaty.term else ""
            renewal = self[renewed_by] if renewed_by else None
            case = _Case(treaty, entry, because, self._clock, renewal, notices, ends)
            for state, acts in consents.items():
                spells[state] = without(case.spells_of(acts), suspended.get(state, ()))
            if treaty.parties_of:
                spells = {**self._inherited(case), **spells}
        ended = min((end for end, _ in ends), default=None)
        return Life(
            treaty, entry, because, signed, spells, suspended, notices, ended, self._blocked(treaty)
        )

    def _blocked(self, treaty: Treaty) -> dict[str, Because]:
        """States whose accession an objection keeps from taking effect, and why."""
        by_id = {act.id: act for act in self._ledger.about(treaty.id, "accede")}
        return {
            by_id[against].actor: (reason_of(by_id[against]), reason_of(objection))
            for against, objection in blocked_by(treaty, self._ledger).items()
            if against in by_id
        }


def without(spells: tuple[Spell, ...], suspended: tuple[Spell, ...]) -> tuple[Spell, ...]:
    """The spells less the days of suspension."""
    out: list[Spell] = []
    for spell in spells:
        rest: list[Spell] = [spell]
        for pause in suspended:
            rest = [piece for part in rest for piece in _minus(part, pause)]
        out += rest
    return tuple(out)


def _minus(spell: Spell, pause: Spell) -> list[Spell]:
    overlap = spell.period.meet(pause.period)
    if overlap is None:
        return [spell]
    pieces = []
    if spell.period.start < overlap.start:
        period = Period(spell.period.start, overlap.start)
        pieces.append(replace(spell, period=period, ended=pause.because))
    if overlap.end is not None and (spell.period.end is None or overlap.end < spell.period.end):
        pieces.append(replace(spell, period=Period(overlap.end, spell.period.end)))
    return pieces
