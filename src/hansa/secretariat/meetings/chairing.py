"""Who was in the chair of a meeting: what its source says, and who held the office."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.record.holders import Tenure
from hansa.record.register import Register
from hansa.terms.days import Day, add_days
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class Chairing:
    """Who presided.

    Parameters
    ----------
    said, person : str
        State and person in the chair by the meeting's own source; ``""`` if it does not say.
    office : str
        The office whose holder presides; ``""`` if the world has none.
    before, after : Tenure or None
        Who held it on the eve of the meeting, and at its end.
    """

    said: str
    person: str
    office: str
    before: Tenure | None
    after: Tenure | None
    because: Because

    @property
    def state(self) -> str:
        """The state in the chair, by the source or else by the office."""
        held = self.before or self.after
        return self.said or (held.state if held else "")

    @property
    def passes(self) -> bool:
        """Whether the chair went to another state at the meeting."""
        if self.after is None:
            return False
        return (self.before.state if self.before else self.said) not in ("", self.after.state)

    @property
    def conflict(self) -> str:
        """Where the source and the record of offices part; ``""`` if they do not."""
        held = {tenure.state for tenure in (self.before, self.after) if tenure is not None}
        if not self.said or not held or self.said in held:
            return ""
        return f"its source has {self.said} in the chair, the office was held by {min(held)}"


def chairing_of(convened: Act, body: str, register: Register) -> Chairing:
    """Who presided over a meeting, as far as acts tell."""
    said = convened.payload.get("chair")
    person = str(convened.payload.get("chair_person", ""))
    last = convened.payload.get("until")
    end = min(register.day, Day.fromisoformat(str(last)) if last else convened.on)
    office, before, after = "", None, None
    for found in register.timeline.offices.values():
        if found.kind == "chair" and body and found.body == body:
            office = found.id
            held = register.timeline.tenures[found.id]
            before = _on(held, add_days(convened.on, -1))
            after = _on(held, max(end, convened.on))
            break
    why: Because = tuple(r for t in (before, after) if t is not None for r in t.because)
    if said:
        why = (reason_of(convened, f"{said} was in the chair of {convened.subject}"), *why)
    return Chairing(str(said or ""), person, office, before, after, tuple(dict.fromkeys(why)))


def _on(tenures: tuple[Tenure, ...], when: Day) -> Tenure | None:
    return next((tenure for tenure in tenures if when in tenure.period), None)
