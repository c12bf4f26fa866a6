"""What tests of unions in the embedded world share."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import cache
from typing import Any

import hansa
from hansa.record.acts import Act
from hansa.record.world import World
from hansa.studies.economies import Base, economy_of
from hansa.studies.worth import Setting, setting_of
from hansa.terms.days import day

MINSK, DUSHANBE = "2000-05-24", "2007-10-05"
FIVE = ("BLR", "KAZ", "KGZ", "RUS", "TJK")


@cache
def eurasia() -> World:
    return hansa.open_world("eurasia")


@cache
def base(on: str = MINSK) -> Base:
    return economy_of(eurasia(), on)


@cache
def setting(on: str = MINSK, organisation: str = "CU1995") -> Setting:
    return setting_of(base(on), eurasia().on(on), organisation)


def assumed(kind: str, on: str, subject: str, actor: str = "", **payload: Any) -> Act:
    when = day(on)
    return Act(
        id=f"test.{kind}.{subject}.{actor}.{on}.{sorted(payload)}",
        kind=kind,
        on=when,
        recorded=datetime.combine(when, time(), UTC),
        subject=subject,
        actor=actor,
        payload=payload,
        confidence="assumed",
    )
