"""Verbs as questions: what is declared is open, all else is closed; who answers has empty hands."""

from __future__ import annotations

import inspect
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import pytest

from hansa import service
from hansa.faces.web.api.asking import Question, questions
from hansa.faces.web.api.declared import CLOSED, QUESTIONS
from hansa.faces.web.api.kinds import Day
from hansa.faces.web.api.verbs import address_of
from hansa.faces.web.crew import Crew, TooHeavy
from hansa.faces.web.crew.letters import Done, News, opened, written
from hansa.faces.web.guard.limits import Turns
from hansa.faces.web.live import Compass, Snapshot
from hansa.faces.web.pages.page import View
from hansa.faces.web.words import words_in
from hansa.record.acts import Act
from hansa.record.markings import PUBLIC
from hansa.record.world import World
from hansa.terms.errors import BadInput, HansaError, UnknownCode
from hansa.terms.exhibits import Answer
from hansa.worlds import open_world
from web.serving import GENEROUS, Running, serving

CANARY = "canary-7f3a9c"
WITHHELD = {"world", "progress", "log", "branch", "out", "to", "scenario", "network", "data",
            "book", "file", "key_file"}  # fmt: skip
RIGHT: dict[str, dict[str, Any]] = {
    "members": {"organisation": "CIS"},
    "parties": {"treaty": "CST1992"},
    "meeting": {"name": "CIS Dushanbe 2007-10-05"},
    "presidency": {"office": "CIS chair"},
    "decide": {"body": "CSTO Council"},
    "power": {"body": "CSTO Council"},
    "obligations": {"victim": "ARM", "on": "2007-10-05"},
    "respond": {"incident": "BAT1999"},
    "capability": {"group": "CSTO", "on": "2007-10-05"},
    "deter": {"attacker": "AFG", "target": "TJK", "on": "2007-10-05"},
    "interdict": {"on": "2007-10-05"},
    "pool": {"on": "2007-10-05"},
    "trade_effects": {"on": "2000-05-24", "join": "ARM"},
    "tariffs_optimal": {"player": "RUS", "year": 2000},
    "join": {"organisation": "CU1995", "state": "ARM", "on": "2000-05-24", "draws": 2},
    "stable": {"organisation": "CU1995", "on": "2000-05-24", "draws": 2, "players": "ARM"},
    "sharing": {"author": "KGZ", "audience": "CSTO, NATO", "area": "drugs", "on": "2007-10-05"},
}


def _complete(question: Question) -> bool:
    """Whether there is something right to ask."""
    return not question.missing(dict.fromkeys(RIGHT.get(question.name, {}), "x"))


@pytest.fixture(scope="module")
def world() -> World:
    return open_world("eurasia")


@pytest.fixture(scope="module")
def view(world: World) -> View:
    newest = max(act.recorded for act in world.acts)
    snapshot = Snapshot(0, world, frozenset(), frozenset(), newest)
    day = date(2026, 2, 1)
    return View(snapshot, Compass(world), PUBLIC, words_in("en"), day, day)


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that waits for answers however slow the machine is."""
    folder = tmp_path_factory.mktemp("patient")
    with serving(folder, limits=replace(GENEROUS, seconds=120.0)) as running:
        yield running


# --- by declaration


def test_every_verb_is_open_or_closed_by_decision() -> None:
    assert set(QUESTIONS) & set(CLOSED) == set()
    assert set(QUESTIONS) | set(CLOSED) >= set(service.VERBS), "declare it, or say why not"
    assert set(questions()) == set(QUESTIONS)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_what_is_declared_is_of_the_verb_and_no_path(name: str) -> None:
    function = getattr(service, name)
    hints = get_type_hints(function)
    parameters = inspect.signature(function).parameters
    for key, kind in QUESTIONS[name].items():
        assert key in parameters, key
        assert key not in WITHHELD
        kinds = {hints[key], *get_args(hints[key])}
        assert not kinds & {Path, World}, key
        if kinds & {int, float}:
            assert {"ge", "le"} <= set(kind.limits), f"{key} has no bounds"
        if hints[key] in (str, str | None):
            assert kind.limits["max_length"] <= 1000
    for key, found in parameters.items():  # what readers do not give has a default
        given = key in QUESTIONS[name] or key == "world"
        assert given or found.default is not inspect.Parameter.empty, key


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_question_takes_nothing_else(name: str, view: View) -> None:
    for key in sorted(WITHHELD):
        with pytest.raises(UnknownCode, match="unknown parameter"):
            questions()[name].answer(view, {**RIGHT.get(name, {}), key: "x"})


def test_days_are_within_two_centuries_in_every_question(view: View) -> None:
    for name, question in questions().items():
        for field in question.fields:
            if isinstance(field.bounds, Day):
                with pytest.raises(BadInput, match="outside the years"):
                    question.answer(view, {**RIGHT.get(name, {}), field.name: "9999-01-01"})


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("decide", {"body": "CSTO Council", "likely": "ARM=1e999999999"}),
        ("decide", {"body": "CSTO Council", "likely": "ARM=1/99999999999"}),
        ("power", {"body": "CSTO Council", "assuming": "votes RUS=10000000000"}),
        ("stable", {"organisation": "CU1995", "tariff": "1E9%"}),
        ("trade_effects", {"revenue_key": "RUS=123456789012"}),
    ],
)
def test_numbers_in_texts_are_not_huge(view: View, name: str, given: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="too many digits"):
        questions()[name].answer(view, given)


def test_what_is_not_given_is_bounded_too(view: View) -> None:
    """A verb's own default may be more than readers may ask for: a search of a minute."""
    asked = questions()["interdict"]
    fields = {field.name: field for field in asked.fields}
    assert inspect.signature(asked.function).parameters["seconds"].default > 15
    assert fields["seconds"].default == 15.0
    seen: dict[str, Any] = {}

    def interdict(**given: Any) -> Answer:
        seen.update(given)
        return Answer("x")

    interdict.__signature__ = inspect.signature(asked.function)  # type: ignore[attr-defined]  # as it is
    replace(asked, function=interdict).answer(view, {})
    assert seen["seconds"] == 15.0


def test_numbers_are_bounded_in_forms_and_in_the_api(reading: Running) -> None:
    wrong = [
        ("join", "draws", "100000"), ("stable", "transport", "nan"), ("respond", "seconds", "1e9"),
        ("interdict", "seconds", "inf"), ("trade_effects", "theta", "-1"),
        ("respond", "strength", "99999999999"), ("stable", "membership", "secret"),
        ("members", "organisation", "x" * 300), ("power", "assuming", "<script>"),
    ]  # fmt: skip
    with reading.client() as client:
        for name, key, value in wrong:
            given = {**RIGHT[name], key: value}
            assert client.get(f"/api/v1/{name}", params=given).status_code == 422, (name, key)
            page = client.get(f"/ask/{name}", params=given).text
            assert 'role="alert"' in page, (name, key)


# --- files: none is read, whatever a text says


opened_files: list[str] = []
watching = threading.Event()


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and watching.is_set() and isinstance(args[0], str | bytes | os.PathLike):
        opened_files.append(os.path.realpath(os.fsdecode(args[0])))


sys.addaudithook(_watch)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("secrets")
    toml = folder / "incident.toml"
    toml.write_text(f'id = "{CANARY}"\ntitle = "{CANARY}"\nkind = "unrest"\n')
    for name in ("states.csv", "secret.txt", "plain", "secret.json"):
        (folder / name).write_text(f"id,name\n{CANARY},{CANARY}\n")
    (folder / "world.toml").write_text(f'title = "{CANARY}"\n')
    return [toml, *sorted(folder.iterdir()), folder, Path("/etc/passwd")]


def _texts() -> Iterator[tuple[Question, str]]:
    for question in questions().values():
        for field in question.fields:
            if {field.hint, *get_args(field.hint)} & {str, list[str]}:
                yield question, field.name


def _form(question: Question) -> str:
    return f"/ask/{question.name}"


@pytest.mark.slow
def test_no_text_of_any_question_opens_a_file(view: View, secrets: list[Path]) -> None:
    """Each verb × each text, in this process, with an eye on every file that is opened."""
    for question, name in _texts():
        listed = "list" in str({f.name: f.hint for f in question.fields}[name])
        for path in (secrets[0], secrets[-1]):
            for text in (str(path), os.path.relpath(path)):
                given = {**RIGHT.get(question.name, {}), name: [text] if listed else text}
                opened_files.clear()
                watching.set()
                try:
                    made = repr(question.answer(view, given))
                except HansaError as wrong:
                    made = wrong.sentence()
                finally:
                    watching.clear()
                assert CANARY not in made.replace(text, "")
                assert "root:x:0" not in made
                wanted = {os.path.realpath(found) for found in secrets}
                assert not wanted & set(opened_files), (question.name, name, text)


@pytest.mark.slow
def test_no_text_of_any_question_gives_a_file_away(patient: Running, secrets: list[Path]) -> None:
    """The same from outside: by API and by form; the parameters that nobody may give, too."""
    with patient.client() as client:
        for question, name in _texts():
            for path, way in ((secrets[0], address_of), (secrets[-1], _form)):
                given = {**RIGHT.get(question.name, {}), name: str(path)}
                answer = client.get(way(question), params=given)
                assert answer.status_code < 500, (question.name, name)
                assert CANARY not in answer.text
                assert "root:x:0" not in answer.text
        withheld = dict.fromkeys(WITHHELD, str(secrets[-2]))
        for name in ("members", "brief", "check"):
            answer = client.get(f"/api/v1/{name}", params=RIGHT.get(name, {}) | withheld)
            assert answer.status_code == 200
            assert CANARY not in answer.text


# --- the crew


@pytest.fixture(scope="module")
def crew(world: World) -> Iterator[Crew]:
    made = Crew(world, "eurasia", members=1)
    yield made
    made.close()


@pytest.mark.parametrize("name", sorted(n for n, q in questions().items() if _complete(q)))
def test_the_crew_answers_as_the_verb_does(crew: Crew, view: View, name: str) -> None:
    given = RIGHT.get(name, {})
    here = questions()[name].answer(view, given)
    away = crew.question(name, view, given)
    assert away[0] == here[0]
    assert [{s.text for s in section.statements} for section in away[1]] == [
        {s.text for s in section.statements} for section in here[1]
    ]
    assert [e.key for s in away[1] for e in s.exhibits] == [
        e.key for s in here[1] for e in s.exhibits
    ]


def test_the_crew_sees_what_the_reader_sees(crew: Crew, view: View, world: World) -> None:
    made = Act("new", "admit", date(2026, 1, 1), view.snapshot.newest, "CSTO", "MNG",
               {"status": "observer at the Parliamentary Assembly"})  # fmt: skip
    less = tuple(act for act in world.acts if act.subject != "CIS Dushanbe 2007-10-05")

    def seen(acts: tuple[Act, ...], name: str, **given: Any) -> str:
        snapshot = replace(view.snapshot, world=replace(world, acts=acts))
        return repr(crew.question(name, replace(view, snapshot=snapshot), given))

    assert "'MNG'" in seen((*world.acts, made), "members", organisation="CSTO")
    assert "'MNG'" not in seen(world.acts, "members", organisation="CSTO")
    assert "CIS Dushanbe 2007-10-05" in seen(world.acts, "meetings")
    assert "CIS Dushanbe 2007-10-05" not in seen(less, "meetings")


def test_errors_come_back_as_they_are(crew: Crew, view: View) -> None:
    with pytest.raises(UnknownCode) as caught:
        crew.question("members", view, {"organisation": "CSTQ"})
    assert "CSTO" in caught.value.nearest


def test_an_answer_that_takes_too_long_is_stopped(world: World, view: View) -> None:
    crew = Crew(world, "eurasia", members=1)
    try:
        crew._all[0]._seconds = 0.05
        with pytest.raises(TooHeavy, match="more time"):
            crew.question("pool", view, {"on": "2007-10-05", "divide": True, "vary": True})
        assert crew._all[0]._process is None
        crew._all[0]._seconds = 60
        assert crew.question("members", view, {"organisation": "CIS"})[1]
    finally:
        crew.close()


def test_a_member_that_dies_is_replaced(world: World, view: View) -> None:
    crew = Crew(world, "eurasia", members=1)
    try:
        crew.question("members", view, {"organisation": "CIS"})
        process = crew._all[0]._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert crew.question("members", view, {"organisation": "CIS"})[1]
    finally:
        crew.close()
    assert crew._all[0]._process is None


FORBIDDEN = {
    "reads": "open('/etc/passwd')",
    "reads by descriptor": "import os; os.open('/etc/passwd', os.O_RDONLY)",
    "reads what is linked": "open('/proc/self/root/etc/passwd')",
    "reads another's": "open('/proc/1/environ')",
    "writes": "open('hansa-x', 'w')",
    "writes among the library": "import hansa; open(hansa.__file__, 'a')",
    "removes": "import os, hansa; os.remove(hansa.__file__)",
    "moves": "import os; os.rename('a', 'b')",
    "starts": "import subprocess; subprocess.run(['id'])",
    "calls": "import os; os.system('id')",
    "forks": "import os; os.fork()",
    "connects": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "asks names": "import socket; socket.getaddrinfo('localhost', 80)",
    "opens databases": "import sqlite3; sqlite3.connect('x.db')",
}


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_a_member_cannot(what: str) -> None:
    script = "from hansa.faces.web.crew.cabin import shut\nshut('eurasia', 0)\n" + FORBIDDEN[what]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "Refused" in done.stderr, done.stderr


def test_a_member_has_so_much_memory() -> None:
    script = (
        "from hansa.faces.web.crew.cabin import shut\nshut('eurasia', 2_000_000_000)\n"
        "try:\n    x = bytearray(3_000_000_000)\nexcept MemoryError:\n    print('bounded')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "bounded\n", done.stderr


def test_a_member_knows_no_secret(
    world: World, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HANSA_SECRET", "HANSA_LOG", "HANSA_KEY_PASSWORD", "HANSA_OIDC_X_SECRET"):
        monkeypatch.setenv(name, CANARY)
    crew = Crew(world, "eurasia", members=1)
    try:
        crew.question("worlds", view, {})
        process = crew._all[0]._process
        assert process is not None
        environment = Path(f"/proc/{process.pid}/environ").read_text()
        assert CANARY not in environment
        assert CANARY not in Path(f"/proc/{process.pid}/cmdline").read_text()
    finally:
        crew.close()


class Evil:
    """Does something when it is read."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("true",)


class Dotted:
    """Reaches for something through a module of the house."""

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (Done, "x")


def test_a_letter_holds_values_only() -> None:
    head = 8
    for evil in (Evil(), Dotted(), Done(Evil())):
        with pytest.raises(pickle.UnpicklingError, match="does not hold"):
            opened(pickle.dumps(evil))
    for text in (b"cposix\nsystem\n(S'true'\ntR.", b"\x80\x04\x8c\x12hansa.terms.errors\x8c\x12"
                 b"dataclass.__init__\x93."):  # fmt: skip
        with pytest.raises((pickle.UnpicklingError, AttributeError)):
            opened(text)
    news = News("x", (), frozenset({"a"}))
    assert opened(written(news)[head:]) == news
    proxy = opened(written(Done(MappingProxyType({"a": 1})))[head:]).value
    assert type(proxy) is MappingProxyType
    assert dict(proxy) == {"a": 1}


# --- many at once


def test_nobody_takes_all_turns() -> None:
    turns = Turns(most=3, each=2, wait=7)
    assert [turns.take("a"), turns.take("a"), turns.take("a")] == [0, 0, 7]
    assert [turns.take("b"), turns.take("c")] == [0, 7]
    turns.give_back("a")
    assert turns.take("c") == 0


def test_twenty_who_ask_the_slowest_at_once(server: Running) -> None:
    """Some are answered, the others told to come back; pages go on meanwhile."""

    def ask(number: int) -> int:
        given = {"organisation": "CSTO", "on": "2007-10-05", "seconds": 1 + number / 10,
                 "budget": 50 + number, "method": "exact"}  # fmt: skip
        with server.client() as client:
            answer = client.get("/api/v1/interdict", params=given)
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) >= 1
        return answer.status_code

    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(ask, number) for number in range(20)]
        with server.client() as client:
            for _ in range(10):
                assert client.get("/about").status_code == 200
        statuses = [future.result() for future in asked]
    assert set(statuses) <= {200, 429, 503}
    assert statuses.count(429) >= 10
    assert 200 in statuses
    with server.client() as client:  # afterwards all is as before
        assert client.get("/api/v1/members?organisation=CIS").status_code == 200
