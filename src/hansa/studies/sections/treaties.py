"""Treaties in force and what they oblige."""

from __future__ import annotations

from hansa.record.life import Life
from hansa.record.register import BoundNorm, Register
from hansa.studies.case import Case
from hansa.terms.exhibits import Column, Section, Statement, Table
from hansa.terms.truth import Truth

UNIVERSAL = 45
"""A treaty with more parties than this is counted, not listed."""


def section(case: Case) -> Section:
    """Treaties in force, those signed and not in force, and the norms that bind."""
    register = case.register
    lives = [life for life in register.treaties() if life.treaty.binds != "nobody"]
    return Section(
        "treaties",
        "Treaties in force and what they oblige",
        20,
        tuple(_statements(case, register)),
        (_in_force(register, lives), _waiting(case), _norms(register)),
    )


def _statements(case: Case, register: Register) -> list[Statement]:
    lives = register.treaties()
    said = [Statement(f"{len(lives)} treaties of this world are in force on {case.day}.")]
    for life in case.world.timeline(case.known_on, case.clock).lives.values():
        entry = life.entry
        if entry is None or not life.because:
            continue
        effect = life.treaty.entry.effect_from
        if effect is not None and effect < entry and abs((case.day - entry).days) < 400:
            text = f"{life.treaty.id} entered into force on {entry} with effect from {effect}."
            said.append(Statement(text, life.because))
    return said


def _names(states: tuple[str, ...]) -> str:
    return " ".join(states) if len(states) <= UNIVERSAL else f"{len(states)} states"


def _in_force(register: Register, lives: list[Life]) -> Table:
    rows, because = [], []
    for life in sorted(lives, key=lambda item: (item.entry or register.day, item.treaty.id)):
        treaty = life.treaty
        parties = register.party_codes(treaty.id)
        rows.append(
            (treaty.id, treaty.title, treaty.organisation, life.entry, _names(parties),
             treaty.confidence)
        )  # fmt: skip
        because.append(life.because)
    return Table(
        "in_force",
        "Treaties in force",
        (
            Column("treaty", "Treaty"),
            Column("title", "Title"),
            Column("organisation", "Organisation"),
            Column("since", "In force since"),
            Column("parties", "Parties"),
            Column("confidence", "Confidence"),
        ),
        tuple(rows),
        tuple(because),
    )


def _waiting(case: Case) -> Table:
    """Signed, and not (or not known to be) in force."""
    register = case.register
    rows, because = [], []
    for life in case.world.timeline(case.known_on, case.clock).lives.values():
        treaty = life.treaty
        if treaty.signed > case.day or register.party_codes(treaty.id) or not life.signed:
            continue
        first = next(iter(life.signed))
        finding = register.is_bound(treaty.id, first)
        past = life.entry is not None and life.entry <= case.day
        if past or treaty.binds != "states":
            continue
        state = "not known" if finding.truth is Truth.UNKNOWN else "not in force"
        rows.append((treaty.id, treaty.title, treaty.signed, " ".join(sorted(life.signed)), state))
        because.append(finding.because)
    return Table(
        "waiting",
        "Signed, not (or not known to be) in force",
        (
            Column("treaty", "Treaty"),
            Column("title", "Title"),
            Column("signed", "Signed"),
            Column("signatories", "Signatories"),
            Column("state", "State"),
        ),
        tuple(rows),
        tuple(because),
    )


def _norms(register: Register) -> Table:
    rows, because = [], []
    for bound in register.norms():
        norm = bound.norm
        rows.append(
            (norm.ref, norm.modality, _bearer(bound), norm.text, norm.decider or None,
             norm.confidence)
        )  # fmt: skip
        because.append(bound.because)
    return Table(
        "norms",
        "What the treaties in force oblige and allow",
        (
            Column("norm", "Norm"),
            Column("modality", "Modality"),
            Column("bearer", "Bearer"),
            Column("content", "Content"),
            Column("decider", "Decided by"),
            Column("confidence", "Confidence"),
        ),
        tuple(rows),
        tuple(because),
    )


def _bearer(bound: BoundNorm) -> str:
    if bound.norm.bearer in ("parties", "other parties"):
        return _names(bound.parties)
    return bound.norm.bearer.removeprefix("body: ")
