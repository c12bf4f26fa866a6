"""Handling marks as STIX marking definitions: TLP 2.0 out, TLP 2.0 and TLP 1.0 in.

Sources: OASIS CTI TC, common object repository, extension definition *TLP 2.0* (2022), whose
identifiers are fixed; STIX 2.1 section 7.2.1.4 for the four fixed definitions of TLP 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from hansa.record.acts import Json
from hansa.record.markings import COLOURS

TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
"""The extension by which a marking definition says its colour of TLP 2.0."""

TLP_CREATED: Final = "2022-10-01T00:00:00.000Z"

TLP_2: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
)
"""The fixed identifiers of TLP 2.0, by colour."""

TLP_1: Final[Mapping[str, str]] = MappingProxyType(
    {
        "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "CLEAR",
        "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "GREEN",
        "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "AMBER",
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "RED",
    }
)
"""The colours of the fixed definitions of TLP 1.0; its white is now clear."""

COLOUR_OF: Final[Mapping[str, str]] = MappingProxyType(
    {**TLP_1, **{ref: colour for colour, ref in TLP_2.items()}}
)
"""The colour that a marking definition means, by its identifier."""

UNMARKED: Final = "AMBER+STRICT"
"""How foreign content is handled that carries no colour: only the secretariats and delegations
of an audience, and there is none until somebody names one."""


def marking(colour: str) -> dict[str, Json]:
    """The marking definition of a colour, as the OASIS repository publishes it."""
    said: dict[str, Json] = {"extension_type": "property-extension", "tlp_2_0": colour.lower()}
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP_2[colour],
        "created": TLP_CREATED,
        "name": f"TLP:{colour}",
        "extensions": {TLP_EXTENSION: said},
    }


def narrowest(refs: Iterable[str]) -> str:
    """The narrowest colour among markings, `UNMARKED` if none of them is a colour."""
    found = [COLOUR_OF[ref] for ref in refs if ref in COLOUR_OF]
    return max(found, key=COLOURS.index, default=UNMARKED)
