"""Alphabetical order in the language that a treaty says.

The key has three levels, as in the Unicode Collation Algorithm (UTS #10): letters first, marks
on letters where letters are equal, capitals last. Words are compared one by one: a blank
or a hyphen comes before every letter. In Russian ё counts as е unless nothing else differs,
while й is a letter of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from hansa.terms.names import unknown

_LATIN: Final = "a b c d e f g h i j k l m n o p q r s t u v w x y z"

ALPHABETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ru": "а б в г д её ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я",
        "be": "а б в г д её ж з і й к л м н о п р с т у ў ф х ц ч ш ы ь э ю я",
        "uk": "а б в г ґ д е є ж з и і ї й к л м н о п р с т у ф х ц ч ш щ ь ю я",
        "kk": "а ә б в г ғ д её ж з и й к қ л м н ң о ө п р с т у ұ ү ф х һ ц ч ш щ ъ ы і ь э ю я",
        "ky": "а б в г д её ж з и й к л м н ң о ө п р с т у ү ф х ц ч ш щ ъ ы ь э ю я",
        "en": _LATIN,
        "fr": _LATIN,
        "de": _LATIN,
        "pt": _LATIN,
        "es": _LATIN.replace("n", "n ñ"),
    }
)
"""Letters in order, by language; letters written together share a place."""

Key = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], str]

_BREAK, _DIGIT, _LETTER, _FOREIGN = 1, 10, 100, 1000


@cache
def _places(language: str) -> Mapping[str, tuple[int, int]]:
    """For each letter its place, and its rank among those that share it."""
    if language not in ALPHABETS:
        raise unknown("language", language, ALPHABETS, remedy=f"known: {', '.join(ALPHABETS)}")
    return MappingProxyType(
        {
            letter: (_LETTER + place, rank)
            for place, group in enumerate(ALPHABETS[language].split())
            for rank, letter in enumerate(group)
        }
    )


@lru_cache(maxsize=4096)
def collation_key(name: str, language: str) -> Key:
    """By what names are sorted in a language.

    Raises
    ------
    UnknownCode
        If the language has no alphabet here.
    """
    places = _places(language)
    letters: list[int] = []
    marks: list[int] = []
    cases: list[int] = []
    for sign in unicodedata.normalize("NFC", name.strip()):
        for place, mark in _weights(sign, places):
            if place == _BREAK and (not letters or letters[-1] == _BREAK):
                continue
            letters.append(place)
            marks.append(mark)
            cases.append(int(sign.isupper()))
    while letters and letters[-1] == _BREAK:
        letters.pop(), marks.pop(), cases.pop()
    return tuple(letters), tuple(marks), tuple(cases), name


def _weights(sign: str, places: Mapping[str, tuple[int, int]]) -> list[tuple[int, int]]:
    """Place and mark of a character: of a letter, a digit, a break between words."""
    low = sign.casefold()
    if low in places:
        return [places[low]]
    found: list[tuple[int, int]] = []
    for part in low:
        apart = unicodedata.normalize("NFD", part)
        base, mark = apart[0], sum(ord(sign) for sign in apart[1:])
        if part in places or base in places:
            place, rank = places.get(part) or places[base]
            found.append((place, rank + (mark if part not in places else 0)))
        elif part.isdecimal():
            found.append((_DIGIT + int(part), 0))
        elif base.isalpha():
            found.append((_FOREIGN + ord(base), mark))
        elif not unicodedata.combining(part) and part not in "'’ʼ":
            found.append((_BREAK, 0))
    return found


def alphabetical(states: Iterable[str], names: Mapping[str, str], language: str) -> tuple[str, ...]:
    """States by the names that they have in a language.

    Parameters
    ----------
    states : iterable of str
        Their codes.
    names : mapping of str to str
        Their names in the language, by code.

    Raises
    ------
    UnknownCode
        If the language has no alphabet here, or a state has no name in it.
    """
    return tuple(sorted(dict.fromkeys(states), key=lambda state: state_key(state, names, language)))


def state_key(state: str, names: Mapping[str, str], language: str) -> tuple[Key, str]:
    """By what a state is sorted: its name in the language, then its code."""
    name = names.get(state, "")
    if not name:
        raise unknown(f"name in {language!r} of", state, (), remedy="add it to the table of states")
    return collation_key(name, language), state
