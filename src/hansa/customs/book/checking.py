"""Does a tariff book keep the rules?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hansa.customs.book.rules import RULES, Violation
from hansa.customs.book.tariff_book import TariffBook
from hansa.terms.exhibits import Column, Table
from hansa.terms.names import unknown
from hansa.terms.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found."""

    violations: tuple[Violation, ...]
    rules: tuple[str, ...]
    measures: int

    @property
    def clean(self) -> bool:
        """Whether no rule is broken."""
        return not self.violations

    def by_rule(self) -> dict[str, int]:
        """How often each rule is broken, by name."""
        return dict(sorted(Counter(v.rule for v in self.violations).items()))

    def table(self) -> Table:
        """The violations for people."""
        columns = (
            Column("rule", "Rule"),
            Column("where", "Where"),
            Column("detail", "What is wrong"),
            Column("says", "What the rule asks for"),
        )
        rows = tuple(
            (v.rule, str(v.where) if v.where else "", v.detail, v.says) for v in self.violations
        )
        note = f"{self.measures} measures against {len(self.rules)} rules"
        return Table("tariff_check", "Tariff check", columns, rows, note=note)


def check(
    book: TariffBook, rules: Iterable[str] | None = None, progress: Progress = silent
) -> Check:
    """Check what is now known of a tariff book.

    Parameters
    ----------
    book : TariffBook
        The book; superseded versions are left out.
    rules : iterable of str, optional
        Names of rules to check; all by default.
    progress : Progress
        Told after each rule.

    Raises
    ------
    UnknownCode
        If there is no rule of a name.
    """
    names = tuple(sorted(RULES) if rules is None else rules)
    current = book.current
    found: list[Violation] = []
    for done, name in enumerate(names):
        if name not in RULES:
            raise unknown("rule", name, RULES)
        found.extend(RULES[name]().violations(current))
        progress(done + 1, len(names), name)
    return Check(tuple(found), names, len(current.measures))
