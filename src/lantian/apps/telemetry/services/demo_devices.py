"""Demonstration devices (演示设备): the simulated district in the register, with owners, cameras and a day of minutes.

The members come from ``gateway/simulators/district.py``; ``lantian simulate`` plays the same ones. Everything made here
is marked synthetic and goes away when real observations are imported.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Organisation
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Camera, Device, Instrument, MaintenanceWindow, Point
from lantian.apps.telemetry.services.courses import Course
from lantian.apps.telemetry.services.devices import NewDevice, create_device
from lantian.gateway.simulators.camera import snapshot_url
from lantian.gateway.simulators.district import SEED, SMALL, District, Member, district
from lantian.gateway.simulators.faults import Fault, Schedule
from lantian.gateway.simulators.hj212 import REAL_TIME
from lantian.gateway.simulators.instruments import Instruments
from lantian.gateway.simulators.noise import Floats, one, seed_of
from lantian.gateway.simulators.traffic import Traffic
from lantian.gateway.simulators.truth import Records
from lantian.gateway.simulators.world import World
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.lake import Lake
from lantian.lake.schema import INSTANT, INVALID
from lantian.lake.synthetic import SYNTHETIC
from lantian.policy.pack import Pack

SCENARIO = "mixed"
"""What the demonstration plays."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE_S = 60
_US = 1_000_000
_AT_ONCE = 50
"""Devices whose minutes are stored in one commit."""
"""Kinds with a camera, and every how many of them."""
_CAMERAS: Mapping[str, int] = {"dust": 2, "stack": 4}

_ENTERPRISES = (
    Text("北京模拟建设集团有限公司（模拟）", "Beijing Model Construction Group (simulated)"),
    Text("朝阳模拟热力有限公司（模拟）", "Chaoyang Model Heating (simulated)"),
    Text("模拟市政工程有限公司（模拟）", "Model Municipal Works (simulated)"),
    Text("模拟餐饮与喷涂服务有限公司（模拟）", "Model Catering and Coating (simulated)"),
    Text("模拟渣土运输有限公司（模拟）", "Model Muck Transport (simulated)"),
    Text("模拟物流有限公司（模拟）", "Model Logistics (simulated)"),
)
_MAINTAINERS = (
    Text("清源模拟运维有限公司（模拟）", "Qingyuan Model Maintenance (simulated)"),
    Text("碧空模拟监测技术有限公司（模拟）", "Bikong Model Monitoring (simulated)"),
)
_INSTRUMENTS: Mapping[str, tuple[str, str, str]] = {
    "station": ("β射线颗粒物监测仪", "模拟仪器厂", "BPM-200"),
    "micro": ("光散射颗粒物传感器", "模拟仪器厂", "LS-10"),
    "dust": ("扬尘在线监测仪", "模拟仪器厂", "DU-30"),
    "stack": ("烟气连续监测系统", "模拟环仪", "CEMS-9"),
    "voc": ("非甲烷总烃分析仪", "模拟环仪", "FID-5"),
    "fume": ("油烟在线监测仪", "模拟环仪", "FU-2"),
}


@dataclass(frozen=True)
class _Parties:
    """The made-up organisations by number, from 1."""

    enterprises: Sequence[Organisation]
    maintainers: Sequence[Organisation]

    def owner(self, member: Member) -> Organisation | None:
        return self.enterprises[member.enterprise - 1] if member.enterprise else None

    def maintainer(self, member: Member) -> Organisation | None:
        return self.maintainers[member.maintainer - 1] if member.maintainer else None


def demo_district(pack: Pack, counts: Mapping[str, int] = SMALL) -> District:
    """Return the district that the demonstration plays in this data folder."""
    return district(pack, counts, settings.SECRET_KEY)


@transaction.atomic
def register_demo_devices(pack: Pack, *, at: datetime, counts: Mapping[str, int] = SMALL) -> int:
    """Register the simulated devices that are missing, with their points; returns how many were made.

    A point that is measured gets no made-up device.
    """
    played = demo_district(pack, counts)
    known = set(Device.objects.values_list("pk", flat=True))
    real = set(Point.objects.measured().values_list("pk", flat=True))
    missing = [member for member in played.members if member.id not in known and member.point not in real]
    if not missing:
        return 0
    parties = _Parties(_organisations("demo-enterprise", _ENTERPRISES), _organisations("demo-service", _MAINTAINERS))
    points = _points(missing, at)
    traffic = Traffic(played)
    for member in missing:
        new = _new_device(member, points.get(member.point), parties)
        create_device(replace(new, details=_permitted(member, traffic)), at=at)
    _instruments(missing, at)
    _cameras(missing)
    _windows(missing, at)
    record("telemetry.demo-devices", subject=None, actor=None, at=at, detail={"devices": len(missing)})
    return len(missing)


def _organisations(code: str, texts: Sequence[Text]) -> list[Organisation]:
    return [
        Organisation.objects.get_or_create(
            code=f"{code}-{number}", defaults={"name_zh": text.zh, "name_en": text.en, "kind": "enterprise"}
        )[0]
        for number, text in enumerate(texts, 1)
    ]


def _points(members: Sequence[Member], at: datetime) -> dict[str, Point]:
    """Make the points that are missing; stations and micro-stations of the history are there already."""
    wanted = {member.point: member for member in members if member.point}
    there = set(Point.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    Point.objects.bulk_create(
        Point(
            id=member.point,
            name_zh=member.text.zh,
            name_en=member.text.en,
            kind=member.kind,
            area_code=member.area,
            longitude=member.place[0],
            latitude=member.place[1],
            synthetic=True,
            details=_details(member, at.astimezone(BEIJING).date()),
            confidence="B?",
        )
        for member in wanted.values()
        if member.point not in there
    )
    return Point.objects.in_bulk(wanted)


def _details(member: Member, day: date) -> dict[str, object]:
    """What its kind needs to be judged."""
    if member.kind == "stack":
        plant = member.plant
        return {"area_m2": plant.area_m2, "oxygen": plant.oxygen, "limits": dict(plant.limits)}
    if member.kind == "dust":
        stages = ("earthwork", "foundation", "structure", "decoration")
        return {"stage": stages[member.number % len(stages)], "until": (day + timedelta(days=90)).isoformat()}
    return {}


def _permitted(member: Member, traffic: Traffic) -> Mapping[str, Any]:
    """Return the course that a truck was permitted: the one it drives."""
    return Course(tuple(traffic.course(member))).details if member.kind == "truck" else {}


def _new_device(member: Member, point: Point | None, parties: _Parties) -> NewDevice:
    is_real_time = member.kind in REAL_TIME
    return NewDevice(
        id=member.id,
        name_zh=member.text.zh,
        name_en=member.text.en,
        kind=member.kind,
        key=member.key,
        point=point,
        secret=member.secret,
        period_s=(300 if member.kind == "fume" else _MINUTE_S) if is_real_time else 0,
        owner=parties.owner(member),
        maintainer=parties.maintainer(member),
        plate=member.plate,
        synthetic=True,
    )


def _instruments(members: Sequence[Member], at: datetime) -> None:
    """Calibrated within the last ninety days; of every eleventh instrument the calibration is overdue."""
    today = at.astimezone(BEIJING).date()
    made = []
    for member in members:
        if member.kind not in _INSTRUMENTS:
            continue
        name, maker, model = _INSTRUMENTS[member.kind]
        ago = 100 if member.number % 11 == 3 else int(85 * one(seed_of("calibrated", member.id)))
        made.append(
            Instrument(
                device_id=member.id,
                name=name,
                maker=maker,
                model=model,
                serial=f"SIM-{member.kind[:2].upper()}{member.number:05d}",
                calibrated_on=today - timedelta(days=ago),
                calibration_due=today - timedelta(days=ago - 90),
            )
        )
    Instrument.objects.bulk_create(made)


def _cameras(members: Sequence[Member]) -> None:
    Camera.objects.bulk_create(
        Camera(point_id=member.point, name=f"{member.text.zh} 1", snapshot_url=snapshot_url(member.point))
        for member in members
        if member.kind in _CAMERAS and member.number % _CAMERAS[member.kind] == 1
    )


def _windows(members: Sequence[Member], at: datetime) -> None:
    """Two windows around now: a micro-station is maintained, an outlet will be calibrated."""
    known = {member.id for member in members}
    plans = (
        ("sim-micro-003", "maintenance", at - _HOUR, at + 2 * _HOUR, "更换采样泵（模拟）"),
        ("sim-stack-002", "calibration", at + 3 * _HOUR, at + 5 * _HOUR, "季度比对校准（模拟）"),
    )
    MaintenanceWindow.objects.bulk_create(
        MaintenanceWindow(
            device_id=device, kind=kind, start=start, end=end, reason=reason, declared_at=min(start, at) - _HOUR
        )
        for device, kind, start, end, reason in plans
        if device in known
    )


# -- a day of minutes ------------------------------------------------------------------------------------------------


def backfill_demo(lake: Lake, pack: Pack, *, now: datetime, longest: timedelta = _DAY) -> int:
    """Store the minutes that the demonstration devices would have sent since they last did; returns how many readings.

    At most the last day. The faults of the scenario are in them, and in the truth.
    """
    played = demo_district(pack)
    ends = now.replace(second=0, microsecond=0)
    begins = max(_known_until(lake, played), ends - longest)
    if ends - begins < timedelta(minutes=2):
        return 0
    schedule = Schedule(SCENARIO, played.targets(), SEED)
    faults = schedule.between(begins.timestamp() - 7 * 3600, ends.timestamp())
    _note(faults, played, begins, ends)
    instruments = Instruments(World(played.sites, seed=SEED, last_year=ends.astimezone(BEIJING).year), played)
    times = np.arange(begins.timestamp(), ends.timestamp(), _MINUTE_S)
    stored = 0
    fixed = [member for member in played.members if member.point]
    for number in range(0, len(fixed), _AT_ONCE):
        part = fixed[number : number + _AT_ONCE]
        rows = pa.concat_tables(_minutes(instruments, member, times, faults) for member in part)
        source = f"demo-minutes:{begins:%Y%m%dT%H%M}:{ends:%Y%m%dT%H%M}:{number}"
        lake.append_readings(rows, received_at=now, source=source)
        stored += rows.num_rows
    return stored


def _known_until(lake: Lake, played: District) -> datetime:
    """Return when the made-up sites, which have no other history, were last heard."""
    sites = {member.point for member in played.members if member.point.startswith("sim-")}
    known = [row["last"] for row in lake.coverage().to_pylist() if row["point"] in sites]
    last: datetime = max(known, default=datetime.min.replace(tzinfo=UTC) + _DAY)
    return last.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _note(faults: Sequence[Fault], played: District, begins: datetime, ends: datetime) -> None:
    """Keep the truth of faults that touch the span and are not noted yet."""
    records = Records(settings.DATA_DIR)
    noted = {truth.id for truth in records.truth()}
    touching = [one for one in faults if one.end > begins.timestamp() and one.start < ends.timestamp()]
    fresh = [one for one in touching if one.id not in noted]
    records.note(fresh, {member.id: member.point for member in played.members})


def _minutes(instruments: Instruments, member: Member, times: Floats, faults: Sequence[Fault]) -> pa.Table:
    """Return what a device would have sent, as readings; what it could not send while it was off is left out."""
    period_s = 300 if member.kind == "fume" else _MINUTE_S
    times = times[times % period_s == 0]
    for fault in faults:
        if fault.device == member.id and fault.kind == "offline":
            times = times[~fault.covers(times)]
    shown = instruments.shown(member, times, faults) if times.size else None
    columns = list(_columns(shown.values, times, shown.flags) if shown else ())
    size = sum(len(value) for _, value, _, _ in columns)
    return pa.table(
        {
            "point": _same(member.point, size),
            "factor": _joined([pa.repeat(pa.scalar(code), len(value)) for code, value, _, _ in columns], pa.string()),
            "period_s": pa.repeat(pa.scalar(period_s, pa.int32()), size),
            "start": _joined([start for _, _, start, _ in columns], INSTANT),
            "value": _joined([pa.array(value) for _, value, _, _ in columns], pa.float64()),
            "flag": _same(SYNTHETIC, size),
            "verdict": _joined([verdict for _, _, _, verdict in columns], pa.string()),
        }
    )


def _columns(
    values: Mapping[str, Floats], times: Floats, flags: np.ndarray[tuple[int], np.dtype[np.str_]]
) -> Iterator[tuple[str, Floats, pa.Array, pa.Array]]:
    """Yield code, values, starts and verdicts of each channel."""
    start = pa.array((times * _US).astype(np.int64)).cast(INSTANT)
    verdict = pa.array(np.where(flags == "N", "valid", INVALID).tolist(), pa.string())
    for code, value in values.items():
        yield code, value, start, verdict


def _same(text: str, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), size)


def _joined(pieces: Sequence[pa.Array], kind: pa.DataType) -> pa.Array:
    return pa.concat_arrays(pieces) if pieces else pa.array([], kind)
