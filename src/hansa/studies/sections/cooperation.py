"""Who cooperates with whom, what that adds, what is missing, and what pooling would bring."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hansa.cooperation.agreements import (
    AREAS,
    Agreement,
    Gap,
    Offer,
    Overlap,
    agreements,
    gaps,
    offers,
    overlap,
)
from hansa.cooperation.exhibits import (
    REACH,
    agreements_table,
    asked_table,
    gaps_table,
    meetings_table,
    offers_table,
)
from hansa.record.register import Register
from hansa.studies.case import Case
from hansa.studies.cooperating import AREA, Ladder, joint, ladder, open_offers, partners
from hansa.studies.cooperating_exhibits import gains_table, ladder_table, posts_table, routes_map
from hansa.terms.days import add_days
from hansa.terms.exhibits import Exhibit, Section, Statement
from hansa.terms.reasons import Reason

ORDER = 55
RECENT_DAYS = 45
"""An agreement is new if it began so many days before the day."""
TOLD = 4
LIMIT = (
    "The routes, chances, costs and budgets behind the figures on posts are rounded or assumed "
    "(see the reasons); they show how pooling works, not how much reaches whom."
)


def section(case: Case) -> Section | None:
    """Agreements, reach, offers, gaps; and posts, where organisations agreed to work on drugs."""
    register = case.register
    held, made, missing = agreements(register), offers(register), gaps(register)
    if not held and not made:
        return None
    fresh = [a for a in held if a.since >= add_days(case.day, -RECENT_DAYS)]
    said = [s for a in fresh for s in _news(a, register, held)]
    said += [_open(offer) for offer in made if offer.open]
    exhibits: list[Exhibit] = [agreements_table(sorted(held, key=lambda a: a.since, reverse=True))]
    if made:
        exhibits.append(offers_table(made))
    for first, second in _pairs(held, register):
        shared = overlap(register, first, second)
        if shared.asked_twice:
            said += _overlap_told(shared)
            exhibits += [asked_table(shared), meetings_table(shared)]
    said += _missing_told(missing)
    if missing:
        exhibits.append(gaps_table(missing))
    found = pooled(case)
    if found is not None:
        said += _pooling_told(found)
        plan = found.steps[-1]
        exhibits += [ladder_table(found), gains_table(found), posts_table(found.joint, plan)]
        exhibits.append(routes_map(found))
    limits = (LIMIT, _sureness(found)) if found is not None else ()
    title = "Organisations that cooperate"
    return Section("cooperation", title, ORDER, tuple(said), tuple(exhibits), limits)


def pooled(case: Case) -> Ladder | None:
    """What pooling would bring the organisations that agreed to work on drugs together."""
    register = case.register
    names = partners(register)
    with_posts = joint(case, names) if len(names) > 1 else None
    if with_posts is None:
        return None
    invited = dict.fromkeys(o.to for o in open_offers(register) if o.by in names)
    known = register.timeline.organisations
    return ladder(case, with_posts, [name for name in invited if name in known])


def _pairs(held: Sequence[Agreement], register: Register) -> list[tuple[str, str]]:
    """Pairs of organisations that agreed to work on drugs: those whose overlap is told."""
    found = [a for a in held if AREA in a.areas]
    pairs = dict.fromkeys(pair for a in found for pair in combinations(sorted(a.organisations), 2))
    return [pair for pair in pairs if set(pair) <= set(register.timeline.organisations)]


def _news(agreement: Agreement, register: Register, held: Sequence[Agreement]) -> list[Statement]:
    areas = ", ".join(AREAS[a].title for a in agreement.areas)
    text = f"{agreement.title} is new ({agreement.since}): {areas}"
    text += f"; it binds {REACH[agreement.binds]}"
    text += " and puts no duty on a state." if agreement.binds == "secretariats" else "."
    names = agreement.organisations
    said = [Statement(text, agreement.because)]
    before = {a for h in held if h is not agreement and all(n in h.organisations for n in names)
              for a in h.areas}  # fmt: skip
    added = [AREAS[a].title for a in agreement.areas if a not in before]
    if len(names) > 1 and added:
        states = sorted({s for name in names for s in register.member_codes(name)})
        said.append(
            Statement(
                f"Between {' and '.join(names)} nothing covered {', '.join(added)} before. Through "
                f"them it reaches {len(states)} states: {' '.join(states)}.",
                (Reason("rule", "members on the day", " and ".join(names)),),
            )
        )
    return said


def _open(offer: Offer) -> Statement:
    areas = ", ".join(AREAS[a].title for a in offer.areas if a in AREAS)
    text = f"{offer.by} offered {offer.to} work on {areas} on {offer.on}"
    return Statement(f"{text}; no answer is known after {offer.days} days.", offer.because)


def _overlap_told(found: Overlap) -> list[Statement]:
    text = f"{' '.join(found.shared)} belong to both {found.first} and {found.second}"
    alone = [
        f"{' '.join(states)} to {name} only"
        for name, states in ((found.first, found.only_first), (found.second, found.only_second))
        if states
    ]
    said = [Statement("; ".join([text, *alone]) + ".")]
    areas = list(dict.fromkeys(AREAS[a.area].title for a in found.asked_twice))
    if areas:
        states = list(dict.fromkeys(a.state for a in found.asked_twice))
        text = f"{' '.join(states)} could be asked twice on {', '.join(areas)}."
        said.append(Statement(text, found.asked_twice[0].because))
    clashes = [m for m in found.meetings if m.kind == "clash"]
    said += [Statement(f"{m.text}.", m.because) for m in clashes]
    return said


def _missing_told(missing: Sequence[Gap]) -> list[Statement]:
    pairs: dict[tuple[str, str, str], list[Gap]] = {}
    for gap in missing:
        pairs.setdefault((gap.first, gap.second, gap.reached), []).append(gap)
    said = []
    for (first, second, reached), those in list(pairs.items())[:TOLD]:
        areas = ", ".join(AREAS[gap.area].title for gap in those)
        bound = "nobody" if reached == "nobody" else "only their secretariats"
        text = f"{first} and {second} both act on {areas}; {bound} is bound to act together there."
        if reached != "nobody":
            text = text.replace("is bound", "are bound")
        said.append(Statement(text, those[0].because))
    return said


def _sureness(found: Ladder) -> str:
    """How far the plans may be from the best."""
    plans = (*found.steps, *(step for _, _, step in found.wider))
    worst = max(step.gap for step in plans)
    return (
        f"The plans come from a fast method: the best could save at most {worst:.1%} more of the "
        "losses that a plan weighs (the exact search closes that gap in a minute)."
    )


def _pooling_told(found: Ladder) -> list[Statement]:
    pool = found.joint
    nobody, apart, together = found.steps[0], found.steps[1], found.steps[-1]
    base, alone, joint_ = (pool.through(s) for s in (nobody, apart, together))
    names = " and ".join(name for name, _ in pool.organisations)
    said = [
        Statement(
            f"On the drug routes from Afghanistan the members of {names}, each for itself, would "
            f"cut what reaches their markets from {base:.1f} to {alone:.1f} t a year; with one "
            f"plan and one budget to {joint_:.1f} t ({1 - joint_ / alone:.0%} less than apart).",
            pool.because,
        )
    ]
    for name, more, step in found.wider:
        tons = more.through(step)
        said.append(
            Statement(
                f"With {name} on the Afghan side, as offered, {tons:.1f} t would get through "
                f"({1 - tons / joint_:.0%} less again).",
                more.because,
            )
        )
    worse = [
        m
        for m, a, b in zip(pool.members, apart.losses, together.losses, strict=True)
        if b > a + 1e-9
    ]
    if worse:
        said.append(Statement(f"{' '.join(worse)} would lose by the joint plan unless paid."))
    return said
