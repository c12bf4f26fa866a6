"""Facts about United Nations peacekeeping: rates of reimbursement, leases, readiness."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from hansa.security.forces.reimbursement import Rate, ReimbursementRules
from hansa.terms.days import day
from hansa.terms.errors import BadInput, Place
from hansa.terms.exhibits import Column, Table


@dataclass(frozen=True, slots=True)
class UnFacts:
    """Rates as rules, and the other facts as a table of texts with sources."""

    rules: ReimbursementRules
    facts: Table


def read_un_facts(path: Path) -> UnFacts:
    """Read ``un_facts.json``; a source that calls itself unconfirmed gives confidence K."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        rates = tuple(
            Rate(
                day(str(item["from"]), where=Place(path.name)),
                Decimal(str(item["rate"])),
                str(item["source"]),
                "K (unconfirmed)" if "UNCONFIRMED" in str(item["source"]) else "V",
            )
            for item in data["un_personnel_reimbursement_usd_per_person_month"]
        )
        rows = tuple(
            (group, key, str(text), str(data[group].get("source", "")))
            for group in ("coe", "pcrs")
            for key, text in data[group].items()
            if key != "source"
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as wrong:
        raise BadInput(f"the facts cannot be read: {wrong}", where=Place(path.name)) from None
    table = Table(
        key="un_facts",
        title="United Nations peacekeeping: equipment and readiness",
        columns=(
            Column("topic", "Topic"),
            Column("key", "Key"),
            Column("text", "Text"),
            Column("source", "Source"),
        ),
        rows=rows,
    )
    return UnFacts(ReimbursementRules(rates), table)
