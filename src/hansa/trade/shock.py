"""What changes: tariffs, iceberg costs, deficits and the sharing of revenue.

A shock lists the cells that change and nothing else, so that a thousand of them that
differ in a few pairs cost little, and only changed cells need a power.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Because
from hansa.trade import cells
from hansa.trade.economy import Economy, check_tariffs
from hansa.trade.model import Array

Indices = NDArray[np.int64]


class Closure(StrEnum):
    """What becomes of trade deficits; small effects can change sign between closures."""

    KEPT = "kept"
    """Deficits stay what they are in units of the world's value added."""

    SCALED = "scaled"
    """Each country spends the same multiple of what it earns; multiples are scaled
    together so that the world spends what it earns."""

    CLOSED = "closed"
    """No deficits: every country spends what it earns."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        raise unknown("closure", str(value), [str(member) for member in cls])


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """Changed cells of an economy with J sectors and N countries.

    Use `Shock.between`, `Shock.of`, `Shock.none` or `hansa.trade.arrangement.transition`.

    Parameters
    ----------
    closure : Closure
        What becomes of deficits; there is no default, the user says.
    cells : array of int (K,)
        Positions in the raveled (J, N, N) cube, ascending.
    tariffs : array (K,)
        New tariffs τ′ of these cells.
    costs : array (K,)
        Factors d̂ on their iceberg costs: 0.9 is ten per cent cheaper, ``inf`` closes.
    deficits : array (N,), optional
        New deficits in the economy's money (closure ``kept`` only).
    sharing : array (N, N), optional
        New sharing of revenue, as `Economy.sharing`; nothing: as in the base.
    name : str
        What people call it.
    because : tuple of Reason
        On what it rests: acts, articles, assumptions.
    """

    closure: Closure
    cells: Indices = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    tariffs: Array = field(default_factory=lambda: np.empty(0))
    costs: Array = field(default_factory=lambda: np.empty(0))
    deficits: Array | None = None
    sharing: Array | None = None
    name: str = ""
    because: Because = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "closure", Closure(self.closure))
        if self.deficits is not None and self.closure is not Closure.KEPT:
            raise BadInput(
                f"new deficits contradict the closure {str(self.closure)!r}",
                where=Place("deficits"),
                remedy="give closure='kept'",
            )

    @classmethod
    def none(cls, closure: Closure | str) -> Self:
        """The shock that changes nothing (but may close or scale deficits)."""
        return cls(Closure(closure))

    @classmethod
    def between(
        cls,
        economy: Economy,
        *,
        closure: Closure | str,
        tariffs: ArrayLike | None = None,
        costs: ArrayLike | None = None,
        deficits: ArrayLike | None = None,
        sharing: ArrayLike | None = None,
        name: str = "",
        because: Because = (),
    ) -> Self:
        """From the economy's base to whole new cubes; cells that stay are dropped.

        Parameters
        ----------
        economy : Economy
            The base.
        closure : Closure or str
            What becomes of deficits.
        tariffs : array (J, N, N), optional
            New tariffs; default: as in the base.
        costs : array (J, N, N), optional
            Factors on iceberg costs; default: one. ``inf`` closes a route.
        deficits, sharing, name, because
            As in `Shock`.

        Raises
        ------
        BadInput
            If a cube has the wrong shape or a cell makes no sense.
        """
        J, N = economy.J, economy.N
        axes = "sectors × importers × exporters"
        labels = (economy.sectors, economy.countries, economy.countries)
        tau = economy.tau
        if tariffs is not None:
            tau = cells.shaped(tariffs, (J, N, N), "tariffs", axes)
            check_tariffs(tau, economy.countries, economy.sectors)
        factor = np.ones((J, N, N))
        if costs is not None:
            factor = cells.shaped(costs, (J, N, N), "costs", axes)
            check_costs(factor, labels)
        changed = np.flatnonzero((tau != economy.tau) | (factor != 1))
        return cls(
            Closure(closure),
            changed,
            tau.ravel()[changed],
            factor.ravel()[changed],
            _vector(economy, deficits),
            _matrix(economy, sharing),
            name,
            because,
        )

    @classmethod
    def of(
        cls,
        economy: Economy,
        changes: Sequence[Change],
        *,
        closure: Closure | str,
        name: str = "",
    ) -> Self:
        """From named changes, later ones over earlier ones.

        Raises
        ------
        BadInput
            If a country or sector is unknown or a number makes no sense.
        """
        shape = (economy.J, economy.N, economy.N)
        tau = economy.tau.copy()
        factor = np.ones(shape)
        for change in changes:
            at = change.cells(economy)
            if change.tariff is not None:
                tau[at] = change.tariff
            if change.cost is not None:
                factor[at] *= change.cost
        return cls.between(economy, closure=closure, tariffs=tau, costs=factor, name=name)


@dataclass(frozen=True, slots=True)
class Change:
    """A change by names; ``None`` stands for all of them.

    Parameters
    ----------
    importers, exporters, sectors : tuple of str, optional
        Which cells; domestic sales are never touched.
    tariff : float, optional
        New tariff, 0.1 for ten per cent.
    cost : float, optional
        Factor on the iceberg cost.
    """

    importers: tuple[str, ...] | None = None
    exporters: tuple[str, ...] | None = None
    sectors: tuple[str, ...] | None = None
    tariff: float | None = None
    cost: float | None = None

    def cells(self, economy: Economy) -> NDArray[np.bool_]:
        """Mask of the cells that it touches, shape (J, N, N)."""
        sector = _mask(self.sectors, economy.sector, economy.J)
        importer = _mask(self.importers, economy.index, economy.N)
        exporter = _mask(self.exporters, economy.index, economy.N)
        abroad = ~np.eye(economy.N, dtype=bool)
        mask: NDArray[np.bool_] = sector[:, None, None] & importer[:, None] & exporter & abroad
        return mask


def check_costs(factor: Array, labels: tuple[tuple[str, ...], ...]) -> None:
    """Refuse cost factors that are no numbers or not positive (infinity closes a route).

    Raises
    ------
    BadInput
        Naming the cells.
    """
    cells.refuse(np.isnan(factor), factor, labels, argument="costs", what="not a number")
    cells.refuse(factor <= 0, factor, labels, argument="costs", what="cost factor not positive")


def _mask(
    chosen: tuple[str, ...] | None, position: Callable[[str], int], size: int
) -> NDArray[np.bool_]:
    mask = np.full(size, chosen is None)
    for name in chosen or ():
        mask[position(name)] = True
    return mask


def _vector(economy: Economy, deficits: ArrayLike | None) -> Array | None:
    if deficits is None:
        return None
    values = cells.shaped(deficits, (economy.N,), "deficits", "countries")
    cells.refuse_unless_finite(values, (economy.countries,), "deficits")
    if abs(values.sum()) > 1e-9 * economy.wL.sum():
        raise BadInput(f"deficits sum to {values.sum():.6g}, not to zero", where=Place("deficits"))
    return values


def _matrix(economy: Economy, sharing: ArrayLike | None) -> Array | None:
    if sharing is None:
        return None
    N = economy.N
    values = cells.shaped(sharing, (N, N), "sharing", "receivers × collectors")
    labels = (economy.countries, economy.countries)
    cells.refuse_unless_finite(values, labels, "sharing")
    cells.refuse_negative(values, labels, "sharing")
    total = values.sum(axis=0)
    cells.refuse(
        np.abs(total - 1) > 1e-9,
        total,
        (economy.countries,),
        argument="sharing",
        what="shares of a collector's revenue do not sum to one",
    )
    return values
