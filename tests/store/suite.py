"""What the parts of the conformance suite share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hansa.record.acts import Act
from hansa.store import (
    ActLog,
    open_log,
)

Place = Callable[[], str]


def ids(acts: Iterator[Act] | list[Act]) -> list[str]:
    return [a.id for a in acts]


class LogSuite(ABC):
    """Tests of a log, wherever it is kept."""

    @abstractmethod
    def raw(self, address: str, *statements: str | tuple[str, tuple[object, ...]]) -> None:
        """Run SQL (parameters as ``?``) on the log's database; raises if the database refuses."""

    @abstractmethod
    def rows(self, address: str, query: str) -> list[tuple[Any, ...]]:
        """Answer a query."""

    @abstractmethod
    def tamper(self, address: str, *statements: str | tuple[str, tuple[object, ...]]) -> None:
        """Run SQL with the triggers out of the way."""

    @pytest.fixture
    def address(self, place: Place) -> str:
        return place()

    @pytest.fixture
    def log(self, address: str) -> Iterator[ActLog]:
        with open_log(address) as opened:
            yield opened
