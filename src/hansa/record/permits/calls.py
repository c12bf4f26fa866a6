"""Who convened a meeting, whose meeting it is."""

from __future__ import annotations

from hansa.record.acts import Act
from hansa.record.world import World


def convened(world: World, meeting: str) -> Act | None:
    """The act that convened a meeting."""
    about = world.timeline().ledger.about(meeting, "convene")
    return about[0] if about else None


def body_of(world: World, call: Act) -> str:
    """The body that meets, ``""`` if the record does not say."""
    said = str(call.payload.get("body", ""))
    if said in world.bodies:
        return said
    return call.actor if call.actor in world.bodies else ""


def organisation_of(world: World, call: Act) -> str:
    """The organisation whose body meets."""
    body = body_of(world, call)
    return world.bodies[body].organisation if body else call.actor
