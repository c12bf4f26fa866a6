"""Demo delegations: made anew at every start, their passwords told to whoever starts the server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from hansa.faces.web.accounts.secrets import new_password
from hansa.faces.web.site import Site
from hansa.record.acts import Act, Json
from hansa.record.mandates import subject_of
from hansa.terms.days import Day

ORGANISATION = "CSTO"
BODY = "CSTO Council"
UNION = "EAEU"
TARIFF = Path(__file__).with_name("demo_tariff")
"""A few lines of the Eurasian tariff; rates in euros are taken as they stand."""


def prepare(site: Site) -> Iterator[str]:
    """Accounts with mandates, and a meeting that is going on; yields what to print."""
    live = site.live
    live.read()
    now = live.clock().replace(microsecond=0)
    today = now.date()
    organisation = ORGANISATION if ORGANISATION in live.described.organisations else ""
    if not organisation:
        organisation = next(iter(live.described.organisations), "")
    if not organisation:
        return
    members = live.described.on(today).member_codes(organisation)
    made = [("", f"{organisation} Secretariat")]
    made += [(state, site.live.described.states[state].name) for state in members]
    acts: list[Act] = []
    yield f"Demo accounts of {organisation} (they go when the server stops):"
    for state, title in made:
        name = (state or organisation).lower()
        password = new_password()
        site.accounts.add(name, title, password)
        yield f"  {name:12} {password}    {title}"
        subject = subject_of(organisation, state)
        acts.append(
            Act(
                f"{subject}.appoint.{name}".replace(" ", "_"), "appoint", today, now, subject,
                state or organisation, {"account": name}, note="demo",
            )
        )  # fmt: skip
    acts += _meeting(site, organisation, today, acts[0])
    live.log().append(acts)
    live.read()
    yield "Sign in at /sign-in; a meeting is going on at /meetings."


def _meeting(site: Site, organisation: str, today: Day, first: Act) -> list[Act]:
    """A meeting of today with two items, one of which changes who is who."""
    world = site.live.described
    name = f"{organisation} demo session {today}"
    body = BODY if BODY in world.bodies else ""
    call: dict[str, Json] = {"place": "Moscow", "host": "RUS", "meeting": "regular"}
    call["until"] = (today + timedelta(days=1)).isoformat()
    if body:
        call["body"] = body
    budget: dict[str, Json] = {
        "item": "budget", "number": "1", "title": "budget of the next year",
        "document": f"{organisation} budget {today.year + 1}",
    }  # fmt: skip
    ranks = world.organisations[organisation].ranks
    status = next((rank for rank in ranks if "observer" in rank), ranks[-1])
    following: list[Json] = [
        {"kind": "admit", "subject": organisation, "actor": "MNG", "payload": {"status": status}}
    ]
    guest: dict[str, Json] = {
        "item": "mongolia", "number": "2", "title": f"Mongolia: {status}",
        "document": f"{organisation} decision on Mongolia {today.year}", "acts": following,
    }  # fmt: skip
    stem = name.replace(" ", "_")

    def act(suffix: str, kind: str, payload: dict[str, Json]) -> Act:
        return Act(
            f"{stem}.{suffix}", kind, today, first.recorded, name, organisation, payload,
            note="demo",
        )  # fmt: skip

    made = [act("convene", "convene", call), act("table.1", "table", budget)]
    return [*made, act("table.2", "table", guest)] if "MNG" in world.states else made
