"""The core in NumPy, equation by equation: what the compiled one is compared with."""

from __future__ import annotations

from collections import deque

import numpy as np

from hansa.trade.kernel import BROKEN, CONVERGED, LIMIT, STALLED, TINY, Settings
from hansa.trade.model import Array
from hansa.trade.system import System, parts


def sweep(s: System, z: Array) -> tuple[Array, float]:
    """Image of a state and its residual; see `hansa.trade.system` for the equations."""
    J, N = s.beta.shape
    real_cost, spending, wage = parts(z, J, N)
    theta = s.theta[:, None]
    C = np.exp(-theta * (real_cost + wage))
    X = np.where(s.live, np.exp(spending), 0.0)
    S = np.einsum("jni,ji->jn", s.A, C, optimize=True)
    reaching = np.einsum("jni,ji->jn", s.B, C, optimize=True) / S
    P = -np.log(S) / theta
    Y = C * np.einsum("jni,jn->ji", s.B, X / S, optimize=True)

    excess = np.log((s.beta * Y).sum(axis=0) / s.wL) - wage
    income = _income(s, wage, (X * (1 - reaching)).sum(axis=0))
    need = np.einsum("nkj,jn->kn", s.gamma, Y, optimize=True) + s.alpha * income

    image = np.empty_like(z)
    new = parts(image, J, N)
    new.real_cost[:] = np.einsum("nkj,kn->jn", s.gamma, P - wage, optimize=True)
    new.spending[:] = np.where(s.live, np.log(np.maximum(need, TINY)), 0.0)
    new.wage[:] = wage + s.damping * excess
    residual = max(
        np.abs(new.real_cost - real_cost).max(),
        np.abs(new.spending - spending).max(),
        np.abs(excess).max(),
    )
    level = np.log((np.exp(new.wage) @ s.wL) / s.wL.sum())
    new.wage[:] -= level
    new.spending[:] -= np.where(s.live, level, 0.0)
    return image, float(residual)


def _income(s: System, wage: Array, revenue: Array) -> Array:
    received = s.sharing @ revenue if s.sharing.size else revenue
    earned: Array = np.exp(wage) * s.wL + received
    if s.phi.size:
        spent: Array = s.phi * earned * (earned.sum() / (s.phi @ earned))
        return spent
    return earned + s.D


def iterate(s: System, z: Array, history: Array, how: Settings) -> tuple[int, int]:
    """As `hansa.trade.kernel.iterate`."""
    steps: deque[Array] = deque(maxlen=how.memory + 1)
    images: deque[Array] = deque(maxlen=how.memory + 1)
    best, since = np.inf, 0
    for count in range(history.size):
        with np.errstate(all="ignore"):
            image, residual = sweep(s, z)
        history[count] = residual
        if not residual < 1e12:
            return count + 1, BROKEN
        if residual < how.tolerance:
            z[:] = image
            return count + 1, CONVERGED
        since = 0 if residual < 0.9 * best else since + 1
        best = min(best, residual)
        if since > 100:
            return count + 1, STALLED
        steps.append(image - z)
        images.append(image)
        z[:] = _mixed(steps, images, how.share)
    return history.size, LIMIT


def _mixed(steps: deque[Array], images: deque[Array], share: float) -> Array:
    """Anderson's next state from the last steps and images."""
    step, image = steps[-1], images[-1]
    if len(steps) == 1:
        return image - (1 - share) * step
    dF = np.diff(np.array(steps), axis=0)
    dG = np.diff(np.array(images), axis=0)
    c = np.linalg.lstsq(dF.T, step, rcond=1e-10)[0]
    mixed: Array = image - c @ dG - (1 - share) * (step - c @ dF)
    return mixed
