"""The value of pooling: situations, gains and the game."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from hansa.cooperation.interdiction import Arc, Journey, Network, Site, Watch
from hansa.cooperation.interdiction.pooling import Pool, Stake
from hansa.sources.interdiction import read_network
from hansa.terms.errors import BadInput, UnknownCode

from .random_networks import network, seeds


def chain() -> Network:
    """Goods for B pass A's cheap bottleneck, or one of two gates of B."""
    return Network.of(
        [
            Arc("o", "x", 1.0, (Watch("a", 0.1),)),
            Arc("x", "t", 1.0, (Watch("b1", 0.1),)),
            Arc("x", "t", 1.0, (Watch("b2", 0.1),)),
        ],
        [Journey("o", "t", 1.0)],
        [Site("a", "A", cost=2.0), Site("b1", "B"), Site("b2", "B")],
    )


def test_pooled_money_guards_what_nobody_could_alone() -> None:
    """Each has one unit: neither A's post (2) nor both of B's gates can be paid alone."""
    found = Pool(chain(), [Stake("A", 1, (0.0,)), Stake("B", 1, (1.0,))]).compare()
    assert found.nobody.losses == (0.0, 1.0)
    assert found.side_by_side.total == pytest.approx(1.0)
    assert found.agreed.total == pytest.approx(1.0)
    assert found.pooled.total == pytest.approx(0.1)
    assert found.gains == pytest.approx((0.0, 0.9))


def test_game_gives_every_coalition_what_it_can_reach() -> None:
    game = Pool(chain(), [Stake("A", 1, (0.0,)), Stake("B", 1, (1.0,))]).game()
    np.testing.assert_allclose(game.values, [0, 0, 0, 0.9])
    assert len(game.plans[3]) in (1, 2)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_situations_are_in_order_and_the_game_grows_with_its_members(seed: int) -> None:
    net = network(seed)
    rng = np.random.default_rng(seed)
    stakes = [
        Stake(owner, 3.0, tuple(float(c) for c in rng.random(len(net.journeys))))
        for owner in net.owners
    ]
    pool = Pool(net, stakes)
    found = pool.compare()
    slack = 1e-5
    assert found.pooled.total <= found.agreed.total + slack
    assert found.agreed.total <= found.nobody.total + slack
    assert found.side_by_side.total <= found.nobody.total + slack
    assert found.pooled.total <= found.side_by_side.total + slack
    assert sum(found.gains) == pytest.approx(found.gain)
    values = pool.game().values
    assert values[0] == 0
    assert values[-1] == pytest.approx(found.gain, abs=slack)
    assert (values >= 0).all()


@pytest.mark.shared
def test_two_blind_budgets_of_15_against_30_pooled_on_network_0(shared: Path) -> None:
    net = read_network(shared / "data/interdiction", 0)
    sites = [Site(s.id, "A" if k < 160 else "B") for k, s in enumerate(net.sites)]
    halves = Network.of(net.arcs, net.journeys, sites)
    losses = tuple(j.weight for j in net.journeys)
    pool = Pool(halves, [Stake("A", 15, losses), Stake("B", 15, losses)], method="fast", seconds=3)
    found = pool.compare()
    assert found.nobody.evasion == pytest.approx(0.4218, abs=5e-5)
    assert found.side_by_side.evasion == pytest.approx(0.2509, abs=1e-3)
    assert found.pooled.evasion == pytest.approx(0.2164, rel=0.01)


def test_stakes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UnknownCode):
        Pool(chain(), [Stake("C", 1, (1.0,))])
    with pytest.raises(BadInput, match="twice"):
        Pool(chain(), [Stake("A", 1, (1.0,)), Stake("A", 1, (1.0,))])
    with pytest.raises(BadInput, match="losses"):
        Pool(chain(), [Stake("A", 1, (1.0, 2.0))])
