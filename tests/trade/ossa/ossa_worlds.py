"""Small random worlds of Ossa's model."""

from __future__ import annotations

import numpy as np

from hansa.trade.ossa import OssaEconomy, purge_deficits


def world(seed: int, n: int = 4, s: int = 3, *, political: bool = False) -> OssaEconomy:
    """A random balanced world; some flows are zero."""
    rng = np.random.default_rng(seed)
    trade = rng.lognormal(0, 1.5, (s, n, n)) * (rng.random((s, n, n)) > 0.15)
    trade += 5 * np.eye(n) * rng.lognormal(0, 0.5, (s, 1, n))
    tariffs = rng.uniform(0, 0.6, (s, n, n)) * (1 - np.eye(n))
    weights = rng.uniform(0.5, 1.5, (n, s))
    weights /= weights.mean(axis=1, keepdims=True)
    names = tuple("ABCDEFGH"[:n])
    sectors = tuple(f"s{k}" for k in range(s))
    sigma = rng.uniform(1.8, 8, s)
    raw = OssaEconomy(names, sectors, trade, tariffs, sigma, weights if political else np.empty(0))
    return purge_deficits(raw)


def shocked(economy: OssaEconomy, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = len(economy.countries)
    return (economy.tariffs + rng.uniform(-0.1, 0.8, economy.trade.shape)) * (1 - np.eye(n))
