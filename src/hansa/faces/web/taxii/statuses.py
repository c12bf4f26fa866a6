"""Statuses of what was handed in: kept for a week, seen by who handed it in.

Source: OASIS, *TAXII Version 2.1*, section 4.3 (status resource).
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import BigInteger, Column, String, Table, Text, delete, insert, select, update

from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.tables import metadata
from hansa.faces.web.taxii import moments

KEPT = 7 * 24 * 3600 * 1_000_000
"""Microseconds for which a status is kept."""
SILENT = 60 * 1_000_000
"""Microseconds after which a pending status that nobody works on has ended."""

table = Table(
    "hansa_taxii_statuses",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(200), nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("said", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one version of one object; without a ``failure`` it was taken."""

    id: str
    version: str
    message: str = ""
    failed: bool = False

    def to_json(self) -> dict[str, str]:
        """As a status detail (section 4.3.1)."""
        found = {"id": self.id, "version": self.version}
        return found | ({"message": self.message} if self.message else {})


@dataclass(slots=True)
class Status:
    """What is becoming of an envelope: the counts always add up."""

    account: str
    asked: datetime
    pending: list[Outcome]
    done: list[Outcome] = field(default_factory=list)
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def complete(self) -> bool:
        """Whether everything was done or failed."""
        return not self.pending

    def settle(self, outcome: Outcome) -> None:
        """The next pending object has come to an end."""
        self.pending.pop(0)
        self.done.append(outcome)

    def resource(self) -> dict[str, Any]:
        """As TAXII writes it."""
        failures = [one.to_json() for one in self.done if one.failed]
        successes = [one.to_json() for one in self.done if not one.failed]
        pendings = [one.to_json() for one in self.pending]
        found: dict[str, Any] = {
            "id": self.id,
            "status": "complete" if self.complete else "pending",
            "request_timestamp": moments.written(moments.ticks(self.asked)),
            "total_count": len(self.done) + len(self.pending),
            "success_count": len(successes),
            "failure_count": len(failures),
            "pending_count": len(pendings),
        }
        lists = {"successes": successes, "failures": failures, "pendings": pendings}
        return found | {name: listed for name, listed in lists.items() if listed}


class Statuses:
    """Statuses in the database of accounts; those under way in memory too.

    Parameters
    ----------
    database : Database
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running: dict[str, Status] = {}
        self._lock = threading.Lock()

    def running(self, account: str) -> int:
        """How many objects of an account are pending."""
        with self._lock:
            return sum(len(s.pending) for s in self._running.values() if s.account == account)

    def begin(self, status: Status, now: datetime) -> None:
        """Keep a new status; forget those of old."""
        tick = moments.ticks(now)
        said = json.dumps(status.resource())
        row = {"id": status.id, "account": status.account, "changed": tick, "said": said}
        with self._database.connection(writes=True) as connection:
            connection.execute(delete(table).where(table.c.changed < tick - KEPT))
            connection.execute(insert(table).values(**row))
        with self._lock:
            self._running[status.id] = status

    def note(self, status: Status, now: datetime) -> None:
        """Write down how far it has come."""
        values = {"changed": moments.ticks(now), "said": json.dumps(status.resource())}
        with self._database.connection(writes=True) as connection:
            connection.execute(update(table).where(table.c.id == status.id).values(**values))
        if status.complete:
            with self._lock:
                self._running.pop(status.id, None)

    def drop(self, status: Status) -> None:
        """Nobody works on it any more."""
        with self._lock:
            self._running.pop(status.id, None)

    def find(self, name: str, account: str, now: datetime) -> dict[str, Any] | None:
        """A status of an account; another's is not there."""
        with self._lock:
            status = self._running.get(name)
            if status is not None and status.account == account:
                return status.resource()
        query = select(table).where(table.c.id == name, table.c.account == account)
        with self._database.connection() as connection:
            row = connection.execute(query).first()
        if row is None or row.changed < moments.ticks(now) - KEPT:
            return None
        found: dict[str, Any] = json.loads(row.said)
        if found["status"] == "pending" and row.changed < moments.ticks(now) - SILENT:
            return _ended(found)
        return found


def _ended(found: dict[str, Any]) -> dict[str, Any]:
    """A status whose server stopped: what was pending has failed; sending it again is safe."""
    text = "the server stopped before this was recorded; send it again"
    lost = [each | {"message": text} for each in found.pop("pendings", ())]
    failures = [*found.get("failures", ()), *lost]
    return found | {
        "status": "complete", "failures": failures, "failure_count": len(failures),
        "pending_count": 0,
    }  # fmt: skip
