"""Which measure of each slot stands for each line, as far as law and papers say."""

from __future__ import annotations

import polars as pl

from hansa.customs.book.kinds import Kind
from hansa.customs.book.regime import Regime
from hansa.customs.bulk.notes import CODE, OVERLAP, UNREADABLE, Notes
from hansa.customs.bulk.schedule import Schedule, Slot
from hansa.customs.bulk.sheet import days
from hansa.customs.bulk.timelines import CLASH

_WELL_FORMED = r"^[\s.]*(\d[\s.]*\d[\s.]*){1,5}$"


class Lookup:
    """Looks up the measures of a chunk's lines.

    Parameters
    ----------
    schedule : Schedule
        Compiled measures.
    regime : Regime
        For proofs of origin that agreements ask for.
    lines : polars.DataFrame
        The chunk.
    drawn : polars.DataFrame, optional
        ``got`` and ``wanted`` of the quota claimed, by line.
    notes : Notes
        Where findings go.
    """

    def __init__(
        self,
        schedule: Schedule,
        regime: Regime,
        lines: pl.DataFrame,
        drawn: pl.DataFrame | None,
        notes: Notes,
    ) -> None:
        self.schedule = schedule
        self.regime = regime
        self.lines = lines
        self.drawn = drawn
        self.notes = notes
        self.sheet = schedule.sheet.frame
        self.goods = self._goods()
        self.origin = schedule.origins.numbers(lines["origin"])
        self.member = self._member()
        self._outsiders()
        if schedule.hard is not None:
            keys, timeline = schedule.hard
            found = timeline.find(keys.of(self.goods, self.origin, self.member), lines["day"])
            notes.look_closer(found.is_not_null())

    def _goods(self) -> pl.Series:
        goods = self.schedule.goods.numbers(self.lines["code"])
        valid = self.schedule.goods.valid
        if valid is None:
            if goods.null_count():
                self.notes.look_closer(goods.is_null() & self.lines["code"].is_not_null())
            return goods
        unknown = valid.find(goods, self.lines["day"]).is_null()
        if unknown.any():
            well_formed = self.lines["code"].str.contains(_WELL_FORMED)
            self.notes.reject(UNREADABLE, unknown & ~well_formed)
            self.notes.reject(CODE, unknown & well_formed)
        return goods

    def _member(self) -> pl.Series:
        if "member" not in self.lines.columns or not self.schedule.members:
            return pl.Series([0], dtype=pl.Int64).new_from_index(0, self.lines.height)
        names = pl.Enum(["", *self.schedule.members])
        number = self.lines["member"].cast(names, strict=False).to_physical()
        return number.cast(pl.Int64).fill_null(0)

    def _outsiders(self) -> None:
        """Goods released in a state that is no member on the day need a closer look."""
        if "member" not in self.lines.columns or not self.regime.members:
            return
        day, member = self.lines["day"], self.lines["member"]
        inside = member.is_null()
        for each in self.regime.members:
            since, until = days(each.valid.start), days(each.valid.end)
            inside = inside | ((member == each.member) & (day >= since) & (day < until))
        self.notes.look_closer(~inside)

    def measure(self, slot: Slot) -> pl.Series:
        """The row of the measure that stands in a slot for each line; null for none."""
        keys = slot.keys.of(self.goods, self.origin, self.member)
        found = slot.timeline.find(keys, self.lines["day"])
        if slot.clash:
            clash = found == CLASH
            self.notes.reject(OVERLAP, clash)
            found = _only(found, ~clash)
        if slot.proofs:
            found = self._proven(slot, found)
        if slot.kind is Kind.PREFERENCE:
            found = self._proven_by_agreement(found)
        return self._claimed(found) if slot.kind is Kind.QUOTA else found

    def _shows(self, documents: frozenset[str]) -> pl.Series:
        """Lines that present one of the documents."""
        if "documents" not in self.lines.columns:
            return pl.Series([False]).new_from_index(0, self.lines.height)
        listed = ";" + self.lines["documents"].str.replace_all(r"[\s,;]+", ";") + ";"
        wanted = [f";{document};" for document in sorted(documents)]
        return listed.str.contains_any(wanted).fill_null(value=False)

    def _proven(self, slot: Slot, found: pl.Series) -> pl.Series:
        """Measures without conditions, and those of which a document is presented."""
        asked = self.sheet["proofs"].gather(found)
        keep = asked == ""
        for proofs in slot.proofs:
            keep = keep | ((asked == proofs) & self._shows(frozenset(proofs.split(";"))))
        return _only(found, keep)

    def _proven_by_agreement(self, found: pl.Series) -> pl.Series:
        """Preferences without a condition of their own need the proof of their agreement."""
        agreements = [agreement for agreement in self.regime.agreements if agreement.proofs]
        if not agreements:
            return found
        named = self.sheet["agreement"].gather(found)
        own = self.sheet["proofs"].gather(found) != ""
        for agreement in agreements:
            unproven = (named == agreement.id) & ~own & ~self._shows(agreement.proofs)
            found = _only(found, ~unproven)
        return found

    def _claimed(self, found: pl.Series) -> pl.Series:
        """Quotas that are claimed, and of which the line got all that it wanted."""
        if "order_number" not in self.lines.columns:
            return _only(found, pl.Series([False]).new_from_index(0, found.len()))
        same = self.sheet["order_number"].gather(found) == self.lines["order_number"]
        if self.drawn is None:
            return _only(found, same)
        got, wanted = self.drawn["got"], self.drawn["wanted"]
        self.notes.look_closer((got > 0) & (got < wanted))
        return _only(found, same & (got > 0) & (got == wanted))


def _only(found: pl.Series, where: pl.Series) -> pl.Series:
    """The entries for which ``where`` holds; null for the others."""
    return pl.select(pl.when(where).then(found)).to_series()
