"""Tables of accounts, sessions, tokens and audit; SQLite or PostgreSQL."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

metadata = MetaData()

accounts = Table(
    "hansa_accounts",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("title", Text, nullable=False, default=""),
    Column("password", Text, nullable=False, default=""),
    Column("seed", Text, nullable=False, default=""),
    Column("step", BigInteger, nullable=False, default=0),
    Column("disabled", Integer, nullable=False, default=0),
    Column("created", BigInteger, nullable=False),
)
"""``seed``: encrypted seed of one-time codes; ``step``: of the last code used."""

sessions = Table(
    "hansa_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account", String(200), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("strong", Integer, nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
)
"""``digest``: SHA-256 of the token that the reader holds; ``strong``: a second factor was shown."""

revisions = Table(
    "hansa_revisions",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""A number that grows whenever something is revoked: open streams look at it."""

audit = Table(
    "hansa_audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("account", String(200), nullable=False),
    Column("what", String(40), nullable=False),
    Column("detail", Text, nullable=False),
)
"""Reads of restricted acts, sign-ins, refusals: who, when, what."""
