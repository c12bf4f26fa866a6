"""The tables of an act log, for queries; `migrations` makes them.

``hansa_acts``
    One row per act. ``body`` holds the canonical bytes that are hashed and signed, ``digest``
    the chain (SHA-256 over the digest before and the body), ``nodes`` the hashes of the
    complete subtrees of the hash tree that end with this act (see `merkle.Frontier.push`).
``hansa_branches``
    One row per branch. The acts up to ``fork`` are those of ``base``. ``size`` and ``digest``
    say where the branch ends, so that acts lost from its end are missed; ``seal`` is a digest
    over the other columns that never change.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

VERSION_TABLE = "hansa_schema"

metadata = MetaData()

branches = Table(
    "hansa_branches",
    metadata,
    Column("name", Text, primary_key=True),
    Column("base", Text, ForeignKey("hansa_branches.name")),
    Column("fork", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

acts = Table(
    "hansa_acts",
    metadata,
    Column(
        "branch",
        Text,
        ForeignKey("hansa_branches.name", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("nodes", LargeBinary, nullable=False),
    UniqueConstraint("id", "branch", name="hansa_acts_id"),
    sqlite_with_rowid=False,
)
