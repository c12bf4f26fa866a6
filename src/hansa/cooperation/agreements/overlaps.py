"""What two organisations share: members, areas, duties that meet or clash; and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from hansa.cooperation.agreements.agreements import STRENGTH, Agreement, Level, agreements
from hansa.cooperation.agreements.areas import AREAS, areas_of
from hansa.record.register import BoundNorm, Register
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of an organisation's members to join efforts in an area: true, or unknown."""

    organisation: str
    area: str
    norm: BoundNorm
    truth: Truth


@dataclass(frozen=True, slots=True)
class Asked:
    """A state that two organisations may ask for the same thing, and by which norms."""

    state: str
    area: str
    organisations: tuple[str, str]
    truth: Truth
    because: Because


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two norms of two organisations that bind the same states and meet, or clash."""

    kind: str
    act: str
    norms: tuple[str, str]
    states: tuple[str, ...]
    text: str
    because: Because


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two organisations have in common on a day.

    ``only_first`` and ``only_second`` are the members of one that are not members of the
    other; ``half_in`` are members of one with a lesser standing in the other.
    """

    first: str
    second: str
    shared: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    half_in: tuple[tuple[str, str, str], ...]
    asked_twice: tuple[Asked, ...]
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """An area in which two organisations act and nothing binds them to act together.

    ``reached`` is how far the present agreements reach (``nobody``: there is none).
    """

    first: str
    second: str
    area: str
    reached: Level
    shared: tuple[str, ...]
    because: Because


def duties(register: Register, organisation: str) -> tuple[Duty, ...]:
    """In which areas an organisation's treaties in force have its members join efforts."""
    found = []
    for bound in register.norms():
        if bound.treaty.organisation != organisation or not bound.parties:
            continue
        found += [
            Duty(organisation, area, bound, truth) for area, truth in areas_of(bound.norm).items()
        ]
    return tuple(found)


def areas_of_organisation(register: Register, organisation: str) -> dict[str, Duty]:
    """The areas of an organisation, with the surest duty in each; that of a predecessor counts."""
    names = [organisation]
    known = register.timeline.organisations[organisation]
    if known.predecessor in register.timeline.organisations:
        names.append(known.predecessor)
    best: dict[str, Duty] = {}
    for name in names:
        for duty in duties(register, name):
            old = best.get(duty.area)
            if old is None or duty.truth.value > old.truth.value:
                best[duty.area] = Duty(organisation, duty.area, duty.norm, duty.truth)
    return best


def overlap(register: Register, first: str, second: str) -> Overlap:
    """What two organisations share on the register's day.

    Raises
    ------
    UnknownCode
        If one of them is unknown.
    """
    one, other = set(register.member_codes(first)), set(register.member_codes(second))
    half: list[tuple[str, str, str]] = []
    for organisation, members in ((second, one), (first, other)):
        half += [
            (held.state, organisation, held.status)
            for held in register.members(organisation, None)
            if held.state in members and held.status != "member"
        ]
    shared = tuple(sorted(one & other))
    return Overlap(
        first, second, shared, tuple(sorted(one - other)), tuple(sorted(other - one)),
        tuple(sorted(half)), _asked(register, first, second, shared),
        _meetings(register, first, second, shared),
    )  # fmt: skip


def _asked(
    register: Register, first: str, second: str, shared: tuple[str, ...]
) -> tuple[Asked, ...]:
    mine, theirs = areas_of_organisation(register, first), areas_of_organisation(register, second)
    found = []
    for area in AREAS:
        if area not in mine or area not in theirs:
            continue
        pair = (mine[area], theirs[area])
        why = tuple(_article(duty.norm) for duty in pair)
        for state in shared:
            if all(state in duty.norm.parties for duty in pair):
                truth = pair[0].truth & pair[1].truth
                found.append(Asked(state, area, (first, second), truth, why))
    return tuple(found)


def _article(bound: BoundNorm) -> Reason:
    norm = bound.norm
    return Reason("article", norm.text, norm.ref, norm.source, norm.confidence, bound.because)


def _opposed(one: str, other: str) -> bool:
    return one in (f"not_{other}", f"no_{other}") or other in (f"not_{one}", f"no_{one}")


def _meetings(
    register: Register, first: str, second: str, shared: tuple[str, ...]
) -> tuple[Meeting, ...]:
    """Pairs of norms that ask the same, or of which one forbids what the other asks."""
    mine = [bn for bn in register.norms() if bn.treaty.organisation == first]
    theirs = [bn for bn in register.norms() if bn.treaty.organisation == second]
    found = []
    for a in mine:
        for b in theirs:
            states = tuple(s for s in shared if s in a.parties and s in b.parties)
            kind = _kind(a, b) if states else ""
            if kind:
                text = f"{a.norm.ref} and {b.norm.ref} {kind}: {a.norm.text} / {b.norm.text}"
                why = (_article(a), _article(b))
                refs = (a.norm.ref, b.norm.ref)
                found.append(Meeting(kind, a.norm.act, refs, states, text, why))
    return tuple(found)


def _kind(a: BoundNorm, b: BoundNorm) -> str:
    one, other = a.norm, b.norm
    duty = {"obligation", "prohibition"}
    if _opposed(one.act, other.act) and one.modality == other.modality:
        return "clash"
    if one.act == other.act and {one.modality, other.modality} == duty:
        return "clash"
    if one.modality == other.modality and one.modality in duty:
        same = one.act == other.act or (areas_of(one).keys() & areas_of(other).keys())
        triggers = set(one.trigger) & set(other.trigger)
        return "meet" if same and triggers else ""
    return ""


def gaps(register: Register, organisations: Iterable[str] | None = None) -> tuple[Gap, ...]:
    """Areas in which two organisations with members in common act apart.

    A gap is closed by an agreement that covers the area and binds the organisations or
    their states; one that binds secretariats only leaves it open, and is named.
    """
    alive = {org.id: org for org in register.organisations()}
    names = [name for name, org in alive.items() if org.successor not in alive]
    if organisations is not None:
        names = [name for name in organisations if name in names]
    held = agreements(register)
    found = []
    for first, second in combinations(names, 2):
        shared = tuple(sorted({*register.member_codes(first)} & {*register.member_codes(second)}))
        if not shared:
            continue
        mine = areas_of_organisation(register, first)
        theirs = areas_of_organisation(register, second)
        for area in AREAS:
            if area not in mine or area not in theirs:
                continue
            between = [a for a in held if a.between(first, second) and a.covers(area)]
            reached = _furthest(between)
            if STRENGTH[reached] < STRENGTH["organisations"]:
                why = (
                    _article(mine[area].norm), _article(theirs[area].norm),
                    *(reason for a in between for reason in a.because),
                )  # fmt: skip
                found.append(Gap(first, second, area, reached, shared, why))
    return tuple(found)


def _furthest(found: Iterable[Agreement]) -> Level:
    best: Level = "nobody"
    for agreement in found:
        if STRENGTH[agreement.binds] > STRENGTH[best]:
            best = agreement.binds
    return best
