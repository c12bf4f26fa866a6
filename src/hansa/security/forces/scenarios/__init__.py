"""Two operations of the record, built from the world's tables: Kazakhstan 2022, Batken 1999."""

from hansa.security.forces.scenarios.batken import batken_1999
from hansa.security.forces.scenarios.kazakhstan import kazakhstan_2022
from hansa.security.forces.scenarios.tables import Scenario

__all__ = ["Scenario", "batken_1999", "kazakhstan_2022"]
