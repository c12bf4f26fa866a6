"""Who cooperates with whom on what, what two organisations share, what pooling would bring."""

from __future__ import annotations

from collections.abc import Sequence

from hansa import service
from hansa.cooperation.agreements import AREAS, Agreement, agreements
from hansa.cooperation.exhibits import REACH
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.sections import exhibits_of, of_answer
from hansa.studies.cooperating import Ladder
from hansa.studies.cooperating_exhibits import gains_table, ladder_table, posts_table, routes_map
from hansa.studies.sections.cooperation import LIMIT, pooled
from hansa.terms.exhibits import Answer, Cell, Column, Section, Statement, Table
from hansa.terms.reasons import Because

ITSELF = "itself"
POOLING = "What pooling would gain on the drug routes"


def cooperation(view: View, *, first: str = "", second: str = "") -> Page:
    """Who cooperates with whom on what on a day; offers, gaps, overlaps, the value of pooling.

    Parameters
    ----------
    first, second : str
        Two organisations to compare.
    """
    for name in (first, second):
        if name:
            view.world.organisation(name)
    held = agreements(view.register)
    answer = service.partners(
        on=view.day.isoformat(), known_on=_known(view), clock=view.clock, world=view.world
    )
    count = view.words.ngettext(
        "%(n)s agreement is in force.", "%(n)s agreements are in force.", len(held)
    )
    sections = [
        Section("matrix", "Who cooperates with whom on what", 0, (), (matrix(held),)),
        Section("agreements", "By which act", 1, (), exhibits_of(answer, "agreements")),
        Section("offers", "Offers", 2, (), exhibits_of(answer, "offers")),
        Section("gaps", "What an agreement would fill", 3, (), exhibits_of(answer, "gaps")),
    ]
    if first and second and first != second:
        sections.append(_pair(view, first, second))
    sections.append(_pooling(view))
    organisations = sorted({name for item in held for name in item.organisations}
                           | {org.id for org in view.register.organisations()})  # fmt: skip
    return Page(
        view._("Cooperation"),
        count % {"n": view.words.number(len(held))},
        tuple(s for s in sections if s.statements or s.exhibits or s.limits),
        data={"first": first, "second": second, "organisations": organisations},
        template="cooperation.html",
    )


def _known(view: View) -> str | None:
    return view.known_on.isoformat() if view.known_on else None


def matrix(held: Sequence[Agreement]) -> Table:
    """Organisations by organisations: in each cell the areas, and how far the act reaches."""
    names = sorted({name for item in held for name in item.organisations})
    joint = [item for item in held if len(item.organisations) > 1]
    paired = [name for name in names if any(name in item.organisations for item in joint)]
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for one in paired:
        row: list[Cell] = [one]
        why: list[Because] = []
        for other in paired:
            both = [i for i in joint if one != other and {one, other} <= set(i.organisations)]
            row.append(ITSELF if one == other else _areas(both))
            why += [item.because for item in both]
        rows.append(tuple(row))
        because.append(tuple(reason for reasons in why for reason in reasons))
    columns = (Column("one", "Organisation"), *(Column(name, name) for name in paired))
    title = "Areas in which organisations cooperate"
    return Table("matrix", title, columns, tuple(rows), tuple(because))


def _areas(both: Sequence[Agreement]) -> str | None:
    told = []
    for item in both:
        areas = ", ".join(AREAS[name].title for name in item.areas)
        told.append(f"{areas} ({REACH[item.binds]})")
    return "; ".join(told) or None


def _pair(view: View, first: str, second: str) -> Section:
    """What two organisations share: members, duties that meet or clash, who is asked twice."""

    def ask() -> Answer:
        return service.partners(
            first, second, on=view.day.isoformat(), known_on=_known(view), clock=view.clock,
            world=view.world,
        )  # fmt: skip

    made = of_answer("pair", "The two organisations chosen", 4, ask)
    kept = tuple(e for e in made.exhibits if e.key not in ("offers", "gaps"))
    return Section(made.key, made.title, made.order, made.statements, kept, made.limits)


def _pooling(view: View) -> Section:
    """What pooled posts on the routes would gain the organisations that work on drugs."""

    def ask() -> Answer:
        found = pooled(view.case)
        if found is None:
            return Answer(POOLING)
        plan = found.steps[-1]
        shown = (ladder_table(found), gains_table(found), posts_table(found.joint, plan),
                 routes_map(found))  # fmt: skip
        return Answer(POOLING, (_gain(found),), shown, (LIMIT,))

    return of_answer("pooling", POOLING, 5, ask)


def _gain(found: Ladder) -> Statement:
    base, apart, together = (
        found.joint.through(s) for s in (found.steps[0], found.steps[1], found.steps[-1])
    )
    names = " and ".join(name for name, _ in found.joint.organisations)
    text = (
        f"Without more posts {base:.1f} t a year reach the markets of the members of {names}, "
        f"with each member's own plan {apart:.1f} t, with one plan and one budget {together:.1f} t."
    )
    return Statement(text, found.joint.because)
