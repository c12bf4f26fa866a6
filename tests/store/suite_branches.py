"""What-ifs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.record.acts import Act
from hansa.store import (
    ActLog,
    Conflict,
    Contradiction,
    check_proof,
    open_log,
)
from hansa.terms.errors import BadInput, UnknownCode

from .some_acts import act, many
from .suite import LogSuite, ids


class Branches(LogSuite):
    """What-ifs."""

    # Branches

    def test_a_branch_reads_its_base_up_to_the_fork_then_its_own(self, log: ActLog) -> None:
        acts = many(6)
        log.append(acts)
        assert log.branch("what-if", at=4).size == 4
        own = [act("armenia-joins", actor="ARM"), acts[5]]
        receipt = log.append(own, branch="what-if")
        log.append([act("later")])
        assert receipt.positions == (5, 6)
        assert list(log.read("what-if")) == [*acts[:4], *own]
        assert list(log.read("what-if", after=3, upto=5)) == [acts[3], own[0]]
        assert ids(log.read()) == [*ids(acts), "CST1992.sign.later"]
        assert log.verify("what-if").checked == 6

    def test_a_new_branch_has_the_head_of_its_base(self, log: ActLog) -> None:
        head = log.append(many(3)).head
        log.branch("what-if")
        assert log.head("what-if") == replace(head, branch="what-if")

    def test_making_a_branch_copies_nothing(self, address: str) -> None:
        with open_log(address) as log:
            log.append(many(500))
            for number in range(20):
                log.branch(f"what-if-{number}")
        assert self.rows(address, "SELECT count(*) FROM hansa_acts") == [(500,)]
        assert self.rows(address, "SELECT count(*) FROM hansa_branches") == [(21,)]

    def test_branches_of_branches(self, log: ActLog) -> None:
        log.append(many(4))
        log.branch("a", at=2)
        log.append(many(3, prefix="a"), branch="a")
        log.branch("b", at=4, base="a")
        log.append(many(2, prefix="b"), branch="b")
        log.branch("c", base="b")
        assert ids(log.read("c")) == ids([*many(2), *many(2, prefix="a"), *many(2, prefix="b")])
        assert log.verify("c").checked == 6
        proof = log.prove("CST1992.sign.a1", "c")
        assert check_proof(many(2, prefix="a")[1], proof, log.head("c"))

    def test_a_branch_hangs_on_the_branch_that_holds_its_fork(self, log: ActLog) -> None:
        log.append(many(4))
        log.branch("a", at=3)
        log.append(many(3, prefix="a"), branch="a")
        assert log.branch("b", at=2, base="a").base == "main"
        log.drop("a")
        assert ids(log.read("b")) == ids(many(2))

    def test_branches_may_say_different_things_under_one_id(self, log: ActLog) -> None:
        log.append(many(2))
        for name, actor in (("yes", "ARM"), ("no", "UZB")):
            log.branch(name)
            log.append([act("joins", actor=actor)], branch=name)
        assert log.find("CST1992.sign.joins") is None
        found = [log.find("CST1992.sign.joins", name) for name in ("yes", "no")]
        assert [entry and entry.act.actor for entry in found] == ["ARM", "UZB"]
        with pytest.raises(Contradiction, match="at position 1"):
            log.append([replace(many(1)[0], actor="GEO")], branch="yes")

    def test_conflicts_are_found_on_branches_too(self, log: ActLog) -> None:
        log.append(many(2))
        log.branch("what-if", at=1)
        head = log.head("what-if")
        log.append([act("on main")])
        log.append([act("mine")], branch="what-if", expected_head=head)
        with pytest.raises(Conflict, match="branch 'what-if' has 1 act more than the 1 you knew"):
            log.append([act("again")], branch="what-if", expected_head=head)

    def test_listing_branches(self, log: ActLog) -> None:
        log.append(many(3))
        log.branch("zeta", at=1)
        log.branch("alpha")
        log.append(many(2, prefix="x"), branch="alpha")
        listed = [(b.name, b.base, b.fork, b.size) for b in log.branches()]
        assert listed == [("main", None, 0, 3), ("alpha", "main", 3, 5), ("zeta", "main", 1, 1)]

    def test_dropping_a_branch_touches_no_other(self, log: ActLog) -> None:
        log.append(many(3))
        head = log.head()
        for name in ("a", "b"):
            log.branch(name)
            log.append(many(2, prefix=name), branch=name)
        log.drop("a")
        assert [b.name for b in log.branches()] == ["main", "b"]
        assert log.head() == head
        assert log.verify().intact
        assert log.verify("b").checked == 5
        with pytest.raises(UnknownCode, match="unknown branch 'a'"):
            log.read("a")
        assert log.branch("a").size == 3
        assert ids(log.read("a")) == ids(many(3))

    def test_what_cannot_be_dropped(self, log: ActLog) -> None:
        log.append(many(2))
        log.branch("a")
        log.append([act("a")], branch="a")
        log.branch("b", base="a")
        with pytest.raises(BadInput, match="main branch cannot be dropped"):
            log.drop("main")
        with pytest.raises(BadInput, match="'a' cannot be dropped: b began on it"):
            log.drop("a")
        with pytest.raises(UnknownCode, match="unknown branch 'mian'; did you mean main"):
            log.drop("mian")

    def test_names_and_forks_that_cannot_be(self, log: ActLog) -> None:
        log.append(many(2))
        log.branch("what-if")
        with pytest.raises(BadInput, match="there is a branch 'what-if' already"):
            log.branch("what-if")
        with pytest.raises(BadInput, match="has 2 acts, not 3"):
            log.branch("other", at=3)
        for name in ("", "a:b", "../x", "a b", "x" * 101):
            with pytest.raises(BadInput, match="cannot name a branch"):
                log.branch(name)

    def test_unknown_branches_are_named_with_the_nearest(self, log: ActLog) -> None:
        log.branch("armenia-joins")
        wrong = "armenia-join"
        uses: list[Callable[[], object]] = [
            lambda: log.read(wrong),
            lambda: log.entries(wrong),
            lambda: log.after(0, wrong),
            lambda: log.head(wrong),
            lambda: log.find("x", wrong),
            lambda: log.verify(wrong),
            lambda: log.prove("x", wrong),
            lambda: log.prove_consistency(0, branch=wrong),
            lambda: log.branch("new", base=wrong),
            lambda: log.append([act(1)], branch=wrong),
        ]
        for use in uses:
            with pytest.raises(UnknownCode, match="did you mean armenia-joins"):
                use()

    # Properties

    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.differing_executors]
    )
    @given(data=st.data())
    def test_any_interleaving_of_appends_on_branches_reads_back_in_order(
        self, one_log: ActLog, data: st.DataObject
    ) -> None:
        root = f"example-{len(one_log.branches())}"
        one_log.branch(root, at=0)
        model: dict[str, list[Act]] = {root: []}
        for step in range(data.draw(st.integers(1, 12))):
            name = data.draw(st.sampled_from(sorted(model)))
            if data.draw(st.booleans()):
                batch = many(data.draw(st.integers(0, 6)), prefix=f"{step}.")
                receipt = one_log.append(batch, branch=name)
                start = len(model[name])
                assert receipt.positions == tuple(range(start + 1, start + len(batch) + 1))
                model[name] = model[name] + batch
            else:
                at = data.draw(st.integers(0, len(model[name])))
                one_log.branch(f"{root}.{step}", at=at, base=name)
                model[f"{root}.{step}"] = model[name][:at]
        for name, acts in model.items():
            assert list(one_log.read(name)) == acts
            verdict = one_log.verify(name)
            assert verdict.intact
            assert verdict.head == one_log.head(name)
            if acts:
                mine = data.draw(st.sampled_from(acts))
                assert check_proof(mine, one_log.prove(mine.id, name), one_log.head(name))
