"""Which verbs readers may ask, and which parameters they may give: what is not here is closed.

A verb becomes a question by being declared, and a parameter by being named in its declaration
with a kind that bounds it. Everything else keeps its default: files, folders, logs, worlds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hansa.faces.web.api.kinds import (
    CHOICE,
    DAY,
    INCIDENT,
    LIST,
    NAME,
    NAMES,
    SEED,
    SHARE,
    TERMS,
    YEAR,
    YES,
    Kind,
    number,
)

SECONDS: Final = number(0.1, 15)
"""For how long a search may go on; whoever computes it is stopped anyway, see `..crew`."""
_TIMES: Final = {"on": DAY, "known_on": DAY}
_CLOCK: Final = {**_TIMES, "clock": CHOICE}
_VOTES: Final = dict.fromkeys(("in_favour", "against", "abstain", "absent", "aside"), NAMES)
_UNION: Final = {
    "tariff": TERMS, "transport": number(0, 100), "key": TERMS, "draws": number(1, 256),
    "seed": SEED, "mind": SHARE, **_TIMES,
}  # fmt: skip

QUESTIONS: Final[Mapping[str, Mapping[str, Kind]]] = {
    # the record
    "worlds": {},
    "check": {},
    "members": {"organisation": NAME, **_CLOCK, "status": NAME},
    "parties": {"treaty": NAME, **_CLOCK, "state": NAME},
    "brief": _CLOCK,
    # the union at work
    "meetings": {"body": NAME, "since": DAY, "until": DAY, **_TIMES},
    "meeting": {"name": NAME, **_TIMES},
    "deadlines": {"state": NAME, "overdue": YES, **_TIMES},
    "presidency": {"office": NAME, "since": DAY, "until": DAY, **_TIMES},
    "notices": {"residence": NAME, "nationality": NAME, "language": NAME, **_TIMES},
    "mobility": {
        "citizen": NAME, "into": NAME, "right": NAME, "among": NAMES, "since": DAY, **_TIMES,
    },
    "partners": {"first": NAME, "second": NAME, **_CLOCK},
    # reports; a reader asks about the acts that the reader may see
    "reports": {
        "kind": NAME, "area": NAME, "since": DAY, "as_": NAME, "count": CHOICE, **_TIMES,
    },
    "readers": {"report": NAME, "as_": NAME, "agreed": NAME, "binds": CHOICE, **_TIMES},
    "sharing": {"author": NAME, "audience": NAMES, "area": NAME, "tlp": CHOICE, **_TIMES},
    "duplicates": {
        "area": NAME, "kind": NAME, "since": DAY, "least": SHARE, "as_": NAME, **_TIMES,
    },
    # decisions
    "decide": {
        "body": NAME, "matter": NAME, **_VOTES, "others": NAME, "likely": TERMS, "blocs": TERMS,
        "concerned": NAMES, "in_arrears": NAMES, **_TIMES,
    },
    "power": {"body": NAME, "matter": NAME, "beside": DAY, "assuming": TERMS, **_TIMES},
    # security
    "obligations": {
        "incident": INCIDENT, "kind": NAME, "victim": NAME, "attacker": NAME, "place": NAME,
        "requested": YES, "all_findings": YES, **_CLOCK,
    },
    "respond": {
        "incident": INCIDENT, "asked": NAMES, "body": NAME, **_VOTES, "others": NAME,
        "without": NAMES, "task": NAME, "strength": number(0, 10**6), "days": number(0, 3650),
        "months": number(0, 600), "seconds": SECONDS, **_CLOCK,
    },
    "capability": {"group": NAMES, "beside": NAMES, "on": DAY},
    "deter": {
        "attacker": NAME, "target": NAME, "rate": SHARE, "cost": number(0, 100),
        "status_quo": number(-100, 100), "newcomer": NAME, **_TIMES,
    },
    "interdict": {
        "organisations": LIST, "without": LIST, "budget": number(0, 10**6), "method": CHOICE,
        "seconds": SECONDS, "on": DAY,
    },
    "pool": {"organisations": LIST, "invite": LIST, "divide": YES, "vary": YES, "on": DAY},
    # trade and unions
    "trade_effects": {
        "union": NAME, "members": NAMES, "join": NAMES, "leave": NAMES, "common_tariff": TERMS,
        "coverage": SHARE, "revenue_key": TERMS, "transport_cut": number(0, 100),
        "freight_share": SHARE, "against": CHOICE, "alone": YES, "free_trade": CHOICE,
        "closure": CHOICE, "year": YEAR, "theta": number(0.1, 100), "theta_se": number(0, 100),
        "draws": number(0, 256), "seed": SEED, **_CLOCK,
    },
    "tariffs_optimal": {
        "player": NAME, "rivals": NAMES, "year": YEAR, "own_tariffs": YES,
        "theta": number(0.1, 100), **_CLOCK,
    },
    "join": {"organisation": NAME, "state": NAME, **_UNION},
    "stable": {
        "organisation": NAME, "players": NAMES, "without": NAME, "membership": CHOICE,
        "pact": NAME, **_UNION,
    },
}  # fmt: skip
"""Verbs that readers may ask, with the parameters they may give."""

CLOSED: Final[Mapping[str, str]] = {
    "act": "acts are made by those who have signed in, at /act",
    "duty": "reads files and writes one; shipments have a page of their own",
    "export_reports": "writes a file; who may read reports has them at /taxii2 and in the feeds",
    "pull_reports": "asks another server with this one's token",
    "push_reports": "hands in to another server with this one's token",
    "import_reports": "reads a file and writes a log",
    "log_confirm": "reads a file",
    "log_head": "opens a log; the server's own is at /log",
    "log_list": "reads a log past its markings",
    "log_load": "writes a log",
    "log_prepare": "writes a log",
    "log_prove": "reads a log past its markings",
    "log_verify": "opens a log",
    "manifest": "hashes files",
    "panel": "reads folders of data and writes a file",
    "revenue": "reads a file",
    "sweep": "reads and writes files, and takes every core for as long as it wants",
    "tariff_build": "reads files and writes one",
    "tariff_check": "reads a folder",
    "tariff_diff": "reads folders",
    "tariff_show": "reads a folder; codes have a page of their own",
    "warning": "writes a file; warnings have a feed",
}
"""Verbs that readers may not ask, and why."""
