"""From acts to rows: canonical bytes, chained digests, nodes of the hash tree."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NoReturn

from hansa.record.acts import Act
from hansa.store.failures import Contradiction
from hansa.store.lines import Row
from hansa.store.merkle import Frontier
from hansa.terms.errors import BadInput, Place

LONGEST_ID = 500


def body(act: Act) -> bytes:
    """The act's canonical bytes, if they can be stored and read back.

    Raises
    ------
    BadInput
        If the payload is not JSON, or the id is empty, too long or has control characters.
    """
    if not act.id or len(act.id) > LONGEST_ID or not act.id.isprintable():
        raise BadInput(
            f"{act.id[:80]!r} cannot be the id of an act",
            where=act.place,
            remedy=f"use 1 to {LONGEST_ID} printable characters",
        )
    try:
        text = act.canonical()
        if b"NaN" in text or b"Infinity" in text:
            json.loads(text, parse_constant=_refuse)
    except (TypeError, ValueError, RecursionError) as wrong:
        raise BadInput(
            f"act {act.id!r} cannot be written as JSON: {wrong}",
            where=act.place,
            remedy="the payload takes text, finite numbers, true, false, null, lists and objects",
        ) from None
    return text


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number of JSON")


def link(before: bytes, text: bytes) -> bytes:
    """The digest of an act in its place: as `Act.digest`, in bytes."""
    return sha256(before + text).digest()


def only_new(
    batch: Sequence[Act],
    texts: Sequence[bytes],
    known: Mapping[str, tuple[int, bytes]],
    where: Place,
) -> dict[str, bytes]:
    """Ids and bytes of the acts that are not in the log yet, in order.

    Parameters
    ----------
    batch : sequence of Act
        What is to be recorded.
    texts : sequence of bytes
        The `body` of each.
    known : mapping
        Position and bytes of those acts of the log that have one of the batch's ids.
    where : Place
        The log, for messages.

    Raises
    ------
    Contradiction
        If an id stands for two different acts.
    """
    new: dict[str, bytes] = {}
    for number, (act, text) in enumerate(zip(batch, texts, strict=True), start=1):
        if act.id in known:
            position, there = known[act.id]
            if there != text:
                place = f"at position {position}"
                raise _contradiction(act.id, there, place, text, number=number, where=where)
        elif new.setdefault(act.id, text) != text:
            place = "earlier in the batch"
            raise _contradiction(act.id, new[act.id], place, text, number=number, where=where)
    return new


def _contradiction(
    act_id: str, there: bytes, place: str, given: bytes, *, number: int, where: Place
) -> Contradiction:
    old, new = json.loads(there), json.loads(given)
    differing = [key for key in old if old[key] != new.get(key)]
    shown = "; ".join(
        f"{key} {_short(old[key])} there, {_short(new[key])} here" for key in differing
    )
    return Contradiction(
        f"act {act_id!r} stands {place} (SHA-256 {sha256(there).hexdigest()[:12]}…) and "
        f"differs from act {number} of the batch (SHA-256 {sha256(given).hexdigest()[:12]}…): "
        f"{shown}",
        where=where,
        remedy="give the new act an id of its own; to correct an act, append one of kind 'correct'",
    )


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def rows(new: Mapping[str, bytes], digest: bytes, frontier: Frontier) -> list[Row]:
    """The rows of new acts behind ``digest``; moves the frontier on."""
    made = []
    for act_id, text in new.items():
        digest = link(digest, text)
        nodes = frontier.push(text)
        made.append(Row(frontier.size, act_id, text, digest, nodes))
    return made
