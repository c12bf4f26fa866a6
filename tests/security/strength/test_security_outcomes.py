"""Expectations of dispute outcomes: as good as claimed, and the same without scikit-learn."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hansa.security.strength import (
    FEATURES,
    OutcomeModel,
    outcome_odds,
    pair_features,
    strengths,
    win_by_joiners,
)
from hansa.sources.security import (
    OutcomeSample,
    load_model,
    outcome_sample,
    read_capabilities,
    save_model,
    shipped_outcome_model,
)
from hansa.terms.errors import BadInput, UnknownCode

SCRIPT = Path(__file__).parents[3] / "scripts" / "fit_doe.py"


@pytest.fixture(scope="module")
def fitting() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fit_doe", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fit_doe"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sample(shared: Path) -> OutcomeSample:
    return outcome_sample(shared / "data/security")


@pytest.fixture(scope="module")
def table(shared: Path) -> pl.DataFrame:
    return strengths(read_capabilities(shared / "data/security/states/cow_nmc.parquet"))


@pytest.mark.shared
def test_1468_disputes_whose_null_log_loss_is_5776(
    sample: OutcomeSample, fitting: ModuleType
) -> None:
    assert sample.x.shape == (1468, len(FEATURES))
    shares = np.bincount(sample.y) / len(sample.y)
    assert fitting.log_loss(np.tile(shares, (1468, 1)), sample.y) == pytest.approx(0.5776, abs=5e-5)


@pytest.mark.shared
def test_the_shipped_recipe_cuts_log_loss_by_a_fifth_in_ten_honest_folds(
    sample: OutcomeSample, fitting: ModuleType
) -> None:
    assert fitting.reduction(sample, lambda: fitting.Blend(1), 1) >= 0.20


@pytest.mark.shared
def test_capability_ratio_alone_cuts_log_loss_by_less_than_two_hundredths(
    sample: OutcomeSample, fitting: ModuleType
) -> None:
    """Carroll & Kenkel (2019): .018 from the ratio, against .195 from their ensemble."""
    assert fitting.reduction(sample, fitting.OrderedLogit, 1) == pytest.approx(0.0175, abs=1.5e-3)


@pytest.mark.shared
def test_a_penalised_multinomial_logit_comes_close_to_the_published_195(
    sample: OutcomeSample, fitting: ModuleType
) -> None:
    found = [fitting.reduction(sample, fitting.penalised, seed) for seed in range(3)]
    assert np.mean(found) == pytest.approx(0.195, abs=0.01)


@pytest.mark.shared
def test_the_arrays_predict_what_scikit_learn_predicts(
    sample: OutcomeSample, fitting: ModuleType, tmp_path: Path
) -> None:
    blend = fitting.Blend(7, {**fitting.SETTINGS, "max_iter": 40}).fit(sample.x, sample.y)
    model = fitting.as_arrays(blend, {"prl": 0.2})
    save_model(model, tmp_path / "model.npz")
    again = load_model((tmp_path / "model.npz").read_bytes())
    wild = np.concatenate([sample.x, sample.x * 50, np.full((1, 28), np.nan)])
    assert np.allclose(again.probabilities(wild), blend.predict_proba(wild), atol=1e-10)
    assert again.measured == {"prl": 0.2}


@pytest.mark.shared
def test_the_shipped_file_is_what_the_script_fits(
    sample: OutcomeSample, fitting: ModuleType
) -> None:
    refitted = fitting.as_arrays(fitting.Blend(0).fit(sample.x, sample.y), {})
    ours = shipped_outcome_model().probabilities(sample.x)
    assert np.allclose(ours, refitted.probabilities(sample.x), atol=1e-6)


def test_the_shipped_model_states_what_was_measured() -> None:
    measured = shipped_outcome_model().measured
    assert measured["n"] == 1468
    assert measured["prl"] >= 0.20
    assert min(measured["by_seed"]["blend"]) >= 0.20


@given(
    hnp.arrays(
        float,
        st.tuples(st.integers(1, 5), st.just(28)),
        elements=st.one_of(st.floats(0, 1e7), st.just(float("nan"))),
    )
)
def test_probabilities_are_probabilities_whatever_is_asked(x: np.ndarray) -> None:
    p = shipped_outcome_model().probabilities(x)
    assert p.shape == (len(x), 3)
    assert (p > 0).all()
    assert np.allclose(p.sum(axis=1), 1)


@pytest.mark.shared
def test_usa_and_ussr_1980_stand_still_as_published(table: pl.DataFrame) -> None:
    """DOE 2.0 has (.055, .872, .073) for the pair, .899 if the USA begins."""
    odds = outcome_odds(shipped_outcome_model(), table, 2, 365, 1980, directed=False)
    other = outcome_odds(shipped_outcome_model(), table, 365, 2, 1980, directed=False)
    assert odds.stalemate == pytest.approx(0.872, abs=0.05)
    assert odds.win_a == pytest.approx(0.055, abs=0.03)
    assert odds.win_b == pytest.approx(0.073, abs=0.03)
    assert (odds.win_a, odds.win_b) == pytest.approx((other.win_b, other.win_a))
    assert "stalemate" in str(odds)
    assert any("ratio" in reason.text for reason in odds.because)


@pytest.mark.shared
def test_order_of_the_pairs_does_not_matter(table: pl.DataFrame) -> None:
    pairs = pl.DataFrame({"a": [2, 365, 200], "b": [365, 710, 255], "year": [1980, 1990, 1930]})
    one = pair_features(table, pairs)
    other = pair_features(table, pairs.reverse())
    assert np.array_equal(one, other[::-1], equal_nan=True)


@pytest.mark.shared
def test_every_set_of_joiners_is_one_bigger_defender(table: pl.DataFrame) -> None:
    model = shipped_outcome_model()
    p = win_by_joiners(model, table, 365, 371, [701, 705], 2010)
    assert p.shape == (4,)
    alone = outcome_odds(model, table, 365, 371, 2010)
    assert p[0] == pytest.approx(alone.win_a)
    with pytest.raises(BadInput, match="subsets"):
        win_by_joiners(model, table, 365, 371, list(range(13)), 2010)


@pytest.mark.shared
def test_a_state_without_capabilities_is_named(table: pl.DataFrame) -> None:
    with pytest.raises(UnknownCode, match="state 371 in 1980"):
        outcome_odds(shipped_outcome_model(), table, 365, 371, 1980)
    with pytest.raises(BadInput, match="itself"):
        outcome_odds(shipped_outcome_model(), table, 2, 2, 1980)


def test_the_model_refuses_other_features() -> None:
    model: OutcomeModel = shipped_outcome_model()
    with pytest.raises(BadInput, match="28"):
        model.probabilities(np.ones((2, 5)))
