"""The check byte is the xor of all bytes, one after the other."""

from functools import reduce
from operator import xor

from hypothesis import given
from hypothesis import strategies as st

from lantian.protocols.check_byte import check_byte


@given(st.binary(max_size=300))
def test_folding_gives_what_adding_byte_by_byte_gives(content: bytes) -> None:
    assert check_byte(content) == reduce(xor, content, 0)
