"""What a body may decide: the matters of its rules, and the norms that empower it."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.record.register import BoundNorm, Finding, Register
from hansa.record.unions import RuleOfDecision
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth

ANY = ("", "any")


@dataclass(frozen=True, slots=True)
class Competence:
    """A body's rules of decision in force, and the norms that name it.

    ``general``: it has a rule for whatever has none of its own.
    """

    body: str
    rules: tuple[RuleOfDecision, ...]
    norms: tuple[BoundNorm, ...]

    @property
    def general(self) -> bool:
        """Whether it may decide anything."""
        return any(rule.matter in ANY for rule in self.rules)

    @property
    def matters(self) -> tuple[str, ...]:
        """The matters that have a rule of their own."""
        return tuple(rule.matter for rule in self.rules if rule.matter not in ANY)


def competence_of(body: str, register: Register) -> Competence:
    """What a body may decide on the register's day.

    Raises
    ------
    UnknownCode
        If there is no such body.
    """
    known = register.timeline.bodies
    if body not in known:
        raise unknown("body", body, known)
    rules = tuple(
        rule
        for rule in known[body].rules
        if (rule.since is None or rule.since <= register.day)
        and (rule.until is None or register.day < rule.until)
    )
    norms = tuple(
        bound
        for bound in register.norms()
        if bound.norm.decider == body or bound.norm.bearer == f"body: {body}"
    )
    return Competence(body, rules, norms)


def competent(body: str, matter: str, register: Register) -> Finding:
    """Whether a body may decide a matter.

    True if it has a rule for the matter, or for anything, or a norm makes it the decider;
    unknown if no rule of it is on record for the day.
    """
    held = competence_of(body, register)
    for rule in held.rules:
        if rule.matter == matter:
            why = Reason("rule", f"{body} has a rule for {matter}", rule.article, rule.source)
            return Finding(Truth.TRUE, f"{body} decides on {matter}", (why,))
    for bound in held.norms:
        if matter in (bound.norm.act, bound.norm.topic, bound.norm.act.replace("_", " ")):
            why = Reason("article", bound.norm.text, bound.norm.ref, bound.norm.source)
            return Finding(Truth.TRUE, f"{body} decides on {matter}", (why, *bound.because))
    general = next((rule for rule in held.rules if rule.matter in ANY), None)
    if general is not None:
        why = Reason("rule", f"{body} has a rule for anything", general.article, general.source)
        return Finding(Truth.TRUE, f"{body} decides on {matter or 'anything'}", (why,))
    if not held.rules:
        text = f"no rule of {body} is on record for {register.day}"
        return Finding(Truth.UNKNOWN, text, (Reason("rule", text, body),))
    only = ", ".join(held.matters)
    text = f"{body} has no rule for {matter or 'anything'}, only for {only}"
    return Finding(Truth.FALSE, text, (Reason("rule", text, body),))
