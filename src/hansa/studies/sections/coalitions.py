"""What each member has from the union and from what, whether it holds, and who would join."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hansa.coalitions import Outlook
from hansa.record.register import Register
from hansa.studies.accession_worth import LEVERS, Tip, harmless, tip
from hansa.studies.arrangements import customs_unions
from hansa.studies.case import Case
from hansa.studies.economies import Base, economy_of, years_of
from hansa.studies.worth import COMPLETED, Setting, money, parts, setting_of
from hansa.studies.worth_exhibits import (
    TRADE_LIMITS,
    gains_chart,
    gains_table,
    kemp_wan_statement,
    lines_of,
    listed,
    moves_table,
    payments_table,
    percent,
    standing,
    tips_table,
)
from hansa.studies.worth_security import LIMITS as SECURITY_LIMITS
from hansa.studies.worth_security import Pact
from hansa.studies.worth_terms import security_from, terms_from
from hansa.studies.worth_union import MANY, MIND, Prospects, pact_among, pacts, prospects
from hansa.terms.exhibits import Exhibit, Section, Statement
from hansa.trade import solve

DRAWS = 64
"""Draws of what is uncertain within a briefing; `hansa sweep` draws as many as asked."""
TITLE = "Who gains, who would join, who would leave"


def section(case: Case) -> Section | None:
    """The customs union of the day with most single states, and the pact that fits it best."""
    if not years_of(case.world):
        return None
    register = case.register
    base = economy_of(case.world, case.day, known_on=case.known_on, clock=case.clock)
    setting = union_of(base, register, case.parameters)
    if setting is None:
        return None
    pact = pact_of_union(case, register, setting)
    found = prospects(
        setting, pact, draws=DRAWS, terms=security_from(case.parameters.get("security", {}))
    )
    shares = parts(setting, setting.members)
    gains = gains_table(found, shares)
    said = [
        *_as_it_stands(setting),
        *_gains(found, setting, shares),
        *standing(_trade(found), setting.organisation, found.because),
    ]
    exhibits: list[Exhibit] = [
        gains,
        gains_chart(gains, setting.members, "Members' gains by source"),
        moves_table(_trade(found), "moves", f"Leaving and joining {setting.organisation}", setting),
    ]
    more, shown = _next(found, setting)
    said, exhibits = said + more, exhibits + shown
    if pact is not None:
        more, shown = _pact(found, pact)
        said, exhibits = said + more, exhibits + shown
    limits = (*base.limits, *TRADE_LIMITS, *(SECURITY_LIMITS if pact else ()),
              *lines_of(found.because))  # fmt: skip
    return Section("coalitions", TITLE, 70, tuple(said), tuple(exhibits), limits)


def union_of(base: Base, register: Register, parameters: Mapping[str, Any]) -> Setting | None:
    """The customs union of the day of which the economy singles out most states."""
    best: Setting | None = None
    for union in customs_unions(register):
        single = [s for s in union.members if base.states.get(base.place(s) or "", ()) == (s,)]
        if len(single) < 2 or (best is not None and len(single) < len(best.members)):
            continue
        given = parameters.get("union", {})
        terms = (
            terms_from(given, union.terms if union.terms.tariff else COMPLETED) if given else None
        )
        best = setting_of(base, register, union.organisation.id, terms=terms)
    return best


def pact_of_union(case: Case, register: Register, setting: Setting) -> Pact | None:
    """The pact with most of the union's members, if the world knows capabilities."""
    names = pacts(case.world, register, setting.members)
    small = (name for name in names if len(register.member_codes(name)) <= MANY)
    name = next(small, None)
    if name is None:
        return None
    return pact_among(case.world, register, name, setting.players)


def _trade(found: Prospects) -> Outlook:
    assert found.trade is not None
    return found.trade


def _as_it_stands(setting: Setting) -> list[Statement]:
    """What the union brings as it is in force, before it is complete."""
    e = setting.base.economy
    now = setting.base.shock(setting.base.arrangement, setting.closure)
    change = solve(e, now).welfare / setting.equilibrium(()).welfare - 1
    gains = {name: float(change[e.index(name)]) for name in setting.members}
    name = setting.organisation
    free = [a.name for a in setting.others.agreements if set(setting.members) <= set(a.members)]
    if max(abs(gain) for gain in gains.values()) <= MIND:
        why = f" that free trade under {listed(free)} does not bring already" if free else ""
        text = f"As it is in force, {name} brings its members nothing in trade{why}."
    else:
        told = ", ".join(f"{state} {gain:+.2%}" for state, gain in gains.items())
        text = f"As it is in force, {name} brings its members in trade: {told} of real income."
    return [Statement(text, (*setting.because, *setting.base.because))]


def _gains(
    found: Prospects, setting: Setting, shares: Mapping[str, Mapping[str, float]]
) -> list[Statement]:
    """What the completed union brings each member, and from what."""
    trade = _trade(found)
    draws = len(trade.draws)
    told = [f"{state} {percent(trade.has(state), draws)}" for state in setting.members]
    terms = next((r.text for r in setting.terms.because), "as agreed")
    said = [
        Statement(
            f"Completed, {setting.organisation} brings in trade: {listed(told)} of real income, "
            f"if {terms}.",
            found.because,
        )
    ]
    sums = {
        source: sum(abs(shares[state][source]) for state in setting.members)
        for source in next(iter(shares.values()))
    }
    main = max(sums, key=lambda source: sums[source])
    none = [source for source, size in sums.items() if size <= MIND * len(setting.members)]
    if sums[main] > 0:
        idle = f"; nothing comes from {listed(none)}" if none else ""
        said.append(Statement(f"Most of that comes from the {main}{idle}.", found.because))
    return said


def _next(found: Prospects, setting: Setting) -> tuple[list[Statement], list[Exhibit]]:
    """What would make the next one join, and what would keep the first from leaving."""
    trade = _trade(found)
    said: list[Statement] = []
    exhibits: list[Exhibit] = []
    weights = money(setting)
    wanting = [s for s in trade.joiners() if trade.opposed(s)]
    reluctant = [s for s in trade.outsiders if s not in trade.joiners()]
    asked: list[str] = []
    if wanting:
        paid = trade.payments(wanting[0], weights)
        said.append(
            Statement(
                f"To win the members over to {wanting[0]}, {paid.moved:,.1f} million USD a year "
                f"would have to change hands{_short(paid.outside)}.",
                paid.because,
            )
        )
        exhibits.append(payments_table(paid, "million USD", "payments_to_join"))
    if reluctant:
        asked.append(max(reluctant, key=lambda s: trade.moves(s).point))
    asked += list(trade.leavers()[:1])
    tips: list[Tip] = []
    for state in asked:
        tips += [tip(setting, state, setting.members, lever) for lever in LEVERS]
        verb = "stay in" if state in setting.members else "join"
        ways = [t.text for t in tips if t.state == state and t.found.at is not None]
        if ways:
            text = f"{state} would {verb} for {' or '.join(ways)}."
            said.append(Statement(text, setting.because))
    if trade.leavers():
        kept = trade.kept(weights)
        said.append(
            Statement(
                f"To keep everybody in, {kept.moved:,.1f} million USD a year would have to "
                f"change hands{_short(kept.outside)}.",
                kept.because,
            )
        )
        exhibits.append(payments_table(kept, "million USD", "payments_to_stay"))
    if tips:
        exhibits.append(tips_table(tips))
    free = harmless(setting, setting.members)
    if free is not None:
        said.append(kemp_wan_statement(free, setting))
    return said, exhibits


def _short(outside: float) -> str:
    return f", of which the gains leave {outside:,.1f} uncovered" if outside > 0 else ""


def _pact(found: Prospects, pact: Pact) -> tuple[list[Statement], list[Exhibit]]:
    """What the pact brings, whether it holds, and the two together."""
    assert found.security is not None
    worth = found.against_none or {}
    draws = len(found.security.draws)
    ranked = sorted(pact.members, key=lambda state: -worth[state].point)
    told = [f"{state} {percent(worth[state], draws)}" for state in ranked]
    t = found.terms
    said = [
        Statement(
            f"{pact.organisation} brings in security, on the stated mix ({t.threat:.1%} attacks a "
            f"year, a defeat costs {t.loss:.0%} of a year's income, promises kept at "
            f"{t.honour:.0%}): {listed(told)} of income.",
            found.because,
        ),
        *standing(found.security, pact.organisation, found.because),
    ]
    exhibits: list[Exhibit] = [
        moves_table(found.security, "pact_moves", f"Leaving and joining {pact.organisation}")
    ]  # fmt: skip
    if found.both is not None:
        assert found.setting is not None
        name = f"{found.setting.organisation} and {pact.organisation} together"
        said += standing(found.both, name, found.because)[:3]
        exhibits.append(moves_table(found.both, "both_moves", name))
    return said, exhibits
