"""Who owes whom what on a day, by any world's register, and how strong a tie that is.

The same reading serves the treaties of a union and the alliances of ATOP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hansa.record import BoundNorm, Register
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

_STRENGTH: Final = {"assist": 3, "consult": 2, "stay_neutral": 2, "not_aggress": 1}
_OCCASIONS: Final = {
    "assist": ("armed_attack", "joint_offensive"),
    "consult": ("armed_attack", "threat"),
}
"""Help in disasters and talks on trade are no alliance: these must set the norm off."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A standing promise of one state to another.

    ``act`` is ``assist``, ``consult``, ``stay_neutral`` or ``not_aggress``; ``norm`` its
    article; ``conditions`` what must hold besides.
    """

    bearer: str
    to: str
    act: str
    norm: str
    conditions: tuple[str, ...]
    because: Because

    @property
    def strength(self) -> int:
        """3 help in war, 2 consultation or neutrality, 1 no force."""
        return _STRENGTH[self.act]


def _bearers(bound: BoundNorm) -> tuple[str, ...]:
    """The parties that bear the norm; nobody if it is not borne by states as parties."""
    if bound.norm.bearer in ("parties", "other parties"):
        return bound.parties
    named = set(bound.norm.bearer.split())
    return tuple(state for state in bound.parties if state in named)


def _allies(bound: BoundNorm) -> bool:
    """Whether the norm is a promise among allies.

    What is owed to everybody (no force, by the UN Charter) ties nobody to anybody.
    """
    norm = bound.norm
    if "all states" in (norm.bearer, norm.addressee):
        return False
    if norm.act not in _STRENGTH or norm.modality not in ("obligation", "prohibition"):
        return False
    asked = _OCCASIONS.get(norm.act)
    return asked is None or any(norm.trigger.get(kind) is Truth.TRUE for kind in asked)


def owed_on(register: Register) -> Iterator[Owed]:
    """Every promise among allies in force on the register's day.

    Parameters
    ----------
    register : Register
        Of any world, by any clock: ``world.on("1993-01-01", clock="signature")``.

    Yields
    ------
    Owed
        One per bearer, partner and norm.
    """
    for bound in register.norms():
        if not _allies(bound):
            continue
        why = Reason("article", bound.norm.text, bound.norm.ref, bound.norm.source)
        for bearer in _bearers(bound):
            for partner in bound.parties:
                if partner != bearer:
                    yield Owed(
                        bearer,
                        partner,
                        bound.norm.act,
                        bound.norm.ref,
                        bound.norm.conditions,
                        (why, *bound.because),
                    )


def owed_to(register: Register, state: str, act: str = "assist") -> tuple[Owed, ...]:
    """What others owe a state on the day, by bearer: who is pledged to defend it?"""
    found = (owed for owed in owed_on(register) if owed.to == state and owed.act == act)
    return tuple(sorted(found, key=lambda owed: (owed.bearer, owed.norm)))


def ties_on(register: Register) -> Mapping[str, Mapping[str, int]]:
    """Strength of every directed tie on the day, as `hansa.security.strength.similarity` takes it.

    Returns
    -------
    mapping of str to mapping of str to int
        ``ties[i][j]``: the strongest thing that i owes j (3, 2 or 1); no entry is no tie.
    """
    found: dict[str, dict[str, int]] = {}
    for owed in owed_on(register):
        row = found.setdefault(owed.bearer, {})
        row[owed.to] = max(owed.strength, row.get(owed.to, 0))
    return found
