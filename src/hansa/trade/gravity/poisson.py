"""Structural gravity by PPML with many fixed effects, through pyfixest.

The estimator and its fixed effects are pyfixest's; what stands here are the request's
columns as integer codes (small in memory), a frozen answer, and errors with names.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from hansa.terms.errors import BadInput, NotConverged
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.trade.gravity.request import Columns, GravityRequest
from hansa.trade.model import Array


@dataclass(frozen=True, slots=True, eq=False)
class GravityEstimate:
    """Coefficients with their covariance, and what the estimation left out.

    Parameters
    ----------
    effects : tuple of str
        Names of the K effects.
    coefficients : Array
        β, semi-elasticities of trade, (K,).
    covariance : Array
        Of β, robust to correlation within the clusters, (K, K).
    observations : int
        Flows used.
    separated : int
        Flows left out because fixed effects fit their zeros perfectly (statistical
        separation); they carry no information on β.
    singletons : int
        Flows left out because they are alone in a fixed effect.
    deviance : float
        Poisson deviance at β.
    groups : tuple of int
        Levels of each fixed effect.
    clusters : tuple of int
        Number of clusters in each way of clustering.
    because : tuple of Reason
        Method, fixed effects and clusters in words.
    """

    effects: tuple[str, ...]
    coefficients: Array
    covariance: Array
    observations: int
    separated: int
    singletons: int
    deviance: float
    groups: tuple[int, ...]
    clusters: tuple[int, ...]
    because: Because = ()

    @property
    def errors(self) -> Array:
        """Standard errors, (K,)."""
        return np.sqrt(np.diag(self.covariance))

    def __getitem__(self, effect: str) -> float:
        return float(self.coefficients[self.position(effect)])

    def position(self, effect: str) -> int:
        """Position of an effect; unknown names raise `UnknownCode` with the nearest ones."""
        if effect not in self.effects:
            raise unknown("effect", effect, self.effects)
        return self.effects.index(effect)

    def table(self) -> pl.DataFrame:
        """Effect, coefficient, standard error and z, one row each."""
        return pl.DataFrame(
            {
                "effect": self.effects,
                "coefficient": self.coefficients,
                "error": self.errors,
                "z": self.coefficients / self.errors,
            }
        )

    def draws(self, number: int, seed: int) -> Array:
        """Draws of β from its asymptotic normal distribution, (``number``, K).

        The same ``seed`` gives the same draws.
        """
        if number < 1:
            raise BadInput(f"{number} draws cannot be made")
        return np.random.default_rng(seed).multivariate_normal(
            self.coefficients, self.covariance, size=number, method="eigh"
        )


def estimate(request: GravityRequest) -> GravityEstimate:
    """Estimate a gravity equation.

    Raises
    ------
    BadInput
        If pyfixest is not installed, or an effect does not vary within the fixed effects.
    NotConverged
        If the reweighted least squares do not reach the tolerance.
    """
    pyfixest = _pyfixest()
    frame = request.frame()
    data, formula = _coded(request, frame)
    kept, fit, separated = _fit(pyfixest, request, data, formula)
    names = [f"x{k}" for k in range(len(request.effects))]
    lost = [request.effects[k] for k, name in enumerate(names) if name not in fit._coefnames]
    if lost:
        raise BadInput(
            f"{', '.join(lost)} cannot be told from the fixed effects or the other effects",
            remedy="drop the effect, or the fixed effect that absorbs it",
        )
    order = [list(fit._coefnames).index(name) for name in names]
    return GravityEstimate(
        request.effects,
        _locked(np.asarray(fit._beta_hat, dtype=float)[order]),
        _locked(np.asarray(fit._vcov, dtype=float)[np.ix_(order, order)]),
        int(fit._N),
        separated,
        data.height - kept - separated,
        float(np.asarray(fit.deviance).item()),
        tuple(data[f"g{k}"].n_unique() for k in range(len(request.fixed_effects))),
        tuple(data[f"c{k}"].n_unique() for k in range(len(request.clusters))),
        _because(request),
    )


def _pyfixest() -> ModuleType:
    try:
        import pyfixest
    except ModuleNotFoundError:
        raise BadInput(
            "gravity is estimated by pyfixest, which is not installed",
            remedy="install hansa[gravity]",
        ) from None
    return pyfixest


def _coded(request: GravityRequest, frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Columns under short names, groups as integers, and the formula over them."""
    columns = [frame[request.outcome].cast(pl.Float64).alias("y")]
    columns += [
        frame[name].cast(pl.Float64).alias(f"x{k}") for k, name in enumerate(request.effects)
    ]
    columns += [_codes(frame, group, f"g{k}") for k, group in enumerate(request.fixed_effects)]
    columns += [_codes(frame, group, f"c{k}") for k, group in enumerate(request.clusters)]
    right = " + ".join(f"x{k}" for k in range(len(request.effects)))
    absorbed = " + ".join(f"g{k}" for k in range(len(request.fixed_effects)))
    return pl.DataFrame(columns), f"y ~ {right}" + (f" | {absorbed}" if absorbed else "")


def _codes(frame: pl.DataFrame, group: Columns, name: str) -> pl.Series:
    codes = frame.select(pl.struct(group).rank("dense").cast(pl.Int32).alias(name))
    return codes[name]


def _fit(
    pyfixest: ModuleType, request: GravityRequest, data: pl.DataFrame, formula: str
) -> tuple[int, Any, int]:
    """Rows used, pyfixest's fit and the number of separated rows."""
    clusters = " + ".join(f"c{k}" for k in range(len(request.clusters)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what they say stands in the answer or is raised
            fit = pyfixest.fepois(
                formula,
                data,
                vcov={"CRV1": clusters} if clusters else "hetero",
                iwls_tol=request.tolerance,
                iwls_maxiter=request.iterations,
                separation_check=["fe"],
                fixef_rm="singleton",
                store_data=False,
                copy_data=False,
            )
    except pyfixest.errors.NonConvergenceError as failure:
        raise NotConverged(
            f"PPML did not converge in {request.iterations} iterations ({failure})",
            remedy="allow more iterations, or look for effects that separate zeros from trade",
        ) from None
    if not getattr(fit, "_convergence", False):  # set by pyfixest only where it converged
        raise NotConverged(
            f"PPML did not converge in {request.iterations} iterations",
            remedy="allow more iterations",
        )
    separated = int(getattr(fit, "n_separation_na", 0) or 0)
    return int(fit._N), fit, separated


def _because(request: GravityRequest) -> Because:
    absorbed = ", ".join("-".join(group) for group in request.fixed_effects) or "none"
    clustered = ", ".join("-".join(group) for group in request.clusters)
    errors = f"clustered by {clustered}" if clustered else "robust to heteroskedasticity"
    return (
        Reason("rule", "Poisson pseudo-maximum likelihood", ref="Santos Silva and Tenreyro (2006)"),
        Reason("assumption", f"fixed effects: {absorbed}; errors {errors}"),
    )


def _locked(values: Array) -> Array:
    array = np.array(values, dtype=float)
    array.flags.writeable = False
    return array
