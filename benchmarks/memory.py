"""How much memory a process took."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_memory() -> float:
    """Most memory that this process held, in MiB.

    From the kernel's own mark where there is one: the mark that ``getrusage`` gives is handed
    down from the parent that started the process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (row for row in status.read_text().splitlines() if row.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
