"""What the tests of the deployment need: its files, and programs from the distribution."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from web.conftest import needed, postgres

__all__ = ["DEPLOY", "postgres", "program"]

DEPLOY = Path(__file__).parents[2] / "deploy"


def program(name: str, package: str) -> str:
    """The path of a program; a skip where it is not installed, in CI a failure."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = shutil.which(name, path=places)
    needed(f"{name} (Debian's package {package!r})", found)
    assert found is not None
    return found


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing to hansa."""
    for name in list(os.environ):
        if name.startswith("HANSA_") and not name.startswith("HANSA_TEST"):
            monkeypatch.delenv(name)
    return monkeypatch
