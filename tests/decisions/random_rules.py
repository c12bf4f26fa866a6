"""Random rules of every kind, with electorates they fit."""

from __future__ import annotations

import random
from fractions import Fraction

from hypothesis import strategies as st

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
    Threshold,
    Unanimity,
    Veto,
    WithoutConcerned,
    electorate,
)

MILD = (ABSTAIN, STAND_ASIDE, ABSENT)


def some(pick: random.Random, pool, least: int = 0) -> frozenset:
    return frozenset(pick.sample(list(pool), pick.randint(least, len(pool))))


def share(pick: random.Random) -> Threshold:
    bottom = pick.randint(2, 12)
    strict = pick.random() < 0.5
    return Threshold(Fraction(pick.randint(1, bottom - strict), bottom), True, strict)


def random_electorate(pick: random.Random, n: int) -> Electorate:
    names = [f"S{i}" for i in range(n)]
    kinds = (
        lambda: pick.randint(0, 9),
        lambda: pick.choice([1, 1, 2, 3]),
        lambda: Fraction(pick.randint(0, 60), pick.choice([1, 2, 4, 3])),
        lambda: pick.randint(10**6, 10**8),
    )
    tables = {}
    for key in ("votes", "people", "contribution"):
        draw = pick.choice(kinds)
        table = {name: draw() for name in names}
        table[names[0]] += 1
        table[names[-1]] += 1
        tables[key] = table
    # Somebody always keeps a vote, and some contribution to share by.
    concerned = some(pick, names[1:-1][:1]) if n > 2 else frozenset()
    late = some(pick, names[1:-1][1:2]) if n > 3 else frozenset()
    return electorate(names, tables, concerned=concerned, in_arrears=late)


def seats_sum(room: Electorate, key: str) -> Fraction:
    return sum(room.weight(key).values(), Fraction())


def random_rule(pick: random.Random, room: Electorate, depth: int = 2) -> Rule:
    """A rule that fits an electorate; its amounts stay in range where votes are taken away."""
    leaf = (majority, consensus, unanimity, veto, quorum)
    nodes = (joined, blocking, without, arrears, silence, opt_out, referral, joined)
    if depth == 0 or pick.random() < 0.35:
        return pick.choice(leaf)(pick, room)
    return pick.choice(nodes)(pick, room, depth - 1)


def amount(pick: random.Random, room: Electorate, key: str) -> Threshold:
    total = seats_sum(room, key)
    strict = pick.random() < 0.3
    value = total * Fraction(pick.randint(1, 11), 12)
    if pick.random() < 0.5 and value.numerator // value.denominator >= 1:
        value = Fraction(value.numerator // value.denominator)
    if value < 1:  # has no written form, and is no quota of any body
        return share(pick)
    return Threshold(value, False, strict)


def majority(pick: random.Random, room: Electorate) -> Majority:
    key = pick.choice(["members", "votes", "people"])
    of = pick.choice(["members", "present", "voting"])
    counted = frozenset({FOR}) | (some(pick, MILD) if pick.random() < 0.2 else frozenset())
    limit = share(pick) if pick.random() < 0.7 else amount(pick, room, key)
    return Majority(limit, key, of if limit.share else "members", counted)


def consensus(pick: random.Random, room: Electorate) -> Consensus:
    objects = frozenset({AGAINST}) | (some(pick, MILD) if pick.random() < 0.3 else frozenset())
    return Consensus(objects, some(pick, MILD))


def unanimity(pick: random.Random, room: Electorate) -> Unanimity:
    return Unanimity(frozenset({FOR}) | some(pick, MILD))


def veto(pick: random.Random, room: Electorate) -> Veto:
    holders = tuple(sorted(some(pick, room.members, 1)))
    return Veto(holders, frozenset({AGAINST}) | some(pick, MILD))


def quorum(pick: random.Random, room: Electorate) -> Quorum:
    key = pick.choice(["members", "votes"])
    return Quorum(share(pick) if pick.random() < 0.5 else amount(pick, room, key), key)


def joined(pick: random.Random, room: Electorate, depth: int) -> Rule:
    rules = tuple(random_rule(pick, room, depth) for _ in range(pick.randint(1, 3)))
    return pick.choice([AllOf, AnyOf])(rules)


def blocking(pick: random.Random, room: Electorate, depth: int) -> BlockingMinority:
    key = pick.choice(["members", "votes"])
    limit = share(pick) if pick.random() < 0.3 else amount(pick, room, key)
    return BlockingMinority(random_rule(pick, room, depth), limit, key)


def without(pick: random.Random, room: Electorate, depth: int) -> WithoutConcerned:
    return WithoutConcerned(random_rule(pick, room.without(room.concerned), depth))


def arrears(pick: random.Random, room: Electorate, depth: int) -> Arrears:
    if pick.random() < 0.3:
        return Arrears(random_rule(pick, room.without(room.in_arrears), depth), None)
    by = pick.choice(["contribution", "members"])
    inner = room.redistributed(room.in_arrears, "votes", by)
    return Arrears(random_rule(pick, inner, depth), "votes", by)


def silence(pick: random.Random, room: Electorate, depth: int) -> Silence:
    return Silence(random_rule(pick, room, depth), pick.randint(0, 20))


def opt_out(pick: random.Random, room: Electorate, depth: int) -> OptOut:
    return OptOut(random_rule(pick, room, depth), some(pick, MILD, 1))


def referral(pick: random.Random, room: Electorate, depth: int) -> Referral:
    after = pick.choice(["failure", "adoption", "either"])
    when = random_rule(pick, room, 0) if after != "adoption" and pick.random() < 0.5 else None
    then = random_rule(pick, room, 0)
    return Referral(random_rule(pick, room, depth), "Upper", then, when, after)


@st.composite
def games(draw, least: int = 1, most: int = 8, depth: int = 2):
    """A rule and an electorate; the seed is drawn, so that an example replays."""
    pick = random.Random(draw(st.integers(0, 2**40)))
    room = random_electorate(pick, pick.randint(least, most))
    return random_rule(pick, room, depth), room
