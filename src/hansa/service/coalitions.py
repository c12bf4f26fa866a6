"""Verbs on coalitions: join, stable, sweep."""

from __future__ import annotations

from pathlib import Path

from hansa.coalitions import path, stability
from hansa.coalitions.standing import Membership
from hansa.record.world import World
from hansa.service.opening import case_of, what_if, world_of
from hansa.studies.accession import law_of, leaving_of
from hansa.studies.accession_exhibits import (
    alignment_statements,
    duties_table,
    effects_table,
    law_statements,
    leaving_statements,
    stages_table,
    votes_statements,
    votes_table,
)
from hansa.studies.accession_worth import alignment, effects, votes
from hansa.studies.case import Case
from hansa.studies.worth import parts
from hansa.studies.worth_asked import all_blocs, asked_about
from hansa.studies.worth_division import division, division_statements, division_table
from hansa.studies.worth_exhibits import (
    gains_chart,
    gains_table,
    moves_table,
    path_table,
    standing,
)
from hansa.studies.worth_telling import (
    blocs_table,
    effect_statements,
    group_statements,
    keeping,
    limits_of,
    offers,
    path_statements,
)
from hansa.studies.worth_terms import options
from hansa.studies.worth_union import MIND
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Exhibit, Statement
from hansa.terms.progress import Progress, silent

DRAWS = 64


def join(
    organisation: str,
    state: str,
    *,
    on: str = "today",
    tariff: str = "",
    transport: float = 1.0,
    key: str = "",
    draws: int = DRAWS,
    seed: int = 0,
    mind: float = MIND,
    known_on: str | None = None,
    scenario: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """What it takes a state to join, what it changes for whom, and who would vote for it.

    Parameters
    ----------
    organisation : str
        Its code: ``EURASEC``, ``CSTO`` …
    state : str
        Who would join, by code.
    on : str
        The day, ``YYYY-MM-DD`` or ``today``.
    tariff : str
        The union's common tariff: ``weighted``, ``mean``, ``maximum``, ``minimum``,
        ``leader:RUS``, ``8%``, ``own`` for none. As agreed if not given, else weighted.
    transport : float
        Factor on transport costs among members.
    key : str
        Who gets tariff revenue: ``collected``, ``equal``, ``gdp``, or ``RUS=88,KAZ=7,BLR=5``.
    draws, seed : int
        Draws of what is uncertain, and their seed.
    mind : float
        Changes of income, as a share, that no state moves or votes for.
    known_on : str, optional
        Count only what was on record by the end of this day.
    scenario : str, optional
        A TOML file of acts and assumptions (``[union]``, ``[security]``).
    world : World or str
        A world, its name, or its folder.

    Returns
    -------
    Answer
        The path in law, duties, effects on everybody, votes, offers; ``value`` is the law.
    """
    case = _case(world, on, known_on, scenario)
    law = law_of(case.world, case.register, organisation, state)
    title = f"{case.world.states[law.state].name} joins {organisation}, {case.day}"
    said = law_statements(law)
    exhibits: list[Exhibit] = [stages_table(law.stages), duties_table(law.duties)]
    given = options(tariff, transport, key)
    found = asked_about(
        case, organisation, given, draws=draws, seed=seed, mind=mind, more=(law.state,)
    )
    if found is None or law.state not in found.mixed.players:
        said.append(Statement("No numbers: this world does not know what it brings."))
        return Answer(title, tuple(said), tuple(exhibits), (), law)
    setting = found.setting
    if setting is not None:
        said += alignment_statements(alignment(case.world, setting, law.state, case.day))
    moved = effects(found, law.state)
    exhibits.insert(0, effects_table(moved))
    said += effect_statements(found, law.state)
    if law.body:
        ballot = votes(case.world, case.register, law.body, found.mixed, law.state, mind=mind)
        said += votes_statements(ballot, law.consent)
        exhibits.insert(1, votes_table(ballot))
    if setting is not None:
        more, shown = offers(found, setting, law.state)
        said, exhibits = said + more, exhibits + shown
    return Answer(title, tuple(said), tuple(exhibits), limits_of(found), law)


def stable(
    organisation: str,
    *,
    on: str = "today",
    players: str = "",
    without: str = "",
    membership: Membership = "exclusive",
    pact: str = "",
    tariff: str = "",
    transport: float = 1.0,
    key: str = "",
    draws: int = DRAWS,
    seed: int = 0,
    mind: float = MIND,
    known_on: str | None = None,
    scenario: str | None = None,
    world: World | str = "eurasia",
    progress: Progress = silent,
) -> Answer:
    """Whether a union or pact holds, against whom, and where accession would lead.

    Parameters
    ----------
    organisation : str
        Its code: ``CU1995``, ``EURASEC``, ``CSTO`` …
    on : str
        The day, ``YYYY-MM-DD`` or ``today``.
    players : str
        States that might be in it beside the members, separated by commas; if not given,
        those with whom members have free trade already, twelve in all.
    without : str
        A member: what its leaving would take in law, and change for whom.
    membership : {"open", "exclusive"}
        Whether members must agree to a newcomer.
    pact : str
        A pact whose security is added to the union's trade, each bloc being both.
    tariff : str
        The union's common tariff: ``weighted``, ``mean``, ``maximum``, ``minimum``,
        ``leader:RUS``, ``8%``, ``own`` for none. As agreed if not given, else weighted.
    transport : float
        Factor on transport costs among members.
    key : str
        Who gets tariff revenue: ``collected``, ``equal``, ``gdp``, or ``RUS=88,KAZ=7,BLR=5``.
    draws, seed : int
        Draws of what is uncertain, and their seed.
    mind : float
        Changes of income, as a share, that no state moves for.
    known_on : str, optional
        Count only what was on record by the end of this day.
    scenario : str, optional
        A TOML file of acts and assumptions (``[union]``, ``[security]``).
    world : World or str
        A world, its name, or its folder.
    progress : Progress
        Told after each equilibrium.

    Returns
    -------
    Answer
        Verdict, gains by source, moves, stable blocs, accession path, division of the joint
        gain, levers; ``value`` is the `hansa.coalitions.Stability` of all blocs.
    """
    case = _case(world, on, known_on, scenario)
    given = options(tariff, transport, key)
    wanted = tuple(name.strip() for name in players.split(",") if name.strip())
    found = asked_about(
        case, organisation, given, draws=draws, seed=seed, mind=mind, more=wanted, with_pact=pact
    )
    if found is None:
        raise BadInput(f"{organisation} is neither a customs union nor a pact on {case.day}")
    worth, weights = all_blocs(found, mind, progress)
    blocs = stability(worth)
    bloc = found.mixed.bloc
    said = standing(found.mixed, organisation, found.because)
    exhibits: list[Exhibit] = []
    if without:
        gone = leaving_of(case.world, case.register, organisation, without)
        said = [*leaving_statements(gone), *effect_statements(found, gone.state), *said]
        exhibits += [effects_table(effects(found, gone.state)), stages_table(gone.notices)]
    said += group_statements(blocs, bloc)
    setting = found.setting
    shares = None if setting is None else parts(setting, setting.members)
    gains = gains_table(found, shares)
    exhibits += [gains, gains_chart(gains, bloc, "Members' gains by source")]
    title = f"Leaving and joining {organisation}"
    exhibits.append(moves_table(found.mixed, "moves", title, setting))
    way = path(blocs, bloc, membership=membership)
    said += path_statements(blocs, way, membership)
    exhibits += [path_table(way), blocs_table(blocs, membership)]
    if setting is not None:
        split = division(worth, bloc, weights)
        said += division_statements(split)
        exhibits.append(division_table(split, "million USD"))
        more, shown = keeping(found, setting)
        said, exhibits = said + more, exhibits + shown
    title = f"{case.world.organisation(organisation).name} on {case.day}: does it hold?"
    return Answer(title, tuple(said), tuple(exhibits), limits_of(found), blocs)


def sweep(
    study: Path | str,
    *,
    results: Path | str = "out/sweeps",
    cluster: str = "",
    workers: int = 0,
    minutes: float = 0.0,
    progress: Progress = silent,
) -> Answer:
    """How robust it is: coalitions × scenarios × draws, on all cores or a cluster.

    A sweep that is stopped goes on where it was when it is started again: what has been
    computed is kept under the hash of what it follows from.

    Parameters
    ----------
    study : Path
        A TOML file: union, scenarios, factors, draws.
    results : Path
        Folder in which results are kept.
    cluster : str
        Address of a Dask scheduler; this machine's cores if not given.
    workers : int
        Processes on this machine; all cores if zero. One computes in this process.
    minutes : float
        Stop after so long with what there is; no limit if zero, but the study's own.
    progress : Progress
        Told after each part.

    Returns
    -------
    Answer
        Probability that each bloc is stable, distribution of every state's gain, and which
        assumption matters most.
    """
    from hansa.studies.sweeping import run_study
    from hansa.studies.sweeping_report import report
    from hansa.studies.sweeping_spec import read_study

    read = read_study(Path(study))
    done = run_study(
        read, world_of(read.world), Path(results), cluster=cluster, workers=workers,
        minutes=minutes, progress=progress,
    )  # fmt: skip
    return report(done)


def _case(world: World | str, on: str, known_on: str | None, scenario: str | None) -> Case:
    case = case_of(world, on, known_on)
    return what_if(case, scenario)[0] if scenario else case
