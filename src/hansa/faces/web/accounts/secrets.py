"""Passwords, one-time codes, tokens, and what is kept encrypted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hansa.terms.errors import BadInput

SHORTEST = 12
LONGEST = 256
_ALPHABET = string.ascii_lowercase.replace("l", "") + "23456789"
_hasher = PasswordHasher()  # Argon2id with the parameters of RFC 9106, section 4 (low memory)


def hashed(password: str) -> str:
    """A password as it is kept.

    Raises
    ------
    BadInput
        If it is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"a password has {SHORTEST} to {LONGEST} characters")
    return _hasher.hash(password)


DUMMY = _hasher.hash(secrets.token_hex(16))
"""Verified where there is no account, so that an answer takes as long as where there is one."""


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one kept."""
    try:
        return _hasher.verify(kept or DUMMY, password[:LONGEST]) and bool(kept)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def new_password() -> str:
    """A password that can be read out: about 98 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def new_token() -> str:
    """What a reader holds to be known again: 256 bits."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """How a token is kept: who reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Vault:
    """Keys derived from the server's secret: for encrypting seeds, for signing what is sent out.

    Parameters
    ----------
    secret : bytes
        The server's secret: everything new is made with it.
    *former : bytes
        Secrets that it had before: what was made with them still holds.
    """

    def __init__(self, secret: bytes, *former: bytes) -> None:
        known = (secret, *former)
        keys = [base64.urlsafe_b64encode(_derived(one, b"seeds")) for one in known]
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._macs = [_derived(one, b"tokens") for one in known]

    def sealed(self, text: str) -> str:
        """A text encrypted."""
        return self._fernet.encrypt(text.encode()).decode()

    def opened(self, text: str) -> str:
        """The inverse; empty if it was sealed with a secret that is not among ours."""
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except (InvalidToken, ValueError):
            return ""

    def sign(self, *parts: str) -> str:
        """A code over parts that only this server can make."""
        return _code(self._macs[0], parts)

    def signed(self, code: str, *parts: str) -> bool:
        """Whether this server made the code."""
        given = code.encode()
        return any(hmac.compare_digest(given, _code(mac, parts).encode()) for mac in self._macs)


def _code(key: bytes, parts: tuple[str, ...]) -> str:
    text = b"\0".join(part.encode() for part in parts)
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, b"hansa", purpose).derive(secret)


def new_seed() -> str:
    """A seed of one-time codes (RFC 6238)."""
    return pyotp.random_base32()


def code_step(seed: str, code: str, now: float, used: int) -> int | None:
    """The step of time that a code belongs to; ``None`` if it is wrong or was used before."""
    totp = pyotp.TOTP(seed)
    step = int(now) // totp.interval
    for candidate in (step, step - 1, step + 1):
        expected = totp.generate_otp(candidate)
        if hmac.compare_digest(expected.encode(), code.strip().encode()) and candidate > used:
            return candidate
    return None


def seed_address(seed: str, account: str) -> str:
    """The address that authenticator apps read."""
    return pyotp.TOTP(seed).provisioning_uri(name=account, issuer_name="hansa")
