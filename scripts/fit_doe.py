"""Fit the model of dispute outcomes that hansa ships, and measure it out of sample.

    python scripts/fit_doe.py DATA_FOLDER [--out FILE] [--seeds 5]

The folder holds gml_mid_disps, gml_part and cow_nmc (Parquet or CSV). Needs scikit-learn,
which hansa itself does not need: the fitted trees and coefficients are written as arrays.

Settings were fixed once and are the same in every fold; ``--nested`` chooses them anew in
each fold from that fold's training part alone and shows that the choice does not matter.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from hansa.security.strength.outcomes import FEATURES, Logit, OutcomeModel, Trees, logit_view
from hansa.sources.security.doe import OutcomeSample, outcome_sample, save_model

Floats = NDArray[np.float64]
SETTINGS: Mapping[str, Any] = {
    "learning_rate": 0.03,
    "max_iter": 150,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 15,
    "l2_regularization": 5.0,
    "max_features": 0.3,
}
PENALTY = 0.01  # C of the logit: the smaller, the stronger the penalty
GRID = tuple(
    {**SETTINGS, "max_iter": trees, "max_leaf_nodes": leaves}
    for trees in (100, 150, 200)
    for leaves in (4, 6, 10)
)
PENALTIES = (0.003, 0.01, 0.03, 0.1)
CLASSES = 3


class Blend:
    """The mean of boosted trees and a penalised logit."""

    def __init__(
        self, seed: int, settings: Mapping[str, Any] = SETTINGS, penalty: float = PENALTY
    ) -> None:
        self.trees = boosted(seed, settings)
        self.logit = penalised(penalty)

    def fit(self, x: Floats, y: NDArray[np.int64]) -> Blend:
        self.trees.fit(x, y)
        self.logit.fit(x, y)
        return self

    def predict_proba(self, x: Floats) -> Floats:
        return np.asarray((self.trees.predict_proba(x) + self.logit.predict_proba(x)) / 2)


class OrderedLogit:
    """Proportional odds on one regressor: what the capability ratio alone can say."""

    def fit(self, x: Floats, y: NDArray[np.int64]) -> OrderedLogit:
        ratio = x[:, FEATURES.index("ratio")]

        def loss(theta: Floats) -> float:
            return log_loss(self._p(ratio, theta), y)

        self.theta = minimize(loss, np.array([-2.0, 1.5, 0.0]), method="BFGS").x
        return self

    def predict_proba(self, x: Floats) -> Floats:
        return self._p(x[:, FEATURES.index("ratio")], self.theta)

    @staticmethod
    def _p(ratio: Floats, theta: Floats) -> Floats:
        low = expit(theta[0] - theta[2] * ratio)
        high = expit(theta[0] + np.exp(theta[1]) - theta[2] * ratio)
        return np.column_stack([low, high - low, 1 - high])


def boosted(seed: int, settings: Mapping[str, Any] = SETTINGS) -> Any:
    """Gradient boosted trees; missing values go where they fit best."""
    return HistGradientBoostingClassifier(random_state=seed, early_stopping=False, **settings)


def penalised(penalty: float = PENALTY) -> Pipeline:
    """A multinomial logit on logs, gaps filled with means and marked."""
    return make_pipeline(
        FunctionTransformer(logit_view),
        SimpleImputer(add_indicator=True),
        StandardScaler(),
        LogisticRegression(C=penalty, max_iter=5000, tol=1e-8),
    )


def log_loss(p: Floats, y: NDArray[np.int64]) -> float:
    """Mean of −log of the probability given to what happened."""
    return float(-np.log(np.clip(p[np.arange(len(y)), y], 1e-15, 1)).mean())


def reduction(
    sample: OutcomeSample, make: Callable[[], Any], seed: int, *, by_pair: bool = False
) -> float:
    """Proportional reduction in log loss over ten folds, each predicted by the other nine.

    The null model is out of sample too: the shares of the outcomes in the other nine folds.
    With ``by_pair``, all disputes of one pair of states fall into one fold.
    """
    x, y = sample.x, sample.y
    if by_pair:
        two = np.sort(sample.pairs.select("a", "b").to_numpy(), axis=1)
        pair = np.unique(two, axis=0, return_inverse=True)[1].ravel()
        folds = GroupKFold(10, shuffle=True, random_state=seed).split(x, y, pair)
    else:
        folds = StratifiedKFold(10, shuffle=True, random_state=seed).split(x, y)
    p = np.zeros((len(y), CLASSES))
    null = np.zeros_like(p)
    for train, test in folds:
        p[test] = make().fit(x[train], y[train]).predict_proba(x[test])
        null[test] = np.bincount(y[train], minlength=CLASSES) / len(train)
    return 1 - log_loss(p, y) / log_loss(null, y)


class Nested:
    """The blend with settings chosen by five folds within the training part."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def fit(self, x: Floats, y: NDArray[np.int64]) -> Blend:
        inner = StratifiedKFold(5, shuffle=True, random_state=self.seed)

        def score(model: Any) -> float:
            return log_loss(cross_val_predict(model, x, y, cv=inner, method="predict_proba"), y)

        settings = min(GRID, key=lambda s: score(boosted(self.seed, s)))
        penalty = min(PENALTIES, key=lambda c: score(penalised(c)))
        return Blend(self.seed, settings, penalty).fit(x, y)


def as_arrays(blend: Blend, measured: dict[str, Any]) -> OutcomeModel:
    """The fitted learners as plain arrays."""
    parts = [tree for step in blend.trees._predictors for tree in step]
    nodes = [tree.nodes for tree in parts]
    sizes = np.array([len(n) for n in nodes])
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    every = np.concatenate(nodes)
    offset = np.repeat(roots, sizes)
    own = np.arange(len(every))
    leaf = every["is_leaf"].astype(bool)
    trees = Trees(
        feature=np.where(leaf, 0, every["feature_idx"]).astype(np.int32),
        threshold=np.where(leaf, 0.0, every["num_threshold"]).astype(float),
        left=np.where(leaf, own, every["left"] + offset).astype(np.int32),
        right=np.where(leaf, own, every["right"] + offset).astype(np.int32),
        value=np.where(leaf, every["value"], 0.0).astype(float),
        missing_left=every["missing_go_to_left"].astype(bool),
        roots=roots,
        classes=np.tile(np.arange(CLASSES), len(parts) // CLASSES).astype(np.int32),
        baseline=np.asarray(blend.trees._baseline_prediction, dtype=float).ravel(),
        depth=int(every["depth"].max()),
    )
    _, imputer, scaler, logit = (step for _, step in blend.logit.steps)
    coefficients = logit.coef_ / scaler.scale_
    return OutcomeModel(
        trees,
        Logit(
            fill=np.asarray(imputer.statistics_, dtype=float),
            marked=imputer.indicator_.features_.astype(np.int32),
            coefficients=coefficients,
            intercepts=logit.intercept_ - coefficients @ scaler.mean_,
        ),
        measured,
    )


def measure(sample: OutcomeSample, seeds: int, *, nested: bool) -> dict[str, Any]:
    """How well the blend and its rivals do out of sample, by seed of the folds."""
    rivals: dict[str, Callable[[int], Callable[[], Any]]] = {
        "blend": lambda seed: lambda: Blend(seed),
        "boosted trees": lambda seed: lambda: boosted(seed),
        "multinomial logit": lambda _: penalised,
        "ordered logit, capability ratio": lambda _: OrderedLogit,
    }
    if nested:
        rivals["blend, settings chosen within"] = lambda seed: lambda: Nested(seed)
    found: dict[str, Any] = {
        name: [round(reduction(sample, make(seed), seed), 4) for seed in range(seeds)]
        for name, make in rivals.items()
    }
    found["blend, folds by pair of states"] = [
        round(reduction(sample, lambda s=seed: Blend(s), seed, by_pair=True), 4)
        for seed in range(seeds)
    ]
    shares = np.bincount(sample.y, minlength=CLASSES) / len(sample.y)
    return {
        "n": len(sample.y),
        "null": round(float(-(shares * np.log(shares)).sum()), 4),
        "prl": round(float(np.mean(found["blend"])), 4),
        "by_seed": found,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    default = Path(__file__).parents[1] / "src/hansa/sources/security/doe_model.npz"
    parser.add_argument("--out", type=Path, default=default)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--nested", action="store_true")
    asked = parser.parse_args()
    sample = outcome_sample(asked.folder)
    measured = measure(sample, asked.seeds, nested=asked.nested)
    save_model(as_arrays(Blend(0).fit(sample.x, sample.y), measured), asked.out)
    print(json.dumps(measured, indent=1))
    print(f"{asked.out}: {asked.out.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
