"""Accounting identities that the base of an economy must meet to be an equilibrium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hansa.trade.model import Array

if TYPE_CHECKING:
    from hansa.trade.economy import Economy


@dataclass(frozen=True, slots=True)
class Identity:
    """An accounting identity that does not hold.

    Parameters
    ----------
    name : str
        ``"value added"``, ``"expenditure"`` or ``"trade balance"``.
    country, sector : str
        Where it fails; the sector is empty for identities of whole countries.
    left, right : float
        Its two sides, in the economy's money.
    meaning : str
        The identity in words.
    """

    name: str
    country: str
    sector: str
    left: float
    right: float
    meaning: str

    @property
    def gap(self) -> float:
        """Left minus right."""
        return self.left - self.right

    @property
    def relative(self) -> float:
        """The gap over the larger side, without sign."""
        return abs(self.gap) / max(abs(self.left), abs(self.right), 1e-300)

    def __str__(self) -> str:
        where = f"{self.country}, {self.sector}" if self.sector else self.country
        return (
            f"{self.name} ({where}): {self.meaning}: {self.left:.6g} against {self.right:.6g}, "
            f"off by {self.gap:.3g} ({self.relative:.2%})"
        )


def failing_identities(economy: Economy, tolerance: float) -> tuple[Identity, ...]:
    """The identities whose relative gap exceeds ``tolerance``, largest gap first.

    Value added: Σ_j β_j Y_j = wL. Expenditure: X = Γ Y + α I (Caliendo–Parro 2015, eq. 8).
    Trade balance: imports − exports = D + revenue received − revenue collected (eq. 9).
    """
    e = economy
    earned = (e.beta * e.Y).sum(axis=0)
    bought = (e.X * e.net.sum(axis=2)).sum(axis=0)
    deficit = e.D + e.received - e.revenue
    need = np.einsum("nkj,jn->kn", e.gamma, e.Y) + e.alpha * e.income
    floor = 1e-12 * e.X.sum(axis=0)
    found = [
        _Row("value added", "wages that sectors pay, and wages received", earned, e.wL, e.wL),
        _Row(
            "trade balance",
            "imports less exports, and the deficit with shared revenue",
            bought - e.Y.sum(axis=0),
            deficit,
            bought,
        ),
    ]
    failing = [identity for row in found for identity in row.failing(e.countries, tolerance)]
    for k, sector in enumerate(e.sectors):
        scale = np.maximum(np.maximum(e.X[k], need[k]), floor)
        meaning = "expenditure, and what inputs and final demand need"
        row = _Row("expenditure", meaning, e.X[k], need[k], scale)
        failing += row.failing(e.countries, tolerance, sector)
    return tuple(sorted(failing, key=lambda identity: -abs(identity.gap)))


@dataclass(frozen=True, slots=True)
class _Row:
    """One identity for all countries: two sides and the amount that gaps are measured by."""

    name: str
    meaning: str
    left: Array
    right: Array
    scale: Array

    def failing(
        self, countries: tuple[str, ...], tolerance: float, sector: str = ""
    ) -> list[Identity]:
        off = np.flatnonzero(np.abs(self.left - self.right) > tolerance * self.scale)
        sides = ((countries[n], float(self.left[n]), float(self.right[n])) for n in off)
        return [
            Identity(self.name, country, sector, left, right, self.meaning)
            for country, left, right in sides
        ]
