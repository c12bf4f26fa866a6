"""Documents of a meeting: number, title, kind, languages, versions, and whom they bind.

A document that is a treaty of the world lives on in the register: there signatures and
refusals are acts about the treaty itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.record.register import Register
from hansa.secretariat.meetings.agenda import Agenda, Taken, names_in
from hansa.terms.days import Day
from hansa.terms.reasons import Because
from hansa.terms.truth import Truth

POLITICAL = ("declaration", "statement", "communique")
"""Kinds of document from which no legal duty follows."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text that was laid before a meeting."""

    label: str
    on: Day
    by: str
    draft: bool
    because: Because


@dataclass(frozen=True, slots=True)
class Effect:
    """What a document means for one state.

    ``did`` is what the state did: ``signed``, ``for``, ``refused``, ``not interested``,
    ``against``, ``abstain``, ``absent``; ``""`` if nothing is known.
    """

    state: str
    did: str
    bound: Truth
    text: str
    because: Because


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was before a meeting.

    Parameters
    ----------
    id, number, title, kind : str
        Its name; ``""`` where no source tells.
    languages : tuple of str
        In which it was done.
    versions : tuple of Version
        Its texts, in order.
    adopted_on, adopted_by : Day or None, str
        When and by which body; ``None`` and ``""`` if it was not.
    effects : tuple of Effect
        What it means for each state concerned, by code.
    """

    id: str
    number: str
    title: str
    kind: str
    languages: tuple[str, ...]
    versions: tuple[Version, ...]
    adopted_on: Day | None
    adopted_by: str
    effects: tuple[Effect, ...]
    because: Because

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id

    @property
    def political(self) -> bool:
        """Whether it is a statement of policy, from which no legal duty follows."""
        return self.kind in POLITICAL

    def those(self, *did: str) -> tuple[str, ...]:
        """The states that did one of these."""
        return tuple(effect.state for effect in self.effects if effect.did in did)

    @property
    def signed_by(self) -> tuple[str, ...]:
        """Who signed."""
        return self.those("signed")

    @property
    def refused_by(self) -> tuple[str, ...]:
        """Who refused to sign or was against."""
        return self.those("refused", "against")

    @property
    def stood_aside(self) -> tuple[str, ...]:
        """Who declared no interest."""
        return self.those("not interested")


def documents_of(acts: Sequence[Act], register: Register, agenda: Agenda) -> tuple[Document, ...]:
    """The documents that acts about a meeting name, in order of appearance.

    Parameters
    ----------
    acts : sequence of Act
        The acts about the meeting.
    register : Register
        What holds on the day asked about.
    agenda : Agenda
        What the acts made of the agenda: an act may name the item instead of its document.
    """
    broken = {step.act.id for step in agenda.breaks}
    groups: dict[str, list[Act]] = {}
    for act in acts:
        name = _named(act, agenda)
        if name and act.kind in ("table", "adopt") and act.id not in broken:
            groups.setdefault(name, []).append(act)
    return tuple(
        _document(name, group, register, item.taken if (item := agenda.item(name)) else {})
        for name, group in groups.items()
    )


def _named(act: Act, agenda: Agenda) -> str:
    """The document that an act is about, by itself or by its item."""
    names = names_in(act)
    if "document" in names:
        return names["document"]
    items = (agenda.item(name) for name in names.values())
    return next((item.document for item in items if item is not None), "")


def _document(
    name: str, acts: list[Act], register: Register, taken: Mapping[str, Taken]
) -> Document:
    said: dict[str, str] = {}
    languages: tuple[str, ...] = ()
    for act in acts:
        for key in ("title", "kind", "number"):
            if act.payload.get(key) is not None:
                said[key] = str(act.payload[key])
        if isinstance(spoken := act.payload.get("languages"), list):
            languages = tuple(str(language) for language in spoken)
    treaty = register.timeline.treaties.get(name)
    adopted = next((act for act in reversed(acts) if act.kind == "adopt"), None)
    return Document(
        name,
        said.get("number", ""),
        said.get("title", treaty.title if treaty else ""),
        said.get("kind", treaty.kind if treaty else ""),
        languages,
        tuple(_version(act, place) for place, act in enumerate(_tabled(acts), 1)),
        adopted.on if adopted else None,
        adopted.actor if adopted else "",
        effects_of_treaty(name, register, taken) if treaty else (),
        tuple(reason_of(act) for act in acts),
    )


def _tabled(acts: Iterable[Act]) -> list[Act]:
    stages = ("draft", "tabled")
    return [
        act for act in acts
        if act.kind == "table" and act.payload.get("stage", "tabled") in stages
    ]  # fmt: skip


def _version(act: Act, place: int) -> Version:
    draft = act.payload.get("draft") is True or act.payload.get("stage") == "draft"
    label = str(act.payload.get("version", place))
    return Version(label, act.on, act.actor, draft, (reason_of(act),))


def effects_of_treaty(
    treaty: str, register: Register, taken: Mapping[str, Taken]
) -> tuple[Effect, ...]:
    """What a treaty means for those who signed it, refused it, or took a position on it."""
    life = register.timeline.lives[treaty]
    signed = {state: act for state, act in life.signed.items() if act.on <= register.day}
    positions = dict(taken)
    for act in register.timeline.ledger.about(treaty, "refuse"):
        if act.on <= register.day:
            said = str(act.payload.get("position", ""))
            positions[act.actor] = Taken(act.actor, said, act)
    bound = set(register.party_codes(treaty))
    found = []
    for state in sorted({*signed, *positions, *bound}):
        finding = register.is_bound(treaty, state)
        why: Because = finding.because
        if state in signed:
            did = "signed"
        elif state in positions:
            did = positions[state].position or "refused"
            why = (*positions[state].because, *why)
        else:
            did = ""
        found.append(Effect(state, did, finding.truth, finding.text, why))
    return tuple(found)
