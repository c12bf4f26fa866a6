"""Commands made from verbs: same name, same parameters, same docstring, three options more.

``--why`` prints every reason, ``--json`` prints JSON, ``--out FILE`` writes the first table.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from cyclopts import Parameter

from hansa import service
from hansa.faces.cli.output import present
from hansa.service.documented import documented


def _option(name: str, default: Any, hint: Any, words: str) -> inspect.Parameter:
    annotation = Annotated[hint, Parameter(negative="", help=words)]
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=default, annotation=annotation)


_OPTIONS = (
    _option("why", False, bool, "Print every reason, down to the source."),
    _option("json", False, bool, "Print JSON for scripts."),
    _option(
        "out", None, Path | None, "Write the first table to this file: .csv, .parquet or .json."
    ),
)


def command(verb: Callable[..., Any]) -> Callable[..., None]:
    """A command from a verb that returns an `Answer`."""
    signature = inspect.signature(verb)
    hints = get_type_hints(verb)
    hints.pop("return", None)

    def run(
        *args: Any, why: bool = False, json: bool = False, out: Path | None = None, **kwargs: Any
    ) -> None:
        present(verb(*args, **kwargs), why=why, as_json=json, out=out)

    _, text, words = documented(verb)
    parameters = [
        parameter.replace(annotation=_plain(name, hints.get(name, str), words.get(name, "")))
        for name, parameter in signature.parameters.items()
        if name != "progress"
    ]
    run.__name__ = verb.__name__
    run.__doc__ = text
    parameters += _OPTIONS
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]  # read by cyclopts
        parameters=parameters, return_annotation=None
    )
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


ALIASES = {"in_favour": "--for", "scenario": "--with", "assuming": "--if"}
"""Names on the command line that are words of Python's own."""


def _plain(name: str, hint: Any, words: str) -> Any:
    """Worlds are named on the command line; some options have shorter names there."""
    plain = str if name == "world" else hint
    short = ALIASES.get(name)
    told = Parameter(name=short, help=words) if short else Parameter(help=words)
    return Annotated[plain, told]


def __getattr__(name: str) -> Callable[..., None]:
    if name in service.VERBS:
        return command(getattr(service, name))
    raise AttributeError(name)
