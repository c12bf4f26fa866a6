"""The formula of the Southern African Customs Union: imports, income, development.

Agreement of 2002, Part Seven and its annex on the revenue-sharing formula: the customs
component goes by imports from the other members, the excise component by gross domestic
product, and a development component, 15 per cent of excise, by the inverse of product
per head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from hansa.customs.revenue.keys import Exact, Pot, exact
from hansa.terms.errors import BadInput

PerHead = Literal["inverse", "damped"]

DAMPING = 10
"""Divisor of the deviation from the mean in the damped development component."""


@dataclass(frozen=True, slots=True)
class Economy:
    """What the formula needs of a member, for one year.

    Parameters
    ----------
    intra_imports : number
        Imports from the other members, any common unit.
    gdp : number
        Gross domestic product, any common unit.
    population : number
        Heads.
    """

    intra_imports: Exact
    gdp: Exact
    population: Exact


@dataclass(frozen=True, slots=True)
class FormulaShares:
    """Customs by intra-union imports, excise by product, a part of excise by need.

    Parameters
    ----------
    economies : mapping
        `Economy` of every member.
    development : number
        Per cent of excise that is shared by need (15 in the Agreement).
    per_head : {"inverse", "damped"}
        ``inverse``: weights ``1 / y_i`` with ``y_i`` the product per head.
        ``damped``: ``(1 - (y_i / mean(y) - 1) / 10) / n``, which keeps the shares nearly
        equal, as they are in practice.
    customs, excise : frozenset of str
        Which kinds of revenue belong to which component.

    Raises
    ------
    BadInput
        If a product or a population is not positive, nobody imports, or the development
        part is not a percentage.
    """

    economies: Mapping[str, Economy]
    development: Exact = 15
    per_head: PerHead = "inverse"
    customs: frozenset[str] = frozenset({"import_duty"})
    excise: frozenset[str] = frozenset({"excise"})
    _by_imports: Mapping[str, Fraction] = field(init=False, repr=False, compare=False)
    _by_product: Mapping[str, Fraction] = field(init=False, repr=False, compare=False)
    _by_need: Mapping[str, Fraction] = field(init=False, repr=False, compare=False)
    _excise: Mapping[str, Fraction] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        part = exact(self.development, "the development part") / 100
        if not 0 <= part <= 1:
            raise BadInput(f"the development part is {self.development} %, outside 0 to 100")
        names = sorted(self.economies)
        imports, gdp, heads = {}, {}, {}
        for name in names:
            economy = self.economies[name]
            imports[name] = exact(economy.intra_imports, f"intra-union imports of {name}")
            gdp[name] = exact(economy.gdp, f"product of {name}")
            heads[name] = exact(economy.population, f"population of {name}")
            if imports[name] < 0 or gdp[name] <= 0 or heads[name] <= 0:
                raise BadInput(
                    f"{name}: imports must not be negative, product and population be positive"
                )
        per_head = {name: gdp[name] / heads[name] for name in names}
        set_ = object.__setattr__
        set_(self, "economies", MappingProxyType(dict(self.economies)))
        set_(self, "_by_imports", _parts(imports, "intra-union imports"))
        set_(self, "_by_product", _parts(gdp, "product"))
        set_(self, "_by_need", _parts(self._need(per_head), "need"))
        excise = {
            name: (1 - part) * self._by_product[name] + part * self._by_need[name] for name in names
        }
        set_(self, "_excise", MappingProxyType(excise))

    def _need(self, per_head: Mapping[str, Fraction]) -> dict[str, Fraction]:
        if self.per_head == "inverse":
            return {name: 1 / y for name, y in per_head.items()}
        mean = sum(per_head.values(), Fraction(0)) / len(per_head)
        need = {name: 1 - (y / mean - 1) / DAMPING for name, y in per_head.items()}
        rich = [name for name, weight in need.items() if weight < 0]
        if rich:
            raise BadInput(
                f"{rich[0]} is more than {DAMPING + 1} times as rich as the mean: the damped "
                "formula gives it a negative share",
                remedy="use per_head='inverse'",
            )
        return need

    def collectors(self) -> frozenset[str]:
        """The members."""
        return frozenset(self.economies)

    def recipients(self) -> tuple[str, ...]:
        """The members."""
        return tuple(sorted(self.economies))

    def weights(self, pot: Pot) -> Mapping[str, Fraction]:
        """Shares of the component to which the pot's kind belongs; they sum to 1."""
        if pot.kind in self.customs:
            return self._by_imports
        if pot.kind in self.excise:
            return self._excise
        raise BadInput(
            f"the formula has no component for {pot.kind!r}",
            remedy="add the kind to `customs` or `excise` of the formula",
        )

    def components(self) -> Mapping[str, Mapping[str, Fraction]]:
        """Shares of every member in the three components, each summing to 1."""
        return {
            "customs": self._by_imports,
            "excise": self._by_product,
            "development": self._by_need,
        }

    def sentence(self) -> str:
        """The formula in one line."""
        how = "inverse product per head" if self.per_head == "inverse" else "damped need"
        return (
            "customs by imports from the other members, excise by gross domestic product, "
            f"{self.development} % of excise by {how}"
        )


def _parts(values: Mapping[str, Fraction], what: str) -> Mapping[str, Fraction]:
    total = sum(values.values(), Fraction(0))
    if total <= 0:
        raise BadInput(f"the members' {what} sum to nothing: there is nothing to share by")
    return MappingProxyType({name: value / total for name, value in values.items()})
