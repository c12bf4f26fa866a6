"""Where to put limited posts so that least gets through; see `plan_posts`."""

from hansa.cooperation.interdiction.limits import Budget, Limits, pooled, separate
from hansa.cooperation.interdiction.network import Arc, Journey, Network, Site, Watch
from hansa.cooperation.interdiction.plan import Plan, evaluate, plan_posts, without_posts
from hansa.cooperation.interdiction.shortest import Route, Through, through

__all__ = [
    "Arc",
    "Budget",
    "Journey",
    "Limits",
    "Network",
    "Plan",
    "Route",
    "Site",
    "Through",
    "Watch",
    "evaluate",
    "plan_posts",
    "pooled",
    "separate",
    "through",
    "without_posts",
]
