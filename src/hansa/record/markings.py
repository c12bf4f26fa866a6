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

``SCO Secretariat`` in an audience is that secretariat alone, ``SCO delegation:KAZ`` that
delegation alone. A marking that is none of these hides the act from all but its author. What
refers to a hidden act is hidden with it: a vote on a draft would tell that there is a draft.

Who reads a *report* is not said by its audience alone: the groups that it reaches follow from
the agreements in force on the day of reading (`hansa.cooperation.reports.groups`). Whoever
knows the day settles the markings of reports by `hansa.record.marked.Markings.settle`; until then
a report is its author's.
"""

from __future__ import annotations

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
    """How an act is marked, for whom, and whose it is.

    Parameters
    ----------
    colour : str
        One of `COLOURS`; any other leaves the act to its author.
    audience : frozenset of str
        Organisations, secretariats, delegations, states and accounts.
    author : str
        Who made the act.
    settled : bool
        Whether the audience is a sharing group worked out reader by reader: an organisation's
        name in it then reaches nobody, and what it names needs no more asking.
    recalled : frozenset of str
        Readers from whom the act was called back, named as in an audience.
    closed : bool
        Whether the act was taken back: nobody but its author reads it.
    within : tuple of Marking
        What a reader must be able to see as well, because the act tells of it.
    """

    colour: str
    audience: frozenset[str]
    author: str
    settled: bool = False
    recalled: frozenset[str] = frozenset()
    closed: bool = False
    within: tuple[Marking, ...] = ()

    @property
    def clear(self) -> bool:
        """Whether everybody may see it."""
        return self.colour == "CLEAR" and not self.closed and all(o.clear for o in self.within)

    @property
    def open(self) -> Marking:
        """The marking as if the act had not been taken back."""
        return replace(self, closed=False) if self.closed else self


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
    """An act's own marking; ``organisations`` are those it is about, its audience by default.

    A report has no audience by default: an empty group means nobody.
    """
    said = act.payload.get("tlp")
    draft = act.payload.get("draft") is True
    colour = DRAFTS if said is None and draft else str(said or "CLEAR").upper()
    colour = colour.removeprefix("TLP:")
    default = frozenset[str]() if act.kind == "report" else organisations
    return Marking(colour, named(act.payload.get("audience")) or default, act.actor)


def named(value: Json) -> frozenset[str]:
    """An audience as a set: a list's items, or a text's words."""
    if isinstance(value, list):
        return frozenset(str(item) for item in value)
    return frozenset(value.split()) if isinstance(value, str) else frozenset()


def names_of(mandate: Mandate) -> frozenset[str]:
    """What stands for a mandate in an audience: its state or secretariat, or itself."""
    if mandate.secretariat:
        return frozenset((mandate.subject, f"{mandate.organisation} Secretariat"))
    return frozenset((mandate.subject, mandate.state))


def barred(mandate: Mandate, recalled: frozenset[str]) -> bool:
    """Whether a recall names the mandate's holder, or the organisation it is accredited to."""
    return mandate.organisation in recalled or not names_of(mandate).isdisjoint(recalled)


def may_see(reader: Reader, marking: Marking) -> bool:
    """Whether a reader may see what is marked so."""
    own = bool(marking.author) and speaks_for(reader, marking.author)
    if marking.closed and not own:
        return False
    for outer in marking.within:
        if not may_see(reader, outer) and not (own and outer.colour != "RED"):
            return False
    if marking.colour == "CLEAR":
        return True
    if reader.account and reader.mandates:
        account = f"account:{reader.account}"
        if account in marking.recalled and not own:
            return False
        if account in marking.audience:
            return True
    if marking.colour == "RED":
        return False
    return own or _belongs(reader, marking)


def _belongs(reader: Reader, marking: Marking) -> bool:
    """Whether a mandate of the reader, not recalled, is among those that the colour reaches."""
    held = reader.mandates
    if marking.recalled:
        held = tuple(m for m in held if not barred(m, marking.recalled))
    if marking.colour == "GREEN":
        return bool(held)
    if marking.colour not in ("AMBER", "AMBER+STRICT"):
        return False
    strict = marking.colour == "AMBER+STRICT"
    for mandate in held:
        if not names_of(mandate).isdisjoint(marking.audience):
            return True
        whole = mandate.secretariat or not strict
        if not marking.settled and whole and mandate.organisation in marking.audience:
            return True
    return False


def speaks_for(reader: Reader, actor: str) -> bool:
    """Whether a reader acts for a state, an organisation or its secretariat."""
    return actor in reader.states or any(
        actor in (name, f"{name} Secretariat") for name in reader.secretariats
    )


def joined(one: Marking, other: Marking) -> Marking:
    """Who may see either of two settled markings of one act."""
    wider = min(one, other, key=lambda marking: place_of(marking.colour))
    return replace(
        wider, audience=one.audience | other.audience, recalled=one.recalled & other.recalled,
        closed=one.closed and other.closed,
    )  # fmt: skip


def place_of(colour: str) -> int:
    """Where a colour stands from the widest to the narrowest; what is none comes last."""
    return COLOURS.index(colour) if colour in COLOURS else len(COLOURS)
