"""Which legal notices a reader gets, by declared residence and nationality, on a day.

Rules are rows of a dated table. What a reader has not declared is unknown and stays so:
a notice that depends on it is named as open, neither shown as owed nor left out in silence.
Nothing is read from a network address, a language or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hansa.record.register import Register
from hansa.record.sheets import Sheet
from hansa.secretariat.circles import EVERYBODY, circle
from hansa.terms.days import Period
from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A notice and to whom it is owed from when to when.

    Parameters
    ----------
    id, kind : str
        Its name, and what it is about: ``data protection``, ``cookies``, …
    title, text : tuple of (str, str)
        Language and words.
    residence, nationality : str
        Circles of states, see `hansa.secretariat.circles`; empty: everybody.
    period : Period
        When the rule holds.
    order : int
        Its place among the notices.
    basis : str
        The rule of law that it answers to, for people.
    """

    id: str
    kind: str
    title: tuple[tuple[str, str], ...]
    text: tuple[tuple[str, str], ...]
    residence: str
    nationality: str
    period: Period
    order: int
    basis: str
    source: str
    confidence: str
    place: Place


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice for a reader: owed (true), or open as long as something is not declared."""

    rule: NoticeRule
    owed: Truth
    depends_on: tuple[str, ...]
    because: Because

    def title(self, language: str = "en") -> str:
        """Its title in a language, else in the first that it has."""
        return _in(self.rule.title, language)

    def text(self, language: str = "en") -> str:
        """Its words in a language, else in the first that it has."""
        return _in(self.rule.text, language)


def _in(words: tuple[tuple[str, str], ...], language: str) -> str:
    return dict(words).get(language) or (words[0][1] if words else "")


def notice_rules(sheet: Sheet) -> tuple[NoticeRule, ...]:
    """The rules of a world's table ``notices``.

    Raises
    ------
    BadInput
        If a row has no id, title or first day, or an id stands twice.
    """
    found: dict[str, NoticeRule] = {}
    for row in sheet:
        values = {key: value for key, value in row.values.items() if value is not None}
        for key in ("id", "title", "text", "since"):
            if key not in values:
                where = Place(row.place.file, row.place.row, key)
                raise BadInput(f"a notice needs {key!r}", where=where)
        name = str(values["id"])
        if name in found:
            raise BadInput(f"notice {name!r} stands twice", where=row.place)
        found[name] = NoticeRule(
            name,
            str(values.get("kind", "")),
            _words(values, "title"),
            _words(values, "text"),
            str(values.get("residence", "")),
            str(values.get("nationality", "")),
            Period(values["since"], values.get("until")),
            int(values.get("order", 0)),
            str(values.get("basis", "")),
            str(values.get("source", "")),
            str(values.get("confidence", "")),
            row.place,
        )
    return tuple(found.values())


def _words(values: dict[str, object], key: str) -> tuple[tuple[str, str], ...]:
    """English first, then the languages of ``title_ru`` and the like."""
    more = [(name, text) for name, text in values.items() if name.startswith(f"{key}_")]
    return (
        ("en", str(values[key])),
        *((name.removeprefix(f"{key}_"), str(text)) for name, text in more),
    )


def notices_for(
    rules: Iterable[NoticeRule], register: Register, residence: str = "", nationality: str = ""
) -> tuple[Notice, ...]:
    """The notices owed to a reader on the register's day, and those that are open.

    Parameters
    ----------
    rules : iterable of NoticeRule
        The dated rules.
    register : Register
        Says who is a member of what on the day.
    residence, nationality : str
        Codes of states as declared; ``""`` if not declared.

    Returns
    -------
    tuple of Notice
        In their order; rules that do not hold for the reader are left out.
    """
    found = []
    for rule in rules:
        if register.day not in rule.period:
            continue
        notice = _notice(rule, register, residence, nationality)
        if notice.owed is not Truth.FALSE:
            found.append(notice)
    return tuple(sorted(found, key=lambda n: (n.rule.order, n.rule.id)))


def _notice(rule: NoticeRule, register: Register, residence: str, nationality: str) -> Notice:
    owed = Truth.TRUE
    open_: list[str] = []
    grounds = []
    for what, text, declared in (
        ("residence", rule.residence, residence),
        ("nationality", rule.nationality, nationality),
    ):
        ring = circle(text, register, Place(rule.place.file, rule.place.row, what))
        truth = ring.holds(declared)
        owed &= truth
        if truth is Truth.UNKNOWN:
            open_.append(what)
        if ring != EVERYBODY:
            said = f"declared {what}: {declared}" if declared else f"{what} is not declared"
            told = f"for {what} in {text}" if not ring.complement else f"for {what} {text}"
            grounds.append(Reason("rule", f"{told}; {said}", f"{rule.place}"))
    text = f"{rule.id} holds from {rule.period.start}"
    head = Reason(
        "rule", f"{text}: {rule.basis}" if rule.basis else text, f"{rule.place}",
        rule.source, rule.confidence, tuple(grounds),
    )  # fmt: skip
    return Notice(rule, owed, tuple(open_), (head,))
