"""Force plans beside HiGHS on the bare model of the same instances, in one run.

The bare model has one flow per unit, arc and day, as in the description of the instances;
its building is not timed, its solution is. The planner is timed whole: reading of the
operation, model, search, movements, accounts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from benchmarks.registry import Bench, Job
from hansa.security.forces import (
    Closure,
    Limits,
    Withdrawal,
    plan_forces,
    replan,
    simulate,
)
from hansa.sources.operations import ForceInstance, read_force_instance
from hansa.terms.days import add_days

SHARED = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[2] / "shared"))
FOLDER = SHARED / "data" / "operations"
SIZES = {"8m_40u": 48195.5709, "15m_120u": 148495.9872, "30m_300u": 317672.1378}
PAYLOADS = {"air_a": 40.0, "air_b": 70.0, "sea": 2000.0, "road": 200.0}
GAP = 1e-4


def instance(size: str, *, whole: bool = False) -> ForceInstance:
    return read_force_instance(FOLDER / f"force_{size}.json", payloads=PAYLOADS if whole else None)


class Bare:
    """The flow model of the description, column by column and row by row."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.cost: list[float] = []
        self.rows: dict[object, int] = {}
        self.bounds: list[tuple[float, float]] = []
        self.entries: list[tuple[int, int, float]] = []
        units, members, months = data["units"], data["members"], data["duration_months"]
        home = {m["id"]: m["hub"] for m in members}
        self.whole = len(units)
        self.cost += [u["month_cost"] * months for u in units]
        total = sum(m["gdp"] for m in members)
        for i, u in enumerate(units):
            self.put(("need", u["cap"]), data["need"][u["cap"]], np.inf, i, u["amount"])
            self.put(("tons", i), 0, 0, i, -u["tons"])
            for m in members:
                share = (u["member"] == m["id"]) - m["gdp"] / total
                self.put(("fair", m["id"]), 0, 0, i, u["month_cost"] * months * share)
            self.flows(data, i, u, home[u["member"]])
        for m in members:
            for sign in (-1, 1):
                self.put(("fair", m["id"]), 0, 0, len(self.cost), sign)
                self.cost.append(data["unfairness_weight"])

    def flows(self, data: Mapping[str, Any], i: int, unit: Mapping[str, Any], home: int) -> None:
        for number, arc in enumerate(data["arcs"]):
            wait, extra = (0, 0.0) if arc["hub"] == home else (3, 0.5)
            last = min(data["T"], data["due"][unit["cap"]]) - arc["days"]
            mode = arc["mode"].split("_")[0]
            for day in range(unit["ready"] + wait, last + 1):
                column = len(self.cost)
                self.cost.append(arc["cost_per_ton"] + extra)
                self.put(("tons", i), 0, 0, column, 1)
                self.put(("arc", number, day), -np.inf, arc["cap_per_day"], column, 1)
                port = ("port", mode, day + arc["days"])
                self.put(port, -np.inf, data["port"][mode], column, 1)

    def put(self, key: object, low: float, high: float, column: int, value: float) -> None:
        if key not in self.rows:
            self.rows[key] = len(self.rows)
            self.bounds.append((low, high))
        self.entries.append((self.rows[key], column, value))

    def lp(self) -> highspy.HighsLp:
        row, column, value = (np.array(part) for part in zip(*self.entries, strict=True))
        shape = (len(self.rows), len(self.cost))
        matrix = sparse.csr_matrix((value.astype(float), (row, column)), shape=shape)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = shape
        lp.col_cost_ = np.array(self.cost, dtype=float)
        lp.col_lower_ = np.zeros(shape[1])
        upper = np.full(shape[1], np.inf)
        upper[: self.whole] = 1
        lp.col_upper_ = upper
        low, high = zip(*self.bounds, strict=True)
        lp.row_lower_, lp.row_upper_ = np.array(low, dtype=float), np.array(high, dtype=float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        kinds = [highspy.HighsVarType.kInteger] * self.whole
        rest = shape[1] - self.whole
        lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * rest
        return lp


def bare(size: str) -> Callable[[], Job]:
    """HiGHS on the bare model, with the planner's gap and threads."""

    def prepare() -> Job:
        data = json.loads((FOLDER / f"force_{size}.json").read_text(encoding="utf-8"))
        lp = Bare(data).lp()

        def job() -> float:
            solver = highspy.Highs()
            solver.setOptionValue("output_flag", False)
            solver.setOptionValue("threads", 1)
            solver.setOptionValue("mip_rel_gap", GAP)
            solver.passModel(lp)
            solver.run()
            value = float(solver.getInfo().objective_function_value)
            assert abs(value - SIZES[size]) <= GAP * SIZES[size], value
            return value

        return job

    return prepare


def planned(size: str) -> Callable[[], Job]:
    """The planner on the same instance, re-checked."""

    def prepare() -> Job:
        question = instance(size)

        def job() -> float:
            plan = plan_forces(question.operation, question.aims, Limits(120.0, GAP))
            assert abs(plan.objective - SIZES[size]) <= GAP * SIZES[size], plan.objective
            return plan.objective

        assert simulate(plan_forces(question.operation, question.aims, Limits(120.0, GAP))) == ()
        return job

    return prepare


def whole_sorties() -> Job:
    """300 units, 30 members, 60 days, whole sorties, to two percent."""
    question = instance("30m_300u", whole=True)

    def job() -> float:
        plan = plan_forces(question.operation, question.aims, Limits(60.0, 0.02))
        assert plan.gap <= 0.02, plan.gap
        return plan.gap

    return job


def again(closed: bool, day: int) -> Callable[[], Job]:
    """The same operation planned again after an event on a day."""

    def prepare() -> Job:
        question = instance("30m_300u", whole=True)
        plan = plan_forces(question.operation, question.aims, Limits(60.0, 0.02))
        on = add_days(question.operation.mandate.start, day)
        middle = plan.postings[len(plan.postings) // 2].unit
        event = Closure("theatre", on, add_days(on, 3), "air") if closed else Withdrawal(middle, on)

        def job() -> float:
            new = replan(plan, on, (event,), question.aims, Limits(20.0, 0.02))
            assert new.plan.gap <= 0.02, new.plan.gap
            return new.disturbance

        assert simulate(replan(plan, on, (event,), question.aims, Limits(20.0, 0.02)).plan) == ()
        return job

    return prepare


def checked() -> Job:
    """The independent simulation of the largest plan."""
    question = instance("30m_300u", whole=True)
    plan = plan_forces(question.operation, question.aims, Limits(60.0, 0.02))
    return lambda: simulate(plan)


BENCHES = [
    *(
        Bench(
            f"security.forces.{size}.plan",
            planned(size),
            yardstick=bare(size),
            yardstick_name="HiGHS on the bare model",
            ratio_limit=1.5,
            repeat=3,
        )
        for size in SIZES
    ),
    Bench(
        "security.forces.30m_300u.sorties",
        whole_sorties,
        limit=60.0,
        repeat=3,
        note="within 2 %",
    ),
    Bench(
        "security.forces.30m_300u.withdrawal_day0",
        again(False, 0),
        limit=20.0,
        yardstick=whole_sorties,
        yardstick_name="the plan itself",
        repeat=3,
    ),
    Bench(
        "security.forces.30m_300u.withdrawal_day12",
        again(False, 12),
        limit=20.0,
        yardstick=whole_sorties,
        yardstick_name="the plan itself",
        repeat=3,
    ),
    Bench(
        "security.forces.30m_300u.airfield_day12",
        again(True, 12),
        limit=20.0,
        yardstick=whole_sorties,
        yardstick_name="the plan itself",
        repeat=3,
    ),
    Bench("security.forces.30m_300u.simulate", checked, limit=0.5, repeat=5),
]
