"""The act log on a relational database; the adapters say what differs between databases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection, delete, func, insert, select, update

from hansa.record.acts import Act
from hansa.store import lines, merkle
from hansa.store.chain import body, link, only_new, rows
from hansa.store.database import Database
from hansa.store.examine import Examination
from hansa.store.failures import Conflict, Damaged
from hansa.store.lines import (
    BRANCH_KINDS,
    Line,
    Row,
    Segment,
    answers,
    branch_row,
    digest_at,
    fetch,
    nodes_at,
    seal,
)
from hansa.store.merkle import Frontier
from hansa.store.proofs import Consistency, Proof
from hansa.store.tables import acts, branches
from hansa.store.values import MAIN, Branch, Break, Entry, Head, Receipt, Verdict, branch_name
from hansa.terms.errors import BadInput, HansaError, StoreFailure
from hansa.terms.names import unknown
from hansa.terms.progress import Progress, silent

PAGE = 1000
SHOWN = 20  # acts that a conflict shows


class SqlLog(Database):
    """An `ActLog` on a database; see there for what the methods promise."""

    def _line(self, connection: Connection, name: str, *, lock: bool = False) -> Line:
        return lines.line(connection, name, self.where, lock=lock)

    # Writing

    def append(
        self, acts: Sequence[Act], *, expected_head: Head | None = None, branch: str = MAIN
    ) -> Receipt:
        batch = list(acts)
        texts = [body(act) for act in batch]
        with self._writing("append") as connection:
            line = self._line(connection, branch, lock=True)
            known = self._known(connection, line, [act.id for act in batch])
            new = only_new(batch, texts, known, self.where)
            frontier = self._frontier(connection, line, line.size)
            if new:
                self._agree(connection, line, expected_head, frontier)
            made = rows(new, line.digest, frontier)
            digest = made[-1].digest if made else line.digest
            if made:
                self._insert(connection, branch, made)
                connection.execute(
                    update(branches)
                    .where(branches.c.name == branch)
                    .values(size=frontier.size, digest=digest)
                )
        places = {row.id: row.position for row in made} | {i: p for i, (p, _) in known.items()}
        head = Head(branch, frontier.size, digest.hex(), frontier.root().hex())
        return Receipt(branch, tuple(places[act.id] for act in batch), len(made), head)

    def _insert(self, connection: Connection, branch: str, made: list[Row]) -> None:
        connection.execute(insert(acts), [{"branch": branch, **row._asdict()} for row in made])

    def _known(
        self, connection: Connection, line: Line, ids: list[str]
    ) -> dict[str, tuple[int, bytes]]:
        known: dict[str, tuple[int, bytes]] = {}
        if not line.size:
            return known
        for chunk in lines.chunks(ids):
            query = select(acts.c.id, acts.c.position, acts.c.body).where(
                acts.c.id.in_(chunk), line.rows()
            )
            known.update(
                (i, (p, text)) for i, p, text in answers(connection, query, str, int, bytes)
            )
        return known

    def _agree(
        self, connection: Connection, line: Line, expected: Head | None, frontier: Frontier
    ) -> None:
        """Raise a `Conflict` unless the line still ends where the writer thinks."""
        if expected is None or (expected.size, expected.digest) == (line.size, line.digest.hex()):
            return
        head = Head(line.name, line.size, line.digest.hex(), frontier.root().hex())
        first: tuple[Entry, ...] = ()
        what = f"the head given ({_brief(expected)}) was never a head of branch {line.name!r}"
        if digest_at(connection, line, expected.size).hex() == expected.digest and (
            expected.size < line.size
        ):
            upto = min(line.size, expected.size + SHOWN)
            between = self._rows(connection, line, expected.size, upto - expected.size)
            first = tuple(Entry(r.position, self._act(r), r.digest.hex()) for r in between)
            more = line.size - expected.size
            what = (
                f"branch {line.name!r} has {more} act{'s' if more > 1 else ''} more than the "
                f"{expected.size} you knew: {_who(first[0])} came first"
            )
        raise Conflict(what, first=first, expected=expected, head=head, where=self.where)

    # Reading

    def read(
        self, branch: str = MAIN, after: int | None = None, upto: int | None = None
    ) -> Iterator[Act]:
        return (entry.act for entry in self.entries(branch, after, upto))

    def entries(
        self, branch: str = MAIN, after: int | None = None, upto: int | None = None
    ) -> Iterator[Entry]:
        with self._reading("read") as connection:
            line = self._line(connection, branch)
        start = _position(after, "after", 0)
        return self._entries(line, start, min(_position(upto, "upto", line.size), line.size))

    def after(self, position: int, branch: str = MAIN, limit: int = 500) -> list[Entry]:
        with self._reading("read") as connection:
            line = self._line(connection, branch)
        start = _position(position, "position", 0)
        stop = min(line.size, start + _position(limit, "limit", 0))
        return list(islice(self._entries(line, start, stop), limit))

    def _entries(self, line: Line, after: int, upto: int) -> Iterator[Entry]:
        """Page by page, each in a transaction of its own: no reader ever holds up a writer."""
        if after >= upto:
            return
        with self._reading("read") as connection:
            before = digest_at(connection, line, after)
        position = after
        while position < upto:
            page = self._page(line, position, min(PAGE, upto - position), "read")
            if not page:
                raise self._broken(line, position + 1, "it is missing")
            for row in page:
                position += 1
                if row.position != position:
                    raise self._broken(line, position, "it is missing")
                if link(before, row.body) != row.digest:
                    raise self._broken(line, position, f"{row.id!r} does not fit the chain")
                before = row.digest
                yield Entry(position, self._act(row), row.digest.hex())

    def _page(self, line: Line, after: int, limit: int, doing: str) -> list[Row]:
        with self._reading(doing) as connection:
            return self._rows(connection, line, after, limit)

    def _rows(self, connection: Connection, line: Line, after: int, limit: int) -> list[Row]:
        found: list[Row] = []
        for part in line.segments:
            if after < part.upto and len(found) < limit:
                within = Segment(part.branch, max(after, part.after), part.upto)
                found += fetch(connection, within, limit - len(found))
        return found

    def _act(self, row: Row) -> Act:
        try:
            return Act.from_json(json.loads(row.body))
        except HansaError as wrong:
            raise StoreFailure(
                f"the act at position {row.position} cannot be understood: {wrong}",
                where=self.where,
                remedy="it may be of a later version of hansa: use that to read the log",
            ) from wrong

    def _broken(self, line: Line, position: int, how: str) -> Damaged:
        return Damaged(
            f"act {position} of branch {line.name!r} is not what was recorded: {how}",
            where=self.where,
            remedy="run `hansa log verify` for what happened to it, restore the log from a backup",
        )

    def head(self, branch: str = MAIN) -> Head:
        with self._reading("read the head") as connection:
            line = self._line(connection, branch)
            root = self._frontier(connection, line, line.size).root()
        return Head(branch, line.size, line.digest.hex(), root.hex())

    def find(self, act_id: str, branch: str = MAIN) -> Entry | None:
        with self._reading("find an act") as connection:
            line = self._line(connection, branch)
            position = self._position_of(connection, line, act_id)
        if position is None:
            return None
        entry = next(self._entries(line, position - 1, position))
        if entry.act.id != act_id:
            raise self._broken(line, position, f"it stands under the id {act_id!r}")
        return entry

    def _position_of(self, connection: Connection, line: Line, act_id: str) -> int | None:
        query = select(acts.c.position).where(acts.c.id == act_id, line.rows())
        return next((position for (position,) in answers(connection, query, int)), None)

    # Proofs

    def prove(self, act_id: str, branch: str = MAIN, size: int | None = None) -> Proof:
        with self._reading("prove an act") as connection:
            line = self._line(connection, branch)
            total = self._size(line, size, "size")
            position = self._position_of(connection, line, act_id)
            if position is None or position > total:
                raise self._unknown_act(connection, line, act_id, position, total)
            ranges = merkle.inclusion_ranges(position - 1, total)
            path = self._hashes(connection, line, ranges)
        return Proof(position, total, path)

    def prove_consistency(
        self, old: int, new: int | None = None, branch: str = MAIN
    ) -> Consistency:
        with self._reading("prove consistency") as connection:
            line = self._line(connection, branch)
            later = self._size(line, new, "new")
            earlier = self._size(line, old, "old")
            if earlier > later:
                raise BadInput(f"a log of {later} acts cannot begin with {earlier}")
            ranges = merkle.consistency_ranges(earlier, later) if 0 < earlier < later else []
            path = self._hashes(connection, line, ranges)
        return Consistency(earlier, later, path)

    def _size(self, line: Line, size: int | None, name: str) -> int:
        wanted = _position(size, name, line.size)
        if wanted > line.size:
            raise BadInput(
                f"branch {line.name!r} has {line.size} acts, not {wanted}", where=self.where
            )
        return wanted

    def _hashes(
        self, connection: Connection, line: Line, ranges: Sequence[merkle.Range]
    ) -> tuple[str, ...]:
        wanted = [node for lo, hi in ranges for node in merkle.cover(lo, hi)]
        nodes = self._nodes(connection, line, wanted)
        return tuple(step.hex() for step in merkle.hashes_of(ranges, nodes))

    def _frontier(self, connection: Connection, line: Line, size: int) -> Frontier:
        wanted = merkle.cover(0, size)
        nodes = self._nodes(connection, line, wanted)
        return Frontier(size, [nodes[node] for node in wanted])

    def _nodes(
        self, connection: Connection, line: Line, wanted: Sequence[merkle.Node]
    ) -> dict[merkle.Node, bytes]:
        nodes = nodes_at(connection, line, wanted)
        for node in wanted:
            if node not in nodes:
                raise self._broken(line, merkle.kept_at(node)[0], "its hashes are missing")
        return nodes

    def _unknown_act(
        self, connection: Connection, line: Line, act_id: str, position: int | None, size: int
    ) -> HansaError:
        if position is not None:
            return BadInput(
                f"act {act_id!r} is at position {position}: it is not among the first {size}",
                where=self.where,
                remedy=f"prove it for a head of at least {position} acts",
            )
        ids = select(acts.c.id).where(line.rows()).order_by(acts.c.position.desc()).limit(5000)
        known = [known for (known,) in answers(connection, ids, str)]
        return unknown("act", act_id, known, where=self.where)

    # Verifying

    def verify(
        self, branch: str = MAIN, head: Head | None = None, progress: Progress = silent
    ) -> Verdict:
        with self._reading("verify the log") as connection:
            line = self._line(connection, branch)

        def page(after: int, limit: int) -> list[Row]:
            return self._page(line, after, limit, "read")

        verdict = Examination(line, page, head, progress).verdict()
        if verdict.broken is not None:
            return verdict
        try:
            broken = self._beside_the_chain(line)
        except Damaged as failure:
            broken = Break(line.size, "", "unreadable", failure.what)
        return Verdict(branch, verdict.checked, verdict.head, broken)

    def _beside_the_chain(self, line: Line) -> Break | None:
        """What the chain does not cover: where branches began, what follows the end, the files."""
        with self._reading("verify the log") as connection:
            broken = self._beginnings(connection, line) or self._behind_the_end(connection, line)
            if broken is not None:
                return broken
            damage = self.physical_damage(connection)
        return Break(line.size, "", "unreadable", damage) if damage else None

    def _beginnings(self, connection: Connection, line: Line) -> Break | None:
        for name in line.ancestry:
            [row] = answers(
                connection, select(branches).where(branches.c.name == name), *BRANCH_KINDS
            )
            fork = digest_at(connection, line, row.fork)
            if row.seal != seal(row.name, row.base, row.fork, fork):
                return Break(row.fork, "", "altered", f"where branch {name!r} began was changed")
        return None

    def _behind_the_end(self, connection: Connection, line: Line) -> Break | None:
        """In one query, so that an append in between makes no difference."""
        last = select(func.max(acts.c.position)).where(acts.c.branch == line.name)
        ends = select(branches.c.size, last.scalar_subquery()).where(branches.c.name == line.name)
        for size, position in answers(connection, ends, int, int | None):
            if position is not None and position > size:
                return Break(position, "", "altered", f"the branch ends at {size}, yet acts follow")
        return None

    # Branches

    def branch(self, name: str, at: int | None = None, base: str = MAIN) -> Branch:
        branch_name(name)
        with self._writing("begin a branch") as connection:
            line = self._line(connection, base)
            fork = self._size(line, at, "at")
            if self._exists(connection, name):
                raise BadInput(f"there is a branch {name!r} already", where=self.where)
            # the branch whose row stands at the fork: so a base may go if nothing of it is used
            owner = next((s.branch for s in line.segments if s.after < fork <= s.upto), MAIN)
            row = branch_row(name, owner, fork, digest_at(connection, line, fork))
            connection.execute(insert(branches), row)
        return Branch(name, owner, fork, fork)

    def _exists(self, connection: Connection, name: str) -> bool:
        query = select(branches.c.name).where(branches.c.name == name)
        return bool(answers(connection, query, str))

    def branches(self) -> tuple[Branch, ...]:
        columns = (branches.c.name, branches.c.base, branches.c.fork, branches.c.size)
        with self._reading("list the branches") as connection:
            listed = answers(connection, select(*columns), *BRANCH_KINDS[:4])
        found = [Branch(*row) for row in listed]
        return tuple(sorted(found, key=lambda b: (b.base is not None, b.name)))

    def drop(self, name: str) -> None:
        if name == MAIN:
            raise BadInput("the main branch cannot be dropped", where=self.where)
        with self._writing("drop a branch") as connection:
            self._line(connection, name, lock=True)
            others = select(branches.c.name).where(branches.c.base == name)
            begun = sorted(other for (other,) in answers(connection, others, str))
            if begun:
                raise BadInput(
                    f"branch {name!r} cannot be dropped: {', '.join(begun)} began on it",
                    where=self.where,
                    remedy="drop those first",
                )
            # in this order: an act may go only when its branch has gone
            connection.execute(delete(branches).where(branches.c.name == name))
            connection.execute(delete(acts).where(acts.c.branch == name))


def _position(value: int | None, name: str, default: int) -> int:
    if value is None:
        return default
    if value < 0:
        raise BadInput(f"{name}={value}: positions are counted from 1")
    return value


def _brief(head: Head) -> str:
    return f"{head.size} acts, {head.digest[:12]}…" if head.size else "no acts"


def _who(entry: Entry) -> str:
    act = entry.act
    by = f" by {act.actor}" if act.actor else ""
    return f"{act.id!r} ({act.kind} {act.subject}{by}, recorded {act.recorded.isoformat()})"
