"""Voting power: the unions that the field measures itself by, beside its other programs."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import powerindex
from power_bdd import bdd

from benchmarks.registry import Bench, Job
from hansa.decisions import (
    ABSTAIN,
    AGAINST,
    FOR,
    AllOf,
    BlockingMinority,
    Electorate,
    Majority,
    Rule,
    at_least,
    chance,
    electorate,
    power,
    power_of,
    tally,
    weighted,
)
from hansa.decisions.counting import divided, quadrature

DATA = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[2] / "shared")) / "data/decisions"

NICE = [29] * 4 + [27] * 2 + [14, 13] + [12] * 5 + [10] * 3 + [7] * 5 + [4] * 5 + [3]
NICE_QUOTA = 255


def union() -> tuple[Rule, Electorate]:
    """55 % of the states with 65 % of the people in exact persons, blocked by four."""
    people = json.loads((DATA / "eu27_lisbon_2018.json").read_text())["population"]
    both = AllOf((Majority(at_least("55 %")), Majority(at_least("65 %"), weights="population")))
    return BlockingMinority(both, at_least(4)), electorate(people, {"population": people})


def fund() -> list[int]:
    """Votes of the 190 members of the Monetary Fund."""
    with (DATA / "imf_members_2024-01-31.csv").open(encoding="utf-8") as file:
        return [int(row["votes"]) for row in csv.DictReader(file)]


def lisbon() -> Job:
    rule, members = union()
    return lambda: power(rule, members, minimal=False)


def lisbon_by_diagrams() -> Job:
    _, members = union()
    people = [int(members.weights["population"][m]) for m in members.members]
    quota = -(-65 * sum(people) // 100)

    def run() -> object:
        games = [(15, [1] * 27), (quota, people), (24, [1] * 27)]
        states, majority, nearly_all = (bdd.BDD(bdd.WeightedGame(q, list(w))) for q, w in games)
        both = (states & majority) | nearly_all
        return both.calc_banzhaf(), both.calc_shapley()

    return run


def lisbon_minimal() -> Job:
    rule, members = union()
    return lambda: power(rule, members, minimal=True)


def lisbon_tally() -> Job:
    rule, members = union()
    votes = dict.fromkeys(members.members[:12], FOR)
    return lambda: tally(rule, members, votes)


def lisbon_chance() -> Job:
    rule, members = union()
    return lambda: chance(rule, members, {}, {"Germany": "1/3"}, others="3/5")


def nice() -> Job:
    return lambda: power_of(weighted(NICE_QUOTA, NICE), minimal=False)


def nice_by_diagrams() -> Job:
    def run() -> object:
        game = bdd.BDD(bdd.WeightedGame(NICE_QUOTA, list(NICE)))
        return game.calc_banzhaf(), game.calc_shapley()

    return run


def nice_by_generating_functions() -> Job:
    def run() -> object:
        game = powerindex.Game(NICE_QUOTA, weights=list(NICE))
        game.calc_banzhaf()
        game.calc_shapley_shubik()
        return game

    return run


def quota_of(votes: list[int], per_cent: int) -> int:
    return sum(votes) * per_cent // 100 + 1


def fund_banzhaf(per_cent: int) -> Job:
    votes = fund()
    return lambda: divided.swings(votes, quota_of(votes, per_cent))


def fund_banzhaf_by_generating_functions(per_cent: int) -> Job:
    """The peer on a tenth of the votes: the whole takes it more than six minutes."""
    votes = [vote // 10 for vote in fund()]

    def run() -> object:
        game = powerindex.Game(quota_of(votes, per_cent), weights=list(votes))
        game.calc_banzhaf()
        return game

    return run


def fund_shapley(per_cent: int) -> Job:
    votes = fund()
    return lambda: quadrature.shapley_shubik(votes, quota_of(votes, per_cent))


def council_with_abstention() -> Job:
    """Fifteen members, three choices each: 3^15 ways to vote."""
    votes = {f"S{i}": w for i, w in enumerate([10] * 4 + [8] + [5] * 4 + [4] * 2 + [3] * 3 + [2])}
    members = electorate(votes, {"votes": votes})
    rule = Majority(at_least("62/87"), weights="votes", of="voting")
    return lambda: power(rule, members, positions=(AGAINST, ABSTAIN, FOR))


BENCHES = [
    Bench(
        "decisions.power.eu27-lisbon.both",
        lisbon,
        limit=0.15,
        yardstick=lisbon_by_diagrams,
        yardstick_name="power_bdd",
        ratio_limit=1.0,
        note="Banzhaf and Shapley–Shubik, exact",
    ),
    Bench(
        "decisions.power.eu27-nice.both",
        nice,
        limit=0.02,
        yardstick=nice_by_diagrams,
        yardstick_name="power_bdd",
        ratio_limit=1.0,
    ),
    Bench(
        "decisions.power.eu27-nice.both-again",
        nice,
        limit=0.02,
        yardstick=nice_by_generating_functions,
        yardstick_name="powerindex",
        ratio_limit=1.0,
    ),
    *(
        Bench(
            f"decisions.power.imf190-{per_cent}.banzhaf",
            lambda per_cent=per_cent: fund_banzhaf(per_cent),
            limit=5.0,
            repeat=3,
            note="exact, all 190 members",
        )
        for per_cent in (50, 70, 85)
    ),
    Bench(
        "decisions.power.imf190-85.banzhaf-beside",
        lambda: fund_banzhaf(85),
        limit=5.0,
        yardstick=lambda: fund_banzhaf_by_generating_functions(85),
        yardstick_name="powerindex (a tenth of the votes)",
        ratio_limit=1.0,
        repeat=1,
    ),
    *(
        Bench(
            f"decisions.power.imf190-{per_cent}.shapley",
            lambda per_cent=per_cent: fund_shapley(per_cent),
            limit=60.0,
            repeat=1,
            note="error below 1e-10, proved",
        )
        for per_cent in (50, 70, 85)
    ),
    Bench(
        "decisions.power.eu27-lisbon.minimal",
        lisbon_minimal,
        repeat=1,
        note="all 4,343,697 minimal winning coalitions",
    ),
    Bench("decisions.power.eu15-abstention.both", council_with_abstention, repeat=3),
    Bench("decisions.tally.eu27-lisbon.open", lisbon_tally, repeat=3),
    Bench("decisions.chance.eu27-lisbon.exact", lisbon_chance, repeat=3),
]
