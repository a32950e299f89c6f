"""The tree of RFC 6962: its published test vectors, and that any change shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.merkle import EMPTY, leaf_hash, node_hash, proof, root, root_of_proof

ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Entries and roots that implementations of RFC 6962 share as test data (certificate-transparency, merkletree)."""

lists = st.lists(st.binary(max_size=6), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    assert root(leaf_hash(entry) for entry in ENTRIES[:size]).hex() == ROOTS[size - 1]


def test_no_entries_have_the_hash_of_nothing_and_two_are_a_node() -> None:
    assert root([]) == EMPTY
    assert EMPTY.hex().startswith("e3b0c44298fc1c14")
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert root([left, right]) == node_hash(left, right)


@given(entries=lists, data=st.data())
def test_a_proof_leads_to_the_root_from_its_entry_alone(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, len(entries) - 1))
    path = proof(leaves, index)
    assert root_of_proof(leaves[index], index, len(leaves), path) == root(leaves)
    assert len(path) <= (len(leaves) - 1).bit_length()
    other = leaf_hash(entries[index] + b"!")
    assert root_of_proof(other, index, len(leaves), path) != root(leaves)


@given(entries=lists, data=st.data())
def test_any_flipped_byte_and_any_missing_entry_change_the_root(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, len(entries) - 1))
    entry = bytearray(entries[index] or b"\x00")
    entry[data.draw(st.integers(0, len(entry) - 1))] ^= data.draw(st.integers(1, 255))
    changed = [*leaves[:index], leaf_hash(bytes(entry)), *leaves[index + 1 :]]
    assert root(changed) != root(leaves)
    assert root([*leaves[:index], *leaves[index + 1 :]]) != root(leaves)


@given(entries=lists, data=st.data())
def test_a_proof_of_another_length_or_place_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, len(entries) - 1))
    path = proof(leaves, index)
    assert root_of_proof(leaves[index], index, len(leaves), [*path, EMPTY]) is None
    assert root_of_proof(leaves[index], len(leaves), len(leaves), path) is None
    if path:
        assert root_of_proof(leaves[index], index, len(leaves), path[:-1]) is None
