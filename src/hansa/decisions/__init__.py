"""Who decides, and who could block: rules of decision, tallies, voting power.

Rules are frozen values that combine and read back as sentences. `tally` decides a matter,
`chance` weighs what is uncertain, `power` measures who has how much say; a reader's own
body is read from a plain mapping with `body_from`.
"""

from hansa.decisions.bodies import ANY, BodyRule, bodies_from, body_from, rule_on
from hansa.decisions.certainty import OpenVote
from hansa.decisions.chances import Bloc, Chance, belief, bloc, chance
from hansa.decisions.combined import (
    AllOf,
    AnyOf,
    Arrears,
    BlockingMinority,
    OptOut,
    Referral,
    Silence,
    WithoutConcerned,
)
from hansa.decisions.counting.table import Method, TooLarge
from hansa.decisions.electorates import MEMBERS, Electorate, electorate, weights_from
from hansa.decisions.forms import KINDS, rule_from, to_mapping
from hansa.decisions.games import Game, dual, game_of, merged, weighted
from hansa.decisions.groups import Group, Groups, minimal_groups, minimal_winning
from hansa.decisions.measures import INDICES, Power, power, power_of
from hansa.decisions.outcomes import Decision, Next, Standing
from hansa.decisions.positions import (
    ABSENT,
    ABSTAIN,
    AGAINST,
    FOR,
    STAND_ASIDE,
    UNKNOWN,
    Position,
    ballot,
    position,
)
from hansa.decisions.quantities import Threshold, at_least, exact, more_than, readable
from hansa.decisions.rules import Consensus, Majority, Quorum, Rule, Unanimity, Veto
from hansa.decisions.tallies import tally
from hansa.decisions.views import BodyView, shares_of, view

__all__ = [
    "ABSENT",
    "ABSTAIN",
    "AGAINST",
    "ANY",
    "FOR",
    "INDICES",
    "KINDS",
    "MEMBERS",
    "STAND_ASIDE",
    "UNKNOWN",
    "AllOf",
    "AnyOf",
    "Arrears",
    "Bloc",
    "BlockingMinority",
    "BodyRule",
    "BodyView",
    "Chance",
    "Consensus",
    "Decision",
    "Electorate",
    "Game",
    "Group",
    "Groups",
    "Majority",
    "Method",
    "Next",
    "OpenVote",
    "OptOut",
    "Position",
    "Power",
    "Quorum",
    "Referral",
    "Rule",
    "Silence",
    "Standing",
    "Threshold",
    "TooLarge",
    "Unanimity",
    "Veto",
    "WithoutConcerned",
    "at_least",
    "ballot",
    "belief",
    "bloc",
    "bodies_from",
    "body_from",
    "chance",
    "dual",
    "electorate",
    "exact",
    "game_of",
    "merged",
    "minimal_groups",
    "minimal_winning",
    "more_than",
    "position",
    "power",
    "power_of",
    "readable",
    "rule_from",
    "rule_on",
    "shares_of",
    "tally",
    "to_mapping",
    "view",
    "weighted",
    "weights_from",
]
