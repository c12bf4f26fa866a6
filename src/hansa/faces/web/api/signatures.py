"""Endpoints made from functions: the same parameters, types and words."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_type_hints

from fastapi import Path, Query, Request

from hansa.service.documented import documented

Fn = Callable[..., Any]
DAY = r"^(today|\d{4}-\d{2}-\d{2})$"
LONGEST = 300

COMMON: dict[str, tuple[Any, Any, str]] = {
    "on": (str, "today", "The day asked about, `YYYY-MM-DD` or `today`."),
    "known_on": (str | None, None, "Count only what was on record by the end of this day."),
    "clock": (Literal["law", "signature"], "law", "In force, or from signature."),
}


def parameter(
    name: str, hint: Any, default: Any, words: str, *, in_path: bool
) -> inspect.Parameter:
    """One parameter of an endpoint, typed for OpenAPI."""
    limits: dict[str, Any] = {"description": words or None}
    if hint in (str, str | None):
        limits["max_length"] = LONGEST
        if name in ("on", "known_on"):
            limits["pattern"] = DAY
            limits["examples"] = ["2007-10-05"]
    if hint is int:
        limits |= {"ge": -(10**9), "le": 10**9}
    kind = inspect.Parameter.KEYWORD_ONLY
    if in_path:
        return inspect.Parameter(name, kind, annotation=Annotated[hint, Path(**limits)])
    annotation = Annotated[hint, Query(**limits)]
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def endpoint(
    path: str,
    function: Fn,
    answer: Callable[..., Any],
    *,
    skip: tuple[str, ...] = (),
    extra: dict[str, tuple[Any, Any, str]] | None = None,
) -> Fn:
    """An endpoint that calls ``answer(request, arguments)`` with the function's parameters.

    Parameters
    ----------
    path : str
        With ``{names}`` of the parameters that stand in it.
    function
        Its signature and docstring become the endpoint's.
    skip
        Parameters that readers do not give.
    extra
        Further ones: type, default, words.
    """
    hints = get_type_hints(function)
    _, _, told = documented(function)
    made: list[inspect.Parameter] = []
    for name, found in inspect.signature(function).parameters.items():
        if name in skip:
            continue
        inside = f"{{{name}" in path
        words = told.get(name, "")
        made.append(parameter(name, hints[name], found.default, words, in_path=inside))
    known = {item.name for item in made}
    for name, (hint, default, words) in (extra or {}).items():
        if name not in known:
            made.append(parameter(name, hint, default, words, in_path=False))
    keyword = inspect.Parameter.KEYWORD_ONLY
    first = inspect.Parameter("request", keyword, annotation=Request)

    async def respond(request: Request, **arguments: Any) -> Any:
        return await answer(request, arguments)

    respond.__name__ = function.__name__
    respond.__signature__ = inspect.Signature([first, *made])  # type: ignore[attr-defined]  # read by FastAPI
    return respond
