"""The sweep over a lake: the pack's rules at, below and above their limits; repeated, restarted, overlapping."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lantian.apps.alarms.models import Alarm, RuleDecision
from lantian.apps.alarms.services import sweep
from lantian.apps.alarms.services.sweep import LOCK
from lantian.apps.telemetry.models import Device, Link, MaintenanceWindow
from lantian.lake import Lake
from lantian.lake.lock import WriterLock
from lantian.lake.schema import ENGINE
from lantian.lake.streams import Stretch
from tests.alarms.sample import MINUTE, NOW, PM10, PM25, fill, site, steady, wave

pytestmark = pytest.mark.django_db
RULE = "site-pm10-hour"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR, settings.LAKE_URL, settings.PACK = tmp_path, str(tmp_path / "lake"), "cn-110105-2018"
    return tmp_path / "lake"


def _lake(folder: Path, level: float) -> Lake:
    point = site(1)
    return fill(folder, {(point.pk, PM10): steady(level)})


def _alarms(rule: str = RULE) -> list[Alarm]:
    return list(Alarm.objects.filter(rule=rule))


def test_an_hour_above_the_packs_limit_is_told_with_its_conditions_and_place(folder: Path) -> None:
    sweep(NOW, lake=_lake(folder, 412))
    (alarm,) = _alarms()
    assert (alarm.point_id, alarm.device_id, alarm.area_code, alarm.factor) == ("dust-1", "dust-1", "110105001", PM10)
    assert (alarm.value, alarm.limit, alarm.unit, alarm.handling) == (412.0, 150.0, "µg/m³", "raised")
    assert alarm.conditions[0]["limit"] == {"zh": "> 150 µg/m³", "en": "> 150 µg/m³"}
    assert all(row["holds"] for row in alarm.conditions)
    assert alarm.evidence["snapshot"]
    assert len(alarm.rule_version) == 16


@pytest.mark.parametrize(("level", "count"), [(149.9, 0), (150.0, 0), (150.5, 1)])
def test_at_the_limit_there_is_no_alarm_and_above_it_there_is(folder: Path, level: float, count: int) -> None:
    sweep(NOW, lake=_lake(folder, level))
    assert len(_alarms()) == count


def test_sweeps_that_see_the_same_hours_open_one_alarm(folder: Path) -> None:
    lake = _lake(folder, 412)
    for minute in range(4):
        sweep(NOW + minute * MINUTE, lake=lake)
    assert len(_alarms()) == 1


def test_an_alarm_ends_when_the_hours_are_below_the_limit_for_the_rules_time(folder: Path) -> None:
    lake = _lake(folder, 412)
    sweep(NOW, lake=lake)
    later = NOW + timedelta(hours=3)
    fill(folder, {("dust-1", PM10): wave(40)}, minutes=180, now=later)
    sweep(later, lake=Lake(folder))
    (alarm,) = _alarms()
    assert (alarm.state, alarm.ended_at) == ("ended", later)
    sweep(later + MINUTE, lake=Lake(folder))
    assert len(_alarms()) == 1


def test_a_device_in_a_declared_window_is_suppressed(folder: Path) -> None:
    lake = _lake(folder, 412)
    window = MaintenanceWindow.objects.create(
        device=Device.objects.get(), kind="maintenance", start=NOW - timedelta(hours=8), end=NOW + timedelta(hours=8),
        reason="换泵", declared_at=NOW - timedelta(hours=9),
    )  # fmt: skip
    sweep(NOW, lake=lake)
    (alarm,) = _alarms()
    assert (alarm.handling, alarm.window) == ("suppressed", window)


def test_a_silent_device_is_told_though_there_is_no_value(folder: Path) -> None:
    site(1, seen=NOW - timedelta(hours=2))
    sweep(NOW, lake=Lake(folder))
    (alarm,) = _alarms("offline")
    assert (alarm.device_id, alarm.point_id, alarm.state) == ("dust-1", "dust-1", "active")
    Link.objects.update(last_frame_at=NOW + MINUTE)
    sweep(NOW + 2 * MINUTE, lake=Lake(folder))
    alarm.refresh_from_db()
    assert alarm.state == "ended"


def test_a_rule_demoted_by_a_decision_only_observes(folder: Path) -> None:
    RuleDecision.objects.create(rule=RULE, mode="observe", at=NOW, reason="误报多")
    sweep(NOW, lake=_lake(folder, 412))
    assert [alarm.handling for alarm in _alarms()] == ["observed"]


def test_a_sweep_leaves_another_alone_that_is_still_at_it(folder: Path) -> None:
    lake = _lake(folder, 412)
    with WriterLock(folder.parent / LOCK, wait_s=0).held():
        assert sweep(NOW, lake=lake) is None
    assert not Alarm.objects.exists()
    assert sweep(NOW, lake=lake) is not None


def test_points_that_rise_together_give_one_regional_notice(folder: Path) -> None:
    points = [site(number) for number in range(12)]
    series = {(point.pk, PM10): lambda back: (260.0 if back < 125 else 60.0) + back % 7 for point in points}
    sweep(NOW, lake=fill(folder, series, minutes=600))
    notices = [alarm for alarm in Alarm.objects.shown() if alarm.rule.startswith("regional")]
    assert len(notices) == 1
    covered = Alarm.objects.filter(rule=RULE)
    assert covered.count() == 12
    assert set(covered.values_list("handling", "parent")) == {("regional", notices[0].pk)}


def test_a_sweep_asks_few_questions_however_many_devices_there_are(
    folder: Path, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    points = [site(number) for number in range(30)]
    lake = fill(folder, {(point.pk, PM10): wave(400 + 3 * at) for at, point in enumerate(points)}, minutes=130)
    with django_assert_max_num_queries(25):
        sweep(NOW, lake=lake)
    assert Alarm.objects.count() >= 30


def test_a_lake_without_anything_and_a_store_without_devices_find_nothing(folder: Path) -> None:
    followed = sweep(NOW, lake=Lake(folder))
    assert followed is not None
    assert followed.opened == ()


@pytest.mark.parametrize(("strength", "found"), [(1.2, {"micro-0"}), (0.3, set())])
def test_a_gain_that_moves_within_hours_is_found_against_its_neighbours(
    folder: Path, strength: float, found: set[str]
) -> None:
    # In three hours 60 µg/m³ are shown as 132: above 1.5 times the neighbours from 75 minutes on, for over an hour.
    points = [site(number, "micro", [PM25]) for number in range(9)]
    series = {(point.pk, PM25): wave(60, 6) for point in points}

    def drifting(back: int) -> float:
        return round(60 * (1 + strength * max(180 - back, 0) / 180), 1) + back % 3

    series["micro-0", PM25] = drifting
    sweep(NOW, lake=fill(folder, series, minutes=360))
    alarms = Alarm.objects.filter(rule="neighbour-gain")
    assert {alarm.point_id for alarm in alarms} == found
    assert not Alarm.objects.filter(rule="neighbour-outlier").shown().exists()


def _seconds(device: str, nox: float, minutes: int, first: int) -> pa.Table:
    """Return a warm engine's seconds up to NOW, one frame each."""
    known = {"engine_rpm": 1500.0, "scr_in_c": 260.0, "nox_up_ppm": 900.0, "nox_down_ppm": nox, "urea_percent": 60.0}
    columns = [field for field in ENGINE.columns if field.name not in ("received_at", "commit")]
    begin = NOW.replace(second=0) - minutes * MINUTE
    rows: list[dict[str, object]] = [
        {**dict.fromkeys(field.name for field in columns), **known, "device": device, "frame": first + second,
         "start": begin + timedelta(seconds=second)}
        for second in range(60 * minutes)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema(columns))


@pytest.mark.row("S12")
def test_a_warm_engine_whose_catalyst_leaves_its_nitrogen_oxides_is_found(folder: Path) -> None:
    for number, name in enumerate(("dirty", "clean")):
        Device.objects.create(
            id=name, name_zh="柴油车", kind="heavy-diesel", family="gb17691", key=f"LSVAA49J132047{number:03}",
            registered_at=NOW,
        )  # fmt: skip
    lake = Lake(folder)
    seconds = [_seconds("dirty", 800.0, 20, 1), _seconds("clean", 60.0, 20, 1201)]
    lake.append_stretch(ENGINE, pa.concat_tables(seconds), Stretch("s", 2400, NOW))
    sweep(NOW, lake=lake)
    found = {alarm.device_id: alarm.value for alarm in Alarm.objects.exclude(rule="offline")}
    assert found == {"dirty": 800.0}
