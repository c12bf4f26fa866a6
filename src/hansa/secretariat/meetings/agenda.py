"""The agenda of a meeting, folded from acts: items, their stages and the positions taken.

An item is named in acts by ``item``, ``document`` or ``title``, whichever a source knows;
names that one act gives together mean one item. A count (``items=19``) may be known where
titles are not: then the agenda says how many it cannot name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.secretariat.meetings.stages import Stage, Step, led_to
from hansa.terms.errors import BadInput
from hansa.terms.reasons import Because

NAMES = ("item", "document", "title")
"""By what an act may name an item, the surest first."""

POSITIONS = ("for", "against", "abstain", "not interested", "absent")
"""What a ``vote`` may say; a ``refuse`` may leave open which of two it is."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A position that a state took on an item; ``""``: it refused, and the source says no more."""

    state: str
    position: str
    act: Act

    @property
    def because(self) -> Because:
        """The act."""
        said = self.position or "refused or stood aside"
        return (reason_of(self.act, f"{self.state} on {self.act.on}: {said}"),)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an agenda.

    Parameters
    ----------
    key : str
        By what its acts call it, the surest name.
    number : str
        Its number on the agenda, ``""`` if not known.
    title, document : str
        What it is about, and the document it would adopt.
    proposed_by : str
        Who put it there.
    stage : Stage
        Where it stands.
    history : tuple of Step
        What led there; steps that the rules forbid are not among them.
    taken : mapping of str to Taken
        The last position of each state.
    goes_to : str
        The meeting to which it was put off, ``""`` if none is named.
    came_from : str
        The meeting that handed it over.
    """

    key: str
    number: str
    title: str
    document: str
    matter: str
    proposed_by: str
    stage: Stage
    history: tuple[Step, ...]
    taken: Mapping[str, Taken]
    goes_to: str = ""
    came_from: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.document or self.key

    @property
    def because(self) -> Because:
        """The acts that took it where it stands."""
        return tuple(reason_of(step.act, f"{step.after} on {step.act.on}") for step in self.history)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The items that are known, and how many there were.

    ``count`` is what sources say, ``None`` if they do not; ``breaks`` are the steps that no
    rule allows, in order.
    """

    items: tuple[Item, ...]
    count: int | None
    breaks: tuple[Step, ...] = ()

    @property
    def untitled(self) -> int:
        """How many items are known by number only."""
        return max(0, (self.count or 0) - len(self.items))

    def item(self, name: str) -> Item | None:
        """The item of that key, number, document or title."""
        for item in self.items:
            if name in (item.key, item.document, item.title) or name == item.number != "":
                return item
        return None


@dataclass(slots=True, eq=False)
class _Draft:
    """An item while its acts are read."""

    names: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    proposed_by: str = ""
    stage: Stage | None = None
    history: list[Step] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)

    def frozen(self) -> Item:
        key = next(self.names[name] for name in NAMES if name in self.names)
        assert self.stage is not None
        return Item(
            key,
            self.said.get("number", ""),
            self.names.get("title", ""),
            self.names.get("document", ""),
            self.said.get("matter", ""),
            self.proposed_by,
            self.stage,
            tuple(self.history),
            dict(self.taken),
            self.said.get("to", "") if self.stage is Stage.DEFERRED else "",
            self.said.get("from", ""),
        )


def agenda_of(convened: Act, acts: Iterable[Act]) -> Agenda:
    """Fold the acts about a meeting, in order, into its agenda."""
    drafts = _Drafts()
    breaks: list[Step] = []
    for act in acts:
        if act.kind not in ("table", "vote", "refuse", "adopt"):
            continue
        draft = drafts.named(act)
        if draft is None:
            continue
        after = led_to(act) or (Stage.DISCUSSED if draft.stage is None else None)
        if after is not None:
            step = Step(act, draft.stage, after)
            if not step.legal:
                breaks.append(step)
                continue
            draft.stage = after
            draft.history.append(step)
            _describe(draft, act)
        _position(draft, act)
        drafts.learn(draft, act)
    items = tuple(draft.frozen() for draft in drafts.all if draft.stage is not None)
    return Agenda(_in_order(items), counted(convened, "items"), tuple(breaks))


def names_in(act: Act) -> dict[str, str]:
    """By what an act names an item."""
    return {name: str(act.payload[name]) for name in NAMES if act.payload.get(name)}


class _Drafts:
    """The items so far, found by any name that an act gives them."""

    def __init__(self) -> None:
        self.all: list[_Draft] = []
        self._by: dict[tuple[str, str], list[_Draft]] = {}

    def named(self, act: Act) -> _Draft | None:
        """The item that an act is about, a new one if need be; ``None`` if it names none."""
        names = names_in(act)
        if not names:
            return None
        draft = self._known(names)
        if draft is None:
            draft = _Draft()
            self.all.append(draft)
        return draft

    def learn(self, draft: _Draft, act: Act) -> None:
        """Let later acts find an item by what an act says of it."""
        for name, value in names_in(act).items():
            draft.names.setdefault(name, value)
        keys = [*draft.names.items(), ("item", draft.said.get("number", ""))]
        for key in keys:
            held = self._by.setdefault(key, [])
            if draft not in held:
                held.append(draft)

    def _known(self, names: Mapping[str, str]) -> _Draft | None:
        for key in names.items():
            for draft in self._by.get(key, ()):
                if _same(draft, names):
                    return draft
        return None


def _same(draft: _Draft, names: Mapping[str, str]) -> bool:
    """Whether names mean an item: its number, or the surest name that both have."""
    if names.get("item", "-") == draft.said.get("number"):
        return True
    for name in NAMES:
        if name in names and name in draft.names:
            return names[name] == draft.names[name]
    return False


def _describe(draft: _Draft, act: Act) -> None:
    if act.kind in ("table", "adopt"):
        draft.names |= names_in(act)
        for key in ("number", "matter", "to", "from"):
            if act.payload.get(key) is not None:
                draft.said[key] = str(act.payload[key])
    if act.kind == "table" and not draft.proposed_by:
        draft.proposed_by = act.actor


def _position(draft: _Draft, act: Act) -> None:
    if act.kind not in ("vote", "refuse"):
        return
    said = str(act.payload.get("position", ""))
    if said and said not in POSITIONS:
        said = ""
    draft.taken[act.actor] = Taken(act.actor, said, act)


def _in_order(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """By number where they have one; the others after them, as they came."""

    def place(item: Item) -> tuple[int, str]:
        return (int(item.number), "") if item.number.isdigit() else (10**6, item.number)

    return tuple(sorted(items, key=place))


def counted(convened: Act, what: str) -> int | None:
    """How many a source counts, if it says.

    Raises
    ------
    BadInput
        If it is not a number of things.
    """
    said = convened.payload.get(what)
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int) or said < 0:
        raise BadInput(
            f"{convened.subject}: {said!r} is not a number of {what}", where=convened.place
        )
    return said
