"""Eighty-one worked cases from public sources: the engine's answers are the sources'."""

from __future__ import annotations

import json
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest
from worked_cases import Case, solve

# Cases name tests, so they are read when tests are collected, before any fixture is there.
SHARED = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[3] / "shared"))


def cases() -> list[Case]:
    path = SHARED / "data" / "customs" / "cases.json"
    if not path.exists():
        return []
    found: list[Case] = json.loads(path.read_text())["cases"]
    return found


def same(expected: Any, actual: Any) -> bool:
    """Equal as numbers where both are numbers, with their units where they have some."""
    if isinstance(expected, str) and isinstance(actual, str | Decimal):
        left, right = expected.split(), str(actual).split()
        try:
            return Decimal(left[0]) == Decimal(right[0]) and left[1:] == right[1:]
        except (InvalidOperation, IndexError):
            return expected == actual
    if isinstance(expected, dict):
        return expected.keys() <= actual.keys() and all(
            same(expected[key], actual[key]) for key in expected
        )
    if isinstance(expected, list):
        return len(expected) == len(actual) and all(
            same(one, other) for one, other in zip(expected, actual, strict=True)
        )
    return bool(expected == actual)


@pytest.mark.shared
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_case(case: Case) -> None:
    answer = solve(case)
    for name, expected in case["expected"].items():
        assert name in answer, f"no answer for {name}"
        assert same(expected, answer[name]), f"{name}: {expected!r} ≠ {answer[name]!r}"


@pytest.mark.shared
def test_there_are_81_cases_and_none_is_left_out(shared: Path) -> None:
    stored = json.loads((shared / "data" / "customs" / "cases.json").read_text())
    assert len(stored["cases"]) == stored["count"] == len(cases()) == 81
