"""Warnings as machines take them: each as a CAP 1.2 message, all as a feed of such messages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import FastAPI, Path, Query, Request
from fastapi.responses import Response

from hansa.cooperation.exchange.cap import cap_of, identifier_of
from hansa.cooperation.reports import Alert
from hansa.faces.web.api.schema import refusals
from hansa.faces.web.feeds.entries import ATOM, COUNT
from hansa.faces.web.pages.page import View
from hansa.faces.web.pages.warnings import CANCELLED, standing, warnings_of
from hansa.faces.web.render.links import path
from hansa.faces.web.render.renderer import Written
from hansa.faces.web.site import Site
from hansa.terms.names import unknown

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
CAP_KIND = "application/cap+xml"


def sender_of(alert: Alert, home: str) -> str:
    """Who warns, in the manner of an address at this server: ``csto-secretariat@host``."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", alert.by).strip("-").lower() or "hansa"
    return f"{name}@{urlsplit(home).hostname or 'localhost'}"


def message(alert: Alert, known: dict[str, Alert], home: str) -> bytes:
    """A warning as a CAP message; what is not everybody's is not called public."""
    secret = alert.scope == "Public" and alert.tlp != "CLEAR"
    nobodys = alert.scope == "Private" and not alert.audience
    if secret or nobodys:
        alert = replace(alert, scope="Restricted")
    there = tuple(name for name in alert.references if name in known)
    earlier = [known[name] for name in there]
    return cap_of(replace(alert, references=there), sender_of(alert, home), earlier=earlier)


def feed(view: View, home: str, own: str, state: str) -> Written:
    """The latest warnings as Atom, each entry with a link to its message and its gist."""
    shown = [a for a in warnings_of(view) if state in ("", a.by, *a.states)][:COUNT]
    root = Element("feed", {"xmlns": ATOM, "xmlns:cap": CAP, "xml:lang": view.words.lang})
    _text(root, "title", f"{view.world.title}: {view._('Warnings')}")
    _text(root, "id", own)
    updated = max((alert.modified for alert in shown), default=view.snapshot.newest)
    _text(root, "updated", updated.isoformat())
    SubElement(root, "link", {"rel": "self", "href": own})
    SubElement(root, "link", {"rel": "alternate", "href": f"{home}/warnings"})
    for alert in shown:
        _entry(root, alert, home, view)
    text: bytes = tostring(root, encoding="utf-8")
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + text
    return Written(body, updated, frozenset(alert.id for alert in shown))


def _entry(root: Element, alert: Alert, home: str, view: View) -> None:
    entry = SubElement(root, "entry")
    how = standing(alert, datetime.now(UTC))
    title = alert.headline or f"{alert.event}: {alert.area}"
    _text(entry, "id", f"{home}{path('cap', alert.id)}#{identifier_of(alert)}")
    _text(entry, "title", f"{title} ({view._(how)})")
    _text(entry, "updated", alert.modified.isoformat())
    _text(entry, "published", alert.sent.isoformat())
    _text(SubElement(entry, "author"), "name", alert.by or "–")
    to = f"{home}{path('cap', alert.id)}"
    SubElement(entry, "link", {"rel": "alternate", "href": to, "type": CAP_KIND})
    SubElement(entry, "link", {"rel": "related", "href": f"{home}{path('warnings', alert.id)}"})
    SubElement(entry, "category", {"term": alert.event})
    gist = " ".join(part for part in (alert.text, alert.instruction) if part)
    _text(entry, "summary", gist or title)
    changed = "Update" if alert.modified > alert.sent or alert.references else "Alert"
    kind = "Cancel" if how == CANCELLED else changed
    told = [
        ("status", "Actual"), ("msgType", kind), ("event", alert.event),
        ("urgency", alert.urgency), ("severity", alert.severity),
        ("certainty", alert.certainty), ("areaDesc", alert.area),
        ("expires", alert.expires.isoformat() if alert.expires else ""),
    ]  # fmt: skip
    for name, value in told:
        if value:
            _text(entry, f"cap:{name}", value)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def add(app: FastAPI, site: Site) -> None:
    """Give the application its warnings for machines."""

    def home_of(request: Request) -> str:
        return site.settings.base_url or str(request.base_url).rstrip("/")

    @app.get(
        "/cap/{warning:path}", tags=["feeds"], response_class=Response,
        responses={200: {"content": {CAP_KIND: {}}, "description": "CAP 1.2."},
                   **refusals(404, 422, 429, 503)},
    )  # fmt: skip
    async def cap(request: Request, warning: Annotated[str, Path(max_length=500)]) -> Response:
        """A warning as a message of the Common Alerting Protocol 1.2, as it stands now."""
        site.limit(site.page_limit, site.address_of(request))
        visit = await site.visit(request)
        view = site.view(visit)

        def write() -> Written:
            known = {alert.id: alert for alert in warnings_of(view)}
            if warning not in known:
                raise unknown("warning", warning, known)
            body = message(known[warning], known, home_of(request))
            return Written(body, known[warning].modified, frozenset({warning}))

        written = await site.think(write)
        site.audit(visit, view, written.acts, request.url.path)
        return site.data(request, visit, written, CAP_KIND)

    @app.get(
        "/warnings.atom", tags=["feeds"], response_class=Response,
        responses={200: {"content": {"application/atom+xml": {}}, "description": "Atom."},
                   **refusals(404, 422, 429, 503)},
    )  # fmt: skip
    async def warnings_atom(
        request: Request, state: Annotated[str, Query(max_length=8)] = ""
    ) -> Response:
        """The latest warnings as Atom, with links to their CAP messages."""
        site.limit(site.page_limit, site.address_of(request))
        visit = await site.visit(request)
        view = site.view(visit)
        if state:
            view.world.state(state)
        home = home_of(request)
        own = f"{home}/warnings.atom" + (f"?state={state}" if state else "")
        written = await site.kept(
            request, visit, view, ("warnings", own),
            lambda: site.think(feed, view, home, own, state),
        )  # fmt: skip
        site.audit(visit, view, written.acts, request.url.path)
        return site.data(request, visit, written, "application/atom+xml; charset=utf-8")
