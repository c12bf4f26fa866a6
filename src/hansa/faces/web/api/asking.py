"""Verbs as questions that a reader may ask: their parameters as fields, their answers checked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import Field as Info
from pydantic import StringConstraints, TypeAdapter, ValidationError

from hansa import service
from hansa.faces.web.api.declared import QUESTIONS
from hansa.faces.web.api.kinds import PRINTABLE, Day, Kind
from hansa.faces.web.pages.page import View
from hansa.service.documented import documented
from hansa.terms.errors import BadInput
from hansa.terms.exhibits import Answer, Section
from hansa.terms.names import unknown


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a verb."""

    name: str
    hint: Any
    default: Any
    words: str
    bounds: Kind

    @property
    def listed(self) -> Any:
        """Its type; of lists, with the bounds of each text in it."""
        return _bounded(self.hint, self.bounds.items) if self.bounds.items else self.hint

    @property
    def annotation(self) -> Any:
        """Its type with its bounds, as pydantic takes them."""
        limits = self.bounds.limits
        return Annotated[self.listed, Info(**limits)] if limits else self.listed

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
        return "day" if isinstance(self.bounds, Day) else "text"

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
        """Title and sections of the verb's answer about the world that the reader sees.

        Raises
        ------
        BadInput
            For what is no parameter of the question, or out of its bounds.
        """
        fields = {field.name: field for field in self.fields}
        given: dict[str, Any] = {}
        for name, value in arguments.items():
            if name not in fields:
                raise unknown("parameter", name[:80], fields)
            right = _right(fields[name], value)
            given[name] = fields[name].bounds.right(name, right, view, arguments)
        names = inspect.signature(self.function).parameters
        for field in self.fields:
            if field.required and field.name not in given:
                raise BadInput(f"{field.name} is missing", remedy=field.words)
            if not field.required and field.default != names[field.name].default:
                given.setdefault(field.name, field.default)
        if "on" in names and names["on"].default == "today":
            given.setdefault("on", view.today.isoformat())
        if "world" in names:
            given["world"] = view.world
        made = self.function(**given)
        if isinstance(made, Answer):
            section = Section("answer", "Answer", 0, made.statements, made.exhibits, made.limits)
            return made.title, (section,)
        return str(made.title), tuple(made.sections)


def _bounded(hint: Any, most: int) -> Any:
    """A type of lists with texts of at most so many characters."""
    text = Annotated[str, StringConstraints(max_length=most, pattern=PRINTABLE)]
    made: Any = list[text]
    return made | None if NoneType in get_args(hint) else made


def _value(field: Field, text: str) -> Any:
    value: Any = text
    if get_origin(_plain(field.hint)) is list:
        value = text.replace(",", " ").split()
    return _right(field, value)


def _right(field: Field, value: Any) -> Any:
    """A value of the field's type and within its bounds.

    Raises
    ------
    BadInput
    """
    try:
        return TypeAdapter(field.annotation).validate_python(value)
    except ValidationError as wrong:
        raise BadInput(f"{field.name}: {wrong.errors()[0]['msg']}") from None


def _question(name: str, declared: Mapping[str, Kind]) -> Question:
    function = getattr(service, name)
    hints = get_type_hints(function)
    title, text, told = documented(function)
    fields = tuple(
        Field(
            key,
            hints[key],
            _default(found.default, declared[key]),
            told.get(key, ""),
            declared[key],
        )
        for key, found in inspect.signature(function).parameters.items()
        if key in declared
    )
    group = service.VERBS[name].rsplit(".", 1)[-1]
    return Question(name, function, title.rstrip("."), text, fields, group)


def _default(value: Any, bounds: Kind) -> Any:
    """A verb's own default, within what readers may ask for."""
    most = bounds.limits.get("le")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return type(value)(min(value, most)) if number and most is not None else value


@cache
def questions() -> Mapping[str, Question]:
    """Every verb that readers may ask, by name."""
    return {name: _question(name, QUESTIONS[name]) for name in service.VERBS if name in QUESTIONS}
