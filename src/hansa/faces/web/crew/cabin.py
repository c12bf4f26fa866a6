"""What a member of the crew may do: compute, and read the library. Nothing else.

Limits of the operating system bound memory and files; an audit hook (PEP 578) refuses what
Python code would open, connect to or start. It cannot be taken out again.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import hansa

READS: Final = ("/proc/self/", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/",
                "/sys/fs/cgroup/", "/usr/share/zoneinfo/", "/usr/lib/", "/usr/local/lib/",
                "/lib/", "/etc/localtime", "/dev/urandom")  # fmt: skip
"""What libraries look at of the machine."""
STARTS: Final = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty",
                 "os.posix_spawn", "os.spawn", "pty.spawn")  # fmt: skip
REACHES: Final = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg",
                  "socket.getaddrinfo", "socket.gethostbyname", "ftplib.connect", "sqlite3.connect",
                  "urllib.Request", "smtplib.connect", "syslog.openlog")  # fmt: skip
CHANGES: Final = frozenset({
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown", "shutil.rmtree", "shutil.move",
})  # fmt: skip
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(PermissionError):
    """Something that a member of the crew may not do."""


def shut(world: str, memory: int) -> None:
    """Bound this process for good.

    Parameters
    ----------
    world : str
        The world: the name of an embedded one, or a folder that may be read.
    memory : int
        Bytes of address space; 0: no bound.
    """
    if memory and sys.platform == "linux":  # elsewhere it bounds nothing, or cannot be set
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, most), min(256, most)))
    roots = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(hansa.__file__).parent)]
    roots += [path for path in sys.path if path and Path(path).is_dir()]
    if Path(world).is_dir():
        roots.append(world)
    cache = os.environ.get("NUMBA_CACHE_DIR", "")
    sys.addaudithook(_Watch(roots, cache))


class _Watch:
    """The audit hook; ``cache`` is the folder of compiled code, if it is not beside the library."""

    def __init__(self, roots: Iterable[str], cache: str) -> None:
        given = [*roots, cache] if cache else roots
        found = (os.path.realpath(root).rstrip("/") + "/" for root in given)
        self._roots = tuple(root for root in found if root != "/") + READS
        self._cache = os.path.realpath(cache) + "/" if cache else ""

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            self._open(*args[:3])
        elif event in REACHES or event in STARTS or (event in CHANGES and not self._kept(*args)):
            raise Refused(f"not here: {event}")

    def _open(self, path: Any, mode: Any, flags: Any) -> None:
        if not _names(path):
            return  # a file that is open already
        text = os.path.realpath(os.fsdecode(path))
        if isinstance(flags, int) and flags & _WRITES:
            if not self._kept(path):
                raise Refused(f"nothing is written here: {os.path.basename(text)}")
        elif not text.startswith(self._roots):
            raise Refused(f"this is not read here: {os.path.basename(text)}")

    def _kept(self, *items: Any) -> bool:
        """Whether all paths are of compiled code, which may be kept."""
        paths = [os.path.realpath(os.fsdecode(item)) for item in items if _names(item)]
        return all(
            "/__pycache__/" in f"{path}/" or (self._cache and f"{path}/".startswith(self._cache))
            for path in paths
        )


def _names(item: Any) -> bool:
    return isinstance(item, str | bytes | os.PathLike)
