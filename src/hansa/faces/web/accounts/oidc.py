"""Signing in by a provider of OpenID Connect: authorization code flow with PKCE.

Source: OpenID Connect Core 1.0, sections 3.1 and 3.1.3.7 (what must be checked); RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hansa.faces.web.accounts.names import LONGEST_NAME, plain_name, readable
from hansa.faces.web.accounts.secrets import Vault
from hansa.faces.web.settings import LOOPBACK, Provider
from hansa.terms.errors import HansaError, Place

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
LEEWAY = 60
KEPT = 3600
LASTS = 600
LARGEST = 1_000_000


class ProviderFailed(HansaError):
    """The provider cannot be reached, or what it answers does not hold."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in at a provider: the account's name here, and what to call it."""

    account: str
    title: str


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in that was begun: where to send the reader, and what the browser keeps."""

    address: str
    cookie: str


def account_of(provider: str, subject: str) -> str:
    """The name of the account of a provider's subject: two subjects never share one."""
    name = f"{provider}:{subject}"
    if len(name) <= LONGEST_NAME and plain_name(name):
        return name
    return f"{provider}:sha256:{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()}"


class SignIn:
    """Signing in at one provider.

    Parameters
    ----------
    provider : Provider
    vault : Vault
        Signs what the browser keeps meanwhile.
    redirect : str
        The address to which the provider sends readers back.
    client : httpx.AsyncClient
    """

    def __init__(
        self, provider: Provider, vault: Vault, redirect: str, client: httpx.AsyncClient,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.provider, self._vault, self._redirect = provider, vault, redirect
        self._client, self._clock = client, clock
        self._about: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, KeySet | None] = (0.0, None)

    # --- the flow ------------------------------------------------------------------------

    async def start(self, back: str) -> Started:
        """Begin: a state, a nonce and a verifier that nobody can guess."""
        about = await self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        question = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": self._redirect,
            "scope": self.provider.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in about["authorization_endpoint"] else "?"
        address = f"{about['authorization_endpoint']}{joint}{urlencode(question)}"
        kept = json.dumps([state, nonce, verifier, back, int(self._clock()) + LASTS])
        text = base64.urlsafe_b64encode(kept.encode()).decode()
        return Started(address, f"{text}.{self._vault.sign('oidc', self.provider.key, text)}")

    async def finish(self, cookie: str, state: str, code: str) -> tuple[Identity, str]:
        """End: who signed in, and the page to go back to.

        Raises
        ------
        ProviderFailed
            If anything does not fit.
        """
        wanted, nonce, verifier, back = self._opened(cookie)
        if not secrets.compare_digest(wanted.encode(), state.encode()):
            raise self._failed("this sign-in was not begun in this browser")
        about = await self._discovered()
        token = await self._redeemed(about, code, verifier)
        claims = await self._claims(about, token)
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise self._failed("the token is of another sign-in")
        subject = str(claims["sub"])
        title = str(claims.get("name") or claims.get("preferred_username") or subject)
        return Identity(account_of(self.provider.key, subject), readable(title, 100)), back

    def _opened(self, cookie: str) -> tuple[str, str, str, str]:
        text, _, code = cookie.rpartition(".")
        if not text or not self._vault.signed(code, "oidc", self.provider.key, text):
            raise self._failed("this sign-in was not begun in this browser")
        state, nonce, verifier, back, ends = json.loads(base64.urlsafe_b64decode(text))
        if self._clock() > ends:
            raise self._failed("this sign-in took too long")
        return state, nonce, verifier, back

    def _failed(self, what: str) -> ProviderFailed:
        return ProviderFailed(what, where=Place(self.provider.title), remedy="begin again")

    def _reachable(self, address: str) -> None:
        """Refuse an address that others could listen at, or that is no address of the web."""
        parts = urlsplit(address)
        near = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (parts.scheme == "https" and parts.hostname) and not near:
            raise self._failed("the provider names an address without https")

    # --- what the provider says ----------------------------------------------------------

    async def _json(self, address: str, **kwargs: Any) -> dict[str, Any]:
        self._reachable(address)
        method = "POST" if "data" in kwargs else "GET"
        try:
            answer = await self._client.request(method, address, **kwargs)
            if len(answer.content) > LARGEST:
                raise self._failed("the provider answers too much")
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as wrong:
            raise self._failed(f"the provider does not answer ({type(wrong).__name__})") from None
        if not isinstance(found, dict):
            raise self._failed("the provider's answer is no object")
        return found

    async def _discovered(self) -> dict[str, Any]:
        made, about = self._about
        if about and self._clock() - made < KEPT:
            return about
        address = f"{self.provider.issuer}/.well-known/openid-configuration"
        about = await self._json(address)
        if about.get("issuer", "").rstrip("/") != self.provider.issuer:
            raise self._failed("the provider gives another issuer")
        for key in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(about.get(key), str):
                raise self._failed(f"the provider names no {key}")
            self._reachable(about[key])
        self._about = (self._clock(), about)
        return about

    async def _redeemed(self, about: Mapping[str, Any], code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": verifier,
            "client_id": self.provider.client_id,
        }
        ways = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        extra: dict[str, Any] = {}
        if self.provider.client_secret and "client_secret_basic" in ways:
            extra["auth"] = (self.provider.client_id, self.provider.client_secret)
        elif self.provider.client_secret:
            form["client_secret"] = self.provider.client_secret
        found = await self._json(about["token_endpoint"], data=form, **extra)
        token = found.get("id_token")
        if not isinstance(token, str):
            raise self._failed("the provider gives no identity token")
        return token

    async def _claims(self, about: Mapping[str, Any], token: str) -> dict[str, Any]:
        for fresh in (False, True):
            keys = await self._key_set(about["jwks_uri"], fresh=fresh)
            try:
                claims = dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError, KeyError):
                if fresh:
                    raise self._failed("the token's signature does not hold") from None
                continue
            self._check(claims)
            return claims
        raise AssertionError("unreachable")

    async def _key_set(self, address: str, *, fresh: bool) -> KeySet:
        made, keys = self._keys
        if keys is None or self._clock() - made > (30 if fresh else KEPT):
            found: Any = await self._json(address)
            try:
                keys = KeySet.import_key_set(found)
            except (JoseError, ValueError, KeyError, TypeError):
                raise self._failed("the provider's keys cannot be read") from None
            self._keys = (self._clock(), keys)
        return keys

    def _check(self, claims: Mapping[str, Any]) -> None:
        """OpenID Connect Core, section 3.1.3.7."""
        now = self._clock()
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        mine = self.provider.client_id
        expires, issued = claims.get("exp"), claims.get("iat")
        right = (
            str(claims.get("iss", "")).rstrip("/") == self.provider.issuer
            and mine in audiences
            and (len(audiences) == 1 or claims.get("azp") == mine)
            and claims.get("azp", mine) == mine
            and isinstance(expires, int | float)
            and now < expires + LEEWAY
            and isinstance(issued, int | float)
            and issued < now + LEEWAY
            and isinstance(claims.get("sub"), str)
            and 0 < len(claims["sub"]) <= 255
        )
        if not right:
            raise self._failed("the token is not meant for this server, or its time is over")
