"""What one device, one connection or one address may ask, on real sockets: others go on."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from lantian.gateway.limits import Bucket, Limits
from lantian.gateway.registry import Device
from lantian.gateway.server import Listen, TlsUnusable, tls_context
from lantian.protocols.hj212.writing import Address
from tests.gateway.rig import DUST, qn, running, say, until, upload

OTHER_MN = "B" * 24
OTHER = Device("dust-2", "hj212", OTHER_MN)
OTHER_ADDRESS = Address(st="39", mn=OTHER_MN, pw="1")


def test_a_bucket_gives_the_burst_at_once_and_then_its_rate() -> None:
    bucket = Bucket(rate=10, burst=3)
    assert [bucket.take(100.0) for _ in range(5)] == pytest.approx([0, 0, 0, 0.1, 0.2])
    assert bucket.take(100.3) == pytest.approx(0)
    assert bucket.take(50.0) == pytest.approx(0.1)  # a clock set back gives nothing and takes nothing


def test_a_flood_from_one_device_is_slowed_and_does_not_delay_another(tmp_path: Path) -> None:
    async def scene() -> None:
        limits = Limits(frames_per_s=50, burst=20)
        async with running(tmp_path, [DUST, OTHER], limits) as rig:
            flood, calm = await rig.dial(), await rig.dial()
            started = asyncio.get_running_loop().time()
            flood.send(b"".join(upload(number) for number in range(2000)))
            waits = []
            for number in range(20):
                before = asyncio.get_running_loop().time()
                calm.send(upload(number, address=OTHER_ADDRESS))
                assert (await calm.message()).qn == qn(number)
                waits.append(asyncio.get_running_loop().time() - before)
                await asyncio.sleep(0.02)
            passed = asyncio.get_running_loop().time() - started
            flooded = sum(received.device == "dust-1" for received in rig.frames)
            assert flooded <= 20 + 50 * passed + 1
            assert sorted(waits)[len(waits) // 2] < 0.1
            assert rig.metric("pauses_total", reason="rate") > 0
            await flood.hang_up()
            await calm.hang_up()

    asyncio.run(scene())


def test_a_device_cannot_double_its_rate_with_a_second_connection(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, [DUST], Limits(frames_per_s=1, burst=10)) as rig:
            lines = [await rig.dial(), await rig.dial()]
            for line in lines:
                line.send(b"".join(upload(number) for number in range(30)))
            await until(lambda: len(rig.frames) >= 10)
            await asyncio.sleep(0.1)
            assert len(rig.frames) <= 12  # each connection is stopped by the frame that was one too many
            for line in lines:
                await line.hang_up()

    asyncio.run(scene())


def test_slowed_frames_are_all_taken_in_the_end(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, [DUST], Limits(frames_per_s=400, burst=5)) as rig:
            line = await rig.dial()
            line.send(b"".join(upload(number) for number in range(100)))
            assert [(await line.message()).qn for _ in range(100)] == [qn(number) for number in range(100)]
            await line.hang_up()

    asyncio.run(scene())


def test_more_connections_than_one_address_may_have_are_closed_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, limits=Limits(per_address=2, trusted=())) as rig:
            lines = [await rig.dial() for _ in range(3)]
            assert await lines[2].is_closed()
            lines[0].send(upload(1))
            assert (await lines[0].message()).qn == qn(1)
            await lines[1].hang_up()
            await until(lambda: rig.metric("connections", family="hj212") == 1)
            again = await rig.dial()
            again.send(upload(2))
            assert (await again.message()).qn == qn(2)
            assert rig.metric("connections_closed_total", reason="connections-per-address") == 1
            for line in (lines[0], lines[2], again):
                await line.hang_up()

    asyncio.run(scene())


def test_trusted_addresses_are_not_counted_but_the_total_is(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, limits=Limits(per_address=1, connections=3)) as rig:
            lines = [await rig.dial() for _ in range(4)]
            assert await lines[3].is_closed()
            assert await lines[2].is_silent(0.05)
            assert rig.metric("connections_closed_total", reason="connections") == 1
            for line in lines:
                await line.hang_up()

    asyncio.run(scene())


def test_a_frame_that_never_ends_ends_its_connection(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, limits=Limits(frame_bytes=2000)) as rig:
            line = await rig.dial("gb17691")
            line.send(b"##\x02" + b"L" * 17 + b"\x01\x01\xff\xff" + b"x" * 3000)
            assert await line.is_closed()
            assert rig.metric("connections_closed_total", reason="frame-bytes") == 1
            await line.hang_up()

    asyncio.run(scene())


def test_silence_before_the_first_frame_and_idleness_after_it_end_a_connection(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, limits=Limits(login_s=0.5, idle_s=1.5)) as rig:
            silent, device = await rig.dial(), await rig.dial()
            device.send(upload(1))
            await device.message()
            assert await silent.is_closed()
            assert rig.metric("connections_closed_total", reason="silent") == 1
            assert rig.metric("connections", family="hj212") == 1
            assert await device.is_closed()
            assert rig.metric("connections_closed_total", reason="idle") == 1
            await silent.hang_up()
            await device.hang_up()

    asyncio.run(scene())


def test_a_device_that_does_not_read_its_answers_is_not_read_and_in_the_end_cut_off(tmp_path: Path) -> None:
    async def scene() -> None:
        limits = Limits(frames_per_s=1e9, burst=1e9, write_bytes=4096, write_s=0.3)
        async with running(tmp_path, [DUST, OTHER], limits) as rig:
            deaf = socket.socket()
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", rig.gateway.ports["hj212"]))
            deaf.setblocking(False)
            wire = b"".join(upload(number) for number in range(1000))
            sending = asyncio.create_task(flood(deaf, wire))
            await until(lambda: rig.metric("pauses_total", reason="answers") > 0)
            calm = await rig.dial()
            calm.send(upload(5, address=OTHER_ADDRESS))
            assert (await calm.message()).qn == qn(5)
            await until(lambda: rig.metric("connections_closed_total", reason="slow") == 1)
            await sending
            deaf.close()
            await calm.hang_up()

    async def flood(deaf: socket.socket, wire: bytes) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                await loop.sock_sendall(deaf, wire)
        except ConnectionError:
            pass

    asyncio.run(scene())


def test_a_last_frame_without_its_end_is_read_when_nothing_follows(tmp_path: Path) -> None:
    async def scene() -> None:
        device = replace(DUST, tolerated=frozenset({"crc-without-leading-zero"}))
        wire = next(
            wire for number in range(1000) if (wire := upload(number))[-6:-5] == b"0"
        )  # a check sum that begins with 0, sent without it
        async with running(tmp_path, [device], Limits(quiet_s=0.05)) as rig:
            line = await rig.dial()
            line.send(wire[:-6] + wire[-5:-2])
            assert (await line.message()).cn == "9014"
            await line.hang_up()

    asyncio.run(scene())


def test_a_full_queue_stops_reading_until_the_disk_has_caught_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with running(tmp_path, limits=Limits(queue_bytes=5_000, frames_per_s=1e9, burst=1e9)) as rig:
            line = await rig.dial()
            line.send(b"".join(upload(number) for number in range(500)))
            assert [(await line.message()).qn for _ in range(500)] == [qn(number) for number in range(500)]
            assert rig.metric("pauses_total", reason="spool") > 0
            await line.hang_up()

    asyncio.run(scene())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-made certificate and its key, as files cert.pem and key.pem."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    line = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*line, *names, *files], check=True, capture_output=True)
    return folder


def test_tls_carries_frames_and_plain_text_is_not_understood(tmp_path: Path, certificate: Path) -> None:
    async def scene() -> None:
        listen = Listen("hj212", "127.0.0.1", 0, tls_context(certificate / "cert.pem", certificate / "key.pem"))
        async with running(tmp_path, listens=[listen]) as rig:
            trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
            line = await rig.dial(ssl=trusting)
            line.send(upload(1) + upload(2))
            assert [(await line.message()).qn for _ in range(2)] == [qn(1), qn(2)]
            await line.hang_up()
            plain = await rig.dial()
            plain.send(upload(3))
            assert await plain.is_closed()
            await plain.hang_up()
            assert len(rig.frames) == 2

    asyncio.run(scene())


def test_a_certificate_that_cannot_be_used_is_a_sentence(tmp_path: Path, certificate: Path) -> None:
    with pytest.raises(TlsUnusable, match="both have to be PEM"):
        tls_context(certificate / "cert.pem", tmp_path / "none.pem")


def test_noise_between_frames_is_named_and_stepped_over(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(tmp_path, limits=Limits(frames_per_s=1e9, burst=1e9)) as rig:
            line = await rig.dial()
            line.send(b"\r\n\r\n" + say("9015", {}, qn=qn(1)) + b"noise" + say("9015", {}, qn=qn(2)))
            assert [(await line.message()).qn for _ in range(2)] == [qn(1), qn(2)]
            assert [received.verdict for received in rig.frames] == [(), ("noise-before",)]
            await line.hang_up()

    asyncio.run(scene())


def test_a_device_that_reads_its_answers_after_all_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async def scene() -> None:
        count = 3000
        limits = Limits(frames_per_s=1e9, burst=1e9, write_bytes=4096)
        async with running(tmp_path, limits=limits) as rig:
            deaf = socket.socket()
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", rig.gateway.ports["hj212"]))
            deaf.setblocking(False)
            loop = asyncio.get_running_loop()
            wire = b"".join(upload(number) for number in range(count))
            sending = asyncio.create_task(loop.sock_sendall(deaf, wire))
            await until(lambda: rig.metric("pauses_total", reason="answers") > 0)
            heard = b""
            async with asyncio.timeout(60):
                while heard.count(b"CN=9014") < count:
                    heard += await loop.sock_recv(deaf, 65536)
            await sending
            deaf.close()
            assert len(rig.frames) == count

    asyncio.run(scene())
