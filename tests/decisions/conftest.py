"""Published games and the peers' figures."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from hansa.decisions import (
    AllOf,
    BlockingMinority,
    Majority,
    at_least,
    electorate,
)


@pytest.fixture(scope="session")
def known(shared: Path) -> dict:
    """Classical weighted games with swings and indices."""
    text = (shared / "data/decisions/weighted_games_known.json").read_text(encoding="utf-8")
    return json.loads(text)


@pytest.fixture(scope="session")
def lisbon(shared: Path) -> dict:
    """The 27 with their populations of 2018 and what is known of the game."""
    text = (shared / "data/decisions/eu27_lisbon_2018.json").read_text(encoding="utf-8")
    return json.loads(text)


@pytest.fixture(scope="session")
def imf(shared: Path) -> dict[str, int]:
    """Votes of the 190 members on 31 January 2024."""
    with (shared / "data/decisions/imf_members_2024-01-31.csv").open(encoding="utf-8") as file:
        return {row["member"]: int(row["votes"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def union(lisbon):
    """The 27 as an electorate."""
    people = lisbon["population"]
    return electorate(people, {"population": people}, body="EU Council")


@pytest.fixture(scope="session")
def states_and_people():
    """55 % of the members with 65 % of the population."""
    return AllOf((Majority(at_least("55 %")), Majority(at_least("65 %"), weights="population")))


@pytest.fixture(scope="session")
def lisbon_rule(states_and_people):
    """TEU Art. 16(4): the same, blocked by at least four."""
    return BlockingMinority(states_and_people, at_least(4))
