"""The pages of the monitoring network over a small district whose figures are known by hand."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.audit.models import Entry
from lantian.apps.telemetry import hooks
from lantian.apps.telemetry.hooks import AlarmMark, AlarmQuestion
from lantian.apps.telemetry.models import (
    Channel,
    Command,
    Device,
    Latest,
    Link,
    MaintenanceWindow,
    Point,
    Snapshot,
    UnknownDevice,
)
from lantian.apps.telemetry.pages import live_map
from lantian.policy.reader import load_pack
from tests.telemetry.network_sample import SPOOL, Network, lay, utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lakes")


@pytest.fixture
def network(lakes: Path, tmp_path: Path, settings: Any) -> Network:
    found = lay(lakes, utc_now())
    settings.LAKE_URL = found.lake.root
    settings.DATA_DIR = tmp_path
    return found


@pytest.fixture
def client_of() -> Callable[[str], Client]:
    def make(role: str) -> Client:
        person = Person.objects.create_person(role, None, name_zh="甲", name_en="A")
        office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
        Post.objects.create(person=person, role=role, organisation=office)
        client = Client()
        client.force_login(person)
        return client

    return make


@pytest.fixture
def alarm() -> Iterator[AlarmMark]:
    mark = AlarmMark("A-1", "PM10 超标", "持续", 2, utc_now(), "dust-1", "dust-1-a", None, "/alarms/A-1/")

    def one(_person: Any, question: AlarmQuestion) -> list[AlarmMark]:
        return [mark] if question.waiting or "dust-1" in (question.point, question.device[:6]) else []

    before = list(hooks.alarm_marks)
    hooks.alarm_marks[:] = [one]
    yield mark
    hooks.alarm_marks[:] = before


def map_of(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/monitoring/map.json").content)
    return found


# the map ----------------------------------------------------------------------------------------------------------


@pytest.mark.row("S42")
@pytest.mark.usefixtures("network")
def test_the_map_tells_how_every_point_stands(client_of: Callable[[str], Client]) -> None:
    found = map_of(client_of("viewer"))
    states = {row[0]: row[6] for row in found["marks"]}
    assert states["dust-1"] == "online"
    assert states["dust-2"] == "stale"  # its last value is ten minutes old, three reports are three minutes
    assert states["micro-2"] == "offline"  # silent for five hours, a micro-station may be for half an hour
    assert states["voc-1"] == "invalid"  # its value bears flag D
    assert states["dust-3"] == "never"  # no device reports for it
    assert states["truck-1"] == "online"
    assert found["counts"]["dust"] == {"online": 1, "stale": 1, "invalid": 0, "offline": 0, "never": 1}


@pytest.mark.usefixtures("network")
def test_an_air_stations_mark_holds_its_value_and_the_level_of_the_hourly_scale(
    client_of: Callable[[str], Client],
) -> None:
    marks = {row[0]: row for row in map_of(client_of("viewer"))["marks"]}
    assert marks["micro-1"][7:10] == ["80", "µg/m³", 3]  # PM2.5 of 80: above 75, HJ 633 level 3
    assert marks["dust-1"][7:10] == ["80", "µg/m³", 0]  # a building site has no level
    assert marks["truck-1"][4:6] == [116.49, 39.9]  # where the vehicle last was


@pytest.mark.usefixtures("network")
def test_the_map_shows_alarms_where_their_points_are(client_of: Callable[[str], Client], alarm: AlarmMark) -> None:
    found = map_of(client_of("viewer"))
    assert found["waiting"] == 1
    assert found["alarms"] == [["A-1", "dust-1", "p", 116.52, 39.87, alarm.title, alarm.url]]


@pytest.mark.usefixtures("network")
def test_an_unchanged_map_is_not_sent_again(client_of: Callable[[str], Client]) -> None:
    client = client_of("viewer")
    tag = client.get("/monitoring/map.json").headers["ETag"]
    again = client.get("/monitoring/map.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    Link.objects.filter(pk="dust-1-a").update(last_frame_at=utc_now() - timedelta(days=1))
    assert client.get("/monitoring/map.json", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.usefixtures("network")
def test_the_ground_has_the_packs_streets(client_of: Callable[[str], Client]) -> None:
    sync_pack(load_pack(project.PACK), at=timezone.now())
    found = json.loads(client_of("viewer").get("/monitoring/ground.json").content)
    assert len(found["areas"]["features"]) == len(found["names"]) == 43


@pytest.mark.usefixtures("network")
def test_a_card_tells_values_link_and_alarms(client_of: Callable[[str], Client], alarm: AlarmMark) -> None:
    client = client_of("viewer")
    text = client.get("/monitoring/points/dust-1/card/").content.decode()
    assert "金泰里二期东门" in text
    assert alarm.title in text
    assert "1188 / 1440" in text  # 22 hours of 54 periods, of the 1,440 minutes of a day
    assert "82.5" in text
    assert "京A·00001" in client.get("/monitoring/devices/truck-1/card/").content.decode()
    assert "没有联网设备" in client.get("/monitoring/points/dust-3/card/").content.decode()


# points -----------------------------------------------------------------------------------------------------------


def test_a_points_hours_show_gaps_and_flags(network: Network, client_of: Callable[[str], Client]) -> None:
    context = client_of("viewer").get("/monitoring/points/dust-1/", {"view": "hours"}).context
    rows = {row.end: row for row in context["page"].rows}
    hour = timedelta(hours=1)
    assert len(rows) == 24
    assert [rows[network.hour - at * hour].count for at in (6, 5, 2)] == [0, 0, 0]
    assert rows[network.hour - 2 * hour].flags.en == "calibration 60"
    assert rows[network.hour].valid
    assert context["chart"]["lines"][0]["values"].count(None) == 3


@pytest.mark.usefixtures("network")
def test_a_stacks_curve_has_its_own_limit_and_an_air_stations_the_standards(client_of: Callable[[str], Client]) -> None:
    client = client_of("viewer")
    stack = client.get("/monitoring/points/stack-1/", {"view": "hours", "factor": "a21002"}).context["page"]
    assert [limit.value for limit in stack.figure.limits] == [50]
    air = client.get("/monitoring/points/station-1/", {"view": "hours", "factor": "a34004"}).context["page"]
    assert [limit.label.en.startswith("24 h limit") for limit in air.figure.limits] == [True]
    assert client.get("/monitoring/points/dust-1/", {"view": "hours"}).context["page"].figure.limits == ()


def test_a_points_files_hold_what_the_page_shows(network: Network, client_of: Callable[[str], Client]) -> None:
    client = client_of("viewer")
    text = client.get("/monitoring/points/dust-1/hours.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 24
    assert {row["snapshot"] for row in rows} == {network.lake.snapshot().id}
    assert sum(row["valid"] == "1" for row in rows) == 21
    days = client.get("/monitoring/points/dust-1/days.csv").content.decode("utf-8-sig").splitlines()
    assert days[0].startswith("day,a34002 µg/m³,a34002 hours")
    assert len(days) == 32
    readings = client.get("/monitoring/points/dust-1/readings.csv").content.decode("utf-8-sig").splitlines()
    assert readings[0].startswith("factor,period_s,start,value,flag,verdict")


@pytest.mark.usefixtures("network")
def test_every_tab_of_a_point_opens(client_of: Callable[[str], Client], alarm: AlarmMark) -> None:
    client = client_of("viewer")
    texts = {
        view: client.get("/monitoring/points/dust-1/", {"view": view}).content.decode()
        for view in ("now", "days", "alarms", "device", "frames", "no-such-tab")
    }
    assert alarm.title in texts["alarms"]
    assert "82.5" in texts["device"]
    assert "2051 分钟数据" in texts["frames"]
    assert texts["no-such-tab"].count('id="now"') == texts["now"].count('id="now"') == 1
    assert client.get("/monitoring/points/dust-3/", {"view": "hours"}).status_code == 200
    assert client.get("/monitoring/points/nowhere/").status_code == 404


@pytest.mark.usefixtures("network")
def test_a_stack_shows_measured_converted_and_rate(client_of: Callable[[str], Client]) -> None:
    client = client_of("viewer")
    context = client.get("/monitoring/points/stack-1/", {"view": "stack"}).context
    table = next(one for one in context["tables"] if one.factor == "a21002")
    assert table.limit == "50"
    assert {row.measured.text for row in table.rows if row.valid} <= {"60.0", "61.0", "62.0", "63.0", "64.0"}
    assert all(row.over for row in table.rows if row.valid)  # 60 and more, without oxygen channel nothing is converted
    assert "排口" not in client.get("/monitoring/points/dust-1/").content.decode()


# devices ----------------------------------------------------------------------------------------------------------


@pytest.mark.row("S16")
@pytest.mark.usefixtures("network")
def test_the_list_finds_devices_by_state_kind_and_words(client_of: Callable[[str], Client]) -> None:
    client = client_of("viewer")

    def found(**query: str) -> list[str]:
        return [row.pk for row in client.get("/monitoring/devices/", query).context["page"].rows]

    assert found(state="offline") == ["micro-2-a"]
    assert found(kind="dust") == ["dust-1-a", "dust-2-a"]
    assert found(text="高碑店") == ["stack-1-a"]
    assert found(sort="-silence")[-1:] != ["truck-3"]
    assert found(maintainer="某运维单位", kind="truck") == []
    assert len(found()) == 11


@pytest.mark.usefixtures("network")
def test_a_secret_is_masked_and_a_look_at_it_is_on_record(client_of: Callable[[str], Client]) -> None:
    admin = client_of("system-admin")
    assert "123456" not in admin.get("/monitoring/devices/dust-1-a/").content.decode()
    assert client_of("duty").post("/monitoring/devices/dust-1-a/secret/").status_code == 403
    assert "123456" in admin.post("/monitoring/devices/dust-1-a/secret/").content.decode()
    assert Entry.objects.order_by("-pk")[0].verb == "device.secret-seen"


@pytest.mark.usefixtures("network")
def test_a_device_page_sums_its_link(client_of: Callable[[str], Client]) -> None:
    context = client_of("viewer").get("/monitoring/devices/dust-1-a/").context
    total = context["trend"].sum
    assert (total.due, total.periods, total.frames, total.bad) == (10080, 1188, 1364, 44)  # a week, outages included
    assert total.transmission == Decimal("1.2")  # 1188/10080 × 1056/10080 = 1.23 %
    assert (total.mean_delay_s, total.mean_offset_s) == (3.0, 1.5)
    assert context["trend"].faults[0][0] == "crc-wrong"


@pytest.mark.usefixtures("network")
def test_a_channel_is_changed_with_its_unit(client_of: Callable[[str], Client]) -> None:
    form = {"code": "a34002", "name_zh": "PM10", "unit_sent": "mg/m³", "unit": "µg/m³", "high": "5000", "main": "on"}
    assert client_of("duty").post("/monitoring/devices/dust-1-a/channel/", form).status_code == 403
    admin = client_of("system-admin")
    answer = admin.post("/monitoring/devices/dust-1-a/channel/", form)
    assert answer.headers["Location"].endswith("?view=channels")
    assert Channel.objects.get(device="dust-1-a", code="a34002").scale == 1000
    wrong = admin.post("/monitoring/devices/dust-1-a/channel/", {**form, "unit_sent": "furlong"})
    assert wrong.status_code == 400
    assert "furlong" in wrong.content.decode()
    assert admin.get("/monitoring/devices/dust-1-a/", {"view": "channels", "factor": "a34002"}).status_code == 200


@pytest.mark.usefixtures("network")
def test_a_command_is_queued_and_taken_back(client_of: Callable[[str], Client]) -> None:
    admin = client_of("system-admin")
    form = {"code": "1012", "1012-SystemTime": "2020-11-23T10:05", "2061-BeginTime": "2020-11-22T00:00"}
    assert admin.post("/monitoring/devices/dust-1-a/command/", form).status_code == 302
    queued = Command.objects.order_by("-pk")[0]
    assert (queued.code, queued.parameters) == ("1012", {"SystemTime": "20201123100500"})
    assert admin.post("/monitoring/devices/dust-1-a/command/", {"code": "1062"}).status_code == 400
    assert admin.post("/monitoring/commands/", {"command": queued.pk}).status_code == 302
    assert Command.objects.get(pk=queued.pk).state == "cancelled"
    assert admin.post("/monitoring/commands/", {"command": queued.pk}).status_code == 400
    text = admin.get("/monitoring/devices/dust-1-a/", {"view": "commands"}).content.decode()
    assert "abc123" not in text
    assert len(admin.get("/monitoring/commands/", {"state": "cancelled"}).context["commands"]) == 1


@pytest.mark.usefixtures("network")
def test_a_trucks_permitted_course_is_drawn_changed_and_taken_away(client_of: Callable[[str], Client]) -> None:
    admin, path = client_of("system-admin"), "/monitoring/devices/truck-1/course/"
    form = {"line": "[[116.4, 39.9], [116.5, 39.95]]", "corridor_m": "300"}
    assert client_of("duty").post(path, form).status_code == 403
    assert admin.post(path, form).headers["Location"] == "/monitoring/devices/truck-1/?view=upkeep"
    assert Device.objects.get(pk="truck-1").details == {"route": [[116.4, 39.9], [116.5, 39.95]], "corridor_m": 300}
    shown = client_of("viewer").get("/monitoring/devices/truck-1/", {"view": "upkeep"}).content.decode()
    assert "2 个拐点" in shown
    assert "保存路线" not in shown
    wrong = admin.post(path, {**form, "line": "[[39.9, 116.4], [39.95, 116.5]]"})
    assert (wrong.status_code, "第 1 个坐标" in wrong.content.decode()) == (400, True)
    assert admin.post(path, {**form, "corridor_m": "wide"}).status_code == 400
    assert admin.post(path, {"line": ""}).status_code == 302
    assert Device.objects.get(pk="truck-1").details == {}
    assert 'id="course"' not in admin.get("/monitoring/devices/dust-1-a/", {"view": "upkeep"}).content.decode()


@pytest.mark.usefixtures("network")
def test_a_device_is_suspended_with_a_reason_and_resumed(client_of: Callable[[str], Client]) -> None:
    admin = client_of("system-admin")
    assert admin.post("/monitoring/devices/dust-1-a/active/", {"reason": ""}).status_code == 400
    assert admin.post("/monitoring/devices/dust-1-a/active/", {"reason": "拆除"}).status_code == 302
    assert not Device.objects.get(pk="dust-1-a").active
    assert "已停用" in admin.get("/monitoring/devices/dust-1-a/").content.decode()
    assert admin.post("/monitoring/devices/dust-1-a/active/").status_code == 302
    assert Device.objects.get(pk="dust-1-a").active


@pytest.mark.usefixtures("network")
def test_upkeep_puts_the_overdue_calibration_first(client_of: Callable[[str], Client]) -> None:
    context = client_of("viewer").get("/monitoring/devices/dust-1-a/", {"view": "upkeep"}).context
    assert [(row.instrument.name, row.lamp) for row in context["instruments"]] == [
        ("噪声计", "r"),
        ("颗粒物监测仪", "y"),
        ("风速仪", "g"),
    ]


@pytest.mark.usefixtures("network")
def test_a_camera_that_does_not_answer_says_so(client_of: Callable[[str], Client]) -> None:
    camera = Point.objects.get(pk="dust-1").cameras.get()
    answer = client_of("duty").post(f"/monitoring/devices/dust-1-a/cameras/{camera.pk}/")
    assert answer.status_code == 400
    assert Snapshot.objects.get().error_zh in answer.content.decode()
    assert client_of("viewer").get(f"/monitoring/snapshots/{Snapshot.objects.get().pk}/").status_code == 404


NEW = {"kind": "dust", "id": "dust-9-a", "name_zh": "新设备", "key": "110105AABBCC0000000000D9", "point": "dust-9"}


@pytest.mark.usefixtures("network")
def test_a_device_is_registered_with_a_new_point(client_of: Callable[[str], Client]) -> None:
    admin = client_of("system-admin")
    lost = admin.post("/monitoring/devices/new/", NEW)
    assert lost.status_code == 400
    assert "新点位须填写经纬度" in lost.content.decode()
    assert not Point.objects.filter(pk="dust-9").exists()
    taken = admin.post("/monitoring/devices/new/", {**NEW, "longitude": "116.5", "latitude": "39.9", "id": "dust-1-a"})
    assert taken.status_code == 400
    assert not Point.objects.filter(pk="dust-9").exists()  # the point is not left behind
    done = admin.post("/monitoring/devices/new/", {**NEW, "longitude": "116.5", "latitude": "39.9"})
    assert done.headers["Location"] == "/monitoring/devices/dust-9-a/"
    assert Device.objects.get(pk="dust-9-a").point.latitude == 39.9  # type: ignore[union-attr]
    assert "请填写" in admin.post("/monitoring/devices/new/", {}).content.decode()
    bare = admin.get("/monitoring/devices/new/").content.decode()
    assert ('value="crc-modbus"' in bare, 'value="crc-wrong"' in bare, " checked" in bare) == (True, False, False)
    again = {**NEW, "id": "dust-10-a", "key": "MN10", "tolerated": ["crc-modbus", "length-wrong"], "interval_s": "0"}
    assert admin.post("/monitoring/devices/new/", again).content.decode().count(" checked") == 2
    assert admin.post("/monitoring/devices/new/", {**again, "tolerated": ["no-crlf"]}).status_code == 400
    assert admin.post("/monitoring/devices/new/", {**again, "interval_s": "60"}).status_code == 302
    assert Device.objects.get(pk="dust-10-a").tolerated == ["crc-modbus", "length-wrong"]
    assert client_of("duty").post("/monitoring/devices/new/", NEW).status_code == 403


@pytest.mark.usefixtures("network")
def test_a_table_of_devices_is_answered_row_by_row(client_of: Callable[[str], Client]) -> None:
    admin = client_of("system-admin")
    assert load_workbook(io.BytesIO(admin.get("/monitoring/devices/import/template.xlsx").content)).active
    file = io.BytesIO("编号,名称,类别,设备标识,点位\nx-1,好,dust,MN-X-1,dust-1\nx-2,,dust,MN-X-2,dust-1\n".encode())
    file.name = "devices.csv"
    done = admin.post("/monitoring/devices/import/", {"file": file}).context["done"]
    assert done.registered == ["x-1"]
    assert [(error.row, error.column.zh) for error in done.errors] == [(3, "名称")]
    bad = io.BytesIO(b"a,b\n1,2\n")
    bad.name = "other.csv"
    assert admin.post("/monitoring/devices/import/", {"file": bad}).status_code == 400
    assert admin.post("/monitoring/devices/import/", {}).status_code == 400


# frames -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("network")
def test_a_frame_is_explained_field_by_field(client_of: Callable[[str], Client]) -> None:
    client = client_of("viewer")
    frame = client.get(f"/monitoring/frames/{SPOOL}/1/").context["frame"]
    fields = {field.name: field for field in frame.explained.fields}
    assert (fields["a34002-Avg"].value, fields["a34002-Avg"].unit) == ("162.7", "µg/m³")
    assert fields["a34002-Avg"].meaning.en == "PM10, mean"
    assert fields["ST"].meaning.zh == "系统编码：扬尘监测"
    assert fields["PW"].text == "******"
    assert "123456" not in client.get(f"/monitoring/frames/{SPOOL}/1/").content.decode()
    assert frame.faults == ()
    broken = client.get(f"/monitoring/frames/{SPOOL}/2/").context["frame"]
    assert [text.zh for _name, text in broken.faults] == ["校验码错误"]
    flagged = client.get(f"/monitoring/frames/{SPOOL}/3/").context["frame"]
    held = {field.name: field.verdict.zh for field in flagged.explained.fields}
    assert (held["a34002-Avg"], held["a34002-Flag"]) == ("故障", "故障，不计入均值")
    truck = client.get(f"/monitoring/frames/{SPOOL}/4/").context["frame"].explained
    assert {field.name: field.value for field in truck.fields}["speed"] == "36.0"
    assert client.get(f"/monitoring/frames/{SPOOL}/99/").status_code == 404


@pytest.mark.usefixtures("network")
def test_a_devices_frames_are_listed_newest_first(client_of: Callable[[str], Client]) -> None:
    page = client_of("viewer").get("/monitoring/devices/dust-1-a/frames/").context["page"]
    seqs = [row.seq for row in page.rows]
    assert seqs == sorted(seqs, reverse=True)
    earlier = client_of("duty").get("/monitoring/devices/dust-1-a/frames/", {"day": "2020-01-01"}).context["page"]
    assert (earlier.rows, earlier.later.isoformat()) == ([], "2020-01-02")


# links, upkeep, push ----------------------------------------------------------------------------------------------


@pytest.mark.row("S13")
@pytest.mark.usefixtures("network")
def test_the_board_sums_devices_kinds_and_maintainers(client_of: Callable[[str], Client]) -> None:
    client = client_of("viewer")
    page = client.get("/monitoring/links/").context["page"]
    assert (page.whole.online, page.whole.devices) == (9, 11)
    assert page.whole.quality.completeness == Decimal("82.5")  # 1188 of 1440 minutes
    rows = {row.id: row for row in page.rows}
    assert rows["dust-1-a"].failing == {"completeness", "transmission"}  # below the pack's 90 % and 75 %
    assert rows["truck-1"].quality.completeness is None  # of a vehicle nothing is due
    by_maintainer = client.get("/monitoring/links/", {"group": "maintainer"}).context["page"].rows
    assert {row.name.zh: row.devices for row in by_maintainer} == {"某运维单位": 8, "": 3}
    dust = client.get("/monitoring/links/", {"kind": "dust", "sort": "-bad", "span": "168"}).context["page"]
    assert [row.id for row in dust.rows] == ["dust-1-a", "dust-2-a"]
    assert client.get("/monitoring/links/", {"text": "no such"}).context["page"].rows == []


@pytest.mark.usefixtures("network")
def test_the_boards_workbook_has_every_row(client_of: Callable[[str], Client]) -> None:
    content = client_of("viewer").get("/monitoring/links/export.xlsx").content
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = {row[1]: row for row in sheet.iter_rows(values_only=True) if row[1]}
    assert rows["dust-1-a"][5:10] == (1440, 1188, 1056, 82.5, 60.5)


@pytest.mark.usefixtures("network")
def test_a_device_is_adopted_from_the_quarantine(client_of: Callable[[str], Client]) -> None:
    admin, one = client_of("system-admin"), UnknownDevice.objects.get()
    assert one.key in admin.get("/monitoring/quarantine/").content.decode()
    page = admin.get(f"/monitoring/quarantine/{one.pk}/")
    assert page.context["form"]["kind"].value() == "dust"  # its frame says ST=39
    assert "PM10 平均值" in page.content.decode()
    form = {"kind": "dust", "id": "new-dust", "name_zh": "新工地", "key": one.key, "point": "dust-3", "act": "adopt"}
    assert client_of("duty").post(f"/monitoring/quarantine/{one.pk}/", form).status_code == 403
    assert admin.post(f"/monitoring/quarantine/{one.pk}/", {**form, "kind": "truck"}).status_code == 400
    assert admin.post(f"/monitoring/quarantine/{one.pk}/", form).status_code == 302
    assert Device.objects.get(pk="new-dust").key == one.key
    assert UnknownDevice.objects.get().state == "adopted"


@pytest.mark.usefixtures("network")
def test_a_device_is_refused_in_the_quarantine(client_of: Callable[[str], Client]) -> None:
    admin, one = client_of("system-admin"), UnknownDevice.objects.get()
    assert admin.post(f"/monitoring/quarantine/{one.pk}/", {"act": "refuse"}).status_code == 302
    assert admin.get("/monitoring/quarantine/").context["rows"] == []
    assert len(admin.get("/monitoring/quarantine/", {"state": "refused"}).context["rows"]) == 1


def test_a_window_is_declared_and_ended(network: Network, client_of: Callable[[str], Client]) -> None:
    duty = client_of("duty")
    start = timezone.localtime(network.now + timedelta(hours=2))
    form = {
        "device": "stack-1-a", "kind": "calibration", "reason": "季度校准",
        "start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert duty.post("/monitoring/maintenance/", form).status_code == 302
    window = MaintenanceWindow.objects.get(device="stack-1-a")
    assert window.end - window.start == timedelta(hours=2)
    assert window.declared_by is not None
    assert duty.post("/monitoring/maintenance/", {**form, "reason": ""}).status_code == 400
    assert duty.post("/monitoring/maintenance/", {"close": window.pk}).status_code == 302
    assert not MaintenanceWindow.objects.filter(pk=window.pk).exists()  # it had not begun: withdrawn
    assert client_of("viewer").post("/monitoring/maintenance/", form).status_code == 403
    page = client_of("bureau").get("/monitoring/maintenance/", {"device": "dust-1-a"}).context
    assert [row["state"] for row in page["windows"]] == ["coming", "open", "over"]


@pytest.mark.row("S13")
@pytest.mark.usefixtures("network")
def test_the_reconciliation_tells_what_was_not_confirmed(client_of: Callable[[str], Client]) -> None:
    context = client_of("viewer").get("/monitoring/push/").context
    row = context["rows"][0]
    assert (row["missing"], row["share"], row["delay_s"]) == (15, 0.98, 10.0)  # 1000 − 980 − 5; 9800 s / 980
    assert context["targets"][0]["confirmed"] == 980


# what pages cost --------------------------------------------------------------------------------------------------

COSTLY = [
    "/monitoring/map.json", "/monitoring/points/dust-1/card/", "/monitoring/points/dust-1/",
    "/monitoring/points/dust-1/?view=hours", "/monitoring/points/dust-1/?view=device", "/monitoring/devices/",
    "/monitoring/devices/dust-1-a/", "/monitoring/devices/dust-1-a/?view=upkeep", "/monitoring/links/",
    "/monitoring/links/?group=maintainer", "/monitoring/maintenance/", "/monitoring/push/", "/monitoring/commands/",
    "/monitoring/quarantine/", "/monitoring/", "/wall/network/",
]  # fmt: skip


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("path", COSTLY)
def test_a_network_page_asks_the_records_ten_times_at_most_beside_the_bell(
    path: str, client_of: Callable[[str], Client], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = client_of("system-admin")
    with django_assert_max_num_queries(10 + 1):
        assert client.get(path).status_code == 200


def many(count: int) -> None:
    """Add devices that have each a link and a value."""
    now = utc_now()
    Point.objects.bulk_create(
        Point(id=f"m-{at}", name_zh=f"点 {at}", kind="micro", area_code="110105", longitude=116.4, latitude=39.9)
        for at in range(count)
    )
    Device.objects.bulk_create(
        Device(id=f"m-{at}-a", name_zh=f"设备 {at}", kind="micro", family="hj212", key=f"MN-m-{at}", point_id=f"m-{at}",
               registered_at=now)
        for at in range(count)
    )  # fmt: skip
    Link.objects.bulk_create(Link(device_id=f"m-{at}-a", first_frame_at=now, last_frame_at=now) for at in range(count))
    Channel.objects.bulk_create(
        Channel(device_id=f"m-{at}-a", point_id=f"m-{at}", code="a34004", factor="a34004", unit="µg/m³", main=True)
        for at in range(count)
    )
    Latest.objects.bulk_create(
        Latest(channel=channel, point_id=channel.point_id, factor="a34004", value=35, start=now, period_s=60,
               verdict="valid", received_at=now)
        for channel in Channel.objects.filter(device__pk__startswith="m-")
    )  # fmt: skip


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("path", ["/monitoring/map.json", "/monitoring/devices/", "/monitoring/links/"])
def test_more_devices_cost_no_more_questions(
    path: str,
    client_of: Callable[[str], Client],
    django_assert_num_queries: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_map, "FRESH_S", 1e-6)  # nothing is kept from one question to the next
    client = client_of("viewer")
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    many(60)
    with django_assert_num_queries(len(few)):
        client.get(path)


@pytest.mark.usefixtures("network")
def test_the_map_is_read_once_in_some_seconds_and_anew_after_a_frame(
    client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_map, "FRESH_S", 3600)
    client = client_of("viewer")
    before = client.get("/monitoring/map.json").json()
    Latest.objects.filter(channel__device="dust-1-a", factor="a34002").update(value=517)
    assert client.get("/monitoring/map.json").json() == before
    Link.objects.filter(pk="dust-1-a").update(last_frame_at=timezone.now())
    after = {row[0]: row[7] for row in client.get("/monitoring/map.json").json()["marks"]}
    assert after["dust-1"] == "517"


# who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("role", ["audit-admin", "security-admin"])
def test_the_network_is_the_officers_alone(role: str, client_of: Callable[[str], Client]) -> None:
    client = client_of(role)
    for path in ("/monitoring/", "/monitoring/devices/", "/monitoring/links/", "/wall/network/"):
        assert client.get(path).status_code == 403, path
    assert "data-wall-fetch" not in client.get("/wall/").content.decode()


@pytest.mark.usefixtures("network")
def test_the_walls_second_page_counts_the_network(client_of: Callable[[str], Client], alarm: AlarmMark) -> None:
    client = client_of("duty")
    assert "data-wall-fetch" in client.get("/wall/").content.decode()
    answer = client.get("/wall/network/")
    assert (answer.context["whole"].online, answer.context["waiting"]) == (9, 1)
    assert alarm.title in answer.content.decode()
    assert [row.name.zh for row in answer.context["maintainers"]] == ["某运维单位"]
