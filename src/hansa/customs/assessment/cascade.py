"""What a line pays: value, one duty option, additional duties, excise, VAT."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from hansa.customs.assessment.circulation import Status, status_of
from hansa.customs.assessment.line import Line
from hansa.customs.assessment.office import Office
from hansa.customs.assessment.options import Option, options, taken
from hansa.customs.assessment.practice import Round
from hansa.customs.assessment.valuation import CustomsValue, customs_value
from hansa.customs.book.conditions import outcome
from hansa.customs.book.consider import Considered, Question, consider
from hansa.customs.book.kinds import ADDITIONAL, Kind
from hansa.customs.book.measures import Measure
from hansa.customs.duties import Basis, Duty, Quantities, explain
from hansa.customs.duties.amounts import amount
from hansa.customs.duties.exact import figure
from hansa.customs.mistakes import MissingAdditionalCode, OverlappingMeasures, Rejected
from hansa.terms.exhibits import Column, Table
from hansa.terms.money import Money
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Charge:
    """One amount of the cascade.

    Parameters
    ----------
    measure : Measure
        What is levied.
    duty : Duty
        The rate that was used.
    exact : Fraction
        As it enters the next step.
    money : Money
        As it is shown.
    basis : Basis
        What it was levied on.
    factor : Fraction
        The share of the goods on which it is levied.
    """

    measure: Measure
    duty: Duty
    exact: Fraction
    money: Money
    basis: Basis
    factor: Fraction = Fraction(1)

    @property
    def because(self) -> Because:
        """Every number that it is made of."""
        reckoned = explain(self.duty.rate, self.basis)
        if self.factor == 1:
            return (reckoned,)
        return reckoned, Reason("rule", f"levied on {figure(100 * self.factor)} % of the goods")

    @property
    def kind(self) -> Kind:
        """The kind of its measure."""
        return self.measure.kind


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a line, or one part of a line that was split at a quota, pays.

    Parameters
    ----------
    line : Line
        As declared.
    part : int
        0 for a whole line; 1 within the quota, 2 beyond it.
    value : CustomsValue
        The whole line's customs value and its parts.
    base : Fraction
        Customs value of this part.
    charges : tuple of Charge
        The duty option first, then additional duties, excise, VAT.
    vat_base : Fraction
        What VAT is levied on.
    status : Status
        Where the goods may move afterwards.
    options : tuple of Option
        Every duty option, open or not.
    drawn : Fraction
        Units drawn from the quota.
    considered : tuple of Considered
        Every measure on the goods, with the verdict of the law.
    remarks : tuple of Reason
        Which option was chosen and why; what rules on stacking did.
    """

    line: Line
    part: int
    value: CustomsValue
    base: Fraction
    charges: tuple[Charge, ...]
    vat_base: Fraction
    total: Money
    status: Status
    options: tuple[Option, ...]
    drawn: Fraction
    considered: tuple[Considered, ...]
    remarks: Because

    @property
    def because(self) -> Because:
        """Value, measures considered and rejected, options, choice, every charge."""
        value = Reason(
            "number",
            f"customs value {figure(self.value.amount)} {self.value.currency}",
            because=self.value.because,
        )
        charges = (
            Reason("number", f"{c.measure}: {figure(c.exact)}", c.measure.id, because=c.because)
            for c in self.charges
        )
        rejected = (c.reason for c in self.considered if not c.stands)
        return (value, *rejected, *(o.reason for o in self.options), *self.remarks, *charges)

    def charge(self, kind: Kind) -> Money:
        """What is paid under a kind of measure, all measures of it together."""
        minor = sum(c.money.minor for c in self.charges if c.kind is kind)
        return Money(self.total.currency, minor, self.total.exponent)

    def table(self) -> Table:
        """The cascade for people: value, every charge, total."""
        columns = (
            Column("step", "Step"),
            Column("rate", "Rate"),
            Column("base", "On", self.total.currency, 2),
            Column("amount", "Amount", self.total.currency, self.total.exponent),
            Column("measure", "Measure"),
        )
        parts = [
            (e.name, "", _shown(e.home), _shown(e.sign * e.home), "")
            for e in self.value.elements
            if e.sign
        ]
        charges = [
            (c.kind.words, str(c.duty), _shown(c.basis.value), c.money.amount, c.measure.id)
            for c in self.charges
        ]
        value = ("customs value", "", None, _shown(self.base), "")
        total = ("total", "", None, self.total.amount, "")
        empty: tuple[Because, ...] = tuple(() for _ in parts)
        because = (*empty, self.value.because, *(c.because for c in self.charges), ())
        title = f"What line {self.line.id} pays".replace("  ", " ")
        rows = (*parts, value, *charges, total)
        return Table("duty_line", title, columns, rows, because, note=str(self.status))

    @property
    def option(self) -> Option | None:
        """The duty option taken; ``None`` for goods that pay no customs."""
        first = self.charges[0].measure if self.charges else None
        return next((option for option in self.options if option.measure is first), None)

    @property
    def duty(self) -> Fraction:
        """The duty of the option taken, as it enters the next step."""
        return sum((c.exact for c in self.charges if c.kind not in _NOT_OPTION), Fraction(0))


def _shown(amount: Fraction) -> Decimal:
    """An amount to the cent, for a table."""
    return Decimal(Round()(amount).numerator) / Decimal(Round()(amount).denominator)


_NOT_OPTION = frozenset({*ADDITIONAL, Kind.EXCISE, Kind.VAT})


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a line that is assessed: its number, customs value, quantities and draw."""

    part: int
    value: Fraction
    quantities: Quantities
    drawn: Fraction = Fraction(0)


def assess(line: Line, office: Office, share: Share | None = None) -> Assessed:
    """What a line pays, and why.

    Parameters
    ----------
    line : Line
        The line. A quota that it claims is not drawn here: see `assess_all`.
    office : Office
        Book, regime, rates and practice.
    share : Share, optional
        The part of the line to assess; all of it by default.

    Raises
    ------
    Rejected
        What keeps the line from being assessed, with its place.
    """
    value = customs_value(line, office.practice, office.rates)
    if share is None:
        share = Share(0, value.amount, Quantities.of(line.quantities))
    considered = considered_for(line, office)
    basis = basis_of(line, office, share)
    inside = line.free_circulation
    found = () if inside else options(line, office, considered, basis, in_quota=share.drawn > 0)
    remarks: list[Reason] = []
    charges: list[Charge] = []
    if inside:
        remarks.append(
            Reason("rule", f"in free circulation in {office.regime.union}: no customs duty")
        )
    else:
        option, why = taken(line, found)
        base = next((o.duty.rate for o in found if o.kind is Kind.THIRD_COUNTRY), None)
        charges.append(_charge(option.measure, option.duty, replace(basis, base=base), office))
        remarks.append(Reason("rule", f"{option.measure.id} chosen: {why}", option.measure.id))
        charges.extend(_additional(line, office, considered, basis, charges[0], remarks))
    duties = sum((c.exact for c in charges), Fraction(0))
    charges.extend(_taxes(line, office, considered, basis, duties))
    vat_base = basis.value + sum((c.exact for c in charges if c.kind is not Kind.VAT), Fraction(0))
    total = office.practice.money(sum((c.exact for c in charges), Fraction(0)))
    return Assessed(
        line,
        share.part,
        value,
        share.value,
        tuple(charges),
        vat_base,
        total,
        status_of(line, charges[0].kind if charges and not inside else None),
        found,
        share.drawn,
        considered,
        tuple(remarks),
    )


def taxes(line: Line, office: Office, share: Share, duties: Fraction) -> list[Charge]:
    """Excise and VAT of the line's member on goods that have borne so much duty."""
    basis = basis_of(line, office, share)
    return _taxes(line, office, considered_for(line, office), basis, duties)


def considered_for(line: Line, office: Office) -> tuple[Considered, ...]:
    """The measures on the line's goods, with verdicts."""
    if office.law.nomenclature is not None:
        office.law.nomenclature.on(line.on).declared(line.code, where=line.place)
    ask = Question(line.code, line.origin, line.on, line.member, line.additional_codes)
    return consider(office.law, office.regime, ask)


def basis_of(line: Line, office: Office, share: Share) -> Basis:
    """What duties are levied on."""
    return Basis(
        share.value,
        office.practice.currency,
        share.quantities,
        office.rates.all_on(line.on, office.practice.rate_age),
        office.law.components(line.additional_codes, line.on),
        limits=line.limits,
    )


def _charge(
    measure: Measure, duty: Duty, basis: Basis, office: Office, factor: Fraction = Fraction(1)
) -> Charge:
    exact = office.practice.rounded(measure.kind, factor * amount(duty.rate, basis))
    return Charge(measure, duty, exact, office.practice.money(exact), basis, factor)


def _additional(
    line: Line,
    office: Office,
    considered: Iterable[Considered],
    basis: Basis,
    option: Charge,
    remarks: list[Reason],
) -> Iterable[Charge]:
    standing = [c.measure for c in considered if c.stands and c.measure.kind in ADDITIONAL]
    _ask_for_codes(line, considered, standing)
    present = {option.kind.value, option.measure.programme}
    present |= {m.programme for m in standing} | {m.kind.value for m in standing}
    for measure in standing:
        met = outcome(measure.conditions, line.documents, basis)
        if met.applies is not Truth.TRUE:
            if met.applies is Truth.UNKNOWN:
                raise Rejected(f"{measure}: {'; '.join(r.text for r in met.because)}")
            remarks.append(Reason("rule", f"{measure}: not levied, its conditions say so"))
            continue
        left = _left_over(measure, office, line.shares, present, remarks)
        duty = met.duty or measure.duty
        if left and duty is not None:
            yield _charge(measure, duty, basis, office, left)


def _ask_for_codes(
    line: Line, considered: Iterable[Considered], standing: Iterable[Measure]
) -> None:
    """Goods that only an additional code tells apart must declare one."""
    served = {measure.kind for measure in standing}
    asked: dict[Kind, set[str]] = {}
    for verdict in considered:
        measure = verdict.measure
        if measure.kind in ADDITIONAL and verdict.why.startswith("it asks for additional code"):
            asked.setdefault(measure.kind, set()).add(measure.additional_code)
    for kind, codes in asked.items():
        if kind not in served:
            raise MissingAdditionalCode(
                f"the {kind.words} on {line.code} from {line.origin} depends on an additional code",
                where=line.place,
                nearest=tuple(sorted(codes))[:3],
                remedy="declare the producer's or the goods' additional code",
            )


def _left_over(
    measure: Measure,
    office: Office,
    shares: Mapping[str, object],
    present: set[str],
    remarks: list[Reason],
) -> Fraction:
    """The share of the goods on which a measure is levied beside the others."""
    left = Fraction(1)
    names = {measure.kind.value, measure.programme} - {""}
    for rule in office.practice.displacements:
        if rule.by in present and rule.displaced & names and rule.by not in names:
            share = Fraction(str(shares.get(rule.share, 1))) if rule.share else Fraction(1)
            left *= 1 - share
            remarks.append(
                Reason("rule", f"{measure}: kept away by {rule.by} on {figure(100 * share)} %")
            )
    return left


def _taxes(
    line: Line,
    office: Office,
    considered: Iterable[Considered],
    basis: Basis,
    duties: Fraction,
) -> list[Charge]:
    paid: list[Charge] = []
    for kind in (Kind.EXCISE, Kind.VAT):
        measures = [c.measure for c in considered if c.stands and c.measure.kind is kind]
        if kind is Kind.VAT and len(measures) > 1:
            names = " and ".join(m.id for m in measures)
            raise OverlappingMeasures(f"two rates of value added tax stand: {names}")
        before = basis.value + duties + sum((c.exact for c in paid), Fraction(0))
        for measure in measures:
            met = outcome(measure.conditions, line.documents, basis)
            duty = met.duty or measure.duty
            if met.applies is Truth.TRUE and duty is not None:
                on = replace(basis, value=before) if kind is Kind.VAT else basis
                paid.append(_charge(measure, duty, on, office))
    return paid
