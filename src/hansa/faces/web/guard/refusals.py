"""Errors as answers: JSON for scripts (RFC 9457), pages for people."""

from __future__ import annotations

from typing import Any

from hansa.faces.web.accounts.book import Refused
from hansa.faces.web.accounts.database import AccountsUnreachable
from hansa.faces.web.crew import TooHeavy
from hansa.store import Conflict
from hansa.terms.errors import (
    BadInput,
    HansaError,
    Infeasible,
    NotConverged,
    RuleViolation,
    StoreFailure,
    UnknownCode,
)


class SignInFirst(HansaError):
    """Only for those who are signed in."""


class NotYours(HansaError):
    """Not for this reader."""


class TooOften(HansaError):
    """Too many requests."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, round(wait + 0.5))
        super().__init__("that is too often", remedy=f"come back in {self.wait} seconds")


class TooSlow(HansaError):
    """An answer that takes too long."""


STATUS: tuple[tuple[type[HansaError], int, str], ...] = (
    (SignInFirst, 401, "Sign in first"),
    (NotYours, 403, "Not yours to do"),
    (Refused, 403, "Refused"),
    (TooOften, 429, "Too often"),
    (TooSlow, 503, "It takes too long"),
    (TooHeavy, 422, "It asks for too much"),
    (Conflict, 409, "Others came first"),
    (UnknownCode, 404, "There is no such thing"),
    (BadInput, 422, "This cannot be understood"),
    (RuleViolation, 409, "A rule forbids it"),
    (NotConverged, 422, "No answer: the model does not converge"),
    (Infeasible, 422, "No plan meets the conditions"),
    (StoreFailure, 503, "The log cannot be reached or written"),
)


def status_of(wrong: HansaError) -> tuple[int, str]:
    """Status and title of an error."""
    for kind, status, title in STATUS:
        if isinstance(wrong, kind):
            return status, title
    return 422, "This cannot be done"


def outward(wrong: HansaError) -> HansaError:
    """An error as outsiders are told it: not where this server keeps what, nor what drivers say."""
    where = wrong.where
    inside = where is not None and (
        where.file.startswith(("/", "\\")) or "://" in where.file or where.file.endswith(".db")
    )
    if inside or isinstance(wrong, StoreFailure):
        wrong.where = None
    if isinstance(wrong, AccountsUnreachable):
        wrong.what = "accounts cannot be reached now"
    elif isinstance(wrong, StoreFailure) and not isinstance(wrong, Conflict):
        wrong.what = wrong.what.split(" (", 1)[0]
    return wrong


def problem(wrong: HansaError) -> dict[str, Any]:
    """An error as JSON values."""
    status, title = status_of(outward(wrong))
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": wrong.sentence(),
    }
    if wrong.nearest:
        found["nearest"] = list(wrong.nearest)
    if wrong.remedy:
        found["remedy"] = wrong.remedy
    if wrong.where is not None:
        found["where"] = str(wrong.where)
    rule = getattr(wrong, "rule", "")
    if rule:
        found["rule"] = rule
    return found
