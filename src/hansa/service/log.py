"""Verbs on the act log: load a world into one, verify it, publish its head, prove an act."""

from __future__ import annotations

import json
from pathlib import Path

from hansa.record.acts import Act
from hansa.record.world import World
from hansa.service.opening import world_of
from hansa.store import MAIN, Head, Proof, check_proof, open_log
from hansa.terms.errors import BadInput, Place
from hansa.terms.exhibits import Answer, Column, Statement, Table
from hansa.terms.reasons import Reason


def log_load(log: str, *, world: World | str = "eurasia", branch: str = MAIN) -> Answer:
    """Write a world's acts into a log; acts that are there already are not written twice.

    Parameters
    ----------
    log : str
        A file (SQLite), or ``postgresql://USER@HOST/DATABASE``.
    world : World or str
        A world, its name, or its folder.
    branch : str
        Where to.

    Returns
    -------
    Answer
        How many acts were new, and the log's head.
    """
    opened = world_of(world)
    with open_log(log) as store:
        acts = sorted(opened.acts, key=lambda act: (act.recorded, act.on, act.id))
        receipt = store.append(acts, branch=branch)
    text = f"{receipt.appended} of {len(acts)} acts are new; head {receipt.head}."
    return Answer(f"{opened.title} → {branch}", (Statement(text),), (), (), receipt)


def log_prepare(log: str) -> Answer:
    """Make a log's tables, or bring those of an earlier version up to date.

    On PostgreSQL this is for their owner, where who writes acts may not change tables.

    Parameters
    ----------
    log : str
        As in `log_load`.

    Returns
    -------
    Answer
        The log's head.
    """
    with open_log(log) as store:
        head = store.head()
    return Answer("The log is ready", (Statement(f"Its head is {head}."),), (), (), head)


def log_head(log: str, *, branch: str = MAIN) -> Answer:
    """The head of a log: publish it, and nobody can rewrite what is before it unseen.

    Parameters
    ----------
    log, branch : str
        As in `log_load`.

    Returns
    -------
    Answer
        ``branch:size:digest:root``.
    """
    with open_log(log, create=False) as store:
        head = store.head(branch)
    return Answer(str(head), (), (), (), head)


def log_verify(log: str, *, head: str | None = None, branch: str = MAIN) -> Answer:
    """Check every act of a log; names the first that is not what was recorded.

    Parameters
    ----------
    log, branch : str
        As in `log_load`.
    head : str, optional
        A head published earlier: then a log rewritten whole is found out too.

    Returns
    -------
    Answer
        Its value is the verdict; ``value.intact`` says whether all is well.
    """
    published = Head.parse(head) if head else None
    with open_log(log, create=False) as store:
        verdict = store.verify(branch, published)
    if verdict.broken is None:
        text = f"All {verdict.checked} acts are what was recorded; head {verdict.head}."
    else:
        found = verdict.broken
        text = f"Act {found.act_id!r} at position {found.position} is {found.how}: {found.detail}."
    return Answer(f"Log {branch}", (Statement(text),), (), (), verdict)


def log_prove(log: str, act: str, *, branch: str = MAIN) -> Answer:
    """Prove that an act is in a log, for somebody who has only a published head.

    Parameters
    ----------
    log, branch : str
        As in `log_load`.
    act : str
        The act's id.

    Returns
    -------
    Answer
        The hashes of the proof (RFC 9162, section 2.1.3), and its value is the proof.
    """
    with open_log(log, create=False) as store:
        proof = store.prove(act, branch)
        head = store.head(branch)
    why = Reason("rule", "checked against the head's root", "RFC 9162 section 2.1.3")
    said = Statement(f"{act} is among the first {head.size} acts; head {head}.", (why,))
    rows = tuple((number, digest) for number, digest in enumerate(_path(proof), 1))
    columns = (Column("step", "Step"), Column("hash", "Hash"))
    return Answer(f"Proof of {act}", (said,), (Table("proof", "Path", columns, rows),), (), proof)


def log_confirm(proof: Path, head: str) -> Answer:
    """Check the proof that an act is in a log, with nothing but a head published by it.

    Parameters
    ----------
    proof : Path
        What the server answered at ``/api/v1/log/proof/ACT``: the act and the proof.
    head : str
        The head, ``branch:size:digest:root``; the proof must be of a log of as many acts.

    Returns
    -------
    Answer
        Its value says whether this very act is in that very log.
    """
    where = Place(str(proof))
    try:
        told = json.loads(proof.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise BadInput(f"cannot be read: {wrong.strerror or wrong}", where=where) from None
    except ValueError as wrong:
        raise BadInput(f"is no JSON: {wrong}", where=where) from None
    if not isinstance(told, dict) or not isinstance(told.get("act"), dict):
        raise BadInput("is no proof of an act", where=where, remedy="ask for /api/v1/log/proof/ACT")
    act, found, published = Act.from_json(told["act"]), Proof.from_json(told), Head.parse(head)
    if found.size != published.size:
        raise BadInput(
            f"the proof is of a log of {found.size} acts, the head of one of {published.size}",
            where=where,
            remedy=f"ask for the proof with ?size={published.size}",
        )
    right = check_proof(act, found, published)
    text = f"{act.id} {'is' if right else 'is NOT'} act {found.position} of the log with that head."
    why = Reason(
        "rule", "the hashes beside its way lead to the head's root", "RFC 9162 section 2.1.3"
    )
    return Answer(f"Proof of {act.id}", (Statement(text, (why,)),), (), (), right)


def _path(proof: object) -> list[str]:
    path = getattr(proof, "path", ())
    return [step.hex() if isinstance(step, bytes) else str(step) for step in path]


def log_list(log: str, *, after: int = 0, limit: int = 50, branch: str = MAIN) -> Answer:
    """The acts of a log, in the order in which they were recorded.

    Parameters
    ----------
    log, branch : str
        As in `log_load`.
    after : int
        Begin behind this position.
    limit : int
        At most so many.

    Returns
    -------
    Answer
        A row per act.
    """
    if limit < 1:
        raise BadInput("at least one act can be asked for", remedy="give --limit 1 or more")
    with open_log(log, create=False) as store:
        entries = store.after(after, branch, limit)
    columns = (
        Column("position", "Position"),
        Column("id", "Id"),
        Column("kind", "Kind"),
        Column("on", "On"),
        Column("subject", "Subject"),
        Column("actor", "Actor"),
        Column("digest", "Digest"),
    )
    rows = tuple(
        (e.position, e.act.id, e.act.kind, e.act.on, e.act.subject, e.act.actor, e.digest[:12])
        for e in entries
    )
    return Answer("Acts", (), (Table("acts", "Acts", columns, rows),), (), tuple(entries))
