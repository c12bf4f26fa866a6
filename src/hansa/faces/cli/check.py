"""``hansa check``: exit code 1 when something is inconsistent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hansa import service
from hansa.faces.cli.output import present


def check(
    world: str = "eurasia",
    *,
    json: Annotated[bool, Parameter(negative="")] = False,
    out: Path | None = None,
) -> None:
    """Find every inconsistency of a world, with file and line.

    Parameters
    ----------
    world : str
        A world that comes with hansa, or the folder of your own.
    json : bool
        Print JSON for scripts.
    out : Path, optional
        Write the findings to this file: .csv, .parquet or .json.
    """
    answer = service.check(world)
    present(answer, as_json=json, out=out if answer.tables else None)
    if answer.value:
        sys.exit(1)
