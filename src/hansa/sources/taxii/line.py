"""The line to a TAXII server: safe, bounded, patient.

What goes over it: a token only to the server that was named, by TLS whose certificate is
checked; what comes back is read up to a limit. A server that is busy (429, 503) is asked again
when it says so.

Source: OASIS, *TAXII Version 2.1*, section 1.6; RFC 9110, sections 10.2.3 (Retry-After) and 15.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from hansa.terms.errors import BadInput, HansaError, Place

if TYPE_CHECKING:
    import httpx

TAXII: Final = "application/taxii+json;version=2.1"
LARGEST: Final = 64 * 2**20
"""Bytes of one answer."""
TRIES: Final = 6
LONGEST_WAIT: Final = 60.0
"""Seconds that a server may have us wait before one try."""
BUSY: Final = frozenset({429, 502, 503, 504})
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Unanswered(HansaError):
    """A server that does not answer, or refuses."""

    exit_code = 6

    def __init__(self, what: str, *, status: int = 0, remedy: str = "") -> None:
        super().__init__(what, remedy=remedy)
        self.status = status


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token; with an account it is sent by HTTP Basic, without as Bearer."""

    account: str = ""
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A resource and the headers it came with."""

    value: dict[str, Any]
    headers: Mapping[str, str]


def check_address(address: str) -> None:
    """Refuse an address to which no token may be sent.

    Raises
    ------
    BadInput
    """
    parts = urlsplit(address)
    where = Place("address")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"{address[:200]!r} is no address of a server", where=where,
                       remedy="write https://HOST/taxii2/")  # fmt: skip
    if parts.username or parts.password:
        raise BadInput("a secret stands in the address", where=where,
                       remedy="set HANSA_TAXII_TOKEN or HANSA_TAXII_TOKEN_FILE")  # fmt: skip
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise BadInput(f"{parts.hostname} is not asked without TLS", where=where,
                       remedy="write https://")  # fmt: skip


def origin_of(address: str) -> tuple[str, str]:
    """The scheme and host (with its port) of an address."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


class Line:
    """A line to one server.

    Parameters
    ----------
    address : str
        Any address of the server; requests go nowhere else.
    credentials : Credentials
    authorities : str, optional
        A file of certificates (PEM) that are trusted besides the system's; checking cannot be
        turned off.
    seconds : float
        How long one answer may take.
    sleep : callable
        Waits that many seconds.
    """

    def __init__(
        self, address: str, credentials: Credentials, *, authorities: str | None = None,
        seconds: float = 60.0, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        check_address(address)
        self._origin, self._sleep = origin_of(address), sleep
        try:
            import httpx
        except ImportError as missing:
            raise HansaError(
                "reaching a server needs the library httpx", remedy="install hansa[web]"
            ) from missing
        self._errors = httpx.HTTPError, httpx.InvalidURL
        headers = {"accept": TAXII, "user-agent": "hansa"}
        auth: httpx.BasicAuth | None = None
        if credentials.account:
            auth = httpx.BasicAuth(credentials.account, credentials.token)
        elif credentials.token:
            headers["authorization"] = f"Bearer {credentials.token}"
        self._http = httpx.Client(
            headers=headers, auth=auth, timeout=seconds, follow_redirects=False,
            verify=_trusted(authorities),
        )  # fmt: skip

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def get(self, address: str, parameters: Mapping[str, str] | None = None) -> Answer:
        """A resource.

        Raises
        ------
        Unanswered
        """
        return self._asked("GET", address, dict(parameters or {}), None)

    def post(self, address: str, value: Mapping[str, Any]) -> Answer:
        """Hand in a resource; safe to do twice, since what is known makes no act.

        Raises
        ------
        Unanswered
        """
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return self._asked("POST", address, {}, body)

    def _asked(
        self, method: str, address: str, parameters: dict[str, str], body: bytes | None
    ) -> Answer:
        if origin_of(address) != self._origin:
            raise Unanswered(f"the server points to another one: {address[:200]}")
        said, wait = "", 0.0
        for attempt in range(TRIES):
            if attempt:
                self._sleep(wait)
            try:
                status, headers, data = self._once(method, address, parameters, body)
            except self._errors as wrong:
                said, wait = str(wrong) or type(wrong).__name__, 2.0**attempt
                continue
            if status not in BUSY:
                return _read(address, status, headers, data)
            said = f"it is busy ({status})"
            wait = min(_retry_after(headers, 2.0**attempt), LONGEST_WAIT)
        raise Unanswered(f"{address[:200]} does not answer: {said}", remedy="try again later")

    def _once(
        self, method: str, address: str, parameters: dict[str, str], body: bytes | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {} if body is None else {"content-type": TAXII}
        with self._http.stream(
            method, address, params=parameters or None, content=body, headers=headers
        ) as answer:
            parts, size = [], 0
            for part in answer.iter_bytes():
                size += len(part)
                if size > LARGEST:
                    raise Unanswered(f"an answer has more than {LARGEST:,} bytes")
                parts.append(part)
            return answer.status_code, answer.headers, b"".join(parts)


def _trusted(authorities: str | None) -> Any:
    import ssl

    context = ssl.create_default_context()
    if authorities is not None:
        try:
            context.load_verify_locations(authorities)
        except OSError as wrong:
            raise BadInput(f"no certificates: {wrong}", where=Place(authorities)) from None
    return context


def _retry_after(headers: Mapping[str, str], default: float) -> float:
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return default
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _read(address: str, status: int, headers: Mapping[str, str], data: bytes) -> Answer:
    try:
        value = json.loads(data) if data else {}
    except (ValueError, RecursionError):
        value = None
    if not 200 <= status < 300:
        said = value.get("description") or value.get("title") if isinstance(value, dict) else ""
        text = f"{address[:200]} refuses: {status} {str(said or '')[:300]}".rstrip()
        remedy = "check account and token" if status in (401, 403) else ""
        raise Unanswered(text, status=status, remedy=remedy)
    kind = headers.get("content-type", "").replace(" ", "").lower()
    if not kind.startswith("application/taxii+json") or not isinstance(value, dict):
        raise Unanswered(f"{address[:200]} does not speak TAXII 2.1", status=status)
    return Answer(value, headers)
