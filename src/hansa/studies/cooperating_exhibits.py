"""Pools, splits and sensitivity as tables and maps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hansa.cooperation.interdiction.pooling import Situation
from hansa.cooperation.interdiction.shortest import through
from hansa.studies.cooperating import Joint, Ladder, Split, Varied
from hansa.terms.exhibits import Cell, Column, Map, Table

LEGEND = (
    ("both", "member of both organisations"),
    ("one", "member of one of them"),
    ("post", "post of the joint plan"),
    ("invited", "post that only the invited would man"),
    ("before", "likeliest way without more posts"),
    ("after", "likeliest way past the joint posts"),
)


def ladder_table(found: Ladder) -> Table:
    """What gets through in each situation, and what is proven of the plans."""
    rows: list[tuple[Cell, ...]] = []
    base = found.joint.through(found.steps[0])
    steps = [(found.joint, step) for step in found.steps]
    steps += [(more, step) for _, more, step in found.wider]
    for pool, step in steps:
        tons = pool.through(step)
        rows.append(
            (
                step.name,
                tons,
                100 * (1 - tons / base) if base else None,
                len(step.sites),
                100 * step.gap if step.gap > 1e-6 else None,
            )
        )
    columns = (
        Column("situation", "Posts"),
        Column("tons", "Reach the members' markets", "t a year", 1),
        Column("cut", "Less than without more posts", "%", 1),
        Column("posts", "Posts"),
        Column("gap", "A better plan could save at most", "%", 1),
    )
    because = tuple(pool.because for pool, _ in steps)
    note = f"{found.joint.whole():.0f} t a year set out for them; carriers know the posts."
    return Table("pooling", "What pooled posts would let through", columns, tuple(rows), because,
                 note=note)  # fmt: skip


def gains_table(found: Ladder) -> Table:
    """What each member loses side by side and pooled, and what it gains."""
    pool, apart, together = found.joint, found.steps[1], found.steps[-1]
    rows = [
        (member, budget, before, after, before - after)
        for member, budget, before, after in zip(
            pool.members,
            (stake.budget for stake in pool.pool.stakes),
            apart.losses,
            together.losses,
            strict=True,
        )
    ]
    columns = (
        Column("member", "Member"),
        Column("budget", "Its posts", "units", 1),
        Column("before", "Its loss side by side", "t a year", 2),
        Column("after", "Its loss pooled", "t a year", 2),
        Column("gain", "Gain", "t a year", 2),
    )
    note = "A ton sold at home counts in full, one sold in another member in part."
    return Table("gains", "What each member would gain by pooling", columns, tuple(rows), note=note)


def posts_table(found: Joint, plan: Situation) -> Table:
    """The posts of a plan."""
    sites = {site.id: site for site in found.region.network.sites}
    rows = tuple(
        (name, found.region.title(name), sites[name].owner, sites[name].kind, sites[name].cost)
        for name in plan.sites
    )
    columns = (
        Column("site", "Site"),
        Column("where", "Where"),
        Column("state", "State"),
        Column("kind", "Kind"),
        Column("cost", "Cost", "units", 2),
    )
    return Table("posts", f"Posts: {plan.name}", columns, rows)


def split_table(found: Split) -> Table:
    """Divisions of the gain, side by side."""
    rows = tuple(
        (member, float(unpaid), float(mean), float(inner), float(stable))
        for member, unpaid, mean, inner, stable in zip(
            found.game.players, found.unpaid, found.shapley, found.nucleolus.allocation,
            found.core.allocation, strict=True,
        )
    )  # fmt: skip
    columns = (
        Column("member", "Member"),
        Column("unpaid", "Without payments", "t a year", 3),
        Column("shapley", "Shapley value", "t a year", 3),
        Column("nucleolus", "Nucleolus", "t a year", 3),
        Column("core", "A division in the core" if not found.core.empty else "Least core",
               "t a year", 3),
    )  # fmt: skip
    return Table("split", "How the gain of pooling could be divided", columns, rows)


def varied_table(found: Sequence[Varied]) -> Table:
    """What the answer becomes under other assumptions."""
    rows = tuple(
        (f"{v.words} × {v.value:g}" if v.name in ("ease", "strength", "cost", "budget")
         else v.words if v.name == "as assumed" else f"{v.words}: {v.value:g}",
         v.before, v.side_by_side, v.pooled, 100 * v.saving, f"{v.kept} of {v.posts}")
        for v in found
    )  # fmt: skip
    columns = (
        Column("assumption", "Assumption"),
        Column("before", "No more posts", "t a year", 1),
        Column("apart", "Side by side", "t a year", 1),
        Column("pooled", "Pooled", "t a year", 1),
        Column("saving", "Pooling saves", "%", 1),
        Column("kept", "Posts as under the first"),
    )
    return Table("sensitivity", "How much depends on what is assumed", columns, rows)


def routes_map(found: Ladder) -> Map:
    """Members, posts, and the likeliest ways before and after."""
    pool, plan = found.joint, found.steps[-1]
    places = pool.region.places
    groups = [set(states) for _, states in pool.organisations]
    both = set.intersection(*groups) if len(groups) > 1 else set()
    shades = {m: "both" if m in both else "one" for m in pool.members}
    points = [_point(pool, site, "post") for site in plan.sites]
    for _, more, wider in found.wider:
        mine = [
            s
            for s in wider.sites
            if s not in plan.sites and s.split(".")[-1] in more.outside_states
        ]
        points += [_point(more, site, "invited") for site in mine]
    links = []
    for kind, sites in (("before", ()), ("after", plan.sites)):
        network = pool.region.network
        for journey, route in zip(
            network.journeys, through(network, network.mask(sites)).routes, strict=True
        ):
            stops = [name for name in route.nodes if name in places]
            for a, b in pairwise(stops):
                link = (*places[a][:2], *places[b][:2])
                links.append(
                    (*link, f"{journey.weight:g} t: {places[a][2]} – {places[b][2]}", kind)
                )
    return Map(
        "routes",
        "Drug routes, and where joint posts would stand",
        LEGEND,
        shades,
        tuple(dict.fromkeys(points)),
        tuple(dict.fromkeys(links)),
        "Schematic: straight lines between crossings; chances and budgets are assumed.",
    )


def _point(pool: Joint, site: str, kind: str) -> tuple[float, float, str, str]:
    lon, lat, name = pool.region.places[pool.region.crossing(site)]
    return (lon, lat, name, kind)
