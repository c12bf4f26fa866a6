"""What a world was made from, as one hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def fingerprint(name: str) -> str:
    """SHA-256 over the names and bytes of all files of a world, in the order of names."""
    folder: Traversable = Path(name)
    if not folder.is_dir():
        folder = resources.files("hansa.worlds").joinpath(name)
    total = hashlib.sha256()
    for label, file in sorted(_files(folder, ""), key=lambda item: item[0]):
        total.update(label.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def of_file(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for child in folder.iterdir():
        label = f"{prefix}{child.name}"
        if child.is_dir():
            yield from _files(child, f"{label}/")
        elif child.name.endswith((".csv", ".toml")):
            yield label, child
