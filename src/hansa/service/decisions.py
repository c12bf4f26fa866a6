"""Verbs on decisions: decide, power."""

from __future__ import annotations

from fractions import Fraction

from hansa.decisions import (
    ABSENT,
    ABSTAIN,
    AGAINST,
    FOR,
    STAND_ASIDE,
    UNKNOWN,
    Bloc,
    Position,
    bloc,
    chance,
    tally,
    view,
)
from hansa.decisions.exhibits import (
    blockers_table,
    power_change,
    power_change_chart,
    power_chart,
    power_table,
)
from hansa.decisions.vote_exhibits import (
    chance_table,
    decision_statements,
    decision_table,
    standings_table,
)
from hansa.record.world import World
from hansa.service.opening import case_of, what_if
from hansa.studies.case import Case
from hansa.studies.deciding import Sitting, sitting, with_weights
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Exhibit, Statement


def decide(
    body: str,
    *,
    matter: str = "",
    in_favour: str = "",
    against: str = "",
    abstain: str = "",
    absent: str = "",
    aside: str = "",
    others: str = "",
    likely: str = "",
    blocs: str = "",
    concerned: str = "",
    in_arrears: str = "",
    on: str = "today",
    known_on: str | None = None,
    scenario: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Whether a body adopts a matter, who is bound, and who could have blocked or carried it.

    Parameters
    ----------
    body : str
        The body: ``CSTO Council``, ``EurAsEC Integration Committee`` …
    matter : str
        The matter, where the body has a rule of its own for it: ``accession`` …
    in_favour, against, abstain, absent, aside : str
        States by code, separated by commas; ``aside`` declare no interest.
    others : str
        Position of all that are not mentioned: ``for``, ``against``, ``abstain``, ``absent``,
        ``aside``; unknown if not given.
    likely : str
        Chance that an undecided state is in favour: ``KGZ=0.8,TJK=1/2``.
    blocs : str
        States that move together, how often, and their chance to be in favour:
        ``KGZ+TJK=9/10:1/2``; several separated by commas.
    concerned : str
        States that the matter is about (expulsion, end of a membership).
    in_arrears : str
        States that lose their vote by arrears.
    on, known_on, world
        As in `members`.
    scenario : str, optional
        A TOML file of acts that are assumed too.

    Returns
    -------
    Answer
        The outcome with its reasons; its value is the `Decision`.
    """
    case = _case(world, on, known_on, scenario)
    found = sitting(
        case.world, case.register, body, matter,
        concerned=_states(case, concerned), in_arrears=_states(case, in_arrears),
    )  # fmt: skip
    positions = _positions(
        case,
        {FOR: in_favour, AGAINST: against, ABSTAIN: abstain, ABSENT: absent, STAND_ASIDE: aside},
    )
    rest = _position(others) if others else UNKNOWN
    decision = tally(
        found.rule.rule, found.electorate, positions, others=rest, because=found.because
    )
    said = list(decision_statements(decision))
    exhibits = [decision_table(decision), standings_table(decision)]
    if likely or blocs:
        together = _blocs(case, blocs)
        beliefs = _chances(case, likely)
        odds = chance(found.rule.rule, found.electorate, positions, beliefs, blocs=together)
        text = f"Chance of adoption: {100 * float(odds.adopted):.1f} % ({odds.method.name})."
        said.append(Statement(text, odds.because))
        exhibits.append(chance_table(odds))
    title = f"{body} on {case.day}" + (f": {matter}" if matter else "")
    return Answer(title, tuple(said), tuple(exhibits), (), decision)


def _case(world: World | str, on: str, known_on: str | None, scenario: str | None) -> Case:
    case = case_of(world, on, known_on)
    return what_if(case, scenario)[0] if scenario else case


def _states(case: Case, text: str) -> tuple[str, ...]:
    return tuple(case.world.state(name.strip()).id for name in text.split(",") if name.strip())


def _position(text: str) -> Position:
    known = {"for": FOR, "against": AGAINST, "abstain": ABSTAIN, "absent": ABSENT,
             "aside": STAND_ASIDE}  # fmt: skip
    if text not in known:
        raise BadInput(f"{text!r} is no position", nearest=tuple(known))
    return known[text]


def _positions(case: Case, given: dict[Position, str]) -> dict[str, Position]:
    found: dict[str, Position] = {}
    for position, text in given.items():
        for state in _states(case, text):
            if state in found:
                raise BadInput(
                    f"{state} votes twice", remedy="name each state in one position only"
                )
            found[state] = position
    return found


def _blocs(case: Case, text: str) -> list[Bloc]:
    found = []
    for part in filter(None, text.split(",")):
        names, _, numbers = part.partition("=")
        together, _, stated = numbers.partition(":")
        try:
            states = [case.world.state(name.strip()).id for name in names.split("+")]
            found.append(bloc(states, Fraction(together), Fraction(stated)))
        except (ValueError, ZeroDivisionError):
            raise BadInput(
                f"{part!r} is not STATES=TOGETHER:CHANCE", remedy="write KGZ+TJK=9/10:1/2"
            ) from None
    return found


def _chances(case: Case, text: str) -> dict[str, Fraction]:
    found = {}
    for part in filter(None, text.split(",")):
        name, sep, value = part.partition("=")
        try:
            found[case.world.state(name.strip()).id] = Fraction(value.strip())
        except (ValueError, ZeroDivisionError):
            raise BadInput(
                f"{part!r} is not STATE=CHANCE", remedy="write KGZ=0.8,TJK=1/2"
            ) from None
        if not sep:
            raise BadInput(f"{part!r} is not STATE=CHANCE")
    return found


def power(
    body: str,
    *,
    matter: str = "",
    on: str = "today",
    known_on: str | None = None,
    beside: str | None = None,
    assuming: str = "",
    scenario: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Who has how much say in a body, who could block, and what a change would do to it.

    Parameters
    ----------
    body, matter : str
        As in `decide`.
    on, known_on, world
        As in `members`.
    beside : str, optional
        Another day to compare with.
    assuming : str
        Other weights: ``votes RUS=30 BLR=30``.
    scenario : str, optional
        A TOML file of acts to compare with.

    Returns
    -------
    Answer
        Banzhaf, Shapley–Shubik, Coleman and other indices, blocking and carrying groups.
    """
    case = case_of(world, on, known_on)
    found = sitting(case.world, case.register, body, matter)
    seen = view(found.rule, found.electorate)
    exhibits: list[Exhibit] = [
        power_table(seen.power),
        power_chart(seen.power),
        blockers_table((seen,)),
    ]
    said = [Statement(f"{body} decides by {found.rule.rule.sentence()}.", found.because)]
    for label, other in _others(case, found, matter, beside, assuming, scenario):
        after = view(other.rule, other.electorate)
        labels = (str(case.day), label)
        exhibits.append(power_change(seen.power, after.power, labels=labels))
        exhibits.append(power_change_chart(seen.power, after.power, labels=labels))
        said.append(Statement(f"Beside it, {label}: {other.rule.rule.sentence()}.", other.because))
    title = f"Power in {body} on {case.day}"
    return Answer(title, tuple(said), tuple(exhibits), (), seen)


def _others(
    case: Case,
    found: Sitting,
    matter: str,
    beside: str | None,
    assuming: str,
    scenario: str | None,
) -> list[tuple[str, Sitting]]:
    """The sittings to compare with, labelled."""
    body = found.rule.body
    others = []
    if beside:
        then = case_of(case.world, beside, case.known_on)
        others.append((str(then.day), sitting(then.world, then.register, body, matter)))
    if scenario:
        other, title = what_if(case, scenario)
        others.append((title, sitting(other.world, other.register, body, matter)))
    if assuming:
        key, _, rest = assuming.strip().partition(" ")
        parts = dict(pair.split("=", 1) for pair in rest.split() if "=" in pair)
        if not parts:
            raise BadInput(f"{assuming!r} assumes nothing", remedy="write votes RUS=30 BLR=30")
        try:
            for part in parts.values():
                Fraction(part)
        except (ValueError, ZeroDivisionError):
            raise BadInput(f"{assuming!r} holds a weight that is no number") from None
        named = {case.world.state(state).id: part for state, part in parts.items()}
        others.append((assuming, with_weights(found, key, named)))
    return others
