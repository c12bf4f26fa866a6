"""What the database refuses, and what verifying finds when it was made to obey."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hansa.store import (
    ActLog,
    Damaged,
    Head,
    open_log,
)

from .some_acts import act, many
from .suite import LogSuite, Place, ids


class Verifying(LogSuite):
    """What the database refuses, and what verifying finds when it was made to obey."""

    # What the database itself refuses

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE hansa_acts SET body = 'x' WHERE position = 2",
            "UPDATE hansa_acts SET position = 9 WHERE position = 3",
            "DELETE FROM hansa_acts WHERE position = 3",
            "DELETE FROM hansa_acts",
            "INSERT INTO hansa_acts SELECT * FROM hansa_acts WHERE position = 1",
            "UPDATE hansa_branches SET size = 2",
            "UPDATE hansa_branches SET name = 'other'",
            "UPDATE hansa_branches SET digest = 'x'",
            "UPDATE hansa_branches SET seal = 'x', size = size + 1",
            "DELETE FROM hansa_branches",
        ],
    )
    def test_the_database_keeps_acts_as_they_are(self, address: str, statement: str) -> None:
        with open_log(address) as log:
            log.append(many(3))
            with pytest.raises(Exception, match=r"never|only grows|duplicate key"):
                self.raw(address, statement)
            assert list(log.read()) == many(3)
            assert log.verify().intact

    # Finding out what happened to a log

    def test_an_altered_act_is_named(self, address: str) -> None:
        with open_log(address) as log:
            log.append(many(6))
            changed = many(6)[3].canonical().replace(b'"sign"', b'"vote"')
            self.tamper(address, ("UPDATE hansa_acts SET body = ? WHERE position = 4", (changed,)))
            broken = log.verify().broken
            assert broken is not None
            assert (broken.position, broken.act_id, broken.how) == (4, "CST1992.sign.3", "altered")
            assert log.verify().checked == 3
            with pytest.raises(Damaged, match="act 4 of branch 'main'"):
                list(log.read())
            assert ids(log.read(upto=3)) == ids(many(3))
            with pytest.raises(Damaged, match="act 4"):
                log.find("CST1992.sign.3")

    @pytest.mark.parametrize(
        ("column", "value", "detail"),
        [
            ("digest", b"\x01" * 32, "its digest was changed"),
            ("nodes", b"\x01" * 32, ""),
            ("id", "CST1992.sign.other", "stands under the id"),
        ],
    )
    @pytest.mark.parametrize("position", [1, 3, 5])
    def test_an_altered_column_is_named(
        self, address: str, column: str, value: object, detail: str, position: int
    ) -> None:
        with open_log(address) as log:
            log.append(many(5))
            update = f"UPDATE hansa_acts SET {column} = ? WHERE position = ?"
            self.tamper(address, (update, (value, position)))
            broken = log.verify().broken
            assert broken is not None
            assert (broken.position, broken.how) == (position, "altered")
            assert detail in broken.detail
            if column != "id":
                assert broken.act_id == f"CST1992.sign.{position - 1}"

    @pytest.mark.parametrize(("gone", "detail"), [("3", "3 is empty"), ("3, 4", "3 to 4 is empty")])
    def test_a_missing_act_is_named(self, address: str, gone: str, detail: str) -> None:
        with open_log(address) as log:
            log.append(many(6))
            self.tamper(address, f"DELETE FROM hansa_acts WHERE position IN ({gone})")
            broken = log.verify().broken
            assert broken is not None
            assert (broken.position, broken.act_id, broken.how) == (3, "CST1992.sign.1", "missing")
            assert detail in broken.detail
            with pytest.raises(Damaged, match="act 3 of branch 'main'"):
                list(log.read())

    @pytest.mark.parametrize("left", [0, 4])
    def test_acts_missing_from_the_end_are_noticed(self, address: str, left: int) -> None:
        with open_log(address) as log:
            log.append(many(6))
            self.tamper(address, f"DELETE FROM hansa_acts WHERE position > {left}")
            broken = log.verify().broken
            assert broken is not None
            assert (broken.position, broken.how) == (left + 1, "missing")
            with pytest.raises(Damaged):
                list(log.read())

    def test_acts_out_of_order_are_named(self, address: str) -> None:
        with open_log(address) as log:
            log.append(many(6))
            self.tamper(
                address,
                "UPDATE hansa_acts SET position = 99 WHERE position = 2",
                "UPDATE hansa_acts SET position = 2 WHERE position = 5",
                "UPDATE hansa_acts SET position = 5 WHERE position = 99",
            )
            broken = log.verify().broken
            assert broken is not None
            assert (broken.position, broken.how) == (2, "reordered")
            assert broken.act_id == "CST1992.sign.4"
            assert "'CST1992.sign.1', now at 5, belongs here" in broken.detail

    def test_a_cut_chain_is_named(self, address: str) -> None:
        """Acts taken out, and the rest moved up as if they had never been."""
        with open_log(address) as log:
            log.append(many(6))
            self.tamper(
                address,
                "DELETE FROM hansa_acts WHERE position = 3",
                *(
                    f"UPDATE hansa_acts SET position = {n - 1} WHERE position = {n}"
                    for n in (4, 5, 6)
                ),
                "UPDATE hansa_branches SET size = 5",
            )
            broken = log.verify().broken
            assert broken is not None
            assert (broken.position, broken.act_id, broken.how) == (
                3,
                "CST1992.sign.3",
                "chain cut",
            )
            assert "does not follow 'CST1992.sign.1'" in broken.detail

    def test_an_act_slipped_in_is_noticed(self, address: str, place: Place) -> None:
        with open_log(address) as log, open_log(place()) as elsewhere:
            log.append(many(3))
            elsewhere.append(many(2, prefix="forged"))
            forged = elsewhere.find("CST1992.sign.forged1")
            assert forged is not None
            self.tamper(
                address,
                (
                    "INSERT INTO hansa_acts (branch, position, id, body, digest, nodes) "
                    "VALUES ('main', 4, ?, ?, ?, ?)",
                    (
                        forged.act.id,
                        forged.act.canonical(),
                        bytes.fromhex(forged.act.digest(bytes.fromhex(log.head().digest))),
                        b"\x00" * 96,
                    ),
                ),
            )
            broken = log.verify().broken
            assert broken is not None
            assert (broken.position, broken.how) == (4, "altered")
            assert "acts follow" in broken.detail
            assert ids(log.read()) == ids(many(3))

    def test_only_a_published_head_unmasks_a_log_written_anew(
        self, address: str, place: Place
    ) -> None:
        with open_log(address) as log:
            published = log.append(many(6)).head
            forged = many(6)
            forged[2] = replace(forged[2], actor="GEO")
            elsewhere = place()
            with open_log(elsewhere) as other:
                other.append(forged)
            columns = "position, id, body, digest, nodes"
            acts = self.rows(elsewhere, f"SELECT {columns} FROM hansa_acts ORDER BY position")
            [(digest,)] = self.rows(elsewhere, "SELECT digest FROM hansa_branches")
            insert = f"INSERT INTO hansa_acts (branch, {columns}) VALUES ('main', ?, ?, ?, ?, ?)"
            self.tamper(
                address,
                "DELETE FROM hansa_acts",
                *((insert, row) for row in acts),
                ("UPDATE hansa_branches SET digest = ?", (digest,)),
            )
            assert log.verify().intact
            broken = log.verify(head=published).broken
            assert broken is not None
            assert (broken.position, broken.how) == (6, "rewritten")
            assert log.verify(head=published).checked == 0

    def test_a_published_head_misses_acts_cut_from_the_end(self, address: str) -> None:
        with open_log(address) as log:
            shorter = log.append(many(4)).head
            published = log.append(many(2, start=4)).head
            self.tamper(
                address,
                "DELETE FROM hansa_acts WHERE position > 4",
                (
                    "UPDATE hansa_branches SET size = 4, digest = ?",
                    (bytes.fromhex(shorter.digest),),
                ),
            )
            assert log.verify().intact
            broken = log.verify(head=published).broken
            assert broken is not None
            assert (broken.position, broken.act_id, broken.how) == (5, "CST1992.sign.3", "missing")

    def test_every_earlier_head_vouches_for_a_log_that_grew(self, log: ActLog) -> None:
        heads = [Head(), *(log.append(many(n, start=10 * n)).head for n in range(1, 6))]
        for head in heads:
            verdict = log.verify(head=head)
            assert verdict.intact
            assert verdict.checked == 15
            assert verdict.head == log.head()

    def test_verifying_tells_how_far_it_is(self, log: ActLog) -> None:
        log.append(many(2200))
        told: list[tuple[int, int]] = []
        log.verify(progress=lambda done, total, what: told.append((done, total)))
        assert told == [(1000, 2200), (2000, 2200), (2200, 2200)]

    @pytest.mark.parametrize("column", ["size", "digest", "seal", "fork"])
    def test_the_notes_of_a_branch_are_checked(self, address: str, column: str) -> None:
        with open_log(address) as log:
            log.append(many(5))
            log.branch("what-if", at=3)
            log.append([act("then")], branch="what-if")
            value: object = 2 if column in ("size", "fork") else b"\x01" * 32
            update = f"UPDATE hansa_branches SET {column} = ? WHERE name = 'what-if'"
            self.tamper(address, (update, (value,)))
            assert not log.verify("what-if").intact
            assert log.verify().intact
