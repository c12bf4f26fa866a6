"""A server process to put load on, with an account that may act."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from hansa.faces.web.accounts.book import Accounts
from hansa.faces.web.accounts.database import Database
from hansa.faces.web.accounts.secrets import Vault
from hansa.service import act


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """A server process on a free port.

    Parameters
    ----------
    folder : Path
        Where its files go.
    log : str
        The act log's address.
    """

    def __init__(self, folder: Path, log: str) -> None:
        self.port = free_port()
        self.secret = secrets.token_hex(32)
        config = folder / "serve.toml"
        config.write_text("[limits]\npages = 5000\nquestions = 500\nacts = 500\nstreams = 5000\n")
        accounts = str(folder / "accounts.db")
        book = Accounts(Database(accounts), Vault(self.secret.encode()))
        book.add("csto", "CSTO Secretariat")
        self.token, _ = book.open("csto", strong=True, title="load")
        act(log, "appoint", "CSTO secretariat", actor="CSTO", payload="account=csto")
        self.command = [
            sys.executable, "-m", "hansa", "serve", "--log", log, "--port", str(self.port),
            "--config", str(config), "--accounts", accounts,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = {**os.environ, "HANSA_SECRET": self.secret}
        self.process = subprocess.Popen(self.command, env=environment)
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                raise SystemExit("the server does not start")
            time.sleep(0.1)
        raise SystemExit("the server does not answer")

    def stop(self) -> None:
        """End it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def memory(self) -> float:
        """Its resident memory in MB."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def seconds(self) -> float:
        """Processor time it has used."""
        assert self.process is not None
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
