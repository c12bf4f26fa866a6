"""The verb ``act``: append one checked act to a log; and the checks that every face shares."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hansa.record.acts import Act, Json
from hansa.record.authority import authorise
from hansa.record.entry import reason_of
from hansa.record.mandates import Mandate, holding, mandates_of
from hansa.record.permits import NotPermitted, permit
from hansa.record.world import World
from hansa.service.act_fields import check_payload
from hansa.service.adopting import adopted, following, stepped, tabled_before
from hansa.service.correcting import CorrectionsAreActsThatCouldBeMade, corrected
from hansa.service.naming import new_id
from hansa.service.opening import when, world_of
from hansa.service.signing import checked, read_key, signed
from hansa.store import ActLog, Conflict, Head, Receipt, open_log
from hansa.terms.errors import BadInput, Place
from hansa.terms.exhibits import Answer, Statement
from hansa.terms.truth import Truth
from hansa.worlds.payload import read_payload

ATTEMPTS = 20
"""How often an act is decided anew when others come first."""


class ActsOfKeyHoldersAreSigned:
    """Who has a key on record signs with it."""


def keys_for(actor: str, mandates: Iterable[Mandate], world: World) -> tuple[str, ...]:
    """The public keys with which an actor's acts are signed."""
    found = []
    for mandate in mandates:
        body = world.bodies.get(actor)
        organisations = {mandate.organisation, f"{mandate.organisation} Secretariat"}
        its = actor in organisations or (body and body.organisation == mandate.organisation)
        if mandate.key and (mandate.state == actor if mandate.state else its):
            found.append(mandate.key)
    return tuple(dict.fromkeys(found))


def check_signature(
    act: Act, mandates: Iterable[Mandate], world: World, now: datetime | None = None
) -> None:
    """Refuse an act that is not signed though its actor has a key, or is signed wrongly.

    Parameters
    ----------
    act : Act
    mandates : iterable of Mandate
        All that ever were.
    world : World
    now : datetime, optional
        The moment of the check: a key counts if it does now and did when the act says that it
        was made, so that nobody signs with a revoked key by dating back. That of the act if
        not given.

    Raises
    ------
    NotPermitted
    """
    held = holding(holding(mandates, act.recorded), now or act.recorded)
    keys = keys_for(act.actor, held, world)
    truth = checked(act, keys)
    if truth is Truth.FALSE:
        text = f"the signature of {act.actor}'s act is by no key of its own, or does not fit"
        raise NotPermitted.by(ActsOfKeyHoldersAreSigned, text)
    if keys and truth is not Truth.TRUE:
        text = f"{act.actor} has {len(keys)} on record"
        raise NotPermitted.by(ActsOfKeyHoldersAreSigned, text)


def checked_acts(
    act: Act, world: World, mandates: tuple[Mandate, ...] | None = None
) -> tuple[Act, ...]:
    """The act, and those that follow from it, if it may be made.

    Parameters
    ----------
    act : Act
    world : World
        With every act so far.
    mandates : tuple of Mandate, optional
        Those of whoever makes the act; ``None``: its maker may write to the log anyway, and
        only the rules of the register count.

    Raises
    ------
    BadInput
        For particulars that make no sense.
    NotPermitted
        Naming the rule that forbids it.
    """
    check_payload(act, world)
    if mandates is not None:
        authorise(act, mandates, world)
    permit(act, world)
    if act.kind == "correct":
        _corrects(act, world, mandates)
    stepped(act, world)
    if act.kind == "table":
        tuple(following(act, act.payload.get("acts"), world))
    if act.kind != "adopt":
        return (act,)
    adopted(act, world)
    text = tabled_before(act, world)
    found = [act]
    for follower in following(act, text.payload.get("acts") if text else None, world):
        check_payload(follower, world.with_acts(found))
        permit(follower, world.with_acts(found))
        found.append(follower)
    return tuple(found)


def _corrects(act: Act, world: World, mandates: tuple[Mandate, ...] | None) -> None:
    """Refuse a correction that makes of an act what its maker could not have made.

    Raises
    ------
    NotPermitted
    """
    found = corrected(act, world)
    if found is None:
        return
    made, others = found
    try:
        checked_acts(made, others, mandates)
    except NotPermitted as wrong:
        raise NotPermitted.by(CorrectionsAreActsThatCouldBeMade, wrong.what) from None


def record(
    log: ActLog, described: World, draft: Act, *, key: Path | None = None, password: str = ""
) -> tuple[Receipt, tuple[Act, ...]]:
    """Decide on an act at the log's head and append it; again, if others come first.

    Raises
    ------
    NotPermitted, BadInput
        If it may not be made.
    StoreFailure
        If the log cannot be written.
    """
    private = read_key(key, password) if key is not None else None
    for attempt in range(1, ATTEMPTS + 1):
        entries = list(log.entries())
        known = {act.id: act for act in described.acts}
        known |= {entry.act.id: entry.act for entry in entries}
        world = replace(described, acts=tuple(known.values()))
        head = Head(size=len(entries), digest=entries[-1].digest if entries else "")
        made = replace(draft, id=draft.id or new_id(draft, known))
        if made.id in known:
            raise BadInput(f"there is an act {made.id!r} already")
        if private is not None:
            made = signed(made, private)
        check_signature(made, mandates_of(world.timeline().ledger.acts), world)
        acts = checked_acts(made, world)
        try:
            return log.append(acts, expected_head=head), acts
        except Conflict:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def act(
    log: str,
    kind: str,
    subject: str,
    *,
    actor: str = "",
    payload: str = "",
    on: str = "today",
    source: str = "",
    confidence: str = "",
    note: str = "",
    id: str = "",
    key: Path | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Append one act to a log, if the register's rules let it be made.

    Parameters
    ----------
    log : str
        A file (SQLite), or ``postgresql://USER@HOST/DATABASE``.
    kind : str
        What is done: ``sign``, ``ratify``, ``vote``, ``appoint`` …
    subject : str
        What it is about: a treaty, organisation, office, meeting, incident.
    actor : str
        Who does it: a state by code, an organisation or one of its bodies.
    payload : str
        Further particulars: ``position=for; item=budget``, or a JSON object.
    on : str
        The day, ``YYYY-MM-DD`` or ``today``.
    source, confidence, note : str
        Keys of sources, how sure, a remark.
    id : str
        Its id; made from subject, kind and actor if not given.
    key : Path, optional
        The private key (Ed25519, PEM) with which it is signed.
    world : World or str
        The world that the log goes on from: its name, or its folder.

    Returns
    -------
    Answer
        What was recorded, and the log's head.
    """
    now = datetime.now(UTC)
    draft = Act(
        id, kind, when(on), now, subject, actor, _payload(payload), source, confidence, note
    )
    with open_log(log) as store:
        receipt, acts = record(store, world_of(world), draft, key=key)
    said = [Statement(f"Recorded {made.id}.", (reason_of(made),)) for made in acts]
    said.append(Statement(f"Head {receipt.head}."))
    return Answer(f"{kind}: {subject}", tuple(said), (), (), receipt)


def _payload(text: str) -> dict[str, Json]:
    if not text.lstrip().startswith("{"):
        return read_payload(text, Place("payload"))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise BadInput(f"not JSON: {wrong}", where=Place("payload")) from None
    if not isinstance(found, dict):
        raise BadInput("the payload is not an object", where=Place("payload"))
    return found
