"""Does it deter: expected utility of an attack, burdens, participation, balance of power."""

from hansa.security.deterrence.attack import (
    Accession,
    Attack,
    CriticalRate,
    Deterrence,
    Guarantor,
    accession,
    critical_rate,
    deterrence,
    expected_cost,
)
from hansa.security.deterrence.balance import (
    Balance,
    Census,
    balance,
    can_be_alliance,
    census,
    holding_alliances,
)
from hansa.security.deterrence.burden import Burden, olson_zeckhauser, rank_correlation
from hansa.security.deterrence.participation import (
    GrimTrigger,
    Participation,
    exchange_of_help,
    mutual_defence,
    participation,
    pivotal,
    volunteer,
)
from hansa.security.deterrence.reliability import (
    PUBLISHED,
    Rate,
    honour_rate,
    honour_rates,
)

__all__ = [
    "PUBLISHED",
    "Accession",
    "Attack",
    "Balance",
    "Burden",
    "Census",
    "CriticalRate",
    "Deterrence",
    "GrimTrigger",
    "Guarantor",
    "Participation",
    "Rate",
    "accession",
    "balance",
    "can_be_alliance",
    "census",
    "critical_rate",
    "deterrence",
    "exchange_of_help",
    "expected_cost",
    "holding_alliances",
    "honour_rate",
    "honour_rates",
    "mutual_defence",
    "olson_zeckhauser",
    "participation",
    "pivotal",
    "rank_correlation",
    "volunteer",
]
