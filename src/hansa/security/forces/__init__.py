"""Mandates, pledges and force plans: who sends which forces by when, proven and re-checked.

`plan_forces` turns an `Operation` (mandate, units, network, agreements) into a `ForcePlan`
that carries its bound and its gap; `simulate` re-checks it independently; `diagnose` and
`advise` say what falls short and what would help; `replan` continues a plan that meets with
events.
"""

from hansa.security.forces.advice import advise
from hansa.security.forces.aims import AIMS, Aims, lexicographic, weighted
from hansa.security.forces.comparison import (
    Arrival,
    advice_table,
    beside_what_happened,
    compare_plans,
)
from hansa.security.forces.events import Delay, Event, Joined, VehiclesLost, happened
from hansa.security.forces.exhibits import (
    force_table,
    gantt,
    lift_table,
    member_table,
    movement_map,
    need_table,
    plan_exhibits,
    plan_section,
    shortfall_table,
)
from hansa.security.forces.findings import Finding
from hansa.security.forces.lift import LiftType, distance_km, leg_between
from hansa.security.forces.mandate import (
    FORCE_RULES,
    TASKS,
    Area,
    LegalCondition,
    Mandate,
    Need,
    mandate_from_act,
    mandate_payload,
)
from hansa.security.forces.network import (
    Closure,
    Consent,
    Fleet,
    Hub,
    Leg,
    Sortie,
    Throughput,
)
from hansa.security.forces.operation import Cap, Commitment, Operation, Withdrawal
from hansa.security.forces.plan import ForcePlan, MemberAccount, Posting, UnitAccount
from hansa.security.forces.planner import SOON_AND_CHEAP, plan_forces
from hansa.security.forces.pledges import Pledge, PledgeBook, Readiness, read_pledges
from hansa.security.forces.reimbursement import (
    UN_PERSONNEL_RATES,
    UN_RULES,
    Equipment,
    Rate,
    ReimbursementRules,
    SelfSustainment,
    reimburse,
)
from hansa.security.forces.remedies import (
    Advice,
    Prices,
    Remedies,
    Remedy,
    apply_remedies,
    usual_prices,
)
from hansa.security.forces.replanning import Change, Replan, replan
from hansa.security.forces.scenarios import Scenario, batken_1999, kazakhstan_2022
from hansa.security.forces.search import TierResult
from hansa.security.forces.shipments import LiftUse, Move, Shipment
from hansa.security.forces.shortfalls import CannotBeMet, Diagnosis, Shortfall, diagnose
from hansa.security.forces.simulation import Violation, simulate
from hansa.security.forces.solver import Limits, NoPlanInTime
from hansa.security.forces.uncertain import Demand, Hedged, TwoStage, hedge
from hansa.security.forces.units import Unit, UnitPolicy, UnitRoll, call_units

__all__ = [
    "AIMS",
    "FORCE_RULES",
    "SOON_AND_CHEAP",
    "TASKS",
    "UN_PERSONNEL_RATES",
    "UN_RULES",
    "Advice",
    "Aims",
    "Area",
    "Arrival",
    "CannotBeMet",
    "Cap",
    "Change",
    "Closure",
    "Commitment",
    "Consent",
    "Delay",
    "Demand",
    "Diagnosis",
    "Equipment",
    "Event",
    "Finding",
    "Fleet",
    "ForcePlan",
    "Hedged",
    "Hub",
    "Joined",
    "Leg",
    "LegalCondition",
    "LiftType",
    "LiftUse",
    "Limits",
    "Mandate",
    "MemberAccount",
    "Move",
    "Need",
    "NoPlanInTime",
    "Operation",
    "Pledge",
    "PledgeBook",
    "Posting",
    "Prices",
    "Rate",
    "Readiness",
    "ReimbursementRules",
    "Remedies",
    "Remedy",
    "Replan",
    "Scenario",
    "SelfSustainment",
    "Shipment",
    "Shortfall",
    "Sortie",
    "Throughput",
    "TierResult",
    "TwoStage",
    "Unit",
    "UnitAccount",
    "UnitPolicy",
    "UnitRoll",
    "VehiclesLost",
    "Violation",
    "Withdrawal",
    "advice_table",
    "advise",
    "apply_remedies",
    "batken_1999",
    "beside_what_happened",
    "call_units",
    "compare_plans",
    "diagnose",
    "distance_km",
    "force_table",
    "gantt",
    "happened",
    "hedge",
    "kazakhstan_2022",
    "leg_between",
    "lexicographic",
    "lift_table",
    "mandate_from_act",
    "mandate_payload",
    "member_table",
    "movement_map",
    "need_table",
    "plan_exhibits",
    "plan_forces",
    "plan_section",
    "read_pledges",
    "reimburse",
    "replan",
    "shortfall_table",
    "simulate",
    "usual_prices",
    "weighted",
]
