"""What a trade scenario asks: the table ``[trade]`` of a scenario file, or a verb's options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, ClassVar, Literal, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import nearest, unknown
from hansa.trade import CommonTariff, Rule

MOST_DRAWS = 2000
"""More draws tell nothing more and keep a server busy."""
Against = Literal["day", "none", "terms"]
Closures = Literal["kept", "scaled", "closed"]
Reading = Literal["signed", "law"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectChange:
    """A change of tariffs or costs between named countries; ``None`` stands for all.

    Parameters
    ----------
    importers, exporters, sectors : tuple of str, optional
        Which trade.
    tariff : float, optional
        The new tariff: 0.05 for five per cent.
    cost : float, optional
        Factor on iceberg costs: 0.9 is ten per cent cheaper.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    importers: tuple[str, ...] | None = None
    exporters: tuple[str, ...] | None = None
    sectors: tuple[str, ...] | None = None
    tariff: float | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about trade; every field is a key of ``[trade]``.

    Parameters
    ----------
    on : date, optional
        The day.
    year : int, optional
        Of the trade matrix; the nearest if not given.
    theta : float, optional
        Trade elasticity; the world's own if not given, the file's for a data set.
    theta_se : float, optional
        Its standard error.
    theta_source : str
        Where it was estimated.
    closure : {"kept", "scaled", "closed"}
        What becomes of trade deficits.
    free_trade : {"signed", "law"}
        Free-trade agreements among their signatories, or strictly among those bound.
    against : {"day", "none", "terms"}
        With what the result is compared: what holds on the day, no union at all, or the
        same terms with the members of the day.
    alone : bool
        Whether other agreements among members, joiners and leavers are disregarded, so that
        the union's free trade is all they have.
    union : str
        The customs union, by the organisation's id; the largest of the day if not given.
    members : tuple of str
        Its members, if they are not those of the day.
    join, leave : tuple of str
        Who joins and leaves: states, blocs of the matrix, or organisations for all their
        members; ``all`` leaves: the union is dissolved.
    common_tariff : str
        Rule of the common tariff: ``mean``, ``weighted``, ``maximum``, ``minimum``,
        ``leader:STATE``, a rate (``0.1`` or ``10%``), or ``none``; as on the day if empty.
    coverage : float
        Share of tariff lines on which it holds.
    revenue_key : str or mapping of str to float
        Who receives tariff revenue: ``collected``, ``equal``, ``gdp`` or shares by state.
    transport_cut : float
        Share by which costs of transport among members fall: 0.1 is ten per cent.
    freight_share : float
        Share of those costs in what delivered goods cost; 1 cuts the whole iceberg cost.
    changes : tuple of DirectChange
        Applied last.
    draws : int, optional
        Draws of the elasticity for the bands; 200 with one sector, else none, if not given.
    seed : int
        Of the draws.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    on: date | None = None
    year: int | None = None
    theta: float | None = None
    theta_se: float | None = None
    theta_source: str = ""
    closure: Closures = "kept"
    free_trade: Reading = "signed"
    against: Against = "day"
    alone: bool = False
    union: str = ""
    members: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    common_tariff: str = ""
    coverage: float = 1.0
    revenue_key: str | dict[str, float] = ""
    transport_cut: float = 0.0
    freight_share: float = 1.0
    changes: tuple[DirectChange, ...] = ()
    draws: int | None = None
    seed: int = 0

    @property
    def cost_factor(self) -> float:
        """Factor on iceberg costs among members."""
        return 1.0 - self.transport_cut * self.freight_share

    @property
    def changes_membership(self) -> bool:
        """Whether anybody joins or leaves."""
        return bool(self.join or self.leave or self.members)


_ADAPTER: TypeAdapter[Asked] = TypeAdapter(Asked)


def read_asked(table: Mapping[str, Any], label: str = "", text: str = "") -> Asked:
    """The question that a table ``[trade]`` asks.

    Parameters
    ----------
    table : mapping
        As a TOML reader gives it.
    label : str
        Name of the file, for messages.
    text : str
        The file's text, so that messages can name the line.

    Raises
    ------
    BadInput
        Naming file, line and key, and the nearest key or value that would do.
    """
    try:
        asked = _ADAPTER.validate_python(dict(table))
    except ValidationError as wrong:
        raise _complaint(wrong, label, text) from None
    return checked(asked, label, text)


def asked_with(asked: Asked, **given: Any) -> Asked:
    """The question with what options say; ``None`` leaves what the file says."""
    said = {name: value for name, value in given.items() if value is not None}
    return checked(replace(asked, **said))


def checked(asked: Asked, label: str = "", text: str = "") -> Asked:
    """The question, if its numbers make sense.

    Raises
    ------
    BadInput
        Naming the key.
    """
    rules = (
        ("theta", asked.theta is None or asked.theta > 0, "an elasticity is positive"),
        ("theta_se", asked.theta_se is None or asked.theta_se >= 0, "it is at least zero"),
        ("transport_cut", 0 <= asked.transport_cut < 1, "write 0.1 for ten per cent"),
        ("freight_share", 0 <= asked.freight_share <= 1, "a share is between 0 and 1"),
        ("coverage", 0 <= asked.coverage <= 1, "a share is between 0 and 1"),
        ("draws", 0 <= (asked.draws or 0) <= MOST_DRAWS, f"between 0 and {MOST_DRAWS}"),
        ("seed", asked.seed >= 0, "it is at least zero"),
    )
    for key, holds, remedy in rules:
        if not holds:
            value = getattr(asked, key)
            raise BadInput(f"{value} makes no sense", where=_place(label, key, text), remedy=remedy)
    for number, change in enumerate(asked.changes, 1):
        _check(change, f"changes.{number}", label, text)
    if asked.against not in get_args(Against):
        raise unknown("comparison", asked.against, get_args(Against))
    return asked


def _check(change: DirectChange, key: str, label: str, text: str) -> None:
    """Refuse a change that changes nothing or makes no sense."""
    if change.tariff is None and change.cost is None:
        where = _place(label, key, text)
        raise BadInput("nothing changes", where=where, remedy="give tariff or cost")
    if change.tariff is not None and not change.tariff > -1:
        where = _place(label, f"{key}.tariff", text)
        raise BadInput(
            f"a tariff of {change.tariff}", where=where, remedy="write 0.1 for ten per cent"
        )
    if change.cost is not None and not change.cost > 0:
        where = _place(label, f"{key}.cost", text)
        raise BadInput(f"a cost factor of {change.cost}", where=where,
                       remedy="0.9 is ten per cent cheaper")  # fmt: skip


def tariff_rule(words: str, coverage: float, where: Place) -> CommonTariff | None:
    """The rule of a common tariff from its words.

    Raises
    ------
    BadInput
        If they name no rule.
    """
    name, _, leader = words.strip().partition(":")
    if name == "none":
        return None
    rate = re.fullmatch(r"(\d+(?:\.\d+)?)(\s*%)?", words.strip())
    if rate:
        value = float(rate[1]) / (100 if rate[2] else 1)
        if not rate[2] and value >= 1:
            raise BadInput(
                f"a tariff of {words}", where=where, remedy="write 0.1 or 10% for ten per cent"
            )
        return CommonTariff(Rule.GIVEN, rates={"*": value}, coverage=coverage)
    known = [str(rule) for rule in Rule if rule is not Rule.GIVEN]
    if name not in known:
        raise unknown(
            "rule of a common tariff", words, [*known, "none"], where=where,
            remedy="or a rate: 0.1 or 10%",
        )  # fmt: skip
    if name == Rule.LEADER and not leader:
        raise BadInput("which member leads is missing", where=where, remedy="write leader:RUS")
    return CommonTariff(Rule(name), leader=leader.strip(), coverage=coverage)


def located(wrong: BadInput, label: str, text: str) -> BadInput:
    """The same complaint with the file and line of the key that it names, if it is there."""
    if wrong.where is None or wrong.where.row is not None:
        return wrong
    where = _place(label, wrong.where.file, text)
    if where.row is None:
        return wrong
    return type(wrong)(wrong.what, where=where, nearest=wrong.nearest, remedy=wrong.remedy)


def _place(label: str, key: str, text: str) -> Place:
    """Where a key of ``[trade]`` stands."""
    last = key.rpartition(".")[2]
    row = next(
        (n for n, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*{last}\s*=", line)),
        None,
    )
    return Place(label or "[trade]", row, f"trade.{key}" if label else key)


def _complaint(wrong: ValidationError, label: str, text: str) -> BadInput:
    found = wrong.errors()
    first = next((e for e in found if e["type"] == "unexpected_keyword_argument"), found[0])
    path = [str(part) for part in first["loc"]]
    shown = ".".join(str(int(p) + 1) if p.isdigit() else p for p in path)
    where = _place(label, shown, text)
    if first["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        kind = DirectChange if path[0] == "changes" else Asked
        known = [field.name for field in fields(kind)]
        return BadInput(f"unknown key {path[-1]!r}", where=where, nearest=nearest(path[-1], known))
    close: tuple[str, ...] = ()
    if first["type"] == "literal_error":
        choices = re.findall(r"'(\w+)'", first["ctx"]["expected"])
        close = nearest(str(first["input"]), choices) or tuple(choices)
    return BadInput(f"{first['msg']} (found {first['input']!r})", where=where, nearest=close)
