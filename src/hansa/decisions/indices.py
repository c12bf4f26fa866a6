"""Indices of power from counted profiles, in the notation of their papers.

``n`` voters; ``ω`` winning coalitions, ``η_i`` swings of voter ``i``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, factorial

from hansa.decisions.counting.table import Table
from hansa.decisions.groups import Minimal

NO, YES = 0, 1
ABSTAINS, IN_FAVOUR = 1, 2


def swings(table: Table, voters: int, last: int = YES) -> tuple[int, ...]:
    """``η_i``: profiles of the others in which ``i`` decides the outcome (Banzhaf 1965).

    A voter that moves from its worst to its best choice never turns adoption into
    rejection, so that the profiles it decides are those adopted with the one less those
    adopted with the other.
    """
    return tuple(
        int(table.with_choice(i, last)) - int(table.with_choice(i, NO)) for i in range(voters)
    )


def normalised(values: Sequence[int | Fraction]) -> tuple[Fraction, ...]:
    """Each value over their sum; all 0 if nobody has any."""
    total = sum(values, Fraction())
    return tuple(Fraction(value) / total if total else Fraction(0) for value in values)


def shapley_shubik(table: Table, voters: int) -> tuple[Fraction, ...]:
    """``φ_i = Σ_s s!(n−1−s)!/n! · η_i(s)`` (Shapley and Shubik 1954).

    The grade of a profile is its number of votes in favour; ``η_i(s)`` counts the swings
    of ``i`` for coalitions of ``s`` others.
    """
    n = voters
    worth = [Fraction(factorial(s) * factorial(n - 1 - s), factorial(n)) for s in range(n)]
    result = []
    for i in range(n):
        with_i, without_i = table.chosen[i][YES], table.chosen[i][NO]
        decided = [int(with_i[s + 1]) - int(without_i[s]) for s in range(n)]
        result.append(sum((c * w for c, w in zip(decided, worth, strict=True)), Fraction()))
    return tuple(result)


def ternary_grades(voters: int) -> tuple[int, int, int]:
    """Grades of no, abstention and yes that tell how many there are of each."""
    return 0, 1, voters + 1


def ternary_shapley_shubik(table: Table, voters: int) -> tuple[Fraction, ...]:
    """Shapley–Shubik when one may abstain (Felsenthal and Machover 1997, § 5).

    All orders and all votes (yes, abstain, no) are equally likely; the pivot is the voter
    whose vote settles the outcome, whatever those after it do. Let ``t`` be the time at
    which it votes. The outcome is settled as yes if it is yes although all that have not
    voted yet say no, so another voter counts as yes or as abstaining with probability
    ``t/3`` each and as no with ``1 − 2t/3``; likewise for no. Only for games in which an
    abstention never hurts adoption more than a no, nor helps it more than a yes: in others
    what is yes if the rest say no need not be settled.
    """
    n = voters
    step = n + 1
    settled = _settling(n)
    result = []
    for i in range(n):
        no, abstain, yes = table.chosen[i]
        value = Fraction()
        for y in range(n):
            for z in range(n - y):
                with_no = int(no[y * step + z])
                with_abstain = int(abstain[y * step + z + 1])
                with_yes = int(yes[(y + 1) * step + z])
                m = n - 1 - y - z
                value += settled[y + z] * (with_yes + with_abstain - 2 * with_no)
                value += settled[m + z] * (2 * with_yes - with_no - with_abstain)
        result.append(value / 3)
    return tuple(result)


def _settling(n: int) -> list[Fraction]:
    """``∫₀¹ (t/3)^k (1 − 2t/3)^{n−1−k} dt`` for each ``k``."""
    values = []
    for k in range(n):
        rest = n - 1 - k
        inner = sum(
            (Fraction(comb(rest, j) * (-2) ** j, 3**j * (k + j + 1)) for j in range(rest + 1)),
            Fraction(),
        )
        values.append(inner / 3**k)
    return values


def prevent(eta: Sequence[int], winning: int) -> tuple[Fraction, ...]:
    """``η_i/ω``: the share of winning coalitions that ``i`` can break (Coleman 1971)."""
    return tuple(Fraction(e, winning) if winning else Fraction(0) for e in eta)


def initiate(eta: Sequence[int], losing: int) -> tuple[Fraction, ...]:
    """``η_i/(2^n − ω)``: the share of losing ones that ``i`` can turn (Coleman 1971)."""
    return tuple(Fraction(e, losing) if losing else Fraction(0) for e in eta)


def deegan_packel(minimal: Minimal) -> tuple[Fraction, ...]:
    """Mean over minimal winning coalitions of ``1/|S|`` for the members (Deegan, Packel 1978)."""
    total = sum(minimal.ways)
    result = [Fraction()] * len(minimal.game.voters)
    if not total:
        return tuple(result)
    sizes = minimal.counts.sum(axis=1)
    by_size: dict[int, list[int]] = {}
    for row, size in enumerate(sizes.tolist()):
        by_size.setdefault(size, []).append(row)
    for size, rows in by_size.items():
        if size == 0:
            continue
        for kind, members in zip(minimal.classes, _members(minimal, rows), strict=True):
            for voter in kind.voters:
                result[voter] += Fraction(members, len(kind.voters) * size * total)
    return tuple(result)


def holler(minimal: Minimal) -> tuple[Fraction, ...]:
    """Share of the memberships of minimal winning coalitions: public goods (Holler 1982)."""
    result = [Fraction()] * len(minimal.game.voters)
    rows = list(range(len(minimal.ways)))
    for kind, members in zip(minimal.classes, _members(minimal, rows), strict=True):
        for voter in kind.voters:
            result[voter] = Fraction(members, len(kind.voters))
    return normalised(result)


def _members(minimal: Minimal, rows: Sequence[int]) -> list[int]:
    """Per class, its memberships in the coalitions of some kinds."""
    counts = minimal.counts[list(rows)]
    if all(len(kind.voters) == 1 for kind in minimal.classes):
        return [int(total) for total in counts.sum(axis=0).tolist()]
    ways = [minimal.ways[row] for row in rows]
    return [
        sum(way * count for way, count in zip(ways, column, strict=True))
        for column in counts.T.tolist()
    ]
