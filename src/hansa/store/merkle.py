"""The tree of hashes of RFC 9162, section 2.1, over positions instead of files.

A *node* is named by its level and its index on that level: node ``(k, i)`` is the root of
the complete subtree over the leaves ``i·2ᵏ … (i+1)·2ᵏ − 1``, counted from 0. A complete
subtree never changes again, whatever is appended, so a log can keep it. Everything here is
arithmetic on indices and SHA-256; where nodes are kept is the caller's matter.

References
----------
RFC 9162, *Certificate Transparency Version 2.0*, sections 2.1.1 (tree hash), 2.1.3 (inclusion)
and 2.1.4 (consistency).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from hashlib import sha256

Node = tuple[int, int]
Range = tuple[int, int]

WIDTH = 32
EMPTY = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """``SHA-256(0x00 ‖ entry)``: the prefix keeps a leaf from passing for an inner node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """``SHA-256(0x01 ‖ left ‖ right)``."""
    return sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    """``k``: the largest power of two smaller than ``count`` (which is at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def cover(lo: int, hi: int) -> list[Node]:
    """The complete subtrees, left to right, that make up the subtree over ``lo … hi−1``.

    ``lo`` must be a place where the tree splits, as in every range that the functions of
    this module return.
    """
    nodes = []
    while lo < hi:
        level = (hi - lo).bit_length() - 1
        nodes.append((level, lo >> level))
        lo += 1 << level
    return nodes


def join(hashes: Sequence[bytes]) -> bytes:
    """The tree hash over complete subtrees, largest first (section 2.1.1)."""
    if not hashes:
        return EMPTY
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


class Frontier:
    """The right edge of a growing tree: its largest complete subtrees, left to right.

    Parameters
    ----------
    size : int
        Number of leaves.
    hashes : sequence of bytes
        Hashes of ``cover(0, size)``.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)

    def push(self, entry: bytes) -> bytes:
        """Append a leaf; the hashes of all complete subtrees that end with it, one after another.

        They are the leaf itself, then its parent if that is complete now, and so on: one more
        for each trailing zero bit of the new size.
        """
        node = leaf_hash(entry)
        completed = [node]
        self.size += 1
        below = self.size
        while not below & 1:
            node = node_hash(self.hashes.pop(), node)
            completed.append(node)
            below >>= 1
        self.hashes.append(node)
        return b"".join(completed)

    def root(self) -> bytes:
        """The tree hash over all leaves."""
        return join(self.hashes)


def kept_at(node: Node) -> tuple[int, int]:
    """Where `Frontier.push` returned a node: the size at that time, and the offset in bytes."""
    level, index = node
    return (index + 1) << level, level * WIDTH


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees whose hashes are the inclusion path of leaf ``index`` (section 2.1.3.1)."""
    lo, hi = 0, size
    path = []
    while hi - lo > 1:
        middle = lo + split(hi - lo)
        if index < middle:
            path.append((middle, hi))
            hi = middle
        else:
            path.append((lo, middle))
            lo = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees whose hashes prove that the tree of ``old`` leaves grew into that of ``new``.

    ``PROOF(m, D_n)`` of section 2.1.4.1, with ``0 < m < n``.
    """
    lo, hi = 0, new
    path: list[Range] = []
    whole = True  # the RFC's flag b: the old tree itself, which the verifier knows already
    while old < hi:
        middle = lo + split(hi - lo)
        if old <= middle:
            path.append((middle, hi))
            hi = middle
        else:
            path.append((lo, middle))
            lo = middle
            whole = False
    if not whole:
        path.append((lo, hi))
    return path[::-1]


def hashes_of(ranges: Iterable[Range], nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The tree hash of each range, from the nodes of its `cover`."""
    return [join([nodes[node] for node in cover(lo, hi)]) for lo, hi in ranges]


def includes(entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether ``path`` proves that ``entry`` is leaf ``index`` of the tree (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn = index, size - 1
    r = leaf_hash(entry)
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def extends(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether ``path`` proves that the new tree begins with the old one (section 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    if old > new or (not path and old & (old - 1)):
        return False
    steps = list(path) if old & (old - 1) else [old_root, *path]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for c in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root
