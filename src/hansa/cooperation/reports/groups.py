"""Sharing groups: whom a report of an author on an area, marked so, reaches on a day.

A report names its audience; whom a name reaches follows from treaties. A name within the
author's own organisation reaches its secretariat and its members' delegations, by the treaty
that makes them members. A name beyond it reaches as far as an agreement in force on the day of
reading, between that organisation and one of the author's (or the author itself), covers the
area and binds: an agreement of secretariats reaches the secretariat. Without one the group is
empty, and an empty group is nobody.

Source of the colours: FIRST, *Traffic Light Protocol (TLP) 2.0* (2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from hansa.cooperation.agreements.agreements import STRENGTH, Agreement, agreements
from hansa.cooperation.agreements.areas import AREAS
from hansa.record.mandates import Mandate, read_subject, subject_of
from hansa.record.markings import names_of
from hansa.record.register import Register
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

GroupKind = Literal[
    "everybody", "community", "own", "partner", "secretariat", "delegation", "state", "account",
    "nobody",
]  # fmt: skip
"""Why a group is reached: a colour that names nobody, an organisation of the author's own, one
of a partner, or somebody named outright."""

SECRETARIAT = " Secretariat"


def article_of(because: Because) -> str:
    """Of reasons, the first that is an article; else the first that refers to anything."""
    refs = [r.ref for reason in because for _, r in reason.walk() if r.ref]
    return next((ref for ref in refs if " Art. " in ref), refs[0] if refs else "")


@dataclass(frozen=True, slots=True)
class Member:
    """One delegation, secretariat, state or account of a group, and why it belongs to it.

    ``token`` is written as in an audience: ``SCO Secretariat``, ``CSTO delegation:ARM``,
    ``ARM`` (all its delegations), ``account:NAME``.
    """

    token: str
    because: Because


@dataclass(frozen=True, slots=True)
class Group:
    """Whom one name of an audience reaches.

    Parameters
    ----------
    name : str
        The name, as the audience says it; for a colour that needs none, the colour.
    kind : GroupKind
    members : tuple of Member
        Empty: nobody.
    because : tuple of Reason
        What the group rests on; of an empty one, what is missing.
    """

    name: str
    kind: GroupKind
    members: tuple[Member, ...]
    because: Because

    @property
    def tokens(self) -> frozenset[str]:
        """Its members, as an audience writes them."""
        return frozenset(member.token for member in self.members)

    @property
    def empty(self) -> bool:
        """Whether it reaches nobody."""
        return not self.members and self.kind not in ("everybody", "community")

    @property
    def article(self) -> str:
        """The article (or act, or rule) on which it rests."""
        return article_of(self.because)

    def admits(self, mandate: Mandate) -> Member | None:
        """The member as whom a mandate's holder belongs to the group."""
        names = names_of(mandate)
        return next((member for member in self.members if member.token in names), None)


def tlp(colour: str, text: str) -> Reason:
    """A colour of the Traffic Light Protocol as a ground."""
    return Reason("rule", text, f"TLP 2.0 {colour}")


class Ground:
    """What groups are derived from: the register of the day of reading. It keeps what it found.

    Parameters
    ----------
    register : Register
    """

    def __init__(self, register: Register) -> None:
        self.register = register
        self.agreements = agreements(register)
        self._actors: dict[frozenset[str], frozenset[str]] = {}
        self._homes: dict[str, Mapping[str, Because]] = {}
        self._groups: dict[tuple[str, str, str, frozenset[str]], tuple[Group, ...]] = {}

    @classmethod
    def of(cls, ground: Ground | Register) -> Ground:
        """A register's ground; a ground as it is."""
        return ground if isinstance(ground, Ground) else cls(ground)

    def exists(self, organisation: str) -> bool:
        """Whether an organisation of that name exists on the day."""
        known = organisation in self.register.timeline.organisations
        return known and self.register.exists(organisation).truth is Truth.TRUE

    def homes(self, author: str) -> Mapping[str, Because]:
        """The organisations to which an author belongs on the day, and why."""
        if author not in self._homes:
            self._homes[author] = dict(self._found_homes(author))
        return self._homes[author]

    def _found_homes(self, author: str) -> Iterable[tuple[str, Because]]:
        timeline = self.register.timeline
        body = timeline.bodies.get(author)
        name = body.organisation if body is not None else author.removesuffix(SECRETARIAT)
        if name in timeline.organisations:
            if self.exists(name):
                yield name, self.register.exists(name).because
            return
        for organisation in self.register.organisations():
            held = self.register.membership(organisation.id, author)
            if held is not None and held.status == "member":
                text = f"{author} is a member of {organisation.id} since {held.since}"
                yield (
                    organisation.id,
                    (Reason("rule", text, organisation.id, "", "", held.because),),
                )

    def actors(self, names: frozenset[str]) -> frozenset[str]:
        """All who may ever have acted for those whom an audience names, on any day."""
        if names not in self._actors:
            self._actors[names] = frozenset(a for name in names for a in self._found_actors(name))
        return self._actors[names]

    def _found_actors(self, name: str) -> Iterable[str]:
        timeline = self.register.timeline
        yield name
        who = read_subject(name)
        if who is not None and who[1]:
            yield who[1]
            return
        body = timeline.bodies.get(name)
        stem = who[0] if who is not None else name.removesuffix(SECRETARIAT)
        stem = body.organisation if body is not None else stem
        if stem not in timeline.organisations:
            return
        yield from (stem, f"{stem}{SECRETARIAT}")
        yield from (found.id for found in timeline.bodies.values() if found.organisation == stem)
        if name == stem:
            yield from timeline.standings[stem]

    def groups(
        self, author: str, area: str, colour: str, audience: Iterable[str]
    ) -> tuple[Group, ...]:
        """Whom a report would reach: see `sharing_groups`."""
        key = (author, area, colour, frozenset(audience))
        if key not in self._groups:
            self._groups[key] = tuple(self._found_groups(*key))
        return self._groups[key]

    def _found_groups(
        self, author: str, area: str, colour: str, audience: frozenset[str]
    ) -> Iterable[Group]:
        if colour == "CLEAR":
            yield Group("CLEAR", "everybody", (), (tlp(colour, "recipients may tell the world"),))
            return
        if colour == "GREEN":
            text = (
                "recipients may tell their community: whoever acts for a delegation or secretariat"
            )
            yield Group("GREEN", "community", (), (tlp(colour, text),))
            return
        for name in sorted(audience):
            yield self._group(name, author, area, colour)

    def _group(self, name: str, author: str, area: str, colour: str) -> Group:
        if name.startswith("account:"):
            why = (Reason("rule", f"{name} is named itself", f"TLP 2.0 {colour}"),)
            return Group(name, "account", (Member(name, why),), why)
        if colour not in ("AMBER", "AMBER+STRICT"):
            text = "only accounts named one by one read it"
            if colour != "RED":
                text = f"{colour or 'nothing'} is no colour: only its author reads it"
            return Group(name, "nobody", (), (tlp(colour, text),))
        who = read_subject(name)
        if who is not None and who[1]:
            why = (Reason("rule", f"{name} is named itself", f"TLP 2.0 {colour}"),)
            return Group(name, "delegation", (Member(name, why),), why)
        stem = who[0] if who is not None else name.removesuffix(SECRETARIAT)
        if stem in self.register.timeline.organisations:
            return self._organisation(name, stem, author, area, colour)
        if len(name) == 3 and name.isupper() and name.isascii():
            why = (Reason("rule", f"{name} is named itself: its delegations", f"TLP 2.0 {colour}"),)
            return Group(name, "state", (Member(name, why),), why)
        text = f"{name} is no organisation, secretariat, delegation, state or account"
        return Group(name, "nobody", (), (Reason("rule", text, name),))

    # --- organisations --------------------------------------------------------------------

    def _organisation(self, name: str, stem: str, author: str, area: str, colour: str) -> Group:
        if not self.exists(stem):
            finding = self.register.exists(stem)
            return Group(name, "nobody", (), (Reason("rule", finding.text, stem, "", "",
                                                     finding.because),))  # fmt: skip
        alone = name != stem
        homes = self.homes(author)
        if stem in homes:
            home = Reason("rule", f"{author} belongs to {stem}", stem, "", "", homes[stem])
            members = self._members(stem, alone or colour == "AMBER+STRICT", (home,))
            text = "recipients may tell their organisation and those it serves"
            if colour == "AMBER+STRICT":
                text = "recipients may tell their organisation alone"
            kind: GroupKind = "secretariat" if alone else "own"
            return Group(name, kind, members, (tlp(colour, text), home))
        if colour == "AMBER+STRICT":
            text = f"{author} does not belong to {stem}, and {colour} does not cross to partners"
            return Group(name, "nobody", (), (tlp(colour, text),))
        return self._partner(name, stem, author, area)

    def _members(self, organisation: str, secretariat: bool, why: Because) -> tuple[Member, ...]:
        exists = self.register.exists(organisation)
        text = f"the secretariat of {organisation}"
        found = [
            Member(f"{organisation}{SECRETARIAT}",
                   (*why, Reason("rule", text, organisation, "", "", exists.because)))
        ]  # fmt: skip
        if not secretariat:
            for held in self.register.members(organisation):
                said = f"{held.state} is a member of {organisation} since {held.since}"
                ground = Reason("rule", said, organisation, "", "", held.because)
                found.append(Member(subject_of(organisation, held.state), (*why, ground)))
        return tuple(found)

    def _partner(self, name: str, stem: str, author: str, area: str) -> Group:
        """An organisation that is not the author's: as far as an agreement reaches."""
        sides = [*self.homes(author), author]
        between = [a for a in self.agreements if any(a.between(stem, s) for s in sides)]
        fitting = [a for a in between if area and a.covers(area) and STRENGTH[a.binds]]
        if not fitting:
            return Group(name, "nobody", (), (self._missing(stem, author, area, between),))
        best = max(fitting, key=lambda a: (STRENGTH[a.binds], bool(a.articles), a.id))
        why = _article(best, stem, area)
        alone = name != stem or best.binds == "secretariats"
        members = self._members(stem, alone, (why,))
        return Group(name, "partner", members, (why,))

    def _missing(self, stem: str, author: str, area: str, between: Iterable[Agreement]) -> Reason:
        on = self.register.day
        mine = ", ".join(self.homes(author)) or author
        if not area:
            text = f"the report belongs to no area: no agreement carries it to {stem}"
            return Reason("rule", text, stem)
        title = AREAS[area].title if area in AREAS else area
        text = f"no agreement in force on {on} between {stem} and {mine} covers {title}"
        near = tuple(Reason("article", _told(a), _ref(a), "", "", a.because) for a in between)
        return Reason("rule", text, stem, "", "", near)


def sharing_groups(
    ground: Ground | Register, author: str, *, area: str, tlp: str, audience: Iterable[str]
) -> tuple[Group, ...]:
    """Whom a report of an author on an area, marked so, reaches on the register's day.

    Parameters
    ----------
    ground : Ground or Register
        Of the day of reading.
    author : str
        A state, a secretariat, an organisation or one of its bodies.
    area : str
        One of `hansa.cooperation.agreements.AREAS`, ``""`` if none.
    tlp : str
        The colour; anything that is none reaches nobody.
    audience : iterable of str
        Organisations, secretariats, delegations, states and accounts (``account:NAME``).

    Returns
    -------
    tuple of Group
        One for each name of the audience, by name; the author itself, who always reads, is in
        none. No audience: no groups, nobody.
    """
    return Ground.of(ground).groups(author, area, tlp, audience)


def tokens(groups: Iterable[Group]) -> frozenset[str]:
    """All members of groups, as an audience writes them."""
    return frozenset(token for group in groups for token in group.tokens)


def recalled_from(group: Group, recalled: frozenset[str]) -> tuple[Member, ...]:
    """The members of a group from whom a report was called back, as far as their names tell."""
    return tuple(member for member in group.members if _called_back(member.token, recalled))


def _called_back(token: str, recalled: frozenset[str]) -> bool:
    if token in recalled:
        return True
    who = read_subject(token)
    if who is not None:
        return who[0] in recalled or who[1] in recalled
    stem = token.removesuffix(SECRETARIAT)
    return stem != token and (stem in recalled or subject_of(stem) in recalled)


def _ref(agreement: Agreement) -> str:
    return agreement.articles[0] if agreement.articles else agreement.id


def _told(agreement: Agreement) -> str:
    areas = ", ".join(AREAS[name].title for name in agreement.areas) or "no area"
    return f"{agreement.title} covers {areas} and binds {agreement.binds}"


def _article(agreement: Agreement, stem: str, area: str) -> Reason:
    reach = "its secretariat" if agreement.binds == "secretariats" else "it and its members"
    text = f"{agreement.title} covers {AREAS[area].title} and reaches of {stem} {reach}"
    return Reason("article", text, _ref(agreement), "", "", agreement.because)
