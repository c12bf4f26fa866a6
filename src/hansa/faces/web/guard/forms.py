"""Forms: read within limits, and only from this site's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import UploadFile

from hansa.faces.web.guard.refusals import NotYours
from hansa.faces.web.site import Site
from hansa.faces.web.visits import Visit
from hansa.terms.errors import BadInput

FIELDS = 100


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; of several with one name the last.

    Raises
    ------
    BadInput
        If it is no form, has too many fields, or carries files.
    """
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        raise BadInput("this is not a form")
    found: dict[str, str] = {}
    async with request.form(max_files=0, max_fields=FIELDS) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                raise BadInput("no files are taken here")
            found[name] = value.replace("\r\n", "\n")
    return found


def same_site(request: Request, site: Site) -> None:
    """Refuse a request that another site's page sent.

    Raises
    ------
    NotYours
    """
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    own = urlsplit(site.settings.base_url).netloc or request.headers.get("host", "")
    foreign = origin is not None and (origin == "null" or urlsplit(origin).netloc != own)
    if fetched not in ("same-origin", "none") or foreign:
        raise NotYours("the request comes from another site", remedy="use this site's own pages")


def check_token(form: Mapping[str, str], visit: Visit, site: Site) -> None:
    """Refuse a form of a session that does not carry the session's token.

    Raises
    ------
    NotYours
    """
    if visit.session is None or visit.session.token:
        return
    given = form.get("csrf", "")
    if not site.accounts.vault.signed(given, "form", visit.session.digest):
        raise NotYours("the form is not of this session", remedy="open the page again")


def local_address(address: str) -> bool:
    """Whether an address stays on this site: where a form may send its reader back to."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return plain and not parts.netloc and address.isprintable() and address.isascii()
