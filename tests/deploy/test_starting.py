"""What cannot be had is said in words when the server starts, not later on its pages."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from hansa.faces.cli import main
from hansa.faces.web.running import address_of, listening
from hansa.faces.web.settings import Settings, configured, former_secrets, log_address
from hansa.terms.errors import BadInput

from .conftest import DEPLOY


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(["serve", *(() if "--port" in words else ("--port", "0")), *words])
    return int(left.value.code or 0), capsys.readouterr().err.strip()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, quiet: pytest.MonkeyPatch) -> Path:
    quiet.chdir(tmp_path)
    return tmp_path


def test_a_busy_port(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        code, text = said(capsys, "--port", port)
    assert code == 2
    assert f"cannot listen on 127.0.0.1 port {port}: address already in use" in text
    assert "another --port" in text


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 99999, "there is no such port"),
        ("nowhere.invalid", 0, "this names no interface"),
        ("192.0.2.1", 0, "cannot assign requested address"),
    ],
)
def test_an_address_that_is_none(host: str, port: int, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        listening(host, port)


def test_the_address_for_a_browser() -> None:
    with listening("127.0.0.1", 0) as taken:
        assert address_of(taken) == f"http://127.0.0.1:{taken.getsockname()[1]}/"


def test_logs_that_are_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "--log", str(folder / "missing" / "log.db"))
    assert (code, "check that its folder exists" in text) == (6, True), text
    (folder / "text.db").write_text("no database\n" * 200)
    code, text = said(capsys, "--log", "text.db")
    assert (code, "not an SQLite database" in text) == (6, True), text
    code, text = said(capsys, "--log", "mysql://union")
    assert (code, "no kind of" in text) == (2, True), text


def test_a_database_server_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))  # and does not listen
        port = found.getsockname()[1]
        code, text = said(capsys, "--log", f"postgresql://union:hush@127.0.0.1:{port}/union")
    assert code == 6
    assert "the database is not there" in text
    assert "hush" not in text


def test_an_address_of_a_database_that_makes_no_sense(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "--log", "postgresql://union@host:port/union")
    assert (code, "not the address of a database" in text) == (2, True), text


def test_accounts_that_cannot_be_kept(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "--accounts", "missing/accounts.db")
    assert (code, "the database of accounts: cannot be reached" in text) == (6, True), text


def test_a_log_of_another_world(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The log holds another act under an id of the world's."""
    from dataclasses import replace

    from hansa.store import open_log
    from hansa.worlds import open_world

    first = open_world("eurasia").acts[0]
    with open_log("other.db") as log:
        log.append([replace(first, note="not the same")])
    code, text = said(capsys, "--log", "other.db")
    assert (code, "different acts" in text) == (6, True), text


def test_secrets(
    folder: Path, quiet: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = said(capsys, "--host", "0.0.0.0")
    assert (code, "needs a secret" in text) == (2, True), text
    quiet.setenv("HANSA_SECRET", "short")
    assert "too short" in said(capsys)[1]
    quiet.delenv("HANSA_SECRET")
    quiet.setenv("HANSA_SECRET_FILE", "missing")
    assert "cannot be read" in said(capsys)[1]
    file = folder / "secret"
    file.write_text("x" * 40)
    file.chmod(0o644)
    quiet.setenv("HANSA_SECRET_FILE", str(file))
    assert "chmod o-rwx" in said(capsys)[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limits = 3", "limits is no table"),
        ("provider = ['x']", "write [[provider]]"),
        ("keys = 4", "keys is no text"),
        ("[limits]\npages = true", "is no limit"),
        ("[limit]\npages = 1", "did you mean limits"),
        ("proxies = ['x']", "no address or network"),
        ("x = [", "Invalid value"),
    ],
)
def test_a_configuration_that_is_wrong(folder: Path, text: str, words: str) -> None:
    file = folder / "serve.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=words.replace("[", r"\[")):
        configured(file, Settings(), {})


def test_the_configuration_that_is_shipped(folder: Path) -> None:
    """As it stands, and with all that is commented out in it."""
    plain = configured(DEPLOY / "serve.toml", Settings(), {})
    assert plain.base_url == "https://union.example"
    assert plain.proxies == ("127.0.0.1", "::1")
    lines = (DEPLOY / "serve.toml").read_text().splitlines()
    settings = [line.removeprefix("# ") for line in lines if "=" in line or "[" in line]
    file = folder / "all.toml"
    file.write_text("\n".join(settings))
    full = configured(file, Settings(), {"HANSA_OIDC_MINISTRY_SECRET": "hush"})
    assert full.limits == plain.limits, "the defaults that the file tells are not the defaults"
    assert [(p.key, p.client_secret) for p in full.providers] == [("ministry", "hush")]
    assert full.proxies == ("10.0.0.5", "10.1.0.0/24")


def test_where_the_log_is(folder: Path) -> None:
    file = folder / "address"
    file.write_text("postgresql://union:hush@host/union\n")
    file.chmod(0o600)
    assert log_address("a.db", {"HANSA_LOG": "b.db"}) == "a.db"
    assert log_address(None, {"HANSA_LOG": "b.db"}) == "b.db"
    kept = log_address(None, {"HANSA_LOG_FILE": str(file)})
    assert kept == "postgresql://union:hush@host/union"
    assert log_address(None, {}) == "hansa.db"


def test_former_secrets_are_one_a_line(folder: Path) -> None:
    file = folder / "former"
    file.write_text("one\n\n two \n")
    file.chmod(0o600)
    assert former_secrets({"HANSA_SECRET_FORMER_FILE": str(file)}) == (b"one", b"two")
    assert former_secrets({}) == ()
