"""HJ 212: which faults are only recorded, which a device may be allowed, which are refused for every device."""

import pytest

from lantian.protocols.hj212.faults import DAMAGE, NEVER_REPAIRED, UNCONFIRMED, Fault
from lantian.protocols.hj212.frames import Frame, FrameReader, write_frame
from lantian.protocols.hj212.messages import Version, read_message
from lantian.protocols.hj212.tolerance import Judgement, judge

EVERY_FAULT = frozenset(Fault)
MN = "010000A8900016F000169DC0"


def message_faults(segment: str) -> tuple[Fault, ...]:
    return read_message(Frame(b"", segment.encode())).faults


@pytest.mark.parametrize("fault", sorted(set(Fault) - DAMAGE - UNCONFIRMED))
def test_a_fault_that_harms_nothing_is_accepted_and_is_no_repair(fault: Fault) -> None:
    assert judge([fault], ()) == Judgement()


@pytest.mark.parametrize("fault", sorted((DAMAGE | UNCONFIRMED) - NEVER_REPAIRED))
def test_damage_is_refused_unless_the_device_is_allowed_it(fault: Fault) -> None:
    assert judge([fault], ()) == Judgement(refused=(fault,))
    assert judge([fault], {fault.value}) == Judgement(repaired=(fault,))


@pytest.mark.parametrize("fault", sorted(NEVER_REPAIRED))
def test_what_nothing_proves_or_nobody_can_read_is_refused_for_every_device(fault: Fault) -> None:
    assert judge([fault], EVERY_FAULT) == Judgement(refused=(fault,))


def test_one_fault_too_many_refuses_the_message_and_a_repeated_one_is_named_once() -> None:
    judged = judge([Fault.LENGTH_WRONG, Fault.CRC_SWAPPED, Fault.LENGTH_WRONG], ["length-wrong"])
    assert judged == Judgement((Fault.LENGTH_WRONG,), (Fault.CRC_SWAPPED,))
    assert not judged.is_accepted


def test_a_frame_with_swapped_check_sum_counts_only_for_a_device_that_may() -> None:
    wire = write_frame(b"ST=22;CN=2011;CP=&&a34004-Rtd=35&&")
    reader = FrameReader()
    reader.receive_data(wire[:-6] + wire[-4:-2] + wire[-6:-4] + b"\r\n")
    frame = reader.next_event()
    assert frame is not None
    assert not judge(frame.faults, ()).is_accepted
    assert judge(frame.faults, {"crc-bytes-swapped"}).repaired == (Fault.CRC_SWAPPED,)


# HJ 212-2025, as far as confirmed: Flag 8 and 9, heartbeat, electricity and production, SM4 refused -----------------


def test_plain_data_of_2025_is_accepted() -> None:
    read = read_message(
        Frame(
            b"",
            f"QN=20260101120000000;ST=45;CN=2011;PW=123456;MN={MN};Flag=9;"
            "CP=&&DataTime=20260101120000;p99101-Rtd=St,p99101-Flag=N&&".encode(),
        )
    )
    assert (read.version, read.wants_answer, read.faults) == (Version.V2025, True, ())
    assert read.factors == {"p99101": {"Rtd": "St", "Flag": "N"}}


@pytest.mark.parametrize("area", ["rWm0J8aXn2c4Zk1fYpQ9xA==", "9f31c27be0a45d6833102bfa97cc01de", "u;V,x=1"])
def test_sm4_cipher_is_refused_by_name(area: str) -> None:
    faults = message_faults(f"QN=20260101120000000;ST=31;CN=2011;PW=123456;MN={MN};Flag=8;CP=&&{area}&&")
    assert Fault.CIPHER in faults
    assert Fault.CIPHER in judge(faults, EVERY_FAULT).refused


@pytest.mark.parametrize(
    ("cn", "flag", "area"),
    [
        ("2011", 4, "9f31c27be0a45d68"),  # 2017 has no cipher
        ("9014", 8, "9f31c27be0a45d68"),  # nor have answers
        ("2011", 8, ""),
        ("2011", 8, "DataTime=20260101120000"),
    ],
)
def test_what_cannot_be_cipher_is_not_called_so(cn: str, flag: int, area: str) -> None:
    assert Fault.CIPHER not in message_faults(f"CN={cn};Flag={flag};CP=&&{area}&&")


@pytest.mark.parametrize("cn", ["1001", "1002", "1014", "2013", "2052", "2062", "2111", "3022", "3024"])
def test_a_command_of_2025_known_by_name_only_is_refused(cn: str) -> None:
    faults = message_faults(f"QN=20260101120000000;ST=31;CN={cn};PW=123456;MN={MN};Flag=4;CP=&&&&")
    assert judge(faults, ()).refused == (Fault.VERSION_UNCONFIRMED,)
