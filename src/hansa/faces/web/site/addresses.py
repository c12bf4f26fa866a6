"""Addresses of pages."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import Request


def address_in(request: Request) -> str:
    """The address of a request without its host, and without what is not part of the page."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("lang", "all", "csv", "at") and value
    ]
    path = quote(request.url.path, safe="/:~!$'()*,;=@+%") if request.url.path else "/"
    path = "/" + path.lstrip("/")
    return f"{path}?{urlencode(kept)}" if kept else path
