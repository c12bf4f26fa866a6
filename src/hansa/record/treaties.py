"""Treaties as rules: how they come into force, for how long, for whom, and what they demand.

The vocabulary is that of the Vienna Convention on the Law of Treaties of 1969 (VCLT).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from hansa.terms.days import Day
from hansa.terms.truth import Truth

Clock = Literal["law", "signature"]
"""``law``: in force (VCLT Art. 24); ``signature``: from signature, the reading of ATOP."""

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry into force (VCLT Art. 24 and 28).

    Parameters
    ----------
    rule : {"signature", "deposits", "day", "unknown"}
        ``deposits``: with the ``count``-th instrument (0: those of all first signatories);
        ``day``: on ``on``; ``unknown``: no source gives it, nobody is held to be bound.
    effect_from : Day, optional
        Retroactive effect, where the treaty says so.
    """

    rule: Literal["signature", "deposits", "day", "unknown"]
    count: int = 0
    days_after: int = 0
    on: Day | None = None
    effect_from: Day | None = None
    article: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Term:
    """How long a treaty runs: ``years`` at first; then by ``renewal``.

    ``automatic``: goes on for everybody; ``fresh``: only for parties to ``renewed_by``.
    """

    years: int
    renewal: Literal["automatic", "fresh", "none"] = "none"
    renewed_by: str = ""
    article: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Accession:
    """Who may join (VCLT Art. 15), with whose consent, and how long after the instrument."""

    open_to: str = ""
    consent: Literal["none", "all parties", "body", "unknown"] = "unknown"
    body: str = ""
    days_after: int = 0
    article: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Exit:
    """Notice of withdrawal (VCLT Art. 54; without a clause Art. 56 gives twelve months)."""

    months: int = 12
    days: int = 0
    not_before_years: int = 0
    settle_obligations: bool = False
    article: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Arrears:
    """When a debt costs the vote, who decides, and what becomes of the lost votes."""

    years: int
    decided_by: str = ""
    redistributed: bool = False
    article: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT


@dataclass(frozen=True, slots=True)
class Norm:
    """One norm of a treaty.

    Parameters
    ----------
    article : str
        Article and paragraph.
    modality : {"obligation", "prohibition", "permission", "power", "immunity"}
        Hohfeld's words as far as treaties need them.
    bearer, addressee : str
        ``parties``, ``other parties`` (all but the victim), ``victim``, ``attacker``,
        ``all states``, ``body: NAME``, ``secretariats``, or states by code.
    act : str
        What is to be done or left: ``assist``, ``consult``, ``not_aggress``, …
    trigger : mapping of str to Truth
        Kinds of incident that set the norm off: true, or unknown where the text leaves it
        open. ``always`` for standing norms.
    conditions : tuple of str
        Names of conditions that must hold as well; see `hansa.security.conditions`.
    decider : str
        The body that decides, ``""`` if the norm works by itself.
    exceptions : tuple of str
        What the text leaves out or saves.
    precedence : int
        Higher prevails; obligations under the UN Charter have 103 (its Art. 103).
    since_treaty, until_treaty : str
        The amendment from or until whose entry into force the wording holds.
    """

    article: str
    modality: Literal["obligation", "prohibition", "permission", "power", "immunity"]
    bearer: str
    act: str
    text: str
    treaty: str = ""
    topic: str = ""
    addressee: str = ""
    trigger: dict[str, Truth] = field(default_factory=lambda: {"always": Truth.TRUE})
    conditions: tuple[str, ...] = ()
    decider: str = ""
    exceptions: tuple[str, ...] = ()
    precedence: int = 0
    since_treaty: str = ""
    until_treaty: str = ""
    source: str = ""
    confidence: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT

    @property
    def ref(self) -> str:
        """``CST1992 Art. 4(2)``."""
        return f"{self.treaty} Art. {self.article}"

    @property
    def standing(self) -> bool:
        """Whether the norm holds always, without an incident."""
        return "always" in self.trigger


@dataclass(frozen=True, slots=True)
class Treaty:
    """A treaty with the rules of its life and its norms.

    ``consent`` says what binds a state: ``signature`` or ``ratification`` (a deposit or a
    notification that domestic procedures are complete). ``amends`` are the treaties it
    changes; ``ended_by`` is the treaty whose entry into force ends it. Parties to
    ``parties_of`` are parties to this treaty too, as long as it is in force (a union whose
    accession treaties bind new members to all its treaties).
    """

    id: str
    title: str
    signed: Day
    entry: Entry
    organisation: str = ""
    place: str = ""
    kind: str = "treaty"
    consent: Literal["signature", "ratification"] = "ratification"
    term: Term | None = None
    accession: Accession | None = None
    exit: Exit | None = None
    arrears: Arrears | None = None
    amends: tuple[str, ...] = ()
    ended_by: str = ""
    parties_of: str = ""
    depositary: str = ""
    binds: Literal["states", "secretariats", "nobody"] = "states"
    norms: tuple[Norm, ...] = ()
    source: str = ""
    confidence: str = ""
    note: str = ""
    __pydantic_config__: ClassVar[Any] = _STRICT
