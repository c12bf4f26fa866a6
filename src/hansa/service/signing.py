"""Ed25519 signatures of acts (RFC 8032): over the canonical bytes of the act without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from hansa.record.acts import Act, Json
from hansa.terms.errors import BadInput, Place
from hansa.terms.truth import Truth

SIGNATURE = "signature"


def unsigned(act: Act) -> Act:
    """The act without its signature: what is signed."""
    payload = {key: value for key, value in act.payload.items() if key != SIGNATURE}
    return replace(act, payload=payload)


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key, 64 hexadecimal digits: what acts of appointment name."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signed(act: Act, key: Ed25519PrivateKey) -> Act:
    """The act with its signature in the payload."""
    bare = unsigned(act)
    value: dict[str, Json] = {"key": public_of(key), "value": key.sign(bare.canonical()).hex()}
    return replace(bare, payload={**bare.payload, SIGNATURE: value})


def checked(act: Act, keys: Iterable[str]) -> Truth:
    """Whether an act carries a signature by one of these keys.

    Returns
    -------
    Truth
        Unknown if it carries none; false if its signature is by another key or does not fit.
    """
    found = act.payload.get(SIGNATURE)
    if found is None:
        return Truth.UNKNOWN
    if not isinstance(found, dict):
        return Truth.FALSE
    key, value = str(found.get("key", "")), str(found.get("value", ""))
    if key not in set(keys):
        return Truth.FALSE
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(value), unsigned(act).canonical())
    except (InvalidSignature, ValueError):
        return Truth.FALSE
    return Truth.TRUE


def new_key(path: Path, password: str = "") -> str:
    """Make a private key, readable by its owner only; returns the public one.

    Raises
    ------
    BadInput
        If there is such a file already, or it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    how: KeySerializationEncryption = NoEncryption()
    if password:
        how = BestAvailableEncryption(password.encode())
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    try:
        path.touch(0o600, exist_ok=False)
        path.write_bytes(text)
    except OSError as wrong:
        raise BadInput(f"cannot write the key: {wrong}", where=Place(str(path))) from None
    return public_of(key)


def read_key(path: Path, password: str = "") -> Ed25519PrivateKey:
    """A private key from a PEM file.

    Raises
    ------
    BadInput
        If there is none, or it is not of this kind, or the password is wrong.
    """
    try:
        data = path.read_bytes()
        found = load_pem_private_key(data, password.encode() if password else None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise BadInput(f"cannot read the key: {wrong}", where=Place(str(path))) from None
    if not isinstance(found, Ed25519PrivateKey):
        raise BadInput("the key is not an Ed25519 key", where=Place(str(path)))
    return found
