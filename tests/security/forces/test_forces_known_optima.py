"""Known optima, and the same optima by an independent model without any aggregation."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from hansa.security.forces import CannotBeMet, Limits, plan_forces, simulate
from hansa.sources.operations import read_force_instance

OPTIMA = {
    "force_8m_40u": 48195.5709,
    "force_15m_120u": 148495.9872,
    "force_30m_300u": 317672.1378,
}
PAYLOADS = {"air_a": 40.0, "air_b": 70.0, "sea": 2000.0, "road": 200.0}


@pytest.mark.shared
@pytest.mark.parametrize(("name", "optimum"), OPTIMA.items())
def test_force_instances_readme_optima(shared: Path, name: str, optimum: float) -> None:
    instance = read_force_instance(shared / "data" / "operations" / f"{name}.json")
    plan = plan_forces(instance.operation, instance.aims, Limits(60.0, 1e-5))
    assert plan.objective == pytest.approx(optimum, abs=1e-4)
    assert plan.bound <= optimum + 1e-4
    assert plan.gap <= 1e-5
    assert simulate(plan) == ()
    stated = float(plan.cost.amount) + instance.aims.tiers[0]["unfairness"] * plan.unfairness
    assert stated == pytest.approx(optimum, abs=0.005 * len(plan.accounts) + 1e-4)


@pytest.mark.shared
@pytest.mark.parametrize("name", OPTIMA)
def test_whole_sorties_are_planned_within_two_percent(shared: Path, name: str) -> None:
    path = shared / "data" / "operations" / f"{name}.json"
    instance = read_force_instance(path, payloads=PAYLOADS)
    plan = plan_forces(instance.operation, instance.aims, Limits(60.0, 0.02))
    assert plan.gap <= 0.02
    assert plan.objective >= OPTIMA[name]  # whole sorties are never cheaper than tons
    assert sum(use.sorties for use in plan.lift) > 0
    assert simulate(plan) == ()


def random_instance(seed: int) -> dict[str, object]:
    """An instance of the files' kind, small enough for a model with a flow per unit."""
    rng = random.Random(seed)
    hubs, kinds = 2, 3
    members = [{"id": m, "gdp": rng.uniform(1, 30), "hub": rng.randrange(hubs)} for m in range(4)]
    units = [
        {
            "id": u, "member": rng.randrange(4), "cap": rng.randrange(kinds),
            "amount": rng.randint(1, 3), "personnel": rng.randint(50, 800),
            "tons": rng.randint(50, 400), "ready": rng.choice([2, 5]),
            "month_cost": rng.randint(50, 900),
        }
        for u in range(12)
    ]  # fmt: skip
    arcs = [
        {"hub": h, "mode": mode, "days": days, "cap_per_day": rng.randint(40, 160),
         "cost_per_ton": round(rng.uniform(0.5, 9), 3)}
        for h in range(hubs)
        for mode, days in (("air_a", 1), ("road", 5))
    ]  # fmt: skip
    return {
        "T": 20, "K": kinds, "members": members, "units": units,
        "need": [rng.randint(1, 3) for _ in range(kinds)], "due": [20, 15, 20], "arcs": arcs,
        "port": {"air": 200, "road": 250}, "duration_months": 6, "unfairness_weight": 0.2,
    }  # fmt: skip


def bare_optimum(data: dict[str, object]) -> float | None:
    """The flow model of the files' description, one flow per unit; ``None``: infeasible."""
    units, arcs, members = data["units"], data["arcs"], data["members"]
    assert isinstance(units, list)
    assert isinstance(arcs, list)
    assert isinstance(members, list)
    home = {m["id"]: m["hub"] for m in members}
    total = sum(m["gdp"] for m in members)
    months, weight = data["duration_months"], data["unfairness_weight"]
    cost = [u["month_cost"] * months for u in units]
    rows: dict[object, dict[int, float]] = {}
    bounds: dict[object, tuple[float, float]] = {}

    def put(key: object, low: float, high: float, column: int, value: float) -> None:
        bounds[key] = (low, high)
        row = rows.setdefault(key, {})
        row[column] = row.get(column, 0.0) + value

    for i, u in enumerate(units):
        put(("need", u["cap"]), data["need"][u["cap"]], np.inf, i, u["amount"])
        put(("tons", i), 0, 0, i, -u["tons"])
        for m in members:
            share = (u["member"] == m["id"]) - m["gdp"] / total
            put(("fair", m["id"]), 0, 0, i, u["month_cost"] * months * share)
    for i, u in enumerate(units):
        for a, arc in enumerate(arcs):
            own = arc["hub"] == home[u["member"]]
            wait, extra = (0, 0.0) if own else (3, 0.5)
            last = min(data["T"], data["due"][u["cap"]]) - arc["days"]
            for d in range(u["ready"] + wait, last + 1):
                column = len(cost)
                cost.append(arc["cost_per_ton"] + extra)
                put(("tons", i), 0, 0, column, 1)
                put(("arc", a, d), -np.inf, arc["cap_per_day"], column, 1)
                mode = arc["mode"].split("_")[0]
                put(("port", mode, d + arc["days"]), -np.inf, data["port"][mode], column, 1)
    for m in members:
        for sign in (-1, 1):
            put(("fair", m["id"]), 0, 0, len(cost), sign)
            cost.append(weight)
    keys = list(rows)
    entries = [(r, c, v) for r, key in enumerate(keys) for c, v in rows[key].items()]
    row, column, value = zip(*entries, strict=True)
    matrix = sparse.csr_matrix((value, (row, column)), shape=(len(keys), len(cost)))
    low, high = zip(*(bounds[key] for key in keys), strict=True)
    whole = np.zeros(len(cost))
    whole[: len(units)] = 1
    top = np.full(len(cost), np.inf)
    top[: len(units)] = 1
    result = milp(
        cost, constraints=LinearConstraint(matrix, low, high), integrality=whole,
        bounds=Bounds(0, top), options={"mip_rel_gap": 1e-9},
    )  # fmt: skip
    return None if result.x is None else float(result.fun)


@pytest.mark.parametrize("seed", range(10))
def test_aggregated_flows_have_the_optimum_of_a_flow_per_unit(seed: int, tmp_path: Path) -> None:
    data = random_instance(seed)
    path = tmp_path / "force_random.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    instance = read_force_instance(path)
    optimum = bare_optimum(data)
    if optimum is None:
        with pytest.raises(CannotBeMet):
            plan_forces(instance.operation, instance.aims)
        return
    plan = plan_forces(instance.operation, instance.aims, Limits(30.0, 1e-9))
    assert plan.objective == pytest.approx(optimum, rel=1e-7)
    assert simulate(plan) == ()
