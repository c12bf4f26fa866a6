"""From arrangements of unions and agreements to tariffs, costs, sharing and shocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hansa.terms.errors import BadInput, Place
from hansa.terms.reasons import Because
from hansa.trade import cells
from hansa.trade.economy import Economy, check_tariffs
from hansa.trade.model import Array
from hansa.trade.shock import Closure, Shock
from hansa.trade.unions import Arrangement, CommonTariff, Exemption, Rule, Union

Mask = NDArray[np.bool_]


def tariffs(economy: Economy, arrangement: Arrangement, own: ArrayLike | None = None) -> Array:
    """Tariffs under an arrangement.

    Parameters
    ----------
    economy : Economy
        Whose names and base imports are used.
    arrangement : Arrangement
        What is agreed.
    own : array (J, N, N), optional
        Each importer's own tariffs, were nothing agreed; default: the economy's.

    Returns
    -------
    array (J, N, N)
    """
    J, N = economy.J, economy.N
    shape, axes = (J, N, N), "sectors × importers × exporters"
    national = economy.tau if own is None else cells.shaped(own, shape, "own", axes)
    check_tariffs(national, economy.countries, economy.sectors)
    tau = national.copy()
    for agreement in arrangement.agreements:
        inside = _pairs(economy, agreement.members, agreement.members)
        tau[:, inside] = 0.0
        _exempt(economy, tau, national, agreement.exemptions, inside)
    for union in arrangement.unions:
        within = _pairs(economy, union.members, union.members)
        outside = _pairs(economy, union.members, economy.countries) & ~within
        if union.free_inside:
            tau[:, within] = 0.0
        if union.common_tariff is not None:
            _common(economy, tau, national, union)
        _exempt(economy, tau, national, union.exemptions, within | outside)
    return tau


def costs(economy: Economy, arrangement: Arrangement) -> Array:
    """Factors on iceberg costs under an arrangement, against no clause at all; (J, N, N)."""
    factor = np.ones((economy.J, economy.N, economy.N))
    clauses = [*arrangement.transport, *(c for u in arrangement.unions for c in u.transport)]
    for clause in clauses:
        partners = clause.members if clause.partners is None else clause.partners
        routes = _pairs(economy, clause.members, partners)
        mask = _sectors(economy, clause.sectors)[:, None, None] & (routes | routes.T)
        factor[mask] *= clause.factor
    return factor


def sharing(economy: Economy, arrangement: Arrangement) -> Array | None:
    """Who receives whose tariff revenue, as `Economy.sharing`; nothing if nobody shares."""
    shared = np.eye(economy.N)
    for union in arrangement.unions:
        if union.revenue_key is None:
            continue
        for collector in union.members:
            m = economy.index(collector)
            shared[:, m] = 0.0
            for receiver, share in union.revenue_key.items():
                shared[economy.index(receiver), m] = share
    return None if np.array_equal(shared, np.eye(economy.N)) else shared


def transition(
    economy: Economy,
    before: Arrangement,
    after: Arrangement,
    *,
    closure: Closure | str,
    own: ArrayLike | None = None,
    name: str = "",
    because: Because = (),
) -> Shock:
    """What changes when one arrangement takes the place of another.

    The economy's tariffs are those observed under ``before``. They stay wherever the two
    arrangements imply the same, so that what is recorded is not overwritten by a rule.

    Parameters
    ----------
    economy : Economy
        The base, observed under ``before``.
    before, after : Arrangement
        Accession, exit, merger, dissolution: the difference between the two.
    closure : Closure or str
        What becomes of deficits.
    own : array (J, N, N), optional
        Each importer's own tariffs, were nothing agreed; they matter where a union ends
        and for the rule of the common tariff. Default: the economy's.
    name, because
        As in `hansa.trade.shock.Shock`.

    Raises
    ------
    BadInput
        If a country is unknown, or the economy does not share revenue as ``before`` says.
    """
    old, new = tariffs(economy, before, own), tariffs(economy, after, own)
    key, base = sharing(economy, before), economy.sharing
    identity = np.eye(economy.N)
    if not np.allclose(identity if key is None else key, identity if base is None else base):
        raise BadInput(
            "the economy does not share revenue as the arrangement before does",
            where=Place("before"),
            remedy="give it through shared(economy, before)",
        )
    shares = sharing(economy, after)
    return Shock.between(
        economy,
        closure=closure,
        tariffs=np.where(old == new, economy.tau, new),
        costs=costs(economy, after) / costs(economy, before),
        sharing=identity if shares is None and key is not None else shares,
        name=name,
        because=because,
    )


def shared(economy: Economy, arrangement: Arrangement) -> Economy:
    """The economy with its revenue shared as an arrangement says, incomes unchanged.

    What a country receives from others' tariffs is then no longer part of its deficit.
    """
    key = sharing(economy, arrangement)
    received = economy.revenue if key is None else key @ economy.revenue
    return economy.replace(sharing=key, D=economy.D + economy.received - received)


def _common(economy: Economy, tau: Array, national: Array, union: Union) -> None:
    """Write a union's common tariff on its imports from outsiders."""
    rule = union.common_tariff
    assert rule is not None
    rows = np.array([economy.index(member) for member in union.members])
    outsiders = np.setdiff1d(np.arange(economy.N), rows)
    theirs = national[:, rows][:, :, outsiders]
    weights = economy.imports[:, rows][:, :, outsiders]
    common = _rate(economy, rule, theirs, weights, union.members)
    mixed = rule.coverage * common[:, None, :] + (1 - rule.coverage) * theirs
    for position, row in enumerate(rows):
        tau[:, row, outsiders] = mixed[:, position]


def _rate(
    economy: Economy, rule: CommonTariff, theirs: Array, weights: Array, members: tuple[str, ...]
) -> Array:
    """The common rate by sector and outsider, from members' own, shape (J, outsiders)."""
    if rule.rule is Rule.GIVEN:
        return np.repeat(_given(economy, rule)[:, None], theirs.shape[2], axis=1)
    if rule.rule is Rule.LEADER:
        led: Array = theirs[:, members.index(rule.leader)]
        return led
    if rule.rule is Rule.WEIGHTED:
        total = weights.sum(axis=1)
        weighted: Array = np.where(
            total > 0,
            (weights * theirs).sum(axis=1) / np.maximum(total, 1e-300),
            theirs.mean(axis=1),
        )
        return weighted
    formed: Array = theirs.mean(axis=1)
    if rule.rule is Rule.MAXIMUM:
        formed = theirs.max(axis=1)
    elif rule.rule is Rule.MINIMUM:
        formed = theirs.min(axis=1)
    return formed


def _given(economy: Economy, rule: CommonTariff) -> Array:
    """Rates by sector, shape (J,)."""
    for name in rule.rates:
        if name != "*":
            economy.sector(name)
    missing = [s for s in economy.sectors if s not in rule.rates and "*" not in rule.rates]
    if missing:
        raise BadInput(
            f"the common tariff lacks a rate for {', '.join(missing[:3])}",
            where=Place("rates"),
            remedy="give one under '*' for all others",
        )
    return np.array([rule.rates.get(s, rule.rates.get("*", 0.0)) for s in economy.sectors])


def _exempt(
    economy: Economy,
    tau: Array,
    national: Array,
    exemptions: tuple[Exemption, ...],
    scope: Mask,
) -> None:
    for exemption in exemptions:
        to = exemption.importers or economy.countries
        of = exemption.exporters or economy.countries
        routes = _pairs(economy, to, of) & scope
        mask = _sectors(economy, exemption.sectors)[:, None, None] & routes
        tau[mask] = national[mask] if exemption.rate is None else exemption.rate


def _pairs(economy: Economy, importers: Sequence[str], exporters: Sequence[str]) -> Mask:
    """Routes from any of the exporters to any of the importers, shape (N, N)."""
    to, of = np.zeros(economy.N, dtype=bool), np.zeros(economy.N, dtype=bool)
    to[[economy.index(name) for name in importers]] = True
    of[[economy.index(name) for name in exporters]] = True
    return np.asarray(to[:, None] & of & ~np.eye(economy.N, dtype=bool))


def _sectors(economy: Economy, chosen: tuple[str, ...] | None) -> Mask:
    mask = np.full(economy.J, chosen is None)
    for name in chosen or ():
        mask[economy.sector(name)] = True
    return mask
