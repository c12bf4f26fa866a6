"""Every page: its address, what builds it, and whether it takes long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hansa.faces.web.pages import acts, membership, organisations, states, today, treaties
from hansa.faces.web.pages.page import Page


@dataclass(frozen=True, slots=True)
class Place:
    """A page's address (``/treaties/{treaty:path}``) and the function that builds it."""

    address: str
    build: Callable[..., Page]
    slow: bool = False
    twin: str = ""

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
    Place("/acts", acts.acts),
    Place("/acts/{act_id:path}", acts.act),
)
