"""Games of taking part: will enough come, and would they come again?

Palfrey & Rosenthal (1984) for k of n; Diekmann (1985), "Volunteer's Dilemma", for k = 1;
grim trigger in the repeated game.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.stats import binom

from hansa.terms.errors import BadInput


@dataclass(frozen=True, slots=True)
class Participation:
    """A symmetric equilibrium: each comes with probability ``p``.

    ``enough`` is the probability that at least k come, ``nobody`` that no one does.
    """

    n: int
    k: int
    p: float
    enough: float
    nobody: float


def pivotal(n: int, k: int, p: float) -> float:
    """C(n−1, k−1) p^{k−1} (1 − p)^{n−k}: that exactly k − 1 of the others come."""
    return float(binom.pmf(k - 1, n - 1, p))


def participation(n: int, k: int, cost: float, value: float) -> tuple[Participation, ...]:
    """All symmetric equilibria of "k of n must come", by p.

    Coming costs ``cost``; if k or more come, everybody has ``value``. Mixing needs
    pivotal(p) · v = c, which has none, one or two solutions; besides, nobody comes if
    k > 1 (one alone is useless), and all do if k = n.

    Raises
    ------
    BadInput
        If not 1 ≤ k ≤ n, or not 0 < c < v.
    """
    if not 1 <= k <= n:
        raise BadInput(f"{k} of {n} cannot be needed")
    if not 0 < cost < value:
        raise BadInput("coming must cost something, and less than success is worth")
    target = cost / value

    def gap(p: float) -> float:
        return pivotal(n, k, p) - target

    found: set[float] = set()
    if k > 1:
        found.add(0.0)
    if k == n:
        found.add(1.0)
    if n > 1:
        peak = (k - 1) / (n - 1)  # where one is most likely pivotal
        for low, high in ((0.0, peak), (peak, 1.0)):
            if low < high and gap(low) * gap(high) < 0:
                found.add(float(brentq(gap, low, high, xtol=1e-15, rtol=1e-14)))
        if gap(peak) == 0:
            found.add(peak)
    else:
        found = {1.0}
    return tuple(
        Participation(n, k, p, float(binom.sf(k - 1, n, p)), (1 - p) ** n) for p in sorted(found)
    )


def volunteer(n: int, cost: float, value: float) -> Participation:
    """Diekmann's closed form for k = 1: p = 1 − (c/v)^{1/(n−1)}, nobody (c/v)^{n/(n−1)}.

    The more could help, the less likely it is that anybody does.

    Raises
    ------
    BadInput
        If n < 2, or not 0 < c < v.
    """
    if n < 2:
        raise BadInput("a volunteer's dilemma needs two or more")
    if not 0 < cost < value:
        raise BadInput("helping must cost something, and less than it is worth")
    nobody = (cost / value) ** (n / (n - 1))
    return Participation(n, 1, 1 - (cost / value) ** (1 / (n - 1)), 1 - nobody, nobody)


@dataclass(frozen=True, slots=True)
class GrimTrigger:
    """Help at a cost, kept up by the threat that it ends for ever.

    ``least`` is the discount factor from which keeping the promise pays, ``None`` if never.
    """

    cost: float
    benefit: float
    least: float | None

    def sustained(self, discount: float) -> bool:
        """Whether helping goes on among states that value the next period so much."""
        if not 0 <= discount < 1:
            raise BadInput("a discount factor lies between 0 and 1, 1 not included")
        return self.least is not None and discount >= self.least


def exchange_of_help(cost: float, benefit: float) -> GrimTrigger:
    """Two states that help each other every period: sustained iff δ ≥ c/b.

    Keeping on is worth (b − c)/(1 − δ), taking without giving once is worth b.
    """
    _check_help(cost, benefit)
    return GrimTrigger(cost, benefit, cost / benefit if benefit > cost else None)


def mutual_defence(n: int, cost: float, benefit: float) -> GrimTrigger:
    """Among n states one, at random, is attacked each period; the others are called.

    A called state pays c now for the prospect of (b − (n − 1) c)/n per period: sustained iff
    c (1 − δ) ≤ δ (b − (n − 1) c)/n, that is δ ≥ n c / (b + c).

    Raises
    ------
    BadInput
        If there are fewer than two states, or cost or benefit is not above zero.
    """
    if n < 2:
        raise BadInput("mutual defence needs two or more states")
    _check_help(cost, benefit)
    least = n * cost / (benefit + cost)
    return GrimTrigger(cost, benefit, least if least < 1 else None)


def _check_help(cost: float, benefit: float) -> None:
    if not (cost > 0 and benefit > 0):
        raise BadInput("help must cost something and be worth something")
