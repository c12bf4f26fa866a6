"""The OECD's inter-country input–output table in compact form, as an economy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from hansa.sources.trade.files import arrays
from hansa.terms.reasons import Reason
from hansa.trade import Economy, from_flows

SOURCE = "OECD Inter-Country Input-Output tables, edition 2025, year 2022 (CC BY 4.0)"


def read_icio(path: Path | str, theta: ArrayLike, *, tariffs: ArrayLike | None = None) -> Economy:
    """An economy from ``oecd_icio2025ed_2022_cpform.npz``.

    The file has intermediate flows by pair, final sales by seller, and coefficients. Final
    demand by pair is imputed there (spread as the seller's intermediate sales), tariffs
    are not in it and the rest of the world is left out: `Economy.because` says so.

    Parameters
    ----------
    path : path
        The archive.
    theta : array (50,) or float
        Trade elasticities; the table has none, so the caller says where his come from.
    tariffs : array (50, 80, 80), optional
        Ad-valorem rates; default: none.

    Raises
    ------
    BadInput
        If an array is missing or the cells make no sense.
    """
    names = ("countries", "sectors", "intermediate_bilateral", "final_bilateral_imputed",
             "io_coeff")  # fmt: skip
    found = arrays(path, names)
    flows = sum(found[name].astype(np.float64) for name in names[2:4])
    return from_flows(
        tuple(str(name) for name in found["countries"]),
        tuple(str(name) for name in found["sectors"]),
        np.asarray(flows).transpose(0, 2, 1),
        theta,
        tariffs=tariffs,
        coefficients=found["io_coeff"].astype(np.float64).transpose(2, 0, 1),
        because=(
            Reason("source", "intermediate flows and input coefficients", source=SOURCE),
            Reason("assumption", "final demand by pair imputed from intermediate sales"),
            Reason("assumption", "the rest of the world is left out; no tariffs in the base"),
        ),
    )
