"""Proofs that anybody can check with nothing but an act and a published head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from hansa.store import merkle
from hansa.terms.errors import BadInput

if TYPE_CHECKING:
    from hansa.record.acts import Act, Json
    from hansa.store.values import Head


def _hashes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("the path is not a list")
    path = tuple(str(step) for step in value)
    if any(len(bytes.fromhex(step)) != merkle.WIDTH for step in path):
        raise ValueError("a step of the path is not a SHA-256 digest")
    return path


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a number of acts")
    return value


@dataclass(frozen=True, slots=True)
class Proof:
    """That an act is in a log (inclusion proof, RFC 9162 section 2.1.3).

    Parameters
    ----------
    position : int
        The act's place, counted from 1.
    size : int
        Number of acts of the log that the proof is about.
    path : tuple of str
        Hashes of the subtrees beside the act's way to the root, lowest first (hexadecimal).
    """

    position: int
    size: int
    path: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """The proof as JSON values."""
        return {"position": self.position, "size": self.size, "path": list(self.path)}

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Self:
        """The inverse of `to_json`.

        Raises
        ------
        BadInput
            If a key is missing or malformed.
        """
        try:
            return cls(_count(value["position"]), _count(value["size"]), _hashes(value["path"]))
        except (KeyError, TypeError, ValueError) as wrong:
            raise BadInput(f"this is not an inclusion proof: {wrong}") from None


@dataclass(frozen=True, slots=True)
class Consistency:
    """That a log only grew between two heads (consistency proof, RFC 9162 section 2.1.4).

    Parameters
    ----------
    old, new : int
        Number of acts at the earlier and at the later head.
    path : tuple of str
        Hashes of subtrees (hexadecimal).
    """

    old: int
    new: int
    path: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """The proof as JSON values."""
        return {"old": self.old, "new": self.new, "path": list(self.path)}

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Self:
        """The inverse of `to_json`.

        Raises
        ------
        BadInput
            If a key is missing or malformed.
        """
        try:
            return cls(_count(value["old"]), _count(value["new"]), _hashes(value["path"]))
        except (KeyError, TypeError, ValueError) as wrong:
            raise BadInput(f"this is not a consistency proof: {wrong}") from None


def check_proof(act: Act, proof: Proof, head: Head) -> bool:
    """Whether the proof shows that this very act is in the log that published the head."""
    return proof.size == head.size and merkle.includes(
        act.canonical(),
        proof.position - 1,
        proof.size,
        [bytes.fromhex(step) for step in proof.path],
        bytes.fromhex(head.root),
    )


def check_consistency(old: Head, new: Head, proof: Consistency) -> bool:
    """Whether the proof shows that the log of the new head begins with that of the old one."""
    return (proof.old, proof.new) == (old.size, new.size) and merkle.extends(
        old.size,
        bytes.fromhex(old.root),
        new.size,
        bytes.fromhex(new.root),
        [bytes.fromhex(step) for step in proof.path],
    )
