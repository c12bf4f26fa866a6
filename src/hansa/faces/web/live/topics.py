"""What an act is about: which organisations and states, for filters, feeds and notifications."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hansa.record.acts import Act, Json
from hansa.record.mandates import read_subject
from hansa.record.world import World

_STATES = ("states", "host", "owes", "victims", "attackers", "of", "state", "with", "to")


@dataclass(frozen=True, slots=True)
class Topics:
    """The organisations and states that an act touches, and its subject."""

    organisations: frozenset[str]
    states: frozenset[str]
    subject: str

    def wanted(self, organisation: str = "", state: str = "", subject: str = "") -> bool:
        """Whether the act is among what somebody asked for; what is not given is not asked."""
        return (
            organisation in ("", *self.organisations)
            and state in ("", *self.states)
            and subject in ("", self.subject)
        )


class Compass:
    """Finds the organisations and states of acts of one world.

    Parameters
    ----------
    world : World
        The described world; meetings and documents of later acts are learned by `learn`.
    """

    def __init__(self, world: World) -> None:
        self._topics: dict[str, tuple[Act, Topics]] = {}
        self._states = frozenset(world.states)
        self._organisations = frozenset(world.organisations)
        self._of: dict[str, frozenset[str]] = {
            name: frozenset({name}) for name in world.organisations
        }
        for treaty in world.treaties.values():
            self._put(treaty.id, treaty.organisation)
        for body in world.bodies.values():
            self._put(body.id, body.organisation)
        for office in world.offices.values():
            self._put(office.id, office.organisation)
        for name in world.organisations:
            self._of.setdefault(f"{name} Secretariat", frozenset({name}))
        if "incidents" in world.sheets:
            for row in world.sheet("incidents"):
                self._put(str(row["id"]), *str(row["organisations"] or "").split())
        self.learn(world.acts)

    def _put(self, thing: str, *organisations: str) -> None:
        known = frozenset(organisations) & self._organisations
        if known:
            self._of[thing] = known

    def learn(self, acts: Iterable[Act]) -> None:
        """Remember to which organisation meetings belong."""
        for act in acts:
            if act.kind == "convene":
                found = self.organisations(act.actor)
                if found:
                    self._of.setdefault(act.subject, found)

    def organisations(self, thing: str) -> frozenset[str]:
        """The organisations to which a treaty, body, office, meeting or delegation belongs."""
        found = self._of.get(thing)
        if found is not None:
            return found
        mandate = read_subject(thing)
        if mandate is not None:
            return frozenset({mandate[0]}) & self._organisations
        head = thing.split(" ", 1)[0]
        return frozenset({head}) & self._organisations

    def topics(self, act: Act) -> Topics:
        """What an act is about."""
        found = self._topics.get(act.id)
        if found is None or found[0] is not act:
            found = (act, self._found(act))
            self._topics[act.id] = found
        return found[1]

    def _found(self, act: Act) -> Topics:
        organisations = self.organisations(act.subject) | self.organisations(act.actor)
        said = act.payload.get("organisation")
        if isinstance(said, str):
            organisations |= self.organisations(said)
        states = {act.actor}
        mandate = read_subject(act.subject)
        if mandate is not None:
            states.add(mandate[1])
        for key in _STATES:
            states |= _words(act.payload.get(key))
        return Topics(organisations, frozenset(states) & self._states, act.subject)


def _words(value: Json) -> set[str]:
    if isinstance(value, list):
        return {str(item) for item in value}
    return set(value.split()) if isinstance(value, str) else set()
