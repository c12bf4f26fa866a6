"""How far an exchange with other servers has come, kept in a file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hansa.terms.errors import BadInput, Place


class Progress:
    """How far was read from, and what was handed in to, which collection: a small file.

    If it is lost, everything is read and handed in again, and nothing is recorded twice.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            found = {}
        except (OSError, ValueError) as wrong:
            raise BadInput(
                f"it cannot be read: {wrong}", where=Place(str(path)),
                remedy="delete it: everything is then asked again",
            ) from None  # fmt: skip
        self._said: dict[str, dict[str, Any]] = found if isinstance(found, dict) else {}

    def of(self, address: str) -> str:
        """The date from which to go on, ``""`` for the beginning."""
        return str(self._said.get(address, {}).get("after", ""))

    def sent(self, address: str) -> dict[str, str]:
        """The version of each report that was handed in."""
        return dict(self._said.get(address, {}).get("sent", {}))

    def keep(self, address: str, after: str) -> None:
        """Keep a date."""
        self._keep(address, "after", after)

    def keep_sent(self, address: str, sent: Mapping[str, str]) -> None:
        """Keep what was handed in."""
        self._keep(address, "sent", dict(sent))

    def _keep(self, address: str, key: str, value: Any) -> None:
        self._said.setdefault(address, {})[key] = value
        folder = self._path.parent
        try:
            handle, name = tempfile.mkstemp(dir=folder, prefix=f".{self._path.name}.")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self._said, file, indent=1)
            os.replace(name, self._path)
        except OSError as wrong:
            text = f"it cannot be written: {wrong.strerror}"
            raise BadInput(text, where=Place(str(self._path))) from None
