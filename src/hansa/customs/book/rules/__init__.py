"""Integrity rules of a tariff book; importing the package registers them all."""

from hansa.customs.book.rules import areas, goods, overlaps, quotas, references, unions
from hansa.customs.book.rules.rule import RULES, Breach, Rule, Violation

__all__ = [
    "RULES",
    "Breach",
    "Rule",
    "Violation",
    "areas",
    "goods",
    "overlaps",
    "quotas",
    "references",
    "unions",
]
