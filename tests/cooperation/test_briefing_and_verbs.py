"""The section of the briefing and the verbs: what they say, and that they stay consistent."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hansa import service
from hansa.coalitions import in_core
from hansa.record.world import World
from hansa.studies.case import Case
from hansa.studies.cooperating import joint, ladder, sensitivity, split
from hansa.studies.cooperating_region import Assumptions, region
from hansa.studies.sections.cooperation import section
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.exhibits import Map, Table
from hansa.worlds import open_world

DAY = date(2007, 10, 5)


@pytest.fixture(scope="module")
def world() -> World:
    return open_world("eurasia")


@pytest.fixture(scope="module")
def case(world: World) -> Case:
    return Case(world, DAY)


def test_brief_of_5_october_2007_tells_memorandum_reach_pool_and_offer(case: Case) -> None:
    found = section(case)
    assert found is not None
    said = " ".join(statement.text for statement in found.statements)
    assert "Memorandum of understanding" in said
    assert "binds the secretariats only and puts no duty on a state" in said
    assert "reaches 8 states: ARM BLR CHN KAZ KGZ RUS TJK UZB" in said
    assert "CSTO offered NATO" in said
    assert "no answer is known" in said
    assert "With NATO on the Afghan side" in said
    maps = [e for e in found.exhibits if isinstance(e, Map)]
    assert maps
    assert maps[0].points
    assert maps[0].links
    assert all(s.because for s in found.statements if "On the drug routes" in s.text)


def test_day_before_there_is_nothing_to_pool(world: World) -> None:
    found = section(Case(world, date(2007, 10, 4)))
    assert found is not None
    keys = {exhibit.key for exhibit in found.exhibits}
    assert "pooling" not in keys
    assert "gaps" in keys


def test_world_before_any_agreement_has_no_section(world: World) -> None:
    assert section(Case(world, date(1992, 1, 1))) is None


def test_more_partners_let_less_through(case: Case) -> None:
    made = joint(case, ("CSTO", "SCO"))
    assert made is not None
    found = ladder(case, made, ("NATO",))
    tons = [made.through(step) for step in found.steps]
    assert tons[0] >= tons[1] >= tons[-1]
    assert found.wider[0][1].through(found.wider[0][2]) <= tons[-1]
    assert made.whole() == pytest.approx(90.0)
    for step in found.steps:
        assert step.gap < 0.10


def test_ladder_does_not_depend_on_the_machines_speed(case: Case) -> None:
    one, other = (joint(case, ("CSTO", "SCO"), rounds=20) for _ in range(2))
    assert one is not None
    assert other is not None
    first, second = one.pool.coalition(one.members), other.pool.coalition(other.members)
    assert first.sites == second.sites
    assert first.losses == second.losses


def test_members_of_a_union_without_borders_are_one_territory(world: World) -> None:
    made = region(world, world.on(DAY))
    assert made is not None
    owners = set(made.network.owners)
    assert {"TJK", "RUS", "TUR"} <= owners
    assert not any(node.endswith("@DEU") for node in made.network.nodes)
    assert any(node.endswith("@EU") for node in made.network.nodes)


def test_crossings_open_and_close_by_their_days(world: World) -> None:
    def names(on: str) -> set[str]:
        made = region(world, world.on(on))
        assert made is not None
        return {made.crossing(site.id) for site in made.network.sites}

    assert "SHER_KHAN" not in names("2007-08-25")
    assert "SHER_KHAN" in names("2007-08-26")
    assert "LARS" not in names("2007-10-05")
    assert "LARS_2010" in names("2012-01-01")


def test_split_of_three_states_holds_or_is_proved_impossible(world: World) -> None:
    case = Case(world, DAY)
    made = joint(case, ("CACO",)) if world.on(DAY).members("CACO") else None
    assert made is None
    small = joint(Case(world, date(2007, 10, 5)), ("EURASEC",), rounds=15)
    assert small is not None
    solved = split(small)
    whole = solved.game.whole
    assert solved.shapley.sum() == pytest.approx(whole)
    assert solved.nucleolus.allocation.sum() == pytest.approx(whole)
    assert solved.unpaid.sum() == pytest.approx(whole, abs=1e-9)
    if solved.core.empty:
        assert solved.core.certificate is not None
        assert solved.core.certificate.worth > whole
    else:
        assert in_core(solved.game, solved.core.allocation)
        assert ("nucleolus", ()) in solved.blocked


def test_assumptions_move_the_answer_as_they_should(case: Case) -> None:
    made = region(case.world, case.register, Assumptions(inland=0.05))
    base = region(case.world, case.register)
    assert made is not None
    assert base is not None
    cost = region(case.world, case.register, Assumptions(cost=2.0))
    assert cost is not None
    dear, cheap = np.array(cost.network.costs), np.array(base.network.costs)
    assert (dear >= cheap).all()
    assert (dear > cheap).any()
    less = {a.chance for a in made.network.arcs if not a.watches}
    more = {a.chance for a in base.network.arcs if not a.watches}
    assert min(less) < min(more)


@pytest.mark.slow
def test_sensitivity_varies_each_assumption_twice(case: Case) -> None:
    found = sensitivity(case, ("CSTO", "SCO"), rounds=10)
    assert len(found) == 13
    assert all(item.pooled <= item.before + 1e-9 for item in found)


def test_verbs_answer_with_reasons() -> None:
    answer = service.partners("CSTO", "SCO", on="2007-10-05")
    assert "KAZ KGZ RUS TJK UZB" in str(answer)
    assert answer.tables[0].because
    pooled = service.pool(on="2007-10-05")
    assert any(isinstance(e, Table) and e.key == "gains" for e in pooled.exhibits)
    posts = service.interdict(["CSTO"], budget=3, on="2007-10-05", seconds=5)
    assert sum(posts.value.spent[k][1] for k in range(1)) <= 3  # type: ignore[attr-defined]  # a plan


def test_verbs_refuse_what_makes_no_sense() -> None:
    with pytest.raises(UnknownCode, match="CSTO"):
        service.partners("CTSO")
    with pytest.raises(BadInput, match="name them"):
        service.pool(on="1999-01-01")
    everybody = ["ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK", "UZB"]
    with pytest.raises(BadInput, match="everybody opts out"):
        service.interdict(["CSTO"], without=everybody, on="2007-10-05")
