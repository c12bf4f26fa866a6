"""Verbs on customs: duty, tariff (show, check, diff, build), revenue."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import polars as pl

from hansa.customs.assessment.exchange import ExchangeRates
from hansa.customs.assessment.practice import Practice
from hansa.customs.book.checking import check
from hansa.customs.book.comparing import diff
from hansa.customs.book.regime import Regime
from hansa.customs.book.showing import show
from hansa.customs.book.tariff_book import TariffBook
from hansa.customs.bulk import assess_table
from hansa.customs.revenue import balances, distribute, keys_from_acts
from hansa.customs.revenue.exhibits import section as revenue_section
from hansa.customs.union import (
    Anchor,
    ArithmeticMean,
    Highest,
    ImportWeightedMean,
    KempWan,
    Lowest,
    Median,
    NearestBand,
    Rule,
    build,
    schedules_of,
    trade_of,
    weighted_average,
)
from hansa.customs.union.exhibits import section as union_section
from hansa.record.world import World
from hansa.service.opening import case_of, what_if, world_of
from hansa.sources.customs.books import read_book, read_exchange_rates
from hansa.sources.customs.declarations import assess_file
from hansa.sources.customs.offices import read_practice
from hansa.sources.customs.tariffs import read_eurasian_tariff
from hansa.studies.customs import regime_of
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Exhibit, Statement
from hansa.terms.names import unknown
from hansa.terms.progress import Progress, silent


def _book(book: Path) -> TariffBook:
    """A tariff book from its folder, or from a table of the Eurasian tariff's columns."""
    if book.is_dir():
        return read_book(book)
    if not book.is_file():
        raise BadInput(f"there is no tariff book {str(book)!r}")
    tariff = read_eurasian_tariff(book)
    return TariffBook(tariff.measures, nomenclature=tariff.goods, name=book.stem)


def duty(
    file: Path,
    book: Path,
    *,
    to: Path | None = None,
    rates: Path | None = None,
    practice: Path | None = None,
    union: str = "EAEU",
    on: str = "today",
    known_on: str | None = None,
    threads: int = 2,
    row: int | None = None,
    world: World | str = "eurasia",
    progress: Progress = silent,
) -> Answer:
    """What every line of a file of declarations pays, exactly; files of any size.

    Parameters
    ----------
    file : Path
        CSV or Parquet with one declaration line a row.
    book : Path
        Folder of a tariff book, or a table with the Eurasian tariff's columns.
    to : Path, optional
        Where the answers go (CSV or Parquet); beside ``file`` if not given. Rejected lines
        go to a file of their own beside it, with reason and position.
    rates : Path, optional
        Exchange rates: ``currency``, ``on``, ``rate``.
    practice : Path, optional
        The union's practice (TOML: currency, rounding); ``practice.toml`` in the book's
        folder if not given.
    union : str
        The customs union, for members and agreements.
    on, known_on, world
        As in `members`; lines carry their own days.
    threads : int
        Chunks at a time; the answers do not depend on it.
    row : int, optional
        Explain this line of the file (the first is 0) instead: every measure considered,
        chosen or rejected, and every number of the cascade. Nothing is written.
    progress : Progress
        Called with lines done.

    Returns
    -------
    Answer
        Totals: lines assessed and rejected with reasons, sums by kind of charge.
    """
    case = case_of(world, on, known_on)
    held = _practice(book, practice)
    money = read_exchange_rates(rates, held.currency) if rates else None
    regime = regime_of(case.world, case.register, union)
    if row is not None:
        return _explained(file, row, _book(book), regime, held, money)
    answers = to or file.with_name(f"{file.stem}.duty{file.suffix}")
    run = assess_file(
        file, _book(book), answers,
        regime=regime, practice=held, rates=money,
        known_on=case.known_on, threads=threads, progress=progress,
    )  # fmt: skip
    said = [Statement(f"{run.totals.lines:,} lines assessed; answers in {run.answers}.")]
    if run.totals.rejected:
        said.append(Statement(f"{run.totals.rejected:,} lines rejected: see {run.rejected}."))
    return Answer(f"What {file.name} pays", tuple(said), (run.totals.table(),), (), run)


def _explained(
    file: Path,
    row: int,
    book: TariffBook,
    regime: Regime,
    practice: Practice,
    rates: ExchangeRates | None,
) -> Answer:
    """One line of a file with everything behind it."""
    if file.suffix == ".parquet":
        frame = pl.read_parquet(file)
    else:
        frame = pl.read_csv(file, infer_schema=False)
    if not 0 <= row < frame.height:
        raise BadInput(f"{file.name} has no row {row}: it has {frame.height}, the first is 0")
    found = assess_table(
        frame[row : row + 1], book, regime=regime, practice=practice, rates=rates
    ).why(0)
    said = [Statement(reason.text, reason.because) for part in found for reason in part.because]
    tables = tuple(part.table() for part in found)
    return Answer(f"Row {row} of {file.name}", tuple(said), tables, (), found)


def _practice(book: Path, practice: Path | None) -> Practice:
    path = practice or book / "practice.toml"
    if not path.is_file():
        raise BadInput(
            f"no practice of the union at {str(path)!r}",
            remedy="declare currency and rounding in a TOML file and name it with --practice",
        )
    return read_practice(path)


def tariff_show(
    code: str,
    book: Path,
    *,
    origin: str = "",
    member: str = "",
    union: str = "EAEU",
    on: str = "today",
    known_on: str | None = None,
    language: str = "en",
    rejected: bool = False,
    world: World | str = "eurasia",
) -> Answer:
    """What goods of an origin pay on a day, and which measures were considered.

    Parameters
    ----------
    code : str
        Goods code, with or without points.
    book : Path
        As in `duty`.
    origin, member : str
        Country of origin; member in which the goods are released.
    union, on, known_on, world
        As in `duty`.
    language : str
        Language of the description.
    rejected : bool
        Also show the measures that do not stand, and why.

    Returns
    -------
    Answer
        A row per measure with its reason.
    """
    case = case_of(world, on, known_on)
    regime = regime_of(case.world, case.register, union)
    found = show(
        _book(book), code, origin, case.day, regime=regime, member=member,
        known_on=case.known_on, language=language,
    )  # fmt: skip
    table = found.table(rejected=rejected)
    return Answer(table.title, (Statement(found.description, found.because),), (table,), (), found)


def tariff_check(book: Path) -> Answer:
    """Which integrity rules a tariff book breaks.

    Parameters
    ----------
    book : Path
        As in `duty`.

    Returns
    -------
    Answer
        A row per violation: rule, place, what is wrong.
    """
    found = check(_book(book))
    broken = len(found.violations)
    said = f"{found.measures:,} measures against {len(found.rules)} rules: {broken or 'no'} broken."
    return Answer(f"Check of {book.name}", (Statement(said),), (found.table(),), (), found)


def tariff_diff(before: Path, after: Path) -> Answer:
    """What is new, gone and changed from one tariff book to another.

    Parameters
    ----------
    before, after : Path
        Folders of tariff books, or tables with the Eurasian tariff's columns.

    Returns
    -------
    Answer
        A row per difference, marked.
    """
    found = diff(_book(before), _book(after))
    said = (
        f"{len(found.added)} new, {len(found.removed)} gone, {len(found.changed)} changed, "
        f"{found.same} the same."
    )
    title = f"{before.name} → {after.name}"
    return Answer(title, (Statement(said),), (found.table(),), (), found)


Spell = Literal["day", "month", "quarter", "year", "all"]
"""Lengths of time by which balances are told."""

RULES = ("mean", "weighted", "kemp-wan", "lowest", "highest", "median", "anchor", "bands")


def tariff_build(
    table: Path,
    members: str,
    *,
    rule: str = "mean",
    anchor: str = "",
    bands: str = "0,5,10,20",
    code: str = "code",
    imports: Path | None = None,
    decimals: int = 1,
    to: Path | None = None,
) -> Answer:
    """Make a common tariff from the members' rates, and put it to Article XXIV of the GATT.

    Parameters
    ----------
    table : Path
        CSV with a column of codes and a column of rates (per cent) per member.
    members : str
        Columns of the members: ``RUS=rus_rate,BLR=blr_rate``, or names alone.
    rule : str
        ``mean``, ``weighted`` (by imports), ``kemp-wan``, ``lowest``, ``highest``, ``median``,
        ``anchor`` (one member's tariff) or ``bands``.
    anchor : str
        The member whose tariff is taken.
    bands : str
        The bands to choose from, per cent.
    code : str
        Column of codes.
    imports : Path, optional
        CSV ``member, code, partner, value``: for weights, costs and the tests of the GATT.
    decimals : int
        Decimals of the common rates.
    to : Path, optional
        Write the common tariff with its traces there (CSV).

    Returns
    -------
    Answer
        Who moves by how much, what it costs whom, and whether XXIV:5(a) is passed.
    """
    if rule not in RULES:
        raise unknown("rule", rule, RULES)
    columns: dict[str, str] = {}
    for part in filter(None, (item.strip() for item in members.split(","))):
        name, _, column = part.partition("=")
        columns[name] = column or name
    schedules = schedules_of(_read(table), columns, code=code)
    trade = trade_of(_read(imports), schedules) if imports else None
    if rule in ("weighted", "kemp-wan") and trade is None:
        raise BadInput(f"the rule {rule!r} needs imports", remedy="give them with --imports")
    common = build(schedules, _rule(rule, anchor, bands), trade, decimals=decimals)
    tests = (weighted_average(common),) if trade is not None else ()
    made = union_section(common, tests)
    if to is not None:
        common.frame().write_csv(to)
    title = f"A common tariff of {', '.join(columns)}"
    return Answer(title, made.statements, made.exhibits, made.limits, common)


def _rule(name: str, anchor: str, bands: str) -> Rule:
    plain: dict[str, Rule] = {
        "mean": ArithmeticMean(),
        "weighted": ImportWeightedMean(),
        "kemp-wan": KempWan(),
        "lowest": Lowest(),
        "highest": Highest(),
        "median": Median(),
    }
    if name == "anchor":
        return Anchor(anchor)
    if name == "bands":
        return NearestBand(tuple(float(band) for band in bands.split(",")))
    return plain[name]


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise BadInput(f"there is no file {str(path)!r}")
    try:
        return pl.read_csv(path, infer_schema_length=None, schema_overrides={"code": pl.String})
    except pl.exceptions.PolarsError as wrong:
        raise BadInput(f"{path.name} cannot be read: {wrong}") from None


def revenue(
    ledger: Path,
    *,
    key: str = "import duties",
    unshared: str = "vat,excise,export_duty",
    period: Spell = "month",
    known_on: str | None = None,
    on: str = "today",
    scenario: str | None = None,
    world: World | str = "eurasia",
) -> Answer:
    """Who collected, who got, and the net balance of each member, to the minor unit.

    Parameters
    ----------
    ledger : Path
        CSV or Parquet: ``day, collector, kind, currency, amount[, entry[, for_day]]``; whole
        numbers are minor units, decimal texts major units.
    key : str
        Subject of the acts that set the shares.
    unshared : str
        Kinds of revenue that stay with the collector.
    period : {"day", "month", "quarter", "year", "all"}
        ``day``, ``month``, ``quarter``, ``year`` or ``all``.
    on, known_on, world
        As in `members`.
    scenario : str, optional
        A TOML file of acts (another key, an accession) that are assumed too.

    Returns
    -------
    Answer
        A row per member and period; what is distributed equals what was collected.
    """
    case = case_of(world_of(world), on, known_on)
    if scenario:
        case = what_if(case, scenario)[0]
    kinds = tuple(kind.strip() for kind in unshared.split(",") if kind.strip())
    book = keys_from_acts(case.register.timeline.ledger.acts, key, unshared=kinds)
    frame = pl.read_parquet(ledger) if ledger.suffix == ".parquet" else _ledger(ledger)
    found = distribute(frame, book, name=ledger.name)
    parts = balances(found, period)
    made = revenue_section(book, parts)
    exhibits: tuple[Exhibit, ...] = made.exhibits
    return Answer(f"Revenue of {ledger.name}", made.statements, exhibits, made.limits, found)


def _ledger(path: Path) -> pl.DataFrame:
    """A ledger as texts, so that no amount passes through binary floating point."""
    if not path.is_file():
        raise BadInput(f"there is no ledger {str(path)!r}")
    frame = pl.read_csv(path, infer_schema=False)
    days = [name for name in ("day", "for_day") if name in frame.columns]
    return frame.with_columns(pl.col(days).str.to_date("%Y-%m-%d", strict=False))
