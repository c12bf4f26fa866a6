"""What plans show, and plans side by side."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from force_worlds import START, hand_made

from hansa.security.forces import (
    Arrival,
    ForcePlan,
    Hub,
    Limits,
    beside_what_happened,
    compare_plans,
    force_table,
    gantt,
    lexicographic,
    lift_table,
    member_table,
    movement_map,
    need_table,
    plan_exhibits,
    plan_forces,
    plan_section,
)
from hansa.terms.days import add_days


@cache
def plan() -> ForcePlan:
    return plan_forces(hand_made(), lexicographic("cost"), Limits(30.0, 1e-9))


def test_the_table_of_the_force_adds_up() -> None:
    rows = force_table(plan()).records()
    assert sum(row["persons"] for row in rows) == plan().persons  # type: ignore[misc]
    assert sum(row["lift_cost"] for row in rows) == plan().lift_cost.amount  # type: ignore[misc]
    assert all(row["leaves"] <= row["complete"] < row["until"] for row in rows)  # type: ignore[operator]
    assert len(force_table(plan()).because) == len(rows)


def test_needs_are_met_by_their_days() -> None:
    for row in need_table(plan()).records():
        assert row["brought"] >= row["amount"]  # type: ignore[operator]
        assert row["met"] <= row["by"]  # type: ignore[operator]


def test_shares_sum_to_a_hundred() -> None:
    rows = member_table(plan()).records()
    assert abs(sum(row["share"] for row in rows) - 100) < 0.05  # type: ignore[misc]
    assert abs(sum(row["fair"] for row in rows) - 100) < 0.05  # type: ignore[misc]


def test_sorties_are_at_most_full() -> None:
    for row in lift_table(plan()).records():
        assert 0 < row["full"] <= 100  # type: ignore[operator]


def test_gantt_bars_follow_one_another() -> None:
    chart = gantt(plan())
    assert (chart.kind, chart.x, chart.x2, chart.y) == ("timeline", "from", "to", "unit")
    lanes: dict[object, list[tuple[object, object, object]]] = {}
    for row in chart.table.records():
        lanes.setdefault(row["unit"], []).append((row["from"], row["to"], row["phase"]))
    assert len(lanes) == len(plan().postings)
    for bars in lanes.values():
        assert [bar[2] for bar in bars][-1] == "in place"
        assert all(start < end for start, end, _ in bars)  # type: ignore[operator]
        assert all(a[1] == b[0] for a, b in pairwise(bars))


def test_the_map_links_bases_with_the_area() -> None:
    drawn = movement_map(plan())
    assert {link[5] for link in drawn.links} <= {key for key, _ in drawn.legend}
    assert "area" in {point[3] for point in drawn.points}
    assert drawn.note == ""
    assert drawn.shades["HST"] == "host"


def test_a_hub_without_coordinates_is_named_under_the_map() -> None:
    hubs = (*hand_made().hubs[:2], Hub("field", "Field", None, None, "HST"))
    drawn = movement_map(plan_forces(hand_made(hubs=hubs), lexicographic("cost")))
    assert drawn.note == "without coordinates, not drawn: Field"
    assert {link[5] for link in drawn.links} <= {"rail"}  # between Alpha and Beta


def test_the_section_speaks_and_shows() -> None:
    section = plan_section(plan(), order=7)
    assert section.order == 7
    assert "persons of AAA" in section.statements[0].text
    assert section.statements[0].because
    assert len(section.exhibits) == len(plan_exhibits(plan())) == 6


def test_plans_side_by_side() -> None:
    soon = plan_forces(hand_made(), lexicographic("day", "cost"), Limits(30.0, 1e-9))
    rows = compare_plans([("cheap", plan()), ("soon", soon)]).records()
    assert [row["plan"] for row in rows] == ["cheap", "soon"]
    assert rows[1]["complete"] < rows[0]["complete"]  # type: ignore[operator]
    assert rows[0]["called"] == rows[0]["dropped"] == 0


def test_a_plan_beside_what_happened_leaves_unknowns_empty() -> None:
    real = (
        Arrival("AAA", 300, add_days(START, 2), add_days(START, 30), source="report"),
        Arrival("CCC", None, None),
    )
    rows = {row["member"]: row for row in beside_what_happened(plan(), real).records()}
    assert rows["AAA"]["later"] > 0  # type: ignore[operator]
    assert rows["CCC"]["real_persons"] is None
    assert rows["CCC"]["planned_persons"] == 0
    assert set(rows) >= {p.member for p in plan().postings}
