"""What an act would be once it is corrected: such a correction is judged as the act itself."""

from __future__ import annotations

from dataclasses import replace

from hansa.record.acts import Act, Json
from hansa.record.ledger import fold
from hansa.record.world import World
from hansa.service.act_fields import fields_of

REMARKS = frozenset({"note", "source", "confidence"})
"""What may be put right without changing what was done."""
REMARKED = frozenset({"tlp", "audience", "language"})
"""The same among particulars."""


class CorrectionsAreActsThatCouldBeMade:
    """What an act is corrected to is an act that its maker may make."""


def corrected(act: Act, world: World) -> tuple[Act, World] | None:
    """The act as a correction leaves it, and the world without it; ``None`` for mere remarks.

    Parameters
    ----------
    act : Act
        The correction, about the id of an act of the world.
    world : World
        With every act so far.
    """
    changed = _changed(act)
    if not changed:
        return None
    target = next(known for known in world.acts if known.id == act.subject)
    others = tuple(known for known in world.acts if known.id != target.id)
    mine = tuple(a for a in others if a.subject == target.id and a.kind in ("correct", "withdraw"))
    folded = fold((target, *mine, act)).acts
    now = next((known for known in folded if known.id == target.id), None)
    if now is None:
        return None
    known_keys = fields_of(now.kind)
    payload = {k: v for k, v in now.payload.items() if k in known_keys or k in changed}
    left = tuple(known for known in others if known not in mine)
    return replace(now, payload=payload), replace(world, acts=left)


def _changed(act: Act) -> frozenset[str]:
    """What a correction changes beyond remarks."""
    inner: Json = act.payload.get("payload")
    own = set(act.payload) - REMARKS - REMARKED - {"payload", "signature"}
    said = set(inner) - REMARKED if isinstance(inner, dict) else set()
    return frozenset(own | said)
