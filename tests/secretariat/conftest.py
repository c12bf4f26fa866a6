"""The embedded world, opened once."""

from __future__ import annotations

import pytest

from hansa.record import World
from hansa.worlds import open_world


@pytest.fixture(scope="session")
def eurasia() -> World:
    return open_world("eurasia")
