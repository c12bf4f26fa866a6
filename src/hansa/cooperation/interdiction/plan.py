"""Plans of posts: where to put them so that least gets through, with bound and gap."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final, Literal

from hansa.cooperation.interdiction.branching import Search, Searched
from hansa.cooperation.interdiction.compact import solve_compact
from hansa.cooperation.interdiction.cuts import ROUNDS
from hansa.cooperation.interdiction.limits import Frame, Limits
from hansa.cooperation.interdiction.network import Flags, Network
from hansa.cooperation.interdiction.shortest import Through, agreed, through
from hansa.terms.errors import BadInput
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because, Reason

Method = Literal["exact", "fast", "compact"]

GAP: Final = 1e-6
SECONDS: Final = 300.0
FAST_SECONDS: Final = 4.0
FAST_ROOT: Final = 0.6
"""Share of its time that the fast method spends on the bound."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Posts, what gets through, and what is proven about it.

    Parameters
    ----------
    sites : tuple of str
        Where posts stand.
    evasion : float
        Expected chance to get through, by independent shortest paths.
    bound : float
        No plan within the limits lets less through.
    spent : tuple of (str, float)
        What each budget pays.
    through : Through
        Chances and routes by journey.
    method : str
    nodes : int
        Branches explored.
    because : tuple of Reason
    """

    sites: tuple[str, ...]
    evasion: float
    bound: float
    spent: tuple[tuple[str, float], ...]
    through: Through
    method: str
    nodes: int
    because: Because
    mask: Flags

    @property
    def gap(self) -> float:
        """How far the plan may be from the best one, relative to it: (value − bound) / value."""
        return max(self.evasion - self.bound, 0.0) / self.evasion if self.evasion > 0 else 0.0


def plan_posts(
    network: Network,
    limits: Limits,
    *,
    method: Method = "exact",
    gap: float = GAP,
    seconds: float | None = None,
    rounds: int | None = None,
    threads: int = 1,
    progress: Progress = silent,
) -> Plan:
    """Where to put posts so that the expected chance to get through is least.

    Parameters
    ----------
    network : Network
    limits : Limits
        Budgets, opt-outs, posts that stand already.
    method : {"exact", "fast", "compact"}
        ``exact``: branch and bound over path cuts; ``fast``: their linear relaxation, rounded
        and improved post by post, with its gap; ``compact``: the compact mixed-integer
        programme as it stands.
    gap : float
        Relative gap at which the exact methods may stop.
    seconds : float, optional
        Time after which the best plan so far is returned with its gap; 300 s, and 4 s for
        ``fast``, if not given.
    rounds : int, optional
        For ``fast``: stop by rounds of cuts, not by time, so that the answer does not depend
        on the machine.
    threads : int
        For ``compact``.
    progress : Progress

    Returns
    -------
    Plan

    Raises
    ------
    BadInput, UnknownCode
        If the limits make no sense or name what is not there.
    NotConverged
        If independent shortest paths do not confirm the plan's value.
    """
    frame = Frame.of(network, limits)
    if method == "compact":
        found = solve_compact(
            network, frame, gap=gap, seconds=SECONDS if seconds is None else seconds,
            threads=threads,
        )  # fmt: skip
    elif method == "fast":
        found = _fast(network, frame, seconds, rounds)
    elif method == "exact":
        deadline = time.monotonic() + (SECONDS if seconds is None else seconds)
        found = Search(network, frame, gap=gap, deadline=deadline, progress=progress).run()
    else:
        raise BadInput(f"no method {method!r}", nearest=("exact", "fast", "compact"))
    return _plan(network, frame, limits, found, method)


def _fast(network: Network, frame: Frame, seconds: float | None, rounds: int | None) -> Searched:
    if seconds is None:
        seconds = FAST_SECONDS if rounds is None else SECONDS
    now = time.monotonic()
    search = Search(network, frame, gap=1e-9, deadline=now + seconds)
    bound = search.root(FAST_ROOT if rounds is None else 1.0, rounds or ROUNDS)
    if not search.closed(bound):
        search.improve(seconds)
    return Searched(search.plan, search.value, min(bound, search.value), 0)


def _plan(network: Network, frame: Frame, limits: Limits, found: Searched, method: str) -> Plan:
    checked = agreed(network, found.plan, found.value)
    spent = tuple(
        (budget.name, float(cost))
        for budget, cost in zip(limits.budgets, frame.rows @ found.plan, strict=True)
    )
    because = (
        Reason("number", f"expected chance {checked.evasion:.6g} by shortest paths", "Dijkstra"),
        Reason("number", f"no plan lets less than {found.bound:.6g} through", f"method {method}"),
        *network.because,
    )
    return Plan(
        network.named(found.plan), checked.evasion, found.bound, spent, checked, method,
        found.nodes, because, found.plan,
    )  # fmt: skip


def without_posts(network: Network, limits: Limits | None = None) -> Through:
    """What gets through if no post is added (those that stand already count)."""
    return through(network, network.mask(limits.standing if limits else ()))


def evaluate(network: Network, sites: tuple[str, ...]) -> Through:
    """What gets through if posts stand at these sites, by shortest paths."""
    return through(network, network.mask(sites))
