"""What feeds carry: the latest acts that a reader may see, and the reader's notices."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from hansa.faces.web.live.telling import told
from hansa.faces.web.notices import Notice
from hansa.faces.web.pages.acts import latest
from hansa.faces.web.pages.page import View
from hansa.faces.web.render.links import path
from hansa.record.acts import Act

COUNT = 50
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed.

    Parameters
    ----------
    title : str
    home, own : str
        Addresses of the site and of the feed itself.
    notices : tuple of Notice
        Shown before the content.
    acts : tuple of Act
        The newest first.
    updated : datetime
        When the newest was recorded.
    lang : str
    """

    title: str
    home: str
    own: str
    notices: tuple[Notice, ...]
    acts: tuple[Act, ...]
    updated: datetime
    lang: str


def feed_of(
    view: View,
    home: str,
    own: str,
    notices: Iterable[Notice],
    *,
    organisation: str,
    state: str,
    subject: str,
) -> Feed:
    """The feed of the acts that a reader may see and asked for."""
    acts = [
        act
        for act in view.world.acts
        if view.compass.topics(act).wanted(organisation, state, subject)
    ]
    newest = tuple(latest(acts, COUNT))
    about = " ".join(part for part in (organisation, state, subject) if part)
    title = f"{view.world.title}: {about}" if about else view.world.title
    updated = newest[0].recorded if newest else view.snapshot.newest
    return Feed(title, home, own, tuple(notices), newest, updated, view.words.lang)


def sentence(act: Act) -> str:
    """An act in a sentence."""
    return f"{told(act)}, {act.on}."


def atom(feed: Feed) -> bytes:
    """As Atom (RFC 4287)."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": feed.lang})
    _text(root, "title", feed.title)
    _text(root, "id", feed.own)
    _text(root, "updated", feed.updated.isoformat())
    SubElement(root, "link", {"rel": "self", "href": feed.own})
    SubElement(root, "link", {"rel": "alternate", "href": feed.home})
    if feed.notices:
        _text(root, "rights", " ".join(f"{n.title}: {n.text}" for n in feed.notices))
    for act in feed.acts:
        entry = SubElement(root, "entry")
        address = feed.home.rstrip("/") + path("acts", act.id)
        _text(entry, "title", told(act))
        _text(entry, "id", address)
        _text(entry, "updated", act.recorded.isoformat())
        SubElement(entry, "link", {"rel": "alternate", "href": address})
        _text(SubElement(entry, "author"), "name", act.actor or "–")
        before = [f"{n.title}: {n.text}" for n in feed.notices if not n.general]
        _text(entry, "summary", "\n".join([*before, sentence(act)]))
    text: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + text


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def json_feed(feed: Feed) -> bytes:
    """As JSON Feed 1.1."""
    notices = [{"title": n.title, "text": n.text} for n in feed.notices]
    before = "".join(f"{n.title}: {n.text}\n" for n in feed.notices if not n.general)
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.own,
        "language": feed.lang,
        "_hansa": {"notices": notices},
        "items": [
            {
                "id": (address := feed.home.rstrip("/") + path("acts", act.id)),
                "url": address,
                "title": told(act),
                "content_text": before + sentence(act),
                "date_published": act.recorded.isoformat(),
                "tags": [act.kind, act.subject],
            }
            for act in feed.acts
        ],
    }
    return json.dumps(found, ensure_ascii=False).encode()
