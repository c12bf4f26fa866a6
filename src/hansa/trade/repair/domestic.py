"""What trade statistics leave out: sales at home."""

from __future__ import annotations

import numpy as np

from hansa.terms.errors import BadInput, Place
from hansa.trade.model import Array
from hansa.trade.repair.report import Repair, TradeReport


def sales_at_home(report: TradeReport, flows: Array, floor: float) -> tuple[Array, list[Repair]]:
    """Domestic sales: output less exports, at least ``floor`` of output, (N,).

    A country whose output is not given is taken to export the share of its output that
    all the others do together. Trade inside a bloc that stands on the diagonal is part of
    its domestic sales.

    Raises
    ------
    BadInput
        If no output at all is given.
    """
    countries = report.countries
    exports = flows.sum(axis=0) - np.diag(flows)
    output, repairs = _output(report, exports)
    left = output - exports
    least = floor * output
    home = np.maximum(left, least)
    for n, name in enumerate(countries):
        method = "output less exports"
        if left[n] < least[n]:
            method = (
                f"exports of {exports[n]:,.0f} leave {left[n]:,.0f} of output "
                f"{output[n]:,.0f}: at least {floor:.0%} of output"
            )
        source = float(report.flows[n, n])
        repairs.append(Repair(name, name, "domestic", source, float(home[n]), method))
    return home, repairs


def _output(report: TradeReport, exports: Array) -> tuple[Array, list[Repair]]:
    output = np.array(report.output)
    lacking = np.isnan(output)
    if lacking.all():
        raise BadInput(
            "no country's output is given, so sales at home are unknown",
            where=Place("output"),
            remedy="give GDP, or gross output, in the unit of the flows",
        )
    ratio = output[~lacking].sum() / max(exports[~lacking].sum(), np.finfo(float).tiny)
    repairs = []
    for n in np.flatnonzero(lacking):
        output[n] = ratio * exports[n]
        name = report.countries[n]
        method = f"exports times {ratio:.3g}, the others' output over exports"
        repairs.append(Repair(name, name, "output", float("nan"), float(output[n]), method))
    return output, repairs
