"""What a union does to each economy: exact general equilibrium of trade.

An `Economy` is the base, a `Shock` what changes, `solve` finds the `Equilibrium` and
`compare` tells two of them apart. `Union` and `Arrangement` make shocks out of what states
have agreed; `hansa.trade.policy` chooses tariffs; `hansa.trade.adjoint` gives slopes.
"""

from hansa.trade.accounts import Identity
from hansa.trade.adjoint import CaliendoParro, Slope, slope
from hansa.trade.arrangement import costs, shared, sharing, tariffs, transition
from hansa.trade.batch import solve_many
from hansa.trade.build import from_flows, one_sector, settled, structural
from hansa.trade.economy import Economy
from hansa.trade.effects import Effects, compare
from hansa.trade.equilibrium import Equilibrium
from hansa.trade.model import Conditions, NoEquilibrium, Outcome, TariffModel
from hansa.trade.players import Player
from hansa.trade.policy import Choice, cooperative_tariffs, nash_tariffs, optimal_tariffs
from hansa.trade.shock import Change, Closure, Shock
from hansa.trade.solver import solve
from hansa.trade.uncertainty import (
    Bands,
    Estimate,
    Sensitivity,
    bands,
    of_coefficients,
    of_elasticities,
    sensitivity,
)
from hansa.trade.unions import (
    Arrangement,
    CommonTariff,
    Exemption,
    FreeTrade,
    Rule,
    TransportClause,
    Union,
)
from hansa.trade.viner import Diversion, diversion
from hansa.trade.welfare import (
    FirstOrder,
    Path,
    first_order,
    path_integral,
    real_income,
    real_wage,
)

__all__ = [
    "Arrangement",
    "Bands",
    "CaliendoParro",
    "Change",
    "Choice",
    "Closure",
    "CommonTariff",
    "Conditions",
    "Diversion",
    "Economy",
    "Effects",
    "Equilibrium",
    "Estimate",
    "Exemption",
    "FirstOrder",
    "FreeTrade",
    "Identity",
    "NoEquilibrium",
    "Outcome",
    "Path",
    "Player",
    "Rule",
    "Sensitivity",
    "Shock",
    "Slope",
    "TariffModel",
    "TransportClause",
    "Union",
    "bands",
    "compare",
    "cooperative_tariffs",
    "costs",
    "diversion",
    "first_order",
    "from_flows",
    "nash_tariffs",
    "of_coefficients",
    "of_elasticities",
    "one_sector",
    "optimal_tariffs",
    "path_integral",
    "real_income",
    "real_wage",
    "sensitivity",
    "settled",
    "shared",
    "sharing",
    "slope",
    "solve",
    "solve_many",
    "structural",
    "tariffs",
    "transition",
]
