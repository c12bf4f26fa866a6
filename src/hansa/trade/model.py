"""What optimal policy needs of a model of trade: real income for tariffs, and its slope.

Two models stand behind this interface: Caliendo–Parro with inputs and tariff revenue
(`hansa.trade.adjoint`) and Ossa (2014) with profits (`hansa.trade.ossa`). Whatever is
built on it (`hansa.trade.policy`) works for both.

Axes, everywhere in `hansa.trade`: ``[j, n, i]`` is sector, importer, exporter. Tariffs
are ad-valorem rates: 0.1 is ten per cent; the diagonal ``n = i`` is zero.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from hansa.terms.errors import NotConverged

Array = NDArray[np.float64]


class NoEquilibrium(NotConverged):
    """A model of trade did not reach its tolerance.

    Parameters
    ----------
    what, remedy : str
        As in `hansa.terms.errors.HansaError`.
    history : tuple of float
        Residual after each step, the last one last.
    """

    def __init__(self, what: str, *, history: tuple[float, ...] = (), remedy: str = "") -> None:
        self.history = history
        super().__init__(what, remedy=remedy)


class Outcome(Protocol):
    """An equilibrium under given tariffs."""

    @property
    def tariffs(self) -> Array:
        """Tariffs of this equilibrium, shape (J, N, N)."""
        ...

    @property
    def welfare(self) -> Array:
        """Welfare of each country relative to the model's base, shape (N,); base: 1.

        Real income in Caliendo–Parro; in a model with political weights, the
        government's objective.
        """
        ...

    def gradient(self, weights: Array) -> Array:
        """Slope of ``Σ_n weights[n] · ln welfare[n]`` in every tariff, shape (J, N, N).

        By one adjoint solve, whatever the number of tariffs. ``[j, n, i]`` is the
        derivative with respect to ``tariffs[j, n, i]``; the diagonal is zero.
        """
        ...


class Conditions(NamedTuple):
    """First-order conditions of optimal tariffs at an equilibrium; arrays (J, N, N).

    ``slope`` is `Outcome.gradient`. Where tariffs are optimal, ``gain / loss`` is 1 + τ
    in every cell, or, for cells that share one tariff, the ratio of their sums.
    """

    slope: Array
    gain: Array
    loss: Array


@runtime_checkable
class Conditioned(Protocol):
    """An outcome that knows the first-order conditions of optimal tariffs in closed form."""

    def conditions(self, weights: Array, free: NDArray[np.bool_], *, tied: bool) -> Conditions:
        """Conditions for maximising ``Σ_n weights[n] · ln welfare[n]``.

        Parameters
        ----------
        weights : array (N,)
            As in `Outcome.gradient`.
        free : array of bool (J, N, N)
            Cells that can be chosen.
        tied : bool
            Whether several cells share one tariff.
        """
        ...


class TariffModel(Protocol):
    """A model that answers any tariffs with an equilibrium."""

    @property
    def countries(self) -> tuple[str, ...]:
        """Names of the N countries, in the order of the axes."""
        ...

    @property
    def sectors(self) -> tuple[str, ...]:
        """Names of the J sectors, in the order of the axes."""
        ...

    @property
    def tariffs(self) -> Array:
        """Tariffs of the base, shape (J, N, N)."""
        ...

    @property
    def income(self) -> Array:
        """Income of each country in the base, shape (N,): how a union weighs its members."""
        ...

    @property
    def imports(self) -> Array:
        """Imports of the base before tariffs, shape (J, N, N): scales the search for tariffs."""
        ...

    @property
    def tradable(self) -> NDArray[np.bool_]:
        """Sectors on whose imports tariffs can be set, shape (J,)."""
        ...

    def outcome(self, tariffs: Array, start: Outcome | None = None) -> Outcome:
        """The equilibrium under ``tariffs``, started from another one if given.

        Raises
        ------
        BadInput
            If a tariff is below −100 %, not a number, or not of shape (J, N, N).
        NoEquilibrium
            If the model does not reach its tolerance; carries the residuals' history.
        """
        ...
