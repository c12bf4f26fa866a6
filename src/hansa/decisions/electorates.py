"""Who votes, and with what weight."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from hansa.decisions.quantities import Exact, exact, readable
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

MEMBERS: Final = "members"
"""The weight that every member has: one."""

Weights = Mapping[str, Mapping[str, Fraction]]


def weights_from(
    given: Mapping[str, Exact],
    *,
    key: str = "votes",
    total: Exact | None = None,
    members: Collection[str] | None = None,
    where: Place | None = None,
) -> Mapping[str, Fraction]:
    """Exact weights, checked.

    Parameters
    ----------
    given : mapping of str to number
        Weight of each state.
    key : str
        What the weights are: ``votes``, ``population``, ``contribution``.
    total : number, optional
        What they should sum to.
    members : collection of str, optional
        The states that must have a weight, and the only ones that may.
    where : Place, optional
        Where they were read, for the errors.

    Raises
    ------
    BadInput
        If a weight is negative or no number, if the weights do not sum to ``total``, or if
        a member has none.
    UnknownCode
        If a weight is given to a state that is no member.
    """
    weights = {}
    for state, value in given.items():
        number = exact(value, what="weight", where=where)
        if number < 0:
            raise BadInput(f"{state} has negative {key}: {readable(number)}", where=where)
        weights[state] = number
    if members is not None:
        for state in weights:
            if state not in members:
                raise unknown("member", state, members, where=where, remedy=f"it has {key}")
        lacking = [state for state in members if state not in weights]
        if lacking:
            raise BadInput(f"no {key} for {', '.join(lacking)}", where=where)
    if total is not None:
        stated, summed = exact(total, what="total", where=where), sum(weights.values(), Fraction())
        if stated != summed:
            raise BadInput(
                f"the {key} sum to {readable(summed)}, not to the stated {readable(stated)}",
                where=where,
                remedy="correct a weight or the total",
            )
    return MappingProxyType(weights)


@dataclass(frozen=True, slots=True)
class Electorate:
    """The members of a body when it decides.

    Parameters
    ----------
    members : tuple of str
        All members, in a fixed order.
    weights : mapping of str to mapping of str to Fraction
        By key (``votes``, ``population``, …), the weight of each member.
    concerned : frozenset of str
        Members that the decision is about (expulsion, end of a membership).
    in_arrears : frozenset of str
        Members whose arrears are such that the rules may take their vote.
    seats : tuple of str
        Members that have a vote; a rule may take votes away. By default all.
    body : str
        Name, for messages.

    Raises
    ------
    BadInput
        If a member is listed twice or there is none.
    UnknownCode
        If weights, ``concerned`` or ``in_arrears`` name somebody who is no member.
    """

    members: tuple[str, ...]
    weights: Weights = field(default_factory=lambda: MappingProxyType({}))
    concerned: frozenset[str] = frozenset()
    in_arrears: frozenset[str] = frozenset()
    seats: tuple[str, ...] | None = None
    body: str = ""

    def __post_init__(self) -> None:
        if not self.members:
            raise BadInput(f"{self.body or 'the body'} has no members that day")
        if len(set(self.members)) != len(self.members):
            twice = sorted({m for m in self.members if self.members.count(m) > 1})
            raise BadInput(f"{', '.join(twice)} is listed twice among the members")
        for state in (*self.concerned, *self.in_arrears):
            if state not in self.members:
                raise unknown("member", state, self.members)
        for key, weights in self.weights.items():
            for state in weights:
                if state not in self.members:
                    raise unknown("member", state, self.members, remedy=f"it has {key}")

    @property
    def voting(self) -> tuple[str, ...]:
        """The members that have a vote."""
        return self.members if self.seats is None else self.seats

    def weight(self, key: str, *, of: Iterable[str] | None = None) -> dict[str, Fraction]:
        """Weights of the members with a vote.

        Raises
        ------
        UnknownCode
            If there is no such weight.
        BadInput
            If one of them lacks it.
        """
        states = self.voting if of is None else tuple(of)
        if key == MEMBERS:
            return dict.fromkeys(states, Fraction(1))
        if key not in self.weights:
            raise unknown("weight", key, (*self.weights, MEMBERS), remedy="the rule needs it")
        table = self.weights[key]
        lacking = [state for state in states if state not in table]
        if lacking:
            raise BadInput(f"no {key} for {', '.join(lacking)}")
        return {state: table[state] for state in states}

    def without(self, states: Iterable[str]) -> Electorate:
        """The same members; ``states`` have no vote.

        Raises
        ------
        BadInput
            If nobody is left to vote.
        """
        gone = set(states)
        seats = tuple(state for state in self.voting if state not in gone)
        if not seats:
            raise BadInput(f"nobody is left to vote in {self.body or 'the body'}")
        return replace(self, seats=seats)

    def with_weights(self, key: str, table: Mapping[str, Fraction]) -> Electorate:
        """The same electorate with other weights under ``key``."""
        return replace(self, weights=MappingProxyType({**self.weights, key: table}))

    def redistributed(self, lost: Iterable[str], key: str, by: str) -> Electorate:
        """Take the vote of ``lost`` and share their weights among the others.

        The others' weights under ``key`` grow in proportion to their ``by``; the total stays.
        With ``by="members"`` they grow by equal amounts.

        Raises
        ------
        BadInput
            If nobody is left, or if the others' ``by`` sums to zero.
        """
        losers = [state for state in self.voting if state in set(lost)]
        if not losers:
            return self
        rest = self.without(losers)
        weights, keys = self.weight(key), rest.weight(by)
        freed = sum((weights[state] for state in losers), Fraction())
        base = sum(keys.values(), Fraction())
        if base == 0:
            raise BadInput(f"{key} cannot be shared out: the others' {by} sums to zero")
        table = {state: weights[state] + freed * keys[state] / base for state in rest.voting}
        return rest.with_weights(key, MappingProxyType(table))


def electorate(
    members: Iterable[str],
    weights: Mapping[str, Mapping[str, Exact]] | None = None,
    *,
    totals: Mapping[str, Exact] | None = None,
    concerned: Iterable[str] = (),
    in_arrears: Iterable[str] = (),
    body: str = "",
    where: Place | None = None,
) -> Electorate:
    """An `Electorate` with exact weights that were checked against their stated totals.

    Raises
    ------
    BadInput, UnknownCode
        As `weights_from` and `Electorate`.
    """
    states = tuple(members)
    sums = totals or {}
    for key in sums:
        if key not in (weights or {}):
            raise unknown("weight", key, weights or (), where=where, remedy="it has a total")
    tables = {
        key: weights_from(table, key=key, total=sums.get(key), members=states, where=where)
        for key, table in (weights or {}).items()
    }
    return Electorate(
        states,
        MappingProxyType(tables),
        frozenset(concerned),
        frozenset(in_arrears),
        body=body,
    )
