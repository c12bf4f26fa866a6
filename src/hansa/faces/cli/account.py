"""``hansa account …``: accounts of a server, for whoever runs it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from hansa.faces.web.accounts.book import Accounts
from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.secrets import Vault, new_password
from hansa.faces.web.settings import (
    Settings,
    environment,
    former_secrets,
    log_address,
    secret_of,
)
from hansa.service.signing import new_key
from hansa.terms.errors import BadInput

app = App(name="account", help="Accounts of a server: add, disable, codes, keys, audit.")


def _book(log: str | None, accounts: str) -> Accounts:
    secret = secret_of(environment(), "HANSA_SECRET")
    settings = Settings(log=log_address(log, environment()), accounts=accounts)
    vault = Vault(secret.encode() or b"reading only", *former_secrets(environment()))
    return Accounts(Database(settings.accounts_address), vault)


@app.command
def add(name: str, *, title: str = "", log: str | None = None, accounts: str = "") -> None:
    """Add an account, or give it a new password, which is printed once.

    Parameters
    ----------
    name : str
        Its name; what it may do is said by acts of appointment.
    title : str
        What it is called on pages.
    log, accounts : str
        The log's address, as for ``serve``, and that of the accounts if they are not beside it.
    """
    book = _book(log, accounts)
    password = new_password()
    known = book.find(name) is not None
    book.add(name, title, password)
    if known:
        book.set_password(name, password)
    print(f"{name}  {password}")


@app.command
def disable(
    name: str,
    *,
    enable: Annotated[bool, Parameter(negative="")] = False,
    log: str | None = None,
    accounts: str = "",
) -> None:
    """Keep an account from signing in, and end its sessions, tokens and streams at once.

    Parameters
    ----------
    name : str
        The account.
    enable : bool
        Let it in again instead.
    log, accounts : str
        As in ``add``.
    """
    _book(log, accounts).disable(name, disabled=not enable)


@app.command
def codes(name: str, *, log: str | None = None, accounts: str = "") -> None:
    """Take the one-time codes from an account whose holder lost them.

    Parameters
    ----------
    name : str
        The account.
    log, accounts : str
        As in ``add``.
    """
    _book(log, accounts).drop_seed(name)


@app.command
def prepare(*, log: str | None = None, accounts: str = "") -> None:
    """Make the tables of accounts: as their owner, if the server may not.

    Parameters
    ----------
    log, accounts : str
        As in ``add``.
    """
    import_module("hansa.faces.web.app")  # with every part of the server that has tables
    _book(log, accounts).revision()


@app.command(name="sign-out")
def sign_out(
    name: str = "",
    *,
    everybody: Annotated[bool, Parameter(negative="")] = False,
    log: str | None = None,
    accounts: str = "",
) -> None:
    """End all sessions, tokens and streams of an account, or of everybody.

    Parameters
    ----------
    name : str
        The account.
    everybody : bool
        All accounts: after accounts were restored from a copy, in which what was revoked since
        still holds.
    log, accounts : str
        As in ``add``.
    """
    if bool(name) == everybody:
        raise BadInput("whom?", remedy="name one account, or give --everybody")
    ended = _book(log, accounts).close_all(name)
    print(f"{ended} sessions and tokens ended")


@app.command
def reseal(*, log: str | None = None, accounts: str = "") -> None:
    """Seal the seeds of one-time codes with the present secret, opening them with former ones.

    HANSA_SECRET (or HANSA_SECRET_FILE) is the present one; HANSA_SECRET_FORMER (or
    HANSA_SECRET_FORMER_FILE) has those before it, one a line.

    Parameters
    ----------
    log, accounts : str
        As in ``add``.
    """
    if not secret_of(environment(), "HANSA_SECRET"):
        raise BadInput("the present secret is missing", remedy="set HANSA_SECRET_FILE")
    done, lost = _book(log, accounts).reseal()
    print(f"{done} seeds sealed with the present secret")
    if lost:
        raise BadInput(
            f"no secret given opens the seeds of {', '.join(lost)}",
            remedy="give the secret they were made with in HANSA_SECRET_FORMER_FILE, or take "
            "the codes away: hansa account codes NAME",
        )


@app.command(name="list")
def listed(*, log: str | None = None, accounts: str = "") -> None:
    """List the accounts.

    Parameters
    ----------
    log, accounts : str
        As in ``add``.
    """
    for found in _book(log, accounts).listed():
        ways = [word for word, has in (("password", found.password), ("codes", found.codes)) if has]
        state = "disabled" if found.disabled else ", ".join(ways) or "by provider"
        print(f"{found.name:30} {state:20} {found.title}")


@app.command
def audit(*, about: str = "", limit: int = 100, log: str | None = None, accounts: str = "") -> None:
    """Who signed in, acted, was refused, and read what is restricted; the newest first.

    Parameters
    ----------
    about : str
        Only this account.
    limit : int
        At most so many.
    log, accounts : str
        As in ``add``.
    """
    from datetime import UTC, datetime

    for at, who, what, text in _book(log, accounts).noted(limit, about):
        print(f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}  {who}  {what}  {text}")


@app.command
def key(path: Path) -> None:
    """Make a private key in a file; prints the public one, for an act of appointment.

    Parameters
    ----------
    path : Path
        The file; HANSA_KEY_PASSWORD encrypts it.
    """
    if path.suffix != ".pem":
        raise BadInput("name the file *.pem")
    print(new_key(path, secret_of(environment(), "HANSA_KEY_PASSWORD")))
