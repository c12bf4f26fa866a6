"""A response in sentences, tables, charts and maps."""

from __future__ import annotations

from hansa.decisions.vote_exhibits import decision_statements, decision_table
from hansa.security.forces import (
    FORCE_RULES,
    TASKS,
    advice_table,
    beside_what_happened,
    plan_exhibits,
    shortfall_table,
)
from hansa.security.forces.exhibits import statements as plan_statements
from hansa.studies.responding.response import Response
from hansa.terms.exhibits import Cell, Column, Exhibit, Statement, Table
from hansa.terms.truth import Truth

TOLD = ("assist", "consult", "coordinate", "contribute", "not_aggress")
MANY = 12


def competence_table(response: Response) -> Table:
    """Who may decide by which norm; the first is the one that decides here."""
    rows: list[tuple[Cell, ...]] = []
    for number, item in enumerate(response.competent):
        norm = item.finding.norm
        rows.append(
            (item.body, norm.ref, item.finding.addressee, norm.modality, norm.act.replace("_", " "),
             str(item.finding.truth), item.asked, "decides here" if number == 0 else "could too")
        )  # fmt: skip
    for finding in response.refused:
        norm = finding.norm
        rows.append(
            (norm.decider, norm.ref, finding.addressee, norm.modality,
             norm.act.replace("_", " "), "false", False, finding.sentence)
        )  # fmt: skip
    because = (
        *(item.finding.because for item in response.competent),
        *(finding.because for finding in response.refused),
    )
    columns = (
        Column("body", "Body"),
        Column("norm", "Norm"),
        Column("towards", "Towards"),
        Column("modality", "Modality"),
        Column("act", "Act"),
        Column("holds", "Holds"),
        Column("asked", "Asked"),
        Column("role", "Here"),
    )
    return Table("competence", "Who may decide", columns, tuple(rows), because, keys=3)


def condition_table(response: Response) -> Table:
    """What the law asks, and whether it holds."""
    columns = (
        Column("condition", "Condition"),
        Column("text", "How it stands"),
        Column("article", "Article"),
        Column("holds", "Holds"),
    )
    rows = tuple(
        (c.key.replace("_", " "), c.text, c.article, str(c.state)) for c in response.conditions
    )
    return Table("conditions", "What the law asks", columns, rows,
                 tuple(c.because for c in response.conditions))  # fmt: skip


def mandate_table(response: Response) -> Table:
    """The mandate, point by point."""
    mandate = response.mandate
    assert mandate is not None
    months = "one month" if mandate.months == 1 else f"{mandate.months} months"
    rules = "; ".join(FORCE_RULES.get(rule, rule) for rule in mandate.force_rules)
    task = mandate.task.replace("_", " ")
    rows: list[tuple[Cell, ...]] = [
        ("task", f"{task}: {TASKS.get(mandate.task, task)}"),
        ("area", f"{mandate.area.name} ({mandate.area.state})"),
        ("duration", f"{months} from {mandate.start}, until {mandate.end}"),
        *((f"capability {number}", f"{need.amount:,.0f} {need.capability} by {need.by}")
          for number, need in enumerate(mandate.needs, 1)),
        ("use of force", rules),
        ("command", mandate.command),
        ("end state", mandate.end_state),
    ]  # fmt: skip
    columns = (Column("point", "Point"), Column("text", "Mandate"))
    return Table("mandate", f"The mandate for {mandate.id}", columns, tuple(rows))


def owed_statements(response: Response) -> list[Statement]:
    """Who owes what, in short: help and consultation, not what binds the whole world."""
    return [
        Statement(item.sentence, item.because)
        for item in response.findings
        if item.norm.act in TOLD
        and item.norm.modality in ("obligation", "prohibition")
        and item.truth is not Truth.FALSE
        and len(item.bearers) <= MANY
    ]


def decision_said(response: Response) -> list[Statement]:
    """Who decides by which norm, and what is decided."""
    if not response.competent or response.decision is None:
        return []
    chosen = response.competent[0]
    norm = chosen.finding.norm
    if chosen.is_power:
        text = f"{chosen.body} decides under {norm.ref}: {norm.text}."
    else:
        text = (
            f"No norm in force gives a body the power to send forces here; {norm.ref} obliges the "
            f"parties to act together and {chosen.body} steers it, so it decides: {norm.text}."
        )
    return [Statement(text, chosen.finding.because), *decision_statements(response.decision)]


def response_statements(response: Response) -> tuple[Statement, ...]:
    """The chain in sentences, down to where it ends."""
    said = [*owed_statements(response), *decision_said(response)]
    if not response.competent:
        said += [Statement(item.sentence, item.because) for item in response.refused]
    said.append(Statement(response.text))
    if response.plan is not None:
        said += plan_statements(response.plan)
        wrong = [item.text for item in response.violations]
        checked = "; ".join(wrong) or (
            "nobody in two places, no lift over capacity, no transit without consent"
        )
        said.append(Statement(f"Checked again by a simulation of its own: {checked}."))
    return tuple(said)


def response_exhibits(response: Response) -> tuple[Exhibit, ...]:
    """Competence, vote, conditions, mandate; the plan or what falls short and would help."""
    made: list[Exhibit] = [competence_table(response)]
    if response.decision is not None:
        made += [decision_table(response.decision), condition_table(response)]
    if response.mandate is not None:
        made.append(mandate_table(response))
    if response.plan is not None:
        made += plan_exhibits(response.plan)
        if response.actual:
            made.append(beside_what_happened(response.plan, response.actual))
    if response.diagnosis is not None:
        made.append(shortfall_table(response.diagnosis))
    if response.advice is not None:
        made.append(advice_table(response.advice))
    return tuple(made)


def response_limits(response: Response) -> tuple[str, ...]:
    """What was assumed, and what the planner noticed."""
    told = [f"Assumed: {text}." for text in response.assumed]
    findings = response.plan.findings if response.plan is not None else ()
    if response.diagnosis is not None:
        findings = response.diagnosis.findings
    told += [item.text for item in findings if item.kind not in ("condition_open",)]
    return tuple(dict.fromkeys(told))
