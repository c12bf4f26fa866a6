"""Reports for others and from others: STIX beside stix2 alone, tables beside a bare read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import stix2

from benchmarks.registry import Bench, Job
from hansa.cooperation.exchange.cap import alert_from, cap_of
from hansa.cooperation.exchange.reading import read_bundle
from hansa.cooperation.exchange.rows import reports_from
from hansa.cooperation.exchange.stix import bundle_of, objects_of
from hansa.cooperation.exchange.tables import table_of
from hansa.cooperation.reports import Report, alert_of, report_of
from hansa.record.acts import Act

NOON = datetime(2007, 10, 6, 12, tzinfo=UTC)
TODAY = date(2007, 10, 6)
OBJECTS = 10_000
ROWS = 100_000


def _report() -> Report:
    said = {
        "kind": "smuggling_drugs", "start": "2007-10-05", "end": "2007-10-06", "place": "Batken",
        "place_state": "KGZ", "latitude": 40.06, "longitude": 70.82, "victims": ["KGZ", "TJK"],
        "title": "Forty kilos seized", "text": "Forty kilos in a lorry at the border post. " * 5,
        "reliability": "B", "credibility": "2", "tlp": "AMBER", "audience": ["CSTO"], "deaths": 0,
    }  # fmt: skip
    return report_of(Act("r", "report", TODAY, NOON, "Batken 2007", "KGZ", said))


def _reports(count: int) -> list[Report]:
    one = _report()
    return [replace(one, id=f"r{n}", incident=f"incident {n}", title=f"Title {n}",
                    latitude=36 + n % 800 / 100) for n in range(count)]  # fmt: skip


def _incidents() -> list[dict]:
    return [objects_of(report)[0] for report in _reports(OBJECTS)]


def write() -> Job:
    reports = _reports(OBJECTS)
    return lambda: bundle_of(reports)


def write_stix2() -> Job:
    """stix2 alone: it makes the same incidents, and nothing else, and writes them."""
    made = [{k: v for k, v in item.items() if k != "type"} for item in _incidents()]
    return lambda: [stix2.Incident(**each).serialize() for each in made]


def read() -> Job:
    data = bundle_of(_reports(OBJECTS))
    return lambda: read_bundle(data, by="CSTO Secretariat", on=TODAY, recorded=NOON)


def read_stix2() -> Job:
    """stix2 alone: it parses the same bundle, and makes nothing of it."""
    data = bundle_of(_reports(OBJECTS)).decode()
    return lambda: stix2.parse(data)


def table() -> Job:
    data = table_of(_reports(ROWS))
    return lambda: reports_from(data, by="KGZ", on=TODAY, recorded=NOON)


def table_polars() -> Job:
    """polars reads the same bytes as a table of texts, and checks nothing."""
    data = table_of(_reports(ROWS))
    return lambda: pl.read_csv(data, infer_schema=False)


def warning() -> Job:
    said = {"event": "flood", "urgency": "Immediate", "severity": "Severe", "certainty": "Likely",
            "title": "Dam", "area": "Vakhsh", "latitude": 38.4, "longitude": 69.4}  # fmt: skip
    alert = alert_of(Act("w", "warn", TODAY, NOON, "Vakhsh", "TJK", said))
    return lambda: alert_from(cap_of(alert, "alerts@mchs.tj"))


BENCHES = [
    Bench("cooperation.exchange.stix.10000.write", write, yardstick=write_stix2,
          yardstick_name="stix2: the incidents alone", ratio_limit=1.0, repeat=3),
    Bench("cooperation.exchange.stix.10000.read", read, yardstick=read_stix2,
          yardstick_name="stix2: parse alone", ratio_limit=1.5, repeat=3),
    Bench("cooperation.exchange.csv.100000.read", table, limit=5.0, yardstick=table_polars,
          yardstick_name="polars: texts, unchecked", repeat=3),
    Bench("cooperation.exchange.cap.write_and_read", warning, limit=0.01),
]  # fmt: skip
