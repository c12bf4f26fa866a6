"""Values of blocs: traced to their equilibria, split by source, true to the engine of security."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from coalition_worlds import DUSHANBE, FIVE, MINSK, base, eurasia, setting
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.coalitions import Outlook, equilibrium, kemp_wan
from hansa.studies import worth_security
from hansa.studies.accession_worth import LEVERS, alignment, harmless, tip, verified
from hansa.studies.worth import SWITCHES, money, parts, setting_of, trade_worth
from hansa.studies.worth_security import (
    SecurityTerms,
    attack_on,
    pact_of,
    security_of,
    security_worth,
    success,
)
from hansa.studies.worth_terms import terms_from
from hansa.studies.worth_union import exchange_of, is_pact, pacts, prospects, trade_outlook
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.truth import Truth
from hansa.trade import real_income, solve

SIX = (*FIVE, "ARM")


def test_each_value_is_that_of_its_equilibrium() -> None:
    s = setting()
    worth = trade_worth(s, SIX)
    e = s.base.economy
    for bloc in ((), FIVE, ("RUS", "BLR"), SIX):
        alone = real_income(solve(e, s.shock(())), solve(e, s.shock(bloc)))
        for name, value in worth.of(bloc).items():
            assert value == pytest.approx(alone[e.index(name)], abs=1e-8)
        (trace,) = worth.trace(sum(1 << SIX.index(n) for n in bloc))
        assert trace.ref == s.key(bloc)[:16]
        assert "no market is off by more than" in trace.text
    assert s.key(FIVE) != s.key(SIX)
    assert s.key(FIVE) != s.other(terms=terms_from({"transport": 0.9})).key(FIVE)


def test_parts_sum_to_the_gain_and_come_from_what_is_switched() -> None:
    s = setting().other(terms=terms_from({"transport": 0.97, "key": "equal"}))
    found, gains = parts(s, FIVE), s.gains(FIVE)
    for name in s.base.economy.countries:
        assert sum(found[name].values()) == pytest.approx(gains[name], abs=1e-9)
    assert set(found["RUS"]) == set(SWITCHES)
    assert found["RUS"]["revenue key"] < 0 < found["TJK"]["revenue key"]
    assert all(found[name]["transport"] > 0 for name in FIVE)
    # free trade is there already
    assert all(abs(found[name]["free trade inside"]) < 1e-9 for name in FIVE)


def test_an_outlook_is_the_worth_around_a_bloc() -> None:
    s = setting().other(players=SIX)
    full = Outlook.of(trade_worth(s), FIVE)
    near = trade_outlook(s, FIVE, [{"theta": 4.0}])
    assert np.allclose(near.point, full.point, atol=1e-8)
    assert np.allclose(near.draws[0], near.point, atol=1e-8)


def test_other_players_and_unknown_ones() -> None:
    register = eurasia().on(MINSK)
    s = setting_of(base(), register, "CU1995", candidates=("ARM", "MDA"))
    assert s.players == (*FIVE, "ARM", "MDA")
    with pytest.raises(UnknownCode, match="unknown state of the economy"):
        setting_of(base(), register, "CU1995", candidates=("ARN",))
    with pytest.raises(BadInput, match="no customs union"):
        setting_of(base(), register, "CST")
    with pytest.raises(UnknownCode, match="unknown organisation"):
        setting_of(base(), register, "CU1996")


# --- Kemp and Wan on the world's matrix --------------------------------------------------


@pytest.mark.parametrize(("on", "organisation"), [(MINSK, "CU1995"), (DUSHANBE, "EURASEC")])
def test_kemp_wan_on_the_worlds_matrix(on: str, organisation: str) -> None:
    s = setting(on, organisation)
    economy = exchange_of(s)
    before = equilibrium(economy)
    # the base is its own equilibrium at prices of one
    assert np.allclose(before.p, 1, atol=1e-10)
    found = kemp_wan(economy, s.members, before)
    assert found.gains.min() > -1e-8
    assert found.gains.max() > 1e-4
    outside = [i for i, n in enumerate(economy.states) if n not in s.members]
    assert np.abs(found.gains[outside]).max() < 1e-10
    assert found.compensation.sum() == pytest.approx(0, abs=1e-6)
    assert harmless(s, s.members) is not None
    assert harmless(s, ("RUS",)) is None


# --- levers and payments ----------------------------------------------------------------


def test_levers_tip_where_the_gain_changes_sign() -> None:
    s = setting()
    for lever in LEVERS:
        found = tip(s, "TJK", FIVE, lever)
        at = found.found.at
        assert at is not None
        given = {"transport": {"transport": 1 - at}, "tariff": {"tariff": at}}.get(lever)
        if given is not None:
            there = s.other(terms=terms_from(given, s.terms))
            i = s.base.economy.index("TJK")
            rest = tuple(n for n in FIVE if n != "TJK")
            inside, outside = there.equilibrium(FIVE), there.equilibrium(rest)
            gain = inside.welfare[i] / outside.welfare[i] - 1
            assert gain == pytest.approx(1e-4, abs=2e-5)
        assert found.text.endswith("or more") == found.rises
    with pytest.raises(UnknownCode, match="did you mean transport"):
        tip(s, "TJK", FIVE, "transprot")


def test_payments_are_checked_in_the_model() -> None:
    s = setting()
    outlook = trade_outlook(s, FIVE, mind=1e-4)
    paid = outlook.kept(money(s))
    assert paid.moved > 0
    after, before = verified(s, FIVE, paid), s.gains(FIVE)
    for name, amount in paid.amounts.items():
        assert (after[name] - before[name]) * amount >= -1e-6  # who is paid gains by it


def test_alignment_and_the_wto() -> None:
    found = alignment(eurasia(), setting(DUSHANBE, "EURASEC"), "ARM", eurasia().on(DUSHANBE).day)
    assert found.own == pytest.approx(0.0287)
    assert found.common > 0.08
    assert str(found.member_since) == "2003-02-05"
    assert found.broken is Truth.UNKNOWN
    earlier = alignment(eurasia(), setting(), "ARM", eurasia().on(MINSK).day)
    assert earlier.member_since is None
    assert earlier.broken is Truth.FALSE


# --- security ---------------------------------------------------------------------------

PLAYERS = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK", "UZB", "AZE")


def pact(on: str = MINSK, organisation: str = "CST"):
    return pact_of(eurasia(), eurasia().on(on), organisation, ("UZB", "AZE"))


def test_success_is_what_the_engine_of_security_says() -> None:
    found, terms = pact(), SecurityTerms(honour=0.37, decisiveness=1.3)
    lost, struck = success(found, terms)
    for mask in (0, 0b111111, 0b101101, 0b11111111, 0b1000001):
        bloc = tuple(p for i, p in enumerate(found.players) if mask >> i & 1)
        for i, target in enumerate(found.players):
            foes = found.neighbours[target]
            expected = hit = 0.0
            for foe in foes:
                allied = target in bloc and foe in bloc
                chance = (1 - terms.peace if allied else 1.0) / len(foes)
                hit += chance
                expected += chance * attack_on(found, target, foe, bloc, terms).win
            assert lost[i, mask] == pytest.approx(expected, abs=1e-12)
            assert struck[i, mask] == pytest.approx(hit)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 255), st.floats(0, 1), st.floats(0, 0.1))
def test_some_blocs_are_as_all_blocs(mask: int, honour: float, threat: float) -> None:
    found = pact()
    terms = SecurityTerms(honour=honour, threat=threat, budget=5.0)
    bloc = tuple(p for i, p in enumerate(found.players) if mask >> i & 1)
    worth = security_worth(found, terms)
    some = security_of(found, [bloc], [terms])[0, 0]
    assert np.allclose(some, list(worth.of(bloc).values()), atol=1e-12)


def test_more_reliable_promises_never_hurt_the_weak() -> None:
    found = pact()
    worths = [security_worth(found, SecurityTerms(honour=h, help_cost=0)) for h in (0.2, 0.5, 0.9)]
    for weaker, firmer in itertools.pairwise(worths):
        assert (firmer.payoffs >= weaker.payoffs - 1e-12).all()


def test_many_guarantors_are_spread_over_a_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    found, terms = pact(), [SecurityTerms(), SecurityTerms(honour=0.8)]
    exact = security_of(found, [found.players], terms)
    monkeypatch.setattr(worth_security, "EXACT_UP_TO", 1)
    near = security_of(found, [found.players], terms)
    assert np.abs(near / exact - 1).max() < 1e-6


def test_a_budget_needs_incomes_and_is_split_as_on_record() -> None:
    held = pact(DUSHANBE, "CSTO")
    free, paid = (security_worth(held, SecurityTerms(budget=b)) for b in (0.0, 100.0))
    cost = {n: free.of(held.members)[n] - paid.of(held.members)[n] for n in held.members}
    money = {name: cost[name] * held.incomes[name] for name in cost}
    assert money["RUS"] == pytest.approx(5 * money["ARM"])
    assert sum(money.values()) == pytest.approx(100)
    poor = replace(held, incomes={k: v for k, v in held.incomes.items() if k != "ARM"})
    with pytest.raises(BadInput, match=r"income of ARM is needed"):
        security_worth(poor, SecurityTerms(budget=1.0))


def test_pacts_of_both_days() -> None:
    minsk, dushanbe = eurasia().on(MINSK), eurasia().on(DUSHANBE)
    assert next(pacts(eurasia(), minsk, FIVE)) == "CST"
    assert next(pacts(eurasia(), dushanbe, FIVE)) == "CSTO"
    assert not is_pact(dushanbe, "SCO")
    assert is_pact(minsk, "NATO")
    with pytest.raises(BadInput, match="no table 'military'"):
        pact_of(replace(eurasia(), sheets={}), minsk, "CST")


def test_prospects_of_union_and_pact_add_up() -> None:
    s = setting()
    p = pact_of(eurasia(), eurasia().on(MINSK), "CST", s.players)
    found = prospects(s, p, draws=4, seed=1)
    assert found.trade is not None
    assert found.security is not None
    assert found.both is not None
    move = found.both.moves("RUS").point
    assert move == pytest.approx(found.trade.moves("RUS").point + found.security.moves("RUS").point)
    # Armenia is in the pact already: joining "both" is joining the union
    assert found.both.moves("ARM").point == pytest.approx(found.trade.moves("ARM").point)
    assert len(found.both.draws) == 4
    assert prospects(s, None, draws=0).mixed is not None
    with pytest.raises(BadInput, match="neither"):
        prospects(None, None, draws=0)
