"""From the bytes of a dust device's frame to an alarm that explains itself: spool, lake, record store, sweep, page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.services import sweep
from lantian.apps.telemetry.models import Device, Latest, Point
from lantian.apps.telemetry.services.devices import NewDevice, register_device
from lantian.apps.telemetry.services.ingest import ingest, ingest_cursor
from lantian.apps.telemetry.services.maintenance import NewWindow, declare_window
from lantian.apps.telemetry.services.registry import load_registry
from lantian.gateway.drain import Drain
from lantian.gateway.ingested import Ingested
from lantian.gateway.received import Received
from lantian.gateway.spool import Spool
from lantian.kernel.instants import BEIJING
from lantian.lake import Lake
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack
from lantian.protocols.hj212.frames import write_frame

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 26, 1, tzinfo=UTC)  # 09:00 in Beijing
NOW = START + timedelta(minutes=125)
MINUTE = timedelta(minutes=1)
MN = "110105DC0000000000000187"


def follow(batch: Ingested) -> None:
    """Bring the record store up to a stretch."""
    ingest(batch)


class Line:
    """The line from a device to the alarms: its frames, and what each process does with them in turn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = Lake(folder / "lake")
        self.spool = Spool(folder / "spool")

    def send(self, values: Callable[[int], float], minutes: int) -> None:
        """Spool minute frames (CN 2051) of PM10, each received 20 seconds after its minute."""
        frames = []
        for number in range(minutes):
            at = START + number * MINUTE
            local = at.astimezone(BEIJING)
            head = f"QN={local:%Y%m%d%H%M}20123;ST=39;CN=2051;PW=123456;MN={MN};Flag=5;"
            area = f"DataTime={local:%Y%m%d%H%M}00;a34002-Avg={values(number):.1f},a34002-Flag=N"
            raw = write_frame(f"{head}CP=&&{area}&&".encode())[:-2]
            received_us = int((at + timedelta(seconds=80)).timestamp() * 1e6)
            frames.append(Received(0, received_us, "hj212", "dc-0187", "127.0.0.1:4000", (), raw))
        self.spool.append(frames)

    def carry(self, now: datetime) -> None:
        """Drain the spool, follow it, roll up, and sweep."""
        Drain(self.lake, self.folder / "spool", load_registry, follow, cursor=ingest_cursor).round(now)
        self.lake.roll_up(air_rules(load_pack("cn-110105-2018")).validity(now.date()), computed_at=now)
        sweep(now, lake=self.lake)


@pytest.fixture
def line(tmp_path: Path, settings: Any) -> Line:
    settings.DATA_DIR, settings.LAKE_URL, settings.PACK = tmp_path, str(tmp_path / "lake"), "cn-110105-2018"
    point = Point.objects.create(
        id="jintaili-2", name_zh="金泰里二期", name_en="Jintaili Phase 2", kind="dust", area_code="110105001",
        longitude=116.5, latitude=39.9,
    )  # fmt: skip
    new = NewDevice("dc-0187", "扬尘仪", "dust", MN, point=point, secret="123456")
    register_device(new, by=None, at=START - timedelta(days=40))
    return Line(tmp_path)


@pytest.fixture
def duty() -> Client:
    person = Person.objects.create_person("duty", None, name_zh="值班员甲", name_en="Duty Officer A")
    office = Organisation.objects.create(code="office", name_zh="区环保局", name_en="Bureau")
    Post.objects.create(person=person, role="duty", organisation=office)
    client = Client()
    client.force_login(person)
    return client


def rising(number: int) -> float:
    """About 120 µg/m³ in the first hour; in the second about 412."""
    return (120 if number < 60 else 412) + (number * 7 % 60) - 29.5


@pytest.mark.row("S16")
@pytest.mark.row("B15")
def test_frames_above_the_limit_become_an_alarm_that_cites_its_rule(line: Line, duty: Client) -> None:
    line.send(rising, 125)
    line.carry(NOW)
    assert Latest.objects.get(factor="a34002").point_id == "jintaili-2"
    alarm = Alarm.objects.get(rule="site-pm10-hour")
    assert (alarm.value, alarm.limit, alarm.first_at) == (412.0, 150.0, START + timedelta(hours=1))
    line.carry(NOW + MINUTE)  # nothing doubles
    assert Alarm.objects.filter(rule="site-pm10-hour").count() == 1
    page = duty.get(f"/alarms/{alarm.number}/")
    text = page.content.decode()
    assert "第十一条" in text
    assert "&gt; 150 µg/m³" in text
    assert "/monitoring/devices/dc-0187/frames/" in text
    assert alarm.evidence["snapshot"] in text
    duty.post(f"/alarms/{alarm.number}/judge/", {"outcome": "true", "reason": "现场核实：裸土未盖"})
    board = duty.get("/alarms/precision/", {"at": f"{NOW.astimezone(BEIJING) + timedelta(hours=1):%Y-%m-%dT%H:00}"})
    judged = {row.record.id: (row.share.true, row.share.judged) for row in board.context["lines"]}
    assert judged["site-pm10-hour"] == (1, 1)


@pytest.mark.row("B20")
def test_the_same_frames_in_a_declared_window_stay_in_sight_and_call_nobody(line: Line, duty: Client) -> None:
    device = Device.objects.get()
    new = NewWindow("maintenance", START, START + timedelta(hours=4), "更换滤带")
    window = declare_window(device, new, by=None, at=START - timedelta(hours=1))
    line.send(rising, 125)
    line.carry(NOW)
    alarm = Alarm.objects.get(rule="site-pm10-hour")
    assert (alarm.handling, alarm.window) == ("suppressed", window)
    at = {"at": f"{NOW.astimezone(BEIJING) + timedelta(hours=1):%Y-%m-%dT%H:00}"}
    assert alarm.number not in duty.get("/alarms/", at).content.decode()
    assert alarm.number in duty.get("/alarms/", at | {"view": "suppressed"}).content.decode()


@pytest.mark.row("B20")
def test_a_window_declared_after_the_alarm_silences_nothing_and_is_itself_told(line: Line) -> None:
    line.send(rising, 125)
    line.carry(NOW)
    device = Device.objects.get()
    new = NewWindow("maintenance", NOW - timedelta(minutes=10), NOW + timedelta(hours=2), "更换滤带")
    declare_window(device, new, by=None, at=NOW)
    line.carry(NOW + MINUTE)
    assert Alarm.objects.get(rule="site-pm10-hour").handling == "raised"
    abuse = Alarm.objects.get(rule="window-abuse")
    assert (abuse.device_id, abuse.handling) == ("dc-0187", "raised")


@pytest.mark.row("S16")
def test_frames_below_the_limit_become_hours_and_no_alarm(line: Line) -> None:
    line.send(lambda number: 100 + (number * 7 % 60) - 29.5, 125)
    line.carry(NOW)
    assert not Alarm.objects.filter(rule="site-pm10-hour").exists()
