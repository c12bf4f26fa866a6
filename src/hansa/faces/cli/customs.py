"""``hansa duty`` and ``hansa tariff …``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from hansa import service
from hansa.faces.cli.output import present
from hansa.faces.cli.progress import bar
from hansa.faces.cli.verbs import command

Flag = Annotated[bool, Parameter(negative="")]


def duty(
    file: Path,
    book: Path,
    *,
    to: Path | None = None,
    rates: Path | None = None,
    practice: Path | None = None,
    union: str = "EAEU",
    on: str = "today",
    known_on: str | None = None,
    threads: int = 2,
    row: int | None = None,
    world: str = "eurasia",
    why: Flag = False,
    json: Flag = False,
) -> None:
    """What every line of a file of declarations pays, exactly; files of any size.

    Parameters
    ----------
    file : Path
        CSV or Parquet with one declaration line a row.
    book : Path
        Folder of a tariff book, or a table with the Eurasian tariff's columns.
    to : Path, optional
        Where the answers go; beside the file if not given. Rejected lines go to a file of
        their own, with reason and position.
    rates : Path, optional
        Exchange rates: currency, on, rate.
    practice : Path, optional
        The union's practice (TOML); practice.toml in the book's folder if not given.
    union : str
        The customs union, for members and agreements.
    on : str
        The day for which the register is asked; lines carry their own days.
    known_on : str, optional
        Count only what was on record by the end of this day.
    threads : int
        Chunks at a time; the answers do not depend on it.
    row : int, optional
        Explain this line of the file (the first is 0) instead; nothing is written.
    world : str
        A world that comes with hansa, or the folder of your own.
    why : bool
        Print every reason.
    json : bool
        Print JSON for scripts.
    """
    with bar() as progress:
        answer = service.duty(
            file, book, to=to, rates=rates, practice=practice, union=union, on=on,
            known_on=known_on, threads=threads, row=row, world=world, progress=progress,
        )  # fmt: skip
    present(answer, why=why, as_json=json, out=None)


tariff = App(name="tariff", help="A tariff book: show, check, diff; build a common tariff.")
tariff.command(command(service.tariff_show), name="show")
tariff.command(command(service.tariff_diff), name="diff")
tariff.command(command(service.tariff_build), name="build")


@tariff.command(name="check")
def check(book: Path, *, json: Flag = False) -> None:
    """Which integrity rules a tariff book breaks; exit with 1 if any.

    Parameters
    ----------
    book : Path
        Folder of a tariff book, or a table with the Eurasian tariff's columns.
    json : bool
        Print JSON for scripts.
    """
    answer = service.tariff_check(book)
    present(answer, as_json=json, out=None)
    if answer.value.violations:
        sys.exit(1)
