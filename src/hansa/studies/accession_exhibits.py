"""Sentences and tables about joining: the path, the duties, the changes, the votes."""

from __future__ import annotations

from collections.abc import Sequence

from hansa.coalitions import Band
from hansa.record.register import BoundNorm
from hansa.studies.accession import Law, Leaving, Stage
from hansa.studies.accession_worth import Alignment, Effect, Votes
from hansa.terms.exhibits import Column, Statement, Table
from hansa.terms.truth import Truth

PERCENT = 100.0


def law_statements(law: Law) -> list[Statement]:
    """Whose consent, by which instrument, from when, and what stands against it."""
    whose = {
        "all parties": "all parties must consent",
        "none": "nobody's consent is needed",
        "body": f"{law.body or 'a body'} must consent",
    }.get(law.consent, "whose consent is needed is not on record")
    said = [Statement(f"{law.state} accedes to {law.treaty.id}: {whose}.", law.because)]
    if law.member_from is not None:
        text = f"If it deposits its instrument that day, it is a member from {law.member_from}."
    else:
        text = f"An accession alone does not make it a member of {law.organisation}."
    said.append(Statement(text, law.because))
    ends = law.treaty.exit
    if ends is not None:
        span = f"{ends.months} months" if ends.months else f"{ends.days} days"
        text = f"It could leave again on {span}' notice."
        said.append(Statement(text, law.because))
    said.append(Statement(f"{len(law.duties)} duties and prohibitions would newly bind it."))
    for clash in law.clashes:
        verb = {Truth.TRUE: "Stands against it", Truth.UNKNOWN: "May stand against it"}.get(
            clash.truth, "To be noted"
        )
        said.append(Statement(f"{verb}: {clash.text}.", clash.because))
    return said


def leaving_statements(gone: Leaving) -> list[Statement]:
    """By which notices, until when it is bound, and what lapses."""
    until = (
        f"it is a member until {gone.out_from} (not included)"
        if gone.out_from is not None
        else "notices alone do not end its membership"
    )
    many = len(gone.notices)
    because = tuple(reason for stage in gone.notices for reason in stage.because)
    text = (
        f"If {gone.state} gives notice of {many} {'treaty' if many == 1 else 'treaties'}, {until}"
    )
    return [
        Statement(f"{text}; {len(gone.lapsing)} of its duties lapse.", because),
    ]


def stages_table(stages: Sequence[Stage]) -> Table:
    """The steps of a path in law."""
    rows = tuple((n, s.what, s.by, s.earliest) for n, s in enumerate(stages, 1))
    columns = (
        Column("step", "Step"),
        Column("what", "What"),
        Column("by", "By"),
        Column("earliest", "Earliest"),
    )
    because = tuple(stage.because for stage in stages)
    return Table("stages", "The path in law", columns, rows, because)


def duties_table(duties: Sequence[BoundNorm]) -> Table:
    """What would newly bind it."""
    rows = tuple((b.norm.ref, b.norm.modality, b.norm.text, b.norm.confidence) for b in duties)
    columns = (
        Column("norm", "Norm"),
        Column("modality", "Modality"),
        Column("content", "Content"),
        Column("confidence", "Confidence"),
    )
    because = tuple(bound.because for bound in duties)
    return Table("duties", "What would newly bind it", columns, rows, because)


def effects_table(effects: Sequence[Effect]) -> Table:
    """What the accession changes for everybody."""
    rows = tuple(
        (e.state, e.role, _point(e.trade), _point(e.security), PERCENT * e.total.point,
         PERCENT * e.total.low, PERCENT * e.total.high)
        for e in effects
    )  # fmt: skip
    columns = (
        Column("state", "State"),
        Column("role", "Is"),
        Column("trade", "Trade", "%", 3),
        Column("security", "Security", "%", 3),
        Column("total", "Together", "%", 3),
        Column("low", "from", "%", 3),
        Column("high", "to", "%", 3),
    )
    note = "Changes by the accession, per cent of income; from and to: nine of ten draws."
    return Table("effects", "What it changes for whom", columns, rows, note=note)


def _point(band: Band | None) -> float | None:
    return None if band is None else PERCENT * band.point


def alignment_statements(found: Alignment) -> list[Statement]:
    """Tariff before and after, and the WTO."""
    up = "up" if found.common > found.own else "down"
    said = [
        Statement(
            f"Its average tariff on outsiders goes {up} from {found.own:.1%} to "
            f"{found.common:.1%}.",
            found.because,
        )
    ]
    text = f"{found.because[0].text}"
    if found.broken is Truth.TRUE:
        text += ": the common tariff breaks it, compensation is due (GATT Art. XXIV:6)"
    elif found.broken is Truth.UNKNOWN:
        text += ": whether the common tariff breaks it is unknown"
    said.append(Statement(f"{text}.", found.because))
    return said


def votes_statements(found: Votes, consent: str) -> list[Statement]:
    """What the body would decide."""
    outcome = {
        "adopted": "it would be let in",
        "not adopted": "it would not be let in",
        "open": "whether it would be let in is open",
        "referred": "the matter would go to another body",
    }[found.decision.outcome]
    how: dict[str, list[str]] = {}
    for state, position in found.positions.items():
        how.setdefault(str(position), []).append(state)
    told = "; ".join(f"{position}: {', '.join(states)}" for position, states in how.items())
    verb = "decides" if consent == "body" else "is where the parties meet"
    text = f"{found.body} {verb}: {outcome} if members follow their gains ({told})."
    return [Statement(text, found.because)]


def votes_table(found: Votes) -> Table:
    """Each member's position."""
    rows = tuple((state, str(position)) for state, position in found.positions.items())
    columns = (Column("state", "State"), Column("position", "Position"))
    return Table("votes", f"Votes in {found.body}", columns, rows)
