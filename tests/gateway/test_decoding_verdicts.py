"""What no confirmed text explains brings no reading, whatever the device is allowed."""

import pytest

from lantian.gateway.decoding import hj212 as decoding
from lantian.gateway.decoding.memory import Memory
from lantian.protocols.hj212.faults import Fault
from tests.gateway.frames import device, hj212, received

ALL = tuple(fault.value for fault in Fault)
CIPHER = hj212("2011", "rWm0J8aXn2c4Zk1fYpQ9xA==", Flag="8")
PLAIN = hj212("2011", "DataTime=20261126120000;a34004-Rtd=35,a34004-Flag=N", Flag="8")


@pytest.mark.parametrize(("raw", "kind", "values"), [(CIPHER, "bad", 0), (PLAIN, "data", 1)])
def test_sm4_cipher_is_evidence_only_and_plain_data_of_2025_count(raw: bytes, kind: str, values: int) -> None:
    found = decoding.decode(received(raw), device(tolerated=ALL), Memory(), frozenset("N"))
    assert (found.seen.kind, len(found.readings)) == (kind, values)


def test_a_wrong_check_sum_is_never_tolerated() -> None:
    raw = PLAIN[:-4] + b"FFFF"
    found = decoding.decode(received(raw, verdict=("crc-wrong",)), device(tolerated=ALL), Memory(), frozenset("N"))
    assert found.seen.kind == "bad"
