"""What all tests share: where the project's shared data lies, and when a skip is a failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Time is measured in benchmarks, never in tests. In CI the same examples are drawn each time,
# so that a change is judged by what it changes; elsewhere every run looks for new ones.
settings.register_profile(
    "hansa",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("hansa")

SHARED = Path(os.environ.get("HANSA_SHARED", Path(__file__).parents[2] / "shared"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs something that is not here; in CI such a skip is a failure."""
    if SHARED.is_dir():
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(f"the shared data folder is not at {SHARED}: in CI it must be")
    reason = f"needs the shared data folder ({SHARED} or HANSA_SHARED)"
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data; use it with ``@pytest.mark.shared``."""
    return SHARED
