"""Balance of power by brute force: who is needed, what is stable, which alliances hold.

Resources r_i sum to R; a coalition with more than R/2 can overcome the rest, one with
exactly R/2 cannot be overcome. A state is *essential* if some minimal winning coalition
needs it; nobody has a reason to keep an inessential state alive, and a state with more than
R/2 needs nobody. A system is stable if every state is essential.

Niou & Ordeshook (1986), "A Theory of the Balance of Power in International Systems", *JCR*
30:685, for essential states; Wagner (1986), "The Theory of Games and the Balance of Power",
*World Politics* 38:546, for systems of two to five; Niou & Ordeshook (1994), "Alliances in
Anarchic International Systems", *ISQ* 38:167, for alliances as states that are secure from
one another. The test of an alliance here is a simpler one than theirs: see `can_be_alliance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from hansa.terms.errors import BadInput
from hansa.terms.names import unknown

MOST = 12
"""Coalitions are listed one by one: 2^12 of them is where that stops being instant."""


def _exact(resources: Mapping[str, float | int | Fraction]) -> dict[str, Fraction]:
    """Resources as fractions: whether a coalition has exactly half must not be rounded."""
    if not 1 <= len(resources) <= MOST:
        raise BadInput(f"a system has 1 to {MOST} states, not {len(resources)}")
    try:
        exact = {state: Fraction(r) for state, r in resources.items()}
    except (ValueError, OverflowError, TypeError):
        raise BadInput("every state's resources must be a known number") from None
    if not all(r > 0 for r in exact.values()):
        raise BadInput("every state of a system has resources above zero")
    return exact


@dataclass(frozen=True, slots=True)
class Balance:
    """What the distribution of resources makes of a system.

    Parameters
    ----------
    minimal_winning : tuple of frozenset of str
        Coalitions with more than half that lose without any one member.
    essential, inessential : tuple of str
        Whether some minimal winning coalition, or a coalition of exactly half against the
        other half, needs the state.
    predominant : str
        The state with more than half, ``""`` if none.
    blocking : str
        A state with exactly half, which nobody can overcome: peace, not only stability.
    """

    resources: Mapping[str, Fraction]
    minimal_winning: tuple[frozenset[str], ...]
    essential: tuple[str, ...]
    inessential: tuple[str, ...]
    predominant: str
    blocking: str

    @property
    def stable(self) -> bool:
        """No state need fear for its existence."""
        return not self.predominant and not self.inessential


def _coalitions(states: Iterable[str]) -> Iterator[frozenset[str]]:
    names = tuple(states)
    for size in range(1, len(names) + 1):
        yield from (frozenset(members) for members in combinations(names, size))


def balance(resources: Mapping[str, float | int | Fraction]) -> Balance:
    """List coalitions and tell who is essential.

    Parameters
    ----------
    resources : mapping of str to number
        r_i > 0, up to 12 states; floats are taken at their exact value.

    Raises
    ------
    BadInput
        If there are too many states, or one has nothing.
    """
    r = _exact(resources)
    half = sum(r.values(), Fraction(0)) / 2
    strength = {c: sum((r[s] for s in c), Fraction(0)) for c in _coalitions(r)}
    minimal = tuple(
        c for c, total in strength.items()
        if total > half and all(total - r[s] <= half for s in c)
    )  # fmt: skip
    needed = {s for c in minimal for s in c}
    # half against half: neither side can overcome the other, and each needs all its own
    needed |= {s for c, total in strength.items() if total == half for s in c}
    predominant = next((s for s, own in r.items() if own > half), "")
    blocking = next((s for s, own in r.items() if own == half), "")
    if len(r) == 1:
        predominant, needed = "", set(r)
    essential = tuple(s for s in r if s in needed and predominant in ("", s))
    rest = tuple(s for s in r if s not in essential)
    return Balance(r, minimal, essential, rest, predominant, blocking)


def can_be_alliance(
    resources: Mapping[str, float | int | Fraction], members: Iterable[str]
) -> bool:
    """Whether states that hold off, or have overcome, all others are safe from one another.

    Members of an alliance follow collective-security strategies towards one another. They
    will do so only while the alliance, taken as a system of its own, is stable: if one
    member holds more than half of what they have together, or one is inessential among
    them, the others gain by leaving it to its fate. This is necessary in Niou and
    Ordeshook's game; their full condition also follows the bargaining with outsiders.

    Raises
    ------
    BadInput
        If fewer than two states are named.
    UnknownCode
        If a member is not in the system.
    """
    names = tuple(dict.fromkeys(members))
    if len(names) < 2:
        raise BadInput("an alliance needs two states")
    for name in names:
        if name not in resources:
            raise unknown("state", name, resources)
    return balance({name: resources[name] for name in names}).stable


def holding_alliances(
    resources: Mapping[str, float | int | Fraction],
) -> tuple[frozenset[str], ...]:
    """All sets of two or more states that `can_be_alliance`, smallest first."""
    _exact(resources)
    return tuple(
        c for c in _coalitions(resources) if len(c) > 1 and can_be_alliance(resources, sorted(c))
    )


@dataclass(frozen=True, slots=True)
class Census:
    """How many distributions of R units among n states are stable.

    ``balanced`` have no predominant state, ``stable`` are those among them in which every
    state is essential, ``peaceful`` those with a state of exactly half.
    """

    n: int
    units: int
    balanced: int
    stable: int
    peaceful: int

    @property
    def share(self) -> float:
        """Stable among balanced."""
        return self.stable / self.balanced if self.balanced else 0.0


def _splits(units: int, n: int, most: int) -> Iterator[tuple[int, ...]]:
    """Ways to write ``units`` as n whole numbers ≥ 1 in falling order."""
    if n == 1:
        if 1 <= units <= most:
            yield (units,)
        return
    for first in range(min(most, units - n + 1), 0, -1):
        if first * n < units:
            break
        for rest in _splits(units - first, n - 1, first):
            yield (first, *rest)


def census(n: int, units: int) -> Census:
    """Try every distribution of whole units (names of states do not matter).

    Parameters
    ----------
    n : int
        States, up to 6.
    units : int
        R.

    Raises
    ------
    BadInput
        If n is above 6 or there are fewer units than states.
    """
    if not 1 <= n <= 6 or units < n:
        raise BadInput("a census is of 1 to 6 states with a unit or more each")
    balanced = stable = peaceful = 0
    for split in _splits(units, n, units):
        if 2 * split[0] > units:
            continue
        found = balance({f"s{i}": r for i, r in enumerate(split)})
        balanced += 1
        stable += found.stable
        peaceful += bool(found.blocking)
    return Census(n, units, balanced, stable, peaceful)
