"""Signing in by a provider of OpenID Connect, a server of its own; what must be checked is."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from hansa.faces.web.accounts.names import plain_name
from hansa.faces.web.accounts.oidc import ProviderFailed, SignIn
from hansa.faces.web.accounts.secrets import Vault
from hansa.faces.web.settings import Provider, configured, environment, secret_of, server_secret
from hansa.faces.web.settings import Settings as Given
from hansa.terms.errors import BadInput
from web.provider import CLIENT, SECRET
from web.serving import Running, free_port, serving


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    port = free_port()
    script = Path(__file__).with_name("provider.py")
    process = subprocess.Popen([sys.executable, str(script), str(port)])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def union(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    provider = Provider("foreign", "Ministry", issuer, CLIENT, SECRET)
    folder = tmp_path_factory.mktemp("oidc")
    with serving(folder, providers=(provider,), base_url="here", codes=True) as running:
        yield running


@pytest.fixture(autouse=True)
def honest(issuer: str) -> None:
    httpx.post(f"{issuer}/wrong", data={"what": "nothing"})


def through(client: httpx.Client, back: str = "/treaties") -> httpx.Response:
    """To the provider and back, as a browser goes."""
    begun = client.get(f"/sign-in/with/foreign?back={back}")
    assert begun.status_code == 303
    returned = httpx.get(begun.headers["location"])
    parts = urlsplit(returned.headers["location"])
    return client.get(f"{parts.path}?{parts.query}")


def test_a_provider_lets_a_delegation_in(union: Running) -> None:
    union.record("appoint", "CSTO delegation:ARM", "ARM", {"account": "foreign:1234"})
    with union.client() as client:
        assert "Ministry" in client.get("/sign-in").text
        answer = through(client)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/treaties"
        page = client.get("/account").text
    assert "Ani" in page
    assert "CSTO delegation:ARM" in page
    assert "Password" not in page


@pytest.mark.parametrize(
    "wrong",
    ["issuer", "audience", "many", "party", "nonce", "expired", "ahead", "nobody", "number",
     "key", "none"],
)  # fmt: skip
def test_a_token_that_does_not_hold_is_refused(union: Running, issuer: str, wrong: str) -> None:
    httpx.post(f"{issuer}/wrong", data={"what": wrong})
    with union.client() as client:
        answer = through(client)
        assert answer.status_code in (403, 422)
        assert "hansa-session" not in client.cookies
        assert client.get("/account").status_code == 401


def test_a_sign_in_belongs_to_the_browser_that_began_it(union: Running) -> None:
    with union.client() as victim, union.client() as attacker:
        begun = attacker.get("/sign-in/with/foreign")
        parts = urlsplit(httpx.get(begun.headers["location"]).headers["location"])
        answer = victim.get(f"{parts.path}?{parts.query}")
        assert answer.status_code in (403, 422)
        assert victim.get("/account").status_code == 401


def test_a_state_of_another_sign_in_is_refused(union: Running) -> None:
    with union.client() as client:
        first = client.get("/sign-in/with/foreign")
        parts = urlsplit(httpx.get(first.headers["location"]).headers["location"])
        client.get("/sign-in/with/foreign")
        assert client.get(f"{parts.path}?{parts.query}").status_code in (403, 422)


def test_a_code_is_redeemed_once(union: Running) -> None:
    with union.client() as client:
        begun = client.get("/sign-in/with/foreign")
        parts = urlsplit(httpx.get(begun.headers["location"]).headers["location"])
        kept = dict(client.cookies)
        assert client.get(f"{parts.path}?{parts.query}").status_code == 303
    with union.client(cookies=kept) as client:
        assert client.get(f"{parts.path}?{parts.query}").status_code in (403, 422)


def test_nothing_a_guesser_sends_is_an_error_of_the_server(union: Running) -> None:
    with union.client(cookies={"hansa-sign-in": "x.y"}) as client:
        for query in (
            "",
            "?code=x",
            "?state=x&code=y",
            "?error=access_denied",
            "?state=%00&code=%ff",
        ):
            answer = client.get(f"/sign-in/with/foreign/done{query}")
            assert answer.status_code in (403, 422), answer.text
        assert client.get("/sign-in/with/unknown").status_code == 404


def test_it_asks_with_pkce_and_a_nonce(union: Running) -> None:
    with union.client() as client:
        begun = client.get("/sign-in/with/foreign")
        cookie = begun.headers["set-cookie"]
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) > 30
    assert asked["redirect_uri"][0].startswith(union.url)
    assert "HttpOnly" in cookie
    assert SECRET not in begun.headers["location"] + cookie


def test_a_disabled_account_stays_out(union: Running) -> None:
    with union.client() as client:
        assert through(client).status_code == 303
        union.site.accounts.disable("foreign:1234")
        try:
            assert client.get("/account").status_code == 401
            assert through(client).status_code == 403
        finally:
            union.site.accounts.disable("foreign:1234", disabled=False)


# --- what a provider says, word by word


class Told:
    """A provider that says what it is told to."""

    ISSUER = "https://login.example"

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.about: dict[str, Any] = {
            "issuer": self.ISSUER,
            "authorization_endpoint": f"{self.ISSUER}/authorize",
            "token_endpoint": f"{self.ISSUER}/token",
            "jwks_uri": f"{self.ISSUER}/keys",
        }
        self.token: Any = ""
        self.now = 1_000_000.0
        self.asked: list[str] = []
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        self.way = SignIn(
            Provider("gov", "Ministry", self.ISSUER, CLIENT, SECRET), Vault(b"v" * 32),
            "https://union.example/done", client, lambda: self.now,
        )  # fmt: skip

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json=self.about)
        if request.url.path == "/keys":
            return httpx.Response(200, json=KeySet([self.key]).as_dict(private=False))
        return httpx.Response(200, json={"id_token": self.token})

    def claims(self, nonce: str, **changes: Any) -> dict[str, Any]:
        return {
            "iss": self.ISSUER, "aud": CLIENT, "sub": "1234", "nonce": nonce,
            "iat": int(self.now), "exp": int(self.now) + 300,
        } | changes  # fmt: skip

    async def through(self, make: Callable[[str], str]) -> str:
        """The account's name after a sign-in whose token ``make`` makes of its nonce."""
        started = await self.way.start("/")
        asked = parse_qs(urlsplit(started.address).query)
        self.token = make(asked["nonce"][0])
        identity, _ = await self.way.finish(started.cookie, asked["state"][0], "code")
        return identity.account


@pytest.fixture
def told() -> Told:
    return Told()


def rs256(told: Told, **changes: Any) -> Callable[[str], str]:
    head = {"alg": "RS256", "kid": told.key.kid}
    return lambda nonce: jwt.encode(head, told.claims(nonce, **changes), told.key)


def test_a_provider_may_change_its_keys(told: Told) -> None:
    assert asyncio.run(told.through(rs256(told))) == "gov:1234"
    told.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig", "alg": "RS256"})
    told.now += 60
    assert asyncio.run(told.through(rs256(told))) == "gov:1234"
    assert told.asked.count("/keys") == 2


def test_keys_are_not_fetched_for_every_bad_token(told: Told) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "one"})
    for _ in range(5):
        with pytest.raises(ProviderFailed, match="signature"):
            asyncio.run(told.through(
                lambda nonce: jwt.encode({"alg": "RS256"}, told.claims(nonce), stranger)
            ))  # fmt: skip
    assert told.asked.count("/keys") == 1


def test_a_public_key_is_no_secret_to_sign_with(told: Told) -> None:
    """The confusion of algorithms: HS256 with the bytes of the provider's public key."""
    pem = told.key.as_pem(private=False)

    def forged(nonce: str) -> str:
        def part(value: object) -> str:
            text = json.dumps(value).encode()
            return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

        body = f"{part({'alg': 'HS256', 'kid': told.key.kid})}.{part(told.claims(nonce))}"
        mac = hmac.new(pem, body.encode(), "sha256").digest()
        return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    with pytest.raises(ProviderFailed, match="signature"):
        asyncio.run(told.through(forged))


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "e30.e30.", "." * 9, 7, None, {"a": 1}, "\u00e9.\u00e9.\u00e9"]
)
def test_tokens_that_are_none(told: Told, token: Any) -> None:
    with pytest.raises(ProviderFailed):
        asyncio.run(told.through(lambda nonce: token))


@pytest.mark.parametrize("key", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "address",
    ["http://login.example/x", "javascript:alert(1)", "//evil.example", "file:///etc/passwd", "",
     None, "https:///x"],
)  # fmt: skip
def test_a_provider_names_addresses_of_the_secure_web(told: Told, key: str, address: Any) -> None:
    told.about[key] = address
    with pytest.raises(ProviderFailed):
        asyncio.run(told.way.start("/"))


def test_two_subjects_never_share_an_account(told: Told) -> None:
    long = "a" * 250
    subjects = (f"{long}1", f"{long}2", "AAA", "aaa", "\uff41" * 3, "x\ny", "x y", "x y ")
    names = [asyncio.run(told.through(rs256(told, sub=subject))) for subject in subjects]
    assert len(set(names)) == len(subjects)
    assert all(plain_name(name) for name in names)


def test_a_sign_in_lasts_ten_minutes(told: Told) -> None:
    async def late() -> None:
        started = await told.way.start("/")
        asked = parse_qs(urlsplit(started.address).query)
        told.token = rs256(told)(asked["nonce"][0])
        told.now += 601
        await told.way.finish(started.cookie, asked["state"][0], "code")

    with pytest.raises(ProviderFailed, match="too long"):
        asyncio.run(late())


# --- configuration


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s" * 40 + "\n")
    file.chmod(0o600)
    assert secret_of({"X": "abc"}, "X") == "abc"
    assert secret_of({"X_FILE": str(file)}, "X") == "s" * 40
    assert secret_of({}, "X") == ""
    file.chmod(0o604)
    with pytest.raises(BadInput, match="everybody may read"):
        secret_of({"X_FILE": str(file)}, "X")
    with pytest.raises(BadInput, match="cannot be read"):
        secret_of({"X_FILE": str(tmp_path / "none")}, "X")


def test_a_server_that_others_reach_needs_a_secret() -> None:
    assert len(server_secret({}, "127.0.0.1")) == 32
    with pytest.raises(BadInput, match="needs a secret"):
        server_secret({}, "0.0.0.0")
    with pytest.raises(BadInput, match="too short"):
        server_secret({"HANSA_SECRET": "short"}, "127.0.0.1")


CONFIG = """
base_url = "https://union.example"
[limits]
pages = 10
[[provider]]
key = "gov"
issuer = "https://login.example/"
client_id = "hansa"
"""


def test_a_configuration_file(tmp_path: Path) -> None:
    file = tmp_path / "serve.toml"
    file.write_text(CONFIG)
    found = configured(file, Given(), {"HANSA_OIDC_GOV_SECRET": "s"})
    assert found.secure
    assert found.limits.pages == 10.0
    assert found.providers[0].issuer == "https://login.example"
    assert found.providers[0].client_secret == "s"
    assert "client_secret" not in repr(found.providers[0])
    assert configured(None, Given(), environment()) == Given()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("color = 1", "unknown key"),
        ("[limits]\npagess = 1", "pages"),
        ("[limits]\npages = -1", "no limit"),
        ("[[provider]]\nkey = 'x'", "issuer"),
        ("[[provider]]\nkey='x'\nissuer='http://a.example'\nclient_id='c'", "https"),
        ("[[provider]]\nkey='x'\nissuer='https://a'\nclient_id='c'\nclient_secret='s'",
         "secret stands in the file"),
        ("= broken", "serve.toml"),
    ],
)  # fmt: skip
def test_a_configuration_that_makes_no_sense(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "serve.toml"
    file.write_text(text)
    with pytest.raises(BadInput) as caught:
        configured(file, Given(), {})
    assert words in caught.value.sentence()
