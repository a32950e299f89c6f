"""The control page of the simulated devices: what runs, what was injected, what was found; who may inject what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.alarms.models import Alarm
from lantian.apps.telemetry.models import Device, Point
from lantian.apps.telemetry.services.devices import NewDevice, register_device
from lantian.gateway.simulators.faults import begin
from lantian.gateway.simulators.truth import Records

pytestmark = pytest.mark.django_db
PATH = "/monitoring/simulator/"


def client(role: str) -> Client:
    person = Person.objects.create_person(role, None, name_zh="甲", name_en="A")
    office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
    Post.objects.create(person=person, role=role, organisation=office)
    found = Client()
    found.force_login(person)
    return found


@pytest.fixture
def records(tmp_path: Path, settings: Any) -> Records:
    settings.DATA_DIR, settings.DEMO = tmp_path, True
    point = Point.objects.create(id="sim-dust-001", name_zh="工地一（模拟）", kind="dust", synthetic=True)
    new = NewDevice("sim-dust-001", "工地一（模拟）", "dust", "110105D10000000000000001", point, synthetic=True)
    register_device(new, by=None, at=datetime.now(UTC))
    return Records(tmp_path)


def test_without_a_demonstration_there_is_no_such_page(records: Records, settings: Any) -> None:
    settings.DEMO = False
    duty = client("duty")
    assert duty.get(PATH).status_code == 404
    assert PATH.encode() not in duty.get("/monitoring/devices/").content


def test_a_simulator_that_has_not_reported_is_told_apart_from_one_that_runs(records: Records) -> None:
    duty = client("duty")
    assert "模拟器还没有报告" in duty.get(PATH).content.decode()
    counts = {"devices": 1, "connected": 1, "sent": 40, "acknowledged": 39, "resent": 1, "lost": 0, "commands": 2}
    status = {"running": True, "at": datetime.now(UTC).isoformat(), "scenario": "mixed", "kinds": {"dust": counts}}
    records.write_status(status)
    page = duty.get(PATH)
    assert page.context["page"].alive
    assert page.context["page"].totals["acknowledged"] == 39
    assert "扬尘监测点" in page.content.decode()
    records.write_status(status | {"at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()})
    assert not duty.get(PATH).context["page"].alive


def test_the_duty_desk_injects_a_fault_and_stops_it(records: Records) -> None:
    duty = client("duty")
    asked = {"fault": "frozen", "device": "sim-dust-001", "minutes": "30"}
    assert duty.post(PATH, asked).status_code == 302
    [row] = records.wishes()
    assert (row["action"], row["fault"], row["device"], row["minutes"]) == ("start", "frozen", "sim-dust-001", 30)
    fault = begin("frozen", "sim-dust-001", datetime.now(UTC).timestamp(), minutes=30)
    records.note([fault], {"sim-dust-001": "sim-dust-001"})
    assert [line.active for line in duty.get(PATH).context["page"].truths] == [True]
    assert duty.post(PATH, {"stop": fault.id}).status_code == 302
    [row] = records.wishes()
    assert (row["action"], row["id"]) == ("stop", fault.id)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"fault": "frozen", "device": "nobody", "minutes": "5"}, "没有模拟设备"),
        ({"fault": "oxygen", "device": "sim-dust-001", "minutes": "5"}, "不能注入"),
        ({"fault": "magic", "device": "sim-dust-001", "minutes": "5"}, "没有故障类型"),
        ({"fault": "frozen", "device": "sim-dust-001", "minutes": "0"}, "1–1440"),
        ({"fault": "frozen", "device": "sim-dust-001", "minutes": "x"}, "1–1440"),
        ({"stop": "frozen:sim-dust-001:1"}, "已经结束"),
    ],
)
def test_what_cannot_be_is_refused_in_words(records: Records, asked: dict[str, str], said: str) -> None:
    page = client("duty").post(PATH, asked)
    assert page.status_code == 400
    assert said in page.content.decode()
    assert records.wishes() == []


def test_a_regional_event_needs_no_device(records: Records) -> None:
    assert client("system-admin").post(PATH, {"fault": "episode", "device": "", "minutes": "60"}).status_code == 302
    assert records.wishes()[0]["device"] == "*"


def test_a_reader_looks_and_does_not_inject(records: Records) -> None:
    viewer = client("viewer")
    assert "不能注入" in viewer.get(PATH).content.decode()
    assert viewer.post(PATH, {"fault": "episode", "minutes": "60"}).status_code == 403
    assert records.wishes() == []


def test_the_page_says_which_alarm_found_a_fault_and_after_how_long(records: Records) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    found = begin("dust", "sim-dust-001", start.timestamp(), minutes=40)
    missed = begin("frozen", "sim-dust-001", start.timestamp() - 86_400, minutes=40)
    records.note([found, missed], {"sim-dust-001": "sim-dust-001"})
    Alarm.objects.create(
        number="A-1", rule="dust-limit", subject="dust-limit:sim-dust-001", rule_version="1",
        point_id="sim-dust-001", device=Device.objects.get(), first_at=start + timedelta(minutes=5),
        last_at=start + timedelta(minutes=35), raised_at=start + timedelta(minutes=20), synthetic=True,
    )  # fmt: skip
    lines = {line.truth.id: line for line in client("duty").get(PATH).context["page"].truths}
    assert lines[found.id].delay == timedelta(minutes=20)
    assert lines[missed.id].found is None
