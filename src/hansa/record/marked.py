"""How acts are marked: a book kept act by act, in which reports are settled day by day.

An act that refers to what is hidden is hidden with it; a report, and what hangs on it, is as
wide as the groups that were settled for the day of reading. What marks mean, and who may see
what is marked so, is told in `hansa.record.markings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hansa.record.acts import Act, Json
from hansa.record.markings import Marking, joined, marking_of, named, place_of


def markings(
    acts: Iterable[Act], organisations: Mapping[str, frozenset[str]] | None = None
) -> dict[str, Marking]:
    """The markings of all acts that not everybody may see, by id.

    Parameters
    ----------
    acts : iterable of Act
        In the order of their record, as they were recorded (corrections not applied).
    organisations : mapping, optional
        The organisations that each act (by id) is about.

    Notes
    -----
    A correction or release by the author of an act changes its marking; an adoption that says
    its own marking keeps it; everything else is at least as narrow as what it refers to.
    Reports are marked by their own words here; see `Markings.settle`.
    """
    about = organisations or {}
    book = Markings()
    for act in acts:
        book.take(act, about.get(act.id, frozenset()))
    return book.found


_CLEAR = Marking("CLEAR", frozenset(), "")
_REFERS = ("item", "document", "title")
_CHANGES = ("correct", "release", "withdraw")


class Markings:
    """Markings so far, and by which names later acts may refer to what is hidden.

    Parameters
    ----------
    settling : bool
        Whether `settle` follows for every report: until it does, a report is its author's.
    public : iterable of str
        Incidents of which everybody knows.

    Attributes
    ----------
    found : dict of str to Marking
        The markings of the acts taken so far that not everybody may see, by id.
    journal : list of str
        The ids whose markings changed, in order: what is kept from `found` follows it.
    """

    def __init__(self, *, settling: bool = False, public: Iterable[str] = ()) -> None:
        self.found: dict[str, Marking] = {}
        self.journal: list[str] = []
        self.authors: dict[str, str] = {}
        self.hidden_by: dict[str, list[str]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._settling = settling
        self._reports: dict[str, Marking] = {}
        self._incidents: dict[str, str] = {}  # of reports
        self._knowing: dict[str, frozenset[str] | None] = {}
        self._changes: dict[str, dict[str, str]] = {}  # of a report by its author: id, kind
        self._part_of: dict[str, str] = {}  # the other way round
        self._own: dict[str, Marking] = {}  # of acts that hang on reports
        self._hangs: dict[str, tuple[str, ...]] = {}  # and on which
        self._hung: dict[str, list[str]] = {}  # the other way round
        self._public = set(public)  # and those of which a clear act told first
        self._content: set[str] = set()  # corrections: they go with what they correct

    def take(self, act: Act, organisations: frozenset[str] = frozenset()) -> None:
        """Take the next act in the order of record; ``organisations`` are those it is about."""
        own = marking_of(act, organisations)
        if act.kind == "report":
            self._take_report(act, own)
        elif act.subject in self._reports and self._by_author(act) and act.kind in _CHANGES:
            self._change_report(act)
        elif _remarks(act) and self._by_author(act):
            self._remark(act)
            if act.subject in self._hangs:
                self._refer(act, self._own[act.subject], (act.subject,))
                return
            own = replace(self.found.get(act.subject, _CLEAR), author=act.actor)
            self._add(act, own)
        else:
            self._refer(act, own, self._causes(act))

    def settle(
        self, report: str, marking: Marking, before: Mapping[str, Marking] | None = None,
        knowing: frozenset[str] | None = None,
    ) -> None:  # fmt: skip
        """Say who reads a report, and with it all that hangs on it.

        Parameters
        ----------
        report : str
            The act's id.
        marking : Marking
            Settled for the day of reading.
        before : mapping of str to Marking
            For releases of it (by id): how it was marked before each. Who could read it then
            is told what became of it.
        knowing : frozenset of str, optional
            Actors that may ever have known of it: what they do about it is hidden with it;
            ``None``: anybody.
        """
        self._reports[report] = marking
        self._knowing[report] = knowing
        self._put(report, marking)
        for name, kind in self._changes.get(report, {}).items():
            self._put(name, self._change(marking, kind, (before or {}).get(name)))
        for name in self._hung.get(report, ()):
            self._hang(name)
        if not marking.clear:
            self._names.setdefault(("", report), report)

    # --- reports --------------------------------------------------------------------------

    def _by_author(self, act: Act) -> bool:
        return self.authors.get(act.subject) == act.actor

    def _take_report(self, act: Act, own: Marking) -> None:
        self.authors.setdefault(act.id, act.actor)
        if self._settling:
            own = replace(own, colour="", settled=True)
        self._reports[act.id] = own
        self._hang_on(act.id, self._others(act))
        self._incidents[act.id] = act.subject
        self._put(act.id, own)
        self._names.setdefault(("", act.id), act.id)
        self._names.setdefault((f"by {act.actor}", act.subject), act.id)
        if act.subject not in self._public:
            self._names.setdefault(("", act.subject), act.id)

    def _others(self, act: Act) -> tuple[str, ...]:
        """The reports that an act holds to be of the same event."""
        said = named(_said(act).get("same_as"))
        return tuple(sorted(name for name in said if name in self._reports and name != act.id))

    def _change_report(self, act: Act) -> None:
        """Its author corrects, releases or takes back a report."""
        report = act.subject
        self.authors.setdefault(act.id, act.actor)
        old = self._reports[report]
        others = self._others(act)
        if others:  # a link between reports is seen by who may see them all
            self._own[act.id] = replace(_CLEAR, author=act.actor)
            self._content.add(act.id)
            self._hang_on(act.id, (report, *others))
            self._hang(act.id)
        else:
            self._changes.setdefault(report, {})[act.id] = act.kind
            self._part_of[act.id] = report
            self._put(act.id, self._change(old, act.kind, old))
        if not self._settling:
            self.settle(report, _changed(old, act), {act.id: old})
        self._names.setdefault(("", act.id), act.id)

    @staticmethod
    def _change(marking: Marking, kind: str, before: Marking | None) -> Marking:
        """Who sees what its author did to a report: a correction holds content, the rest tells."""
        if kind == "correct":
            return marking
        after = marking.open
        return after if kind == "withdraw" or before is None else joined(before.open, after)

    def _hang_on(self, name: str, reports: tuple[str, ...]) -> None:
        if reports:
            self._hangs[name] = reports
        for report in reports:
            self._hung.setdefault(report, []).append(name)

    def _hang(self, name: str) -> None:
        """Mark an act by its own words, within the reports that it tells of."""
        self._put(name, self._reports.get(name) or self._own[name])
        if name in self._reports:
            for inner in self._hung.get(name, ()):
                self._hang(inner)

    def _may_know(self, name: str, report: str) -> bool:
        """Whether whoever made an act may ever have known of a report.

        What others say of a name that happens to be a hidden report's is hidden from nobody:
        else its fate would tell that there is one.
        """
        knowing, actor = self._knowing.get(report), self.authors.get(name, "")
        return knowing is None or not actor or actor in knowing

    def _within(self, name: str) -> tuple[Marking, ...]:
        reports = (report for report in self._hangs[name] if self._may_know(name, report))
        outer = (self.found.get(report, _CLEAR) for report in reports)
        if name not in self._content:
            outer = (marking.open for marking in outer)
        return tuple(marking for marking in outer if not marking.clear)

    # --- everything else ------------------------------------------------------------------

    def _refer(self, act: Act, own: Marking, causes: tuple[str, ...]) -> None:
        """Mark an act that may refer to something hidden, or to a report."""
        for cause in causes:
            if not self._behind(cause):
                self.hidden_by.setdefault(cause, []).append(act.id)
                own = _narrower(self.found[cause], own)
            elif not self._own.get(cause, _CLEAR).clear:
                own = _narrower(self._own[cause], own)
        reports = tuple(dict.fromkeys(r for cause in causes for r in self._behind(cause)))
        if reports:
            self._own[act.id] = own
            if act.kind == "correct" and act.subject in self._reports:
                self._content.add(act.id)
            self.authors.setdefault(act.id, act.actor)
            self._hang_on(act.id, reports)
            self._hang(act.id)
            self._names.setdefault(("", act.id), act.id)
            return
        self._add(act, own)

    def _behind(self, cause: str) -> tuple[str, ...]:
        """The reports of which an act tells."""
        if cause in self._reports:
            return (cause,)
        if cause in self._part_of:
            return (self._part_of[cause],)
        return self._hangs.get(cause, ())

    def _put(self, name: str, marking: Marking) -> None:
        if name in self._hangs:
            marking = replace(marking, within=self._within(name))
        old = self.found.get(name)
        if marking.clear:
            self.found.pop(name, None)
        else:
            self.found[name] = marking
        if old != self.found.get(name):
            self.journal.append(name)

    def _add(self, act: Act, own: Marking) -> None:
        self.authors.setdefault(act.id, act.actor)
        if own.clear:
            self._public.add(act.subject)
            return
        self._put(act.id, own)
        names = [("", act.id)]
        if act.kind == "convene":
            names.append(("", act.subject))
        if act.kind == "table":
            names += [(act.subject, str(act.payload[k])) for k in _REFERS if k in act.payload]
        for name in names:
            self._names.setdefault(name, act.id)

    def _causes(self, act: Act) -> tuple[str, ...]:
        """All acts by which this one may tell of reports, or the hidden act that it refers to.

        What depends on reports does so whether they are hidden now or not: they may be later.
        """
        if act.kind == "adopt" and "tlp" in act.payload:
            return ()
        keys = []
        for key in (*_REFERS, "report", "against", "act"):
            if key in act.payload:
                said = str(act.payload[key])
                keys += [(act.subject, said), ("", said)]
        others = [self._names.get(key, "") for key in keys]
        mine = self._names.get((f"by {act.actor}", act.subject), "")
        told = {self._incidents.get(r) for other in others for r in self._behind(other)}
        if not mine and act.subject not in told:
            mine = self._names.get(("", act.subject), "")
        found = [name for name in dict.fromkeys((mine, *others)) if name and name != act.id]
        hidden = [name for name in found if name in self.found and not self._behind(name)]
        return (*hidden[:1], *(name for name in found if self._behind(name)))

    def _remark(self, act: Act) -> None:
        """Give an act, and what was hidden because of it, the marking that its author says."""
        said = _said(act)
        target = act.subject
        old = self.found.get(target, replace(_CLEAR, author=act.actor))
        colour = str(said.get("tlp", old.colour)).upper().removeprefix("TLP:")
        new = Marking(colour, named(said.get("audience")) or old.audience, old.author)
        if target in self._hangs:
            self._own[target] = new
            self._hang(target)
            return
        for name in [target, *self.hidden_by.get(target, ())]:
            mine = replace(new, author=self.authors[name])
            if name in self._own:
                self._own[name] = mine
            self._put(name, mine)
        if not new.clear:
            self._names.setdefault(("", target), target)


def _changed(old: Marking, act: Act) -> Marking:
    """What a report's author makes of its marking."""
    if act.kind == "withdraw":
        return replace(old, closed=True)
    said = _said(act)
    colour = str(said.get("tlp", old.colour)).upper().removeprefix("TLP:")
    new = replace(old, colour=colour)
    if "audience" in said:
        new = replace(new, audience=named(said["audience"]))
        new = replace(new, recalled=new.recalled - new.audience)
    if act.kind == "release":
        new = replace(new, recalled=new.recalled | named(said.get("recall")))
    return new


def _said(act: Act) -> Mapping[str, Json]:
    inner = act.payload.get("payload")
    return inner if act.kind == "correct" and isinstance(inner, dict) else act.payload


def _remarks(act: Act) -> bool:
    return act.kind in ("correct", "release") and "tlp" in _said(act)


def _narrower(one: Marking, other: Marking) -> Marking:
    first, second = place_of(one.colour), place_of(other.colour)
    if first == second:
        both = one.audience & other.audience if other.audience else one.audience
        return replace(other, audience=both)
    return replace(one if first > second else other, author=other.author)
