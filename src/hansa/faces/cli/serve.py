"""``hansa serve``: the union in a browser."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hansa.terms.errors import BadInput


def serve(
    world: str = "eurasia",
    *,
    log: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    base_url: str = "",
    config: Path | None = None,
    keys: Path | None = None,
    accounts: str = "",
    demo: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Serve pages, the API, the live stream and feeds over HTTP.

    Parameters
    ----------
    world : str
        A world that comes with hansa, or the folder of your own.
    log : str, optional
        The act log: a file (SQLite) or postgresql://…; hansa.db if not given.
    host : str
        The interface to listen on.
    port : int
        The port.
    base_url : str
        The address that readers use, when a proxy stands before the server.
    config : Path, optional
        A TOML file with sign-in providers and limits.
    keys : Path, optional
        A folder with delegations' private keys that this server keeps.
    accounts : str
        Where accounts are kept; beside the log if not given.
    demo : bool
        Demo delegations whose passwords are printed; forgotten when the server stops.
    """
    try:
        import uvicorn

        from hansa.faces.web import demo as demonstration
        from hansa.faces.web.app import create_app
        from hansa.faces.web.settings import (
            Settings,
            configured,
            environment,
            secret_of,
            server_secret,
        )
    except ImportError as missing:
        raise BadInput(
            f"serving needs a library that is not installed ({missing.name})",
            remedy="pip install 'hansa[web]'",
        ) from missing
    with ExitStack() as stack:
        if demo and log is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hansa-demo-"))
            log = str(Path(folder) / "demo.db")
        given = Settings(
            world=world, log=log or "hansa.db", accounts=accounts,
            base_url=base_url.rstrip("/"), secret=server_secret(environment(), host), keys=keys,
            key_password=secret_of(environment(), "HANSA_KEY_PASSWORD"), demo=demo,
            codes=not demo, tariff=demonstration.TARIFF if demo else None,
            tariff_union=demonstration.UNION if demo else "",
        )  # fmt: skip
        settings = configured(config, given, environment())
        app = create_app(settings)
        if demo:
            for line in demonstration.prepare(app.state.site):
                print(line)
        print(f"hansa: http://{host}:{port}/", file=sys.stderr)
        uvicorn.run(
            app, host=host, port=port, log_level="warning", server_header=False,
            proxy_headers=bool(settings.base_url), timeout_graceful_shutdown=2, access_log=False,
        )  # fmt: skip
