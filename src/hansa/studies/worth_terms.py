"""Terms of a union as people write them: in a scenario's tables, a study, on the command line.

[union]
tariff = "weighted"          # own, mean, maximum, minimum, leader:RUS, 0.08
coverage = 0.65              # share of tariff lines on which it holds
transport = 0.97             # factor on transport costs among members
key = "collected"            # equal, gdp, or shares by state
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hansa.studies.arrangements import Terms
from hansa.studies.worth import COMPLETED
from hansa.studies.worth_security import SecurityTerms
from hansa.studies.worth_union import SECURITY
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason
from hansa.trade import CommonTariff, Rule

UNION_KEYS = ("tariff", "coverage", "transport", "key")
KEYS_BY_NAME = ("collected", "equal", "gdp")


def terms_from(given: Mapping[str, Any], base: Terms = COMPLETED, *, where: str = "union") -> Terms:
    """Terms with what is given in place of the base's.

    Raises
    ------
    UnknownCode
        If a key or a rule is unknown; names the nearest.
    BadInput
        If a value makes no sense.
    """
    for key in given:
        if key not in UNION_KEYS:
            raise unknown("term of a union", key, UNION_KEYS, where=Place(where, column=key))
    terms = base
    if "tariff" in given or "coverage" in given:
        coverage = _number(given.get("coverage", 1.0), where, "coverage")
        said = given.get("tariff", _said(base.tariff))
        terms = replace(terms, tariff=_tariff(said, coverage, where))
    if "transport" in given:
        factor = _number(given["transport"], where, "transport")
        if not 0 < factor < 10:
            raise BadInput(f"a factor of {factor:g}", where=Place(where, column="transport"))
        terms = replace(terms, transport=factor)
    if "key" in given:
        terms = replace(terms, key=_key(given["key"], where))
    if not given:
        return terms
    told = ", ".join(f"{key} {value}" for key, value in given.items())
    why = Reason(
        "assumption", f"terms of the union as assumed: {told}", where, confidence="assumed"
    )
    kept = base.because if "tariff" not in given else ()
    return replace(terms, because=(*kept, why))


def security_from(given: Mapping[str, Any], *, where: str = "security") -> SecurityTerms:
    """What is assumed of war and promises.

    Raises
    ------
    UnknownCode
        If a key is unknown; names the nearest.
    """
    for key in given:
        if key not in SECURITY:
            raise unknown("term of security", key, SECURITY, where=Place(where, column=key))
    return SecurityTerms(**{key: _number(value, where, key) for key, value in given.items()})


def options(tariff: str = "", transport: float = 1.0, key: str = "") -> dict[str, Any]:
    """The same from a command line, where empty means as agreed.

    ``key`` may be a name or shares: ``RUS=88,KAZ=7,BLR=5``.
    """
    given: dict[str, Any] = {}
    if tariff:
        given["tariff"] = tariff
    if transport != 1.0:
        given["transport"] = transport
    if key:
        given["key"] = key if "=" not in key else _shares(key)
    return given


def _shares(text: str) -> dict[str, float]:
    found = {}
    for part in text.split(","):
        state, _, share = part.partition("=")
        try:
            found[state.strip()] = float(share)
        except ValueError:
            where = Place("key", position=text.index(part))
            raise BadInput(f"{part!r} is no share", where=where, remedy="RUS=88,KAZ=7") from None
    return found


def _tariff(said: Any, coverage: float, where: str) -> CommonTariff | None:
    place = Place(where, column="tariff")
    if not 0 <= coverage <= 1:
        raise BadInput(f"a coverage of {coverage:g} is not a share", where=place)
    if isinstance(said, str):
        name, _, leader = said.partition(":")
        if name == "own":
            return None
        if name == "leader" and leader:
            return CommonTariff(Rule.LEADER, leader=leader, coverage=coverage)
        known = [rule.value for rule in Rule if rule not in (Rule.LEADER, Rule.GIVEN)]
        if name in known and not leader:
            return CommonTariff(Rule(name), coverage=coverage)
        rate = _rate(said)
        if rate is None:
            raise unknown("common tariff", said, ["own", *known, "leader:STATE"], where=place)
        said = rate
    rate = _number(said, where, "tariff")
    if not -1 < rate <= 10:
        raise BadInput(f"a common tariff of {rate:g}", where=place, remedy="0.08 is 8 per cent")
    return CommonTariff(Rule.GIVEN, rates={"*": rate}, coverage=coverage)


def _rate(text: str) -> float | None:
    """``0.08`` or ``8%`` as a number."""
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return None


def _said(tariff: CommonTariff | None) -> Any:
    """The base's tariff as it would be written."""
    if tariff is None:
        return "own"
    if tariff.rule is Rule.GIVEN:
        return tariff.rates["*"]
    return f"leader:{tariff.leader}" if tariff.leader else tariff.rule.value


def _key(said: Any, where: str) -> str | Mapping[str, float]:
    place = Place(where, column="key")
    if isinstance(said, str):
        if said not in KEYS_BY_NAME:
            raise unknown("revenue key", said, KEYS_BY_NAME, where=place)
        return said
    if not isinstance(said, Mapping) or not said:
        raise BadInput(f"{said!r} is no revenue key", where=place, nearest=KEYS_BY_NAME)
    shares = {str(state): _number(share, where, f"key.{state}") for state, share in said.items()}
    if min(shares.values()) < 0 or sum(shares.values()) <= 0:
        raise BadInput("shares are not negative and not all zero", where=place)
    return shares


def _number(value: Any, where: str, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"{value!r} is not a number", where=Place(where, column=key))
    return float(value)
