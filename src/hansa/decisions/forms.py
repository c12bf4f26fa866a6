"""Rules as plain mappings, so that a reader describes a body in a few lines of TOML.

``rule_from`` reads ``{kind = "majority", at_least = "2/3", weights = "votes"}``;
``to_mapping`` is its inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from hansa.decisions.combined import (
    AllOf,
    AnyOf,
    Arrears,
    BlockingMinority,
    OptOut,
    Referral,
    Silence,
    WithoutConcerned,
)
from hansa.decisions.electorates import MEMBERS
from hansa.decisions.positions import AGAINST, CAST, FOR, STAND_ASIDE, Position, position
from hansa.decisions.quantities import Threshold, at_least, more_than
from hansa.decisions.rules import (
    BASES,
    Base,
    Consensus,
    Majority,
    Quorum,
    Rule,
    Unanimity,
    Veto,
)
from hansa.terms.errors import BadInput, HansaError, Place
from hansa.terms.names import unknown

Plain = Mapping[str, Any]
SHORT: Final = ("consensus", "unanimity")
"""Kinds that need no further key and may be written as a word."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of one description, each with its place for messages."""

    given: Plain
    where: Place

    def place(self, key: str) -> Place:
        path = f"{self.where.column}.{key}" if self.where.column else key
        return Place(self.where.file, self.where.row, path)

    def check(self, known: Iterable[str], kind: str) -> None:
        for key in self.given:
            if key not in known:
                raise unknown(
                    "key",
                    key,
                    known,
                    where=self.where,
                    remedy=f"a rule of kind {kind!r} takes {', '.join(sorted(set(known)))}",
                )

    def need(self, key: str, kind: str) -> Any:
        if key not in self.given:
            raise BadInput(f"a rule of kind {kind!r} needs the key {key!r}", where=self.where)
        return self.given[key]

    def rule(self, key: str, kind: str) -> Rule:
        return rule_from(self.need(key, kind), where=self.place(key))

    def rules(self, kind: str) -> tuple[Rule, ...]:
        many = self.need("rules", kind)
        if not isinstance(many, list | tuple):
            raise BadInput("rules are written as a list", where=self.place("rules"))
        return tuple(
            rule_from(one, where=self.place(f"rules[{number}]")) for number, one in enumerate(many)
        )

    def word(self, key: str, default: str) -> str:
        value = self.given.get(key, default)
        if not isinstance(value, str) or not value:
            raise BadInput(f"{value!r} is not a name", where=self.place(key))
        return value

    def whole(self, key: str) -> int:
        value = self.given[key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(f"{value!r} is not a whole number", where=self.place(key))
        return value

    def names(self, key: str, kind: str) -> tuple[str, ...]:
        value = self.need(key, kind)
        if isinstance(value, str) or not all(isinstance(one, str) for one in value):
            raise BadInput("names are written as a list of texts", where=self.place(key))
        return tuple(value)

    def positions(self, key: str, default: frozenset[Position]) -> frozenset[Position]:
        if key not in self.given:
            return default
        value = self.given[key]
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list | tuple | frozenset | set):
            raise BadInput("positions are written as a list of texts", where=self.place(key))
        return frozenset(position(word, where=self.place(key)) for word in words)

    def threshold(self, kind: str) -> Threshold:
        least, more = "at_least" in self.given, "more_than" in self.given
        if least == more:
            what = "both" if least else "neither"
            raise BadInput(
                f"a rule of kind {kind!r} takes at_least or more_than, and has {what}",
                where=self.where,
                remedy='write at_least = "2/3", at_least = 62 or more_than = "1/2"',
            )
        key = "at_least" if least else "more_than"
        read = at_least if least else more_than
        return read(self.given[key], where=self.place(key))


def _majority(keys: _Keys) -> Rule:
    of = keys.word("of", "members")
    if of not in BASES:
        raise unknown("base of a majority", of, BASES, where=keys.place("of"))
    threshold = keys.threshold("majority")
    counted = keys.positions("counted", frozenset({FOR}))
    return Majority(threshold, keys.word("weights", MEMBERS), cast("Base", of), counted)


def _consensus(keys: _Keys) -> Rule:
    return Consensus(
        keys.positions("objections", frozenset({AGAINST})),
        keys.positions("not_bound", frozenset()),
    )


def _unanimity(keys: _Keys) -> Rule:
    return Unanimity(keys.positions("agrees", frozenset({FOR})))


def _veto(keys: _Keys) -> Rule:
    return Veto(keys.names("holders", "veto"), keys.positions("by", frozenset({AGAINST})))


def _quorum(keys: _Keys) -> Rule:
    return Quorum(keys.threshold("quorum"), keys.word("weights", MEMBERS))


def _blocking(keys: _Keys) -> Rule:
    kind = BlockingMinority.kind
    return BlockingMinority(
        keys.rule("rule", kind), keys.threshold(kind), keys.word("weights", MEMBERS)
    )


def _without(keys: _Keys) -> Rule:
    return WithoutConcerned(keys.rule("rule", WithoutConcerned.kind))


def _arrears(keys: _Keys) -> Rule:
    weights = keys.word("weights", "votes") if "weights" in keys.given else None
    if weights is None and "shared_by" in keys.given:
        raise BadInput(
            "shared_by needs weights",
            where=keys.where,
            remedy="name the weights that are shared out",
        )
    return Arrears(keys.rule("rule", Arrears.kind), weights, keys.word("shared_by", "contribution"))


def _silence(keys: _Keys) -> Rule:
    days = keys.whole("days") if "days" in keys.given else None
    return Silence(keys.rule("rule", Silence.kind), days)


def _opt_out(keys: _Keys) -> Rule:
    free = keys.positions("positions", frozenset({STAND_ASIDE}))
    return OptOut(keys.rule("rule", OptOut.kind), free)


def _referral(keys: _Keys) -> Rule:
    kind = Referral.kind
    keys.need("to", kind)
    return Referral(
        keys.rule("rule", kind),
        keys.word("to", ""),
        keys.rule("then", kind),
        keys.rule("when", kind) if "when" in keys.given else None,
        cast("Any", keys.word("after", "failure")),
    )


_AMOUNT: Final = ("at_least", "more_than", "weights")
_READERS: Final[Mapping[str, tuple[Callable[[_Keys], Rule], tuple[str, ...]]]] = {
    Majority.kind: (_majority, (*_AMOUNT, "of", "counted")),
    Consensus.kind: (_consensus, ("objections", "not_bound")),
    Unanimity.kind: (_unanimity, ("agrees",)),
    Veto.kind: (_veto, ("holders", "by")),
    Quorum.kind: (_quorum, _AMOUNT),
    AllOf.kind: (lambda keys: AllOf(keys.rules(AllOf.kind)), ("rules",)),
    AnyOf.kind: (lambda keys: AnyOf(keys.rules(AnyOf.kind)), ("rules",)),
    BlockingMinority.kind: (_blocking, (*_AMOUNT, "rule")),
    WithoutConcerned.kind: (_without, ("rule",)),
    Arrears.kind: (_arrears, ("rule", "weights", "shared_by")),
    Silence.kind: (_silence, ("rule", "days")),
    OptOut.kind: (_opt_out, ("rule", "positions")),
    Referral.kind: (_referral, ("rule", "to", "then", "when", "after")),
}

KINDS: Final = tuple(_READERS)
"""The kinds of rule that a description may name."""


def rule_from(given: Plain | str, *, where: Place | None = None) -> Rule:
    """The rule that a mapping describes.

    Parameters
    ----------
    given : mapping or str
        A mapping with the key ``kind`` and the keys of that kind, nested for rules that
        combine others; ``"consensus"`` and ``"unanimity"`` may be written as a word.
    where : Place, optional
        Where it was read; the error's place names the key in it.

    Raises
    ------
    UnknownCode
        If a kind, key or position is unknown; the error tells the nearest.
    BadInput
        If a key is missing or its value makes no sense.
    """
    place = where or Place("rule")
    if isinstance(given, str):
        if given not in SHORT:
            known = KINDS if given in KINDS else SHORT
            raise unknown("rule", given, known, where=place, remedy="or write a mapping")
        given = {"kind": given}
    if not isinstance(given, Mapping):
        raise BadInput(f"{given!r} is not the description of a rule", where=place)
    kind = given.get("kind")
    if not isinstance(kind, str):
        raise BadInput("a rule needs a kind", where=place, remedy=f"one of {', '.join(KINDS)}")
    if kind not in _READERS:
        raise unknown("kind of rule", kind, KINDS, where=place)
    reader, known = _READERS[kind]
    keys = _Keys(given, place)
    keys.check(("kind", *known), kind)
    try:
        return reader(keys)
    except HansaError as wrong:
        if wrong.where is not None:
            raise
        raise type(wrong)(
            wrong.what, where=place, nearest=wrong.nearest, remedy=wrong.remedy
        ) from None


def to_mapping(rule: Rule) -> dict[str, Any]:
    """The mapping that `rule_from` reads as this rule; default values are left away.

    Raises
    ------
    BadInput
        If an amount is below 1, which would read as a share.
    """
    described: dict[str, Any] = {"kind": rule.kind}
    if isinstance(rule, AllOf | AnyOf):
        return described | {"rules": [to_mapping(part) for part in rule.rules]}
    if rule.kind in _WRITERS:
        described |= _WRITERS[rule.kind](rule)
    if rule.parts:
        described["rule"] = to_mapping(rule.parts[0])
    return described


def _majority_keys(rule: Majority) -> dict[str, Any]:
    of = {"of": rule.of} if rule.of != "members" and rule.threshold.share else {}
    return _amount(rule.threshold, rule.weights) | of | _stances("counted", rule.counted, {FOR})


def _consensus_keys(rule: Consensus) -> dict[str, Any]:
    return _stances("objections", rule.objects, {AGAINST}) | _stances(
        "not_bound", rule.not_bound, set()
    )


def _veto_keys(rule: Veto) -> dict[str, Any]:
    return {"holders": list(rule.holders)} | _stances("by", rule.by, {AGAINST})


def _arrears_keys(rule: Arrears) -> dict[str, Any]:
    if rule.weights is None:
        return {}
    return {"weights": rule.weights, "shared_by": rule.shared_by}


def _referral_keys(rule: Referral) -> dict[str, Any]:
    when = {} if rule.when is None else {"when": to_mapping(rule.when)}
    after = {} if rule.after == "failure" else {"after": rule.after}
    return {"to": rule.to, "then": to_mapping(rule.then)} | when | after


_WRITERS: Final[Mapping[str, Callable[[Any], dict[str, Any]]]] = {
    Majority.kind: _majority_keys,
    Consensus.kind: _consensus_keys,
    Unanimity.kind: lambda rule: _stances("agrees", rule.agrees, {FOR}),
    Veto.kind: _veto_keys,
    Quorum.kind: lambda rule: _amount(rule.threshold, rule.weights),
    BlockingMinority.kind: lambda rule: _amount(rule.blockers, rule.weights),
    Arrears.kind: _arrears_keys,
    Silence.kind: lambda rule: {} if rule.days is None else {"days": rule.days},
    OptOut.kind: lambda rule: {"positions": [p.value for p in CAST if p in rule.positions]},
    Referral.kind: _referral_keys,
}


def _amount(threshold: Threshold, weights: str) -> dict[str, Any]:
    key = "more_than" if threshold.strict else "at_least"
    if not threshold.share and threshold.value < 1:
        raise BadInput(
            f"{threshold} as an amount has no written form: a number below 1 reads as a share",
            remedy="scale the weights",
        )
    whole = not threshold.share and threshold.value.denominator == 1
    described: dict[str, Any] = {key: int(threshold.value) if whole else threshold.written()}
    if weights != MEMBERS:
        described["weights"] = weights
    return described


def _stances(key: str, chosen: frozenset[Position], usual: set[Position]) -> dict[str, Any]:
    if chosen == usual:
        return {}
    return {key: [p.value for p in CAST if p in chosen]}
