"""Who holds which office: derived from appointments, chairs taken and recalls."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.record.acts import Act
from hansa.record.entry import effect_of, reason_of
from hansa.record.ledger import Ledger
from hansa.record.unions import Office
from hansa.terms.days import Day, Period, day
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class Tenure:
    """Days during which an office is held by a person or a state."""

    office: str
    holder: str
    state: str
    acting: bool
    period: Period
    because: Because


def _end(act: Act, after: Act | None) -> Day | None:
    """First day after a tenure: its own end, a recall, or the successor's first day."""
    said = act.payload.get("until")
    own = day(str(said), where=act.place) if said else None
    following = effect_of(after) if after is not None else None
    days = [end for end in (own, following) if end is not None]
    return max(effect_of(act), min(days)) if days else None


def tenures_of(office: Office, ledger: Ledger) -> tuple[Tenure, ...]:
    """Every tenure of an office, in order."""
    acts = ledger.about(office.id, "appoint", "chair", "recall")
    found = []
    for index, act in enumerate(acts):
        if act.kind == "recall":
            continue
        after = acts[index + 1] if index + 1 < len(acts) else None
        found.append(
            Tenure(
                office.id,
                str(act.payload.get("holder", act.actor)),
                act.actor,
                act.payload.get("acting") is True,
                Period(effect_of(act), _end(act, after)),
                (reason_of(act),),
            )
        )
    return tuple(found)
