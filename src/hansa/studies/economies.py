"""From a world's tables to a one-sector economy, and to the arrangement that it was seen under.

A world that can be asked what trade brings has sheets ``trade_YEAR`` (exporter, importer,
musd), ``tariffs`` (area, year, mfn_simple_percent) and states with ``gdp_musd_YEAR``. A name
in the matrix that is no state is a bloc: ``EU15`` are the fifteen members of the EU when it
had fifteen, ``EU12NEW`` the twelve that came next; ``ROW`` is everybody else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from hansa.record.treaties import Clock
from hansa.record.world import World
from hansa.studies.arrangements import READINGS, Reading, arrangement_of
from hansa.terms.days import Day, day
from hansa.terms.errors import BadInput, Place
from hansa.terms.names import unknown
from hansa.terms.reasons import Because, Reason
from hansa.trade import Arrangement, Closure, Economy, Shock, one_sector, shared, transition
from hansa.trade import tariffs as tariffs_under
from hansa.trade.model import Array
from hansa.trade.repair import RepairedTrade, TradeReport, repair

THETA = 4.0
"""Trade elasticity: Simonovska and Waugh (2014), JIE 92:34–50, "roughly four" from prices and
trade of 123 countries, poor ones among them, in 2004."""
THETA_SD = 0.3
"""Standard deviation of ln θ in bands: 90 % of draws between 2.4 and 6.6, which spans both
the estimate above and the median of 5.03 that Head and Mayer (2014) collect."""
REST = "ROW"
BLOCS = MappingProxyType(
    {"EU15": ("EU", date(2000, 1, 1), None), "EU12NEW": ("EU", date(2007, 7, 1), date(2000, 1, 1))}
)
"""Names of blocs in matrices: members of an organisation on a day, less those of an earlier."""
LIMITS = (
    "One sector, no inputs: which goods, and whether they compete, is not seen.",
    "Trade is as recorded, goods only, rounded to millions; small flows read zero and stay zero.",
    "Output is GDP while trade is gross: countries that trade much look more open than they are.",
    "Tariffs are simple averages of most-favoured-nation rates, the same for every outsider.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A world's economy on a day, and what is agreed.

    Parameters
    ----------
    economy : Economy
        With tariffs and revenue shared as under ``observed``.
    observed : Arrangement
        What was in force when the data were recorded, without assumed acts.
    arrangement : Arrangement
        What holds on the day, assumed acts included.
    own : Array
        Each importer's own tariffs, were nothing agreed, (1, N, N).
    year : int
        Of the data.
    states : mapping of str to tuple of str
        The states behind each name.
    gdp : mapping of str to float
        By name, million USD.
    because : tuple of Reason
        Sources, repairs, assumptions.
    limits : tuple of str
        What the numbers do not show.
    trade : RepairedTrade, optional
        The matrix and every cell that was mended in it.
    """

    economy: Economy
    observed: Arrangement
    arrangement: Arrangement
    own: Array
    year: int
    states: Mapping[str, tuple[str, ...]]
    gdp: Mapping[str, float]
    because: Because
    limits: tuple[str, ...] = LIMITS
    trade: RepairedTrade | None = None

    def place(self, state: str) -> str | None:
        """The name under which a state is in the economy; none if it is not singled out."""
        for name, states in self.states.items():
            if state in states:
                return name
        return None

    def shock(
        self,
        after: Arrangement,
        closure: Closure | str = Closure.KEPT,
        *,
        name: str = "",
        because: Because = (),
    ) -> Shock:
        """From the data to another arrangement."""
        return transition(
            self.economy,
            self.observed,
            after,
            closure=closure,
            own=self.own,
            name=name,
            because=(*self.because, *because),
        )

    def with_elasticity(self, theta: float) -> Base:
        """The same with another trade elasticity."""
        economy = self.economy.replace(theta=np.full(self.economy.J, theta))
        return replace(self, economy=economy)


def years_of(world: World) -> tuple[int, ...]:
    """Years of which the world has a trade matrix."""
    found = (re.fullmatch(r"trade_(\d{4})", name) for name in world.sheets)
    return tuple(sorted(int(match[1]) for match in found if match))


def factual_of(world: World) -> World:
    """The world without what is only assumed: data were recorded in that one."""
    kept = tuple(act for act in world.acts if act.confidence != "assumed")
    return world if len(kept) == len(world.acts) else replace(world, acts=kept)


def economy_of(
    world: World,
    on: Day | str,
    *,
    year: int | None = None,
    theta: float = THETA,
    known_on: Day | None = None,
    clock: Clock = "law",
    free_trade: Reading = "signed",
    cif: float = 1.1,
    floor: float = 0.05,
) -> Base:
    """The economy of a world's trade matrix, with what is agreed on a day.

    Parameters
    ----------
    world : World
    on : date or str
        The day.
    year : int, optional
        Of the trade matrix; the nearest if not given.
    theta : float
        Trade elasticity; see `THETA`.
    known_on, clock
        As in `World.on`.
    free_trade : {"signed", "law"}
        As in `hansa.studies.arrangements.arrangement_of`.
    cif, floor : float
        As in `hansa.trade.repair.repair`.

    Raises
    ------
    BadInput
        If the world has no trade matrix (of that year), or no output or tariffs for it.
    """
    ground = ground_of(world, on, year=year, known_on=known_on, clock=clock)
    return ground.base(theta=theta, free_trade=free_trade, cif=cif, floor=floor)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """All of a world that a base is made of: small enough to send to another machine.

    Parameters
    ----------
    report : TradeReport
        The matrix as recorded.
    own : Array
        Each importer's own tariffs, (N, N).
    year : int
    states : mapping of str to tuple of str
    observed, arrangement : mapping of str to Arrangement
        As in `Base`, by reading of free-trade agreements.
    because : mapping of str to tuple of Reason
        By reading.
    """

    report: TradeReport
    own: Array
    year: int
    states: Mapping[str, tuple[str, ...]]
    observed: Mapping[str, Arrangement]
    arrangement: Mapping[str, Arrangement]
    because: Mapping[str, Because]

    def base(
        self,
        *,
        theta: float = THETA,
        free_trade: Reading = "signed",
        cif: float = 1.1,
        floor: float = 0.05,
    ) -> Base:
        """The base with an elasticity, a reading and a way of mending the matrix.

        Parameters
        ----------
        theta, free_trade, cif, floor
            As in `economy_of`.
        """
        if free_trade not in self.observed:
            raise unknown("reading of free trade", free_trade, self.observed)
        trade = repair(self.report, cif=cif, floor=floor)
        elasticity = Reason(
            "assumption",
            f"trade elasticity θ = {theta:g}",
            "theta",
            source="" if theta != THETA else "Simonovska & Waugh 2014",
            confidence="assumed",
        )
        grounds = (*trade.because, elasticity, *self.because[free_trade])
        seen = self.observed[free_trade]
        bare = one_sector(trade.countries, trade.flows, theta, tariffs=self.own)
        tau = tariffs_under(bare, seen)
        economy = bare
        if not np.array_equal(tau[0], self.own):
            economy = one_sector(trade.countries, trade.flows, theta, tariffs=tau[0])
        given, sold = np.asarray(self.report.output), trade.flows.sum(axis=0)
        output: Array = np.where(np.isnan(given), sold, given)
        return Base(
            shared(economy.replace(because=grounds), seen),
            seen,
            self.arrangement[free_trade],
            self.own[None],
            self.year,
            self.states,
            MappingProxyType(dict(zip(trade.countries, output.tolist(), strict=True))),
            tuple(dict.fromkeys(grounds)),
            trade=trade,
        )


def ground_of(
    world: World,
    on: Day | str,
    *,
    year: int | None = None,
    known_on: Day | None = None,
    clock: Clock = "law",
) -> Ground:
    """What a world's bases are made of.

    Parameters
    ----------
    world, on, year, known_on, clock
        As in `economy_of`.

    Raises
    ------
    BadInput
        As `economy_of`.
    """
    when = day(on)
    years = years_of(world)
    if not years:
        raise BadInput(
            "this world has no trade matrix",
            where=Place(world.name),
            remedy="add a sheet trade_YEAR with the columns exporter, importer, musd",
        )
    chosen = year or min(years, key=lambda y: abs(y - when.year))
    if chosen not in years:
        raise unknown("year of trade", str(chosen), [str(y) for y in years])
    report, states, weights = _report(world, chosen)
    own, guesses = _own_tariffs(world, report.countries, states, chosen)
    seen = when if when.year == chosen else date(chosen, 7, 1)
    past, now = factual_of(world).on(seen, None, clock), world.on(when, known_on, clock)

    def place(state: str) -> str | None:
        return next((name for name, codes in states.items() if state in codes), None)

    observed: dict[str, Arrangement] = {}
    holds: dict[str, Arrangement] = {}
    because: dict[str, Because] = {}
    for reading in READINGS:
        observed[reading], why = arrangement_of(past, place, weights, free_trade=reading)
        holds[reading], why_now = arrangement_of(now, place, weights, free_trade=reading)
        because[reading] = (*guesses, *why, *why_now)
    return Ground(report, own, chosen, states, observed, holds, because)


def _report(
    world: World, year: int
) -> tuple[TradeReport, dict[str, tuple[str, ...]], dict[str, float]]:
    """The matrix as recorded, the states behind its names, and GDP by name."""
    sheet = world.sheet(f"trade_{year}")
    listed = dict.fromkeys(str(row[side]) for row in sheet for side in ("exporter", "importer"))
    names = tuple(sorted(listed, key=lambda name: name == REST))  # the rest comes last
    position = {name: k for k, name in enumerate(names)}
    flows = np.full((len(names), len(names)), np.nan)
    for row in sheet:
        if row["musd"] is not None:
            flows[position[row["importer"]], position[row["exporter"]]] = float(row["musd"])
    states = {name: _states(world, name) for name in names}
    gdp = {name: _gdp(world, states[name], year) for name in names}
    lacking = [name for name in names if name != REST and not gdp[name] > 0]
    if lacking:
        raise BadInput(
            f"no gdp_musd_{year} for {', '.join(lacking)}",
            where=Place("states.csv", column=f"gdp_musd_{year}"),
        )
    keys = ";".join(sorted({str(row["source"]) for row in sheet}))
    report = TradeReport(
        names,
        flows,
        output=np.array([gdp[name] or np.nan for name in names]),
        rest=REST if REST in names else "",
        unit="million USD",
        because=(Reason("source", f"bilateral trade of {year}", sheet.name, keys),),
    )
    return report, states, gdp


def _states(world: World, name: str) -> tuple[str, ...]:
    if name in world.states:
        return (name,)
    if name in BLOCS:
        organisation, since, less = BLOCS[name]
        members = world.on(since).member_codes(organisation)
        earlier = () if less is None else world.on(less).member_codes(organisation)
        return tuple(state for state in members if state not in earlier)
    if name == REST:
        return ()
    raise unknown("state or bloc", name, [*world.states, *BLOCS], where=Place("trade"))


def _gdp(world: World, states: Sequence[str], year: int) -> float:
    facts = (world.states[state].facts.get(f"gdp_musd_{year}") for state in states)
    return sum(float(fact) for fact in facts if fact not in (None, ""))


def _own_tariffs(
    world: World, names: tuple[str, ...], states: Mapping[str, tuple[str, ...]], year: int
) -> tuple[Array, Because]:
    """Each importer's tariff on everybody, (N, N), and how gaps were closed."""
    known: dict[str, dict[int, float]] = {}
    keys: dict[str, str] = {}
    for row in world.sheet("tariffs"):
        known.setdefault(row["area"], {})[int(row["year"])] = float(row["mfn_simple_percent"]) / 100
        keys[row["area"]] = str(row["source"])
    rates: list[float] = []
    because: list[Reason] = []
    for name in names:
        area = BLOCS[name][0] if name in BLOCS else name
        rate, how = _rate(known.get(area, {}), year)
        rates.append(rate)
        if how:
            text = f"tariff of {name} in {year}: {rate:.2%}, {how}"
            because.append(Reason("assumption", text, "tariffs", keys.get(area, "")))
    typical = float(np.nanmedian(rates))
    filled = [typical if np.isnan(rate) else rate for rate in rates]
    for name, rate in zip(names, rates, strict=True):
        if np.isnan(rate):
            text = f"tariff of {name} in {year} unknown: {typical:.2%}, the median of the others"
            because.append(Reason("assumption", text, "tariffs"))
    tau = np.repeat(np.array(filled)[:, None], len(names), axis=1)
    np.fill_diagonal(tau, 0.0)
    return tau, tuple(because)


def _rate(known: Mapping[int, float], year: int) -> tuple[float, str]:
    """A rate of the year: recorded, between two years, or of the nearest year."""
    if year in known:
        return known[year], ""
    before = max((y for y in known if y < year), default=None)
    after = min((y for y in known if y > year), default=None)
    if before is not None and after is not None:
        weight = (year - before) / (after - before)
        rate = (1 - weight) * known[before] + weight * known[after]
        return rate, f"between {known[before]:.2%} ({before}) and {known[after]:.2%} ({after})"
    nearest = before if before is not None else after
    if nearest is None:
        return float("nan"), ""
    return known[nearest], f"that of {nearest}"
