"""From an incident to a plan: who owes what, who decides, the mandate, which forces come when."""

from hansa.studies.responding.again import Turn, again_exhibits, again_statements, plan_again
from hansa.studies.responding.competence import Competence, competences
from hansa.studies.responding.exhibits import (
    competence_table,
    condition_table,
    mandate_table,
    response_exhibits,
    response_limits,
    response_statements,
)
from hansa.studies.responding.mandates import Wish, defaults
from hansa.studies.responding.response import Response, asking, respond

__all__ = [
    "Competence",
    "Response",
    "Turn",
    "Wish",
    "again_exhibits",
    "again_statements",
    "asking",
    "competence_table",
    "competences",
    "condition_table",
    "defaults",
    "mandate_table",
    "plan_again",
    "respond",
    "response_exhibits",
    "response_limits",
    "response_statements",
]
