"""The act log on SQLite."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from hansa.store import open_log

from .conformance import ActLogConformance
from .some_acts import many
from .suite import Place

TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture(scope="module")
def place(sqlite_place: Place) -> Place:
    return sqlite_place


class TestSqliteLog(ActLogConformance):
    def raw(self, address: str, *statements: str | tuple[str, tuple[object, ...]]) -> None:
        connection = sqlite3.connect(address)
        try:
            with connection:
                for statement in statements:
                    sql, given = (statement, ()) if isinstance(statement, str) else statement
                    connection.execute(sql, given)
        finally:
            connection.close()

    def rows(self, address: str, query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(address)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def tamper(self, address: str, *statements: str | tuple[str, tuple[object, ...]]) -> None:
        drops = [f"DROP TRIGGER {name}" for (name,) in self.rows(address, TRIGGERS)]
        self.raw(address, *drops, *statements)

    @pytest.mark.parametrize("table", ["hansa_acts", "hansa_branches"])
    def test_replace_is_refused(self, address: str, table: str) -> None:
        """REPLACE removes a row without asking the triggers on DELETE."""
        with open_log(address) as log:
            log.append(many(3))
            with pytest.raises(sqlite3.IntegrityError, match=r"never changed|only grows"):
                self.raw(address, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
            assert list(log.read()) == many(3)
