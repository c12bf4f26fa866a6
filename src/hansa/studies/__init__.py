"""Studies: the only place where engines meet; register before and after → engines → sections."""

from hansa.studies.briefing import Briefing, brief
from hansa.studies.case import Case

__all__ = ["Briefing", "Case", "brief"]
