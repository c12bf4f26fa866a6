"""What the API answers, for its description (OpenAPI)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Value = str | float | int | bool | None


class Described(BaseModel):
    """Base: unknown keys are a mistake."""

    model_config = ConfigDict(extra="forbid")


class ReasonOut(Described):
    """One ground of an answer."""

    kind: Literal["article", "act", "rule", "number", "source", "assumption"]
    text: str
    ref: str
    source: str
    confidence: str
    because: list[ReasonOut]


class StatementOut(Described):
    """A sentence and its grounds."""

    text: str
    because: list[ReasonOut]
    mark: Literal["new", "gone", "changed"] | None = None


class ColumnOut(Described):
    """A column."""

    key: str
    heading: str
    unit: str


class ExhibitOut(BaseModel):
    """A table, a chart with its table, or a map; ``kind`` says which."""

    kind: str
    key: str
    title: str
    columns: list[ColumnOut] | None = None
    rows: list[dict[str, Any]] | None = None
    table: ExhibitOut | None = None


class SectionOut(Described):
    """One section of a page."""

    key: str
    title: str
    statements: list[StatementOut]
    exhibits: list[ExhibitOut]
    limits: list[str]


class NoticeOut(Described):
    """A legal notice shown before the content."""

    title: str
    text: str


class PageOut(Described):
    """What a page shows."""

    title: str
    lead: str
    day: date
    updated: datetime
    position: int
    facts: dict[str, str]
    sections: list[SectionOut]
    notices: list[NoticeOut] = []


class AnswerOut(Described):
    """What a verb answers."""

    title: str
    statements: list[StatementOut]
    exhibits: list[ExhibitOut]
    limits: list[str]


class ActOut(Described):
    """An act, letter by letter as it was recorded: its hash and signature are over this text."""

    id: str
    kind: str
    on: Annotated[str, Field(json_schema_extra={"format": "date"})]
    recorded: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    subject: str
    actor: str
    payload: dict[str, Any]
    source: str
    confidence: str
    note: str


class EntryOut(Described):
    """An act and its place in the log."""

    position: int
    digest: str
    act: ActOut


class EntriesOut(Described):
    """Some acts of the log, in the order of their record; hidden ones are left out."""

    position: int
    entries: list[EntryOut]


class HeadOut(Described):
    """The log's head: publish it, and nobody can rewrite what is before it unseen."""

    head: str
    branch: str
    size: int
    digest: str
    root: str


class ProofOut(Described):
    """Proof that an act is among the first ``size`` acts (RFC 9162, section 2.1.3)."""

    act: ActOut
    position: int
    size: int
    path: list[str]
    head: str


class ConsistencyOut(Described):
    """Proof that a log only grew (RFC 9162, section 2.1.4)."""

    old: int
    new: int
    path: list[str]
    head: str


class Problem(BaseModel):
    """What is wrong, where, the nearest valid thing, what to do (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    rule: str | None = None
    nearest: list[str] | None = None
    remedy: str | None = None
    where: str | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": words}
    for status, words in {
        401: "Sign in first.",
        403: "Not yours to do.",
        404: "There is no such thing.",
        409: "A rule forbids it, or others came first.",
        413: "Too much.",
        422: "It cannot be understood.",
        429: "Too often.",
        503: "The log cannot be reached, or an answer takes too long.",
    }.items()
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an address may answer with."""
    return {status: PROBLEMS[status] for status in statuses}
