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

_DOC = """
    why : bool
        Print every reason, down to the source.
    json : bool
        Print JSON for scripts.
    out : Path, optional
        Write the first table to this file: .csv, .parquet or .json.
"""


def command(verb: Callable[..., Any]) -> Callable[..., None]:
    """A command from a verb that returns an `Answer`."""
    signature = inspect.signature(verb)
    hints = get_type_hints(verb)
    hints.pop("return", None)

    def run(
        *args: Any, why: bool = False, json: bool = False, out: Path | None = None, **kwargs: Any
    ) -> None:
        present(verb(*args, **kwargs), why=why, as_json=json, out=out)

    parameters = [
        parameter.replace(annotation=_plain(name, hints.get(name, str)))
        for name, parameter in signature.parameters.items()
        if name != "progress"
    ]
    keyword = inspect.Parameter.KEYWORD_ONLY
    flag = Annotated[bool, Parameter(negative="")]
    parameters += [
        inspect.Parameter("why", keyword, default=False, annotation=flag),
        inspect.Parameter("json", keyword, default=False, annotation=flag),
        inspect.Parameter("out", keyword, default=None, annotation=Path | None),
    ]
    run.__name__ = verb.__name__
    run.__doc__ = _documented(inspect.getdoc(verb) or "")
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]  # read by cyclopts
        parameters=parameters, return_annotation=None
    )
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


ALIASES = {"in_favour": "--for", "scenario": "--with", "assuming": "--if"}
"""Names on the command line that are words of Python's own."""


def _plain(name: str, hint: Any) -> Any:
    """Worlds are named on the command line; some options have shorter names there."""
    plain = str if name == "world" else hint
    return Annotated[plain, Parameter(name=ALIASES[name])] if name in ALIASES else plain


def _documented(text: str) -> str:
    """The verb's docstring with the three options; what it returns is for Python."""
    head, _, _ = text.partition("Returns\n-------")
    if "Parameters\n----------" not in head:
        head = f"{head.rstrip()}\n\nParameters\n----------\n"
    return head.rstrip() + inspect.cleandoc("x\n" + _DOC)[1:]


def __getattr__(name: str) -> Callable[..., None]:
    if name in service.VERBS:
        return command(getattr(service, name))
    raise AttributeError(name)
