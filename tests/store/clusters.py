"""Throw-away PostgreSQL clusters, made by the project's own script."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / ".ci" / "postgres"


@dataclass(frozen=True)
class Cluster:
    """A server that a test may stop and start as it likes."""

    url: str
    folder: str

    @classmethod
    def start(cls) -> Cluster:
        told = dict(
            line.split("=", 1)
            for line in _run("start").splitlines()
            if not line.startswith("export")
        )
        return cls(told["HANSA_TEST_POSTGRES"], told["HANSA_TEST_POSTGRES_CLUSTER"])

    def halt(self) -> None:
        """Stop the server as a crash would: no goodbye to clients, no checkpoint."""
        _run("halt", self.folder)

    def again(self) -> None:
        _run("again", self.folder)

    def stop(self) -> None:
        _run("stop", self.folder)


def _run(*words: str) -> str:
    done = subprocess.run(
        [str(SCRIPT), *words], capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{SCRIPT.name} {' '.join(words)}: {done.stderr}")
    return done.stdout
