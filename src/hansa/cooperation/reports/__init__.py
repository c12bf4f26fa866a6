"""Reports of incidents and warnings: what was said, how sure it is, and what became of it."""

from hansa.cooperation.reports.alert import Alert, alert_of, alerts
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
    "Evidence",
    "Report",
    "alert_of",
    "alerts",
    "report_of",
    "reports",
]
