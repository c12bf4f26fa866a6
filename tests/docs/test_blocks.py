"""Every code block of the README and the docs runs, and prints what it says it prints."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    line: int

    @property
    def needs_shared(self) -> bool:
        return self.text.startswith("# needs: shared")


def blocks(file: Path) -> list[Block]:
    text = file.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 1)
        for found in FENCE.finditer(text)
        if found[1] in ("python", "console")
    ]


def pages() -> Iterator[Path]:
    yield ROOT / "README.md"
    yield from sorted(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts)


PAGES = [page for page in pages() if page.is_file() and blocks(page)]


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_page(page: Path, tmp_path: Path, shared: Path) -> None:
    found = blocks(page)
    if not shared.is_dir():
        found = [block for block in found if not block.needs_shared]
    for name in ("docs",):
        (tmp_path / name).symlink_to(ROOT / name)
    names: dict[str, object] = {"__name__": "__docs__", "shared": shared}
    with chdir(tmp_path):
        for block in found:
            if block.language == "python":
                run_python(block, page, names)
            else:
                run_console(block, page)


def run_python(block: Block, page: Path, names: dict[str, object]) -> None:
    code = compile("\n" * block.line + block.text, str(page), "exec")
    with redirect_stdout(io.StringIO()):
        exec(code, names)


def run_console(block: Block, page: Path) -> None:
    commands = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    for command in commands:
        first, _, expected = command.partition("\n")
        while first.endswith("\\"):
            more, _, expected = expected.partition("\n")
            first = first[:-1] + more.strip()
        words = shlex.split(first, comments=True)
        if words[0] != "hansa":
            continue
        done = subprocess.run(
            [sys.executable, "-m", "hansa", *words[1:]],
            capture_output=True, text=True, check=False, timeout=300,
            env={**os.environ, "NO_COLOR": "1"},
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert matches(expected, said), f"{page.name}:{block.line}: $ {first}\n{said}"


def matches(expected: str, said: str) -> bool:
    """Whether what was printed fits; a line ``...`` stands for any lines."""
    wanted = [line.rstrip() for line in expected.strip("\n").splitlines()]
    if not any(wanted):
        return True
    parts = [re.escape(line) if line.strip() != "..." else None for line in wanted]
    pattern = ""
    for part in parts:
        pattern += r"(?:.*\n)*?" if part is None else rf"{part} *\n"
    plain = "\n".join(line.rstrip() for line in said.strip("\n").splitlines()) + "\n"
    return re.fullmatch(pattern, plain) is not None
