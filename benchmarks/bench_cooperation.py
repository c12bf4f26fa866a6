"""Joint interdiction on Pan and Morton's five networks: exact and fast plans, and how good."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from benchmarks.registry import Bench, Job
from hansa.cooperation.interdiction import Network, Plan, plan_posts, pooled
from hansa.sources.interdiction import INSTANCES, read_network, read_optima

SHARED = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[2] / "shared"))
DATA = SHARED / "data/interdiction"


@cache
def network(instance: int) -> Network:
    return read_network(DATA, instance)


@cache
def warm() -> Plan:
    """Compile the inner loops before anything is timed."""
    return plan_posts(network(0), pooled(1), method="fast", seconds=1)


def exact(instance: int, sensors: int) -> Job:
    warm()
    net = network(instance)

    def job() -> Plan:
        plan = plan_posts(net, pooled(sensors), seconds=600)
        assert plan.gap <= 1e-6, f"gap {plan.gap:.4%}"
        for known in read_optima(DATA):
            if (known.instance, known.sensors) == (instance, sensors):
                assert plan.evasion <= known.value * (1 + 1e-6)
        return plan

    return job


def fast(instance: int, sensors: int) -> Job:
    warm()
    net = network(instance)
    return lambda: plan_posts(net, pooled(sensors), method="fast")


def compact() -> Job:
    warm()
    net = network(0)
    return lambda: plan_posts(net, pooled(30), method="compact", threads=2, seconds=600)


LIMITS = {30: 60.0, 50: 300.0, 70: 600.0, 90: 600.0}

BENCHES = [
    Bench(
        f"cooperation.interdiction.network{k}-r{sensors}.exact",
        lambda k=k, sensors=sensors: exact(k, sensors),  # type: ignore[misc]  # bound per loop
        limit=LIMITS[sensors],
        repeat=1,
    )
    for sensors in LIMITS
    for k in INSTANCES
]
BENCHES += [
    Bench(
        f"cooperation.interdiction.network{k}-r{sensors}.fast",
        lambda k=k, sensors=sensors: fast(k, sensors),  # type: ignore[misc]  # bound per loop
        limit=5.0,
        repeat=1,
    )
    for sensors in LIMITS
    for k in INSTANCES
]
BENCHES += [
    Bench(
        "cooperation.interdiction.network0-r30.compact",
        compact,
        repeat=1,
        note="the compact programme left to HiGHS: what the cuts save",
    )
]
