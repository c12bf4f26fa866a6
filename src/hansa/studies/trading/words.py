"""Results in sentences, and what they do not show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hansa.studies.trading.asked import Asked
from hansa.studies.trading.ground import Ground
from hansa.studies.trading.results import QUANTILES, Result, spread
from hansa.terms.exhibits import Statement
from hansa.terms.reasons import Because

NOTABLE = 5e-5
"""Changes of real income smaller than this are not told: they would print as 0.00 %."""
OPEN = 0.3
"""Countries that sell less than this share of their expenditure at home react too much."""


def told(ground: Ground, result: Result, *, shown: int = 3) -> tuple[Statement, ...]:
    """What a scenario brings, to whom, and what is not sure about it."""
    why = grounds(ground, result)
    if result.scenario.unchanged:
        return (_nothing(ground, result, why),)
    said = [
        told_shortly(result, shown),
        _creation(ground, result),
        *_wages(ground, result),
        _turning(result),
    ]
    return tuple(Statement(text, why) for text in said if text)


def grounds(ground: Ground, result: Result) -> Because:
    """On what a result rests beyond the data, which are told once."""
    common = set(ground.base.because)
    found = (*result.scenario.because, *result.effects.because)
    return tuple(dict.fromkeys(reason for reason in found if reason not in common))


def told_shortly(result: Result, shown: int = 2) -> str:
    """One sentence: those concerned, and the outsiders most touched."""
    inside = [n for n in result.countries if n in result.scenario.concerned]
    others = sorted(
        (n for n in result.countries if n not in inside), key=lambda n: -abs(result.income(n))
    )
    moved = [change(result, n) for n in others if abs(result.income(n)) >= NOTABLE][:shown]
    words = f"{result.scenario.subject}: real income of "
    words += ", ".join(change(result, name) for name in inside)
    if not inside:
        return f"{words}{', '.join(moved)}." if moved else f"{words}nobody moves by 0.01 %."
    if not moved:
        return f"{words}; no outsider's moves by 0.01 %."
    return f"{words}; outsiders most touched: {', '.join(moved)}."


def _nothing(ground: Ground, result: Result, why: Because) -> Statement:
    """Why a change that was asked about changes nothing."""
    text = f"{result.scenario.subject} changes no tariff and no cost, so nothing moves"
    members = set(result.scenario.members)
    beside = [a.name for a in ground.today.agreements if members and members <= set(a.members)]
    if beside:
        text += f": {', '.join(dict.fromkeys(beside))} makes trade among them free already"
    if ground.group is not None and ground.group.building:
        text += f", and {ground.group.name} applies no common tariff yet"
    return Statement(f"{text}.", why)


def change(result: Result, name: str) -> str:
    """``BLR +0.89 % (0.61 to 1.10)``: the change and its band."""
    value = result.income(name)
    if abs(value) < NOTABLE:
        return f"{name} 0.00 %"
    found = f"{name} {100 * value:+.2f} %"
    band = result.range_of(name)
    if band is None:
        return found
    low, high = (f"{100 * end:.2f}".replace("-0.00", "0.00") for end in band)
    return f"{found} ({low} to {high})"


def _creation(ground: Ground, result: Result) -> str:
    found = result.effects.diversion
    created, diverted = float(found.created.sum()), float(found.diverted.sum())
    if created + diverted <= 0:
        return ""
    unit = " million USD" if ground.world is not None else ""
    return (
        f"Where members buy more from one another, {created:,.0f}{unit} is trade created and "
        f"{diverted:,.0f} is diverted from outsiders."
    )


def _wages(ground: Ground, result: Result) -> list[str]:
    """Countries whose income rises while what wages buy falls: the treasury gains."""
    effects = result.effects
    found = []
    for name in result.scenario.concerned:
        n = result.countries.index(name)
        wage, income = float(effects.real_wage[n]), result.income(name)
        before, after = effects.received[n]
        if income > NOTABLE and wage < -NOTABLE and after > before:
            unit = " million USD" if ground.world is not None else ""
            found.append(
                f"{name}'s gain is its treasury's: wages buy {-wage:.2%} less, tariff revenue "
                f"rises from {before:,.0f} to {after:,.0f}{unit}."
            )
    return found


def _turning(result: Result) -> str:
    names = [n for n in result.scenario.concerned if result.turns(n)]
    if not names:
        return ""
    words = "; ".join(
        f"{name} " + ", ".join(f"{c} {100 * v:+.2f} %" for c, v in result.by_closure(name).items())
        for name in names
    )
    return f"The sign depends on what becomes of trade deficits: {words}."


def limits(ground: Ground, results: Sequence[Result], asked: Asked) -> tuple[str, ...]:
    """What the numbers do not show, and where they are weak."""
    base = ground.base
    found = list(base.limits)
    economy = base.economy
    if economy.J == 1:
        theta = float(economy.theta[0])
        found.append(
            f"The trade elasticity is one number for all goods, θ = {theta:g}"
            + ("" if asked.theta is not None else " (Simonovska and Waugh 2014)")
            + (f" ({asked.theta_source})" if asked.theta_source else "")
            + "."
        )
        found.append(
            f"In such a model a tariff of up to about 1/θ = {1 / theta:.0%} raises the income of "
            "who charges it as long as nobody answers: gains from a higher common tariff are of "
            "that kind."
        )
    if any(result.bands is not None for result in results):
        low, high = QUANTILES
        found.append(
            f"Bands ({low:.0%} to {high:.0%}) are from the elasticity alone, ln θ with standard "
            f"deviation {spread(asked):.2g}; data and model are less sure than that."
        )
    home = np.einsum("jnn,jn->n", economy.pi, economy.X) / economy.X.sum(axis=0)
    open_ = [f"{n} {h:.0%}" for n, h in zip(economy.countries, home, strict=True) if h < OPEN]
    if open_ and economy.J == 1:
        found.append(
            f"Bought at home by these numbers: {', '.join(open_)}. Exports are gross and GDP is "
            "net, so their effects are exaggerated."
        )
    if base.trade is not None:
        count = sum(1 for r in base.trade.repairs if r.kind != "domestic")
        found.append(
            f"{count} cells of the matrix are mended; those between countries hold "
            f"{base.trade.share_repaired():.3%} of trade."
        )
    if asked.transport_cut and asked.freight_share == 1.0:
        found.append(FREIGHT)
    return tuple(found)


FREIGHT = (
    "Transport costs are iceberg costs: everything that makes goods dearer on the way. Where "
    "freight is a tenth of the price, 10 % cheaper freight brings about a tenth of this."
)
