"""Plans against published optima and a textbook case."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from hansa.cooperation.interdiction import evaluate, plan_posts, pooled, without_posts
from hansa.sources.interdiction import INSTANCES, read_network, read_optima, read_shortest_path

pytestmark = pytest.mark.shared
DATA = "data/interdiction"


def optimum(folder: Path, instance: int, sensors: int) -> float:
    """Where two published values differ, the smaller."""
    return min(
        o.value for o in read_optima(folder) if (o.instance, o.sensors) == (instance, sensors)
    )


@pytest.mark.parametrize("instance", [0, 1])
def test_pan_morton_30_sensors_to_the_published_optimum(shared: Path, instance: int) -> None:
    folder = shared / DATA
    plan = plan_posts(read_network(folder, instance), pooled(30))
    assert plan.evasion == pytest.approx(optimum(folder, instance, 30), rel=1e-6)
    assert plan.gap <= 1e-6
    assert len(plan.sites) == 30


@pytest.mark.slow
@pytest.mark.parametrize("sensors", [50, 70, 90])
def test_pan_morton_fast_plan_within_three_per_cent_and_above_its_bound(
    shared: Path, sensors: int
) -> None:
    folder = shared / DATA
    known = optimum(folder, 0, sensors)
    plan = plan_posts(read_network(folder, 0), pooled(sensors), method="fast")
    assert plan.bound <= known * (1 + 1e-6)
    assert known * (1 - 1e-6) <= plan.evasion <= 1.03 * known


@pytest.mark.parametrize("instance", INSTANCES)
def test_all_five_networks_are_read_whole(shared: Path, instance: int) -> None:
    network = read_network(shared / DATA, instance)
    assert (len(network.nodes), len(network.sites), len(network.journeys)) == (783, 320, 456)


def test_chance_without_sensors_is_that_of_the_published_potentials(shared: Path) -> None:
    rows = (shared / DATA / "psi_by_sink.txt").read_text(encoding="utf-8").splitlines()
    published = {float(cell) for row in rows for cell in row.split()}
    found = without_posts(read_network(shared / DATA, 0)).chances
    near = [min(abs(chance - known) for known in published) for chance in found]
    assert max(near) < 1e-6


@pytest.mark.parametrize("method", ["exact", "fast", "compact"])
def test_jayaswal_sinha_2024_section_4_shortest_path(shared: Path, method: str) -> None:
    network, budget, known = read_shortest_path(shared / DATA / "spi_5_5_known.json")
    plan = plan_posts(network, pooled(budget), method=method)  # type: ignore[arg-type]
    assert -10 * math.log(plan.evasion) == pytest.approx(known)
    named = evaluate(network, ("1-2", "3-5"))  # one of several best plans
    assert named.evasion == pytest.approx(plan.evasion)
