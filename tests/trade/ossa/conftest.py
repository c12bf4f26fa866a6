"""The paper's world, purged of its deficits, with and without political weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hansa.sources.trade_gravity import OssaArrays, read_ossa
from hansa.trade.ossa import OssaEconomy, mean_tariffs, purge_deficits


@pytest.fixture(scope="session")
def arrays(shared: Path) -> OssaArrays:
    return read_ossa(shared / "data" / "trade" / "ossa2014")


@pytest.fixture(scope="session")
def base(arrays: OssaArrays) -> OssaEconomy:
    return purge_deficits(arrays.economy)


@pytest.fixture(scope="session")
def lobbied(arrays: OssaArrays, base: OssaEconomy) -> OssaEconomy:
    return base.with_weights(arrays.political)


@pytest.fixture(scope="session")
def uncooperative(arrays: OssaArrays, base: OssaEconomy) -> np.ndarray:
    """The paper's targets: factual means for Brazil, India and the rest of the world."""
    targets = np.array(arrays.noncooperative)
    means = mean_tariffs(base)
    for country in ("BRA", "IND", "ROW"):
        targets[:, base.index(country)] = means[:, base.index(country)]
    return targets
