"""Names of accounts: what may name one, and what two people could take for the same."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 200


def plain_name(name: str) -> bool:
    """Whether a text may name an account: short, printable, in one spelling only.

    Unicode writes some letters in several ways (NFKC knows them as one); an account has the
    plain one.
    """
    return (
        0 < len(name) <= LONGEST_NAME
        and name.isprintable()
        and name == name.strip()
        and unicodedata.normalize("NFKC", name) == name
    )


def alike(one: str, other: str) -> bool:
    """Whether two names differ in case only."""
    return one.casefold() == other.casefold()


def readable(text: str, most: int) -> str:
    """A text that nobody chose but its sender, fit to be kept and shown on a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:most])
