"""Inner loops: best chances to get through, and chances against the weight of closed posts.

All searches run backwards from a destination ("sink"), so that one search serves every
origin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
F = TypeVar("F", bound=Callable[..., object])

SLACK = 1e-9
"""Weights that differ by less count as equal."""


class Passages(NamedTuple):
    """A network as arrays: P passages sorted by head, J journeys sorted by destination.

    ``start`` (n + 1,): the first passage into each node; ``tail``, ``head``, ``arc``,
    ``chance`` (P,);
    ``closed_by[closed_from[p]:closed_from[p + 1]]``: the sites that close passage p.
    ``sinks`` (T,): destinations; ``group`` (T + 1,): the first journey to each;
    ``journey`` (J,): its number in the network; ``origin`` (J,): its node. ``ahead`` (T, n):
    the best chance from any origin of a sink's journeys to each node, without posts.
    """

    size: int
    start: Indices
    tail: Indices
    head: Indices
    arc: Indices
    chance: Array
    closed_from: Indices
    closed_by: Indices
    sinks: Indices
    group: Indices
    journey: Indices
    origin: Indices
    ahead: Array


class Labels(NamedTuple):
    """Ways from nodes to a sink: chance, weight, node, next label, passage; in order of chance."""

    chance: Array
    weight: Array
    node: Indices
    then: Indices
    by: Indices


def _compiled(function: F) -> F:
    """Compile a function of arrays without holding Python's lock; keep the code on disk."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@_compiled
def _push(keys: Array, items: Indices, count: int, key: float, item: int) -> int:
    """Put an item on a heap whose highest key comes first; returns the new count."""
    k = count
    while k > 0:
        up = (k - 1) // 2
        if keys[up] >= key:
            break
        keys[k], items[k] = keys[up], items[up]
        k = up
    keys[k], items[k] = key, item
    return count + 1


@_compiled
def _pop(keys: Array, items: Indices, count: int) -> int:
    """Take the first item (which the caller has read) off a heap; returns the new count."""
    count -= 1
    key, item = keys[count], items[count]
    k = 0
    while True:
        down = 2 * k + 1
        if down >= count:
            break
        if down + 1 < count and keys[down + 1] > keys[down]:
            down += 1
        if keys[down] <= key:
            break
        keys[k], items[k] = keys[down], items[down]
        k = down
    keys[k], items[k] = key, item
    return count


@_compiled
def best_chances(net: Any, plan: Flags, sink: int) -> tuple[Array, Indices]:
    """Best chance from every node to a sink under a plan, and the first passage of its way."""
    best = np.zeros(net.size)
    by = np.full(net.size, -1, np.int64)
    done = np.zeros(net.size, np.bool_)
    room = len(net.tail) + 1
    keys, items = np.empty(room), np.empty(room, np.int64)
    best[sink] = 1.0
    count = _push(keys, items, 0, 1.0, sink)
    while count > 0:
        node = items[0]
        count = _pop(keys, items, count)
        if done[node]:
            continue
        done[node] = True
        for p in range(net.start[node], net.start[node + 1]):
            before = net.tail[p]
            reach = best[node] * net.chance[p]
            if done[before] or reach <= best[before]:
                continue
            open_ = True
            for c in range(net.closed_from[p], net.closed_from[p + 1]):
                if plan[net.closed_by[c]]:
                    open_ = False
                    break
            if open_:
                best[before] = reach
                by[before] = p
                count = _push(keys, items, count, reach, before)
    return best, by


@_compiled
def reached(net: Any, plan: Flags) -> Array:
    """Best chance of every journey under a plan, in the order of ``net.journey``, (J,)."""
    found = np.zeros(len(net.origin))
    for t in range(len(net.sinks)):
        best, _ = best_chances(net, plan, net.sinks[t])
        for j in range(net.group[t], net.group[t + 1]):
            found[j] = best[net.origin[j]]
    return found


@_compiled
def evasion(net: Any, weights: Array, plan: Flags) -> float:
    """Expected chance to get through: Σ weight · best chance; weights as ``net.journey``."""
    found = reached(net, plan)
    total = 0.0
    for j in range(len(found)):
        total += weights[j] * found[j]
    return total


@_compiled
def useful(net: Any, plan: Flags, sites: int) -> Flags:
    """The sites whose posts would close a best way of some journey, (S,)."""
    found = np.zeros(sites, np.bool_)
    for t in range(len(net.sinks)):
        _, by = best_chances(net, plan, net.sinks[t])
        seen = np.zeros(net.size, np.bool_)
        for j in range(net.group[t], net.group[t + 1]):
            node = net.origin[j]
            while not seen[node] and by[node] >= 0:
                seen[node] = True
                p = by[node]
                for c in range(net.closed_from[p], net.closed_from[p + 1]):
                    found[net.closed_by[c]] = True
                node = net.head[p]
    return found


@_compiled
def trials(net: Any, weights: Array, plan: Flags, sites: Indices) -> Array:
    """Evasion of a plan with each of some sites turned over (manned or not), (K,)."""
    found = np.empty(len(sites))
    for k in range(len(sites)):
        site = sites[k]
        plan[site] = not plan[site]
        found[k] = evasion(net, weights, plan)
        plan[site] = not plan[site]
    return found


@_compiled
def best_ahead(net: Any) -> Array:
    """Best chance from any origin of each sink's journeys to every node, no posts, (T, n)."""
    found = np.zeros((len(net.sinks), net.size))
    order = np.argsort(net.tail)
    start = np.searchsorted(net.tail[order], np.arange(net.size + 1))
    room = len(net.tail) + len(net.origin) + 1
    keys, items = np.empty(room), np.empty(room, np.int64)
    for t in range(len(net.sinks)):
        best = found[t]
        done = np.zeros(net.size, np.bool_)
        count = 0
        for j in range(net.group[t], net.group[t + 1]):
            best[net.origin[j]] = 1.0
            count = _push(keys, items, count, 1.0, net.origin[j])
        while count > 0:
            node = items[0]
            count = _pop(keys, items, count)
            if done[node]:
                continue
            done[node] = True
            for k in range(start[node], start[node + 1]):
                p = order[k]
                reach = best[node] * net.chance[p]
                if reach > best[net.head[p]]:
                    best[net.head[p]] = reach
                    count = _push(keys, items, count, reach, net.head[p])
    return found


@_compiled
def _frontier(net: Any, x: Array, t: int, room: int) -> tuple[Labels, int]:
    """Ways to a sink that no other beats in both chance and weight; −1 if room runs out.

    The weight of a way is the sum of ``x`` over the sites that would close it; ways of
    weight one or more are left out. Labels leave the heap in order of the chance that they
    could still reach at an origin (A*), so that at each node they come in order of chance: a
    label stands if it weighs less than all before it at its node. Whatever weighs no less than
    the ways that every origin has by then is of no use; the search ends when none weighs less.
    """
    ahead = net.ahead[t]
    sink = net.sinks[t]
    origins = net.origin[net.group[t] : net.group[t + 1]]
    wanted = np.zeros(net.size, np.bool_)
    wanted[origins] = True
    heaviest = 1.0  # of the lightest ways that the origins have
    chance, weight = np.empty(room), np.empty(room)
    node, then, by = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    keys, items = np.empty(room), np.empty(room, np.int64)
    lightest = np.full(net.size, 1.0)
    kept = np.empty(room, np.int64)
    made, stand = 1, 0
    chance[0], weight[0], node[0], then[0], by[0] = 1.0, 0.0, sink, -1, -1
    count = _push(keys, items, 0, ahead[sink], 0)
    while count > 0 and heaviest > SLACK:
        this = items[0]
        count = _pop(keys, items, count)
        here = node[this]
        if weight[this] >= min(lightest[here], heaviest) - SLACK:
            continue
        lightest[here] = weight[this]
        kept[stand] = this
        stand += 1
        if wanted[here]:
            heaviest = lightest[origins].max()
        arc, lighter = -1, 0.0
        for p in range(net.start[here], net.start[here + 1]):
            w = weight[this]
            for c in range(net.closed_from[p], net.closed_from[p + 1]):
                w += x[net.closed_by[c]]
            if net.arc[p] == arc and w >= lighter - SLACK:
                continue  # the same arc is passed as lightly with a better chance
            arc, lighter = net.arc[p], w
            hope = chance[this] * net.chance[p] * ahead[net.tail[p]]
            if w >= min(lightest[net.tail[p]], heaviest) - SLACK or hope <= 0.0:
                continue
            if made == room:
                return Labels(chance, weight, node, then, by), -1
            chance[made], weight[made] = chance[this] * net.chance[p], w
            node[made], then[made], by[made] = net.tail[p], stand - 1, p
            count = _push(keys, items, count, hope, made)
            made += 1
    kept = kept[:stand]
    return Labels(chance[kept], weight[kept], node[kept], then[kept], by[kept]), stand


@_compiled
def _longest(net: Any, found: Any, t: int) -> int:
    """Room for the coefficients of all cuts from one sink's labels."""
    steps = np.zeros(len(found.node), np.int64)
    total = 0
    wanted = np.zeros(net.size, np.int64)
    for j in range(net.group[t], net.group[t + 1]):
        wanted[net.origin[j]] += 1
    for k in range(len(found.node)):
        if found.then[k] >= 0:
            p = found.by[k]
            steps[k] = steps[found.then[k]] + net.closed_from[p + 1] - net.closed_from[p]
        total += wanted[found.node[k]] * steps[k]
    return total


@_compiled
def cuts(net: Any, x: Array) -> tuple[Array, Array, Indices, Indices, Array]:
    """The strongest cut of every journey at ``x``; see `hansa.cooperation.interdiction.cuts`.

    Returns
    -------
    value : Array
        Right-hand side of each journey's cut at x, (J,), journeys as ``net.journey``.
    constant : Array
        v₁ of each cut, (J,).
    start, site, coefficient
        Cut j is ``z_j ≥ constant[j] − Σ coefficient · x[site]`` over ``start[j]:start[j+1]``.
    """
    J, S = len(net.origin), len(x)
    value, constant = np.zeros(J), np.zeros(J)
    start = np.zeros(J + 1, np.int64)
    site, coefficient = np.empty(0, np.int64), np.empty(0)
    filled = 0
    sums, used = np.zeros(S), np.empty(S, np.int64)
    for t in range(len(net.sinks)):
        room = 1 << 14
        found, stand = _frontier(net, x, t, room)
        while stand < 0:
            room *= 4
            found, stand = _frontier(net, x, t, room)
        first, after = _by_node(net.size, found.node)
        more = _longest(net, found, t)
        if filled + more > len(site):
            site = np.concatenate((site[:filled], np.empty(2 * more, np.int64)))
            coefficient = np.concatenate((coefficient[:filled], np.empty(2 * more)))
        for j in range(net.group[t], net.group[t + 1]):
            n_used = 0
            k = first[net.origin[j]]
            if k >= 0:
                constant[j] = found.chance[k]
            while k >= 0:
                below = found.chance[after[k]] if after[k] >= 0 else 0.0
                step = found.chance[k] - below
                value[j] += step * (1.0 - found.weight[k])
                way = k
                while found.then[way] >= 0:
                    p = found.by[way]
                    for c in range(net.closed_from[p], net.closed_from[p + 1]):
                        s = net.closed_by[c]
                        if sums[s] == 0.0 and step > 0.0:
                            used[n_used] = s
                            n_used += 1
                        sums[s] += step
                    way = found.then[way]
                k = after[k]
            for u in range(n_used):
                site[filled], coefficient[filled] = used[u], sums[used[u]]
                sums[used[u]] = 0.0
                filled += 1
            start[j + 1] = filled
    return value, constant, start, site[:filled], coefficient[:filled]


@_compiled
def _by_node(size: int, node: Indices) -> tuple[Indices, Indices]:
    """The first label of every node and each label's next at the same node (−1: none)."""
    first, last = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    after = np.full(len(node), -1, np.int64)
    for k in range(len(node)):
        if last[node[k]] >= 0:
            after[last[node[k]]] = k
        else:
            first[node[k]] = k
        last[node[k]] = k
    return first, after
