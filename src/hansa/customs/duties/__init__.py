"""Duties: their texts, their structure, and what they come to."""

from hansa.customs.duties.amounts import (
    Basis,
    ad_valorem_equivalent,
    amount,
    dearest,
    explain,
)
from hansa.customs.duties.expression import Duty
from hansa.customs.duties.mistakes import BadExpression
from hansa.customs.duties.rates import (
    AdValorem,
    AtLeast,
    AtMost,
    Component,
    Extreme,
    Ladder,
    Nothing,
    OfBase,
    OfExcess,
    Per,
    Rate,
    Specific,
    Step,
    Sum,
    Supplementary,
    free,
    scaled,
    with_base,
    with_components,
)
from hansa.customs.duties.reading import read
from hansa.customs.duties.style import ENGLISH, RUSSIAN, TARIC, Style
from hansa.customs.duties.taric import Part, from_parts, to_parts
from hansa.customs.duties.units import Quantities, Unit, unit
from hansa.customs.duties.writing import write

__all__ = [
    "ENGLISH",
    "RUSSIAN",
    "TARIC",
    "AdValorem",
    "AtLeast",
    "AtMost",
    "BadExpression",
    "Basis",
    "Component",
    "Duty",
    "Extreme",
    "Ladder",
    "Nothing",
    "OfBase",
    "OfExcess",
    "Part",
    "Per",
    "Quantities",
    "Rate",
    "Specific",
    "Step",
    "Style",
    "Sum",
    "Supplementary",
    "Unit",
    "ad_valorem_equivalent",
    "amount",
    "dearest",
    "explain",
    "free",
    "from_parts",
    "read",
    "scaled",
    "to_parts",
    "unit",
    "with_base",
    "with_components",
    "write",
]
