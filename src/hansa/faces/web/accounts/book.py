"""The book of accounts: who may sign in, who is signed in, what was revoked."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, true, update

from hansa.faces.web.accounts.database import AccountsUnreachable, Database
from hansa.faces.web.accounts.names import LONGEST_NAME, alike, plain_name, readable
from hansa.faces.web.accounts.secrets import (
    Vault,
    code_step,
    digest_of,
    hashed,
    matches,
    new_seed,
    new_token,
)
from hansa.faces.web.accounts.sessions import Session
from hansa.faces.web.accounts.tables import accounts, audit, revisions, sessions
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.names import unknown

IDLE = 8 * 3600
LONGEST = 24 * 3600
TOKEN_LIFE = 90 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Account:
    """An account; without a password it signs in through its provider only."""

    name: str
    title: str
    disabled: bool
    password: bool
    codes: bool


class Refused(BadInput):
    """A sign-in that fails; it never says which part was wrong."""


class Accounts:
    """Accounts, sessions and audit in a database.

    Parameters
    ----------
    database : Database
    vault : Vault
        Encrypts the seeds of one-time codes.
    clock : callable
        Seconds since 1970.
    """

    def __init__(
        self, database: Database, vault: Vault, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self.vault, self._clock = database, vault, clock

    def _now(self) -> int:
        return int(self._clock())

    # --- accounts ------------------------------------------------------------------------

    def add(self, name: str, title: str = "", password: str = "") -> None:
        """A new account, or a known one given a new title and password."""
        if not plain_name(name):
            raise BadInput(f"{name[:80]!r} cannot name an account")
        kept = hashed(password) if password else ""
        with self._database.connection(writes=True) as connection:
            if _row(connection, name) is None:
                names = connection.execute(select(accounts.c.name)).scalars()
                twin = next((known for known in names if alike(known, name)), None)
                if twin is not None and password:  # a provider tells its subjects apart itself
                    raise BadInput(
                        f"{name!r} differs from the account {twin!r} in case only",
                        nearest=(str(twin),),
                    )
                connection.execute(
                    insert(accounts).values(
                        name=name, title=title or name, password=kept, created=self._now()
                    )
                )
            else:
                values = {"title": title or name} | ({"password": kept} if kept else {})
                _change(connection, name, **values)

    def listed(self) -> tuple[Account, ...]:
        """All accounts, by name."""
        with self._database.connection() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.name)).all()
        return tuple(_account(row) for row in rows)

    def find(self, name: str) -> Account | None:
        """One account."""
        with self._database.connection() as connection:
            row = _row(connection, name)
        return _account(row) if row is not None else None

    def set_password(self, name: str, password: str) -> None:
        """Give an account a new password; who is signed in with the old one is signed out."""
        kept = hashed(password)
        with self._database.connection(writes=True) as connection:
            _change(connection, name, password=kept)
            _sign_out(connection, name)

    def disable(self, name: str, *, disabled: bool = True) -> None:
        """Keep an account from signing in, and end its sessions and tokens at once."""
        with self._database.connection(writes=True) as connection:
            _change(connection, name, disabled=int(disabled))
            if disabled:
                _sign_out(connection, name)

    def new_seed(self, name: str) -> str:
        """A seed of one-time codes for an account, to be confirmed by `confirm_seed`."""
        seed = new_seed()
        if self.find(name) is None:
            raise unknown("account", name, [a.name for a in self.listed()])
        return seed

    def confirm_seed(self, name: str, seed: str, code: str) -> None:
        """Take a seed into use, if the account's holder can make a code of it."""
        step = code_step(seed, code, self._clock(), 0)
        if step is None:
            raise Refused("the code is wrong", remedy="check the clock of your device")
        with self._database.connection(writes=True) as connection:
            _change(connection, name, seed=self.vault.sealed(seed), step=step)
            _sign_out(connection, name)

    def drop_seed(self, name: str) -> None:
        """Take one-time codes from an account whose holder lost them."""
        with self._database.connection(writes=True) as connection:
            _change(connection, name, seed="", step=0)
            _sign_out(connection, name)

    def reseal(self) -> tuple[int, tuple[str, ...]]:
        """Seal all seeds of one-time codes with the present secret.

        Returns
        -------
        tuple
            How many were sealed anew, and the accounts whose seed no known secret opens.
        """
        with self._database.connection(writes=True) as connection:
            rows = connection.execute(
                select(accounts.c.name, accounts.c.seed).where(accounts.c.seed != "")
            ).all()
            opened = [(row.name, self.vault.opened(row.seed)) for row in rows]
            for name, seed in opened:
                if seed:
                    _change(connection, name, seed=self.vault.sealed(seed))
        lost = tuple(sorted(name for name, seed in opened if not seed))
        return len(opened) - len(lost), lost

    # --- signing in ----------------------------------------------------------------------

    def sign_in(self, name: str, password: str, code: str) -> tuple[str, Session]:
        """A session's token for whoever knows the password and the one-time code.

        Raises
        ------
        Refused
            If something is wrong; not what.
        """
        row = None
        if plain_name(name):  # else there is no such account, and databases refuse some texts
            with self._database.connection() as connection:
                row = _row(connection, name)
        right = matches(row.password if row is not None else "", password)
        if row is None or not right or row.disabled:
            raise Refused("the name, password or code is wrong")
        if row.seed:
            self._use_code(row, code)
        return self.open(name, strong=bool(row.seed))

    def _use_code(self, row: Any, code: str) -> None:
        seed = self.vault.opened(row.seed)
        step = code_step(seed, code, self._clock(), row.step) if seed else None
        if step is None:
            raise Refused("the name, password or code is wrong")
        with self._database.connection(writes=True) as connection:
            taken = connection.execute(
                update(accounts)
                .where(accounts.c.name == row.name, accounts.c.step < step)
                .values(step=step)
            )
            if not taken.rowcount:
                raise Refused("the name, password or code is wrong")

    def open(self, name: str, *, strong: bool, title: str = "") -> tuple[str, Session]:
        """A new session (a token for scripts, if it has a title)."""
        token, now, title = new_token(), self._now(), readable(title, 80)
        life = TOKEN_LIFE if title else LONGEST
        with self._database.connection(writes=True) as connection:
            row = _row(connection, name)
            if row is None or row.disabled:
                raise Refused("the name, password or code is wrong")
            connection.execute(
                insert(sessions).values(
                    digest=digest_of(token), account=name, kind="token" if title else "browser",
                    strong=int(strong), title=title, created=now, seen=now, ends=now + life,
                )
            )  # fmt: skip
            connection.execute(delete(sessions).where(sessions.c.ends < now))
        return token, Session(name, row.title, digest_of(token), strong, bool(title), now + life)

    def session(self, token: str) -> Session | None:
        """Whose token it is, if it still holds."""
        return self.session_by_digest(digest_of(token))

    def session_by_digest(self, digest: str) -> Session | None:
        """A session that still holds, by its digest."""
        now = self._now()
        both = sessions.join(accounts, sessions.c.account == accounts.c.name)
        query = (
            select(sessions, accounts.c.title.label("called"), accounts.c.disabled)
            .select_from(both)
            .where(sessions.c.digest == digest)
        )
        with self._database.connection() as connection:
            row = connection.execute(query).first()
        if row is None or row.disabled or row.ends <= now:
            return None
        if row.kind == "browser" and row.seen + IDLE <= now:
            return None
        if row.seen + 60 <= now:
            # on a full disk nobody is signed out: the session only ends sooner than it might
            with (
                suppress(AccountsUnreachable),
                self._database.connection(writes=True) as connection,
            ):
                seen = update(sessions).where(sessions.c.digest == digest).values(seen=now)
                connection.execute(seen)
        return Session(
            row.account, row.called, digest, bool(row.strong), row.kind == "token", row.ends
        )

    def close(self, digest: str) -> None:
        """End a session or token."""
        with self._database.connection(writes=True) as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))
            _revise(connection)

    def close_all(self, name: str = "") -> int:
        """End all sessions and tokens (of one account), open streams too; how many there were."""
        which = sessions.c.account == name if name else true()
        with self._database.connection(writes=True) as connection:
            if name and _row(connection, name) is None:
                raise _unknown(connection, name)
            ended = connection.execute(delete(sessions).where(which)).rowcount
            _revise(connection)
        return int(ended)

    def tokens(self, name: str) -> tuple[tuple[str, str, int], ...]:
        """Digest, title and end of an account's tokens."""
        query = select(sessions).where(sessions.c.account == name, sessions.c.kind == "token")
        with self._database.connection() as connection:
            rows = connection.execute(query.order_by(sessions.c.created)).all()
        return tuple((row.digest, row.title, row.ends) for row in rows)

    def revision(self) -> int:
        """Grows whenever something is revoked."""
        with self._database.connection() as connection:
            row = connection.execute(select(revisions.c.number)).first()
        return 0 if row is None else int(row.number)

    # --- audit ---------------------------------------------------------------------------

    def note(self, account: str, what: str, detail: str) -> None:
        """Write into the audit."""
        with self._database.connection(writes=True) as connection:
            values = {
                "at": self._now(), "account": readable(account, LONGEST_NAME), "what": what,
                "detail": readable(detail, 2000),
            }  # fmt: skip
            connection.execute(insert(audit).values(**values))

    def readings(self, act_id: str) -> tuple[tuple[int, str, str], ...]:
        """When and by whom an act was read, and where: the earliest first."""
        query = (
            select(audit)
            .where(audit.c.what == "read", audit.c.detail.contains(act_id, autoescape=True))
            .order_by(audit.c.number)
        )
        with self._database.connection() as connection:
            rows = connection.execute(query).all()
        return tuple(
            (row.at, row.account, row.detail) for row in rows if f" {act_id} " in f"{row.detail} "
        )

    def noted(self, limit: int = 200, account: str = "") -> tuple[tuple[int, str, str, str], ...]:
        """The last notes (about one account): when, who, what, details."""
        query = select(audit).order_by(audit.c.number.desc()).limit(limit)
        if account:
            query = query.where(audit.c.account == account)
        with self._database.connection() as connection:
            rows = connection.execute(query).all()
        return tuple((row.at, row.account, row.what, row.detail) for row in rows)


def _row(connection: Connection, name: str) -> Any:
    return connection.execute(select(accounts).where(accounts.c.name == name)).first()


def _account(row: Any) -> Account:
    return Account(row.name, row.title, bool(row.disabled), bool(row.password), bool(row.seed))


def _change(connection: Connection, name: str, **values: Any) -> None:
    changed = connection.execute(update(accounts).where(accounts.c.name == name).values(**values))
    if not changed.rowcount:
        raise _unknown(connection, name)


def _unknown(connection: Connection, name: str) -> UnknownCode:
    return unknown("account", name, connection.execute(select(accounts.c.name)).scalars().all())


def _sign_out(connection: Connection, name: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.account == name))
    _revise(connection)


def _revise(connection: Connection) -> None:
    counter = update(revisions).where(revisions.c.name == "sessions")
    grown = connection.execute(counter.values(number=revisions.c.number + 1))
    if not grown.rowcount:
        connection.execute(insert(revisions).values(name="sessions", number=1))
