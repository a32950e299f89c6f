"""JT/T 808: escape, framing, registration to position, written and read."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.protocols.jt808.fields import Alarm
from lantian.protocols.jt808.frames import (
    BodyTooLong,
    Fault,
    Frame,
    FrameReader,
    Header,
    escape,
    unescape,
    write_frame,
)
from lantian.protocols.jt808.messages import (
    Answer,
    Authentication,
    Batch,
    Content,
    Item,
    Location,
    LocationAnswer,
    MessageId,
    MissingParts,
    RegisterResult,
    Registration,
    RegistrationAnswer,
    Result,
    read_content,
    read_location,
    read_time,
)
from lantian.protocols.jt808.writing import (
    write_authentication,
    write_batch,
    write_location,
    write_missing_parts,
    write_parts,
    write_platform_answer,
    write_registration,
    write_registration_answer,
    write_terminal_answer,
    write_time,
    write_time_answer,
)

PHONE = "012345678900"
NOON = datetime(2019, 6, 1, 4, tzinfo=UTC)
headers = st.builds(
    Header,
    st.integers(0, 0xFFFF),
    st.just(PHONE),
    st.integers(0, 0xFFFF),
    part=st.none() | st.tuples(st.integers(1, 9), st.just(9)),
)


def read_all(*chunks: bytes) -> list[Frame]:
    reader = FrameReader()
    frames: list[Frame] = []
    for chunk in chunks:
        reader.receive_data(chunk)
        frames += list(iter(reader.next_event, None))
    return frames


@given(st.binary(max_size=200))
def test_escape_is_undone_and_hides_the_mark(content: bytes) -> None:
    assert unescape(escape(content)) == content
    assert b"\x7e" not in escape(content)


@given(headers, st.binary(max_size=1023), st.data())
def test_a_frame_survives_any_split(header: Header, body: bytes, data: st.DataObject) -> None:
    wire = write_frame(header, body)
    cut = data.draw(st.integers(0, len(wire)))
    [frame] = read_all(wire[:cut], wire[cut:])
    assert (frame.raw, frame.header, frame.body, frame.faults) == (wire, header, body, ())


@given(st.binary(max_size=1500))
def test_no_input_hangs_or_raises(noise: bytes) -> None:
    for frame in read_all(noise, b"\x7e"):
        read_content(frame)


@given(st.binary(max_size=100), st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_is_noticed(body: bytes, at: int, flip: int) -> None:
    wire = bytearray(write_frame(Header(MessageId.LOCATION, PHONE, 1), body))
    wire[1 + at % (len(wire) - 2)] ^= flip
    intact = [frame for frame in read_all(bytes(wire)) if frame.is_intact]
    assert [frame for frame in intact if frame.header and frame.header.phone == PHONE and frame.body == body] == []


def test_the_header_of_2019_has_a_version_and_a_longer_phone() -> None:
    header = Header(MessageId.HEARTBEAT, "12345678901234562019", 1, version=1)
    wire = write_frame(header, b"")
    assert wire.hex() == "7e0002400001123456789012345620190001937e"  # printed by a public implementation
    assert read_all(wire)[0].header == header


def test_two_frames_may_share_one_mark() -> None:
    first, second = (write_frame(Header(2, PHONE, serial), b"") for serial in (1, 2))
    assert [frame.raw for frame in read_all(first + second[1:])] == [first, second]


@pytest.mark.parametrize(
    ("hexed", "fault"),
    [
        ("7e00020000012345678900000a827e", Fault.CHECK_WRONG),
        ("7e00020001012345678900000a807e", Fault.LENGTH_WRONG),
        ("7e00027e", Fault.HEADER_SHORT),
        ("7e000200007d0045678900000a007e", Fault.ESCAPE_UNKNOWN),
    ],
)
def test_damage_is_named(hexed: str, fault: Fault) -> None:
    [frame] = read_all(bytes.fromhex(hexed))
    assert fault in frame.faults
    assert not frame.is_intact


def test_a_mark_that_never_comes_does_not_fill_memory() -> None:
    reader = FrameReader()
    reader.receive_data(b"\x7e" + bytes(5000))
    assert reader.next_event() is None
    assert reader.pending == 0


def test_a_body_that_is_too_long_is_refused() -> None:
    with pytest.raises(BodyTooLong, match="1024 bytes, at most 1023"):
        write_frame(Header(2, PHONE, 1), bytes(1024))


def test_a_location_is_written_and_read_with_its_signs_and_additions() -> None:
    sent = Location(
        alarm=2,
        status=0b1111,
        latitude=Decimal("-39.921489"),
        longitude=Decimal("-116.486409"),
        altitude_m=40,
        speed_kmh=Decimal("36.5"),
        direction=90,
        time=NOON,
        items=(Item(1, b"\x00\x00\x00\x64"),),
    )
    read = read_location(write_location(sent))
    assert read == sent
    assert read is not None
    assert (read.is_on, read.is_fixed) == (True, True)


def test_an_addition_that_is_cut_off_is_said() -> None:
    location = read_location(bytes(28) + b"\x01\x04\x00")
    assert location is not None
    assert (location.is_truncated, location.time) == (True, None)


@pytest.mark.parametrize("bcd", ["190601120000", "000000000000", "19060112000a", "191301120000"])
def test_bcd_that_is_no_time_reads_as_none(bcd: str) -> None:
    expected = NOON if bcd == "190601120000" else None
    assert read_time(bytes.fromhex(bcd)) == expected
    assert read_time(write_time(NOON)) == NOON


def test_a_registration_of_each_edition_is_told_by_its_size() -> None:
    def register(header: Header, maker: int, model: int, terminal: int) -> object:
        body = bytes(4) + b"M".ljust(maker, b"\0") + b"X".ljust(model, b"\0") + b"T".ljust(terminal, b"\0")
        [frame] = read_all(write_frame(header, body + b"\x01" + "京A12345".encode("gbk")))
        return read_content(frame)

    for edition, version, sizes in ((2013, None, (5, 20, 7)), (2019, 1, (11, 30, 30))):
        header = Header(MessageId.REGISTER, PHONE if version is None else PHONE.zfill(20), 1, version)
        assert register(header, *sizes) == Registration(0, 0, "M", "X", "T", 1, "京A12345", edition)
    header = Header(MessageId.REGISTER, PHONE, 1)
    assert register(header, 5, 8, 7) == Registration(0, 0, "M", "X", "T", 1, "京A12345", 2011)


def test_an_authentication_has_its_code_and_in_2019_the_imei() -> None:
    [old] = read_all(write_frame(Header(MessageId.AUTHENTICATE, PHONE, 1), b"456121111"))
    header = Header(MessageId.AUTHENTICATE, PHONE.zfill(20), 1, version=1)
    [new] = read_all(write_frame(header, b"\x04code" + b"123456789012345" + b"3.7.15".ljust(20, b"\0")))
    assert read_content(old) == Authentication("456121111")
    assert read_content(new) == Authentication("code", "123456789012345", "3.7.15")


def test_answers_of_the_platform_are_read_back() -> None:
    to = Header(MessageId.LOCATION, PHONE, 7)
    [general] = read_all(write_platform_answer(to, 1, Result.UNSUPPORTED))
    [accepted] = read_all(write_registration_answer(to, 1, RegisterResult.OK, "code"))
    [refused] = read_all(write_registration_answer(to, 1, RegisterResult.NO_VEHICLE, "code"))
    assert read_content(general) == Answer(7, MessageId.LOCATION, 3)
    assert read_content(accepted) == RegistrationAnswer(7, 0, "code")
    assert read_content(refused) == RegistrationAnswer(7, 2, "")


def test_missing_parts_are_asked_for_by_index() -> None:
    [frame] = read_all(write_missing_parts(Header(MessageId.LOCATION, PHONE, 7), 1, 5, [2, 4]))
    assert frame.body.hex() == "00050200020004"


def test_a_split_message_is_not_read_part_by_part() -> None:
    [frame] = read_all(write_frame(Header(MessageId.LOCATION, PHONE, 1, part=(1, 2)), bytes(28)))
    assert read_content(frame) is None


def content(kind: int, body: bytes, version: int | None = None) -> Content:
    phone = PHONE if version is None else PHONE.zfill(20)
    [frame] = read_all(write_frame(Header(kind, phone, 1, version), body))
    return read_content(frame)


@pytest.mark.parametrize(
    "kind",
    [
        MessageId.TERMINAL_ANSWER,
        MessageId.REGISTER,
        MessageId.REGISTER_ANSWER,
        MessageId.LOCATION,
        MessageId.LOCATION_ANSWER,
        MessageId.BATCH,
        MessageId.PASS_THROUGH,
        MessageId.HEARTBEAT,
    ],
)
def test_a_body_that_is_too_short_or_empty_has_no_content(kind: int) -> None:
    assert content(kind, b"") is None


@pytest.mark.parametrize("body", [b"", b"\x05code"])
def test_an_authentication_of_2019_shorter_than_it_says_has_no_content(body: bytes) -> None:
    assert content(MessageId.AUTHENTICATE, body, version=1) is None


def test_an_encrypted_body_is_not_read() -> None:
    [frame] = read_all(write_frame(Header(MessageId.LOCATION, PHONE, 1, encryption=1), bytes(28)))
    assert read_content(frame) is None


def test_a_batch_gives_its_positions_up_to_one_that_is_cut_off() -> None:
    entry = b"\x00\x1c" + bytes(28)
    whole = content(MessageId.BATCH, b"\x00\x02\x01" + entry * 2)
    cut_off = content(MessageId.BATCH, b"\x00\x02\x01" + entry + entry[:9])
    location = read_location(bytes(28))
    assert location is not None
    assert whole == Batch(1, 2, (location, location))
    assert cut_off == Batch(1, 2, (location,))


def test_an_asked_for_position_names_the_question() -> None:
    location = read_location(bytes(28))
    assert location is not None
    assert content(MessageId.LOCATION_ANSWER, b"\x00\x09" + bytes(28)) == LocationAnswer(9, location)


@pytest.mark.parametrize(
    ("items", "mileage"),
    [((Item(1, b"\x00\x00\x00\x64"),), Decimal("10.0")), ((Item(1, b"\x64"),), None), ((), None)],
)
def test_the_mileage_is_in_tenths_of_a_kilometre(items: tuple[Item, ...], mileage: Decimal | None) -> None:
    location = Location(0, 0, Decimal(0), Decimal(0), 0, Decimal(0), 0, NOON, items)
    assert location.mileage_km == mileage


def test_alarm_bits_have_names() -> None:
    assert Alarm(0b110) == Alarm.OVERSPEED | Alarm.FATIGUE


@pytest.mark.parametrize(("edition", "version", "model"), [(2011, None, "X"), (2013, None, "X"), (2019, 1, "X")])
def test_a_registration_is_read_as_it_was_written(edition: int, version: int | None, model: str) -> None:
    sent = Registration(11, 105, "MAKER", model, "T000001", 1, "京A12345", edition)
    assert content(MessageId.REGISTER, write_registration(sent), version) == sent


def test_an_authentication_is_read_as_it_was_written() -> None:
    old, new = Authentication("code"), Authentication("code", "123456789012345", "3.7.15")
    assert content(MessageId.AUTHENTICATE, write_authentication(old)) == old
    assert content(MessageId.AUTHENTICATE, write_authentication(new), version=1) == new


def test_a_time_query_is_answered_in_utc() -> None:
    [frame] = read_all(write_time_answer(Header(MessageId.TIME_QUERY, PHONE, 7), 1, NOON))
    assert frame.body.hex() == "190601040000"


def test_repeated_marks_between_frames_are_no_frames() -> None:
    first, second = (write_frame(Header(2, PHONE, serial), b"") for serial in (1, 2))
    assert [frame.raw for frame in read_all(first + b"\x7e\x7e" + second)] == [first, second]


def position(longitude: str, *items: Item) -> Location:
    return Location(0, 3, Decimal("39.921"), Decimal(longitude), 50, Decimal("60.5"), 90, NOON, items)


def test_a_batch_is_read_as_it_was_written() -> None:
    mileage = Item(1, (1234).to_bytes(4))
    sent = Batch(1, 2, (position("116.443", mileage), position("116.444")))
    body = write_batch(sent)
    assert body[:5].hex() == "0002" + "01" + "0022"  # 28 bytes and an addition of 6
    assert content(MessageId.BATCH, body) == sent


def test_a_fraction_that_binary_numbers_cannot_hold_is_written_to_the_nearest_step() -> None:
    body = write_location(position("0.0000009999"))
    assert int.from_bytes(body[12:16]) == 1


def test_a_terminal_answers_a_command() -> None:
    [frame] = read_all(write_terminal_answer(Header(MessageId.LOCATION_QUERY, PHONE, 7), 3, Result.OK))
    assert (frame.header, read_content(frame)) == (
        Header(MessageId.TERMINAL_ANSWER, PHONE, 3),
        Answer(7, MessageId.LOCATION_QUERY, 0),
    )


@pytest.mark.parametrize("version", [None, 1])
def test_a_terminal_reads_which_parts_are_wanted_again(version: int | None) -> None:
    phone = PHONE if version is None else PHONE.zfill(20)
    [frame] = read_all(write_missing_parts(Header(MessageId.BATCH, phone, 7, version), 1, 5, [2, 4]))
    assert read_content(frame) == MissingParts(5, (2, 4))


@pytest.mark.parametrize(("body", "version"), [(b"\x00\x05", None), (b"\x00\x05\x01", 1)])
def test_a_request_for_parts_that_is_too_short_has_no_content(body: bytes, version: int | None) -> None:
    assert content(MessageId.MISSING_PARTS, body, version) is None


def test_a_long_body_is_sent_in_parts_whose_serials_follow_one_another() -> None:
    wires = write_parts(Header(MessageId.BATCH, PHONE, 0xFFFF), bytes(range(250)), size=100)
    frames = read_all(*wires)
    assert [(frame.header.serial, frame.header.part) for frame in frames if frame.header] == [
        (0xFFFF, (1, 3)),
        (0, (2, 3)),
        (1, (3, 3)),
    ]
    assert b"".join(frame.body for frame in frames) == bytes(range(250))
    header = Header(MessageId.BATCH, PHONE, 1)
    assert write_parts(header, b"short") == [write_frame(header, b"short")]
