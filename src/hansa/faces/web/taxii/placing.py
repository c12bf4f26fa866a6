"""The book of what was placed on which shelf when: kept, so that dates outlive the server.

Why a report became visible to a reader cannot be told afterwards from the log alone: a mandate,
an agreement that entered into force, a release. What was placed is therefore written down at
the moment at which it is first shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, String, Table, Text, delete, insert, select, update

from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.tables import metadata

shelves = Table(
    "hansa_taxii_shelves",
    metadata,
    Column("account", String(200), primary_key=True),
    Column("collection", String(100), primary_key=True),
    Column("high", BigInteger, nullable=False),
)
"""``high``: the highest base ever given on a shelf, in microseconds since 1970."""

placed = Table(
    "hansa_taxii_placed",
    metadata,
    Column("account", String(200), primary_key=True),
    Column("collection", String(100), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("act", Text, nullable=False),
    Column("base", BigInteger, nullable=False),
)
"""The base of each version of a report (by the act that made it); ``digest`` of its id."""


class Overtaken(Exception):
    """Another server placed something on the shelf meanwhile: read it anew."""


@dataclass(frozen=True, slots=True)
class Placings:
    """A shelf as it was left: the highest base, and the base of each version by its act."""

    high: int
    bases: Mapping[str, int]


class Book:
    """Placings in the database of accounts.

    Parameters
    ----------
    database : Database
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, account: str, collection: str) -> Placings:
        """How a shelf was left; nobody's yet: nothing."""
        whose = (shelves.c.account == account, shelves.c.collection == collection)
        which = (placed.c.account == account, placed.c.collection == collection)
        with self._database.connection() as connection:
            high = connection.execute(select(shelves.c.high).where(*whose)).scalar()
            rows = connection.execute(select(placed.c.act, placed.c.base).where(*which)).all()
        return Placings(int(high or 0), {row.act: int(row.base) for row in rows})

    def write(
        self, account: str, collection: str, before: int, high: int,
        new: Mapping[str, int], gone: Iterable[str],
    ) -> None:  # fmt: skip
        """Write down what was placed and what was taken away.

        Parameters
        ----------
        before : int
            The highest base that was read.

        Raises
        ------
        Overtaken
            If it is another now.
        """
        from hansa.faces.web.accounts.secrets import digest_of

        whose = (shelves.c.account == account, shelves.c.collection == collection)
        which = (placed.c.account == account, placed.c.collection == collection)
        key = {"account": account, "collection": collection}
        with self._database.connection(writes=True) as connection:
            locked = select(shelves.c.high).where(*whose).with_for_update()
            found = connection.execute(locked).scalar()
            if int(found or 0) != before:
                raise Overtaken
            if found is None:
                connection.execute(insert(shelves).values(**key, high=high))
            else:
                connection.execute(update(shelves).where(*whose).values(high=high))
            for act in gone:
                connection.execute(delete(placed).where(*which, placed.c.digest == digest_of(act)))
            rows = [{**key, "digest": digest_of(act), "act": act, "base": base}
                    for act, base in new.items()]  # fmt: skip
            if rows:
                connection.execute(insert(placed), rows)
