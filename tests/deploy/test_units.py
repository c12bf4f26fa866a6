"""The shipped units are what systemd understands, and leave the server few rights."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .conftest import DEPLOY, program

UNITS = DEPLOY / "systemd"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with commands that are on this machine."""
    for file in UNITS.glob("hansa*"):
        text = file.read_text()
        for command in ("hansa-backup", "hansa"):
            text = text.replace(f"/opt/hansa/bin/{command}", "/bin/true")
        (tmp_path / file.name).write_text(text)
    return tmp_path


def analyzed(*words: str) -> str:
    command = [program("systemd-analyze", "systemd"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", ["hansa.service", "hansa-backup.service", "hansa-backup.timer"])
def test_units_are_understood(units: Path, name: str) -> None:
    assert name not in analyzed("verify", str(units / name))


def test_the_server_is_exposed_little(units: Path) -> None:
    """At most 2.0 of 10 by systemd's own measure, which exits with 1 above the threshold."""
    analyzed("security", "--offline=true", "--threshold=20", str(units / "hansa.service"))


def test_the_user_is_understood(tmp_path: Path) -> None:
    command = [
        program("systemd-sysusers", "systemd"), "--dry-run", f"--root={tmp_path}",
        str(UNITS / "sysusers.conf"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "hansa" in done.stderr
