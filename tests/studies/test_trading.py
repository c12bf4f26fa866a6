"""Trade in the briefing and as verbs, on the world's real matrices and on published data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa import service
from hansa.record import World
from hansa.studies.briefing import contributors
from hansa.studies.case import Case
from hansa.studies.difference import compare as marked
from hansa.studies.sections.trade import section
from hansa.studies.trading import Asked, ground_of, pair, read_asked, scenario_of, solved
from hansa.studies.trading.groups import Group, groups_of
from hansa.studies.trading.overview import LABELS, candidates, overview
from hansa.terms.days import day
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.exhibits import Chart, Map, Table
from hansa.trade import tariffs
from hansa.worlds import open_world, read_scenario

MINSK, DUSHANBE = "2000-05-24", "2007-10-05"
FIVE = ("BLR", "KAZ", "KGZ", "RUS", "TJK")
SCENARIOS = Path(__file__).parents[2] / "docs" / "scenarios"


@pytest.fixture(scope="module")
def eurasia() -> World:
    return open_world("eurasia")


def numbers(table: Table, key: str) -> dict[str, float]:
    column = [c.key for c in table.columns].index(key)
    return {str(row[0]): row[column] for row in table.rows}


# --- the section of the briefing -------------------------------------------------------


@pytest.mark.parametrize(("on", "union"), [(MINSK, "CU1995"), (DUSHANBE, "EURASEC")])
def test_both_days_have_a_section_of_finite_numbers(eurasia: World, on: str, union: str) -> None:
    made = section(Case(eurasia, day(on)))
    assert made is not None
    tables = {e.key: e for e in made.exhibits if isinstance(e, Table)}
    effects = tables["trade_effects"]
    assert union in effects.title
    for key in ("union", "tariff", "accession", "transport", "exit", "key"):
        assert all(math.isfinite(value) for value in numbers(effects, key).values())
        assert any(abs(value) > 1e-3 for value in numbers(effects, key).values())
    for table in tables.values():
        cells = [cell for row in table.rows for cell in row if isinstance(cell, float)]
        assert all(map(math.isfinite, cells)), table.key
    assert any(isinstance(e, Map) and e.shades for e in made.exhibits)
    assert any(isinstance(e, Chart) for e in made.exhibits)
    said = " ".join(made.limits)
    for limit in ("One sector", "recorded", "Simonovska and Waugh 2014", "mended"):
        assert limit in said
    assert all(statement.because for statement in made.statements[:5])
    assert "trade" in dict(contributors())


def test_signs_that_theory_knows(eurasia: World) -> None:
    found = overview(Case(eurasia, day(MINSK)))
    assert found is not None
    cheaper = found.results["transport"]
    for name in FIVE:
        assert cheaper.income(name) > 0.001  # less melts away on the road
    union, exit_ = found.results["union"], found.results["exit"]
    assert found.leaver == "RUS"
    for name in ("BLR", "KAZ", "KGZ", "TJK"):
        assert union.income(name) > 0 > exit_.income(name)
        # most of what the union brings to the small is the market of the large one
        assert -exit_.income(name) > 0.5 * union.income(name)
    for name in ("UKR", "UZB", "MDA"):
        assert union.income(name) < 0  # trade is diverted from other outsiders
    world = sum(
        union.income(name) * found.ground.base.gdp[name]
        for name in found.ground.base.economy.countries
    )
    assert world > 0


def test_a_low_tariff_country_that_joins_takes_over_a_higher_tariff(eurasia: World) -> None:
    found = overview(Case(eurasia, day(MINSK)))
    assert found is not None
    assert found.candidate == "ARM"
    joining = found.results["accession"].effects
    n = joining.economy.index("ARM")
    assert joining.real_wage[n] < 0 < joining.real_income[n]  # its treasury gains
    assert joining.revenue[n, 1] > 2 * joining.revenue[n, 0]
    made = section(Case(eurasia, day(MINSK)))
    assert made is not None
    assert any(
        "Armenia has free trade with all members already (FTA1994)" in s.text
        for s in made.statements
    )


def test_a_world_without_trade_has_no_section() -> None:
    towns = open_world(Path(__file__).parents[2] / "docs" / "worlds" / "two-towns")
    assert section(Case(towns, day("2001-01-01"))) is None


def test_a_day_without_a_union_has_no_section(eurasia: World) -> None:
    assert section(Case(eurasia, day("1991-06-01"))) is None


def test_a_common_tariff_that_is_applied_counts_as_it_is(eurasia: World) -> None:
    found = overview(Case(eurasia, day("2016-01-01")))
    assert found is not None
    group = found.ground.group
    assert group is not None
    assert group.name == "EAEU"
    assert not group.building
    economy, base = found.ground.base.economy, found.ground.base
    tau = tariffs(economy, found.ground.holds, base.own)[0]
    rows = [economy.index(name) for name in group.members]
    outside = economy.index("EU15")
    assert np.ptp(tau[rows, outside]) < 1e-12
    assert isinstance(group.terms.key, Mapping)  # shares by state, as recorded
    effects = found.results["key"].effects
    rows = [economy.index(name) for name in ("RUS", "KAZ", "BLR", "ARM", "KGZ")]
    received = effects.received[rows, 1] / effects.received[rows, 1].sum()
    recorded = np.array([85.32, 7.11, 4.56, 1.11, 1.90])
    assert np.allclose(received, recorded / recorded.sum(), atol=1e-9)
    assert section(Case(eurasia, day("2016-01-01"))) is not None


def test_what_if_changes_the_section_row_by_row(eurasia: World) -> None:
    read = read_scenario(SCENARIOS / "trade-armenia-joins.toml")
    case = Case(eurasia, day(MINSK))
    other = Case(read.applied(eurasia), day(MINSK), parameters=read.parameters)
    before, after = section(case), section(other)
    assert before is not None
    assert after is not None
    found = marked(before, after)
    assert found is not None
    effects = next(e for e in found.exhibits if e.key == "trade_effects")
    assert isinstance(effects, Table)
    assert "changed" in effects.marks
    assumed = numbers(effects, "assumed")
    assert assumed["ARM"] != 0
    assert any("What is assumed (armenia joins" in s.text.casefold() or "What is assumed" in s.text
               for s in after.statements)  # fmt: skip
    assert not any("What is assumed" in s.text for s in before.statements)
    assert set(LABELS) <= {c.key for c in effects.columns}


def test_what_is_assumed_elsewhere_says_nothing_of_trade(eurasia: World) -> None:
    base = section(Case(eurasia, day(MINSK)))
    act = read_scenario(SCENARIOS / "armenia-joins.toml").acts[0]
    elsewhere = replace(act, id="x", subject="MIG2007", actor="MDA")
    made = section(Case(eurasia.with_acts([elsewhere]), day(MINSK)))
    assert base is not None
    assert made is not None
    assert next(e for e in made.exhibits if e.key == "trade_effects") == next(
        e for e in base.exhibits if e.key == "trade_effects"
    )
    assert not any("assumed" in s.text for s in made.statements)


# --- scenarios -------------------------------------------------------------------------


def test_no_change_changes_nothing(eurasia: World) -> None:
    ground = ground_of(Case(eurasia, day(MINSK)), Asked())
    scenario = scenario_of(ground, Asked())
    assert scenario.unchanged
    result = solved(ground, scenario, Asked())
    assert not result.effects.real_income.any()
    assert not result.effects.diversion.created.any()
    assert result.bands is None
    answer = service.trade_effects(on=MINSK, against="terms")
    assert set(numbers(answer.table("trade"), "exact").values()) == {0.0}


@pytest.mark.parametrize("year", [2000, 2005, 2007, 2011, 2013, 2015, 2020])
@pytest.mark.parametrize("free_trade", ["signed", "law"])
def test_a_union_taken_out_and_put_back_is_the_same(
    eurasia: World, year: int, free_trade: str
) -> None:
    case = Case(eurasia, day(f"{year}-06-01"))
    asked = read_asked({"free_trade": free_trade})
    ground = ground_of(case, asked)
    found = groups_of(ground.base, case.register)
    assert found
    for group in found:
        other = replace(ground, group=group, group_today=group)
        assert scenario_of(other, asked).unchanged, group.name


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(joining=st.permutations(["ARM", "UKR", "MDA", "UZB"]), leaving=st.sampled_from(FIVE))
def test_the_order_of_names_changes_nothing(
    eurasia: World, joining: list[str], leaving: str
) -> None:
    ground = ground_of(Case(eurasia, day(MINSK)), Asked())
    one, other = (
        scenario_of(
            ground, read_asked({"join": names, "leave": [leaving], "common_tariff": "mean"})
        )
        for names in (joining, sorted(joining))
    )
    results = [solved(ground, side, Asked(draws=0)).effects.real_income for side in (one, other)]
    assert np.allclose(*results, atol=1e-10)
    assert set(one.members) == {*joining, *FIVE} - {leaving}


def test_an_accession_by_acts_equals_the_same_by_options(tmp_path: Path) -> None:
    by_file = service.trade_effects(SCENARIOS / "trade-armenia-joins.toml", draws=10)
    by_options = service.trade_effects(
        on=MINSK, union="CU1995", join="ARM", common_tariff="leader:RUS", draws=10
    )
    assert np.array_equal(by_file.value.effects.real_income, by_options.value.effects.real_income)
    assert set(by_file.value.scenario.members) == set(by_options.value.scenario.members)
    assert np.array_equal(by_file.value.bands.draws, by_options.value.bands.draws)
    table = tmp_path / "options.toml"
    table.write_text(
        f'[trade]\non = {MINSK}\nunion = "CU1995"\njoin = ["Armenia"]\n'
        'common_tariff = "leader:RUS"\n'
    )
    by_table = service.trade_effects(table, draws=0)
    assert np.array_equal(by_table.value.effects.real_income, by_file.value.effects.real_income)


def test_free_trade_that_holds_already_is_named() -> None:
    answer = service.trade_effects(on=MINSK, union="CU1995", join="ARM")
    assert answer.value.scenario.unchanged
    assert "FTA1994 makes trade among them free already" in answer.statements[0].text
    strictly = service.trade_effects(
        on=DUSHANBE, union="EURASEC", join="ARM", free_trade="law", draws=0
    )
    assert strictly.value.income("ARM") > 0


def test_leaving_alone_is_the_exit_of_the_briefing(eurasia: World) -> None:
    answer = service.trade_effects(on=MINSK, leave="RUS", alone=True, draws=0)
    found = overview(Case(eurasia, day(MINSK)))
    assert found is not None
    assert np.allclose(
        answer.value.effects.real_income, found.results["exit"].effects.real_income, atol=1e-12
    )


def test_dissolution_undoes_the_union(eurasia: World) -> None:
    end = service.trade_effects(on=MINSK, leave="all", alone=True, draws=0).value
    found = overview(Case(eurasia, day(MINSK)))
    assert found is not None
    made = found.results["union"].effects.real_income
    assert np.allclose((1 + end.effects.real_income) * (1 + made), 1, atol=1e-9)


def test_a_merger_is_an_accession_of_an_organisation() -> None:
    answer = service.trade_effects(
        on=DUSHANBE, union="EURASEC", join="EU", common_tariff="weighted", draws=0
    )
    assert {"EU15", "EU12NEW", "RUS", "BLR"} <= set(answer.value.scenario.members)
    tau = answer.value.effects.after.tau[0]
    economy = answer.value.effects.economy
    rows = [economy.index(name) for name in ("RUS", "EU15", "EU12NEW", "KAZ")]
    assert not tau[np.ix_(rows, rows)].any()
    assert np.ptp(tau[rows, economy.index("CHN")]) < 1e-12


def test_a_cut_of_freight_is_its_share_of_the_iceberg() -> None:
    whole = service.trade_effects(on=MINSK, transport_cut=1, draws=0).value
    share = service.trade_effects(on=MINSK, transport_cut=10, freight_share=0.1, draws=0).value
    assert np.allclose(whole.effects.real_income, share.effects.real_income, atol=1e-12)
    more = service.trade_effects(on=MINSK, transport_cut=10, draws=0).value
    assert more.income("BLR") > 9 * whole.income("BLR")


def test_sharing_moves_money_and_keeps_its_sum() -> None:
    answer = service.trade_effects(
        on=MINSK, common_tariff="weighted", revenue_key="gdp", against="terms", draws=0
    )
    assert answer.value.scenario.unchanged  # the same terms on both sides
    answer = service.trade_effects(
        on=MINSK, common_tariff="weighted", revenue_key="RUS=80,BLR=5,KAZ=7,KGZ=4,TJK=4", draws=0
    )
    effects = answer.value.effects
    rows = [effects.economy.index(name) for name in FIVE]
    collected, received = effects.revenue[rows, 1], effects.received[rows, 1]
    assert collected.sum() == pytest.approx(received.sum(), rel=1e-9)
    share = dict(zip(FIVE, received / received.sum(), strict=True))
    assert share["RUS"] == pytest.approx(0.80, abs=1e-9)
    assert share["BLR"] == pytest.approx(0.05, abs=1e-9)


def test_who_joins_a_union_that_shares_revenue_gets_a_share_by_gdp(tmp_path: Path) -> None:
    by_option = service.trade_effects(on="2016-01-01", union="EAEU", join="TJK", draws=0).value
    effects = by_option.effects
    rows = [effects.economy.index(name) for name in by_option.scenario.members]
    received = effects.received[rows, 1] / effects.received[rows, 1].sum()
    share = dict(zip(by_option.scenario.members, received, strict=True))
    gdp = {"RUS": 1299703, "KAZ": 104850, "BLR": 45276, "ARM": 9206, "KGZ": 3803, "TJK": 3720}
    assert share["TJK"] == pytest.approx(gdp["TJK"] / sum(gdp.values()), rel=1e-6)
    assert share["RUS"] / share["KAZ"] == pytest.approx(85.32 / 7.11, rel=1e-6)
    file = tmp_path / "joins.toml"
    file.write_text(
        '[[acts]]\nkind = "accede"\non = 2015-12-01\nsubject = "EAEU2014"\nactor = "TJK"\n'
        '[trade]\nunion = "EAEU"\n'
    )
    by_acts = service.trade_effects(file, on="2016-01-01", draws=0).value
    assert np.allclose(by_acts.effects.real_income, effects.real_income, atol=1e-12)


def test_a_key_is_what_the_briefing_compares(eurasia: World) -> None:
    ground = ground_of(Case(eurasia, day(MINSK)), Asked())
    assert ground.group is not None
    whole = ground.group.complete()
    shared = whole.on(replace(whole.terms, key="equal"))
    result = solved(ground, pair(ground, "key", "x", whole, shared), Asked(draws=0))
    rows = [result.countries.index(name) for name in FIVE]
    assert np.ptp(result.effects.received[rows, 1]) < 1e-6
    assert result.income("RUS") < 0 < result.income("TJK")


def test_direct_changes_go_where_they_are_sent() -> None:
    answer = service.trade_effects(SCENARIOS / "trade-cheaper-roads.toml", draws=20)
    effects = answer.value.effects
    economy = effects.economy
    kaz, eu = economy.index("KAZ"), economy.index("EU15")
    assert effects.after.tau[0, kaz, eu] == 0.02
    moved = np.argwhere(effects.after.tau[0] != economy.tau[0]).tolist()
    assert moved == [[kaz, eu]]
    rows = [economy.index(name) for name in FIVE]
    inside = np.zeros((economy.N, economy.N), dtype=bool)
    inside[np.ix_(rows, rows)] = True
    np.fill_diagonal(inside, val=False)
    assert np.allclose(effects.after.d_hat[0][inside], 1 - 0.1 * 0.15)
    assert (effects.after.d_hat[0][~inside] == 1).all()


def test_bands_follow_the_seed_and_hold_the_point() -> None:
    one, two, three = (
        service.trade_effects(on=MINSK, transport_cut=10, draws=60, seed=seed).value
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one.bands.draws, two.bands.draws)
    assert not np.array_equal(one.bands.draws, three.bands.draws)
    for name in FIVE:
        low, high = one.range_of(name)
        assert low < one.income(name) < high
    sure = service.trade_effects(
        on=MINSK, transport_cut=10, theta=4.0, theta_se=0.01, draws=60
    ).value
    low, high = sure.range_of("BLR")
    wide = one.range_of("BLR")
    assert high - low < 0.05 * (wide[1] - wide[0])


def test_both_measures_are_told_apart() -> None:
    answer = service.trade_effects(on=MINSK, common_tariff="30%", draws=0)
    table = answer.table("trade")
    exact, first = numbers(table, "exact"), numbers(table, "eq16")
    assert any(abs(exact[name] - first[name]) > 0.1 for name in FIVE)
    heads = {c.key: c.heading for c in table.columns}
    assert heads["exact"] == "Real income, exact"
    assert heads["eq16"] == "First order (eq. 16)"
    parts = numbers(table, "terms"), numbers(table, "volume")
    assert all(first[n] == pytest.approx(parts[0][n] + parts[1][n], abs=1e-9) for n in exact)


def test_the_union_without_anybody_near_has_no_candidate(eurasia: World) -> None:
    ground = ground_of(Case(eurasia, day(MINSK)), Asked())
    assert ground.group is not None
    assert candidates(ground)[0] == "ARM"
    everybody = Group("CU1995", ground.base.economy.countries)
    assert candidates(replace(ground, group=everybody)) == []


# --- optimal tariffs -------------------------------------------------------------------


def test_a_small_countrys_optimal_tariff_is_one_over_theta() -> None:
    found = service.tariffs_optimal("KGZ", year=2000).value
    economy = found.model.economy
    n = economy.index("KGZ")
    bought = found.model.imports[0, n] > 0
    assert np.allclose(found.alone.tariffs[0, n][bought], 0.25, atol=0.01)
    found = service.tariffs_optimal("KGZ", year=2000, theta=8.0).value
    assert np.allclose(found.alone.tariffs[0, n][bought], 0.125, atol=0.01)


def test_nobody_gains_by_another_tariff_than_the_optimal_one() -> None:
    found = service.tariffs_optimal("RUS", year=2000).value
    n = found.model.economy.index("RUS")
    best = found.alone.outcome
    for factor in (0.9, 1.1):
        other = np.array(best.tariffs)
        other[0, n] *= factor
        assert found.model.outcome(other, best).welfare[n] < best.welfare[n]


def test_a_trade_war_leaves_the_union_worse_off_than_choosing_alone() -> None:
    answer = service.tariffs_optimal("EURASEC", rivals="EU,CHN", year=2007)
    found = answer.value
    assert found.war is not None
    assert found.war.gains[0] < 0 < found.alone.gains[0]
    table = answer.table("optimal_tariffs")
    assert [c.key for c in table.columns] == ["partner", "imports", "today", "alone", "war"]
    assert "If EURASEC, EU and CHN answer one another" in answer.statements[2].text


# --- data sets of many sectors ---------------------------------------------------------


@pytest.mark.shared
def test_caliendo_parro_2015_table_2_by_the_verb(shared: Path) -> None:
    answer = service.trade_effects(data=shared / "data/trade/cp2015", closure="closed")
    table = answer.table("trade")
    printed = {"Mexico": (1.31, -0.41, 1.72, 1.72), "Canada": (-0.06, -0.11, 0.04, 0.32),
               "USA": (0.08, 0.04, 0.04, 0.11)}  # fmt: skip
    for name, row in printed.items():
        for key, value in zip(("eq16", "terms", "volume", "real_wage"), row, strict=True):
            assert numbers(table, key)[name] == pytest.approx(value, abs=0.0051)
    assert numbers(table, "exact")["Mexico"] == pytest.approx(0.007, abs=0.001)


@pytest.mark.shared
def test_a_union_among_countries_of_a_data_set(shared: Path) -> None:
    answer = service.trade_effects(
        data=shared / "data/trade/cp2015/cp2015_prepared.npz",
        members="Argentina, Brazil, Chile", common_tariff="maximum", closure="closed",
    )  # fmt: skip
    assert answer.value.scenario.members == ("Argentina", "Brazil", "Chile")
    assert answer.value.effects.after.residual < 1e-9
    assert (answer.value.effects.diversion.partners.sum(axis=0)[:1] > 0).all()


@pytest.mark.shared
def test_the_icio_needs_an_elasticity_and_takes_one(shared: Path) -> None:
    folder = shared / "data/trade/icio2022"
    with pytest.raises(BadInput, match="no trade elasticities"):
        service.trade_effects(data=folder, members="RUS,BLR,KAZ", transport_cut=5)
    answer = service.trade_effects(
        data=folder, members="RUS,BLR,KAZ", transport_cut=5, theta=4.0, closure="kept"
    )
    assert answer.value.income("BLR") > answer.value.income("RUS") > 0


def write_tables(folder: Path, *, inputs: bool = True) -> None:
    countries, sectors = ("ARM", "RUS", "ROW"), ("farms", "factories")
    flows = np.array(
        [[[9, 1, 2], [0.5, 220, 30], [0.5, 25, 9000]], [[8, 3, 4], [0.6, 500, 90], [1, 120, 40000]]]
    )
    rows = [
        (s, n, i, float(flows[a, b, c]), 0.0 if n == i else 0.1)
        for a, s in enumerate(sectors)
        for b, n in enumerate(countries)
        for c, i in enumerate(countries)
    ]
    names = ["sector", "importer", "exporter", "value", "tariff"]
    pl.DataFrame(rows, schema=names, orient="row").write_csv(folder / "trade.csv")
    pl.DataFrame({"sector": sectors, "value": [6.0, 4.5]}).write_csv(folder / "theta.csv")
    if inputs:
        share = {"farms": {"farms": 0.15, "factories": 0.08},
                 "factories": {"farms": 0.2, "factories": 0.4}}  # fmt: skip
        use = [(n, k, j, share[k][j]) for n in countries for k in sectors for j in sectors]
        pl.DataFrame(use, schema=["country", "input", "sector", "value"], orient="row").write_csv(
            folder / "inputs.csv"
        )


def test_own_tables_go_in(tmp_path: Path) -> None:
    write_tables(tmp_path)
    answer = service.trade_effects(data=tmp_path, members="ARM,RUS", closure="closed")
    assert answer.value.income("ARM") > 0
    assert answer.value.effects.economy.gamma.any()
    with pytest.raises(BadInput, match="nothing is asked"):
        service.trade_effects(data=tmp_path)
    with pytest.raises(UnknownCode, match=r"RUX.*RUS"):
        service.trade_effects(data=tmp_path, members="ARM,RUX")


def test_own_tables_that_lack_a_cell_or_an_elasticity(tmp_path: Path) -> None:
    write_tables(tmp_path, inputs=False)
    (tmp_path / "theta.csv").unlink()
    with pytest.raises(BadInput, match=r"no theta\.csv"):
        service.trade_effects(data=tmp_path, members="ARM,RUS")
    one = service.trade_effects(data=tmp_path, members="ARM,RUS", theta=5.0)
    assert not one.value.effects.economy.gamma.any()
    lines = (tmp_path / "trade.csv").read_text().splitlines()
    (tmp_path / "trade.csv").write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(BadInput, match="no number for factories, ROW, ROW"):
        service.trade_effects(data=tmp_path, members="ARM,RUS", theta=5.0)


# --- bad input -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('jion = ["ARM"]', r"bad\.toml, line 3.*unknown key 'jion'.*join"),
        ('join = ["ARN"]', r"bad\.toml, line 3.*'ARN'.*ARM"),
        ('join = ["DEU"]', r"bad\.toml, line 3.*only as part of EU15"),
        ('join = ["CAN"]', r"bad\.toml, line 3.*does not single out CAN"),
        ('join = ["BLR"]', r"bad\.toml, line 3.*BLR is in CU1995 already"),
        ('leave = ["ARM"]', r"bad\.toml, line 3.*ARM is no member of CU1995"),
        ('union = "CU1994"', r"bad\.toml, line 3.*'CU1994'.*CU1995"),
        ('closure = "keep"', r"bad\.toml, line 3.*kept"),
        ('common_tariff = "wieghted"', r"bad\.toml, line 3.*weighted"),
        ('common_tariff = "leader"', r"bad\.toml, line 3.*leader:RUS"),
        ('common_tariff = "10"', r"bad\.toml, line 3.*10%"),
        ('revenue_key = "gpd"', r"bad\.toml, line 3.*gdp"),
        ('revenue_key = "RUS=half"', r"bad\.toml, line 3.*STATE=SHARE"),
        ("transport_cut = 10", r"bad\.toml, line 3.*0\.1 for ten per cent"),
        ("theta = -4", r"bad\.toml, line 3.*positive"),
        ('theta = "four"', r"bad\.toml, line 3.*number"),
        ("draws = 100000", r"bad\.toml, line 3"),
        ("[[trade.changes]]\nimporters = ['RUS']", r"bad\.toml.*nothing changes"),
        ("[[trade.changes]]\nimporters = ['RUS']\ntariff = -1.0", r"bad\.toml, line 5.*tariff"),
        ("[[trade.changes]]\nexporters = ['DEU']\ntariff = 0.1", r"bad\.toml, line 4.*EU15"),
        ("[[trade.changes]]\nexporter = ['RUS']\ntariff = 0.1", r"bad\.toml, line 4.*exporters"),
    ],
)
def test_bad_tables_are_named(tmp_path: Path, table: str, said: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(f'title = "bad"\n[trade]\n{table}\n')
    with pytest.raises(BadInput, match=said):
        service.trade_effects(file, on=MINSK)


def test_years_without_a_matrix_and_questions_without_a_question() -> None:
    with pytest.raises(BadInput, match=r"year of trade '2001'.*2007 or 2000"):
        service.trade_effects(on=MINSK, year=2001, transport_cut=5)
    with pytest.raises(BadInput, match="nothing is asked"):
        service.trade_effects(on=MINSK)
    with pytest.raises(BadInput, match="no customs union"):
        service.trade_effects(on="1992-06-01", transport_cut=5)


def test_options_prevail_over_the_file() -> None:
    read = read_asked({"theta": 3.0, "closure": "closed", "draws": 5})
    assert (read.theta, read.closure, read.draws) == (3.0, "closed", 5)
    answer = service.trade_effects(
        SCENARIOS / "trade-cheaper-roads.toml", closure="closed", theta=6.0, draws=0
    )
    assert answer.value.effects.after.shock.closure == "closed"
    assert answer.value.effects.economy.theta[0] == 6.0
