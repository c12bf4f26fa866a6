"""Copies of pages: made once, shown meanwhile, never to who may not see what is in them."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest

from hansa.faces.web.live import world
from hansa.faces.web.render import cache
from hansa.faces.web.render.cache import Kept
from hansa.record.acts import Act, Json
from web.serving import Running

Copies = Kept[int, str]


def copies() -> Copies:
    return Kept(10_000, len)


def slowly(
    text: str, seconds: float, made: list[str] | None = None
) -> Callable[[], Awaitable[str]]:
    async def make() -> str:
        if made is not None:
            made.append(f"{text} begun")
        await asyncio.sleep(seconds)
        if made is not None:
            made.append(text)
        return text

    return make


def yes(edition: int) -> bool:
    return True


def test_however_many_ask_it_is_made_once() -> None:
    made: list[str] = []

    async def ask() -> list[str]:
        kept = copies()
        return await asyncio.gather(*(kept.of("a", 1, slowly("a1", 0.02, made)) for _ in range(50)))

    assert asyncio.run(ask()) == ["a1"] * 50
    assert made == ["a1 begun", "a1"]


def test_an_old_copy_that_takes_long_is_shown_at_once_and_made_anew() -> None:
    async def ask() -> tuple[str, str]:
        kept = copies()
        await kept.of("a", 1, slowly("a1", 0.1))
        old = await kept.of("a", 2, slowly("a2", 0.1), stands_in=yes)
        await asyncio.sleep(0.2)
        return old, await kept.of("a", 2, slowly("never", 9))

    assert asyncio.run(ask()) == ("a1", "a2")


def test_what_is_quickly_made_is_waited_for() -> None:
    async def ask() -> str:
        kept = copies()
        await kept.of("a", 1, slowly("a1", 0))
        return await kept.of("a", 2, slowly("a2", 0), stands_in=yes)

    assert asyncio.run(ask()) == "a2"


def test_a_copy_that_may_not_stand_in_is_not_shown() -> None:
    async def ask() -> str:
        kept = copies()
        await kept.of("a", 1, slowly("a1", 0.1))
        return await kept.of("a", 2, slowly("a2", 0.1), stands_in=lambda edition: edition > 1)

    assert asyncio.run(ask()) == "a2"


def test_who_wants_the_newest_waits_for_it() -> None:
    async def ask() -> str:
        kept = copies()
        await kept.of("a", 1, slowly("a1", 0.1))
        return await kept.of(
            "a", 2, slowly("a2", 0.1), stands_in=yes, wanted=lambda e: e >= 2, patience=5
        )

    assert asyncio.run(ask()) == "a2"


def test_copies_that_take_long_are_made_one_after_another() -> None:
    made: list[str] = []

    async def ask() -> None:
        kept = copies()
        names = ("a", "b", "c")
        await asyncio.gather(*(kept.of(n, 1, slowly(f"{n}1", 0.06)) for n in names))
        for edition in (2, 3):  # "a" is begun at once; of what waits, only the newest is made
            for name in names:
                text = f"{name}{edition}"
                assert await kept.of(name, edition, slowly(text, 0.06, made), stands_in=yes) == (
                    f"{name}1"
                )
        while len(made) < 6:
            await asyncio.sleep(0.01)

    asyncio.run(ask())
    assert made == ["a2 begun", "a2", "b3 begun", "b3", "c3 begun", "c3"]


def test_an_older_copy_made_late_does_not_take_the_place_of_a_newer() -> None:
    async def ask() -> str:
        kept = copies()
        late = asyncio.ensure_future(kept.of("a", 1, slowly("a1", 0.2)))
        await asyncio.sleep(0.01)
        await kept.of("a", 2, slowly("a2", 0.02))
        assert await late == "a1"
        return await kept.of("a", 2, slowly("never", 9))

    assert asyncio.run(ask()) == "a2"


def test_an_error_reaches_who_waits_unless_an_old_copy_excuses_it() -> None:
    async def wrong() -> str:
        raise RuntimeError

    async def ask() -> str:
        kept = copies()
        with pytest.raises(RuntimeError):
            await kept.of("a", 1, wrong)
        await kept.of("a", 1, slowly("a1", 0))
        with pytest.raises(RuntimeError):
            await kept.of("a", 2, wrong, stands_in=yes)
        return await kept.of("a", 2, wrong, stands_in=yes, excused=(RuntimeError,))

    assert asyncio.run(ask()) == "a1"


def test_no_more_room_is_taken_than_there_is() -> None:
    async def ask() -> list[bool]:
        kept = copies()
        for number in range(20):
            await kept.of(number, 1, slowly("x" * 1000, 0))
        await kept.of("large", 1, slowly("x" * 5000, 0))
        return [kept.get(n) is not None for n in (*range(20), "large")]

    assert asyncio.run(ask()) == [False] * 10 + [True] * 10 + [False]


# --- on a server where every copy stands in as long as it may


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch, server: Running) -> Running:
    monkeypatch.setattr(cache, "QUICK", -1.0)
    monkeypatch.setattr(cache, "REST", 0.0)
    monkeypatch.setattr(world, "STALE", 0.0)
    return server


def come(server: Running, kind: str, payload: dict[str, Json], subject: str = "CSTO",
         actor: str = "ARM") -> str:  # fmt: skip
    """An act that the server reads by and by, as from another server."""
    now = server.site.live.clock()
    made = Act(f"{kind}.{secrets.token_hex(4)}", kind, now.date(), now, subject, actor, payload)
    server.site.live.log().append([made])
    server.site.live.read()
    return made.id


def until(get: Callable[[], httpx.Response], words: str) -> None:
    deadline = time.monotonic() + 20
    while words not in get().text:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_old_page_says_of_which_position_it_is_and_the_new_one_follows(
    patient: Running,
) -> None:
    with patient.client() as client:
        assert "Position 0 of the log" in client.get("/acts").text
        new = come(patient, "declare", {"position": "x"})
        page = client.get("/acts")
        assert "Position 0 of the log" in page.text
        assert new not in page.text
        until(lambda: client.get("/acts"), new)
        assert "Position 1 of the log" in client.get("/acts").text


def test_an_open_page_that_saw_the_act_gets_the_page_with_it(patient: Running) -> None:
    with patient.client() as client:
        client.get("/acts")
        new = come(patient, "declare", {"position": "x"})
        assert new in client.get("/acts", headers={"x-live": "1"}).text


def test_who_comes_from_an_act_sees_it(patient: Running) -> None:
    with patient.client() as client:
        client.get("/acts")
        new = come(patient, "declare", {"position": "x"})
        assert new in client.get("/acts?at=1").text
        come(patient, "declare", {"position": "y"})
        assert client.get("/acts?at=99999999999").status_code == 200


def test_a_page_too_far_behind_is_not_shown(
    patient: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    with patient.client() as client:
        client.get("/acts")
        new = come(patient, "declare", {"position": "x"})
        monkeypatch.setattr(world, "LAG", 0.0)
        assert new in client.get("/acts").text


@pytest.mark.parametrize("address", ["/acts", "/api/v1/acts", "/"])
def test_what_is_marked_later_is_on_no_copy(patient: Running, address: str) -> None:
    with patient.client() as client:
        secret = come(patient, "declare", {"position": "x"})
        come(patient, "declare", {"position": "y"})
        until(lambda: client.get(address), secret)
        come(patient, "correct", {"payload": {"position": "x", "tlp": "RED"}}, secret)
        assert secret not in client.get(address).text


def test_who_is_recalled_gets_no_copy_of_before(patient: Running) -> None:
    patient.account("arm", "CSTO:ARM")
    headers = patient.token("arm")
    hidden: dict[str, Json] = {"position": "x", "tlp": "AMBER", "audience": ["CSTO"]}
    with patient.client() as client:

        def get(more: dict[str, str] | None = None) -> httpx.Response:
            return client.get("/acts", headers=more)

        secret = come(patient, "declare", hidden, actor="CSTO")
        until(lambda: get(headers), secret)
        assert secret not in get().text
        come(patient, "recall", {"account": "arm"}, "CSTO delegation:ARM")
        assert secret not in get(headers).text
