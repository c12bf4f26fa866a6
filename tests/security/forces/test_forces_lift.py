"""Legs from distances, and lift under uncertain demand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from hansa.security.forces import (
    Demand,
    Hub,
    LiftType,
    TwoStage,
    distance_km,
    hedge,
    leg_between,
)
from hansa.security.forces.lift import spread
from hansa.sources.operations import read_force_instance, read_smps
from hansa.terms.errors import BadInput, Infeasible, UnknownCode

MOSCOW = Hub("mow", "Moscow", 55.7558, 37.6173)
ALMATY = Hub("ala", "Almaty", 43.2380, 76.8829)
PLANE = LiftType("p", "plane", "air", 30.0, 700.0, 14.0, 5.0, 1.0, Decimal(9000))
LORRY = LiftType("l", "lorry", "road", 5.0, 40.0, 10.0, 2.0, 1.0, Decimal(60))


def test_great_circle_of_moscow_and_almaty() -> None:
    assert distance_km(MOSCOW, ALMATY) == pytest.approx(3113, abs=10)
    assert distance_km(MOSCOW, ALMATY) == pytest.approx(distance_km(ALMATY, MOSCOW))


def test_a_flight_of_one_day_and_a_drive_of_many() -> None:
    flight = leg_between(MOSCOW, ALMATY, PLANE, fleet="f")
    assert flight.days == 0
    assert flight.sortie is not None
    assert sum(flight.sortie.vehicle_days) == pytest.approx(
        (2 * flight.km / 700 + 5) / 14, rel=1e-3
    )
    drive = leg_between(MOSCOW, ALMATY, LORRY, whole=False, tons_per_day=100)
    assert drive.days == 7  # 78 hours on the road and 2 of handling, ten a day
    assert drive.sortie is None
    assert drive.cost_per_ton > 0


def test_positioning_is_paid() -> None:
    near = leg_between(MOSCOW, ALMATY, PLANE, fleet="f", home=MOSCOW)
    far = leg_between(MOSCOW, ALMATY, PLANE, fleet="f", home=Hub("v", "Vladivostok", 43.1, 131.9))
    assert near.sortie is not None
    assert far.sortie is not None
    assert far.sortie.cost > near.sortie.cost
    assert near.days == far.days


def test_a_hub_without_coordinates_is_refused() -> None:
    with pytest.raises(BadInput, match="Nowhere has no coordinates"):
        leg_between(MOSCOW, Hub("x", "Nowhere"), PLANE)


@given(st.floats(0.1, 200), st.floats(1, 24))
def test_a_trip_takes_as_many_days_as_its_hours(hours: float, per_day: float) -> None:
    shares = spread(hours, per_day)
    assert sum(shares) == pytest.approx(hours / per_day, abs=1e-6)
    assert all(0 < share <= 1 for share in shares)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "optimum"), [("first", 249101.672072), ("second", 269665.498390)])
def test_midler_wollmer_airlift_optimum(shared: Path, name: str, optimum: float) -> None:
    folder = shared / "data" / "operations" / "airl"
    problem = read_smps(folder / "AIRL.cor", folder / "AIRL.tim", folder / f"AIRL.sto.{name}")
    assert len(problem.demands) == 25
    assert problem.names[: problem.first] == ("X11", "X12", "X21", "X22")
    found = hedge(problem)
    assert found.value == pytest.approx(optimum, abs=1e-6)
    assert found.worth_of_hedging >= -1e-6
    assert found.worth_of_foresight >= -1e-6


def newsvendor(demands: list[tuple[float, float]]) -> TwoStage:
    """Hire x tons at 1 now; each ton short costs 5 later."""
    return TwoStage(
        names=("x", "short"), first=1, cost=np.array([1.0, 5.0]), lower=np.zeros(2),
        upper=np.full(2, np.inf), matrix=sparse.csr_matrix(np.array([[1.0, 0.0], [1.0, 1.0]])),
        first_rows=1, senses=("L", "G"), rhs=np.array([1000.0, 0.0]),
        demands=tuple(Demand(p, np.array([d])) for p, d in demands),
    )  # fmt: skip


@given(st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_hedging_is_the_quantile_of_the_demand(demands: list[int]) -> None:
    found = hedge(newsvendor([(1 / len(demands), float(d)) for d in demands]))
    costs = [x + sum(5 * max(0, d - x) for d in demands) / len(demands) for x in (0, *demands)]
    assert found.value == pytest.approx(min(costs), abs=1e-6)
    assert found.foresight_value == pytest.approx(sum(demands) / len(demands), abs=1e-6)
    assert found.worth_of_hedging >= -1e-6


def test_demands_must_be_probabilities() -> None:
    with pytest.raises(BadInput, match=r"sum to 0\.5"):
        newsvendor([(0.5, 1.0)])
    with pytest.raises(BadInput, match="at least one"):
        newsvendor([])


def test_a_demand_that_cannot_be_met_is_infeasible() -> None:
    tight = replace(newsvendor([(1.0, 2000.0)]), upper=np.array([1000.0, 10.0]))
    with pytest.raises(Infeasible):
        hedge(tight)


CORE = """NAME X
ROWS
 N COST
 L CAP
 G DEM
COLUMNS
 X COST 1.0 CAP 1.0
 X DEM 1.0
 S COST 5.0 DEM 1.0
RHS
 R CAP 100 DEM 0
BOUNDS
 UP BND X 90
ENDATA
"""
TIMES = "TIME X\nPERIODS\n X CAP ONE\n S DEM TWO\nENDATA\n"
STOCH = "STOCH X\nINDEP DISCRETE\n R DEM 10 TWO 0.5\n R DEM 30 TWO 0.5\nENDATA\n"


def written(folder: Path, core: str = CORE, times: str = TIMES, stoch: str = STOCH) -> TwoStage:
    for name, text in (("a.cor", core), ("a.tim", times), ("a.sto", stoch)):
        (folder / name).write_text(text, encoding="utf-8")
    return read_smps(folder / "a.cor", folder / "a.tim", folder / "a.sto")


def test_smps_by_hand(tmp_path: Path) -> None:
    problem = written(tmp_path)
    assert problem.upper.tolist() == [90.0, np.inf]
    assert [d.rhs.tolist() for d in problem.demands] == [[10.0], [30.0]]
    assert hedge(problem).value == pytest.approx(30.0)


@pytest.mark.parametrize(
    ("part", "old", "new", "message"),
    [
        ("core", "X DEM 1.0", "X DEN 1.0", "unknown row 'DEN'.*did you mean DEM"),
        ("core", "X DEM 1.0", "X DEM one", "'one' is not a number"),
        ("core", "X DEM 1.0", "X DEM", "without a value"),
        ("core", " L CAP", " Q CAP", "N, L, G or E"),
        ("core", "UP BND X", "UP BND Y", "unknown column 'Y'"),
        ("core", "UP BND X", "XX BND X", "kind 'XX'"),
        ("core", "BOUNDS", "RANGES", "section 'RANGES'"),
        ("core", " N COST\n", "", "row 'COST'"),
        ("times", " S DEM TWO\n", "", "1 periods"),
        ("times", " S DEM TWO", " S DEM", "column, row, period"),
        ("stoch", "INDEP DISCRETE", "INDEP NORMAL", "only INDEP DISCRETE"),
        ("stoch", "R DEM 10", "R CAP 10", "second-stage row 'CAP'"),
    ],
)
def test_a_malformed_smps_file_says_where(
    tmp_path: Path, part: str, old: str, new: str, message: str
) -> None:
    parts = {"core": CORE, "times": TIMES, "stoch": STOCH}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with pytest.raises(BadInput, match=message):
        written(tmp_path, **parts)


def test_too_many_demands_are_refused(tmp_path: Path) -> None:
    rows = "".join(f" R D{i} {v} TWO 0.5\n" for i in range(15) for v in (1, 2))
    core = CORE.replace(" G DEM\n", "".join([" G DEM\n", *(f" G D{i}\n" for i in range(15))]))
    with pytest.raises(BadInput, match="32,768 combinations"):
        written(tmp_path, core=core, stoch=f"STOCH X\nINDEP DISCRETE\n{rows}ENDATA\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "not JSON"), ("{}", "lacks"), ("[1]", "malformed"), ('{"members": 3}', "malformed")],
)
def test_a_malformed_instance_says_what(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "force_x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        read_force_instance(path)


def test_unknown_code_is_bad_input() -> None:
    assert issubclass(UnknownCode, BadInput)
