"""Proofs for third parties."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hansa.store import (
    ActLog,
    Consistency,
    Head,
    Proof,
    check_consistency,
    check_proof,
)
from hansa.terms.errors import BadInput, UnknownCode

from .some_acts import many
from .suite import LogSuite


class Proofs(LogSuite):
    """Proofs for third parties."""

    # Proofs

    def test_a_third_party_checks_an_act_with_the_published_head_only(self, log: ActLog) -> None:
        acts = many(23)
        head = Head.parse(str(log.append(acts).head))
        for mine in acts:
            sent = json.dumps(log.prove(mine.id).to_json())
            proof = Proof.from_json(json.loads(sent))
            assert check_proof(mine, proof, head)
            assert not check_proof(replace(mine, note="other"), proof, head)
            assert [other for other in acts if check_proof(other, proof, head)] == [mine]

    def test_a_proof_for_an_earlier_head(self, log: ActLog) -> None:
        heads = [log.append([one]).head for one in many(20)]
        for head in heads:
            for position in range(1, head.size + 1):
                mine = many(20)[position - 1]
                proof = log.prove(mine.id, size=head.size)
                assert check_proof(mine, proof, head)
                if head != heads[-1]:
                    assert not check_proof(mine, proof, heads[-1])

    def test_proofs_of_growth_between_any_two_heads(self, log: ActLog) -> None:
        heads = [Head(), *(log.append([one]).head for one in many(17))]
        for new in heads:
            for old in heads[: new.size + 1]:
                sent = json.dumps(log.prove_consistency(old.size, new.size).to_json())
                proof = Consistency.from_json(json.loads(sent))
                assert check_consistency(old, new, proof)
                if 0 < old.size < new.size:
                    assert not check_consistency(replace(old, root="00" * 32), new, proof)
                    assert not check_consistency(old, replace(new, root="00" * 32), proof)
                    assert not check_consistency(new, old, proof)

    def test_what_is_not_there_cannot_be_proved(self, log: ActLog) -> None:
        log.append(many(5))
        with pytest.raises(UnknownCode, match=r"did you mean CST1992\.sign\.4"):
            log.prove("CST1992.sing.4")
        with pytest.raises(BadInput, match="at position 5: it is not among the first 3"):
            log.prove("CST1992.sign.4", size=3)
        with pytest.raises(BadInput, match="has 5 acts, not 6"):
            log.prove("CST1992.sign.4", size=6)
        with pytest.raises(BadInput, match="has 5 acts, not 6"):
            log.prove_consistency(6)
        with pytest.raises(BadInput, match="cannot begin with 4"):
            log.prove_consistency(4, 3)
