"""Changes of a device from its page: register entry, secret, instruments; and the days of vehicles."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.audit.models import Entry
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Channel, Device, Instrument, Point
from lantian.apps.telemetry.pages.track import day_asked, engine_of, track_of
from lantian.apps.telemetry.services import NewDevice, register_device
from lantian.lake import Lake
from lantian.lake.schema import ENGINE, POSITIONS, TableSpec
from lantian.lake.streams import Stretch
from tests.ledger.sample import site
from tests.telemetry.network_sample import lay, utc_now

pytestmark = pytest.mark.django_db
MORNING = datetime(2020, 11, 23, 0, tzinfo=UTC)
"""08:00 of 23 November in Beijing."""


@pytest.fixture
def network(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    settings.LAKE_URL = lay(tmp_path / "lake", utc_now()).lake.root


@pytest.fixture
def client_of() -> Callable[[str], Client]:
    def make(role: str) -> Client:
        person = Person.objects.create_person(role, None, name_zh="甲", name_en="A")
        office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
        Post.objects.create(person=person, role=role, organisation=office)
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(person)
        return client

    return make


Clients = Callable[[str], Client]
DEVICE = "/monitoring/devices/dust-1-a/"


@pytest.mark.usefixtures("network")
def test_the_register_of_a_device_changes_on_record(client_of: Clients) -> None:
    client = client_of("system-admin")
    device = Device.objects.get(pk="dust-1-a")
    shown = client.get(f"{DEVICE}?view=edit").content.decode()
    assert f'value="{device.key}"' in shown
    told = {"key": device.key, "name_zh": "东门扬尘", "owner": "keeper", "maintainer": "", "interval_s": "120",
            "networks": "10.1.2.9/24，10.1.3.7", "tolerated": ["crc-modbus"]}  # fmt: skip
    assert client.post(f"{DEVICE}edit/", told).status_code == 302
    device.refresh_from_db()
    assert (device.name_zh, device.owner_id, device.maintainer_id, device.interval_s) == (
        "东门扬尘",
        "keeper",
        None,
        120,
    )
    assert device.networks == ["10.1.2.0/24", "10.1.3.7/32"]
    entry = Entry.objects.get(verb="device.changed")
    assert entry.detail["interval_s"] == [60, 120]
    assert "tolerated" not in entry.detail


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("change", "problem"),
    [({"networks": "here"}, "here"), ({"interval_s": "0"}, "1–86400"), ({"interval_s": "soon"}, "整数"),
     ({"key": "a;b"}, "a;b")],
)  # fmt: skip
def test_a_wrong_change_is_refused_and_what_was_typed_stays(
    client_of: Clients, change: dict[str, str], problem: str
) -> None:
    device = Device.objects.get(pk="dust-1-a")
    told = {"key": device.key, "name_zh": "改过的名称", "interval_s": "60", **change}
    answer = client_of("system-admin").post(f"{DEVICE}edit/", told)
    assert answer.status_code == 400
    assert problem in answer.content.decode()
    assert "改过的名称" in answer.content.decode()
    assert Device.objects.get(pk="dust-1-a").name_zh == device.name_zh


@pytest.mark.usefixtures("network")
def test_a_secret_is_changed_by_typing_it_twice_and_stays_off_the_record(client_of: Clients) -> None:
    client = client_of("system-admin")
    assert client.post(f"{DEVICE}secret/change/", {"secret": "654321", "again": "654320"}).status_code == 400
    assert client.post(f"{DEVICE}secret/change/", {"secret": "654321", "again": "654321"}).status_code == 302
    assert Device.objects.get(pk="dust-1-a").secret == "654321"
    assert "654321" not in str(Entry.objects.get(verb="device.secret-changed").detail)


@pytest.mark.usefixtures("network")
def test_instruments_are_added_calibrated_and_taken_off(client_of: Clients) -> None:
    client = client_of("system-admin")
    assert client.post(f"{DEVICE}instruments/", {"name": "β 射线仪", "serial": "B-7"}).status_code == 302
    one = Instrument.objects.get(serial="B-7")
    ahead = (timezone.now() + timedelta(days=30)).date()
    wrong = client.post(f"{DEVICE}instruments/{one.pk}/calibration/", {"on": ahead, "due": ahead + timedelta(days=1)})
    assert wrong.status_code == 400
    told = {"on": "2020-11-01", "due": ahead}
    assert client.post(f"{DEVICE}instruments/{one.pk}/calibration/", told).status_code == 302
    one.refresh_from_db()
    assert (one.calibrated_on, one.calibration_due) == (date(2020, 11, 1), ahead)
    assert client.post(f"{DEVICE}instruments/{one.pk}/removal/", {"reason": ""}).status_code == 400
    assert client.post(f"{DEVICE}instruments/{one.pk}/removal/", {"reason": "返厂"}).status_code == 302
    assert not Instrument.objects.filter(serial="B-7").exists()
    done = ["instrument.added", "instrument.calibrated", "instrument.removed"]
    assert (
        list(Entry.objects.filter(verb__startswith="instrument.").order_by("pk").values_list("verb", flat=True)) == done
    )


@pytest.mark.usefixtures("network")
def test_those_who_only_read_can_change_nothing(client_of: Clients) -> None:
    client = client_of("duty")
    assert "保存修改" not in client.get(f"{DEVICE}?view=edit").content.decode()
    assert client.post(f"{DEVICE}edit/", {}).status_code == 403
    assert client.post(f"{DEVICE}secret/change/", {}).status_code == 403
    assert client.post(f"{DEVICE}instruments/", {"name": "x"}).status_code == 403


# vehicles -------------------------------------------------------------------------------------------------------


def _append(lake: Lake, spec: TableSpec, rows: list[dict[str, Any]]) -> None:
    whole = [{**dict.fromkeys(spec.columns.names), "frame": at, **row} for at, row in enumerate(rows, start=1)]
    lake.append_stretch(spec, pa.Table.from_pylist(whole, schema=spec.columns), Stretch("s", len(rows), MORNING))


def _vehicle(name: str, kind: str, key: str) -> Device:
    return register_device(NewDevice(id=name, name_zh=name, kind=kind, key=key), by=None, at=MORNING)


def test_a_track_has_its_length_its_breaks_and_its_time_of_driving(tmp_path: Path) -> None:
    """At 60° N a degree east is half a degree north, 55.6 km: 0.01° are 0.556 km; a hole of an hour joins nothing."""
    truck = _vehicle("truck-9", "truck", "13800000009")
    steps = [(0, 116.40, 36.0), (60, 116.41, 36.0), (120, 116.42, 0.0), (3720, 116.50, 20.0), (3780, 116.51, 20.0)]
    rows = [
        {"device": truck.pk, "start": MORNING + timedelta(seconds=at), "longitude": east, "latitude": 60.0,
         "speed_kmh": speed}
        for at, east, speed in steps
    ]  # fmt: skip
    lake = Lake(tmp_path / "lake")
    _append(lake, POSITIONS, rows)
    track = track_of(lake, truck, day_asked(date(2020, 11, 23), MORNING))
    assert (track.count, track.distance_km, track.top_kmh) == (5, 1.7, 36.0)
    assert [len(line) for line in track.lines] == [3, 2]
    assert track.moving == timedelta(seconds=120)  # into 60 s at 36 km/h, into 120 s at none, and after the hole
    assert track.figure is not None
    assert track.figure.start == MORNING
    assert track.figure.lines[0].values[:4] == (36.0, 36.0, 0.0, None)
    assert track_of(lake, truck, day_asked(date(2020, 11, 22), MORNING)).figure is None


def test_a_day_that_lies_ahead_is_today() -> None:
    assert day_asked(date(2020, 11, 30), MORNING).day == date(2020, 11, 23)
    assert day_asked(None, MORNING).later is None
    assert day_asked(date(2020, 11, 22), MORNING).later == date(2020, 11, 23)


def test_engine_data_are_means_by_minute_without_what_is_invalid(tmp_path: Path) -> None:
    diesel = _vehicle("diesel-9", "heavy-diesel", "LZZ5CLVB8LA000009")
    rows = [
        {"device": diesel.pk, "start": MORNING + timedelta(seconds=at), "nox_up_ppm": up, "nox_down_ppm": down,
         "urea_percent": 62.0}
        for at, up, down in ((0, 400.0, 40.0), (30, 500.0, None), (60, 450.0, 60.0))
    ]  # fmt: skip
    lake = Lake(tmp_path / "lake")
    _append(lake, ENGINE, rows)
    day = day_asked(date(2020, 11, 23), MORNING)
    nox = engine_of(lake, diesel, day, "nox")
    assert nox.figure is not None
    assert [line.values[:3] for line in nox.figure.lines] == [(450.0, 450.0, None), (40.0, 60.0, None)]
    assert ("反应剂余量", "62", "%") in [(name.zh, text, unit) for name, text, unit in nox.last]
    assert engine_of(lake, diesel, day, "nothing").gauge.id == "nox"
    assert engine_of(Lake(tmp_path / "empty"), diesel, day, "urea").figure is None


@pytest.mark.usefixtures("network")
def test_a_vehicle_has_a_track_where_a_station_has_channels(client_of: Clients) -> None:
    client = client_of("duty")
    page = client.get("/monitoring/devices/truck-1/?view=track").content.decode()
    assert "view=track" in page
    assert "view=channels" not in page
    assert "这一天没有定位" in page
    assert "view=track" not in client.get(DEVICE).content.decode()


# the ledger entry that is measured ------------------------------------------------------------------------------


def _ground() -> None:
    Organisation.objects.create(code="housing", name_zh="区住建委", kind="bureau")
    Area.objects.create(code="110105001", name_zh="第一街道", kind="street")


@pytest.mark.usefixtures("network")
def test_a_device_is_registered_for_a_ledger_entry_that_its_form_finds(client_of: Callable[[str], Client]) -> None:
    _ground()
    entry = site("双井六号院")
    admin = client_of("system-admin")
    assert entry.code in admin.get("/ledgers/pick/sources/", {"source": "六号院"}).content.decode()
    new = {"kind": "dust", "id": "dust-9-a", "name_zh": "六号院扬尘", "key": "MN9", "point": "dust-9",
           "longitude": "116.5", "latitude": "39.9"}  # fmt: skip
    lost = admin.post("/monitoring/devices/new/", {**new, "source": "没有的工地"})
    assert lost.status_code == 400
    assert "没有对象“没有的工地”" in lost.content.decode()
    assert not Device.objects.filter(pk="dust-9-a").exists()  # nothing half made stays
    truck = {"kind": "truck", "id": "truck-9", "name_zh": "渣土车", "key": "13800000099", "source": entry.code}
    assert "按号牌" in admin.post("/monitoring/devices/new/", truck).content.decode()
    assert admin.post("/monitoring/devices/new/", {**new, "source": entry.code}).status_code == 302
    assert Point.objects.get(pk="dust-9").source == entry
    shown = admin.get("/monitoring/devices/dust-9-a/").content.decode()
    assert f'href="/ledgers/construction-site/{entry.code}/"' in shown
    assert [one.device_id for one in Channel.objects.filter(point__source=entry)][:1] == ["dust-9-a"]


@pytest.mark.usefixtures("network")
def test_the_entry_of_a_device_changes_on_record_and_goes_only_where_its_field_is_emptied(
    client_of: Callable[[str], Client],
) -> None:
    _ground()
    first, second = site("甲工地"), site("乙工地")
    admin, device = client_of("system-admin"), Device.objects.get(pk="dust-1-a")
    told = {"key": device.key, "name_zh": device.name_zh, "interval_s": "60", "tolerated": ["crc-modbus"]}

    def linked() -> Source | None:
        return Point.objects.get(pk="dust-1").source

    for typed, expected in ((first.code, first), ("乙工地", second)):
        assert admin.post(f"{DEVICE}edit/", {**told, "source": typed}).status_code == 302
        assert linked() == expected
    assert f'value="{second.code}"' in admin.get(f"{DEVICE}?view=edit").content.decode()
    assert admin.post(f"{DEVICE}edit/", told).status_code == 302
    assert linked() == second
    assert admin.post(f"{DEVICE}edit/", {**told, "source": ""}).status_code == 302
    assert linked() is None
    said = [entry.detail["source"] for entry in Entry.objects.filter(verb="point.linked").order_by("pk")]
    assert said == [[None, first.pk], [first.pk, second.pk], [second.pk, None]]


@pytest.mark.usefixtures("network")
def test_a_table_of_devices_names_the_entries_that_they_measure(client_of: Callable[[str], Client]) -> None:
    _ground()
    entry = site("双井六号院")
    table = f"""编号,名称,类别,设备标识,点位,经度,纬度,治理对象
dust-21-a,甲,dust,MN21,dust-21,116.5,39.9,{entry.code}
dust-22-a,乙,dust,MN22,dust-22,116.5,39.9,没有的工地
truck-21,丙,truck,13800000021,,,,{entry.code}
"""
    file = SimpleUploadedFile("devices.csv", table.encode())
    page = client_of("system-admin").post("/monitoring/devices/import/", {"file": file}).content.decode()
    assert "没有对象“没有的工地”" in page
    assert "按号牌" in page
    assert Point.objects.get(pk="dust-21").source == entry
    assert not Device.objects.filter(pk__in=("dust-22-a", "truck-21")).exists()
