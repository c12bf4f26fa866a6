"""What a watchman is told: that all is well, or what cannot be reached."""

from __future__ import annotations

from hansa.faces.web.accounts.database import AccountsUnreachable
from hansa.faces.web.live import Trouble
from web.conftest import server
from web.serving import Running

__all__ = ["server"]


def test_health(server: Running) -> None:
    with server.client() as client:
        well = client.get("/api/v1/health")
        assert (well.status_code, well.json()["log"], well.json()["accounts"]) == (200, "ok", "ok")
        assert well.headers["cache-control"] == "no-store"
        assert client.head("/api/v1/health").status_code == 200

        def lost() -> int:
            raise AccountsUnreachable("gone: the password is hush")

        server.site.accounts.revision = lost  # type: ignore[method-assign]
        unwell = client.get("/api/v1/health")
        assert unwell.status_code == 503
        assert (unwell.json()["log"], unwell.json()["accounts"]) == ("ok", "unreachable")
        assert "hush" not in unwell.text
        server.site.live.read = lambda: 0  # type: ignore[method-assign]  # keeps it in trouble
        server.site.live.trouble = Trouble("hush", server.site.live.clock())
        assert client.get("/api/v1/health").json()["log"] == "unreachable"
