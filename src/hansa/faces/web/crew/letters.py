"""Letters between the server and its crew: what they may hold, and how they are sent."""

from __future__ import annotations

import io
import pickle
import struct
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from hansa.record.acts import Act

LENGTH = struct.Struct(">Q")
LARGEST = 200_000_000
"""Bytes of a letter."""

HOUSE: Final = ("hansa.terms.", "hansa.record.acts.", "hansa.faces.web.pages.page.",
                "hansa.faces.web.crew.letters.")  # fmt: skip
PLAIN: Final = frozenset({
    ("builtins", "frozenset"), ("builtins", "set"), ("builtins", "dict"), ("builtins", "int"),
    ("builtins", "float"), ("builtins", "bool"), ("builtins", "str"),
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "timedelta"),
    ("datetime", "timezone"), ("decimal", "Decimal"), ("fractions", "Fraction"),
})  # fmt: skip
"""Classes that a letter may hold beside the house's own values."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to answer: a question's verb, or the page at an address, and with what.

    ``world`` names the state of the world: a crew member that does not know it asks for it.
    """

    kind: str
    name: str
    arguments: dict[str, Any]
    world: str
    day: str
    today: str
    known_on: str | None = None
    clock: str = "law"
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class News:
    """A state of the world: its name, acts beyond those described, ids of those left out."""

    name: str
    acts: tuple[Act, ...]
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ready:
    """The member is ready, or needs no more of the world that it was told of."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The member does not know the world of its task."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with the question, in words; ``kind`` is the error's class."""

    kind: str
    what: str
    where: Any = None
    nearest: tuple[str, ...] = ()
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer: memory ran out (``heavy``), or the library has a mistake."""

    what: str
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The answer: a question's title and sections, or a page."""

    value: Any = None
    extra: dict[str, Any] = field(default_factory=dict)


class ReadOnly:
    """A mapping that cannot be changed, as it is put into a letter."""

    def __new__(cls, values: dict[str, Any]) -> Any:
        """The mapping itself."""
        return MappingProxyType(values)


class _Writer(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        """Read-only mappings go by a class of ours, numbers of numpy as plain ones."""
        if type(obj) is MappingProxyType:
            return ReadOnly, (dict(obj),)
        if type(obj).__module__ == "numpy" and hasattr(obj, "item") and obj.shape == ():
            plain = obj.item()
            return type(plain), (plain,)
        return NotImplemented


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Only values: a letter cannot name anything that does something."""
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        if f"{module}.".startswith(HOUSE) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"a letter does not hold {module}.{name}")


def written(letter: Any) -> bytes:
    """A letter as bytes, its length first."""
    out = io.BytesIO()
    _Writer(out, protocol=5).dump(letter)
    data = out.getvalue()
    return LENGTH.pack(len(data)) + data


def opened(data: bytes) -> Any:
    """A letter from its bytes (without the length)."""
    return _Reader(io.BytesIO(data)).load()


def received(source: BinaryIO) -> Any:
    """The next letter; ``None`` at the end.

    Raises
    ------
    EOFError
        If it breaks off, or is no letter.
    """
    head = source.read(LENGTH.size)
    if not head:
        return None
    length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else LARGEST + 1
    if length > LARGEST:
        raise EOFError("no letter")
    data = source.read(length)
    if len(data) != length:
        raise EOFError("the letter breaks off")
    return opened(data)
