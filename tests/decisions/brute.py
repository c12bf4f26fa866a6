"""Rules told a second time, by their wording alone: the oracle of the tests.

Nothing here uses the engine's criteria, games or counting. A profile is a row of position
numbers (places in `CAST`), one per member; a rule is asked for all profiles at once.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, lcm

import numpy as np

from hansa.decisions import (
    ABSENT,
    ABSTAIN,
    AGAINST,
    FOR,
    STAND_ASIDE,
    AllOf,
    AnyOf,
    Arrears,
    BlockingMinority,
    Consensus,
    Electorate,
    Majority,
    OptOut,
    Quorum,
    Referral,
    Rule,
    Silence,
    Unanimity,
    Veto,
    WithoutConcerned,
)

CODES = (FOR, ABSTAIN, STAND_ASIDE, ABSENT, AGAINST)
NUMBER = {position: code for code, position in enumerate(CODES)}
PRESENT = (FOR, ABSTAIN, STAND_ASIDE, AGAINST)
VOTING = (FOR, AGAINST)


class Room:
    """Seats and weights, changed by the rules that take votes away."""

    def __init__(self, electorate: Electorate):
        self.members = list(electorate.members)
        self.seats = list(electorate.members)
        self.tables = {key: dict(table) for key, table in electorate.weights.items()}
        self.concerned = electorate.concerned
        self.late = electorate.in_arrears

    def copy(self) -> Room:
        other = object.__new__(Room)
        other.members, other.seats = self.members, list(self.seats)
        other.tables = {key: dict(table) for key, table in self.tables.items()}
        other.concerned, other.late = self.concerned, self.late
        return other

    def weights(self, key: str) -> tuple[np.ndarray, int]:
        """Whole numbers for all members (0 without a seat), and their common scale."""
        table = self.tables.get(key, {})
        exact = [
            Fraction(0) if m not in self.seats else Fraction(1) if key == "members" else table[m]
            for m in self.members
        ]
        scale = lcm(*(w.denominator for w in exact))
        return np.array([int(w * scale) for w in exact], dtype=np.int64), scale


def mask(P: np.ndarray, positions) -> np.ndarray:
    return np.isin(P, [NUMBER[p] for p in positions])


def adopts(rule: Rule, room: Room, P: np.ndarray) -> np.ndarray:  # noqa: PLR0911  # one per kind
    """Whether each profile adopts."""
    match rule:
        case Majority():
            return majority(rule, room, P)
        case Consensus():
            return ~(mask(P, rule.objects) & seated(room)).any(axis=1)
        case Unanimity():
            return (mask(P, rule.agrees) | ~seated(room)).all(axis=1)
        case Veto():
            holders = np.array([m in rule.holders and m in room.seats for m in room.members])
            return ~(mask(P, rule.by) & holders).any(axis=1)
        case Quorum():
            w, scale = room.weights(rule.weights)
            there = mask(P, PRESENT) @ w
            t = rule.threshold
            need = t.value * int(w.sum()) if t.share else t.value * scale
            return reaches(there, need, t.strict)
        case AllOf():
            return np.logical_and.reduce([adopts(r, room, P) for r in rule.rules])
        case AnyOf():
            return np.logical_or.reduce([adopts(r, room, P) for r in rule.rules])
        case BlockingMinority():
            w, scale = room.weights(rule.weights)
            missing = ~mask(P, (FOR,)) @ w
            t = rule.blockers
            need = t.value * int(w.sum()) if t.share else t.value * scale
            return adopts(rule.rule, room, P) | ~reaches(missing, need, t.strict)
        case WithoutConcerned():
            inner = room.copy()
            inner.seats = [m for m in room.seats if m not in room.concerned]
            return adopts(rule.rule, inner, P)
        case Arrears():
            return adopts(rule.rule, in_arrears(rule, room), P)
        case Silence():
            return adopts(rule.rule, room, np.where(NUMBER[ABSENT] == P, NUMBER[FOR], P))
        case OptOut() | Referral():
            return adopts(rule.rule, room, P)
    raise AssertionError(rule)


def seated(room: Room) -> np.ndarray:
    return np.array([m in room.seats for m in room.members])


def reaches(have: np.ndarray, need: Fraction, strict: bool) -> np.ndarray:
    scaled, need_whole = have * need.denominator, need.numerator
    return scaled > need_whole if strict else scaled >= need_whole


def majority(rule: Majority, room: Room, P: np.ndarray) -> np.ndarray:
    w, scale = room.weights(rule.weights)
    favour = mask(P, rule.counted) @ w
    t = rule.threshold
    if not t.share:
        return reaches(favour, t.value * scale, t.strict)
    if rule.of == "members":
        return reaches(favour, t.value * int(w.sum()), t.strict)
    base = mask(P, PRESENT if rule.of == "present" else VOTING) @ w
    a, b = t.value.numerator, t.value.denominator
    enough = favour * b > base * a if t.strict else favour * b >= base * a
    return enough & (mask(P, rule.counted) & seated(room)).any(axis=1)


def in_arrears(rule: Arrears, room: Room) -> Room:
    inner = room.copy()
    lost = [m for m in room.seats if m in room.late]
    inner.seats = [m for m in room.seats if m not in room.late]
    if rule.weights is None or not lost:
        return inner
    old = room.tables[rule.weights]
    by = {m: Fraction(1) for m in inner.seats}
    if rule.shared_by != "members":
        by = {m: room.tables[rule.shared_by][m] for m in inner.seats}
    freed, base = sum(old[m] for m in lost), sum(by.values())
    inner.tables[rule.weights] = {m: old[m] + freed * by[m] / base for m in inner.seats}
    return inner


def all_profiles(sizes: list[int]) -> np.ndarray:
    """Every combination of choice numbers, one row each."""
    grids = np.indices(sizes).reshape(len(sizes), -1).T
    return np.ascontiguousarray(grids)


def yes_no(n: int) -> np.ndarray:
    """All yes-no profiles of n members; bit i of the row number is member i in favour."""
    bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    return np.where(bits == 1, NUMBER[FOR], NUMBER[AGAINST])


def indices(wins: np.ndarray, n: int) -> dict[str, object]:
    """Every index by its definition, from the list of winning coalitions."""
    rows = np.arange(2**n)
    sizes = np.array([bin(row).count("1") for row in range(2**n)])
    swings, shapley = [], []
    for i in range(n):
        without = rows[(rows >> i) & 1 == 0]
        decides = wins[without | (1 << i)] & ~wins[without]
        swings.append(int(decides.sum()))
        per_size = np.bincount(sizes[without][decides], minlength=n)
        shapley.append(
            sum(
                Fraction(int(c) * factorial(s) * factorial(n - 1 - s), factorial(n))
                for s, c in enumerate(per_size)
            )
        )
    minimal = [
        row
        for row in rows[wins].tolist()
        if not any(row >> i & 1 and wins[row ^ (1 << i)] for i in range(n))
    ]
    packel = [
        sum(
            (Fraction(1, int(sizes[m]) * len(minimal)) for m in minimal if m >> i & 1),
            Fraction(),
        )
        for i in range(n)
    ]
    public = [sum(m >> i & 1 for m in minimal) for i in range(n)]
    return {
        "winning": int(wins.sum()),
        "swings": tuple(swings),
        "shapley_shubik": tuple(shapley),
        "minimal": len(minimal),
        "deegan_packel": tuple(packel),
        "holler": tuple(Fraction(h, sum(public)) if sum(public) else Fraction(0) for h in public),
    }
