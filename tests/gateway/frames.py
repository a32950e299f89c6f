"""Frames and devices for the gateway's tests, small enough to check by hand."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from lantian.gateway.received import Received
from lantian.gateway.registry import Channel, Device
from lantian.protocols.hj212.frames import write_frame

AT = datetime.fromisoformat("2026-11-26T12:00:30+08:00")
"""When the first frame comes: half a minute after noon in Beijing."""

PM25 = Channel("a34004", "a34004", "site-1", "µg/m³", scale=1.0, low=0, high=1000)
TSP = Channel("TSP", "a34001", "site-1", "µg/m³", scale=1000.0, low=0, high=5000)
NOISE = Channel("LA", "LA", "site-1", "dB", low=30, high=130)
SO2 = Channel("a21026", "a21026", "site-1", "mg/m³", low=0, high=300)


def device(identity: str = "d1", *, period_s: int = 0, interval_s: int = 60, tolerated: tuple[str, ...] = ()) -> Device:
    """A dust device with four channels."""
    channels = {one.code: one for one in (PM25, TSP, NOISE, SO2)}
    return Device(
        identity,
        "hj212",
        f"MN{identity}",
        channels=channels,
        period_s=period_s,
        interval_s=interval_s,
        point="site-1",
        tolerated=frozenset(tolerated),
    )


def hj212(cn: str, area: str, **header: str) -> bytes:
    """Return a frame with a command and a CP area, as it is kept: without its line end."""
    fields: Mapping[str, str] = (
        {"QN": "20261126120029123", "ST": "39", "CN": cn, "PW": "123456", "MN": "A" * 24} | {"Flag": "4"} | header
    )
    head = "".join(f"{key}={value};" for key, value in fields.items())
    return write_frame(f"{head}CP=&&{area}&&".encode())[:-2]


def received(
    raw: bytes, seq: int = 1, *, identity: str = "d1", family: str = "hj212", verdict: tuple[str, ...] = ()
) -> Received:
    """Return a spooled frame; each comes a second after the one before."""
    at = AT + timedelta(seconds=seq - 1)
    return Received(seq, int(at.timestamp() * 1e6), family, identity, "127.0.0.1:4000", verdict, raw)
