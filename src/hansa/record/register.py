"""The register: who is what and bound by what on a day, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hansa.record.acts import Act
from hansa.record.entry import effect_of, reason_of
from hansa.record.holders import Tenure, tenures_of
from hansa.record.ledger import Ledger, fold
from hansa.record.life import Life, Lives
from hansa.record.standing import (
    Existence,
    Membership,
    Standing,
    existence_of,
    standings_of,
)
from hansa.record.treaties import Clock, Norm, Treaty
from hansa.record.unions import Body, Office, Organisation, RuleOfDecision
from hansa.terms.days import Day, day
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth


@dataclass(frozen=True, slots=True)
class Party:
    """A state bound by a treaty on a day."""

    treaty: str
    state: str
    since: Day
    until: Day | None
    because: Because


@dataclass(frozen=True, slots=True)
class Finding:
    """A question answered: true, false or unknown, and why."""

    truth: Truth
    text: str
    because: Because


@dataclass(frozen=True, slots=True)
class BoundNorm:
    """A norm in force on a day and the parties to its treaty then."""

    norm: Norm
    treaty: Treaty
    parties: tuple[str, ...]
    because: Because


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of votes, of a budget or of revenue on a day.

    ``parts`` maps states to texts of exact decimals, summing to ``total``.
    """

    subject: str
    of: str
    parts: Mapping[str, str]
    total: str
    since: Day
    because: Because


@dataclass(frozen=True, slots=True)
class Timeline:
    """The fold: lives of treaties, standings, tenures, over all time, as known at a moment."""

    ledger: Ledger
    treaties: Mapping[str, Treaty]
    organisations: Mapping[str, Organisation]
    bodies: Mapping[str, Body]
    offices: Mapping[str, Office]
    lives: Mapping[str, Life]
    existences: Mapping[str, Existence]
    standings: Mapping[str, Mapping[str, Standing]]
    tenures: Mapping[str, tuple[Tenure, ...]]

    @classmethod
    def of(
        cls,
        *,
        organisations: Mapping[str, Organisation],
        treaties: Mapping[str, Treaty],
        bodies: Mapping[str, Body],
        offices: Mapping[str, Office],
        acts: Iterable[Act],
        known_on: Day | None,
        clock: Clock,
    ) -> Timeline:
        """Fold the acts known at the end of ``known_on``."""
        ledger = fold(acts, known_on)
        lives = Lives(treaties, ledger, clock)
        existences = {name: existence_of(org, lives, ledger) for name, org in organisations.items()}
        standings = {
            name: standings_of(org, lives, ledger, existences[name], clock)
            for name, org in organisations.items()
        }
        tenures = {name: tenures_of(office, ledger) for name, office in offices.items()}
        known = {life.treaty.id: life for life in lives.all()}
        return cls(
            ledger, treaties, organisations, bodies, offices, known, existences, standings, tenures
        )


@dataclass(frozen=True, slots=True)
class Register:
    """What holds on ``day``, as known on ``known_on``, by ``clock``."""

    day: Day
    known_on: Day | None
    clock: Clock
    timeline: Timeline

    # --- organisations -----------------------------------------------------------------

    def exists(self, organisation: str) -> Finding:
        """Whether an organisation exists on the day; names its predecessor if it does not yet."""
        org = self._organisation(organisation)
        existence = self.timeline.existences[organisation]
        if existence.period is not None and self.day in existence.period:
            since = existence.period.start
            return Finding(Truth.TRUE, f"{org.id} exists since {since}", existence.because)
        text = f"{org.id} does not exist on {self.day}"
        if existence.period and self.day < existence.period.start and org.predecessor:
            text += f"; its predecessor is {org.predecessor}"
        elif existence.period and self.day >= existence.period.start and org.successor:
            text += f"; its successor is {org.successor}"
        return Finding(Truth.FALSE, text, existence.because)

    def organisations(self) -> tuple[Organisation, ...]:
        """The organisations that exist on the day."""
        return tuple(
            org
            for name, org in self.timeline.organisations.items()
            if (period := self.timeline.existences[name].period) and self.day in period
        )

    def members(self, organisation: str, status: str | None = "member") -> tuple[Membership, ...]:
        """The states with a status (``None``: any) in an organisation, by code."""
        self._organisation(organisation)
        found = []
        for _, standing in sorted(self.timeline.standings[organisation].items()):
            held = standing.on(organisation, self.day)
            if held is not None and status in (None, held.status):
                found.append(held)
        return tuple(found)

    def membership(self, organisation: str, state: str) -> Membership | None:
        """A state's standing in an organisation, ``None`` if it has none."""
        self._organisation(organisation)
        standing = self.timeline.standings[organisation].get(state)
        return standing.on(organisation, self.day) if standing else None

    def member_codes(self, organisation: str) -> tuple[str, ...]:
        """The codes of the members, sorted."""
        return tuple(m.state for m in self.members(organisation))

    # --- treaties ----------------------------------------------------------------------

    def parties(self, treaty: str) -> tuple[Party, ...]:
        """The states bound by a treaty on the day, by code."""
        life = self._life(treaty)
        found = []
        for state in sorted(life.spells):
            spell = life.bound(state, self.day)
            if spell is not None:
                period = spell.period
                found.append(Party(treaty, state, period.start, period.end, spell.because))
        return tuple(found)

    def party_codes(self, treaty: str) -> tuple[str, ...]:
        """The codes of the parties, sorted."""
        return tuple(party.state for party in self.parties(treaty))

    def is_bound(self, treaty: str, state: str) -> Finding:
        """Whether a state is bound by a treaty on the day, and why (not)."""
        life = self._life(treaty)
        spell = life.bound(state, self.day)
        if spell is not None:
            text = f"{state} is bound by {treaty} since {spell.period.start}"
            return Finding(Truth.TRUE, text, spell.because)
        if life.entry is None and life.treaty.entry.rule == "unknown" and state in life.signed:
            text = f"{state} signed {treaty}; no source gives its entry into force"
            return Finding(Truth.UNKNOWN, text, life.because)
        text, because = self._unbound(life, state)
        return Finding(Truth.FALSE, text, because)

    def _unbound(self, life: Life, state: str) -> tuple[str, Because]:
        name = life.treaty.id
        for pause in life.suspended.get(state, ()):
            if self.day in pause.period:
                return f"{state}'s part in {name} is suspended", pause.because
        spells = life.spells.get(state, ())
        past = [s for s in spells if s.period.end is not None and s.period.end <= self.day]
        if past:
            last = past[-1]
            text = f"{state} was bound by {name} until {last.period.end} (not included)"
            return text, last.ended or last.because
        coming = [s for s in spells if s.period.start > self.day]
        if coming:
            return f"{state} is bound by {name} only from {coming[0].period.start}", coming[
                0
            ].because
        if state in life.signed:
            act = life.signed[state]
            why = Reason("act", f"{state} signed {name} on {act.on}", act.id, act.source)
            if life.entry is None or self.day < life.entry:
                why_not = life.because
                return f"{state} signed {name}, which is not in force", (why, *why_not)
            return f"{state} signed {name} but no act binds it", (why,)
        if state in life.blocked:
            text = f"{state} sought to accede to {name}; a party's objection blocks it"
            return text, life.blocked[state]
        return f"no known act binds {state} to {name}", ()

    def treaties(self, state: str | None = None) -> tuple[Life, ...]:
        """The lives of the treaties in force on the day (for a state, if one is given)."""
        return tuple(
            life
            for life in self.timeline.lives.values()
            if (life.in_force(self.day) if state is None else life.bound(state, self.day))
        )

    def norms(self, *, treaty: str | None = None, act: str | None = None) -> tuple[BoundNorm, ...]:
        """The norms in force, with the parties that they bind."""
        found: list[BoundNorm] = []
        lives = self.timeline.lives.values() if treaty is None else (self._life(treaty),)
        for life in lives:
            parties = self.party_codes(life.treaty.id)
            if not parties and life.treaty.binds == "states":
                continue
            if not parties and (life.entry is None or self.day < life.entry):
                continue
            found += [
                BoundNorm(norm, life.treaty, parties, life.because)
                for norm in life.treaty.norms
                if act in (None, norm.act) and self._wording_holds(norm)
            ]
        return tuple(found)

    def _wording_holds(self, norm: Norm) -> bool:
        """Whether this wording is the one in force, given the amendments."""
        if norm.since_treaty and not self._in_force(norm.since_treaty):
            return False
        return not (norm.until_treaty and self._in_force(norm.until_treaty))

    def _in_force(self, treaty: str) -> bool:
        return self._life(treaty).in_force(self.day)

    # --- bodies and offices ------------------------------------------------------------

    def bodies(self, organisation: str) -> tuple[Body, ...]:
        """The bodies of an organisation that exist on the day."""
        return tuple(
            body
            for body in self.timeline.bodies.values()
            if body.organisation == organisation
            and (body.since is None or body.since <= self.day)
            and (body.until is None or self.day < body.until)
        )

    def voters(self, body: str) -> tuple[str, ...]:
        """The states that sit in a body on the day."""
        found = self._body(body)
        if found.states:
            return found.states
        if found.composition == "members":
            return self.member_codes(found.organisation)
        if found.composition.startswith("parties to "):
            return self.party_codes(found.composition.removeprefix("parties to "))
        held = self.members(found.organisation, None)
        wanted = {part.strip() for part in found.composition.split("+")}
        return tuple(m.state for m in held if f"{m.status}s" in wanted or m.status in wanted)

    def rule(self, body: str, matter: str = "") -> RuleOfDecision:
        """The rule by which a body decides a matter on the day.

        Raises
        ------
        UnknownCode
            If the body has no rule for the matter on that day.
        """
        rules = [
            rule
            for rule in self._body(body).rules
            if (rule.since is None or rule.since <= self.day)
            and (rule.until is None or self.day < rule.until)
        ]
        for rule in rules:
            if matter and rule.matter == matter:
                return rule
        for rule in rules:
            if rule.matter in ("", "any"):
                return rule
        if not matter and rules:
            return rules[0]
        known = [rule.matter for rule in rules]
        raise unknown(f"matter for {body} on {self.day}", matter, known)

    def holder(self, office: str) -> Tenure | None:
        """Who holds an office on the day."""
        if office not in self.timeline.offices:
            raise unknown("office", office, self.timeline.offices)
        for tenure in self.timeline.tenures[office]:
            if self.day in tenure.period:
                return tenure
        return None

    def offices(self, organisation: str | None = None) -> tuple[tuple[Office, Tenure | None], ...]:
        """The offices (of an organisation) and who holds them."""
        return tuple(
            (office, self.holder(name))
            for name, office in self.timeline.offices.items()
            if organisation in (None, office.organisation)
        )

    def shares(self, subject: str) -> Shares | None:
        """The shares that hold on the day (the last set), ``None`` if there are none."""
        held = None
        for act in self.timeline.ledger.about(subject, "share"):
            until = act.payload.get("until")
            if effect_of(act) > self.day or (until and day(str(until)) <= self.day):
                continue
            parts = act.payload.get("shares")
            if isinstance(parts, dict):
                exact = {str(state): str(part) for state, part in parts.items()}
                held = Shares(
                    subject,
                    str(act.payload.get("of", "")),
                    exact,
                    str(act.payload.get("total", "")),
                    effect_of(act),
                    (reason_of(act, f"{subject} from {effect_of(act)}"),),
                )
        return held

    # --- acts --------------------------------------------------------------------------

    def acts(self, since: Day, until: Day) -> tuple[Act, ...]:
        """The known acts from ``since`` to ``until``, both included."""
        return tuple(act for act in self.timeline.ledger.acts if since <= act.on <= until)

    # --- looking things up -------------------------------------------------------------

    def _organisation(self, name: str) -> Organisation:
        if name not in self.timeline.organisations:
            raise unknown("organisation", name, self.timeline.organisations)
        return self.timeline.organisations[name]

    def _life(self, name: str) -> Life:
        if name not in self.timeline.lives:
            raise unknown("treaty", name, self.timeline.treaties)
        return self.timeline.lives[name]

    def _body(self, name: str) -> Body:
        if name not in self.timeline.bodies:
            raise unknown("body", name, self.timeline.bodies)
        return self.timeline.bodies[name]
