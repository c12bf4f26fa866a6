"""Opening a store by its address; what that takes is imported only then."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hansa.terms.errors import BadInput

if TYPE_CHECKING:
    from hansa.store.port import ActLog
    from hansa.store.results import Results

POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")
SCHEMES = ("sqlite", *POSTGRES)


def open_log(address: str | os.PathLike[str], *, create: bool = True) -> ActLog:
    """Open an act log.

    Parameters
    ----------
    address : str or path
        A path, ``sqlite:///PATH``, or ``postgresql://USER:PASSWORD@HOST/DATABASE``.
    create : bool
        Whether to make the log if there is none.

    Raises
    ------
    BadInput
        If the address makes no sense.
    StoreFailure
        If the log cannot be opened, is damaged, or belongs to a later version of hansa.
    """
    text = os.fspath(address)
    scheme, found, rest = text.partition("://")
    if not found:
        return _sqlite(text, create)
    if scheme == "sqlite":
        return _sqlite(rest.removeprefix("/"), create)
    if scheme in POSTGRES:
        return _postgres(text, create)
    from hansa.terms.names import nearest

    raise BadInput(
        f"{scheme!r} is no kind of act log",
        nearest=nearest(scheme, SCHEMES),
        remedy="give a path, sqlite:///PATH or postgresql://USER@HOST/DATABASE",
    )


def _sqlite(path: str, create: bool) -> ActLog:
    if path in ("", ":memory:"):
        raise BadInput("an act log on SQLite needs a file", remedy="give its path")
    from pathlib import Path

    from hansa.store.sqlite import SqliteLog

    return SqliteLog(Path(path), create=create)


def _postgres(address: str, create: bool) -> ActLog:
    try:
        from hansa.store.postgres import PostgresLog
    except ImportError as missing:
        raise BadInput(
            f"PostgreSQL needs a library that is not installed ({missing})",
            remedy="pip install 'hansa[postgres]'",
        ) from missing
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as wrong:
        raise BadInput(
            f"this is not the address of a database: {wrong}",
            remedy="write postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        ) from None
    return PostgresLog(url, create=create)


def open_results(folder: str | os.PathLike[str]) -> Results:
    """Open a store of results.

    Parameters
    ----------
    folder : str or path
        Where the files are; made when the first result is put.
    """
    from pathlib import Path

    from hansa.store.results import Results

    return Results(Path(folder))
