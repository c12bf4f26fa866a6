"""The main job: a briefing on a union, on a day, and beside it a what-if."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from hansa import __version__
from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.service.opening import case_of, what_if
from hansa.studies import Briefing
from hansa.studies import brief as made
from hansa.terms.progress import Progress, silent
from hansa.worlds.fingerprint import fingerprint, of_file


def brief(
    world: World | str = "eurasia",
    *,
    on: str = "today",
    known_on: str | None = None,
    clock: Clock = "law",
    scenario: Path | str | None = None,
    progress: Progress = silent,
) -> Briefing:
    """The whole briefing on a world, on a day, with reasons.

    Parameters
    ----------
    world : World or str
        A world, its name, or its folder.
    on : str
        The day, ``YYYY-MM-DD`` or ``today``.
    known_on : str, optional
        Count only what was on record by the end of this day.
    clock : {"law", "signature"}
        In force, or from signature.
    scenario : path, optional
        A TOML file of acts: the briefing then marks what they would change.
    progress : Progress
        Called before every section.

    Returns
    -------
    Briefing
        Sections with sentences, tables, charts and maps.
    """
    case = case_of(world, on, known_on, clock)
    if scenario is None:
        return made(case, progress=progress)
    other, title = what_if(case, scenario)
    return made(case, other, title, progress)


def manifest(briefing: Briefing, source: str, scenario: Path | str | None) -> dict[str, Any]:
    """What the briefing was made from: hashes of inputs, versions."""
    case = briefing.case
    found: dict[str, Any] = {
        "world": case.world.name,
        "world sha256": fingerprint(source) if source else "given as a value",
        "day": case.day.isoformat(),
        "known on": case.known_on.isoformat() if case.known_on else "all that is recorded",
        "clock": case.clock,
        "hansa": __version__,
        "Python": platform.python_version(),
    }
    if scenario is not None:
        found["scenario sha256"] = of_file(Path(scenario))
    return found
