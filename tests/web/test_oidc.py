"""Signing in by a provider of OpenID Connect, a server of its own; what must be checked is."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

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
