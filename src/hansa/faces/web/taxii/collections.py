"""Collections: one for each organisation, one for everybody, one for all who hold a mandate.

Source: OASIS, *TAXII Version 2.1*, section 5.2.1 (collection resource).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from hansa.faces.web.taxii.media import STIX
from hansa.record.mandates import read_subject
from hansa.record.markings import Marking, Reader

NAMESPACE: Final = UUID("c1b8a3de-8f7e-5a34-9d1a-6a2b7f0c51e4")
"""Under which the ids of collections are made: the same on every server."""


def collection_id(name: str) -> str:
    """The id of a collection: of an organisation, of ``public`` or ``community``."""
    return str(uuid5(NAMESPACE, f"collection|{name}"))


def _organisation(name: str) -> str:
    """The organisation that a name of an audience means: its own, its delegation's."""
    found = read_subject(name)
    return found[0] if found is not None else name.removesuffix(" Secretariat")


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection.

    Parameters
    ----------
    name : str
        Its alias: the organisation, ``public`` or ``community``.
    title, description : str
    organisation : str
        ``""`` if it is no organisation's.
    """

    name: str
    title: str
    description: str
    organisation: str = ""

    @property
    def id(self) -> str:
        """Its id."""
        return collection_id(self.name)

    def can_read(self, reader: Reader) -> bool:
        """Whether a signed-in reader may open it; what it shows is decided report by report."""
        if self.organisation:
            return self.organisation in reader.organisations
        return self.name == "public" or bool(reader.mandates)

    def can_write(self, reader: Reader) -> bool:
        """Whether a reader holds a mandate by which reports can be handed in here."""
        return bool(self.organisation) and self.organisation in reader.organisations

    def holds(
        self, marking: Marking | None, audience: frozenset[str], organisations: frozenset[str]
    ) -> bool:
        """Whether a report belongs here; who may see it is another question.

        What names no organisation (but states, or accounts) belongs to every organisation's
        collection: its readers find it where they look.

        Parameters
        ----------
        marking : Marking, optional
            The report's, now; ``None`` if everybody may see it.
        audience : frozenset of str
            For whom it says it is.
        organisations : frozenset of str
            All there are.
        """
        if self.name == "public":
            return marking is None or marking.open.clear
        if not self.organisation:
            return marking is not None and marking.colour == "GREEN"
        reached = audience if marking is None else audience | marking.audience
        named = {_organisation(name) for name in reached} & organisations
        return self.organisation in named or (marking is not None and not named)

    def resource(self, reader: Reader, *, writes: bool) -> dict[str, Any]:
        """As TAXII writes it, for one reader."""
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "alias": self.name,
            "can_read": self.can_read(reader),
            "can_write": writes and self.can_write(reader),
            "media_types": [STIX],
        }


PUBLIC_ONE: Final = Collection(
    "public", "Public reports (TLP:CLEAR)", "What everybody may see, of all organisations."
)
COMMUNITY: Final = Collection(
    "community", "Reports for the community (TLP:GREEN)",
    "What whoever acts for a delegation or a secretariat may see, of all organisations.",
)  # fmt: skip


def collections_of(organisations: Iterable[tuple[str, str]]) -> dict[str, Collection]:
    """All collections by id and by alias, in the order in which they are listed.

    Parameters
    ----------
    organisations : iterable of (str, str)
        Code and name.
    """
    own = [
        Collection(code, f"{name} ({code})" if name != code else code,
                   f"Reports of incidents for {name}.", code)
        for code, name in sorted(organisations)
    ]  # fmt: skip
    listed = [PUBLIC_ONE, COMMUNITY, *own]
    found = {one.id: one for one in listed}
    return found | {one.name: one for one in listed if one.name not in found}
