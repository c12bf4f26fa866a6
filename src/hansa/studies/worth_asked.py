"""The customs union or pact that a question is about, with the states that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hansa.coalitions import Worth
from hansa.coalitions.subsets import Array
from hansa.studies.arrangements import customs_unions
from hansa.studies.case import Case
from hansa.studies.economies import economy_of, years_of
from hansa.studies.worth import (
    COMPLETED,
    MOST,
    Setting,
    money,
    setting_of,
    trade_worth,
    with_shares,
)
from hansa.studies.worth_security import Pact, security_worth
from hansa.studies.worth_terms import security_from, terms_from
from hansa.studies.worth_union import Prospects, is_pact, pact_among, pacts, prospects
from hansa.terms.errors import BadInput
from hansa.terms.progress import Progress, silent


def asked_about(
    case: Case,
    organisation: str,
    given: Mapping[str, Any],
    *,
    draws: int,
    seed: int,
    mind: float,
    more: Sequence[str] = (),
    with_pact: str = "",
) -> Prospects | None:
    """The union's or pact's outlook; nothing if the organisation is neither.

    Parameters
    ----------
    case : Case
        ``[union]`` and ``[security]`` of a scenario are in its parameters.
    organisation : str
    given : mapping
        Terms of the union that differ, as `hansa.studies.worth_terms.terms_from` reads them.
    draws, seed, mind
        As in `hansa.studies.worth_union.prospects`.
    more : sequence of str
        States that must be among the players.
    with_pact : str
        A pact whose security counts beside the union's trade.

    Raises
    ------
    BadInput
        If terms of a union are given for what is none, or the pact is none.
    """
    setting = _setting(case, organisation, given, more)
    pact = _pact(case, organisation, setting, with_pact, more)
    if setting is None and pact is None:
        return None
    terms = security_from(case.parameters.get("security", {}))
    return prospects(setting, pact, draws=draws, seed=seed, terms=terms, mind=mind)


def all_blocs(found: Prospects, mind: float, progress: Progress = silent) -> tuple[Worth, Array]:
    """Payoffs under every bloc of the players, and money per unit of payoff.

    Raises
    ------
    BadInput
        If there are too many players to try all blocs.
    """
    n = len(found.mixed.players)
    if n > MOST + 2:
        raise BadInput(
            f"all blocs of {n} states are too many to try", remedy=f"up to {MOST + 2} states"
        )
    if found.setting is None:
        assert found.pact is not None
        worth = security_worth(found.pact, found.terms)
        return replace(worth, noise=mind), np.ones(worth.n)
    worth = trade_worth(found.setting, progress=progress)
    if found.both is not None:
        assert found.pact is not None
        worth = worth.mixed(security_worth(found.pact, found.terms), 1.0, "income, share")
    return replace(worth, noise=mind), money(found.setting)


def _setting(
    case: Case, organisation: str, given: Mapping[str, Any], more: Sequence[str]
) -> Setting | None:
    register = case.register
    case.world.organisation(organisation)
    known = {union.organisation.id: union for union in customs_unions(register)}
    if organisation not in known or not years_of(case.world):
        if given:
            raise BadInput(f"{organisation} is no customs union on {case.day}: it has no tariff")
        return None
    base = economy_of(case.world, case.day, known_on=case.known_on, clock=case.clock)
    assumed = {**case.parameters.get("union", {}), **given}
    agreed = known[organisation].terms
    terms = terms_from(assumed, agreed if agreed.tariff else COMPLETED) if assumed else None
    plain = setting_of(base, register, organisation, terms=terms)
    if len(plain.members) < 2:
        return None
    fresh = [name for name in more if base.place(name) == name and name not in plain.players]
    if not fresh:
        return plain
    kept = plain.players[: max(len(plain.members), MOST - len(fresh))]
    players = (*kept, *fresh)
    shared = with_shares(plain.terms, base.gdp, plain.members, players)
    return plain.other(players=players, terms=shared)


def _pact(
    case: Case, organisation: str, setting: Setting | None, named: str, more: Sequence[str]
) -> Pact | None:
    register = case.register
    if named:
        if not is_pact(register, case.world.organisation(named).id):
            members = register.member_codes(organisation)
            raise BadInput(
                f"{named} is no pact of defence on {case.day}",
                nearest=tuple(pacts(case.world, register, members)),
            )
        return pact_among(case.world, register, named, setting.players if setting else more)
    if not {"military", "borders"} <= set(case.world.sheets):
        return None
    if not is_pact(register, organisation):
        return None
    if setting is not None:
        return pact_among(case.world, register, organisation, setting.players)
    near = [name for name in _neighbours(case, organisation) if name not in more]
    room = max(0, MOST - len(register.member_codes(organisation)) - len(more))
    return pact_among(case.world, register, organisation, (*near[:room], *more))


def _neighbours(case: Case, organisation: str) -> tuple[str, ...]:
    """States that share small organisations with members, those that share most first."""
    register = case.register
    members = set(register.member_codes(organisation))
    shared: dict[str, int] = {}
    for org in register.organisations():
        held = set(register.member_codes(org.id))
        if len(held) <= 30 and held & members:
            for state in held - members:
                shared[state] = shared.get(state, 0) + len(held & members)
    return tuple(sorted(shared, key=lambda state: (-shared[state], state)))
