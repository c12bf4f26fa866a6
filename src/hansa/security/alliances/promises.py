"""What alliance members promise one another, in the five words of ATOP.

Leeds, Ritter, Mitchell & Long (2002), "Alliance Treaty Obligations and Provisions,
1815–1944", *II* 28:237; codebook of version 5.1, § 1.51 and 2.33.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from hansa.record import Norm
from hansa.terms.names import unknown
from hansa.terms.truth import Truth


class Promise(Enum):
    """A primary obligation; a member may make several."""

    DEFENCE = "defense"
    OFFENCE = "offense"
    NEUTRALITY = "neutral"
    NONAGGRESSION = "nonagg"
    CONSULTATION = "consul"

    @classmethod
    def of(cls, word: str) -> Promise:
        """The promise that the data set calls ``word``."""
        for promise in cls:
            if promise.value == word:
                return promise
        raise unknown("promise", word, [promise.value for promise in cls])


PROMISES: Final = tuple(promise.value for promise in Promise)

_NORMS: Final[dict[Promise, tuple[str, str, str, dict[str, Truth]]]] = {
    Promise.DEFENCE: (
        "obligation",
        "assist",
        "active military support when a partner's sovereignty or territory is attacked",
        {"armed_attack": Truth.TRUE},
    ),
    Promise.OFFENCE: (
        "obligation",
        "assist",
        "active military support on occasions other than an attack on a partner",
        {"armed_attack": Truth.UNKNOWN, "joint_offensive": Truth.TRUE},
    ),
    Promise.NEUTRALITY: (
        "prohibition",
        "stay_neutral",
        "no part in a conflict on the side of a partner's adversary, and no help to it",
        {"armed_attack": Truth.TRUE},
    ),
    Promise.NONAGGRESSION: (
        "prohibition",
        "not_aggress",
        "no force against a partner; disputes are settled peacefully",
        {"always": Truth.TRUE},
    ),
    Promise.CONSULTATION: (
        "obligation",
        "consult",
        "consultation with a partner in a crisis that may turn military",
        {"armed_attack": Truth.TRUE, "threat": Truth.TRUE},
    ),
}


def norm_of(
    promise: Promise,
    bearers: Iterable[str] | None = None,
    guards: Iterable[str] = (),
    treaty: str = "",
) -> Norm:
    """A promise as a norm that states bear towards the other parties.

    Parameters
    ----------
    promise : Promise
        What is promised.
    bearers : iterable of str, optional
        Codes of the states that promise it, where not all parties do; ``None``: all.
    guards : iterable of str
        Conditions that must hold as well; each is unknown until somebody says.
    treaty : str
        The treaty that it stands in.
    """
    standing = promise is Promise.NONAGGRESSION
    own = () if standing else ("victim_is_party",)
    every = "parties" if standing else "other parties"
    modality, act, text, trigger = _NORMS[promise]
    return Norm(
        article=promise.value,
        modality="prohibition" if modality == "prohibition" else "obligation",
        bearer=every if bearers is None else " ".join(sorted(bearers)),
        addressee="parties" if standing else "victim",
        act=act,
        text=text,
        treaty=treaty,
        trigger=dict(trigger),
        conditions=(*own, *sorted(guards)),
        source="atop51",
    )


def tie(promises: Iterable[Promise]) -> int:
    """Strength of a directed tie (Chiba, Johnson & Leeds 2015).

    3 defence or offence, 2 neutrality or consultation, 1 non-aggression alone, 0 none.
    """
    held = set(promises)
    if held & {Promise.DEFENCE, Promise.OFFENCE}:
        return 3
    if held & {Promise.NEUTRALITY, Promise.CONSULTATION}:
        return 2
    return 1 if Promise.NONAGGRESSION in held else 0
