"""What a server is told when it starts; secrets come from the environment or from files."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown

CONFIGURED: dict[str, type] = {
    "provider": list, "limits": dict, "base_url": str, "proxies": list, "keys": str,
    "tariff": str, "tariff_union": str,
}  # fmt: skip
WORDS: dict[type, str] = {list: "list", dict: "table", str: "text"}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider; ``key`` stands in addresses and in names of accounts."""

    key: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: str = "openid profile"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one reader may ask for.

    Parameters
    ----------
    pages, questions, acts, sign_ins : float
        Requests per second that an address (an account, for acts) may go on making; short
        bursts may be ten seconds' worth.
    streams : int
        Open event streams per address.
    body : int
        Bytes that a request may carry.
    seconds : float
        How long a question may be computed before the reader is told to come back.
    """

    pages: float = 50.0
    questions: float = 4.0
    acts: float = 5.0
    sign_ins: float = 0.2
    streams: int = 100
    body: int = 256 * 1024
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server runs.

    Parameters
    ----------
    world : str
        A world that comes with hansa, or a folder.
    log : str
        The act log: a file (SQLite) or ``postgresql://…``.
    accounts : str
        Where accounts and sessions are; beside the log if empty.
    base_url : str
        The address that readers use, ``https://union.example``; empty: as they came.
    proxies : tuple of str
        Addresses and networks of proxies whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are
        believed; nobody's is, if there is no ``base_url``.
    secret : bytes
        Signs forms and encrypts the seeds of one-time codes.
    former_secrets : tuple of bytes
        Secrets that it had before, while accounts are sealed anew.
    providers : tuple of Provider
    tariff : Path, optional
        Folder of the tariff book in which codes are looked up.
    tariff_union : str
        The organisation whose tariff it is.
    keys : Path, optional
        Folder with delegations' private keys kept here (``NAME.pem``).
    demo : bool
        Demo delegations, whose passwords are printed.
    codes : bool
        Whether local accounts need a one-time code before they may act.
    """

    world: str = "eurasia"
    log: str = "hansa.db"
    accounts: str = ""
    base_url: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    secret: bytes = field(default=b"", repr=False)
    former_secrets: tuple[bytes, ...] = field(default=(), repr=False)
    providers: tuple[Provider, ...] = ()
    tariff: Path | None = None
    tariff_union: str = ""
    keys: Path | None = None
    key_password: str = field(default="", repr=False)
    demo: bool = False
    codes: bool = True
    limits: Limits = field(default_factory=Limits)

    @property
    def secure(self) -> bool:
        """Whether readers come by HTTPS only (then cookies say so)."""
        return self.base_url.startswith("https://")

    @property
    def accounts_address(self) -> str:
        """Where accounts are: given, or the log's database, or a file beside the log's."""
        if self.accounts:
            return self.accounts
        if "://" in self.log and not self.log.startswith("sqlite"):
            return self.log
        path = self.log.removeprefix("sqlite:///")
        return str(Path(path).with_suffix(".accounts.db"))


def secret_of(environment: Mapping[str, str], name: str) -> str:
    """A secret from ``NAME``, or from the file that ``NAME_FILE`` names; empty if neither.

    Raises
    ------
    BadInput
        If the file cannot be read, or others than its owner may read it.
    """
    path = environment.get(f"{name}_FILE")
    if path is None:
        return environment.get(name, "")
    file = Path(path)
    try:
        mode = file.stat().st_mode & 0o777
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"the file of {name} cannot be read: {wrong}") from None
    if mode & 0o007:
        raise BadInput(
            f"everybody may read {path} (mode {mode:o})", remedy=f"run: chmod o-rwx {path}"
        )
    return text


def server_secret(environment: Mapping[str, str], host: str) -> bytes:
    """The server's secret; on the loopback interface one that lasts as long as the server.

    Raises
    ------
    BadInput
        If none is given and others can reach the server, or it is too short.
    """
    text = secret_of(environment, "HANSA_SECRET")
    if text:
        if len(text) < 32:
            raise BadInput("HANSA_SECRET is too short", remedy="give at least 32 characters")
        return text.encode()
    if host not in LOOPBACK:
        raise BadInput(
            "a server that others reach needs a secret",
            remedy="set HANSA_SECRET or HANSA_SECRET_FILE, e.g. to: openssl rand -hex 32",
        )
    return secrets.token_bytes(32)


def former_secrets(environment: Mapping[str, str]) -> tuple[bytes, ...]:
    """The secrets of ``HANSA_SECRET_FORMER``, one a line: what they sealed still opens."""
    text = secret_of(environment, "HANSA_SECRET_FORMER")
    return tuple(line.strip().encode() for line in text.splitlines() if line.strip())


def log_address(given: str | None, environment: Mapping[str, str]) -> str:
    """The log's address: as given, by ``HANSA_LOG`` or ``HANSA_LOG_FILE``, or ``hansa.db``.

    An address with a password belongs into the file: everybody on the machine can read the
    arguments of a process.
    """
    return given or secret_of(environment, "HANSA_LOG") or "hansa.db"


def configured(path: Path | None, settings: Settings, environment: Mapping[str, str]) -> Settings:
    """Settings with what a TOML file adds: ``[[provider]]`` and ``[limits]``.

    Raises
    ------
    BadInput
        For what cannot be read: file and key.
    """
    if path is None:
        return settings
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        said = f"cannot be read: {wrong.strerror or wrong}"
        raise BadInput(said, where=Place(str(path))) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise BadInput(str(wrong), where=Place(str(path))) from None
    for key, value in content.items():
        if key not in CONFIGURED:
            raise unknown("key", key, tuple(CONFIGURED), where=Place(path.name))
        if not isinstance(value, CONFIGURED[key]):
            wanted = WORDS[CONFIGURED[key]]
            raise BadInput(f"{key} is no {wanted}", where=Place(path.name, None, key))
    found = content.get("provider", [])
    if not all(isinstance(item, dict) for item in found):
        raise BadInput("write [[provider]]", where=Place(path.name, None, "provider"))
    providers = tuple(_provider(item, path, environment) for item in found)
    limits = settings.limits
    for key, value in content.get("limits", {}).items():
        if key not in Limits.__dataclass_fields__:
            raise unknown("limit", key, Limits.__dataclass_fields__, where=Place(path.name))
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise BadInput(f"{key} = {value!r} is no limit", where=Place(path.name))
        whole = key in ("streams", "body")
        changed: dict[str, Any] = {key: int(value) if whole else float(value)}
        limits = replace(limits, **changed)
    keys = Path(content["keys"]) if "keys" in content else settings.keys
    base = str(content.get("base_url", settings.base_url)).rstrip("/")
    proxies = _proxies(content.get("proxies", settings.proxies), path)
    tariff = Path(content["tariff"]) if "tariff" in content else settings.tariff
    union = str(content.get("tariff_union", settings.tariff_union))
    return replace(
        settings, providers=providers, limits=limits, keys=keys, base_url=base, proxies=proxies,
        tariff=tariff, tariff_union=union,
    )  # fmt: skip


def _proxies(given: Iterable[object], path: Path) -> tuple[str, ...]:
    where = Place(path.name, None, "proxies")
    for one in given:
        try:
            ip_network(str(one), strict=False)
        except ValueError:
            raise BadInput(
                f"{one!r} is no address or network",
                where=where,
                remedy="e.g. 10.0.0.5, 10.0.0.0/24",
            ) from None
    return tuple(str(one) for one in given)


def _provider(item: dict[str, Any], path: Path, environment: Mapping[str, str]) -> Provider:
    where = Place(path.name, None, "provider")
    for key in ("key", "issuer", "client_id"):
        if not isinstance(item.get(key), str):
            raise BadInput(f"the key {key!r} is missing", where=where)
    if "client_secret" in item:
        raise BadInput(
            "a secret stands in the file",
            where=where,
            remedy=f"set HANSA_OIDC_{item['key'].upper()}_SECRET or ..._SECRET_FILE instead",
        )
    issuer = item["issuer"].rstrip("/")
    found = urlsplit(issuer)
    if found.scheme != "https" and found.hostname not in LOOPBACK:
        raise BadInput(f"the issuer {issuer!r} does not use https", where=where)
    secret = secret_of(environment, f"HANSA_OIDC_{item['key'].upper()}_SECRET")
    return Provider(
        item["key"],
        str(item.get("title", item["key"])),
        issuer,
        item["client_id"],
        secret,
        str(item.get("scopes", "openid profile")),
    )


def environment() -> Mapping[str, str]:
    """The environment of the process."""
    return os.environ
