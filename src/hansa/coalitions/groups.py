"""Groups that leave together or join together.

A bloc that no single member would leave may still break up because several would go at
once; and several outsiders may want in who each alone would not. A group moves only if all
of it gain. Whether the members that stay must agree to newcomers is the caller's rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hansa.coalitions.compiled import compiled
from hansa.coalitions.subsets import Array, Flags, mask_of, members, written
from hansa.coalitions.worth import Worth
from hansa.terms.errors import BadInput

GROUPS_UP_TO = 16
"""Players up to which every group of every bloc is tried: 3¹⁶ are 43 million."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """A group's move from one bloc to another, and what each of it gains."""

    group: tuple[str, ...]
    leaves: bool
    bloc: tuple[str, ...]
    gains: dict[str, float]

    def __str__(self) -> str:
        verb = "leave" if self.leaves else "join"
        return f"{', '.join(self.group)} {verb} together"


def group_stable(worth: Worth, *, consent: bool = True) -> tuple[Flags, Flags]:
    """Blocs that no group leaves, and blocs that no group joins, (2ⁿ,) each.

    Parameters
    ----------
    worth : Worth
        Up to 16 players.
    consent : bool
        Newcomers need the consent of all members: nobody inside may lose.

    Raises
    ------
    BadInput
        If there are more players.
    """
    if worth.n > GROUPS_UP_TO:
        raise BadInput(
            f"groups of {worth.n} players are too many to try",
            remedy=f"up to {GROUPS_UP_TO} players, or ask about one bloc with deviations",
        )
    stays, closed = _group_stable(worth.payoffs, worth.n, worth.noise, consent)
    return np.asarray(stays), np.asarray(closed)


def deviations(
    worth: Worth, bloc: Iterable[str] | int, *, consent: bool = True
) -> tuple[Deviation, ...]:
    """Every smallest group that would leave a bloc, or join it, together.

    Parameters
    ----------
    worth : Worth
    bloc : names or mask
    consent : bool
        As in `group_stable`.
    """
    here = mask_of(bloc, worth.players)
    there = (1 << worth.n) - 1 & ~here
    found = []
    for pool, leaves in ((here, True), (there, False)):
        smallest: list[int] = []
        for group in sorted(_parts(pool), key=lambda mask: (mask.bit_count(), mask)):
            if any(group & small == small for small in smallest):
                continue
            if _moves(worth, here, group, consent and not leaves):
                smallest.append(group)
        found += [_deviation(worth, here, group, leaves) for group in smallest]
    return tuple(found)


def _moves(worth: Worth, here: int, group: int, consent: bool) -> bool:
    change = worth.payoffs[:, here ^ group] - worth.payoffs[:, here]
    for i in range(worth.n):
        if group >> i & 1 and not change[i] > worth.noise:
            return False
        if consent and here >> i & 1 and change[i] < -worth.noise:
            return False
    return True


def _deviation(worth: Worth, here: int, group: int, leaves: bool) -> Deviation:
    gains = worth.gains(here ^ group, here)
    who = members(group, worth.players)
    return Deviation(
        who, leaves, members(here ^ group, worth.players), {name: gains[name] for name in who}
    )


def _parts(pool: int) -> Iterable[int]:
    part = pool
    while part:
        yield part
        part = (part - 1) & pool


def told(found: Iterable[Deviation], worth: Worth) -> str:
    """Deviations as a sentence."""
    parts = [f"{d} (to {written(mask_of(d.bloc, worth.players), worth.players)})" for d in found]
    return "; ".join(parts) or "no group moves"


@compiled
def _group_stable(payoffs: Array, n: int, noise: float, consent: bool) -> tuple[Flags, Flags]:
    many = 1 << n
    stays = np.ones(many, dtype=np.bool_)
    closed = np.ones(many, dtype=np.bool_)
    for wide in range(1, many):
        group = wide
        while group:
            narrow = wide ^ group
            if stays[wide] or closed[narrow]:
                up = down = True
                kept = True
                for i in range(n):
                    if (group >> i) & 1:
                        change = payoffs[i, narrow] - payoffs[i, wide]
                        if not change > noise:
                            down = False
                        if not -change > noise:
                            up = False
                    elif (narrow >> i) & 1 and payoffs[i, wide] - payoffs[i, narrow] < -noise:
                        kept = False
                if down:
                    stays[wide] = False
                if up and (kept or not consent):
                    closed[narrow] = False
            group = (group - 1) & wide
    return stays, closed
