"""Questions about trade: from a union in a world, or a data set, to effects and exhibits."""

from hansa.studies.trading.asked import Asked, DirectChange, asked_with, located, read_asked
from hansa.studies.trading.ground import Ground, ground_of
from hansa.studies.trading.groups import Group, arranged, group_of, groups_of, rest_of
from hansa.studies.trading.question import Scenario, pair, scenario_of
from hansa.studies.trading.results import Result, solved

__all__ = [
    "Asked",
    "DirectChange",
    "Ground",
    "Group",
    "Result",
    "Scenario",
    "arranged",
    "asked_with",
    "ground_of",
    "group_of",
    "groups_of",
    "located",
    "pair",
    "read_asked",
    "rest_of",
    "scenario_of",
    "solved",
]
