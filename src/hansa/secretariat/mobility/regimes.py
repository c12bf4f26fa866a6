"""Regimes of movement: what agreements owe, and what states do by measures of their own.

An agreement is a row of the table ``mobility``: under a treaty of the world it holds among
the treaty's parties, so that every accession, objection, notice and end of the register
moves it. A ``grant`` act that says a ``right`` tells how a state treats the citizens of
others from a day on: with ``agreed=true`` by agreement with them, else by a measure of its
own. The last measure about the same people and right counts; measures and agreements lapse
with their ``until`` or with an ``end`` act about the same subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from hansa.record.acts import Act, Json
from hansa.record.entry import effect_of, reason_of
from hansa.record.ledger import Ledger
from hansa.record.register import Register
from hansa.record.sheets import Row, Sheet
from hansa.secretariat.circles import circle
from hansa.secretariat.mobility.rights import Treatment, treatment
from hansa.terms.days import Day, Period, day
from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Because, Reason


@dataclass(frozen=True, slots=True)
class Agreement:
    """What an agreement owes to citizens of some states in some states.

    Parameters
    ----------
    name : str
        What it is called; the treaty's id, where the world has the treaty.
    treaty : str
        The treaty among whose parties it holds, ``""``: as ``citizens`` and ``into`` say.
    treatment : Treatment
        The least that is owed.
    citizens, into : str
        Circles of states (`hansa.secretariat.circles`).
    period : Period
        When it holds; under a treaty, as long as that binds both states as well.
    restrictable : bool
        Whether it leaves national restrictions open.
    condition : str
        What it asks for, in words.
    act : Act, optional
        The act by which a state granted it, where no table tells it.
    """

    name: str
    treaty: str
    treatment: Treatment
    citizens: str
    into: str
    period: Period
    restrictable: bool
    condition: str
    source: str
    confidence: str
    place: Place | None
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """How a state (or a union, for its members) treats citizens of others, by its own act."""

    act: Act
    by: str
    treatment: Treatment
    citizens: str
    period: Period
    condition: str

    @property
    def name(self) -> str:
        """What it is called: its subject."""
        return self.act.subject

    @property
    def because(self) -> Because:
        """The act."""
        text = f"{self.by} on citizens of {self.citizens} from {self.period.start}"
        what = f"{self.treatment.right} {self.treatment}"
        return (reason_of(self.act, f"{text}: {what}"),)


R = TypeVar("R", Agreement, Measure)


@dataclass(frozen=True, slots=True)
class Book:
    """All agreements and measures, over time."""

    agreements: tuple[Agreement, ...]
    measures: tuple[Measure, ...]


def book_of(sheet: Sheet | None, ledger: Ledger) -> Book:
    """The agreements of a world's table and the measures of its acts.

    Raises
    ------
    BadInput, UnknownCode
        If a row or an act lacks something or says an unknown right or treatment; with its place.
    """
    written = tuple(_agreement(row) for row in sheet) if sheet is not None else ()
    granted = tuple(_measures(ledger))
    agreed = tuple(_agreed(m) for m in granted if m.act.payload.get("agreed") is True)
    measures = tuple(m for m in granted if m.act.payload.get("agreed") is not True)
    return Book((*written, *agreed), measures)


def _agreed(measure: Measure) -> Agreement:
    act = measure.act
    return Agreement(
        measure.name, "", measure.treatment, measure.citizens, measure.by, measure.period, False,
        measure.condition, act.source, act.confidence, act.place, act,
    )  # fmt: skip


def _agreement(row: Row) -> Agreement:
    values = {key: value for key, value in row.values.items() if value is not None}
    where = row.place
    for key in ("id", "right", "treatment"):
        if key not in values:
            raise BadInput(f"a regime needs {key!r}", where=Place(where.file, where.row, key))
    treaty = str(values.get("treaty", ""))
    if not treaty and not (values.get("citizens") and "since" in values):
        raise BadInput("a regime without a treaty needs citizens and a first day", where=where)
    found = treatment(
        str(values["right"]), str(values["treatment"]), values.get("days"), where=where
    )
    return Agreement(
        str(values["id"]),
        treaty,
        found,
        _words(values.get("citizens")),
        _words(values.get("into")),
        Period(values.get("since", Day.min), values.get("until")),
        values.get("restrictable") is True,
        str(values.get("condition", "")),
        str(values.get("source", "")),
        str(values.get("confidence", "")),
        where,
    )


def _words(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value or "")


def _measures(ledger: Ledger) -> Iterator[Measure]:
    ends: dict[str, list[Act]] = {}
    for act in ledger.of("end"):
        ends.setdefault(act.subject, []).append(act)
    for act in ledger.of("grant"):
        if "right" not in act.payload:
            continue
        said = act.payload
        start = effect_of(act)
        stops = [effect_of(end) for end in ends.get(act.subject, ()) if effect_of(end) >= start]
        if said.get("until"):
            stops.append(day(str(said["until"]), where=act.place))
        yield Measure(
            act,
            act.actor,
            treatment(
                str(said["right"]), str(said.get("treatment", "")), said.get("days"),
                where=act.place,
            ),
            _listed(said.get("citizens"), act),
            Period(start, max(start, min(stops)) if stops else None),
            str(said.get("condition", "")),
        )  # fmt: skip


def _listed(value: Json, act: Act) -> str:
    words = _words(value)
    if not words:
        raise BadInput(f"{act.id} does not say whose citizens", where=act.place)
    return words


@dataclass(frozen=True, slots=True)
class Standing:
    """The regimes that hold on a day by right, ready to be asked about pairs of states."""

    register: Register
    agreements: Mapping[str, tuple[tuple[Agreement, frozenset[str], frozenset[str]], ...]]
    measures: Mapping[str, tuple[tuple[Measure, frozenset[str], frozenset[str]], ...]]

    def owed(self, citizen: str, into: str, right: str) -> tuple[Agreement, ...]:
        """The agreements that owe something to a citizen of one state in another."""
        return tuple(
            agreement
            for agreement, citizens, states in self.agreements.get(right, ())
            if citizen in citizens and into in states
        )

    def measure(self, citizen: str, into: str, right: str) -> Measure | None:
        """The state's last measure about them; ``None`` if there is none or it has lapsed."""
        found = None
        for measure, citizens, states in self.measures.get(right, ()):
            if citizen in citizens and into in states:
                found = measure
        if found is None or self.register.day not in found.period:
            return None
        return found

    def why(self, agreement: Agreement, citizen: str, into: str) -> Reason:
        """Why an agreement holds between two states."""
        grounds: Because = (reason_of(agreement.act),) if agreement.act is not None else ()
        if agreement.treaty:
            both = (citizen, into)
            grounds = tuple(
                r for state in both for r in self.register.is_bound(agreement.treaty, state).because
            )
        limit = f" ({agreement.condition})" if agreement.condition else ""
        right = agreement.treatment.right
        text = f"{agreement.name} owes citizens of {citizen} in {into}: {right} "
        text += f"{agreement.treatment}{limit}"
        ref = agreement.act.id if agreement.act else agreement.treaty or str(agreement.place)
        return Reason(
            "article", text, ref, agreement.source, agreement.confidence, grounds
        )  # fmt: skip


def standing(book: Book, register: Register) -> Standing:
    """What holds on the register's day.

    Raises
    ------
    UnknownCode
        If a table names a treaty or organisation that the world does not have.
    """
    agreements: list[tuple[Agreement, frozenset[str], frozenset[str]]] = []
    for agreement in book.agreements:
        if register.day not in agreement.period:
            continue
        parties = f"parties:{agreement.treaty}" if agreement.treaty else ""
        whose = agreement.citizens or parties
        where = agreement.into or (parties or whose)
        citizens = circle(whose, register, agreement.place).states
        states = circle(where, register, agreement.place).states
        if agreement.treaty:
            bound = frozenset(register.party_codes(agreement.treaty))
            citizens, states = citizens & bound, states & bound
        if citizens and states:
            agreements.append((agreement, citizens, states))
    begun = [m for m in book.measures if m.period.start <= register.day]
    begun.sort(key=lambda m: (m.period.start, m.act.id))
    measures = tuple(
        (m, circle(m.citizens, register, m.act.place).states,
         circle(m.by, register, m.act.place).states)
        for m in begun
    )  # fmt: skip
    return Standing(register, _by_right(agreements), _by_right(measures))


def _by_right(
    found: Iterable[tuple[R, frozenset[str], frozenset[str]]],
) -> Mapping[str, tuple[tuple[R, frozenset[str], frozenset[str]], ...]]:
    groups: dict[str, list[tuple[R, frozenset[str], frozenset[str]]]] = {}
    for item in found:
        groups.setdefault(item[0].treatment.right, []).append(item)
    return {right: tuple(held) for right, held in groups.items()}
