"""Consent to be bound and entry into force (VCLT Art. 11 to 17, 24 and 28)."""

from __future__ import annotations

from collections.abc import Mapping

from hansa.record.acts import KINDS, Act
from hansa.record.ledger import Ledger
from hansa.record.treaties import Clock, Treaty
from hansa.terms.days import Day, add_days, day
from hansa.terms.reasons import Because, Reason


def reason_of(act: Act, text: str = "") -> Reason:
    """An act as a ground."""
    who = act.actor or "somebody"
    said = text or f"{who} {KINDS[act.kind].replace('a treaty', act.subject)} on {act.on}"
    if act.payload.get("day_known") is False:
        said += " (by that day; the exact day is not known)"
    return Reason("act", said, act.id, act.source, act.confidence)


def effect_of(act: Act) -> Day:
    """The day from which an act has effect: what it says itself, else its own day."""
    said = act.payload.get("effect")
    return day(str(said), where=act.place) if said else act.on


def consents_of(treaty: Treaty, ledger: Ledger, clock: Clock) -> dict[str, list[Act]]:
    """The acts by which each state consents to be bound, in order."""
    found: dict[str, list[Act]] = {}
    blocked = blocked_by(treaty, ledger)
    for act in ledger.about(treaty.id, "sign", "ratify", "notify", "accede", "succeed"):
        if act.id in blocked:
            continue
        binding = act.kind in ("ratify", "notify", "accede", "succeed")
        if clock == "signature":
            binding = act.kind in ("sign", "accede", "succeed")
        elif act.kind == "sign":
            binding = treaty.consent == "signature" or act.payload.get("provisional") is True
        if binding:
            found.setdefault(act.actor, []).append(act)
    if clock == "signature":  # who never signed is dated by its instrument
        for act in ledger.about(treaty.id, "ratify", "notify"):
            found.setdefault(act.actor, [act])
    return found


def blocked_by(treaty: Treaty, ledger: Ledger) -> dict[str, Act]:
    """Accessions that a party's objection keeps from taking effect, where all must consent."""
    rule = treaty.accession
    if rule is None or rule.consent != "all parties":
        return {}
    return {str(act.payload.get("against", "")): act for act in ledger.about(treaty.id, "object")}


def entry_of(
    treaty: Treaty, consents: Mapping[str, list[Act]], first: frozenset[str], clock: Clock
) -> tuple[Day | None, Because]:
    """Day of entry into force and why."""
    rule = treaty.entry
    clause = f"{treaty.id} {rule.article}".strip()
    if clock == "signature" or rule.rule == "signature":
        days = sorted(acts[0].on for acts in consents.values())
        if not days:
            return None, (Reason("rule", f"nobody has signed {treaty.id}", clause),)
        on = max(treaty.signed, days[0]) if clock == "law" else days[0]
        return add_days(on, rule.days_after), (
            Reason("rule", f"{treaty.id} counts from signature ({on})", clause, treaty.source),
        )
    if rule.rule == "day" and rule.on is not None:
        why = Reason(
            "rule",
            f"{treaty.id} entered into force on {rule.on}",
            clause,
            treaty.source,
            treaty.confidence,
        )
        return rule.on, (why,)
    if rule.rule == "unknown":
        why = Reason("rule", f"no source gives the entry into force of {treaty.id}", clause)
        return None, (why,)
    pool = sorted(
        (acts[0] for state, acts in consents.items() if not first or state in first),
        key=lambda act: (effect_of(act), act.id),
    )
    needed = rule.count or len(first)
    if len(pool) < needed or not needed:
        text = f"{treaty.id} needs {needed} instruments; {len(pool)} are known"
        return None, (Reason("rule", text, clause, treaty.source),)
    last = pool[needed - 1]
    on = add_days(effect_of(last), rule.days_after)
    text = f"{treaty.id} entered into force on {on}, with instrument {needed} of {len(first)}"
    grounds = tuple(reason_of(act) for act in pool[:needed])
    return on, (Reason("rule", text, clause, treaty.source, treaty.confidence, grounds),)
