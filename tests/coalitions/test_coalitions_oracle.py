"""A public package as oracle on random games."""

from __future__ import annotations

import coopgame
import numpy as np
import pytest

from hansa.coalitions import (
    Game,
    banzhaf,
    core,
    gately,
    nucleolus,
    prenucleolus,
    shapley,
    tau_value,
)
from hansa.coalitions import solidarity as solidarity_value


def both(n: int, seed: int) -> tuple[Game, coopgame.Game]:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 60, 1 << n).astype(float)
    values[0] = 0
    values[-1] = max(values[-1], 30 * n)
    return Game(tuple(f"p{i}" for i in range(n)), values), coopgame.Game(values[1:].tolist())


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 8, 10])
@pytest.mark.parametrize("seed", range(4))
def test_same_as_coopgame(n: int, seed: int) -> None:
    ours, theirs = both(n, seed)
    assert np.allclose(shapley(ours), coopgame.shapley(theirs), atol=1e-9)
    assert np.allclose(banzhaf(ours), coopgame.banzhaf(theirs), atol=1e-9)
    assert np.allclose(solidarity_value(ours), coopgame.solidarity(theirs), atol=1e-9)
    assert np.allclose(
        prenucleolus(ours).allocation, coopgame.prenucleolus(theirs)["allocation"], atol=1e-7
    )
    if ours.alone.sum() <= ours.whole:
        assert np.allclose(
            nucleolus(ours).allocation, coopgame.nucleolus(theirs)["allocation"], atol=1e-7
        )


@pytest.mark.parametrize("seed", range(6))
def test_least_core_and_closed_forms_same_as_coopgame(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 5
    size = np.array([m.bit_count() for m in range(1 << n)], dtype=float)
    values = 10 * size**2 + rng.integers(0, 9, 1 << n)
    values[0] = 0
    ours = Game(tuple("abcde"), values)
    theirs = coopgame.Game(values[1:].tolist())
    assert core(ours).epsilon == pytest.approx(coopgame.least_core(theirs)["epsilon"], abs=1e-7)
    assert np.allclose(gately(ours).allocation, coopgame.gately_point(theirs), atol=1e-9)
    assert np.allclose(tau_value(ours).allocation, coopgame.tau_value(theirs), atol=1e-9)
