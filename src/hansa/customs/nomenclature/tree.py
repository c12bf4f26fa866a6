"""A nomenclature: a tree of goods for every day.

A line of goods has a code, a suffix (80 declares goods, others only head a group) and an
indent. Where indents are given they make the tree, as in the TARIC; where not, the codes
do: 0101 21 00 00 hangs below 0101 21 if that exists, else below 0101.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from hansa.customs.mistakes import UnknownGoods
from hansa.customs.nomenclature.codes import closest, code_of, level, prefixes, short
from hansa.terms.days import Day, Period
from hansa.terms.errors import BadInput, Place


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of the nomenclature.

    Parameters
    ----------
    code : str
        Ten digits.
    valid : Period
        Days on which the line exists.
    suffix : str
        Product line suffix; ``80`` for goods that can be declared.
    indents : int, optional
        Depth below the heading, where the source gives it.
    descriptions : mapping
        Text by language (``en``, ``ru``).
    unit : str
        Supplementary unit in which the goods are to be declared, ``""`` for none.
    section : str
        Roman or arabic number of the section, for chapters.
    place : Place, optional
        Where the line was read.
    """

    code: str
    valid: Period
    suffix: str = "80"
    indents: int | None = None
    descriptions: Mapping[str, str] = field(default_factory=dict, compare=False)
    unit: str = ""
    section: str = ""
    place: Place | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """Code and suffix."""
        return self.code, self.suffix


class Nomenclature:
    """All lines of all days.

    Parameters
    ----------
    lines : iterable of Goods
        In any order.

    Raises
    ------
    BadInput
        If two lines with one code and suffix share a day.
    """

    def __init__(self, lines: Iterable[Goods]) -> None:
        self.lines = tuple(sorted(lines, key=lambda g: (g.code, g.suffix, g.valid.start)))
        for before, after in zip(self.lines, self.lines[1:], strict=False):
            if before.key == after.key and before.valid.overlaps(after.valid):
                raise BadInput(
                    f"goods {before.code} stand twice: {before.valid} and {after.valid}",
                    where=after.place,
                    remedy="end the first before the second starts",
                )

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def _by_code(self) -> dict[str, list[Goods]]:
        found: dict[str, list[Goods]] = defaultdict(list)
        for line in self.lines:
            found[line.code].append(line)
        return dict(found)

    @cached_property
    def changes(self) -> list[Day]:
        """Days on which some line starts or ends."""
        days = {line.valid.start for line in self.lines}
        days |= {line.valid.end for line in self.lines if line.valid.end is not None}
        return sorted(days)

    @cached_property
    def _editions(self) -> dict[int, Edition]:
        return {}

    def on(self, day: Day) -> Edition:
        """The tree of a day. Days between two changes share one tree."""
        place = bisect_right(self.changes, day)
        if place not in self._editions:
            self._editions[place] = Edition(self, day)
        return self._editions[place]

    def history(self, code: str) -> tuple[Goods, ...]:
        """Every line that ever had this code, by suffix and first day."""
        return tuple(self._by_code.get(code_of(code), ()))

    def merged(self, other: Nomenclature) -> Nomenclature:
        """Both nomenclatures' lines; descriptions of lines in both are put together."""
        mine = {(line.key, line.valid): line for line in self.lines}
        for line in other.lines:
            same = mine.get((line.key, line.valid))
            if same is None:
                mine[line.key, line.valid] = line
                continue
            mine[line.key, line.valid] = Goods(
                line.code,
                line.valid,
                line.suffix,
                same.indents if same.indents is not None else line.indents,
                {**line.descriptions, **same.descriptions},
                same.unit or line.unit,
                same.section or line.section,
                same.place,
            )
        return Nomenclature(mine.values())


class Edition:
    """The tree as it stands on a day."""

    def __init__(self, of: Nomenclature, day: Day) -> None:
        self.of = of
        self.day = day
        self.lines = tuple(line for line in of.lines if day in line.valid)
        self._goods = {line.code: line for line in self.lines if line.suffix == "80"}
        self._parents = self._above()
        self._children: dict[tuple[str, str], list[Goods]] = defaultdict(list)
        for line in self.lines:
            above = self._parents.get(line.key)
            if above is not None:
                self._children[above.key].append(line)

    def __contains__(self, code: str) -> bool:
        return code in self._goods

    def _above(self) -> dict[tuple[str, str], Goods]:
        if all(line.indents is None for line in self.lines):
            return dict(self._by_prefix())
        return dict(self._by_indents())

    def _by_prefix(self) -> Iterator[tuple[tuple[str, str], Goods]]:
        for line in self._goods.values():
            for above in prefixes(line.code):
                if above in self._goods:
                    yield line.key, self._goods[above]
                    break

    def _by_indents(self) -> Iterator[tuple[tuple[str, str], Goods]]:
        path: list[Goods] = []
        for line in self.lines:
            depth = _depth(line)
            while path and _depth(path[-1]) >= depth:
                path.pop()
            if path and path[-1].code[:2] == line.code[:2]:
                yield line.key, path[-1]
            path.append(line)

    def find(self, code: str, *, where: Place | None = None) -> Goods:
        """The goods of a code.

        Raises
        ------
        UnknownGoods
            With the nearest codes of the day, and when the code was valid if it ever was.
        """
        wanted = code_of(code, where=where)
        if wanted in self._goods:
            return self._goods[wanted]
        other = [line for line in self.of.history(wanted) if line.suffix == "80"]
        remedy = f"valid {', '.join(str(line.valid) for line in other)}" if other else ""
        raise UnknownGoods(
            f"no goods {wanted} on {self.day}",
            where=where,
            nearest=self.nearest(wanted),
            remedy=remedy,
        )

    def nearest(self, code: str, limit: int = 3) -> tuple[str, ...]:
        """Codes of the day that goods can be declared under, most like this one first."""
        return closest(code_of(code), self._declarable, limit)

    @cached_property
    def _declarable(self) -> list[str]:
        return sorted(line.code for line in self.leaves())

    def declared(self, code: str, *, where: Place | None = None) -> Goods:
        """The goods of a code that something can be declared under.

        Raises
        ------
        UnknownGoods
            If there are none, or if they are told apart further.
        """
        found = self.find(code, where=where)
        if self._children.get(found.key):
            finer = tuple(
                line.code for line in self.below(found.code) if self.declarable(line.code)
            )
            raise UnknownGoods(
                f"goods {found.code} are told apart further",
                where=where,
                nearest=finer[:3],
                remedy="declare the full code",
            )
        return found

    def parent(self, code: str) -> Goods | None:
        """The line above, which may be one that only heads a group."""
        return self._parents.get((code_of(code), "80"))

    def ancestors(self, code: str) -> tuple[Goods, ...]:
        """Goods above, the nearest first; lines that only head a group are left out."""
        found, key = [], (code_of(code), "80")
        while (above := self._parents.get(key)) is not None:
            if above.suffix == "80":
                found.append(above)
            key = above.key
        return tuple(found)

    def children(self, code: str, suffix: str = "80") -> tuple[Goods, ...]:
        """Lines directly below."""
        return tuple(self._children.get((code_of(code), suffix), ()))

    def below(self, code: str) -> Iterator[Goods]:
        """Goods below, at any depth, in the order of the tariff."""
        stack = list(reversed(self.children(code)))
        while stack:
            line = stack.pop()
            stack.extend(reversed(self._children.get(line.key, [])))
            if line.suffix == "80":
                yield line

    def declarable(self, code: str) -> bool:
        """Whether goods can be declared under the code: nothing hangs below it."""
        wanted = code_of(code)
        return wanted in self._goods and not self._children.get((wanted, "80"))

    def leaves(self) -> Iterator[Goods]:
        """Goods that can be declared, in the order of their codes."""
        return (line for line in self._goods.values() if not self._children.get(line.key))

    def at(self, digits: int) -> tuple[Goods, ...]:
        """Goods whose code says exactly so many digits (2, 4, 6, 8 or 10)."""
        return tuple(line for line in self._goods.values() if level(line.code) == digits)

    def describe(self, code: str, language: str) -> str:
        """The words of the goods after those of the lines above, from the chapter down."""
        line = self.find(code)
        lines = [*reversed(self._path(line)), line]
        said = [above.descriptions.get(language, "").strip(" –-") for above in lines]
        return ": ".join(text for text in said if text) or short(line.code)

    def _path(self, line: Goods) -> list[Goods]:
        found, key = [], line.key
        while (above := self._parents.get(key)) is not None:
            found.append(above)
            key = above.key
        return found


def _depth(line: Goods) -> int:
    """Depth in the chapter: chapters and headings both bear indent 0 in the TARIC."""
    return (line.indents or 0) + (0 if level(line.code) == 2 else 1)
