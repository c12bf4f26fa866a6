"""The shipped proxies in front of a server: TLS, streams at once, whose word counts."""

from __future__ import annotations

import datetime
import os
import re
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from hansa.faces.web.app import create_app
from hansa.faces.web.running import Server, address_of, listening
from hansa.faces.web.settings import Settings
from web.serving import Process, Running, events_of, free_port
from web.test_holding import STEM, act_of

from .conftest import DEPLOY, program

NAME = "union.example"
STREAMS = 3
"""Open event streams that the server allows an address."""


@dataclass
class Fronted:
    """A server behind a proxy."""

    server: Running
    port: int
    plain: int
    trust: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def client(self, **kwargs: object) -> httpx.Client:
        """A reader's: it asks for the name, wherever that may be."""
        return httpx.Client(
            base_url=self.url, verify=self.trust, timeout=30, headers={"host": NAME},
            event_hooks={"request": [_by_name]}, **kwargs,  # type: ignore[arg-type]
        )  # fmt: skip


def _by_name(request: httpx.Request) -> None:
    request.extensions["sni_hostname"] = NAME


def certificate(folder: Path) -> tuple[Path, Path, ssl.SSLContext]:
    """A certificate for the name, signed by its own key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, private, ssl.create_default_context(cafile=str(chain))


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    with (folder / "proxy.log").open("w+b") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            deadline = time.monotonic() + 30
            while socket.socket().connect_ex(("127.0.0.1", port)):
                assert process.poll() is None, (folder / "proxy.log").read_text()
                assert time.monotonic() < deadline, (folder / "proxy.log").read_text()
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(15)


def nginx(folder: Path, upstream: int, secure: int, plain: int) -> tuple[list[str], ssl.SSLContext]:
    """The shipped site, with ports and certificate of here; nothing else is changed."""
    chain, private, trust = certificate(folder)
    site = (DEPLOY / "nginx" / "hansa.conf").read_text()
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    site = re.sub(r"\n *listen \[::\]:\d+[^\n]*", "", site)
    site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    site = re.sub(r"ssl_certificate /[^;]*", f"ssl_certificate {chain}", site)
    site = re.sub(r"ssl_certificate_key /[^;]*", f"ssl_certificate_key {private}", site)
    main = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;\n"
        f"events {{ worker_connections 256; }}\n"
        f"http {{ access_log off; gzip on; {temporary}\n{site}\n}}\n"
    )
    command = [program("nginx", "nginx-light"), "-p", str(folder), "-c", str(main)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    return command, trust


def caddy(folder: Path, upstream: int, secure: int, plain: int) -> tuple[list[str], ssl.SSLContext]:
    chain, private, trust = certificate(folder)
    site = (DEPLOY / "caddy" / "Caddyfile").read_text()
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    site = site.replace(f"{NAME} {{", f"{NAME}:{secure} {{\n\ttls {chain} {private}", 1)
    site = site.replace("grace_period 10s", f"grace_period 1s\n\tadmin off\n\thttp_port {plain}")
    site = site.replace(f"http_port {plain}", f"http_port {plain}\n\thttps_port {secure}")
    file = folder / "Caddyfile"
    file.write_text(site)
    command = [program("caddy", "caddy"), "run", "--config", str(file), "--adapter", "caddyfile"]
    return command, trust


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, Running]]:
    """A server as it is deployed, and a twin in this process: for its accounts and its audit."""
    folder = tmp_path_factory.mktemp("behind")
    server = Process(folder, str(folder / "log.db"))
    server.command += ["--base-url", f"https://{NAME}"]
    config = folder / "serve.toml"
    config.write_text(config.read_text().replace("streams = 999", f"streams = {STREAMS}"))
    settings = Settings(log=str(folder / "log.db"), accounts=server.accounts, secret=b"x" * 32)
    site = create_app(settings).state.site
    twin = Running(f"https://{NAME}", site, None)
    twin.account("csto", "CSTO")
    server.start()
    yield server, twin
    server.stop()
    site.close()


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def fronted(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    behind: tuple[Process, Running],
) -> Iterator[Fronted]:
    server, twin = behind
    folder = tmp_path_factory.mktemp("proxy")
    secure, plain = free_port(), free_port()
    command, trust = request.param(folder, server.port, secure, plain)
    with running(command, secure, folder):
        yield Fronted(twin, secure, plain, trust)


def test_pages_come_by_tls(fronted: Fronted) -> None:
    with fronted.client() as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "max-age=31536000" in page.headers["strict-transport-security"]
        assert len(page.headers.get_list("content-security-policy")) == 1


def test_plain_http_is_sent_to_tls(fronted: Fronted) -> None:
    answer = httpx.get(
        f"http://127.0.0.1:{fronted.plain}/log?at=1", headers={"host": NAME}, timeout=30
    )
    assert answer.status_code in (301, 308)
    assert re.sub(r":\d+/", "/", answer.headers["location"]) == f"https://{NAME}/log?at=1"


def test_an_event_comes_while_the_stream_is_open(fronted: Fronted) -> None:
    """A proxy that buffered would keep it until the stream ends, which it never does."""
    headers = fronted.server.token("csto")
    with (
        fronted.client() as client,
        fronted.client() as other,
        client.stream("GET", "/events", headers={"accept-encoding": "gzip"}) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in answer.headers
        events = events_of(answer.iter_lines())
        for name in (f"one.{fronted.port}", f"two.{fronted.port}"):
            sent = other.post("/api/v1/acts", json=act_of(name), headers=headers)
            assert sent.status_code == 201, sent.text
            assert next(events)["data"]["id"] == f"{STEM}.{name}"


def test_a_reader_that_leaves_is_noticed_by_the_server(fronted: Fronted) -> None:
    """One after the other may follow, as often as they like."""
    for _ in range(2 * STREAMS):
        deadline = time.monotonic() + 20
        while True:
            with fronted.client() as client, client.stream("GET", "/events") as answer:
                if answer.status_code == 200:
                    assert next(answer.iter_lines()) == "retry: 1000"
                    break
                assert answer.status_code == 429
            assert time.monotonic() < deadline, "streams stay open that nobody reads"
            time.sleep(0.1)


def test_what_a_reader_says_of_its_address_is_not_believed(fronted: Fronted) -> None:
    with fronted.client(follow_redirects=False) as client:
        form = {"name": "csto", "password": fronted.server.passwords["csto"]}
        said = {"x-forwarded-for": "203.0.113.9", "origin": f"https://{NAME}"}
        answer = client.post("/sign-in", data=form, headers=said)
        assert answer.status_code == 303, answer.text
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
    noted = fronted.server.site.accounts.noted(20, "csto")
    assert ("signed in", "127.0.0.1") in [(what, text) for _, _, what, text in noted]
    assert "203.0.113.9" not in str(noted)


def test_too_much_is_refused(fronted: Fronted) -> None:
    with fronted.client() as client:
        answer = client.post(
            "/api/v1/acts", content=b"x" * 300_000, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 413


@pytest.mark.parametrize(
    ("base", "proxies", "believed"),
    [
        ("", ("127.0.0.1",), False),
        ("https://union.example", ("127.0.0.1",), True),
        ("https://union.example", ("10.0.0.0/8",), False),
    ],
)
def test_whose_word_the_server_takes(
    tmp_path: Path, base: str, proxies: tuple[str, ...], believed: bool
) -> None:
    """Only that of proxies that are named, and only if readers come by a proxy at all."""
    settings = Settings(
        log=str(tmp_path / "log.db"), secret=b"x" * 32, base_url=base, proxies=proxies
    )
    app = create_app(settings)
    book = app.state.site.accounts
    book.add("arm", "Armenia", "a long enough password")
    taken = listening("127.0.0.1", 0)
    address = address_of(taken)
    server = Server(app, settings)
    thread = threading.Thread(target=server.run, args=([taken],))
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        headers = {"x-forwarded-for": "198.51.100.7", "origin": base or address.rstrip("/")}
        form = {"name": "arm", "password": "a wrong password indeed"}
        httpx.post(f"{address}sign-in", data=form, headers=headers, timeout=30)
    finally:
        server.should_exit = True
        thread.join(15)
    (note,) = book.noted(5)
    assert note[3] == ("198.51.100.7" if believed else "127.0.0.1")
