"""Holes between countries: mirror flows, references, and what proportions suggest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hansa.trade.model import Array
from hansa.trade.repair.report import Kind, Reference, Repair, TradeReport


def fill(
    report: TradeReport, references: Sequence[Reference], cif: float
) -> tuple[Array, list[Repair]]:
    """All flows between countries, none missing or negative; the diagonal as reported.

    Parameters
    ----------
    report : TradeReport
        Flows with holes.
    references : sequence of Reference
        Consulted in turn where neither side reports.
    cif : float
        Value at the importer's border over that at the exporter's, for mirror flows.

    Returns
    -------
    flows : Array
        (N, N).
    repairs : list of Repair
        One for each cell that was not simply reported.
    """
    flows, holes = _holes(report)
    abroad = ~np.eye(len(report.countries), dtype=bool)
    negative = abroad & (flows < 0)
    known = np.where(holes | negative | ~abroad, np.nan, flows)
    mirror = np.asarray(report.mirror)
    guess = _proportional(known)
    repairs: list[Repair] = []
    result = flows.copy()
    for n, i in np.argwhere(abroad & (holes | negative)).tolist():
        kind: Kind = "negative" if negative[n, i] else "unreported"
        found, method = guess[n, i], "in proportion to the two countries' other trade"
        if negative[n, i]:
            found, method = _residual(report, known, n, i)
        for reference in references:
            if np.isfinite(reference.flows[n, i]) and reference.flows[n, i] >= 0:
                found, method = float(reference.flows[n, i]), reference.name
                break
        if np.isfinite(mirror[n, i]) and mirror[n, i] >= 0:
            found = float(mirror[n, i] * cif)
            kind = kind if negative[n, i] else "mirror"
            method = f"{report.countries[i]}'s report times {cif:g} for freight and insurance"
        result[n, i] = found
        source = float(report.flows[n, i])
        importer, exporter = report.countries[n], report.countries[i]
        repairs.append(Repair(importer, exporter, kind, source, float(found), method))
    return result, repairs


def _holes(report: TradeReport) -> tuple[Array, NDArray[np.bool_]]:
    """The reported flows, and where nothing was reported (a silent zero is a hole)."""
    flows = report.flows.copy()
    holes = np.isnan(flows)
    if report.reporters is not None:
        silent = np.array([name not in report.reporters for name in report.countries])
        holes |= (silent[:, None] & silent[None, :]) & (flows == 0)
    return flows, holes


def _residual(report: TradeReport, known: Array, n: int, i: int) -> tuple[float, str]:
    """Trade of one country with the rest of the world, from its trade with all others.

    The median country's ratio of the one to the other: a pooled ratio would be that of the
    largest traders.
    """
    rest = report.countries.index(report.rest)
    side = known if n == rest else known.T  # rows buy, columns are countries like ours
    ours = i if n == rest else n
    listed = np.nansum(np.delete(side, rest, axis=0), axis=0)
    ratios = np.divide(side[rest], listed, out=np.full(len(listed), np.nan), where=listed > 0)
    ratio = float(np.nanmedian(np.delete(ratios, [rest, ours]))) if len(listed) > 2 else np.nan
    ratio = ratio if np.isfinite(ratio) else 0.0
    method = f"{ratio:.3g} of its trade with the listed countries, the median country's ratio"
    return ratio * float(listed[ours]), method


def _proportional(known: Array) -> Array:
    """Flows in proportion to importer and exporter, fitted to the known cells, (N, N).

    x_ni = a_n b_i with Σ_i x_ni and Σ_n x_ni over the known cells as reported: the fit of a
    Poisson regression on importers and exporters, found by alternate scaling.
    """
    seen = ~np.isnan(known)
    value = np.where(seen, known, 0.0)
    bought, sold = value.sum(axis=1), value.sum(axis=0)
    b = sold / max(value.sum(), np.finfo(float).tiny)
    a = bought.copy()
    for _ in range(1000):
        a = _ratio(bought, seen @ b)
        new = _ratio(sold, a @ seen)
        if np.abs(new - b).max() <= 1e-12 * max(float(b.max()), 1e-300):
            break
        b = new
    return np.outer(a, b)


def _ratio(top: Array, bottom: Array) -> Array:
    result: Array = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    return result
