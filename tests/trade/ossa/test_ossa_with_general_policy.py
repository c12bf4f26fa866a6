"""The search that works for any model of trade, on Ossa's model."""

from __future__ import annotations

import numpy as np
import pytest

from hansa.trade import policy
from hansa.trade.ossa import OssaEconomy, nash_tariffs, optimal_tariffs

pytestmark = pytest.mark.shared
BOUNDS = (0.0, 10.0)


@pytest.mark.parametrize("country", ["IND", "JPN", "USA"])
def test_general_search_finds_the_same_optimum(base: OssaEconomy, country: str) -> None:
    """It may stay a little below where it strays to prohibitive tariffs, which are flat."""
    n = base.index(country)
    general = policy.optimal_tariffs(base, policy.Player.country(country), bounds=BOUNDS)
    own = optimal_tariffs(base, country)
    short = np.log(own.outcome.welfare[n] / general.outcome.welfare[n])
    assert -1e-10 < short < 5e-5
    spread = np.abs(own.outcome.real_income - general.outcome.welfare)
    assert spread.max() < 3e-4


def test_a_union_is_one_player_in_a_trade_war(base: OssaEconomy) -> None:
    """India and Brazil choose together: the two lose less than as two players."""
    together = policy.Player("union", ("BRA", "IND"))
    rest = [policy.Player.country(name) for name in base.countries if name not in together.members]
    war = policy.nash_tariffs(base, [together, *rest], bounds=BOUNDS)
    apart = nash_tariffs(base)
    members = [base.index(name) for name in together.members]
    joint = base.income[members] @ war.outcome.welfare[members] / base.income[members].sum()
    alone = base.income[members] @ apart.outcome.welfare[members] / base.income[members].sum()
    assert war.gains[0] == pytest.approx(joint - 1)
    assert joint > alone
    brazil, india = members
    inside = war.tariffs[:, [brazil, india], [india, brazil]]
    np.testing.assert_array_equal(inside, base.tariffs[:, [brazil, india], [india, brazil]])
    others = [n for n in range(7) if n not in members]
    np.testing.assert_allclose(war.tariffs[:, brazil][:, others], war.tariffs[:, india][:, others])
