"""The record: loading a world, asking it, starting the command line."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from importlib import resources

from benchmarks.registry import Bench, Job


def load() -> Job:
    from hansa.worlds import open_world

    return lambda: open_world("eurasia")


def bare_read() -> Job:
    """Reading the same tables with the csv module and doing nothing with them."""
    folder = resources.files("hansa.worlds").joinpath("eurasia")
    files = [
        file
        for inner in ("acts", "sheets", ".")
        for file in folder.joinpath(inner).iterdir()
        if file.name.endswith(".csv")
    ]

    def job() -> int:
        return sum(
            len(list(csv.DictReader(file.read_text(encoding="utf-8").splitlines())))
            for file in files
        )

    return job


def fold() -> Job:
    from hansa.worlds import open_world

    world = open_world("eurasia")
    return lambda: world.with_acts(()).on("2007-10-05")


def one_day() -> Job:
    from hansa.worlds import open_world

    world = open_world("eurasia")
    world.on("2000-05-24")

    def job() -> None:
        register = world.on("2007-10-05")
        for organisation in world.organisations:
            register.members(organisation, None)
        register.treaties()
        register.norms()

    return job


def every_month() -> Job:
    from hansa.worlds import open_world

    world = open_world("eurasia")

    def job() -> int:
        found = 0
        for year in range(1991, 2026):
            for month in range(1, 13):
                register = world.on(date(year, month, 1))
                for organisation in world.organisations:
                    for state in world.states:
                        found += register.membership(organisation, state) is not None
        return found

    return job


def command(*words: str) -> Job:
    def job() -> None:
        subprocess.run([sys.executable, "-m", "hansa", *words], check=True, capture_output=True)

    return job


def bare_python() -> Job:
    return lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)


BENCHES = [
    Bench("record.eurasia.load", load, 0.5, bare_read, "csv module, same tables"),
    Bench("record.eurasia.fold", fold),
    Bench("record.eurasia.day", one_day, 0.005),
    Bench("record.eurasia.every-month", every_month, 2.0, note="20 organisations, 84 states"),
    Bench("record.help", lambda: command("--help"), 0.4, bare_python, "python -c pass"),
    Bench("record.brief", lambda: command("brief", "--on", "2000-05-24", "--json"), None),
]
