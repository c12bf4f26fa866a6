"""Disputes with an outcome, to learn from; and the fitted model that hansa ships."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hansa.security.strength.outcomes import (
    Logit,
    OutcomeModel,
    Trees,
    pair_features,
    strengths,
)
from hansa.sources.security import readers
from hansa.sources.security.folder import find

MODEL = "doe_model.npz"

# outcome codes of the disputes: victory, or the other side yields; stalemate
_CLASSES = {1: 0, 4: 0, 5: 1, 2: 2, 3: 2}


@dataclass(frozen=True, slots=True)
class OutcomeSample:
    """Disputes between exactly two states that ended in victory, yielding or stalemate.

    ``x`` (n, 28) features in the year in which the dispute began, ``y`` (n,) class (0 the
    initiator's side wins, 1 stalemate, 2 the other side wins), ``pairs`` with ``a``, ``b``,
    ``year``.
    """

    x: NDArray[np.float64]
    y: NDArray[np.int64]
    pairs: pl.DataFrame


def outcome_sample(folder: Path | str) -> OutcomeSample:
    """The sample from the disputes of Gibler, Miller and Little and NMC in a folder."""
    outcomes = readers.read_gml_outcomes(find(folder, "gml_mid_disps"))
    sides = readers.read_gml_sides(find(folder, "gml_part"))
    table = strengths(readers.read_capabilities(find(folder, "cow_nmc")))
    each = sides.unique(["dispnum", "ccode", "sidea"])
    first = pl.col("ccode").filter(pl.col("sidea") == 1)
    second = pl.col("ccode").filter(pl.col("sidea") == 0)
    two = (
        each.group_by("dispnum")
        .agg(a=first.first(), b=second.first(), n_a=first.len(), n_b=second.len())
        .filter((pl.col("n_a") == 1) & (pl.col("n_b") == 1))
    )
    ended = outcomes.filter(pl.col("outcome").is_in(list(_CLASSES))).join(two, on="dispnum")
    ended = ended.sort("dispnum")
    pairs = ended.select("a", "b", year="styear")
    y = ended["outcome"].replace_strict(_CLASSES, return_dtype=pl.Int64).to_numpy()
    return OutcomeSample(pair_features(table, pairs), y, pairs)


def save_model(model: OutcomeModel, path: Path | str) -> None:
    """Write a fitted model as arrays (no pickles: any version of numpy reads them)."""
    parts: dict[str, NDArray[np.generic]] = {
        "trees_depth": np.array(model.trees.depth),
        "measured": np.array(json.dumps(model.measured, sort_keys=True)),
    }
    for name in Trees.__slots__:
        if name != "depth":
            parts[f"trees_{name}"] = getattr(model.trees, name)
    for name in Logit.__slots__:
        parts[f"logit_{name}"] = getattr(model.logit, name)
    np.savez_compressed(Path(path), allow_pickle=False, **parts)


def load_model(data: bytes) -> OutcomeModel:
    """The inverse of `save_model`, from the bytes of the file."""
    with np.load(BytesIO(data), allow_pickle=False) as parts:
        trees = {n: parts[f"trees_{n}"] for n in Trees.__slots__ if n != "depth"}
        logit = {n: parts[f"logit_{n}"] for n in Logit.__slots__}
        measured = json.loads(str(parts["measured"]))
        depth = int(parts["trees_depth"])
    return OutcomeModel(Trees(depth=depth, **trees), Logit(**logit), measured)


@cache
def shipped_outcome_model() -> OutcomeModel:
    """The model that ``scripts/fit_doe.py`` fitted, as shipped with hansa."""
    return load_model(resources.files(__package__).joinpath(MODEL).read_bytes())
