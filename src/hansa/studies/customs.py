"""What the register says of a union's customs: members over time, agreements, keys."""

from __future__ import annotations

from hansa.customs.book.areas import Membership
from hansa.customs.book.regime import Agreement, Regime
from hansa.record.register import Register
from hansa.record.world import World
from hansa.terms.days import Period
from hansa.terms.names import unknown
from hansa.terms.reasons import Reason

FREE_TRADE = "free_trade"
"""The act of norms that make a treaty an agreement on free trade."""


def regime_of(world: World, register: Register, union: str) -> Regime:
    """A union's customs relations as the register has them.

    Parameters
    ----------
    world, register
        The world and what holds on the day (as known, by its clock).
    union : str
        An organisation: ``CU2010``, ``EAEU``, ``EU`` …

    Raises
    ------
    UnknownCode
        If there is no such organisation.
    """
    timeline = register.timeline
    if union not in timeline.organisations:
        raise unknown("organisation", union, timeline.organisations)
    members = tuple(
        Membership(state, spell.period)
        for state, standing in sorted(timeline.standings[union].items())
        for status, spell in standing.spells
        if status == "member"
    )
    agreements = tuple(_agreements(world, register, union))
    existence = timeline.existences[union]
    why = Reason("rule", f"members of {union} by the register", union, because=existence.because)
    return Regime(union, members, (), agreements, existence.period or Period(register.day), (why,))


def _agreements(world: World, register: Register, union: str) -> list[Agreement]:
    """Treaties on free trade in force on the day, to which members of the union are parties."""
    found = []
    inside = set(register.member_codes(union))
    for life in register.treaties():
        treaty = life.treaty
        if not any(norm.act == FREE_TRADE for norm in treaty.norms):
            continue
        parties = set(register.party_codes(treaty.id))
        if parties & inside and life.entry is not None:
            outside = frozenset(parties - inside)
            found.append(Agreement(treaty.id, outside, Period(life.entry), act=treaty.title))
    return found
