"""Goods nomenclatures: codes, trees with validity in time, descriptions in several languages."""

from hansa.customs.nomenclature.codes import code_of, level, short
from hansa.customs.nomenclature.tree import Edition, Goods, Nomenclature

__all__ = ["Edition", "Goods", "Nomenclature", "code_of", "level", "short"]
