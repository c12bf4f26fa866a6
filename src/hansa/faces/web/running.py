"""Running the server: its socket, its beginning and end, and what systemd is told of them."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from hansa.faces.web.settings import Settings
from hansa.terms.errors import BadInput

TURN = 0.001
"""Seconds that a thread making a page may hold up answers (Python's own are 5 ms)."""
GRACE = 5
"""Seconds that answers under way have when the server stops."""
KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than with a proxy, so that the proxy closes
it first and never sends a request into a connection that is being closed."""


def listening(host: str, port: int) -> socket.socket:
    """A socket at an address; taken before anything slow is done.

    Raises
    ------
    BadInput
        If the address cannot be had.
    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        return made
    except OverflowError:
        wrong, remedy = "there is no such port", "give one from 1 to 65535"
    except PermissionError:
        wrong, remedy = "only root may listen there", "give --port 1024 or more, and a proxy"
    except socket.gaierror:
        wrong, remedy = "this names no interface", "give an address of this machine"
    except OSError as failed:
        wrong = (failed.strerror or str(failed)).lower()
        remedy = "stop what listens there, or give another --port"
    made.close()
    raise BadInput(f"cannot listen on {host} port {port}: {wrong}", remedy=remedy)


def address_of(taken: socket.socket) -> str:
    """The address at which a browser on this machine finds the server."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class Server(uvicorn.Server):
    """Ends its event streams when it stops, and tells systemd when it is ready.

    Parameters
    ----------
    app : FastAPI
        As made by `create_app`.
    settings : Settings
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._streams = app.state.streams
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False,
            proxy_headers=bool(settings.base_url), forwarded_allow_ips=list(settings.proxies),
            timeout_graceful_shutdown=GRACE, timeout_keep_alive=KEEP_ALIVE,
        )  # fmt: skip
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        # what is there now stays: the collector need not look at all of it again and again,
        # while everybody waits
        gc.collect()
        gc.freeze()
        if self.started:
            tell_systemd("READY=1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what was asked, and no more."""
        tell_systemd("STOPPING=1")
        self._streams.end()
        await super().shutdown(sockets)


def serve_on(taken: socket.socket, app: FastAPI, settings: Settings) -> None:
    """Serve until told to stop; being told so by SIGTERM is no failure."""

    def stopped(number: int, frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, stopped)
    sys.setswitchinterval(TURN)
    Server(app, settings).run([taken])


def tell_systemd(state: str) -> None:
    """The protocol of sd_notify(3), if this is a service of the kind ``notify``."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.sendto(state.encode(), address)
    except OSError as wrong:
        print(f"hansa: systemd cannot be told {state}: {wrong}", file=sys.stderr)
