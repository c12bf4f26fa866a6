"""Sweeps: the same anywhere, resumed after a crash, surviving dead workers."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from coalition_worlds import eurasia
from sweep_tasks import Square

import hansa
from hansa.store import open_results
from hansa.studies.sweeping import run_study, run_tasks
from hansa.studies.sweeping_crews import Alone, Cluster, Cores, crew_of
from hansa.studies.sweeping_spec import read_study
from hansa.studies.sweeping_work import Equilibria
from hansa.terms.errors import BadInput, HansaError, NotConverged
from hansa.trade import Shock, from_flows, solve

STUDY = """
title = "Three would be enough"
on = 2000-05-24
organisation = "CU1995"
pact = "CST"
players = ["ARM"]
draws = 8
seed = 3

[[scenarios]]
name = "as agreed"

[[scenarios]]
name = "cheaper transport"
union = { transport = 0.97 }

[factors.theta]
kind = "lognormal"
median = 4.0
sd = 0.3

[factors.honour]
kind = "beta"
kept = 42
broken = 60
"""


def study_of(folder: Path, text: str = STUDY) -> Path:
    file = folder / "study.toml"
    file.write_text(text, encoding="utf-8")
    return file


def run(file: Path, results: Path, **how):
    return run_study(read_study(file), eurasia(), results, **{"workers": 1, **how})


def test_a_sweep_in_full(tmp_path: Path) -> None:
    done = run(study_of(tmp_path), tmp_path / "results")
    assert (done.points, done.why) == (8, "complete")
    assert done.design.stride == 4
    assert len(done.frames) == 2
    # nobody, the five, each of the five missing, Armenia joining
    assert len(done.blocs) == 8
    frame = done.frames[0]
    assert frame.height == 8 * 4 * 8
    assert frame["residual"].max() < 1e-9
    outlook = done.outlook(0, done.plans[0].members)
    assert len(outlook.draws) == 16  # A and B of each point
    cheaper = done.outlook(1, done.plans[1].members)
    assert cheaper.has("BLR").point > outlook.has("BLR").point


def test_each_row_is_what_the_model_gives(tmp_path: Path) -> None:
    done = run(study_of(tmp_path), tmp_path / "results")
    plan, row = done.plans[1], done.design.rows[5]
    setting = plan.setting(row)
    gains = setting.gains(plan.members)
    here = sum(1 << plan.players.index(name) for name in plan.members)
    found = done.frames[1].filter((pl.col("row") == 5) & (pl.col("bloc") == here))
    for name in plan.players:
        assert found[f"trade {name}"][0] == pytest.approx(gains[name], abs=1e-9)


def test_the_report(tmp_path: Path) -> None:
    answer = hansa.sweep(study_of(tmp_path), results=tmp_path / "results", workers=1)
    text = str(answer)
    assert "8 draws × 2 scenarios × 8 blocs: 512 equilibria. It ended as planned." in text
    assert "depends most on" in text
    keys = [table.key for table in answer.tables]
    assert keys == ["probabilities", "gains", "median_gains", "moves", "sensitivity"]
    shares = answer.table("sensitivity").records()
    by_factor = {row["factor"] for row in shares}
    assert by_factor == {"theta", "honour"}
    # Kazakhstan's trade does not depend on promises: with them, security does
    assert answer.value.points == 8


def test_all_blocs(tmp_path: Path) -> None:
    text = STUDY.replace("draws = 8", 'draws = 2\nblocs = "all"\nsensitivity = false')
    done = run(study_of(tmp_path, text), tmp_path / "results")
    assert len(done.blocs) == 2**6 - 6
    answer = hansa.sweep(study_of(tmp_path, text), results=tmp_path / "results", workers=1)
    assert answer.value.computed == 0
    assert answer.table("blocs").rows


def test_resumed_without_repeating_work(tmp_path: Path) -> None:
    file, results = study_of(tmp_path), tmp_path / "results"
    first = run(file, results)
    assert (first.reused, first.computed) == (0, 2)
    again = run(file, results)
    assert (again.reused, again.computed) == (2, 0)
    assert all(a.equals(b) for a, b in zip(first.frames, again.frames, strict=True))
    # a damaged result is computed again, the others are kept
    store = open_results(results)
    victim = store.path(next(store.keys()))
    victim.write_bytes(victim.read_bytes()[:-40] + b"x" * 40)
    mended = run(file, results)
    assert (mended.reused, mended.computed) == (1, 1)
    assert all(a.equals(b) for a, b in zip(first.frames, mended.frames, strict=True))
    # another seed is another sweep, a third scenario only adds
    other = run(study_of(tmp_path, STUDY.replace("seed = 3", "seed = 4")), results)
    assert other.computed == 2
    more = STUDY + '\n[[scenarios]]\nname = "dear"\nunion = { tariff = "maximum" }\n'
    assert run(study_of(tmp_path, more), results).computed == 1


def test_same_bits_in_processes(tmp_path: Path) -> None:
    file = study_of(tmp_path)
    alone = run(file, tmp_path / "a")
    many = run(file, tmp_path / "b", workers=2)
    assert many.computed == 2
    assert all(a.equals(b) for a, b in zip(alone.frames, many.frames, strict=True))


def test_it_stops_early_at_the_same_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hansa.studies import sweeping

    monkeypatch.setattr(sweeping, "PART", 8 * 4 * 8)  # lots of eight points
    text = STUDY.replace("draws = 8", "draws = 64") + "\n[stop]\nwidth = 0.2\n"
    found = [run(study_of(tmp_path, text), tmp_path / str(w), workers=w) for w in (1, 2)]
    assert found[0].why == "known well enough"
    assert found[0].points == found[1].points == 16
    assert all(a.equals(b) for a, b in zip(found[0].frames, found[1].frames, strict=True))


def test_budgets(tmp_path: Path) -> None:
    text = STUDY + "\n[budget]\nequilibria = 300\n"
    assert run(study_of(tmp_path, text), tmp_path / "r").points == 4  # 64 per point
    poor = STUDY + "\n[budget]\nequilibria = 60\n"
    with pytest.raises(BadInput, match="does not pay for one draw, which takes 64"):
        run(study_of(tmp_path, poor), tmp_path / "r")
    with pytest.raises(HansaError, match="time ran out before the first part"):
        run(study_of(tmp_path), tmp_path / "s", minutes=1e-9)


def test_draws_without_equilibrium_are_left_out(tmp_path: Path) -> None:
    # a negative elasticity has no meaning: such rows hold no number, the others do
    text = STUDY.replace('kind = "lognormal"\nmedian = 4.0\nsd = 0.3',
                         'kind = "normal"\nmean = 2.0\nsd = 2.0')  # fmt: skip
    done = run(study_of(tmp_path, text), tmp_path / "r")
    lost = done.frames[0].filter(pl.col("residual").is_nan())["row"].n_unique()
    assert 0 < lost < 32
    assert 0 < len(done.outlook(0, done.plans[0].members).draws) < 16


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("draws = 8", "drwas = 8", r"study.toml, line 7, column 'drwas': .*did you mean draws"),
        ("organisation", "organization", "did you mean organisation"),
        ("2000-05-24", '"24 May"', "is not a day"),
        ("draws = 8", "draws = 0", "whole number of 1 or more"),
        ("transport = 0.97", "transprot = 0.97", "did you mean transport"),
        ('kind = "beta"', 'kind = "bta"', r"line \d+.*did you mean beta"),
        ("kept = 42", "kpet = 42", "did you mean kept"),
        ("[factors.honour]", "[factors.honor]", "did you mean honour"),
        ('name = "cheaper transport"', 'name = "as agreed"', "two scenarios are called"),
        ("seed = 3", 'seed = 3\nblocs = "al"', "did you mean all"),
        ("seed = 3", 'seed = 3\nmembership = "opn"', "did you mean open"),
        ("seed = 3", "seed = = 3", "not TOML"),
        ("seed = 3", 'seed = 3\nclosure = "keep"', "did you mean kept"),
    ],
)
def test_a_typo_is_named_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read_study(study_of(tmp_path, STUDY.replace(old, new, 1)))


def test_studies_that_do_not_fit_the_world(tmp_path: Path) -> None:
    for old, new, what in (
        ('"ARM"', '"ARN"', "unknown state of the economy 'ARN'"),
        ("CU1995", "CU1996", "unknown organisation"),
        ("seed = 3", 'seed = 3\nblocs = [["RUS", "UKR"]]', "UKR is no player"),
    ):
        with pytest.raises(BadInput, match=what):
            run(study_of(tmp_path, STUDY.replace(old, new)), tmp_path / "r")
    assert not list((tmp_path / "r").glob("**/*.parquet"))
    with pytest.raises(BadInput, match="there is no study"):
        read_study(tmp_path / "none.toml")


def test_a_scenario_of_acts(tmp_path: Path) -> None:
    (tmp_path / "corridor.toml").write_text(
        'title = "corridor"\n[[acts]]\nkind = "set_rate"\non = 2000-05-23\nsubject = "CU1995"\n'
        'payload = { of = "transport", factor = 0.9 }\n',
        encoding="utf-8",
    )
    text = STUDY.replace("union = { transport = 0.97 }", 'acts = "corridor.toml"')
    study = read_study(study_of(tmp_path, text))
    done = run_study(study, eurasia(), tmp_path / "r", workers=1)
    assert done.plans[1].terms.transport == 0.9
    assert done.plans[0].terms.transport == 1.0


# --- workers that die -------------------------------------------------------------------


def squares(results: Path) -> list[int]:
    store = open_results(results)
    kept = [store.get(key) for key in tuple(store.keys())]
    return sorted(one.frame["square"][0] for one in kept if one is not None)


def test_a_killed_worker_is_survived(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    tasks = [Square(n, deaths=1 if n == 5 else 0, marks=str(marks)) for n in range(12)]
    ran = run_tasks(tasks, open_results(tmp_path / "r"), Cores(2))
    assert (ran.computed, ran.why) == (12, "complete")
    assert len(list(marks.iterdir())) == 1  # one did die
    assert squares(tmp_path / "r") == [n * n for n in range(12)]


def test_workers_that_keep_dying_are_told_of(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    tasks = [*(Square(n) for n in range(4)), Square(99, deaths=100, marks=str(marks))]
    with pytest.raises(HansaError, match="died 5 times without a result"):
        run_tasks(tasks, open_results(tmp_path / "r"), Cores(1))
    assert squares(tmp_path / "r") == [0, 1, 4, 9]  # nothing that was computed is lost


def test_an_error_keeps_what_was_computed(tmp_path: Path) -> None:
    tasks = [Square(1), Square(2), Square(3, fails=True), Square(4)]
    with pytest.raises(NotConverged, match="no square of 3"):
        run_tasks(tasks, open_results(tmp_path / "r"), Alone())
    assert squares(tmp_path / "r") == [1, 4]


def test_a_killed_sweep_goes_on_where_it_was(tmp_path: Path) -> None:
    """The whole process is killed in the middle, then started again."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\n"
        "from sweep_tasks import Square\n"
        "from hansa.store import open_results\n"
        "from hansa.studies.sweeping import run_tasks\n"
        "from hansa.studies.sweeping_crews import Alone\n"
        "tasks = [Square(n, pause=0.05) for n in range(200)]\n"
        "run_tasks(tasks, open_results(Path(sys.argv[1])), Alone())\n"
    )
    results = tmp_path / "r"
    child = subprocess.Popen([sys.executable, "-c", code, str(results), str(Path(__file__).parent)])
    deadline = time.monotonic() + 60
    while len(list(results.glob("??/*.parquet"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    child.kill()
    child.wait()
    before = len(squares(results))
    assert 5 <= before < 200
    ran = run_tasks([Square(n) for n in range(200)], open_results(results), Alone())
    assert (ran.reused, ran.computed) == (before, 200 - before)


# --- any economy ------------------------------------------------------------------------


def test_equilibria_of_any_economy(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    flows = rng.random((2, 4, 4)) + 2 * np.eye(4)
    economy = from_flows(tuple("abcd"), ("x", "y"), flows, 4.0)
    shocks = []
    for rate in (0.0, 0.1, 0.2):
        tau = np.full((2, 4, 4), rate)
        tau[:, np.arange(4), np.arange(4)] = 0
        shocks.append(Shock.between(economy, closure="kept", tariffs=tau))
    task = Equilibria(economy, tuple(shocks))
    run_tasks([task], open_results(tmp_path / "r"), Alone())
    kept = open_results(tmp_path / "r").get(task.key)
    assert kept is not None
    welfare = solve(economy, shocks[2]).welfare
    assert kept.frame.select("a", "b", "c", "d").row(2) == pytest.approx(welfare, abs=1e-9)


# --- a cluster --------------------------------------------------------------------------


def test_no_scheduler_is_told() -> None:
    with pytest.raises(BadInput, match="no scheduler answers at 'nonsense://x'"), \
            Cluster("nonsense://x"):  # fmt: skip
        pass
    assert isinstance(crew_of("", 1), Alone)
    assert isinstance(crew_of("", 2), Cores)
    assert isinstance(crew_of("tcp://x:1", 0), Cluster)


@pytest.mark.slow
def test_same_bits_on_a_cluster_whose_worker_is_killed(tmp_path: Path) -> None:
    from distributed import LocalCluster

    marks = tmp_path / "marks"
    marks.mkdir()
    file = study_of(tmp_path)
    alone = run(file, tmp_path / "alone")
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        far = run(file, tmp_path / "far", cluster=address)
        assert far.computed == 2
        assert all(a.equals(b) for a, b in zip(alone.frames, far.frames, strict=True))
        tasks = [Square(n, deaths=1 if n == 3 else 0, marks=str(marks)) for n in range(8)]
        ran = run_tasks(tasks, open_results(tmp_path / "r"), Cluster(address))
    assert ran.computed == 8
    assert len(list(marks.iterdir())) == 1
    assert squares(tmp_path / "r") == [n * n for n in range(8)]
