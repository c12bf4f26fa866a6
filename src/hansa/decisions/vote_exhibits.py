"""A vote and its chances as tables and statements."""

from __future__ import annotations

from hansa.decisions.chances import Chance
from hansa.decisions.exhibits import groups_text
from hansa.decisions.outcomes import Decision
from hansa.decisions.positions import CAST
from hansa.decisions.quantities import readable
from hansa.decisions.rules import Rule
from hansa.terms.exhibits import Column, Statement, Table
from hansa.terms.truth import Truth


def decision_table(decision: Decision) -> Table:
    """One row per member: its position, whether it is bound, what it could have done alone."""
    columns = (
        Column("member", "Member"),
        Column("position", "Position"),
        Column("treated", "Which"),
        Column("bound", "Bound"),
        Column("alone", "Alone it"),
    )
    rows = tuple(
        (
            member,
            stance.value,
            decision.rule.treats(stance) if stance in CAST else "may still change",
            _bound(decision, member),
            _could(decision, member),
        )
        for member, stance in decision.positions.items()
    )
    return Table("decision", decision.sentence(), columns, rows)


def _bound(decision: Decision, member: str) -> str:
    if decision.outcome != "adopted":
        return ""
    if member in decision.unsure:
        return "depends on its position"
    return "yes" if member in decision.bound else "no"


def _could(decision: Decision, member: str) -> str:
    open_now = decision.outcome == "open"
    words = []
    if member in decision.blocked_alone_by:
        words.append("can block" if open_now else "could have blocked")
    if member in decision.carried_alone_by:
        words.append("can carry" if open_now else "could have carried")
    return ", ".join(words)


def standings_table(decision: Decision) -> Table:
    """One row per criterion: what there is, what is needed, whether that is met."""
    columns = (
        Column("criterion", "Criterion"),
        Column("standing", "Standing"),
        Column("least", "Margin at worst"),
        Column("most", "Margin at best"),
        Column("met", "Met"),
    )
    rows = tuple(
        (s.criterion.text, s.text, readable(s.least), readable(s.most), str(s.met))
        for s in decision.standings
    )
    return Table("standings", "How the criteria stand", columns, rows)


def decision_statements(decision: Decision) -> tuple[Statement, ...]:
    """What was decided, by how much, who could have turned it, and what comes next."""
    found = [Statement(decision.sentence(), decision.because)]
    groups = decision.could_block if decision.outcome == "adopted" else decision.could_carry
    deed = "blocked" if decision.outcome == "adopted" else "carried"
    if groups is not None and groups.listed and decision.outcome != "open":
        found.append(Statement(f"It could have been {deed} by {groups_text(groups)}."))
    if decision.outcome == "adopted" and decision.not_bound:
        found.append(Statement(f"Not bound: {', '.join(decision.not_bound)}."))
    still = [vote.member for vote in decision.open_votes if vote.matters is Truth.TRUE]
    if decision.outcome == "open" and still:
        found.append(Statement(f"It still depends on {', '.join(still)}."))
    if decision.next is not None:
        upper = decision.next
        who = f" at the wish of {' or '.join(upper.by)}" if upper.by else ""
        may = "goes" if upper.goes is Truth.TRUE else "may go"
        text = (
            f"The matter {may}{who} to {upper.body}. If every member keeps its position: "
            f"{upper.preview.sentence()}"
        )
        found.append(Statement(text, upper.preview.because))
    return tuple(found)


def chance_table(chance: Chance) -> Table:
    """One row per member: chance of adoption with it in favour and against, and the gap."""
    columns = (
        Column("member", "Member"),
        Column("if_for", "Adopted if it is for", "%", 2),
        Column("if_against", "Adopted if it is against", "%", 2),
        Column("pivotal", "Hangs on it", "%", 2),
    )
    rows = tuple(
        (
            member,
            100.0 * float(chance.if_for[place]),
            100.0 * float(chance.if_against[place]),
            100.0 * float(chance.pivotal[place]),
        )
        for place, member in enumerate(chance.members)
    )
    title = f"Chance of adoption: {100.0 * float(chance.adopted):.2f} %"
    return Table("chance", title, columns, rows, note=chance.method.text)


def treatment_table(rule: Rule) -> Table:
    """How a rule treats each position."""
    columns = (Column("position", "Position"), Column("treated", "Treated as"))
    rows = tuple((stance.value, rule.treats(stance)) for stance in CAST)
    return Table("treatment", rule.sentence(), columns, rows)
