"""HJ 212 devices at the gateway's real sockets: what is answered is stored, and in order."""

import asyncio
import errno
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from lantian.gateway.quarantine import Reason
from lantian.gateway.registry import Device
from lantian.protocols.hj212.frames import FrameReader
from lantian.protocols.hj212.messages import read_message
from lantian.protocols.hj212.writing import Address
from tests.gateway.rig import ADDRESS, AT, DUST, MN, qn, running, say, until, upload
from tests.gateway.test_spool import FullDisk


def answered(raw: bytes) -> str:
    """Return the QN of a spooled frame."""
    reader = FrameReader()
    reader.receive_data(raw)
    frame = reader.next_event()
    assert frame is not None
    return read_message(frame).qn or ""


def test_an_upload_is_answered_with_its_qn_after_it_is_in_the_spool(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(upload(7))
            answer = await line.message()
            assert (answer.cn, answer.qn, answer.st, answer.mn, answer.flag) == ("9014", qn(7), "91", MN, 4)
            assert answer.faults == ()
            [received] = rig.frames
            assert (received.seq, received.family, received.device, received.verdict) == (1, "hj212", "dust-1", ())
            assert received.raw == upload(7).removesuffix(b"\r\n")
            await line.hang_up()

    asyncio.run(scene())


def test_answers_keep_the_order_of_the_frames_however_they_are_cut(tmp_path: Path) -> None:
    async def scene() -> None:
        wire = b"".join(upload(number) for number in range(200))
        async with running(tmp_path) as rig:
            line = await rig.dial()
            for start in range(0, len(wire), 997):
                line.send(wire[start : start + 997])
                await asyncio.sleep(0)
            assert [(await line.message()).qn for _ in range(200)] == [qn(number) for number in range(200)]
            assert [answered(received.raw) for received in rig.frames] == [qn(number) for number in range(200)]
            await line.hang_up()

    asyncio.run(scene())


def test_an_upload_that_wants_no_answer_gets_none(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(upload(1, wants_answer=False) + upload(2))
            assert (await line.message()).qn == qn(2)
            assert len(rig.frames) == 2
            await line.hang_up()

    asyncio.run(scene())


def test_a_duplicate_is_answered_again_and_kept_as_another_frame(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(upload(1) + upload(1))
            assert [(await line.message()).qn for _ in range(2)] == [qn(1), qn(1)]
            assert [received.seq for received in rig.frames] == [1, 2]
            await line.hang_up()

    asyncio.run(scene())


def test_each_packet_of_a_split_message_is_answered(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            for number in (1, 2):
                wire = say("2011", {"a34004-Rtd": "1"}, qn=qn(number), flag="7")
                line.send(wire)  # PNUM and PNO are missing, as some devices do it: it is answered all the same
                assert (await line.message()).qn == qn(number)
            assert len(rig.frames) == 2
            await line.hang_up()

    asyncio.run(scene())


@pytest.mark.parametrize("cn", ["1013", "9015"])
def test_a_notice_and_a_heartbeat_are_answered_with_9013(tmp_path: Path, cn: str) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(say(cn, {}, qn=qn(1)))
            answer = await line.message()
            assert (answer.cn, answer.qn) == ("9013", qn(1))
            await line.hang_up()

    asyncio.run(scene())


def test_a_wrong_check_sum_gets_no_answer_and_stays_as_evidence(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            bad = upload(1).replace(b"a34004-Rtd=1.0", b"a34004-Rtd=9.9")
            line.send(upload(0) + bad + upload(2))
            assert [(await line.message()).qn for _ in range(2)] == [qn(0), qn(2)]
            assert [received.verdict for received in rig.frames] == [(), ("crc-wrong",), ()]
            assert rig.metric("frame_faults_total", family="hj212", fault="crc-wrong") == 1
            await line.hang_up()

    asyncio.run(scene())


def test_damage_of_an_unknown_device_is_counted_and_not_kept(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, devices=()) as rig:
            line = await rig.dial()
            line.send(upload(1).replace(b"=1.0", b"=9.9"))
            await until(lambda: rig.metric("frames_refused_total", family="hj212", reason="bad") == 1)
            assert (rig.frames, rig.strangers) == ([], [])
            line.send(upload(1).replace(b"=1.0", b"=9.9") * 30)
            assert await line.is_closed()
            await line.hang_up()

    asyncio.run(scene())


def test_a_repair_counts_only_for_the_device_that_is_allowed_it(tmp_path: Path) -> None:
    async def scene() -> None:
        wire = upload(1)
        swapped = wire[:-6] + wire[-4:-2] + wire[-6:-4] + b"\r\n"
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(swapped + upload(2))
            assert (await line.message()).qn == qn(2)
            rig.devices["dust-1"] = replace(DUST, tolerated=frozenset({"crc-bytes-swapped"}))
            line.send(swapped)
            assert (await line.message()).qn == qn(1)
            assert [received.verdict for received in rig.frames] == [("crc-bytes-swapped",), (), ("crc-bytes-swapped",)]
            await line.hang_up()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("device", "reason", "answer"),
    [
        (replace(DUST, key="A" * 24), Reason.UNKNOWN, "4"),
        (replace(DUST, secret="654321"), Reason.SECRET, "3"),
        (replace(DUST, networks=(ip_network("10.0.0.0/8"),)), Reason.ADDRESS, "4"),
    ],
    ids=["unknown", "secret", "address"],
)
def test_a_stranger_is_quarantined_refused_where_it_asked_and_cut_off(
    tmp_path: Path, device: Device, reason: Reason, answer: str
) -> None:
    async def scene() -> None:
        async with running(tmp_path, devices=[device]) as rig:
            line = await rig.dial()
            line.send(say("3019", {}, qn=qn(1)))
            refused = await line.message()
            assert (refused.cn, refused.qn, refused.parameters) == ("9011", qn(1), {"QnRtn": answer})
            assert await line.is_closed()
            await line.hang_up()
            other = await rig.dial()
            other.send(upload(5))
            assert await other.is_closed()
            await other.hang_up()
            await until(lambda: sum(stranger.frames for stranger in rig.strangers) == 2)
            last = rig.strangers[-1]
            assert (last.family, last.key, last.reason) == ("hj212", MN, reason)
            assert last.raw == upload(5).removesuffix(b"\r\n")
            assert last.peer.startswith("127.0.0.1:")
            assert rig.frames == []

    asyncio.run(scene())


def test_a_logger_speaks_for_several_devices_and_a_stranger_among_them_does_not_cut_it_off(tmp_path: Path) -> None:
    async def scene() -> None:
        second, third = (Address(st="39", mn=letter * 24, pw="1") for letter in "BC")
        async with running(tmp_path, devices=[DUST, Device("dust-2", "hj212", "B" * 24)]) as rig:
            line = await rig.dial()
            line.send(upload(1) + upload(2, address=second) + upload(3, address=third) + upload(4))
            assert [(await line.message()).qn for _ in range(3)] == [qn(1), qn(2), qn(4)]
            assert [received.device for received in rig.frames] == ["dust-1", "dust-2", "dust-1"]
            await line.hang_up()

    asyncio.run(scene())


def test_a_device_that_hangs_up_at_once_is_still_answered(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(upload(1))
            line.writer.write_eof()
            assert (await line.message()).qn == qn(1)
            assert await line.is_closed()
            await line.hang_up()

    asyncio.run(scene())


def test_a_full_disk_stops_reading_and_answering_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(upload(0))
            assert (await line.message()).qn == qn(0)
            disk.error = errno.ENOSPC
            line.send(upload(1))
            await until(lambda: rig.metric("spool_full") == 1)
            line.send(b"".join(upload(number) for number in range(2, 400)))
            other = await rig.dial()
            other.send(upload(400))
            assert await line.is_silent()
            assert await other.is_silent(0.05)
            assert len(rig.frames) == 1
            disk.error = 0
            assert [(await line.message()).qn for _ in range(399)] == [qn(number) for number in range(1, 400)]
            assert (await other.message()).qn == qn(400)
            assert [received.seq for received in rig.frames] == list(range(1, 402))
            assert rig.metric("spool_full") == 0
            await line.hang_up()
            await other.hang_up()

    disk = FullDisk(monkeypatch)
    asyncio.run(scene())


def test_what_was_answered_is_there_after_a_restart_and_numbers_go_on(tmp_path: Path) -> None:
    async def scene(number: int) -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(upload(number))
            assert (await line.message()).qn == qn(number)
            assert [answered(received.raw) for received in rig.frames] == [qn(n) for n in range(number + 1)]
            await line.hang_up()

    for number in range(3):
        asyncio.run(scene(number))


def test_a_stop_in_the_middle_answers_what_is_stored_and_nothing_else(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(b"".join(upload(number) for number in range(300)))
            first = await line.message()
            rig.gateway.stop()
            frames = rig.spool.folder
        said = [first.qn]
        while data := await line.reader.read(65536):
            line.frames.receive_data(data)
            while frame := line.frames.next_event():
                said.append(read_message(frame).qn)
        await line.hang_up()
        stored = [answered(received.raw) for received in rig.frames]
        assert frames == tmp_path
        assert said == stored == [qn(number) for number in range(len(said))]

    asyncio.run(scene())


def test_a_clock_set_back_changes_neither_order_nor_answers(tmp_path: Path) -> None:
    clock = [datetime(2026, 1, 1, tzinfo=UTC)]

    async def scene() -> None:
        async with running(tmp_path, now=lambda: clock[0]) as rig:
            line = await rig.dial()
            for number in range(3):
                line.send(upload(number))
                assert (await line.message()).qn == qn(number)
                clock[0] -= timedelta(hours=1)
            times = [received.received_at for received in rig.frames]
            assert times == sorted(times, reverse=True)
            assert [received.seq for received in rig.frames] == [1, 2, 3]
            await line.hang_up()

    asyncio.run(scene())


def test_replenished_data_hours_late_are_data_like_any_other(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, now=lambda: AT + timedelta(hours=17)) as rig:
            line = await rig.dial()
            line.send(say("2061", {"DataTime": "20190601110000", "a34004-Avg": "35"}, qn=qn(1)))
            answer = await line.message()
            assert (answer.cn, answer.qn) == ("9014", qn(1))
            assert rig.frames[0].received_at == AT + timedelta(hours=17)
            await line.hang_up()

    asyncio.run(scene())


def test_the_password_is_never_logged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def scene() -> None:
        async with running(tmp_path, devices=[replace(DUST, secret="S3cr3tPW")]) as rig:
            line = await rig.dial()
            line.send(upload(1, address=replace(ADDRESS, pw="Wr0ngPW")) + upload(2))
            assert await line.is_closed()
            await line.hang_up()

    asyncio.run(scene())
    shown = "".join(capsys.readouterr())
    assert "S3cr3tPW" not in shown + repr(DUST)
    assert "Wr0ngPW" not in shown


def test_the_monitor_shows_metrics_and_health(tmp_path: Path) -> None:
    async def get(port: int, path: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            line.send(upload(1))
            await line.message()
            metrics = await get(rig.gateway.monitor_port, "/metrics")
            assert metrics.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain")
            assert b'lantian_gateway_frames_stored_total{family="hj212"} 1.0' in metrics
            assert b'lantian_gateway_connections{family="hj212"} 1.0' in metrics
            assert (await get(rig.gateway.monitor_port, "/healthz")).startswith(b"HTTP/1.1 200 ")
            assert (await get(rig.gateway.monitor_port, "/other")).startswith(b"HTTP/1.1 404 ")
            await line.hang_up()

    asyncio.run(scene())


def test_a_broken_disk_ends_the_gateway_so_that_it_is_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            disk.error = errno.EIO
            line.send(upload(1))
            assert await line.is_closed()
            disk.error = 0
            await line.hang_up()

    disk = FullDisk(monkeypatch)
    with pytest.raises(Exception, match=os.strerror(errno.EIO)):
        asyncio.run(scene())


def test_a_stop_while_the_disk_is_full_ends_without_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            line = await rig.dial()
            disk.error = errno.ENOSPC
            line.send(upload(1))
            await until(lambda: rig.metric("spool_full") == 1)
            rig.gateway.stop()
            assert await line.is_closed()
            assert rig.frames == []
            await line.hang_up()

    disk = FullDisk(monkeypatch)
    asyncio.run(scene())


def test_a_frame_that_cannot_be_handled_ends_its_connection_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(frame: object) -> None:
        raise RuntimeError("a mistake of ours")

    async def scene() -> None:
        async with running(tmp_path) as rig:
            line, other = await rig.dial(), await rig.dial()
            with monkeypatch.context() as patch:
                patch.setattr("lantian.gateway.listeners.hj212.read_upload_head", broken)
                line.send(upload(1))
                assert await line.is_closed()
            other.send(upload(2))
            assert (await other.message()).qn == qn(2)
            assert rig.metric("connections_closed_total", reason="failed") == 1
            await line.hang_up()
            await other.hang_up()

    asyncio.run(scene())


def test_a_quarantine_that_is_away_does_not_stop_the_gateway(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path) as rig:
            plain, troubles = rig.strangers.extend, [RuntimeError("the database is away")]

            def extend(strangers: object) -> None:
                if troubles:
                    raise troubles.pop()
                plain(strangers)  # type: ignore[arg-type]

            around = replace(rig.gateway._around, turned_away=extend)
            rig.gateway._around = around
            for _ in range(2):
                line = await rig.dial()
                line.send(upload(1, address=replace(ADDRESS, mn="F" * 24)))
                assert await line.is_closed()
                await line.hang_up()
                await until(lambda: not troubles)
            await until(lambda: len(rig.strangers) == 1)
            assert rig.strangers[0].key == "F" * 24

    asyncio.run(scene())
