"""Rules on what measures refer to: it must exist, fit, and last as long as they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from hansa.customs.book.areas import ERGA_OMNES
from hansa.customs.book.conditions import CODES
from hansa.customs.book.kinds import TRAITS
from hansa.customs.book.measures import Measure, contains
from hansa.customs.book.rules.rule import Breach, Rule
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.duties.currencies import CODES as CURRENCIES
from hansa.customs.duties.rates import Rate, Specific, leaves
from hansa.customs.duties.units import MULTIPLES, QUALIFIERS, UNITS
from hansa.terms.days import Period
from hansa.terms.names import nearest


def _missing(
    book: TariffBook, what: str, known: Mapping[str, object], ids: Callable[[Measure], list[str]]
) -> Iterator[Breach]:
    if not known:  # a book without the table says nothing about what is in it
        return
    for measure in book.measures:
        for id in ids(measure):
            if id and id not in known:
                near = nearest(id, known)
                like = f", nearest {' or '.join(near)}" if near else ""
                yield Breach(
                    f"{measure.id} names {what} {id}, which is not in the book{like}",
                    (measure.id,),
                    measure.place,
                )


def _short_lived(
    book: TariffBook, what: str, lives: Mapping[str, Period], ids: Callable[[Measure], list[str]]
) -> Iterator[Breach]:
    for measure in book.measures:
        for id in ids(measure):
            if id in lives and not contains(lives[id], measure.valid):
                yield Breach(
                    f"{measure.id} holds {measure.valid}, {what} {id} only {lives[id]}",
                    (measure.id,),
                    measure.place,
                )


def _areas(book: TariffBook) -> dict[str, Period]:
    return {area.id: area.valid for area in book.areas.areas}


def _area(measure: Measure) -> list[str]:
    return [] if measure.area == ERGA_OMNES else [measure.area]


class ME4(Rule):
    """The area of a measure must exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        members = {m.member: m for area in book.areas.areas for m in area.members}
        return _missing(book, "area", {**members, **_areas(book)}, _area)


class ME5(Rule):
    """The area of a measure must exist on every day on which the measure holds."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        return _short_lived(book, "area", _areas(book), _area)


class ME12(Rule):
    """An additional code may be given only where the kind of measure, and the code, allow it."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        kinds = {code.id: code.kinds for code in book.additional_codes}
        for measure in book.measures:
            code = measure.additional_code
            if not code:
                continue
            allowed = kinds.get(code) or frozenset({measure.kind})
            if not TRAITS[measure.kind].additional_code or measure.kind not in allowed:
                yield Breach(
                    f"a {measure.kind.words} takes no additional code {code}",
                    (measure.id,),
                    measure.place,
                )


class ME17(Rule):
    """The additional code of a measure must exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        known = {code.id: code for code in book.additional_codes}
        return _missing(book, "additional code", known, lambda m: [m.additional_code])


class ME115(Rule):
    """The additional code of a measure must exist on every day on which the measure holds."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        lives = {code.id: code.valid for code in book.additional_codes}
        return _short_lived(book, "additional code", lives, lambda m: [m.additional_code])


class ME24(Rule):
    """The act that made a measure must exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        known = {act.id: act for act in book.acts}
        for measure in book.measures:
            if not measure.act and known:
                yield Breach(f"{measure.id} names no act", (measure.id,), measure.place)
        yield from _missing(book, "act", known, lambda m: [m.act, m.ended_by])


class ME25(Rule):
    """A measure must hold on some day: its first day must not be after its last."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            if measure.valid.end == measure.valid.start:
                yield Breach(f"{measure.id} holds on no day", (measure.id,), measure.place)


class ME33(Rule):
    """An act that ended a measure may be named only if the measure has an end."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            if measure.ended_by and measure.valid.end is None:
                yield Breach(
                    f"{measure.id} names {measure.ended_by} and never ends",
                    (measure.id,),
                    measure.place,
                )


class ME40(Rule):
    """A measure must have a duty, its own or a condition's, where its kind asks for one."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            given = measure.duty is not None or any(c.duty is not None for c in measure.conditions)
            if given != TRAITS[measure.kind].duty:
                yield Breach(
                    f"{measure.id} has {'a' if given else 'no'} duty", (measure.id,), measure.place
                )


class ME48(Rule):
    """Currencies that a duty names must exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, leaf in _amounts(book):
            if leaf.currency not in CURRENCIES:
                yield Breach(f"no currency {leaf.currency}", (measure.id,), measure.place)


class ME50(Rule):
    """A unit and its qualifier in a duty must exist together."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure, leaf in _amounts(book):
            if leaf.per is None:
                continue
            per = leaf.per
            unit = MULTIPLES.get((int(per.count), per.unit), per.unit)
            takers = " ".join(QUALIFIERS.get(per.qualifier, {})).split()
            if per.unit not in UNITS or (per.qualifier and unit not in takers):
                yield Breach(f"no unit {unit}{per.qualifier}", (measure.id,), measure.place)


class ME53(Rule):
    """The letters of conditions must exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        return _missing(book, "condition", CODES, lambda m: [c.code for c in m.conditions])


class ME56(Rule):
    """Documents that conditions name must exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        known = {document.id: document for document in book.documents}
        return _missing(book, "document", known, lambda m: sorted(m.documents))


class ME57(Rule):
    """Documents that conditions name must exist on every day on which the measure holds."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        lives = {document.id: document.valid for document in book.documents}
        return _short_lived(book, "document", lives, lambda m: sorted(m.documents))


class ME58(Rule):
    """A document may be named only once under one letter of a measure's conditions."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            named = Counter((c.code, c.document) for c in measure.conditions if c.document)
            for (letter, document), times in named.items():
                if times > 1:
                    yield Breach(
                        f"{measure.id} names {document} {times} times under {letter}",
                        (measure.id,),
                        measure.place,
                    )


class ME69(Rule):
    """Footnotes of a measure must exist."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        known = {note.id: note for note in book.footnotes}
        return _missing(book, "footnote", known, lambda m: list(m.footnotes))


class ME70(Rule):
    """A footnote may belong to a measure only once."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        for measure in book.measures:
            for note, times in Counter(measure.footnotes).items():
                if times > 1:
                    yield Breach(f"{measure.id} has {note} twice", (measure.id,), measure.place)


class ME73(Rule):
    """Footnotes of a measure must exist on every day on which the measure holds."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        lives = {note.id: note.valid for note in book.footnotes}
        return _short_lived(book, "footnote", lives, lambda m: list(m.footnotes))


class ME87(Rule):
    """A measure must not hold on days on which the act that made it is without effect."""

    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        lives = {act.id: act.valid for act in book.acts}
        return _short_lived(book, "act", lives, lambda m: [m.act])


def _amounts(book: TariffBook) -> Iterator[tuple[Measure, Specific]]:
    for measure in book.measures:
        rates: list[Rate] = [c.duty.rate for c in measure.conditions if c.duty is not None]
        if measure.duty is not None:
            rates.append(measure.duty.rate)
        for rate in rates:
            for leaf in leaves(rate):
                if isinstance(leaf, Specific):
                    yield measure, leaf
