"""``hansa account …``: accounts of a server, for whoever runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from hansa.faces.web.accounts.book import Accounts
from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.secrets import Vault, new_password
from hansa.faces.web.settings import Settings, environment, secret_of
from hansa.service.signing import new_key
from hansa.terms.errors import BadInput

app = App(name="account", help="Accounts of a server: add, disable, codes, keys, audit.")


def _book(log: str, accounts: str) -> Accounts:
    secret = secret_of(environment(), "HANSA_SECRET")
    address = Settings(log=log, accounts=accounts).accounts_address
    return Accounts(Database(address), Vault(secret.encode() or b"reading only"))


@app.command
def add(name: str, *, title: str = "", log: str = "hansa.db", accounts: str = "") -> None:
    """Add an account, or give it a new password, which is printed once.

    Parameters
    ----------
    name : str
        Its name; what it may do is said by acts of appointment.
    title : str
        What it is called on pages.
    log, accounts : str
        The log's address, and that of the accounts if they are not beside it.
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
    log: str = "hansa.db",
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
def codes(name: str, *, log: str = "hansa.db", accounts: str = "") -> None:
    """Take the one-time codes from an account whose holder lost them.

    Parameters
    ----------
    name : str
        The account.
    log, accounts : str
        As in ``add``.
    """
    _book(log, accounts).drop_seed(name)


@app.command(name="list")
def listed(*, log: str = "hansa.db", accounts: str = "") -> None:
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
def audit(*, about: str = "", limit: int = 100, log: str = "hansa.db", accounts: str = "") -> None:
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
