"""Rules on reports: what is attached, and from whom they are called back."""

from __future__ import annotations

import re

from hansa.record.permits.mechanism import Permit, Proposed

_DIGEST = re.compile(r"[0-9a-f]{64}")


class EvidenceIsNamedByItsDigest(Permit):
    """What is attached to a report is named by the SHA-256 of its bytes, 64 hexadecimal digits."""

    kinds = ("report", "correct")

    def broken(self, on: Proposed) -> str | None:
        said = on.act.payload
        inner = said.get("payload")
        if on.act.kind == "correct":
            said = inner if isinstance(inner, dict) else {}
        evidence = said.get("evidence")
        if not isinstance(evidence, dict):
            return None
        wrong = [n for n, digest in sorted(evidence.items()) if not _DIGEST.fullmatch(str(digest))]
        return f"{wrong[0]}: {str(evidence[wrong[0]])[:80]!r}" if wrong else None


class OnlyReportsAreCalledBack(Permit):
    """A recall calls back a report."""

    kinds = ("release",)

    def broken(self, on: Proposed) -> str | None:
        if not on.act.payload.get("recall"):
            return None
        target = next((act for act in on.world.acts if act.id == on.act.subject), None)
        if target is None or target.kind == "report":
            return None
        return f"{target.id} is no report"


RULES: tuple[type[Permit], ...] = (EvidenceIsNamedByItsDigest, OnlyReportsAreCalledBack)
