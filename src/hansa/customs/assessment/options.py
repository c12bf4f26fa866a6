"""The duty options of a line: which are open to it, what each comes to, which is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from hansa.customs.assessment.line import Line
from hansa.customs.assessment.office import Office
from hansa.customs.book.conditions import Outcome, outcome
from hansa.customs.book.consider import Considered
from hansa.customs.book.kinds import OPTIONS, Kind
from hansa.customs.book.measures import Measure
from hansa.customs.duties import Basis, Duty, amount
from hansa.customs.duties.exact import figure
from hansa.customs.mistakes import EntryRefused, NoRate, Rejected
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Option:
    """A way to pay duty: the measure, what it comes to, and whether it is open.

    Parameters
    ----------
    measure : Measure
        The measure.
    duty : Duty
        Its rate, or that of a condition that is met.
    amount : Fraction, optional
        What it comes to; ``None`` if it is not open.
    open : bool
        Whether the line may take it.
    why : str
        Why it is open or not.
    error : Rejected, optional
        What kept it from being reckoned.
    """

    measure: Measure
    duty: Duty
    amount: Fraction | None
    open: bool
    why: str
    because: Because = ()
    error: Rejected | None = None

    @property
    def kind(self) -> Kind:
        """The kind of its measure."""
        return self.measure.kind

    @property
    def reason(self) -> Reason:
        """The option as a ground."""
        cost = f", {figure(self.amount)}" if self.amount is not None else ""
        verdict = "open" if self.open else "not open"
        text = f"{self.measure}: {verdict}, {self.why}{cost}"
        return Reason("rule", text, self.measure.id, self.measure.act, because=self.because)


def options(
    line: Line, office: Office, considered: Iterable[Considered], basis: Basis, *, in_quota: bool
) -> tuple[Option, ...]:
    """Every duty option on the goods, open or not.

    Raises
    ------
    EntryRefused
        If the conditions of the third-country duty keep the goods out.
    """
    standing = [c.measure for c in considered if c.stands and c.measure.kind in OPTIONS]
    standing.sort(key=lambda m: (OPTIONS.index(m.kind), m.id))
    base = next((m.duty for m in standing if m.kind is Kind.THIRD_COUNTRY and m.duty), None)
    basis = replace(basis, base=base.rate if base is not None else None)
    return tuple(_option(line, office, measure, basis, in_quota) for measure in standing)


def _option(line: Line, office: Office, measure: Measure, basis: Basis, in_quota: bool) -> Option:
    met = outcome(measure.conditions, line.documents, basis)
    if met.refused:
        raise EntryRefused(f"{measure}: {'; '.join(r.text for r in met.because)}")
    duty = met.duty or measure.duty
    if duty is None:
        raise NoRate(f"{measure} has no rate", where=measure.place)
    why = _closed(line, office, measure, met, in_quota)
    if why is not None:
        return Option(measure, duty, None, open=False, why=why, because=met.because)
    try:
        cost = amount(duty.rate, basis)
    except Rejected as error:
        if measure.kind is Kind.THIRD_COUNTRY:
            raise
        return Option(measure, duty, None, open=False, why=error.what, error=error)
    return Option(measure, duty, cost, open=True, why="its conditions are met", because=met.because)


def _closed(
    line: Line, office: Office, measure: Measure, met: Outcome, in_quota: bool
) -> str | None:
    """Why the line may not take the option; ``None`` if it may."""
    if met.applies is not Truth.TRUE:
        state = "unknown" if met.applies is Truth.UNKNOWN else "not met"
        return f"its conditions are {state}"
    if measure.kind is Kind.QUOTA:
        if measure.order_number != line.order_number:
            return f"order number {measure.order_number} is not claimed"
        if not in_quota:
            return f"quota {measure.order_number} is exhausted or not open on {line.on}"
    if measure.kind is Kind.PREFERENCE and not measure.documents:
        return _unproven(line, office, measure)
    return None


def _unproven(line: Line, office: Office, measure: Measure) -> str | None:
    agreement = office.regime.agreement(measure.agreement) if measure.agreement else None
    if agreement is None or not agreement.proofs or agreement.proofs & line.documents:
        return None
    return f"no proof of origin ({' or '.join(sorted(agreement.proofs))})"


def taken(line: Line, found: tuple[Option, ...]) -> tuple[Option, str]:
    """The option that a line takes, and why.

    The one that is claimed if it is open; else the cheapest open one, and among equals the
    one that asks for least: third-country duty, suspension, exemption, preference, quota.

    Raises
    ------
    NoRate
        If none is open.
    Rejected
        If the one that is claimed asks for what is not declared.
    """
    open_ones = [option for option in found if option.open]
    if not open_ones:
        raise NoRate(
            f"no rate of duty for {line.code} from {line.origin} on {line.on}", where=line.place
        )
    claimed = [option for option in open_ones if option.kind is line.option]
    errors = [o.error for o in found if o.kind is line.option and o.error is not None]
    if errors and not claimed:
        raise errors[0]
    best = min(claimed or open_ones, key=_rank)
    if line.option is None:
        return best, "it is the cheapest that is open"
    if claimed:
        return best, "it is claimed and open"
    return best, f"{line.option.words} is claimed but not open; of the others it is the cheapest"


def _rank(option: Option) -> tuple[Fraction, int, str]:
    assert option.amount is not None
    return option.amount, OPTIONS.index(option.kind), option.measure.id
