"""Plans against all plans, against the compact programme, and under what must not matter."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from hansa.cooperation.interdiction import (
    Arc,
    Budget,
    Journey,
    Limits,
    Network,
    Site,
    Watch,
    evaluate,
    kernels,
    plan_posts,
    pooled,
    separate,
    through,
    without_posts,
)
from hansa.cooperation.interdiction.cuts import Relaxation, tighten
from hansa.cooperation.interdiction.displacement import crossed, displaced
from hansa.cooperation.interdiction.limits import Frame
from hansa.terms.errors import BadInput, UnknownCode

from .random_networks import (
    OWNERS,
    best_by_trying_all,
    network,
    seeds,
)

SOME = settings(max_examples=40, deadline=None)


@SOME
@given(seeds)
def test_exact_plan_is_the_best_of_all(seed: int) -> None:
    net = network(seed)
    limits = pooled(4)
    plan = plan_posts(net, limits)
    best = best_by_trying_all(net, limits)
    assert plan.evasion == pytest.approx(best, rel=1e-6, abs=1e-12)
    assert plan.bound <= best + 1e-9


@SOME
@given(seeds)
def test_compact_programme_agrees_under_members_budgets(seed: int) -> None:
    net = network(seed)
    limits = separate(dict.fromkeys(net.owners, 3))
    ours, theirs = plan_posts(net, limits), plan_posts(net, limits, method="compact")
    assert ours.evasion == pytest.approx(theirs.evasion, rel=1e-6, abs=1e-12)
    for owner, spent in ours.spent:
        assert spent <= 3, owner


@SOME
@given(seeds)
def test_relaxation_is_exact_at_every_plan_and_below_it_elsewhere(seed: int) -> None:
    net = network(seed)
    rng = np.random.default_rng(seed)
    plan = rng.random(len(net.sites)) < 0.5
    x = rng.random(len(net.sites))
    value, constant, start, site, coefficient = kernels.cuts(net.passages, plan.astype(float))
    exact = through(net, plan).chances[net.passages.journey]
    np.testing.assert_allclose(value, exact, atol=1e-12)
    value, constant, start, site, coefficient = kernels.cuts(net.passages, x)
    for j in range(len(constant)):
        rows = slice(start[j], start[j + 1])
        assert constant[j] - coefficient[rows] @ plan[site[rows]] <= exact[j] + 1e-12
        assert constant[j] - coefficient[rows] @ x[site[rows]] == pytest.approx(value[j])


@SOME
@given(seeds)
def test_fast_plan_lies_between_its_bound_and_no_posts(seed: int) -> None:
    net = network(seed)
    plan = plan_posts(net, pooled(3), method="fast", seconds=1.0)
    best = best_by_trying_all(net, pooled(3))
    assert plan.bound - 1e-9 <= best <= plan.evasion + 1e-12
    assert plan.evasion <= without_posts(net).evasion + 1e-12


@SOME
@given(seeds)
def test_order_and_names_do_not_matter(seed: int) -> None:
    net = network(seed)
    renamed = Network.of(
        [Arc(f"n{a.tail}", f"n{a.head}", a.chance, a.watches[::-1]) for a in reversed(net.arcs)],
        [Journey(f"n{j.origin}", f"n{j.destination}", j.weight) for j in reversed(net.journeys)],
        net.sites[::-1],
    )
    one, other = plan_posts(net, pooled(4)), plan_posts(renamed, pooled(4))
    assert one.evasion == pytest.approx(other.evasion, rel=2e-6, abs=1e-12)


@SOME
@given(seeds)
def test_more_money_never_lets_more_through(seed: int) -> None:
    net = network(seed)
    values = [plan_posts(net, pooled(amount)).evasion for amount in (0, 2, 4, 8)]
    assert all(after <= before + 1e-6 for before, after in itertools.pairwise(values))
    assert values[0] == pytest.approx(without_posts(net).evasion)


def two_roads() -> Network:
    """A good road through A's post and a worse one through B's."""
    return Network.of(
        [
            Arc("o", "t", 0.9, (Watch("a", 0.09),)),
            Arc("o", "m", 0.8),
            Arc("m", "t", 0.75, (Watch("b", 0.075),)),
        ],
        [Journey("o", "t", 1.0)],
        [Site("a", "A", "road"), Site("b", "B", "bridge", 2.0)],
    )


def test_first_post_only_displaces() -> None:
    net = two_roads()
    before, after = without_posts(net), evaluate(net, ("a",))
    assert before.evasion == pytest.approx(0.9)
    assert after.evasion == pytest.approx(0.6)
    shifts = {shift.site: shift.change for shift in displaced(net, before, after)}
    assert shifts == {"a": -1.0, "b": 1.0}
    assert crossed(net, after) == {"A": 0.0, "B": 1.0}
    assert after.routes[0].nodes == ("o", "m", "t")
    assert after.routes[0].posts == ()


def test_both_posts_cost_three() -> None:
    net = two_roads()
    assert plan_posts(net, pooled(2)).sites == ("a",)
    both = plan_posts(net, pooled(3))
    assert set(both.sites) == {"a", "b"}
    assert both.evasion == pytest.approx(0.09)
    assert both.through.routes[0].posts == ("a",)


def test_member_that_opts_out_gets_no_post_and_pays_nothing() -> None:
    net = two_roads()
    limits = separate({"A": 1, "B": 2})
    assert set(plan_posts(net, limits).sites) == {"a", "b"}
    assert plan_posts(net, limits.without("B")).sites == ("a",)
    common = plan_posts(net, pooled(3).without("B"))
    assert common.sites == ("a",)
    assert common.spent == (("pooled", 1.0),)


def test_posts_that_stand_cost_nothing_and_stay() -> None:
    plan = plan_posts(two_roads(), pooled(2, standing=["a"]))
    assert set(plan.sites) == {"a", "b"}
    assert plan.spent == (("pooled", 2.0),)


def test_strictest_of_several_posts_on_an_arc_counts() -> None:
    net = Network.of(
        [Arc("o", "t", 0.8, (Watch("patrol", 0.5), Watch("post", 0.2)))], [Journey("o", "t", 2.0)]
    )
    assert evaluate(net, ("patrol",)).evasion == pytest.approx(1.0)
    assert evaluate(net, ("patrol", "post")).evasion == pytest.approx(0.4)
    assert plan_posts(net, pooled(1)).sites == ("post",)


def test_no_way_means_nothing_gets_through() -> None:
    net = Network.of([Arc("o", "m", 1.0), Arc("t", "m", 1.0)], [Journey("o", "t", 1.0)])
    assert plan_posts(net, pooled(1)).evasion == 0.0


@pytest.mark.parametrize(
    ("arc", "said"),
    [
        (Arc("a", "b", 0.0), "chance 0"),
        (Arc("a", "b", 1.5), "chance 1.5"),
        (Arc("a", "a", 0.5), "leads nowhere"),
        (Arc("a", "b", 0.5, (Watch("s", 0.5),)), "must lower it"),
    ],
)
def test_arcs_that_make_no_sense_are_refused(arc: Arc, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Network.of([arc], [Journey("a", "b", 1.0)])


def test_unknown_names_are_refused_with_the_nearest() -> None:
    net = two_roads()
    with pytest.raises(UnknownCode, match="did you mean"):
        plan_posts(net, Limits((Budget("x", 1, ("AA",)),)))
    with pytest.raises(UnknownCode, match="site"):
        evaluate(net, ("c",))
    with pytest.raises(BadInput, match="at least one budget"):
        plan_posts(net, Limits(()))
    with pytest.raises(BadInput, match="is -1"):
        plan_posts(net, pooled(-1))
    with pytest.raises(BadInput, match="no method"):
        plan_posts(net, pooled(1), method="magic")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="nothing to stop"):
        Network.of([Arc("a", "b", 1.0)], [])


def test_relaxation_over_parallel_ways_is_the_convex_envelope_over_budgets() -> None:
    """One site per way, one journey: the values .9 .8 .7 .5 .3 .09 lie above one line."""
    chances = (0.9, 0.8, 0.7, 0.5, 0.3)
    net = Network.of(
        [Arc("o", "t", v, (Watch(f"s{v}", 0.1 * v),)) for v in chances], [Journey("o", "t", 1.0)]
    )
    point, done = tighten(Relaxation(net, Frame.of(net, pooled(3))))
    assert done
    assert point.bound == pytest.approx(0.9 + (0.09 - 0.9) * 3 / 5)
    assert plan_posts(net, pooled(3)).evasion == pytest.approx(0.5)


def test_owners_are_listed_once() -> None:
    net = network(5)
    assert set(net.owners) <= set(OWNERS)
    assert len(net.owners) == len(set(net.owners))
