"""What a verb's docstring says, for faces that ask for its parameters one by one."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

_AS_IN = re.compile(r"As in `(\w+)`")


def documented(function: Callable[..., Any]) -> tuple[str, str, dict[str, str]]:
    """First line, all text before the parameters, and what is said of each parameter.

    Parameters named together share what is said of them; one that is said to be ``As in`` a
    verb of that name is described there.
    """
    text = inspect.getdoc(function) or function.__name__
    head, _, rest = text.partition("\nParameters\n----------\n")
    rest = re.split(r"\n\w+\n-{3,}\n", rest)[0]
    told: dict[str, str] = {}
    names: list[str] = []
    for line in rest.splitlines():
        if line and not line[0].isspace():
            names = [name.strip() for name in line.split(":")[0].split(",")]
        elif line.strip():
            for name in names:
                told[name] = f"{told.get(name, '')} {line.strip()}".strip()
    return (
        head.splitlines()[0],
        head.strip(),
        {n: _elsewhere(n, words) for n, words in told.items()},
    )


def _elsewhere(name: str, words: str) -> str:
    from hansa import service

    found = _AS_IN.match(words)
    if found is None or found[1] not in service.VERBS:
        return words
    return documented(getattr(service, found[1]))[2].get(name, words)
