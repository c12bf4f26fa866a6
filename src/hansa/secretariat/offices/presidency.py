"""Who held an office beside whose turn it was: the rule computed, departures named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hansa.record.acts import Act
from hansa.record.entry import reason_of
from hansa.record.holders import Tenure
from hansa.record.register import Register
from hansa.record.unions import Office, Rotation
from hansa.secretariat.offices.order import Order, Taking
from hansa.secretariat.offices.terms import fixed_days, missed, sessions, starts, term_end
from hansa.terms.days import Day, Period, add_months
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason

Names = Mapping[str, Mapping[str, str]]
"""Names of states, by language, then by code."""

MOST_TURNS = 60
"""So many turns are foretold at most."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where what happened parts from the rule."""

    kind: str
    text: str
    because: Because


@dataclass(frozen=True, slots=True)
class Turn:
    """A span of an office.

    Parameters
    ----------
    period : Period
        From when to when; the end is foretold where nobody has followed yet.
    state, holder : str
        Who held it; ``""`` if nobody is on record.
    acting : bool
        Whether only until a holder is found.
    by_rule : str
        Whose turn it was by the rule; ``""`` where the rule names nobody.
    waiting : tuple of str
        Who had been passed over before and was waiting still.
    verdict : str
        In a word: a verdict of the order, ``host``, ``not the host``, ``appointed``,
        ``elected``, ``acting``, ``as fixed``, ``not as fixed``, ``no rule``, ``by rule``.
    sure : bool
        Whether its days are; a session that is not convened yet has none.
    next_by_rule : str
        Whose turn the rule says comes next, by the members of the turn's first day.
    """

    period: Period
    state: str
    holder: str
    acting: bool
    by_rule: str
    waiting: tuple[str, ...]
    verdict: str
    departures: tuple[Departure, ...]
    rule: Rotation | None
    because: Because
    sure: bool = True
    next_by_rule: str = ""


@dataclass(frozen=True, slots=True)
class Presidency:
    """An office over time."""

    office: Office
    turns: tuple[Turn, ...]

    @property
    def departures(self) -> tuple[tuple[Turn, Departure], ...]:
        """Every departure from the rule, with its turn."""
        return tuple((turn, departure) for turn in self.turns for departure in turn.departures)

    def on(self, day: Day) -> Turn | None:
        """The turn of a day."""
        return next((turn for turn in self.turns if day in turn.period), None)


def rule_on(office: Office, day: Day) -> Rotation | None:
    """The rule by which an office passes on, on a day."""
    for rule in office.rotations:
        if (rule.since is None or rule.since <= day) and (rule.until is None or day < rule.until):
            return rule
    return None


def presidency_of(name: str, register: Register, names: Names, within: Period) -> Presidency:
    """An office over a period, as known to the register.

    Parameters
    ----------
    name : str
        The office.
    register : Register
        Its day does not matter; what is known does.
    names : mapping of str to mapping of str to str
        Names of states by language and code.
    within : Period
        Turns that touch it are told; those to come are foretold by the rule up to its end.

    Raises
    ------
    UnknownCode
        If there is no such office, a rule's language has no alphabet, or a member no name in it.
    """
    if name not in register.timeline.offices:
        raise unknown("office", name, register.timeline.offices)
    walk = _Walk(register.timeline.offices[name], register, names)
    turns = walk.turns(within.end)
    return Presidency(walk.office, tuple(t for t in turns if t.period.overlaps(within)))


class _Walk:
    """One pass over an office's tenures; keeps the order as it goes."""

    def __init__(self, office: Office, register: Register, names: Names) -> None:
        self.office = office
        self.register = register
        self.names = names
        self.order: Order | None = None
        about = register.timeline.ledger.about(office.id)
        self.acts: Mapping[str, Act] = {act.id: act for act in about}
        self.recalls = [act for act in about if act.kind == "recall"]

    def turns(self, until: Day | None) -> list[Turn]:
        tenures = self.register.timeline.tenures[self.office.id]
        found: list[Turn] = []
        end: Day | None = None
        for tenure in tenures:
            if end is not None and end < tenure.period.start:
                found += self._gap(Period(end, tenure.period.start))
            found.append(self._turn(tenure))
            end = tenure.period.end
        return found + self._to_come(found, until)

    # --- what happened -----------------------------------------------------------------

    def _turn(self, tenure: Tenure) -> Turn:
        start = tenure.period.start
        rule = rule_on(self.office, start)
        act = self.acts[tenure.because[0].ref]
        why = (*tenure.because, *self._rule_reason(rule))
        waiting = self.order.waiting if self.order else ()
        if tenure.acting:
            expected, verdict, departures = "", "acting", [
                Departure("acting", f"{tenure.holder} ({tenure.state}) is acting", why)
            ]  # fmt: skip
        else:
            expected, verdict, departures = self._judged(tenure, rule, act, why)
        departures += self._held_on(tenure, rule, why)
        departures += self._recalled(tenure, rule)
        return Turn(
            tenure.period, tenure.state, tenure.holder, tenure.acting, expected, waiting, verdict,
            tuple(departures), rule, why, next_by_rule=self._next(rule, start),
        )  # fmt: skip

    def _judged(
        self, tenure: Tenure, rule: Rotation | None, act: Act, why: Because
    ) -> tuple[str, str, list[Departure]]:
        if rule is None or rule.order == "unknown":
            return "", "no rule", []
        if rule.order in ("consensus", "election"):
            word = "elected" if rule.order == "election" or self._chairs else "appointed"
            return "", word, []
        if rule.order == "host":
            return self._by_host(tenure, why)
        if rule.order == "fixed":
            return self._as_fixed(tenure, rule, why)
        return self._by_alphabet(tenure, rule, act, why)

    @property
    def _chairs(self) -> bool:
        return self.office.kind == "chair"

    def _by_host(self, tenure: Tenure, why: Because) -> tuple[str, str, list[Departure]]:
        start = tenure.period.start
        for meeting in sessions(self.office, self.register):
            if start in meeting.period and meeting.host:
                if meeting.host == tenure.state:
                    return meeting.host, "host", []
                text = f"{meeting.host} hosts {meeting.id}, {tenure.state} takes the chair"
                because = (*why, *meeting.because)
                return meeting.host, "not the host", [Departure("not the host", text, because)]
        return "", "no session on record", []

    def _as_fixed(
        self, tenure: Tenure, rule: Rotation, why: Because
    ) -> tuple[str, str, list[Departure]]:
        expected = self._fixed(rule, tenure.period.start)
        if not expected:
            return "", "no rule", []
        if expected == tenure.state:
            return expected, "as fixed", []
        text = f"{expected}'s turn in the fixed order; {tenure.state} takes it"
        return expected, "not as fixed", [Departure("not as fixed", text, why)]

    def _fixed(self, rule: Rotation, day: Day) -> str:
        """Whose place in a fixed sequence a day falls into."""
        place = len(starts(rule, day)) - 1
        return rule.states[place] if 0 <= place < len(rule.states) else ""

    def _by_alphabet(
        self, tenure: Tenure, rule: Rotation, act: Act, why: Because
    ) -> tuple[str, str, list[Departure]]:
        start = tenure.period.start
        order = self._order(rule)
        members = self._members(rule, start)
        instead = str(act.payload.get("in_place_of", ""))
        taking, self.order = order.taken_by(tenure.state, members, instead)
        if taking.verdict == "begins" and rule.start and rule.start[0] != tenure.state:
            text = f"the rule begins with {rule.start[0]}; {tenure.state} takes it"
            return rule.start[0], "out of turn", [Departure("out of turn", text, why)]
        told = self._told(tenure, taking, order)
        departures = [Departure(taking.verdict, told, why)] if told else []
        if act.payload.get("elected") is True:
            text = f"{tenure.state} is elected, where the rule has an order"
            departures.append(Departure("elected", text, why))
        return taking.expected, taking.verdict, departures

    def _told(self, tenure: Tenure, taking: Taking, order: Order) -> str:
        state, turn = tenure.state, taking.expected
        whose = f"{turn}'s turn after {order.pointer} in the alphabet" if turn else "no turn"
        if taking.verdict == "out of turn":
            passed = " ".join(taking.passed)
            return f"{whose}; {state} takes it, passed over: {passed}"
        if taking.verdict == "stands in":
            return f"{state} stands in for {turn}, whose turn it was"
        if taking.verdict == "holds on":
            return f"{whose}; {state} takes it once more"
        if taking.verdict == "no member":
            organisation = self.office.organisation
            held = replace(self.register, day=tenure.period.start)
            standing = held.membership(organisation, state)
            if standing is None:
                return f"{state} has no standing in {organisation}"
            return f"{state} is {standing.status} of {organisation}, no member"
        return ""

    def _held_on(self, tenure: Tenure, rule: Rotation | None, why: Because) -> list[Departure]:
        """A term that went on although the rule ended it."""
        if rule is None or rule.order not in ("alphabetical", "host", "fixed"):
            return []
        over = missed(self.office, rule, self.register, tenure.period)
        if not over:
            return []
        days = ", ".join(str(day) for day in over[:3]) + (" …" if len(over) > 3 else "")
        end = term_end(tenure.period.start, rule)
        text = f"{tenure.state} keeps it past the end of the term on {end}: {days}"
        return [Departure("prolonged", text, why)]

    def _recalled(self, tenure: Tenure, rule: Rotation | None) -> list[Departure]:
        for act in self.recalls:
            if act.on == tenure.period.end:
                by = act.actor or "the body"
                over = term_end(tenure.period.start, rule) if rule else None
                early = f", before the term's end on {over}" if over and act.on < over else ""
                text = f"{tenure.holder} is recalled by {by} on {act.on}{early}"
                return [Departure("recalled", text, (reason_of(act, text),))]
        return []

    # --- what the rule says ------------------------------------------------------------

    def _order(self, rule: Rotation) -> Order:
        language = rule.language or "en"
        if self.order is None or self.order.language != language:
            self.order = Order(language, self.names.get(language, {}))
        return self.order

    def _members(self, rule: Rotation, day: Day) -> tuple[str, ...]:
        held = replace(self.register, day=day)
        if rule.states:
            return rule.states
        members = held.member_codes(self.office.organisation)
        if not members and self.office.body:
            members = held.voters(self.office.body)
        return members

    def _next(self, rule: Rotation | None, start: Day) -> str:
        if rule is not None and rule.order == "alphabetical" and self.order is not None:
            return self.order.next(self._members(rule, start))
        if rule is not None and rule.order == "fixed":
            after = term_end(start, rule)
            return self._fixed(rule, after) if after is not None else ""
        return ""

    def _rule_reason(self, rule: Rotation | None) -> Because:
        if rule is None:
            return ()
        how = {
            "alphabetical": f"by the alphabet ({rule.language})",
            "host": "to the host",
            "election": "by election",
            "fixed": "in a fixed order",
            "consensus": "by consensus",
            "unknown": "by a rule that no source gives",
        }[rule.order]
        term = f", {rule.term_months} months" if rule.term_months else ""
        text = f"{self.office.id} passes {how}{term}"
        return (Reason("rule", text, rule.article, rule.source, rule.confidence),)

    def _gap(self, gap: Period) -> list[Turn]:
        """Days without a holder on record; a long gap makes the order begin anew."""
        rule = rule_on(self.office, gap.start)
        length = rule.term_months if rule and rule.term_months else 12
        ended = [act for act in self.recalls if act.on == gap.start]
        what = "vacant after a recall" if ended else "no holder is on record"
        text = f"{what} from {gap.start} until {gap.end}"
        turns = self._foretold(gap) if rule and rule.order == "fixed" else []
        if gap.end is not None and add_months(gap.start, length) < gap.end:
            self.order = None
        if turns:
            return turns
        why = (*(reason_of(act) for act in ended), *self._rule_reason(rule))
        return [
            Turn(gap, "", "", False, "", (), what, (Departure("vacant", text, why),), rule, why)
        ]

    def _to_come(self, found: list[Turn], until: Day | None) -> list[Turn]:
        """The turns that the rule foretells after the last on record."""
        if until is None:
            return []
        if not found:
            first = min((r.since for r in self.office.rotations if r.since), default=None)
            return self._foretold(Period(first, until)) if first and first < until else []
        last = found[-1]
        rule = rule_on(self.office, last.period.start)
        start = last.period.end
        foretold = rule is not None and rule.order in ("alphabetical", "fixed") and not last.acting
        if start is None and rule is not None and foretold:
            start = term_end(last.period.start, rule)
            if start is not None and start < until:
                sure = bool(fixed_days(rule.trigger))
                found[-1] = replace(last, period=Period(last.period.start, start), sure=sure)
        if start is None or start >= until:
            return []
        return self._foretold(Period(start, until))

    def _foretold(self, span: Period) -> list[Turn]:
        turns: list[Turn] = []
        start = span.start
        while span.end is not None and start < span.end and len(turns) < MOST_TURNS:
            rule = rule_on(self.office, start)
            if rule is None or rule.order not in ("alphabetical", "fixed"):
                break
            state = self._expected(rule, start)
            end = term_end(start, rule)
            if not state or end is None:
                break
            waiting = self.order.waiting if self.order else ()
            sure = bool(fixed_days(rule.trigger))
            turns.append(
                Turn(Period(start, end), "", "", False, state, waiting, "by rule", (), rule,
                     self._rule_reason(rule), sure)
            )  # fmt: skip
            start = end
        return turns

    def _expected(self, rule: Rotation, day: Day) -> str:
        if rule.order == "fixed":
            return self._fixed(rule, day)
        order = self._order(rule)
        members = self._members(rule, day)
        state = order.next(members) if order.pointer else next(iter(rule.start), "")
        if state:
            _, self.order = order.taken_by(state, members)
        return state
