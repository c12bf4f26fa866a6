"""Demo delegations: made anew at every start, their passwords told to whoever starts the server."""

from __future__ import annotations

from collections.abc import Iterator

from hansa.faces.web.site import Site


def prepare(site: Site) -> Iterator[str]:
    """Make the demo; yields what to print."""
    yield "demo"
