"""Discovery, collections, pages and envelopes of a TAXII 2.1 server.

A page is followed by ``next`` with all other parameters as they were: ``added_after`` stays
that of the first page. Only a server that says there is more without saying where is asked
anew from the last date, a little before it, and what came already is left out.

Source: OASIS, *TAXII Version 2.1*, sections 3.4, 3.5, 4 and 5.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urljoin

from hansa.sources.taxii.line import Credentials, Line, Unanswered
from hansa.terms.names import unknown

OVERLAP: Final = timedelta(milliseconds=1)
"""What is read again before the last date: two objects may share a moment."""
PATIENCE: Final = 600.0
"""Seconds that a status may stay pending."""
MOST_PAGES: Final = 100_000
IDLE: Final = 3
"""Pages in a row without anything new after which a server is left."""


@dataclass(frozen=True, slots=True)
class Found:
    """A collection of a server, and what its token may do there."""

    id: str
    title: str
    alias: str
    can_read: bool
    can_write: bool
    address: str
    largest: int


@dataclass(frozen=True, slots=True)
class Page:
    """Objects in the order in which they were added.

    ``safe`` is the date from which a reader that has these, and all before, may go on.
    """

    objects: tuple[dict[str, Any], ...]
    safe: str


@dataclass(frozen=True, slots=True)
class Remote:
    """What became of an envelope, counted, and what failed: identifier and reason."""

    successes: frozenset[tuple[str, str]]
    failures: tuple[tuple[str, str], ...]
    total: int


class Client:
    """A client of one server.

    Parameters
    ----------
    address : str
        Of the server (its discovery), or of an API root.
    credentials : Credentials
    """

    def __init__(
        self, address: str, credentials: Credentials, *, authorities: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.address = address if address.endswith("/") else f"{address}/"
        self._line = Line(self.address, credentials, authorities=authorities, sleep=sleep)
        self._sleep = sleep

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    # --- what there is -------------------------------------------------------------------

    def collections(self) -> tuple[Found, ...]:
        """The collections of all API roots that speak TAXII 2.1.

        Raises
        ------
        Unanswered
        """
        said = self._line.get(self.address).value
        if "api_roots" in said:
            roots = [urljoin(self.address, str(root)) for root in said["api_roots"] or ()]
        else:
            roots = [self.address]
        return tuple(found for root in roots for found in self._of_root(root))

    def _of_root(self, root: str) -> Iterator[Found]:
        root = root if root.endswith("/") else f"{root}/"
        about = self._line.get(root).value
        largest = about.get("max_content_length")
        most = largest if isinstance(largest, int) and largest > 0 else 100_000
        for one in self._line.get(f"{root}collections/").value.get("collections", ()):
            yield Found(
                str(one.get("id", "")), str(one.get("title", "")), str(one.get("alias", "")),
                one.get("can_read") is True, one.get("can_write") is True,
                f"{root}collections/{one.get('id')}/", most,
            )  # fmt: skip

    def collection(self, name: str) -> Found:
        """A collection by id, alias or title.

        Raises
        ------
        UnknownCode
        """
        known = self.collections()
        for key in ("id", "alias", "title"):
            for one in known:
                if name and getattr(one, key) == name:
                    return one
        raise unknown("collection", name, [one.alias or one.title for one in known])

    # --- reading -------------------------------------------------------------------------

    def pages(
        self, collection: Found, after: str = "", *, limit: int = 500,
        match: Mapping[str, str] | None = None,
    ) -> Iterator[Page]:  # fmt: skip
        """What was added after a date, page by page.

        Parameters
        ----------
        collection : Found
        after : str
            A ``safe`` date of an earlier read; ``""``: from the beginning.
        limit : int
            Objects on a page; the server may send fewer.
        match : mapping of str to str
            Filters: ``{"version": "all"}``.

        Raises
        ------
        Unanswered
            Half-way too: what was yielded before holds.
        """
        address = f"{collection.address}objects/"
        asked = {"limit": str(limit), **{f"match[{k}]": v for k, v in (match or {}).items()}}
        if after:
            asked["added_after"] = _before(after)
        seen: set[tuple[str, str]] = set()
        last = safe = after
        idle = 0
        for _ in range(MOST_PAGES):
            answer = self._line.get(address, asked)
            objects = _fresh(_objects(answer.value, address), seen)
            first = answer.headers.get("x-taxii-date-added-first", "")
            if first and last and _moment(first) > _moment(last):
                safe = last  # all that was added up to then has come
            last = answer.headers.get("x-taxii-date-added-last", "") or last
            more = answer.value.get("more") is True
            yield Page(objects, safe if more else last)
            if not more:
                return
            idle = 0 if objects else idle + 1
            if idle == IDLE:
                raise Unanswered(f"{address} gives the same page again and again")
            token = str(answer.value.get("next") or "")
            if token:  # some servers give one token for all pages
                asked["next"] = token
            else:
                asked["added_after"] = _before(last)
        raise Unanswered(f"{address} has no end")

    # --- writing -------------------------------------------------------------------------

    def hand_in(self, collection: Found, objects: Sequence[Mapping[str, Any]]) -> Remote:
        """Hand in objects, and wait until the server says what became of each.

        Raises
        ------
        Unanswered
        """
        said = self._line.post(f"{collection.address}objects/", {"objects": list(objects)}).value
        root = collection.address.rsplit("collections/", 1)[0]
        waited, pause = 0.0, 0.05
        while said.get("status") != "complete":
            if waited > PATIENCE:
                raise Unanswered(f"the status {said.get('id')} stays pending")
            self._sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 5.0)
            said = self._line.get(f"{root}status/{said.get('id')}/").value
        failures = tuple(
            (str(one.get("id", "")), str(one.get("message", ""))[:300])
            for one in said.get("failures", ())
        )
        successes = frozenset(
            (str(one.get("id", "")), str(one.get("version", "")))
            for one in said.get("successes", ())
        )
        return Remote(successes, failures, int(said.get("total_count", 0)))


def _objects(value: Mapping[str, Any], address: str) -> list[dict[str, Any]]:
    found = value.get("objects", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unanswered(f"{address} sends no envelope of objects")
    return found


def _fresh(objects: list[dict[str, Any]], seen: set[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
    """Those that have not come before."""
    kept = []
    for one in objects:
        key = (str(one.get("id")), str(one.get("modified") or one.get("created") or ""))
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return tuple(kept)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text[:-1] if text.endswith("Z") else text)
    except ValueError:
        raise Unanswered(f"the server says {text[:60]!r} where a moment belongs") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _before(text: str) -> str:
    earlier = (_moment(text) - OVERLAP).astimezone(UTC)
    return f"{earlier.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
