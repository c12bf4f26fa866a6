"""Readers of multi-sector trade data: Caliendo and Parro's 1993 tables, the OECD's ICIO."""

from hansa.sources.trade.caliendo_parro import Nafta, read_arrays, read_tables, read_text_files
from hansa.sources.trade.data_sets import FORMS, DataSet, read_data_set
from hansa.sources.trade.icio import read_icio

__all__ = [
    "FORMS",
    "DataSet",
    "Nafta",
    "read_arrays",
    "read_data_set",
    "read_icio",
    "read_tables",
    "read_text_files",
]
