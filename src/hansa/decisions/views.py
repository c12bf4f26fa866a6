"""A body on a day, seen whole: who could block, who could carry, who has how much say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from hansa.decisions.bodies import BodyRule
from hansa.decisions.electorates import Electorate
from hansa.decisions.games import dual, game_of
from hansa.decisions.groups import Groups, minimal_groups
from hansa.decisions.measures import Power, power


@dataclass(frozen=True, slots=True)
class BodyView:
    """What a rule means for the members of a body.

    Parameters
    ----------
    rule : BodyRule
        The body's rule that day.
    electorate : Electorate
        Its members with their weights.
    power : Power
        Their voting power.
    blocking : Groups
        Minimal groups that can block.
    carrying : Groups
        Minimal groups that can carry.
    """

    rule: BodyRule
    electorate: Electorate
    power: Power
    blocking: Groups
    carrying: Groups


def view(rule: BodyRule, electorate: Electorate, *, groups: int = 20) -> BodyView:
    """See a body whole.

    Raises
    ------
    BadInput, UnknownCode
        If the rule does not fit the electorate.
    """
    game = game_of(rule.rule, electorate)
    return BodyView(
        rule,
        electorate,
        power(rule.rule, electorate),
        minimal_groups(dual(game), limit=groups),
        minimal_groups(game, limit=groups),
    )


def shares_of(amounts: Mapping[str, int | float | Fraction]) -> dict[str, float]:
    """Each one's share of a sum: of population, trade or contributions."""
    total = float(sum(amounts.values()))
    return {state: float(amount) / total if total else 0.0 for state, amount in amounts.items()}
