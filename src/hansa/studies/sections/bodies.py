"""Bodies, how they decide, and who chairs."""

from __future__ import annotations

from hansa.studies.case import Case
from hansa.terms.exhibits import Column, Section, Statement, Table


def section(case: Case) -> Section:
    """Offices and their holders on the day; the bodies of each organisation."""
    register = case.register
    said, rows, because = [], [], []
    for office, tenure in register.offices():
        if tenure is None:
            continue
        acting = " (acting)" if tenure.acting else ""
        rows.append(
            (office.organisation, office.title, tenure.holder + acting, tenure.state,
             tenure.period.start, tenure.period.end)
        )  # fmt: skip
        because.append(tenure.because)
        if tenure.period.start == case.day:
            text = f"{tenure.holder} ({tenure.state}) becomes {office.title} of "
            said.append(Statement(f"{text}{office.organisation} on this day.", tenure.because))
    offices = Table(
        "offices",
        "Offices and who holds them",
        (
            Column("organisation", "Organisation"),
            Column("office", "Office"),
            Column("holder", "Holder"),
            Column("state", "State"),
            Column("since", "Since"),
            Column("until", "Until (not included)"),
        ),
        tuple(rows),
        tuple(because),
        keys=2,
    )
    return Section("bodies", "Who is in the chair", 30, tuple(said), (offices,))
