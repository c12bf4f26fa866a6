"""Worlds in which theory knows the answer: Kemp and Wan, and Missios, Saggi and Yildiz."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from hansa.coalitions import (
    Exchange,
    PartitionWorth,
    Worth,
    equilibrium,
    kemp_wan,
    path,
    stability,
)
from hansa.terms.errors import BadInput, UnknownCode

calm = settings(deadline=None, max_examples=60)

# --- Kemp and Wan (1976) ----------------------------------------------------------------


@st.composite
def economies(draw: st.DrawFn) -> Exchange:
    """Random tastes, endowments, elasticities on both sides of one, tariffs and transfers."""
    rng = np.random.default_rng(draw(st.integers(0, 10**9)))
    N, G = draw(st.integers(3, 6)), draw(st.integers(2, 7))
    sigma = rng.uniform(0.4, 8.0, N)
    sigma[np.abs(sigma - 1) < 0.01] = 1.1
    tastes = rng.random((N, G)) ** 2 + 0.01
    if draw(st.booleans()):  # some states do not want some goods
        tastes *= rng.random((N, G)) > 0.25
        tastes[:, 0] += 0.1
        tastes[rng.integers(0, N)] += 0.05
    endowments = rng.random((N, G)) ** 3 + 1e-3
    return Exchange(
        tuple(f"s{i}" for i in range(N)), tastes, sigma, endowments, rng.uniform(0, 0.8, (N, G))
    )


@calm
@given(economies(), st.integers(2, 4))
def test_kemp_wan_nobody_loses(economy: Exchange, size: int) -> None:
    members = economy.states[: min(size, economy.N - 1)]
    before = equilibrium(economy)
    assert before.residual < 1e-9
    found = kemp_wan(economy, members, before)
    inside = [economy.states.index(name) for name in members]
    outside = [i for i in range(economy.N) if i not in inside]
    # nobody is worse off, to 1e-8
    assert found.gains.min() > -1e-8
    # outsiders consume what they did, at the prices that were
    assert np.allclose(found.x[outside], before.x[outside], rtol=1e-8, atol=1e-12)
    # every market clears with everybody's demand computed anew
    supply = economy.endowments.sum(axis=0)
    assert np.abs(found.x.sum(axis=0) / supply - 1).max() < 1e-8
    # the union's trade is frozen
    pool = before.x[inside].sum(axis=0) - economy.endowments[inside].sum(axis=0)
    assert np.allclose(found.imports, pool)
    # payments finance themselves, and what members pay one another sums to nothing
    assert found.payments.sum() == pytest.approx(found.revenue, abs=1e-8)
    assert found.compensation.sum() == pytest.approx(0, abs=1e-8)
    # members spend exactly what they own and receive
    spent = found.x[inside] @ found.q
    assert np.allclose(spent, economy.endowments[inside] @ found.q + found.payments, rtol=1e-9)


@calm
@given(economies())
def test_the_union_of_all_is_pareto_better_and_free(economy: Exchange) -> None:
    found = kemp_wan(economy, economy.states)
    assert found.gains.min() > -1e-8
    assert np.allclose(found.imports, 0, atol=1e-9)


def test_a_union_of_equals_without_tariffs_changes_nothing() -> None:
    tastes = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0]])
    economy = Exchange(
        ("a", "b", "c"), tastes, np.full(3, 4.0), np.eye(3, 2) + 0.2, np.zeros((3, 2))
    )
    found = kemp_wan(economy, ("a", "b"))
    assert np.abs(found.gains).max() < 1e-10
    assert np.ptp(found.tariffs) < 1e-9


def test_with_transfers_from_outside() -> None:
    rng = np.random.default_rng(4)
    tastes, tariffs = rng.random((3, 3)) + 0.1, 0.2 * rng.random((3, 3))
    given_outside = np.array([0.05, -0.02, -0.03])
    economy = Exchange(tuple("abc"), tastes, np.full(3, 5.0), np.eye(3), tariffs, given_outside)
    found = kemp_wan(economy, ("a", "b"))
    assert found.gains.min() > -1e-8
    assert found.payments.sum() == pytest.approx(found.revenue + 0.03, abs=1e-8)


def test_bad_unions_and_economies() -> None:
    good = {
        "tastes": np.ones((2, 2)),
        "sigma": np.full(2, 3.0),
        "endowments": np.eye(2),
        "tariffs": np.zeros((2, 2)),
    }
    economy = Exchange(("a", "b"), **good)
    with pytest.raises(BadInput, match="two members"):
        kemp_wan(economy, ("a",))
    with pytest.raises(UnknownCode, match="unknown state 'x'"):
        kemp_wan(economy, ("a", "x"))
    with pytest.raises(BadInput, match="not 1"):
        Exchange(("a", "b"), **{**good, "sigma": np.ones(2)})
    with pytest.raises(BadInput, match="wanted or owned by nobody"):
        Exchange(("a", "b"), **{**good, "endowments": np.array([[1.0, 0], [1, 0]])})
    with pytest.raises(BadInput, match="sum to zero"):
        Exchange(("a", "b"), **good, transfers=np.array([1.0, 0]))


# --- Missios, Saggi and Yildiz (2016) ---------------------------------------------------
#
# Three equal countries; each alone exports one good, which the two others import and compete
# for. Demand is 1 − p in each, the exporter owns one unit. An agreement of two diverts their
# exports from the third, which answers with a lower tariff.


def market(t: tuple[float, float]) -> tuple[float, float, float]:
    """Welfare from one good: of its exporter and of the two importers with tariffs t."""
    p = (3 - 1 - sum(t)) / 3
    bought = [1 - p - tariff for tariff in t]
    exporter = (1 - p) ** 2 / 2 + p
    return exporter, *(x * x / 2 + tariff * x for x, tariff in zip(bought, t, strict=True))


def best(f: Callable[[float], float]) -> float:
    return float(
        minimize_scalar(
            lambda t: -f(t), bounds=(0, 1), method="bounded", options={"xatol": 1e-13}
        ).x
    )


def answer(other: float) -> float:
    return best(lambda own: market((own, other))[1])


def nash() -> float:
    t = 0.1
    for _ in range(200):
        t = answer(t)
    return t


ALONE = nash()
JOINT = best(lambda t: sum(market((t, t))[1:]))
OUTSIDER = best(lambda t: market((0.0, t))[2])


def welfare(tariff: dict[tuple[str, str], float]) -> dict[str, float]:
    """Of the three countries, from the tariffs of importers on exporters."""
    total = dict.fromkeys("abc", 0.0)
    for exporter in "abc":
        m, k = (c for c in "abc" if c != exporter)
        parts = market((tariff[m, exporter], tariff[k, exporter]))
        for name, part in zip((exporter, m, k), parts, strict=True):
            total[name] += part
    return total


def agreement(links: tuple[tuple[str, str], ...], union: bool) -> dict[str, float]:
    """Welfare if these pairs trade freely; members of a union set tariffs together."""
    tariff = {}
    for exporter in "abc":
        importers = [c for c in "abc" if c != exporter]
        for m in importers:
            k = next(c for c in importers if c != m)
            linked = (m, exporter) in links or (exporter, m) in links
            rival_linked = (k, exporter) in links or (exporter, k) in links
            together = union and ((m, k) in links or (k, m) in links)
            rate = JOINT if together else OUTSIDER if rival_linked else ALONE
            tariff[m, exporter] = 0.0 if linked else rate
    return welfare(tariff)


AB, AC, BC = ("a", "b"), ("a", "c"), ("b", "c")
ALL = (AB, AC, BC)


def symmetric_world(union: bool) -> Worth:
    pairs = {AB: (AB,), AC: (AC,), BC: (BC,)}
    table = {(): agreement((), union), ("a", "b", "c"): agreement(ALL, union)}
    table |= {bloc: agreement(links, union) for bloc, links in pairs.items()}
    return Worth.from_table("abc", table)


def test_missios_saggi_yildiz_outsiders_lower_their_tariffs() -> None:
    assert pytest.approx(1 / 7, abs=1e-6) == ALONE
    assert pytest.approx(1 / 8, abs=1e-6) == OUTSIDER  # external trade diversion
    assert pytest.approx(2 / 5, abs=1e-6) == JOINT


def test_missios_saggi_yildiz_customs_unions_block_free_trade() -> None:
    worth = symmetric_world(union=True)
    free = worth.of("abc")
    pair = worth.of("ab")
    assert pair["a"] > free["a"] > worth.of(())["a"] > pair["c"]
    found = stability(worth)
    # the third wants in, the two keep it out
    verdict = found.verdict("ab")
    assert verdict.joiners == pytest.approx({"c": free["c"] - pair["c"]})
    assert verdict.admitted == ()
    assert verdict.opposed["c"] == ("a", "b")
    assert path(found, membership="exclusive").bloc in {("a", "b"), ("a", "c"), ("b", "c")}
    # no partition but those of two and one survives: free trade is left by any two
    table = PartitionWorth.from_table(
        "abc",
        {(): [worth.of(())[p] for p in "abc"], (("a", "b", "c"),): [free[p] for p in "abc"]}
        | {(bloc,): [worth.of(bloc)[p] for p in "abc"] for bloc in (AB, AC, BC)},
    )
    kept = table.stable(groups=True)
    assert sorted(sorted(map(len, blocs)) for blocs in kept) == [[1, 2]] * 3


def test_missios_saggi_yildiz_free_trade_areas_do_not() -> None:
    worth = symmetric_world(union=False)
    pair, free = worth.of("ab"), worth.of("abc")
    assert pair["a"] > free["a"]  # here too two gain by excluding the third …
    hub = agreement((AB, AC), union=False)
    # … but either of them gains by a link of its own with the third, who wants it,
    assert hub["a"] > pair["a"]
    assert hub["c"] > pair["c"]
    # and then the two spokes gain by linking: free trade
    assert free["b"] > hub["b"]
    assert free["c"] > hub["c"]
    # so membership is open in effect, and free trade is where the path stops
    found = stability(worth)
    assert path(found, "ab", membership="open").bloc == ("a", "b", "c")
    assert found.verdict("abc").stable("open")
