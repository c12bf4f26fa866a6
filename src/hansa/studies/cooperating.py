"""Where cooperation meets law and coalitions: what pooling is worth, and which splits hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hansa.coalitions import Core, Game, Nucleolus, blocking, core, nucleolus, shapley
from hansa.cooperation.agreements import Offer, agreements, areas_of_organisation, offers
from hansa.cooperation.interdiction.plan import Method
from hansa.cooperation.interdiction.pooling import Pool, PoolingGame, Situation, Stake
from hansa.record.register import Register
from hansa.studies.case import Case
from hansa.studies.cooperating_region import Assumptions, Region, region
from hansa.terms.errors import BadInput
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because, Reason

AREA: Final = "drugs"
ROUNDS: Final = 60
"""Rounds of cuts for a plan of the briefing: its answer does not depend on the machine."""


AS_STATED = Assumptions()
"""The assumptions as the documentation states them."""


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """A pool of organisations' members on the routes of a region.

    Parameters
    ----------
    organisations : mapping by order
        The organisations, and their members that take part.
    outside : tuple of str
        Organisations that pay for posts on others' territory (their budgets' rows).
    """

    region: Region
    pool: Pool
    organisations: tuple[tuple[str, tuple[str, ...]], ...]
    outside: tuple[str, ...]
    because: Because

    @property
    def members(self) -> tuple[str, ...]:
        """The members of the pool."""
        return self.pool.members

    def of(self, organisation: str) -> tuple[str, ...]:
        """The members of the pool that belong to an organisation."""
        return next(states for name, states in self.organisations if name == organisation)

    @property
    def outside_states(self) -> frozenset[str]:
        """The states on whose territory those outside would man posts."""
        return frozenset(state for name in self.outside for state in self.of(name))

    def through(self, found: Situation) -> float:
        """Tons a year that reach the members' markets."""
        mine = [market in self.members for market in self.region.markets]
        weights = self.region.network.weights
        return float((weights * found.chances)[mine].sum())

    def whole(self) -> float:
        """Tons a year that set out for the members' markets."""
        mine = [market in self.members for market in self.region.markets]
        return float(self.region.network.weights[mine].sum())


def joint(
    case: Case,
    organisations: Sequence[str],
    *,
    outside: Sequence[str] = (),
    assumptions: Assumptions = AS_STATED,
    method: Method = "fast",
    rounds: int | None = ROUNDS,
    seconds: float | None = None,
    gap: float = 1e-6,
    like: Joint | None = None,
) -> Joint | None:
    """The pool of some organisations on a day; ``None`` if the world has no routes for it.

    Parameters
    ----------
    case : Case
    organisations : sequence of str
        Whose members pool.
    outside : sequence of str
        Organisations that would pay for posts elsewhere (``NATO`` in Afghanistan).
    assumptions, method, rounds, seconds, gap
        See `Assumptions` and `plan_posts`.
    like : Joint, optional
        Made before on the same day under the same assumptions; its plans are used again.
    """
    register = case.register
    assumptions = assumptions or Assumptions()
    made = like.region if like is not None else region(case.world, register, assumptions)
    if made is None or "post_budgets" not in case.world.sheets:
        return None
    members = {name: register.member_codes(name) for name in organisations}
    union = {state for states in members.values() for state in states}
    budgets: dict[str, tuple[float, str]] = {}
    for row in case.world.sheet("post_budgets"):
        payer = row["organisation"] or ""
        if (not payer and row["state"] in union) or payer in outside:
            budgets[row["state"]] = (row["units"] * assumptions.budget, payer)
    budgets = {state: b for state, b in budgets.items() if state in made.network.owners}
    if not budgets:
        return None
    stakes = [
        Stake(state, units, _losses(made, register, state, payer, set(budgets), assumptions))
        for state, (units, payer) in budgets.items()
    ]
    pool = Pool(
        made.network, stakes, method=method, rounds=rounds, seconds=seconds, gap=gap,
        like=like.pool if like is not None else None,
    )  # fmt: skip
    groups = [(n, tuple(s for s in budgets if s in states)) for n, states in members.items()]
    groups += [
        (name, tuple(s for s, (_, payer) in budgets.items() if payer == name)) for name in outside
    ]
    because = (
        *made.because,
        Reason(
            "assumption", "what each could spend on posts", "post_budgets.csv", "own", "assumed"
        ),
        Reason(
            "assumption",
            f"what is sold in another member counts {assumptions.spill:g} of what is sold at home",
        ),
    )
    return Joint(made, pool, tuple(groups), tuple(outside), because)


def _losses(
    made: Region, register: Register, state: str, payer: str, pool: set[str],
    assumptions: Assumptions,
) -> tuple[float, ...]:  # fmt: skip
    """c_ij: tons sold at home count in full, those sold in other members of the pool in part."""
    home = {state} if not payer else set(register.member_codes(payer))
    return tuple(
        journey.weight * (1.0 if market in home else assumptions.spill if market in pool else 0.0)
        for journey, market in zip(made.network.journeys, made.markets, strict=True)
    )


def partners(register: Register, area: str = AREA) -> tuple[str, ...]:
    """Organisations that agreed with another to work in an area, in the order of the world.

    Only agreements that name the area count, not those on security at large; and only
    organisations whose members have a duty in it.
    """
    found: set[str] = set()
    for agreement in agreements(register):
        if area in agreement.areas and len(agreement.organisations) > 1:
            found.update(agreement.organisations)
    duty = {name for name in found if area in areas_of_organisation(register, name)}
    return tuple(name for name in register.timeline.organisations if name in duty)


def open_offers(register: Register, area: str = AREA) -> tuple[Offer, ...]:
    """Offers in an area to which no answer is known."""
    return tuple(offer for offer in offers(register) if offer.open and area in offer.areas)


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """Situations from nobody's posts to everybody's: the first column of a briefing's table."""

    joint: Joint
    steps: tuple[Situation, ...]
    wider: tuple[tuple[str, Joint, Situation], ...]


def ladder(case: Case, found: Joint, invited: Sequence[str] = ()) -> Ladder:
    """Nobody, side by side, each organisation pooled, all pooled, and with those invited."""
    pool = found.pool
    steps = [pool.nobody(), pool.side_by_side()]
    if len(found.organisations) > 1:
        steps += [pool.coalition(states, f"{n} pooled") for n, states in found.organisations]
    names = [name for name, _ in found.organisations]
    steps.append(pool.coalition(found.members, f"{' and '.join(names)} pooled"))
    wider = []
    for other in invited:
        more = joint(
            case, names, outside=(other,), rounds=pool.rounds, method=pool.method, like=found
        )
        if more is not None and more.of(other):
            title = f"{' and '.join(names)} pooled with {other}"
            wider.append((other, more, more.pool.coalition(more.members, title)))
    return Ladder(found, tuple(steps), tuple(wider))


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """How the gain of pooling may be divided, and who would block it.

    Parameters
    ----------
    game : Game
    core : Core
        With a proof if it is empty.
    nucleolus : Nucleolus
    shapley : Array
        (n,).
    unpaid : Array
        What each gains without any payment, (n,).
    blocking : tuple of (str, tuple of str)
        For each division, the organisations (or coalitions) that would do better apart.
    """

    game: Game
    core: Core
    nucleolus: Nucleolus
    shapley: np.ndarray
    unpaid: np.ndarray
    blocked: tuple[tuple[str, tuple[str, ...]], ...]


def split(found: Joint, progress: Progress = silent) -> Split:
    """The game of pooling, solved.

    Raises
    ------
    BadInput
        If the pool has one member only.
    """
    if len(found.members) < 2:
        raise BadInput("one member alone has nobody to share with")
    made: PoolingGame = found.pool.game(progress)
    game = Game(made.members, made.values, made.because)
    whole = found.pool.coalition(found.members)
    before = found.pool.side_by_side()
    unpaid = np.array(before.losses) - np.array(whole.losses)
    stable, inner, mean = core(game), nucleolus(game), shapley(game)
    divisions = {"no payments": unpaid, "Shapley": mean, "nucleolus": inner.allocation}
    blocked = tuple((name, _blockers(found, game, x)) for name, x in divisions.items())
    return Split(game, stable, inner, mean, unpaid, blocked)


def _blockers(found: Joint, game: Game, division: np.ndarray) -> tuple[str, ...]:
    masks = blocking(game, division, 1e-6 * max(game.whole, 1e-12))
    names = {_mask(game, states): name for name, states in found.organisations}
    out = []
    for mask in masks:
        states = "+".join(p for i, p in enumerate(game.players) if mask >> i & 1)
        out.append(f"{names[mask]} ({states})" if mask in names else states)
    return tuple(out)


def _mask(game: Game, states: Sequence[str]) -> int:
    return sum(1 << game.players.index(state) for state in states)


VARIED: Final = (
    ("inland", (0.01, 0.04), "lost per 1,000 km inland"),
    ("ease", (0.5, 2.0), "caught without more posts"),
    ("strength", (0.5, 1.5), "caught by a post"),
    ("cost", (0.5, 2.0), "cost of posts away from roads"),
    ("budget", (0.5, 1.5), "budgets"),
    ("spill", (0.0, 0.5), "harm from what is sold elsewhere"),
)
"""Assumptions that are varied one at a time, the two values, and words."""


@dataclass(frozen=True, slots=True)
class Varied:
    """The answer under another assumption."""

    name: str
    words: str
    value: float
    before: float
    side_by_side: float
    pooled: float
    kept: int
    posts: int

    @property
    def saving(self) -> float:
        """What pooling saves of what gets through side by side, as a share."""
        return 1 - self.pooled / self.side_by_side if self.side_by_side else 0.0


def sensitivity(
    case: Case, organisations: Sequence[str], *, rounds: int = ROUNDS,
    progress: Progress = silent,
) -> tuple[Varied, ...]:  # fmt: skip
    """How the value of pooling depends on each assumption, one at a time."""
    base = joint(case, organisations, rounds=rounds)
    if base is None:
        return ()
    whole = base.pool.coalition(base.members)
    runs = [("as assumed", "as assumed", 1.0, Assumptions())]
    runs += [
        (name, words, value, replace(Assumptions(), **{name: value}))
        for name, values, words in VARIED
        for value in values
    ]
    found = []
    for done, (name, words, value, given) in enumerate(runs):
        progress(done, len(runs), words)
        other = joint(case, organisations, assumptions=given, rounds=rounds)
        assert other is not None
        pooled = other.pool.coalition(other.members)
        nobody, apart = other.pool.nobody(), other.pool.side_by_side()
        kept = len(set(pooled.sites) & set(whole.sites))
        found.append(
            Varied(name, words, value, other.through(nobody), other.through(apart),
                   other.through(pooled), kept, len(pooled.sites))
        )  # fmt: skip
    return tuple(found)
