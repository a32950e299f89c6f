"""Precision and recall: what became of a rule's alarms, what is decided about it, what of the injected was found."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.alarms.jobs import judge_rules, picture, sweep_now
from lantian.apps.alarms.models import Alarm, RuleDecision
from lantian.apps.alarms.selectors.precision import RulePrecision, board
from lantian.apps.alarms.selectors.truth import recall_table
from lantian.apps.alarms.selectors.words import words
from lantian.apps.alarms.services import AlarmError, decide_rule, demote_by_policy
from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Camera
from lantian.gateway.simulators.truth import Records
from lantian.lake.errors import LakeFull
from tests.alarms.conftest import T0

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]
RULE = "site-pm10-hour"
LATER = T0 + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR, settings.LAKE_URL, settings.PACK = tmp_path, str(tmp_path / "lake"), "cn-110105-2018"


@pytest.fixture
def outcomes(alarm: Maker) -> Callable[..., None]:
    """Return a maker of judged alarms: ``outcomes(true=9, instrument=21)``."""

    def make(start: int = 1, **counts: int) -> None:
        names = [name for name, count in counts.items() for _ in range(count)]
        for number, outcome in enumerate(names, start=start):
            alarm(number, rule=RULE, outcome=outcome, state="closed")

    return make


def line() -> RulePrecision:
    return board(Alarm.objects.all(), words(), LATER, rule=RULE)[0]


def test_precision_is_the_share_of_true_ones_of_all_judged_with_wilsons_interval(
    outcomes: Callable[..., None], alarm: Maker
) -> None:
    outcomes(true=81, instrument=100, maintenance=50, regional=30, duplicate=2)
    alarm(900, rule=RULE)  # not judged
    found = line()
    # Newcombe 1998, table I: 81 of 263, Wilson score without continuity correction: 0.2553 to 0.3662
    assert (found.share.true, found.share.judged, found.waiting) == (81, 263, 1)
    assert (round(found.share.low, 4), round(found.share.high, 4)) == (0.2553, 0.3662)
    assert found.cells == [81, 100, 50, 30, 2]


def test_alarms_older_than_the_policys_days_count_no_longer(outcomes: Callable[..., None]) -> None:
    outcomes(true=3)
    Alarm.objects.update(raised_at=LATER - timedelta(days=91))
    assert line().share.judged == 0
    assert sum(month.share.judged for month in line().months) == 3  # the trend remembers


def test_a_rule_is_proposed_only_with_enough_judged_and_its_whole_interval_below(outcomes: Callable[..., None]) -> None:
    outcomes(instrument=19)
    assert not line().to_demote  # 19 of the 20 that the policy asks for
    outcomes(start=100, instrument=1)
    assert line().to_demote
    outcomes(start=200, true=30)
    assert not line().to_demote  # 30 of 50: the interval reaches over 60 %


def test_the_pack_lets_the_platform_demote_once_and_on_record(outcomes: Callable[..., None]) -> None:
    outcomes(true=2, instrument=28)
    (decision,) = demote_by_policy(LATER)
    assert (decision.rule, decision.mode, decision.by, decision.judged, decision.true) == (RULE, "observe", None, 30, 2)
    assert Entry.objects.get().verb == "alarm-rule.decided"
    assert line().observes
    assert demote_by_policy(LATER) == []


def test_a_person_who_restores_a_rule_is_not_overruled_by_the_same_numbers(
    outcomes: Callable[..., None], officer: Maker
) -> None:
    outcomes(instrument=30)
    demote_by_policy(LATER)
    decide_rule(RULE, mode="alarm", reason="传感器已更换", by=officer(), at=LATER, on=line().share)
    assert demote_by_policy(LATER) == []
    assert not line().observes
    outcomes(start=100, instrument=1)
    assert len(demote_by_policy(LATER)) == 1  # something new was judged


def test_a_rule_that_only_observes_may_return_when_its_interval_lies_above_the_floor(
    outcomes: Callable[..., None],
) -> None:
    decide_rule(RULE, mode="observe", reason="试", by=None, at=T0)
    outcomes(true=29, instrument=1)
    assert line().to_promote


@pytest.mark.parametrize(("mode", "reason"), [("off", "x"), ("observe", "  ")])
def test_a_decision_needs_a_known_mode_and_a_reason(mode: str, reason: str) -> None:
    with pytest.raises(AlarmError):
        decide_rule(RULE, mode=mode, reason=reason, by=None, at=T0)
    assert not RuleDecision.objects.exists()


# Recall -------------------------------------------------------------------------------------------------------------


def _truth(fault: str, device: str, minutes: int = 60) -> dict[str, Any]:
    start, end = T0, T0 + timedelta(minutes=minutes)
    return {"id": f"{fault}:{device}", "fault": fault, "device": device, "point": device, "factor": "",
            "start": start.isoformat(), "end": end.isoformat(), "detail": {}}  # fmt: skip


def _inject(folder: Path, *rows: dict[str, Any]) -> None:
    import json

    path = Records(folder).folder / "truth.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_recall_counts_faults_met_by_an_alarm_of_their_device_and_tells_the_delay(alarm: Maker, tmp_path: Path) -> None:
    _inject(tmp_path, _truth("frozen", "dust-1"), _truth("frozen", "dust-2"), _truth("episode", "*"))
    during = {"first_at": T0 + timedelta(minutes=2), "last_at": T0 + timedelta(minutes=50)}
    alarm(1, rule="frozen-particles", raised_at=T0 + timedelta(minutes=48), **during)
    alarm(2, rule="regional-dust", point=None, raised_at=T0 + timedelta(minutes=30), **during)
    alarm(3, rule="frozen-particles", first_at=T0 - timedelta(hours=9), last_at=T0 - timedelta(hours=8))
    found = {one.fault.en: one for one in recall_table(Alarm.objects.all())}
    assert (found["Frozen value"].injected, found["Frozen value"].found) == (2, 1)
    assert found["Frozen value"].delay == timedelta(minutes=48)
    assert found["Regional episode"].share == 1.0


def test_without_a_simulation_there_is_no_recall() -> None:
    assert recall_table(Alarm.objects.all()) == []


# Jobs ---------------------------------------------------------------------------------------------------------------


def test_the_jobs_run_over_an_empty_house_and_survive_a_full_disk(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from lantian.apps.alarms import jobs
    from lantian.kernel.errors import Text

    sweep_now.call_local()
    judge_rules.call_local()

    def full(_now: object) -> None:
        raise LakeFull(Text("磁盘已满", "the disk is full"))

    monkeypatch.setattr(jobs, "sweep", full)
    sweep_now.call_local()
    assert "the disk is full" in caplog.text
    monkeypatch.setattr(jobs, "sweep", lambda _now: None)
    sweep_now.call_local()
    assert "still running" in caplog.text


def test_each_camera_of_the_point_is_asked_once_and_what_it_says_is_kept(alarm: Maker) -> None:
    one = alarm(1)
    Camera.objects.create(point=one.point, name="C1", snapshot_url="http://127.0.0.1:9/none")
    Camera.objects.create(point=one.point, name="C2", snapshot_url="http://127.0.0.1:9/none", active=False)
    picture([one.pk])
    picture([one.pk])
    (event,) = one.events.filter(kind="snapshot")
    assert event.snapshot.camera.name == "C1"
    assert event.snapshot.error_en.startswith("The camera cannot be reached")
