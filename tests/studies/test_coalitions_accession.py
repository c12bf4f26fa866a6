"""Joining and leaving in law, votes, and the verbs."""

from __future__ import annotations

import pytest
from coalition_worlds import DUSHANBE, FIVE, MINSK, assumed, eurasia

import hansa
from hansa.studies.accession import law_of, leaving_of
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.truth import Truth


def law(on: str, organisation: str, state: str):
    return law_of(eurasia(), eurasia().on(on), organisation, state)


def test_whose_consent_and_which_treaty() -> None:
    found = law(DUSHANBE, "EURASEC", "ARM")
    assert (found.treaty.id, found.consent) == ("EAEC2000", "body")
    assert found.body == "EurAsEC Interstate Council"
    assert str(found.member_from) == DUSHANBE
    assert "EAEC2000 Art. 1,2" in [bound.norm.ref for bound in found.duties]
    silent = law(MINSK, "CU1995", "ARM")
    assert (silent.treaty.id, silent.consent) == ("CUSES1999", "all parties")
    assert "VCLT Art. 15(c)" in [reason.ref for reason in silent.because]
    pact = law(MINSK, "CST", "UZB")
    assert pact.treaty.id == "CST1992"
    assert "CST1992 Art. 4(2)" in [bound.norm.ref for bound in pact.duties]


def test_the_path_is_tried_out_on_the_register() -> None:
    found = law(DUSHANBE, "CSTO", "UKR")
    after = found.after.on(DUSHANBE)
    held = after.membership("CSTO", "UKR")
    assert held is not None
    assert held.status == "member"
    assert eurasia().on(DUSHANBE).membership("CSTO", "UKR") is None


def test_what_stands_against_it() -> None:
    # Turkey in NATO would join a pact that forbids other alliances
    found = law(MINSK, "CST", "TUR")
    clash = next(c for c in found.clashes if "NAT1949" in c.text)
    assert clash.truth is Truth.UNKNOWN
    assert any("CST1992 Art. 1(2)" in reason.ref for reason in clash.because)
    # a member of one customs union cannot be in another's tariff
    both = law("2016-01-01", "EU", "ARM")
    assert any(c.truth is Truth.TRUE and "EAEU" in c.text for c in both.clashes)


def test_who_cannot_join() -> None:
    with pytest.raises(BadInput, match="RUS is a member of CU1995 since"):
        law(MINSK, "CU1995", "RUS")
    with pytest.raises(BadInput, match="does not exist on 2000-05-24; its predecessor is CU1995"):
        law(MINSK, "EURASEC", "ARM")
    with pytest.raises(UnknownCode, match="unknown state"):
        law(MINSK, "CU1995", "XXX")


def test_leaving_takes_the_treatys_notice() -> None:
    register = eurasia().on(DUSHANBE)
    found = leaving_of(eurasia(), register, "CSTO", "UZB")
    assert str(found.out_from) == "2008-04-05"  # six months
    assert next(bound.norm.ref for bound in found.lapsing).startswith("CH2002")
    union = leaving_of(eurasia(), eurasia().on(MINSK), "CU1995", "RUS")
    assert str(union.out_from) == "2001-05-24"  # no clause: twelve months (VCLT Art. 56)
    assert len(union.notices) == 4
    with pytest.raises(BadInput, match="ARM is no member of CU1995"):
        leaving_of(eurasia(), eurasia().on(MINSK), "CU1995", "ARM")


def test_join_tells_law_numbers_votes_and_offers() -> None:
    answer = hansa.join("EURASEC", "ARM", on=DUSHANBE, draws=8, world=eurasia())
    text = str(answer)
    assert "EurAsEC Interstate Council must consent" in text
    assert "tariff on outsiders goes up from 2.9% to" in text
    assert "whether the common tariff breaks it is unknown" in text
    keys = [table.key for table in answer.tables]
    assert keys[:4] == ["effects", "votes", "stages", "duties"]
    votes = {row["state"]: row["position"] for row in answer.table("votes").records()}
    assert set(votes) == {*FIVE, "UZB"}
    effects = answer.table("effects").records()
    assert effects[0]["state"] == "ARM"
    assert effects[0]["role"] == "mover"
    assert effects[0]["low"] <= effects[0]["total"] <= effects[0]["high"]


def test_votes_follow_gains() -> None:
    # if Armenia had a fifth of all revenue, those who pay for it would vote against
    key = "RUS=40,BLR=10,KAZ=10,KGZ=10,TJK=10,UZB=10,ARM=20"
    answer = hansa.join("EURASEC", "ARM", on=DUSHANBE, draws=8, key=key, world=eurasia())
    votes = {row["state"]: row["position"] for row in answer.table("votes").records()}
    assert votes["RUS"] == "against"
    assert "it would not be let in" in str(answer)
    assert "To compensate everybody" in str(answer)


def test_join_without_numbers_is_still_the_law() -> None:
    answer = hansa.join("SCO", "IRN", on=DUSHANBE, world=eurasia())
    assert "No numbers" in str(answer)
    with pytest.raises(BadInput, match="no customs union"):
        hansa.join("SCO", "IRN", on=DUSHANBE, tariff="mean", world=eurasia())


def test_join_a_pact() -> None:
    answer = hansa.join("CSTO", "UKR", on=DUSHANBE, draws=8, world=eurasia())
    row = answer.table("effects").records()[0]
    assert row["trade"] is None
    assert row["security"] == pytest.approx(row["total"])


def test_stable_tells_everything_of_one_union() -> None:
    answer = hansa.stable(
        "CU1995", on=MINSK, players="ARM", draws=8, without="RUS", world=eurasia()
    )
    text = str(answer)
    assert "it is a member until 2001-05-24" in text
    assert "Accession path (exclusive membership)" in text
    assert "largest consistent set" in text
    assert "Kemp and Wan" in text
    keys = {table.key for table in answer.tables}
    assert {"effects", "gains", "moves", "path", "stable", "division", "levers"} <= keys
    gains = {row["state"]: row for row in answer.table("gains").records()}
    assert gains["KAZ"]["trade"] == pytest.approx(gains["KAZ"]["common_tariff"], abs=1e-6)
    assert answer.value.worth.n == 12


def test_stable_with_a_pact_and_a_scenario(tmp_path) -> None:
    file = tmp_path / "corridor.toml"
    file.write_text('title = "corridor"\n[union]\ntransport = 0.95\n', encoding="utf-8")
    answer = hansa.stable(
        "CU1995", on=MINSK, draws=4, pact="CST", scenario=str(file), world=eurasia()
    )
    gains = {row["state"]: row for row in answer.table("gains").records()}
    assert gains["BLR"]["transport"] > 1
    assert gains["ARM"]["security"] > 0
    with pytest.raises(BadInput, match="no pact of defence"):
        hansa.stable("CU1995", on=MINSK, pact="SCO", world=eurasia())
    with pytest.raises(BadInput, match="neither a customs union nor a pact"):
        hansa.stable("GUAM", on=MINSK, world=eurasia())


def test_a_union_changed_by_acts_is_judged_as_changed() -> None:
    world = eurasia().with_acts([assumed("set_rate", MINSK, "CU1995", of="transport", factor=0.95)])
    answer = hansa.stable("CU1995", on=MINSK, draws=0, world=world)
    gains = {row["state"]: row for row in answer.table("gains").records()}
    assert all(gains[state]["transport"] > 0 for state in FIVE)
