"""Agreements between organisations on Eurasia's record, and in small worlds made for a rule."""

from __future__ import annotations

from datetime import date

import pytest

from hansa.cooperation.agreements import (
    AREAS,
    agreements,
    area,
    area_of_kind,
    covers,
    gaps,
    may_conclude,
    offers,
    overlap,
)
from hansa.record.acts import Act
from hansa.record.world import World
from hansa.studies.cooperating import open_offers, partners
from hansa.terms.errors import UnknownCode
from hansa.terms.truth import Truth
from hansa.worlds import open_world

SIGNED = "2007-10-05"


@pytest.fixture(scope="module")
def world() -> World:
    return open_world("eurasia")


def act(kind: str, on: date, subject: str, actor: str, **payload: object) -> Act:
    from datetime import UTC, datetime, time

    moment = datetime.combine(on, time(), UTC)
    name = f"{subject}.{kind}.{actor}.{on}"
    return Act(name, kind, on, moment, subject, actor, payload, "test", "K")  # type: ignore[arg-type]  # plain values


def test_memorandum_binds_secretariats_from_its_signature(world: World) -> None:
    assert "SC2007" not in {a.id for a in agreements(world.on("2007-10-04"))}
    found = next(a for a in agreements(world.on(SIGNED)) if a.id == "SC2007")
    assert found.organisations == ("CSTO", "SCO")
    assert found.binds == "secretariats"
    assert found.since == date(2007, 10, 5)
    assert found.articles == ("SC2007 Art. whole",)
    assert found.covers("drugs")
    assert not found.covers("migration")


def test_five_states_belong_to_both_and_would_be_asked_twice(world: World) -> None:
    found = overlap(world.on(SIGNED), "CSTO", "SCO")
    assert found.shared == ("KAZ", "KGZ", "RUS", "TJK", "UZB")
    assert (found.only_first, found.only_second) == (("ARM", "BLR"), ("CHN",))
    on_drugs = {asked.state for asked in found.asked_twice if asked.area == "drugs"}
    assert on_drugs == set(found.shared)
    articles = {reason.ref for asked in found.asked_twice for reason in asked.because}
    assert articles == {"CH2002 Art. 8", "SCO2002 Art. 1-3 (aims)"}
    assert [m.kind for m in found.meetings] == ["meet"]


def test_observers_of_one_are_seen_as_half_in_the_other(world: World) -> None:
    found = overlap(world.on("2013-06-01"), "SCO", "CSTO")
    assert ("BLR", "SCO", "dialogue partner") in found.half_in


def test_duty_and_ban_on_the_same_act_clash(world: World) -> None:
    found = overlap(world.on(SIGNED), "CST", "NATO")
    assert found.shared == ()
    assert found.meetings == ()


def test_gap_stays_open_under_a_memorandum_of_secretariats(world: World) -> None:
    def drugs(on: str) -> list[str]:
        found = gaps(world.on(on), ("CSTO", "SCO"))
        return [gap.reached for gap in found if gap.area == "drugs"]

    assert drugs("2007-10-04") == ["nobody"]
    assert drugs(SIGNED) == ["secretariats"]
    stronger = world.with_acts(
        [act("cooperate", date(2008, 1, 1), "SC2008", "SCO", areas=["drugs"], **{"with": "CSTO"})]
    )
    assert drugs("2008-01-01") == ["secretariats"]
    closed = gaps(stronger.on("2008-01-01"), ("CSTO", "SCO"))
    assert "drugs" not in {gap.area for gap in closed}


def test_agreement_ends_by_its_own_day_and_by_termination(world: World) -> None:
    made = act("cooperate", date(2008, 1, 1), "X", "SCO", areas=["arms"], until="2009-01-01",
               **{"with": "NATO"})  # fmt: skip
    short = world.with_acts([made])
    assert "X" in {a.id for a in agreements(short.on("2008-12-31"))}
    assert "X" not in {a.id for a in agreements(short.on("2009-01-01"))}
    ended = short.with_acts([act("terminate", date(2008, 6, 1), "X", "SCO")])
    assert "X" not in {a.id for a in agreements(ended.on("2008-06-01"))}
    assert "X" in {a.id for a in agreements(ended.on("2008-05-31"))}


def test_agreement_ends_with_an_organisation_that_is_a_party(world: World) -> None:
    assert "SCO-EURASEC" in {a.id for a in agreements(world.on("2014-12-31"))}
    assert "SCO-EURASEC" not in {a.id for a in agreements(world.on("2015-01-01"))}


def test_agreement_is_unknown_before_it_was_recorded(world: World) -> None:
    register = world.on(SIGNED, known_on="2007-10-01")
    assert "SC2007" not in {a.id for a in agreements(register)}


def test_offer_to_nato_is_open(world: World) -> None:
    found = {offer.id: offer for offer in offers(world.on("2007-10-07"))}
    offer = found["CSTO-NATO.offer.2007"]
    assert offer.open
    assert (offer.to, offer.areas, offer.days) == ("NATO", ("drugs",), 1)
    assert "CSTO-NATO.offer.2007" not in {o.id for o in offers(world.on("2007-10-05"))}


def test_answer_and_agreement_close_an_offer(world: World) -> None:
    answer = act("answer", date(2008, 3, 1), "CSTO-NATO", "NATO", position="declined")
    found = {o.id: o for o in offers(world.with_acts([answer]).on("2008-04-01"))}
    assert found["CSTO-NATO.offer.2007"].answer == "declined"
    assert open_offers(world.with_acts([answer]).on("2008-04-01")) == ()
    agreed = act("cooperate", date(2008, 3, 1), "CN", "NATO", areas=["drugs"], **{"with": "CSTO"})
    found = {o.id: o for o in offers(world.with_acts([agreed]).on("2008-04-01"))}
    assert found["CSTO-NATO.offer.2007"].answer == "accepted"


def test_secretariats_bind_only_themselves(world: World) -> None:
    register = world.on(SIGNED)
    finding = may_conclude(register, "SCO Secretariat")
    assert finding.truth is Truth.TRUE
    assert "no state" in finding.text
    assert finding.because[0].ref == "VCLTIO Art. 34"


def test_capacity_is_unknown_where_nothing_shows_it(world: World) -> None:
    register = world.on("1998-01-01")
    assert may_conclude(register, "CIS").truth is Truth.TRUE  # practice: observer at the UN
    assert may_conclude(register, "GUAM").truth is Truth.UNKNOWN
    assert may_conclude(register, "EAEU").truth is Truth.FALSE
    assert may_conclude(register, "RUS").truth is Truth.TRUE
    with pytest.raises(UnknownCode):
        may_conclude(register, "Hogwarts")


def test_partners_on_drugs_are_those_who_named_it(world: World) -> None:
    assert partners(world.on("2007-10-04")) == ()
    assert partners(world.on(SIGNED)) == ("CSTO", "SCO")


def test_areas_contain_one_another() -> None:
    assert covers(["security"], "drugs")
    assert not covers(["drugs"], "security")
    assert area_of_kind("smuggling_drugs") == "drugs"
    assert area_of_kind("picnic") == ""
    for item in AREAS.values():
        assert item.within in ("", *AREAS)
    with pytest.raises(UnknownCode, match="drugs"):
        area("drug")
