"""Verbs on trade: what a change brings to each economy, and tariffs that would be chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.service.opening import case_of, when
from hansa.sources.trade import DataSet, read_data_set
from hansa.studies.case import Case
from hansa.studies.trading import (
    Asked,
    Ground,
    Result,
    asked_with,
    ground_of,
    located,
    read_asked,
    scenario_of,
    solved,
)
from hansa.studies.trading.data import ground_of_data, scenario_of_data
from hansa.studies.trading.exhibits import (
    certainty_table,
    creation_table,
    elasticity_table,
    income_bars,
    measures_table,
    order,
    repairs_table,
    revenue_table,
    routes_table,
)
from hansa.studies.trading.policy import LIMITS, exhibits_of, policy_of, told_policy
from hansa.studies.trading.results import by_elasticity
from hansa.studies.trading.words import NOTABLE, limits, told
from hansa.terms.days import Day
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Exhibit, Statement
from hansa.terms.progress import Progress, silent
from hansa.trade.exhibits import income_map
from hansa.worlds import read_scenario
from hansa.worlds.scenario import Scenario


def trade_effects(
    scenario: Path | None = None,
    *,
    on: str | None = None,
    union: str = "",
    members: str = "",
    join: str = "",
    leave: str = "",
    common_tariff: str = "",
    coverage: float | None = None,
    revenue_key: str = "",
    transport_cut: float | None = None,
    freight_share: float | None = None,
    against: Literal["day", "none", "terms"] | None = None,
    alone: bool = False,
    free_trade: Literal["signed", "law"] | None = None,
    closure: Literal["kept", "scaled", "closed"] | None = None,
    year: int | None = None,
    theta: float | None = None,
    theta_se: float | None = None,
    draws: int | None = None,
    seed: int | None = None,
    data: Path | None = None,
    known_on: str | None = None,
    clock: Clock = "law",
    world: World | str = "eurasia",
    progress: Progress = silent,
) -> Answer:
    """What a change of a union, its tariffs or transport costs brings to each economy.

    General equilibrium of trade, exact. Ask with options, or with a file of acts and a table
    ``[trade]``; options prevail over the file.

    Parameters
    ----------
    scenario : path, optional
        A TOML file: ``title``, ``[[acts]]`` that are assumed, ``[trade]`` with the keys below
        (``transport_cut`` there as a share: 0.1) and ``[[trade.changes]]``.
    on : str, optional
        The day; that of the file or of its last act, or today, if not given.
    union : str
        The customs union, such as ``CU1995``; the largest of the day if empty.
    members : str
        Its members, if not those of the day, separated by commas.
    join : str
        Who joins: states, blocs or organisations, separated by commas.
    leave : str
        Who leaves, likewise; ``all``: the union ends.
    common_tariff : str
        ``mean``, ``weighted``, ``maximum``, ``minimum``, ``leader:RUS``, ``10%`` or ``none``.
    coverage : float, optional
        Share of tariff lines on which the common tariff holds.
    revenue_key : str
        Who receives tariff revenue: ``collected``, ``equal``, ``gdp`` or ``RUS=88,BLR=12``.
    transport_cut : float, optional
        Per cent by which transport costs inside fall.
    freight_share : float, optional
        Share of freight in what goods cost on arrival; 1 if not given: all iceberg costs fall.
    against : {"day", "none", "terms"}, optional
        Compare with what holds on the day, with no union, or with the same terms among the
        members of the day.
    alone : bool
        Disregard other free-trade agreements among members, joiners and leavers.
    free_trade : {"signed", "law"}, optional
        Read free-trade agreements as practised by all signatories, or strictly.
    closure : {"kept", "scaled", "closed"}, optional
        What becomes of trade deficits.
    year : int, optional
        Of the trade matrix.
    theta : float, optional
        Trade elasticity.
    theta_se : float, optional
        Its standard error, for bands.
    draws : int, optional
        Draws of the elasticity for bands; 0: no bands.
    seed : int, optional
        Of the draws.
    data : path, optional
        A data set of many sectors instead of the world's matrix: a folder or an archive.
    known_on, clock, world
        As in `members`.
    progress : Progress
        Called while draws are solved.

    Returns
    -------
    Answer
        Exact real income and the first-order measure, terms and volume of trade, real wages,
        revenue before and after sharing, trade created and diverted, trade by pair, bands and
        other closures, chart and map; its value is the `Result`.
    """
    read = _read(scenario)
    asked = asked_with(
        read.asked,
        union=union or None,
        members=_list(members),
        join=_list(join),
        leave=_list(leave),
        common_tariff=common_tariff or None,
        coverage=coverage,
        revenue_key=revenue_key or None,
        transport_cut=None if transport_cut is None else transport_cut / 100,
        freight_share=freight_share,
        against=against,
        alone=alone or None,
        free_trade=free_trade,
        closure=closure,
        year=year,
        theta=theta,
        theta_se=theta_se,
        draws=draws,
        seed=seed,
    )
    try:
        if data is not None:
            return _of_data(read_data_set(data, asked.theta), asked, read.title, progress)
        case = case_of(world, on or asked.on or read.last or "today", known_on, clock)
        if read.scenario is not None:
            case = replace(case, world=read.scenario.applied(case.world))
        return _of_case(case, asked, read, progress)
    except BadInput as wrong:
        raise located(wrong, read.label, read.text) from None


@dataclass(frozen=True, slots=True)
class _Read:
    """What a scenario file says."""

    asked: Asked
    scenario: Scenario | None = None
    label: str = ""
    text: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        return "" if self.scenario is None else self.scenario.title

    @property
    def last(self) -> Day | None:
        """The day of its last act."""
        acts = () if self.scenario is None else self.scenario.acts
        return max((act.on for act in acts), default=None)


def _read(scenario: Path | str | None) -> _Read:
    if scenario is None:
        return _Read(Asked())
    path = Path(scenario)
    found = read_scenario(path)
    text = path.read_text(encoding="utf-8")
    asked = read_asked(found.parameters.get("trade", {}), path.name, text)
    return _Read(asked, found, path.name, text)


def _list(text: str) -> tuple[str, ...] | None:
    """Names separated by commas; nothing if nothing is said."""
    return tuple(part.strip() for part in text.split(",") if part.strip()) or None


def _of_case(case: Case, asked: Asked, read: _Read, progress: Progress) -> Answer:
    ground = ground_of(case, asked)
    scenario = scenario_of(ground, asked, read.title)
    if scenario.unchanged and not (read.scenario or asked.changes_membership):
        said = asked.common_tariff or asked.revenue_key or asked.transport_cut or asked.alone
        if not said and asked.against == "day":
            raise BadInput(
                "nothing is asked",
                remedy="say join, leave, common_tariff, revenue_key, transport_cut or against",
            )
    result = solved(ground, scenario, asked, progress)
    head = f"{scenario.subject}: {case.day}, trade of {ground.base.year}"
    return _answer(head, ground, result, asked)


def _of_data(data: DataSet, asked: Asked, title: str, progress: Progress) -> Answer:
    ground = ground_of_data(data, asked)
    scenario = scenario_of_data(data, ground, asked, title)
    result = solved(ground, scenario, asked, progress)
    return _answer(f"{scenario.subject}: {data.title}", ground, result, asked, data.unit)


def _answer(head: str, ground: Ground, result: Result, asked: Asked, unit: str = "m USD") -> Answer:
    said: list[Statement] = list(told(ground, result))
    if result.scenario.unchanged:
        hints = "common_tariff, alone, free_trade = law or against = none show it otherwise"
        said.append(Statement(f"What may be meant: {hints}."))
    return Answer(
        head,
        tuple(said),
        tuple(_exhibits(ground, result, unit)),
        limits(ground, [result], asked),
        result,
    )


def _exhibits(ground: Ground, result: Result, unit: str) -> list[Exhibit]:
    label = "asked"
    one, everybody = {label: result}, order(result)
    members = [n for n in everybody if n in result.scenario.members]
    concerned = [n for n in everybody if n in result.scenario.concerned] or everybody
    title = "What it brings to each economy"
    if result.scenario.unchanged:
        return [measures_table(one, {label: concerned}, key="trade", title=title)]
    moved = [
        n for n in everybody if n in result.scenario.concerned or abs(result.income(n)) >= NOTABLE
    ]
    found: list[Exhibit] = [
        measures_table(one, {label: everybody}, key="trade", title=title),
        certainty_table(one, {label: moved}, key="trade_certainty", title="How sure"),
        elasticity_table(
            by_elasticity(ground, result),
            moved,
            theta=_one_theta(ground),
            key="trade_elasticities",
        ),
        revenue_table(one, {label: concerned}, unit=unit),
    ]
    if members:
        found.append(creation_table(one, {label: members}, unit=unit))
    found += [routes_table(result, unit=unit), income_bars(result, moved, key="trade_chart")]
    if ground.world is not None:
        found.append(income_map(result.effects, ground.base.states, key="trade_map"))
    repairs = repairs_table(ground.base)
    return [*found, repairs] if repairs is not None else found


def _one_theta(ground: Ground) -> float | None:
    """The elasticity, if there is one for all goods."""
    economy = ground.base.economy
    return float(economy.theta[0]) if economy.J == 1 else None


def tariffs_optimal(
    player: str,
    *,
    rivals: str = "",
    on: str | None = None,
    year: int | None = None,
    own_tariffs: bool = False,
    theta: float | None = None,
    known_on: str | None = None,
    clock: Clock = "law",
    world: World | str = "eurasia",
    progress: Progress = silent,
) -> Answer:
    """Tariffs that a country or a union would choose for its own real income.

    Trade deficits are closed first.

    Parameters
    ----------
    player : str
        A state, a bloc of the trade matrix, or an organisation with a common tariff.
    rivals : str
        Others who choose too, separated by commas: the Nash equilibrium is shown beside.
    on : str, optional
        The day; the middle of ``year``, or today, if not given.
    year : int, optional
        Of the trade matrix.
    own_tariffs : bool
        Whether members of a union choose tariffs of their own.
    theta : float, optional
        Trade elasticity.
    known_on, clock, world
        As in `members`.
    progress : Progress
        Called after each equilibrium.

    Returns
    -------
    Answer
        Tariffs by partner and what they bring to everybody; its value is the `Policy`.
    """
    day = when(on) if on else (Day(year, 7, 1) if year else when("today"))
    case = case_of(world, day, known_on, clock)
    asked = asked_with(Asked(), year=year, theta=theta)
    ground = ground_of(case, asked)
    found = policy_of(
        ground,
        player,
        _list(rivals) or (),
        common=not own_tariffs,
        progress=progress,
    )
    head = f"Tariffs that {found.players[0].name} would choose: {day}, trade of {ground.base.year}"
    said = told_policy(found)
    return Answer(head, said, tuple(exhibits_of(found)), (*LIMITS, *ground.base.limits), found)
