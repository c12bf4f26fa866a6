"""Small operations for the tests of force plans: one by hand, many at random."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from hansa.security.forces import (
    Area,
    Cap,
    Closure,
    Consent,
    Fleet,
    Hub,
    Leg,
    Mandate,
    Need,
    Operation,
    Sortie,
    Throughput,
    Unit,
)
from hansa.terms.days import add_days
from hansa.terms.truth import Truth

START = date(2020, 3, 1)
MEMBERS = ("AAA", "BBB", "CCC")


def hand_made(**changes: object) -> Operation:
    """Two members, an air bridge in whole sorties and a slow road through a third state."""
    mandate = Mandate(
        id="M1",
        task="peacekeeping",
        area=Area("Valley", ("field",), "HST", 42.0, 72.0),
        start=START,
        months=6,
        needs=(
            Need("infantry", 400, add_days(START, 8)),
            Need("infantry", 700, add_days(START, 20)),
            Need("hospital", 1, add_days(START, 20)),
        ),
    )
    values: dict[str, object] = {
        "mandate": mandate,
        "units": (
            unit("A1", "AAA", "alpha", {"infantry": 400}, 400, 300, 2, 400_000),
            unit("A2", "AAA", "alpha", {"infantry": 400}, 400, 300, 4, 380_000),
            unit("B1", "BBB", "beta", {"infantry": 350}, 350, 200, 1, 450_000),
            unit("B2", "BBB", "beta", {"hospital": 1}, 80, 120, 5, 300_000),
            unit("A3", "AAA", "alpha", {"hospital": 1}, 90, 150, 3, 350_000),
        ),
        "hubs": (
            Hub("alpha", "Alpha", 55.0, 40.0, "AAA"),
            Hub("beta", "Beta", 38.0, 68.0, "BBB"),
            Hub("field", "Field", 42.0, 72.0, "HST"),
        ),
        "legs": (
            Leg("alpha>field:air", "alpha", "field", "air", 0,
                sortie=Sortie(30.0, Decimal(80_000), fleet="wing", vehicle_days=(1.0, 0.2))),
            Leg("beta>field:air", "beta", "field", "air", 0,
                sortie=Sortie(30.0, Decimal(50_000), fleet="wing", vehicle_days=(0.8,))),
            Leg("beta>field:road", "beta", "field", "road", 4, 60.0, Decimal(200),
                transits=("TRN",)),
            Leg("alpha>beta:rail", "alpha", "beta", "rail", 5, 500.0, Decimal(60)),
        ),
        "horizon": 25,
        "fleets": (Fleet("wing", "Air wing", 4),),
        "throughputs": (Throughput("field", "air", sorties_per_day=5),),
        "consents": (Consent("TRN", Truth.TRUE),),
        "fair_shares": {"AAA": Decimal(60), "BBB": Decimal(40)},
    }  # fmt: skip
    values |= changes
    return Operation(**values)  # type: ignore[arg-type]  # the operation checks itself


def unit(
    key: str,
    member: str,
    hub: str,
    supplies: dict[str, float],
    persons: int,
    tons: float,
    ready: int,
    cost: int,
) -> Unit:
    return Unit(
        id=key,
        member=member,
        name=f"unit {key}",
        hub=hub,
        supplies=tuple(supplies.items()),
        persons=persons,
        tons=tons,
        ready=ready,
        month_cost=Decimal(cost),
    )


def operations() -> st.SearchStrategy[Operation]:
    """Small operations that shrink, and lively ones from a seed."""
    return st.one_of(drawn_operations(), st.integers(0, 10**6).map(lively_operation))


def lively_operation(seed: int) -> Operation:
    """A random operation that mostly has a plan, with transfers, sorties and transits."""
    rng = random.Random(seed)
    bases, area = ["h0", "h1", "h2"], ["f0", "f1"]
    horizon = rng.randint(8, 16)
    needs = tuple(
        Need(
            f"k{k % 2}",
            rng.randint(1, 4),
            add_days(START, rng.randint(3, horizon)),
            rng.choice([None, None, add_days(START, 70)]),
        )
        for k in range(rng.randint(1, 4))
    )
    units = tuple(
        unit(
            f"u{i}",
            rng.choice(MEMBERS),
            rng.choice([*bases, *bases, area[0]]),
            {f"k{i % 2}": rng.randint(1, 3), f"k{(i + 1) % 2}": rng.choice([0, 0, 1])},
            rng.randint(50, 500),
            rng.choice([0, 13, 60, 90, 155.5]),
            rng.randint(0, 4),
            rng.randint(1, 50),
        )
        for i in range(rng.randint(3, 9))
    )
    ways = [("h0", "f0"), ("h1", "f0"), ("h2", "h0"), ("h2", "h1"), ("h0", "f1"), ("h1", "f1")]
    legs = []
    for number, (a, b) in enumerate([*ways[:4], *rng.sample(ways, 2)]):
        whole = rng.random() < 0.5
        sortie = Sortie(
            rng.choice([10.0, 25.0, 40.0]),
            Decimal(rng.randint(1, 20)),
            rng.choice([None, 2, 4]),
            rng.choice(["", "fl"]),
            rng.choice([(1.0,), (0.5,), (1.0, 0.5)]),
        )
        legs.append(
            Leg(
                f"l{number}", a, b, rng.choice(["air", "road"]), rng.randint(0, 3),
                rng.choice([None, 40.0, 60.0, 150.0]), rng.choice([Decimal("0.5"), Decimal(2)]),
                sortie if whole else None, rng.choice([(), ("TRN",), ("OTH",)]),
            )
        )  # fmt: skip
    return Operation(
        mandate=Mandate("R", "rapid_reaction", Area("area", tuple(area)), START, 4, needs),
        units=units,
        hubs=tuple(Hub(key, key) for key in (*bases, *area)),
        legs=tuple(legs),
        horizon=horizon,
        fleets=(Fleet("fl", "fleet", rng.randint(2, 5)),),
        throughputs=(
            Throughput("f0", rng.choice(["air", "road"]), rng.choice([None, 70.0, 120.0]), 4),
            Throughput("h1", "road", 90.0, None, rng.choice(["arrivals", "departures", "both"])),
        ),
        consents=(
            Consent("TRN", Truth.TRUE, start=rng.choice([None, add_days(START, 3)])),
            Consent("OTH", rng.choice(list(Truth))),
        ),
        closures=(
            Closure(
                rng.choice(bases), add_days(START, rng.randint(0, 4)), add_days(START, 6), "air"
            ),
        ),
        fair_shares={"AAA": Decimal(2), "BBB": Decimal(1), "CCC": Decimal(1)},
        caps=rng.choice([(), (), (Cap("AAA", Decimal(400)),)]),
    )


@st.composite
def drawn_operations(draw: st.DrawFn) -> Operation:
    """Random small operations: sorties, fleets, transfers, closures, consents, caps."""
    horizon = draw(st.integers(4, 14))
    homes = draw(st.sampled_from([2, 1, 3]))
    fields = draw(st.integers(1, 2))
    bases = [f"h{i}" for i in range(homes)]
    area = [f"f{i}" for i in range(fields)]
    needs = tuple(
        Need(
            f"k{k % 2}",
            draw(st.integers(1, 3)),
            add_days(START, draw(st.integers(2, horizon + 2))),
            draw(st.sampled_from([None, None, add_days(START, 60), add_days(START, 100)])),
        )
        for k in range(draw(st.integers(1, 3)))
    )
    units = tuple(
        unit(
            f"u{i}",
            draw(st.sampled_from(MEMBERS)),
            draw(st.sampled_from([*bases, *bases, area[0]])),
            {"k0": draw(st.integers(0, 3)), "k1": draw(st.integers(0, 3))},
            draw(st.integers(0, 500)),
            draw(st.sampled_from([40, 0, 7, 95, 120])),
            draw(st.integers(0, 5)),
            draw(st.integers(0, 50)),
        )
        for i in range(draw(st.integers(1, 6)))
    )
    legs = draw(_legs(bases, area))
    return Operation(
        mandate=Mandate("R", "rapid_reaction", Area("area", tuple(area)), START, 4, needs),
        units=units,
        hubs=tuple(Hub(key, key) for key in (*bases, *area)),
        legs=legs,
        horizon=horizon,
        fleets=(Fleet("fl", "fleet", draw(st.integers(1, 4))),),
        throughputs=tuple(draw(st.lists(_throughputs(area), max_size=2))),
        consents=(
            Consent("TRN", draw(st.sampled_from(list(Truth)))),
            *draw(st.lists(_consents(), max_size=2)),
        ),
        closures=tuple(draw(st.lists(_closures([*bases, *area]), max_size=2))),
        fair_shares={"AAA": Decimal(2), "BBB": Decimal(1), "CCC": Decimal(1)},
        caps=tuple(
            draw(
                st.lists(
                    st.builds(
                        Cap,
                        st.sampled_from(MEMBERS),
                        st.integers(50, 600).map(Decimal),
                        st.sampled_from(["cost", "persons"]),
                    ),
                    max_size=1,
                )
            )
        ),
    )


@st.composite
def _legs(draw: st.DrawFn, bases: list[str], area: list[str]) -> tuple[Leg, ...]:
    legs = []
    ways = [(base, area[0]) for base in bases[: max(1, len(bases) - 1)]]
    behind = len(bases) > 1 and draw(st.booleans())  # the last base lies behind the first
    for _ in range(draw(st.integers(1, 4))):
        a = draw(st.sampled_from([bases[-1], *bases]))
        others = [base for base in bases if base != a]
        if behind and a == bases[-1]:
            ways.append((a, bases[0]))
        else:
            ways.append((a, draw(st.sampled_from([*area, *others]))))
    for number, (a, b) in enumerate(ways):
        sortie = draw(
            st.one_of(
                st.none(),
                st.builds(
                    Sortie,
                    st.sampled_from([10.0, 25.0, 40.0]),
                    st.integers(0, 20).map(Decimal),
                    st.one_of(st.none(), st.integers(1, 3)),
                    st.sampled_from(["", "fl"]),
                    st.sampled_from([(1.0,), (0.5,), (1.0, 0.5), (1.0, 1.0, 0.2)]),
                ),
            )
        )
        legs.append(
            Leg(
                f"l{number}",
                a,
                b,
                draw(st.sampled_from(["air", "road"])),
                draw(st.integers(0, 3)),
                draw(st.one_of(st.none(), st.sampled_from([20.0, 60.0, 150.0]))),
                draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal("1.25")])),
                sortie,
                draw(st.sampled_from([(), (), ("TRN",), ("TRN",), ("OTH",)])),
            )
        )
    return tuple(legs)


def _throughputs(area: list[str]) -> st.SearchStrategy[Throughput]:
    return st.builds(
        Throughput,
        st.sampled_from(area),
        st.sampled_from(["air", "road"]),
        st.one_of(st.none(), st.sampled_from([0.0, 30.0, 80.0])),
        st.one_of(st.none(), st.integers(1, 4)),
        st.sampled_from(["arrivals", "departures", "both"]),
    )


def _consents() -> st.SearchStrategy[Consent]:
    return st.builds(
        Consent,
        st.sampled_from(["TRN", "OTH"]),
        st.sampled_from(list(Truth)),
        st.sampled_from(["", "air"]),
        st.one_of(st.none(), st.integers(0, 5).map(lambda n: add_days(START, n))),
    )


def _closures(hubs: list[str]) -> st.SearchStrategy[Closure]:
    return st.tuples(
        st.sampled_from(hubs), st.integers(0, 6), st.integers(1, 3), st.sampled_from(["", "air"])
    ).map(lambda v: Closure(v[0], add_days(START, v[1]), add_days(START, v[1] + v[2]), v[3]))
