"""hansa: a union of states, as software.

    import hansa

    hansa.members("CIS", on="2007-10-05")
    hansa.open_world("eurasia").on("2000-05-24").members("CST")

Every verb of the command line is a function here, with the same name and parameters.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_OPENERS = ("open_world", "read_world", "read_scenario")


def __getattr__(name: str) -> Any:
    if name in _OPENERS:
        return getattr(import_module("hansa.worlds"), name)
    service = import_module("hansa.service")
    if name in service.VERBS:
        return getattr(service, name)
    raise AttributeError(f"module 'hansa' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_OPENERS, *import_module("hansa.service").VERBS, "__version__"])
