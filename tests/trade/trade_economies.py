"""Small made-up economies for properties that hold for any numbers, and a year of a panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hansa.trade import Economy, from_flows, settled


def made_up(
    seed: int = 0,
    *,
    N: int = 4,
    J: int = 3,
    inputs: bool = True,
    tariffs: bool = True,
    deficits: bool = False,
    dead: bool = False,
) -> Economy:
    """Random flows, tariffs and coefficients, settled into accounts that agree.

    ``dead``: the first country neither makes nor buys the last sector, the second buys it
    only abroad.
    """
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(sigma=0.7, size=(J, N, N))
    for j in range(J):
        flows[j] += np.diag(rng.uniform(3, 8, N))
    tau = rng.uniform(0, 0.3, (J, N, N)) * (1 - np.eye(N)) if tariffs else np.zeros((J, N, N))
    gamma = 0.45 * rng.dirichlet(np.ones(J), size=(N, J)).transpose(0, 2, 1) * inputs
    if dead:
        flows[-1, 0, :] = 0.0
        flows[-1, :, 0] = 0.0
        flows[-1, 1, 1] = 0.0
        flows[-1, :, 1] = 0.0
        gamma[0, -1, :] = 0.0
        gamma[0, :, -1] = 0.0
        gamma[1, :, -1] = 0.0
    economy = from_flows(
        tuple(f"C{n}" for n in range(N)),
        tuple(f"S{j}" for j in range(J)),
        flows,
        rng.uniform(2, 9, J),
        tariffs=tau,
        coefficients=gamma,
        negative_final="settle",
    )
    economy = settled(economy, "closed")
    if not deficits:
        return economy
    gift = rng.normal(size=N)
    gift = 0.04 * (gift - gift.mean()) * economy.wL.min()
    return settled(economy.replace(D=gift), "kept")


def permuted(economy: Economy, countries: np.ndarray, sectors: np.ndarray) -> Economy:
    """The same economy in another order."""
    c, s = countries, sectors
    sharing = economy.sharing
    return Economy(
        tuple(economy.countries[n] for n in c),
        tuple(economy.sectors[j] for j in s),
        economy.theta[s],
        economy.pi[np.ix_(s, c, c)],
        economy.tau[np.ix_(s, c, c)],
        economy.X[np.ix_(s, c)],
        economy.beta[np.ix_(s, c)],
        economy.gamma[np.ix_(c, s, s)],
        economy.alpha[np.ix_(s, c)],
        economy.wL[c],
        economy.D[c],
        None if sharing is None else sharing[np.ix_(c, c)],
    )


def shaken(economy: Economy, seed: int, *, most: float = 0.5) -> np.ndarray:
    """Other tariffs, up to ``most``."""
    rng = np.random.default_rng(seed)
    return rng.uniform(0, most, economy.tau.shape) * (1 - np.eye(economy.N))


@dataclass(frozen=True)
class Year:
    """One year of the panel as matrices, importers down, exporters across."""

    countries: tuple[str, ...]
    variables: dict[str, np.ndarray]

    @property
    def output(self) -> np.ndarray:
        return self.variables["trade"].sum(axis=0)

    @property
    def expenditure(self) -> np.ndarray:
        return self.variables["trade"].sum(axis=1)

    def resistance(self, coefficients: dict[str, float]) -> np.ndarray:
        return np.exp(sum(beta * self.variables[name] for name, beta in coefficients.items()))

    def square(self, frame: pl.DataFrame, column: str) -> np.ndarray:
        at = {name: i for i, name in enumerate(self.countries)}
        values = np.full((len(at), len(at)), np.nan)
        rows = [at[name] for name in frame["importer"]]
        columns = [at[name] for name in frame["exporter"]]
        values[rows, columns] = frame[column].to_numpy()
        assert not np.isnan(values).any()
        return values

    def between(self, members: tuple[str, ...]) -> np.ndarray:
        inside = np.isin(self.countries, members)
        return np.outer(inside, inside) & ~np.eye(len(self.countries), dtype=bool)
