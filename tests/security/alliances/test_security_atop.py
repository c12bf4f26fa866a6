"""ATOP as a world of acts: the register gives the official dyad-years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.record import World
from hansa.security.alliances import (
    PROMISES,
    Promise,
    directed_dyad_years,
    member_spells,
    norm_of,
    owed_to,
    tie,
    ties,
    ties_on,
    undirected,
)
from hansa.security.strength import similarity
from hansa.sources.security import atop_world, read_atop_dyad_years, read_atop_members, treaty_name
from hansa.terms.errors import BadInput, UnknownCode
from hansa.terms.truth import Truth
from hansa.worlds import open_world

KEYS = ["ccode1", "ccode2", "year"]


@pytest.fixture(scope="module")
def atop(shared: Path) -> World:
    return atop_world(read_atop_members(shared / "data/security/atop51/atop5_1m.parquet"))


@pytest.fixture(scope="module")
def derived(atop: World) -> pl.DataFrame:
    return directed_dyad_years(atop.timeline(clock="signature"))


@pytest.fixture(scope="module")
def official(shared: Path) -> pl.DataFrame:
    return read_atop_dyad_years(shared / "data/security/states/atop_alliance.parquet")


@pytest.mark.shared
def test_none_of_273296_official_dyad_years_is_missing(
    derived: pl.DataFrame, official: pl.DataFrame
) -> None:
    assert official.height == 273_296
    assert official.join(derived, on=KEYS, how="anti").is_empty()


@pytest.mark.shared
def test_only_france_and_annam_stand_beyond_the_official_table(
    derived: pl.DataFrame, official: pl.DataFrame
) -> None:
    """Codebook note 19: that dyad is dropped, as Annam has no code of three digits."""
    extra = derived.join(official, on=KEYS, how="anti")
    assert extra.height == 20
    assert set(extra["ccode1"]) == {220, 8152}
    assert (extra["year"].min(), extra["year"].max()) == (1874, 1883)


@pytest.mark.shared
def test_at_most_360_rows_differ_nearly_all_where_obligations_vary_by_partner(
    derived: pl.DataFrame, official: pl.DataFrame, shared: Path
) -> None:
    both = derived.join(official, on=KEYS)
    wrong = pl.any_horizontal([pl.col(c) != pl.col(f"atop_{c}") for c in PROMISES])
    differing = both.filter(wrong)
    assert differing.height <= 360
    members = read_atop_members(shared / "data/security/atop51/atop5_1m.parquet")
    varied = set(members.filter(pl.col("obvary") == 1)["member"])
    owed = differing.filter(pl.col("ccode1").is_in(list(varied)))
    assert owed.height >= 346


@pytest.mark.shared
def test_a_pair_of_which_one_left_before_the_other_joined_is_none(derived: pl.DataFrame) -> None:
    """The GDR's alliances ended on the day of German unity, 3 October 1990."""
    gone = derived.filter(pl.col("year") == 1990, pl.col("ccode1") == 265, pl.col("ccode2") == 255)
    assert gone.is_empty()


@pytest.mark.shared
def test_the_cst_by_both_readings_of_atop(atop: World) -> None:
    """Bound from signature: Russia and Armenia in 1993, Georgia 9 December 1993 to 1999."""
    first, second = treaty_name(4220, 1), treaty_name(4220, 2)
    assert set(atop.on("1993-01-01", clock="signature").party_codes(first)) == {
        "365", "371", "702", "703", "704", "705",
    }  # fmt: skip
    assert "372" in atop.on("1998-01-01", clock="signature").party_codes(first)
    assert "704" not in atop.on("1999-05-01", clock="signature").party_codes(first)
    late = atop.on("2010-01-01", clock="signature")
    assert "704" in late.party_codes(second)
    assert "704" not in atop.on("2012-09-01", clock="signature").party_codes(second)
    assert "373" not in late.party_codes(second)


@pytest.mark.shared
def test_promises_are_norms_with_their_bearers(atop: World) -> None:
    norms = atop.on("2010-01-01", clock="signature").norms(treaty=treaty_name(4220, 2))
    by_article = {bound.norm.article: bound.norm for bound in norms}
    assert set(by_article) == {"defense", "nonagg", "consul"}
    defence = by_article["defense"]
    assert defence.modality == "obligation"
    assert (defence.bearer, defence.addressee) == ("other parties", "victim")
    assert defence.conditions == ("victim_is_party",)
    assert by_article["nonagg"].modality == "prohibition"
    assert by_article["nonagg"].standing
    nato = atop.on("2010-01-01", clock="signature").norms(treaty=treaty_name(3180, 2))
    assert any(b.norm.article == "defense" and "in_named_place" in b.norm.conditions for b in nato)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("day", "victim", "pledged"),
    [
        ("1993-01-01", "705", {"365", "371", "702", "703", "704"}),
        ("1999-05-01", "704", set()),
        ("2016-04-02", "371", {"365", "370", "702", "703", "705"}),
        ("2012-09-01", "704", set()),
    ],
)
def test_acceptance_questions_by_the_clock_of_atop(
    atop: World, day: str, victim: str, pledged: set[str]
) -> None:
    """Who has promised to defend Kazakhstan, Uzbekistan, Armenia under the CST on a day?"""
    found = owed_to(atop.on(day, clock="signature"), victim)
    assert {owed.bearer for owed in found if owed.norm.startswith("ATOP4220")} == pledged
    assert all(owed.because[0].kind == "article" for owed in found)


@pytest.mark.shared
def test_ties_on_a_day_are_the_ties_of_the_dyad_year(atop: World, derived: pl.DataFrame) -> None:
    """1913 saw no change between 1 July and the dyad-year for pairs bound all year."""
    found = ties_on(atop.on("1913-07-01", clock="signature"))
    year = {row[:2]: row[3] for row in ties(derived.filter(pl.col("year") == 1913)).iter_rows()}
    for bearer, row in found.items():
        for partner, strength in row.items():
            assert year[int(bearer), int(partner)] >= strength
    assert found["255"]["300"] == found["300"]["255"] == 3  # Germany and Austria-Hungary
    assert similarity(found).between("255", "300") > similarity(found).between("255", "220")


def test_the_register_of_eurasia_gives_ties_by_the_clock_of_law() -> None:
    """Minsk, 24 May 2000: six are bound to one another; Uzbekistan is not any more."""
    six = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK")
    day = open_world("eurasia").on("2000-05-24")
    pledged = {owed.bearer for owed in owed_to(day, "KGZ") if owed.norm.startswith("CST1992")}
    assert pledged == set(six) - {"KGZ"}
    found = ties_on(day)
    assert all(found[i][j] == 3 for i in six for j in six if i != j)
    assert found["UZB"]["RUS"] == 2  # consultation in the CIS
    assert "USA" not in found["RUS"]  # the UN Charter ties everybody to everybody: no tie
    scores = similarity(found)
    assert scores.between("ARM", "KAZ") > scores.between("ARM", "UZB")


def test_help_in_disasters_is_no_alliance_and_a_named_bearer_must_be_bound() -> None:
    alliance = atop_world(
        members(
            [
                (1, 1, "1900-01-01", "", ("defense",)),
                (1, 2, "1900-01-01", "", ()),
                (1, 3, "1905-01-01", "", ("defense",)),
            ]
        )
    )
    before = ties_on(alliance.on("1902-01-01", clock="signature"))
    assert before == {"1": {"2": 3}}
    after = ties_on(alliance.on("1906-01-01", clock="signature"))
    assert after == {"1": {"2": 3, "3": 3}, "3": {"1": 3, "2": 3}}
    treaty = alliance.treaties["ATOP1"]
    relief = replace(treaty.norms[0], trigger={"disaster": Truth.TRUE})
    other = alliance.with_treaties([replace(treaty, norms=(relief,))])
    assert ties_on(other.on("1906-01-01", clock="signature")) == {}


@pytest.mark.shared
def test_a_spell_keeps_the_promises_of_the_act_that_began_it(atop: World) -> None:
    spells = member_spells(atop.timeline(clock="signature"))
    uzbek = spells.filter(pl.col("treaty").str.starts_with("ATOP4220"), pl.col("state") == "704")
    assert uzbek.sort("start").select("start", "end").rows() == [
        (date(1992, 5, 15), date(1999, 4, 20)),
        (date(2006, 8, 17), date(2012, 6, 28)),
    ]
    assert (uzbek["defense"] == 1).all()


def members(rows: list[tuple[int, int, str, str, tuple[str, ...]]]) -> pl.DataFrame:
    """A table of members from ``(alliance, member, start, end or "", promises)``."""
    out = []
    for alliance, member, start, end, promised in rows:
        y, m, d = (int(x) for x in start.split("-"))
        ye, me, de = (int(x) for x in end.split("-")) if end else (0, 0, 0)
        out.append(
            {
                "atopid": alliance,
                "member": member,
                "phase": 0,
                "yrent": y,
                "moent": m,
                "dayent": d,
                "yrexit": ye,
                "moexit": me,
                "dayexit": de,
                "termmode": 0,
                "obvary": 0,
                **{word: int(word in promised) for word in PROMISES},
            }
        )
    return pl.DataFrame(out)


def dyads(rows: list[tuple[int, int, str, str, tuple[str, ...]]]) -> pl.DataFrame:
    return directed_dyad_years(atop_world(members(rows)).timeline(clock="signature"))


def test_the_day_of_leaving_is_not_shared() -> None:
    left = [(1, 10, "1990-01-01", "1990-10-03", ("defense",))]
    joined_later = [(1, 20, "1990-10-03", "", ("defense",)), (1, 30, "1990-01-01", "", ())]
    found = dyads([*left, *joined_later])
    assert found.filter(pl.col("ccode1") == 10, pl.col("ccode2") == 20).is_empty()
    assert found.filter(pl.col("ccode1") == 10)["year"].to_list() == [1990]
    assert found.filter(pl.col("ccode1") == 20)["year"].max() == 2018


def test_obligations_are_directed_and_the_undirected_take_the_greater() -> None:
    found = dyads(
        [
            (1, 200, "1900-01-01", "1901-06-30", ("defense", "consul")),
            (1, 380, "1900-01-01", "1901-06-30", ("consul",)),
        ]
    )
    owed = {row[:2]: row[3:] for row in found.filter(pl.col("year") == 1900).iter_rows()}
    assert owed[200, 380] == (1, 0, 0, 0, 1)
    assert owed[380, 200] == (0, 0, 0, 0, 1)
    pair = undirected(found)
    assert pair.rows()[0] == (200, 380, 1900, 1, 0, 0, 0, 1)
    assert pair.height == 2
    assert ties(found).filter(pl.col("year") == 1900)["tie"].to_list() == [3, 2]


def test_partners_that_owe_one_another_nothing_stand_with_zeros() -> None:
    found = dyads([(1, 1, "1900-01-01", "1900-12-31", ()), (1, 2, "1900-01-01", "1900-12-31", ())])
    assert found.rows() == [(1, 2, 1900, 0, 0, 0, 0, 0), (2, 1, 1900, 0, 0, 0, 0, 0)]


def test_a_day_that_is_not_known_is_read_widely_and_marked() -> None:
    table = members([(1, 1, "1900-02-01", "1900-04-30", ()), (1, 2, "1900-01-01", "", ())])
    table = table.with_columns(dayent=pl.lit(None, pl.Int64), dayexit=pl.lit(None, pl.Int64))
    acts = {act.id: act for act in atop_world(table).acts}
    assert acts["ATOP1.sign.1.1900-02-01"].payload["day_known"] is False
    assert acts["ATOP1.denounce.1.1900-04-30"].payload["day_known"] is False


def test_dates_that_cannot_be_are_refused_with_their_row() -> None:
    with pytest.raises(BadInput, match="before it joins"):
        atop_world(members([(1, 1, "1900-02-01", "1899-04-30", ())]))
    bad = members([(1, 1, "1900-02-01", "", ())]).with_columns(dayent=pl.lit(30))
    with pytest.raises(BadInput, match="no day 30"):
        atop_world(bad)
    with pytest.raises(BadInput, match="no month 13"):
        atop_world(bad.with_columns(moent=pl.lit(13)))


spells = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(1, 5),
        st.integers(1900, 1910),
        st.integers(0, 8),
        st.sets(st.sampled_from(PROMISES)),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda s: s[:2],
)


@given(spells)
def test_renaming_states_renames_the_dyads(
    found: list[tuple[int, int, int, int, set[str]]],
) -> None:
    rows = [(a, m, f"{y}-03-01", f"{y + n}-09-01", tuple(p)) for a, m, y, n, p in found]
    renamed = [(a, 900 - m, s, e, p) for a, m, s, e, p in rows]
    one = dyads(rows).with_columns(ccode1=900 - pl.col("ccode1"), ccode2=900 - pl.col("ccode2"))
    assert one.sort(KEYS).equals(dyads(renamed))


@given(spells)
def test_every_dyad_year_rests_on_a_shared_day(
    found: list[tuple[int, int, int, int, set[str]]],
) -> None:
    rows = [(a, m, f"{y}-03-01", f"{y + n}-09-01", tuple(p)) for a, m, y, n, p in found]
    wanted = set()
    for a, m, y, n, p in found:
        for b, other, z, k, _ in found:
            if a == b and m != other:
                for year in range(max(y, z), min(y + n, z + k) + 1):
                    wanted |= {(m, other, year, word) for word in p} | {(m, other, year, "")}
    got = set()
    for one, two, year, *owed in dyads(rows).iter_rows():
        got |= {(one, two, year, word) for word, o in zip(PROMISES, owed, strict=True) if o}
        got.add((one, two, year, ""))
    assert got == wanted


def test_ties_are_ordered_as_published() -> None:
    assert tie([]) == 0
    assert tie([Promise.NONAGGRESSION]) == 1
    assert tie([Promise.CONSULTATION, Promise.NONAGGRESSION]) == 2
    assert tie([Promise.NEUTRALITY]) == 2
    assert tie([Promise.OFFENCE]) == tie([Promise.DEFENCE, Promise.CONSULTATION]) == 3


def test_a_promise_of_offence_leaves_open_whether_an_attack_sets_it_off() -> None:
    norm = norm_of(Promise.OFFENCE, ["2", "10"], ["named_adversary"])
    assert norm.trigger["armed_attack"] is Truth.UNKNOWN
    assert norm.conditions == ("victim_is_party", "named_adversary")
    assert norm.bearer == "10 2"
    with pytest.raises(UnknownCode, match="defense"):
        Promise.of("defence")
