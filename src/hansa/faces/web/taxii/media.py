"""The media types of TAXII and STIX 2.1, and errors as TAXII writes them.

Source: OASIS, *TAXII Version 2.1* (10 June 2021), sections 1.6.8 (content negotiation), 3.6.1
(error message); RFC 9110, section 12.5.1 (Accept).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from hansa.faces.web.guard.refusals import TooOften, status_of
from hansa.terms.errors import HansaError

TAXII: Final = "application/taxii+json;version=2.1"
STIX: Final = "application/stix+json;version=2.1"
_FITTING: Final = ("application/taxii+json", "application/*", "*/*")


class Refusal(HansaError):
    """A request that is answered by an error.

    Parameters
    ----------
    status : int
        Status of HTTP.
    what, remedy : str
        What is wrong, and what to do about it.
    headers : mapping
        Headers that the status asks for.
    details : mapping
        Figures for programs, as the error's ``details``.
    """

    def __init__(
        self, status: int, what: str, *, remedy: str = "",
        headers: Mapping[str, str] | None = None, details: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(what, remedy=remedy)
        self.status = status
        self.headers = dict(headers or {})
        self.details = dict(details or {})


def answered(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A resource; bytes are JSON already."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    kept = {"content-type": TAXII, "cache-control": "no-store", "vary": "accept, authorization"}
    return Response(body, status, {**kept, **(headers or {})})


def refused(wrong: HansaError) -> Response:
    """An error as TAXII's error message (section 3.6.1)."""
    headers: dict[str, str] = {}
    details: dict[str, str] = {}
    if isinstance(wrong, Refusal):
        status, title = wrong.status, HTTPStatus(wrong.status).phrase
        headers, details = wrong.headers, wrong.details
    else:
        status, title = status_of(wrong)
    if isinstance(wrong, TooOften):
        headers = {"retry-after": str(wrong.wait)}
    said: dict[str, Any] = {
        "title": title, "description": wrong.sentence(), "http_status": str(status),
    }  # fmt: skip
    if details:
        said["details"] = details
    return answered(said, status, headers)


def check_accept(header: str | None) -> None:
    """Refuse who does not take what is sent here.

    Raises
    ------
    Refusal
        406.
    """
    if header is None or any(_takes(part) for part in header[:2000].split(",")):
        return
    raise Refusal(406, "this server answers in another media type", remedy=f"accept {TAXII}")


def _takes(part: str) -> bool:
    kind, parameters = _read(part)
    try:
        wanted = float(parameters.pop("q", "1")) > 0
    except ValueError:
        wanted = False
    return wanted and kind in _FITTING and parameters.get("version", "2.1") == "2.1"


def check_content_type(header: str | None) -> None:
    """Refuse a body that is not what it should be.

    Raises
    ------
    Refusal
        415.
    """
    kind, parameters = _read(header or "")
    if kind == "application/taxii+json" and parameters.get("version", "2.1") == "2.1":
        return
    raise Refusal(415, "the body is of another media type", remedy=f"send {TAXII}")


def _read(text: str) -> tuple[str, dict[str, str]]:
    kind, *rest = (part.strip().lower() for part in text.split(";"))
    pairs = (part.partition("=") for part in rest)
    return kind, {name.strip(): value.strip().strip('"') for name, _, value in pairs}
