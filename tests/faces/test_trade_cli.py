"""``hansa trade`` and ``hansa optimal-tariffs`` as people type them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from hansa.faces.cli import main

SCENARIOS = Path(__file__).parents[2] / "docs" / "scenarios"
Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process, so that the model is loaded once."""

    def typed(*words: str) -> Done:
        code = 0
        try:
            main(list(words))
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return typed


def test_a_scenario_file_and_options_print_the_same(run: Run) -> None:
    by_file = run("trade", str(SCENARIOS / "trade-armenia-joins.toml"), "--draws", "0", "--json")
    by_options = run(
        "trade", "--on", "2000-05-24", "--union", "CU1995", "--join", "ARM",
        "--common-tariff", "leader:RUS", "--draws", "0", "--json",
    )  # fmt: skip
    assert by_file.returncode == by_options.returncode == 0, by_file.stderr
    one, other = (json.loads(done.stdout)["exhibits"][0] for done in (by_file, by_options))
    rows = [{row["country"]: row for row in exhibit["rows"]} for exhibit in (one, other)]
    assert rows[0] == rows[1]
    assert one["key"] == "trade"


def test_reasons_go_down_to_the_source(run: Run) -> None:
    done = run("trade", "--on", "2000-05-24", "--transport-cut", "10", "--draws", "20", "--why")
    assert done.returncode == 0
    for said in ("Simonovska & Waugh 2014", "cow_trade", "CUSES1999", "times 0.9",
                 "no market is off by more than", "Limit: "):  # fmt: skip
        assert said in done.stdout


def test_a_table_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "effects.csv"
    done = run("trade", "--on", "2007-10-05", "--transport-cut", "5", "--draws", "0",
               "--out", str(out))  # fmt: skip
    assert done.returncode == 0
    frame = pl.read_csv(out)
    assert {"country", "exact", "eq16", "terms", "volume", "real_wage"} <= set(frame.columns)
    assert frame.filter(pl.col("country") == "BLR")["exact"][0] > 1


def test_optimal_tariffs_of_a_union(run: Run) -> None:
    done = run("optimal-tariffs", "CU1995", "--year", "2000", "--rivals", "EU15")
    assert done.returncode == 0, done.stderr
    assert "CU1995's best tariff on outsiders is" in done.stdout
    assert "If CU1995 and EU15 answer one another" in done.stdout


def test_mistakes_are_told_with_exit_code_two(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('[trade]\nunion = "CU1995"\njoin = ["ARN"]\n')
    cases = {
        ("trade", str(file), "--on", "2000-05-24"): "bad.toml, line 3",
        ("trade", "--join", "DEU", "--on", "2000-05-24"): "did you mean EU15",
        ("trade", "--on", "2000-05-24"): "nothing is asked",
        ("trade", "--data", str(tmp_path), "--members", "A,B"): "no data set is known",
        ("optimal-tariffs", "ATLANTIS", "--year", "2000"): "unknown state",
    }
    for words, said in cases.items():
        done = run(*words)
        assert done.returncode == 2, words
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_nobody_else_imports_the_compiled_model() -> None:
    code = (
        "import sys\nfrom hansa.faces.cli import main\n"
        "try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write('numba' if 'numba' in sys.modules else 'free')\n"
    )
    for words in (["--help"], ["members", "CIS", "--on", "2007-10-05"], ["worlds"]):
        done = subprocess.run(
            [sys.executable, "-c", code.format(words=words)],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.stderr.endswith("free"), words
