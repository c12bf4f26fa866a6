"""The members' tariffs side by side, line by line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl

from hansa.customs.union.grid import Rates, snap
from hansa.terms.errors import BadInput
from hansa.terms.names import nearest, unknown

Rate = float | int | Decimal

NO_RATES: Mapping[str, Rate] = MappingProxyType({})
NO_NAMES: Mapping[str, str] = MappingProxyType({})

_SHOWN: Final = 5  # line codes named in a message


class Missing(Enum):
    """What to do about lines that are not in every member's tariff; never a silent zero."""

    REFUSE = "such lines are an error that names them"
    COMMON = "only the lines of all members are kept; the others are named"
    OTHERS = "the rule is applied to the members that have the line; the others are named"


@dataclass(frozen=True, slots=True)
class NationalTariff:
    """A member's tariff, every line as an ad valorem rate or equivalent.

    Parameters
    ----------
    member : str
        Whose.
    rates : mapping
        Applied most-favoured-nation rate in per cent, by code.
    bound : mapping
        Bound rates in per cent; a code that is not there is unbound.
    names : mapping
        What the lines are.
    edition : str
        Edition of the nomenclature (``HS2022``).
    source : str
        Where the tariff is from.

    Raises
    ------
    BadInput
        If a rate is negative or no number.
    """

    member: str
    rates: Mapping[str, Rate]
    bound: Mapping[str, Rate] = field(default_factory=lambda: NO_RATES)
    names: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    edition: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        for what, table in (("rate", self.rates), ("bound rate", self.bound)):
            for code, rate in table.items():
                if not math.isfinite(rate) or rate < 0:
                    raise BadInput(f"{self.member}: the {what} of {code} is {rate}")


@dataclass(frozen=True, slots=True, eq=False)
class Schedules:
    """The tariffs of all members on the same lines.

    Parameters
    ----------
    members : tuple of str
        m.
    codes : tuple of str
        i, in the order of the codes.
    t : ndarray, shape (lines, members)
        Applied rates in per cent; ``nan`` where a member has no such line.
    b : ndarray, shape (lines, members)
        Bound rates in per cent; ``nan`` where unbound.
    names : mapping
        What the lines are.
    policy : Missing
        What was done about lines that not all members have.
    missing : mapping
        Per member the codes of others that its tariff lacks.
    """

    members: tuple[str, ...]
    codes: tuple[str, ...]
    t: Rates
    b: Rates
    names: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    policy: Missing = Missing.REFUSE
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def row(self, code: str) -> int:
        """The number of a line.

        Raises
        ------
        UnknownCode
            With the nearest codes.
        """
        low = int(np.searchsorted(np.asarray(self.codes), code)) if self.codes else 0
        if low < len(self.codes) and self.codes[low] == code:
            return low
        near = nearest(code, self.codes[max(0, low - 50) : low + 50])
        raise unknown("tariff line", code, near or self.codes[max(0, low - 1) : low + 1])

    def column(self, member: str) -> int:
        """The number of a member."""
        if member not in self.members:
            raise unknown("member", member, self.members)
        return self.members.index(member)

    def rows_of(self, headings: Iterable[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which lines stand under any of the headings (a code or the start of one).

        Raises
        ------
        UnknownCode
            If a heading has no line.
        """
        codes = np.asarray(self.codes)
        under = np.zeros(len(codes), dtype=bool)
        for heading in headings:
            low = int(np.searchsorted(codes, heading))
            high = int(np.searchsorted(codes, heading + "\uffff"))
            if low == high:
                raise unknown("heading", heading, self.codes[max(0, low - 1) : low + 1])
            under[low:high] = True
        return under


def align(tariffs: Sequence[NationalTariff], missing: Missing = Missing.REFUSE) -> Schedules:
    """Put national tariffs side by side.

    All must be of one edition of the nomenclature; bring them to one with a
    `Concordance` first.

    Raises
    ------
    BadInput
        If there is no member, one stands twice, editions differ, or lines are missing
        and the policy is `Missing.REFUSE`.
    """
    if not tariffs:
        raise BadInput("a common tariff needs the tariff of at least one member")
    members = tuple(tariff.member for tariff in tariffs)
    if len(set(members)) < len(members):
        raise BadInput("a member has two tariffs: " + ", ".join(sorted(members)))
    editions = sorted({tariff.edition for tariff in tariffs})
    if len(editions) > 1:
        raise BadInput(
            f"the tariffs are of different editions: {', '.join(editions)}",
            remedy="bring them to one edition with a concordance",
        )
    everywhere = sorted(set().union(*(tariff.rates for tariff in tariffs)))
    columns = [[float(tariff.rates.get(c, math.nan)) for c in everywhere] for tariff in tariffs]
    bounds = [[float(tariff.bound.get(c, math.nan)) for c in everywhere] for tariff in tariffs]
    names: dict[str, str] = {}
    for tariff in reversed(tariffs):
        names.update(tariff.names)
    shape = (len(everywhere), len(members))
    t = snap(np.array(columns, dtype=np.float64).T.reshape(shape))
    b = snap(np.array(bounds, dtype=np.float64).T.reshape(shape))
    return _with_policy(Schedules(members, tuple(everywhere), t, b, names), missing)


def schedules_of(
    table: Any,
    rates: Mapping[str, str],
    *,
    code: str = "code",
    bound: Mapping[str, str] | None = None,
    name: str = "",
    missing: Missing = Missing.REFUSE,
) -> Schedules:
    """Read schedules from a wide table, one row per line, one column per member.

    Parameters
    ----------
    table : frame
        polars, pandas or pyarrow.
    rates : mapping
        Column of the applied rate, by member.
    code, name : str
        Columns of the code and of the description (``""``: none).
    bound : mapping, optional
        Column of the bound rate, by member.

    Raises
    ------
    BadInput
        If a column is missing, a code stands twice, or a rate is negative.
    """
    frame = nw.from_native(table, eager_only=True).to_polars()
    wanted = [code, *rates.values(), *(bound or {}).values(), *([name] if name else [])]
    for column in wanted:
        if column not in frame.columns:
            raise BadInput(
                f"the table has no column {column!r}", nearest=nearest(column, frame.columns)
            )
    frame = frame.with_columns(pl.col(code).cast(pl.String)).sort(code)
    twice = frame.filter(pl.col(code).is_duplicated())
    if twice.height:
        raise BadInput(f"the line {twice[code][0]} stands twice in the table")
    members = tuple(rates)
    t = snap(_matrix(frame, [rates[m] for m in members]))
    bounds = bound or {}
    b: Rates = np.full(t.shape, np.nan)
    for place, member in enumerate(members):
        if member in bounds:
            b[:, place] = snap(_matrix(frame, [bounds[member]]))[:, 0]
    for what, matrix in (("rate", t), ("bound rate", b)):
        wrong = np.argwhere(~np.isnan(matrix) & ((matrix < 0) | np.isinf(matrix)))
        if wrong.size:
            row, place = int(wrong[0, 0]), int(wrong[0, 1])
            line, rate = frame[code][row], float(matrix[row, place])
            raise BadInput(f"{members[place]}: the {what} of {line} is {rate}")
    names = dict(frame.select(code, name).iter_rows()) if name else {}
    return _with_policy(Schedules(members, tuple(frame[code]), t, b, names), missing)


def _matrix(frame: pl.DataFrame, columns: Sequence[str]) -> Rates:
    """Columns as a matrix of doubles, nulls as nan."""
    cells = [frame[c].cast(pl.Float64).fill_null(math.nan).to_numpy() for c in columns]
    return np.column_stack(cells) if cells else np.empty((frame.height, 0))


def _with_policy(s: Schedules, policy: Missing) -> Schedules:
    """Apply the policy on lines that are not in every tariff."""
    absent = np.isnan(s.t)
    codes = np.asarray(s.codes)
    named = {
        member: tuple(codes[absent[:, column]].tolist())
        for column, member in enumerate(s.members)
        if absent[:, column].any()
    }
    if not named:
        return Schedules(s.members, s.codes, s.t, s.b, s.names, policy)
    if policy is Missing.REFUSE:
        member, lines = max(named.items(), key=lambda item: len(item[1]))
        shown = ", ".join(lines[:_SHOWN]) + (", …" if len(lines) > _SHOWN else "")
        raise BadInput(
            f"the tariff of {member} lacks {len(lines)} lines that another member has: {shown}",
            remedy="choose Missing.COMMON or Missing.OTHERS, or bring the tariffs to one edition",
        )
    keep = ~absent.any(axis=1) if policy is Missing.COMMON else np.ones(len(codes), dtype=bool)
    return Schedules(
        s.members,
        tuple(codes[keep].tolist()),
        s.t[keep],
        s.b[keep],
        s.names,
        policy,
        MappingProxyType(named),
    )
