"""``hansa serve``: the union in a browser."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from hansa.terms.errors import BadInput, StoreFailure

if TYPE_CHECKING:
    from hansa.faces.web.site import Site


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
        The act log: a file (SQLite) or postgresql://…; else by HANSA_LOG or HANSA_LOG_FILE,
        else hansa.db.
    host : str
        The interface to listen on.
    port : int
        The port.
    base_url : str
        The address that readers use, when a proxy stands before the server.
    config : Path, optional
        A TOML file with sign-in providers, proxies and limits.
    keys : Path, optional
        A folder with delegations' private keys that this server keeps.
    accounts : str
        Where accounts are kept; beside the log if not given.
    demo : bool
        Demo delegations whose passwords are printed; forgotten when the server stops.
    """
    try:
        from hansa.faces.web import demo as demonstration
        from hansa.faces.web.app import create_app
        from hansa.faces.web.running import address_of, listening, serve_on
        from hansa.faces.web.settings import (
            Settings,
            configured,
            environment,
            former_secrets,
            log_address,
            secret_of,
            server_secret,
        )
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("hansa"):
            raise
        raise BadInput(
            f"serving needs a library that is not installed ({missing.name})",
            remedy="pip install 'hansa[web]'",
        ) from missing
    with ExitStack() as stack:
        taken = stack.enter_context(closing(listening(host, port)))
        if demo and log is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hansa-demo-"))
            log = str(Path(folder) / "demo.db")
        given = Settings(
            world=world, log=log_address(log, environment()), accounts=accounts,
            base_url=base_url.rstrip("/"), secret=server_secret(environment(), host),
            former_secrets=former_secrets(environment()), keys=keys,
            key_password=secret_of(environment(), "HANSA_KEY_PASSWORD"), demo=demo,
            codes=not demo, tariff=demonstration.TARIFF if demo else None,
            tariff_union=demonstration.UNION if demo else "",
        )  # fmt: skip
        settings = configured(config, given, environment())
        app = create_app(settings)
        _reachable(app.state.site)
        if demo:
            for line in demonstration.prepare(app.state.site):
                print(line, flush=True)
        print(f"hansa: {address_of(taken)}", file=sys.stderr)
        serve_on(taken, app, settings)


def _reachable(site: Site) -> None:
    """Refuse to start without a log or accounts; once running, a server sits it out."""
    site.live.log()
    site.live.read()
    if site.live.trouble is not None:
        raise StoreFailure(site.live.trouble.what)
    site.accounts.revision()
