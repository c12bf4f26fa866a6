"""Headers that a browser obeys, and limits on what a request may carry."""

from __future__ import annotations

import logging

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_ADDRESS = 8192
_log = logging.getLogger("hansa.web")


def policy(style: str) -> str:
    """The content security policy: nothing from outside, no inline script."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src '{style}'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "manifest-src 'self'",
            "require-trusted-types-for 'script'",
            "trusted-types hansa",
        )
    )


class Guarded:
    """Adds the headers, refuses what is too long.

    Parameters
    ----------
    app : ASGIApp
    style : str
        Hash of the style sheet that pages carry.
    secure : bool
        Whether readers come by HTTPS.
    body : int
        Bytes that a request may carry.
    """

    def __init__(self, app: ASGIApp, style: str, secure: bool, body: int) -> None:
        self._app, self._body = app, body
        self._headers = {
            "content-security-policy": policy(style),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }
        if secure:
            self._headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 12 or int(length) > self._body:
            await _refuse(guarded, 413, "the request carries too much")
        elif len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            await _refuse(guarded, 414, "the address is too long")
        else:
            try:
                await self._app(scope, counted(receive, self._body), guarded)
            except Exception:
                if begun:
                    raise
                _log.exception("%s %r", scope["method"], scope["path"][:200])
                await _refuse(guarded, 500, "something is wrong with this server; it was noted")


class TooMuch(HTTPException):
    """A request that goes on longer than it may."""

    def __init__(self) -> None:
        super().__init__(413, "the request carries too much")


def counted(receive: Receive, most: int) -> Receive:
    """What is received, up to a number of bytes."""
    seen = 0

    async def received() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooMuch
        return message

    return received


async def _refuse(send: Send, status: int, text: str) -> None:
    body = f"{text}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"),
               (b"content-length", str(len(body)).encode())]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
