"""The compiled core: one sweep over ln(ĉ/ŵ), ln X′ and ln ŵ, accelerated by Anderson.

`hansa.trade.reference` says the same in NumPy; tests compare the two. One pass over a row
of A and B serves the price index, the leakage of tariffs and the seller's receipts, while
the row is in the processor's cache; sectors that nobody trades need no pass at all.
"""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

import numpy as np

from hansa.trade.compiled import compiled
from hansa.trade.model import Array
from hansa.trade.system import System

TINY = 1e-300
CONVERGED, LIMIT, BROKEN, STALLED = 0, 1, 2, 3


class Work(NamedTuple):
    """Scratch arrays of a sweep."""

    C: Array
    S: Array
    X: Array
    y: Array
    prices: Array
    output: Array
    revenue: Array
    income: Array
    row: Array
    column: Array


class Settings(NamedTuple):
    """How to iterate: tolerance, Anderson's memory, and how far a step goes (1: all)."""

    tolerance: float
    memory: int
    share: float


class Mixer(NamedTuple):
    """Memory of Anderson's method: m differences of steps and images."""

    dF: Array  # noqa: N815 (Anderson's letters)
    dG: Array  # noqa: N815
    gram: Array
    right: Array
    step: Array
    before: Array
    image: Array


@compiled
def work(J: int, N: int) -> Work:
    """Scratch arrays for J sectors and N countries."""
    return Work(
        np.empty(N),
        np.empty(N),
        np.empty(N),
        np.empty(N),
        np.empty((N, J)),
        np.empty((N, J)),
        np.empty(N),
        np.empty(N),
        np.empty(J),
        np.empty(J),
    )


@compiled
def mixer(size: int, memory: int) -> Mixer:
    """Empty memory for states of a given size."""
    return Mixer(
        np.empty((memory, size)),
        np.empty((memory, size)),
        np.zeros((memory, memory)),
        np.empty(memory),
        np.empty(size),
        np.empty(size),
        np.empty(size),
    )


@compiled
def _sectors(s: System, z: Array, w: Work) -> None:
    """Prices, output and revenue."""
    J, N = s.beta.shape
    A, B, C, S, X, y = s.A, s.B, w.C, w.S, w.X, w.y
    wages = 2 * J * N
    w.revenue[:] = 0.0
    for j in range(J):
        theta, spending = s.theta[j], J * N + j * N
        for i in range(N):
            X[i] = exp(z[spending + i]) if s.live[j, i] else 0.0
        if not s.traded[j]:  # everybody buys at home: the price is the cost
            for n in range(N):
                own = A[j, n, n]
                w.prices[n, j] = z[j * N + n] - (log(own) / theta if own != 1.0 else 0.0)
                w.output[n, j] = X[n]
            continue
        for i in range(N):
            C[i] = exp(-theta * (z[j * N + i] + z[wages + i]))
            y[i] = 0.0
        for n in range(N):
            total = 0.0
            reaching = 0.0
            for i in range(N):
                total += A[j, n, i] * C[i]
                reaching += B[j, n, i] * C[i]
            per = X[n] / total
            S[n] = total
            w.revenue[n] += X[n] - per * reaching
            for i in range(N):
                y[i] += B[j, n, i] * per
        for n in range(N):
            w.prices[n, j] = -log(S[n]) / theta - z[wages + n]
            w.output[n, j] = y[n] * C[n]


@compiled
def _wages(s: System, z: Array, g: Array, w: Work) -> float:
    """New wages from the labour market, damped; returns the largest excess."""
    J, N = s.beta.shape
    wages, largest = 2 * J * N, 0.0
    for n in range(N):
        earned = 0.0
        for j in range(J):
            earned += s.beta[j, n] * w.output[n, j]
        excess = log(earned / s.wL[n]) - z[wages + n]
        largest = max(largest, abs(excess))
        g[wages + n] = z[wages + n] + s.damping[n] * excess
    return largest


@compiled
def _incomes(s: System, z: Array, w: Work) -> None:
    """Income from wages, revenue received and deficits."""
    J, N = s.beta.shape
    wages = 2 * J * N
    shared = s.sharing.shape[0] > 0
    for n in range(N):
        received = w.revenue[n]
        if shared:
            received = 0.0
            for m in range(N):
                received += s.sharing[n, m] * w.revenue[m]
        w.income[n] = exp(z[wages + n]) * s.wL[n] + received
    if s.phi.size > 0:
        earned = 0.0
        spent = 0.0
        for n in range(N):
            earned += w.income[n]
            spent += s.phi[n] * w.income[n]
        for n in range(N):
            w.income[n] *= s.phi[n] * earned / spent
    else:
        for n in range(N):
            w.income[n] += s.D[n]


@compiled
def _countries(s: System, z: Array, g: Array, w: Work) -> float:
    """New real costs and expenditure; returns the largest change."""
    J, N = s.beta.shape
    gamma, row, column, output = s.gamma, w.row, w.column, w.output
    largest = 0.0
    for n in range(N):
        row[:] = 0.0
        for k in range(J):
            price = w.prices[n, k]
            needed = 0.0
            for j in range(J):
                row[j] += gamma[n, k, j] * price
                needed += gamma[n, k, j] * output[n, j]
            column[k] = needed + s.alpha[k, n] * w.income[n]
        for j in range(J):
            at = j * N + n
            g[at] = row[j]
            largest = max(largest, abs(g[at] - z[at]))
            at += J * N
            g[at] = 0.0
            if s.live[j, n]:
                g[at] = log(max(column[j], TINY))
                largest = max(largest, abs(g[at] - z[at]))
    return largest


@compiled
def sweep(s: System, z: Array, g: Array, w: Work) -> float:
    """Write the image of state ``z`` into ``g``; returns the residual.

    The residual is the largest absolute change of any logarithm in an undamped sweep:
    the relative excess in the market that is furthest from clearing.
    """
    J, N = s.beta.shape
    cut, wages = J * N, 2 * J * N
    _sectors(s, z, w)
    largest = _wages(s, z, g, w)
    _incomes(s, z, w)
    largest = max(largest, _countries(s, z, g, w))
    now = 0.0
    base = 0.0
    for n in range(N):
        now += exp(g[wages + n]) * s.wL[n]
        base += s.wL[n]
    level = log(now / base)  # numéraire: the world's value added
    if not abs(level) < np.inf:
        return np.inf
    for n in range(N):
        g[wages + n] -= level
    for j in range(J):
        for n in range(N):
            if s.live[j, n]:
                g[cut + j * N + n] -= level
    return largest


@compiled
def _dot(a: Array, b: Array) -> float:
    total = 0.0
    for i in range(a.size):
        total += a[i] * b[i]
    return total


@compiled
def _eliminate(matrix: Array, right: Array, count: int) -> None:
    """Solve a small symmetric system in place by Gauss; hopeless directions get zero."""
    scale = 0.0
    for a in range(count):
        scale = max(scale, abs(matrix[a, a]))
    for a in range(count):
        pivot = a
        for b in range(a + 1, count):
            if abs(matrix[b, a]) > abs(matrix[pivot, a]):
                pivot = b
        if pivot != a:
            for c in range(count):
                matrix[a, c], matrix[pivot, c] = matrix[pivot, c], matrix[a, c]
            right[a], right[pivot] = right[pivot], right[a]
        if abs(matrix[a, a]) <= 1e-15 * scale:
            matrix[a, a] = np.inf
            continue
        for b in range(a + 1, count):
            factor = matrix[b, a] / matrix[a, a]
            for c in range(a, count):
                matrix[b, c] -= factor * matrix[a, c]
            right[b] -= factor * right[a]
    for a in range(count - 1, -1, -1):
        for b in range(a + 1, count):
            right[a] -= matrix[a, b] * right[b]
        right[a] /= matrix[a, a]


@compiled
def mix(m: Mixer, count: int, z: Array, g: Array, share: float) -> None:
    """Replace state ``z``, whose image is ``g``, by Anderson's next state.

    Parameters
    ----------
    m : Mixer
        Memory; updated.
    count : int
        Steps taken since the memory was empty.
    z, g : array
        State and image; ``z`` is overwritten.
    share : float
        How far to go from the mixed state towards the mixed image; 1 is all the way.
    """
    size, memory = z.size, m.dF.shape[0]
    for i in range(size):
        m.step[i] = g[i] - z[i]
    known = min(count, memory)
    if count > 0:
        new = (count - 1) % memory
        for i in range(size):
            m.dF[new, i] = m.step[i] - m.before[i]
            m.dG[new, i] = g[i] - m.image[i]
        for a in range(known):
            m.gram[new, a] = _dot(m.dF[new], m.dF[a])
            m.gram[a, new] = m.gram[new, a]
    small = m.gram[:known, :known].copy()
    for a in range(known):
        m.right[a] = _dot(m.dF[a], m.step)
        small[a, a] *= 1 + 1e-13
    _eliminate(small, m.right, known)
    for i in range(size):
        m.before[i] = m.step[i]
        m.image[i] = g[i]
        z[i] = g[i] - (1 - share) * m.step[i]
    for a in range(known):
        c = m.right[a]
        for i in range(size):
            z[i] -= c * (m.dG[a, i] - (1 - share) * m.dF[a, i])


@compiled
def iterate(s: System, z: Array, history: Array, how: Settings) -> tuple[int, int]:
    """Sweep until the residual is below the tolerance; ``z`` becomes the solution.

    Returns
    -------
    sweeps : int
        Sweeps taken; ``history`` holds the residual of each.
    status : int
        ``CONVERGED``, ``LIMIT`` (history is full), ``BROKEN`` (no longer numbers) or
        ``STALLED`` (no better for a long while).
    """
    J, N = s.beta.shape
    w, m, g = work(J, N), mixer(z.size, how.memory), np.empty(z.size)
    best, since = np.inf, 0
    for count in range(history.size):
        residual = sweep(s, z, g, w)
        history[count] = residual
        if not residual < 1e12:
            return count + 1, BROKEN
        if residual < how.tolerance:
            z[:] = g
            return count + 1, CONVERGED
        since = 0 if residual < 0.9 * best else since + 1
        best = min(best, residual)
        if since > 100:
            return count + 1, STALLED
        mix(m, count, z, g, how.share)
    return history.size, LIMIT
