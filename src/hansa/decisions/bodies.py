"""Bodies with their rules by day and matter, as values and from plain mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from hansa.decisions.electorates import Electorate, Weights, weights_from
from hansa.decisions.forms import rule_from
from hansa.decisions.quantities import Exact
from hansa.decisions.rules import Rule
from hansa.terms.days import Day, Period, day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest, unknown
from hansa.terms.reasons import Reason

ANY: Final = "any"
"""The matter of a rule that holds for whatever has no rule of its own."""

_BODY_KEYS: Final = (
    "body",
    "organisation",
    "since",
    "until",
    "matter",
    "rule",
    "decides",
    "members",
    "weights",
    "totals",
    "article",
    "source",
    "confidence",
    "note",
)
_MATTER_KEYS: Final = ("matter", "rule", "article", "source", "confidence", "note")


@dataclass(frozen=True, slots=True)
class BodyRule:
    """By which rule a body decides a matter, and when.

    Parameters
    ----------
    body : str
        Name of the body.
    rule : Rule
        Its rule.
    period : Period
        When it holds.
    organisation : str
        The organisation it belongs to.
    matter : str
        The matter it holds for; ``any`` for whatever has no rule of its own.
    weights : mapping of str to mapping of str to Fraction
        Weights of the members by key.
    members : tuple of str, optional
        The members, if they are not those of the organisation.
    article, source, confidence, note : str
        What it rests on.
    """

    body: str
    rule: Rule
    period: Period
    organisation: str = ""
    matter: str = ANY
    weights: Weights = field(default_factory=lambda: MappingProxyType({}))
    members: tuple[str, ...] | None = None
    article: str = ""
    source: str = ""
    confidence: str = ""
    note: str = ""

    def electorate(
        self,
        members: Iterable[str] | None = None,
        *,
        more_weights: Weights | None = None,
        concerned: Iterable[str] = (),
        in_arrears: Iterable[str] = (),
    ) -> Electorate:
        """The electorate of the body.

        Parameters
        ----------
        members : iterable of str, optional
            The members on the day; by default those of the description: its list, or
            everybody who has a weight.
        more_weights : mapping, optional
            Further weights (population on the day); those of the description come first.
        concerned, in_arrears : iterable of str
            As in `Electorate`.

        Raises
        ------
        BadInput
            If nobody says who the members are, or a member lacks a weight that others have.
        UnknownCode
            If somebody who is no member has a weight, is concerned or is in arrears.
        """
        known = self.members or tuple(
            dict.fromkeys(state for table in self.weights.values() for state in table)
        )
        states = tuple(members) if members is not None else known
        if not states:
            raise BadInput(
                f"nobody says who the members of {self.body} are", remedy="list the members"
            )
        tables = {**(more_weights or {}), **self.weights}
        checked = {key: weights_from(t, key=key, members=states) for key, t in tables.items()}
        return Electorate(
            states,
            MappingProxyType(checked),
            frozenset(concerned),
            frozenset(in_arrears),
            body=self.body,
        )

    @property
    def because(self) -> Reason:
        """The rule as a reason."""
        what = "" if self.matter == ANY else f" on {self.matter}"
        return Reason(
            "rule",
            f"{self.body} decides{what} by {self.rule.sentence()}.",
            self.article,
            self.source,
            self.confidence,
        )


def bodies_from(document: Mapping[str, Any], *, file: str = "bodies") -> tuple[BodyRule, ...]:
    """The bodies that a document describes: a list of tables under the key ``body``.

    Parameters
    ----------
    document : mapping
        As read from TOML.
    file : str
        Its name, for messages.

    Raises
    ------
    BadInput
        If something is missing or makes no sense, weights do not sum to their stated
        total, or two rules hold for the same body, matter and day.
    UnknownCode
        If a key, kind or position is unknown.
    """
    entries = document.get("body")
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise BadInput("there is no list of bodies", where=Place(file), remedy="write [[body]]")
    rules: list[BodyRule] = []
    for number, entry in enumerate(entries, start=1):
        rules += body_from(entry, where=Place(file, column=f"body[{number}]"))
    _check_overlaps(rules, Place(file))
    return tuple(rules)


def body_from(given: Mapping[str, Any], *, where: Place | None = None) -> tuple[BodyRule, ...]:
    """The rules of one body in one period: one, or one per matter under ``decides``.

    Raises
    ------
    BadInput, UnknownCode
        As `bodies_from`.
    """
    place = where or Place("body")
    if not isinstance(given, Mapping):
        raise BadInput(f"{given!r} is not the description of a body", where=place)
    _known(given, _BODY_KEYS, place)
    body = given.get("body")
    if not isinstance(body, str) or not body:
        raise BadInput("a body needs a name under the key 'body'", where=place)
    place = Place(place.file, place.row, f"{place.column or ''} {body}".strip())
    matters = given.get("decides", [{}])
    if ("rule" in given) == ("decides" in given):
        raise BadInput("a body needs either a rule or a list of matters it decides", where=place)
    weights, members = _weights(given, place)
    start = day(given["since"], where=_at(place, "since")) if "since" in given else Day.min
    end = day(given["until"], where=_at(place, "until")) if given.get("until") else None
    rules = []
    for number, one in enumerate(matters):
        inner = _at(place, f"decides[{number}]") if "decides" in given else place
        _known(one, _MATTER_KEYS, inner)
        own = {**given, **one}
        if "rule" not in own:
            raise BadInput("the matter has no rule", where=inner)
        rules.append(
            BodyRule(
                body,
                rule_from(own["rule"], where=_at(inner, "rule")),
                Period(start, end),
                str(own.get("organisation", "")),
                str(own.get("matter", ANY)),
                weights,
                members,
                *(str(own.get(key, "")) for key in ("article", "source", "confidence", "note")),
            )
        )
    return tuple(rules)


def rule_on(rules: Iterable[BodyRule], body: str, on: Day, matter: str = ANY) -> BodyRule:
    """The rule by which a body decides a matter on a day.

    Raises
    ------
    UnknownCode
        If there is no such body, or the matter looks like one with a rule of its own but is
        none; the error tells the nearest.
    BadInput
        If the body had no rule on that day; the error tells when it had.
    """
    known = tuple(rules)
    of_body = [rule for rule in known if rule.body == body]
    if not of_body:
        raise unknown("body", body, dict.fromkeys(rule.body for rule in known))
    that_day = {rule.matter: rule for rule in of_body if on in rule.period}
    if not that_day:
        spans = "; ".join(dict.fromkeys(str(rule.period) for rule in of_body))
        raise BadInput(f"{body} has no rule on {on}", remedy=f"it has rules for {spans}")
    if matter in that_day:
        return that_day[matter]
    if matter != ANY and nearest(matter, that_day):
        raise unknown("matter", matter, that_day, remedy="or leave the matter away")
    if ANY not in that_day:
        named = ", ".join(that_day)
        raise BadInput(f"{body} has rules only for certain matters", remedy=f"name one: {named}")
    return that_day[ANY]


def _at(place: Place, key: str) -> Place:
    return Place(place.file, place.row, f"{place.column}.{key}" if place.column else key)


def _known(given: Mapping[str, Any], keys: Iterable[str], place: Place) -> None:
    for key in given:
        if key not in keys:
            raise unknown("key", key, keys, where=place)


def _weights(given: Mapping[str, Any], place: Place) -> tuple[Weights, tuple[str, ...] | None]:
    members = given.get("members")
    if members is not None:
        if isinstance(members, str):
            raise BadInput("members are written as a list", where=_at(place, "members"))
        members = tuple(str(member) for member in members)
        if len(set(members)) != len(members):
            raise BadInput("a member is listed twice", where=_at(place, "members"))
    totals: Mapping[str, Exact] = given.get("totals", {})
    tables: Mapping[str, Mapping[str, Exact]] = given.get("weights", {})
    for key in totals:
        if key not in tables:
            raise unknown("weight", key, tables, where=_at(place, "totals"))
    checked: dict[str, Mapping[str, Fraction]] = {
        key: weights_from(
            table,
            key=key,
            total=totals.get(key),
            members=members,
            where=_at(place, f"weights.{key}"),
        )
        for key, table in tables.items()
    }
    return MappingProxyType(checked), members


def _check_overlaps(rules: Sequence[BodyRule], place: Place) -> None:
    seen: dict[tuple[str, str], list[BodyRule]] = {}
    for rule in rules:
        same = seen.setdefault((rule.body, rule.matter), [])
        for other in same:
            if other.period.overlaps(rule.period):
                raise BadInput(
                    f"{rule.body} has two rules for {rule.matter!r} at once: "
                    f"{other.period} and {rule.period}",
                    where=place,
                    remedy='"until" is the first day on which a rule no longer holds',
                )
        same.append(rule)
