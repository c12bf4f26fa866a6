"""Load on a server: open streams, pages at a rate, acts now and then; bounded, loopback only.

Run it by itself::

    python -m benchmarks.load_server --streams 1000 --rate 200 --seconds 30

The server is a process of its own on a free port, with a log of its own in a temporary folder;
the load comes from this process. Pages are asked for at a steady rate whether or not earlier
ones have come, and their time counts from when they were due. The exit status is 1 if what was
measured is beyond the limits.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.load.readers import PAGES, Pages, Streams, Visitor, milliseconds, slept
from benchmarks.load.server import Server

MOST_SECONDS = 120
MOST_STREAMS = 2000
MOST_RATE = 500
LIMIT_P95 = 0.100
"""Seconds within which 95 % of the pages must have come."""
LIMIT_ACT = 1.0
"""Seconds within which an act must have reached `LIMIT_REACHED` of the streams."""
LIMIT_REACHED = 0.99
WARM = 120
"""Seconds that a page may take to be made for the first time."""
RAMP = 25
"""Streams that are opened at once."""


async def acts(server: Server, every: float, seconds: float, streams: Streams) -> list[str]:
    """Make an act now and then; returns what went wrong."""
    visitor = Visitor(server.port)
    wrong = []
    start = time.perf_counter()
    for number in range(int(seconds / every)):
        await slept(start + number * every)
        name = f"CSTO.due.CSTO.load{os.getpid()}.{number}"
        body = {"kind": "due", "subject": "CSTO", "actor": "CSTO", "id": name,
                "payload": {"by": "2030-01-01", "what": name, "owes": ["ARM"]}}  # fmt: skip
        streams.sent[name.encode()] = time.perf_counter()
        answer = await visitor.post("/api/v1/acts", server.token, json.dumps(body).encode())
        if answer.status != 201:
            wrong.append(f"act: {answer.status} {answer.body[:200]!r}")
            del streams.sent[name.encode()]
    visitor.close()
    return wrong


async def lagging(found: list[float]) -> None:
    """How late this process itself is: what is measured is no better than that."""
    while True:
        due = time.perf_counter() + 0.01
        await asyncio.sleep(0.01)
        found.append(time.perf_counter() - due)


async def warmed(port: int) -> None:
    """Have every page made once: what a server's first readers wait for is not measured here."""
    visitor = Visitor(port)
    for path in PAGES:
        deadline = time.perf_counter() + WARM
        while (answer := await visitor.get(path)).status != 200:
            if time.perf_counter() > deadline:
                raise SystemExit(f"{path}: {answer.status} {answer.body[:300]!r}")
            await asyncio.sleep(1)
    visitor.close()


async def load(server: Server, given: argparse.Namespace) -> dict[str, Any]:
    """All of it at once."""
    await warmed(server.port)
    streams = Streams(server.port)
    for first in range(0, given.streams, RAMP):
        await streams.open(min(RAMP, given.streams - first))
    pages = Pages(server.port)
    gc.collect()
    print("everything is open; measuring", file=sys.stderr, flush=True)
    gc.freeze()  # what is there now stays: the collector need not look at it again and again
    lags: list[float] = []
    watching = asyncio.create_task(lagging(lags))
    used, own, start = server.seconds(), time.process_time(), time.perf_counter()
    _, wrong = await asyncio.gather(
        pages.ask(given.rate, given.seconds), acts(server, given.every, given.seconds, streams)
    )
    took = time.perf_counter() - start
    used, own = server.seconds() - used, time.process_time() - own
    watching.cancel()
    await asyncio.sleep(2)
    found = pages.told() | streams.told(LIMIT_ACT)
    found |= {
        "server CPU seconds": round(used, 2),
        "server cores": round(used / took, 2),
        "server CPU ms per page (all included)": round(1000 * used / max(1, len(pages.taken)), 2),
        "server MB": round(server.memory()),
        "load's cores": round(own / took, 2),
        "load's own lag ms p95/p99/max": milliseconds(lags, 0.95, 0.99, 1),
        "wrong": len(wrong) + len(pages.wrong) + len(streams.wrong),
        "first wrong": [*wrong, *pages.wrong, *streams.wrong][:3],
    }
    streams.close()
    pages.close()
    return found


def beyond(found: dict[str, Any]) -> list[str]:
    """Which limits were not kept."""
    said = []
    if not found["p95"] <= LIMIT_P95:
        said.append(f"95 % of the pages within {1000 * LIMIT_P95:.0f} ms")
    if not found["reached"] >= LIMIT_REACHED:
        said.append(f"an act at {LIMIT_REACHED:.0%} of the streams within {LIMIT_ACT:g} s")
    if found["lost or twice"]:
        said.append("every act once on every stream")
    if found["wrong"]:
        said.append("no errors")
    return said


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load_server",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=200, help="pages asked for in a second")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between acts")
    parser.add_argument("--log", default="", help="postgresql://… (SQLite if not given)")
    given = parser.parse_args()
    given.streams = min(given.streams, MOST_STREAMS)
    given.rate, given.seconds = min(given.rate, MOST_RATE), min(given.seconds, MOST_SECONDS)
    return given


def run(main: Any) -> Any:
    """Run on the quick event loop, if it is there: the load shares the machine with the server."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def main() -> int:
    """Measure."""
    given = asked()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    with tempfile.TemporaryDirectory(prefix="hansa-load-") as name:
        folder = Path(name)
        server = Server(folder, given.log or str(folder / "log.db"))
        before = os.getloadavg()[0]
        server.start()
        try:
            found = run(load(server, given))
        finally:
            server.stop()
    failed = beyond(found)
    asked_for = {name: getattr(given, name) for name in ("streams", "rate", "seconds", "every")}
    average = {"load average before and after": [round(before, 2), round(os.getloadavg()[0], 2)]}
    print(json.dumps(asked_for | found | average | {"not kept": failed}, indent=1))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
