"""Verbs on strength: capability, deter, panel."""

from __future__ import annotations

from pathlib import Path

from hansa.record.world import World
from hansa.security.deterrence import (
    Accession,
    Deterrence,
    Guarantor,
    accession,
    critical_rate,
    deterrence,
    honour_rate,
)
from hansa.security.strength import coalition
from hansa.service.opening import case_of, what_if
from hansa.studies.deterring import capabilities, contemplated
from hansa.terms.exhibits import Answer, Chart, Column, Statement, Table
from hansa.terms.reasons import Reason
from hansa.terms.truth import Truth


def capability(
    group: str,
    *,
    on: str = "today",
    beside: str = "",
    world: World | str = "eurasia",
) -> Answer:
    """How strong an organisation or a group of states is: CINC, its sum and concentration.

    Parameters
    ----------
    group : str
        An organisation (its members on the day), or states separated by commas.
    on, world
        As in `members`.
    beside : str
        Another organisation or group to compare with.

    Returns
    -------
    Answer
        Share of the world's capability per state and in all (Singer, Bremer and Stuckey
        1972), and how concentrated it is (Singer and Ray).
    """
    case = case_of(world, on)
    scores, year, why = capabilities(case.world, case.day.year)
    said: list[Statement] = []
    rows: list[tuple[str, str, float]] = []
    limits: list[str] = []
    for name in filter(None, (group, beside)):
        wanted = _group(case.world, case.register.member_codes, name)
        known = [state for state in wanted if state in scores]
        lost = [state for state in wanted if state not in scores]
        if lost:
            limits.append(f"{name}: no score on record for {', '.join(lost)}; left out of the sum")
        found = coalition(scores, known, "cow_nmc")
        text = (
            f"{name}: {100 * found.capability:.2f} % of the world's capability in {year}, "
            f"concentration {found.concentration:.2f}."
        )
        said.append(Statement(text, (*found.because, why)))
        rows += [(name, state, 100 * scores[state]) for state in known]
    columns = (
        Column("group", "Group"),
        Column("state", "State"),
        Column("cinc", "Share of the world's capability", "%", 2),
    )
    table = Table("capability", f"Capability in {year}", columns, tuple(rows), keys=2)
    chart = Chart("capability", f"Capability in {year}", "bar", table, "state", "cinc", "group")
    limits.append("CINC counts what states have; of outcomes of disputes it explains little.")
    title = f"Capability of {group}, {year}"
    return Answer(title, tuple(said), (table, chart), tuple(limits))


def _group(world: World, members: object, name: str) -> tuple[str, ...]:
    if name in world.organisations:
        found: tuple[str, ...] = members(name)  # type: ignore[operator]  # a bound method
        return found
    return tuple(world.state(part.strip()).id for part in name.split(",") if part.strip())


def deter(
    attacker: str,
    target: str,
    *,
    on: str = "today",
    known_on: str | None = None,
    rate: float | None = None,
    cost: float = 0.3,
    status_quo: float = 0.0,
    newcomer: str = "",
    scenario: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Whether the promises in force deter an attack, and how firm they would have to be.

    Parameters
    ----------
    attacker, target : str
        States by code or name.
    on, known_on, world
        As in `members`.
    rate : float, optional
        Chance that a guarantor honours its promise; 42 of 102, the share of defence promises
        honoured in war, if not given (Berkemeier and Fuhrmann 2018).
    cost, status_quo : float
        What the war costs the attacker, and what it has without it; winning is worth 1.
    newcomer : str
        A state that would guarantee the target too.
    scenario : str, optional
        A TOML file of acts that are assumed too.

    Returns
    -------
    Answer
        Expected utility of the attack over who comes, exact to 20 guarantors; the critical
        rate; what an accession changes.
    """
    case = case_of(world, on, known_on)
    if scenario:
        case = what_if(case, scenario)[0]
    who, whom = case.world.state(attacker).id, case.world.state(target).id
    seen = contemplated(
        case.world, case.register, who, whom, rate=rate, cost=cost, status_quo=status_quo
    )
    found = deterrence(seen.attack)
    said = [Statement(_verdict(found), (*found.because, *seen.because))]
    said.append(Statement(f"{critical_rate(seen.attack).text}."))
    if newcomer:
        said.append(_joining(case.world, case.day.year, newcomer, found))
    columns = (
        Column("guarantor", "Guarantor"),
        Column("capability", "Capability", "", 4),
        Column("honours", "Comes with chance", "", 2),
    )
    rows = tuple((g.state, g.capability, g.honour) for g in seen.attack.guarantors)
    table = Table("guarantors", f"Who owes {whom} help on {case.day}", columns, rows)
    limits = (
        "Winning is worth 1; chance of winning by the ratio of capabilities.",
        "Rates are of promises that a war put to the test; those that deterred are not in them.",
    )
    title = f"{who} against {whom} on {case.day}"
    return Answer(title, tuple(said), (table,), limits, found)


def _verdict(found: Deterrence) -> str:
    word = {
        Truth.TRUE: "is deterred",
        Truth.FALSE: "is not deterred",
        Truth.UNKNOWN: "may or may not be deterred",
    }[found.deterred]
    attack = found.attack
    return (
        f"{attack.attacker} {word} from attacking {attack.target}: the attack is worth "
        f"{found.utility:.3f}, peace {attack.status_quo:.3f}; chance to win {found.win:.2f}."
    )


def _joining(world: World, year: int, newcomer: str, found: Deterrence) -> Statement:
    scores, _, why = capabilities(world, year)
    state = world.state(newcomer).id
    if state in {g.state for g in found.attack.guarantors}:
        return Statement(f"{state} owes {found.attack.target} help already.")
    chance = honour_rate("defense").share
    change: Accession = accession(found.attack, Guarantor(state, scores.get(state, 0.0), chance))
    assumed = Reason("assumption", f"{state} guarantees {found.attack.target} too")
    return Statement(f"If {state} joins: {change}.", (assumed, why))


def panel(
    data: Path,
    *,
    to: Path | None = None,
    first: int = 1816,
    last: int = 2014,
    undirected: bool = False,
    relevant: bool = False,
    similarity: bool = False,
) -> Answer:
    """The dyad-year panel that scholars build: obligations, capability, disputes, distance.

    Parameters
    ----------
    data : Path
        Folder with the public data sets (ATOP 5.1, COW states, NMC, MID …), as Parquet or CSV.
    to : Path, optional
        File to write: .parquet, .arrow, .csv, .dta (Stata) or .rds (R).
    first, last : int
        Years, both included.
    undirected : bool
        Each pair once; a promise in either direction counts.
    relevant : bool
        Only neighbours and pairs with a major power.
    similarity : bool
        Add S, kappa and pi of the alliance portfolios.

    Returns
    -------
    Answer
        How many rows and columns; its value is the polars frame.
    """
    from hansa.security.alliances import panel as made
    from hansa.sources.security import panel_tables, write_frame

    frame = made(
        panel_tables(data), first, last,
        directed=not undirected, relevant=relevant, similarity=similarity,
    )  # fmt: skip
    said = [Statement(f"{frame.height:,} dyad-years, {frame.width} columns, {first} to {last}.")]
    if to is not None:
        said.append(Statement(f"Written to {write_frame(frame, to)}."))
    columns = (Column("column", "Column"), Column("type", "Type"), Column("missing", "Missing"))
    rows = tuple((name, str(kind), frame[name].null_count()) for name, kind in frame.schema.items())
    table = Table("columns", "Columns of the panel", columns, rows)
    return Answer("Panel of dyad-years", tuple(said), (table,), (), frame)
