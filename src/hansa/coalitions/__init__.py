"""Who gains, who would join, who would leave: coalitions of states.

`Game` holds what coalitions can reach, `Worth` what every single bloc brings to each state,
inside and outside, `PartitionWorth` the same for all partitions. They are made from any
function or table; where the numbers come from is not this package's business. Analyses are
functions of these values and give frozen results.
"""

from hansa.coalitions.compromise import Gately, Tau, gately, tau_value
from hansa.coalitions.cores import (
    Balanced,
    Core,
    blocking,
    core,
    cost_of_stability,
    excess_of,
    in_core,
)
from hansa.coalitions.exchange import Clearing, Exchange, equilibrium
from hansa.coalitions.foresight import Farsighted, farsighted, indirectly_dominates
from hansa.coalitions.games import Game, require_superadditive
from hansa.coalitions.groups import Deviation, deviations, group_stable, told
from hansa.coalitions.harmless import KempWan, kemp_wan
from hansa.coalitions.indices import (
    banzhaf,
    deegan_packel,
    johnston,
    normalised_banzhaf,
    shapley,
    solidarity,
)
from hansa.coalitions.levers import Tipping, tipping
from hansa.coalitions.nucleoli import Kohlberg, Nucleolus, kohlberg, nucleolus, prenucleolus
from hansa.coalitions.outlook import Band, Chance, Outlook
from hansa.coalitions.parting import Best, PartitionWorth, best_partition, partitions
from hansa.coalitions.paths import Ends, Path, Step, ends, path
from hansa.coalitions.payments import Payments, divide, settled, to_stay, to_win
from hansa.coalitions.sampling import Design, Factor, Sobol, design, sobol_indices, wilson
from hansa.coalitions.standing import Stability, Verdict, stability
from hansa.coalitions.worth import Worth

__all__ = [
    "Balanced",
    "Band",
    "Best",
    "Chance",
    "Clearing",
    "Core",
    "Design",
    "Deviation",
    "Ends",
    "Exchange",
    "Factor",
    "Farsighted",
    "Game",
    "Gately",
    "KempWan",
    "Kohlberg",
    "Nucleolus",
    "Outlook",
    "PartitionWorth",
    "Path",
    "Payments",
    "Sobol",
    "Stability",
    "Step",
    "Tau",
    "Tipping",
    "Verdict",
    "Worth",
    "banzhaf",
    "best_partition",
    "blocking",
    "core",
    "cost_of_stability",
    "deegan_packel",
    "design",
    "deviations",
    "divide",
    "ends",
    "equilibrium",
    "excess_of",
    "farsighted",
    "gately",
    "group_stable",
    "in_core",
    "indirectly_dominates",
    "johnston",
    "kemp_wan",
    "kohlberg",
    "normalised_banzhaf",
    "nucleolus",
    "partitions",
    "path",
    "prenucleolus",
    "require_superadditive",
    "settled",
    "shapley",
    "sobol_indices",
    "solidarity",
    "stability",
    "tau_value",
    "tipping",
    "to_stay",
    "to_win",
    "told",
    "wilson",
]
