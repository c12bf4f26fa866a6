"""Bad input to a world: file, line, column, the nearest valid thing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hansa.record.checks import Rule, check_world
from hansa.terms.errors import BadInput, HansaError
from hansa.worlds import open_world, read_scenario

TOWNS = Path(__file__).parents[2] / "docs" / "worlds" / "two-towns"


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOWNS, tmp_path / "towns"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def complaint(folder: Path) -> HansaError:
    with pytest.raises(HansaError) as caught:
        open_world(folder)
    return caught.value


def test_unknown_world_names_the_nearest() -> None:
    with pytest.raises(HansaError, match="did you mean eurasia"):
        open_world("eurasa")


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "what"),
    [
        ("acts/acts.csv", "1243-05-10", "1243-02-30", ("acts/acts.csv", 4, "on"), "no day"),
        ("acts/acts.csv", "accede.BRE,accede", "accede.BRE,aceede", ("acts/acts.csv", 4, None),
         "did you mean accede"),
        ("acts/acts.csv", "id,kind,on", "id,kind,an", ("acts/acts.csv", 1, None), "missing"),
        ("acts/acts.csv", "tired of paying", "tired, of, paying", ("acts/acts.csv", 6, None),
         "9 cells under 7 columns"),
        ("acts/acts.csv", "against=accede.BRE", "against accede", ("acts/acts.csv", 5, "payload"),
         "cannot read"),
        ("states.csv", "53.87", "53,87", ("states.csv", 2, None), "5 cells"),
        ("states.csv", "53.87", "north", ("states.csv", 2, "latitude"), "not a number"),
        ("treaties/pact.toml", "years = 10", "yaers = 10", ("treaties/pact.toml", 11, "term.yaers"),
         "unknown key 'yaers'; did you mean years"),
        ("treaties/pact.toml", "years = 10", "years = ten", ("treaties/pact.toml", 11, None),
         "not TOML"),
        ("treaties/pact.toml", 'consent = "signature"', 'consent = "nod"',
         ("treaties/pact.toml", 5, "consent"), "nod"),
        ("sheets/incidents.csv", "53.7,10.3", "53.7,east", ("sheets/incidents.csv", 2, "longitude"),
         "not a number"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(
    towns: Path, file: str, old: str, new: str, where: tuple[str, int, str | None], what: str
) -> None:
    edit(towns / file, old, new)
    wrong = complaint(towns)
    assert what in wrong.sentence()
    assert wrong.where is not None
    assert (wrong.where.file, wrong.where.row) == where[:2]
    if where[2] is not None:
        assert wrong.where.column == where[2]


def test_bytes_that_are_not_utf8(towns: Path) -> None:
    (towns / "states.csv").write_bytes(b"id,name\nLUB,L\xfcbeck\n")
    wrong = complaint(towns)
    assert wrong.where is not None
    assert wrong.where.row == 2
    assert "UTF-8" in wrong.sentence()


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "near"),
    [
        ("acts/acts.csv", "PACT1241,BRE", "PACT1241,BER", "ActorIsKnown", "BRE"),
        ("acts/acts.csv", "1249-01-15,PACT1241", "1249-01-15,PACT1214", "SubjectIsKnown",
         "PACT1241"),
        ("acts/acts.csv", "object,1243-06-01,PACT1241,HAM", "object,1243-06-01,PACT1241,BRE",
         "ActsOnlyAsParty", ""),
        ("acts/acts.csv", "sign.HAM,sign,1241-03-01", "sign.HAM,sign,1240-03-01",
         "DatesAreInOrder", ""),
        ("treaties/pact.toml", 'organisation = "PACT"', 'organisation = "PAKT"', "TreatiesRefer",
         "PACT"),
        ("organisations.toml", 'constituted_by = ["PACT1241"]', 'constituted_by = ["PACT1242"]',
         "OrganisationsRefer", "PACT1241"),
        ("sheets/incidents.csv", "robbers take a wagon,LUB", "robbers take a wagon,LUP",
         "SheetsRefer", "LUB"),
    ],
)  # fmt: skip
def test_what_is_inconsistent(
    towns: Path, file: str, old: str, new: str, rule: str, near: str
) -> None:
    assert check_world(open_world(towns)) == ()
    edit(towns / file, old, new)
    try:
        found = check_world(open_world(towns))
    except KeyError as wrong:  # a reference that the fold itself needs
        pytest.fail(f"the check fell over {wrong}")
    hits = [item for item in found if item.rule == rule]
    assert hits, found
    assert hits[0].place is not None
    assert hits[0].place.file == file
    if near:
        assert near in hits[0].nearest


def test_the_embedded_world_is_consistent() -> None:
    assert check_world(open_world("eurasia")) == ()


def test_every_rule_says_what_it_demands() -> None:
    for rule in Rule.rules:
        assert rule.__doc__
        assert rule.__doc__.strip().endswith(".")


def test_shares_that_do_not_sum(towns: Path) -> None:
    acts = towns / "acts" / "acts.csv"
    line = 'share,share,1241-03-01,PACT,,"of=budget; shares={LUB:60 HAM:50}; total=100",\n'
    acts.write_text(acts.read_text(encoding="utf-8") + line, encoding="utf-8")
    found = check_world(open_world(towns))
    assert [item.rule for item in found] == ["SharesSum"]
    assert "110 instead of 100" in found[0].text
    assert found[0].place is not None
    assert found[0].place.row == 7


class TestScenarios:
    def test_an_act_more(self, tmp_path: Path) -> None:
        file = tmp_path / "joins.toml"
        file.write_text(
            'title = "joins"\n[[acts]]\nkind = "accede"\non = 2000-05-24\n'
            'subject = "CUSES1999"\nactor = "ARM"\n'
        )
        world = read_scenario(file).applied(open_world("eurasia"))
        assert "ARM" in world.on("2000-06-01").member_codes("CU1995")

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("", "holds nothing"),
            ("[[acts]]\nkind = 'accede'\n", "the key 'on' is missing"),
            ("[[acts]]\nknd = 'accede'\n", "did you mean kind"),
            ("[[acts]]\nkind = 'joins'\non = 2000-01-01\nsubject = 'T'\n", "unknown kind of act"),
            ("[[akts]]\n", "did you mean acts"),
            ("title = 'x'\n[[acts]\n", "not TOML"),
        ],
    )
    def test_bad_ones(self, tmp_path: Path, text: str, what: str) -> None:
        file = tmp_path / "bad.toml"
        file.write_text(text)
        with pytest.raises(BadInput, match=what):
            read_scenario(file)
