"""Private keys that delegations left with this server, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hansa.service.signing import public_of, read_key
from hansa.terms.errors import BadInput, Place


class Keys:
    """The keys in a folder, found by their public halves; looked at anew before each signature.

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
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._look()

    def _look(self) -> None:
        """Read the folder anew if anything in it changed: a key taken out is forgotten."""
        if self._folder is None:
            return
        if not self._folder.is_dir():
            raise BadInput("there is no such folder", where=Place(str(self._folder)))
        paths = sorted(self._folder.glob("*.pem"))
        told = ((path.name, path.stat()) for path in paths)
        seen = tuple((name, stat.st_mtime_ns, stat.st_ino) for name, stat in told)
        if seen == self._seen and self._known:
            return
        known: dict[str, Ed25519PrivateKey] = {}
        for path in paths:
            if path.stat().st_mode & 0o077:
                raise BadInput(
                    "others may read this key", where=Place(str(path)), remedy="chmod 600 it"
                )
            key = read_key(path, self._password)
            known[public_of(key)] = key
        self._known, self._seen = known, seen

    def of(self, publics: Iterable[str]) -> Ed25519PrivateKey | None:
        """The private key of the first public one that is kept here."""
        wanted = tuple(publics)
        if wanted:
            self._look()
        return next((self._known[key] for key in wanted if key in self._known), None)
