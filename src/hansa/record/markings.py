"""Who may see which act: the Traffic Light Protocol on acts.

Source: FIRST, *Traffic Light Protocol (TLP) 2.0* (2022). Its communities are here:

========================  ==================================================================
``CLEAR``                 everybody
``GREEN``                 whoever acts for a delegation or a secretariat
``AMBER``                 the delegations to and the secretariats of the audience's
                          organisations, and the delegations of its states
``AMBER+STRICT``          the secretariats of the audience's organisations, and the
                          delegations of its states
``RED``                   the accounts in the audience (``account:NAME``)
========================  ==================================================================

A marking that is none of these hides the act from all but its author. What refers to a hidden
act is hidden with it: a vote on a draft would tell that there is a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hansa.record.acts import Act, Json
from hansa.record.mandates import Mandate

COLOURS: Final = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""From the widest to the narrowest."""

DRAFTS: Final = "AMBER"
"""How a draft is marked that carries no marking of its own."""


@dataclass(frozen=True, slots=True)
class Marking:
    """How an act is marked, for whom, and whose it is."""

    colour: str
    audience: frozenset[str]
    author: str

    @property
    def clear(self) -> bool:
        """Whether everybody may see it."""
        return self.colour == "CLEAR"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads; without an account or a mandate: the public."""

    account: str = ""
    mandates: tuple[Mandate, ...] = ()

    @property
    def states(self) -> frozenset[str]:
        """The states for which the reader acts."""
        return frozenset(m.state for m in self.mandates if m.state)

    @property
    def organisations(self) -> frozenset[str]:
        """The organisations to which the reader is accredited."""
        return frozenset(m.organisation for m in self.mandates)

    @property
    def secretariats(self) -> frozenset[str]:
        """The organisations whose secretariat the reader is."""
        return frozenset(m.organisation for m in self.mandates if m.secretariat)


PUBLIC: Final = Reader()


def marking_of(act: Act, organisations: frozenset[str] = frozenset()) -> Marking:
    """An act's own marking; ``organisations`` are those it is about, its audience by default."""
    said = act.payload.get("tlp")
    draft = act.payload.get("draft") is True
    colour = DRAFTS if said is None and draft else str(said or "CLEAR").upper()
    colour = colour.removeprefix("TLP:")
    return Marking(colour, _named(act.payload.get("audience")) or organisations, act.actor)


def _named(value: Json) -> frozenset[str]:
    if isinstance(value, list):
        return frozenset(str(item) for item in value)
    return frozenset(value.split()) if isinstance(value, str) else frozenset()


def may_see(reader: Reader, marking: Marking) -> bool:
    """Whether a reader may see what is marked so."""
    if marking.clear:
        return True
    if f"account:{reader.account}" in marking.audience and reader.account and reader.mandates:
        return True
    if marking.colour == "RED":
        return False
    if marking.author and _speaks_for(reader, marking.author):
        return True
    if marking.colour == "GREEN":
        return bool(reader.mandates)
    if marking.colour not in ("AMBER", "AMBER+STRICT"):
        return False
    if reader.states & marking.audience or reader.secretariats & marking.audience:
        return True
    return marking.colour == "AMBER" and bool(reader.organisations & marking.audience)


def _speaks_for(reader: Reader, actor: str) -> bool:
    return actor in reader.states or any(
        actor in (name, f"{name} Secretariat") for name in reader.secretariats
    )


def markings(
    acts: Iterable[Act], organisations: Mapping[str, frozenset[str]] | None = None
) -> dict[str, Marking]:
    """The markings of all acts that not everybody may see, by id.

    Parameters
    ----------
    acts : iterable of Act
        In the order of their record, as they were recorded (corrections not applied).
    organisations : mapping, optional
        The organisations that each act (by id) is about.

    Notes
    -----
    A correction or release by the author of an act changes its marking; an adoption that says
    its own marking keeps it; everything else is at least as narrow as what it refers to.
    """
    about = organisations or {}
    book = Markings()
    for act in acts:
        book.take(act, about.get(act.id, frozenset()))
    return book.found


_CLEAR = Marking("CLEAR", frozenset(), "")
_REFERS = ("item", "document", "title")


class Markings:
    """Markings so far, and by which names later acts may refer to what is hidden.

    Attributes
    ----------
    found : dict of str to Marking
        The markings of the acts taken so far that not everybody may see, by id.
    """

    def __init__(self) -> None:
        self.found: dict[str, Marking] = {}
        self.authors: dict[str, str] = {}
        self.hidden_by: dict[str, list[str]] = {}
        self._names: dict[tuple[str, str], str] = {}

    def take(self, act: Act, organisations: frozenset[str] = frozenset()) -> None:
        """Take the next act in the order of record; ``organisations`` are those it is about."""
        own = marking_of(act, organisations)
        if _remarks(act) and self.authors.get(act.subject) == act.actor:
            self._remark(act)
            own = replace(self.found.get(act.subject, _CLEAR), author=act.actor)
        elif not (act.kind == "adopt" and "tlp" in act.payload):
            cause = self._cause(act)
            if cause:
                own = _narrower(self.found[cause], own)
                self.hidden_by.setdefault(cause, []).append(act.id)
        self._add(act, own)

    def _add(self, act: Act, own: Marking) -> None:
        self.authors.setdefault(act.id, act.actor)
        if own.clear:
            return
        self.found[act.id] = own
        names = [("", act.id)]
        if act.kind in ("report", "convene"):
            names.append(("", act.subject))
        if act.kind == "table":
            names += [(act.subject, str(act.payload[k])) for k in _REFERS if k in act.payload]
        for name in names:
            self._names.setdefault(name, act.id)

    def _cause(self, act: Act) -> str:
        """The hidden act to which this one refers, ``""`` if to none."""
        keys = [("", act.subject)]
        for key in (*_REFERS, "report", "against", "act"):
            if key in act.payload:
                said = str(act.payload[key])
                keys += [(act.subject, said), ("", said)]
        causes = (self._names.get(key, "") for key in keys)
        return next((cause for cause in causes if cause in self.found and cause != act.id), "")

    def _remark(self, act: Act) -> None:
        """Give an act, and what was hidden because of it, the marking that its author says."""
        said = _said(act)
        target = act.subject
        old = self.found.get(target, replace(_CLEAR, author=act.actor))
        colour = str(said.get("tlp", old.colour)).upper().removeprefix("TLP:")
        new = Marking(colour, _named(said.get("audience")) or old.audience, old.author)
        for name in [target, *self.hidden_by.get(target, ())]:
            if new.clear:
                self.found.pop(name, None)
            else:
                self.found[name] = replace(new, author=self.authors[name])
        if not new.clear:
            self._names.setdefault(("", target), target)


def _said(act: Act) -> Mapping[str, Json]:
    inner = act.payload.get("payload")
    return inner if act.kind == "correct" and isinstance(inner, dict) else act.payload


def _remarks(act: Act) -> bool:
    return act.kind in ("correct", "release") and "tlp" in _said(act)


def _narrower(one: Marking, other: Marking) -> Marking:
    order = {colour: place for place, colour in enumerate(COLOURS)}
    first, second = order.get(one.colour, 9), order.get(other.colour, 9)
    if first == second:
        both = one.audience & other.audience if other.audience else one.audience
        return replace(other, audience=both)
    return replace(one if first > second else other, author=other.author)
