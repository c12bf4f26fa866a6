"""Private keys that delegations left with this server, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hansa.service.signing import public_of, read_key
from hansa.terms.errors import BadInput, Place


class Keys:
    """The keys in a folder, found by their public halves; looked for anew when one is missing.

    Parameters
    ----------
    folder : Path, optional
        Files ``*.pem`` that nobody but the server's user may read.
    password : str
        Of the files.

    Raises
    ------
    BadInput
        If a file cannot be read, or others may read it.
    """

    def __init__(self, folder: Path | None, password: str = "") -> None:
        self._folder, self._password = folder, password
        self._known: dict[str, Ed25519PrivateKey] = {}
        self._look()

    def _look(self) -> None:
        if self._folder is None:
            return
        if not self._folder.is_dir():
            raise BadInput("there is no such folder", where=Place(str(self._folder)))
        for path in sorted(self._folder.glob("*.pem")):
            if path.stat().st_mode & 0o077:
                raise BadInput(
                    "others may read this key", where=Place(str(path)), remedy="chmod 600 it"
                )
            key = read_key(path, self._password)
            self._known[public_of(key)] = key

    def of(self, publics: Iterable[str]) -> Ed25519PrivateKey | None:
        """The private key of the first public one that is kept here."""
        wanted = tuple(publics)
        if any(key not in self._known for key in wanted):
            self._look()
        return next((self._known[key] for key in wanted if key in self._known), None)
