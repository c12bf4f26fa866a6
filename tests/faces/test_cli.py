"""The command line as a person and as a script uses it."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hansa import service
from hansa.service.documented import documented

TOWNS = Path(__file__).parents[2] / "docs" / "worlds" / "two-towns"


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hansa", *words],
        capture_output=True, text=True, cwd=cwd, check=False, timeout=120,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip


@pytest.mark.parametrize("verb", sorted(set(service.VERBS) - {"manifest"}))
def test_every_option_says_what_it_is(verb: str) -> None:
    function = getattr(service, verb)
    told = documented(function)[2]
    asked = [name for name in inspect.signature(function).parameters if name != "progress"]
    assert [name for name in asked if len(told.get(name, "")) < 5] == []
    assert [name for name in asked if told[name].startswith("As in")] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["members", "NATOO"], 2, "did you mean NATO"),
        (["members", "CIS", "--on", "2007-02-30"], 2, "did you mean 2007-02-28"),
        (["members", "CIS", "--on", "yesterday"], 2, "YYYY-MM-DD"),
        (["members", "CIS", "--clock", "moon"], 2, "law"),
        (["members", "CIS", "--onn", "x"], 2, "--on"),
        (["parties", "CST192"], 2, "did you mean CST1992"),
        (["obligations"], 2, "name an incident"),
        (["obligations", "BAT1998"], 2, "did you mean BAT1999"),
        (["obligations", "--victim", "Armenai", "--on", "2000-01-01"], 2, "Armenia"),
        (["brief", "nowhere"], 2, "eurasia"),
        (["brief", "--with", "nothing.toml"], 2, "nothing.toml"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_bad_input_is_one_clear_line(words: list[str], code: int, said: str) -> None:
    done = run(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_json_carries_reasons() -> None:
    done = run("members", "CSTO", "--on", "2025-06-01", "--json")
    found = json.loads(done.stdout)
    rows = {row["state"]: row for row in found["exhibits"][0]["rows"]}
    assert rows["ARM"]["status"] == "member"
    assert "frozen" in rows["ARM"]["remarks"]
    assert rows["ARM"]["because"][0]["because"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_tables_are_written(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"members.{ending}"
    done = run("members", "EU", "--on", "2000-05-24", "--out", str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_size > 100
    assert list(tmp_path.iterdir()) == [file]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    done = run("members", "EU", "--out", str(tmp_path / "x.xls"))
    assert done.returncode == 2
    assert ".csv" in done.stderr


def test_check_exits_with_one_when_something_is_wrong(tmp_path: Path) -> None:
    import shutil

    assert run("check", str(TOWNS)).returncode == 0
    copy = shutil.copytree(TOWNS, tmp_path / "towns")
    acts = copy / "acts" / "acts.csv"
    acts.write_text(acts.read_text(encoding="utf-8").replace("PACT1241,BRE", "PACT1241,BER"))
    done = run("check", str(copy))
    assert done.returncode == 1
    assert "acts/acts.csv" in done.stdout


class TestBrief:
    def test_page_tables_and_manifest(self, tmp_path: Path) -> None:
        done = run(
            "brief", "eurasia", "--on", "2007-10-05", "--out", "b", "--parquet", cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        folder = tmp_path / "b"
        manifest = json.loads((folder / "manifest.json").read_text())
        assert len(manifest["world sha256"]) == 64
        for name in manifest["files"]:
            assert (folder / name).is_file()
        page = (folder / "briefing.html").read_text(encoding="utf-8")
        outside = page.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
            'xmlns:xlink="http://www.w3.org/1999/xlink"', ""
        )
        for word in ('src="http', 'href="http', "url(http", "@import", "<script"):
            assert word not in outside

    def test_a_what_if_is_marked(self, tmp_path: Path) -> None:
        scenario = tmp_path / "joins.toml"
        scenario.write_text(
            'title = "Armenia joins"\n[[acts]]\nkind = "accede"\non = 2000-05-24\n'
            'subject = "CUSES1999"\nactor = "ARM"\n'
        )
        done = run("brief", "--on", "2000-05-25", "--with", str(scenario), "--json")
        sections = {s["key"]: s for s in json.loads(done.stdout)["sections"]}
        members = sections["membership"]["exhibits"][0]["rows"]
        marked = [(r["organisation"], r["state"], r["mark"]) for r in members if r["mark"]]
        assert ("CU1995", "ARM", "new") in marked

    def test_a_folder_that_holds_other_things_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "mine.txt").write_text("mine")
        done = run("brief", str(TOWNS), "--on", "1245-08-10", "--out", "b", cwd=tmp_path)
        assert done.returncode == 6
        assert (tmp_path / "b" / "mine.txt").read_text() == "mine"
        assert [p.name for p in (tmp_path / "b").iterdir()] == ["mine.txt"]

    def test_written_twice_it_is_replaced_whole(self, tmp_path: Path) -> None:
        for day in ("1245-08-10", "1246-08-10"):
            run("brief", str(TOWNS), "--on", day, "--out", "b", cwd=tmp_path)
        manifest = json.loads((tmp_path / "b" / "manifest.json").read_text())
        assert manifest["day"] == "1246-08-10"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["b"]
