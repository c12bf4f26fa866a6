"""Reports of incidents and warnings: what was said, how sure it is, and what became of it."""

from hansa.cooperation.reports.alert import Alert, alert_of, alerts
from hansa.cooperation.reports.groups import Ground, Group, Member, sharing_groups
from hansa.cooperation.reports.handling import Handling, handling_of, recalls, reports_on
from hansa.cooperation.reports.readers import known_readers, reader_for, reader_of
from hansa.cooperation.reports.release import (
    Decision,
    Fate,
    Notice,
    audience_on,
    decide,
    fates,
    matrix,
    notices,
)
from hansa.cooperation.reports.report import (
    CREDIBILITY,
    RELIABILITY,
    Evidence,
    Report,
    report_of,
    reports,
)

__all__ = [
    "CREDIBILITY",
    "RELIABILITY",
    "Alert",
    "Decision",
    "Evidence",
    "Fate",
    "Ground",
    "Group",
    "Handling",
    "Member",
    "Notice",
    "Report",
    "alert_of",
    "alerts",
    "audience_on",
    "decide",
    "fates",
    "handling_of",
    "known_readers",
    "matrix",
    "notices",
    "reader_for",
    "reader_of",
    "recalls",
    "report_of",
    "reports",
    "reports_on",
    "sharing_groups",
]
