"""Measured emission on the page of a discharge permit: tonnes of valid hours, completeness, how, and no data."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.services import create_source, credentials
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.sources import Values
from lantian.apps.telemetry.emission import measured_emission
from lantian.apps.telemetry.models import Device, Point
from lantian.apps.telemetry.services import NewDevice, NewWindow, declare_window, register_device
from lantian.kernel.instants import beijing_day, day_of
from lantian.lake import Lake
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
PACK = "cn-110105-2018"
BEGIN = beijing_day(date(2020, 3, 2))
HOUR = timedelta(hours=1)
NOW = BEGIN + 24 * HOUR
ACT = Act(None, BEGIN, "")
RUNNING = {"a21002": 28.0, "a01011": 8.0, "a01012": 136.5, "a01013": 0.0, "a01014": 10.0}
"""A boiler at 51 840 m³/h of dry standard gas (3600·3·8/1.5·0.9): 28 mg/m³ of NOx are 1.45152 kg/h."""


@pytest.fixture
def firm(tmp_path: Path, settings: Any) -> Source:
    settings.PACK, settings.LAKE_URL = PACK, str(tmp_path / "lake")
    Area.objects.create(code="110105001", name_zh="第一街道", kind="street")
    Organisation.objects.create(code="environment", name_zh="区环保局", kind="bureau")
    own = {"name": "某热电厂", "area_id": "110105001", "state": "working"}
    return create_source(kind("enterprise"), Values(own, {"permit_managed": "key"}), by=None, at=BEGIN)


@pytest.fixture
def permit(firm: Source) -> Credential:
    made = credentials.apply("discharge-permit", firm, {"nox_t": "0.03", "so2_t": "5"}, ACT)
    return credentials.issue(made, ACT, valid_from=date(2019, 1, 1))


def outlet_of(firm: Source, name: str, **details: Any) -> Point:
    own = {"name": f"{firm.name} {name}", "area_id": "110105001", "state": "working"}
    facts: dict[str, Any] = {"enterprise": firm.code, "outlet_code": name, "height_m": 60.0}
    entry = create_source(kind("outlet"), Values(own, facts), by=None, at=BEGIN)
    point = Point.objects.create(id=name.lower(), name_zh=name, kind="stack", source=entry, details=details)
    new = NewDevice(f"{point.pk}-a", name, "stack", f"CEMS-{name}", point=point)
    register_device(new, by=None, at=BEGIN)
    return point


def hours_of(point: Point, values: dict[str, float], numbers: range, lake: Lake, begin: datetime = BEGIN) -> None:
    """Store hours that the device averaged itself, each file an hour after the one before."""
    rows = [
        {"point": point.pk, "factor": code, "period_s": 3600, "start": begin + number * HOUR, "value": value,
         "flag": "N", "verdict": "valid"}
        for number in numbers for code, value in values.items()
    ]  # fmt: skip
    received = begin + (24 + Point.objects.count()) * HOUR
    lake.append_readings(pa.Table.from_pylist(rows), received_at=received, source=point.pk)
    lake.roll_up(air_rules(load_pack(PACK)).validity(day_of(begin)), computed_at=received)


def row_of(permit: Credential, year: int, pollutant: str) -> str:
    """Return a pollutant's line on the permit's page."""
    person, made = Person.objects.get_or_create(username="duty", defaults={"name_zh": "值班员"})
    if made:
        Post.objects.create(person=person, role="duty", organisation_id="environment")
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person)
    answer = client.get(f"/ledgers/credentials/{permit.pk}/", {"year": str(year)})
    assert answer.status_code == 200
    return next(line for line in answer.content.decode().split("<tr>") if pollutant in line)


def tonnes(firm: Source, year: int = 2020, now: datetime = NOW) -> dict[str, tuple[float | None, int, int]]:
    found = measured_emission({firm.pk}, year, now).get(firm.pk, {})
    return {name: (None if one.tonnes is None else round(one.tonnes, 6), one.hours, one.due)
            for name, one in found.items()}  # fmt: skip


def test_a_year_is_the_sum_of_the_hours_with_a_rate_and_says_how_many_those_are(firm: Source, settings: Any) -> None:
    lake = Lake(settings.LAKE_URL)
    first = outlet_of(firm, "DA001", area_m2=3)
    hours_of(first, RUNNING, range(20), lake)  # 20 h · 1.45152 kg/h = 29.0304 kg; four hours have no data
    assert tonnes(firm) == {"so2_t": (None, 0, 24), "nox_t": (0.02903, 20, 24), "pm_t": (None, 0, 24)}
    declare_window(first.devices.get(), NewWindow("stop", BEGIN + 20 * HOUR, BEGIN + 23 * HOUR, "检修"),
                   by=None, at=BEGIN)  # fmt: skip
    assert tonnes(firm)["nox_t"] == (0.02903, 20, 21)
    hours_of(outlet_of(firm, "DA002"), {"a21002": 20.0, "a00000": 50_000.0}, range(10), lake)  # 10 h · 1 kg/h
    assert tonnes(firm)["nox_t"] == (0.03903, 30, 45)
    assert tonnes(firm, 2019)["nox_t"] == (None, 0, 0)  # before it was registered
    assert tonnes(firm, 2021) == {}
    assert tonnes(firm, 2020, BEGIN + 5 * HOUR)["nox_t"] == (0.012258, 10, 10)


def test_an_outlet_whose_settings_cannot_be_read_is_left_out_and_named(firm: Source, settings: Any) -> None:
    lake = Lake(settings.LAKE_URL)
    hours_of(outlet_of(firm, "DA001", area_m2=3), RUNNING, range(2), lake)
    hours_of(outlet_of(firm, "DA002", area_m2="wide"), RUNNING, range(2), lake)
    found = measured_emission({firm.pk}, 2020, NOW)[firm.pk]["nox_t"]
    assert (found.hours, found.due) == (2, 24)
    assert "da002" in found.how.zh


@pytest.mark.row("S29")
def test_the_permit_shows_what_was_measured_beside_what_it_allows(
    permit: Credential, firm: Source, settings: Any
) -> None:
    begin = beijing_day(day_of(datetime.now(UTC)) - timedelta(days=1))
    year = day_of(begin).year
    assert "排口没有此项的在线监测" in row_of(permit, year, "NOₓ")
    lake, outlet = Lake(settings.LAKE_URL), outlet_of(firm, "DA001", area_m2=3)
    Device.objects.filter(point=outlet).update(registered_at=begin)
    hours_of(outlet, RUNNING, range(21), lake, begin)
    row = row_of(permit, year, "NOₓ")  # 21 h · 1.45152 kg/h = 30.48 kg, above the 30 kg allowed
    assert all(word in row for word in ("0.03<", "<b>0.030</b>", "21 / ", "超量", "da001", "HJ 75-2017"))
    sulphur = row_of(permit, year, "SO₂")
    assert "无数据" in sulphur
    assert "超量" not in sulphur
