"""From the national rates to the common ones, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hansa.customs.union.build import CommonTariff
from hansa.customs.union.grid import Rates, snap
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Alignment:
    """A schedule of alignment: T_im(s) = t_im + a_s (T_i - t_im).

    Parameters
    ----------
    steps : tuple of (Day, float)
        Days, and the part a_s of the original gap that is closed from then on; rising,
        the last is 1.
    near : float
        Rates that differ from the common one by at most this part of it are aligned at
        the first step (0.15 in the Treaty of Rome; 0: none).
    article : str
        Where it stands.

    Raises
    ------
    BadInput
        If the days or the parts do not rise, or the last part is not 1.
    """

    steps: tuple[tuple[Day, float], ...]
    near: float = 0.0
    article: str = ""

    def __post_init__(self) -> None:
        days, parts = [d for d, _ in self.steps], [a for _, a in self.steps]
        if not self.steps or days != sorted(set(days)):
            raise BadInput("the steps of an alignment are on different days, in their order")
        if parts != sorted(set(parts)) or parts[0] <= 0 or parts[-1] != 1:
            raise BadInput(
                f"the parts of the gap that are closed are {parts}",
                remedy="they rise from more than 0 to exactly 1",
            )
        if self.near < 0:
            raise BadInput(f"the margin of nearness is {self.near}")

    def part_on(self, day: Day) -> float:
        """The part of the gap that is closed on a day (0 before the first step)."""
        return max((part for start, part in self.steps if start <= day), default=0.0)

    def rates_on(self, common: CommonTariff, day: Day) -> Rates:
        """What each member applies on a day, shape (lines, members).

        ``nan`` where a member has no such line; before the first step the national
        rate, and on an open line the national rate throughout.
        """
        t, T = common.schedules.t, common.T[:, None]
        part = self.part_on(day)
        if part == 0:
            return t
        closed = np.where(self.is_near(common), 1.0, part)
        rates = np.where(np.isnan(T), t, t + closed * (T - t))
        return snap(np.where(closed == 1, np.where(np.isnan(T), t, T + 0 * t), rates))

    def is_near(self, common: CommonTariff) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Where |t_im - T_i| ≤ near × T_i: aligned at once."""
        if self.near == 0:
            return np.zeros(common.schedules.t.shape, dtype=bool)
        T = common.T[:, None]
        margin = self.near * T * (1 + 1e-12)  # the edge counts: 11.5 is near 10
        return np.asarray(np.abs(common.schedules.t - T) <= margin)

    def path(self, common: CommonTariff, code: str) -> tuple[tuple[Day, dict[str, float]], ...]:
        """The rates of one line at every step, by member."""
        row = common.schedules.row(code)
        return tuple(
            (
                day,
                {
                    member: float(rate)
                    for member, rate in zip(
                        common.schedules.members, self.rates_on(common, day)[row], strict=True
                    )
                    if not np.isnan(rate)
                },
            )
            for day, _ in self.steps
        )

    def because(self, common: CommonTariff) -> Because:
        """The schedule in words, and how many rates go to the common one at once."""
        parts = ", ".join(f"{part:.0%} of the gap from {day}" for day, part in self.steps)
        reasons = [Reason("article" if self.article else "rule", parts, ref=self.article)]
        if self.near:
            near = self.is_near(common) & ~np.isnan(common.moves)
            text = (
                f"{int(near.sum())} of {int((~np.isnan(common.moves)).sum())} rates are within "
                f"{self.near:.0%} of the common one and go there at the first step"
            )
            reasons.append(Reason("number", text))
        return tuple(reasons)


def rome_alignment(first: Day, second: Day, last: Day) -> Alignment:
    """Article 23 of the Treaty of Rome: 30 % of the gap, again 30 %, then the rest.

    Lines within 15 per cent of the common duty go to it at the first step. The article
    counts both reductions from the original difference.
    """
    return Alignment(((first, 0.3), (second, 0.6), (last, 1.0)), 0.15, "EEC Treaty Art. 23")
