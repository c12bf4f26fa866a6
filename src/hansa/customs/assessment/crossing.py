"""What is due when goods move on to another member."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from hansa.customs.assessment.cascade import Assessed, Share, assess, taxes
from hansa.customs.assessment.circulation import Freedom
from hansa.customs.assessment.office import Office
from hansa.customs.book.kinds import TAXES, Kind
from hansa.customs.duties import Quantities
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.money import Money
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Crossing:
    """What is due at a crossing.

    Parameters
    ----------
    to : str
        The member of destination.
    duty : Money
        The duty that was spared at release, to be paid now.
    taxes : Money
        Excise and VAT of the member of destination.
    because : Because
        Common duty, duty paid, taxes.
    """

    to: str
    duty: Money
    taxes: Money
    because: Because


def crossing(released: Assessed, office: Office, to: str, on: Day | None = None) -> Crossing:
    """What is due when released goods move on to another member.

    The duty owed is the common one of the day of release, with its exchange rates, less
    what was paid; goods in free circulation everywhere owe none. Taxes follow the principle
    of destination and the law of the day of crossing; their base is value plus the full duty.

    Parameters
    ----------
    released : Assessed
        What was paid at release.
    office : Office
        Book, regime, rates, practice.
    to : str
        A member of the union on the day of crossing.
    on : Day, optional
        Day of crossing; that of release by default.

    Raises
    ------
    UnknownCode
        If ``to`` is no member on that day.
    """
    line, day = released.line, on or released.line.on
    members = office.regime.members_on(day)
    if to not in members:
        raise unknown("member", to, members, remedy=f"members of {office.regime.union} on {day}")
    if day < line.on:
        raise BadInput(f"goods released on {line.on} cannot cross on {day}")
    owed, because = Fraction(0), []
    if released.status.freedom is Freedom.ONE_MEMBER:
        common = _common(released, office)
        owed = max(Fraction(0), common.duty - released.duty)
        because.append(
            Reason(
                "number",
                f"common duty {office.practice.money(common.duty)} less paid "
                f"{office.practice.money(released.duty)}",
                because=common.because,
            )
        )
    else:
        because.append(Reason("rule", f"goods are {released.status}: no duty is due"))
    duties = sum((c.exact for c in released.charges if c.kind not in TAXES), owed)
    moved = replace(line, member=to, on=day)
    due = taxes(moved, office, _share(released), duties)
    because.extend(reason for charge in due for reason in charge.because)
    tax = sum((charge.exact for charge in due), Fraction(0))
    return Crossing(to, office.practice.money(owed), office.practice.money(tax), tuple(because))


def _share(released: Assessed) -> Share:
    whole = released.value.amount
    portion = released.base / whole if whole else Fraction(1)
    quantities = Quantities.of(released.line.quantities)
    held = quantities if released.part == 0 else quantities.scaled(portion)
    return Share(released.part, released.base, held, released.drawn)


def _common(released: Assessed, office: Office) -> Assessed:
    """The same goods at the same time, without the members' exemptions."""
    regime = replace(office.regime, exemptions=())
    measures = tuple(m for m in office.book.measures if m.kind is not Kind.EXEMPTION)
    book = replace(office.book, measures=measures)
    return assess(
        replace(released.line, option=None),
        replace(office, book=book, regime=regime),
        _share(released),
    )
