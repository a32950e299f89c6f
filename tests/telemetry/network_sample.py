"""A small monitored district: devices of every kind with links, values, commands, windows, frames in a lake.

``lay(root, now)`` fills the record store and the lake. Numbers are chosen so that figures are known by hand: every
fixed device reports each minute and was first seen 24 whole hours before the hour of ``now``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa

from lantian.apps.accounts.models import Organisation
from lantian.apps.telemetry.models import (
    Camera,
    Channel,
    Command,
    Device,
    Instrument,
    Latest,
    Link,
    LinkHour,
    MaintenanceWindow,
    Point,
    PushDay,
    PushTarget,
    UnknownDevice,
)
from lantian.apps.telemetry.services import NewDevice, register_device
from lantian.kernel.instants import BEIJING, day_of
from lantian.lake import Lake
from lantian.lake.schema import FRAMES
from lantian.lake.streams import Stretch
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack
from lantian.protocols.hj212.frames import write_frame
from lantian.protocols.jt808.frames import Header
from lantian.protocols.jt808.frames import write_frame as write_808
from lantian.protocols.jt808.messages import Location
from lantian.protocols.jt808.writing import write_location
from tests.lake_copies import lay_copy

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MN = "110105AABBCC00000000{:04d}"
SPOOL = "spool-a"
FIXED = (
    ("station-1", "农展馆站", "Nongzhanguan", "station", 116.461, 39.937),
    ("micro-1", "双井微站", "Shuangjing", "micro", 116.462, 39.893),
    ("micro-2", "望京微站", "Wangjing", "micro", 116.470, 39.995),
    ("dust-1", "金泰里二期东门", "Jintaili east gate", "dust", 116.520, 39.870),
    ("dust-2", "观音堂安置房", "Guanyintang", "dust", 116.545, 39.872),
    ("stack-1", "高碑店热电 2# 炉", "Gaobeidian boiler 2", "stack", 116.530, 39.905),
    ("voc-1", "某汽修喷涂", "Paint shop", "voc", 116.500, 39.930),
    ("fume-1", "某餐饮油烟", "Restaurant", "fume", 116.445, 39.933),
)
SEEN = {"micro-2": 5 * HOUR, "dust-2": 10 * MINUTE}
"""Silence of the devices that are not quite on-line; all others reported 20 s ago."""


@dataclass(frozen=True)
class Network:
    """What a test may refer to."""

    lake: Lake
    now: datetime
    hour: datetime


def lay(root: Path, now: datetime) -> Network:
    """Fill the record store and a lake."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    builder, _ = Organisation.objects.get_or_create(code="builder", name_zh="某建设单位", name_en="A builder")
    keeper, _ = Organisation.objects.get_or_create(code="keeper", name_zh="某运维单位", name_en="A maintainer")
    for at, (name, zh, en, kind, east, north) in enumerate(FIXED, start=1):
        _fixed(at, (name, zh, en, kind, east, north), (builder, keeper), now)
    for at in range(1, 4):
        _vehicle(at, now)
    Point.objects.create(id="dust-3", name_zh="未装工地", name_en="No monitor", kind="dust", area_code="110105",
                         longitude=116.49, latitude=39.85)  # fmt: skip
    _upkeep(now)
    _others(now)
    return Network(_lake(root, hour, now), now, hour)


def _lake(root: Path, hour: datetime, now: datetime) -> Lake:
    """Return the lake under a folder: the one of this hour, as it was filled first."""
    folder = root / f"{hour:%Y%m%d%H}"
    if not folder.is_dir():
        lay_copy(f"network-{folder.name}", lambda made: _fill_lake(Lake(made), hour, now), folder)
    return Lake(folder)


def _fill_lake(lake: Lake, hour: datetime, now: datetime) -> None:
    _readings(lake, hour, now)
    _frames(lake, now)


def _fixed(at: int, row: tuple[str, str, str, str, float, float], who: Sequence[Organisation], now: datetime) -> None:
    name, zh, en, kind, east, north = row
    details = {"limits": {"a34013": 10, "a21026": 35, "a21002": 50}} if kind == "stack" else {}
    point = Point.objects.create(id=name, name_zh=zh, name_en=en, kind=kind, area_code="110105", longitude=east,
                                 latitude=north, details=details)  # fmt: skip
    new = NewDevice(
        id=f"{name}-a", name_zh=f"{zh}设备", name_en=f"{en} device", kind=kind, key=MN.format(at), point=point,
        secret="123456", owner=who[0], maintainer=who[1], interval_s=60,
        tolerated=["crc-modbus"] if kind == "dust" else [],
    )  # fmt: skip
    device = register_device(new, by=None, at=now - timedelta(days=30))
    _linked(device, now, SEEN.get(name, timedelta(seconds=20)))
    _latest(device, now - SEEN.get(name, timedelta(seconds=20)), invalid=name == "voc-1")


def _linked(device: Device, now: datetime, silence: timedelta) -> None:
    hour = now.replace(minute=0, second=0, microsecond=0)
    Link.objects.create(
        device=device, peer="10.1.2.3:50123", first_frame_at=hour - 24 * HOUR, last_frame_at=now - silence,
        last_data=now - silence - MINUTE, last_frame=7, clock_offset_s=1.5,
    )  # fmt: skip
    LinkHour.objects.bulk_create(
        LinkHour(
            device=device, hour=hour - back * HOUR, frames=62, bad=2, periods=54, valid=48, late=1, delays=54,
            delay_s=54 * 3.0, offsets=60, offset_s=60 * 1.5, faults={"crc-wrong": 2},
        )
        for back in range(1, 25)
        if back not in (6, 7)
    )  # fmt: skip


def _latest(device: Device, received: datetime, *, invalid: bool) -> None:
    start = received.replace(second=0, microsecond=0) - MINUTE
    for at, channel in enumerate(device.channels.all()):
        Latest.objects.create(
            channel=channel, point=channel.point, factor=channel.factor, value=80.0 + at, start=start, period_s=60,
            flag="D" if invalid else "N", verdict="invalid" if invalid else "valid",
            reason="flag" if invalid else "", received_at=received, frame=7,
        )  # fmt: skip


def _vehicle(at: int, now: datetime) -> None:
    new = NewDevice(id=f"truck-{at}", name_zh=f"渣土车 {at}", name_en=f"Truck {at}", kind="truck",
                    key=f"1380000000{at}", plate=f"京A·0000{at}", secret="code")  # fmt: skip
    device = register_device(new, by=None, at=now - timedelta(days=3))
    if at == 3:
        return
    Link.objects.create(
        device=device, first_frame_at=now - 2 * HOUR, last_frame_at=now - 15 * timedelta(seconds=1),
        longitude=116.48 + at * 0.01, latitude=39.90, speed_kmh=36,
    )  # fmt: skip


def _readings(lake: Lake, hour: datetime, now: datetime) -> None:
    """Minute values of 26 hours: 60 everywhere; dust-1 misses two whole hours and was calibrated in one."""
    start = hour - 26 * HOUR
    minutes = [start + at * MINUTE for at in range(26 * 60)]
    gone = {hour - 6 * HOUR, hour - 7 * HOUR}
    rows = []
    for channel in Channel.objects.filter(main=True, device__family="hj212").exclude(device__kind="voc"):
        for at in minutes:
            whole = at.replace(minute=0)
            if channel.point_id == "dust-1" and whole in gone:
                continue
            flag = "C" if channel.point_id == "dust-1" and whole == hour - 3 * HOUR else "N"
            rows.append((channel.point_id, channel.factor, at, 60.0 + (at.hour % 5), flag))
    table = pa.table(
        {
            "point": [row[0] for row in rows],
            "factor": [row[1] for row in rows],
            "period_s": pa.array([60] * len(rows), pa.int32()),
            "start": pa.array([row[2] for row in rows], pa.timestamp("us", "UTC")),
            "value": np.array([row[3] for row in rows]),
            "flag": [row[4] for row in rows],
            "verdict": ["valid" if row[4] == "N" else "invalid" for row in rows],
        }
    )
    lake.append_readings(table, received_at=now, source="sample")
    lake.roll_up(air_rules(load_pack("cn-110105-2018")).validity(date(2020, 1, 1)), computed_at=now)


def dust_frame(at: datetime, *, pm10: str = "162.7", flag: str = "N", crc: bytes | None = None) -> bytes:
    """A minute of a dust monitor as HJ 212-2017 writes it."""
    local = f"{at.astimezone(BEIJING):%Y%m%d%H%M%S}"
    segment = (
        f"QN={local}000;ST=39;CN=2051;PW=123456;MN={MN.format(4)};Flag=5;CP=&&DataTime={local};"
        f"a34002-Avg={pm10},a34002-Flag={flag};a34004-Avg=61.2,a34004-Flag=N&&"
    )
    frame = write_frame(segment.encode())
    return frame if crc is None else frame[:-6] + crc + frame[-2:]


def truck_frame(at: datetime) -> bytes:
    """A location of a truck as JT/T 808-2013 writes it."""
    where = Location(0, 0b11, 39.900000, 116.490000, 40, 36, 90, at)  # type: ignore[arg-type]
    return write_808(Header(0x0200, "013800000001", 7), write_location(where))


def _frames(lake: Lake, now: datetime) -> None:
    sent = [
        ("hj212", "dust-1-a", dust_frame(now - 3 * MINUTE), ""),
        ("hj212", "dust-1-a", dust_frame(now - 2 * MINUTE, crc=b"0000"), "crc-wrong"),
        ("hj212", "dust-1-a", dust_frame(now - MINUTE, flag="D"), ""),
        ("jt808", "truck-1", truck_frame(now - MINUTE), ""),
    ]
    table = pa.table(
        {
            "spool": [SPOOL] * len(sent),
            "seq": pa.array(range(1, len(sent) + 1), pa.int64()),
            "family": [row[0] for row in sent],
            "device": [row[1] for row in sent],
            "peer": ["10.1.2.3:50123"] * len(sent),
            "verdict": [row[3] for row in sent],
            "raw": pa.array([row[2] for row in sent], pa.binary()),
            "hash": pa.array([sha256(row[2]).digest() for row in sent], pa.binary()),
            "received_at": pa.array(
                [now - (len(sent) - at) * MINUTE for at in range(len(sent))], pa.timestamp("us", "UTC")
            ),
        }
    )
    lake.append_stretch(FRAMES, table, Stretch(SPOOL, len(sent), now))


def _upkeep(now: datetime) -> None:
    device = Device.objects.get(pk="dust-1-a")
    today = day_of(now)
    for name, days in (("颗粒物监测仪", 5), ("噪声计", -3), ("风速仪", 200)):
        Instrument.objects.create(device=device, name=name, maker="某厂", model="YZ-310", serial="0187",
                                  calibrated_on=today - timedelta(days=180),
                                  calibration_due=today + timedelta(days=days))  # fmt: skip
    for back, kind in ((26, "calibration"), (1, "maintenance"), (-30, "stop")):
        start = now - back * HOUR
        MaintenanceWindow.objects.create(device=device, kind=kind, start=start, end=start + 3 * HOUR,
                                         reason="更换滤带", declared_at=start - HOUR)  # fmt: skip
    Camera.objects.create(point_id="dust-1", name="C2 东门", snapshot_url="http://127.0.0.1:9/snapshot.jpg")
    for code, state, parameters in (
        ("1012", "done", {"SystemTime": "20201123100500"}),
        ("1072", "timed-out", {"NewPW": "abc123"}),
        ("2061", "queued", {"BeginTime": "20201122000000", "EndTime": "20201123000000"}),
    ):
        Command.objects.create(device=device, code=code, parameters=parameters, state=state, attempts=1,
                               queued_at=now - 5 * MINUTE, expires_at=now + 5 * MINUTE, answer="1")  # fmt: skip


def _others(now: datetime) -> None:
    UnknownDevice.objects.create(
        family="hj212", key="110105FFFF00000000009999", reason="unknown", peer="10.9.9.9:40001", frames=42,
        sample=dust_frame(now).replace(MN.format(4).encode(), b"110105FFFF00000000009999"),
        first_seen=now - HOUR, last_seen=now - MINUTE,
    )  # fmt: skip
    target = PushTarget.objects.create(name="市级平台", manner="hj212", address="hj212://127.0.0.1:9", failures=3,
                                       kinds=["station", "dust"], periods=[3600], cursor=now - HOUR,
                                       error_zh="连接被拒绝", error_en="connection refused",
                                       retry_at=now + MINUTE)  # fmt: skip
    PushDay.objects.create(target=target, day=day_of(now), kind="dust", due=1000, sent=990, confirmed=980, refused=5,
                           attempts=12, delay_s=9800)  # fmt: skip


def utc_now() -> datetime:
    """The clock that the pages read."""
    return datetime.now(UTC)
