"""Write the locked requirements: ``run.txt`` for the package, ``web.txt`` for the server too,
``dev.txt`` for everything.

Run by ``make lock``. Versions only: no addresses of registries, so that any mirror serves.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = "# Locked by `make lock`; change pyproject.toml, not this file.\n"


def resolve(wanted: list[str], constraint: str = "") -> str:
    """The pinned versions of all that ``wanted`` needs."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "in.txt", Path(folder) / "out.txt"
        lines = [*wanted, *([f"-c {constraint}"] if constraint else [])]
        source.write_text("\n".join(lines) + "\n")
        options = ["--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"]
        options += ["--no-annotate", "--no-header", "--strip-extras", "--quiet"]
        subprocess.run(
            [sys.executable, "-m", "piptools", "compile", *options, "-o", str(made), str(source)],
            check=True,
        )
        kept = [line for line in made.read_text().splitlines() if "==" in line]
    return HEAD + "\n".join(sorted(kept, key=str.casefold)) + "\n"


def main() -> None:
    """Lock the package first, then the rest on top of it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needs: list[str] = project["project"]["dependencies"]
    extras = project["project"]["optional-dependencies"]
    groups = project["dependency-groups"].values()
    everything = [n for extra in extras.values() for n in extra]
    everything += [n for group in groups for n in group]
    folder = ROOT / "requirements"
    (folder / "run.txt").write_text(resolve(needs))
    for name, more in (("web", extras["web"] + extras["sharing"]), ("dev", everything)):
        (folder / f"{name}.txt").write_text(resolve([*needs, *more], str(folder / "run.txt")))


if __name__ == "__main__":
    main()
