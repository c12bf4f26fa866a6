"""Nonsense is refused by name, before anything is computed."""

from __future__ import annotations

import numpy as np
import pytest

from hansa.coalitions import (
    Game,
    PartitionWorth,
    Worth,
    best_partition,
    core,
    deegan_packel,
    divide,
    gately,
    nucleolus,
    path,
    stability,
    tau_value,
)
from hansa.terms.errors import BadInput, UnknownCode

ABC = ("a", "b", "c")


def test_values_for_missing_coalitions_are_named() -> None:
    table = {("a",): 1.0, ("b",): 1.0, ("c",): 1.0, ("a", "b"): 3.0}
    with pytest.raises(BadInput, match=r"no value for \{a c\}, \{b c\}, \{a b c\}"):
        Game.from_table(ABC, table)
    with pytest.raises(BadInput, match=r"no value for \{a b\}"):
        Worth.from_table("ab", {(): [0, 0]})
    with pytest.raises(BadInput, match="every state's payoff"):
        Worth.from_table(ABC, {(): [0, 0]})
    with pytest.raises(BadInput, match=r"no payoffs for \{a\} \| \{b\} and 1 more"):
        PartitionWorth.from_table("ab", {})


def test_wrong_players() -> None:
    with pytest.raises(UnknownCode, match="unknown player 'd'"):
        Game.from_table(ABC, {("a", "d"): 1.0})
    with pytest.raises(BadInput, match="'a' stands twice"):
        Game(("a", "a"), np.zeros(4))
    with pytest.raises(BadInput, match="1 to 20 players, not 21"):
        Game(tuple(f"p{i}" for i in range(21)), np.zeros(2))
    with pytest.raises(BadInput, match="8 coalitions"):
        Game(ABC, np.zeros(7))
    with pytest.raises(BadInput, match="nobody is worth"):
        Game(("a",), np.ones(2))


def test_a_bloc_of_one_is_no_bloc() -> None:
    payoffs = np.zeros((2, 4))
    payoffs[0, 1] = 0.5
    with pytest.raises(BadInput, match="bloc of a alone differs from no bloc"):
        Worth(("a", "b"), payoffs)


def test_games_that_are_not_superadditive_where_it_matters() -> None:
    # {a} and {b c} are worth more apart
    game = Game.from_list(ABC, [4, 0, 0, 4, 4, 9, 10])
    split = game.split()
    assert split is not None
    assert set(split) == {0b001, 0b110}
    with pytest.raises(BadInput, match=r"are worth 3 more apart"):
        divide(game)
    assert best_partition(game).worth == 13
    found = core(game)
    assert found.empty
    assert found.certificate is not None
    assert found.certificate.partition


def test_concepts_that_do_not_exist_say_so() -> None:
    poor = Game.from_list(ABC, [4, 4, 4, 0, 0, 0, 5])
    with pytest.raises(BadInput, match="12 against 5"):
        nucleolus(poor)
    with pytest.raises(BadInput, match="worth playing"):
        gately(poor)
    with pytest.raises(BadInput, match="not quasi-balanced"):
        tau_value(Game.from_list(ABC, [0, 0, 0, 9, 9, 9, 10]))
    with pytest.raises(BadInput, match="simple games"):
        deegan_packel(poor)


def test_unknown_choices_name_the_nearest() -> None:
    worth = Worth(("a", "b"), np.zeros((2, 4)))
    with pytest.raises(UnknownCode, match="did you mean unanimity"):
        stability(worth, "unanimous")
    with pytest.raises(BadInput, match="did you mean open or exclusive"):
        stability(worth).stable("closed")  # type: ignore[arg-type]
    with pytest.raises(UnknownCode, match="did you mean largest gain"):
        path(stability(worth), order="largest gains")  # type: ignore[arg-type]
    with pytest.raises(UnknownCode, match="rule of division"):
        divide(Game(("a",), np.array([0.0, 1])), "fair")  # type: ignore[arg-type]


def test_progress_is_told() -> None:
    heard: list[tuple[int, int]] = []

    def progress(done: int, total: int, what: str) -> None:
        heard.append((done, total))

    Game.from_function(ABC, len, progress=progress)
    assert heard[-1] == (7, 7)
    Worth.from_function(ABC, lambda c: [len(c)] * 3 if len(c) > 1 else [0] * 3, progress=progress)
    assert heard[-1] == (4, 4)
