from __future__ import annotations

import random

import pytest
import pyuca
from hypothesis import given
from hypothesis import strategies as st

from hansa.record import World
from hansa.secretariat import ALPHABETS, alphabetical, collation_key
from hansa.terms.errors import UnknownCode

PEER = pyuca.Collator()
RUSSIAN = st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя АБЕЁЙЯ-", min_size=1, max_size=8)


def in_order(words: list[str], language: str) -> list[str]:
    return sorted(words, key=lambda word: collation_key(word, language))


def test_members_of_the_union_stand_in_russian_order_as_their_treaty_lists_them(
    eurasia: World,
) -> None:
    names = {state.id: state.name_ru for state in eurasia.states.values()}
    members = ["RUS", "KGZ", "ARM", "KAZ", "BLR"]
    assert alphabetical(members, names, "ru") == ("ARM", "BLR", "KAZ", "KGZ", "RUS")
    shanghai = ["UZB", "CHN", "TJK", "RUS", "KGZ", "KAZ"]
    assert alphabetical(shanghai, names, "ru") == ("KAZ", "CHN", "KGZ", "RUS", "TJK", "UZB")


def test_russian_order_is_not_english_order(eurasia: World) -> None:
    names = {
        "ru": {state.id: state.name_ru for state in eurasia.states.values()},
        "en": {state.id: state.name for state in eurasia.states.values()},
    }
    some = ["UKR", "UZB", "MDA", "KGZ", "CHN"]
    assert alphabetical(some, names["en"], "en") == ("CHN", "KGZ", "MDA", "UKR", "UZB")
    assert alphabetical(some, names["ru"], "ru") == ("CHN", "KGZ", "MDA", "UZB", "UKR")


def test_yo_counts_as_ye_unless_nothing_else_differs() -> None:
    words = ["ёлка", "ель", "елка", "еж", "ёж", "еда", "всём", "всем", "все", "всё"]
    assert in_order(words, "ru") == [
        "все", "всё", "всем", "всём", "еда", "еж", "ёж", "елка", "ёлка", "ель",
    ]  # fmt: skip


def test_short_i_is_a_letter_of_its_own() -> None:
    assert in_order(["Йод", "Ион", "Ива", "Ия"], "ru") == ["Ива", "Ион", "Ия", "Йод"]


def test_words_are_compared_one_by_one() -> None:
    words = ["Нью-Йорк", "Ньюфаундленд", "Новая Гвинея", "Новаястрана"]
    assert in_order(words, "ru") == ["Новая Гвинея", "Новаястрана", "Нью-Йорк", "Ньюфаундленд"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_states_stand_as_the_unicode_algorithm_puts_them(eurasia: World, language: str) -> None:
    names = [state.name_ru if language == "ru" else state.name for state in eurasia.states.values()]
    names = [name for name in names if name]
    assert in_order(names, language) == sorted(names, key=PEER.sort_key)


@given(st.lists(RUSSIAN.map(str.strip).filter(lambda w: w.strip("- ")), min_size=2, max_size=6))
def test_letters_are_ordered_as_the_unicode_algorithm_orders_them(words: list[str]) -> None:
    plain = [word.replace("-", "").replace(" ", "") for word in words]
    ours = in_order(plain, "ru")
    assert [PEER.sort_key(word) for word in ours] == sorted(PEER.sort_key(word) for word in plain)


@given(st.lists(RUSSIAN, min_size=1, max_size=6), st.randoms())
def test_the_order_does_not_depend_on_how_names_are_given(
    words: list[str], chance: random.Random
) -> None:
    mixed = list(words)
    chance.shuffle(mixed)
    assert in_order(words, "ru") == in_order(mixed, "ru")


@pytest.mark.parametrize("language", sorted(ALPHABETS))
def test_every_alphabet_is_in_its_own_order(language: str) -> None:
    letters = [group[0] for group in ALPHABETS[language].split()]
    assert in_order(letters[::-1], language) == letters


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(UnknownCode, match=r"'rus'.*did you mean ru"):
        collation_key("Россия", "rus")


def test_a_state_without_a_name_in_the_language_is_named() -> None:
    with pytest.raises(UnknownCode, match="XXX"):
        alphabetical(["XXX"], {}, "ru")
