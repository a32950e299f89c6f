"""The register of devices: what may be registered, adopted and changed, each step on record, and tables of devices."""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from lantian.apps.accounts.models import Organisation
from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Channel, Device, Latest, Point, UnknownDevice
from lantian.apps.telemetry.services import (
    DeviceError,
    DeviceFileError,
    NewChannel,
    NewDevice,
    adopt,
    change_device,
    change_secret,
    device_template,
    import_devices,
    ingest,
    load_registry,
    note_unknown,
    put_channel,
    register_device,
    remove_channel,
    resume_device,
    suspend_device,
)
from lantian.gateway.quarantine import Reason, Stranger
from lantian.kernel.units import UnitError
from tests.telemetry.device_sample import MN, NOW, Stretch, a_point

pytestmark = pytest.mark.django_db

VIN = "LFWSRXRJ1M1E00001"


def _new(**more: Any) -> NewDevice:
    chosen = {"id": "d1", "name_zh": "东门", "kind": "dust", "key": MN, "point": a_point(), **more}
    return NewDevice(**chosen)


def _register(**more: Any) -> Device:
    return register_device(_new(**more), by=None, at=NOW)


def _last() -> Entry:
    return Entry.objects.order_by("-pk")[0]


def test_a_device_starts_with_the_channels_of_its_kind() -> None:
    device = _register(secret="123456", networks=["10.1.2.9/24"], tolerated=["crc-modbus"])
    assert (device.family, device.interval_s, device.networks) == ("hj212", 60, ["10.1.2.0/24"])
    codes = list(device.channels.values_list("code", flat=True))
    assert codes[:4] == ["a34002", "a34004", "a34001", "LA"]
    assert device.channels.get(code="a34002").high == 5000
    assert _last().verb == "device.registered"
    assert "123456" not in str(_last().detail)
    assert load_registry().by_id["d1"].tolerated == {"crc-modbus"}


def test_the_unit_trap_is_a_factor_of_the_channel() -> None:
    channel = NewChannel("a34004", "a34004", "ng/m3", "ug/m3", "PM2.5", low=0, high=1000)
    device = _register(channels=[channel])
    stored = device.channels.get()
    assert (stored.scale, stored.unit_sent, stored.unit) == (0.001, "ng/m³", "µg/m³")


@pytest.mark.parametrize(
    ("kind", "key", "kept"),
    [("dust", "x_1-2", "x_1-2"), ("heavy-diesel", VIN.lower(), VIN), ("truck", "013800138000", "13800138000")],
)
def test_keys_of_each_family_are_kept_in_one_form(kind: str, key: str, kept: str) -> None:
    assert _register(kind=kind, key=key).key == kept


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"key": "a;b"}, "without ;,=&#"),
        ({"key": "x" * 41}, "1 to 40"),
        ({"kind": "heavy-diesel", "key": VIN[:16]}, "17 characters of a VIN"),
        ({"kind": "heavy-diesel", "key": "I" * 17}, "without I, O, Q"),
        ({"kind": "truck", "key": "12ab"}, "terminal phone"),
        ({"id": "Ö"}, "a-z 0-9"),
        ({"name_zh": " "}, "a name"),
        ({"kind": "balloon"}, "no kind “balloon”; use: dust"),
        ({"point": None}, "needs a point"),
        ({"networks": ["10.1.2"]}, "“10.1.2” is no address"),
        ({"tolerated": ["everything"]}, "“everything” cannot be tolerated; these can: crc-bytes"),
        ({"tolerated": ["no-crlf"]}, "“no-crlf” cannot be tolerated"),  # harmless: it is taken as it is
        ({"tolerated": ["crc-wrong"]}, "“crc-wrong” cannot be tolerated"),  # nothing proves the content
        ({"tolerated": ["sm4-cipher"]}, "“sm4-cipher” cannot be tolerated"),
        ({"kind": "truck", "key": "13800138000", "tolerated": ["crc-modbus"]}, "cannot be tolerated; these can: —"),
        ({"channels": [NewChannel("a;", "a", "%", "%", "x")]}, "letters and digits"),
        ({"channels": [NewChannel("a1", "a1", "%", "%", "x", low=5, high=5)]}, "no range from 5 to 5"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(more: Mapping[str, Any], said: str) -> None:
    with pytest.raises(DeviceError, match=said):
        _register(**more)
    assert not Device.objects.exists()
    assert not Entry.objects.exists()


def test_a_channel_of_a_moving_device_needs_a_point() -> None:
    channel = NewChannel("a34004", "a34004", "µg/m³", "µg/m³", "PM2.5")
    with pytest.raises(DeviceError, match="needs a point"):
        _register(kind="truck", key="13800138000", point=None, channels=[channel])


def test_units_that_measure_something_else_are_refused() -> None:
    with pytest.raises(UnitError, match="cannot be converted"):
        _register(channels=[NewChannel("a1", "a1", "kPa", "mg/m³", "x")])


def test_no_two_devices_have_the_same_key_or_id() -> None:
    _register()
    with pytest.raises(DeviceError, match="belongs to device d1"):
        _register(id="d2")
    with pytest.raises(DeviceError, match="no other device"):
        _register(key="other")


def test_a_device_is_adopted_from_the_quarantine_under_the_name_it_gave() -> None:
    note_unknown(Stranger("hj212", MN, Reason.UNKNOWN, "10.0.0.1:1", b"##", NOW))
    unknown = UnknownDevice.objects.get()
    with pytest.raises(DeviceError, match="speaks hj212, and points of kind truck speak jt808"):
        adopt(unknown, _new(kind="truck", key=MN), by=None, at=NOW)
    device = adopt(unknown, _new(), by=None, at=NOW)
    assert load_registry().find("hj212", MN) == load_registry().by_id[device.pk]
    assert (UnknownDevice.objects.get().state, _last().verb) == ("adopted", "device.adopted")


def test_only_what_changed_is_put_on_record() -> None:
    device, other = _register(), a_point("site-2")
    change_device(device, {"name_zh": "东门", "point": other, "tolerated": ["length-wrong"]}, by=None, at=NOW)
    assert _last().detail == {"point": ["site-1", "site-2"], "tolerated": [[], ["length-wrong"]]}
    before = Entry.objects.count()
    changed = change_device(device, {"key": MN, "interval_s": 60, "networks": []}, by=None, at=NOW)
    assert (Entry.objects.count(), changed.point) == (before, other)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"interval_s": 0}, "must lie in 1…86400"),
        ({"secret": "x"}, "secret is not changed this way"),
        ({"key": "taken"}, "belongs to device d2"),
    ],
)
def test_a_change_is_checked_like_a_registration(changes: Mapping[str, Any], said: str) -> None:
    device = _register()
    _register(id="d2", key="taken")
    with pytest.raises(DeviceError, match=said):
        change_device(device, changes, by=None, at=NOW)


def test_a_device_is_suspended_with_a_reason_and_taken_back() -> None:
    device = _register()
    with pytest.raises(DeviceError, match="Say why"):
        suspend_device(device, reason=" ", by=None, at=NOW)
    suspend_device(device, reason="拆除", by=None, at=NOW)
    assert load_registry().find("hj212", MN) is None
    assert _last().detail == {"reason": "拆除"}
    resume_device(device, by=None, at=NOW)
    assert load_registry().find("hj212", MN) is not None


def test_a_secret_is_changed_and_never_told() -> None:
    device = _register()
    change_secret(device, "654321", by=None, at=NOW)
    assert load_registry().by_id["d1"].secret == "654321"
    assert (_last().verb, _last().detail) == ("device.secret-changed", {"asked": True})
    with pytest.raises(DeviceError, match="64 visible"):
        change_secret(device, "口令", by=None, at=NOW)


def test_a_channel_is_added_changed_and_removed() -> None:
    device = _register(channels=[])
    new = NewChannel("PM10", "a34002", "mg/m³", "µg/m³", "PM10", low=0, high=5000)
    channel = put_channel(device, new, by=None, at=NOW)
    assert (channel.scale, channel.factor, _last().verb) == (1000, "a34002", "channel.added")
    ingest(Stretch().frame("d1", at=NOW, values={"PM10": 80}).done())
    put_channel(device, replace(new, high=6000), by=None, at=NOW)
    assert (Latest.objects.count(), _last().verb) == (1, "channel.changed")
    put_channel(device, replace(new, point=a_point("site-2")), by=None, at=NOW)
    assert Latest.objects.count() == 0
    assert _last().detail["before"]["point"] == "site-1"
    remove_channel(Channel.objects.get(), by=None, at=NOW)
    assert (device.channels.count(), _last().verb) == (0, "channel.removed")


HEAD = "编号,名称,类别,设备标识,口令,点位,经度,纬度,区域代码,允许地址,上报间隔（秒）,责任单位"


def _file(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def test_a_table_registers_its_good_rows_and_tells_what_is_wrong_in_the_others() -> None:
    Organisation.objects.create(code="site-co", name_zh="某建筑公司")
    table = _file(
        "d1,东门,dust,MN1,123456,new-site,116.48,39.93,110105001,10.1.2.0/24 10.1.3.4,300,某建筑公司",
        "d2,,dust,MN2,,new-site,,,,,,",
        ",,,,,,,,,,,",
        "d3,西门,dust,MN3,,nowhere,,,,,,",
        "d4,南门,dust,MN4,,site-x,200,39.9,,,,",
        "d5,北门,dust,MN1,,new-site,,,,,,",
        "d6,北门,dust,MN6,,new-site,,,,,x,",
        "d7,北门,dust,MN7,,new-site,,,,,,无此单位",
        "d8,八,dust,M;8,,site-8,116.4,39.9,,,,",
        "d9,九,dust,MN9,,site-8,116.4,39.9,,,,",
        "d10,十,dust,MN10,,Ä,116.4,39.9,,,,",
    )
    done = import_devices(table, "devices.csv", by=None, at=NOW)
    assert done.registered == ["d1", "d9"]
    assert [(error.row, error.column.zh if error.column else "") for error in done.errors] == [
        (3, "名称"), (5, "点位"), (6, "经度"), (7, ""), (8, "上报间隔（秒）"), (9, "责任单位"), (10, ""), (12, "点位"),
    ]  # fmt: skip
    device = Device.objects.get(pk="d1")
    assert (device.interval_s, device.networks) == (300, ["10.1.2.0/24", "10.1.3.4/32"])
    assert device.owner is not None
    assert device.point is not None
    assert (device.point.longitude, device.point.area_code, device.owner.code) == (116.48, "110105001", "site-co")
    assert sorted(Point.objects.values_list("pk", flat=True)) == ["new-site", "site-8"]
    assert (Entry.objects.get().verb, Entry.objects.get().detail["rejected"]) == ("devices.imported", 8)


def test_tables_in_gbk_and_with_english_heads_are_read() -> None:
    a_point()
    gbk = f"{HEAD}\nd1,东门,dust,MN1,,site-1".encode("gbk")
    assert import_devices(gbk, "a.csv", by=None, at=NOW).registered == ["d1"]
    assert Device.objects.get().name_zh == "东门"
    english = _file("d2,Gate,dust,MN2,site-1", head="id,name,kind,key,point")
    assert import_devices(english, "b.csv", by=None, at=NOW).registered == ["d2"]


def test_the_template_is_a_workbook_that_can_be_imported_as_it_is() -> None:
    for language, device in (("zh-hans", "dust-001"), ("en", None)):
        template = device_template(language)
        done = import_devices(template, "devices.xlsx", by=None, at=NOW)
        assert done.registered == ([device] if device else [])
    assert done.errors[0].text.en.startswith("The device id “dust-001”")
    assert load_workbook(io.BytesIO(device_template("en"))).active["A1"].value == "id"  # type: ignore[index]


def test_numbers_of_a_workbook_are_read_as_they_were_written() -> None:
    a_point()
    book = Workbook()
    for row in (
        ["id", "name", "kind", "key", "point", "interval"],
        ["d1", "x", "truck", 13800138000.0, "site-1", 30.0],
    ):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    import_devices(out.getvalue(), "a.xlsx", by=None, at=NOW)
    assert (Device.objects.get().key, Device.objects.get().interval_s) == ("13800138000", 30)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "lacks the columns id, name, kind, key; it has —"),
        (b"id,name\n", "lacks the columns kind, key; it has id, name"),
        (b"PK not a workbook", "is no Excel file"),
    ],
)
def test_what_is_no_table_of_devices_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(DeviceFileError, match=said):
        import_devices(content, "x", by=None, at=NOW)


def test_a_file_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantian.apps.telemetry.services.device_files.MOST_ROWS", 2)
    with pytest.raises(DeviceFileError, match="over 2 rows"):
        import_devices(_file("d1,a,dust,M1", "d2,b,dust,M2"), "x", by=None, at=NOW)
    assert not Device.objects.exists()
