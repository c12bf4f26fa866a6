"""Acts to record, and a small log to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hansa.record.acts import Act, Json

SIGNATORIES = ("ARM", "KAZ", "KGZ", "RUS", "TJK", "UZB", "AZE", "GEO", "BLR")
RECORDED = datetime(1992, 5, 15, 12, tzinfo=UTC)


def act(number: int | str, actor: str = "RUS", note: str = "", **payload: Json) -> Act:
    """An act whose id follows from its number."""
    return Act(
        id=f"CST1992.sign.{number}",
        kind="sign",
        on=date(1992, 5, 15),
        recorded=RECORDED,
        subject="CST1992",
        actor=actor,
        payload=payload,
        source="CST1992-text",
        confidence="A",
        note=note,
    )


def many(count: int, start: int = 0, prefix: str = "") -> list[Act]:
    """Acts of all sorts of actors, with Cyrillic and nested payloads among them."""
    return [
        replace(
            act(
                f"{prefix}{number}",
                actor=SIGNATORIES[number % len(SIGNATORIES)],
                note="подписан в Ташкенте" if number % 3 else "",
                n=number,
                weights=[0.1 * number, None, True],
            ),
            recorded=RECORDED + timedelta(seconds=number),
        )
        for number in range(start, start + count)
    ]
