"""Reports made by hand and by hypothesis."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from hansa.cooperation.agreements.areas import AREAS
from hansa.cooperation.exchange.countries import countries
from hansa.cooperation.reports import CREDIBILITY, RELIABILITY, Report, report_of
from hansa.record.acts import Act
from hansa.record.markings import COLOURS

NOON = datetime(2007, 10, 6, 12, 0, 0, 123456, tzinfo=UTC)
TODAY = date(2007, 10, 8)
LATER = datetime(2007, 10, 8, 9, 30, tzinfo=UTC)
SEIZURE: dict[str, Any] = {
    "kind": "smuggling_drugs", "start": "2007-10-05", "end": "2007-10-06", "place": "Batken",
    "place_state": "KGZ", "latitude": 40.06, "longitude": 70.82, "victims": ["KGZ", "RUS"],
    "attacker_name": "a ring of smugglers", "title": "Forty kilos seized",
    "text": "Сорок килограммов. 40 kg of heroin.", "language": "ru", "reliability": "B",
    "credibility": "2", "tlp": "AMBER", "audience": ["CSTO", "SCO"], "deaths": 1,
    "evidence": {"photo.jpg": "ab" * 32}, "same_as": ["Batken_2007.report.TJK"],
}  # fmt: skip


def report(id: str = "Batken_2007.report.KGZ", **changes: Any) -> Report:
    return report_of(act(id, **changes))


def act(id: str = "Batken_2007.report.KGZ", **changes: Any) -> Act:
    said = {k: v for k, v in (SEIZURE | changes).items() if v is not None}
    return Act(id, "report", date(2007, 10, 6), NOON, "Batken 2007", "KGZ", said)


def change(kind: str, payload: dict[str, Any], hours: int = 1, id: str = "") -> Act:
    target = id or "Batken_2007.report.KGZ"
    moment = NOON + timedelta(hours=hours)
    return Act(f"{target}.{kind}.{hours}", kind, TODAY, moment, target, "KGZ", payload)


letters = st.characters(exclude_categories=("Cs", "Cc"))
texts = st.text(letters, max_size=60)
named = st.text(letters, min_size=1, max_size=30)
days = st.dates()
states = st.lists(st.sampled_from(sorted(countries())), max_size=4)
moments = st.datetimes(
    min_value=datetime(1990, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5)), timezone(timedelta(hours=-3))]),
)


@st.composite
def acts(draw: st.DrawFn) -> Act:
    optional: dict[str, st.SearchStrategy[Any]] = {
        "end": days.map(str), "place": texts, "place_state": st.sampled_from(["KGZ", "XKX", ""]),
        "latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180), "victims": states,
        "attackers": states, "attacker_name": texts, "title": texts, "text": texts,
        "language": st.sampled_from(["en", "ru", "ky", "zh-Hant"]),
        "reliability": st.sampled_from(sorted(RELIABILITY)),
        "credibility": st.sampled_from(sorted(CREDIBILITY)), "tlp": st.sampled_from(COLOURS),
        "audience": st.lists(named, max_size=3), "deaths": st.integers(0, 10**9),
        "evidence": st.dictionaries(texts, texts, max_size=3),
        "same_as": st.lists(named, max_size=3, unique=True),
        "area": st.sampled_from(sorted(AREAS)),
    }  # fmt: skip
    chosen = draw(st.sets(st.sampled_from(sorted(optional))))
    said = {key: draw(optional[key]) for key in sorted(chosen)}
    said |= {"kind": draw(named), "start": str(draw(days))}
    return Act(
        draw(named), "report", draw(days), draw(moments), draw(named),
        draw(st.sampled_from(["KGZ", "CSTO Secretariat"])), said,
    )  # fmt: skip
