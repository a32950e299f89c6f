"""The demonstration's devices: registered once, with a day of minutes and its truth, and gone when real data come."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.alarms.models import Alarm, AlarmEvent
from lantian.apps.telemetry.models import Camera, Device, Instrument, MaintenanceWindow, Point, Snapshot
from lantian.apps.telemetry.services.demo_devices import backfill_demo, demo_district, register_demo_devices
from lantian.apps.telemetry.services.points import remove_synthetic, sync_points
from lantian.apps.telemetry.services.registry import load_registry
from lantian.gateway.simulators.district import SMALL
from lantian.gateway.simulators.truth import Records
from lantian.lake import Lake
from lantian.lake.synthetic import SYNTHETIC
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 4, 20, 30, tzinfo=UTC)


@pytest.fixture
def pack(tmp_path: Path, settings: Any) -> Pack:
    """Return the pack; its stations stand in the registry, marked as the demonstration marks them."""
    settings.DATA_DIR, settings.LAKE_URL = tmp_path, str(tmp_path / "lake")
    found = load_pack(settings.PACK)
    sync_points(found)
    Point.objects.filter(evaluated=True).update(synthetic=True)
    return found


@pytest.fixture
def lake(pack: Pack, settings: Any) -> Lake:
    return Lake(settings.LAKE_URL)


def test_every_member_is_registered_once_under_its_name_and_secret(pack: Pack) -> None:
    played = demo_district(pack)
    assert register_demo_devices(pack, at=NOW) == len(played.members)
    assert register_demo_devices(pack, at=NOW) == 0
    registry = load_registry()
    for member in played.members:
        device = registry.find(member.family, member.key)
        assert device is not None, member.id
        assert (device.id, device.secret or "") == (member.id, member.secret)
        assert set(device.channels) == {channel.code for channel in played.kinds[member.kind].channels}
    assert not Device.objects.filter(synthetic=False).exists()


def test_what_is_made_up_says_so_and_belongs_to_somebody(pack: Pack) -> None:
    register_demo_devices(pack, at=NOW)
    assert all("模拟" in device.name_zh for device in Device.objects.all())
    sites = Device.objects.of_kind("dust")
    assert sites.count() == SMALL["dust"]
    assert all(site.owner and site.maintainer and site.point and site.point.synthetic for site in sites)
    assert Device.objects.exclude(maintainer=None).values("maintainer").distinct().count() == 2
    assert Point.objects.get(pk="sim-stack-001").details["limits"]["a21002"] == 30.0
    assert all(len(truck.details["route"]) == 7 for truck in Device.objects.of_kind("truck"))
    assert Camera.objects.count() == 14
    assert Instrument.objects.filter(calibration_due__lt=NOW.date()).exists()
    assert MaintenanceWindow.objects.touching(NOW, NOW + timedelta(minutes=1)).count() == 1


def test_a_measured_point_gets_no_made_up_device(pack: Pack) -> None:
    Point.objects.update(synthetic=False)
    register_demo_devices(pack, at=NOW)
    assert not Device.objects.of_kind("station").exists()
    assert Device.objects.of_kind("dust").exists()


def test_the_minutes_before_the_start_are_filled_in_once_with_their_truth(pack: Pack, lake: Lake) -> None:
    register_demo_devices(pack, at=NOW)
    stored = backfill_demo(lake, pack, now=NOW, longest=timedelta(hours=1))
    assert stored > 60 * 500
    assert backfill_demo(lake, pack, now=NOW, longest=timedelta(hours=1)) == 0
    start, end = NOW.replace(second=0) - timedelta(hours=1), NOW
    rows = lake.readings(points=["sim-dust-001"], factors=["a34002"], start=start, end=end).to_pylist()
    assert len(rows) == 60
    assert {row["flag"] for row in rows} == {SYNTHETIC}
    assert {row["period_s"] for row in rows} == {60}
    assert max(row["start"] for row in rows) == NOW.replace(second=0) - timedelta(minutes=1)
    fumes = lake.readings(points=["sim-fume-001"], factors=["a34041"], start=start, end=end).to_pylist()
    assert {row["period_s"] for row in fumes} == {300}
    truths = Records(lake_folder(lake)).truth()
    assert truths
    assert all(truth.end > start and truth.start < NOW for truth in truths)
    later = NOW + timedelta(minutes=10)
    assert backfill_demo(lake, pack, now=later) == pytest.approx(stored / 6, rel=0.1)


def lake_folder(lake: Lake) -> Path:
    return Path(lake.root).parent


def test_real_data_take_the_place_of_devices_points_pictures_and_alarms(pack: Pack, lake: Lake) -> None:
    register_demo_devices(pack, at=NOW)
    backfill_demo(lake, pack, now=NOW, longest=timedelta(minutes=10))
    records = Records(lake_folder(lake))
    assert not records.is_closed
    own = Point.objects.create(id="own", name_zh="自建站", kind="micro")
    first = raise_alarm("A-1", "sim-dust-001")
    raise_alarm("A-2", None, rule="regional")
    kept = raise_alarm("A-3", "own")
    AlarmEvent.objects.create(alarm=first, at=NOW, kind="raised")
    first.parent = Alarm.objects.get(number="A-2")
    first.save()
    camera = Camera.objects.all()[0]
    Snapshot.objects.create(camera=camera, asked_at=NOW)
    assert remove_synthetic(lake, at=NOW) > 0
    assert not Device.objects.exists()
    assert not Point.objects.synthetic().exists()
    assert not Point.objects.filter(pk__startswith="sim-").exists()
    assert Point.objects.filter(pk__in=[own.pk, "aotizhongxin"]).count() == 2
    assert list(Alarm.objects.all()) == [kept]
    assert not Camera.objects.exists()
    assert lake.coverage().num_rows == 0
    assert records.is_closed
    records.open()
    assert not records.is_closed


def raise_alarm(number: str, point: str | None, rule: str = "dust-limit") -> Alarm:
    return Alarm.objects.create(
        number=number, rule=rule, subject=f"{rule}:{point}", rule_version="1", point_id=point, first_at=NOW,
        last_at=NOW, raised_at=NOW, synthetic=point is not None and point.startswith("sim-"),
    )  # fmt: skip
