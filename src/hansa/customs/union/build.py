"""Building a common tariff, and what every line of it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from hansa.customs.union.grid import Rates, rounded
from hansa.customs.union.rules import Draft, Rule
from hansa.customs.union.schedules import Schedules
from hansa.customs.union.trade import Trade
from hansa.terms.errors import BadInput
from hansa.terms.money import Rounding
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Move:
    """What one line does to one member.

    Parameters
    ----------
    member : str
        Who.
    before, after, change : float
        Rate in per cent before and after, and the difference in points; ``before`` and
        ``change`` are ``None`` if the member had no such line.
    imports, cost : float
        External imports of the representative period, and the additional duty on them;
        ``None`` without trade.
    """

    member: str
    before: float | None
    after: float
    change: float | None
    imports: float | None
    cost: float | None


@dataclass(frozen=True, slots=True)
class LineTrace:
    """A line of the common tariff with everything it rests on.

    ``partners`` are the additional duties on the imports from each partner, the largest
    first.
    """

    code: str
    name: str
    rate: float | None
    rule: str
    moves: tuple[Move, ...]
    partners: tuple[tuple[str, float], ...]
    because: Because


@dataclass(frozen=True, slots=True)
class MemberEffect:
    """What the common tariff does to one member.

    Parameters
    ----------
    lines, rise, fall, same : int
        Lines that it had and that have a common rate, and how they move.
    mean_before, mean_after : float
        Simple means over these lines, in per cent.
    imports_rise, imports_fall : float
        Part of its external imports on lines whose rate rises or falls (0 to 1);
        ``None`` without trade.
    duty_change : float
        Additional duty on its imports, at the trade of the period.
    """

    member: str
    lines: int
    rise: int
    fall: int
    same: int
    mean_before: float
    mean_after: float
    imports_rise: float | None
    imports_fall: float | None
    duty_change: float | None
    because: Because

    @property
    def share_rise(self) -> float:
        """Part of the lines that rise (0 to 1)."""
        return self.rise / self.lines if self.lines else 0.0

    @property
    def share_fall(self) -> float:
        """Part of the lines that fall (0 to 1)."""
        return self.fall / self.lines if self.lines else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class CommonTariff:
    """A common tariff and the tariffs that it is made from.

    Parameters
    ----------
    schedules : Schedules
        The members' tariffs.
    T : ndarray, shape (lines,)
        Common rates in per cent; ``nan`` where the rule leaves the line open.
    draft : Draft
        Which sentence made which line, before rounding.
    rule : str
        The rule, read back.
    trade : Trade, optional
        Imports of the representative period.
    """

    schedules: Schedules
    T: Rates
    draft: Draft
    rule: str
    trade: Trade | None = field(default=None, repr=False)

    @property
    def moves(self) -> Rates:
        """T_i - t_im in points, shape (lines, members); ``nan`` where there is none."""
        return np.round(self.T[:, None] - self.schedules.t, 9)

    def open_lines(self) -> tuple[str, ...]:
        """Lines that have no common rate yet."""
        return tuple(np.asarray(self.schedules.codes)[np.isnan(self.T)].tolist())

    def mean(self) -> float:
        """Simple mean of the common rates, over the lines that have one."""
        return float(np.nanmean(self.T))

    def rate(self, code: str) -> float | None:
        """The common rate of a line, or ``None`` if it is open."""
        rate = self.T[self.schedules.row(code)]
        return None if np.isnan(rate) else float(rate)

    def frame(self) -> pl.DataFrame:
        """The tariff as a table: ``code, rate, rule`` and each member's rate and move."""
        s, moves = self.schedules, self.moves
        columns: dict[str, Any] = {
            "code": list(s.codes),
            "rate": self.T,
            "rule": [self.draft.said[n] for n in self.draft.by],
        }
        for n, member in enumerate(s.members):
            columns[f"{member}_before"] = s.t[:, n]
            columns[f"{member}_change"] = moves[:, n]
        return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))

    def line(self, code: str) -> LineTrace:
        """A line with its rule, who moves by how much, and what that costs whom.

        Raises
        ------
        UnknownCode
            If the tariff has no such line.
        """
        return _trace(self, self.schedules.row(code))

    def effects(self) -> tuple[MemberEffect, ...]:
        """What the tariff does to each member."""
        moves = self.moves
        M = None if self.trade is None else self.trade.by_line_and_member()
        return tuple(
            _effect(self, n, moves[:, n], None if M is None else M[:, n])
            for n in range(len(self.schedules.members))
        )


def build(
    schedules: Schedules,
    rule: Rule,
    trade: Trade | None = None,
    *,
    decimals: int | None = None,
    rounding: Rounding = Rounding.HALF_UP,
) -> CommonTariff:
    """Make a common tariff.

    Parameters
    ----------
    schedules : Schedules
        The members' tariffs on the same lines (`align`).
    rule : Rule
        How one rate is made of the members'.
    trade : Trade, optional
        Imports of a representative period; some rules need them, and the costs do.
    decimals : int, optional
        Decimals to which the tariff is rounded; without, a millionth of a point.
    rounding : Rounding
        How.

    Raises
    ------
    BadInput
        If the schedules have no lines, or the rule needs trade that was not given.
    """
    if not schedules.codes:
        raise BadInput("the members' tariffs have no line in common")
    draft = rule.draft(schedules, trade)
    T = draft.T if decimals is None else rounded(draft.T, decimals, rounding)
    said = rule.sentence()
    if decimals is not None:
        said += f", rounded to {decimals} decimal{'' if decimals == 1 else 's'}"
    return CommonTariff(schedules, T, draft, said, trade)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _trace(common: CommonTariff, row: int) -> LineTrace:
    s, trade = common.schedules, common.trade
    rate, moves = _number(common.T[row]), common.moves[row]
    imports = None if trade is None else _line_imports(trade, row)
    listed, reasons = [], [Reason("rule", common.draft.said[int(common.draft.by[row])])]
    for n, member in enumerate(s.members):
        before, change = _number(s.t[row, n]), _number(moves[n])
        value = None if imports is None else float(imports[n])
        cost = None if value is None or change is None else value * change / 100
        if rate is not None:
            listed.append(Move(member, before, rate, change, value, cost))
        text = f"{member} had no such line" if before is None else f"{member} had {before:g} %"
        reasons.append(Reason("number", text))
    partners: tuple[tuple[str, float], ...] = ()
    if trade is not None and rate is not None:
        here = trade.line == row
        extra = trade.values[here] * np.nan_to_num(moves[trade.member[here]]) / 100
        sums = np.zeros(len(trade.partners))
        np.add.at(sums, trade.partner[here], extra)
        order = np.argsort(-sums, kind="stable")
        partners = tuple((trade.partners[p], float(sums[p])) for p in order if sums[p] != 0)
    code = s.codes[row]
    said = common.draft.said[int(common.draft.by[row])]
    return LineTrace(
        code, s.names.get(code, ""), rate, said, tuple(listed), partners, tuple(reasons)
    )


def _line_imports(trade: Trade, row: int) -> Rates:
    """Imports of one line by member."""
    here = trade.line == row
    sums: Rates = np.zeros(len(trade.members))
    np.add.at(sums, trade.member[here], trade.values[here])
    return sums


def _effect(common: CommonTariff, n: int, move: Rates, M: Rates | None) -> MemberEffect:
    s = common.schedules
    before = s.t[:, n]
    there = ~np.isnan(move)
    rise, fall = move > 0, move < 0
    count = int(there.sum())
    means = (float(before[there].mean()), float(common.T[there].mean())) if count else (0.0, 0.0)
    up = down = cost = None
    if M is not None:
        total = M[there].sum()
        up = float(M[rise].sum() / total) if total else 0.0
        down = float(M[fall].sum() / total) if total else 0.0
        cost = float((M[there] * move[there]).sum() / 100)
    member = s.members[n]
    text = (
        f"{member}: {int(rise.sum())} of {count} lines rise, {int(fall.sum())} fall; "
        f"the simple mean goes from {means[0]:.2f} % to {means[1]:.2f} %"
    )
    reasons = [Reason("number", text), Reason("rule", common.rule)]
    if member in s.missing:
        text = f"{member} lacked {len(s.missing[member])} lines; {s.policy.value}"
        reasons.append(Reason("assumption", text))
    return MemberEffect(
        member,
        count,
        int(rise.sum()),
        int(fall.sum()),
        count - int(rise.sum()) - int(fall.sum()),
        means[0],
        means[1],
        up,
        down,
        cost,
        tuple(reasons),
    )
