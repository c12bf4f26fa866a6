"""Readers of multi-sector trade data: Caliendo and Parro's 1993 tables, the OECD's ICIO."""

from hansa.sources.trade.caliendo_parro import Nafta, read_arrays, read_tables, read_text_files
from hansa.sources.trade.icio import read_icio

__all__ = ["Nafta", "read_arrays", "read_icio", "read_tables", "read_text_files"]
