"""Every page: its address, what builds it, and whether it takes long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hansa.faces.web.pages import (
    acts,
    cooperation,
    fields,
    incidents,
    meetings,
    membership,
    movement,
    organisations,
    reports,
    sources,
    states,
    today,
    treaties,
    warnings,
    what_if,
)
from hansa.faces.web.pages.page import Page


@dataclass(frozen=True, slots=True)
class Place:
    """A page's address (``/treaties/{treaty}``) and the function that builds it.

    ``before`` may send a reader to another address instead, by what was asked.
    """

    address: str
    build: Callable[..., Page]
    slow: bool = False
    twin: str = ""
    before: Callable[[Mapping[str, str]], str] | None = None

    @property
    def twin_address(self) -> str:
        """The address of its JSON twin."""
        return f"/api/v1{self.twin or self.address}"


PAGES: tuple[Place, ...] = (
    Place("/", today.today, twin="/today"),
    Place("/map", membership.map_of_members),
    Place("/organisations", organisations.organisations),
    Place("/organisations/{organisation}", organisations.organisation),
    Place("/states", states.states),
    Place("/states/{state}", states.state),
    Place("/treaties", treaties.treaties),
    Place("/treaties/{treaty}", treaties.treaty),
    Place("/meetings", meetings.meetings),
    Place("/meetings/{meeting}", meetings.meeting),
    Place("/incidents", incidents.incidents),
    Place("/incidents/{incident}", incidents.incident, slow=True),
    Place("/reports", reports.reports, twin="/reporting"),
    Place("/reports/{report:path}", reports.report),
    Place("/warnings", warnings.warnings),
    Place("/warnings/{warning:path}", warnings.warning),
    Place("/cooperation", cooperation.cooperation, slow=True),
    Place("/customs", fields.customs),
    Place("/trade", fields.trade),
    Place("/movement", movement.movement, slow=True),
    Place("/what-if", what_if.what_if, slow=True, before=what_if.completed),
    Place("/brief", what_if.briefing, slow=True, twin="/briefing"),
    Place("/sources", sources.sources),
    Place("/acts", acts.acts),
    Place("/acts/{act_id:path}", acts.act),
)
