"""What a body decides when its members take positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from hansa.decisions.certainty import Vote
from hansa.decisions.combined import Arrears, Referral, Silence
from hansa.decisions.conditions import Criterion
from hansa.decisions.electorates import Electorate
from hansa.decisions.games import dual, from_criteria
from hansa.decisions.groups import Groups, minimal_groups, smallest_groups
from hansa.decisions.outcomes import Decision, Next, Outcome, Standing
from hansa.decisions.positions import ABSENT, AGAINST, FOR, UNKNOWN, Position
from hansa.decisions.quantities import readable
from hansa.decisions.rules import Rule, criteria_of
from hansa.terms.days import Day, add_days
from hansa.terms.errors import BadInput
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth

MOST_CHECKS = 2000
"""Groups that are tried where each must be checked against all worst cases."""


def tally(
    rule: Rule,
    electorate: Electorate,
    positions: Mapping[str, Position],
    *,
    others: Position = UNKNOWN,
    opened: Day | None = None,
    deadline: Day | None = None,
    on: Day | None = None,
    groups: int = 50,
    because: Because = (),
) -> Decision:
    """Decide a matter.

    Parameters
    ----------
    rule : Rule
        The rule.
    electorate : Electorate
        The members that day, with their weights.
    positions : mapping of str to Position
        Positions of some or all members.
    others : Position
        Position of the members that are not mentioned.
    opened, deadline, on : Day, optional
        For a silence procedure: when it was opened, or its last day, and the day of the
        tally. Until the deadline, who is absent (has said nothing) is undecided.
    groups : int
        List at most so many kinds of minimal group.
    because : tuple of Reason
        What the rule and the electorate themselves rest on.

    Raises
    ------
    UnknownCode
        If somebody who is no member takes a position.
    BadInput
        If the rule does not fit the electorate.
    """
    for state in positions:
        if state not in electorate.members:
            whose = f"it is no member of {electorate.body or 'the body'} that day"
            raise unknown("member", state, electorate.members, remedy=whose)
    stance = {m: positions.get(m, others) for m in electorate.members}
    clock, stance = _silence(rule, stance, _Clock(opened, deadline, on))
    criteria, condition = criteria_of(rule, electorate)
    vote = Vote(electorate.members, criteria, condition, tuple(stance.values()))
    adopted = vote.adopted()
    standings = tuple(_standing(criterion, vote) for criterion in criteria)
    following = _next(rule, electorate, stance, adopted, groups)
    bound, not_bound, unsure = _bound(rule, stance, adopted)
    return Decision(
        electorate.body,
        rule,
        stance,
        adopted,
        _outcome(adopted, following),
        standings,
        bound,
        not_bound,
        unsure,
        _blocking(vote, adopted, groups) if adopted is not Truth.FALSE else None,
        _carrying(vote, adopted, groups) if adopted is not Truth.TRUE else None,
        vote.open_votes(),
        following,
        (
            *because,
            Reason("rule", f"{electorate.body or 'The body'} decides by {rule.sentence()}."),
            *clock,
            *_voteless(rule, electorate, positions),
            *_counted(standings),
            *_ignorance(stance, adopted),
        ),
    )


def _outcome(adopted: Truth, following: Next | None) -> Outcome:
    if adopted is Truth.TRUE:
        return "adopted"
    if adopted is Truth.UNKNOWN:
        return "open"
    if following is not None and following.goes is Truth.TRUE:
        return "referred"
    return "not adopted"


def _standing(criterion: Criterion, vote: Vote) -> Standing:
    fixed, least, most = criterion.offset, Fraction(), Fraction()
    for place, stance in enumerate(vote.taken):
        if stance is UNKNOWN:
            pulls = [criterion.pull(place, option) for option in vote.options(place)]
            least, most = least + min(pulls), most + max(pulls)
        else:
            fixed += criterion.pull(place, stance)
    least, most = fixed + least, fixed + most
    met = Truth.UNKNOWN
    if criterion.met_by(least) or not criterion.met_by(most):
        met = Truth.of(criterion.met_by(least))
    return Standing(criterion, met, least, most, criterion.standing(vote.taken))


def _bound(
    rule: Rule, stance: Mapping[str, Position], adopted: Truth
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    if adopted is Truth.FALSE:
        return (), tuple(stance), ()
    free = rule.unbound
    return (
        tuple(m for m, p in stance.items() if p not in free and (p is not UNKNOWN or not free)),
        tuple(m for m, p in stance.items() if p in free),
        tuple(m for m, p in stance.items() if p is UNKNOWN and free),
    )


def _blocking(vote: Vote, adopted: Truth, limit: int) -> Groups:
    """Minimal groups that block: of those not against or, while it is open, undecided."""
    choices = []
    for place, stance in enumerate(vote.taken):
        now = FOR if stance is UNKNOWN and adopted is Truth.UNKNOWN else stance
        now = AGAINST if now is UNKNOWN else now
        movable = stance is UNKNOWN or adopted is Truth.TRUE
        worse = zip(vote.pulls(place, AGAINST), vote.pulls(place, now), strict=True)
        movable = movable and now is not AGAINST and all(a <= b for a, b in worse)
        choices.append((AGAINST, now) if movable else (now,))
    game = from_criteria(vote.members, vote.criteria, vote.condition, choices)
    return minimal_groups(dual(game), limit=limit)


def _carrying(vote: Vote, adopted: Truth, limit: int) -> Groups:
    """Minimal groups that carry: of those not in favour or, while it is open, undecided."""
    choices: list[tuple[Position, ...]] = []
    for place, stance in enumerate(vote.taken):
        if stance is UNKNOWN and adopted is Truth.UNKNOWN:
            lowest = vote.worst(place)
            if len(lowest) > 1:
                return _certainly_carrying(vote, limit)
            choices.append((lowest[0], FOR))
        elif adopted is Truth.UNKNOWN or stance is FOR:
            choices.append((stance,))
        else:
            choices.append((FOR,) if stance is UNKNOWN else (stance, FOR))
    game = from_criteria(vote.members, vote.criteria, vote.condition, choices)
    return minimal_groups(game, limit=limit)


def _certainly_carrying(vote: Vote, limit: int) -> Groups:
    """The same where it depends on the criterion what the others could do worst."""

    def sufficient(size: int) -> Iterator[tuple[int, ...]]:
        for group in combinations(vote.open, size):
            if vote.with_taken(dict.fromkeys(group, FOR)).adopted() is Truth.TRUE:
                yield group

    return smallest_groups(vote.members, vote.open, sufficient, limit=limit, tries=MOST_CHECKS)


@dataclass(frozen=True, slots=True)
class _Clock:
    """The days of a silence procedure."""

    opened: Day | None
    deadline: Day | None
    on: Day | None

    def last(self, procedure: Silence) -> Day | None:
        """The last day on which one may still object."""
        if self.opened is not None and self.on is not None and self.on < self.opened:
            raise BadInput(f"the procedure was opened on {self.opened}, after {self.on}")
        if self.deadline is not None or self.opened is None or procedure.days is None:
            return self.deadline
        return add_days(self.opened, procedure.days)


def _silence(
    rule: Rule, stance: dict[str, Position], clock: _Clock
) -> tuple[Because, dict[str, Position]]:
    """Before the deadline of a silence procedure, who has said nothing is undecided."""
    procedure = _find(rule)
    if procedure is None:
        return (), stance
    pending: dict[str, Position] = {m: UNKNOWN if p is ABSENT else p for m, p in stance.items()}
    last = clock.last(procedure)
    if last is None or clock.on is None:
        text = "It is not known whether the deadline of the silence procedure has passed."
        return (Reason("assumption", text),), pending
    if clock.on <= last:
        text = f"Silence agrees after {last}; on {clock.on} those who are silent are undecided."
        return (Reason("rule", text),), pending
    text = f"The deadline passed on {last}: those who were silent agree."
    return (Reason("rule", text),), stance


def _find(rule: Rule) -> Silence | None:
    if isinstance(rule, Silence):
        return rule
    for part in rule.parts:
        found = _find(part)
        if found is not None:
            return found
    return None


def _referral(rule: Rule, electorate: Electorate) -> tuple[Referral, Electorate] | None:
    """The referral in a rule, with the electorate as it is there."""
    if isinstance(rule, Referral):
        return rule, electorate
    inner = rule.seats(electorate)
    for part in rule.parts:
        found = _referral(part, inner)
        if found is not None:
            return found
    return None


def _next(
    rule: Rule,
    electorate: Electorate,
    stance: Mapping[str, Position],
    adopted: Truth,
    groups: int,
) -> Next | None:
    found = _referral(rule, electorate)
    if found is None:
        return None
    referral, seats = found
    objectors = tuple(m for m in seats.voting if stance[m] is AGAINST)
    by: tuple[str, ...] = ()
    goes = Truth.FALSE
    if adopted is not Truth.TRUE and referral.after != "adoption":
        goes = ~adopted
        if referral.when is not None:
            goes &= Vote(
                seats.members, *criteria_of(referral.when, seats), tuple(stance.values())
            ).adopted()
    if adopted is not Truth.FALSE and referral.after != "failure" and objectors:
        by = objectors
        goes = Truth.UNKNOWN
    if goes is Truth.FALSE:
        return None
    upper = Electorate(
        seats.members,
        seats.weights,
        seats.concerned,
        seats.in_arrears,
        seats.seats,
        referral.to,
    )
    preview = tally(referral.then, upper, stance, groups=groups)
    return Next(referral.to, referral.then, goes, by, preview)


def _voteless(
    rule: Rule, electorate: Electorate, positions: Mapping[str, Position]
) -> dict[Reason, None]:
    """Members that the rule leaves without a vote, and what becomes of their weights."""
    reasons: dict[Reason, None] = {}
    inner = rule.seats(electorate)
    for member in electorate.voting:
        if member in inner.voting:
            continue
        text = f"{member} has no vote, being the state concerned."
        if isinstance(rule, Arrears):
            text = f"{member} has no vote, being in arrears."
            if rule.weights is not None:
                new = inner.weight(rule.weights).items()
                text += f" The {rule.weights} are now " + ", ".join(
                    f"{state} {readable(weight)}" for state, weight in new
                )
                text += "."
        if positions.get(member, UNKNOWN) is not UNKNOWN:
            text += " Its position does not count."
        reasons[Reason("rule", text)] = None
    for part in rule.parts:
        reasons |= _voteless(part, inner, positions)
    return reasons


def _counted(standings: tuple[Standing, ...]) -> Because:
    words = {Truth.TRUE: "met", Truth.FALSE: "not met", Truth.UNKNOWN: "open"}
    return tuple(
        Reason("number", f"{s.criterion.text}: {s.text}; {words[s.met]}.") for s in standings
    )


def _ignorance(stance: Mapping[str, Position], adopted: Truth) -> Because:
    silent = [member for member, position in stance.items() if position is UNKNOWN]
    if not silent:
        return ()
    effect = (
        "and the outcome depends on it"
        if adopted is Truth.UNKNOWN
        else ("which cannot change the outcome")
    )
    return (Reason("assumption", f"The position of {', '.join(silent)} is not known, {effect}."),)
