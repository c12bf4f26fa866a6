"""The server's secret is changed without anybody losing one-time codes or an open page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
import pytest

from hansa.faces.cli import main
from hansa.faces.web.accounts.book import Accounts, Refused
from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.secrets import Vault

OLD, NEW = "old-" + 40 * "o", "new-" + 40 * "n"
PASSWORD = "a long enough password"


class Clock:
    """Time in steps of one-time codes: no code is used twice."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def code(self, seed: str) -> str:
        self.now += 30
        return pyotp.TOTP(seed).at(int(self.now))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, quiet: pytest.MonkeyPatch) -> Path:
    quiet.chdir(tmp_path)
    return tmp_path


def book(folder: Path, clock: Clock, *secrets: str) -> Accounts:
    vault = Vault(*(secret.encode() for secret in secrets))
    return Accounts(Database(str(folder / "hansa.accounts.db")), vault, clock)


def with_codes(folder: Path, clock: Clock, name: str, secret: str) -> str:
    accounts = book(folder, clock, secret)
    accounts.add(name, name, PASSWORD)
    seed = accounts.new_seed(name)
    accounts.confirm_seed(name, seed, clock.code(seed))
    return seed


def test_seeds_are_sealed_anew(
    folder: Path, quiet: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    seed = with_codes(folder, clock, "arm", OLD)
    token, session = book(folder, clock, OLD).sign_in("arm", PASSWORD, clock.code(seed))

    only_new = book(folder, clock, NEW)
    with pytest.raises(Refused):
        only_new.sign_in("arm", PASSWORD, clock.code(seed))
    both = book(folder, clock, NEW, OLD)
    both.sign_in("arm", PASSWORD, clock.code(seed))  # while both are known
    form = book(folder, clock, OLD).vault.sign("form", session.digest)
    assert both.vault.signed(form, "form", session.digest), "a page opened before is refused"
    assert not only_new.vault.signed(form, "form", session.digest)
    assert both.vault.sign("form", "x") == only_new.vault.sign("form", "x"), "new with the old one"

    (folder / "secret").write_text(NEW)
    (folder / "former").write_text(f"{OLD}\n")
    for name in ("secret", "former"):
        (folder / name).chmod(0o600)
    quiet.setenv("HANSA_SECRET_FILE", "secret")
    quiet.setenv("HANSA_SECRET_FORMER_FILE", "former")
    main_done(["account", "reseal"])
    assert "1 seeds sealed with the present secret" in capsys.readouterr().out
    only_new.sign_in("arm", PASSWORD, clock.code(seed))
    with pytest.raises(Refused):
        book(folder, clock, OLD).sign_in("arm", PASSWORD, clock.code(seed))
    assert only_new.session(token) is not None, "who was signed in stays so"


def test_seeds_that_nothing_opens_are_named(
    folder: Path, quiet: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    with_codes(folder, clock, "arm", OLD)
    with_codes(folder, clock, "blr", NEW)
    quiet.setenv("HANSA_SECRET", NEW)
    assert left(["account", "reseal"]) == 2
    said = capsys.readouterr()
    assert "1 seeds sealed" in said.out
    assert "opens the seeds of arm" in said.err
    quiet.delenv("HANSA_SECRET")
    assert left(["account", "reseal"]) == 2
    assert "the present secret is missing" in capsys.readouterr().err


def test_everybody_is_signed_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    accounts = book(folder, clock, OLD)
    tokens = []
    for name in ("arm", "blr"):
        accounts.add(name, name, PASSWORD)
        tokens.append(accounts.open(name, strong=True)[0])
        tokens.append(accounts.open(name, strong=True, title="script")[0])
    before = accounts.revision()
    main_done(["account", "sign-out", "arm"])
    assert "2 sessions and tokens ended" in capsys.readouterr().out
    assert [accounts.session(token) is None for token in tokens] == [True, True, False, False]
    assert accounts.revision() > before, "open streams would not look"
    main_done(["account", "sign-out", "--everybody"])
    assert [accounts.session(token) for token in tokens] == [None] * 4
    assert left(["account", "sign-out"]) == 2
    assert left(["account", "sign-out", "bl"]) == 2
    assert "did you mean blr" in capsys.readouterr().err


def main_done(arguments: list[str]) -> None:
    with suppress_success():
        main(arguments)


@contextmanager
def suppress_success() -> Iterator[None]:
    """Let a command leave by ``sys.exit(0)``, as well as by its end."""
    try:
        yield
    except SystemExit as ended:
        if ended.code:
            raise


def left(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)
