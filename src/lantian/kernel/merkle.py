"""Merkle trees (默克尔树) as in RFC 6962, 2.1: SHA-256, a prefix of 00 for leaves and 01 for nodes.

A list of n entries is split at the largest power of two below n. The root stands for all entries in their order; a
proof for one entry is a hash for each level, so it is short however long the list.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of no entries."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over hashes of entries; holds one hash for each level, however many there are."""
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, found = 1, leaf
        while stack and stack[-1][0] == size:
            found = node_hash(stack.pop()[1], found)
            size *= 2
        stack.append((size, found))
    if not stack:
        return EMPTY
    found = stack.pop()[1]
    while stack:
        found = node_hash(stack.pop()[1], found)
    return found


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the inclusion proof (包含证明) of an entry: its neighbours from the bottom to the top."""
    found: list[bytes] = []
    level, at = list(leaves), index
    while len(level) > 1:
        if at ^ 1 < len(level):
            found.append(level[at ^ 1])
        pairs = [node_hash(*level[start : start + 2]) for start in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
        at //= 2
    return found


def root_of_proof(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which a proof leads; None where the proof does not have the length it must have.

    index: of the entry, from 0. size: number of entries in the list.
    """
    found, at, last, used = leaf, index, size - 1, 0
    while last > 0:
        if at ^ 1 <= last:
            if used == len(path):
                return None
            neighbour, used = path[used], used + 1
            found = node_hash(neighbour, found) if at & 1 else node_hash(found, neighbour)
        at, last = at // 2, last // 2
    return found if used == len(path) and 0 <= index < size else None
