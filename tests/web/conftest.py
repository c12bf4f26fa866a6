"""Servers, a browser, a database: shared by the tests of the web face."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from web.serving import Running, examples, serving

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def needed(what: str, found: object) -> None:
    """Skip where something is missing; in CI that is a failure."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing; in CI it must be there")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that tests only read from."""
    with serving(tmp_path_factory.mktemp("reading")) as running:
        examples(running)
        yield running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A server of one's own."""
    with serving(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser."""
    path = os.environ.get("HANSA_CHROMIUM") or shutil.which("chromium")
    needed("Chromium (Debian's package 'chromium', or HANSA_CHROMIUM)", path)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of a PostgreSQL server."""
    address = os.environ.get("HANSA_TEST_POSTGRES", "")
    needed("a PostgreSQL server (HANSA_TEST_POSTGRES)", address)
    return address


@pytest.fixture
def own_database(postgres: str) -> Iterator[str]:
    """A database of one's own on the test's server."""
    import psycopg
    from sqlalchemy import make_url

    name = f"hansa_{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
