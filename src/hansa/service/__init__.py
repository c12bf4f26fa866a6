"""The public verbs, one function each; every face calls these and nothing below.

Verbs are loaded when first asked for, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hansa.service.acting import act
    from hansa.service.briefing import brief, manifest
    from hansa.service.coalitions import join, stable, sweep
    from hansa.service.cooperation import interdict, partners, pool
    from hansa.service.customs import (
        duty,
        revenue,
        tariff_build,
        tariff_check,
        tariff_diff,
        tariff_show,
    )
    from hansa.service.decisions import decide, power
    from hansa.service.exchanging import export_reports, import_reports, warning
    from hansa.service.log import (
        log_confirm,
        log_head,
        log_list,
        log_load,
        log_prepare,
        log_prove,
        log_verify,
    )
    from hansa.service.movement import mobility
    from hansa.service.pulling import pull_reports, push_reports
    from hansa.service.record import check, members, parties, worlds
    from hansa.service.reporting import duplicates, readers, reports, sharing
    from hansa.service.responding import respond
    from hansa.service.secretariat import (
        deadlines,
        meeting,
        meetings,
        notices,
        presidency,
    )
    from hansa.service.security import obligations
    from hansa.service.strength import capability, deter, panel
    from hansa.service.trading import tariffs_optimal, trade_effects

VERBS = {
    "partners": "hansa.service.cooperation",
    "interdict": "hansa.service.cooperation",
    "pool": "hansa.service.cooperation",
    "tariffs_optimal": "hansa.service.trading",
    "trade_effects": "hansa.service.trading",
    "tariff_show": "hansa.service.customs",
    "tariff_diff": "hansa.service.customs",
    "tariff_check": "hansa.service.customs",
    "tariff_build": "hansa.service.customs",
    "respond": "hansa.service.responding",
    "duplicates": "hansa.service.reporting",
    "readers": "hansa.service.reporting",
    "reports": "hansa.service.reporting",
    "sharing": "hansa.service.reporting",
    "revenue": "hansa.service.customs",
    "duty": "hansa.service.customs",
    "export_reports": "hansa.service.exchanging",
    "import_reports": "hansa.service.exchanging",
    "warning": "hansa.service.exchanging",
    "pull_reports": "hansa.service.pulling",
    "push_reports": "hansa.service.pulling",
    "capability": "hansa.service.strength",
    "deter": "hansa.service.strength",
    "panel": "hansa.service.strength",
    "act": "hansa.service.acting",
    "brief": "hansa.service.briefing",
    "check": "hansa.service.record",
    "deadlines": "hansa.service.secretariat",
    "decide": "hansa.service.decisions",
    "join": "hansa.service.coalitions",
    "stable": "hansa.service.coalitions",
    "sweep": "hansa.service.coalitions",
    "log_confirm": "hansa.service.log",
    "log_head": "hansa.service.log",
    "log_list": "hansa.service.log",
    "log_load": "hansa.service.log",
    "log_prepare": "hansa.service.log",
    "log_prove": "hansa.service.log",
    "log_verify": "hansa.service.log",
    "manifest": "hansa.service.briefing",
    "meeting": "hansa.service.secretariat",
    "meetings": "hansa.service.secretariat",
    "members": "hansa.service.record",
    "mobility": "hansa.service.movement",
    "notices": "hansa.service.secretariat",
    "obligations": "hansa.service.security",
    "parties": "hansa.service.record",
    "power": "hansa.service.decisions",
    "presidency": "hansa.service.secretariat",
    "worlds": "hansa.service.record",
}
"""Every verb and the module that holds it."""

__all__ = [
    "act",
    "brief",
    "capability",
    "check",
    "deadlines",
    "decide",
    "deter",
    "duplicates",
    "duty",
    "export_reports",
    "import_reports",
    "interdict",
    "join",
    "log_confirm",
    "log_head",
    "log_list",
    "log_load",
    "log_prepare",
    "log_prove",
    "log_verify",
    "manifest",
    "meeting",
    "meetings",
    "members",
    "mobility",
    "notices",
    "obligations",
    "panel",
    "parties",
    "partners",
    "pool",
    "power",
    "presidency",
    "pull_reports",
    "push_reports",
    "readers",
    "reports",
    "respond",
    "revenue",
    "sharing",
    "stable",
    "sweep",
    "tariff_build",
    "tariff_check",
    "tariff_diff",
    "tariff_show",
    "tariffs_optimal",
    "trade_effects",
    "warning",
    "worlds",
]


def __getattr__(name: str) -> Any:
    if name in VERBS:
        return getattr(import_module(VERBS[name]), name)
    raise AttributeError(f"hansa.service has no verb {name!r}")
