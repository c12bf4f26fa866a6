"""Bringing a database to the schema that this version of hansa reads."""

from __future__ import annotations

from importlib.resources import as_file, files
from threading import Lock

from sqlalchemy import Connection, Text, column, inspect, select, table

from hansa.store.failures import Damaged
from hansa.store.tables import VERSION_TABLE
from hansa.terms.errors import Place, StoreFailure

KNOWN = ("0001",)
CURRENT = KNOWN[-1]

_ONE_AT_A_TIME = Lock()  # alembic hands its context to the migrations by a global


def version(connection: Connection) -> str | None:
    """The schema's version, ``None`` if there is no act log in the database."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    number = select(column("version_num", Text)).select_from(table(VERSION_TABLE))
    return connection.execute(number).scalars().first()


def check(found: object, where: Place) -> None:
    """Refuse a schema that this version of hansa does not know."""
    if found is None or found in KNOWN:
        return
    if not isinstance(found, str) or found < CURRENT:
        raise Damaged(
            f"the log says that its schema is {found!r}, which never was",
            where=where,
            remedy="restore the log from a backup",
        )
    raise StoreFailure(
        f"the log has schema {found}, this version of hansa knows {CURRENT}",
        where=where,
        remedy="use the version of hansa that wrote it, or a later one",
    )


def upgrade(connection: Connection) -> None:
    """Run the migrations that are due, inside the connection's transaction."""
    # alembic takes a quarter of a second to import, and is needed only here
    from alembic.command import upgrade as run
    from alembic.config import Config

    with _ONE_AT_A_TIME, as_file(files("hansa.store") / "migrations") as folder:
        config = Config()
        # the option is read with interpolation, where a percent sign would be special
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        run(config, "head")
