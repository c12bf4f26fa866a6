"""From the register and the world's tables to economies and arrangements."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from coalition_worlds import DUSHANBE, FIVE, MINSK, assumed, base, eurasia

from hansa.studies.arrangements import Terms, customs_unions
from hansa.studies.economies import economy_of, ground_of, years_of
from hansa.studies.worth_terms import options, security_from, terms_from
from hansa.terms.errors import BadInput, UnknownCode
from hansa.trade import CommonTariff, FreeTrade, Rule, tariffs

CIS12 = {"ARM", "AZE", "BLR", "GEO", "KAZ", "KGZ", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB"}


def test_unions_of_both_days() -> None:
    minsk = {u.organisation.id: u for u in customs_unions(eurasia().on(MINSK))}
    assert minsk["CU1995"].members == FIVE
    assert not minsk["CU1995"].applied
    assert minsk["EU"].applied
    dushanbe = {u.organisation.id: u for u in customs_unions(eurasia().on(DUSHANBE))}
    assert dushanbe["EURASEC"].members == (*FIVE, "UZB")
    assert "CU1995" not in dushanbe
    later = {u.organisation.id: u for u in customs_unions(eurasia().on("2015-06-01"))}
    assert later["EAEU"].applied
    key = later["EAEU"].terms.key
    assert not isinstance(key, str)
    assert key["RUS"] == pytest.approx(86.97)


def test_free_trade_is_as_signed_or_as_in_law() -> None:
    signed = {a.name: set(a.members) for a in base().arrangement.agreements}
    assert signed["FTA1994"] == CIS12
    law = economy_of(eurasia(), MINSK, free_trade="law")
    strict = {a.name: set(a.members) for a in law.arrangement.agreements}
    assert strict["FTA1994"] == CIS12 - {"RUS"}
    assert any("RUS signed FTA1994" in r.text for r in base().because)
    e, strict_e = base().economy, law.economy
    ukr, rus = e.index("UKR"), e.index("RUS")
    assert e.tau[0, ukr, rus] == 0
    assert strict_e.tau[0, ukr, rus] > 0


def test_a_base_is_its_own_equilibrium() -> None:
    for on in (MINSK, DUSHANBE):
        assert base(on).economy.check() == ()
    assert years_of(eurasia()) == (2000, 2007)
    assert base(DUSHANBE).year == 2007
    assert set(base().states["EU15"]) >= {"AUT", "FIN", "SWE"}
    assert len(base().states["EU15"]) == 15
    assert len(base(DUSHANBE).states["EU12NEW"]) == 12
    assert base().gdp["RUS"] == 259710


def test_tariffs_between_years_are_said_to_be() -> None:
    e = base().economy
    own = dict(zip(e.countries, base().own[0].max(axis=1), strict=True))
    assert own["BLR"] == pytest.approx(0.0994)  # recorded for 2000
    assert own["KAZ"] == pytest.approx((9.44 + 2.83) / 200)  # half-way between 1996 and 2004
    told = [r.text for r in base().because if "tariff of KAZ" in r.text]
    assert told
    assert "between 9.44% (1996) and 2.83% (2004)" in told[0]
    assert any("tariff of ROW" in r.text and "median" in r.text for r in base().because)


def test_a_what_if_changes_what_holds_and_not_what_was_observed() -> None:
    joined = eurasia().with_acts([assumed("accede", MINSK, "CUSES1999", "ARM")])
    found = economy_of(joined, MINSK)
    holds = {a.name: a.members for a in found.arrangement.agreements}
    seen = {a.name: a.members for a in found.observed.agreements}
    assert "ARM" in holds["CU1995"]
    assert "ARM" not in seen["CU1995"]


def test_acts_make_a_common_tariff_a_corridor_and_a_key() -> None:
    world = eurasia().with_acts(
        [
            assumed("set_rate", MINSK, "CU1995", of="common tariff", rule="leader", leader="RUS"),
            assumed("set_rate", MINSK, "CU1995", of="transport", factor=0.9),
            assumed("share", MINSK, "CU1995 duties", of="duties",
                    shares=dict.fromkeys(FIVE, "20")),
        ]
    )  # fmt: skip
    found = economy_of(world, MINSK)
    union = next(u for u in found.arrangement.unions if u.name == "CU1995")
    assert union.common_tariff == CommonTariff(Rule.LEADER, leader="RUS")
    assert union.transport[0].factor == 0.9
    assert union.revenue_key == dict.fromkeys(FIVE, 0.2)
    tau = tariffs(found.economy, found.arrangement, found.own)[0]
    e = found.economy
    assert tau[e.index("KGZ"), e.index("CHN")] == pytest.approx(found.own[0][e.index("RUS"), 0 + 1])
    over = eurasia().with_acts(
        [assumed("set_rate", "2000-01-01", "CU1995", of="transport", factor=0.9,
                 until="2000-03-01")]
    )  # fmt: skip
    assert not economy_of(over, MINSK).arrangement.unions


def test_the_common_tariff_leaves_preferences_alone() -> None:
    free = FreeTrade(("RUS", "BLR", "UKR"), name="FTA")
    union = Terms(CommonTariff(Rule.MAXIMUM)).of(("RUS", "BLR", "KAZ"), {}, "CU", [free])
    (exemption,) = union.exemptions
    assert exemption.importers == ("RUS", "BLR")
    assert exemption.exporters == ("UKR",)
    assert exemption.rate == 0.0


def test_a_union_without_its_leader_forms_its_tariff_by_trade() -> None:
    terms = Terms(CommonTariff(Rule.LEADER, leader="RUS", coverage=0.6))
    tariff = terms.of(("BLR", "KAZ"), {}).common_tariff
    assert tariff == CommonTariff(Rule.WEIGHTED, coverage=0.6)


def test_terms_as_people_write_them() -> None:
    terms = terms_from({"tariff": "leader:RUS", "transport": 0.97, "key": {"RUS": 3, "BLR": 1}})
    assert terms.tariff == CommonTariff(Rule.LEADER, leader="RUS")
    assert terms.of(("RUS", "BLR"), {}).revenue_key == {"RUS": 0.75, "BLR": 0.25}
    assert terms_from({"tariff": "own"}).tariff is None
    assert terms_from({"tariff": "8%"}).tariff == terms_from({"tariff": 0.08}).tariff
    assert options("mean", 0.9, "RUS=88,KAZ=12") == {
        "tariff": "mean", "transport": 0.9, "key": {"RUS": 88.0, "KAZ": 12.0},
    }  # fmt: skip
    assert security_from({"threat": 0.02}).threat == 0.02


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"tarif": "mean"}, "did you mean tariff"),
        ({"tariff": "weigthed"}, "did you mean weighted"),
        ({"tariff": "leader"}, "unknown common tariff"),
        ({"tariff": 80.0}, "0.08 is 8 per cent"),
        ({"transport": -1}, "a factor of -1"),
        ({"transport": "cheap"}, "not a number"),
        ({"key": "gpd"}, "did you mean gdp"),
        ({"key": {"RUS": -1}}, "not negative"),
        ({"coverage": 2}, "not a share"),
    ],
)
def test_bad_terms_are_named(given: dict[str, object], what: str) -> None:
    with pytest.raises(BadInput, match=what):
        terms_from(given)


def test_a_key_needs_a_share_for_everybody() -> None:
    with pytest.raises(BadInput, match="no share for KAZ"):
        terms_from({"key": {"RUS": 1, "BLR": 1}}).of(("RUS", "KAZ"), {})
    with pytest.raises(UnknownCode, match="did you mean threat"):
        security_from({"thraet": 0.1})


def test_worlds_without_matrices_say_so() -> None:
    world = replace(eurasia(), sheets={})
    with pytest.raises(BadInput, match="no trade matrix"):
        economy_of(world, MINSK)
    with pytest.raises(UnknownCode, match="unknown year of trade '1999'"):
        economy_of(eurasia(), MINSK, year=1999)


def test_a_ground_makes_the_same_base_anywhere() -> None:
    import pickle

    import hansa.studies.sweeping_work  # noqa: F401 (teaches pickle read-only mappings)

    ground = ground_of(eurasia(), MINSK)
    sent = pickle.loads(pickle.dumps(ground))
    a, b = ground.base(theta=5.0).economy, sent.base(theta=5.0).economy
    assert np.array_equal(a.pi, b.pi)
    assert np.array_equal(a.tau, b.tau)
