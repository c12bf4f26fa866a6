"""Which legal notices a reader gets, by what the reader declared: rules of the world, in words.

The rules are the world's table ``notices``, read by `hansa.secretariat`; here they are put into
the reader's language. A notice that depends on what was not declared is not shown: the page on
which readers declare says which ones there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from hansa.record.register import Register
from hansa.record.world import World
from hansa.secretariat import notice_rules
from hansa.secretariat import notices_for as owed_to
from hansa.terms.truth import Truth

TABLE = "notices"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice shown before a page's content.

    ``general``: everybody gets it, whatever they declare.
    """

    id: str
    title: str
    text: str
    general: bool


def notices_for(
    world: World, register: Register, residence: str, nationality: str, lang: str
) -> tuple[Notice, ...]:
    """The notices for a reader, those that depend on what was declared first."""
    if TABLE not in world.sheets:
        return ()
    found = [
        Notice(
            notice.rule.id,
            notice.title(lang),
            notice.text(lang),
            not notice.rule.residence and not notice.rule.nationality,
        )
        for notice in owed_to(notice_rules(world.sheet(TABLE)), register, residence, nationality)
        if notice.owed is Truth.TRUE
    ]
    return tuple(sorted(found, key=lambda notice: notice.general))


def digest_of(notices: Iterable[Notice]) -> str:
    """Names what a reader has read: changes with every word of it."""
    text = "\0".join(f"{n.id}\0{n.title}\0{n.text}" for n in notices if not n.general)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
