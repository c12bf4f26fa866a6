"""The reading room: every reader's shelves, brought up to date when they are read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.secrets import Vault
from hansa.faces.web.live import Live
from hansa.faces.web.taxii.archive import Archive, Version
from hansa.faces.web.taxii.collections import Collection
from hansa.faces.web.taxii.filters import Filters
from hansa.faces.web.taxii.media import Refusal
from hansa.faces.web.taxii.placing import Book, Overtaken
from hansa.faces.web.taxii.shelf import Page, Shelf
from hansa.record.mandates import Mandate
from hansa.record.markings import PUBLIC, Reader
from hansa.terms.days import Day
from hansa.terms.errors import StoreFailure

KEPT = 200
"""Shelves kept in memory."""
ATTEMPTS = 5
CLEAR: Final = "CLEAR"
RETRY: Final = {"retry-after": "1"}


@dataclass(slots=True)
class _Open:
    """A shelf in use: how far it has followed the log, and what its reader might not see."""

    shelf: Shelf
    touched: int = 0
    grounds: int = 0
    day: Day | None = None
    mandates: tuple[Mandate, ...] | None = None
    hidden: frozenset[str] = frozenset()
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sees(self, act: str) -> bool:
        """Whether the reader may see an act."""
        return act not in self.hidden


class Room:
    """Answers what readers ask of collections.

    Parameters
    ----------
    live : Live
    database : Database
        Where dates are kept.
    vault : Vault
        Signs the tokens of pages.
    producer : str
        Who gives identifiers.
    """

    def __init__(self, live: Live, database: Database, vault: Vault, producer: str = "") -> None:
        self.live, self.vault = live, vault
        self.archive = Archive(live, producer)
        self._book = Book(database)
        self._organisations = frozenset(live.described.organisations)
        self._open: OrderedDict[tuple[str, str], _Open] = OrderedDict()
        self._lock = threading.Lock()

    def page(
        self, reader: Reader, collection: Collection, filters: Filters, resource: str
    ) -> tuple[Page, str]:
        """A page, and the token of the next one (``""`` if there is none).

        Parameters
        ----------
        reader : Reader
        collection : Collection
        filters : Filters
        resource : str
            What is read (``objects``, ``manifest``); a token of another does not fit.

        Raises
        ------
        Refusal
            400 for a token that is not of this question.
        AccountsUnreachable
            If dates cannot be kept.
        """
        after = self._position(reader, collection, filters, resource)
        shown = reader if collection.name != "public" else PUBLIC
        with self._opened(shown, collection) as opened:
            page = opened.shelf.page(filters, after, opened.sees)
        token = ""
        if page.more:
            place = f"{page.placed[-1].date:x}"
            token = f"{place}.{self._code(reader, collection, filters, resource, place)}"
        return page, token

    def page_of(
        self, reader: Reader, collection: Collection, filters: Filters, resource: str, name: str
    ) -> tuple[Page, str]:
        """As `page`, of one object.

        Raises
        ------
        Refusal
            404 if the reader does not find it here, in any version.
        """
        every = frozenset[str | int]({"all"})
        known = Filters(limit=1, ids=frozenset({name}), versions=every)
        if not self.page(reader, collection, known, "")[0].placed:
            raise Refusal(404, "there is no such object")
        asked = replace(filters, ids=frozenset({name}))
        if resource == "versions":
            asked = replace(asked, versions=every)
        return self.page(reader, collection, asked, f"{resource} {name}")

    def report_of(self, reader: Reader, collection: Collection, name: str) -> str:
        """The report that a reader finds here as an incident object, ``""`` if there is none."""
        known = Filters(limit=1, ids=frozenset({name}))
        page, _ = self.page(reader, collection, known, "")
        names = {self.archive.report_of(act) for act in page.acts}
        return names.pop() if name.startswith("incident--") and len(names) == 1 else ""

    # --- tokens --------------------------------------------------------------------------

    def _position(
        self, reader: Reader, collection: Collection, filters: Filters, resource: str
    ) -> int:
        if not filters.next:
            return -1
        place, _, code = filters.next.partition(".")
        known = (reader.account, collection.id, resource, replace(filters, next="").digest, place)
        if not self.vault.signed(code, "taxii", *known):
            raise Refusal(
                400, "next is not of this question",
                remedy="send it with the filters of the page before, unchanged",
            )  # fmt: skip
        return int(place, 16)

    def _code(
        self, reader: Reader, collection: Collection, filters: Filters, resource: str, place: str
    ) -> str:
        digest = replace(filters, next="").digest
        return self.vault.sign("taxii", reader.account, collection.id, resource, digest, place)

    # --- shelves -------------------------------------------------------------------------

    @contextmanager
    def _opened(self, reader: Reader, collection: Collection) -> Iterator[_Open]:
        """A reader's shelf, brought up to date, written down, and held until it was read."""
        key = (reader.account, collection.name)
        for _ in range(ATTEMPTS):
            opened = self._fetched(key)
            with opened.lock:
                self._catch_up(opened, reader, collection)
                if not self._written_down(key, opened.shelf):
                    continue
                yield opened
                return
        raise Refusal(503, "others read the same collection all the time", headers=RETRY)

    def _fetched(self, key: tuple[str, str]) -> _Open:
        with self._lock:
            opened = self._open.get(key)
            if opened is None:
                opened = self._open[key] = _Open(Shelf(self._book.read(*key)))
            self._open.move_to_end(key)
            while len(self._open) > KEPT:
                self._open.popitem(last=False)
            return opened

    def _written_down(self, key: tuple[str, str], shelf: Shelf) -> bool:
        """Keep the dates; if that fails, or another server was first, forget the shelf."""
        if not shelf.changed:
            return True
        try:
            self._book.write(*key, shelf.before, shelf.high, shelf.new, shelf.gone)
        except (Overtaken, StoreFailure) as wrong:
            with self._lock:
                self._open.pop(key, None)
            if isinstance(wrong, StoreFailure):
                raise
            return False
        shelf.written()
        return True

    def _catch_up(self, opened: _Open, reader: Reader, collection: Collection) -> None:
        archive = self.archive
        archive.catch_up()
        touched, grounds = len(archive.touched), archive.grounds
        # after the archive: what it knows, this knows too
        hidden = self.live.hidden_from(reader)
        day = self.live.clock().date()
        now = (grounds, day, reader.mandates)
        everything = now != (opened.grounds, opened.day, opened.mandates)
        if not everything and touched == opened.touched and hidden is opened.hidden:
            return
        reports: Iterable[str] = archive.reports()
        if not everything:
            changed = () if hidden is opened.hidden else hidden ^ opened.hidden
            names = (archive.report_of(act) for act in changed)
            reports = (*archive.touched[opened.touched : touched], *filter(None, names))
        opened.hidden = hidden
        opened.shelf.look(
            reports, archive, day, opened.sees, self._holds(collection), all_there_are=everything
        )
        opened.touched = touched
        opened.grounds, opened.day, opened.mandates = now

    def _holds(self, collection: Collection) -> Callable[[str, Version], bool]:
        markings = self.live.markings()

        def holds(report: str, version: Version) -> bool:
            marking = markings.get(report)
            # what is said and what is decided must agree: else it is nobody's
            agreed = version.withdrawn or version.colour == (marking.colour if marking else CLEAR)
            return agreed and collection.holds(marking, version.audience, self._organisations)

        return holds
