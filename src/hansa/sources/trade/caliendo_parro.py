"""The 1993 tables of Caliendo and Parro (2015), in the three forms in which they circulate.

The authors' text files, one archive of arrays made from them, and long tables. All give
the same economy of 31 countries and 40 sectors, and tariffs with and without NAFTA.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from hansa.sources.trade.files import Array, arrays, cube, matrix, names_in
from hansa.terms.reasons import Because, Reason
from hansa.trade import Closure, Economy, Shock

PAPER: Final = "Caliendo and Parro (2015), Review of Economic Studies 82(1), 1–44"
MEMBERS: Final = ("Canada", "Mexico", "USA")
COUNTRIES: Final = (
    "Argentina", "Australia", "Austria", "Brazil", "Canada", "Chile", "China", "Denmark",
    "Finland", "France", "Germany", "Greece", "Hungary", "India", "Indonesia", "Ireland",
    "Italy", "Japan", "Korea", "Mexico", "Netherlands", "New Zealand", "Norway", "Portugal",
    "South Africa", "Spain", "Sweden", "Turkey", "UK", "USA", "Row",
)  # fmt: skip
TRADED: Final = (
    "Agriculture", "Mining", "Food", "Textile", "Wood", "Paper", "Petroleum", "Chemicals",
    "Plastic", "Minerals", "Basic metals", "Metal products", "Machinery n.e.c", "Office",
    "Electrical", "Communication", "Medical", "Auto", "Other Transport", "Other",
)  # fmt: skip
SERVICES: Final = (
    "Electricity", "Construction", "Retail", "Hotels", "Land Transport", "Water Transport",
    "Air Transport", "Aux Transport", "Post", "Finance", "Real State", "Renting Mach",
    "Computer", "R&D", "Other Business", "Public", "Education", "Health", "Other services",
    "Private",
)  # fmt: skip
SECTORS: Final = TRADED + SERVICES


@dataclass(frozen=True, slots=True, eq=False)
class Nafta:
    """The 1993 economy and the two sets of tariffs that the paper compares.

    Parameters
    ----------
    economy : Economy
        As in the paper, final demand that tables leave negative is set to zero, so that
        its accounts do not agree until it is solved: compare ``before`` with ``after``,
        both solved, never with the base.
    before, after : array (J, N, N)
        Tariffs of 1993, and with those of 2005 among Canada, Mexico and the United States.
    """

    economy: Economy
    before: Array
    after: Array

    def shocks(self, closure: Closure | str) -> tuple[Shock, Shock]:
        """Both as shocks to the economy; the paper's Table 2 closes deficits."""
        return (
            Shock.between(self.economy, closure=closure, tariffs=self.before, name="1993"),
            Shock.between(self.economy, closure=closure, tariffs=self.after, name="NAFTA"),
        )


def read_text_files(folder: Path | str) -> Nafta:
    """From the authors' files ``B``, ``GO``, ``IO``, ``T``, ``tariffs*`` and ``xbilat1993``.

    Bilateral imports are in thousands before tariffs; output is raised to exports where
    the tables have less, as in the authors' programs.

    Raises
    ------
    BadInput
        If a file is missing or has another shape.
    """
    root = Path(folder)
    N, J, K = len(COUNTRIES), len(SECTORS), len(TRADED)
    beta, output = (matrix(root / f"{name}.txt", (J, N)) for name in ("B", "GO"))
    mix = matrix(root / "IO.txt", (N, J, J))
    abroad = 1000 * matrix(root / "xbilat1993.txt", (K, N, N))
    flows = np.zeros((J, N, N))
    flows[:K] = abroad
    own = np.arange(N)
    flows[:, own, own] = np.maximum(output - flows.sum(axis=1), 0.0)
    tariffs = [np.zeros((J, N, N)) for _ in range(2)]
    for cube_, year in zip(tariffs, (1993, 2005), strict=True):
        cube_[:K] = matrix(root / f"tariffs{year}.txt", (K, N, N)) / 100
    theta = np.full(J, np.nan)
    theta[:K] = matrix(root / "T.txt", (K,))
    before, after = tariffs[0], _among(tariffs[0], tariffs[1])
    gamma = mix * (1 - beta).T[:, None, :]
    return _nafta(flows, before, after, _Tables(beta, gamma, theta))


def read_arrays(path: Path | str) -> Nafta:
    """From the archive ``cp2015_prepared.npz``.

    Raises
    ------
    BadInput
        If an array is missing.
    """
    names = ("X_nj", "pi_nij", "tau_nij", "tau_nij_bln", "tau_nij_cfl", "theta_j",
             "gamma_nkj", "gamma_nj")  # fmt: skip
    found = {name: np.asarray(a, dtype=float) for name, a in arrays(path, names).items()}
    base, before, after = (
        found[name].transpose(2, 0, 1) for name in ("tau_nij", "tau_nij_bln", "tau_nij_cfl")
    )
    flows = found["pi_nij"].transpose(2, 0, 1) * found["X_nj"].T[:, :, None] / (1 + base)
    tables = _Tables(found["gamma_nj"].T, found["gamma_nkj"], found["theta_j"])
    return _nafta(flows, before, after, tables, base)


def read_tables(folder: Path | str, prefix: str = "cp2015_nafta_") -> Nafta:
    """From long tables ``…trade``, ``…intermediate_consumption``, ``…value_added``, ``…theta``.

    Raises
    ------
    BadInput
        If a table or column is missing or a cell stands twice.
    """
    root = Path(folder)
    trade, uses, added, theta = (
        root / f"{prefix}{name}.csv.gz"
        for name in ("trade", "intermediate_consumption", "value_added", "theta")
    )
    s, c = names_in(trade, "sector"), names_in(trade, "importer")
    routes = (("sector", s), ("importer", c), ("exporter", c))
    flows, base, before, after = (
        cube(trade, routes, name) for name in ("value", "tariff", "tariff_bln", "tariff_cfl")
    )
    Y = flows.sum(axis=1)
    inputs = cube(uses, (("region", c), ("input", s), ("sector", s)), "value")
    made = cube(added, (("sector", s), ("region", c)), "value")
    tables = _Tables(
        np.divide(made, Y, out=np.ones_like(Y), where=Y > 0),
        np.divide(inputs, Y.T[:, None, :], out=np.zeros_like(inputs), where=Y.T[:, None, :] > 0),
        cube(theta, (("sector", s),), "value"),
    )
    return _nafta(flows, before, after, tables, base, (c, s))


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    beta: Array
    gamma: Array
    theta: Array


def _among(tariffs: Array, new: Array) -> Array:
    """The tariffs with new ones among the members."""
    at = np.array([COUNTRIES.index(name) for name in MEMBERS])
    changed = tariffs.copy()
    changed[:, at[:, None], at] = new[:, at[:, None], at]
    return changed


def _nafta(
    flows: Array,
    before: Array,
    after: Array,
    tables: _Tables,
    base: Array | None = None,
    names: tuple[tuple[str, ...], tuple[str, ...]] = (COUNTRIES, SECTORS),
) -> Nafta:
    tau = before if base is None else base
    beta, gamma = tables.beta, tables.gamma
    spent = flows * (1 + tau)
    Y, X = flows.sum(axis=1), spent.sum(axis=2)
    final = np.maximum(X - np.einsum("nkj,jn->kn", gamma, Y), 0.0)
    deficits = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1))
    economy = Economy(
        names[0],
        names[1],
        tables.theta,
        np.divide(spent, X[:, :, None], out=np.zeros_like(spent), where=X[:, :, None] > 0),
        tau,
        X,
        beta,
        gamma,
        final / final.sum(axis=0),
        (beta * Y).sum(axis=0),
        deficits - deficits.mean(),
        because=_because(),
        byproducts=True,
    )
    return Nafta(economy, before, after)


def _because() -> Because:
    return (
        Reason("source", "flows, tariffs and input–output tables of 1993", source=PAPER),
        Reason("number", "elasticities of 20 traded sectors, Table 1 (99 per cent sample)",
               "T.txt", source=PAPER),
    )  # fmt: skip
