"""A small district on real sockets: every frame stored and answered, faults in values and truth, pictures."""

import asyncio
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from lantian.gateway.decoding import Decoder
from lantian.gateway.orders import Order
from lantian.gateway.registry import Device
from lantian.gateway.simulators.camera import Cameras, snapshot_url
from lantian.gateway.simulators.district import SEED
from lantian.gateway.simulators.faults import begin
from lantian.gateway.simulators.picture import HEIGHT, WIDTH, picture
from lantian.gateway.simulators.run import Performance, Run
from lantian.gateway.simulators.stage import Clock, Stage
from lantian.gateway.simulators.truth import Records, stopped
from lantian.gateway.simulators.wire import Wire
from lantian.kernel.instants import BEIJING
from tests.gateway.rig import Rig, running, until
from tests.gateway.simulated import NOON, few, member, registered

DEVICES = [registered(one) for one in few().members]


def performance(rig: Rig, folder: Path, **changed: object) -> Performance:
    ports = {str(family): port for family, port in rig.gateway.ports.items()}
    return Performance("127.0.0.1", ports, folder, **changed)  # type: ignore[arg-type]


def connected(run: Run, family: str) -> list[Wire]:
    return [wire for wire in run.wires if wire.terminal.member.family == family and wire.is_open]


@pytest.mark.row("S16")
def test_a_district_reports_over_real_sockets_and_every_frame_is_stored_answered_and_understood(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path / "spool", DEVICES) as rig:
            run = Run(few(), performance(rig, tmp_path, duration_s=6.0))
            await run.run()
            status = Records(tmp_path).status()
            fixed, trucks = status["families"]["hj212"], status["families"]["jt808"]
            assert fixed["sent"] >= 16
            assert trucks["sent"] >= 4 * 3
            for family in (fixed, trucks):
                assert family["acknowledged"] == family["sent"]
                assert (family["resent"], family["lost"]) == (0, 0)
            assert rig.strangers == []
            judge(rig, DEVICES)

    asyncio.run(scenario())


def judge(rig: Rig, devices: list[Device]) -> None:
    """Decode what the spool holds: nothing bad, readings of every fixed device, positions of every truck."""
    known, decoder = {device.id: device for device in devices}, Decoder()
    decoded = [decoder.decode(received, known[received.device]) for received in rig.frames]
    assert [one.seen for one in decoded if one.seen.kind == "bad"] == []
    heard = {one.seen.received.device for one in decoded if one.seen.values}
    assert heard >= {device.id for device in devices if device.family != "gb17691"}
    assert all(one.seen.valid == one.seen.values for one in decoded if one.seen.received.device.startswith("sim-micro"))


def test_one_command_after_another_is_carried_out_under_the_devices_own_system_code(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path / "spool", DEVICES) as rig:
            run = Run(few(), performance(rig, tmp_path))
            playing = asyncio.create_task(run.run())
            await until(lambda: any(frame.device == "sim-micro-001" for frame in rig.frames))
            now = datetime.now(UTC)
            begins, ends = (f"{now.astimezone(BEIJING) - timedelta(minutes=back):%Y%m%d%H%M00}" for back in (5, 3))
            wanted: tuple[tuple[str, dict[str, str]], ...]
            wanted = (("1011", {"PolId": "a34004"}), ("2051", {"BeginTime": begins, "EndTime": ends}), ("3017", {}))
            for number, (code, told) in enumerate(wanted, 1):
                order = Order(number, "sim-micro-001", code, told, now + timedelta(minutes=1))
                rig.orders.queued.append(order)
            await until(lambda: rig.orders.states[-1:] == ["refused"])
            assert rig.orders.states == ["sent", "accepted", "done"] * 2 + ["sent", "refused"]
            known, decoder = registered(member("sim-micro-001")), Decoder()
            mine = [decoder.decode(one, known) for one in rig.frames if one.device == "sim-micro-001"]
            asked = [one.seen for one in mine if one.seen.code == "2051" and one.seen.period_s == 60]
            assert len({seen.data_time for seen in asked}) >= 3
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)

    asyncio.run(scenario())


def test_diesels_that_drive_send_ten_rows_a_report(tmp_path: Path) -> None:
    """Played a hundred times as fast from a moment at which one drives, until the real now is far away."""
    stage = Stage(few(), scenario="calm", seed=SEED, begun=NOON)
    diesels = few().of_kind("heavy-diesel")
    starts = [NOON - timedelta(hours=hours) for hours in range(1, 48)]
    trips = [trip for start in starts for one in diesels if (trip := stage.traffic.trip(one, start.timestamp()))]
    begin_at = datetime.fromtimestamp(max(trip.start for trip in trips), UTC)

    async def scenario() -> None:
        async with running(tmp_path / "spool", DEVICES) as rig:
            run = Run(few(), performance(rig, tmp_path, duration_s=4.0, speed=30.0, begin=begin_at))
            await run.run()
            known, decoder = {device.id: device for device in DEVICES}, Decoder()
            mine = [one for one in rig.frames if one.family == "gb17691"]
            decoded = [decoder.decode(received, known[received.device]) for received in mine]
            codes = [one.seen.code for one in decoded]
            assert codes[0] == "0x01"
            reports = [one for one in decoded if one.seen.code in ("0x02", "0x03")]
            assert len(reports) >= 5
            assert all(len(one.engine) == 10 for one in reports)

    asyncio.run(scenario())


def test_a_wish_of_the_control_page_is_fulfilled_stopped_and_kept_as_truth(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path / "spool", DEVICES) as rig:
            run, records = Run(few(), performance(rig, tmp_path)), Records(tmp_path)
            records.ask({"action": "start", "fault": "frozen", "device": "sim-dust-002", "minutes": 1})
            playing = asyncio.create_task(run.run())
            await until(lambda: bool(connected(run, "hj212")))
            records.ask({"action": "start", "fault": "frozen", "device": "sim-dust-001", "minutes": 5})
            records.ask({"action": "start", "fault": "episode", "minutes": 60})
            records.ask({"action": "start", "fault": "frozen", "device": "nobody", "minutes": 5})
            await until(lambda: len(records.truth()) == 2)
            frozen = next(truth for truth in records.truth() if truth.fault == "frozen")
            assert (frozen.device, frozen.point) == ("sim-dust-001", "sim-dust-001")
            assert frozen.end - frozen.start == timedelta(minutes=5)
            assert set(records.status()["active"]) == {truth.id for truth in records.truth()}
            records.ask({"action": "stop", "id": frozen.id})
            await until(lambda: all(truth.id != frozen.id or truth.end < frozen.end for truth in records.truth()))
            assert len(records.truth()) == 2
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            assert records.status()["running"] is False

    asyncio.run(scenario())


def test_a_gateway_that_comes_back_finds_the_devices_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path / "spool", DEVICES) as rig:
            run = Run(few(), performance(rig, tmp_path))
            playing = asyncio.create_task(run.run())
            await until(lambda: len(connected(run, "hj212")) == 16)
            for link in list(rig.gateway._intake.open):
                link.close("test")
            await until(lambda: len(connected(run, "hj212")) < 16)
            await until(lambda: len(connected(run, "hj212")) == 16)
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)

    asyncio.run(scenario())


def test_where_real_data_have_come_nobody_plays(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path / "spool", DEVICES) as rig:
            Records(tmp_path).close()
            run = Run(few(), performance(rig, tmp_path))
            playing = asyncio.create_task(run.run())
            await asyncio.sleep(0.3)
            assert rig.frames == []
            assert not any(wire.is_open for wire in run.wires)
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)

    asyncio.run(scenario())


def test_the_faults_of_a_scenario_are_noted_once(tmp_path: Path) -> None:
    """Played from a moment at which one is on; at which hours faults begin depends on the date."""
    stage = Stage(few(), scenario="faults", seed=SEED, begun=NOON)
    fault = stage.schedule.between(NOON.timestamp(), (NOON + timedelta(days=2)).timestamp())[0]
    begin_at = datetime.fromtimestamp(fault.start + 1, UTC)

    async def scenario() -> None:
        async with running(tmp_path / "spool", DEVICES) as rig:
            for _ in range(2):
                await Run(few(), performance(rig, tmp_path, scenario="faults", duration_s=0.2, begin=begin_at)).run()
            assert fault.id in {truth.id for truth in Records(tmp_path).truth()}
        lines = (tmp_path / "simulation" / "truth.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(set(lines)) == len(Records(tmp_path).truth())

    asyncio.run(scenario())


def test_a_new_run_goes_on_with_what_an_earlier_one_was_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path / "spool", DEVICES) as rig:
            records, now = Records(tmp_path), datetime.now(UTC).timestamp()
            wished = begin("frozen", "sim-dust-001", now - 60, minutes=5)
            over = begin("frozen", "sim-dust-002", now - 600, minutes=5)
            records.note([wished, over], {})
            run = Run(few(), performance(rig, tmp_path, duration_s=0.2))
            await run.run()
            assert run.stage.active(now) == [wished]
            records.note([stopped(wished, now - 1)], {})
            again = Run(few(), performance(rig, tmp_path, duration_s=0.2))
            await again.run()
            assert again.stage.active(now) == []

    asyncio.run(scenario())


def test_a_torn_line_of_the_files_is_left_out(tmp_path: Path) -> None:
    records = Records(tmp_path)
    assert records.wishes() == []
    records.note([begin("frozen", "sim-dust-001", 0.0)], {"sim-dust-001": "sim-dust-001"})
    with (tmp_path / "simulation" / "truth.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "torn')
    assert [truth.fault for truth in records.truth()] == ["frozen"]
    records.ask({"action": "start", "fault": "dust"})
    with (tmp_path / "simulation" / "control.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"action": "st')
    assert [row["fault"] for row in records.wishes()] == ["dust"]
    with (tmp_path / "simulation" / "control.jsonl").open("a", encoding="utf-8") as file:
        file.write('op", "id": "x"}\n')
    assert [row["action"] for row in records.wishes()] == ["stop"]


# pictures ---------------------------------------------------------------------------------------------------------


def pixels(png: bytes) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Read a PNG as written here: one IDAT, 8-bit RGB, filter 0 in every row (RFC 2083)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    while at < len(png):
        size, name = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        content = png[at + 8 : at + 8 + size]
        assert int.from_bytes(png[at + 8 + size : at + 12 + size], "big") == zlib.crc32(name + content)
        data += content if name == b"IDAT" else b""
        at += 12 + size
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(HEIGHT, 1 + 3 * WIDTH)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(HEIGHT, WIDTH, 3)


def test_a_picture_shows_the_time_and_a_cloud_where_there_is_dust() -> None:
    clear, dusty = (pixels(picture("sim-dust-001", NOON, dust)).astype(int) for dust in (0.0, 1.0))
    assert clear[8:20, 8:160].max() == 255
    assert np.abs(dusty - clear)[100:190, 230:350].mean() > 25
    assert np.abs(dusty - clear)[:40, :100].mean() < 1
    later = pixels(picture("sim-dust-001", NOON + timedelta(seconds=1), 0.0)).astype(int)
    assert np.abs(later - clear)[8:20, 8:170].any()


def test_a_camera_gives_its_picture_by_http_and_nothing_else(tmp_path: Path) -> None:
    async def asked(port: int, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer

    async def scenario() -> None:
        stage = Stage(few(), scenario="calm", seed=SEED, begun=NOON)
        clock = Clock(NOON.timestamp(), lambda: 0.0, 0.0)
        stage.add(begin("dust", "sim-dust-001", NOON.timestamp() - 900))
        server = await Cameras(stage, clock).listen("127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        path = snapshot_url("sim-dust-001", port).removeprefix(f"http://127.0.0.1:{port}")
        head, _, body = (await asked(port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"Content-Length: %d" % len(body) in head
        assert pixels(body).shape == (HEIGHT, WIDTH, 3)
        for wrong in (b"GET /camera/nobody.png HTTP/1.1\r\n\r\n", b"POST /x HTTP/1.1\r\n\r\n"):
            assert (await asked(port, wrong)).startswith(b"HTTP/1.1 404")
        server.close()

    asyncio.run(scenario())


def test_members_of_the_district_have_a_camera_only_where_they_measure() -> None:
    stage = Stage(few(), scenario="calm", seed=SEED, begun=NOON)
    cameras = Cameras(stage, Clock(NOON.timestamp(), lambda: 0.0, 0.0))
    assert cameras.shot(member("sim-dust-001").point) is not None
    assert cameras.shot("sim-truck-0001") is None
