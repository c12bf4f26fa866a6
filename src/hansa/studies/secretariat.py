"""Where meetings meet rules of decision: who carries an item, whom it binds, the quorum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hansa.decisions import (
    ABSENT,
    FOR,
    STAND_ASIDE,
    UNKNOWN,
    Decision,
    Position,
    position,
    rule_from,
    tally,
)
from hansa.record.acts import Act
from hansa.record.register import Finding, Register
from hansa.record.world import World
from hansa.secretariat import (
    Document,
    Effect,
    Item,
    Meeting,
    Stage,
    Step,
    agenda_of,
    meeting_of,
    sequence,
)
from hansa.studies.case import Case
from hansa.studies.deciding import Sitting, sitting
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth


def names(world: World) -> Mapping[str, Mapping[str, str]]:
    """Names of states by language, then by code: English, Russian, and ``name_xx`` columns."""
    found: dict[str, dict[str, str]] = {"en": {}, "ru": {}}
    for state in world.states.values():
        found["en"][state.id] = state.name
        if state.name_ru:
            found["ru"][state.id] = state.name_ru
        for key, value in state.facts.items():
            if key.startswith("name_"):
                found.setdefault(key.removeprefix("name_"), {})[state.id] = str(value)
    return found


def meeting(case: Case, name: str) -> Meeting:
    """A meeting as it stands on the case's day, its decisions' effects by the body's rule.

    Raises
    ------
    UnknownCode
        If no meeting of that name was convened.
    """
    found = meeting_of(name, case.register)
    documents = tuple(_with_effects(case, found, paper) for paper in found.documents)
    return replace(found, documents=documents)


def decision_on(case: Case, held: Meeting, item: Item) -> Decision | None:
    """The tally of an item's votes by the body's rule; ``None`` if no body or rule is known."""
    seat = _sitting(case, held, item.matter)
    if seat is None:
        return None
    return tally(
        seat.rule.rule,
        seat.electorate,
        _positions(held, item, seat, None),
        others=UNKNOWN,
        because=seat.because,
    )


def illegal_step(world: World, act: Act) -> Step | None:
    """The step of an item that no rule allows and that an act, if recorded, would cause.

    For a server that asks before it records: ``None`` if the act is about no meeting, or
    takes its item where it may go. The step may be another act's: one dated before what was
    done since, or a correction of what others went on from, leaves them without ground.
    """
    known = {step.act.id for name in _about(world, act) for step in _breaks(world, name)}
    after = world.with_acts((act,))
    steps = (step for name in _about(after, act) for step in _breaks(after, name))
    return next((step for step in steps if step.act.id not in known), None)


def _about(world: World, act: Act) -> tuple[str, ...]:
    """The meetings to whose agendas an act, a correction or withdrawal may belong."""
    if act.kind in ("table", "vote", "refuse", "adopt"):
        return (act.subject,)
    if act.kind not in ("correct", "withdraw"):
        return ()
    target = next((a for a in world.acts if a.id == act.subject), None)
    if target is None or target.kind not in ("table", "vote", "refuse", "adopt"):
        return ()
    return tuple(dict.fromkeys((target.subject, str(act.payload.get("subject", target.subject)))))


def _breaks(world: World, name: str) -> tuple[Step, ...]:
    """The steps on the agenda of a meeting that no rule allows, whenever they were taken."""
    about = world.timeline().ledger.about(name)
    call = next((act for act in about if act.kind == "convene"), None)
    if call is None:
        return ()
    done = sorted((act for act in about if act.kind != "convene"), key=sequence)
    return agenda_of(call, done).breaks


def quorum_of(case: Case, held: Meeting, matter: str = "") -> Finding:
    """Whether enough are represented for the body to decide.

    Unknown where the world has no rule on a quorum, or not all delegations are known.
    """
    seat = _sitting(case, held, matter)
    if seat is None:
        text = f"no rule of {held.summary.body or 'the body'} is on record"
        return Finding(Truth.UNKNOWN, text, ())
    there = [s for s in seat.electorate.members if held.delegation(s) is not None]
    text = f"{len(there)} of {len(seat.electorate.members)} with a vote are represented"
    row = _register(case, held).rule(held.summary.body, matter)
    found = [rule_from(inner) for inner in _quorums(row.rule)]
    if not found:
        why = Reason("rule", f"no source gives a quorum of {held.summary.body}", row.article)
        return Finding(Truth.UNKNOWN, f"{text}; no quorum is on record", (why, *seat.because))
    away = {state for state, _ in held.absent}
    stance: dict[str, Position] = dict.fromkeys(there, FOR)
    stance |= dict.fromkeys(away & set(seat.electorate.members), ABSENT)
    met = [tally(rule, seat.electorate, stance, others=UNKNOWN).adopted for rule in found]
    needs = " and ".join(rule.sentence() for rule in found)
    truth = Truth(min(one.value for one in met))
    return Finding(truth, f"{text}; the rule asks for {needs}", seat.because)


def _quorums(rule: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(rule, Mapping):
        if rule.get("kind") == "quorum":
            yield rule
        for inner in rule.values():
            yield from _quorums(inner)
    elif isinstance(rule, list):
        for inner in rule:
            yield from _quorums(inner)


def _register(case: Case, held: Meeting) -> Register:
    """What holds on the last day of the meeting, or on the case's day if that is earlier."""
    when = min(case.day, held.summary.last)
    return case.world.on(max(when, held.summary.period.start), case.known_on, case.clock)


def _sitting(case: Case, held: Meeting, matter: str) -> Sitting | None:
    body = held.summary.body
    if body not in case.world.bodies:
        return None
    try:
        return sitting(case.world, _register(case, held), body, matter)
    except BadInput:  # no rule, no voters or no weights on record that day
        return None


def _positions(
    held: Meeting, item: Item, seat: Sitting, silent: Position | None
) -> dict[str, Position]:
    """Positions of those with a vote; ``silent``: of those present of whom nothing is known."""
    away = {state for state, _ in held.absent}
    found: dict[str, Position] = {}
    for state in seat.electorate.members:
        taken = item.taken.get(state)
        if taken is not None and taken.position:
            found[state] = position(taken.position)
        elif taken is not None and item.stage is Stage.ADOPTED:
            found[state] = STAND_ASIDE
        elif state in away:
            found[state] = ABSENT
        elif silent is not None and held.delegation(state) is not None:
            found[state] = silent
    return found


def _with_effects(case: Case, held: Meeting, paper: Document) -> Document:
    """The document with what its adoption means for each member of the body.

    Where the world has the document as a treaty, signatures and the register say it.
    """
    if paper.effects or paper.adopted_on is None or paper.adopted_on > case.day:
        return paper
    item = held.agenda.item(paper.id)
    seat = _sitting(case, held, item.matter) if item is not None else None
    if item is None or seat is None:
        return paper
    stance = _positions(held, item, seat, FOR)
    decision = tally(seat.rule.rule, seat.electorate, stance, because=seat.because)
    effects = tuple(_effect(state, item, held, decision, seat) for state in seat.electorate.members)
    return replace(paper, effects=tuple(sorted(effects, key=lambda e: e.state)))


def _effect(state: str, item: Item, held: Meeting, decision: Decision, seat: Sitting) -> Effect:
    taken = item.taken.get(state)
    did = (taken.position or "refused") if taken else ""
    why: Because = (*(taken.because if taken else ()), *seat.because)
    if decision.adopted is not Truth.TRUE and taken is not None:
        pass
    elif state in decision.not_bound:
        return Effect(state, did, Truth.FALSE, f"{state} stood aside and is not bound", why)
    elif taken is None and held.delegation(state) is not None:
        text = "represented, and no act says that it stood aside"
        return Effect(state, did, Truth.TRUE, f"{state}: {text}", why)
    elif state in decision.bound and taken is not None:
        return Effect(state, did, Truth.TRUE, f"{state} is bound", why)
    text = f"whether {state} is bound is not known: no act tells what it did"
    return Effect(state, did, Truth.UNKNOWN, text, why)
