"""From a reported trade matrix to one that an economy can be built of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from hansa.terms.errors import BadInput
from hansa.terms.reasons import Reason
from hansa.trade.model import Array
from hansa.trade.repair.domestic import sales_at_home
from hansa.trade.repair.fill import fill
from hansa.trade.repair.report import Reference, Repair, RepairedTrade, TradeReport
from hansa.trade.repair.scaling import balance


def repair(
    report: TradeReport,
    *,
    references: Sequence[Reference] = (),
    cif: float = 1.1,
    floor: float = 0.05,
) -> RepairedTrade:
    """Fill every hole of a trade matrix, say how, and put domestic sales on its diagonal.

    In this order: flows that only the exporter reports (mirror), flows that neither
    reports and residuals below zero (from ``references``, otherwise in proportion to both
    countries' other trade), output that is not given, sales at home.

    Parameters
    ----------
    report : TradeReport
        The matrix with its holes.
    references : sequence of Reference
        Other estimates, asked in turn where neither side reports.
    cif : float
        Imports at the border over the exporter's own value, for mirror flows; 1.1 is the
        International Monetary Fund's custom.
    floor : float
        Least share of output that is sold at home, for countries whose recorded exports
        exceed it (re-exports, or output of another vintage than trade).

    Raises
    ------
    BadInput
        If a parameter or a reference makes no sense, or no output is given.
    """
    n = len(report.countries)
    if not cif > 0 or not 0 < floor < 1:
        raise BadInput(f"a c.i.f. factor of {cif} or a floor of {floor} makes no sense")
    for reference in references:
        if np.shape(reference.flows) != (n, n):
            raise BadInput(f"reference {reference.name!r} is not a {n} × {n} matrix")
    flows, repairs = fill(report, references, cif)
    home, more = sales_at_home(report, np.where(np.eye(n, dtype=bool), 0.0, flows), floor)
    full = np.where(np.eye(n, dtype=bool), np.diag(home), flows)
    full.flags.writeable = False
    count = sum(1 for one in repairs if one.kind != "domestic")
    because = (
        *report.because,
        Reason(
            "assumption",
            f"{count} of {n * (n - 1)} flows between countries were mended, domestic sales are "
            "output less exports",
            because=tuple(one.reason() for one in repairs),
        ),
    )
    return RepairedTrade(report.countries, full, (*repairs, *more), report.unit, because)


def rebalance(trade: RepairedTrade, bought: ArrayLike, sold: ArrayLike) -> RepairedTrade:
    """The mended matrix scaled to margins of purchases and sales, domestic ones included.

    Raises
    ------
    Infeasible
        If no matrix with these zeros has these margins; names the ones at fault.
    """
    names = trade.countries
    done = balance(trade.flows, bought, sold, importers=names, exporters=names)
    changed = ~np.isclose(done.flows, trade.flows, rtol=1e-9, atol=0.0)
    repairs = tuple(_balanced(trade, done.flows, n, i) for n, i in np.argwhere(changed).tolist())
    done.flows.flags.writeable = False
    reason = Reason("assumption", f"{len(repairs)} cells scaled to given purchases and sales")
    return replace(
        trade,
        flows=done.flows,
        repairs=(*trade.repairs, *repairs),
        because=(*trade.because, reason),
    )


def _balanced(trade: RepairedTrade, flows: Array, n: int, i: int) -> Repair:
    before, after = float(trade.flows[n, i]), float(flows[n, i])
    return Repair(
        trade.countries[n],
        trade.countries[i],
        "balanced",
        before,
        after,
        f"scaled by {after / before:.4g} to meet purchases and sales",
    )
