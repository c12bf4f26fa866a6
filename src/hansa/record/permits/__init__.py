"""Which acts may be made: rules of the register on acts that are still to be recorded.

A rule is a class named by what it says; its docstring is the message that its violation
prints. The rules ask the register of the day of the act; whether somebody may act for a state
at all is asked by `hansa.record.authority`.
"""

from hansa.record.permits.asking import PERMITS, permit, refusals
from hansa.record.permits.calls import body_of, convened, organisation_of
from hansa.record.permits.mechanism import NotPermitted, Permit, Proposed, Refusal

__all__ = [
    "PERMITS",
    "NotPermitted",
    "Permit",
    "Proposed",
    "Refusal",
    "body_of",
    "convened",
    "organisation_of",
    "permit",
    "refusals",
]
