"""Frames that stand still raise a tamper alarm with its false-alarm rate; what was falsified fails the best street."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from lantian.apps.accounts.models import Area
from lantian.apps.alarms.models import Alarm
from lantian.apps.assessment.models import Assessment
from lantian.apps.cases.models import Case
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.services.devices import NewDevice, register_device
from tests.journeys.test_alarm_to_sanction import Officer
from tests.journeys.test_falsification_fails_year import FULL, JANUARY, YEAR, Clock, confirm, paper
from tests.journeys.test_falsification_fails_year import clock as clock
from tests.journeys.test_falsification_fails_year import sign_in as sign_in
from tests.journeys.test_frame_to_alarm import MN, NOW, START, Line, rising

pytestmark = pytest.mark.django_db
STREET, RULE = "110105021", "frozen-particles"
MARGIN = timedelta(minutes=10)


@pytest.fixture
def line(clock: type[Clock], tmp_path: Path) -> Line:
    """A dust device of the street, as it reports."""
    point = Point.objects.create(
        id="jintaili-2", name_zh="金泰里二期", name_en="Jintaili Phase 2", kind="dust", area_code=STREET,
        longitude=116.5, latitude=39.9,
    )  # fmt: skip
    new = NewDevice("dc-0187", "扬尘仪", "dust", MN, point=point, secret="123456")
    register_device(new, by=None, at=START - timedelta(days=40))
    clock.at = NOW + MARGIN
    return Line(tmp_path)


def judged(duty: Client, true: int, untrue: int) -> None:
    """Alarms of the rule at other points in the weeks before, each judged through its page."""
    for number in range(true + untrue):
        at = NOW - timedelta(days=1 + number)
        alarm = Alarm.objects.create(
            number=f"110105-{at:%Y%m%d}-{number:04}", rule=RULE, rule_version="1", subject=f"{RULE}|{number}",
            area_code=STREET, factor="a34002", unit="min", value=60, limit=45, state=Alarm.State.ENDED,
            first_at=at - timedelta(hours=1), last_at=at, raised_at=at,
        )  # fmt: skip
        given = {"outcome": "true" if number < true else "instrument", "reason": "现场核查"}
        assert duty.post(f"/alarms/{alarm.number}/judge/", given).status_code == 302


def stuck(minute: int) -> float:
    """A clean hour, then one and the same value."""
    return rising(minute) if minute < 60 else 88.0


def graded(desk: Client, began: datetime) -> Assessment:
    """Draft the year with full marks for the street: it has the best groundwork of all."""
    Clock.at = began
    codes = list(Area.objects.of_kind("street").values_list("code", flat=True))
    values = {f"value-{code}": "100" if code == STREET else "75" for code in codes}
    desk.post(f"{YEAR}enter/", {"item": "groundwork", "reason": "年终检查", "file": paper(), **values})
    desk.post(f"{YEAR}act/draft/")
    return Assessment.objects.open().get()


@pytest.mark.row("S51")
def test_a_tamper_alarm_states_its_false_alarm_rate_and_what_it_led_to_is_outvoted_by_no_score(
    line: Line, clock: type[Clock], sign_in: Callable[..., Client]
) -> None:
    # the detector finds frames that stand still, and says how often such an alarm of it was false
    desk, officer = sign_in("duty", "environment"), Officer(sign_in("enforcement", "environment"))
    judged(desk, true=17, untrue=3)
    line.send(stuck, 125)
    line.carry(NOW)
    alarm = Alarm.objects.get(rule=RULE, point="jintaili-2")
    page = " ".join(desk.get(f"/alarms/{alarm.number}/").content.decode().split())
    # 3 of 20, Wilson's interval with z = 1.96: (0.15 + 0.0960 ± 0.1836) / 1.1921 = 0.0524 and 0.3604
    assert "误报率 <b>15 %</b>" in page
    assert "3 / 20 件不属实，95 % 区间 5—36 %" in page
    board = " ".join(desk.get("/alarms/precision/").content.decode().split())
    assert "误报率 15 %" in board

    # whoever goes there finds it falsified
    given = {"title": "扬尘仪恒值", "facts": f"报警 {alarm.number}：读数一小时不变", "area": STREET}
    officer.client.post("/cases/new/data-falsification/", given)
    case = Case.objects.get(type="data-falsification")
    others = (Officer(sign_in("enforcement", "public-security")), Officer(sign_in("bureau", "discipline")))
    confirm(officer, *others, case, clock, began=NOW + timedelta(hours=1))

    # with full marks, more than anybody has, the street fails
    got = graded(desk, JANUARY).results.get(body=STREET)
    assert got.total == FULL
    assert (got.by_score, got.grade, got.failed, got.rank) == ("excellent", "failed", True, None)
    text = desk.get(f"{YEAR}{STREET}/").content.decode()
    for said in ("结果直接认定为不合格，不以得分抵销", case.number, "第三十一条"):
        assert said in text
