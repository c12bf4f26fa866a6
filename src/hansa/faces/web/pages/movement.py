"""Movement between states: who may enter, stay, work, take a pension along, from where to where."""

from __future__ import annotations

from hansa import service
from hansa.faces.web.pages.page import Page, View
from hansa.faces.web.pages.sections import of_answer
from hansa.terms.exhibits import Answer, Section


def movement(view: View, *, citizen: str = "", into: str = "", organisation: str = "CIS") -> Page:
    """Who may move where on the day, for what, and why; gaps and contradictions.

    Parameters
    ----------
    citizen, into : str
        Citizens of which state, and in which state; all if not given.
    organisation : str
        The states of the matrix: those with any standing in this organisation.
    """
    among = organisation if organisation in view.world.organisations else ""

    def ask() -> Answer:
        return service.mobility(
            citizen, into, among="" if citizen and into else among, on=view.day.isoformat(),
            known_on=view.known_on.isoformat() if view.known_on else None, world=view.world,
        )  # fmt: skip

    found: Section = of_answer("movement", "Movement", 0, ask)
    return Page(
        view._("Movement"),
        view._("Who may enter, stay, work and take a pension along."),
        (found,),
        data={
            "chosen": {"citizen": citizen, "into": into, "organisation": among},
            "rows": 30,
            "inline": 15_000,
        },
        template="movement.html",
    )
