"""``hansa log …``: the act log."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from hansa import service
from hansa.faces.cli.output import present
from hansa.faces.cli.verbs import command
from hansa.store import MAIN

app = App(name="log", help="The act log: load, verify, publish its head, prove an act.")
app.command(command(service.log_prepare), name="prepare")
app.command(command(service.log_load), name="load")
app.command(command(service.log_list), name="list")
app.command(command(service.log_prove), name="prove")


@app.command
def head(
    log: str,
    *,
    branch: str = MAIN,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """The head of a log: publish it, and nobody can rewrite what is before it unseen.

    Parameters
    ----------
    log : str
        A file (SQLite), or postgresql://USER@HOST/DATABASE.
    branch : str
        The branch.
    json : bool
        Print JSON for scripts.
    """
    answer = service.log_head(log, branch=branch)
    if json:
        present(answer, as_json=True, out=None)
    else:
        print(answer.value)  # one line, however long: it is handed on to ``verify``


@app.command
def confirm(
    proof: Path,
    *,
    head: str,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Check the proof that an act is in a log, with nothing but a published head; exit 6 if not.

    Parameters
    ----------
    proof : Path
        What the server answered at /api/v1/log/proof/ACT.
    head : str
        The head, as published.
    json : bool
        Print JSON for scripts.
    """
    answer = service.log_confirm(proof, head)
    present(answer, as_json=json, out=None)
    if not answer.value:
        sys.exit(6)


@app.command
def verify(
    log: str,
    *,
    head: str | None = None,
    branch: str = MAIN,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Check every act of a log; exit with 6 at the first that is not what was recorded.

    Parameters
    ----------
    log : str
        A file (SQLite), or postgresql://USER@HOST/DATABASE.
    head : str, optional
        A head published earlier: then a log rewritten whole is found out too.
    branch : str
        The branch.
    json : bool
        Print JSON for scripts.
    """
    answer = service.log_verify(log, head=head, branch=branch)
    present(answer, as_json=json, out=None)
    if not answer.value.intact:
        sys.exit(6)
