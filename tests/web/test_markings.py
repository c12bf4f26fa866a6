"""Who may see which act (TLP 2.0), and what is hidden with what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hansa.record.acts import Act, Json
from hansa.record.mandates import Mandate
from hansa.record.marked import markings
from hansa.record.markings import COLOURS, PUBLIC, Marking, Reader, may_see

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def act(id: str, kind: str, subject: str, actor: str = "CSTO", **payload: Json) -> Act:
    return Act(id, kind, NOW.date(), NOW, subject, actor, payload)


def mandate(organisation: str, state: str = "", account: str = "x") -> Mandate:
    return Mandate(organisation, state, account, "", NOW, None, ())


def reader(*mandates: Mandate, account: str = "x") -> Reader:
    return Reader(account, mandates)


ARM, KAZ = reader(mandate("CSTO", "ARM")), reader(mandate("CSTO", "KAZ"))
SECRETARIAT = reader(mandate("CSTO"))
OTHERS = reader(mandate("SCO", "CHN"))
NAMED = reader(mandate("SCO", "CHN"), account="friend")
NOBODY = Reader("signed in without a mandate")


@pytest.mark.parametrize(
    ("colour", "audience", "seen_by"),
    [
        ("CLEAR", [], [PUBLIC, NOBODY, ARM, KAZ, SECRETARIAT, OTHERS]),
        ("GREEN", [], [ARM, KAZ, SECRETARIAT, OTHERS]),
        ("AMBER", ["CSTO"], [ARM, KAZ, SECRETARIAT]),
        ("AMBER", ["KAZ"], [KAZ, SECRETARIAT]),
        ("AMBER+STRICT", ["CSTO"], [SECRETARIAT]),
        ("AMBER+STRICT", ["CSTO", "ARM"], [ARM, SECRETARIAT]),
        ("RED", ["account:friend"], [NAMED]),
        ("RED", [], []),
        ("PURPLE", ["CSTO"], [SECRETARIAT]),
    ],
)
def test_each_colour_has_its_readers(
    colour: str, audience: list[str], seen_by: list[Reader]
) -> None:
    found = markings([act("a", "report", "I1", tlp=colour, audience=audience)])
    for someone in (PUBLIC, NOBODY, ARM, KAZ, SECRETARIAT, OTHERS, NAMED):
        sees = "a" not in found or may_see(someone, found["a"])
        wanted = someone in seen_by or (someone is NAMED and OTHERS in seen_by)
        assert sees is wanted, (colour, someone)


def test_a_prefix_and_small_letters_change_nothing() -> None:
    found = markings([act("a", "report", "I1", tlp="tlp:red")])
    assert found["a"].colour == "RED"


def test_a_draft_is_for_its_organisation() -> None:
    draft = act("a", "table", "M1", "ARM", item="budget", draft=True)
    found = markings([draft], {"a": frozenset({"CSTO"})})
    assert may_see(KAZ, found["a"])
    assert not may_see(PUBLIC, found["a"])
    assert not may_see(OTHERS, found["a"])


def test_a_vote_on_what_is_hidden_is_hidden() -> None:
    """A vote would tell that there is an item."""
    found = markings(
        [
            act("m", "convene", "M1"),
            act("t", "table", "M1", item="budget", tlp="AMBER", audience=["CSTO"]),
            act("v", "vote", "M1", "ARM", item="budget", position="for"),
            act("w", "vote", "M1", "ARM", item="other", position="for"),
        ]
    )
    assert set(found) == {"t", "v"}
    assert may_see(KAZ, found["v"])
    assert not may_see(OTHERS, found["v"])


def test_own_markings_of_what_refers_only_narrow() -> None:
    """A delegation cannot publish a draft by voting on it openly."""
    found = markings(
        [
            act("t", "table", "M1", item="budget", tlp="AMBER", audience=["CSTO"]),
            act("v", "vote", "M1", "ARM", item="budget", tlp="CLEAR"),
            act("w", "vote", "M1", "KAZ", item="budget", tlp="AMBER+STRICT", audience=["KAZ"]),
        ]
    )
    assert not may_see(PUBLIC, found["v"])
    assert may_see(KAZ, found["w"])
    assert not may_see(ARM, found["w"])


def test_an_adoption_may_publish_what_was_a_draft() -> None:
    tabled = act("t", "table", "M1", item="budget", draft=True)
    silent = act("a", "adopt", "M1", item="budget")
    open_ = act("b", "adopt", "M1", item="budget", tlp="CLEAR")
    found = markings([tabled, silent, open_], {"t": frozenset({"CSTO"})})
    assert "a" in found
    assert "b" not in found


def test_a_whole_meeting_may_be_hidden() -> None:
    found = markings(
        [
            act("m", "convene", "M1", tlp="AMBER", audience=["CSTO"]),
            act("v", "vote", "M1", "ARM", item="budget"),
            act("n", "convene", "M2"),
        ]
    )
    assert set(found) == {"m", "v"}


def test_a_release_opens_a_report_and_what_hung_on_it() -> None:
    report = act("r", "report", "I1", "KGZ", tlp="RED", audience=["account:friend"])
    answer = act("q", "request", "I1", "KGZ", to="RUS")
    before = markings([report, answer])
    assert set(before) == {"r", "q"}
    release = act("x", "release", "r", "KGZ", tlp="CLEAR")
    assert markings([report, answer, release]) == {}


def test_only_the_author_releases() -> None:
    report = act("r", "report", "I1", "KGZ", tlp="RED")
    found = markings([report, act("x", "release", "r", "RUS", tlp="CLEAR")])
    assert found["r"].colour == "RED"
    assert "x" in found


def test_a_correction_may_restrict_what_was_public() -> None:
    report = act("r", "report", "I1", "KGZ")
    later = act("q", "request", "I1", "KGZ", to="RUS")
    change = act("c", "correct", "r", "KGZ", payload={"tlp": "AMBER", "audience": ["KGZ"]})
    found = markings([report, change])
    assert set(found) == {"r", "c"}
    assert not may_see(PUBLIC, found["c"])
    assert "q" not in markings([report, later])


def test_a_correction_of_what_is_hidden_is_hidden() -> None:
    found = markings(
        [
            act("r", "report", "I1", "KGZ", tlp="AMBER", audience=["KGZ"]),
            act("c", "correct", "r", "KGZ", note="the place was wrong"),
            act("d", "withdraw", "r", "KGZ"),
        ]
    )
    assert set(found) == {"r", "c", "d"}


# --- reports


def settled(*names: str, colour: str = "AMBER", **more: object) -> Marking:
    """As a sharing group is settled."""
    return Marking(colour, frozenset(names), "KGZ", settled=True, **more)  # type: ignore[arg-type]  # fields


KGZ = reader(mandate("CSTO", "KGZ"))


def test_a_secretariat_or_delegation_in_an_audience_is_that_one_alone() -> None:
    found = Marking("AMBER", frozenset({"CSTO Secretariat", "SCO delegation:CHN"}), "")
    assert may_see(SECRETARIAT, found)
    assert may_see(OTHERS, found)
    assert not may_see(ARM, found)
    assert not may_see(reader(mandate("NATO", "CHN")), found)


def test_in_a_settled_group_an_organisations_name_reaches_nobody() -> None:
    assert not may_see(SECRETARIAT, settled("CSTO"))
    assert may_see(ARM, settled("CSTO delegation:ARM"))
    assert may_see(KGZ, settled())


def test_a_recall_bars_whoever_it_names_but_never_the_author() -> None:
    everybody = ("CSTO delegation:ARM", "CSTO delegation:KAZ", "CSTO Secretariat", "account:x")
    for name in ("CSTO", "ARM", "CSTO delegation:ARM"):
        assert not may_see(reader(mandate("CSTO", "ARM"), account=""),
                           settled(*everybody, recalled=frozenset({name})))  # fmt: skip
    assert not may_see(ARM, settled(*everybody, recalled=frozenset({"account:x"})))
    assert may_see(KGZ, settled(*everybody, recalled=frozenset({"KGZ", "CSTO", "account:x"})))
    both = reader(mandate("CSTO", "ARM"), mandate("CSTO"), account="")
    assert may_see(both, settled(*everybody, recalled=frozenset({"ARM"})))
    assert not may_see(both, settled("ARM", colour="GREEN", recalled=frozenset({"CSTO"})))


def test_what_was_taken_back_is_its_authors_alone() -> None:
    for colour in COLOURS[:-1]:
        gone = settled("CSTO delegation:ARM", colour=colour, closed=True)
        assert not gone.clear
        assert not may_see(ARM, gone)
        assert may_see(KGZ, gone)
        assert may_see(ARM, gone.open)


def test_a_report_without_an_audience_is_its_authors_whatever_it_is_about() -> None:
    found = markings([act("r", "report", "CSTO", "KGZ", tlp="AMBER")], {"r": frozenset({"CSTO"})})
    assert may_see(KGZ, found["r"])
    assert not may_see(SECRETARIAT, found["r"])


def test_a_report_is_not_hidden_by_anothers_report_of_the_same_incident() -> None:
    found = markings(
        [
            act("r", "report", "I1", "KGZ", tlp="RED"),
            act("s", "report", "I1", "KAZ", tlp="AMBER", audience=["CSTO"]),
            act("t", "report", "I1", "ARM"),
        ]
    )
    assert may_see(ARM, found["s"])
    assert "t" not in found


def test_a_hidden_report_does_not_hide_what_is_done_about_an_incident_known_before() -> None:
    acts = [
        act("t", "report", "I1", "ARM"),
        act("r", "report", "I1", "KGZ", tlp="RED"),
        act("q", "request", "I1", "KAZ", to="RUS"),
        act("p", "request", "I1", "KGZ", to="RUS"),
    ]
    found = markings(acts)
    assert set(found) == {"r", "p"}


def test_a_public_report_does_not_open_what_hung_on_a_hidden_one() -> None:
    found = markings(
        [
            act("r", "report", "I1", "KGZ", tlp="AMBER", audience=["KGZ"]),
            act("q", "request", "I1", "KGZ", to="RUS"),
            act("t", "report", "I1", "ARM"),
            act("p", "request", "I1", "KGZ", to="RUS"),
        ]
    )
    assert set(found) == {"r", "q", "p"}


def test_a_warning_that_rests_on_a_hidden_report_is_hidden_with_it() -> None:
    found = markings(
        [
            act("t", "report", "I1", "ARM"),
            act("r", "report", "I2", "KGZ", tlp="AMBER", audience=["CSTO"]),
            act("w", "warn", "I1", "KGZ", report="r", event="raid"),
        ]
    )
    assert not may_see(OTHERS, found["w"])
    assert may_see(ARM, found["w"])


def test_what_hangs_on_a_report_and_a_hidden_meeting_needs_both() -> None:
    found = markings(
        [
            act("m", "convene", "M1", tlp="AMBER", audience=["SCO"]),
            act("r", "report", "I1", "KGZ", tlp="AMBER", audience=["CSTO"]),
            act("v", "table", "M1", "SCO", item="raid", report="r"),
        ]
    )
    assert not may_see(ARM, found["v"])
    assert not may_see(OTHERS, found["v"])
    assert may_see(reader(mandate("CSTO", "CHN"), mandate("SCO", "CHN")), found["v"])


def test_own_words_of_what_hangs_on_a_report_stay_when_it_is_released() -> None:
    found = markings(
        [
            act("r", "report", "I1", "KGZ", tlp="AMBER", audience=["CSTO"]),
            act("q", "request", "I1", "KGZ", to="RUS", tlp="AMBER+STRICT", audience=["KAZ"]),
            act("x", "release", "r", "KGZ", tlp="CLEAR"),
        ]
    )
    assert set(found) == {"q"}
    assert may_see(KAZ, found["q"])
    assert not may_see(ARM, found["q"])


def test_a_recall_and_a_withdrawal_are_told_to_those_who_could_read() -> None:
    report = act("r", "report", "I1", "KGZ", tlp="AMBER", audience=["CSTO", "KAZ"])
    fix = act("c", "correct", "r", "KGZ", payload={"place": "Osh"})
    recall = act("y", "release", "r", "KGZ", recall=["KAZ"])
    found = markings([report, fix, recall])
    assert not may_see(KAZ, found["r"])
    assert not may_see(KAZ, found["c"])
    assert may_see(KAZ, found["y"])
    assert not may_see(OTHERS, found["y"])
    gone = markings([report, fix, act("w", "withdraw", "r", "KGZ")])
    for someone in (ARM, KAZ):
        assert may_see(someone, gone["w"])
        assert not may_see(someone, gone["r"])
        assert not may_see(someone, gone["c"])
    assert may_see(KGZ, gone["r"])
    assert not may_see(OTHERS, gone["w"])


def test_only_the_author_recalls_and_takes_back() -> None:
    report = act("r", "report", "I1", "KGZ", tlp="AMBER", audience=["CSTO"])
    forged = [act("y", "release", "r", "RUS", recall=["ARM"]), act("w", "withdraw", "r", "RUS")]
    assert may_see(ARM, markings([report, *forged])["r"])


def test_a_link_between_reports_is_seen_by_who_may_see_both() -> None:
    found = markings(
        [
            act("r", "report", "I1", "KGZ", tlp="AMBER", audience=["CSTO"]),
            act("s", "report", "I2", "CHN", tlp="AMBER", audience=["SCO"]),
            act("c", "correct", "s", "CHN", payload={"same_as": ["r"]}),
        ]
    )
    both = reader(mandate("CSTO", "KAZ"), mandate("SCO", "KAZ"))
    assert may_see(both, found["c"])
    assert not may_see(reader(mandate("SCO", "KAZ")), found["c"])
    assert may_see(reader(mandate("SCO", "KAZ")), found["s"])


def test_what_takes_back_a_release_hangs_on_its_report() -> None:
    found = markings(
        [
            act("r", "report", "I1", "KGZ", tlp="AMBER", audience=["CSTO"]),
            act("x", "release", "r", "KGZ", audience=["CSTO", "KAZ"]),
            act("w", "withdraw", "x", "KGZ"),
        ]
    )
    assert may_see(ARM, found["w"])
    assert not may_see(OTHERS, found["w"])


MARKINGS = some.builds(
    Marking,
    some.sampled_from([*COLOURS, "", "PURPLE", "clear"]),
    some.frozensets(some.sampled_from(["CSTO", "SCO", "ARM", "KAZ", "account:x"])),
    some.sampled_from(["CSTO", "ARM", "", "CSTO Secretariat"]),
    settled=some.booleans(),
)


@given(MARKINGS)
def test_the_public_sees_only_what_is_clear(marking: Marking) -> None:
    assert may_see(PUBLIC, marking) == (marking.colour == "CLEAR")
    assert may_see(NOBODY, marking) == (marking.colour == "CLEAR")


@given(MARKINGS, some.sampled_from(["ARM", "KAZ"]))
def test_more_mandates_never_hide(marking: Marking, state: str) -> None:
    fewer = reader(mandate("SCO", state))
    more = reader(mandate("SCO", state), mandate("CSTO"), mandate("CSTO", state))
    assert not may_see(fewer, marking) or may_see(more, marking)


@given(
    some.frozensets(some.sampled_from(["CSTO", "ARM", "KAZ"])),
    some.sampled_from([ARM, KAZ, SECRETARIAT, OTHERS]),
)
def test_each_colour_is_at_least_as_narrow_as_the_one_before(
    audience: frozenset[str], someone: Reader
) -> None:
    seen = [may_see(someone, Marking(c, audience, "")) for c in COLOURS]
    assert seen == sorted(seen, reverse=True)
