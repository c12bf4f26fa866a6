"""The rule of release on Eurasia's record: who reads what on a day, by which article."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from hansa.cooperation.reports import (
    Decision,
    Ground,
    Report,
    audience_on,
    decide,
    fates,
    known_readers,
    matrix,
    notices,
    reader_of,
    reports_on,
    sharing_groups,
)
from hansa.record.acts import Act, Json
from hansa.record.markings import Reader
from hansa.record.register import Register
from hansa.record.world import World
from hansa.terms.errors import BadInput, UnknownCode
from hansa.worlds import open_world

BEFORE, SIGNED = date(2007, 10, 4), date(2007, 10, 5)
START = datetime.combine(date(2007, 10, 1), time(8), UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return open_world("eurasia")


def act(id: str, kind: str, subject: str, actor: str, minute: int = 0, /, **said: Json) -> Act:
    moment = START + timedelta(minutes=minute)
    return Act(id, kind, moment.date(), moment, subject, actor, said)


def report(actor: str = "ARM", **said: Json) -> Act:
    return act("r", "report", "I1", actor,
               **{"kind": "smuggling_drugs", "tlp": "AMBER", **said})  # type: ignore[arg-type]  # a payload  # fmt: skip


def decided(world: World, acts: list[Act], reader: str | Reader, on: date = SIGNED) -> Decision:
    register = world.with_acts(acts).on(on)
    found = reports_on(acts, on)[0]
    who = reader_of(reader, register) if isinstance(reader, str) else reader
    return decide(found, who, register)


def sees(world: World, acts: list[Act], reader: str | Reader, on: date = SIGNED) -> bool:
    return decided(world, acts, reader, on).allowed


def refs(decision: Decision) -> set[str]:
    return {inner.ref for reason in decision.because for _, inner in reason.walk()}


# --- own organisations


def test_amber_reaches_the_own_secretariat_and_the_members_delegations_to_it(world: World) -> None:
    made = [report(audience=["CSTO"])]
    for reader in ("CSTO secretariat", "CSTO delegation:KAZ", "CSTO delegation:ARM"):
        found = decided(world, made, reader)
        assert found.allowed
        assert "CH2002 Art. 19" in refs(found) or reader == "CSTO delegation:ARM"
    assert not sees(world, made, "SCO delegation:KAZ")  # to another organisation
    assert not sees(world, made, "SCO secretariat")
    assert not sees(world, made, "NATO secretariat")
    assert not sees(world, made, "public")


def test_who_is_no_member_on_the_day_of_reading_reads_nothing(world: World) -> None:
    """Uzbekistan left the CSTO in 2012: its delegation read the report before, not after."""
    made = [report(audience=["CSTO"])]
    uzbek = reader_of("CSTO delegation:UZB", world.on(SIGNED))
    assert sees(world, made, uzbek)
    assert not sees(world, made, uzbek, date(2014, 1, 1))


def test_strict_reaches_the_secretariat_alone_and_states_named_themselves(world: World) -> None:
    made = [report(tlp="AMBER+STRICT", audience=["CSTO", "KAZ"])]
    assert sees(world, made, "CSTO secretariat")
    assert sees(world, made, "CSTO delegation:KAZ")
    assert sees(world, made, "SCO delegation:KAZ")
    assert not sees(world, made, "CSTO delegation:BLR")


def test_a_secretariat_in_the_audience_is_that_secretariat_only(world: World) -> None:
    made = [report(audience=["CSTO Secretariat"])]
    assert sees(world, made, "CSTO secretariat")
    assert not sees(world, made, "CSTO delegation:KAZ")


def test_an_empty_audience_is_nobody(world: World) -> None:
    """MISP 4200: an empty sharing group published to everybody."""
    made = [report(audience=[])]
    register = world.on(SIGNED)
    own = {r.account for r in known_readers(register) if sees(world, made, r)}
    assert own == {r.account for r in known_readers(register) if "ARM" in r.states}
    found = decided(world, made, "CSTO secretariat")
    assert "an empty group is nobody" in found.because[0].text


def test_the_author_reads_whatever_the_audience(world: World) -> None:
    assert sees(world, [report(audience=["NATO"])], "CSTO delegation:ARM")
    assert sees(world, [report("CSTO Secretariat", audience=["KAZ"])], "CSTO secretariat")
    assert sees(world, [report("CSTO Council", audience=["KAZ"])], "CSTO secretariat")
    assert not sees(world, [report("CSTO Secretariat", audience=["KAZ"])], "CSTO delegation:ARM")


def test_red_is_for_accounts_named_one_by_one(world: World) -> None:
    made = [report(tlp="RED", audience=["CSTO", "KAZ", "account:anna"])]
    kazakh = reader_of("CSTO delegation:KAZ", world.on(SIGNED))
    assert not sees(world, made, kazakh)
    assert not sees(world, made, "CSTO delegation:ARM")
    assert sees(world, made, Reader("anna", kazakh.mandates))
    assert not sees(world, made, Reader("anna"))  # an account without a mandate is the public


def test_green_is_the_community_and_clear_the_world(world: World) -> None:
    made = [report(tlp="GREEN")]
    assert sees(world, made, "NATO delegation:USA")
    assert not sees(world, made, "public")
    assert sees(world, [report(tlp="CLEAR")], "public")


def test_a_marking_that_is_no_colour_leaves_the_report_to_its_author(world: World) -> None:
    made = [report(tlp="PURPLE", audience=["CSTO"])]
    assert not sees(world, made, "CSTO secretariat")
    assert sees(world, made, "CSTO delegation:ARM")


# --- partners


def test_the_memorandum_carries_drugs_to_the_other_secretariat_from_its_day_on(
    world: World,
) -> None:
    """SC2007 binds the secretariats of CSTO and SCO, on drugs among others."""
    made = [report("CSTO Secretariat", audience=["SCO"])]
    assert not sees(world, made, "SCO secretariat", BEFORE)
    found = decided(world, made, "SCO secretariat")
    assert found.allowed
    assert found.article == "SC2007 Art. whole"
    assert not sees(world, made, "SCO delegation:CHN")
    assert not sees(world, made, "SCO delegation:KAZ")


def test_any_organisation_of_the_author_may_carry_a_report(world: World) -> None:
    """Armenia is in the CIS, too, whose secretariat has had a memorandum with the SCO's."""
    found = decided(world, [report("ARM", audience=["SCO"])], "SCO secretariat", BEFORE)
    assert found.allowed
    assert "SCO-CIS" in refs(found)


def test_without_an_agreement_the_group_is_empty_and_says_which_is_missing(world: World) -> None:
    made = [report(audience=["NATO"])]
    register = world.on(SIGNED)
    (group,) = audience_on(reports_on(made, SIGNED)[0], register)
    assert group.empty
    assert "no agreement in force on 2007-10-05 between NATO and" in group.because[0].text
    assert not sees(world, made, "NATO secretariat")
    agreed = act("deal", "cooperate", "deal", "NATO", **{"with": ["CSTO"], "areas": ["drugs"]})
    assert sees(world, [*made, agreed], "NATO secretariat")
    assert sees(world, [*made, agreed], "NATO delegation:USA")


@pytest.mark.parametrize(
    ("level", "binds", "secretariat", "delegation"),
    [
        ("", None, True, True),
        ("", "secretariats", True, False),
        ("", "nobody", False, False),
        (" Secretariat", None, True, False),
    ],
)
def test_an_agreement_reaches_as_far_as_it_binds(
    world: World, level: str, binds: str | None, secretariat: bool, delegation: bool
) -> None:
    said: dict[str, Json] = {"with": [f"CSTO{level}"], "areas": ["security"]}
    said |= {} if binds is None else {"binds": binds}
    agreed = act("deal", "cooperate", "deal", f"NATO{level}", **said)
    made = [report(audience=["NATO"]), agreed]
    assert sees(world, made, "NATO secretariat") is secretariat
    assert sees(world, made, "NATO delegation:USA") is delegation


def test_an_agreement_on_another_area_carries_nothing(world: World) -> None:
    agreed = act("deal", "cooperate", "deal", "NATO", **{"with": ["CSTO"], "areas": ["economy"]})
    made = [report(audience=["NATO"]), agreed]
    found = decided(world, made, "NATO secretariat")
    assert not found.allowed
    assert "deal" in refs(found)  # the one that is there is named


def test_a_report_of_no_area_reaches_no_partner(world: World) -> None:
    agreed = act("deal", "cooperate", "deal", "NATO", **{"with": ["CSTO"], "areas": ["drugs"]})
    made = [report(kind="political", audience=["NATO", "CSTO"]), agreed]
    found = decided(world, made, "NATO secretariat")
    assert not found.allowed
    assert "belongs to no area" in " ".join(reason.text for reason in found.because)
    assert sees(world, made, "CSTO secretariat")


def test_strict_and_red_do_not_cross_to_partners(world: World) -> None:
    for colour in ("AMBER+STRICT", "RED"):
        assert not sees(world, [report(tlp=colour, audience=["SCO"])], "SCO secretariat")


def test_readers_go_when_the_agreement_ends(world: World) -> None:
    agreed = act("deal", "cooperate", "deal", "NATO", **{"with": ["CSTO"], "areas": ["drugs"]})
    ended = act("end", "terminate", "deal", "NATO", 5)
    made = [report(audience=["NATO"]), agreed]
    assert sees(world, made, "NATO secretariat")
    assert not sees(world, [*made, ended], "NATO secretariat")


def test_an_agreement_of_the_authors_own_state_counts(world: World) -> None:
    """NATO–RUS covers drugs: what Russia reports reaches NATO, what Armenia reports does not."""
    assert sees(world, [report("RUS", audience=["NATO"])], "NATO delegation:USA")
    assert not sees(world, [report("ARM", audience=["NATO"])], "NATO delegation:USA")


# --- what becomes of reports


def test_a_release_widens_and_a_recall_takes_away(world: World) -> None:
    made = [report(audience=[]), act("x", "release", "r", "ARM", 1, audience=["CSTO", "SCO"])]
    assert sees(world, made, "SCO secretariat")
    back = act("y", "release", "r", "ARM", 2, recall=["SCO", "KAZ"])
    found = decided(world, [*made, back], "SCO secretariat")
    assert not found.allowed
    assert "called it back from SCO" in found.because[0].text
    assert not sees(world, [*made, back], "CSTO delegation:KAZ")
    assert sees(world, [*made, back], "CSTO delegation:BLR")
    again = act("z", "release", "r", "ARM", 3, audience=["CSTO", "KAZ"])
    assert sees(world, [*made, back, again], "CSTO delegation:KAZ")


def test_a_recall_that_is_taken_back_counts_no_more(world: World) -> None:
    made = [report(audience=["CSTO"]), act("y", "release", "r", "ARM", 2, recall=["KAZ"])]
    assert not sees(world, made, "CSTO delegation:KAZ")
    assert sees(world, [*made, act("w", "withdraw", "y", "ARM", 3)], "CSTO delegation:KAZ")


def test_a_recall_from_an_account_bars_it_whatever_it_holds(world: World) -> None:
    made = [report(audience=["CSTO"]), act("y", "release", "r", "ARM", 2, recall=["account:anna"])]
    kazakh = reader_of("CSTO delegation:KAZ", world.on(SIGNED))
    assert not sees(world, made, Reader("anna", kazakh.mandates))
    assert sees(world, made, Reader("boris", kazakh.mandates))


def test_what_others_say_of_a_report_changes_nothing(world: World) -> None:
    forged = [
        act("x", "release", "r", "RUS", 1, tlp="CLEAR"),
        act("c", "correct", "r", "RUS", 2, payload={"tlp": "CLEAR"}),
        act("w", "withdraw", "r", "RUS", 3),
    ]
    made = [report(audience=["KAZ"]), *forged]
    assert not sees(world, made, "public")
    assert sees(world, made, "CSTO delegation:KAZ")


def test_a_release_has_effect_from_its_day(world: World) -> None:
    later = act("x", "release", "r", "ARM", 1, tlp="CLEAR", effect="2007-10-20")
    made = [report(audience=[]), later]
    assert not sees(world, made, "public", date(2007, 10, 19))
    assert sees(world, made, "public", date(2007, 10, 20))


def test_fates_tell_only_those_who_could_read(world: World) -> None:
    acts = [
        act("a", "report", "I1", "ARM", 0, kind="terrorism", tlp="AMBER", audience=["CSTO"]),
        act("b", "report", "I2", "ARM", 1, kind="terrorism", tlp="AMBER", audience=["CSTO"]),
        act("y", "release", "b", "ARM", 2, recall=["KAZ", "CHN"]),
        act("w", "withdraw", "a", "ARM", 3),
    ]
    ground = Ground(world.with_acts(acts).on(SIGNED))

    def fate(reader: str) -> dict[str, str]:
        return dict(fates(acts, reader_of(reader, ground.register), ground))

    assert fate("CSTO delegation:KAZ") == {"a": "withdrawn", "b": "recalled"}
    assert fate("CSTO delegation:BLR") == {"a": "withdrawn", "b": "readable"}
    assert fate("CSTO delegation:ARM") == {"a": "readable", "b": "readable"}
    assert fate("SCO delegation:CHN") == {"a": "hidden", "b": "hidden"}
    told = notices([acts[2], acts[3]])
    assert [(n.report, n.what) for n in told] == [("b", "recalled"), ("a", "withdrawn")]


# --- tables of readers


def test_matrix_has_a_decision_with_reasons_for_each_reader(world: World) -> None:
    acts = [report(audience=["CSTO"])]
    register = world.on(SIGNED)
    readers = known_readers(register)
    (row,) = matrix(reports_on(acts, SIGNED), readers, register)
    assert len(row) == len(readers)
    assert all(decision.because for decision in row)
    names = {r.account for r, d in zip(readers, row, strict=True) if d.allowed}
    wanted = {f"CSTO delegation:{s}" for s in register.member_codes("CSTO")}
    author = {r.account for r in readers if "ARM" in r.states}
    assert names == wanted | author | {"CSTO secretariat"}


def test_groups_of_names_that_mean_nobody_say_so(world: World) -> None:
    register = world.on(SIGNED)
    names = ["CSTO Council", "EAEU", "nobody", "account:anna", "CSTO delegation:KAZ"]
    found = {g.name: g for g in sharing_groups(register, "ARM", area="drugs", tlp="AMBER",
                                               audience=names)}  # fmt: skip
    assert found["CSTO Council"].empty
    assert "no organisation" in found["nobody"].because[0].text
    assert "does not exist" in found["EAEU"].because[0].text
    assert found["account:anna"].tokens == {"account:anna"}
    assert found["CSTO delegation:KAZ"].tokens == {"CSTO delegation:KAZ"}


def test_readers_are_named_as_subjects_of_mandates(world: World) -> None:
    register: Register = world.on(SIGNED)
    assert reader_of("SCO Secretariat", register).secretariats == {"SCO"}
    assert reader_of("public", register) == Reader()
    with pytest.raises(UnknownCode, match="CSTO"):
        reader_of("CTSO secretariat", register)
    with pytest.raises(UnknownCode, match="delegation"):
        reader_of("CSTO delegation:CHN", register)
    with pytest.raises(BadInput, match="names no reader"):
        reader_of("somebody", register)


def test_reports_as_they_stand_keep_their_acts(world: World) -> None:
    acts = [report(audience=["CSTO"]), act("c", "correct", "r", "ARM", 1, payload={"deaths": 3})]
    found: Report = reports_on(acts, SIGNED)[0]
    assert (found.deaths, found.acts) == (3, ("r", "c"))
    assert reports_on(acts, date(2007, 9, 1)) == ()
