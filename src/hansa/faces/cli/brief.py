"""``hansa brief``: the main job."""

from __future__ import annotations

import json as encoder
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hansa import service
from hansa.faces import report
from hansa.faces.cli.output import console
from hansa.faces.cli.progress import bar
from hansa.record.treaties import Clock
from hansa.show import plain, terminal


def brief(
    world: str = "eurasia",
    *,
    on: str = "today",
    scenario: Annotated[Path | None, Parameter(name=["--with"])] = None,
    known_on: str | None = None,
    clock: Clock = "law",
    out: Path | None = None,
    parquet: Annotated[bool, Parameter(negative="")] = False,
    why: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """The whole briefing on a world, on a day: terminal, HTML page and tables.

    Parameters
    ----------
    world : str
        A world that comes with hansa, or the folder of your own.
    on : str
        The day, YYYY-MM-DD or today.
    scenario : Path, optional
        A TOML file of acts: what they would change is marked.
    known_on : str, optional
        Count only what was on record by the end of this day.
    clock : {"law", "signature"}
        In force, or from signature.
    out : Path, optional
        Folder for page, tables and manifest; out/WORLD-DAY if not given.
    parquet : bool
        Write every table as Parquet too.
    why : bool
        Print every reason, down to the source.
    json : bool
        Print JSON for scripts, and write nothing unless --out is given.
    """
    with bar() as progress:
        made = service.brief(
            world, on=on, known_on=known_on, clock=clock, scenario=scenario, progress=progress
        )
    facts = service.manifest(made, world, scenario)
    if json:
        sections = [plain.section(section) for section in made.sections]
        found = {"title": made.title, "manifest": facts, "sections": sections}
        encoder.dump(found, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        if out is None:
            return
    folder = out or Path("out") / f"{made.case.world.name}-{made.case.day}"
    written = report.write(made, folder, facts, parquet=parquet)
    if json:
        return
    screen = console()
    screen.print(f"[bold]{made.title}[/bold], {made.case.day:%-d %B %Y}")
    if made.what_if:
        screen.print(f"What if: {made.what_if} (+ new, ~ changed, - gone)")
    for section in made.sections:
        terminal.show_section(screen, section, why=why)
    screen.print()
    screen.print(f"Page:   {written.page}", soft_wrap=True)
    screen.print(f"Tables: {len(written.tables)} files beside it, manifest.json with hashes")
