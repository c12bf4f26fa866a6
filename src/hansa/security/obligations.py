"""From an incident to who is obliged, entitled or forbidden to do what, and what is unknown.

For every norm in force whose trigger may hold, each condition is true, false or unknown,
and the result is their conjunction in three-valued logic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hansa.record.register import BoundNorm, Register
from hansa.record.treaties import Norm
from hansa.security.conditions import Condition, judge
from hansa.security.incidents import Incident, Kinds
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth, all_of

MODAL = {
    "obligation": "obliged to",
    "prohibition": "forbidden",
    "permission": "entitled to",
    "power": "empowered to",
    "immunity": "protected by",
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a norm means in a case, for the bearers it binds.

    ``truth`` is unknown where a condition or the trigger is; false findings are kept, since
    why nobody is obliged is an answer too. ``conflicts`` are sentences.
    """

    norm: Norm
    bearers: tuple[str, ...]
    addressee: str
    truth: Truth
    conditions: tuple[Condition, ...]
    sentence: str
    because: Because
    breach: bool = False
    conflicts: tuple[str, ...] = ()

    @property
    def act(self) -> str:
        """What is to be done."""
        return self.norm.act


PHRASES = {
    "assist": "give help to {to}",
    "consult": "consult",
    "coordinate": "coordinate action",
    "regard_as_attack_on_all": "regard it as an attack on all",
    "report_unsc": "report to the Security Council",
    "use_force": "decide on the use of force",
    "peacekeeping": "decide on peacekeeping",
    "send_forces": "send forces to {to}",
    "contribute": "contribute forces",
    "respond_to_crisis": "respond to the crisis",
    "defend": "defend {to}",
    "not_aggress": "use of force against {to}",
}
"""How the acts of norms read in a sentence; others read as their own words."""

HELP = ("assist", "regard_as_attack_on_all", "contribute")
"""Acts that take the victim's side: where they bind the attacker too, that is a conflict."""

MANY = 12
"""With more bearers than this a sentence gives their number."""


def listed(names: Iterable[str]) -> str:
    """``A, B and C``."""
    items = list(names)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def obligations(incident: Incident, register: Register, kinds: Kinds) -> tuple[Obligation, ...]:
    """Every finding on an incident, those that hold first, then the unknown, then the rest.

    Parameters
    ----------
    incident : Incident
    register : Register
        What holds on the day, as known and by the clock that the register was asked for.
    kinds : Kinds
        The world's kinds of incident.
    """
    chain = kinds.chain(incident.kind)
    found: list[Obligation] = []
    for bound in register.norms():
        if bound.norm.standing:
            found += _breaches(bound, incident, chain)
            continue
        trigger = _trigger(bound.norm, chain)
        if trigger is Truth.FALSE:
            continue
        found += [_finding(bound, incident, victim, trigger, kinds) for victim in incident.victims]
    found = [_with_conflicts(item, found, incident, register) for item in found]
    return tuple(sorted(found, key=_rank))


def _rank(item: Obligation) -> tuple[int, int, str, str]:
    weight = {"obligation": 0, "prohibition": 1, "power": 2, "permission": 3, "immunity": 4}
    return (-item.truth.value, weight[item.norm.modality], item.norm.ref, item.addressee)


def _trigger(norm: Norm, chain: tuple[str, ...]) -> Truth:
    for kind in chain:
        if kind in norm.trigger:
            return norm.trigger[kind]
    return Truth.FALSE


def _bearers(bound: BoundNorm, incident: Incident, victim: str) -> tuple[str, ...]:
    """Whom the norm binds in the case."""
    bearer = bound.norm.bearer
    if bearer == "parties":
        return bound.parties
    if bearer == "other parties":
        return tuple(state for state in bound.parties if state != victim)
    if bearer == "victim":
        return (victim,)
    if bearer == "attacker":
        return incident.attackers
    if bearer.startswith("body: "):
        return (bearer.removeprefix("body: "),)
    if bearer in ("all states", "secretariats"):
        return (bearer,)
    named = [state for state in bearer.split() if state in bound.parties]
    return tuple(state for state in named if state != victim)


def _finding(
    bound: BoundNorm, incident: Incident, victim: str, trigger: Truth, kinds: Kinds
) -> Obligation:
    norm = bound.norm
    conditions = tuple(judge(name, incident, bound, victim) for name in norm.conditions)
    truth = all_of([trigger, *(condition.truth for condition in conditions)])
    bearers = _bearers(bound, incident, victim)
    addressee = victim if norm.addressee in ("victim", "") else norm.addressee
    kind = kinds.names[incident.kind]
    word = {Truth.TRUE: "falls", Truth.UNKNOWN: "may or may not fall"}[trigger]
    because = (
        _article(norm),
        Reason("rule", f"{kind} {word} under {norm.ref}", norm.ref, incident.source),
        *(
            Reason("rule", f"{condition.text}: {condition.truth}", norm.ref, incident.source)
            for condition in conditions
        ),
        *bound.because,
    )
    sentence = _sentence(norm, bearers, addressee, truth, conditions, trigger)
    return Obligation(norm, bearers, addressee, truth, conditions, sentence, because)


def _article(norm: Norm) -> Reason:
    return Reason("article", f"{norm.ref}: {norm.text}", norm.ref, norm.source, norm.confidence)


def _sentence(
    norm: Norm,
    bearers: tuple[str, ...],
    addressee: str,
    truth: Truth,
    conditions: tuple[Condition, ...],
    trigger: Truth,
) -> str:
    """A sentence that a diplomat would sign."""
    many = f"{len(bearers)} states"
    who = (many if len(bearers) > MANY else listed(bearers)) or "nobody"
    are = "is" if len(bearers) == 1 else "are"
    phrase = PHRASES.get(norm.act, norm.act.replace("_", " ")).format(to=addressee)
    duty = f"{MODAL[norm.modality]} {phrase}"
    if truth is Truth.TRUE:
        decided = f", as {norm.decider} decides" if norm.decider else ""
        return f"Under {norm.ref}, {who} {are} {duty}{decided}: {norm.text}."
    if truth is Truth.FALSE:
        unmet = [c.text for c in conditions if c.truth is Truth.FALSE]
        return f"{norm.ref} does not apply towards {addressee}: {listed(unmet)}."
    open_points = [c.text for c in conditions if c.truth is Truth.UNKNOWN]
    if trigger is Truth.UNKNOWN:
        open_points.insert(0, "the text leaves open whether such an event falls under it")
    return f"Whether {who} {are} {duty} under {norm.ref} is unknown: {listed(open_points)}."


def _breaches(bound: BoundNorm, incident: Incident, chain: tuple[str, ...]) -> list[Obligation]:
    """Standing prohibitions of force that an attack by a state would break."""
    norm = bound.norm
    if norm.act != "not_aggress" or "armed_attack" not in chain:
        return []
    found = []
    for attacker in incident.attackers:
        victims = [
            victim
            for victim in incident.victims
            if victim != attacker and (norm.addressee == "all states" or victim in bound.parties)
        ]
        if attacker not in bound.parties or not victims:
            continue
        disputed = _disputed(incident)
        truth = Truth.UNKNOWN if disputed else Truth.TRUE
        whom = listed(victims)
        text = (
            f"Under {norm.ref}, {attacker} is forbidden the use of force against {whom}: "
            f"{norm.text}."
        )
        if disputed:
            text += " Whether the place is its territory is disputed or not settled."
        because = (_article(norm), *bound.because)
        found.append(Obligation(norm, (attacker,), whom, truth, (), text, because, breach=True))
    return found


def _disputed(incident: Incident) -> bool:
    """Whether the place is not, or not certainly, the victims' own territory."""
    if "territory" in incident.facts:
        return incident.fact("territory") is not Truth.TRUE
    return incident.place_state not in incident.victims


def _with_conflicts(
    item: Obligation, all_found: list[Obligation], incident: Incident, register: Register
) -> Obligation:
    """Name the conflicts of an obligation to help; never hide them."""
    if item.truth is Truth.FALSE or item.act not in HELP:
        return item
    said: list[str] = []
    for attacker in incident.attackers:
        if attacker == item.addressee:
            continue
        if attacker in item.bearers:
            said.append(
                f"{attacker} is itself a party: the text binds it to help {item.addressee} "
                f"and it is forbidden to use force against it"
            )
        also = [
            other
            for other in all_found
            if other.act == item.act
            and other.addressee == attacker
            and other.truth is not Truth.FALSE
            and set(other.bearers) & set(item.bearers)
        ]
        for other in also:
            both = sorted(set(other.bearers) & set(item.bearers))
            said.append(
                f"{listed(both)} would owe help to {item.addressee} and to {attacker} "
                f"({other.norm.ref})"
            )
        said += _ties(item, attacker, register)
    if said:
        said.append("UN Charter Art. 51 and 103 prevail: help is lawful as self-defence only")
    if not said:
        return item
    return Obligation(
        item.norm, item.bearers, item.addressee, item.truth, item.conditions,
        item.sentence, item.because, item.breach, tuple(dict.fromkeys(said)),
    )  # fmt: skip


def _ties(item: Obligation, attacker: str, register: Register) -> list[str]:
    """Bearers that have promised the attacker not to act against it."""
    said = []
    for bound in register.norms(act="no_other_alliance") + register.norms(act="not_aggress"):
        if attacker not in bound.parties or bound.norm.precedence == 103:
            continue
        tied = sorted(set(item.bearers) & set(bound.parties) - {attacker})
        if tied and bound.treaty.id != item.norm.treaty:
            said.append(f"{listed(tied)} promised {attacker} peace in {bound.norm.ref}")
    return said
