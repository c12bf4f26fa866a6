"""Verbs on cooperation between organisations: agreements, posts, pooling."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from hansa.cooperation.agreements import agreements, gaps, may_conclude, offers, overlap
from hansa.cooperation.exhibits import (
    agreements_table,
    asked_table,
    gaps_table,
    meetings_table,
    offers_table,
)
from hansa.cooperation.interdiction import Budget, Limits, Network, Plan, plan_posts, without_posts
from hansa.cooperation.interdiction.displacement import displaced
from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.service.opening import case_of
from hansa.sources.interdiction import read_network
from hansa.studies.case import Case
from hansa.studies.cooperating import Joint, Split, joint, ladder, sensitivity, split
from hansa.studies.cooperating import partners as agreed_on
from hansa.studies.cooperating_exhibits import (
    gains_table,
    ladder_table,
    posts_table,
    routes_map,
    split_table,
    varied_table,
)
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Column, Exhibit, Statement, Table
from hansa.terms.progress import Progress, silent

Method = Literal["exact", "fast", "compact"]


def partners(
    first: str = "",
    second: str = "",
    *,
    on: str = "today",
    known_on: str | None = None,
    clock: Clock = "law",
    world: World | str = "eurasia",
) -> Answer:
    """Who cooperates with whom on what, by which act; what two organisations share and lack.

    Parameters
    ----------
    first, second : str
        One organisation, or two to compare; all if none is given.
    on, known_on, clock, world
        As in `members`.

    Returns
    -------
    Answer
        Agreements, offers and gaps; of two organisations also shared members, duties that
        meet or clash, and who may conclude an agreement.
    """
    case = case_of(world, on, known_on, clock)
    register = case.register
    names = [name for name in (first, second) if name]
    for name in names:
        case.world.organisation(name)
    held = [a for a in agreements(register) if all(n in a.organisations for n in names)]
    made = [o for o in offers(register) if not names or {o.by, o.to} & set(names)]
    missing = [g for g in gaps(register) if all(n in (g.first, g.second) for n in names)]
    who = " and ".join(names) or "organisations"
    said = [Statement(f"{len(held)} agreements in force, {len(missing)} gaps.")]
    tables = [agreements_table(held)]
    tables += [offers_table(made)] if made else []
    if len(names) == 2:
        shared = overlap(register, first, second)
        text = f"Members of both: {' '.join(shared.shared) or 'none'}."
        said.append(Statement(text))
        for name in (*names, *(f"{name} Secretariat" for name in names)):
            finding = may_conclude(register, name)
            said.append(
                Statement(f"{str(finding.truth).capitalize()}: {finding.text}.", finding.because)
            )
        tables += [asked_table(shared), meetings_table(shared)]
    tables += [gaps_table(missing)] if missing else []
    title = f"Cooperation of {who} on {case.day}"
    return Answer(title, tuple(said), tuple(tables), (), tuple(held))


def interdict(
    organisations: list[str] | None = None,
    *,
    budget: float | None = None,
    without: list[str] | None = None,
    network: Path | None = None,
    instance: int = 0,
    method: Method = "fast",
    seconds: float = 60.0,
    on: str = "today",
    world: World | str = "eurasia",
    progress: Progress = silent,
) -> Answer:
    """Where to put posts so that least gets through, with bound, gap and displacement.

    Parameters
    ----------
    organisations : list of str, optional
        Whose members pool; those that agreed to work on drugs if not given.
    budget : float, optional
        Units to spend; the members' own, pooled, if not given.
    without : list of str, optional
        Members that opt out.
    network : Path, optional
        A folder with Pan and Morton's networks instead of the world's routes.
    instance : int
        Which of those networks.
    method : {"fast", "exact", "compact"}
        Relaxation and improvement; branch and bound; the compact programme.
    seconds : float
        When to stop with the best plan so far.
    on, world
        As in `members`.

    Returns
    -------
    Answer
        The posts, what gets through before and after, and where it goes instead.
    """
    if network is not None:
        found = read_network(network, instance)
        limits = Limits((Budget("pooled", 30.0 if budget is None else budget),))
        title = f"Posts on network {instance}"
        return _posts_answer(title, found, limits, method, seconds, progress, None)
    case = case_of(world, on)
    made = _joint(case, organisations)
    out = {case.world.state(name).id for name in without or ()}
    taking_part = [stake for stake in made.pool.stakes if stake.member not in out]
    if not taking_part:
        raise BadInput("everybody opts out", remedy="leave at least one member in")
    amount = sum(stake.budget for stake in taking_part) if budget is None else budget
    owners = tuple(stake.member for stake in taking_part)
    losses = [sum(column) for column in zip(*(s.losses for s in taking_part), strict=True)]
    limits = Limits((Budget("pooled", amount, owners),))
    title = f"Posts of {' '.join(owners)} on {case.day}"
    return _posts_answer(
        title, made.region.network.weighted(losses), limits, method, seconds, progress, made
    )


def _joint(case: Case, organisations: list[str] | None) -> Joint:
    names = list(organisations or agreed_on(case.register))
    for name in names:
        case.world.organisation(name)
    if not names:
        raise BadInput(
            f"no organisations agreed to work on drugs by {case.day}",
            remedy="name them: hansa interdict CSTO SCO",
        )
    made = joint(case, names)
    if made is None:
        raise BadInput(
            "this world has no routes, or these organisations' members no posts on them",
            remedy="add the sheets crossings, crossing_kinds, routes and post_budgets",
        )
    return made


def _posts_answer(
    title: str, network: Network, limits: Limits, method: Method, seconds: float,
    progress: Progress, made: Joint | None,
) -> Answer:  # fmt: skip
    before = without_posts(network, limits)
    plan = plan_posts(network, limits, method=method, seconds=seconds, progress=progress)
    unit = "t a year (weighted by what members lose)" if made else "of all"
    spent = ", ".join(f"{name} spends {amount:g}" for name, amount in plan.spent)
    said = [
        Statement(
            f"{len(plan.sites)} posts cut what gets through from {before.evasion:.4g} to "
            f"{plan.evasion:.4g} {unit}; {spent}.",
            plan.because,
        ),
        Statement(
            f"No plan lets less than {plan.bound:.4g} through: this one is within "
            f"{plan.gap:.1%} of the best."
        ),
    ]
    tables = (_sites(network, plan, made), _shifts(network, plan))
    return Answer(title, tuple(said), tables, (), plan)


def _sites(network: Network, plan: Plan, made: Joint | None) -> Table:
    sites = {site.id: site for site in network.sites}
    rows = tuple(
        (name, made.region.title(name) if made else name, sites[name].kind, sites[name].cost)
        for name in plan.sites
    )
    columns = (
        Column("site", "Site"),
        Column("where", "Where"),
        Column("kind", "Kind"),
        Column("cost", "Cost", "units", 2),
    )
    return Table("posts", "Posts", columns, rows)


def _shifts(network: Network, plan: Plan) -> Table:
    before = without_posts(network)
    rows = tuple(
        (shift.site, shift.owner, shift.before, shift.after, shift.change)
        for shift in displaced(network, before, plan.through)[:40]
    )
    columns = (
        Column("site", "Site"),
        Column("owner", "State"),
        Column("before", "Passes it before", decimals=3),
        Column("after", "Passes it after", decimals=3),
        Column("change", "Change", decimals=3),
    )
    note = "By weight of consignments; the forty largest changes."
    return Table("displaced", "Where it goes instead", columns, rows, note=note)


def pool(
    organisations: list[str] | None = None,
    *,
    invite: list[str] | None = None,
    divide: bool = False,
    vary: bool = False,
    on: str = "today",
    world: World | str = "eurasia",
    progress: Progress = silent,
) -> Answer:
    """What pooling posts is worth: alone, side by side and pooled; gains, and splits that hold.

    Parameters
    ----------
    organisations : list of str, optional
        Whose members pool; those that agreed to work on drugs if not given.
    invite : list of str, optional
        Organisations that would join from outside (``NATO``).
    divide : bool
        Solve the game of pooling: core, nucleolus, Shapley value, and who would block what.
        Takes a plan for every coalition of members.
    vary : bool
        Vary the assumptions one at a time.
    on, world
        As in `members`.

    Returns
    -------
    Answer
        What gets through in each situation, each member's gain; with ``divide`` the splits,
        with ``vary`` the sensitivity.
    """
    case = case_of(world, on)
    made = _joint(case, organisations)
    found = ladder(case, made, [case.world.organisation(name).id for name in invite or ()])
    apart, together = found.steps[1], found.steps[-1]
    tons = [made.through(step) for step in (found.steps[0], apart, together)]
    names = " and ".join(name for name, _ in made.organisations)
    said = [
        Statement(
            f"Without more posts {tons[0]:.1f} t a year reach the members' markets, with posts "
            f"side by side {tons[1]:.1f} t, with pooled posts {tons[2]:.1f} t.",
            made.because,
        )
    ]
    exhibits: list[Exhibit] = [ladder_table(found), gains_table(found)]
    exhibits.append(posts_table(made, together))
    if divide:
        solved = split(made, progress)
        exhibits.append(split_table(solved))
        said += _split_told(solved)
    if vary:
        orgs = [name for name, _ in made.organisations]
        exhibits.append(varied_table(sensitivity(case, orgs, progress=progress)))
    exhibits.append(routes_map(found))
    title = f"Pooled posts of {names} on {case.day}"
    return Answer(title, tuple(said), tuple(exhibits), (), found)


def _split_told(solved: Split) -> list[Statement]:
    if solved.core.empty:
        said = [Statement("No division holds: every one is blocked.", solved.core.because)]
    else:
        text = "A division exists that no member, organisation or other coalition would block."
        said = [Statement(text, solved.core.because)]
    for name, blockers in solved.blocked:
        if blockers:
            more = f" and {len(blockers) - 3} more" if len(blockers) > 3 else ""
            text = f"The division by {name} would be blocked by {', '.join(blockers[:3])}{more}."
        else:
            text = f"Nobody would block the division by {name}."
        said.append(Statement(text.replace("by no payments", "without payments")))
    return said
