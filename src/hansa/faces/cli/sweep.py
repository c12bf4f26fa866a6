"""``hansa sweep``: coalitions × scenarios × draws, with a progress bar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hansa import service
from hansa.faces.cli.output import present
from hansa.faces.cli.progress import bar


def sweep(
    study: Path,
    *,
    results: Path = Path("out/sweeps"),
    cluster: str = "",
    workers: int = 0,
    minutes: float = 0.0,
    why: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
    out: Path | None = None,
) -> None:
    """How robust it is: coalitions × scenarios × draws, on all cores or a cluster.

    A sweep that is stopped goes on where it was when it is started again.

    Parameters
    ----------
    study : Path
        A TOML file: union, scenarios, factors, draws.
    results : Path
        Folder in which results are kept.
    cluster : str
        Address of a Dask scheduler; this machine's cores if not given.
    workers : int
        Processes on this machine; all cores if zero. One computes in this process.
    minutes : float
        Stop after so long with what there is; no limit if zero, but the study's own.
    why : bool
        Print every reason, down to the source.
    json : bool
        Print JSON for scripts.
    out : Path, optional
        Write the first table to this file: .csv, .parquet or .json.
    """
    with bar() as progress:
        answer = service.sweep(
            study,
            results=results,
            cluster=cluster,
            workers=workers,
            minutes=minutes,
            progress=progress,
        )
    present(answer, why=why, as_json=json, out=out)
