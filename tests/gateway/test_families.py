"""Vehicles and terminals at the gateway's real sockets: who they are, what is stored, what is answered."""

import asyncio
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from lantian.gateway.quarantine import Reason
from lantian.gateway.registry import Device
from lantian.kernel.instants import BEIJING
from lantian.protocols.gb17691 import frames as gb17691
from lantian.protocols.jt808.frames import Frame, FrameReader, Header, write_frame
from lantian.protocols.jt808.messages import (
    Answer,
    Authentication,
    MessageId,
    Registration,
    RegistrationAnswer,
    read_content,
)
from lantian.protocols.jt808.writing import write_authentication, write_registration
from tests.gateway.rig import Line, running, until

VIN = "LFWSRXSJ0N1F00123"
TRUCK = Device("truck-1", "gb17691", VIN)
PHONE = "013800138000"
TERMINAL = Device("term-1", "jt808", "13800138000", secret="CODE-77")


def report(command: int = 2, vin: str = VIN, start: gb17691.Start = gb17691.Start.GB17691) -> bytes:
    """Return a vehicle's frame with an empty report."""
    unit = bytes([26, 1, 1, 8, 0, 0])
    return gb17691.write_frame(gb17691.Envelope(command, vin, start=start), unit)


def test_a_vehicle_logs_in_reports_and_logs_out_without_answers(tmp_path: Path) -> None:
    async def scene() -> None:
        wires = [report(1), report(2), report(3, start=gb17691.Start.HJ1239), report(4)]
        async with running(tmp_path, [TRUCK]) as rig:
            line = await rig.dial("gb17691")
            line.send(b"".join(wires))
            await until(lambda: len(rig.frames) == 4)
            assert [received.raw for received in rig.frames] == wires
            assert {(received.family, received.device) for received in rig.frames} == {("gb17691", "truck-1")}
            assert await line.is_silent(0.05)
            await line.hang_up()

    asyncio.run(scene())


def test_a_vin_in_small_letters_is_the_same_vehicle(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, [TRUCK]) as rig:
            line = await rig.dial("gb17691")
            line.send(report(1, vin=VIN.lower()))
            await until(lambda: [received.device for received in rig.frames] == ["truck-1"])
            await line.hang_up()

    asyncio.run(scene())


def test_an_unknown_vehicle_is_quarantined_and_cut_off(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, [TRUCK]) as rig:
            line = await rig.dial("gb17691")
            line.send(report(1, vin="L" * 17))
            assert await line.is_closed()
            await until(lambda: len(rig.strangers) == 1)
            assert (rig.strangers[0].key, rig.strangers[0].reason) == ("L" * 17, Reason.UNKNOWN)
            assert rig.frames == []
            await line.hang_up()

    asyncio.run(scene())


def test_a_damaged_report_of_a_known_vehicle_stays_as_evidence(tmp_path: Path) -> None:
    async def scene() -> None:
        bad = bytearray(report())
        bad[-2] ^= 1
        async with running(tmp_path, [TRUCK]) as rig:
            line = await rig.dial("gb17691")
            line.send(report(1) + bytes(bad) + report(4))
            await until(lambda: len(rig.frames) == 3)
            assert rig.frames[1].verdict == ("check-byte-wrong",)
            assert rig.frames[1].raw == bytes(bad)
            await line.hang_up()

    asyncio.run(scene())


def test_damage_that_names_nobody_is_counted_alone(tmp_path: Path) -> None:
    async def scene() -> None:
        bad = bytearray(report(vin="L" * 17))
        bad[-1] ^= 1
        async with running(tmp_path, [TRUCK]) as rig:
            line = await rig.dial("gb17691")
            line.send(bytes(bad))
            await until(lambda: rig.metric("frames_refused_total", family="gb17691", reason="bad") == 1)
            assert (rig.frames, rig.strangers) == ([], [])
            await line.hang_up()

    asyncio.run(scene())


def test_a_vehicle_frame_cut_short_does_not_hold_up_the_next_connection_long(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, [TRUCK]) as rig:
            line = await rig.dial("gb17691")
            line.send(report()[:-5])
            line.writer.write_eof()
            assert await line.is_closed()
            await line.hang_up()

    asyncio.run(scene())


# -- JT/T 808 --------------------------------------------------------------------------------------------------------


def terminal(message_id: int, body: bytes = b"", serial: int = 1, phone: str = PHONE, **header: object) -> bytes:
    """Return a terminal's frame."""
    return write_frame(Header(message_id, phone, serial, **header), body)  # type: ignore[arg-type]


async def said(line: Line, reader: FrameReader) -> Frame:
    """Return the platform's next frame."""
    async with asyncio.timeout(60):
        while (frame := reader.next_event()) is None:
            data = await line.reader.read(4096)
            assert data, "the gateway has closed the connection"
            reader.receive_data(data)
    assert frame.faults == ()
    return frame


REGISTRATION = write_registration(Registration(11, 105, "MAKER", "MODEL", "T1", 2, "京A12345", 2013))
LOGIN = write_authentication(Authentication("CODE-77"))


def test_a_terminal_registers_authenticates_and_reports(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, [TERMINAL]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(terminal(MessageId.REGISTER, REGISTRATION, 1))
            assert read_content(await said(line, reader)) == RegistrationAnswer(1, 0, "CODE-77")
            line.send(terminal(MessageId.AUTHENTICATE, LOGIN, 2) + terminal(MessageId.HEARTBEAT, b"", 3))
            assert read_content(await said(line, reader)) == Answer(2, MessageId.AUTHENTICATE, 0)
            assert read_content(await said(line, reader)) == Answer(3, MessageId.HEARTBEAT, 0)
            line.send(terminal(MessageId.LOCATION, bytes(28), 4) + terminal(MessageId.LOGOUT, b"", 5))
            assert read_content(await said(line, reader)) == Answer(4, MessageId.LOCATION, 0)
            assert read_content(await said(line, reader)) == Answer(5, MessageId.LOGOUT, 0)
            assert [received.device for received in rig.frames] == ["term-1"] * 5
            line.send(terminal(MessageId.TERMINAL_ANSWER, bytes(5), 6))
            await until(lambda: len(rig.frames) == 6)
            assert await line.is_silent(0.05)
            await line.hang_up()

    asyncio.run(scene())


def test_the_serials_of_the_platform_count_up(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, [replace(TERMINAL, secret=None)]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(b"".join(terminal(MessageId.HEARTBEAT, b"", number) for number in range(3)))
            headers = [(await said(line, reader)).header for _ in range(3)]
            assert [header.serial for header in headers if header] == [0, 1, 2]
            await line.hang_up()

    asyncio.run(scene())


def test_a_terminal_of_2019_with_twenty_digits_and_without_a_secret_reports_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, [replace(TERMINAL, secret=None)]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(terminal(MessageId.LOCATION, bytes(28), 9, "13800138000".zfill(20), version=1))
            frame = await said(line, reader)
            assert read_content(frame) == Answer(9, MessageId.LOCATION, 0)
            assert frame.header is not None
            assert frame.header.version == 1
            await line.hang_up()

    asyncio.run(scene())


@pytest.mark.parametrize("key", ["13800138000", PHONE, "13800138000".zfill(20)])
def test_zeros_before_the_phone_do_not_matter(tmp_path: Path, key: str) -> None:
    async def scene() -> None:
        async with running(tmp_path, [replace(TERMINAL, key=key, secret=None)]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(terminal(MessageId.HEARTBEAT, phone="13800138000".zfill(20), version=1))
            assert read_content(await said(line, reader)) == Answer(1, MessageId.HEARTBEAT, 0)
            await line.hang_up()

    asyncio.run(scene())


def test_an_unknown_terminal_is_told_so_and_quarantined(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, []) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(terminal(MessageId.REGISTER, REGISTRATION, 1))
            assert read_content(await said(line, reader)) == RegistrationAnswer(1, 4, "")
            assert await line.is_closed()
            await until(lambda: len(rig.strangers) == 1)
            assert (rig.strangers[0].key, rig.strangers[0].reason) == ("13800138000", Reason.UNKNOWN)
            await line.hang_up()

    asyncio.run(scene())


@pytest.mark.parametrize(
    "wire",
    [terminal(MessageId.AUTHENTICATE, b"WRONG"), terminal(MessageId.LOCATION, bytes(28))],
    ids=["wrong code", "no code"],
)
def test_a_terminal_without_its_code_is_refused_and_nothing_of_it_is_stored(tmp_path: Path, wire: bytes) -> None:
    async def scene() -> None:
        async with running(tmp_path, [TERMINAL]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(wire)
            answer = read_content(await said(line, reader))
            assert isinstance(answer, Answer)
            assert answer.result == 1
            assert await line.is_closed()
            await until(lambda: len(rig.strangers) == 1)
            assert rig.strangers[0].reason == Reason.SECRET
            assert rig.frames == []
            await line.hang_up()

    asyncio.run(scene())


def test_another_phone_on_an_authenticated_connection_needs_its_own_code(tmp_path: Path) -> None:
    async def scene() -> None:
        other = Device("term-2", "jt808", "13900139000", secret="OTHER")
        async with running(tmp_path, [TERMINAL, other]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(terminal(MessageId.AUTHENTICATE, LOGIN))
            await said(line, reader)
            line.send(terminal(MessageId.LOCATION, bytes(28), phone="013900139000"))
            answer = read_content(await said(line, reader))
            assert isinstance(answer, Answer)
            assert answer.result == 1
            assert await line.is_closed()
            assert [received.device for received in rig.frames] == ["term-1"]
            await line.hang_up()

    asyncio.run(scene())


def test_a_terminal_from_a_wrong_address_is_not_registered(tmp_path: Path) -> None:
    async def scene() -> None:
        device = replace(TERMINAL, networks=(ip_network("10.0.0.0/8"),))
        async with running(tmp_path, [device]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(terminal(MessageId.REGISTER, REGISTRATION, 1))
            assert read_content(await said(line, reader)) == RegistrationAnswer(1, 4, "")
            assert await line.is_closed()
            await until(lambda: [stranger.reason for stranger in rig.strangers] == [Reason.ADDRESS])
            await line.hang_up()

    asyncio.run(scene())


def test_each_part_is_answered_and_missing_parts_are_asked_for(tmp_path: Path) -> None:
    async def scene() -> None:
        clock = [datetime(2026, 1, 1, tzinfo=BEIJING)]
        async with running(tmp_path, [replace(TERMINAL, secret=None)], now=lambda: clock[0]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(terminal(MessageId.BATCH, b"\x00", 10, part=(1, 3)))
            line.send(terminal(MessageId.BATCH, b"\x02", 12, part=(3, 3)))
            assert read_content(await said(line, reader)) == Answer(10, MessageId.BATCH, 0)
            assert read_content(await said(line, reader)) == Answer(12, MessageId.BATCH, 0)
            clock[0] = clock[0].replace(second=10)
            wanted = await said(line, reader)
            assert wanted.header is not None
            assert wanted.header.message_id == MessageId.MISSING_PARTS
            assert wanted.body.hex() == "000a010002"  # first serial 10, one part, number 2 (JT/T 808-2013, 8.5)
            line.send(terminal(MessageId.BATCH, b"\x01", 11, part=(2, 3)))
            assert read_content(await said(line, reader)) == Answer(11, MessageId.BATCH, 0)
            assert len(rig.frames) == 3
            await line.hang_up()

    asyncio.run(scene())


def test_a_terminal_asks_for_the_time(tmp_path: Path) -> None:
    async def scene() -> None:
        now = datetime(2026, 1, 1, 8, 0, 1, tzinfo=BEIJING)
        async with running(tmp_path, [replace(TERMINAL, secret=None)], now=lambda: now) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(terminal(MessageId.TIME_QUERY))
            answer = await said(line, reader)
            assert answer.header is not None
            assert answer.header.message_id == MessageId.TIME_ANSWER
            assert answer.body.hex() == "260101000001"
            await line.hang_up()

    asyncio.run(scene())


def test_damage_is_evidence_only_after_authentication(tmp_path: Path) -> None:
    async def scene() -> None:
        bad = bytearray(terminal(MessageId.LOCATION, bytes(28), 5))
        bad[-2] ^= 1
        async with running(tmp_path, [TERMINAL]) as rig:
            line, reader = await rig.dial("jt808"), FrameReader()
            line.send(bytes(bad) + terminal(MessageId.REGISTER, REGISTRATION, 1) + bytes(bad))
            await said(line, reader)
            await until(lambda: rig.metric("frames_refused_total", family="jt808", reason="bad") == 2)
            line.send(terminal(MessageId.AUTHENTICATE, LOGIN, 2) + bytes(bad))
            await said(line, reader)
            await until(lambda: len(rig.frames) == 3)
            assert rig.frames[-1].verdict == ("check-byte-wrong",)
            assert await line.is_silent(0.05)
            await line.hang_up()

    asyncio.run(scene())
