"""Security: incidents, obligations, strength, deterrence, alliances and force plans."""

from hansa.security.conditions import Condition
from hansa.security.incidents import Incident, Kinds, incident_of
from hansa.security.obligations import Obligation, obligations
from hansa.security.practice import Comparison, compare

__all__ = [
    "Comparison",
    "Condition",
    "Incident",
    "Kinds",
    "Obligation",
    "compare",
    "incident_of",
    "obligations",
]
