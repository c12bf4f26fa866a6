"""Rules on acts about reports: evidence, recalls, and whose they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hansa.record.acts import Act, Json
from hansa.record.permits import NotPermitted, permit
from hansa.record.world import World
from hansa.worlds import open_world

START = datetime(2007, 10, 6, 8, tzinfo=UTC)
DIGEST = "ab" * 32


def act(id: str, kind: str, subject: str, actor: str, minute: int = 0, /, **said: Json) -> Act:
    moment = START + timedelta(minutes=minute)
    return Act(id, kind, date(2007, 10, 6), moment, subject, actor, said)


@pytest.fixture(scope="module")
def world() -> World:
    made = act("r", "report", "I", "KGZ", kind="incursion", tlp="AMBER", audience=["CSTO"])
    return open_world("eurasia").with_acts([made])


def test_evidence_is_named_by_its_digest(world: World) -> None:
    permit(act("s", "report", "I", "KGZ", 1, kind="incursion", evidence={"a.jpg": DIGEST}), world)
    for wrong in ("", "ab", DIGEST.upper(), DIGEST + "0", "x" * 64):
        report = act("s", "report", "I", "KGZ", 1, kind="incursion", evidence={"a.jpg": wrong})
        with pytest.raises(NotPermitted, match="SHA-256") as refused:
            permit(report, world)
        assert refused.value.rule == "EvidenceIsNamedByItsDigest"
        fix = act("c", "correct", "r", "KGZ", 1, payload={"evidence": {"a.jpg": wrong}})
        with pytest.raises(NotPermitted, match=r"a\.jpg"):
            permit(fix, world)


def test_only_reports_are_called_back(world: World) -> None:
    permit(act("y", "release", "r", "KGZ", 1, recall=["KAZ"]), world)
    signed = next(a for a in world.acts if a.kind == "sign" and a.actor == "KGZ")
    with pytest.raises(NotPermitted, match="is no report"):
        permit(act("y", "release", signed.id, "KGZ", 1, recall=["KAZ"]), world)


@pytest.mark.parametrize("kind", ["release", "correct", "withdraw"])
def test_only_its_author_changes_a_report(world: World, kind: str) -> None:
    said: dict[str, dict[str, Json]] = {
        "release": {"recall": ["KAZ"]}, "correct": {"payload": {"place": "Osh"}}, "withdraw": {},
    }  # fmt: skip
    permit(act("y", kind, "r", "KGZ", 1, **said[kind]), world)
    for other in ("KAZ", "CSTO", "CSTO Secretariat"):
        with pytest.raises(NotPermitted, match="KGZ"):
            permit(act("y", kind, "r", other, 1, **said[kind]), world)
