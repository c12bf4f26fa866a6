"""The hash tree against the definitions of RFC 9162, written down a second time, recursively."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.store import merkle
from hansa.store.merkle import EMPTY, Frontier, Node

LARGEST = 66


def mth(leaves: list[bytes]) -> bytes:
    """Section 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = largest_power_below(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """Section 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """Section 2.1.4.1, word for word."""
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def entries(size: int) -> list[bytes]:
    return [f"act {number}".encode() for number in range(size)]


def grown(leaves: list[bytes]) -> tuple[Frontier, dict[Node, bytes]]:
    """The tree's frontier, and every node that it completed on the way."""
    frontier = Frontier()
    kept = [frontier.push(leaf) for leaf in leaves]
    nodes = {}
    for level in range(len(leaves).bit_length()):
        for index in range(len(leaves) >> level):
            size, offset = merkle.kept_at((level, index))
            nodes[level, index] = kept[size - 1][offset : offset + 32]
    return frontier, nodes


LEAVES = entries(LARGEST)
NODES = grown(LEAVES)[1]

# Leaves and roots that the implementations of Certificate Transparency test one another with
CT_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_of_the_certificate_transparency_vectors(size: int) -> None:
    assert grown(CT_LEAVES[:size])[0].root().hex() == CT_ROOTS[size - 1]


def test_rfc9162_section_2_1_5_example_of_seven_leaves() -> None:
    """The RFC's own drawing: which nodes the proofs consist of."""
    a, b, c, d, e, f, j = (merkle.leaf_hash(leaf) for leaf in entries(7))
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, l = merkle.node_hash(g, h), merkle.node_hash(i, j)  # noqa: E741 the RFC's letters
    nodes = grown(entries(7))[1]

    def inclusion(index: int) -> list[bytes]:
        return merkle.hashes_of(merkle.inclusion_ranges(index, 7), nodes)

    def consistency(old: int) -> list[bytes]:
        return merkle.hashes_of(merkle.consistency_ranges(old, 7), nodes)

    assert inclusion(0) == [b, h, l]
    assert inclusion(3) == [c, g, l]
    assert inclusion(4) == [f, j, k]
    assert inclusion(6) == [i, k]
    assert consistency(3) == [c, d, g, l]
    assert consistency(4) == [l]
    assert consistency(6) == [i, j, k]


def test_rfc9162_section_2_1_1_tree_hash_at_every_size() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY == mth([])
    for size, leaf in enumerate(LEAVES, start=1):
        frontier.push(leaf)
        assert frontier.root() == mth(LEAVES[:size])
        assert merkle.join([NODES[n] for n in merkle.cover(0, size)]) == mth(LEAVES[:size])


@pytest.mark.parametrize("size", [*range(1, 35), LARGEST])
def test_rfc9162_section_2_1_3_inclusion_of_every_leaf(size: int) -> None:
    root = mth(LEAVES[:size])
    for index in range(size):
        steps = merkle.hashes_of(merkle.inclusion_ranges(index, size), NODES)
        assert steps == path(index, LEAVES[:size])
        assert merkle.includes(LEAVES[index], index, size, steps, root)
        for other in range(size):
            if other != index:
                assert not merkle.includes(LEAVES[other], index, size, steps, root)
                assert not merkle.includes(LEAVES[index], other, size, steps, root)


@pytest.mark.parametrize("new", [*range(1, 35), LARGEST])
def test_rfc9162_section_2_1_4_consistency_of_every_pair(new: int) -> None:
    for old in range(1, new):
        steps = merkle.hashes_of(merkle.consistency_ranges(old, new), NODES)
        assert steps == subproof(old, LEAVES[:new], True)
        before, after = mth(LEAVES[:old]), mth(LEAVES[:new])
        assert merkle.extends(old, before, new, after, steps)
        assert not merkle.extends(old, mth([*LEAVES[: old - 1], b"other"]), new, after, steps)
        assert not merkle.extends(old, before, new, mth([*LEAVES[: new - 1], b"other"]), steps)


def test_the_same_size_is_consistent_with_itself_only() -> None:
    root = mth(LEAVES[:5])
    assert merkle.extends(5, root, 5, root, [])
    assert not merkle.extends(5, root, 5, mth(LEAVES[:6]), [])
    assert not merkle.extends(5, root, 5, root, [root])


def test_everything_extends_the_empty_log() -> None:
    assert merkle.extends(0, EMPTY, 5, mth(LEAVES[:5]), [])
    assert not merkle.extends(0, mth(LEAVES[:1]), 5, mth(LEAVES[:5]), [])


def test_a_log_never_shrinks() -> None:
    steps = merkle.hashes_of(merkle.consistency_ranges(3, 7), NODES)
    assert not merkle.extends(7, mth(LEAVES[:7]), 3, mth(LEAVES[:3]), steps)


def test_an_inner_node_does_not_pass_for_a_leaf() -> None:
    """The attack that the prefixes 0x00 and 0x01 are there to prevent."""
    left, right = merkle.leaf_hash(b"x"), merkle.leaf_hash(b"y")
    root = merkle.node_hash(left, right)
    assert not merkle.includes(left + right, 0, 1, [], root)


@given(data=st.data(), size=st.integers(2, LARGEST))
def test_a_path_with_any_bit_changed_proves_nothing(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    steps = merkle.hashes_of(merkle.inclusion_ranges(index, size), NODES)
    which = data.draw(st.integers(0, len(steps) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = list(steps)
    changed[which] = (int.from_bytes(steps[which]) ^ (1 << bit)).to_bytes(32)
    assert not merkle.includes(LEAVES[index], index, size, changed, mth(LEAVES[:size]))


@given(data=st.data(), new=st.integers(2, LARGEST))
def test_a_path_cut_or_lengthened_proves_nothing(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    steps = merkle.hashes_of(merkle.consistency_ranges(old, new), NODES)
    before, after = mth(LEAVES[:old]), mth(LEAVES[:new])
    assert not merkle.extends(old, before, new, after, steps[:-1])
    assert not merkle.extends(old, before, new, after, [*steps, steps[-1]])
    inside = merkle.hashes_of(merkle.inclusion_ranges(old, new), NODES)
    assert not merkle.includes(LEAVES[old], old, new, inside[:-1], after)
    assert not merkle.includes(LEAVES[old], old, new, [*inside, inside[-1]], after)
