"""Making a common tariff: rules, their trace, the tests of the GATT, and the way there.

>>> from hansa.customs.union import ArithmeticMean, NationalTariff, align, build
>>> tariffs = [NationalTariff("A", {"0101": 10}), NationalTariff("B", {"0101": 4})]
>>> build(align(tariffs), ArithmeticMean()).rate("0101")
7.0
"""

from hansa.customs.union.alignment import Alignment, rome_alignment
from hansa.customs.union.bindings import Bindings, Breach, Claim, examine_bindings
from hansa.customs.union.build import CommonTariff, LineTrace, MemberEffect, Move, build
from hansa.customs.union.compensation import Compensation, Reduction, compensate
from hansa.customs.union.concordance import Concordance, Converted
from hansa.customs.union.duties import (
    AdValorem,
    Computed,
    DutyRule,
    Expressed,
    equivalent,
    equivalents,
)
from hansa.customs.union.exhibits import (
    claims_table,
    effects_chart,
    effects_table,
    incidence_table,
    line_table,
    section,
)
from hansa.customs.union.incidence import (
    Incidence,
    PartnerIncidence,
    duties_collected,
    weighted_average,
)
from hansa.customs.union.kemp_wan import (
    KempWanUnion,
    MemberAccount,
    kemp_wan_union,
    union_imports,
)
from hansa.customs.union.lists import ByList, Capped, Ceiling, Negotiated
from hansa.customs.union.negotiation import Agreement, exemption_list, negotiate
from hansa.customs.union.rome import (
    TreatyOfRome,
    italian_duty,
    italian_tariff,
    list_g_additions,
)
from hansa.customs.union.rules import (
    Anchor,
    ArithmeticMean,
    Draft,
    Highest,
    ImportWeightedMean,
    KempWan,
    Lowest,
    Median,
    NearestBand,
    Rule,
)
from hansa.customs.union.schedules import (
    Missing,
    NationalTariff,
    Schedules,
    align,
    schedules_of,
)
from hansa.customs.union.trade import Trade, trade_of
from hansa.customs.union.voting import Stance

__all__ = [
    "AdValorem",
    "Agreement",
    "Alignment",
    "Anchor",
    "ArithmeticMean",
    "Bindings",
    "Breach",
    "ByList",
    "Capped",
    "Ceiling",
    "Claim",
    "CommonTariff",
    "Compensation",
    "Computed",
    "Concordance",
    "Converted",
    "Draft",
    "DutyRule",
    "Expressed",
    "Highest",
    "ImportWeightedMean",
    "Incidence",
    "KempWan",
    "KempWanUnion",
    "LineTrace",
    "Lowest",
    "Median",
    "MemberAccount",
    "MemberEffect",
    "Missing",
    "Move",
    "NationalTariff",
    "NearestBand",
    "Negotiated",
    "PartnerIncidence",
    "Reduction",
    "Rule",
    "Schedules",
    "Stance",
    "Trade",
    "TreatyOfRome",
    "align",
    "build",
    "claims_table",
    "compensate",
    "duties_collected",
    "effects_chart",
    "effects_table",
    "equivalent",
    "equivalents",
    "examine_bindings",
    "exemption_list",
    "incidence_table",
    "italian_duty",
    "italian_tariff",
    "kemp_wan_union",
    "line_table",
    "list_g_additions",
    "negotiate",
    "rome_alignment",
    "schedules_of",
    "section",
    "trade_of",
    "union_imports",
    "weighted_average",
]
