"""Signing in, acting, and every forbidden thing refused."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hansa.faces.web.accounts import book, secrets
from hansa.faces.web.accounts.secrets import Vault, code_step, hashed, matches, new_password
from hansa.faces.web.keys import Keys
from hansa.record.acts import Act
from hansa.service.signing import new_key, public_of, signed
from hansa.terms.errors import BadInput
from web.serving import GENEROUS, Running, serving

OWN = "CSTO.declare.ARM"


def token_in(text: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', text)
    assert found is not None
    return found[1]


def say(client: httpx.Client, actor: str = "ARM", **changes: Any) -> httpx.Response:
    form = {"kind": "declare", "subject": "CSTO", "actor": actor, "p.position": "x"} | changes
    return client.post("/act", data=form)


def test_signing_in_and_out(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    with server.client() as client:
        assert "Sign in" in client.get("/").text
        answer = client.post("/sign-in", data={"name": "arm", "password": server.passwords["arm"]})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        page = client.get("/account").text
        assert "CSTO delegation:ARM" in page
        assert client.post("/sign-out", data={"csrf": token_in(page)}).status_code == 303
        assert client.get("/account").status_code == 401


def test_a_session_cookie_is_secure_behind_https(tmp_path: Path) -> None:
    with serving(tmp_path, base_url="https://union.example") as server:
        server.account("arm", "CSTO:ARM")
        form = {"name": "arm", "password": server.passwords["arm"]}
        with server.client() as client:
            answer = client.post("/sign-in", data=form)
        assert answer.headers["set-cookie"].startswith("__Host-hansa-session=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age=31536000" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("form", [
    {"name": "arm", "password": "wrong wrong wrong"}, {"name": "nobody", "password": "x"},
    {"name": "", "password": ""}, {"name": "arm"}, {"name": "' OR 1=1 --", "password": "x"},
    {"name": "arm\x00", "password": "x"}, {"name": "x" * 5000, "password": "y" * 5000},
])  # fmt: skip
def test_a_wrong_sign_in_does_not_say_what_is_wrong(server: Running, form: dict[str, str]) -> None:
    server.account("arm", "CSTO:ARM")
    with server.client() as client:
        answer = client.post("/sign-in", data=form)
    assert answer.status_code == 403
    assert "the name, password or code is wrong" in answer.text
    assert "set-cookie" not in answer.headers


def test_guessing_is_slowed_down(tmp_path: Path) -> None:
    with serving(tmp_path, limits=replace(GENEROUS, sign_ins=0.01)) as server, server.client() as c:
        server.account("arm", "CSTO:ARM")
        statuses = [
            c.post("/sign-in", data={"name": "arm", "password": f"guess number {n}"}).status_code
            for n in range(8)
        ]
        assert statuses == [403] * 5 + [429] * 3
        right = c.post("/sign-in", data={"name": "arm", "password": server.passwords["arm"]})
        assert right.status_code == 429
        assert int(right.headers["retry-after"]) > 1


def test_one_time_codes(tmp_path: Path) -> None:
    with serving(tmp_path, codes=True) as server:
        server.account("arm", "CSTO:ARM")
        client = server.signed_in("arm")
        form = token_in(client.get("/account").text)
        refused = say(client, csrf=form)
        assert refused.status_code == 403
        assert "one-time code" in refused.text

        page = client.post("/account", data={"csrf": form, "what": "seed"}).text
        seed = re.search(r"<code>([A-Z2-7]{32})</code>", page)
        sealed = re.search(r'name="sealed" value="([^"]+)"', page)
        assert seed is not None
        assert sealed is not None
        assert seed[1] not in sealed[1]
        wrong = client.post("/account", data={"csrf": form, "what": "confirm",
                                              "sealed": sealed[1], "code": "000000"})  # fmt: skip
        assert wrong.status_code == 403
        code = pyotp.TOTP(seed[1]).now()
        done = client.post("/account", data={"csrf": form, "what": "confirm",
                                             "sealed": sealed[1], "code": code})  # fmt: skip
        assert done.status_code == 303
        assert client.get("/account").status_code == 401  # signed out

        login = {"name": "arm", "password": server.passwords["arm"]}
        assert client.post("/sign-in", data=login).status_code == 403
        assert client.post("/sign-in", data=login | {"code": code}).status_code == 403  # used
        later = pyotp.TOTP(seed[1]).at(server.site.live.clock(), counter_offset=1)
        assert client.post("/sign-in", data=login | {"code": later}).status_code == 303
        again = say(client, csrf=token_in(client.get("/account").text))
        assert again.status_code == 303, again.text


def test_somebody_elses_seed_is_not_taken(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    server.account("kaz", "CSTO:KAZ")
    one, two = server.signed_in("arm"), server.signed_in("kaz")
    page = one.post("/account", data={"csrf": token_in(one.get("/account").text), "what": "seed"})
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text)
    seed = re.search(r"<code>([A-Z2-7]{32})</code>", page.text)
    assert sealed is not None
    assert seed is not None
    answer = two.post("/account", data={
        "csrf": token_in(two.get("/account").text), "what": "confirm", "sealed": sealed[1],
        "code": pyotp.TOTP(seed[1]).now(),
    })  # fmt: skip
    assert answer.status_code == 422


def test_a_new_password_signs_everybody_out(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    one, two = server.signed_in("arm"), server.signed_in("arm")
    headers = server.token("arm")
    form = {"csrf": token_in(one.get("/account").text), "what": "password",
            "old": server.passwords["arm"], "new": "a much better password"}  # fmt: skip
    assert one.post("/account", data=form | {"old": "wrong wrong wrong"}).status_code == 403
    assert one.post("/account", data=form | {"new": "short"}).status_code == 422
    assert one.post("/account", data=form).status_code == 303
    assert two.get("/account").status_code == 401
    with server.client(headers=headers) as client:
        assert client.get("/account").status_code == 401


def test_a_new_sign_in_ends_the_session_before(server: Running) -> None:
    """Nobody goes on in a session that somebody else may have put into the browser."""
    server.account("arm", "CSTO:ARM")
    client = server.signed_in("arm")
    before = client.cookies["hansa-session"]
    form = {"name": "arm", "password": server.passwords["arm"]}
    assert client.post("/sign-in", data=form).status_code == 303
    assert client.cookies["hansa-session"] != before
    with server.client(cookies={"hansa-session": before}) as old:
        assert old.get("/account").status_code == 401
    chosen = {"hansa-session": "x" * 43}
    with server.client(cookies=chosen) as fixed:
        answer = fixed.post("/sign-in", data=form)
        assert chosen["hansa-session"] not in answer.headers["set-cookie"]


def test_who_guesses_does_not_keep_the_owner_out(tmp_path: Path) -> None:
    """One address that guesses at a name uses up its own attempts, not those of the account."""
    with serving(tmp_path, limits=replace(GENEROUS, sign_ins=0.01)) as server:
        server.account("arm", "CSTO:ARM")
        with server.client() as client:
            for n in range(20):
                client.post("/sign-in", data={"name": "arm", "password": f"guess number {n}"})
        taken = sum(server.site.account_limit.take("as arm") == 0 for _ in range(60))
        assert taken >= 40


def test_a_code_is_guessed_seldom_from_wherever(tmp_path: Path) -> None:
    """All addresses together have so many attempts at one account, too."""
    with serving(tmp_path, limits=replace(GENEROUS, sign_ins=0.01)) as server:
        taken = sum(server.site.account_limit.take("as arm") == 0 for _ in range(100))
        assert taken == 50


def test_an_unknown_name_takes_as_long_as_a_known_one(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One verification of Argon2 each, whoever is asked for."""
    server.account("arm")
    server.account("off")
    server.site.accounts.disable("off")
    server.site.accounts.add("foreign:1", "by a provider")
    verified: list[str] = []
    right = book.matches

    def counted(kept: str, password: str) -> bool:
        verified.append(kept or secrets.DUMMY)
        return right(kept, password)

    monkeypatch.setattr(book, "matches", counted)
    for name in ("arm", "off", "foreign:1", "nobody", "", "arm\x00", "\ud800"):
        with pytest.raises(book.Refused, match="the name, password or code is wrong"):
            server.site.accounts.sign_in(name, "a wrong password", "")
    assert len(verified) == 7
    assert all(kept.startswith("$argon2id$") for kept in verified)


@pytest.mark.parametrize(
    "other",
    ["ARM", "Arm", " arm", "arm ", "\uff41rm", "arm\u200b", "arm\n", "a" * 201, "", "\ud800"],
)
def test_accounts_are_told_apart_by_people(server: Running, other: str) -> None:
    server.account("arm")
    with pytest.raises(BadInput):
        server.site.accounts.add(other, other, "a long enough password")
    assert [a.name for a in server.site.accounts.listed()] == ["arm"]


def test_who_reads_is_who_signed_in_letter_by_letter(server: Running) -> None:
    """No name like another's reads what is meant for the other."""
    server.account("arm", "CSTO:ARM")
    server.record("report", "R1", "RUS", {"kind": "x", "tlp": "RED", "audience": ["account:arm"]})
    for name in ("arm:1", "arm2", "x:ARM"):
        server.site.accounts.add(name, name)
        server.record("appoint", "CSTO delegation:KAZ", "KAZ", {"account": name})
    seen = {}
    for name in ("arm", "arm:1", "arm2", "x:ARM"):
        with server.client(headers=server.token(name)) as client:
            acts = client.get("/api/v1/log?limit=500").json()["entries"]
        seen[name] = any(entry["act"]["subject"] == "R1" for entry in acts)
    assert seen == {"arm": True, "arm:1": False, "arm2": False, "x:ARM": False}


def test_what_guessers_send_is_kept_fit_to_be_read(server: Running) -> None:
    with server.client() as client:
        client.post("/sign-in", data={"name": "a\x1b[31m\r\nroot signed in", "password": "x"})
    [note] = [n for n in server.site.accounts.noted(9) if n[2] == "sign-in refused"]
    assert note[1].isprintable()
    assert "\x1b" not in note[1]


def test_tokens_and_cookies_are_not_the_same(server: Running) -> None:
    """A cookie goes along with forged requests; so a token for scripts is none."""
    server.account("arm", "CSTO:ARM")
    headers = server.token("arm")
    scripted = headers["authorization"].split()[1]
    with server.client(cookies={"hansa-session": scripted}) as client:
        assert client.get("/account").status_code == 401
    cookie = server.signed_in("arm").cookies["hansa-session"]
    with server.client(headers={"authorization": f"Bearer {cookie}"}) as client:
        assert client.get("/account").status_code == 401
    with server.client(headers=headers) as client:  # nor does it make others of its kind
        assert client.get("/account").status_code == 200
        for form in ({"what": "token", "title": "x"}, {"what": "seed"}, {"what": "password"}):
            assert client.post("/account", data=form).status_code == 403
    assert len(server.site.accounts.tokens("arm")) == 1


# --- acting


def test_a_delegation_acts_for_its_state(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    client = server.signed_in("arm")
    form = token_in(client.get("/act?kind=declare").text)
    answer = say(client, csrf=form)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "CSTO.declare.ARM" in page.text
    [note] = [n for n in server.site.accounts.noted(50, "arm") if n[2] == "acted"]
    assert note[3] == "CSTO.declare.ARM"


FORBIDDEN = [
    ("arm", {"kind": "declare", "subject": "CSTO", "actor": "KAZ", "payload": {"position": "x"}},
     "DelegationsActForTheirOwnState"),
    ("arm", {"kind": "declare", "subject": "SCO", "actor": "ARM", "payload": {"position": "x"}},
     "DelegationsActWhereTheyAreAccredited"),
    ("arm", {"kind": "convene", "subject": "CSTO x", "actor": "CSTO", "payload": {"place": "x"}},
     "TheSecretariatConvenesAndPublishes"),
    ("arm", {"kind": "admit", "subject": "CSTO", "actor": "MNG", "payload": {"status": "member"}},
     "DelegationsActForTheirOwnState"),
    ("arm", {"kind": "appoint", "subject": "CSTO secretariat", "actor": "ARM",
             "payload": {"account": "arm"}}, "DelegationsAreAccreditedByTheirOwn"),
    ("arm", {"kind": "appoint", "subject": "CSTO delegation:KAZ", "actor": "KAZ",
             "payload": {"account": "arm"}}, "DelegationsAreAccreditedByTheirOwn"),
    ("arm", {"kind": "withdraw", "subject": "CST1992.sign.KAZ", "actor": "KAZ"},
     "DelegationsActForTheirOwnState"),
    ("arm", {"kind": "withdraw", "subject": "CST1992.sign.KAZ", "actor": "ARM"},
     "OnlyTheAuthorTakesBack"),
    ("csto", {"kind": "sign", "subject": "CST1992", "actor": "GEO"},
     "DelegationsActForTheirOwnState"),
    ("csto", {"kind": "vote", "subject": "CSTO demo", "actor": "ARM",
              "payload": {"item": "x", "position": "for"}}, "DelegationsActForTheirOwnState"),
    ("csto", {"kind": "terminate", "subject": "SCO", "actor": "CSTO"},
     "SecretariatsActForTheirOwnOrganisation"),
    ("csto", {"kind": "convene", "subject": "CIS x", "actor": "CIS", "payload": {"place": "x"}},
     "SecretariatsActForTheirOwnOrganisation"),
    ("nobody", {"kind": "declare", "subject": "CSTO", "actor": "ARM",
                "payload": {"position": "x"}}, "OnlyTheAccreditedAct"),
    ("chn", {"kind": "accede", "subject": "SCO2001", "actor": "CHN"}, "NoSecondConsent"),
]  # fmt: skip


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with serving(tmp_path_factory.mktemp("busy")) as server:
        server.account("arm", "CSTO:ARM")
        server.account("csto", "CSTO")
        server.account("chn", "SCO:CHN")
        server.account("nobody")
        yield server


@pytest.mark.parametrize(("account", "body", "rule"), FORBIDDEN)
def test_every_forbidden_thing_is_refused(
    busy: Running, account: str, body: dict[str, Any], rule: str
) -> None:
    before = busy.site.live.position
    with busy.client(headers=busy.token(account)) as client:
        answer = client.post("/api/v1/acts", json=body)
    assert answer.status_code == 409, answer.text
    assert answer.json()["rule"] == rule
    assert busy.site.live.position == before
    assert any(n[2] == "refused" for n in busy.site.accounts.noted(5, account))


def test_the_public_may_not_act(busy: Running) -> None:
    body = {"kind": "declare", "subject": "CSTO", "actor": "ARM", "payload": {"position": "x"}}
    with busy.client() as client:
        assert client.post("/api/v1/acts", json=body).status_code == 401
        assert say(client).status_code == 401
        for bad in ("Bearer wrong", "Bearer", "Basic YTpi", "bearer x y z"):
            answer = client.post("/api/v1/acts", json=body, headers={"authorization": bad})
            assert answer.status_code == 401


def test_a_form_of_another_site_is_refused(busy: Running) -> None:
    client = busy.signed_in("arm")
    form = token_in(client.get("/act?kind=declare").text)
    ok = {"csrf": form}
    for headers in (
        {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):  # fmt: skip
        answer = client.post("/act", data={"kind": "declare"} | ok, headers=headers)
        assert answer.status_code == 403
    for token in ("", "0" * 64, form[:-1] + "x"):
        assert say(client, csrf=token).status_code == 403
    answer = client.post("/api/v1/acts", json={"kind": "declare", "subject": "CSTO"})
    assert answer.status_code == 403
    other = token_in(busy.signed_in("csto").get("/act?kind=due").text)
    assert say(client, csrf=other).status_code == 403


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
             "/\nx", "evil"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(busy: Running, back: str) -> None:
    with busy.client() as client:
        form = {"name": "arm", "password": busy.passwords["arm"], "back": back}
        answer = client.post("/sign-in", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


def test_an_account_disabled_is_out_at_once(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    client = server.signed_in("arm")
    headers = server.token("arm")
    form = token_in(client.get("/act?kind=declare").text)
    server.site.accounts.disable("arm")
    assert say(client, csrf=form).status_code == 401
    assert client.get("/account").status_code == 401
    body = {"kind": "declare", "subject": "CSTO", "actor": "ARM", "payload": {"position": "x"}}
    with server.client(headers=headers) as scripted:
        assert scripted.post("/api/v1/acts", json=body).status_code == 401
    login = {"name": "arm", "password": server.passwords["arm"]}
    assert client.post("/sign-in", data=login).status_code == 403


def test_a_mandate_recalled_ends_at_once(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    client = server.signed_in("arm")
    form = token_in(client.get("/act?kind=declare").text)
    server.record("recall", "CSTO delegation:ARM", "ARM", {"account": "arm"})
    answer = say(client, csrf=form)
    assert answer.status_code == 409
    assert "OnlyTheAccreditedAct" in answer.text


def test_a_token_for_scripts_is_shown_once_and_can_be_revoked(server: Running) -> None:
    server.account("arm", "CSTO:ARM")
    client = server.signed_in("arm")
    form = token_in(client.get("/account").text)
    page = client.post("/account", data={"csrf": form, "what": "token", "title": "nightly"}).text
    token = re.search(r"<code>([\w-]{43})</code>", page)
    assert token is not None
    assert token[1] not in client.get("/account").text
    headers = {"authorization": f"Bearer {token[1]}"}
    body = {"kind": "declare", "subject": "CSTO", "actor": "ARM", "payload": {"position": "x"}}
    with server.client(headers=headers) as scripted:
        assert scripted.post("/api/v1/acts", json=body).status_code == 201
        digest = re.search(r'name="digest" value="([0-9a-f]{64})"', client.get("/account").text)
        assert digest is not None
        form = token_in(client.get("/account").text)
        client.post("/account", data={"csrf": form, "what": "close", "digest": digest[1]})
        assert scripted.post("/api/v1/acts", json=body).status_code == 401


# --- signatures


def test_the_server_signs_with_the_key_left_with_it(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    public = new_key(keys / "arm.pem")
    with serving(tmp_path, keys=keys) as server:
        server.account("arm", "CSTO:ARM", key=public)
        body = {"kind": "declare", "subject": "CSTO", "actor": "ARM", "payload": {"position": "x"}}
        with server.client(headers=server.token("arm")) as client:
            answer = client.post("/api/v1/acts", json=body)
            page = client.get(f"/acts/{answer.json()['acts'][0]['id']}").text
    assert answer.status_code == 201, answer.text
    assert answer.json()["acts"][0]["payload"]["signature"]["key"] == public
    assert "Its signature is right" in page


def test_a_delegation_signs_for_itself(server: Running) -> None:
    key = Ed25519PrivateKey.generate()
    server.account("arm", "CSTO:ARM", key=public_of(key))
    body = {"kind": "declare", "subject": "CSTO", "actor": "ARM", "payload": {"position": "x"}}
    with server.client(headers=server.token("arm")) as client:
        answer = client.post("/api/v1/acts", json=body)
        assert answer.status_code == 409
        assert answer.json()["rule"] == "ActsOfKeyHoldersAreSigned"
        now = server.site.live.clock()
        bare = Act(f"{OWN}.1", "declare", now.date(), now, "CSTO", "ARM", {"position": "x"})
        done = signed(bare, key).to_json()
        del done["confidence"], done["note"], done["source"]
        tampered = done | {"payload": {**done["payload"], "position": "y"}}  # type: ignore[dict-item]  # an object
        assert client.post("/api/v1/acts", json=tampered).status_code == 409
        stale = signed(
            Act(f"{OWN}.2", "declare", now.date(), now.replace(year=2020), "CSTO", "ARM",
                {"position": "x"}), key,
        ).to_json()  # fmt: skip
        assert client.post("/api/v1/acts", json=stale).status_code == 422
        assert client.post("/api/v1/acts", json=done).status_code == 201
        assert client.post("/api/v1/acts", json=done).status_code == 422  # there already


@pytest.mark.parametrize(
    "name", ["CSTO.declare.KAZ", "CST1992.sign.ARM.2", "x", "CSTO.declare.ARMX"]
)
def test_an_id_says_what_the_act_is(busy: Running, name: str) -> None:
    """An id of one's own choice could mislead, or find out which hidden acts there are."""
    body = {"kind": "declare", "subject": "CSTO", "actor": "ARM", "payload": {"position": "x"}}
    with busy.client(headers=busy.token("arm")) as client:
        answer = client.post("/api/v1/acts", json=body | {"id": name})
    assert answer.status_code == 422
    assert "CSTO.declare.ARM" in answer.json()["detail"]


def test_a_revoked_key_does_not_sign_by_dating_back(server: Running) -> None:
    key = Ed25519PrivateKey.generate()
    public = public_of(key)
    server.account("arm", "CSTO:ARM")
    server.record("appoint", "CSTO delegation:ARM", "ARM", {"account": "other", "key": public})
    earlier = server.site.live.clock()
    server.record("recall", "CSTO delegation:ARM", "ARM", {"key": public})
    bare = Act(
        f"{OWN}.1",
        "declare",
        earlier.date(),
        earlier,
        "CSTO",
        "ARM",
        {"position": "x"},
    )
    done = signed(bare, key).to_json()
    with server.client(headers=server.token("arm")) as client:
        answer = client.post("/api/v1/acts", json=done)
    assert answer.status_code == 409
    assert answer.json()["rule"] == "ActsOfKeyHoldersAreSigned"


def test_a_key_taken_from_the_folder_is_forgotten(tmp_path: Path) -> None:
    public, other = new_key(tmp_path / "arm.pem"), new_key(tmp_path / "kaz.pem")
    keys = Keys(tmp_path)
    assert keys.of([public]) is not None
    (tmp_path / "arm.pem").unlink()
    assert keys.of([public]) is None
    assert keys.of([other]) is not None
    late = new_key(tmp_path / "blr.pem")
    assert keys.of([late]) is not None


def test_the_mark_of_tokens_cannot_be_written_into_an_act(server: Running) -> None:
    """Else a page would put its reader's token where the act's author wants it."""
    server.account("arm", "CSTO:ARM")
    for text in ("hansa-csrf-token", "hansa-csrf-", "<!--hansa:account-->", "{{ TOKEN }}"):
        server.record("declare", "CSTO", "ARM", {"position": text, "text": text})
    client = server.signed_in("arm")
    form = token_in(client.get("/act?kind=declare").text)
    page = client.get("/acts?subject=CSTO").text
    assert page.count(form) == page.count(f'name="csrf" value="{form}"')


# --- secrets


def test_passwords_are_kept_by_argon2() -> None:
    kept = hashed("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert matches(kept, "correct horse battery")
    assert not matches(kept, "correct horse")
    assert not matches("", "")
    assert not matches("nonsense", "x")
    with pytest.raises(BadInput):
        hashed("short")
    assert len({new_password() for _ in range(50)}) == 50


def test_a_code_counts_once_and_for_a_short_time() -> None:
    seed, now = pyotp.random_base32(), 1_000_000_020.0
    code = pyotp.TOTP(seed).at(int(now))
    step = code_step(seed, code, now, 0)
    assert step == int(now) // 30
    assert code_step(seed, code, now, step) is None
    assert code_step(seed, code, now + 30, 0) == step
    assert code_step(seed, code, now + 90, 0) is None
    for wrong in ("", "abc", code[:-1], "٣٣٣٣٣٣", code + "0"):
        assert code_step(seed, wrong, now, 0) is None


def test_what_is_sealed_opens_with_the_same_secret_only() -> None:
    one, two = Vault(b"a" * 32), Vault(b"b" * 32)
    assert one.opened(one.sealed("seed")) == "seed"
    assert two.opened(one.sealed("seed")) == ""
    assert one.signed(one.sign("form", "x"), "form", "x")
    assert not one.signed(one.sign("form", "x"), "form", "y")
    assert not one.signed(one.sign("a", "b"), "ab")
    assert not two.signed(one.sign("form", "x"), "form", "x")


def test_nothing_secret_stands_in_the_database(server: Running, tmp_path: Path) -> None:
    password = server.account("arm", "CSTO:ARM")
    client = server.signed_in("arm")
    cookie = client.cookies["hansa-session"]
    headers = server.token("arm")
    data = b"".join(p.read_bytes() for p in tmp_path.glob("log.accounts.db*"))
    assert password.encode() not in data
    assert cookie.encode() not in data
    assert headers["authorization"].split()[1].encode() not in data
    for path in tmp_path.glob("log.accounts.db"):
        assert path.stat().st_mode & 0o077 == 0
