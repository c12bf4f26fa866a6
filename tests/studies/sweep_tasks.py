"""Tasks of sweeps that misbehave, in a module that workers can import."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hansa.store import input_hash
from hansa.terms.errors import NotConverged


@dataclass(frozen=True)
class Square:
    """n², after killing its own process as often as ``deaths`` says."""

    n: int
    deaths: int = 0
    marks: str = ""
    fails: bool = False
    pause: float = 0.0

    @property
    def key(self) -> str:
        return input_hash("square", self.n)

    @property
    def size(self) -> int:
        return 1

    def run(self) -> pl.DataFrame:
        time.sleep(self.pause)
        if self.fails:
            raise NotConverged(f"no square of {self.n}")
        if self.marks:
            folder = Path(self.marks)
            if len(list(folder.glob(f"{self.n}.*"))) < self.deaths:
                (folder / f"{self.n}.{os.getpid()}").touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return pl.DataFrame({"n": [self.n], "square": [self.n**2]})
