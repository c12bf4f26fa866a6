"""The act log on SQLite or PostgreSQL, proofs about it, and results kept by their inputs.

>>> from hansa.store import open_log
>>> with open_log("union.db") as log:                              # doctest: +SKIP
...     receipt = log.append([act])
...     print(log.head())

Importing this package loads no database library; opening a log loads the one that it needs.
"""

from __future__ import annotations

from hansa.store.failures import (
    Busy,
    Conflict,
    Contradiction,
    Damaged,
    Full,
    ReadOnly,
    Unreachable,
)
from hansa.store.hashing import input_hash
from hansa.store.opening import open_log, open_results
from hansa.store.port import ActLog
from hansa.store.proofs import Consistency, Proof, check_consistency, check_proof
from hansa.store.values import MAIN, Branch, Break, Entry, Head, Receipt, Verdict

__all__ = [
    "MAIN",
    "ActLog",
    "Branch",
    "Break",
    "Busy",
    "Conflict",
    "Consistency",
    "Contradiction",
    "Damaged",
    "Entry",
    "Full",
    "Head",
    "Proof",
    "ReadOnly",
    "Receipt",
    "Unreachable",
    "Verdict",
    "check_consistency",
    "check_proof",
    "input_hash",
    "open_log",
    "open_results",
]
