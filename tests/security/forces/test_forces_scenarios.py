"""January 2022 and Batken 1999, from the tables of facts."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from hansa.security.forces import (
    Limits,
    Need,
    advise,
    batken_1999,
    beside_what_happened,
    kazakhstan_2022,
    plan_forces,
    plan_section,
    simulate,
)
from hansa.terms.errors import BadInput
from hansa.terms.truth import Truth

Tables = Mapping[str, list[dict[str, str]]]
FINE = Limits(30.0, 1e-4)


@pytest.fixture(scope="module")
def tables(shared: Path) -> Tables:
    found = {}
    for name in ("forces", "bases", "incidents"):
        with (shared / "facts" / f"{name}.csv").open(encoding="utf-8") as file:
            found[name] = list(csv.DictReader(file))
    return found


@pytest.mark.shared
def test_january_2022_the_plan_beside_what_arrived(tables: Tables) -> None:
    scenario = kazakhstan_2022(**tables)
    plan = plan_forces(scenario.operation, scenario.aims, FINE)
    assert simulate(plan) == ()
    assert plan.persons >= 2500
    assert date(2022, 1, 6) <= plan.complete_on <= date(2022, 1, 9)
    rows = {
        str(row["member"]): row for row in beside_what_happened(plan, scenario.actual).records()
    }
    assert {"ARM", "BLR", "KGZ", "RUS", "TJK"} == set(rows)
    assert "KAZ" not in {p.member for p in plan.postings}  # the host does not help itself
    assert (rows["TJK"]["real_persons"], rows["KGZ"]["real_persons"]) == (200, 150)
    assert rows["RUS"]["real_first"] == date(2022, 1, 6)
    assert rows["ARM"]["real_complete"] == date(2022, 1, 8)
    assert rows["RUS"]["planned_first"] == date(2022, 1, 6)
    assert plan.lawful is Truth.UNKNOWN  # nobody recorded when the Security Council was told
    assert all(act.kind == "pledge" and act.source for act in scenario.acts)


@pytest.mark.shared
def test_january_2022_slots_set_the_pace(tables: Tables) -> None:
    days = []
    for slots in (10, 15, 40):
        scenario = kazakhstan_2022(**tables, slots_per_day=slots)
        days.append(plan_forces(scenario.operation, scenario.aims, FINE).complete_on)
    assert days == sorted(days, reverse=True)
    assert days[0] > days[-1]


@pytest.mark.shared
def test_batken_1999_could_have_been_reached_over_the_passes(tables: Tables) -> None:
    scenario = batken_1999(**tables)
    plan = plan_forces(scenario.operation, scenario.aims, FINE)
    assert simulate(plan) == ()
    assert {p.member for p in plan.postings} <= {"RUS", "KAZ"}  # the others had gone home
    assert plan.lawful is Truth.FALSE  # the Council took no decision on force
    modes = {leg.id: leg.mode for leg in plan.operation.legs}
    assert "rail" not in {modes[use.leg] for use in plan.lift}  # Uzbekistan has not answered
    assert any(f.kind == "no_consent" and "UZB" in f.text for f in plan.findings)


@pytest.mark.shared
def test_batken_with_uzbek_transit_is_cheaper(tables: Tables) -> None:
    shut = batken_1999(**tables)
    free = batken_1999(**tables, uzbek_transit=Truth.TRUE, council_decided=Truth.TRUE)
    before = plan_forces(shut.operation, shut.aims, FINE)
    after = plan_forces(free.operation, free.aims, FINE)
    assert after.complete_on <= before.complete_on
    assert after.lift_cost.amount < before.lift_cost.amount
    assert after.lawful is Truth.TRUE
    assert simulate(after) == ()


@pytest.mark.shared
def test_batken_2001_has_the_rapid_deployment_force(tables: Tables) -> None:
    scenario = batken_1999(**tables, incident="BAT2000", start=date(2001, 8, 1))
    members = {unit.member for unit in scenario.operation.units}
    assert members == {"RUS", "KAZ", "KGZ", "TJK"}
    plan = plan_forces(scenario.operation, scenario.aims, FINE)
    assert simulate(plan) == ()


@pytest.mark.shared
def test_more_than_the_forces_of_that_time_gets_advice(tables: Tables) -> None:
    scenario = batken_1999(**tables, persons=4000.0)
    advice = advise(scenario.operation, limits=Limits(30.0, 1e-3))
    assert advice.cheapest is not None
    assert any(item.family == "pledge" for item in advice.cheapest.items)


@pytest.mark.shared
def test_scenarios_say_what_they_assume(tables: Tables) -> None:
    for scenario in (kazakhstan_2022(**tables), batken_1999(**tables)):
        assert scenario.assumptions
        assert all(r.kind in ("assumption", "source") for r in scenario.assumptions)
        for leg in scenario.operation.legs:
            assert any(reason.kind == "assumption" for reason in leg.because)
        plan = plan_forces(scenario.operation, scenario.aims, FINE)
        section = plan_section(plan)
        kinds = {type(exhibit).__name__ for exhibit in section.exhibits}
        assert kinds == {"Chart", "Map", "Table"}


@pytest.mark.shared
def test_a_base_without_coordinates_loses_its_legs_not_its_name(tables: Tables) -> None:
    bases = [dict(row) for row in tables["bases"]]
    for row in bases:
        if row["base"].startswith("201st base, Kulob"):
            row["lat"] = ""
    scenario = batken_1999(tables["forces"], bases, tables["incidents"])
    assert any(f.kind == "no_coordinates" and "Kulob" in f.text
               for f in scenario.operation.findings)  # fmt: skip
    assert not any(leg.origin == "kulob" for leg in scenario.operation.legs)
    plan = plan_forces(scenario.operation, scenario.aims, FINE)
    assert all("kulob" not in p.unit for p in plan.postings)


@pytest.mark.shared
def test_a_base_that_the_table_lacks_is_an_error(tables: Tables) -> None:
    few = [row for row in tables["bases"] if "Kant" not in row["base"]]
    with pytest.raises(BadInput, match="Kant"):
        kazakhstan_2022(tables["forces"], few, tables["incidents"])
    with pytest.raises(BadInput, match="BAT1999"):
        batken_1999(tables["forces"], tables["bases"], tables["incidents"], incident="BAT1998")


def test_needs_of_the_scenarios_are_plain_values() -> None:
    assert Need("guard", 2500, date(2022, 1, 9)).until is None
