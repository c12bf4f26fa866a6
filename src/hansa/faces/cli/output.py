"""What every command prints: for people, or JSON for scripts; tables to files on request."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console

from hansa.faces.report import save_table
from hansa.show import plain, terminal
from hansa.terms.exhibits import Answer


def console() -> Console:
    """A console as wide as the terminal; 120 columns in a pipe."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, emoji=False)


def present(answer: Answer, *, why: bool = False, as_json: bool = False, out: Path | None) -> None:
    """Print an answer, or write its first table to a file.

    Parameters
    ----------
    answer : Answer
    why : bool
        Print every reason too.
    as_json : bool
        Print JSON, reasons included.
    out : Path, optional
        Write the first table there: CSV, Parquet or JSON by the ending.
    """
    if out is not None:
        save_table(answer.table(), out)
    if as_json:
        json.dump(plain.answer(answer), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    terminal.show_answer(console(), answer, why=why)
