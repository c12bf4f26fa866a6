"""What an integrity rule is: a class named as the TARIC names it.

The docstring of a rule is the message that its violation prints.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from hansa.customs.book.tariff_book import TariffBook
from hansa.terms.errors import Place


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of a rule.

    Parameters
    ----------
    rule : str
        Name of the rule.
    says : str
        What the rule asks for.
    detail : str
        What is wrong here.
    measures : tuple of str
        Ids of the measures concerned.
    where : Place, optional
        Where the last of them was read.
    """

    rule: str
    says: str
    detail: str
    measures: tuple[str, ...] = ()
    where: Place | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where is not None else ""
        return f"{place}{self.rule}: {self.detail}. {self.says}"


RULES: Final[dict[str, type[Rule]]] = {}


class Rule(ABC):
    """A rule that every current measure of a book, or what it refers to, has to keep."""

    group: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        RULES[cls.__name__] = cls

    @abstractmethod
    def breaches(self, book: TariffBook) -> Iterator[Breach]:
        """What breaks the rule in a book without superseded versions."""

    @classmethod
    def says(cls) -> str:
        """The rule's message."""
        return " ".join((cls.__doc__ or "").split())

    def violations(self, book: TariffBook) -> Iterable[Violation]:
        """Breaches with the rule's name and message."""
        for breach in self.breaches(book):
            yield Violation(
                type(self).__name__, self.says(), breach.detail, breach.measures, breach.where
            )


@dataclass(frozen=True, slots=True)
class Breach:
    """What is wrong, with which measures, and where."""

    detail: str
    measures: tuple[str, ...] = ()
    where: Place | None = None
