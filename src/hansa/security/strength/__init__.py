"""How strong: capability, likely outcomes, and how alike states' ties and votes are."""

from hansa.security.strength.capability import (
    COMPONENTS,
    Coalition,
    cinc,
    cinc_by_year,
    coalition,
    concentration,
    miles_per_day,
    projected,
)
from hansa.security.strength.outcomes import (
    FEATURES,
    OUTCOMES,
    Odds,
    OutcomeModel,
    outcome_odds,
    pair_features,
    strengths,
    win_by_joiners,
)
from hansa.security.strength.similarity import (
    Similarity,
    kappa_scores,
    pi_scores,
    s_scores,
    similarity,
)
from hansa.security.strength.votes import Ballots, ballots, ideal_point_distances

__all__ = [
    "COMPONENTS",
    "FEATURES",
    "OUTCOMES",
    "Ballots",
    "Coalition",
    "Odds",
    "OutcomeModel",
    "Similarity",
    "ballots",
    "cinc",
    "cinc_by_year",
    "coalition",
    "concentration",
    "ideal_point_distances",
    "kappa_scores",
    "miles_per_day",
    "outcome_odds",
    "pair_features",
    "pi_scores",
    "projected",
    "s_scores",
    "similarity",
    "strengths",
    "win_by_joiners",
]
