"""Finding the first act that is not what was recorded, and saying what happened to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from hansa.store.chain import link
from hansa.store.failures import Damaged
from hansa.store.lines import Line, Row
from hansa.store.merkle import Frontier, leaf_hash
from hansa.store.values import Break, Head, How, Verdict
from hansa.terms.progress import Progress, silent

Fetch = Callable[[int, int], list[Row]]
"""Rows at positions behind the first number, at most as many as the second."""

PAGE = 1000


class Examination:
    """One walk over a branch.

    Parameters
    ----------
    line : Line
        The branch, and where it says that it ends.
    fetch : callable
        Gives the rows as they are stored; raises `Damaged` if it cannot.
    published : Head, optional
        A head that the log gave out earlier.
    progress : Progress
        Told after every page.
    """

    def __init__(
        self,
        line: Line,
        fetch: Fetch,
        published: Head | None = None,
        progress: Progress = silent,
    ) -> None:
        self.branch, self.size, self.end = line.name, line.size, line.digest
        self.fetch, self.published, self.progress = fetch, published, progress
        self.before = b""
        self.last = ""
        self.frontier = Frontier()

    def verdict(self) -> Verdict:
        """Walk until something is wrong, or to the end."""
        try:
            broken = self._walk() or self._ending()
        except Damaged as failure:
            broken = Break(self.frontier.size + 1, self.last, "unreadable", failure.what)
        if broken is not None and broken.how == "rewritten":
            return Verdict(self.branch, 0, Head(self.branch), broken)
        root = self.frontier.root().hex()
        head = Head(self.branch, self.frontier.size, self.before.hex(), root)
        return Verdict(self.branch, head.size, head, broken)

    def _walk(self) -> Break | None:
        if broken := self._against_published():
            return broken
        for row in self._rows():
            position = self.frontier.size + 1
            if row.position != position:
                return self._missing(position, row)
            if broken := self._wrong(row):
                return broken
            self.before, self.last = row.digest, row.id
            if broken := self._against_published():
                return broken
        return None

    def _rows(self) -> Iterator[Row]:
        after = 0
        while page := self._page(after):
            yield from page
            after = self.frontier.size
            self.progress(after, self.size, "acts checked")

    def _page(self, after: int, limit: int = PAGE) -> list[Row]:
        """The next rows; fewer, if one of them cannot be read."""
        while True:
            try:
                return self.fetch(after, limit)
            except Damaged:
                if limit == 1:
                    raise
                limit = max(1, limit // 10)

    def _wrong(self, row: Row) -> Break | None:
        """What is wrong with the row in its place; the frontier moves on if nothing is."""
        digest = link(self.before, row.body)
        if digest != row.digest:
            return self._misplaced(row, digest)
        try:
            act_id = json.loads(row.body)["id"]
        except (ValueError, KeyError, TypeError):
            return self._break(row, "altered", "it is not an act")
        if act_id != row.id:
            return self._break(row, "altered", f"it stands under the id {row.id!r}", act_id)
        grown = Frontier(self.frontier.size, self.frontier.hashes)
        if grown.push(row.body) != row.nodes:
            return self._break(row, "altered", "its nodes of the hash tree were changed")
        self.frontier = grown
        return None

    def _misplaced(self, row: Row, digest: bytes) -> Break:
        """Why the row does not follow the one before: ``digest`` is what it should have had."""
        if leaf_hash(row.body) != row.nodes[:32]:
            return self._break(row, "altered", "its content was changed")
        rest = self._rest(row.position)
        following = next(rest, None)
        here = self.end if following is None else following.digest
        if here == (digest if following is None else link(digest, following.body)):
            return self._break(row, "altered", "its digest was changed")
        for other in [] if following is None else [following, *rest]:
            if link(self.before, other.body) == other.digest:
                return self._break(
                    row, "reordered", f"{other.id!r}, now at {other.position}, belongs here"
                )
        after = f"{self.last!r}" if self.last else "the beginning"
        return self._break(
            row, "chain cut", f"it does not follow {after}: what stood between is gone"
        )

    def _rest(self, after: int) -> Iterator[Row]:
        try:
            while page := self.fetch(after, PAGE):
                yield from page
                after = page[-1].position
        except Damaged:
            return

    def _missing(self, position: int, row: Row) -> Break:
        upto = f"to {row.position - 1} " if row.position - 1 > position else ""
        detail = f"position {position} {upto}is empty: the next act is {row.id!r}"
        return Break(position, self.last, "missing", detail)

    def _ending(self) -> Break | None:
        """Whether the walk came to the end that the branch knows of."""
        found = self.frontier.size
        if found < self.size:
            detail = f"the branch had {self.size} acts, {self.size - found} are gone from its end"
            return Break(found + 1, self.last, "missing", detail)
        if self.before != self.end:
            return Break(
                found, self.last, "altered", "the branch's own note of its last digest was changed"
            )
        if self.published is not None and self.published.size > found:
            gone = self.published.size - found
            detail = (
                f"the published head vouches for {self.published.size} acts, the log has {found}: "
                f"{gone} are gone from its end"
            )
            return Break(found + 1, self.last, "missing", detail)
        return None

    def _against_published(self) -> Break | None:
        head = self.published
        if head is None or head.size != self.frontier.size:
            return None
        if (head.digest, head.root) == (self.before.hex(), self.frontier.root().hex()):
            return None
        return Break(
            head.size,
            self.last,
            "rewritten",
            f"the log is whole in itself, but its first {head.size} acts are not those that the "
            "published head vouches for: history was written anew at or before this act",
        )

    def _break(self, row: Row, how: How, detail: str, act_id: str | None = None) -> Break:
        return Break(self.frontier.size + 1, row.id if act_id is None else act_id, how, detail)
