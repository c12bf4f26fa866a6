"""Splitting many totals at once, to the minor unit, by largest remainder.

The same rule as `hansa.terms.money.allocate`, on columns. The product of a total and a
weight does not fit 64 bits, but it need not be formed: with ``T = q W + r`` (``W`` the
sum of the weights, ``r`` the rest), ``T w / W = q w + r w / W``, and ``r w < W²``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from hansa.terms.money import allocate

Totals = NDArray[np.int64]

_WIDE = 2**31  # W² and every partial sum stay below 2**63


def whole_weights(weights: Sequence[Fraction]) -> tuple[int, ...]:
    """The smallest whole numbers in the same proportions."""
    common = lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * common) for weight in weights]
    divisor = gcd(*whole) or 1
    return tuple(weight // divisor for weight in whole)


def split(totals: Totals, weights: Sequence[int]) -> NDArray[np.int64]:
    """Parts of every total in proportion to ``weights``; each row sums to its total.

    Parameters
    ----------
    totals : ndarray of int64, shape (pots,)
        Minor units; negative totals are split as their opposites are.
    weights : sequence of int
        Non-negative, not all zero.

    Returns
    -------
    ndarray of int64, shape (pots, len(weights))
    """
    W = sum(weights)
    if W >= _WIDE or (totals.size and totals.min() == np.iinfo(np.int64).min):
        rows = [allocate(int(total), weights) for total in totals]
        return np.array(rows, dtype=np.int64).reshape(len(totals), len(weights))
    w = np.asarray(weights, dtype=np.int64)
    sign = np.where(totals < 0, -1, 1).astype(np.int64)
    q, r = np.divmod(np.abs(totals), W)
    rw = r[:, None] * w
    parts = q[:, None] * w + rw // W
    left = np.abs(totals) - parts.sum(axis=1)
    # Rank by falling remainder; a stable sort lets ties go to the earlier recipient.
    order = np.argsort(-(rw % W), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(weights))[None, :], axis=1)
    parts += rank < left[:, None]
    return parts * sign[:, None]


def split_with_carry(
    totals: Sequence[int], weights: Sequence[int], opening: Sequence[Fraction]
) -> tuple[list[tuple[int, ...]], tuple[Fraction, ...]]:
    """Split totals one after the other, carrying what rounding left.

    Every member's claim of a day is its exact share plus what earlier days owe it; the
    claims are rounded down and the missing units go to the largest remainders. So each
    day's parts sum to the day's total, and what a member has received in all differs
    from its exact entitlement by less than one minor unit, however many days pass.

    Returns
    -------
    parts : list of tuple of int
    closing : tuple of Fraction
        Entitlement less receipts per member, in minor units; sums to zero.
    """
    W = sum(weights)
    common = lcm(W, *(c.denominator for c in opening))
    step = [w * (common // W) for w in weights]
    carry = [int(c * common) for c in opening]
    parts = []
    for total in totals:
        claims = [total * s + c for s, c in zip(step, carry, strict=True)]
        paid = [claim // common for claim in claims]
        rest = [claim - p * common for claim, p in zip(claims, paid, strict=True)]
        order = sorted(range(len(paid)), key=lambda j: (-rest[j], j))
        for j in order[: total - sum(paid)]:
            paid[j] += 1
        carry = [claim - p * common for claim, p in zip(claims, paid, strict=True)]
        parts.append(tuple(paid))
    return parts, tuple(Fraction(c, common) for c in carry)
