"""The verb ``act``: checked particulars, rules of decision, what follows, signatures, conflicts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hansa.faces.cli import main
from hansa.record.acts import KINDS, Act, Json
from hansa.record.mandates import Mandate
from hansa.record.permits import NotPermitted
from hansa.record.world import World
from hansa.service import act
from hansa.service.act_fields import check_payload, fields, fields_of, payload_from_texts
from hansa.service.acting import checked_acts, record
from hansa.service.naming import new_id
from hansa.service.signing import checked, new_key, public_of, read_key, signed
from hansa.store import Conflict, Head, open_log
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.truth import Truth
from hansa.worlds import open_world
from web.serving import Running, ids_in

SESSION = "CSTO Minsk 2026-02-01"
MEMBERS = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK")


@pytest.fixture(scope="module")
def world() -> World:
    return open_world("eurasia")


def made(kind: str, subject: str, actor: str, id: str = "new", /, **payload: Json) -> Act:
    at = datetime(2026, 2, 1, 12, tzinfo=UTC)
    return Act(id, kind, at.date(), at, subject, actor, payload)


def sat(world: World, *acts: Act, following: list[Json] | None = None) -> World:
    call = made("convene", SESSION, "CSTO", "m", place="Minsk", body="CSTO Council")
    tabled: dict[str, Json] = {"item": "guest"} | ({"acts": following} if following else {})
    return world.with_acts([call, made("table", SESSION, "CSTO", "t", **tabled), *acts])


def votes(position: str = "for", states: tuple[str, ...] = MEMBERS) -> list[Act]:
    return [made("vote", SESSION, s, f"v.{s}", item="guest", position=position) for s in states]


# --- particulars


def test_every_kind_of_act_has_known_particulars() -> None:
    assert set(fields()) - {"any"} <= set(KINDS)
    for kind in KINDS:
        assert "tlp" in fields_of(kind)


def test_the_record_of_the_world_uses_known_particulars(world: World) -> None:
    unknown = {
        (a.kind, key) for a in world.acts for key in a.payload if key not in fields_of(a.kind)
    }
    assert unknown - _DESCRIBED == set()


_DESCRIBED = {("convene", key) for key in ("adopted", "attendance", "documents_signed")}
"""What sources say of old meetings in words; new acts say it in acts."""


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        ("vote", {"position": "for"}, "item is missing"),
        ("vote", {"item": "x", "position": "perhaps"}, "against"),
        ("vote", {"item": "x", "position": "for", "colour": "red"}, "unknown particular"),
        ("due", {"by": "soon", "what": "x", "owes": ["ARM"]}, "is not a day"),
        ("due", {"by": "2026-01-01", "what": "x", "owes": ["ARX"]}, "unknown state"),
        ("due", {"by": "2026-01-01", "what": 7, "owes": ["ARM"]}, "type 'text'"),
        ("share", {"of": "votes", "shares": [1], "total": 1}, "type 'map'"),
        ("pledge", {"unit": "x", "strength": 1.5}, "type 'whole'"),
        ("pledge", {"unit": "x", "strength": True}, "type 'whole'"),
        ("appoint", {"account": "x", "key": "zz"}, "64 hexadecimal"),
        ("declare", {"position": "x" * 9000}, "more than 8192"),
        ("declare", {"position": "a\x00b"}, "control characters"),
        ("declare", {"position": "a\x1b[31m"}, "control characters"),
        ("report", {"kind": "x", "facts": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}},
         "too deeply"),
        ("table", {"item": "x", "acts": ["admit"]}, "type 'acts'"),
        ("table", {"item": "x", "audience": ["y" * 8000] * 5}, "more than 32768"),
        ("convene", {"place": "x", "body": "CSTO Counsel"}, "CSTO Council"),
        ("report", {"kind": "x", "tlp": "PURPLE"}, "choice"),
    ],
)  # fmt: skip
def test_particulars_that_make_no_sense(
    world: World, kind: str, payload: dict[str, Json], words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        check_payload(made(kind, "CSTO", "ARM", **payload), world)
    assert words in caught.value.sentence()


def test_texts_of_a_form_become_particulars() -> None:
    found = payload_from_texts(
        "due", {"by": "2026-09-30", "owes": "ARM, KAZ  RUS", "what": " a text ", "until": ""}
    )
    assert found == {"by": "2026-09-30", "owes": ["ARM", "KAZ", "RUS"], "what": "a text"}
    assert payload_from_texts("attend", {"absent": "true"}) == {"absent": True}
    for wrong in ({"strength": "many"}, {"facts": "x"}):
        with pytest.raises(BadInput):
            payload_from_texts("pledge", wrong)
    with pytest.raises(BadInput, match="not JSON"):
        payload_from_texts("share", {"shares": "{"})
    with pytest.raises(UnknownCode):
        payload_from_texts("jump", {})


# --- bodies adopt by their rule


def test_bodies_adopt_by_their_rule(world: World) -> None:
    """The CSTO's Council decides by consensus: one silent member keeps it open."""
    adopt = made("adopt", SESSION, "CSTO Council", "a", item="guest")
    assert checked_acts(adopt, sat(world, *votes())) == (adopt,)
    for some in (
        votes(states=MEMBERS[1:]),
        [*votes(states=MEMBERS[1:]), *votes("against", ("ARM",))],
    ):
        with pytest.raises(NotPermitted) as caught:
            checked_acts(adopt, sat(world, *some))
        assert caught.value.rule == "BodiesAdoptByTheirRule"
    with pytest.raises(NotPermitted, match="ARM is on record"):
        checked_acts(adopt, sat(world, *votes(states=MEMBERS[1:])))


def test_who_stays_away_does_not_block_a_consensus(world: World) -> None:
    away = made("attend", SESSION, "ARM", "w", level="other", absent=True)
    adopt = made("adopt", SESSION, "CSTO Council", "a", item="guest")
    assert checked_acts(adopt, sat(world, *votes(states=MEMBERS[1:]), away))


def test_the_last_position_counts(world: World) -> None:
    later = datetime(2026, 2, 1, 13, tzinfo=UTC)
    no = replace(
        made("vote", SESSION, "ARM", "z", item="guest", position="against"), recorded=later
    )
    with pytest.raises(NotPermitted):
        checked_acts(made("adopt", SESSION, "CSTO Council", "a", item="guest"),
                     sat(world, *votes(), no))  # fmt: skip


def test_positions_on_an_earlier_text_do_not_count_for_a_later_one(world: World) -> None:
    """Otherwise what was voted for could be exchanged before it is adopted."""
    later = datetime(2026, 2, 1, 13, tzinfo=UTC)
    other = replace(
        made("table", SESSION, "CSTO", "t2", item="guest", acts=admitted()), recorded=later
    )
    adopt = replace(made("adopt", SESSION, "CSTO Council", "a", item="guest"), recorded=later)
    with pytest.raises(NotPermitted) as caught:
        checked_acts(adopt, sat(world, *votes(), other))
    assert caught.value.rule == "BodiesAdoptByTheirRule"
    anew = [replace(vote, id=f"{vote.id}.2", recorded=later) for vote in votes()]
    assert len(checked_acts(adopt, sat(world, *votes(), other, *anew))) == 2
    moved = replace(other, id="t3", payload={"item": "guest", "stage": "discussed"})
    assert checked_acts(adopt, sat(world, *votes(), moved)) == (adopt,)


# --- items go step by step


def step(kind: str, id: str, hour: int, actor: str = "CSTO", **payload: Json) -> Act:
    at = datetime(2026, 2, 1, hour, tzinfo=UTC)
    return replace(made(kind, SESSION, actor, id, **{"item": "road", **payload}), recorded=at)


ROAD = {
    "draft": [step("table", "r1", 8, draft=True)],
    "tabled": [step("table", "r1", 8)],
    "discussed": [step("table", "r1", 8), step("table", "r2", 9, stage="discussed")],
    "deferred": [step("table", "r1", 8), step("table", "r2", 9, stage="deferred")],
    "withdrawn": [step("table", "r1", 8), step("table", "r2", 9, stage="withdrawn")],
    "adopted": [step("table", "r1", 8), step("adopt", "r2", 9, "CSTO Council")],
}
MAY = {
    "draft": {"draft", "tabled", "withdrawn"},
    "tabled": {"tabled", "discussed", "deferred", "withdrawn"},
    "discussed": {"tabled", "discussed", "deferred", "withdrawn"},
    "deferred": {"tabled", "withdrawn"},
    "withdrawn": set(),
    "adopted": set(),
}


@pytest.mark.parametrize("stage", sorted(ROAD))
@pytest.mark.parametrize("to", ["draft", "tabled", "discussed", "deferred", "withdrawn"])
def test_items_go_step_by_step(world: World, stage: str, to: str) -> None:
    there = sat(world, *ROAD[stage])
    act = step("table", "next", 10, stage=to)
    if to in MAY[stage]:
        assert checked_acts(act, there) == (act,)
        return
    with pytest.raises(NotPermitted) as caught:
        checked_acts(act, there)
    assert caught.value.rule == "ItemsGoStepByStep"
    assert f"'road' is {stage}, which is not followed by {to}" in caught.value.sentence()


def test_items_go_step_by_step_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = str(tmp_path / "log.db")
    said = ["--actor", "CSTO", "--on", "2026-02-01"]

    def tell(kind: str, *words: str) -> int:
        try:
            main(["act", log, kind, SESSION, *said, "--payload", *words])
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    assert tell("convene", "place=Minsk; body=CSTO Council") == 0
    assert tell("table", "item=road; draft=true") == 0
    before = ids_in(log)
    capsys.readouterr()
    assert tell("table", "item=road; stage=deferred") == 3
    told = capsys.readouterr()
    assert "An item is drafted, tabled, discussed" in told.err
    assert "'road' is draft, which is not followed by deferred" in " ".join(told.err.split())
    assert ids_in(log) == before
    assert tell("table", "item=road") == 0


def test_items_go_step_by_step_over_http(server: Running) -> None:
    server.account("csto", "CSTO")
    server.record("convene", SESSION, "CSTO", {"place": "Minsk", "body": "CSTO Council"})
    body = {"kind": "table", "subject": SESSION, "actor": "CSTO"}
    with server.client(headers=server.token("csto")) as client:

        def put(**payload: Json) -> httpx.Response:
            return client.post("/api/v1/acts", json=body | {"payload": {"item": "x"} | payload})

        assert put(draft=True).status_code == 201
        head = server.site.live.log().head()
        refused = put(stage="discussed")
        assert refused.status_code == 409
        assert refused.json()["rule"] == "ItemsGoStepByStep"
        assert server.site.live.log().head() == head
        assert put().status_code == 201
        assert put(stage="withdrawn").status_code == 201
        assert put().json()["rule"] == "ItemsGoStepByStep"


def test_a_step_dated_back_does_not_undo_what_came_after(world: World) -> None:
    there = sat(world, *ROAD["adopted"])
    early = replace(step("table", "late", 11, stage="withdrawn"), on=datetime(2026, 1, 31).date())
    with pytest.raises(NotPermitted) as caught:
        checked_acts(early, there)
    assert caught.value.rule == "ItemsGoStepByStep"
    assert "r1 came after it" in caught.value.sentence()


# --- corrections are judged as the act itself


CORRECTIONS: list[tuple[dict[str, Json], str]] = [
    ({"actor": "KAZ"}, "DelegationsActForTheirOwnState"),
    ({"subject": "SCO"}, "DelegationsActWhereTheyAreAccredited"),
    ({"payload": {"position": 7}}, ""),
]


@pytest.mark.parametrize(("payload", "words"), CORRECTIONS)
def test_a_correction_makes_nothing_that_its_maker_may_not(
    world: World, payload: dict[str, Json], words: str
) -> None:
    """Else a delegation could declare something and correct whose declaration it is."""
    said = made("declare", "CSTO", "ARM", "said", position="x")
    mandate = Mandate("CSTO", "ARM", "arm", "", said.recorded, None, ())
    fix = made("correct", "said", "ARM", "fix", **payload)
    with pytest.raises((NotPermitted, BadInput)) as caught:
        checked_acts(fix, world.with_acts([said]), (mandate,))
    if words:
        assert isinstance(caught.value, NotPermitted)
        assert caught.value.rule == "CorrectionsAreActsThatCouldBeMade"


def test_a_mandate_is_not_seized_by_a_correction(world: World) -> None:
    own = made("appoint", "CSTO delegation:ARM", "ARM", "own", account="two")
    mandate = Mandate("CSTO", "ARM", "arm", "", own.recorded, None, ())
    fix = made("correct", "own", "ARM", "fix", subject="CSTO secretariat", actor="CSTO")
    with pytest.raises(NotPermitted) as caught:
        checked_acts(fix, world.with_acts([own]), (mandate,))
    assert caught.value.rule == "CorrectionsAreActsThatCouldBeMade"


def test_remarks_and_right_corrections_pass(world: World) -> None:
    said = made("declare", "CSTO", "ARM", "said", position="x")
    mandate = Mandate("CSTO", "ARM", "arm", "", said.recorded, None, ())
    there = world.with_acts([said])
    fixes: list[dict[str, Json]] = [
        {"note": "a slip"}, {"payload": {"position": "y"}}, {"on": "2026-01-31"},
        {"payload": {"tlp": "AMBER", "audience": ["CSTO"]}},
    ]  # fmt: skip
    for payload in fixes:
        fix = made("correct", "said", "ARM", "fix", **payload)
        assert checked_acts(fix, there, (mandate,)) == (fix,)


def test_a_text_is_not_exchanged_by_a_correction_once_it_is_adopted(world: World) -> None:
    done = made("adopt", SESSION, "CSTO Council", "a", item="guest")
    there = sat(world, *votes(), done)
    fix = made("correct", "v.ARM", "ARM", "fix", payload={"position": "against"})
    with pytest.raises(NotPermitted) as caught:
        checked_acts(fix, there)
    assert caught.value.rule == "CorrectionsAreActsThatCouldBeMade"
    assert "adopted on" in caught.value.sentence()


def test_a_text_that_was_voted_on_is_tabled_anew_not_corrected(world: World) -> None:
    fix = made("correct", "t", "CSTO", "fix", payload={"acts": admitted()})
    with pytest.raises(NotPermitted) as caught:
        checked_acts(fix, sat(world, *votes()))
    assert caught.value.rule == "TextsVotedOnAreTabledAnew"
    assert checked_acts(fix, sat(world)) == (fix,)


# --- what follows from a decision


def admitted(actor: str = "MNG") -> list[Json]:
    status = "observer at the Parliamentary Assembly"
    return [{"kind": "admit", "subject": "CSTO", "actor": actor, "payload": {"status": status}}]


def test_what_was_adopted_comes_about(world: World) -> None:
    before = sat(world, *votes(), following=admitted())
    acts = checked_acts(made("adopt", SESSION, "CSTO Council", "a", item="guest"), before)
    assert [a.kind for a in acts] == ["adopt", "admit"]
    assert acts[1].payload["by"] == "a"
    after = before.with_acts(acts)
    held = after.on("2026-02-01").membership("CSTO", "MNG")
    assert held is not None
    assert held.status == "observer at the Parliamentary Assembly"
    assert before.on("2026-02-01").membership("CSTO", "MNG") is None


def test_what_follows_obeys_the_rules_too(world: World) -> None:
    before = sat(world, *votes(), following=[*admitted(), *admitted()])
    with pytest.raises(NotPermitted) as caught:
        checked_acts(made("adopt", SESSION, "CSTO Council", "a", item="guest"), before)
    assert caught.value.rule == "StatusesAreGivenOnce"


def test_decisions_do_not_consent_for_states(world: World) -> None:
    following: list[Json] = [{"kind": "sign", "subject": "CST1992", "actor": "GEO"}]
    with pytest.raises(NotPermitted) as caught:
        checked_acts(made("table", SESSION, "CSTO", "t2", item="x", acts=following), sat(world))
    assert caught.value.rule == "DecisionsDoNotConsentForStates"


@pytest.mark.parametrize(
    "follower",
    [
        {"kind": "terminate", "subject": "SCO", "actor": "CSTO"},
        {"kind": "admit", "subject": "SCO", "actor": "MNG", "payload": {"status": "member"}},
        {"kind": "appoint", "subject": "SCO secretariat", "actor": "CSTO",
         "payload": {"account": "csto"}},
        {"kind": "appoint", "subject": "SCO delegation:KAZ", "actor": "KAZ",
         "payload": {"account": "csto"}},
        {"kind": "due", "subject": "CSTO", "actor": "SCO",
         "payload": {"what": "x", "by": "2027-01-01", "owes": ["KAZ"]}},
    ],
)  # fmt: skip
def test_decisions_have_effect_in_their_own_organisation(
    world: World, follower: dict[str, Json]
) -> None:
    following: list[Json] = [follower]
    tabled = made("table", SESSION, "CSTO", "t2", item="x", acts=following)
    with pytest.raises(NotPermitted) as caught:
        checked_acts(tabled, sat(world))
    assert caught.value.rule == "DecisionsHaveEffectInTheirOrganisation"


def test_two_acts_that_follow_get_two_ids(world: World) -> None:
    owed: dict[str, Json] = {"what": "x", "by": "2027-01-01", "owes": ["KAZ"]}
    following: list[Json] = [
        {"kind": "due", "subject": "CSTO", "actor": "CSTO", "payload": owed | {"what": what}}
        for what in ("one", "two")
    ]
    adopt = made("adopt", SESSION, "CSTO Council", "a", item="guest")
    acts = checked_acts(adopt, sat(world, *votes(), following=following))
    assert len({a.id for a in acts}) == 3


# --- the verb


def test_an_act_is_recorded_once_and_checked(tmp_path: Path) -> None:
    log = str(tmp_path / "log.db")
    answer = act(log, "denounce", "CST1992", actor="ARM", on="2026-01-02")
    assert "Recorded CST1992.denounce.ARM" in answer.statements[0].text
    with pytest.raises(NotPermitted, match="notice of withdrawal that runs"):
        act(log, "denounce", "CST1992", actor="ARM", on="2026-01-03")
    with pytest.raises(NotPermitted, match="Only a party"):
        act(log, "denounce", "CST1992", actor="GEO", on="2026-01-03")
    assert ids_in(log) == ["CST1992.denounce.ARM"]


def test_ids_are_made_like_those_of_the_record() -> None:
    draft = made("vote", "CSTO Minsk 2026-02-01", "ARM")
    assert new_id(draft, ()) == "CSTO_Minsk_2026-02-01.vote.ARM"
    assert new_id(draft, ["CSTO_Minsk_2026-02-01.vote.ARM"]).endswith(".vote.ARM.2")


@pytest.mark.parametrize("payload", ["position=frozen; text=x", '{"position": "frozen"}'])
def test_particulars_on_the_command_line(tmp_path: Path, payload: str) -> None:
    log = str(tmp_path / "log.db")
    act(log, "declare", "CSTO", actor="ARM", payload=payload)
    with open_log(log) as store:
        assert next(store.read()).payload["position"] == "frozen"


@pytest.mark.parametrize("payload", ["{", "[1]", '{"position": NaN}', "no sense"])
def test_particulars_that_cannot_be_read(tmp_path: Path, payload: str) -> None:
    log = str(tmp_path / "log.db")
    with pytest.raises(BadInput):
        act(log, "declare", "CSTO", actor="ARM", payload=payload)
    with open_log(log) as store:
        assert store.head().size == 0


class Racing:
    """A log in which others always come first, a few times."""

    def __init__(self, log: Any, times: int) -> None:
        self.log, self.times, self.calls = log, times, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)

    def append(self, acts: Any, *, expected_head: Head) -> Any:
        self.calls += 1
        if self.times:
            self.times -= 1
            self.log.append([made("declare", "SCO", "KAZ", f"other{self.times}", position="x")])
        return self.log.append(acts, expected_head=expected_head)


def test_who_comes_second_decides_again(tmp_path: Path, world: World) -> None:
    with open_log(tmp_path / "log.db") as log:
        racing = Racing(log, 3)
        _, acts = record(racing, world, made("denounce", "CST1992", "ARM", ""))  # type: ignore[arg-type]  # as a log
        assert racing.calls == 4
        assert [a.id for a in log.read()][-1] == acts[0].id
        with pytest.raises(Conflict):
            record(Racing(log, 99), world, made("declare", "CIS", "KAZ", "", position="x"))  # type: ignore[arg-type]  # as a log


# --- signatures


def test_a_signature_holds_for_these_very_bytes() -> None:
    key = Ed25519PrivateKey.generate()
    public = public_of(key)
    bare = made("declare", "CSTO", "ARM", position="x")
    done = signed(bare, key)
    assert checked(done, [public]) is Truth.TRUE
    assert checked(bare, [public]) is Truth.UNKNOWN
    assert checked(replace(done, note="y"), [public]) is Truth.FALSE
    assert checked(done, [public_of(Ed25519PrivateKey.generate())]) is Truth.FALSE
    assert checked(signed(done, key), [public]) is Truth.TRUE
    back = Act.from_json(json.loads(done.canonical()))
    assert checked(back, [public]) is Truth.TRUE
    for broken in ({"key": public, "value": "00"}, {"key": public}, "text", {"value": "zz"}):
        forged = replace(bare, payload={**bare.payload, "signature": broken})
        assert checked(forged, [public]) is Truth.FALSE


def test_acts_of_key_holders_are_signed(tmp_path: Path) -> None:
    log, file, other = str(tmp_path / "log.db"), tmp_path / "arm.pem", tmp_path / "other.pem"
    public = new_key(file)
    new_key(other)
    act(log, "appoint", "CSTO delegation:ARM", actor="ARM", payload=f"key={public}")
    for key in (None, other):
        with pytest.raises(NotPermitted) as caught:
            act(log, "declare", "CSTO", actor="ARM", payload="position=x", key=key)
        assert caught.value.rule == "ActsOfKeyHoldersAreSigned"
    act(log, "declare", "CSTO", actor="ARM", payload="position=x", key=file)
    act(log, "declare", "CSTO", actor="KAZ", payload="position=x")
    act(log, "recall", "CSTO delegation:ARM", actor="ARM", payload=f"key={public}", key=file)
    act(log, "declare", "CSTO", actor="ARM", payload="position=y", on="today")
    assert len(ids_in(log)) == 5


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "k.pem"
    public = new_key(file, "correct horse")
    assert file.stat().st_mode & 0o077 == 0
    assert public_of(read_key(file, "correct horse")) == public
    for password in ("", "wrong"):
        with pytest.raises(BadInput):
            read_key(file, password)
    with pytest.raises(BadInput, match="cannot write"):
        new_key(file)
    (tmp_path / "not.pem").write_text("not a key")
    with pytest.raises(BadInput):
        read_key(tmp_path / "not.pem")
