"""The section of the briefing on both days, and beside a what-if."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from coalition_worlds import DUSHANBE, FIVE, MINSK, assumed, eurasia

from hansa.studies.case import Case
from hansa.studies.difference import compare
from hansa.studies.sections.coalitions import DRAWS, section
from hansa.terms.days import day
from hansa.terms.exhibits import Chart, Table
from hansa.terms.truth import Truth


def made(on: str, **changes):
    found = section(Case(eurasia(), day(on), **changes))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("on", "union", "pact", "members"),
    [(MINSK, "CU1995", "CST", FIVE), (DUSHANBE, "EURASEC", "CSTO", (*FIVE, "UZB"))],
)
def test_both_days(on: str, union: str, pact: str, members: tuple[str, ...]) -> None:
    found = made(on)
    said = [statement.text for statement in found.statements]
    text = "\n".join(said)
    assert f"As it is in force, {union} brings its members nothing in trade" in text
    assert f"Completed, {union} brings in trade:" in text
    assert all(f"{member} " in text for member in members)
    assert "Most of that comes from the common tariff" in text
    assert f"nobody leaves in 0% of {DRAWS} draws" in text  # how many draws is said
    assert "ARM would want to join" in text or "So would ARM" in text
    assert " would join for a cut of transport costs among members by " in text
    assert "To keep everybody in" in text
    assert "(Kemp and Wan)" in text
    assert f"{pact} brings in security, on the stated mix" in text
    assert f"{union} and {pact} together" in text
    assert all(statement.because for statement in found.statements)
    assert found.limits


def test_tables_of_the_section() -> None:
    found = made(MINSK)
    tables = {e.key: e for e in found.exhibits if isinstance(e, Table)}
    gains = {row["state"]: row for row in tables["gains"].records()}
    for member in FIVE:
        row = gains[member]
        assert row["trade_low"] <= row["trade"] <= row["trade_high"]
        assert row["security_low"] <= row["security_high"]
        sources = ("free_trade_inside", "common_tariff", "transport", "revenue_key")
        assert sum(row[s] for s in sources) == pytest.approx(row["trade"], abs=1e-6)
        assert row["both"] == pytest.approx(row["trade"] + row["security"], abs=1e-9)
    assert gains["ARM"]["role"] == "pact"
    assert all("equilibrium of trade" in why[0].text for why in tables["gains"].because)
    moves = {row["state"]: row for row in tables["moves"].records()}
    assert moves["TJK"]["would"] is True
    assert moves["KAZ"]["would"] is False
    assert any(isinstance(e, Chart) and e.kind == "stack" for e in found.exhibits)


def test_a_what_if_is_marked() -> None:
    joined = eurasia().with_acts([assumed("accede", MINSK, "CUSES1999", "ARM")])
    after = section(Case(joined, day(MINSK)))
    assert after is not None
    shown = compare(made(MINSK), after)
    assert shown is not None
    gains = next(e for e in shown.exhibits if e.key == "gains")
    assert isinstance(gains, Table)
    row = next(k for k, r in enumerate(gains.records()) if r["state"] == "ARM")
    assert gains.marks[row] == "changed"


def test_parameters_of_a_scenario_are_heard() -> None:
    found = made(MINSK, parameters={"union": {"transport": 0.95}, "security": {"threat": 0.0}})
    gains = next(e for e in found.exhibits if e.key == "gains")
    assert isinstance(gains, Table)
    rows = {row["state"]: row for row in gains.records()}
    assert all(rows[m]["transport"] > 0 for m in FIVE)
    assert "a cut of transport costs" not in str(rows)


def test_worlds_that_cannot_say_stay_silent() -> None:
    bare = replace(eurasia(), sheets={})
    assert section(Case(bare, day(MINSK))) is None
    unarmed = {k: v for k, v in eurasia().sheets.items() if k not in ("military", "borders")}
    found = section(Case(replace(eurasia(), sheets=unarmed), day(MINSK)))
    assert found is not None
    assert not any("security" in s.text for s in found.statements)
    assert Truth.TRUE is not None
    assert section(Case(eurasia(), day("1993-01-01"))) is None  # no union of states yet


def test_on_the_page(tmp_path: Path) -> None:
    from hansa.show.plain import section as plainly

    assert plainly(made(MINSK))["statements"]
