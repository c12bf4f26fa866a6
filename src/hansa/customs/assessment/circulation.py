"""Free circulation: where goods may move once they are released."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from hansa.customs.book.kinds import Kind

if TYPE_CHECKING:
    from hansa.customs.assessment.line import Line


class Freedom(Enum):
    """Where released goods may move."""

    EVERYWHERE = "in free circulation in every member"
    ONE_MEMBER = "in free circulation only in the member of release"
    ALREADY = "already in free circulation"


@dataclass(frozen=True, slots=True)
class Status:
    """The customs status of released goods.

    Parameters
    ----------
    freedom : Freedom
        Where they may move.
    member : str
        The member of release.
    """

    freedom: Freedom
    member: str = ""

    def __str__(self) -> str:
        where = f" ({self.member})" if self.member else ""
        return f"{self.freedom.value}{where}"


def status_of(line: Line, option: Kind | None) -> Status:
    """The status of goods released under a duty option (``None``: union goods).

    Goods released at a member's own lower rate stay in that member: the others did not
    agree to that rate.
    """
    if option is None:
        return Status(Freedom.ALREADY, line.member)
    if option is Kind.EXEMPTION:
        return Status(Freedom.ONE_MEMBER, line.member)
    return Status(Freedom.EVERYWHERE, line.member)


def national_or_common(
    national: Fraction, common: Fraction, value: Fraction, tolerance: Fraction = Fraction(3)
) -> str:
    """Which of two tariffs goods pay that may move on to the territory of the other.

    Goods count as staying where they are while the duties differ by no more than
    ``tolerance`` per cent of the customs value; then the national one applies.

    Returns
    -------
    str
        ``"national"`` or ``"common"``.
    """
    return "national" if abs(common - national) * 100 <= tolerance * value else "common"
