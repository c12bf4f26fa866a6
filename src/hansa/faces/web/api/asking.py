"""Verbs as questions that a reader may ask: their parameters as fields, their answers checked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from hansa import service
from hansa.faces.web.api.signatures import LONGEST, documented
from hansa.faces.web.pages.page import View, within
from hansa.record.world import World
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Section

NOT_ASKED = frozenset({"act", "manifest", "log_load", "log_head", "log_list", "log_prepare",
                       "log_prove", "log_verify"})  # fmt: skip
"""Verbs that write, or read the log past its markings: these have addresses of their own."""
GIVEN = frozenset({"world", "progress", "log", "branch", "out"})
"""Parameters that the server gives."""
ENDINGS = frozenset({".toml", ".csv", ".json", ".parquet", ".txt", ".xlsx", ".db", ".po", ".pem"})


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a verb."""

    name: str
    hint: Any
    default: Any
    words: str

    @property
    def required(self) -> bool:
        """Whether a question must say it."""
        return self.default is inspect.Parameter.empty

    @property
    def kind(self) -> str:
        """How a form asks for it: text, day, number, yes, choice."""
        plain = _plain(self.hint)
        if get_origin(plain) is Literal:
            return "choice"
        if plain is bool:
            return "yes" if type(None) not in get_args(self.hint) else "choice"
        if plain in (int, float):
            return "number"
        return "day" if self.name in ("on", "known_on") else "text"

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen."""
        plain = _plain(self.hint)
        if plain is bool:
            return ("", "true", "false")
        given = tuple(str(choice) for choice in get_args(plain))
        return given if self.required or self.default is not None else ("", *given)

    @property
    def shown(self) -> str:
        """The default as a form shows it."""
        if self.required or self.default is None:
            return ""
        if isinstance(self.default, tuple | list):
            return " ".join(str(item) for item in self.default)
        return str(self.default)


def _plain(hint: Any) -> Any:
    """A type without ``None``."""
    if get_origin(hint) in (Union, UnionType):
        left = [item for item in get_args(hint) if item is not NoneType]
        return left[0] if len(left) == 1 else Union[tuple(left)]  # noqa: UP007  # made, not written
    return hint


@dataclass(frozen=True, slots=True)
class Question:
    """A verb that readers may ask."""

    name: str
    function: Callable[..., Any]
    title: str
    text: str
    fields: tuple[Field, ...]
    group: str

    def read(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Arguments from texts.

        Raises
        ------
        BadInput
            For the first that is missing or makes no sense.
        """
        found: dict[str, Any] = {}
        for field in self.fields:
            text = given.get(field.name, "")
            if not text:
                if field.required:
                    raise BadInput(f"{field.name} is missing", remedy=field.words)
                continue
            found[field.name] = _value(field, text)
        return found

    def missing(self, given: Mapping[str, str]) -> bool:
        """Whether something is missing, so that there is nothing to answer yet."""
        return any(field.required and not given.get(field.name) for field in self.fields)

    def answer(self, view: View, arguments: Mapping[str, Any]) -> tuple[str, tuple[Section, ...]]:
        """Title and sections of the verb's answer about the world that the reader sees."""
        given = dict(arguments)
        for name in ("on", "known_on"):
            if isinstance(given.get(name), str):
                given[name] = within(given[name], view.today).isoformat()
        for value in given.values():
            _no_file(value)
        names = inspect.signature(self.function).parameters
        if "world" in names:
            given["world"] = view.world
        made = self.function(**given)
        if isinstance(made, Answer):
            section = Section("answer", "Answer", 0, made.statements, made.exhibits, made.limits)
            return made.title, (section,)
        return str(made.title), tuple(made.sections)


def _value(field: Field, text: str) -> Any:
    if len(text) > 4 * LONGEST:
        raise BadInput(f"{field.name} is too long")
    hint = field.hint
    value: Any = text
    origin = get_origin(_plain(hint))
    if origin in (list, tuple, set, frozenset) or (
        origin is not None and origin.__name__ in ("Sequence", "Iterable", "Collection")
    ):
        value = text.replace(",", " ").split()
    try:
        return TypeAdapter(hint).validate_python(value)
    except ValidationError as wrong:
        raise BadInput(f"{field.name}: {wrong.errors()[0]['msg']}") from None


def _no_file(value: Any) -> None:
    """A reader may not name files of the server."""
    values = value if isinstance(value, list | tuple) else [value]
    for item in values:
        if isinstance(item, str) and (
            "/" in item or "\\" in item or "\0" in item or PurePath(item).suffix in ENDINGS
        ):
            raise BadInput(f"{item[:80]!r} looks like a file; this server reads none for you")


def _question(name: str) -> Question | None:
    function = getattr(service, name)
    hints = get_type_hints(function)
    title, text, told = documented(function)
    fields = []
    for key, found in inspect.signature(function).parameters.items():
        hint = hints.get(key, str)
        if key in GIVEN:
            continue
        if _is_file(hint) or not _askable(hint):
            if found.default is inspect.Parameter.empty:
                return None
            continue
        fields.append(Field(key, hint, found.default, told.get(key, "")))
    group = service.VERBS[name].rsplit(".", 1)[-1]
    return Question(name, function, title.rstrip("."), text, tuple(fields), group)


def _is_file(hint: Any) -> bool:
    return hint is Path or Path in get_args(hint)


def _askable(hint: Any) -> bool:
    """Whether a value of this type can be written in a form."""
    if hint is World or World in get_args(hint):
        return False
    try:
        TypeAdapter(hint).json_schema()
    except Exception:  # noqa: BLE001  # pydantic raises many kinds for types it cannot describe
        return False
    return True


@cache
def questions() -> Mapping[str, Question]:
    """Every verb that readers may ask, by name."""
    found = {name: _question(name) for name in service.VERBS if name not in NOT_ASKED}
    return {name: question for name, question in found.items() if question is not None}
