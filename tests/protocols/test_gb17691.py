"""GB 17691 and HJ 1239: framing, blocks in both layouts, values at the edges of their ranges."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.protocols.check_byte import check_byte
from lantian.protocols.gb17691.fields import HYBRID, STREAM, State, ValueOutsideRange, read_quantities
from lantian.protocols.gb17691.frames import (
    Envelope,
    Fault,
    Frame,
    FrameReader,
    Start,
    UnitTooLong,
    WrongVin,
    write_frame,
)
from lantian.protocols.gb17691.messages import (
    Command,
    Layout,
    Location,
    Obd,
    WrongIccid,
    obd_block,
    read_message,
    read_time,
    stream_block,
    write_login,
    write_logout,
    write_report,
    write_time,
)

VIN = "LFWSRXSJ0N1F00123"
NOON = datetime(2019, 6, 1, 4, tzinfo=UTC)
STREAM_BODY = bytes(24) + b"\x00" + bytes(12)
units = st.binary(max_size=300)


def read_all(*chunks: bytes) -> list[Frame]:
    reader = FrameReader()
    frames = []
    for chunk in chunks:
        reader.receive_data(chunk)
        frames += list(iter(reader.next_event, None))
    reader.end_of_input()
    return frames + list(iter(reader.next_event, None))


def report(unit: bytes) -> Frame:
    [frame] = read_all(write_frame(Envelope(2, VIN), unit))
    return frame


@given(st.lists(units, min_size=1, max_size=4), st.data())
def test_frames_survive_any_split(bodies: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(write_frame(Envelope(2, VIN), body) for body in bodies)
    cut = data.draw(st.integers(0, len(wire)))
    frames = read_all(wire[:cut], wire[cut:])
    assert [(frame.vin, frame.command, frame.unit, frame.faults) for frame in frames] == [
        (VIN, 2, body, ()) for body in bodies
    ]


@given(units, st.integers(0, 10_000), st.integers(1, 255))
def test_a_frame_behind_a_damaged_one_is_not_lost(unit: bytes, at: int, flip: int) -> None:
    damaged = bytearray(write_frame(Envelope(2, VIN), unit))
    damaged[at % len(damaged)] ^= flip
    good = write_frame(Envelope(5, VIN), b"")
    assert good in [frame.raw for frame in read_all(bytes(damaged), good) if frame.is_intact]


@given(st.binary(max_size=2000))
def test_no_input_hangs_or_raises(noise: bytes) -> None:
    for frame in read_all(noise):
        read_message(frame)


def test_both_start_markers_are_read_and_the_check_byte_covers_all_behind_them() -> None:
    frames = read_all(write_frame(Envelope(5, VIN, start=Start.HJ1239), b"") + write_frame(Envelope(5, VIN), b""))
    assert [frame.start for frame in frames] == [Start.HJ1239, Start.GB17691]
    assert check_byte(frames[0].raw) == 0


def test_a_wrong_check_byte_is_named() -> None:
    wire = write_frame(Envelope(5, VIN), b"")
    [frame] = read_all(wire[:-1] + bytes([wire[-1] ^ 1]))
    assert (frame.faults, frame.is_intact) == ((Fault.CHECK_WRONG,), False)


def test_a_frame_of_gb32960_is_not_taken_for_ours() -> None:
    [frame] = read_all(write_frame(Envelope(2, "\x7f" + VIN[1:]), b"").replace(b"\x7f", b"\xfe", 1)[:-1] + b"\x00")
    assert Fault.NOT_THIS_PROTOCOL in frame.faults


def test_a_wrong_vin_or_a_long_unit_is_refused() -> None:
    with pytest.raises(WrongVin, match="17 ASCII"):
        write_frame(Envelope(5, "SHORT"), b"")
    with pytest.raises(UnitTooLong, match="65532 bytes"):
        write_frame(Envelope(5, VIN), bytes(65_532))


def test_the_layout_is_the_one_whose_blocks_end_with_the_unit() -> None:
    time = write_time(NOON)
    per_block = read_message(report(time + b"\x02\x00\x07" + STREAM_BODY + b"\x02\x00\x08" + STREAM_BODY))
    once = read_message(report(time + b"\x00\x07" + b"\x02" + STREAM_BODY + b"\x02" + STREAM_BODY))
    assert (per_block.layout, [block.serial for block in per_block.blocks]) == (Layout.SERIAL_PER_BLOCK, [7, 8])
    assert (once.layout, once.serial, len(once.blocks)) == (Layout.SERIAL_ONCE, 7, 2)
    assert per_block.time == once.time == NOON


def test_a_signature_behind_a_block_is_kept_with_it() -> None:
    signature = b"\x20" + b"r" * 32 + b"\x20" + b"s" * 32
    message = read_message(report(write_time(NOON) + b"\x02\x00\x07" + STREAM_BODY + signature))
    assert [block.signature for block in message.blocks] == [signature]


def test_a_block_of_unknown_type_is_kept_as_bytes() -> None:
    message = read_message(report(write_time(NOON) + b"\x02\x00\x07" + STREAM_BODY + b"\x81\x01\x02\x03"))
    assert message.rest


def test_an_encrypted_unit_is_opaque() -> None:
    [frame] = read_all(write_frame(Envelope(2, VIN, encryption=3), b"secret"))
    message = read_message(frame)
    assert (message.is_opaque, message.rest) == (True, b"secret")


# NOx = raw × 0.05 − 200 ppm; 64255 is the largest valid raw value (Annex Q).
@pytest.mark.parametrize(
    ("raw", "state", "value"),
    [
        (0, State.VALID, "-200"),
        (4000, State.VALID, "0"),
        (64255, State.VALID, "3012.75"),
        (64256, State.OUT_OF_RANGE, None),
        (65535, State.INVALID, None),
    ],
)
def test_a_value_is_judged_at_the_edges_of_its_range(raw: int, state: State, value: str | None) -> None:
    body = bytes(11) + raw.to_bytes(2, "big") + bytes(24)
    found = read_quantities(body, STREAM)["nox_down_ppm"]
    assert (found.state, found.value) == (state, None if value is None else Decimal(value))


@pytest.mark.parametrize("data", [b"", bytes(5), bytes([26, 13, 1, 0, 0, 0]), bytes([26, 1, 1, 24, 0, 0])])
def test_what_is_no_time_reads_as_none(data: bytes) -> None:
    assert read_time(data) is None


def test_a_login_names_its_serial_and_card() -> None:
    [frame] = read_all(write_frame(Envelope(1, VIN), write_time(NOON) + b"\x00\x01" + b"8" * 20))
    message = read_message(frame)
    assert (message.time, message.serial, message.iccid) == (NOON, 1, "8" * 20)


def test_a_login_that_is_too_short_keeps_its_bytes() -> None:
    assert read_message(read_all(write_frame(Envelope(1, VIN), b"\x13"))[0]).rest == b"\x13"


@pytest.mark.parametrize("between", [b"", b"~~?##"])
def test_a_frame_inside_an_announced_one_is_found_when_its_vin_reads(between: bytes) -> None:
    good = write_frame(Envelope(5, VIN), b"")
    false_start = b"##" + bytes(20) + b"\xff\xff" + between
    reader = FrameReader()
    reader.receive_data(false_start + good)
    frame = reader.next_event()
    assert frame is not None
    assert (frame.raw, frame.skipped) == (good, len(false_start))
    assert reader.pending == 0


def test_a_damaged_frame_too_short_for_a_header_counts_as_noise() -> None:
    good = write_frame(Envelope(5, VIN), b"")
    [frame] = read_all(b"##\x01" + good)
    assert (frame.raw, frame.skipped) == (good, 3)


@pytest.mark.parametrize(("length", "rest"), [(5, 5), (6, 0), (7, 1)])
def test_a_report_that_is_too_short_keeps_what_is_no_time(length: int, rest: int) -> None:
    message = read_message(report((write_time(NOON) + b"\x00")[:length]))
    assert (message.time is None, len(message.rest), message.blocks) == (length < 6, rest, ())


# Motor 3,000 r/min, load 50 %, 600.0 V, 2,000 x 0.1 - 1,000 = -800.0 A, charge 80 %.
def test_a_hybrid_block_gives_its_quantities() -> None:
    body = (3000).to_bytes(2) + b"\x32" + (6000).to_bytes(2) + (2000).to_bytes(2) + b"\x50"
    expected = ["3000", "50", "600", "-800", "80"]
    assert [each.value for each in read_quantities(body, HYBRID).values()] == [Decimal(each) for each in expected]
    [block] = read_message(report(write_time(NOON) + b"\x04\x00\x01" + body)).blocks
    assert block.quantities == read_quantities(body, HYBRID)


def test_catalyst_blocks_are_kept_as_bytes_for_their_layout_is_not_confirmed() -> None:
    [block] = read_message(report(write_time(NOON) + b"\x03\x00\x01" + bytes(30))).blocks
    assert (block.body, block.quantities, block.obd) == (bytes(30), None, None)


def obd(codes: int, announced: int) -> bytes:
    head = b"\x02\x01" + b"\x0c\x00" + b"\x00\x01" + VIN.encode() + b"C".ljust(18) + b"V".ljust(18)
    return head + bytes(36) + bytes([announced]) + b"\x01\x02\x03\x04" * codes


@pytest.mark.parametrize(("codes", "announced"), [(0, 0), (2, 2), (0, 0xFE)])
def test_an_obd_block_has_its_lamp_vin_and_fault_codes(codes: int, announced: int) -> None:
    [block] = read_message(report(write_time(NOON) + b"\x01\x00\x01" + obd(codes, announced))).blocks
    assert block.obd is not None
    assert (block.obd.lamp, block.obd.support, block.obd.ready, block.obd.vin) == (1, 0x0C00, 1, VIN)
    assert block.obd.fault_codes == (b"\x01\x02\x03\x04",) * codes


def test_an_obd_block_that_is_cut_off_stays_in_the_rest() -> None:
    unit = write_time(NOON) + b"\x01\x00\x01" + obd(0, 0)[:-1]
    message = read_message(report(unit))
    assert (message.blocks, unit.endswith(message.rest)) == ((), True)
    assert len(message.rest) >= 95


def test_a_supplementary_stream_is_read() -> None:
    [block] = read_message(report(write_time(NOON) + b"\x80\x00\x01" + bytes(6) + b"\x50" + bytes(10))).blocks
    assert block.quantities is not None
    assert block.quantities["urea_temperature_c"].value == 40  # 80 - 40


def test_a_time_request_has_no_content() -> None:
    message = read_message(read_all(write_frame(Envelope(5, VIN), b""))[0])
    assert (message.time, message.rest) == (None, b"")


def test_a_false_marker_right_before_a_frame_does_not_swallow_it() -> None:
    # the false frame's length field falls on two zero bytes of the good one
    good = write_frame(Envelope(5, VIN, software_version=0, encryption=0), b"")
    [frame] = read_all(b"##" + good)
    assert (frame.raw, frame.skipped) == (good, 2)


# writing: a simulator's frames are read back as what it wanted to say ------------------------------------------------

FIXED = Location(is_fixed=True, is_south=False, is_west=False)
DRIVING: dict[str, float | Decimal | None] = {
    "speed_kmh": 60,
    "rpm": 1500,
    "nox_down_ppm": Decimal("45.5"),
    "lon": 116.443,
    "lat": 39.921,
}


def test_a_login_has_time_serial_and_card_number_and_a_logout_the_same_serial() -> None:
    login = write_login(NOON, 7, "89860123456789012345")
    assert login.hex() == "130601" + "0c0000" + "0007" + b"89860123456789012345".hex()
    [frame] = read_all(write_frame(Envelope(Command.LOGIN, VIN), login))
    assert (read_message(frame).serial, read_message(frame).iccid) == (7, "89860123456789012345")
    assert write_logout(NOON, 7) == login[:8]


@pytest.mark.parametrize("iccid", ["8986", "8" * 21, "卡" * 20])
def test_a_card_number_of_another_length_is_refused(iccid: str) -> None:
    with pytest.raises(WrongIccid, match="has to be 20"):
        write_login(NOON, 7, iccid)


# 60 km/h x 256 = 0x3C00; 1,500 r/min / 0.125 = 0x2EE0; (45.5 + 200) / 0.05 = 4,910 = 0x132E.
def test_a_data_stream_is_written_byte_by_byte_as_annex_q_places_it() -> None:
    body = stream_block(DRIVING, Location(False, True, True)).body
    assert (len(body), body[0:2].hex(), body[5:7].hex(), body[11:13].hex()) == (37, "3c00", "2ee0", "132e")
    assert (body[2], body[7:9].hex(), body[24]) == (0xFF, "ffff", 0b111)
    assert body[25:33].hex() == (116_443_000).to_bytes(4).hex() + (39_921_000).to_bytes(4).hex()


@pytest.mark.parametrize(("layout", "serials"), [(Layout.SERIAL_PER_BLOCK, [3, 9]), (Layout.SERIAL_ONCE, [None, None])])
def test_a_report_in_either_layout_is_read_back_with_its_signature(layout: Layout, serials: list[int | None]) -> None:
    signature = b"\x20" + bytes(32) + b"\x20" + bytes(32)
    blocks = [replace(stream_block(DRIVING, FIXED), signature=signature), stream_block({}, FIXED, serial=9)]
    message = read_message(report(write_report(NOON, 3, blocks, layout)))
    assert (message.layout, message.rest, message.time) == (layout, b"", NOON)
    assert [block.serial for block in message.blocks] == serials
    assert [block.signature for block in message.blocks] == [signature, None]
    first, second = message.blocks
    assert first.quantities is not None
    assert second.quantities is not None
    assert first.quantities["nox_down_ppm"].value == Decimal("45.5")
    assert {each.state for each in second.quantities.values()} == {State.INVALID}
    assert first.location == FIXED


@pytest.mark.parametrize("value", [-1, 251, Decimal("250.999")])
def test_a_value_that_its_bytes_cannot_say_is_refused_with_the_range(value: Decimal) -> None:
    with pytest.raises(ValueOutsideRange, match=r"speed_kmh .* between 0 and 250\.996"):
        stream_block({"speed_kmh": value}, FIXED)


def test_a_block_of_diagnosis_is_read_as_it_was_written() -> None:
    sent = Obd(2, 1, 0x0C00, 1, VIN, "C".ljust(18, "\0"), "V".ljust(18, "\0"), bytes(36), 1, (b"\x01\x02\x03\x04",))
    [block] = read_message(report(write_report(NOON, 1, [obd_block(sent)], Layout.SERIAL_PER_BLOCK))).blocks
    assert block.obd == sent


def test_a_frame_of_hj1239_is_told_by_its_marker() -> None:
    unit = write_report(NOON, 1, [stream_block(DRIVING, FIXED)], Layout.SERIAL_ONCE)
    [frame] = read_all(write_frame(Envelope(Command.SUPPLEMENT, VIN, start=Start.HJ1239), unit))
    assert (frame.start, frame.raw[:2], read_message(frame).rest) == (Start.HJ1239, b"~~", b"")
