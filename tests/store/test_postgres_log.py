"""The act log on PostgreSQL."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from hansa.store import open_log

from .conformance import ActLogConformance
from .some_acts import many
from .suite import Place


@pytest.fixture(scope="module")
def place(postgres_place: Place) -> Place:
    return postgres_place


@pytest.mark.postgres
class TestPostgresLog(ActLogConformance):
    def raw(self, address: str, *statements: str | tuple[str, tuple[object, ...]]) -> None:
        with psycopg.connect(address) as connection:
            for statement in statements:
                sql, given = (statement, ()) if isinstance(statement, str) else statement
                connection.execute(sql.replace("?", "%s"), given or None)

    def rows(self, address: str, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(address) as connection:
            return connection.execute(query).fetchall()

    def tamper(self, address: str, *statements: str | tuple[str, tuple[object, ...]]) -> None:
        self.raw(address, "SET session_replication_role = replica", *statements)

    @pytest.mark.parametrize("table", ["hansa_acts", "hansa_acts, hansa_branches"])
    def test_truncate_is_refused(self, address: str, table: str) -> None:
        with open_log(address) as log:
            log.append(many(3))
            with pytest.raises(psycopg.Error, match="never removed"):
                self.raw(address, f"TRUNCATE {table} CASCADE")
            assert log.head().size == 3
