"""Does it deter? The attacker's expected utility over who would honour their promise.

EU_A = Σ_{T⊆O} Π_{i∈T} h_i Π_{i∉T} (1 − h_i) · [p(T) V − k − Σ_{i∈T} k_i]   (1)
p(T) = C_A^m / (C_A^m + (C_D + Σ_{i∈T} c_i)^m)                              (2)

The attack is deterred if EU_A ≤ U_SQ (3). Without guarantors (3) reads p ≤ (U_SQ + k)/V (4).
The cost is linear in who joins, so its expectation is exact: k + Σ h_i k_i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hansa.security.deterrence.joiners import EXACT_UP_TO, Joined, on_grid, subsets
from hansa.terms.errors import BadInput, NotConverged
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

Floats = NDArray[np.float64]

_CELLS_FROM = 2**12
_CELLS_TO = 2**21


@dataclass(frozen=True, slots=True)
class Guarantor:
    """A state that has promised to defend the target.

    ``capability`` c_i in the unit of the attacker's; ``honour`` h_i in [0, 1];
    ``cost`` k_i: what its joining costs the attacker beyond the worse odds.
    """

    state: str
    capability: float
    honour: float
    cost: float = 0.0
    because: Because = ()


@dataclass(frozen=True, slots=True)
class Attack:
    """A contemplated attack.

    Parameters
    ----------
    attacker, target : str
        Codes.
    strength : float
        C_A, of the attacker with whoever attacks at its side.
    resistance : float
        C_D, of the target by itself.
    value : float
        V > 0, utility of winning; losing is 0.
    cost : float
        k, what the war costs the attacker in any case.
    status_quo : float
        U_SQ, utility of not attacking.
    guarantors : tuple of Guarantor
    decisiveness : float
        m > 0: how much a given superiority decides.
    """

    attacker: str
    target: str
    strength: float
    resistance: float
    value: float = 1.0
    cost: float = 0.0
    status_quo: float = 0.0
    guarantors: tuple[Guarantor, ...] = ()
    decisiveness: float = 1.0

    def __post_init__(self) -> None:
        numbers = (self.strength, self.resistance, self.value, self.cost, self.status_quo)
        if not np.isfinite([*numbers, self.decisiveness]).all():
            raise BadInput("every number of an attack must be known")
        if self.strength <= 0 or self.resistance < 0:
            raise BadInput("an attacker has some strength, a target none below zero")
        if self.value <= 0 or self.decisiveness <= 0:
            raise BadInput("value and decisiveness are greater than zero")
        names = [g.state for g in self.guarantors]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise BadInput(f"{twice} guarantees twice", remedy="join its promises to one rate")
        if self.attacker in names:
            raise BadInput(
                f"{self.attacker} cannot guarantee {self.target} against itself",
                remedy="name the conflict of its promise; leave it out here",
            )

    def win(self, joined: Floats) -> Floats:
        """(2): probability of winning when ``joined`` capability comes to the defence."""
        ratio = (self.resistance + joined) / self.strength
        return np.asarray(1.0 / (1.0 + ratio**self.decisiveness))

    @property
    def critical_win(self) -> float:
        """(4): p*, the probability of winning above which attacking alone would pay."""
        return (self.status_quo + self.cost) / self.value

    def guaranteed_by(self, *guarantors: Guarantor) -> Attack:
        """The same attack with these guarantors too; one named before is replaced."""
        new = {g.state for g in guarantors}
        kept = tuple(g for g in self.guarantors if g.state not in new)
        return replace(self, guarantors=(*kept, *guarantors))

    def with_rates(self, rate: float, who: str | None = None) -> Attack:
        """The same attack with the rate of one guarantor (``None``: of all) set."""
        if who is not None and who not in {g.state for g in self.guarantors}:
            raise unknown("guarantor", who, [g.state for g in self.guarantors])
        return replace(
            self,
            guarantors=tuple(
                replace(g, honour=rate) if who in (None, g.state) else g for g in self.guarantors
            ),
        )


@dataclass(frozen=True, slots=True)
class Deterrence:
    """Whether an attack is deterred, and by how much.

    ``utility`` is EU_A, within ``error`` (0 if exact); ``win`` the probability that the
    attack succeeds; ``deterred`` is unknown if the error straddles the status quo.
    """

    attack: Attack
    utility: float
    error: float
    win: float
    deterred: Truth
    because: Because

    @property
    def margin(self) -> float:
        """U_SQ − EU_A: what deters, if positive."""
        return self.attack.status_quo - self.utility


def expected_cost(attack: Attack) -> float:
    """The attacker's k + Σ h_i k_i: exact, because cost is linear in who joins."""
    return attack.cost + sum(g.honour * g.cost for g in attack.guarantors)


def _numbers(attack: Attack) -> tuple[list[float], list[float]]:
    return [g.capability for g in attack.guarantors], [g.honour for g in attack.guarantors]


def _win_bounds(attack: Attack, joined: Joined) -> tuple[float, float]:
    """Least and greatest expected probability of winning: it falls with what joins."""
    least = float(joined.probability @ attack.win(joined.high))
    most = least if joined.exact else float(joined.probability @ attack.win(joined.low))
    return least, most


def _win(attack: Attack, tolerance: float) -> tuple[float, float]:
    capabilities, honours = _numbers(attack)
    if len(capabilities) <= EXACT_UP_TO:
        least, most = _win_bounds(attack, subsets(capabilities, honours))
        return least, most
    cells = _CELLS_FROM
    history = []
    while cells <= _CELLS_TO:
        least, most = _win_bounds(attack, on_grid(capabilities, honours, cells))
        history.append((most - least) / 2)
        if (most - least) / 2 * attack.value <= tolerance:
            return least, most
        cells *= 4
    raise NotConverged(
        f"the utility is known to ±{history[-1] * attack.value:.2g} only, not to ±{tolerance:g}",
        remedy=f"ask for a tolerance of {history[-1] * attack.value:.1g} or more "
        f"(bounds so far: {', '.join(f'{h * attack.value:.2g}' for h in history)})",
    )


def deterrence(
    attack: Attack, *, win: Sequence[float] | Floats | None = None, tolerance: float = 1e-4
) -> Deterrence:
    """Evaluate (1) and (3).

    Parameters
    ----------
    attack : Attack
        With up to 20 guarantors: every subset is summed, exact. With more: the capability
        that joins is convolved on a grid, refined until EU_A is known within ``tolerance``.
    win : sequence of 2^n floats, optional
        P(the attacker wins | T) for every subset T of the guarantors (T in binary order:
        bit i set if guarantor i joins), in place of (2), e.g. from a fitted model of
        outcomes. At most 20 guarantors.
    tolerance : float
        Greatest error of EU_A accepted beyond 20 guarantors.

    Raises
    ------
    BadInput
        If ``win`` does not fit the guarantors.
    NotConverged
        If the finest grid does not reach the tolerance.
    """
    if win is None:
        least, most = _win(attack, tolerance)
    else:
        least = most = _tabled(attack, win)
    wins = (least + most) / 2
    error = (most - least) / 2 * attack.value
    utility = wins * attack.value - expected_cost(attack)
    sq = attack.status_quo
    verdict = Truth.TRUE if utility + error <= sq else Truth.UNKNOWN
    if utility - error > sq:
        verdict = Truth.FALSE
    return Deterrence(attack, utility, error, wins, verdict, _why(attack, wins, utility, sq))


def _tabled(attack: Attack, win: Sequence[float] | Floats) -> float:
    table = np.asarray(win, dtype=float)
    wanted = 2 ** len(attack.guarantors)
    if table.shape != (wanted,) or not ((table >= 0) & (table <= 1)).all():
        raise BadInput(f"a table of odds needs {wanted} probabilities, one per set of joiners")
    return float(subsets(*_numbers(attack)).probability @ table)


def _why(attack: Attack, wins: float, utility: float, sq: float) -> Because:
    grounds = [
        Reason(
            "number",
            f"{g.state} honours its promise with probability {g.honour:.2f} "
            f"and brings {g.capability:g}",
            g.state,
            because=g.because,
        )
        for g in attack.guarantors
    ]
    text = (
        f"{attack.attacker} would win with probability {wins:.3f}; attacking is worth "
        f"{utility:.3f}, not attacking {sq:.3f}"
    )
    return (Reason("rule", text, "expected utility", because=tuple(grounds)),)


@dataclass(frozen=True, slots=True)
class CriticalRate:
    """The rate of honouring at which the attacker is indifferent.

    ``rate`` is ``None`` if not even certain help deters, 0 if none is needed; ``who`` is
    the guarantor concerned, ``""`` if all share one rate.
    """

    rate: float | None
    who: str
    text: str


def critical_rate(
    attack: Attack, who: str | None = None, *, tolerance: float = 1e-9
) -> CriticalRate:
    """The least rate h* that deters, by bisection: EU_A falls in every h_i.

    Parameters
    ----------
    attack : Attack
    who : str, optional
        The guarantor whose rate is sought, the others' as given; ``None``: one rate for all.
    tolerance : float
        Width of the interval in which h* is found.
    """
    name = who or ""
    them = who or "the guarantors"

    def deterred(h: float) -> bool:
        return _surely_deterred(attack.with_rates(h, who))

    if deterred(0.0):
        text = f"{attack.attacker} is deterred even if {them} would not come"
        return CriticalRate(0.0, name, text)
    if not deterred(1.0):
        text = f"{attack.attacker} is not deterred even if {them} would surely come"
        return CriticalRate(None, name, text)
    low, high = 0.0, 1.0
    while high - low > tolerance:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if deterred(middle) else (middle, high)
    text = f"{attack.attacker} is deterred if {them} would come with probability {high:.3f} or more"
    return CriticalRate(high, name, text)


def _surely_deterred(attack: Attack) -> bool:
    """Deterred, taking the attacker's utility at the upper end of its error."""
    found = deterrence(attack)
    return found.utility + found.error <= attack.status_quo


@dataclass(frozen=True, slots=True)
class Accession:
    """What one more guarantor (or shelter) changes.

    ``before`` and ``after``, and the rate of the guarantors that it would take each time.
    """

    before: Deterrence
    after: Deterrence
    rate_before: CriticalRate
    rate_after: CriticalRate

    @property
    def change(self) -> float:
        """How much less the attack is worth."""
        return self.before.utility - self.after.utility

    @property
    def tips(self) -> bool:
        """Whether it turns an attack that pays into one that does not."""
        return self.before.deterred is Truth.FALSE and self.after.deterred is Truth.TRUE

    def __str__(self) -> str:
        done = "now deters" if self.tips else "does not change whether it pays"
        attack = self.after.attack
        return (
            f"an attack of {attack.attacker} on {attack.target} is worth {self.change:.3f} less: "
            f"that {done}"
        )


def accession(attack: Attack, *newcomers: Guarantor) -> Accession:
    """What it changes that newcomers guarantee the target.

    With an attack on a present member the newcomer is the state that joins; with an attack
    on the newcomer the newcomers are its future allies.
    """
    wider = attack.guaranteed_by(*newcomers)
    return Accession(
        deterrence(attack), deterrence(wider), critical_rate(attack), critical_rate(wider)
    )
