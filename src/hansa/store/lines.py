"""A branch as one line of acts: which rows of which branch stand at which positions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import UnionType
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Executable, and_, false, or_, select

from hansa.store import merkle
from hansa.store.failures import Damaged
from hansa.store.merkle import Node
from hansa.store.tables import acts, branches
from hansa.terms.errors import Place
from hansa.terms.names import unknown

Kind = type | UnionType
BRANCH_KINDS: tuple[Kind, ...] = (str, str | None, int, int, bytes, bytes)  # of its columns

T = TypeVar("T")

CHUNK = 500  # names and numbers in one IN list


class Row(NamedTuple):
    """An act as it is stored."""

    position: int
    id: str
    body: bytes
    digest: bytes
    nodes: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """Positions ``after + 1 … upto`` of a line are rows of one branch."""

    branch: str
    after: int
    upto: int


@dataclass(frozen=True, slots=True)
class Line:
    """A branch, resolved.

    Parameters
    ----------
    name : str
        The branch.
    size : int
        Number of acts in all.
    digest : bytes
        Digest of the last one.
    segments : tuple of Segment
        Whose rows they are, in order.
    ancestry : tuple of str
        The branch, its base, the base's base, up to the main branch.
    """

    name: str
    size: int
    digest: bytes
    segments: tuple[Segment, ...]
    ancestry: tuple[str, ...]

    def rows(self) -> ColumnElement[bool]:
        """The condition for a row to belong to the line."""
        return or_(
            false(),
            *(
                and_(
                    acts.c.branch == s.branch,
                    acts.c.position > s.after,
                    acts.c.position <= s.upto,
                )
                for s in self.segments
            ),
        )


def seal(name: str, base: str | None, fork: int, digest: bytes) -> bytes:
    """The digest over what never changes about a branch, and the act at its fork."""
    return sha256(json.dumps([name, base, fork, digest.hex()]).encode()).digest()


def branch_row(name: str, base: str | None, fork: int, digest: bytes) -> dict[str, object]:
    """The row of a branch that begins behind the act with this digest."""
    sealed = seal(name, base, fork, digest)
    return {
        "name": name,
        "base": base,
        "fork": fork,
        "size": fork,
        "digest": digest,
        "seal": sealed,
    }


def answers(connection: Connection, query: Executable, *kinds: Kind) -> Sequence[Any]:
    """All rows of the answer, whose values are of these kinds.

    Raises
    ------
    Damaged
        If a stored value is not of its column's type, which SQLite does not prevent.
    """
    found = connection.execute(query).all()
    for row in found:
        for value, kind in zip(row, kinds, strict=True):
            if not isinstance(value, kind):
                raise Damaged(
                    f"a stored value is not of its column's type: {value!r:.60} should be {kind}"
                )
    return found


def line(connection: Connection, name: str, where: Place, *, lock: bool = False) -> Line:
    """Resolve a branch by walking up its bases.

    Parameters
    ----------
    connection : Connection
        Within a transaction.
    name : str
        The branch.
    where : Place
        The log, for messages.
    lock : bool
        Take the writer's lock on the branch (on SQLite a writing transaction is alone anyway).

    Raises
    ------
    UnknownCode
        If there is no such branch.
    """
    wanted = select(branches).where(branches.c.name == name)
    locked = wanted.with_for_update(key_share=True) if lock else wanted
    found = answers(connection, locked, *BRANCH_KINDS)
    if not found:
        names = answers(connection, select(branches.c.name), str)
        raise unknown("branch", name, [known for (known,) in names], where=where)
    segments: list[Segment] = []
    ancestry: list[str] = []
    size, digest, upto = found[0].size, found[0].digest, found[0].size
    while found:
        row = found[0]
        if row.fork < upto:
            segments.append(Segment(row.name, row.fork, upto))
        upto = min(upto, row.fork)
        ancestry.append(row.name)
        if row.base is None or row.base in ancestry:  # the latter only if somebody changed it
            break
        base = select(branches).where(branches.c.name == row.base)
        found = answers(connection, base, *BRANCH_KINDS)
    return Line(name, size, digest, tuple(reversed(segments)), tuple(ancestry))


def fetch(connection: Connection, part: Segment, limit: int) -> list[Row]:
    """The first rows of a segment, at most ``limit``."""
    query = (
        select(acts.c.position, acts.c.id, acts.c.body, acts.c.digest, acts.c.nodes)
        .where(acts.c.branch == part.branch)
        .where(acts.c.position > part.after)
        .where(acts.c.position <= part.upto)
        .order_by(acts.c.position)
        .limit(limit)
    )
    return [Row(*found) for found in answers(connection, query, int, str, bytes, bytes, bytes)]


def digest_at(connection: Connection, on: Line, position: int) -> bytes:
    """The digest of the act at a position; empty if there is none."""
    for part in on.segments:
        if part.after < position <= part.upto:
            query = select(acts.c.digest).where(
                acts.c.branch == part.branch, acts.c.position == position
            )
            return next((digest for (digest,) in answers(connection, query, bytes)), b"")
    return b""


def nodes_at(connection: Connection, on: Line, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """Hashes of complete subtrees of the line's hash tree.

    A subtree's hash is kept with the act that completed it, so every node takes one row.
    Nodes whose row is missing or too short are left out.
    """
    places = {node: merkle.kept_at(node) for node in wanted}
    positions = sorted({position for position, _ in places.values()})
    kept: dict[int, bytes] = {}
    for part in on.segments:
        inside = [p for p in positions if part.after < p <= part.upto]
        for chunk in chunks(inside):
            query = select(acts.c.position, acts.c.nodes).where(
                acts.c.branch == part.branch, acts.c.position.in_(chunk)
            )
            kept.update((p, nodes) for p, nodes in answers(connection, query, int, bytes))
    return {
        node: kept[position][offset : offset + merkle.WIDTH]
        for node, (position, offset) in places.items()
        if len(kept.get(position, b"")) >= offset + merkle.WIDTH
    }


def chunks(items: list[T]) -> Iterator[list[T]]:
    """The items, `CHUNK` at a time."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
