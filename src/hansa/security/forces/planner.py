"""From an operation to a plan that carries its proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hansa.security.forces.accounts import member_accounts, unfairness, unit_accounts
from hansa.security.forces.aims import Aims, lexicographic
from hansa.security.forces.findings import Finding
from hansa.security.forces.model import ForceModel, build
from hansa.security.forces.operation import Operation
from hansa.security.forces.plan import ForcePlan, Posting
from hansa.security.forces.routes import missing_consents
from hansa.security.forces.search import Found, TierResult, search
from hansa.security.forces.shipments import (
    Preference,
    Shipment,
    flows_to_shipments,
    lift_use,
)
from hansa.security.forces.shortfalls import CannotBeMet, diagnose
from hansa.security.forces.situation import Situation, at_the_start
from hansa.security.forces.solver import Limits
from hansa.terms.errors import BadInput
from hansa.terms.progress import Progress, silent
from hansa.terms.reasons import Because, Reason

SOON_AND_CHEAP: Final = lexicographic("day", "cost")
"""Full capability as soon as possible, then at the least cost."""


def plan_forces(
    operation: Operation,
    aims: Aims = SOON_AND_CHEAP,
    limits: Limits | None = None,
    *,
    progress: Progress = silent,
) -> ForcePlan:
    """The best plan for an operation under the aims, with bound and gap.

    Parameters
    ----------
    operation : Operation
    aims : Aims
        Tiers of aims, earlier ones first.
    limits : Limits, optional
        Time, gap and threads of the search.
    progress : Progress

    Raises
    ------
    CannotBeMet
        If no plan meets the needs; carries the smallest set of shortfalls.
    NoPlanInTime
        If the time ran out before any plan was found.
    BadInput
        If fairness is an aim but no fair shares are agreed.
    """
    limits = limits or Limits()
    situation = at_the_start(operation)
    model = modelled(operation, situation, aims)
    found = search(model, aims, limits, progress=progress)
    if found is None:
        raise CannotBeMet(diagnose(operation, situation, limits))
    return assemble(model, found)


def modelled(operation: Operation, situation: Situation, aims: Aims) -> ForceModel:
    """The model that the aims need."""
    if aims.mentions_fairness and not operation.fair_shares:
        raise BadInput(
            "fairness is an aim, but no fair shares are agreed",
            remedy="give the operation fair_shares, or leave unfairness out of the aims",
        )
    mixed = any("day" in tier and len(tier) > 1 for tier in aims.tiers)
    return build(operation, situation, count_days=mixed)


def assemble(
    model: ForceModel,
    found: Found,
    *,
    past: tuple[Shipment, ...] = (),
    prefer: Preference | None = None,
    because: Because = (),
) -> ForcePlan:
    """Turn the values of the columns into a plan; ``past`` movements come first."""
    operation = model.operation
    options = model.expansion.options
    chosen = {
        option.unit: number
        for number, option in enumerate(options)
        if found.values[model.expansion.y[number]] > 0.5
    }
    shipments = (*past, *flows_to_shipments(model, found.values, chosen, prefer))
    postings = _postings(model, chosen, shipments)
    lift = lift_use(model, shipments)
    accounts = unit_accounts(operation, postings, shipments, lift)
    members = member_accounts(operation, postings, accounts)
    findings = (
        *operation.notices(),
        *missing_consents(operation),
        *(model.expansion.findings),
    )
    return ForcePlan(
        operation=operation,
        postings=postings,
        shipments=shipments,
        lift=lift,
        tiers=found.tiers,
        accounts=accounts,
        members=members,
        unfairness=unfairness(members),
        from_day=model.situation.day,
        lawful=operation.mandate.lawful(),
        findings=_once(findings),
        because=(*operation.mandate.because, *because, *_proof(found.tiers)),
    )


def _postings(
    model: ForceModel, chosen: Mapping[int, int], shipments: tuple[Shipment, ...]
) -> tuple[Posting, ...]:
    operation = model.operation
    area = frozenset(operation.mandate.area.hubs)
    ends = {leg.id: leg.destination for leg in operation.legs}
    last: dict[str, int] = {}
    for shipment in shipments:
        final = shipment.moves[-1]
        if ends[final.leg] in area and not final.turned_back:
            last[shipment.unit] = max(last.get(shipment.unit, 0), final.arrive)
    result = []
    for number, choice in chosen.items():
        unit, option = operation.units[number], model.expansion.options[choice]
        arrives = last.get(unit.id, model.situation.arrived.get(number, unit.ready))
        result.append(Posting(unit.id, unit.member, option.by, arrives, option.until))
    return tuple(sorted(result, key=lambda p: (p.arrives, p.member, p.unit)))


def _proof(tiers: tuple[TierResult, ...]) -> Because:
    reasons = []
    for tier in tiers:
        if tier.gap <= 1e-9:
            text = f"{tier.aim}: {tier.value:,.2f} is proven to be the least possible"
        else:
            text = (
                f"{tier.aim}: {tier.value:,.2f}; nothing below {tier.bound:,.2f} is possible "
                f"(gap {100 * tier.gap:.2f} %)"
            )
        reasons.append(Reason("number", text, ref="bound"))
    return tuple(reasons)


def _once(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.kind, finding.text), finding)
    return tuple(seen.values())
