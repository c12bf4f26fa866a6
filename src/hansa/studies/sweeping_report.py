"""What a sweep found: probabilities, distributions, and which assumption matters most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hansa.coalitions import Outlook, Sobol, sobol_indices, wilson
from hansa.coalitions.subsets import Array, written
from hansa.studies.sweeping import Done, tables_of
from hansa.studies.worth_exhibits import listed
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Cell, Chart, Column, Exhibit, Statement, Table
from hansa.terms.reasons import Because, Reason

PERCENT = 100.0
QUANTILES = (0.05, 0.5, 0.95)


def report(done: Done) -> Answer:
    """Everything that a sweep found, as an answer; its value is the sweep itself."""
    study = done.study
    outlooks = [_outlook(done, k) for k in range(len(done.plans))]
    because = _because(done)
    said = [_ran(done, because)]
    for variant, outlook in zip(study.variants, outlooks, strict=True):
        said += _told(done, variant.name, outlook, because)
    exhibits: list[Exhibit] = [_probabilities(done, outlooks), _gains(done, outlooks)]
    exhibits.append(_chart(done, outlooks))
    exhibits.append(_moves(done, outlooks))
    if study.blocs == "all":
        exhibits.append(_blocs(done))
    if done.design.sensitive:
        table, top = _sensitivity(done, outlooks)
        exhibits.append(table)
        said += [Statement(text, because) for text in top]
    limits = (
        "Probabilities are of the draws: they say how robust a finding is to what was varied, "
        "not how likely it is in the world.",
    )
    return Answer(study.title, tuple(said), tuple(exhibits), limits, done)


def _outlook(done: Done, scenario: int) -> Outlook:
    return done.outlook(scenario, done.plans[scenario].members)


def _because(done: Done) -> Because:
    text = (
        f"{done.points} base points ({len(done.design.rows) // max(1, done.design.points)} rows "
        f"each), seed {done.study.seed}"
    )
    factors = tuple(
        Reason("assumption", f"{f.name}: {f.kind}", f.name, f.source) for f in done.design.factors
    )
    return (Reason("number", text, "sweep", because=factors),)


def _ran(done: Done, because: Because) -> Statement:
    study = done.study
    size = done.points * done.design.stride * len(done.blocs) * len(study.variants)
    ended = {
        "complete": "as planned",
        "known well enough": "early: every probability is known well enough",
        "out of time": f"early, out of time: {done.points} of {done.design.points} draws",
    }[done.why]
    text = (
        f"{done.points} draws × {len(study.variants)} scenarios × {len(done.blocs)} blocs: "
        f"{size:,} equilibria. It ended {ended}."
    )
    return Statement(text, because)


def _told(done: Done, name: str, outlook: Outlook, because: Because) -> list[Statement]:
    stable = outlook.stable(done.study.membership)
    leavers = [s for s in outlook.bloc if outlook.moves(s).above >= 0.5]
    joiners = [s for s in outlook.outsiders if outlook.moves(s).above >= 0.5]
    text = (
        f"{name}: stable in {stable.share:.0%} of draws ({stable.low:.0%} to {stable.high:.0%}); "
        f"in most draws {listed(leavers)} would leave and {listed(joiners)} would join."
    )
    return [Statement(text, because)]


def _probabilities(done: Done, outlooks: Sequence[Outlook]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for variant, outlook in zip(done.study.variants, outlooks, strict=True):
        chances = (outlook.internal(), outlook.external("exclusive"), outlook.external("open"),
                   outlook.stable("exclusive"), outlook.stable("open"))  # fmt: skip
        rows.append((variant.name, " ".join(outlook.bloc), len(outlook.draws),
                     *(PERCENT * c.share for c in chances),
                     PERCENT * chances[3].low, PERCENT * chances[3].high))  # fmt: skip
    columns = (
        Column("scenario", "Scenario"),
        Column("bloc", "Bloc"),
        Column("draws", "Draws"),
        Column("internal", "Nobody leaves", "%", 0),
        Column("closed", "Nobody joins who is let in", "%", 0),
        Column("open", "Nobody wants to join", "%", 0),
        Column("stable", "Stable, exclusive", "%", 0),
        Column("stable_open", "Stable, open", "%", 0),
        Column("low", "from", "%", 0),
        Column("high", "to", "%", 0),
    )
    return Table("probabilities", "How likely the union is to hold", columns, tuple(rows), keys=2)


def _gains(done: Done, outlooks: Sequence[Outlook]) -> Table:
    """Distribution of every state's gain over no union."""
    rows = []
    for k, outlook in enumerate(outlooks):
        gained = _gained(done, k)
        for i, state in enumerate(outlook.players):
            low, middle, high = np.quantile(gained[:, i], QUANTILES)
            above = float((gained[:, i] > done.study.mind).mean())
            role = "member" if state in outlook.bloc else "outsider"
            rows.append((done.study.variants[k].name, state, role, PERCENT * float(middle),
                         PERCENT * float(low), PERCENT * float(high), PERCENT * above))  # fmt: skip
    columns = (
        Column("scenario", "Scenario"),
        Column("state", "State"),
        Column("role", "Is"),
        Column("median", "Median gain", "%", 3),
        Column("low", "from", "%", 3),
        Column("high", "to", "%", 3),
        Column("above", "Draws in which it gains", "%", 0),
    )
    note = "Against no union, per cent of income; from and to: nine of ten draws."
    return Table("gains", "What each state gains", columns, tuple(rows), keys=2, note=note)


def _gained(done: Done, scenario: int) -> Array:
    """Gains of the members' bloc over no bloc in the independent draws, (draws, n)."""
    plan = done.plans[scenario]
    table = tables_of(done.frames[scenario], plan.players, done.design.independent(done.points))
    here = sum(1 << plan.players.index(name) for name in plan.members)
    gained = table[here] - table[0]
    return np.asarray(gained[np.isfinite(gained).all(axis=1)])


def _chart(done: Done, outlooks: Sequence[Outlook]) -> Chart:
    """Median gains of members by scenario."""
    gains = _gains(done, outlooks)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (record["state"], record["scenario"], record["median"])
        for record in gains.records()
        if record["role"] == "member"
    )
    columns = (
        Column("state", "State"),
        Column("scenario", "Scenario"),
        Column("median", "Median gain", "%", 3),
    )
    data = Table("median_gains", "Median gains of members", columns, rows, keys=2)
    return Chart("median_gains", data.title, "bar", data, "state", "median", "scenario")


def _moves(done: Done, outlooks: Sequence[Outlook]) -> Table:
    rows = []
    for variant, outlook in zip(done.study.variants, outlooks, strict=True):
        for state in outlook.players:
            band = outlook.moves(state)
            verb = "leave" if state in outlook.bloc else "join"
            rows.append((variant.name, state, verb, PERCENT * band.point, PERCENT * band.low,
                         PERCENT * band.high, PERCENT * band.above))  # fmt: skip
    columns = (
        Column("scenario", "Scenario"),
        Column("state", "State"),
        Column("move", "Could"),
        Column("median", "Gains by it (median)", "%", 3),
        Column("low", "from", "%", 3),
        Column("high", "to", "%", 3),
        Column("above", "Draws in which it would", "%", 0),
    )
    return Table("moves", "Who would move", columns, tuple(rows), keys=2)


def _blocs(done: Done) -> Table:
    """The blocs that are stable most often, of all."""
    from hansa.coalitions import Worth, stability

    rows = []
    for k, plan in enumerate(done.plans):
        table = tables_of(done.frames[k], plan.players, done.design.independent(done.points))
        n, draws = len(plan.players), len(table[0])
        held = np.zeros(1 << n, dtype=np.int64)
        tried = 0
        for d in range(draws):
            payoffs = np.empty((n, 1 << n))
            for mask in range(1 << n):
                payoffs[:, mask] = table[0 if mask.bit_count() < 2 else mask][d]
            if not np.isfinite(payoffs).all():
                continue
            tried += 1
            worth = Worth(plan.players, payoffs, noise=done.study.mind)
            held[stability(worth).stable(done.study.membership)] += 1
        for mask in np.argsort(-held, kind="stable")[:20].tolist():
            if held[mask]:
                low, high = wilson(int(held[mask]), tried)
                rows.append((done.study.variants[k].name, written(mask, plan.players),
                             mask.bit_count(), PERCENT * held[mask] / tried, PERCENT * low,
                             PERCENT * high))  # fmt: skip
    columns = (
        Column("scenario", "Scenario"),
        Column("bloc", "Bloc"),
        Column("size", "States"),
        Column("stable", "Stable", "%", 0),
        Column("low", "from", "%", 0),
        Column("high", "to", "%", 0),
    )
    title = f"Blocs that hold most often ({done.study.membership} membership)"
    return Table("blocs", title, columns, tuple(rows), keys=2)


def _sensitivity(done: Done, outlooks: Sequence[Outlook]) -> tuple[Table, list[str]]:
    """Shares of the variance of every member's gain, by factor."""
    rows, top = [], []
    for k, outlook in enumerate(outlooks):
        name = done.study.variants[k].name
        weight: dict[str, list[float]] = {}
        for state in outlook.bloc:
            found = _indices(done, k, state)
            if found is None:
                continue
            for i, factor in enumerate(found.factors):
                rows.append((name, state, factor, float(found.first[i]), float(found.total[i]),
                             float(found.total_error[i])))  # fmt: skip
                weight.setdefault(factor, []).append(float(found.total[i]))
        if weight:
            means = {factor: float(np.mean(shares)) for factor, shares in weight.items()}
            best = max(means, key=lambda factor: means[factor])
            top.append(
                f"{name}: what members gain depends most on {best} (with all that it interacts "
                f"with, {min(1.0, means[best]):.0%} of the variance on average)."
            )
    columns = (
        Column("scenario", "Scenario"),
        Column("state", "State"),
        Column("factor", "Factor"),
        Column("first", "By itself", "", 3),
        Column("total", "With interactions", "", 3),
        Column("error", "Standard error", "", 3),
    )
    note = "Shares of the variance of a member's gain over no union (Saltelli 2010, Jansen 1999)."
    title = "Which assumption matters"
    return Table("sensitivity", title, columns, tuple(rows), keys=3, note=note), top


def _indices(done: Done, scenario: int, state: str) -> Sobol | None:
    """Indices of a member's gain over the points that have all results; none if too few."""
    plan = done.plans[scenario]
    rows = np.arange(done.points * done.design.stride)
    table = tables_of(done.frames[scenario], plan.players, rows)
    here = sum(1 << plan.players.index(name) for name in plan.members)
    i = plan.players.index(state)
    gained = (table[here] - table[0])[:, i].reshape(-1, done.design.stride)
    gained = gained[np.isfinite(gained).all(axis=1)]
    if len(gained) < 2:
        return None
    try:
        return sobol_indices(done.design, gained.ravel(), seed=done.study.seed)
    except BadInput:
        return None
